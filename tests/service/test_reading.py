"""`relance read` explains any document or mail and changes nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest

from agent.cli import main
from agent.demo.documents import Party, Sale, pdf_of
from agent.domain.parties import Role
from agent.errors import AgentError
from agent.service.clock import SimulatedClock
from agent.service.documents import Rooms
from agent.service.reading import read_file

CLOCK = SimulatedClock(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))
SELLER = Party(
    "Bois Clair SRL", "Rue Haute 1", "5000 Namur", "BE", "BE0999000030", "info@bois.example", "BE68539007547034"
)
BUYER = Party("Batiplus SA", "Rue Basse 2", "4000 Liège", "BE", "BE0999000129", "compta@batiplus.example")
SALE = Sale(
    SELLER, BUYER, "2026-118", date(2026, 3, 2), Decimal("1000.00"), "Escalier", "fr", structured="202600011815"
)


@pytest.fixture(scope="module")
def rooms() -> Iterator[Rooms]:
    """One warm child for all these tests."""
    with Rooms.of() as one:
        yield one


def rows(path: Path, rooms: Rooms, role: Role = Role.STRANGER) -> list[dict[str, object]]:
    """What is told of a file."""
    return list(read_file(path, role, rooms, CLOCK))


def mail(text: str, subject: str = "Re: relevé", **headers: str) -> EmailMessage:
    """A mail from a debtor."""
    message = EmailMessage()
    message["From"] = "Luc Petit <luc@batiplus.example>"
    message["To"] = "relance@agency.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 09 Mar 2026 10:00:00 +0100"
    message["Message-ID"] = "<m1@batiplus.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_an_invoice_is_told_field_by_field_with_its_reasons(tmp_path, rooms):
    """Values, how sure each is, where it stood, and which are not sure."""
    path = tmp_path / "invoice.pdf"
    path.write_bytes(pdf_of(SALE))
    (row,) = rows(path, rooms)
    assert row["doc_type"] == "invoice"
    assert row["invoice_number"] == "2026-118"
    assert row["total_gross"] == "1210.00"
    assert row["file"] == str(path)
    assert set(row["because"]) == set(row["confidence"])
    assert isinstance(row["uncertain"], list)


def test_a_file_that_is_no_document_says_why(tmp_path, rooms):
    """A broken PDF is a value with a reason, not an error."""
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing")
    (row,) = rows(path, rooms)
    assert row["doc_type"] == "none"
    assert row["because"]


def test_a_bank_statement_gives_its_movements(tmp_path, rooms):
    """Each with its amount, days and counterparty."""
    path = tmp_path / "account.csv"
    path.write_text(
        "Date;Libellé;Montant;Devise;Compte contrepartie;Nom contrepartie;Communication\n"
        "02/03/2026;Virement;1210,00;EUR;BE68 5390 0754 7034;Batiplus SA;facture 2026-118\n"
    )
    (row,) = rows(path, rooms)
    assert "entries" in row or "ask" in row


def test_a_debtors_answer_is_told_with_the_words_it_rests_on(tmp_path, rooms):
    """Labels, slots and reasons."""
    path = tmp_path / "answer.eml"
    path.write_bytes(bytes(mail("Bonjour,\n\nNous paierons la facture 2026-118 le 30 mars 2026.\n\nLuc Petit")))
    (row,) = rows(path, rooms, Role.DEBTOR)
    assert row["kind"] == "reply"
    assert "promise_to_pay" in row["labels"]
    assert row["slots"]["promise_date"] == "2026-03-30"
    assert any("paierons" in reason for reason in row["because"])


def test_a_colleagues_instruction_is_told_as_one(tmp_path, rooms):
    """The same words mean more from the creditor."""
    path = tmp_path / "paid.eml"
    path.write_bytes(bytes(mail("payé 2026-118", subject="facture")))
    (row,) = rows(path, rooms, Role.OWNER)
    assert row["kind"] == "instruction"
    assert row["instructions"][0]["kind"] == "paid"


def test_an_automatic_answer_is_told_before_its_words_are_read(tmp_path, rooms):
    """An absence promises nothing."""
    path = tmp_path / "absent.eml"
    absent = mail(
        "Je suis absent jusqu'au 20 mars 2026.", subject="Réponse automatique : relevé", Auto_Submitted="auto-replied"
    )
    path.write_bytes(bytes(absent))
    (row,) = rows(path, rooms, Role.DEBTOR)
    assert row["autoreply"] is True
    assert row["kind"] == "autoreply"


def test_the_documents_of_a_mail_follow_it(tmp_path, rooms):
    """Named by the mail and their own file name."""
    message = mail("Voir annexe", subject="facture 2026-118")
    message.add_attachment(pdf_of(SALE), maintype="application", subtype="pdf", filename="f.pdf")
    path = tmp_path / "handover.eml"
    path.write_bytes(bytes(message))
    head, document = rows(path, rooms, Role.OWNER)
    assert head["attachment_names"] == ["f.pdf"]
    assert document["file"] == f"{path}/f.pdf"
    assert document["invoice_number"] == "2026-118"


def test_a_file_that_cannot_be_opened_is_told(tmp_path, rooms):
    """By its name."""
    with pytest.raises(AgentError, match="cannot be read"):
        rows(tmp_path / "nothing.pdf", rooms)


def test_the_command_prints_one_object_a_line_or_plain_text(tmp_path, capsys):
    """And goes on with the next file when one cannot be opened."""
    path = tmp_path / "invoice.pdf"
    path.write_bytes(pdf_of(SALE))
    assert main(["read", "--json", str(path), str(tmp_path / "nothing.pdf")]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["invoice_number"] == "2026-118"
    assert "nothing.pdf" in told.err
    assert main(["read", str(path)]) == 0
    assert "2026-118" in capsys.readouterr().out


def test_an_empty_file_is_no_mail(tmp_path, rooms):
    """It is said to be empty, whatever its name."""
    path = tmp_path / "invoice.pdf"
    path.write_bytes(b"\n")
    with pytest.raises(AgentError, match="is empty"):
        rows(path, rooms)
