"""Looking into the books: status, explain, outbox, verify."""

import json

import pytest

from agent.cli import main
from agent.outbox.by_hand import WAITS_FOR_A_WORD
from agent.ports import Commit
from agent.store.tinydb_store import TinyStore
from tests.store.builders import mail


def told(capsys, *arguments: str) -> str:
    """What a command that succeeds prints."""
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_status_shows_the_figures_the_outbox_and_what_was_set_aside(books, capsys):
    """Amounts by creditor and currency, mail that a person must decide about, and received mail with its reason."""
    shown = told(capsys, "status", "--config", str(books))
    assert "Acme SRL" in shown
    assert "2400.00" in shown  # 2 × 1250.00 less 100.00
    assert "1 queued, 0 sending, 1 held, 0 failed" in shown
    assert "nobody knows" in shown
    assert "stranger@nowhere.example" in shown


def test_status_as_json_is_one_object(books, capsys):
    """For scripts and monitoring."""
    seen = json.loads(told(capsys, "status", "--json", "--config", str(books)))
    assert seen["outbox"]["held"] == 1
    assert seen["creditors"][0]["figures"][0]["open"] == "2400.00"
    assert seen["aside"][0]["box"] == "Quarantine"


@pytest.mark.parametrize(
    "reference",
    [
        "2026-118",
        "2026/118",
        "acme-2026-118",
        "123/4567/89002",
        "compta@durand.example",
        "Durand SA",
        "BE 0123.456.749",
    ],
)
def test_explain_finds_a_case_by_whatever_a_person_has_at_hand(books, capsys, reference):
    """Number, id, payment reference, the debtor's address, name or number."""
    shown = told(capsys, "explain", reference, "--config", str(books))
    assert "Durand" in shown or "2026-118" in shown


def test_explain_tells_what_happened_because_of_which_mail(books, capsys):
    """Each event in words, with the mail that caused it and the rule that fired."""
    shown = told(capsys, "explain", "2026-118", "--config", str(books))
    assert "invoice 2026-118 of 2026-01-15 over 1250.00 EUR, due 2026-02-14" in shown
    assert "paid 100.00 EUR" in shown
    assert "payment promised for 2026-03-12; held until 2026-03-15: «nous paierons vendredi»" in shown
    assert "mail from owner@acme.example: Facture (invoice: pdf attached)" in shown


def test_explain_as_json_is_one_event_a_line(books, capsys):
    """In the order in which they happened."""
    lines = [
        json.loads(line) for line in told(capsys, "explain", "2026-118", "--json", "--config", str(books)).splitlines()
    ]
    assert [line["event"] for line in lines] == ["InvoiceRegistered", "PaymentReceived", "PromiseToPayMade"]


def test_explain_says_when_nothing_bears_the_reference(books, capsys):
    """Exit 1, without a trace."""
    assert main(["explain", "no such thing", "--config", str(books)]) == 1
    assert "nothing bears" in capsys.readouterr().err


def test_the_outbox_lists_what_waits_and_shows_one_mail(books, capsys):
    """By id, with its text."""
    assert "statement-acme-1" in told(capsys, "outbox", "--config", str(books))
    shown = told(capsys, "outbox", "show", "statement-acme-1", "--config", str(books))
    assert "nobody knows" in shown
    assert "Bonjour" in shown
    rows = [json.loads(line) for line in told(capsys, "outbox", "--json", "--all", "--config", str(books)).splitlines()]
    assert {row["state"] for row in rows} == {"queued", "held"}


def test_a_held_mail_is_queued_again_when_a_person_says_so(books, capsys):
    """Under the same Message-ID; a mail in another state is left alone."""
    told(capsys, "outbox", "resend", "statement-acme-1", "--config", str(books))
    rows = [json.loads(line) for line in told(capsys, "outbox", "--json", "--config", str(books)).splitlines()]
    assert {row["state"] for row in rows} == {"queued"}
    assert "<statement:acme:1@agency.example>" in {row["message_id"] for row in rows}
    assert main(["outbox", "resend", "statement-acme-1", "--config", str(books)]) == 1
    assert main(["outbox", "resend", "--config", str(books)]) == 1
    assert main(["outbox", "show", "nothing", "--config", str(books)]) == 1


