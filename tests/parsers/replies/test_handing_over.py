"""Words that hand a debt over for recovery, and those that only look so."""

from datetime import date

import pytest

from agent.parsers.replies.handing_over import comes_for_recovery, names_mandate
from agent.parsers.replies.instruction import read_instructions

DAY = date(2026, 3, 2)


def kinds(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(i.kind, i.numbers) for i in read_instructions(text, received=DAY).instructions]


@pytest.mark.parametrize(
    "text",
    [
        "Passez 2026-118 en recouvrement.",
        "Merci de mettre la facture 2026-118 en recouvrement",
        "Il n'a toujours rien payé, transmettez 2026-118 au service de recouvrement.",
        "Zet factuur 2026-118 maar in invordering",
        "Geef 2026-118 maar door aan het incassobureau.",
        "Please hand 2026-118 over to debt collection.",
        "Send 2026-118 to collections",
        "2026-118 bitte ins Inkasso geben",
        "Bitte übergeben Sie die Rechnung 2026-118 an das Inkassobüro",
        "2026-118 : recouvrement",
        "2026-118 in invordering aub",
    ],
)
def test_an_order_in_any_language(text):
    """A verb of handing over with the place, or the bare label with a number."""
    assert kinds(text) == [("escalate", ("2026-118",))]


@pytest.mark.parametrize(
    "text",
    [
        "Faut-il passer 2026-118 en recouvrement ?",
        "Ne passez pas encore 2026-118 au service de recouvrement",
        "S'il ne paie pas d'ici vendredi, passez 2026-118 en recouvrement",
        "Als hij niet betaalt, zet 2026-118 in invordering",
        "Unless he pays, send 2026-118 to collections",
        "Wenn er nicht zahlt, bitte 2026-118 ins Inkasso geben",
        "Le service recouvrement de notre assureur a téléphoné.",
        "Onze incassodienst groet u.",
    ],
)
def test_what_is_denied_asked_or_depends_orders_nothing(text):
    """Recovery costs more: it is never guessed."""
    assert "escalate" not in [kind for kind, _ in kinds(text)]


def test_several_orders_in_one_sentence():
    """Each is about its own invoice."""
    assert kinds("2026-118 est payée, passez 2026-119 en recouvrement.") == [
        ("paid", ("2026-118",)),
        ("escalate", ("2026-119",)),
    ]
    assert kinds("Hand 2026-118 over to collections and pause 2026-119") == [
        ("escalate", ("2026-118",)),
        ("pause", ("2026-119",)),
    ]


@pytest.mark.parametrize(
    "text", ["Pas de recouvrement", "Geen invordering voor 2026-118", "No recovery please", "Kein Inkasso bitte"]
)
def test_a_short_no_keeps_it_friendly(text):
    """The words that our acknowledgement proposes."""
    assert [kind for kind, _ in kinds(text)] == ["amicable"]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Facture à recouvrer", ""),
        ("TR: ter invordering", "Zie bijlage"),
        ("Facture", "À recouvrer.\nDeux rappels envoyés."),
        ("Facture", "Voici la facture 2026-118, en recouvrement svp"),
        ("Rechnung", "Zum Inkasso"),
        ("Invoice", "For collection, two reminders were sent."),
    ],
)
def test_a_mail_brings_documents_for_recovery(subject, text):
    """Its subject names it, or a line says just that."""
    assert comes_for_recovery(subject, text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Facture 2026-118", "À suivre."),
        ("Pas de recouvrement", ""),
        ("Facture", "Sinon nous passerons en recouvrement le mois prochain"),
        ("Collection printemps 2026", "Facture en annexe"),
        ("Facture", "Service recouvrement\nRue du Canal 12"),
        ("Recouvrement ?", ""),
    ],
)
def test_other_mails_do_not(subject, text):
    """A threat, a signature, a collection of clothes."""
    assert not comes_for_recovery(subject, text)


def test_a_mandate_is_known_by_its_name():
    """In the four languages."""
    names = ("Mandat signé.pdf", "volmacht.pdf", "Vollmacht.pdf", "signed mandate.pdf")
    assert all(names_mandate(name) for name in names)
    assert not names_mandate("facture.pdf")
