"""Habits of people who write about their bills, each in wordings of four languages."""

from datetime import date

import pytest

from agent.domain.findings import Intent, ReplyReading
from agent.parsers.replies.intent import read_reply

WEDNESDAY = date(2026, 9, 9)


def _said(text: str, role: str = "debtor") -> ReplyReading:
    return read_reply(text, role=role, received=WEDNESDAY)


def _labels(text: str, role: str = "debtor") -> set[str]:
    return {one.label for one in _said(text, role).intents}


def _one(text: str, label: str) -> Intent:
    return next(one for one in _said(text).intents if one.label == label)


@pytest.mark.parametrize(
    "text",
    [
        "Der Betrag wurde heute überwiesen und dürfte übermorgen auf Ihrem Konto sein.",
        "Rechnung 7714 ist gestern zur Überweisung angewiesen worden, das Geld sollte in drei Tagen bei Ihnen eingehen.",
        "We paid this yesterday, so it should be with you by Friday.",
        "The transfer was sent this morning and should reach you within two days.",
        "Nous avons viré le montant hier, il devrait arriver chez vous vendredi.",
        "Wij hebben het bedrag gisteren overgeschreven, het zou vrijdag op uw rekening moeten staan.",
    ],
)
def test_what_was_sent_and_is_to_arrive_is_a_claim(text: str) -> None:
    """The day on which sent money should arrive is no promise to pay."""
    assert _labels(text) == {"claims_paid"}


@pytest.mark.parametrize(
    "text",
    [
        "We paid half yesterday and will pay the rest on Friday, it should be with you by Monday.",
        "Nous avons payé la moitié hier, vous aurez le solde sur votre compte vendredi.",
    ],
)
def test_a_part_that_arrives_later_is_still_promised(text: str) -> None:
    """Beside a part that was paid, the day of the rest stays a promise."""
    assert "promise_to_pay" in _labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "I left Harbour Foods in April.",
        "She left us in June, please do not write to her.",
        "Mijn collega is vertrokken in mei.",
        "Die Kollegin ist seit Mai weg.",
        "Mon collègue est parti en mai.",
    ],
)
def test_a_person_who_left_is_no_payment(text: str) -> None:
    """Money leaves an account; a person leaves a firm."""
    assert "claims_paid" not in _labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "The money left our account yesterday.",
        "De betaling is gisteren vertrokken.",
        "The payment left on 3 September.",
    ],
)
def test_money_that_left_is_a_payment(text: str) -> None:
    """With money as the subject, leaving is paying."""
    assert _labels(text) == {"claims_paid"}


@pytest.mark.parametrize(
    "text", ["Drop 2026-551, it's not worth a phone call", "Bin 2026-552, that's not worth the trouble"]
)
def test_what_is_not_worth_it_corrects_nothing(text: str) -> None:
    """A "not" behind a number corrects it only with another value beside it."""
    assert "correction" not in _labels(text, "client")


@pytest.mark.parametrize(
    "text",
    [
        "Si seulement notre banque nous suivait, tout serait déjà réglé.",
        "If only our own customer had paid us, your bill would have been settled long ago.",
        "Kon ik maar, dan was het al betaald.",
        "Wenn wir nur könnten, wäre die Rechnung längst bezahlt.",
        "Ma comptable pense que c'est réglé.",
        "Volgens onze zaakvoerder zou dat al betaald zijn.",
        "My partner thinks it's been paid.",
        "Mein Chef glaubt, die Rechnung ist bezahlt.",
        "Mon associé dit que c'est payé, mais je ne vois aucune trace du virement.",
        "Hij zegt dat het betaald is maar ik vind geen bewijs.",
    ],
)
def test_a_wish_and_hearsay_are_no_claim(text: str) -> None:
    """What would be paid, or is paid in another's opinion, concludes nothing without a person."""
    reading = _said(text)
    assert reading.needs_human or "claims_paid" not in {one.label for one in reading.intents}


