"""The Store contract, the same for every implementation: as it is, and opened anew before each call, so that nothing lives in memory only."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta, timezone
from hashlib import sha256

import pytest

from agent.domain import events as ev
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem, Question, replay
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState, Part
from agent.ports import AlreadyDone, Box, Commit, Conflict, Timer
from agent.store.tinydb_store import TinyStore
from tests.store.builders import (
    CREDITOR,
    DEBTOR,
    NOW,
    contact,
    folded,
    invoice,
    mail,
    opened,
    paid,
    promised,
    record,
    registered,
)

ITEM = "acme-2026-118"
LATER = NOW + timedelta(hours=1)


class Forgetful:
    """A store that is closed and opened again before every call."""

    def __init__(self, place):
        self._place = place
        self._store = TinyStore.open(place)

    def _reopened(self):
        self._store.close()
        self._store = TinyStore.open(self._place)
        return self._store

    @property
    def db(self):
        return self._reopened().db

    def together(self):
        """Nothing waits for the next call."""
        return nullcontext()

    def __getattr__(self, name):
        def call(*args, **kwargs):
            result = getattr(self._reopened(), name)(*args, **kwargs)
            return iter(list(result)) if isinstance(result, Iterator) else result

        return call


@pytest.fixture(params=["tinydb", "tinydb-reopened", "postgres", "postgres-reopened"])
def store(request, tmp_path):
    """Each implementation in turn."""
    ground, _, reopened = request.param.partition("-")
    place = request.getfixturevalue("postgres").schema() if ground == "postgres" else tmp_path / "state" / "relance.db"
    made = Forgetful(place) if reopened else TinyStore.open(place)
    made.place = place
    yield made
    assert made.verify() == []
    made.close()


@pytest.fixture
def filled(store):
    """A store with one debtor, his address, two invoices, a mail and what caused it."""
    events = [opened(), contact(), registered(), registered("2026-119")]
    store.commit(folded(events, outgoing=(mail(),), message=record()))
    return store


def test_a_commit_gives_back_all_that_went_in(filled):
    """States, events, mail, message and their texts are what was committed."""
    events = [opened(), contact(), registered(), registered("2026-119")]
    expected = replay(events)
    assert filled.ledger([DEBTOR, ITEM, "acme-2026-119"]) == expected
    assert [entry.event for entry in filled.events()] == events
    assert [entry.seq for entry in filled.events()] == [1, 2, 3, 4]
    assert filled.mail("ack:m1") == mail()
    assert filled.seen("m1") == record()


def test_the_number_of_the_last_event_is_given(store):
    """A commit answers with the number of the last event, also when it brought none."""
    assert store.commit(Commit(notes={"a": "b"})) == 0
    assert store.commit(folded([opened(), registered()])) == 2
    assert store.commit(Commit(notes={"a": "c"})) == 2


def test_unknown_things_are_none_or_empty(store):
    """What was never put in is not there."""
    assert store.seen("m9") is None
    assert store.mail("x") is None
    assert store.mail("") is None
    assert store.note("x") is None
    assert store.next_timer() is None
    assert store.next_mail() is None
    assert store.document("0" * 64) is None
    assert store.document("../../etc/passwd") is None
    assert store.ledger(["nobody"]).get("nobody") is None
    assert list(store.events("nobody")) == []
    assert store.attempts("m9") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda c: replace(c, message=record()), id="message key"),
        pytest.param(lambda c: replace(c, outgoing=(mail(),)), id="mail key"),
        pytest.param(lambda c: replace(c, outgoing=(mail("new"), mail(queued_at=LATER))), id="mail key composed anew"),
        pytest.param(lambda c: replace(c, states=tuple(replace(s, version=9) for s in c.states)), id="version"),
    ],
)
def test_a_refused_commit_changes_nothing(filled, wrong):
    """Conflict and AlreadyDone leave no trace of any part of the commit."""
    ledger = filled.ledger([ITEM])
    before = (list(filled.events()), list(filled.outbox(OutboxState)), list(filled.messages()))
    commit = folded(
        [promised(ITEM)],
        ledger,
        outgoing=(mail("new"),),
        message=record("m3"),
        timers=(Timer(ITEM, NOW),),
        notes={"n": "1"},
    )
    with pytest.raises((Conflict, AlreadyDone)):
        filled.commit(wrong(commit))
    assert (list(filled.events()), list(filled.outbox(OutboxState)), list(filled.messages())) == before
    assert filled.ledger([ITEM]) == ledger
    assert filled.note("n") is None
    assert filled.next_timer() is None
    assert filled.seen("m3") is None
    filled.commit(commit)


def test_a_decision_on_an_old_state_meets_a_conflict(filled):
    """Two decisions on one version of an item: the first is taken, the second must be decided again."""
    ledger = filled.ledger([ITEM])
    filled.commit(folded([promised(ITEM)], ledger))
    with pytest.raises(Conflict):
        filled.commit(folded([paid(ITEM)], ledger))
    filled.commit(folded([paid(ITEM)], filled.ledger([ITEM])))
    assert filled.ledger([ITEM]).items[ITEM].version == 3


def test_opening_what_is_there_already_meets_a_conflict(filled):
    """A second invoice of the same id is not registered over the first."""
    with pytest.raises(Conflict):
        filled.commit(folded([registered()]))


def test_an_event_without_its_state_is_refused(filled):
    """A commit whose events change a state that it leaves out would leave that state behind its events."""
    with pytest.raises(ValueError, match="leaves its state out"):
        filled.commit(Commit(events=(promised(ITEM),)))


def test_a_message_is_done_once(filled):
    """The key of a handled mail is refused; one that waits for an answer is replaced when it came."""
    with pytest.raises(AlreadyDone):
        filled.commit(Commit(message=record(because="again")))
    filled.commit(Commit(message=record("m2", waiting="token")))
    filled.commit(Commit(message=record("m2", because="proved")))
    assert filled.seen("m2").because == "proved"
    with pytest.raises(AlreadyDone):
        filled.commit(Commit(message=record("m2")))


def test_messages_come_newest_first_by_box(filled):
    """All records or those of one box, the newest first, at most so many."""
    for number in range(2, 6):
        filled.commit(Commit(message=record(f"m{number}", box=Box.REVIEW if number % 2 else Box.HANDLED)))
    assert [r.key for r in filled.messages()] == ["m5", "m4", "m3", "m2", "m1"]
    assert [r.key for r in filled.messages(Box.REVIEW)] == ["m5", "m3"]
    assert [r.key for r in filled.messages(limit=2)] == ["m5", "m4"]


def test_states_are_found_by_their_terms(filled):
    """Exact terms give the ids of the states that bear them now, of one creditor if asked."""
    filled.commit(folded([opened("other-d1", "other"), registered("2026/118", creditor="other", debtor="other-d1")]))
    number, address, nothing = ("number", "2026118"), ("address", "compta@durand.example"), ("number", "9")
    assert filled.find([number, address, nothing]) == {
        number: (ITEM, "other-2026/118"),
        address: (DEBTOR,),
        nothing: (),
    }
    assert filled.find([number], "other")[number] == ("other-2026/118",)


def test_terms_follow_the_state(filled):
    """A settled item is not found as open any more, a removed address not at all."""
    ledger = filled.ledger([ITEM])
    head = {"at": NOW, "source": "m4", "creditor": CREDITOR}
    filled.commit(folded([ev.InvoiceSettled(**head, item=ITEM)], ledger))
    gone = ev.ContactRemoved(**head, debtor=DEBTOR, address="compta@durand.example")
    filled.commit(folded([gone], filled.ledger([DEBTOR])))
    assert filled.find([("open", DEBTOR)])["open", DEBTOR] == ("acme-2026-119",)
    assert filled.find([("debtor", DEBTOR)])["debtor", DEBTOR] == (ITEM, "acme-2026-119")
    assert filled.find([("address", "compta@durand.example")])["address", "compta@durand.example"] == ()


def test_items_are_chosen_by_creditor_debtor_and_openness(filled):
    """Every combination of the three, in the order in which the items came."""
    filled.commit(folded([opened("other-d1", "other"), registered("7", creditor="other", debtor="other-d1")]))
    settled = ev.InvoiceSettled(at=NOW, source="m4", creditor=CREDITOR, item=ITEM)
    filled.commit(folded([settled], filled.ledger([ITEM])))

    def ids(*args, **kwargs):
        return [item.id for item in filled.items(*args, **kwargs)]

    assert ids() == [ITEM, "acme-2026-119", "other-7"]
    assert ids(open_only=True) == ["acme-2026-119", "other-7"]
    assert ids(CREDITOR) == [ITEM, "acme-2026-119"]
    assert ids(CREDITOR, open_only=True) == ["acme-2026-119"]
    assert ids(debtor=DEBTOR) == [ITEM, "acme-2026-119"]
    assert ids(debtor=DEBTOR, open_only=True) == ["acme-2026-119"]
    assert ids("other", DEBTOR) == []


def test_items_may_be_walked_while_commits_go_on(store):
    """A walk over many items meets each once although they change meanwhile."""
    store.commit(folded([opened(), *(registered(str(n)) for n in range(1100))]))
    walked = []
    for item in store.items(CREDITOR):
        walked.append(item.id)
        if len(walked) % 400 == 1:
            store.commit(folded([paid(item.id)], store.ledger([item.id])))
    assert walked == [f"acme-{n}" for n in range(1100)]


def test_states_are_given_by_kind(filled):
    """Items, accounts and questions, each on its own."""
    asked = ev.QuestionAsked(
        at=NOW,
        source="m1",
        creditor=CREDITOR,
        question="q1",
        topic="due_date",
        subjects=(ITEM,),
        to="a@b.example",
        detail="when?",
    )
    filled.commit(folded([asked]))
    assert [s.id for s in filled.states(OpenItem)] == [ITEM, "acme-2026-119"]
    assert [s.id for s in filled.states(DebtorAccount, CREDITOR)] == [DEBTOR]
    assert list(filled.states(Question)) == [
        Question("q1", CREDITOR, "due_date", (ITEM,), (), "a@b.example", "when?", NOW)
    ]
    assert list(filled.states(Question, "other")) == []
    assert filled.find([("subject", ITEM)])["subject", ITEM] == ("q1",)


def test_events_are_given_by_state_and_from_a_number(filled):
    """About one state or all, after a number, at most so many; each chained to the one before."""
    assert [e.seq for e in filled.events(DEBTOR)] == [1, 2]
    assert [e.seq for e in filled.events(since=2)] == [3, 4]
    assert [e.seq for e in filled.events(since=1, limit=2)] == [2, 3]
    assert [e.seq for e in filled.events(ITEM, since=3)] == []
    assert len({e.digest for e in filled.events()}) == 4


def test_timers_are_due_in_time(store):
    """Due ones oldest first whatever their time zone; set again they move, taken away they are gone."""
    east = timezone(timedelta(hours=9))
    store.commit(
        Commit(timers=(Timer("b", LATER), Timer("a", NOW.astimezone(east)), Timer("c", NOW + timedelta(days=1))))
    )
    assert store.next_timer() == NOW
    assert [t.subject for t in store.timers(LATER)] == ["a", "b"]
    assert [t.subject for t in store.timers(LATER, limit=1)] == ["a"]
    store.commit(Commit(timers=(Timer("a", NOW + timedelta(days=2)), Timer("b", None), Timer("never", None))))
    assert store.timers(LATER) == []
    assert store.next_timer() == NOW + timedelta(days=1)


def test_the_outbox_is_in_the_order_of_leaving(store):
    """Mails of the wanted states by the time they may leave, only those due by a moment if asked."""
    for number, hours in enumerate([3, 1, 2]):
        store.commit(Commit(outgoing=(mail(f"k{number}", not_before=NOW + timedelta(hours=hours)),)))
    third = store.mail("k0")
    store.commit(Commit(outgoing=(replace(third, state=OutboxState.HELD, note="?"),)))
    assert [m.key for m in store.outbox([OutboxState.QUEUED])] == ["k1", "k2"]
    assert [m.key for m in store.outbox(OutboxState)] == ["k1", "k2", "k0"]
    assert [m.key for m in store.outbox([OutboxState.QUEUED, OutboxState.HELD], limit=1)] == ["k1"]
    assert [m.key for m in store.outbox([OutboxState.QUEUED], due_at=NOW + timedelta(hours=1))] == ["k1"]
    assert [m.key for m in store.outbox([OutboxState.HELD], due_at=NOW)] == []
    assert store.next_mail() == NOW + timedelta(hours=1)


def test_the_outbox_may_be_walked_while_its_mails_change(store):
    """Each mail that was due is met once, although those met before are claimed, sent and put off meanwhile."""
    for number in range(3):
        batch = range(number * 400, number * 400 + 400)
        store.commit(Commit(outgoing=tuple(mail(f"k{n}", not_before=NOW + timedelta(seconds=n)) for n in batch)))
    walked = []
    for outgoing in store.outbox([OutboxState.QUEUED], due_at=LATER):
        walked.append(outgoing.key)
        if len(walked) % 100 == 1:
            sending = replace(outgoing, state=OutboxState.SENDING, attempts=1)
            store.commit(Commit(outgoing=(sending,)))
            later = replace(sending, state=OutboxState.QUEUED, not_before=LATER + timedelta(hours=1))
            store.commit(Commit(outgoing=(later,)))
    assert walked == [f"k{n}" for n in range(1200)]


def test_a_mail_is_found_by_each_of_its_names(store):
    """By id, key, Message-ID, and by token the latest that bears it."""
    part = Part("a.pdf", "application/pdf", store.put_document(b"pdf"), 3)
    first, second = mail("k1", token="T-1"), mail("k2", token="T-1", parts=(part,), references=("<a@b>",))
    store.commit(Commit(outgoing=(first,)))
    store.commit(Commit(outgoing=(second,)))
    assert store.mail("k1") == first
    assert store.mail("<k1@agency.example>") == first
    assert store.mail("T-1") == second


S = OutboxState


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ((S.SENDING, S.SENT), True),
        ((S.SENDING, S.QUEUED, S.SENDING, S.SENT), True),
        ((S.SENDING, S.HELD, S.QUEUED), True),
        ((S.CANCELLED, S.QUEUED), False),
        ((S.SENDING, S.HELD, S.SENT), True),
        ((S.SENDING, S.FAILED, S.QUEUED), True),
        ((S.CANCELLED,), True),
        ((S.HELD, S.QUEUED), True),
        ((S.SENT,), False),
        ((S.SENDING, S.SENT, S.QUEUED), False),
        ((S.SENDING, S.SENT, S.SENDING), False),
        ((S.SENDING, S.SENT, S.CANCELLED), False),
        ((S.SENDING, S.CANCELLED), False),
        ((S.CANCELLED, S.SENDING), False),
        ((S.FAILED, S.SENDING), False),
    ],
)
def test_a_mail_goes_only_the_ways_of_the_outbox(store, path, allowed):
    """What was sent stays sent, and nothing is sent that was not claimed first."""
    current = mail()
    store.commit(Commit(outgoing=(current,)))
    *way, last = path
    for state in way:
        current = replace(current, state=state, attempts=1, sent_at=NOW if state is S.SENT else None)
        store.commit(Commit(outgoing=(current,)))
    final = replace(current, state=last, attempts=1, sent_at=NOW if last is S.SENT else current.sent_at)
    if allowed:
        store.commit(Commit(outgoing=(final,)))
        assert store.mail("ack:m1") == final
    else:
        with pytest.raises(Conflict):
            store.commit(Commit(outgoing=(final,)))


@pytest.mark.parametrize("attempts", [0, 1])
@pytest.mark.parametrize("state", OutboxState)
def test_a_used_key_never_makes_a_second_mail(store, state, attempts):
    """Whatever became of the first mail, the same letter written again, be it at the same moment, is refused."""
    current = mail()
    store.commit(Commit(outgoing=(current,)))
    for step in {S.SENT: (S.SENDING, S.SENT), S.QUEUED: ()}.get(state, (state,)):
        current = replace(current, state=step, attempts=attempts, sent_at=NOW)
        store.commit(Commit(outgoing=(current,)))
    for again in (mail(), mail(queued_at=LATER, not_before=LATER)):
        with pytest.raises(AlreadyDone):
            store.commit(Commit(outgoing=(again,)))
    assert store.mail("ack:m1").state is state


def test_notes_are_kept_replaced_and_taken_away(store):
    """A note is a text under a key; None takes it away."""
    store.commit(Commit(notes={"cursor": "é 1", "other": ""}))
    store.commit(Commit(notes={"cursor": "2"}))
    assert (store.note("cursor"), store.note("other")) == ("2", "")
    store.commit(Commit(notes={"cursor": None, "never": None}))
    assert store.note("cursor") is None


def test_documents_are_kept_once_by_their_content(store):
    """The name of a document is its SHA-256; putting it twice changes nothing."""
    name = store.put_document(b"%PDF")
    assert name == sha256(b"%PDF").hexdigest()
    assert store.put_document(b"%PDF") == name
    assert store.document(name) == b"%PDF"
    assert store.document(store.put_document(b"")) == b""


def test_failed_attempts_are_counted_for_good(store):
    """Each failure counts one; asking counts nothing."""
    assert [store.attempts("m1", failed=True) for _ in range(3)] == [1, 2, 3]
    assert store.attempts("m1") == 3
    assert store.attempts("m2") == 0


def test_what_is_given_is_a_copy(filled):
    """Changing a document that TinyDB gave changes nothing in the store."""
    table = filled.db.table("items")
    table.all()[0]["invoice"]["number"] = "stolen"
    table.get(doc_id=1)["terms"].clear()
    assert filled.ledger([ITEM]).items[ITEM].invoice.number == "2026-118"
    assert filled.verify() == []


def test_erased_fields_and_every_value_survive(store):
    """Amounts, dates, empty and odd texts come back as they were."""
    odd = invoice("№ 7/é\n\0x", due_date=None, consumer=False, other_documents=("",), filename="a" * 3000)
    event = replace(registered(), item=odd.id, invoice=odd, doubts=("due_date",))
    store.commit(folded([event]))
    item = store.ledger([odd.id]).items[odd.id]
    assert item.invoice == odd
    assert item.state is ItemState.REVIEW


def test_halves_of_characters_from_broken_mail_do_no_harm(filled):
    """Text that has no form in UTF-8 is kept as it is, found, erased from nothing, and stops no commit."""
    broken = "caf\udce9 \ud83d"
    words = promised(ITEM, words=broken)
    filled.commit(
        folded(
            [words, contact(f"{broken}@x.example")],
            filled.ledger([ITEM, DEBTOR]),
            message=record("m2", subject=broken, sender=broken),
            outgoing=(mail(f"k:{broken}", text=broken),),
            notes={broken: broken},
        )
    )
    assert filled.seen("m2").subject == broken
    assert filled.mail(f"k:{broken}").text == broken
    assert filled.note(broken) == broken
    assert filled.note(broken.replace("\udce9", "\udce8")) is None
    assert list(filled.events(ITEM))[-1].event == words
    assert filled.find([("address", f"{broken}@x.example")])["address", f"{broken}@x.example"] == (DEBTOR,)


def test_a_backup_is_a_store_of_its_own(filled, tmp_path):
    """The copy opens, verifies, holds the same and the documents too; the original goes on."""
    name = filled.put_document(b"pdf")
    filled.backup(tmp_path / "backup" / "copy.db")
    filled.commit(Commit(notes={"later": "1"}))
    copy = TinyStore.open(tmp_path / "backup" / "copy.db")
    assert copy.verify() == []
    assert list(copy.events()) == list(filled.events())
    assert copy.note("later") is None
    assert copy.document(name) == b"pdf"
    copy.close()


def test_a_second_writer_is_turned_away(filled):
    """One process writes at a time; another is told to come back, and may read."""
    with pytest.raises(TemporaryError):
        TinyStore.open(filled.place)
    reader = TinyStore.open(filled.place, read_only=True)
    assert reader.seen("m1") == record()
    reader.close()


def test_the_queue_is_told_without_its_texts_and_places_are_counted(store):
    """What may leave by then in the order of its time, with all addresses; how many mails are in a state or a folder."""
    later = NOW + timedelta(hours=2)
    mails = (
        mail("b", cc=("c@x.example",)),
        mail("a", not_before=later, note="waits"),
        mail("s", state=OutboxState.HELD),
    )
    store.commit(Commit(outgoing=mails, message=record()))
    first, second = store.queue()
    assert (first.id, first.to, first.not_before, first.note) == ("b", (*mails[0].to, "c@x.example"), NOW, "")
    assert (second.id, second.not_before, second.note, second.channel) == ("a", later, "waits", "")
    assert [queued.id for queued in store.queue(NOW)] == ["b"]
    assert [store.count(state) for state in (OutboxState.QUEUED, OutboxState.HELD, OutboxState.SENT)] == [2, 1, 0]
    assert [store.count(box) for box in (record().box, Box.QUARANTINE)] == [1, 0]


def test_commits_that_become_durable_together_are_refused_each_for_itself(store):
    """What one of them is refused takes nothing from the others, before or after it."""
    with store.together():
        store.commit(Commit(outgoing=(mail("k1"),), message=record("m1"), notes={"a": "1"}))
        with pytest.raises(AlreadyDone):
            store.commit(Commit(outgoing=(mail("k2"),), message=record("m1"), notes={"a": "2"}))
        name = store.put_document(b"pdf")
        store.commit(Commit(outgoing=(mail("k3"),), notes={"b": "3"}))
        assert (store.note("a"), store.document(name)) == ("1", b"pdf")
    assert [store.mail(key) is not None for key in ("k1", "k2", "k3")] == [True, False, True]
    assert (store.note("a"), store.note("b"), store.document(name)) == ("1", "3", b"pdf")
    assert store.verify() == []
