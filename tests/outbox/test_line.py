"""The order in which mails leave a full outbox, and the limits that spread them: fair to every creditor, over runs and restarts."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.mail.outgoing import OutboxState
from agent.outbox.deliver import deliver_due
from agent.outbox.line import in_line
from agent.outbox.pacing import Limits
from agent.outbox.rules import Rules
from agent.ports import Commit, Delivery, Queued
from agent.store.tinydb_store import TinyStore
from tests.outbox.fakes import doors
from tests.store.builders import NOW, mail

RULES = Rules(assemble=lambda m: f"Message-ID: {m.message_id}\n\n{m.text}\n".encode())
PLACES = st.lists(st.tuples(st.sampled_from(["statement", "receipt", "question"]), st.sampled_from("abc")), max_size=60)


@pytest.fixture
def store(tmp_path):
    made = TinyStore.open(tmp_path / "relance.db")
    yield made
    made.close()


def _statement(key, creditor, to="", **more):
    return mail(key, kind="statement", creditor=creditor, to=(to or f"a@{key}.example",), **more)


@given(PLACES, st.sampled_from(["", "a", "b", "c", "z"]))
def test_every_mail_has_its_place_once(told, last):
    """Nothing is left out, nothing comes twice, and the mails of a creditor of one sort keep their order."""
    queued = [Queued(f"{n:03}", kind, creditor, "", (), NOW) for n, (kind, creditor) in enumerate(told)]
    line = list(in_line(queued, last))
    assert sorted(line, key=lambda q: q.id) == queued
    for kind, creditor in set(told):
        mine = [q.id for q in line if (q.kind, q.creditor) == (kind, creditor)]
        if kind == "statement":
            assert mine == sorted(mine)


@given(PLACES)
def test_what_is_awaited_goes_first_and_statements_never_stand_still(told):
    """Receipts and questions come first, with one statement in five places while there are both."""
    queued = [Queued(f"{n:03}", kind, creditor, "", (), NOW) for n, (kind, creditor) in enumerate(told)]
    line = [q.kind == "statement" for q in in_line(queued, "")]
    statements, others = sum(line), len(line) - sum(line)
    both = line[: min(others + others // 4, len(line))]
    assert sum(both) == min(statements, others // 4)


def test_a_receipt_does_not_wait_behind_a_day_of_statements(store):
    """What a creditor is answered at noon leaves before the statements that were queued in the morning."""
    store.commit(Commit(outgoing=tuple(_statement(f"s{n}", "acme") for n in range(40))))
    later = NOW + timedelta(hours=3)
    store.commit(Commit(outgoing=(mail("r", kind="receipt", queued_at=later, not_before=later),)))
    assert deliver_due(doors(store, later), RULES, Limits(per_minute=3)).sent[0] == "r"


def test_creditors_take_turns_over_runs_and_restarts(store):
    """Of one creditor's forty statements and others' two each, the others' leave among the first; who was last is remembered."""
    store.commit(Commit(outgoing=tuple(_statement(f"a{n:02}", "a") for n in range(40))))
    store.commit(Commit(outgoing=tuple(_statement(f"{c}{n}", c) for n in range(2) for c in "bcdefg")))
    sent, at = [], NOW
    for _ in range(9):
        sent += deliver_due(doors(store, at), RULES, Limits(per_minute=2)).sent
        at += timedelta(minutes=1)
    assert len(sent) == 18
    assert Counter(id_[0] for id_ in sent[:14]) == dict.fromkeys("abcdefg", 2)


def test_a_domain_that_refuses_for_now_stops_no_other(store):
    """A 4xx of one receiver puts off its own mail; all others leave in the same run."""
    store.commit(Commit(outgoing=tuple(_statement(f"k{n}", "a", to=f"p@d{n}.example") for n in range(5))))
    around = doors(store, NOW)
    around.transport.script.append(Delivery(temporary=(("p@d0.example", "451 4.7.1 greylisted"),)))
    report = deliver_due(around, RULES, Limits())
    assert report.deferred == ("k0",)
    assert set(report.sent) == {"k1", "k2", "k3", "k4"}
    assert report.problem == ""


def test_a_day_of_many_statements_spreads(store):
    """No minute, no hour and no domain sees more than its limit, whenever the service was restarted; at the end all have left."""
    store.commit(
        Commit(outgoing=tuple(_statement(f"k{n:03}", f"c{n % 7}", f"p{n}@d{n % 3}.example") for n in range(90)))
    )
    limits, sent, at = Limits(per_minute=10, per_hour=40, per_domain=4), {}, NOW
    for _ in range(400):
        report = deliver_due(doors(store, at), RULES, limits)
        sent |= dict.fromkeys(report.sent, at)
        if len(sent) == 90:
            break
        assert report.resume_at is not None
        at = report.resume_at
    assert len(sent) == 90
    for first in sent.values():
        assert sum(first <= t < first + timedelta(minutes=1) for t in sent.values()) <= 10
        assert sum(first <= t < first + timedelta(hours=1) for t in sent.values()) <= 40
        in_minute = [id_ for id_, t in sent.items() if first <= t < first + timedelta(minutes=1)]
        assert max(Counter(int(id_[1:]) % 3 for id_ in in_minute).values()) <= 4
    assert not list(store.outbox([OutboxState.QUEUED]))


def test_a_crowded_domain_is_looked_at_once_not_for_each_of_its_mails(store, monkeypatch):
    """Hundreds of mails to a domain at its limit are passed over without being read."""
    store.commit(Commit(outgoing=tuple(_statement(f"k{n:03}", "a", to=f"p{n}@big.example") for n in range(200))))
    read = []
    look = TinyStore.mail
    monkeypatch.setattr(TinyStore, "mail", lambda self, ref: (read.append(ref), look(self, ref))[1])
    assert len(deliver_due(doors(store, NOW), RULES, Limits(per_domain=2)).sent) == 2
    assert len(set(read)) <= 4
