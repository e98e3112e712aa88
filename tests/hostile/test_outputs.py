"""Everything that leaves in weeks of a book full of hostile names: statements on paper and by mail, digests, workbooks, exports, dossiers."""

import contextlib
import io
import zipfile
from html import escape

import pytest

from agent.cli import main
from agent.demo.cast import AGENCY, BATIPLUS
from agent.demo.documents import Party
from agent.domain.ledger import DebtorAccount
from agent.reports.tables import as_csv, as_workbook
from agent.service.ledger_export import CONTACTS, LedgerExport
from agent.service.tick import set_timers
from tests.hostile.ending import PEOPLE
from tests.hostile.kinds.banks import FORMULAS
from tests.hostile.kinds.letters import TRICKS
from tests.hostile.kinds.markup import WORDS
from tests.hostile.safety import csv_objections, name_objections, objections, workbook_objections
from tests.hostile.scene import Scene
from tests.service.test_dossier import dossier
from tests.service.world import BRUNO, TUESDAY
from tests.walks.invoices import ubl

TEXTS = {**FORMULAS, **WORDS, **{name: text[:200] for name, text in TRICKS.items() if name != "noncharacters"}}


def _buyer(place: int, text: str) -> Party:
    """A new debtor of this name, with a number that holds."""
    digits = 7_000_000 + place
    number = f"BE0{digits}{97 - digits % 97:02}"
    return Party(_xml(text), "Rue 1", "1000 Bruxelles", "BE", number, f"buyer{place}@{number.lower()}.example")


def _xml(text: str) -> str:
    """The text within XML, its line ends and blanks kept."""
    return "".join(f"&#{ord(c)};" if c in "\t\r\n" else escape(c) for c in text)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The first creditor's book, weeks later: every debtor and every number bears a text that something might run."""
    scene = Scene.built(tmp_path_factory.mktemp("book"), TUESDAY)
    set_timers(scene.app)
    texts = list(TEXTS.values())
    buyers = [_buyer(place, text) for place, text in enumerate(texts)]
    for start in range(0, len(texts), 30):
        some = range(start, min(start + 30, len(texts)))
        scene.write(BRUNO, **{f"f{n}_xml": ubl(_xml(f"{texts[n][:60]} {n}"), buyer=buyers[n]) for n in some})
    for item in scene.app.store.items():
        if item.state == "review":
            scene.reply(BRUNO, item.invoice.number, "ok")
    scene.days(9)
    yield scene
    scene.close()


def _mails(scene):
    for path in (scene.app.settings.state_dir.parent / "delivered").rglob("*"):
        if path.is_file() and path.parent.name == "new":
            yield path, path.read_bytes()


def test_every_text_is_a_debtor_who_got_his_statement(book):
    """The corpus reached the letters that it means to attack."""
    items = list(book.app.store.items())
    assert len(items) == len(TEXTS)
    assert book.sent().count("statement") >= len(TEXTS) - 5
    assert {"digest", "acknowledgement"} <= set(book.sent())


def test_no_mail_holds_anything_that_runs(book):
    """Headers, text, HTML, workbooks and file names of all of them."""
    known = (
        PEOPLE
        | {contact.address for account in book.app.store.states(DebtorAccount) for contact in account.contacts}
        | {AGENCY, BATIPLUS.email}
    )
    found = {path.parents[1].name: wrong for path, raw in _mails(book) if (wrong := list(objections(raw, known)))}
    assert found == {}


def test_no_export_holds_a_formula(book):
    """Workbooks and tables of movements and contacts."""
    books = LedgerExport(book.app.store, book.app.settings.creditors)
    assert list(workbook_objections(as_workbook(books.tables()))) == []
    assert list(csv_objections(as_csv(*books.movements()))) == []
    assert list(csv_objections(as_csv(CONTACTS, books.contacts()))) == []


def test_a_dossier_holds_clean_names_and_nothing_that_runs(book):
    """Every file of the archive is named for any system, whatever its case is called."""
    for number in [item.invoice.number for item in book.app.store.items()][::12]:
        archive = dossier(book, number).archive
        with zipfile.ZipFile(io.BytesIO(archive)) as whole:
            for name in whole.namelist():
                assert [wrong for part in name.split("/") for wrong in name_objections(part)] == []
                if name.endswith((".csv", ".xlsx")):
                    check = csv_objections if name.endswith(".csv") else workbook_objections
                    assert list(check(whole.read(name))) == []
                if name.endswith(".pdf"):
                    assert b"/JavaScript" not in whole.read(name)


def test_what_is_printed_on_a_terminal_obeys_nobody(book, capsys):
    """No escape sequence, direction mark or control character reaches the screen."""
    config = str(book.app.settings.state_dir.parent / "config.toml")
    numbers = [item.invoice.number for item in book.app.store.items()]
    for command in (["status"], ["outbox", "list"], *(["explain", number] for number in numbers[::15])):
        with contextlib.suppress(SystemExit):
            main([command[0], "--config", config, *command[1:]])
    shown = capsys.readouterr()
    strange = {
        c
        for c in shown.out + shown.err
        if (c < " " and c != "\n") or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"
    }
    assert len(shown.out) > 1_000
    assert strange == set()
