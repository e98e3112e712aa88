"""What the buttons of a creditor's mails are called, and the sentences that they prefill, in the four languages."""

from collections.abc import Mapping

from agent.reports.vocabulary import Words, four

# The name of a button, as it stands beside the line of its invoice.
BUTTONS: Mapping[str, Words] = {
    "press_paid": four("Payée", "Betaald", "Paid", "Bezahlt"),
    "press_pause": four("Pause 15 jours", "15 dagen pauze", "Pause 15 days", "15 Tage Pause"),
    "press_dispute": four("Contestée", "Betwist", "Disputed", "Strittig"),
    "press_withdraw": four("Retirer", "Intrekken", "Withdraw", "Zurückziehen"),
    "press_approve": four("Tout est exact", "Alles klopt", "All correct", "Alles richtig"),
    "press_for": four(
        "Répondre d’un clic", "Met één klik antwoorden", "Answer with a click", "Mit einem Klick antworten"
    ),
    "press_words": four(
        "Pour répondre par une ligne, écrivez par exemple",
        "Antwoord met één regel, bijvoorbeeld",
        "To answer in a line, write for example",
        "Für eine Antwort in einer Zeile schreiben Sie zum Beispiel",
    ),
}

# What the mail of a button says: a creditor sees what he sends, and whoever types the same is understood the same.
SENTENCES: Mapping[str, Words] = {
    "paid": four(
        "La facture {} est payée.", "Factuur {} is betaald.", "Invoice {} is paid.", "Die Rechnung {} ist bezahlt."
    ),
    "pause": four(
        "Suspendez les relances de la facture {} pendant 15 jours.",
        "Pauzeer de herinneringen van factuur {} gedurende 15 dagen.",
        "Pause the reminders for invoice {} for 15 days.",
        "Rechnung {} 15 Tage pausieren.",
    ),
    "dispute": four(
        "Le client conteste la facture {}.",
        "De klant betwist factuur {}.",
        "The customer disputes invoice {}.",
        "Der Kunde bestreitet die Rechnung {}.",
    ),
    "withdraw": four(
        "Retirez la facture {} du suivi.",
        "Trek factuur {} in.",
        "Withdraw invoice {}.",
        "Ziehen Sie die Rechnung {} zurück.",
    ),
    "approve": four(
        "OK, tout est exact sur la facture {}.",
        "Akkoord met factuur {}: alles klopt.",
        "OK, everything is right on invoice {}.",
        "Einverstanden mit der Rechnung {}: alles stimmt.",
    ),
}


def sentence(action: str, number: str, language: str) -> str:
    """What the button of this action on the invoice of this number writes."""
    return SENTENCES[action][language].format(number)
