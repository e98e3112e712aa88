"""`relance layouts`: what corrections taught, on the command line; and readings with their evidence, drawn."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from agent.cli import main
from agent.store.tinydb_store import TinyStore
from tests.parsers.invoices.layouts import ateliers
from tests.walks.invoices import ubl


def told(capsys, *arguments: object, code: int = 0) -> str:
    """What a command prints on standard output."""
    assert main([str(a) for a in arguments]) == code
    return capsys.readouterr().out


@pytest.fixture
def first(tmp_path) -> Path:
    path = tmp_path / "first.pdf"
    path.write_bytes(ateliers()[0].pdf)
    return path


@pytest.fixture
def second(tmp_path) -> Path:
    path = tmp_path / "second.pdf"
    path.write_bytes(ateliers()[1].pdf)
    return path


def _learn(books, first, *more: str, code: int = 0) -> tuple[object, ...]:
    return ("layouts", "learn", first, "number=SV/0412", *more, "--config", books)


def test_a_layout_is_learned_listed_shown_used_and_removed(books, first, second, capsys):
    """From a file with its right values to a better reading of the next one, and back."""
    shown = told(capsys, *_learn(books, first, "due_date=2026-03-17"), "--creditor", "acme")
    assert "«notre dossier»" in shown
    (layout,) = [json.loads(line) for line in told(capsys, "layouts", "--json", "--config", books).splitlines()]
    assert set(layout["rules"]) == {"number", "due_date"}
    assert layout["id"] in told(capsys, "layouts", "--config", books)
    assert "due_date" in told(capsys, "layouts", "show", layout["id"], "--config", books)
    plain = json.loads(told(capsys, "read", "--json", second))
    taught = json.loads(told(capsys, "read", "--json", "--creditor", "acme", "--config", books, second))
    assert "invoice_number" not in plain
    assert taught["invoice_number"] == "SV/0587"
    assert taught["evidence"]["invoice_number"]["label"] == "notre dossier"
    assert "Forgotten" in told(capsys, "layouts", "remove", layout["id"], "--config", books)
    assert "No correction" in told(capsys, "layouts", "--config", books)


def test_while_the_service_runs_it_is_asked(books, first, capsys):
    """It alone writes to the books: learning and removing leave a request."""
    told(capsys, *_learn(books, first), "--creditor", "acme")
    (layout,) = [json.loads(line) for line in told(capsys, "layouts", "--json", "--config", books).splitlines()]
    running = TinyStore.open(books.parent / "state/relance.db")
    try:
        assert "asked" in told(capsys, "layouts", "remove", layout["id"], "--config", books)
        assert "asked" in told(capsys, *_learn(books, first), "--creditor", "acme")
    finally:
        running.close()
    assert len(list((books.parent / "state/requests").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("learn",), "needs a file"),
        (("learn", "FIRST", "number"), "no field=value"),
        (("learn", "FIRST", "due_date=31/12/2026"), "dates as"),
        (("learn", "FIRST", "number=SV/0412"), "--creditor"),
        (("learn", "nowhere.pdf", "number=1"), "cannot be read"),
        (("show", "l-nothing"), "no layout"),
        (("remove", "l-nothing"), "no layout"),
    ],
)
def test_wrong_calls_are_told(books, first, capsys, arguments, words):
    """One line that says what is missing."""
    given = [str(first) if a == "FIRST" else a for a in arguments]
    assert main(["layouts", *given, "--config", str(books)]) == 1
    assert words in capsys.readouterr().err


def test_a_file_that_teaches_nothing_is_told(books, first, capsys):
    """The page does not show the value."""
    assert main(["layouts", "learn", str(first), "number=ZZ", "--creditor", "acme", "--config", str(books)]) == 1
    assert "nothing can be learned" in capsys.readouterr().err


def test_the_evidence_of_each_field_is_printed(first, capsys):
    """Page, box, label, rule and confidence."""
    row = json.loads(told(capsys, "read", "--json", first))
    total = row["evidence"]["total_gross"]
    assert {"page", "box", "rule", "confidence", "label", "value"} <= set(total)
    assert total["page"] == 1
    assert len(total["box"]) == 4


def test_documents_are_drawn_each_page_in_a_file_of_its_own(first, second, tmp_path, capsys):
    """OUT.png for the first page, OUT-2.png for the next; wider than the page by the list beside it."""
    out = tmp_path / "out.png"
    told(capsys, "read", "--picture", out, first, second)
    for path in (out, tmp_path / "out-2.png"):
        with Image.open(io.BytesIO(path.read_bytes())) as picture:
            assert picture.width > 1500
            assert len(picture.getcolors(1 << 20)) > 20


def test_xml_says_that_it_has_no_page(tmp_path, capsys):
    """There is nothing to draw."""
    path = tmp_path / "f.xml"
    path.write_bytes(ubl("2026-1"))
    assert main(["read", "--picture", str(tmp_path / "out.png"), str(path)]) == 0
    assert "no page to draw" in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()
