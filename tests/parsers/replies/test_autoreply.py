"""Automatic answers are known by headers and words; people who excuse themselves are still people."""

from datetime import date

import pytest

from agent.mail.message import parse_message
from agent.parsers.replies.autoreply import read_autoreply

RECEIVED = date(2026, 8, 4)


def read(text: str, subject="Re: Relevé de compte", head=""):
    raw = f"From: Marie <marie@debtor.example>\nTo: relance@agent.example\nSubject: {subject}\nIn-Reply-To: <1@agent.example>\n{head}\n{text}"
    return read_autoreply(parse_message(raw.encode()), RECEIVED)


AUTO = "Auto-Submitted: auto-replied\n"


@pytest.mark.parametrize(
    ("text", "back_on"),
    [
        ("Je suis absent jusqu'au 24 août inclus.", date(2026, 8, 25)),
        ("Je suis en congé du 1er au 15 août.", date(2026, 8, 16)),
        ("Je suis absente, de retour le 17 août.", date(2026, 8, 17)),
        ("Nos bureaux sont fermés du 3 au 21 août 2026. Réouverture le 24 août.", date(2026, 8, 24)),
        ("Ik ben afwezig tot en met 14 augustus.", date(2026, 8, 15)),
        ("Ik ben afwezig tot 17 augustus.", date(2026, 8, 17)),
        ("Ik ben terug op maandag 17 augustus.", date(2026, 8, 17)),
        ("Ich bin bis zum 15.08. nicht im Büro.", date(2026, 8, 16)),
        ("Ab dem 17. August bin ich wieder erreichbar.", date(2026, 8, 17)),
        ("I am out of the office until August 17.", date(2026, 8, 17)),
        ("I am away from 3 August to 14 August and will be back on Monday 17 August.", date(2026, 8, 17)),
        ("I will be out of office through 14 August 2026.", date(2026, 8, 15)),
        ("Sono fuori ufficio fino al 20 agosto.", date(2026, 8, 21)),
        (
            "Ik ben afwezig van 10 tot en met 14 augustus. Vanaf maandag 17 augustus lees ik uw bericht.",
            date(2026, 8, 17),
        ),
        ("Je suis absent.", None),
    ],
)
def test_the_day_of_return_is_read(text, back_on):
    """The last day of absence gives the day behind it, a day of return itself."""
    found = read(text, head=AUTO)
    assert found is not None
    assert (found.kind, found.back_on) == ("absence", back_on)


@pytest.mark.parametrize(
    ("text", "kind", "stand_in"),
    [
        (
            "Monsieur Durand ne fait plus partie de la société. Merci de vous adresser à compta@debtor.example.",
            "left",
            "compta@debtor.example",
        ),
        (
            "Deze persoon werkt niet meer bij ons. Gelieve contact op te nemen met boek@debtor.example",
            "left",
            "boek@debtor.example",
        ),
        (
            "Our email address has changed. The new address is invoices@debtor.example.",
            "moved",
            "invoices@debtor.example",
        ),
        (
            "Diese Adresse ist nicht mehr aktiv. Bitte wenden Sie sich an neu@debtor.example.",
            "moved",
            "neu@debtor.example",
        ),
        ("Votre demande a été enregistrée sous le numéro 48112.", "ticket", ""),
        ("I am out of the office. In urgent cases please contact\nbob@debtor.example", "absence", "bob@debtor.example"),
    ],
)
def test_the_kind_and_the_stand_in_are_read(text, kind, stand_in):
    """Who is gone for good, what has moved, what was only filed, and who stands in."""
    found = read(text, head=AUTO)
    assert found is not None
    assert (found.kind, found.stand_in) == (kind, stand_in)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Je suis absente ce jour.", "Absent(e) du bureau : Relevé"),
        ("bis 15.", "Automatische Antwort: Kontoauszug"),
        ("x", "Out of office: statement"),
        ("x", "Automatisch antwoord: Rekeningoverzicht"),
        ("Je suis actuellement absent du bureau. En cas d'urgence : bob@debtor.example", "Re: Relevé"),
        ("Ik ben met verlof tot 14 augustus. Voor dringende zaken kunt u contact opnemen met Bob.", "Re: Overzicht"),
        ("Ich bin im Urlaub. In dringenden Fällen wenden Sie sich an bob@debtor.example.", "AW: Kontoauszug"),
        ("This is an automated response. Your message was received.", "Re: Statement"),
        ("Marie a quitté la société. Veuillez contacter bob@debtor.example.", "Re: Relevé"),
        ("Wij hebben uw e-mail goed ontvangen. Uw referentie: CAS-40918.", "Re: Overzicht"),
        ("Your message has been held by our anti-spam system. Click to confirm delivery.", "Please confirm"),
    ],
)
def test_words_alone_are_enough(text, subject):
    """Where no header says so."""
    assert read(text, subject) is not None


@pytest.mark.parametrize(
    ("text", "subject", "head"),
    [
        ("Je suis en congé la semaine prochaine, je ferai le virement à mon retour le 12.", "Re: Relevé", ""),
        ("We will pay on the 30th.", "Re: Statement", "Auto-Submitted: no\n"),
        ("Le virement part vendredi.", "RE: Relevé", "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\n"),
        ("Invoice 881 is disputed: goods were damaged.", "Re: [Ticket #48112] Statement", ""),
        ("Sorry, I was away last week. Which invoice do you mean?", "Re: Statement", ""),
        ("Absence de paiement : nous contestons.", "Absence de paiement", ""),
        ("Mon collègue est absent, il vous répondra lundi.", "Re: Relevé", ""),
        ("Nous avons bien reçu votre relevé, le paiement part demain.", "Re: Relevé", ""),
        ("Ik was afwezig, de factuur is betaald.", "Re: Overzicht", ""),
        ("Je suis en arrêt maladie depuis trois semaines, laissez-moi un peu de temps.", "Re: Relevé", ""),
        (
            "Please update your records: our new address is ap@debtor.example, the old one is no longer monitored.",
            "Re: x",
            "",
        ),
        ("I'm on holiday, will sort it out when I return.", "Re: Statement", ""),
    ],
)
def test_people_stay_people(text, subject, head):
    """They excuse themselves, name tickets, and answer."""
    assert read(text, subject, head) is None


def test_a_program_that_brings_a_document_or_a_forward_answers_nothing():
    """Invoicing programs and forwarding rules mark their mails as automatic too."""
    head = "Auto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=b\n"
    part = "--b\n\nVotre facture\n--b\nContent-Type: application/pdf; name=f.pdf\n\n%PDF\n--b--\n"
    assert read(part, "Facture 118", head) is None
    forward = "---------- Forwarded message ---------\nDe : A <a@seller.example>\nDate: lun. 16 nov. 2026 à 09:12\nSubject: Facture\nTo: c@d.example\n\nVoici"
    assert read(forward, "Fwd: Facture", "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n") is None
