"""Automatic answers (RFC 3834), by their headers and by their words: absence, ticket systems, mailboxes and people that are gone."""

import re
from collections.abc import Iterator
from datetime import date

from agent.domain.findings import AutoReplyReading
from agent.mail.automatic import automatic
from agent.mail.forwards import subject_intent
from agent.mail.message import Message
from agent.mail.quoting import own_text_of
from agent.parsers.replies.autoreply_return import SENTENCE, back_on
from agent.parsers.replies.autoreply_words import begins, folded, says

MAX_TEXT = 6_000  # characters that are looked at; answering machines are brief
_PREFIX = re.compile(r"^(?:(?:re|r|aw|antw|sv|vs|res|odp|tr|fw|fwd|wg)\s?:\s*|\[[^\]]{1,60}\]\s*){1,4}")
_REPLY = re.compile(r"^(?:re|r|aw|antw|sv|res|odp)\s?:")
_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
_DOCUMENTS = (".pdf", ".xml", ".zip", ".xlsx", ".csv", ".eml", ".msg")
_CASE_NUMBER = re.compile(
    r"\b(?:ticket|case|request|dossier|referentie|reference|vorgangs?|aanvraag|demande|zaak|melding)[\w-]{0,10}\s?"
    r"(?:number|numero|nummer|no|nr|n°|id)?[^\n.]{0,40}?[a-z]{0,5}[#-]?\d{4,}"
)
# Lists of what machines say, and of what they and people say
_MACHINES_SAY = ("formula", "ticket", "absent", "left", "moved", "challenge")
_MACHINES_SAY_TOO = ("absence", "machine", "polite", "thanks", "receipt")
# Marks, as `automatic` names them, that mailing lists, campaign tools and gateways put on people's mails as well
_WEAK = (
    "precedence: bulk",
    "precedence: list",
    "list-",
    "sender",
    "feedback-id",
    "mailing-list",
    "x-mailing-list",
    "x-loop",
    "x-auto-response-suppress",
    "null return path",
)


def read_autoreply(message: Message, received: date) -> AutoReplyReading | None:
    """What an automatic answer says; None when a person wrote. `received` is the day of the mail at the recipient.

    To be asked after `read_bounce`. A stand-in is only named, never adopted.
    """
    subject = _PREFIX.sub("", folded(message.subject, 300))
    text = folded(own_text_of(message.text[: 4 * MAX_TEXT]).spoken or message.text, MAX_TEXT)
    because = _why_automatic(message, subject, text)
    if not because:
        return None
    kind = _kind(subject, text)
    returning = back_on(f"{subject}\n{text}", received) if kind in ("absence", "other") else None
    if kind == "other" and returning:
        kind = "absence"
    return AutoReplyReading(kind, returning, _stand_in(message, text), because)


def _why_automatic(message: Message, subject: str, text: str) -> str:
    header = automatic(message)
    if header and "auto-replied" not in header and _brings_something(message):
        return f"subject {found!r}" if (found := begins(subject, "automatic")) else ""
    if header and not header.lower().startswith(_WEAK):
        return "" if _through_a_helpdesk(message, header, subject, text) else header
    if message.header("x-apple-action").lower() == "vacation" or "x-apple-criteria" in dict(message.headers):
        return "X-Apple-Action"
    if message.header("auto-submitted").strip().lower() == "no":
        return ""
    if found := _by_subject(message, subject, text, header):
        return found
    if header and (found := begins(subject, "tickets") or says(text, "ticket")):
        return "" if _through_a_helpdesk(message, header, subject, text) else f"{header} and {found!r}"
    return _by_words(header, text)


def _by_subject(message: Message, subject: str, text: str, header: str) -> str:
    """Recognised by how the subject begins; an answer to an automatic answer begins so as well, behind its "Re:"."""
    found = begins(subject, "automatic") or begins(subject, "receipts")
    if not found:
        return ""
    if _REPLY.match(folded(message.subject, 300)) and not (header or says(text, "absent") or says(text, "formula")):
        return ""
    # "Absence de paiement" begins like a notice of absence: without any other mark the text must not be a person's.
    return f"subject {found!r}" if header or not _speaks_a_person(text) else ""


def _through_a_helpdesk(message: Message, header: str, subject: str, text: str) -> bool:
    """Whether a person answered from within a ticket system, which marks his words as generated too.

    He speaks of what only people answer, or answers our mail without a word of what machines say.
    """
    if "auto-replied" in header or any(says(text, key) for key in _MACHINES_SAY):
        return False
    if _speaks_a_person(text):
        return True
    answers = bool(message.in_reply_to) and header == "Auto-Submitted: auto-generated" and bool(text)
    titled = any(begins(subject, key) for key in ("automatic", "receipts", "tickets"))
    return answers and not titled and not any(says(text, key) for key in _MACHINES_SAY_TOO)


def _brings_something(message: Message) -> bool:
    """Whether the mail carries a document or a forwarded mail: invoicing programs and forwarding rules are automatic too."""
    names = (file.filename.lower() for file in message.attachments if not file.inline)
    return any(name.endswith(_DOCUMENTS) for name in names) or subject_intent(message.subject) == "forward"


def _by_words(header: str, text: str) -> str:
    """Recognised by its sentences alone: a formula, or an absence with what only machines add, and nothing a person answers."""
    if _speaks_a_person(text) or len(text) > 2_500:
        return ""
    if found := says(text, "challenge"):
        return f"challenge {found!r}"
    if found := says(text, "formula"):
        return f"words {found!r}"
    if "?" in text:
        return ""  # machines do not ask
    if (found := says(text, "receipt")) and (number := _CASE_NUMBER.search(text)):
        return f"words {found!r} and {number[0]!r}"
    gone = says(text, "left") or says(text, "moved")
    away = says(text, "absent") or gone
    polite = says(text, "polite") if header or gone or says(text, "thanks") else ""
    machine = says(text, "machine") or polite or header
    return f"words {away!r} and {machine!r}" if away and machine else ""


def _speaks_a_person(text: str) -> bool:
    """Whether the text answers something about money: no answering machine does."""
    return bool(says(text, "human"))


def _kind(subject: str, text: str) -> str:
    whole = f"{subject}\n{text}"
    if says(whole, "left"):
        return "left"
    if says(whole, "moved"):
        return "moved"
    if begins(subject, "receipts"):
        return "other"
    if says(whole, "absence") and not says(subject, "ticket"):
        return "absence"
    if begins(subject, "tickets") or says(whole, "ticket"):
        return "ticket"
    return "other"


def _stand_in(message: Message, text: str) -> str:
    """The address that the answer gives instead, "" when there is none."""
    known = {message.sender.address, *(one.address for one in (*message.to, *message.cc, *message.reply_to))}
    for sentence in _with_neighbours(SENTENCE.split(text)):
        others = [address.rstrip(".") for address in _ADDRESS.findall(sentence) if address.rstrip(".") not in known]
        if others and says(sentence, "stand_in"):
            return str(others[0])
    # Whatever the words around it: an answering machine that gives one other address gives it to be written to.
    rest = {address.rstrip(".") for address in _ADDRESS.findall(text)} - known
    return next(iter(rest)) if len(rest) == 1 else ""


def _with_neighbours(sentences: list[str]) -> Iterator[str]:
    """Each sentence, then each together with the one before it: an address often stands on the next line."""
    yield from sentences
    for number in range(1, len(sentences)):
        yield f"{sentences[number - 1]} {sentences[number]}"
