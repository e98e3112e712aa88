"""Every mail leaves once or is held; whatever happens in between, nothing leaves twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain import events as ev
from agent.errors import ConfigError, PermanentError, TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.by_hand import arrived, resend
from agent.outbox.copies import OWED, owed_by
from agent.outbox.deliver import OUTAGE, deliver_due
from agent.outbox.pacing import Limits
from agent.outbox.rules import Cancel, Go, Postpone, Rules, StillSending
from agent.ports import Commit, Delivery, UnknownOutcome
from agent.store.codec import decode, encode_fields
from agent.store.tinydb_store import TinyStore
from tests.outbox.fakes import Killed, MemoryMailbox, ScriptedTransport, doors
from tests.store.builders import CREDITOR, DEBTOR, NOW, contact, folded, mail, opened, registered

S = OutboxState
LIMITS = Limits(per_minute=100, per_hour=1000, per_domain=100)
OWNER = "owner@acme.example"


def raw_of(outgoing):
    return f"Message-ID: {outgoing.message_id}\nSubject: {outgoing.subject}\n\n{outgoing.text}\n".encode()


RULES = Rules(assemble=raw_of)


@pytest.fixture
def store(tmp_path):
    made = TinyStore.open(tmp_path / "relance.db")
    yield made
    assert made.verify() == []
    made.close()


@pytest.fixture
def around(store):
    """Doors around a store with one mail due."""
    store.commit(Commit(outgoing=(mail(),)))
    return doors(store, NOW)


def test_a_due_mail_is_sent_once_and_its_copy_kept(store, around):
    """It is accepted, recorded as sent, its copy lies in Sent, and the next run finds nothing to do."""
    report = deliver_due(around, RULES, LIMITS)
    assert report.sent == ("ack-m1",)
    sent = store.mail("ack:m1")
    assert (sent.state, sent.sent_at, sent.attempts) == (S.SENT, NOW, 1)
    assert around.mailbox.copies == [raw_of(mail())]
    assert store.note(OWED) is None
    assert deliver_due(around, RULES, LIMITS).sent == ()
    assert around.transport.received == [("<ack:m1@agency.example>", OWNER)]


def test_a_mail_waits_for_its_time(store):
    """Before `not_before` nothing happens."""
    store.commit(Commit(outgoing=(mail(not_before=NOW + timedelta(seconds=1)),)))
    around = doors(store, NOW)
    assert deliver_due(around, RULES, LIMITS).sent == ()
    around.clock.forward(timedelta(seconds=1))
    assert deliver_due(around, RULES, LIMITS).sent == ("ack-m1",)


def test_what_follows_is_committed_with_sent(store):
    """The events that `on_sent` gives stand in the ledger together with the state of the mail."""
    store.commit(folded([opened(), contact(), registered()]))
    listed = {"debtor": DEBTOR, "currency": "EUR", "cycle": 1, "items": ("acme-2026-118",), "mail": "s1"}
    head = {"at": NOW, "source": "tick", "creditor": CREDITOR}
    queued = ev.StatementQueued(**head, **listed, on=NOW.date(), level="friendly")
    ledger = store.ledger([DEBTOR, "acme-2026-118"])
    store.commit(folded([queued], ledger, outgoing=(mail("s1"),)))

    def on_sent(outgoing, delivery):
        sent = ev.StatementSent(**head, **listed, on=NOW.date())
        return folded([sent], store.ledger([DEBTOR, "acme-2026-118"]))

    deliver_due(doors(store, NOW), replace(RULES, on_sent=on_sent), LIMITS)
    assert store.ledger([DEBTOR]).accounts[DEBTOR].statements[0].state == "sent"


def test_a_conflict_is_decided_again(store, around):
    """When somebody else's commit came between, what follows is asked for once more, and the mail is not sent again."""
    asked = []
    store.commit(folded([opened()]))
    stale = store.ledger([DEBTOR])

    def on_sent(outgoing, delivery):
        asked.append(outgoing.id)
        if len(asked) == 1:
            store.commit(folded([contact()], stale))
            return folded([contact("b@durand.example")], stale)
        return folded([contact("b@durand.example")], store.ledger([DEBTOR]))

    assert deliver_due(around, replace(RULES, on_sent=on_sent), LIMITS).sent == ("ack-m1",)
    assert len(asked) == 2
    assert len(around.transport.received) == 1
    assert len(store.ledger([DEBTOR]).accounts[DEBTOR].contacts) == 2


