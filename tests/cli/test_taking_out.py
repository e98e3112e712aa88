"""Taking the books out: export and backup."""

import csv
import stat

import openpyxl
from tinydb import Query, TinyDB

from agent.cli import main
from agent.domain.ledger import DebtorAccount
from agent.ports import Commit
from agent.store.examples import example_key
from agent.store.tinydb_store import TinyStore


def test_the_csv_is_the_tracking_sheet_in_plain_values(books, tmp_path):
    """One row an item; a number that begins with = stays text in a spreadsheet."""
    target = tmp_path / "out/books.csv"
    assert main(["export", "--csv", str(target), "--config", str(books)]) == 0
    rows = list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert [(r["number"], r["balance"], r["state"]) for r in rows] == [
        ("2026-118", "1150.00", rows[0]["state"]),
        ("'=2026-119", "1250.00", rows[1]["state"]),
    ]
    assert rows[0]["debtor"] == "Durand SA"


def test_the_workbook_holds_one_creditors_sheet(books, tmp_path):
    """The whole workbook, as the digest brings it; another creditor's name is refused."""
    target = tmp_path / "books.xlsx"
    assert main(["export", "--xlsx", "--creditor", "acme", str(target), "--config", str(books)]) == 0
    book = openpyxl.load_workbook(target)
    assert len(book.worksheets) == 6
    sheet = book.worksheets[0]
    assert sheet is not None
    assert sheet.max_row == 3
    assert main(["export", "--xlsx", "--creditor", "nobody", str(target), "--config", str(books)]) == 1


def test_the_tinydb_export_opens_with_tinydb(books, tmp_path):
    """The whole store as one plain file."""
    target = tmp_path / "books.json"
    assert main(["export", "--tinydb", str(target), "--config", str(books)]) == 0
    with TinyDB(target) as plain:
        assert plain.table("items").get(Query().invoice.number == "2026-118")
    assert main(["export", "--tinydb", "--creditor", "acme", str(target), "--config", str(books)]) == 1


def test_the_examples_of_one_creditor_are_his_alone(books, tmp_path):
    """What another creditor's debtor wrote is not among them."""
    store = TinyStore.open(books.parent / "state/relance.db")
    mine = next(iter(store.states(DebtorAccount, "acme"))).id
    store.commit(
        Commit(notes={example_key(mine, "1"): '{"words": "mine"}', example_key("a0", "2"): '{"words": "his"}'})
    )
    store.close()
    target = tmp_path / "examples.jsonl"
    assert main(["export", "--examples", "--creditor", "acme", str(target), "--config", str(books)]) == 0
    assert target.read_text() == '{"words": "mine"}\n'
    assert main(["export", "--examples", str(target), "--config", str(books)]) == 0
    assert len(target.read_text().splitlines()) == 2


def test_a_backup_is_a_store_and_is_never_written_over(books, tmp_path):
    """It opens, it verifies, and a second one needs another name."""
    target = tmp_path / "copies/one.db"
    assert main(["backup", str(target), "--config", str(books)]) == 0
    copy = TinyStore.open(target, read_only=True)
    assert list(copy.verify()) == []
    copy.close()
    assert main(["backup", str(target), "--config", str(books)]) == 1


def test_backups_without_a_name_are_dated_and_the_oldest_go(books):
    """The newest of seven days, four weeks and six months stay; other files of the folder are left alone."""
    folder = books.parent / "state/backups"
    folder.mkdir()
    for month in range(1, 10):
        for day in range(1, 29):
            (folder / f"relance-2026{month:02}{day:02}T024000.db").touch()
    (folder / "mine.db").touch()
    assert main(["backup", "--config", str(books)]) == 0
    dated = sorted(p.name for p in folder.glob("relance-2*.db"))
    old = [name[8:16] for name in dated if name.startswith("relance-20260")]
    months = ["20260528", "20260628", "20260728", "20260828"]
    assert old == [*months, "20260920", *(f"202609{day}" for day in range(23, 29))]
    assert (folder / "mine.db").exists()
    assert stat.S_IMODE((folder / dated[-1]).stat().st_mode) & 0o077 == 0
    assert not list(folder.glob(".*"))
