"""`relance export --ledger` and `--contacts`: the whole books in other programs' forms."""

import csv
import io

import openpyxl
import pytest

from agent.cli import main
from agent.domain.ledger import DebtorAccount
from agent.store.tinydb_store import TinyStore


def exported(books, tmp_path, form: str, name: str, *more: str) -> bytes:
    target = tmp_path / "out" / name
    assert main(["export", form, *more, str(target), "--config", str(books)]) == 0
    return target.read_bytes()


def test_the_workbook_has_items_payments_and_events(books, tmp_path):
    """A sheet each; a number that begins like a formula is text."""
    book = openpyxl.load_workbook(io.BytesIO(exported(books, tmp_path, "--ledger", "books.xlsx")))
    assert book.sheetnames == ["items", "payments", "events"]
    heads, *rows = book["items"].iter_rows(values_only=True)
    numbers = [row[heads.index("number")] for row in rows]
    assert numbers == ["2026-118", "=2026-119"]
    assert book["items"].cell(3, heads.index("number") + 1).data_type == "s"
    assert next(book["payments"].iter_rows(min_row=2, values_only=True))[4] == 100


def test_the_csv_has_them_in_one_table(books, tmp_path):
    """Formulas are disarmed."""
    rows = list(csv.DictReader(exported(books, tmp_path, "--ledger", "books.csv").decode("utf-8-sig").splitlines()))
    assert {row["type"] for row in rows} == {"item", "payment", "event"}
    assert "'=2026-119" in {row["number"] for row in rows}


@pytest.mark.parametrize("name", ["books.journal", "books.beancount"])
def test_the_journals_hold_the_balances(books, tmp_path, name):
    """Two invoices less a payment on one debtor; the same books give the same bytes."""
    text = exported(books, tmp_path, "--ledger", name, "--creditor", "acme").decode()
    assert "2400.00 EUR" in text
    assert "Assets:Receivable:Acme:Durand" in text
    assert text == exported(books, tmp_path, "--ledger", name).decode()


def test_another_suffix_is_refused(books, tmp_path, capsys):
    """With the forms that there are."""
    assert main(["export", "--ledger", str(tmp_path / "books.pdf"), "--config", str(books)]) == 1
    assert ".beancount" in capsys.readouterr().err


def test_customers_go_out_and_come_in_again(books, tmp_path, capsys):
    """The export is a contact book, and taking it over changes nothing here and everything in empty books."""
    target = tmp_path / "out/contacts.csv"
    exported(books, tmp_path, "--contacts", "contacts.csv")
    assert main(["import", str(target), "--creditor", "acme", "--config", str(books)]) == 0
    assert "1 × known, nothing changes" in capsys.readouterr().out
    (tmp_path / "state/relance.db").rename(tmp_path / "state/old.db")
    for rest in (tmp_path / "state").glob("relance.db-*"):
        rest.unlink()
    TinyStore.open(tmp_path / "state/relance.db").close()
    assert main(["import", str(target), "--creditor", "acme", "--config", str(books)]) == 0
    again = exported(books, tmp_path, "--contacts", "again.csv")
    assert main(["import", str(tmp_path / "out/again.csv"), "--creditor", "acme", "--config", str(books)]) == 0
    assert exported(books, tmp_path, "--contacts", "third.csv") == again
    store = TinyStore.open(tmp_path / "state/relance.db", read_only=True)
    (account,) = store.states(DebtorAccount, "acme")
    store.close()
    assert (account.name, account.number, account.contact.address) == (
        "Durand SA",
        "BE0123456749",
        "compta@durand.example",
    )