def test_a_conflict_without_end_leaves_the_mail_for_the_next_run(store, around):
    """After some tries the mail stays in doubt; its copy in Sent proves it later."""
    store.commit(folded([opened()]))
    stale = store.ledger([DEBTOR])
    store.commit(folded([contact()], stale))
    rules = replace(RULES, on_sent=lambda m, d: folded([contact()], stale))
    assert deliver_due(around, rules, LIMITS).unresolved == ("ack-m1",)
    assert store.mail("ack:m1").state is S.SENDING
    assert deliver_due(around, RULES, LIMITS).sent == ("ack-m1",)
    assert len(around.transport.received) == 1


def test_a_copy_that_can_never_be_made_is_not_owed_for_ever(store, around):
    """A mail that is gone or cannot be assembled any more leaves the list of copies owed."""
    store.commit(Commit(notes={OWED: "nobody ack-m1"}))

    def assemble(outgoing):
        raise LookupError("a document is missing")

    deliver_due(around, Rules(assemble=assemble), LIMITS)
    assert store.note(OWED) is None
    assert around.mailbox.copies == []


def test_what_is_no_longer_right_is_cancelled(store, around):
    """A mail whose item was paid meanwhile never leaves; what follows from that is committed with it."""
    rules = replace(RULES, recheck=lambda _: Cancel("paid meanwhile", Commit(notes={"why": "paid"})))
    assert deliver_due(around, rules, LIMITS).cancelled == ("ack-m1",)
    assert store.mail("ack:m1").state is S.CANCELLED
    assert store.note("why") == "paid"
    assert around.transport.received == []


def test_what_is_not_right_now_is_postponed(store, around):
    """Outside the send window a mail waits for the next one."""
    until = NOW + timedelta(hours=15)
    rules = replace(RULES, recheck=lambda m: Go() if m.not_before == until else Postpone(until, "at night"))
    assert deliver_due(around, rules, LIMITS).postponed == ("ack-m1",)
    assert store.next_mail() == until
    around.clock.at = until
    assert deliver_due(around, rules, LIMITS).sent == ("ack-m1",)


def test_refused_for_now_is_tried_again_with_growing_pauses(store, around):
    """A 4xx answer queues the mail again, each pause twice the one before; in the end it is sent once."""
    around.transport.script = [Delivery(temporary=((OWNER, "451 later"),))] * 3
    pauses = []
    for _ in range(3):
        assert deliver_due(around, RULES, LIMITS).deferred == ("ack-m1",)
        pauses.append(store.next_mail() - around.clock.at)
        around.clock.at = store.next_mail()
    assert pauses == [LIMITS.first_pause, LIMITS.first_pause * 2, LIMITS.first_pause * 4]
    assert "451 later" in store.mail("ack:m1").note
    assert deliver_due(around, RULES, LIMITS).sent == ("ack-m1",)
    assert len(around.transport.received) == 1


def test_refused_for_too_long_fails_and_is_told(store, around):
    """After some days it is given up, with the other side's words, and what follows is committed."""
    around.transport.script = [Delivery(temporary=((OWNER, "451 later"),))] * 2
    deliver_due(around, RULES, LIMITS)
    around.clock.forward(LIMITS.give_up_after)
    told = []
    rules = replace(RULES, on_failed=lambda m, d: told.append((m.state, d)) or Commit(notes={"failed": m.id}))
    assert deliver_due(around, rules, LIMITS).failed == ("ack-m1",)
    assert told == [(S.FAILED, Delivery(temporary=((OWNER, "451 later"),)))]
    assert store.note("failed") == "ack-m1"


def test_refused_for_good_fails_at_once(store, around):
    """A 5xx answer ends the mail, with the words of the other side."""
    around.transport.script = [Delivery(permanent=((OWNER, "550 5.1.1 no such\r\n user"),))]
    told = []
    rules = replace(RULES, on_failed=lambda m, d: told.append(d) or Commit())
    assert deliver_due(around, rules, LIMITS).failed == ("ack-m1",)
    assert told == [Delivery(permanent=((OWNER, "550 5.1.1 no such\r\n user"),))]
    assert store.mail("ack:m1").note == f"{OWNER}: 550 5.1.1 no such user"
    assert around.mailbox.copies == []


