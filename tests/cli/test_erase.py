"""`relance erase` forgets a person, and only on purpose."""

import sys

import pytest

from agent.cli import main
from agent.domain import events as ev
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, NOW, folded


@pytest.fixture
def settled(books):
    """The same books after everything was settled."""
    store = TinyStore.open(books.parent / "state/relance.db")
    ids = ["acme-2026-118", "acme-=2026-119"]
    ends = [ev.InvoiceSettled(at=NOW, source="m4", creditor=CREDITOR, item=item) for item in ids]
    store.commit(folded(ends, store.ledger(ids)))
    store.close()
    return books


def test_what_names_a_person_is_gone_and_the_books_still_verify(settled, capsys):
    """Name, address and quoted words; the amounts stay."""
    assert main(["erase", "--yes", "compta@durand.example", "--config", str(settled)]) == 0
    assert main(["verify", "--config", str(settled)]) == 0
    capsys.readouterr()
    assert main(["explain", "2026-118", "--config", str(settled)]) == 0
    told = capsys.readouterr().out
    assert "1250.00" in told
    assert "vendredi" not in told
    assert b"durand.example" not in (settled.parent / "state/relance.db").read_bytes()


def test_nobody_is_forgotten_while_something_is_open(books, capsys):
    """The creditor still needs to know whom to write to."""
    assert main(["erase", "--yes", "compta@durand.example", "--config", str(books)]) == 1
    assert "still open" in capsys.readouterr().err


def test_nobody_is_forgotten_by_a_slip(settled, monkeypatch, capsys):
    """One debtor must be meant, and it must be confirmed."""
    assert main(["erase", "--yes", "nobody", "--config", str(settled)]) == 1
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert main(["erase", "Durand", "--config", str(settled)]) == 1
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert main(["erase", "Durand", "--config", str(settled)]) == 1
    assert "Nothing was erased" in capsys.readouterr().out
