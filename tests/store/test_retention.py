"""What goes after its term and what stays, on the store itself; broken off anywhere, it is done by doing it again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain import events as ev
from agent.domain.ledger import DebtorAccount
from agent.errors import PermanentError, TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import Commit
from agent.store import retention
from agent.store.adopt import adopt
from agent.store.examples import example_key, examples
from agent.store.named import forget_unnamed, named_in
from agent.store.originals import KeptMail, as_note, kept_mails, named_originals, note_of, original_of
from agent.store.retention import LetGo, forget_old_documents, forget_settled, forget_strangers, years_before
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, DEBTOR, NOW, contact, euros, folded, mail, opened, record, registered

ITEM = "acme-2026-118"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    made = TinyStore.open(tmp_path / "relance.db")
    yield made
    made.close()


def customer(store, name="d1", number="2026-118", settled=True, at=NOW, **more):
    """A customer with one invoice, settled or not; the last thing about him happened at this moment."""
    id_ = f"acme-{name}"
    bill = registered(number, debtor=id_, **more)
    events = [opened(id_, name=f"Durand {name}"), contact(f"{name}@durand.example", id_), bill]
    if settled:
        events.append(ev.InvoiceSettled(at=at, source="m5", creditor=CREDITOR, item=bill.item))
    store.commit(folded([replace(event, at=at) for event in events]))
    return id_


def names(store):
    return {account.id: account.name for account in store.states(DebtorAccount)}


@pytest.mark.parametrize(("before", "goes"), [(NOW, False), (NOW + timedelta(seconds=1), True)])
def test_a_settled_customer_goes_when_nothing_happened_for_long(store, before, goes):
    """What happened at the very moment is not before it."""
    id_ = customer(store)
    assert forget_settled(store, before) == ((id_,) if goes else ())
    assert names(store) == {id_: "" if goes else "Durand d1"}
    assert store.verify() == []


def test_whoever_owes_or_has_money_with_us_or_was_forgotten_stays(store):
    """An open invoice, a payment on account; and nobody is forgotten twice."""
    owes = customer(store, "d1", "1", settled=False)
    has = customer(store, "d2", "2")
    kept = ev.MoneyPutOnAccount(
        at=NOW,
        source="m6",
        creditor=CREDITOR,
        debtor=has,
        amount=euros("50.00"),
        on=NOW.date(),
        evidence="bank",
    )
    store.commit(folded([kept], store.ledger([has])))
    gone = customer(store, "d3", "3")
    assert forget_settled(store, LATER) == (gone,)
    assert forget_settled(store, LATER) == ()
    assert names(store) == {owes: "Durand d1", has: "Durand d2", gone: ""}


def test_what_happens_to_an_invoice_keeps_its_customer(store):
    """His account's own last event is not all that happened to him."""
    id_ = customer(store)
    late = ev.InvoiceSettled(at=LATER, source="m9", creditor=CREDITOR, item=ITEM)
    store.commit(folded([late], store.ledger([ITEM])))
    assert forget_settled(store, LATER) == ()
    assert forget_settled(store, LATER + timedelta(seconds=1)) == (id_,)


def test_many_customers_go_a_share_at_a_time(store, monkeypatch):
    """Each share goes on where the last one ended, and after the last one it begins anew."""
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    ids = [customer(store, f"d{n}", f"{n}") for n in range(1, 6)]
    shares = [forget_settled(store, LATER) for _ in range(3)]
    assert shares == [tuple(ids[:2]), tuple(ids[2:4]), tuple(ids[4:])]
    ids.append(customer(store, "d9", "9"))
    assert [forget_settled(store, LATER) for _ in range(3)][-1] == (ids[-1],)


def papers(store, *contents):
    return [store.put_document(content) for content in contents]


def test_files_of_old_invoices_go_and_those_that_are_needed_stay(store):
    """By the year of issue; what is open, younger, or named by a younger invoice too, stays."""
    old, other, shared, young, open_ = papers(store, b"old", b"other", b"shared", b"young", b"open")
    customer(store, "d1", "1", document=old, other_documents=(other, shared))
    customer(store, "d2", "2", document=young, other_documents=(shared,), issue_date=NOW.date().replace(year=2027))
    customer(store, "d3", "3", settled=False, document=open_)
    customer(store, "d4", "4", document="ab" * 32)
    assert forget_old_documents(store, 2025) == 0
    assert forget_old_documents(store, 2026) == 2
    assert set(store.documents.names()) == {shared, young, open_}
    assert store.verify() == [f"the document {'ab' * 32} of acme-4 is missing"]
    assert forget_old_documents(store, 2026) == 0


class Full:
    """Documents that cannot be taken away now."""

    def __init__(self, sound):
        self._sound = sound

    def forget(self, name):
        raise TemporaryError("no room")

    def __getattr__(self, name):
        return getattr(self._sound, name)


def test_files_that_cannot_go_now_go_the_next_night(store):
    """The books say already that they went, and miss nothing meanwhile."""
    (name,) = papers(store, b"old")
    customer(store, document=name)
    sound, store.documents = store.documents, Full(store.documents)
    with pytest.raises(TemporaryError):
        forget_old_documents(store, 2026)
    store.documents = sound
    assert store.verify() == []
    assert forget_old_documents(store, 2026) == 1
    assert (store.document(name), store.verify()) == (None, [])