def test_recipients_are_followed_one_by_one(store):
    """Who accepted has it and does not get it again; who was refused for now is tried; who was refused for good is told."""
    store.commit(Commit(outgoing=(mail(to=("a@x.example", "b@x.example"), cc=("c@y.example",)),)))
    around = doors(store, NOW)
    around.transport.script = [
        Delivery(("a@x.example",), (("b@x.example", "452 full"),), (("c@y.example", "550 no"),)),
    ]
    calls = []
    rules = replace(
        RULES,
        on_sent=lambda m, d: calls.append(("sent", d.accepted)) or Commit(),
        on_failed=lambda m, d: calls.append(("failed", d.permanent)) or Commit(),
    )
    assert deliver_due(around, rules, LIMITS).deferred == ("ack-m1",)
    assert calls == [("sent", ("a@x.example",)), ("failed", (("c@y.example", "550 no"),))]
    assert len(around.mailbox.copies) == 1
    around.clock.at = store.next_mail()
    assert deliver_due(around, rules, LIMITS).sent == ("ack-m1",)
    assert [to for _, to in around.transport.received] == ["a@x.example", "b@x.example"]
    assert len(calls) == 2
    assert len(around.mailbox.copies) == 1
    assert store.mail("ack:m1").sent_at == NOW


def test_a_half_accepted_mail_that_is_no_longer_right_ends_as_sent(store):
    """The others are spared it, and it does not count as cancelled."""
    store.commit(Commit(outgoing=(mail(to=("a@x.example", "b@x.example")),)))
    around = doors(store, NOW)
    around.transport.script = [Delivery(("a@x.example",), (("b@x.example", "452 full"),))]
    deliver_due(around, RULES, LIMITS)
    around.clock.at = store.next_mail()
    cancelled = Cancel("paid meanwhile", Commit(notes={"cancelled": "1"}))
    deliver_due(around, replace(RULES, recheck=lambda _: cancelled), LIMITS)
    assert store.mail("ack:m1").state is S.SENT
    assert store.note("cancelled") is None
    assert len(around.transport.received) == 1


def test_an_outage_ends_the_run_and_is_waited_out(store, around):
    """When the other side cannot be reached nobody else is tried, and it is knocked at less and less often."""
    store.commit(Commit(outgoing=(mail("k2"),)))
    around.transport.script = [TemporaryError("connection refused")] * 2
    report = deliver_due(around, RULES, LIMITS)
    assert (report.deferred, report.problem) == (("ack-m1",), "connection refused")
    assert report.resume_at == NOW + LIMITS.first_outage_pause
    assert deliver_due(around, RULES, LIMITS).resume_at == report.resume_at
    around.clock.at = report.resume_at
    second = deliver_due(around, RULES, LIMITS)
    assert second.resume_at == report.resume_at + 2 * LIMITS.first_outage_pause
    around.clock.forward(timedelta(hours=1))
    assert set(deliver_due(around, RULES, LIMITS).sent) == {"ack-m1", "k2"}
    assert store.note("outbox:outage") is None


def test_a_wrong_configuration_ends_the_run(store, around):
    """A login that is refused for good stops the run; the mails stay queued."""
    store.commit(Commit(outgoing=(mail("k2"),)))
    around.transport.script = [ConfigError(["smtp: login refused"])]
    assert deliver_due(around, RULES, LIMITS).problem == "smtp: login refused"
    assert len(list(store.outbox([S.QUEUED]))) == 2
    assert len(deliver_due(around, RULES, LIMITS).sent) == 2


def test_a_mail_the_transport_refuses_as_such_fails(store, around):
    """A mail that can never be handed over fails alone."""
    store.commit(Commit(outgoing=(mail("k2"),)))
    around.transport.script = [PermanentError("552 too large")]
    report = deliver_due(around, RULES, LIMITS)
    assert (report.failed, report.sent) == (("ack-m1",), ("k2",))