def test_the_running_service_is_asked_when_it_alone_may_write(books, capsys):
    """A request is left for it; looking is possible all the while, and a mail that needs no resending is refused."""
    writer = TinyStore.open(books.parent / "state/relance.db")
    try:
        assert "was asked" in told(capsys, "outbox", "resend", "statement-acme-1", "--config", str(books))
        assert (books.parent / "state/requests/statement-acme-1.resend").exists()
        assert main(["outbox", "resend", "ack-m1", "--config", str(books)]) == 1
        assert "was asked" in told(capsys, "outbox", "arrived", "statement-acme-1", "--config", str(books))
        assert (books.parent / "state/requests/statement-acme-1.arrived").exists()
        told(capsys, "status", "--config", str(books))
    finally:
        writer.close()


def test_verify_proves_the_books(books, capsys):
    """Whole books agree with their events."""
    assert "agree" in told(capsys, "verify", "--config", str(books))
    assert json.loads(told(capsys, "verify", "--json", "--config", str(books))) == {"ok": True, "problems": []}


def test_verify_tells_every_difference(books, capsys):
    """A state that was changed behind the events' back is found: exit 1."""
    store = TinyStore.open(books.parent / "state/relance.db")
    with store.db.transaction():
        table = store.db.table("items")
        row = dict(next(iter(table.all())))
        row["state"] = "settled"
        table.update({"state": "settled"}, doc_ids=[next(iter(table.all())).doc_id])
    store.close()
    assert main(["verify", "--config", str(books)]) == 1
    assert "problem(s)" in capsys.readouterr().out


def test_looking_before_anything_happened_says_so(tmp_path, books, capsys):
    """No store yet is told with what the service is like."""
    (books.parent / "state/relance.db").unlink()
    assert main(["status", "--config", str(books)]) == 1
    assert capsys.readouterr().err


def test_the_report_is_a_page_of_its_own(books, capsys, tmp_path):
    """One file, in the language that was asked for; a month that is none is refused."""
    target = tmp_path / "out" / "report.html"
    told(capsys, "report", "--config", str(books), "--html", str(target), "--lang", "nl", "--month", "2026-02")
    assert "Uw openstaande vorderingen" in target.read_text()
    assert "2026-118" in target.read_text()
    assert main(["report", "--config", str(books), "--html", str(target), "--month", "soon"]) == 1
    assert "2026-10" in capsys.readouterr().err


def test_the_report_asks_whose_it_is(books, capsys, tmp_path):
    """Only a creditor that exists."""
    wrong = ["report", "--config", str(books), "--html", str(tmp_path / "r.html"), "--creditor", "nobody"]
    assert main(wrong) == 1
    assert "acme" in capsys.readouterr().err


def test_a_long_note_stands_once_below_the_list(books, capsys):
    """However many mails bear it; each line says which it is."""
    store = TinyStore.open(books.parent / "state/relance.db")
    store.commit(Commit(outgoing=tuple(mail(f"s{n}", note=WAITS_FOR_A_WORD) for n in range(9))))
    store.close()
    listed = told(capsys, "outbox", "--config", str(books))
    assert listed.count(WAITS_FOR_A_WORD) == 1
    assert listed.count("(1)") == 10
    assert "nobody knows" in listed


@pytest.mark.parametrize(
    "words", [["status"], ["verify"], ["outbox"], ["import", "--creditor", "acme", "list.csv"], ["backup"]]
)
def test_before_the_first_run_there_are_no_books(books, capsys, words):
    """Nothing is wrong with the configuration, and the answer says what makes them."""
    (books.parent / "state/relance.db").unlink()
    (books.parent / "list.csv").write_text("number,total\n")
    words = [str(books.parent / word) if word.endswith(".csv") else word for word in words]
    assert main([*words, "--config", str(books)]) == 1
    said = capsys.readouterr().err
    assert "there are no books yet" in said
    assert "relance once" in said
    assert "configuration" not in said


def test_books_of_a_newer_program_are_not_called_damaged(books, capsys):
    """The answer says what to install; the exit code keeps systemd from trying again."""
    store = TinyStore.open(books.parent / "state/relance.db")
    store.db.ground.set_schema(99)
    store.close()
    assert main(["status", "--config", str(books)]) == 65
    said = capsys.readouterr().err
    assert "of a newer Relance" in said
    assert "install the version that wrote it" in said
    assert "damaged" not in said
