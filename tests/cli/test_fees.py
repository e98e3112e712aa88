"""`relance fees`: the fee statement of a month on the command line."""

import io

import openpyxl
import pytest

from agent.cli import main
from agent.store.tinydb_store import TinyStore

COLLECTOR = '[legal]\noperator = "collector"\n[fees]\nencaissement = [{ percent = "2" }]\nvat_percent = "21"\n'


def test_it_shows_each_line_with_its_proof(books, changed, capsys):
    """What stands so far, marked as not sent, and nothing is written into the books."""
    config = str(changed(COLLECTOR))
    assert main(["fees", "acme", "--month", "2026-03", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert "not sent" in shown
    assert "Collected: 100.00 EUR; fees: 2.00 EUR, VAT 21 %: 0.42 EUR; total: 2.42 EUR" in shown
    assert "2026-118" in shown
    assert main(["fees", "acme", "--month", "2025-01", "--config", config]) == 0
    assert "No payment" in capsys.readouterr().out
    store = TinyStore.open(books.parent / "state/relance.db", read_only=True)
    assert store.note("fees:acme") is None
    store.close()


def test_it_writes_the_workbook(changed, tmp_path, capsys):
    """The same figures as cells, with names that begin like formulas as plain text."""
    target = tmp_path / "out/fees.xlsx"
    assert main(["fees", "acme", "--month", "2026-03", "--xlsx", str(target), "--config", str(changed(COLLECTOR))]) == 0
    sheet = openpyxl.load_workbook(io.BytesIO(target.read_bytes())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][0] == "2026-118"
    assert (rows[1][4], rows[1][6], rows[1][7]) == (100, 2, 2)
    assert [row[7] for row in rows if row[1] and row[7]][-1] == 2.42


@pytest.mark.parametrize(
    ("more", "arguments", "told"),
    [
        ("", ["acme"], "no fees are charged"),
        (COLLECTOR, ["nobody"], "no creditor 'nobody'"),
        (COLLECTOR, ["acme", "--month", "March"], "not a month"),
    ],
)
def test_it_says_why_there_is_nothing_to_show(changed, capsys, more, arguments, told):
    """A creditor's own service, an unknown creditor, a month of another form."""
    assert main(["fees", *arguments, "--config", str(changed(more))]) == 1
    assert told in capsys.readouterr().err