def test_a_mail_that_cannot_be_written_is_held(store, around):
    """A missing document holds the mail and tells; the others go on."""
    store.commit(Commit(outgoing=(mail("k2"),)))

    def assemble(outgoing):
        if outgoing.id == "ack-m1":
            raise PermanentError("a document is missing")
        return raw_of(outgoing)

    rules = Rules(assemble=assemble, on_held=lambda m: Commit(notes={"held": m.id}))
    report = deliver_due(around, rules, LIMITS)
    assert (report.held, report.sent) == (("ack-m1",), ("k2",))
    assert store.note("held") == "ack-m1"


@pytest.mark.parametrize("arrived", [True, False])
def test_an_unknown_outcome_is_looked_up_and_never_sent_again(store, around, arrived):
    """Found in Sent it was sent; not found it is held until a person decides."""
    if arrived:
        around.mailbox.copies.append(raw_of(mail()))
    around.transport.script = [UnknownOutcome("connection lost")]
    report = deliver_due(around, replace(RULES, on_held=lambda m: Commit(notes={"held": m.id})), LIMITS)
    assert store.mail("ack:m1").state is (S.SENT if arrived else S.HELD)
    assert (report.sent, report.held) == ((("ack-m1",), ()) if arrived else ((), ("ack-m1",)))
    assert store.note("held") == (None if arrived else "ack-m1")
    around.clock.forward(timedelta(days=9))
    deliver_due(around, RULES, LIMITS)
    assert around.transport.received == []


@pytest.mark.parametrize(("minutes", "state"), [(1, S.SENT), (59, S.SENT), (61, S.HELD)])
def test_a_copy_that_appears_late_still_proves_it(store, around, minutes, state):
    """For an hour a held mail is looked for again, since a server may be slow to show the copy that it files itself."""
    around.transport.script = [UnknownOutcome("connection lost")]
    deliver_due(around, RULES, LIMITS)
    around.clock.forward(timedelta(minutes=minutes))
    around.mailbox.broken = TemporaryError("away")
    deliver_due(around, RULES, LIMITS)
    around.mailbox.broken = None
    around.mailbox.copies.append(raw_of(mail()))
    deliver_due(around, replace(RULES, on_sent=lambda m, d: Commit(notes={"sent": m.id})), LIMITS)
    assert store.mail("ack:m1").state is state
    assert store.note("sent") == ("ack-m1" if state is S.SENT else None)


def test_a_doubt_stays_while_sent_cannot_be_looked_into(store, around):
    """Without an answer from the mailbox the mail stays in doubt, and the next run asks again."""
    around.transport.script = [UnknownOutcome("connection lost")]
    around.mailbox.broken = TemporaryError("no connection")
    assert deliver_due(around, RULES, LIMITS).unresolved == ("ack-m1",)
    assert store.mail("ack:m1").state is S.SENDING
    around.mailbox.broken = None
    assert deliver_due(around, RULES, LIMITS).held == ("ack-m1",)


def test_a_copy_that_could_not_be_kept_is_owed(store, around):
    """While the mailbox is away the mail counts as sent; its copy follows when it is back."""
    around.mailbox.broken = TemporaryError("no connection")
    assert deliver_due(around, RULES, LIMITS).sent == ("ack-m1",)
    assert store.note(OWED) == "ack-m1"
    around.mailbox.broken = None
    deliver_due(around, RULES, LIMITS)
    assert around.mailbox.copies == [raw_of(mail())]
    assert store.note(OWED) is None


def test_each_channel_remembers_the_copies_that_it_owes(store):
    """What one way out owes is written down and struck off without a word of another's, which another worker may have in hand."""
    store.commit(Commit(outgoing=(mail("a:1", channel="a"), mail("b:1", channel="b"))))
    one, other = (
        replace(doors(store, NOW), channel=name, serves=lambda told, name=name: told == name) for name in "ab"
    )
    one.mailbox.broken = TemporaryError("no connection")
    deliver_due(one, RULES, LIMITS)
    assert store.note(owed_by("a")) == "a-1"
    deliver_due(other, RULES, LIMITS)
    assert (store.note(owed_by("a")), store.note(owed_by("b"))) == ("a-1", None)
    one.mailbox.broken = None
    deliver_due(one, RULES, LIMITS)
    assert store.note(owed_by("a")) is None
    assert len(one.mailbox.copies) == 1


