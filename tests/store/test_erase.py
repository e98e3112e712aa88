"""What is forgotten is gone from every byte of the store, and the books still add up."""

from dataclasses import replace

import pytest

from agent.domain import events as ev
from agent.errors import PermanentError, TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import Commit
from agent.store.erase import erase
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, DEBTOR, NOW, contact, folded, mail, opened, promised, record, registered

ITEM = "acme-2026-118"
SECRETS = ("Durand", "compta@durand.example", "vendredi", "Question personnelle", "Madame Secret", "Objet secret")


def settle(store):
    event = ev.InvoiceSettled(at=NOW, source="m5", creditor=CREDITOR, item=ITEM)
    store.commit(folded([event], store.ledger([ITEM])))


@pytest.fixture
def store(tmp_path):
    made = TinyStore.open(tmp_path / "relance.db")
    asked = ev.QuestionAsked(
        at=NOW,
        source="m1",
        creditor=CREDITOR,
        question="q1",
        topic="x",
        subjects=(ITEM,),
        detail="Question personnelle",
    )
    events = [opened(), contact(), registered(), promised(ITEM), asked]
    letter = mail("s1", debtor=DEBTOR, to=("compta@durand.example",), text="Madame Secret", html="Madame Secret")
    made.commit(folded(events, outgoing=(letter, mail("other")), message=record(about=(ITEM,), subject="Objet secret")))
    digest = mail("digest:1", text="Durand SA: 1250.00", html="", about=())
    receipt = mail("r1", to=("Compta@durand.example",))
    notes = {"answers:compta@durand.example": "2026-03-02 1", "answers:other@x.example": "2026-03-02 1"}
    stranger = record("m2", sender="compta@durand.example", subject="Objet secret")
    made.commit(
        Commit(outgoing=(replace(letter, state=OutboxState.CANCELLED), receipt, digest), message=stranger, notes=notes)
    )
    made.commit(folded([opened("acme-d2", name="Martin SPRL")]))
    yield made
    made.close()


def stored_bytes(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_an_open_account_is_not_forgotten(store):
    """Whoever still owes must still be known; an unknown account is told as such."""
    with pytest.raises(PermanentError, match="open"):
        erase(store, DEBTOR)
    with pytest.raises(PermanentError, match="no account"):
        erase(store, "nobody")


def test_an_account_on_which_another_worker_opens_something_meanwhile_is_not_forgotten(store, monkeypatch):
    """Whether anything is open is seen where nobody else writes any more."""
    settle(store)
    begin, late = store.db.transaction, [registered("2026-900")]

    def transaction(**more):
        if late:
            event = late.pop()
            store.commit(folded([event], store.ledger([DEBTOR])))
        return begin(**more)

    monkeypatch.setattr(store.db, "transaction", transaction)
    with pytest.raises(PermanentError, match="still open"):
        erase(store, DEBTOR)
    assert store.ledger([DEBTOR]).accounts[DEBTOR].name


def test_forgetting_removes_the_texts_and_keeps_the_figures(store, tmp_path):
    """No byte of the texts is left, the chain and the fold verify, amounts and dates are there, others are untouched."""
    settle(store)
    digests = [entry.digest for entry in store.events()]
    store.checkpoint()
    assert all(secret.encode() in stored_bytes(tmp_path) for secret in SECRETS)
    done = erase(store, DEBTOR)
    assert (done.events, done.mails, done.messages) == (4, 3, 2)
    left = stored_bytes(tmp_path).lower()
    assert [secret for secret in SECRETS if secret.encode().lower() in left] == []
    assert b"martin sprl" in left
    assert store.note("answers:other@x.example") is not None
    assert store.verify() == []
    assert [entry.digest for entry in store.events()] == digests
    ledger = store.ledger([DEBTOR, ITEM, "q1", "acme-d2"])
    assert ledger.accounts[DEBTOR].name == ""
    assert ledger.items[ITEM].invoice.number == "2026-118"
    assert ledger.questions["q1"].detail == ""
    assert ledger.accounts["acme-d2"].name == "Martin SPRL"
    assert store.mail("other").text == "Bonjour"
    assert store.seen("m1").key == "m1"
    assert store.find([("address", "compta@durand.example")])["address", "compta@durand.example"] == ()


def test_forgetting_twice_changes_nothing_more(store):
    """The second time nothing is left to erase."""
    settle(store)
    erase(store, DEBTOR)
    assert erase(store, DEBTOR).events == 0
    assert store.verify() == []


def test_a_reader_in_the_way_is_told_and_the_next_try_finishes(store, tmp_path):
    """While somebody still reads the older content its bytes lie in the log; nobody is told that all is gone."""
    settle(store)
    store.db.file.execute("PRAGMA busy_timeout=1")
    reader = TinyStore.open(tmp_path / "relance.db", read_only=True)
    with reader.db.file.snapshot():
        assert reader.ledger([DEBTOR]).accounts[DEBTOR].name == "Durand SA"
        with pytest.raises(TemporaryError, match="once more"):
            erase(store, DEBTOR)
    reader.close()
    assert erase(store, DEBTOR).events == 0
    assert not any(secret.encode() in stored_bytes(tmp_path) for secret in SECRETS)
