"""What asks for a dossier or a certificate, and what only names one."""

import pytest

from agent.parsers.replies.asking_papers import papers_asked

ASKED = {
    "dossier": [
        "dossier 2026-118",
        "Dossier complet de Batiplus SA svp",
        "Bonjour, pouvez-vous m'envoyer le dossier de Batiplus SA ? Merci d'avance !",
        "Je voudrais recevoir le dossier Batiplus",
        "dossier van Dupont",
        "Stuur me het volledige dossier van Bakkerij Peeters aub",
        "Kunt u mij het dossier 2026-118 bezorgen?",
        "send me the file of Harbour Books",
        "Could you please send me the full case file on 2026-118?",
        "Akte 2026-118",
        "Bitte die Akte zu Keller GmbH schicken",
        "schicken Sie mir bitte die Akte von Keller",
    ],
    "certificate": [
        "attestation 2026-118",
        "attestation d'irrécouvrabilité pour la facture 2026-118",
        "bewijs van oninvorderbaarheid 2026-118",
        "Certificate of irrecoverability 2026-118 please",
        "certificate for 2026-118",
        "Uneinbringlichkeitsbescheinigung für 2026-118",
        "Bescheinigung der Uneinbringlichkeit 2026-118",
    ],
}
NAMED = [
    "le dossier 2026-118 est clos",
    "fermez le dossier 2026-118",
    "transmettez le dossier 2026-118 à l'huissier",
    "où en est le dossier 2026-118 ?",
    "pas besoin du dossier 2026-118",
    "Mettez le dossier 2026-118 en pause",
    "dossier en recouvrement",
    "dossier réglé",
    "Het dossier is afgesloten",
    "het dossier mag dicht",
    "I have attached the file",
    "the file is attached",
    "die Akte ist geschlossen",
    "certificat de livraison 2026-118",
    "attestation de paiement jointe",
    "Geen dossier nodig",
    "",
]


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, lines in ASKED.items() for line in lines])
def test_a_request_is_understood(kind, line):
    """In four languages, with courtesy around it or without."""
    assert papers_asked(line) == kind


@pytest.mark.parametrize("line", NAMED)
def test_what_only_names_one_asks_for_nothing(line):
    """Another order, a report about the case, a denial, a paper of another kind."""
    assert papers_asked(line) == ""


def test_a_long_line_is_no_request():
    """Whoever asks is brief; hostile length costs nothing."""
    assert papers_asked("dossier " + "a " * 100_000) == ""
