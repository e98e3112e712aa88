"""The traces by which a mail is tied to its case."""

from email.message import EmailMessage

import pytest

from agent.domain.index import number_term
from agent.intake.threads import named_terms, number_terms, numbered_lines, traces
from agent.mail.identity import printed_token, reply_token
from agent.mail.message import parse_message

TOKEN = reply_token(b"k" * 32, "d1", "compta@client.example")


def mail(body="", subject="x", **headers):
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return parse_message(made.as_bytes())


def test_the_mail_that_is_answered_comes_first():
    """Then the rest of the thread, the nearest first, then tokens."""
    found = list(traces(mail(f"> Réf. {printed_token(TOKEN)}", In_Reply_To="<c@x>", References="<a@x> <b@x> <c@x>")))
    assert found[:3] == ["<c@x>", "<b@x>", "<a@x>"]
    assert TOKEN in found


def test_a_printed_token_is_found_in_a_quote_when_a_mail_system_rewrote_the_ids():
    """Outlook changes Message-IDs, and people edit subjects."""
    assert TOKEN in list(traces(mail(f"ok\n> Dossier : {printed_token(TOKEN)}")))


def test_references_and_numbers_are_found_in_words():
    """Structured communications and RF references with a right check digit, and whatever looks like an invoice number."""
    terms = named_terms(mail(subject="Facture 2026-118"), "virement +++090/9337/55493+++ et RF18 5390 0754 7034 merci")
    assert ("reference", "090933755493") in terms
    assert ("reference", "RF18539007547034") in terms
    assert ("number", "2026118") in terms
    assert ("reference", "090933755494") not in named_terms(mail(), "+++090/9337/55494+++")


def test_each_trace_is_followed_once():
    """The mail that is answered stands in the references again, and our token in every quote."""
    quote = f"> Réf. {printed_token(TOKEN)}"
    found = list(traces(mail(f"{quote}\n{quote}", In_Reply_To="<c@x>", References="<a@x> <c@x> <a@x>")))
    assert found == ["<c@x>", "<a@x>", TOKEN]


def test_references_come_before_numbers_and_each_once():
    """A reference has a check digit, a number may be anything."""
    text = "+++090/9337/55493+++ ou 090933755493, RF18 5390 0754 7034, facture F-118"
    assert named_terms(mail(subject="Facture 2026-118"), text)[:3] == (
        ("reference", "090933755493"),
        ("reference", "RF18539007547034"),
        ("number", "2026118"),
    )
    terms = named_terms(mail(subject="2026-118"), "2026-118 2026/118")
    assert [term for term in terms if term == ("number", "2026118")] == [("number", "2026118")]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("+++090/9337/55493+++", "090933755493"),
        ("090 9337 55493", "090933755493"),
        ("090.9337.55493", "090933755493"),
        ("1090/9337/55493", None),
        ("090/9337/554931", None),
        ("RF18 5390 0754 7034", "RF18539007547034"),
        ("rf18539007547034", "RF18539007547034"),
        ("RF18 5390 0754 7034 MERCI BEAUCOUP", "RF18539007547034"),
        ("XRF18539007547034", None),
        ("RF19 5390 0754 7034", None),
    ],
)
def test_a_reference_is_told_by_its_check_digit(text, reference):
    """However it is written, and whatever words follow it; a part of a longer number is none."""
    found = [value for kind, value in named_terms(mail(), text) if kind == "reference"]
    assert found == ([reference] if reference else [])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2026-118", ["2026118"]),
        ("f/2026/118", ["F2026118"]),
        ("F-118, F-119", ["F118", "F119"]),
        ("12", []),
        ("A1 123", ["123"]),
        ("sans numéro", []),
        ("118 et 118", ["118"]),
    ],
)
def test_a_number_has_three_signs_at_least_and_a_digit(text, numbers):
    """Days of the month and pages have less."""
    assert number_terms(text) == tuple(("number", number) for number in numbers)


def test_only_the_beginning_of_a_text_is_looked_at():
    """Twenty thousand characters, and no more than sixty terms come out."""
    assert len(named_terms(mail(), " ".join(f"F-{n:05}" for n in range(5000)))) == 60
    assert len(number_terms(" ".join(f"F-{n:05}" for n in range(5000)))) == 2500
    fits = " " * (20_000 - len("2026-118")) + "2026-118"
    assert number_terms(fits) == named_terms(mail(), fits[2:]) == (("number", "2026118"),)
    assert number_terms(" " + fits) == (("number", "202611"),)
    assert ("reference", "090933755493") in named_terms(mail(), " " * 19_988 + "090933755493")
    assert ("reference", "090933755493") not in named_terms(mail(), " " * 19_989 + "090933755493")


KNOWN = {number_term("2026-118"): "2026-118", number_term("F 7"): "F 7"}


@pytest.mark.parametrize(
    ("text", "lines", "rest"),
    [
        ("2026-118 débiteur : a@b.example", (("2026-118", "débiteur : a@b.example"),), ""),
        ("  2026/118:  payée  ", (("2026-118", "payée"),), ""),
        ("2026-118, payée\n2026-118; hier", (("2026-118", "payée"), ("2026-118", "hier")), ""),
        ("2026-118", (), "2026-118"),
        ("2026-118   ", (), "2026-118   "),
        ("2026-119 payée", (), "2026-119 payée"),
        ("Bonjour\n2026-118 payée\nMerci", (("2026-118", "payée"),), "Bonjour\nMerci"),
        ("la 2026-118 payée", (), "la 2026-118 payée"),
        ("", (), ""),
    ],
)
def test_a_line_that_begins_with_a_number_of_the_books_is_about_it(text, lines, rest):
    """So does one answer about several invoices; what else is written stays as it stands."""
    assert numbered_lines(text, KNOWN) == (lines, rest)