def test_copies_that_all_channels_owed_together_are_each_paid_by_its_own(store):
    """An earlier version kept them in one place: each channel takes over what is its own, and what is nobody's is forgotten."""
    sent = [replace(mail(f"{name}:1", channel=name), state=S.SENT, sent_at=NOW) for name in "ab"]
    store.commit(Commit(outgoing=tuple(replace(one, state=S.QUEUED, sent_at=None) for one in sent)))
    for state in (S.SENDING, S.SENT):
        store.commit(Commit(outgoing=tuple(replace(one, state=state, attempts=1) for one in sent)))
    store.commit(Commit(notes={OWED: "b-1 nobody a-1"}))
    for name in "ab":
        around = replace(doors(store, NOW), channel=name, serves=lambda told, name=name: told == name)
        deliver_due(around, RULES, LIMITS)
        assert around.mailbox.copies == [raw_of(store.mail(f"{name}:1"))]
        assert store.note(owed_by(name)) is None
    assert store.note(OWED) is None


def test_a_held_mail_is_sent_again_only_by_hand(store, around):
    """`resend` queues it under the same Message-ID; what is sent or queued is refused."""
    around.transport.script = [UnknownOutcome("connection lost")]
    deliver_due(around, RULES, LIMITS)
    assert resend(store, "ack-m1").message_id == mail().message_id
    with pytest.raises(PermanentError):
        resend(store, "ack-m1")
    assert deliver_due(around, RULES, LIMITS).sent == ("ack-m1",)
    with pytest.raises(PermanentError):
        resend(store, "ack-m1")
    with pytest.raises(PermanentError):
        resend(store, "nothing")
    assert around.transport.received == [("<ack:m1@agency.example>", OWNER)]


def test_a_held_mail_of_which_a_person_says_that_it_arrived_counts_as_sent(store, around):
    """What follows a sent mail follows, its copy comes into Sent, and it is never handed over again."""
    followed = []
    rules = replace(RULES, on_sent=lambda m, _: followed.append(m.id) or Commit())
    around.transport.script = [UnknownOutcome("connection lost")]
    deliver_due(around, rules, LIMITS)
    assert arrived(store, "ack-m1") == arrived(store, "ack-m1")
    assert deliver_due(around, rules, LIMITS).sent == ("ack-m1",)
    assert followed == ["ack-m1"]
    assert deliver_due(around, rules, LIMITS).sent == ()
    assert [m for m in around.mailbox.copies if mail().message_id.encode() in m]
    assert around.transport.received == []
    with pytest.raises(PermanentError):
        arrived(store, "ack-m1")


def test_a_mail_that_was_never_handed_over_cannot_have_arrived(store, around):
    """One held because it cannot be written is refused, as is one that waits."""
    with pytest.raises(PermanentError):
        arrived(store, "ack-m1")
    deliver_due(around, replace(RULES, assemble=_cannot), LIMITS)
    with pytest.raises(PermanentError):
        arrived(store, "ack-m1")


def _cannot(_):
    raise PermanentError("no")


def test_the_rate_is_kept_over_runs_and_restarts(store):
    """No minute sees more than the limit, and the report says when to come back."""
    store.commit(Commit(outgoing=tuple(mail(f"k{n}") for n in range(7))))
    around = doors(store, NOW)
    limits = Limits(per_minute=3, per_hour=100, per_domain=100)
    first = deliver_due(around, RULES, limits)
    assert len(first.sent) == 3
    assert first.resume_at == NOW + timedelta(minutes=1)
    assert deliver_due(doors(store, NOW + timedelta(seconds=59)), RULES, limits).sent == ()
    assert len(deliver_due(doors(store, NOW + timedelta(seconds=60)), RULES, limits).sent) == 3


def test_a_crowded_domain_does_not_hold_up_the_others(store):
    """Mails to a domain at its limit wait; mails to others leave."""
    crowd = tuple(mail(f"k{n}", to=(f"p{n}@big.example",)) for n in range(4))
    store.commit(Commit(outgoing=(*crowd, mail("z", to=("a@small.example",)))))
    report = deliver_due(doors(store, NOW), RULES, Limits(per_domain=2))
    assert set(report.sent) == {"k0", "k1", "z"}
    assert report.resume_at == NOW + timedelta(minutes=1)


