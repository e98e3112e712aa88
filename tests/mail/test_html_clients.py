"""The HTML of the usual programs, without a plain part: answers are told from quotes, forwards are unwrapped."""

import pytest

from agent.mail.forwards import forwarded
from agent.mail.message import Message, parse_message
from agent.mail.quoting import own_text

OUTLOOK = """<html><head><style><!-- p.MsoNormal {margin:0cm;font-size:11.0pt;} --></style></head><body lang=FR>
<p class=MsoNormal>Nous payons le 30 novembre.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>De&nbsp;:</b> Anna &lt;anna@seller.example&gt; <br>
<b>Envoyé&nbsp;:</b> lundi 16 novembre 2026 09:12<br><b>À&nbsp;:</b> compta@debtor.example<br>
<b>Objet&nbsp;:</b> Facture 118<o:p></o:p></p></div><p class=MsoNormal>Vous devez 100 €</p></body></html>"""
OUTLOOK_WEB = """<div dir="ltr">Nous payons le 30 novembre.</div><div id="appendonsend"></div><hr tabindex="-1">
<div id="divRplyFwdMsg" dir="ltr"><font style="font-size:11pt" color="#000000"><b>From:</b> Anna &lt;anna@seller.example&gt;<br>
<b>Sent:</b> Monday, November 16, 2026 9:12 AM<br><b>To:</b> compta@debtor.example &lt;compta@debtor.example&gt;<br>
<b>Subject:</b> Facture 118</font><div>&nbsp;</div></div><div>Vous devez 100 €</div>"""
GMAIL = """<div dir="ltr">Nous payons le 30 novembre.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">
---------- Forwarded message ---------<br>De : <strong>Anna</strong> <span>&lt;<a>anna@seller.example</a>&gt;</span><br>
Date: lun. 16 nov. 2026 à 09:12<br>Subject: Facture 118<br>To: &lt;<a>compta@debtor.example</a>&gt;<br></div><br><br>Vous devez 100 €</div></div>"""
APPLE = """Nous payons le 30 novembre.<br><div><br><blockquote type="cite"><div>Début du message transféré :</div><br>
<div><span><b>De: </b></span><span>Anna &lt;<a>anna@seller.example</a>&gt;<br></span></div><div><b>Objet: </b><b>Facture 118</b><br></div>
<div><b>Date: </b>16 novembre 2026 à 09:12:00 UTC+1<br></div><div><b>À: </b>compta@debtor.example<br></div><br>
<div>Vous devez 100 €</div></blockquote></div>"""
IPHONE = """Nous payons le 30 novembre.<br><br><div>Envoyé de mon iPhone</div><div><br><blockquote type="cite">Le 16 nov. 2026 à 09:12,
Anna &lt;anna@seller.example&gt; a écrit :<br><br></blockquote></div><blockquote type="cite"><div>\ufeffVous devez 100 €</div></blockquote>"""
THUNDERBIRD = """<p>Nous payons le 30 novembre.</p><div class="moz-cite-prefix">Le 16/11/2026 à 09:12, Anna a écrit :<br></div>
<blockquote type="cite"><p>Vous devez 100 €</p></blockquote><div class="moz-signature">-- <br>Jean</div>"""

ZOHO = """<div>Nous payons le 30 novembre.</div><div class="zmail_extra"><div>---- Le lun., 16 nov. 2026 09:12:00 +0100
<b>Anna &lt;anna@seller.example&gt;</b> a écrit ----</div><blockquote><p>Vous devez 100 €</p></blockquote></div>"""
GMX = """<div>Nous payons le 30 novembre.</div><div name="quote"><div><b>Gesendet:</b> Montag, 16. November 2026 um 09:12 Uhr<br>
<b>Von:</b> Anna &lt;anna@seller.example&gt;<br><b>An:</b> jean@debtor.example<br><b>Betreff:</b> Rechnung</div>Vous devez 100 €</div>"""
NOTES = """Nous payons le 30 novembre.<table><tr><td>Von:</td><td>Anna &lt;anna@seller.example&gt;</td></tr><tr><td>An:</td><td>Jean</td></tr>
<tr><td>Datum:</td><td>16.11.2026 09:12</td></tr><tr><td>Betreff:</td><td>Rechnung</td></tr></table>Vous devez 100 €"""


def mail(html: str, subject: str) -> Message:
    return parse_message(
        f"From: jean@debtor.example\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n{html}".encode()
    )


@pytest.mark.parametrize("html", [OUTLOOK, OUTLOOK_WEB, GMAIL, APPLE, IPHONE, THUNDERBIRD, ZOHO, GMX, NOTES])
def test_the_answer_is_told_from_the_quote(html):
    """Only the first line is his."""
    assert own_text(mail(html, "RE: Facture 118")).text == "Nous payons le 30 novembre."


@pytest.mark.parametrize("html", [OUTLOOK, OUTLOOK_WEB, GMAIL, APPLE])
def test_the_forward_is_unwrapped(html):
    """People, subject, and the words above and below."""
    found = forwarded(mail(html, "TR: Facture 118"))
    assert found is not None
    assert (found.sender.address, found.sender.name) == ("anna@seller.example", "Anna")
    assert [one.address for one in found.to] == ["compta@debtor.example"]
    assert (found.subject, found.message, found.body) == (
        "Facture 118",
        "Nous payons le 30 novembre.",
        "Vous devez 100 €",
    )
