"""About which case a mail may be that nothing ties to one: each reason, and where it ends."""

import pytest

from agent.domain.ledger import ItemState
from agent.domain.parties import Contact
from agent.intake.candidates import likeliest, name_terms
from agent.mail.message import parse_message
from tests.builders import account, item

BATIPLUS = account("d1", name="Batiplus SA", contacts=(Contact("compta@chantier.example"),))


def mail(sender="Jo <jo@nobody.example>", subject="Bonjour"):
    return parse_message(f"From: {sender}\r\nTo: x@y.example\r\nSubject: {subject}\r\n\r\n".encode())


def why(text="", *items, sender="Jo <jo@nobody.example>", subject="Bonjour", of=BATIPLUS):
    """The reasons that speak for one account."""
    found = likeliest([of], items, mail(sender, subject), text)
    return found[0].why if found else ()


def bill(number="2026-118", total="1210.00", **more):
    return item("i1", number=number, total=total, **more)


def test_each_reason_has_a_name():
    """Address, number, amount, name and domain, in the order of their weight."""
    told = why("Batiplus: 2026-118, 1210,00 €", bill(), sender="Jo <compta@chantier.example>")
    assert told == ("address", "number", "amount", "name")
    assert why(sender="Jo <x@batiplus.example>") == ("domain",)


@pytest.mark.parametrize(
    ("number", "text", "found"),
    [
        ("2026-118", "votre facture 2026/118", True),
        ("2026-118", "votre facture F2026118", True),
        ("2026-118", "votre facture 2026-119", False),
        ("A118", "votre facture a-118", True),
        ("118", "votre facture 118", False),
    ],
)
def test_a_number_counts_however_it_is_written(number, text, found):
    """Case and signs make no difference; three characters are in every text by chance."""
    assert ("number" in why(text, bill(number))) is found


def test_the_subject_is_read_as_well():
    """Many write nothing else."""
    assert why(subject="Paiement 2026-118") == ()
    assert why("", bill(), subject="Paiement 2026-118") == ("number",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("payé 1210,00 € hier", True),
        ("payé 1.210,00 € hier", True),
        ("payé 710,00 € hier", True),
        ("payé 500,00 € hier", False),
        ("il reste 1210 articles", False),
        ("ligne\nsuivante 710,00 €", True),
    ],
)
def test_an_amount_is_the_invoices_or_what_is_left_of_it(text, found):
    """A count of things is no amount."""
    assert ("amount" in why(text, bill(paid="500.00"))) is found


def test_what_is_settled_speaks_for_nobody():
    """Only what is open can be written about by a stranger."""
    settled = bill(state=ItemState.SETTLED, paid="1210.00")
    assert why("2026-118 de 1210,00 €", settled) == ()


def test_another_debtors_invoice_speaks_for_him_alone():
    """An invoice belongs to one account."""
    assert why("2026-118", bill(debtor="d2")) == ()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Batiplus SA", "Pour BATIPLUS, bonjour", True),
        ("Böcklin & Söhne AG", "Grüße, Bocklin und Sohne", True),
        ("Axa SA", "axa vous salue", False),
        ("Axal SA", "axal vous salue", True),
        ("", "bonjour", False),
    ],
)
def test_a_name_is_told_from_letters_by_chance(name, text, found):
    """It has four letters at least, and accents, case and legal form make no difference."""
    assert ("name" in why(text, of=account("d1", name=name, contacts=()))) is found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("x@batiplus.example", True),
        ("x@compta.bati-plus.example", True),
        ("batiplus@nobody.example", False),
        ("x@nobody.batiplus", False),
        ("x@axa.example", False),
        ("x@nord.example", True),
    ],
)
def test_a_domain_names_the_company(address, found):
    """A word of its name stands in the sender's domain, dashes or not; neither the part before the @ nor the ending is asked."""
    of = account("d1", name="Axa Nord Batiplus SA", contacts=())
    assert ("domain" in why(sender=f"Jo <{address}>", of=of)) is found


def test_only_the_beginning_of_a_text_is_read():
    """Numbers and amounts in twenty thousand characters, subject included; names in the first four thousand."""
    room = 20_000 - len("Bonjour\n")
    assert why("." * (room - 8) + "2026-118", bill()) == ("number",)
    assert why("." * (room - 7) + "2026-118", bill()) == ()
    room = 4000 - len("Bonjour\n")
    assert why(" " * (room - 8) + "Batiplus") == ("name",)
    assert why(" " * (room - 7) + "Batiplus") == ()


def test_five_at_most_those_with_most_reasons_first():
    """Equal ones in the order of their ids; who has none is left out."""
    accounts = [account(f"d{n}", name="Batiplus SA", contacts=()) for n in (7, 3, 5, 1, 6, 2, 4)]
    accounts.append(account("d8", name="Moulin SA", contacts=()))
    found = likeliest(accounts, [bill(debtor="d6")], mail(), "Batiplus 2026-118")
    assert [c.account.id for c in found] == ["d6", "d1", "d2", "d3", "d4"]
    assert [c.why for c in found[:2]] == [("number", "name"), ("name",)]
    assert likeliest(accounts[-1:], [], mail(), "Batiplus") == ()


def test_a_sender_is_looked_up_by_his_name_and_by_his_domain_without_its_ending():
    """By the beginnings of words, of four letters at least, in one order."""
    assert name_terms(mail("Jean Batiplus <max.mustermann@moulin-vert.compta.example>")) == (
        ("stem", "bati"),
        ("stem", "comp"),
        ("stem", "jean"),
        ("stem", "moul"),
        ("stem", "vert"),
    )
    assert name_terms(mail("Jo Fou <x@axa.example>")) == ()


def test_a_number_and_an_amount_outweigh_a_name():
    """Two reasons come before one."""
    accounts = [BATIPLUS, account("d2", name="Moulin Vert SRL", contacts=())]
    found = likeliest(accounts, [bill("2026-125", "605.00", debtor="d2")], mail(), "Batiplus: la 2026-125 de 605,00 €")
    assert [(c.account.id, c.why) for c in found] == [("d2", ("number", "amount")), ("d1", ("name",))]


def test_a_newsletter_has_no_candidate():
    """What speaks for nobody."""
    assert likeliest([BATIPLUS], [bill()], mail(), "Soldes jusqu'à -50 %") == ()