def test_a_stop_ends_after_the_mail_at_hand(store):
    """Asked to stop, the run finishes the mail it is at and leaves the others queued."""
    store.commit(Commit(outgoing=(mail("k1"), mail("k2"))))
    around = doors(store, NOW)
    report = deliver_due(around, RULES, LIMITS, stop=lambda: bool(around.transport.received))
    assert len(report.sent) == 1


@pytest.mark.parametrize("rule", ["recheck", "on_sent"])
def test_a_rule_that_fails_on_one_mail_stops_no_other(store, rule):
    """The mail stays as it is for the next run, the others leave, and when the rule is mended it is not sent again."""
    store.commit(Commit(outgoing=(mail("k1"), mail("k2"))))
    around = doors(store, NOW)

    def broken(outgoing, *_):
        if outgoing.id == "k1":
            raise RuntimeError("a rule is broken")
        return Go() if rule == "recheck" else Commit()

    rules = replace(RULES, **{rule: broken})
    report = deliver_due(around, rules, LIMITS)
    assert (report.unresolved, report.sent) == (("k1",), ("k2",))
    assert deliver_due(around, rules, LIMITS).unresolved == ("k1",)
    assert deliver_due(around, RULES, LIMITS).sent == ("k1",)
    assert sorted(i for i, _ in around.transport.received) == ["<k1@agency.example>", "<k2@agency.example>"]


def test_a_notice_that_was_written_before_is_not_written_again(store, around):
    """A mail held for the second time does not stumble over the notice of the first."""
    rules = replace(RULES, on_held=lambda m: Commit(outgoing=(mail("notice", not_before=NOW + timedelta(days=9)),)))
    for _ in range(2):
        around.transport.script = [UnknownOutcome("connection lost")]
        assert deliver_due(around, rules, LIMITS).held == ("ack-m1",)
        resend(store, "ack-m1")
    assert store.mail("notice").state is S.QUEUED


def test_a_postponement_into_the_past_does_not_spin(store, around):
    """The mail is looked at again in a minute at the earliest."""
    rules = replace(RULES, recheck=lambda m: Postpone(m.not_before))
    assert deliver_due(around, rules, LIMITS).postponed == ("ack-m1",)
    assert store.next_mail() == NOW + timedelta(minutes=1)


class Crashing:
    """A store whose process dies right before or right after its n-th commit."""

    def __init__(self, store, nth, *, after):
        self._store, self._left, self._after = store, nth, after

    def __getattr__(self, name):
        return getattr(self._store, name)

    def commit(self, commit):
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        result = self._store.commit(commit)
        if self._left == 0:
            raise Killed
        return result


def rerun(store, transport, mailbox, at):
    """What the next process does."""
    around = replace(doors(store, at), transport=transport, mailbox=mailbox)
    transport.dies = ""
    deliver_due(around, RULES, LIMITS)
    deliver_due(around, RULES, LIMITS)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", range(1, 8))
def test_a_crash_at_any_commit_sends_nothing_twice_and_loses_nothing(store, nth, after):
    """Killed around any commit of a run of two mails: each was received at most once, and what was not is held or sent later."""
    store.commit(Commit(outgoing=(mail("k1"), mail("k2"))))
    transport, mailbox = ScriptedTransport(), MemoryMailbox()
    around = replace(doors(Crashing(store, nth, after=after), NOW), transport=transport, mailbox=mailbox)
    try:
        deliver_due(around, RULES, LIMITS)
    except Killed:
        rerun(store, transport, mailbox, NOW)
    _judge(store, transport, mailbox)


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_crash_while_sending_holds_the_mail(store, dies):
    """Killed within the transport, nobody knows: the mail is held, whether it was accepted or not, and the others leave."""
    store.commit(Commit(outgoing=(mail("k1"), mail("k2"))))
    transport, mailbox = ScriptedTransport(dies=dies), MemoryMailbox()
    with pytest.raises(Killed):
        deliver_due(replace(doors(store, NOW), transport=transport, mailbox=mailbox), RULES, LIMITS)
    rerun(store, transport, mailbox, NOW)
    assert store.mail("k1").state is S.HELD
    assert store.mail("k2").state is S.SENT
    _judge(store, transport, mailbox)


