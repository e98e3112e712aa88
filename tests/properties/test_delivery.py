"""Whatever the other side answers and whenever the process dies: nobody gets a mail twice, and no mail is forgotten."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import ConfigError, TemporaryError
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import resend
from agent.outbox.deliver import deliver_due
from agent.outbox.pacing import Limits
from agent.outbox.rules import Doors, Rules
from agent.ports import Commit, Delivery, UnknownOutcome
from agent.store.tinydb_store import TinyStore
from tests.outbox.fakes import Killed, MemoryMailbox, ScriptedTransport, SetClock
from tests.store.builders import NOW, mail
from tests.store.grounds import opened_again

S = OutboxState
KILLS = int(os.environ.get("DELIVERY_KILLS", "30"))
TO = ("a@x.example", "b@y.example")
LIMITS = Limits(per_minute=4, per_hour=1000, per_domain=3)


def raw_of(outgoing):
    return f"Message-ID: {outgoing.message_id}\n\n{outgoing.text}\n".encode()


RULES = Rules(assemble=raw_of)
fates = st.sampled_from(["yes", "later", "never"])
answers = st.one_of(
    st.tuples(fates, fates),
    st.sampled_from(["lost", "lost after acceptance", "down", "misconfigured", "killed before", "killed after"]),
)


class Moody(ScriptedTransport):
    """Answers as it was told, and writes down who really got what."""

    def __init__(self, moods):
        super().__init__()
        self.moods = list(moods)

    def send(self, envelope, raw):
        mood = self.moods.pop(0) if self.moods else ("yes", "yes")
        if isinstance(mood, tuple):
            fate = {to: mood[TO.index(to)] for to in envelope.recipients}
            self.script = [
                Delivery(
                    tuple(to for to in fate if fate[to] == "yes"),
                    tuple((to, "451") for to in fate if fate[to] == "later"),
                    tuple((to, "550") for to in fate if fate[to] == "never"),
                )
            ]
            return super().send(envelope, raw)
        if mood in ("lost after acceptance", "killed after"):
            super().send(envelope, raw)
        raise {
            "lost": UnknownOutcome("?"),
            "lost after acceptance": UnknownOutcome("?"),
            "down": TemporaryError("refused"),
            "misconfigured": ConfigError(["login"]),
            "killed before": Killed(),
            "killed after": Killed(),
        }[mood]


class Mortal:
    """A store whose process may die right before or after any commit."""

    def __init__(self, store, deaths):
        self.store, self.deaths = store, deaths

    def __getattr__(self, name):
        return getattr(self.store, name)

    def commit(self, commit):
        death = self.deaths.pop(0) if self.deaths else ""
        if death == "before":
            raise Killed
        result = self.store.commit(commit)
        if death == "after":
            raise Killed
        return result


class Shy(MemoryMailbox):
    """A mailbox that is sometimes away."""

    away: tuple[bool, ...] = ()

    def _check(self):
        now, self.away = (self.away or (False,))[0], self.away[1:]
        if now:
            raise TemporaryError("away")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    moods=st.lists(answers, max_size=14),
    deaths=st.lists(st.sampled_from(["", "", "", "before", "after"]), max_size=25),
    away=st.lists(st.booleans(), max_size=10),
    steps=st.lists(st.integers(0, 7200), min_size=1, max_size=8),
)
def test_no_run_of_bad_luck_sends_twice_or_forgets(tmp_path_factory, moods, deaths, away, steps):
    """Random answers, deaths and absences over several runs; then all is well again and the outbox comes to rest."""
    store = TinyStore.open(tmp_path_factory.mktemp("outbox") / "relance.db")
    store.commit(Commit(outgoing=tuple(mail(f"k{n}", to=TO) for n in range(3))))
    transport, mailbox, clock = Moody(moods), Shy(), SetClock(NOW)
    mailbox.away = tuple(away)
    around = Doors(Mortal(store, deaths), transport, mailbox, clock)
    for step in steps:
        run(around)
        clock.forward(timedelta(seconds=step))
    transport.moods, deaths[:], mailbox.away = [], [], ()
    for _ in range(60):
        run(around)
        clock.forward(timedelta(hours=5))
    judge(store, transport.received)
    assert store.verify() == []
    store.close()


def run(around):
    with suppress(Killed):
        deliver_due(around, RULES, LIMITS)


def judge(store, received):
    assert all(count == 1 for count in Counter(received).values()), "somebody got a mail twice"
    for outgoing in store.outbox(OutboxState):
        got = {to for message_id, to in received if message_id == outgoing.message_id}
        assert outgoing.state in (S.SENT, S.FAILED, S.HELD), "a mail was forgotten"
        if outgoing.state is S.FAILED:
            assert not got
        if outgoing.state is S.SENT:
            assert got


@pytest.mark.kill
@pytest.mark.parametrize("ground", ["file", "database"])
def test_a_killed_delivery_sends_nothing_twice_and_forgets_nothing(request, tmp_path, ground):
    """SIGKILL at random moments of a delivering process: what arrived arrived once; what is in doubt is held and told."""
    chance = random.Random(20260303)
    path = tmp_path / "relance.db" if ground == "file" else request.getfixturevalue("postgres").schema()
    server = tmp_path / "server"
    server.touch()
    store = TinyStore.open(path)
    store.commit(Commit(outgoing=tuple(mail(f"k{n}") for n in range(KILLS * 6))))
    store.close()
    for _ in range(KILLS):
        kill_a_delivery(path, server, chance)
    store = opened_again(path)
    deliver_due(doors(store, server), RULES, Limits(10**6, 10**6, 10**6))
    held = [m.id for m in store.outbox([S.HELD])]
    arrived = received_by(server)
    # A person looks at the other side's log: what did not arrive is sent again, what did is left alone.
    for id_ in held:
        if store.mail(id_).message_id not in arrived:
            resend(store, id_)
    deliver_due(doors(store, server), RULES, Limits(10**6, 10**6, 10**6))
    arrived = received_by(server)
    assert set(arrived.values()) == {1}, "sent twice"
    assert len(arrived) == KILLS * 6, "lost"
    assert {m.state for m in store.outbox(OutboxState)} <= {S.SENT, S.HELD}
    assert store.verify() == []
    store.close()


def received_by(server):
    return Counter(server.read_text().split())


class FileServer(ScriptedTransport):
    """The other side as a file that survives the kill; it takes its time before and after it accepts."""

    def __init__(self, path, pause):
        super().__init__()
        self.path, self.pause = path, pause

    def send(self, envelope, raw):
        time.sleep(self.pause)
        line = raw.split(b"\n")[0].removeprefix(b"Message-ID: ") + b"\n"
        with open(self.path, "ab", buffering=0) as file:
            file.write(line)
        time.sleep(self.pause)
        return Delivery(accepted=envelope.recipients)


class FileMailbox(MemoryMailbox):
    """Sent as a file."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def keep_sent(self, raw):
        if not self.sent(raw.split(b"\n")[0].removeprefix(b"Message-ID: ").decode()):
            with open(self.path, "ab", buffering=0) as file:
                file.write(raw.split(b"\n")[0] + b"\n")

    def sent(self, message_id):
        return self.path.exists() and f"Message-ID: {message_id}\n" in self.path.read_text()


def doors(store, server, pause=0.0):
    return Doors(store, FileServer(server, pause), FileMailbox(server.with_name("sent")), SetClock(NOW))


def kill_a_delivery(path, server, chance):
    child = os.fork()
    if child == 0:
        try:
            deliver_due(doors(opened_again(path), server, 0.002), RULES, Limits(10**6, 10**6, 10**6))
        finally:
            os._exit(1)
    time.sleep(chance.uniform(0.01, 0.06))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
