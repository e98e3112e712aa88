"""Forwarded mails are unwrapped, whatever program and language forwarded them."""

import pytest

from agent.mail.forwards import forwarded, unwrap
from agent.mail.message import parse_message

BODY = "Veuillez trouver la facture."
HEADERS = {
    "gmail fr": (
        "---------- Forwarded message ---------\nDe : Anna Bell <anna@seller.example>\nDate: lun. 16 nov. 2026 à 09:12\nSubject: Facture 118\nTo: <compta@debtor.example>\n\n",
        "",
    ),
    "outlook fr": (
        "De : Anna Bell <anna@seller.example>\nEnvoyé : lundi 16 novembre 2026 09:12\nÀ : compta@debtor.example\nObjet : Facture 118\n\n",
        "TR: Facture 118",
    ),
    "outlook nl": (
        "Van: Anna Bell <anna@seller.example>\nVerzonden: maandag 16 november 2026 09:12\nAan: compta@debtor.example\nOnderwerp: Facture 118\n\n",
        "FW: Facture 118",
    ),
    "outlook de": (
        "Von: Anna Bell [mailto:anna@seller.example]\nGesendet: Montag, 16. November 2026 09:12\nAn: compta@debtor.example\nBetreff: Facture 118\n\n",
        "WG: Facture 118",
    ),
    "apple fr": (
        "> Début du message transféré :\n> \n> De: Anna Bell <anna@seller.example>\n> Objet: Facture 118\n> Date: 16 novembre 2026 à 09:12:00 UTC+1\n> À: compta@debtor.example\n> \n> ",
        "",
    ),
    "thunderbird nl": (
        "-------- Doorgestuurd bericht --------\nOnderwerp: \tFacture 118\nDatum: \tMon, 16 Nov 2026 09:12:00 +0100\nVan: \tAnna Bell <anna@seller.example>\nAan: \tcompta@debtor.example\n\n\n",
        "",
    ),
    "original as forward": (
        "-----Message d'origine-----\nDe : Anna Bell <anna@seller.example>\nEnvoyé : lundi 16 novembre 2026 09:12\nÀ : compta@debtor.example\nObjet : Facture 118\n\n",
        "TR : Facture 118",
    ),
    "unknown language": (
        "-------- Xxxxx yyyyy --------\nAbc: \tFacture 118\nDef: \tMon, 16 Nov 2026 09:12:00 +0100\nGhi: \tAnna Bell <anna@seller.example>\nJkl: \tcompta@debtor.example\n\n",
        "",
    ),
    "broken lines": (
        "De : Anna Bell <anna@seller.example>\n\nEnvoyé : lundi 16 novembre 2026 09:12\n\nÀ : compta@debtor.example\n\nObjet : Facture 118\n\n",
        "Tr: Facture 118",
    ),
}


@pytest.mark.parametrize(("header", "subject"), HEADERS.values(), ids=HEADERS.keys())
@pytest.mark.parametrize("message", ["", "À suivre svp.\n\nMerci"])
def test_the_original_is_found(header, subject, message):
    """Sender, recipients, subject, text, and what the forwarder wrote above."""
    found = unwrap(f"{message}\n\n{header}{BODY}\n", subject)
    assert found is not None
    assert (found.sender.address, found.sender.name) == ("anna@seller.example", "Anna Bell")
    assert [one.address for one in found.to] == ["compta@debtor.example"]
    assert (found.subject, found.body, found.message) == ("Facture 118", BODY, message)
    assert "16" in found.date_text


def test_one_line_forwards_need_a_forward_subject():
    """Outlook for Mac writes only an attribution; in a reply the same line is a quote."""
    text = 'On 28/10/2026 12:46, "Anna Bell" <anna@seller.example> wrote:\n\n    Voici la facture.\n    Merci'
    found = unwrap(text, "FW: Facture 118")
    assert found is not None
    assert (found.sender.name, found.subject, found.body) == ("Anna Bell", "Facture 118", "Voici la facture.\nMerci")
    assert unwrap(text, "RE: Facture 118") is None


@pytest.mark.parametrize("subject", ["RE: Facture 118", "Antw: Facture", "AW: Rechnung", "Re: TR: Facture"])
def test_a_reply_is_no_forward(subject):
    """A header block below an answer is its original."""
    assert unwrap(f"Payé.\n\n{HEADERS['outlook fr'][0]}{BODY}", subject) is None


def test_a_plain_mail_is_no_forward():
    """Words about forwarding do not make one."""
    assert unwrap("Je vous ai transféré le message hier.\n\nDe : mon bureau", "Facture") is None
    assert unwrap("", "") is None


def test_a_forward_of_a_forward_has_an_inner_one():
    """Each level tells its own people."""
    inner = f"{HEADERS['outlook fr'][0]}{BODY}"
    text = f"-------- Forwarded Message --------\nSubject: TR: Facture 118\nDate: Tue, 17 Nov 2026 10:00:00 +0100\nFrom: Bob <bob@owner.example>\nTo: relance@agent.example\n\n{inner}"
    found = unwrap(text, "Fwd: TR: Facture 118")
    assert found is not None
    assert found.inner is not None
    assert (found.sender.address, found.inner.sender.address) == ("bob@owner.example", "anna@seller.example")


def test_a_mail_forwarded_as_attachment_is_unwrapped():
    """message/rfc822: the original itself."""
    raw = b"From: bob@owner.example\nSubject: a suivre\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nvoir\n--b\nContent-Type: message/rfc822\n\nFrom: Anna <anna@seller.example>\nTo: compta@debtor.example\nSubject: Facture\n\ncorps\n--b--\n"
    found = forwarded(parse_message(raw))
    assert found is not None
    assert found.attached is not None
    assert (found.sender.address, found.message, found.body) == ("anna@seller.example", "voir", "corps")


def test_on_behalf_of_is_the_sender_himself():
    """Outlook tells the delegate too."""
    found = unwrap(
        "From: Anna<mailto:anna@seller.example> <anna@seller.example<mailto:anna@seller.example>> on behalf of x@y.example\nSent: Monday 09:12\nTo: a@b.example\nSubject: F\n\nx",
        "FW: F",
    )
    assert found is not None
    assert (found.sender.address, found.sender.name) == ("anna@seller.example", "Anna")
