"""Reports about our mails are understood, and a person's mail is never taken for one."""

import pytest

from agent.domain.findings import ReportKind
from agent.mail.message import parse_message
from agent.parsers.replies.bounce import read_bounce

DSN = """From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: relance@agent.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I'm sorry to have to inform you that your message could not be delivered.

<{to}>: host mx.debtor.example[192.0.2.1] said: {said}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
{original}Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: message/rfc822

From: relance@agent.example
To: {to}
Message-ID: <relance.1@agent.example>
Subject: Statement

You owe
--b--
"""


def dsn(action="failed", status="5.1.1", said="550 5.1.1 user unknown", to="compta@debtor.example", original=""):
    return parse_message(DSN.format(action=action, status=status, said=said, to=to, original=original).encode())


def free(text: str, subject="Undeliverable: Statement", sender="MAILER-DAEMON@mx.example", head=""):
    return parse_message(f"From: {sender}\nTo: relance@agent.example\nSubject: {subject}\n{head}\n{text}".encode())


def test_a_standard_report_gives_recipient_reason_and_our_mail():
    """RFC 3464: who failed, why, for good or not, and which mail of ours."""
    found = read_bounce(dsn())
    assert found is not None
    (recipient,) = found.recipients
    assert (found.kind, found.original_message_id) == (ReportKind.BOUNCE, "<relance.1@agent.example>")
    assert (recipient.address, recipient.status, recipient.reason) == ("compta@debtor.example", "5.1.1", "user unknown")
    assert recipient.permanent
    assert recipient.hard


@pytest.mark.parametrize(
    ("status", "said", "reason", "permanent", "hard"),
    [
        ("5.2.2", "552 5.2.2 mailbox full", "mailbox full", True, False),
        ("4.2.2", "452 4.2.2 mailbox full", "mailbox full", False, False),
        ("5.1.2", "host not found", "host unknown", True, True),
        ("5.0.0", "550 5.7.1 blocked using spamhaus", "blocked", True, False),
        ("5.7.26", "550 5.7.26 DMARC failed", "authentication", True, False),
        ("4.4.7", "delivery time expired", "expired", False, False),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "user unknown", True, True),
        ("5.3.4", "552 5.3.4 message size exceeds limit", "message too big", True, False),
    ],
)
def test_the_reason_and_whether_it_is_for_good(status, said, reason, permanent, hard):
    """The server's words, then its codes; class 5 is for good."""
    found = read_bounce(dsn(status=status, said=said))
    assert found is not None
    (recipient,) = found.recipients
    assert (recipient.reason, recipient.permanent, recipient.hard) == (reason, permanent, hard)


def test_the_address_we_wrote_is_told_apart():
    """An alias resolves to a mailbox that failed."""
    found = read_bounce(dsn(original="Original-Recipient: rfc822; facturen@debtor.example\n"))
    assert found is not None
    assert (found.recipients[0].address, found.recipients[0].original) == (
        "compta@debtor.example",
        "facturen@debtor.example",
    )


def test_delays_and_deliveries_are_no_bounces():
    """`Action: delayed` waits, `delivered` and `relayed` succeeded."""
    delayed, delivered = (
        read_bounce(dsn(action="delayed", status="4.4.1")),
        read_bounce(dsn(action="relayed", status="2.0.0")),
    )
    assert delayed is not None
    assert delivered is not None
    assert (delayed.kind, delivered.kind) == (ReportKind.DELAYED, ReportKind.DELIVERED)
    assert not delayed.recipients[0].permanent


FREE = {
    "qmail": "Hi. This is the qmail-send program at x.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<compta@debtor.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nTo: autre@debtor.example\n",
    "exim": "A message that you sent could not be delivered to one or more of its recipients. The following address(es) failed:\n\n  compta@debtor.example\n    SMTP error from remote mail server after RCPT TO:<compta@debtor.example>:\n    550 5.1.1 unknown\n\n------ This is a copy of the message ------\n",
    "exchange fr": "Échec de la remise pour ces destinataires ou groupes :\n\ncompta@debtor.example<mailto:compta@debtor.example>\nL'adresse de messagerie n'existe pas.\n\nInformations de diagnostic :\n550 5.1.10 RESOLVER.ADR.RecipientNotFound\n",
    "exchange de": "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\ncompta@debtor.example\nDie E-Mail-Adresse wurde nicht gefunden. Unbekannter Empfänger 550 5.1.1\n",
    "exchange nl": "Uw bericht kon niet worden bezorgd bij:\n\ncompta@debtor.example\n\nGebruiker onbekend.\n",
    "gmail": "Delivery to the following recipient failed permanently:\n\n     compta@debtor.example\n\nTechnical details of permanent failure:\n550 5.1.1 The email account that you tried to reach does not exist.\n\n----- Original message -----\nReceived: by x\nTo: autre@x.example\n",
    "postfix text": "<compta@debtor.example>: host mx said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n",
    "dialogue": "The following mail could not be delivered.\nSent <<< RCPT TO:<compta@debtor.example>\nReceived >>> 550 5.1.1 user unknown\n",
    "sentence": "Unable to deliver message to <compta@debtor.example>. No such user.\n",
}


@pytest.mark.parametrize("text", FREE.values(), ids=FREE.keys())
def test_a_free_form_report_names_the_recipient(text):
    """Every system words it its own way; the returned copy below names others."""
    found = read_bounce(free(text))
    assert found is not None
    assert found.kind is ReportKind.BOUNCE
    assert [one.address for one in found.recipients] == ["compta@debtor.example"]
    assert found.recipients[0].permanent
    assert found.recipients[0].hard


