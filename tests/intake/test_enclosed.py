"""Which files of an answer are read, and about which case a mail may be that nothing ties to one."""

import pytest

from agent.intake.candidates import likeliest, name_terms
from agent.intake.enclosed import enclosures_of
from agent.intake.extract import File, looks_like
from agent.mail.message import parse_message
from tests.builders import account, item


def file(name, content=b"x"):
    return File(name, "application/octet-stream", content, name, looks_like(name, "", content))


def mail(sender="Jo <jo@nobody.example>", subject="Bonjour"):
    return parse_message(f"From: {sender}\r\nTo: x@y.example\r\nSubject: {subject}\r\n\r\n".encode())


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("preuve.pdf", b"%PDF-1.7", True),
        ("remittance.XLSX", b"PK\x03\x04", True),
        ("paiement.csv", b"a;b", True),
        ("logo.gif", b"GIF89a", False),
        ("setup.exe", b"MZ", False),
        ("lettre.docx", b"PK\x03\x04", False),
        ("smime.p7s", b"0", False),
    ],
)
def test_only_what_may_say_something_is_read(name, content, wanted):
    """Programs, logos and signatures are left alone."""
    assert bool(enclosures_of([file(name, content)])) is wanted


def test_no_more_than_six_are_read_and_none_that_is_too_large():
    """A debtor encloses a proof, not an archive."""
    assert len(enclosures_of([file(f"{n}.csv") for n in range(20)])) == 6
    assert enclosures_of([file("x.csv", b"1" * 16_000_000)]) == ()


ACCOUNTS = [account("d1", name="Batiplus SA"), account("d2", name="Moulin Vert SRL", contacts=())]
ITEMS = [item("i1", number="2026-118", total="1210.00"), item("i2", number="2026-125", total="605.00", debtor="d2")]


def test_candidates_come_with_their_reasons_the_likeliest_first():
    """A number and an amount outweigh a name."""
    found = likeliest(ACCOUNTS, ITEMS, mail(), "Batiplus: la 2026-125 de 605,00 € est payée")
    assert [(c.account.id, c.why) for c in found] == [("d2", ("number", "amount")), ("d1", ("name",))]


def test_a_colleagues_domain_speaks_for_his_company():
    """He writes from an address that nobody told us."""
    found = likeliest(ACCOUNTS, ITEMS, mail("Jo <jo@batiplus.example>"), "votre rappel")
    assert [(c.account.id, c.why) for c in found] == [("d1", ("domain",))]


def test_what_speaks_for_nobody_has_no_candidate():
    """A newsletter."""
    assert likeliest(ACCOUNTS, ITEMS, mail(), "Soldes jusqu'à -50 %") == ()


def test_the_names_of_a_sender_are_looked_up_by_their_beginnings():
    """His display name and his domain, but no words of three letters."""
    terms = name_terms(mail("Batiplus Compta <x@moulin-vert.be>"))
    assert {("stem", "bati"), ("stem", "moul"), ("stem", "vert")} <= set(terms)
