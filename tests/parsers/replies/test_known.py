"""What a creditor's words name of his books."""

from datetime import date
from decimal import Decimal

import pytest

from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.known import Known, alike, named_in, numbered

BOOKS = Known(
    numbers=(("2026-118", Decimal("1250.00")), ("2026-119", Decimal("640.00"))),
    listed=("2026-118", "2026-119"),
    names=(("d1", "Van den Broeck NV"), ("d2", "Dupont et Fils SRL"), ("d3", "ACME")),
)


@pytest.mark.parametrize(
    ("said", "accounts"),
    [
        ("van den broek heeft betaald", ("d1",)),
        ("dupond a paye", ("d2",)),
        ("des nouvelles d acme ?", ("d3",)),
        ("les fils du client", ()),
        ("ecrivez a info@dupont.example", ()),
    ],
)
def test_debtors_are_known_by_name(said, accounts):
    """Misspelt and in part, but not by common words or inside an address."""
    assert named_in(said, BOOKS).accounts == accounts


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("118 payee", "2026-118 payee"),
        ("la 2 est payee", "2026-119 est payee"),
        ("tout sauf la deuxieme", "tout sauf 2026-119"),
        ("paye 118 eur", "paye 118 eur"),
        ("recu 640", "recu 640"),
        ("pause 118 jours", "pause 118 jours"),
    ],
)
def test_short_figures_become_the_numbers_that_they_end(said, plain):
    """Unless they are a sum, a day or a span of time."""
    assert numbered(said, BOOKS) == plain


def test_likeness_allows_for_a_slip_of_the_pen():
    """One letter in five, two in eight; short words must be the same."""
    assert alike("schnieder", "schneider")
    assert not alike("acne", "acme")


def test_orders_of_one_sentence_keep_to_their_own_invoices():
    """Each has its own number; a list without a second order stays one."""
    read = read_instructions("118 payée, 119 en pause jusqu'au 31/03", received=date(2026, 3, 10), known=BOOKS)
    assert [(i.kind, i.numbers) for i in read.instructions] == [("paid", ("2026-118",)), ("pause", ("2026-119",))]
    read = read_instructions("118 et 119 sont payées", received=date(2026, 3, 10), known=BOOKS)
    assert [(i.kind, i.numbers) for i in read.instructions] == [("paid", ("2026-118", "2026-119"))]
