"""From a settled invoice to the bank line: every payment names its movement, its file, its mail, and where the rest went."""

import hashlib
from decimal import Decimal

import pytest

from agent.cli.money import money_lines
from agent.service.trail import trail
from tests.service.test_bank import camt
from tests.service.test_bank_questions import bank, bill
from tests.service.world import BRUNO, TUESDAY, World


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    for number in ("2026-501", "2026-502"):
        world.hand_over(number)
    world.write(BRUNO, f_xml=bill("2026-504", "84.00", "69.42", "14.58"))
    yield world
    world.close()


def steps(world, number):
    return list(trail(world.app.store, world.items()[number]))


def told(world, number):
    return "\n".join(line for step in steps(world, number) for line in money_lines(step))


def test_a_payment_leads_to_its_line_and_file(world):
    """Account, day, amount, name, text, file with its digest, the mail that brought it, and the evidence in words."""
    content = camt(("84.00", "facture 2026-504 merci", "r1"))
    world.write(BRUNO, "Extrait", releve_xml=content)
    (step,) = steps(world, "2026-504")
    assert step.line is not None
    assert (step.line.account, step.line.payer) == ("BE83363012345615", "Batiplus Construct SA")
    assert (step.line.document, step.line.filename) == (hashlib.sha256(content).hexdigest(), "releve.xml")
    assert "facture 2026-504 merci" in step.line.words
    assert "bruno@atelier-bruno.example" in step.mail
    text = told(world, "2026-504")
    assert "its number stands in the text" in text
    assert "of which    84.00 2026-504 = 84.00 EUR" in text


def test_the_parts_of_a_movement_add_up(world):
    """One payment of two invoices, and one with money over: each shows all that came of it."""
    bank(world, ("242.00", "vos factures", "r1"), ("94.00", "facture 2026-504", "r2"))
    world.choose(BRUNO, "242", "1")
    for number in world.items():
        for step in steps(world, number):
            assert step.ties
            assert sum(share.amount for share in step.shares) == step.line.amount
    assert "10.00 on the account of Batiplus Construct SA" in told(world, "2026-504")


def test_who_was_asked_and_who_answered_stands_there(world):
    """The question with its day and address, the answer with its words and mail."""
    bank(world, ("121.00", "votre facture", "r1"))
    world.choose(BRUNO, "121", "2026-502")
    (step,) = steps(world, "2026-502")
    assert "bruno@atelier-bruno.example" in step.asked
    assert "2026-502" in step.answered
    assert "the creditor said so" in step.because


def test_what_was_undone_is_shown_as_undone(world):
    """A payment and its taking back stand there both; nothing of the movement is left."""
    bank(world, ("84.00", "facture 2026-504", "r1"))
    world.reply(BRUNO, "2026-504", "annuler")
    assert [step.amount.amount for step in steps(world, "2026-504")] == [Decimal("84.00"), Decimal("-84.00")]
    assert "it was undone" in told(world, "2026-504")


def test_a_difference_that_was_let_go_stands_apart(world):
    """The cash received and what the creditor gave up are two lines, and make the invoice."""
    bank(world, ("75.00", "facture 2026-504", "r1"))
    world.choose(BRUNO, "75", "1")
    cash, rest = steps(world, "2026-504")
    assert (cash.amount.amount, rest.amount.amount) == (Decimal("75.00"), Decimal("9.00"))
    assert "let go" in told(world, "2026-504")