@pytest.mark.parametrize("role", ["debtor", "other"])
@pytest.mark.parametrize(
    "text",
    [
        "Nos comptes bancaires ont été modifiés, merci d'encoder l'IBAN LT12 1000 0111 0100 1000.",
        "Suite à une fusion, notre banque a changé : désormais tous les virements sur le nouveau compte.",
        "Veuillez supprimer l'ancien IBAN de vos fichiers.",
        "Onze rekeningen zijn gewijzigd, gelieve voortaan LT12 1000 0111 0100 1000 te gebruiken.",
        "Gelieve IBAN LT12 1000 0111 0100 1000 te registreren voor alle betalingen.",
        "De oude rekening is gesloten, stort voortaan op LT12 1000 0111 0100 1000.",
        "Our accounts have changed, please register IBAN LT12 1000 0111 0100 1000.",
        "We have switched to a new bank.",
        "All future payments should from now on go to the new account below.",
        "Unsere Konten haben sich geändert.",
        "Bitte hinterlegen Sie die neue IBAN LT12 1000 0111 0100 1000.",
        "Zahlungen bitte ab sofort auf folgendes Konto.",
    ],
)
def test_other_bank_details_are_suspected(role: str, text: str) -> None:
    """A new account of a debtor or a stranger is suspected fraud and nothing else."""
    assert _labels(text, role) == {"suspected_fraud"}


@pytest.mark.parametrize(
    "text",
    [
        "Sur quel compte devons-nous payer ?",
        "Nous avons payé hier sur le compte BE68 5390 0754 7034.",
        "Op welk rekeningnummer mogen wij betalen?",
        "Please send us your IBAN so that we can pay.",
        "Wir haben gestern auf Ihr Konto BE68 5390 0754 7034 überwiesen.",
        "Nous avons changé de banque, la domiciliation n'a pas fonctionné.",
        "We moved to a new bank and the standing order failed, we'll pay on Friday.",
        "Wir haben die Bank gewechselt, deshalb kam die Lastschrift zurück.",
    ],
)
def test_asking_for_our_account_is_not_suspected(text: str) -> None:
    """Our own account may be asked for and named; a changed bank may explain a failed direct debit."""
    assert "suspected_fraud" not in _labels(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ça part vendredi promis", date(2026, 9, 11)),
        ("Pour la 2026-0881 ce sera jeudi.", date(2026, 9, 10)),
        ("Voor 26/3312 wordt het vrijdag.", date(2026, 9, 11)),
        ("Dat vertrekt morgen.", date(2026, 9, 10)),
        ("It goes out tomorrow.", date(2026, 9, 10)),
        ("INV-8812 it'll be Friday.", date(2026, 9, 11)),
        ("Für RE-4410 wird es Freitag.", date(2026, 9, 11)),
        ("Wij bieden ze vrijdag opnieuw aan.", date(2026, 9, 11)),
        ("We'll resubmit it on Friday.", date(2026, 9, 11)),
    ],
)
def test_a_day_without_a_verb_of_paying_is_a_promise(text: str, day: date) -> None:
    """People promise with "it goes", "that will be" and a day."""
    assert _labels(text) == {"promise_to_pay"}
    assert _one(text, "promise_to_pay").on == day


@pytest.mark.parametrize(
    "text",
    [
        "The meeting goes on until Friday.",
        "Ça tombe un vendredi 13.",
        "Le chantier sera terminé vendredi.",
        "Das Paket geht am Freitag zurück.",
        "De levering volgt vrijdag.",
    ],
)
def test_other_things_that_happen_on_a_day_are_no_promise(text: str) -> None:
    """Only money and what stands for it makes a day a promise."""
    assert "promise_to_pay" not in _labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "We've paid half today, the second half follows on Friday.",
        "De helft is vandaag betaald, de andere helft volgt vrijdag.",
        "Die Hälfte wurde heute überwiesen, die andere Hälfte folgt am Freitag.",
        "La moitié a été virée ce matin, l'autre moitié part vendredi.",
    ],
)
def test_the_other_half_is_promised(text: str) -> None:
    """A part that was paid and the day of the rest are a claim and a promise, no plan."""
    assert _labels(text) == {"claims_paid", "promise_to_pay"}
    assert _one(text, "promise_to_pay").on == date(2026, 9, 11)


def test_a_sum_that_was_paid_is_not_promised() -> None:
    """The one sum of a sentence that claims and promises is the one that was paid."""
    text = "We paid 300 euro today, the rest follows on Friday."
    assert _one(text, "claims_paid").amount == 300
    assert _one(text, "promise_to_pay").amount is None


@pytest.mark.parametrize(
    "text",
    [
        "La pompe fuit. Tant que la fuite n'est pas réparée, vous n'aurez pas un euro.",
        "De ketel is defect. Zolang dat niet hersteld is, krijgt u geen cent.",
        "The pump is faulty. Until it is repaired you won't see a penny.",
        "Die Pumpe ist defekt. Solange sie nicht repariert ist, zahlen wir nicht.",
    ],
)
def test_no_cent_before_the_repair_is_a_condition(text: str) -> None:
    """A refusal until something is repaired is a condition beside the dispute."""
    assert _labels(text) == {"conditional_promise", "dispute"}
    assert _one(text, "conditional_promise").condition == "work_completed"