def stranger(key, **more):
    return record(key, **{"sender": "x@nowhere.example", "subject": "Hi", "role": "stranger", **more})


def test_a_strangers_mail_loses_its_traces_and_its_files(store):
    """Younger ones, those about a case, and those of people we know keep theirs."""
    mine, shared = papers(store, b"mine", b"shared")
    kept = [
        stranger("young", received_at=LATER),
        stranger("about", about=(ITEM,), documents=(shared,)),
        record("owner"),
    ]
    for one in (*kept, stranger("old", documents=(mine, shared))):
        store.commit(Commit(message=one))
    assert forget_strangers(store, LATER) == 1
    assert store.seen("old") == stranger("old", sender="", subject="")
    assert [store.seen(one.key) for one in kept] == kept
    assert set(store.documents.names()) == {shared}
    assert forget_strangers(store, LATER) == 0
    assert store.note("forgetting:@strangers") is None


def test_a_strangers_files_that_cannot_go_now_go_the_next_night(store):
    """Nothing names them any more but a note that says that they are still to go."""
    (name,) = papers(store, b"mine")
    store.commit(Commit(message=stranger("old", documents=(name,))))
    sound, store.documents = store.documents, Full(store.documents)
    with pytest.raises(TemporaryError):
        forget_strangers(store, LATER)
    store.documents = sound
    assert (store.seen("old").sender, store.document(name)) == ("", b"mine")
    forget_strangers(store, LATER)
    assert store.document(name) is None
    assert store.note("forgetting:@strangers") is None


def test_a_night_on_which_nothing_goes_is_not_told_of():
    """A term of years is one of days; the log is for what happened."""
    assert not LetGo()
    assert all((LetGo(("a",)), LetGo(documents=1), LetGo(strangers=1)))
    assert years_before(NOW, 4) == NOW - timedelta(days=1461)


def test_a_document_that_anything_names_stays(store):
    """A state, a mail, a record, a note; only an event of whoever is forgotten does not count."""
    wanted, named, alone = papers(store, b"wanted", b"named", b"alone")
    store.commit(Commit(notes={"x": f"see {named}"}))
    customer(store, document=wanted)
    every = frozenset({wanted, named, alone, "ab" * 32})
    assert forget_unnamed(store, frozenset({"ab" * 32}), frozenset()) == 0
    assert forget_unnamed(store, every, frozenset()) == 1
    assert set(store.documents.names()) == {wanted, named}
    assert named_in(f"{wanted}, a{named}, {alone[:-1]}") == {wanted}


def test_the_originals_of_a_mail_are_found_by_its_account(store):
    """In the order in which they came; one whose document went is not there any more, and the check names what is missing."""
    (name,) = papers(store, b"From: a@b\r\n\r\ntext")
    mails = (KeptMail("in", "m1", name), KeptMail("out", "s1", "", shared=True), KeptMail("in", "m2", "ab" * 32))
    store.commit(Commit(notes={note_of(DEBTOR): as_note(mails), "other": "x"}))
    assert kept_mails(store, DEBTOR) == mails
    assert kept_mails(store, "nobody") == ()
    assert original_of(store, mails[1]) is None
    assert original_of(store, mails[2]) is None
    assert dict(named_originals(store)) == {note_of(DEBTOR): "ab" * 32}
    assert [sha for _, sha in named_originals(store)] == [name, "ab" * 32]
    assert store.verify() == [f"the document {'ab' * 32} of {note_of(DEBTOR)} is missing"]


def test_what_a_creditor_taught_is_his_debtors(store):
    """All examples, or those of some debtors."""
    notes = {example_key("acme-d1", "aa"): "one", example_key("acme-d2", "bb"): "two", "example": "none"}
    store.commit(Commit(notes=notes))
    assert list(examples(store)) == ["one", "two"]
    assert list(examples(store, frozenset({"acme-d2"}))) == ["two"]
    assert list(examples(store, frozenset())) == []


def test_a_mail_that_was_written_anew_takes_the_identity_under_which_it_left(store):
    """In the outbox and in its debtor's thread; other threads stay as they are."""
    queued = mail("s1", debtor=DEBTOR)
    chain = f"<a@x> {queued.message_id}"
    store.commit(Commit(outgoing=(queued, mail("s2")), notes={f"thread:{DEBTOR}": chain, "thread:other": chain}))
    known = adopt(store, queued, "<left@x>", "tok")
    assert known == replace(queued, message_id="<left@x>", token="tok")
    assert store.mail("s1") == known
    assert (store.note(f"thread:{DEBTOR}"), store.note("thread:other")) == ("<a@x> <left@x>", chain)
    assert adopt(store, store.mail("s2"), "<too@x>", "").message_id == "<too@x>"
    assert store.verify() == []


def test_only_a_waiting_mail_takes_another_identity(store):
    """Neither one that was tried, nor one that left, nor under an identity that another mail bears."""
    queued = mail("s1")
    store.commit(Commit(outgoing=(queued, mail("s2"))))
    for wrong, id_ in (
        (replace(queued, state=OutboxState.SENT), "<left@x>"),
        (replace(queued, attempts=1), "<left@x>"),
        (queued, mail("s2").message_id),
    ):
        with pytest.raises(PermanentError):
            adopt(store, wrong, id_, "tok")
    assert store.mail("s1") == queued