def _judge(store, transport, mailbox):
    ids = [message_id for message_id, _ in transport.received]
    assert len(ids) == len(set(ids)), "sent twice"
    for key in ("k1", "k2"):
        known = store.mail(key)
        arrived = known.message_id in ids
        assert known.state is S.SENT if arrived and mailbox.sent(known.message_id) else known.state in (S.SENT, S.HELD)
        assert arrived or known.state is S.HELD, "lost"


def test_a_full_disk_after_acceptance_leaves_the_proof_in_sent(store, around):
    """When `sent` cannot be recorded, the copy is kept all the same, and the next run takes it as the proof."""

    class Full(Crashing):
        def commit(self, commit):
            if any(m.state is S.SENT for m in commit.outgoing):
                raise TemporaryError("disk full")
            return self._store.commit(commit)

    with pytest.raises(TemporaryError):
        deliver_due(replace(around, store=Full(store, 0, after=False)), RULES, LIMITS)
    assert store.mail("ack:m1").state is S.SENDING
    assert deliver_due(around, RULES, LIMITS).sent == ("ack-m1",)
    assert len(around.transport.received) == 1


def test_channels_are_served_apart(store):
    """Doors take the mails of their own channel; an outage of theirs keeps no other channel's mail."""
    store.commit(Commit(outgoing=(mail("a:1", channel="a"), mail("b:1", channel="b"))))
    down = replace(doors(store, NOW), channel="a", serves=lambda name: name == "a")
    down.transport.script = [TemporaryError("away")]
    assert deliver_due(down, RULES, LIMITS).problem == "away"
    other = replace(doors(store, NOW), channel="b", serves=lambda name: name == "b")
    assert deliver_due(other, RULES, LIMITS).sent == (store.mail("b:1").id,)
    assert store.mail("a:1").state is S.QUEUED


def test_a_mail_that_takes_long_is_neither_sent_again_nor_in_doubt(store):
    """While the transport is busy with it nothing else is begun; what it says in the end is recorded."""
    store.commit(Commit(outgoing=(mail("a:1"), mail("a:2"))))
    slow = replace(doors(store, NOW), in_flight=lambda id_: id_ == store.mail("a:1").message_id)
    slow.transport.script = [StillSending("wait"), StillSending("wait")]
    for _ in range(2):
        report = deliver_due(slow, RULES, LIMITS)
        assert (report.sent, report.held) == ((), ())
        assert store.mail("a:1").state is S.SENDING
        assert store.mail("a:2").state is S.QUEUED
    assert len(deliver_due(slow, RULES, LIMITS).sent) == 2
    assert len(slow.transport.received) == 2


def test_a_mail_of_an_older_store_belongs_to_no_channel():
    """What was written before mails had a channel opens all the same."""
    document = encode_fields(mail("a:1", channel="a"))
    del document["channel"]
    assert decode(OutgoingMail, document) == mail("a:1")


def test_an_outcome_is_recorded_whoever_has_the_way_out_by_then(postgres):
    """While one worker waits for the server's answer, another took over, met an outage and noted it: what left is sent."""
    place = postgres.schema()
    one, other = TinyStore.open(place, lease=60), TinyStore.open(place, lease=60)
    one.commit(Commit(outgoing=(mail(),)))
    around = doors(one, NOW)
    send = around.transport.send

    def paused(envelope, raw):
        other.commit(Commit(notes={OUTAGE: f"1 {NOW.isoformat()}", OWED: "another"}))
        return send(envelope, raw)

    around.transport.send = paused
    with one.claims.under():
        assert deliver_due(around, RULES, LIMITS).sent == ("ack-m1",)
    assert (other.note(OUTAGE), other.note(OWED)) == (None, "another")
    other.close()
    one.close()


def test_who_handed_a_mail_over_settles_what_another_doubted(store, around):
    """A worker took over while the server took its time, and did not find the mail in Sent; the first one hears that it was accepted."""
    around.transport.script = [StillSending("it takes its time")]
    deliver_due(around, RULES, LIMITS)
    taken_over = replace(around, transport=ScriptedTransport())
    assert deliver_due(taken_over, RULES, LIMITS).held == ("ack-m1",)
    heard = replace(around, in_flight=lambda id_: id_ == mail().message_id)
    assert deliver_due(heard, RULES, LIMITS).sent == ("ack-m1",)
    assert around.mailbox.copies == [raw_of(mail())]
