"""`relance forget` forgets a person, and only on purpose; `relance person` hands him what is held about him."""

import json
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
    assert main(["backup", "--config", str(settled)]) == 0
    assert main(["forget", "--yes", "compta@durand.example", "--config", str(settled)]) == 0
    told = capsys.readouterr().out
    assert "These still hold him" in told
    assert "state/backups/relance-2" in told
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


def test_what_is_held_about_a_person_is_handed_to_him(books, tmp_path, capsys):
    """His account, invoices, events and mails as files, for nobody else's eyes; nothing about a stranger."""
    out = tmp_path / "out"
    assert main(["person", "Compta@durand.example", "--out", str(out), "--config", str(books)]) == 0
    told = json.loads((out / "person.json").read_text())
    assert [account["name"] for account in told["accounts"]] == ["Durand SA"]
    assert {invoice["invoice"]["number"] for invoice in told["invoices"]} == {"2026-118", "=2026-119"}
    assert any("vendredi" in str(event) for event in told["events"])
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.rglob("*") if path.is_file())
    assert main(["person", "nobody@x.example", "--out", str(tmp_path / "none"), "--config", str(books)]) == 1
    assert "Nothing is held" in capsys.readouterr().out
    assert main(["person", "compta@durand.example", "--out", str(out), "--config", str(books)]) == 1
    assert "name an empty folder" in capsys.readouterr().err


def test_a_creditors_person_gets_what_the_configuration_says(books, tmp_path):
    """His role, without the cases of his creditor."""
    assert main(["person", "owner@acme.example", "--out", str(tmp_path / "out"), "--config", str(books)]) == 0
    told = json.loads((tmp_path / "out/person.json").read_text())
    assert told["configuration"][0]["role"] == "owner"
    assert told["accounts"] == told["invoices"] == []
