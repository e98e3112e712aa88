"""A debtor's remittance advice announces and explains a payment; the money decides, and nothing is settled before it comes."""

import pytest

from agent.domain.ledger import HoldKind, ItemState
from tests.service.test_bank import camt
from tests.service.world import BRUNO, DEBTOR, TUESDAY, World

ADVICE = (
    b"Avis de paiement;;\nBatiplus Construct SA;;\nDate de paiement;09/03/2026;\n\nFacture;Date;Montant\n"
    b"2026-501;02/01/2026;121,00\n2026-502;02/01/2026;121,00\nTotal;;242,00\n"
)


@pytest.fixture
def world(tmp_path):
    """Three invoices of one sum: two of them paid together might be any two."""
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    for number in ("2026-501", "2026-502", "2026-503"):
        world.hand_over(number)
    yield world
    world.close()


def settled(world):
    return {n for n, i in world.items().items() if i.state is ItemState.SETTLED}


def test_without_an_advice_the_sum_is_asked_about(world):
    """Any two of three would make it."""
    world.write(BRUNO, "Extrait", e_xml=camt(("242.00", "paiement factures", "r1")))
    assert settled(world) == set()
    assert "question" in world.sent()


def test_an_advice_holds_what_it_names_and_settles_nothing(world):
    """The invoices that it names rest like a claim of payment; the others do not."""
    world.write(DEBTOR, "Voir notre avis de paiement.", avis_csv=ADVICE)
    kinds = {n: [h.kind for h in i.holds] for n, i in world.items().items()}
    assert kinds == {"2026-501": [HoldKind.CLAIM], "2026-502": [HoldKind.CLAIM], "2026-503": []}
    assert settled(world) == set()


def test_the_money_that_was_announced_settles_what_the_advice_says(world):
    """The very sum comes from the very debtor: its lines tell which two."""
    world.write(DEBTOR, "Voir notre avis de paiement.", avis_csv=ADVICE)
    world.write(BRUNO, "Extrait", e_xml=camt(("242.00", "paiement factures", "r1")))
    assert settled(world) == {"2026-501", "2026-502"}
    assert "remittance" in repr([e.event for i in world.items().values() for e in world.app.store.events(about=i.id)])


def test_another_sum_or_an_advice_without_proof_explains_nothing(world):
    """A cent less, or a sender whom nobody vouches for: it is asked as if there were no advice."""
    world.write(DEBTOR, "Voir notre avis de paiement.", proved=False, avis_csv=ADVICE)
    world.write(BRUNO, "Extrait", e_xml=camt(("242.00", "paiement factures", "r1")))
    assert settled(world) == set()
    world.write(
        DEBTOR,
        "Voir notre avis de paiement.",
        avis_csv=ADVICE.replace(b"121,00\nTotal;;242,00", b"120,99\nTotal;;241,99"),
    )
    world.write(BRUNO, "Extrait", e_xml=camt(("242.00", "paiement encore", "r2")))
    assert settled(world) == set()
