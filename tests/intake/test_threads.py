"""The traces by which a mail is tied to its case."""

from email.message import EmailMessage

from agent.intake.threads import named_terms, traces
from agent.mail.identity import printed_token, reply_token
from agent.mail.message import parse_message

TOKEN = reply_token(b"k" * 32, "d1", "compta@client.example")


def mail(body="", subject="x", **headers):
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return parse_message(made.as_bytes())


def test_the_mail_that_is_answered_comes_first():
    """Then the rest of the thread, the nearest first, then tokens."""
    found = list(traces(mail(f"> Réf. {printed_token(TOKEN)}", In_Reply_To="<c@x>", References="<a@x> <b@x> <c@x>")))
    assert found[:3] == ["<c@x>", "<b@x>", "<a@x>"]
    assert TOKEN in found


def test_a_printed_token_is_found_in_a_quote_when_a_mail_system_rewrote_the_ids():
    """Outlook changes Message-IDs, and people edit subjects."""
    assert TOKEN in list(traces(mail(f"ok\n> Dossier : {printed_token(TOKEN)}")))


def test_references_and_numbers_are_found_in_words():
    """Structured communications and RF references with a right check digit, and whatever looks like an invoice number."""
    terms = named_terms(mail(subject="Facture 2026-118"), "virement +++090/9337/55493+++ et RF18 5390 0754 7034 merci")
    assert ("reference", "090933755493") in terms
    assert ("reference", "RF18539007547034") in terms
    assert ("number", "2026118") in terms
    assert ("reference", "090933755494") not in named_terms(mail(), "+++090/9337/55494+++")


def test_long_texts_are_cut():
    """Twenty kilobytes are looked at, and no more than sixty terms come out."""
    assert len(named_terms(mail(), " ".join(f"F-{n:05}" for n in range(5000)))) == 60