def test_several_recipients_have_each_their_reason():
    """Two addresses in one report."""
    found = read_bounce(
        free(
            "The following addresses failed:\n<a@x.example>:\n550 5.1.1 user unknown\n<b@x.example>:\n452 4.2.2 mailbox full\n"
        )
    )
    assert found is not None
    assert [(one.address, one.reason, one.permanent) for one in found.recipients] == [
        ("a@x.example", "user unknown", True),
        ("b@x.example", "mailbox full", False),
    ]


def test_the_failed_recipients_header_serves_where_the_text_is_silent():
    """X-Failed-Recipients, and then the To of our returned mail."""
    found = read_bounce(free("It did not work.", head="X-Failed-Recipients: a@x.example, b@x.example\n"))
    assert found is not None
    assert [one.address for one in found.recipients] == ["a@x.example", "b@x.example"]


def test_a_warning_is_a_delay():
    """It will be tried again."""
    found = read_bounce(
        free(
            "THIS IS A WARNING MESSAGE ONLY.\nDelivery to the following recipient has been delayed:\n\n  a@x.example\n\nMessage will be retried for 2 more days\n",
            "Delivery Status Notification (Delay)",
        )
    )
    assert found is not None
    assert found.kind is ReportKind.DELAYED
    assert not found.recipients[0].permanent


def test_a_complaint_is_told_apart():
    """RFC 5965: the recipient called it spam."""
    body = "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nabuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: a@x.example\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <1@agent.example>\nTo: b@x.example\n\nx\n--b--\n"
    found = read_bounce(parse_message(f"From: fbl@isp.example\n{body}".encode()))
    assert found is not None
    assert found.kind is ReportKind.COMPLAINT
    assert ([one.address for one in found.recipients], found.original_message_id) == (
        ["a@x.example"],
        "<1@agent.example>",
    )


def test_a_read_receipt_is_no_bounce():
    """RFC 8098."""
    body = "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nLu\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; a@x.example\nOriginal-Message-ID: <1@agent.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    found = read_bounce(parse_message(f"From: a@x.example\n{body}".encode()))
    assert found is not None
    assert (found.kind, found.original_message_id) == (ReportKind.READ, "<1@agent.example>")


def test_parts_that_a_gateway_turned_into_text_are_read():
    """The header that told of them is gone."""
    text = "This is a MIME-encapsulated message\n\n--abcdef/mx\nContent-Type: text/plain\n\nYour message could not be delivered\n\n--abcdef/mx\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n\n--abcdef/mx--\n"
    found = read_bounce(free(text))
    assert found is not None
    assert (found.recipients[0].address, found.recipients[0].permanent) == ("a@x.example", True)


def test_a_notification_of_a_mail_service_is_read():
    """JSON, as Amazon SES sends it."""
    text = '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"a@x.example","status":"5.1.1","action":"failed","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"messageId":"1"}}'
    found = read_bounce(free(text, "AWS Notification Message", "no-reply@sns.amazonaws.com"))
    assert found is not None
    assert (found.recipients[0].address, found.recipients[0].hard) == ("a@x.example", True)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Statement", "The goods could not be delivered to our warehouse, we do not pay."),
        (
            "Delivery problem",
            "Your delivery failed: the parcel was returned to sender. Contact me at jean@debtor.example.",
        ),
        (
            "Mail non distribué ?",
            "Mon dernier mail est-il bien arrivé ? J'ai reçu un message d'erreur. La facture est contestée.",
        ),
        ("Livraison", "Le colis n'existe pas, adresse inconnue du livreur.\njean@debtor.example"),
        ("RE: Undeliverable goods", "Bonjour,\n\nnotre entrepôt a refusé la livraison 550 du 5.1.1.\n"),
        ("Facture", "Voir la facture.\n> <compta@x.example>: 550 5.1.1 User unknown\n"),
    ],
)
def test_people_who_write_about_deliveries_are_no_robots(subject, text):
    """A failed delivery of goods is no failed delivery of mail."""
    assert read_bounce(free(text, subject, "Jean <jean@debtor.example>")) is None


def test_a_vacation_note_is_no_bounce():
    """It has a null return path too."""
    assert (
        read_bounce(
            free(
                "Je suis absent jusqu'au 24 août.",
                "Réponse automatique : relevé",
                "jean@debtor.example",
                "Return-Path: <>\nAuto-Submitted: auto-replied\n",
            )
        )
        is None
    )


@pytest.mark.parametrize(
    ("sender", "head", "subject", "text"),
    [
        (
            "no-reply@portal.example",
            "",
            "Invoice 2026-118 rejected",
            "Your invoice was rejected: invalid address on the invoice. Contact ap@portal.example.",
        ),
        (
            "no-reply@portal.example",
            "",
            "Payment failed",
            "The payment to account 12 could not be delivered, please contact support@portal.example",
        ),
        (
            "jean@debtor.example",
            "Return-Path: <>\nAuto-Submitted: auto-replied\n",
            "Réponse automatique",
            "Cette adresse n'existe plus, écrivez à compta@debtor.example.",
        ),
        (
            "jean@debtor.example",
            "Return-Path: <>\n",
            "Re: Statement",
            "This person no longer exists in our company. Please write to ap@debtor.example.",
        ),
    ],
)
def test_programs_that_write_of_other_failures_are_no_reports(sender, head, subject, text):
    """A portal that rejects an invoice, and a vacation program, bounce nothing."""
    assert read_bounce(free(text, subject, sender, head)) is None