@pytest.mark.parametrize(
    "text",
    [
        "Je vais saisir la CNIL.",
        "Je dépose un signalement à la DGCCRF.",
        "Ik dien een klacht in bij de GBA als dit niet stopt.",
        "I will report this to the Information Commissioner.",
        "Wir werden uns bei der Datenschutzbehörde beschweren.",
        "Ich wende mich an die Verbraucherzentrale.",
    ],
)
def test_a_complaint_to_an_authority_is_a_legal_threat(text: str) -> None:
    """An authority that is called in is a legal threat in all four languages."""
    assert "legal_threat" in _labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "Je ne travaille plus sur ces dossiers. Écrivez à compta@hotel-meuse.example.",
        "Dit hoort bij de boekhouding: facturen@dewolf.example.",
        "This should go to accounts: ap@harbour.example. I'm the receptionist.",
        "Das gehört in die Buchhaltung: rechnung@kranz.example.",
    ],
)
def test_whoever_names_the_right_desk_is_the_wrong_one(text: str) -> None:
    """Who points to the right address says that his own is wrong."""
    assert _labels(text) == {"wrong_contact", "change_of_contact"}


@pytest.mark.parametrize(
    "text",
    [
        "We would be grateful for another three weeks.",
        "Wij hebben nog drie weken nodig.",
        "Il nous faudrait trois semaines supplémentaires.",
        "Wir brauchen noch drei Wochen Zeit.",
    ],
)
def test_more_weeks_end_on_a_day(text: str) -> None:
    """A wish for so many more weeks says until when."""
    assert _one(text, "delay_request").until == date(2026, 9, 30)


@pytest.mark.parametrize(
    "text",
    [
        "Ik ben met verlof tot en met 18 september.",
        "Ich bin bis einschließlich 18. September nicht im Büro.",
        "Je suis en congé jusqu'au 18 septembre inclus.",
        "I am on leave up to and including 18 September.",
    ],
)
def test_the_last_day_of_leave_is_not_the_return(text: str) -> None:
    """Behind an inclusive last day, the return is the day after."""
    assert _one(text, "out_of_office").until == date(2026, 9, 19)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Cette facture concerne la SA Dubois Père, pas nous.", "wrong_entity"),
        ("This invoice is for Harbour Ltd, not us.", "wrong_entity"),
        ("Die Rechnung betrifft die Kranz KG, nicht uns.", "wrong_entity"),
        ("U rekent 21% btw terwijl 6% was afgesproken.", "amount"),
        ("You charged 20% VAT instead of 5%.", "amount"),
        ("Vous comptez 21 % de TVA alors que le taux est de 6 %.", "amount"),
        ("Sie berechnen 19 % MwSt statt 7 %.", "amount"),
    ],
)
def test_another_firm_or_another_rate_is_a_dispute(text: str, reason: str) -> None:
    """A bill that concerns somebody else, or another VAT rate than agreed, is contested."""
    assert _labels(text) == {"dispute"}
    assert _one(text, "dispute").reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "Please confirm receipt.",
        "Kindly confirm receipt of this email.",
        "Could you confirm you received this?",
        "We have received your letter. Please confirm that you got our answer.",
        "Merci de confirmer la bonne réception de ce message.",
        "Gelieve de ontvangst van deze mail te bevestigen.",
        "Bitte bestätigen Sie den Erhalt dieser E-Mail.",
    ],
)
def test_who_asks_for_a_receipt_of_his_mail_has_not_paid(text: str) -> None:
    """Only words about money claim that money was sent."""
    assert not _labels(text) & {"claims_paid", "promise_to_pay"}


@pytest.mark.parametrize(
    "text",
    [
        "Please confirm receipt of our payment.",
        "Kindly confirm that you received the transfer.",
        "Let me know when it has landed.",
        "We paid yesterday. Please confirm receipt.",
        "Merci de confirmer la réception de notre paiement.",
        "Gelieve de ontvangst van onze betaling te bevestigen.",
        "Bitte bestätigen Sie den Eingang unserer Zahlung.",
    ],
)
def test_who_asks_whether_his_money_came_claims_that_he_paid(text: str) -> None:
    """The money is named, or was in the sentence before."""
    assert "claims_paid" in _labels(text)
