"""Words that order a formal notice, in four languages, and those that only name one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.noticing import orders_notice

DAY = date(2026, 3, 10)
ORDERS = (
    "mise en demeure",
    "Mise en demeure 2026-501",
    "D'accord, vous pouvez envoyer la mise en demeure.",
    "Envoyez une mise en demeure pour 2026-501 avant le 15/04/2026.",
    "Mettez Batiplus en demeure.",
    "Mise en demeure pour Batiplus, svp",
    "mise en demeure 2027-041, 2027-058",
    "Formal notice 2027-041, 2027-058 and 2027-060, please",
    "La mise en demeure peut partir.",
    "OK pour la mise en demeure",
    "ingebrekestelling sturen",
    "Stuur de ingebrekestelling maar.",
    "Akkoord, ga maar door met de ingebrekestelling.",
    "Stel hem in gebreke.",
    "De ingebrekestelling mag vertrekken.",
    "send the formal notice",
    "Please issue a formal notice for 2026-501.",
    "Go ahead with the formal notice.",
    "Formal notice please",
    "Mahnung schicken",
    "Bitte die Mahnung an Batiplus schicken",
    "Bitte mahnen Sie Batiplus.",
    "Einverstanden mit der Mahnung",
)
NAMED_ONLY = (
    "Pas de mise en demeure pour l'instant.",
    "Non, surtout pas de mise en demeure pour ce client.",
    "Si rien n'arrive, envoyez une mise en demeure.",
    "Faut-il une mise en demeure ?",
    "Mise en demeure un peu trop tôt pour ce client.",
    "Mise en demeure : à voir plus tard.",
    "Mise en demeure prématurée",
    "Ingebrekestelling misschien volgende maand",
    "formal notice, let me think",
    "Formal notice for later",
    "Mahnung vielleicht nächste Woche",
    "Attendez avant d'envoyer une mise en demeure.",
    "Notre avocat a envoyé une mise en demeure hier.",
    "La mise en demeure a été envoyée.",
    "Dernier rappel avant mise en demeure.",
    "Il a déjà reçu une mise en demeure.",
    "Stuur nog geen ingebrekestelling.",
    "Als hij niet betaalt, stuur een ingebrekestelling.",
    "Is er al een ingebrekestelling?",
    "Please don't send a formal notice.",
    "No formal notice please.",
    "Our solicitor has sent a formal notice.",
    "Keine Mahnung schicken.",
    "Wurde schon eine Mahnung geschickt?",
    "Die Mahnung wurde verschickt.",
)

# Words of one or the other colleague that hold all the words of an order and are none.
TURNED_ROUND = (
    "Stop sending formal notices for 2026-501",
    "Hold off on sending the formal notice for 2026-501",
    "Stop het versturen van de ingebrekestelling 2026-501",
    "Stoppen Sie, eine Mahnung zu schicken, 2026-501",
    "Faut-il envoyer une mise en demeure pour 2026-501",
    "Dois-je vous demander d'envoyer la mise en demeure 2026-501",
    "Should we send a formal notice for 2026-501",
    "Moeten we een ingebrekestelling sturen voor 2026-501",
    "Sollen wir die Mahnung schicken",
    "Who will send the formal notice for 2026-501.",
    "Envoyez-moi une copie de la mise en demeure 2026-501",
    "Pouvez-vous m'envoyer la mise en demeure pour relecture",
    "Faites-moi voir la mise en demeure 2026-501",
    "Transmettez-nous la mise en demeure",
    "Send me the formal notice for 2026-501",
    "Stuur mij de ingebrekestelling 2026-501",
    "Schicken Sie mir die Mahnung 2026-501",
    "Préparez un projet de mise en demeure 2026-501",
    "Mise en demeure 2026-501 pour info",
    "Formal notice for review",
    "Faites attention à la mise en demeure 2026-501",
    "Faites retirer la mise en demeure 2026-501",
    "Le client dit : envoyez une mise en demeure 2026-501, je m'en moque.",
    "Le client m'écrit :\n« Envoyez une mise en demeure pour la 2026-501 »",
    "He told me to send a formal notice for 2026-501.",
    "Demain je déciderai de lancer la mise en demeure 2026-501.",
    "Vous alliez envoyer une mise en demeure pour 2026-501 : le client vient de payer.",
    "Ok merci pour la mise en demeure",
    "OK, bien reçu la mise en demeure 2026-501",
    "Oui le client refuse la mise en demeure 2026-501",
    "Yes thanks for the formal notice",
    "Ja bedankt voor de ingebrekestelling",
)


def kinds(text: str, choices: int = 0) -> list[str]:
    return [i.kind for i in read_instructions(text, received=DAY, known_choices=choices).instructions]


@pytest.mark.parametrize("text", ORDERS)
def test_an_order_in_any_language(text):
    """By verb, by consent, or by the bare word; also where a number would choose."""
    assert kinds(text) == ["formal_notice"]
    assert kinds(text, choices=6) == ["formal_notice"]


@pytest.mark.parametrize("text", TURNED_ROUND)
@pytest.mark.parametrize("choices", [0, 6])
def test_what_only_sounds_like_an_order_orders_nothing(text, choices):
    """Calling it off, asking for a copy, telling what others said, wondering: no notice leaves without a plain order."""
    assert "formal_notice" not in kinds(text, choices)


@pytest.mark.parametrize("text", NAMED_ONLY)
def test_what_denies_asks_or_tells_orders_nothing(text):
    """Neither a negation, a condition, a question nor a report."""
    assert "formal_notice" not in kinds(text)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Mise en demeure 2026-501, délai de 20 jours", date(2026, 3, 30)),
        ("Envoyez une mise en demeure pour 2026-501 avant le 15/04/2026", date(2026, 4, 15)),
        ("Stuur een ingebrekestelling voor 2026-501, termijn 30 dagen", date(2026, 4, 9)),
        ("Mahnung für 2026-501 bis 30.04.2026", date(2026, 4, 30)),
        ("formal notice 2026-501", None),
    ],
)
def test_the_last_day_that_it_names(text, until):
    """A day, or a number of days from now."""
    (told,) = read_instructions(text, received=DAY).instructions
    assert (told.numbers, told.until) == (("2026-501",), until)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("adresse postale : Rue Haute 12, 1000 Bruxelles", "Rue Haute 12, 1000 Bruxelles"),
        ("Postadres: Hoogstraat 12 bus 3, 2000 Antwerpen", "Hoogstraat 12 bus 3, 2000 Antwerpen"),
        ("postal address: 12 High Street, Leeds LS1 4AB", "12 High Street, Leeds LS1 4AB"),
        ("Anschrift: Weg 5, 4700 Eupen", "Weg 5, 4700 Eupen"),
    ],
)
def test_a_postal_address_is_a_field(text, address):
    """As it was typed; an e-mail address is another field."""
    (told,) = read_instructions(text, received=DAY).instructions
    assert (told.kind, told.field, told.value) == ("correct", "postal_address", address)
    (mail,) = read_instructions("adresse : compta@client.example", received=DAY).instructions
    assert mail.field == "debtor_email"


@given(st.text(max_size=300))
def test_no_text_raises(text):
    """Whatever it is."""
    assert orders_notice(text) in (True, False)
