"""Automatic answers (RFC 3834), by their headers and by their words: absence, ticket systems, mailboxes and people that are gone."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources

from agent.domain.findings import AutoReplyReading
from agent.mail.automatic import automatic
from agent.mail.forwards import subject_intent
from agent.mail.message import Message
from agent.mail.quoting import own_text_of
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.reply_dates import SaidDate, find_dates

MAX_TEXT = 6_000  # characters that are looked at; answering machines are brief
LONGEST_ABSENCE = timedelta(days=400)
_DAY = timedelta(days=1)
_RULES: dict[str, dict[str, list[str]]] = tomllib.loads(
    resources.files("agent.parsers.replies").joinpath("autoreply_rules.toml").read_text(encoding="utf-8")
)
_PREFIX = re.compile(r"^(?:(?:re|aw|antw|sv|tr|fw|fwd|wg)\s?:\s*|\[[^\]]{1,60}\]\s*){1,4}")
_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
_DOCUMENTS = (".pdf", ".xml", ".zip", ".xlsx", ".csv", ".eml", ".msg")
_CASE_NUMBER = re.compile(
    r"\b(?:ticket|case|request|dossier|referentie|reference|vorgangs?|aanvraag|demande|zaak)[\w-]{0,10}\s?"
    r"(?:number|numero|nummer|no|nr|n°|id)?[^\n.]{0,40}?[a-z]{0,5}[#-]?\d{4,}"
)
_SENTENCE = re.compile(r"(?<=[a-z)][.!?;])\s+(?=[a-z(])|\n+")
_FOREIGN_DATE = re.compile(rf"\b(\d{{1,2}})\.?\s(?:de\s|di\s)?({'|'.join(_RULES['months'])})\b")
# Headers that only answering machines and ticket systems write, as `automatic` names them
_WEAK = ("precedence", "list-", "sender", "feedback-id", "mailing-list", "x-mailing-list", "x-loop", "null return path")


def read_autoreply(message: Message, received: date) -> AutoReplyReading | None:
    """What an automatic answer says; None when a person wrote. `received` is the day of the mail at the recipient.

    To be asked after `read_bounce`. A stand-in is only named, never adopted.
    """
    subject = _PREFIX.sub("", _folded(message.subject, 300))
    text = _folded(own_text_of(message.text[: 4 * MAX_TEXT]).spoken or message.text, MAX_TEXT)
    because = _why_automatic(message, subject, text)
    if not because:
        return None
    kind = _kind(subject, text)
    back_on = _back_on(f"{subject}\n{text}", received) if kind in ("absence", "other") else None
    if kind == "other" and back_on:
        kind = "absence"
    return AutoReplyReading(kind, back_on, _stand_in(message, text), because)


def _folded(text: str, limit: int) -> str:
    lines = (" ".join(fold(line).split()) for line in text[:limit].replace("’", "'").split("\n"))
    return "\n".join(line for line in lines if line)


def _has(text: str, table: str, key: str) -> str:
    """The first phrase of this list that the text holds, "" when none."""
    return next((phrase for phrase in _RULES[table][key] if phrase in text), "")


def _begins(text: str, key: str) -> str:
    return next((phrase for phrase in _RULES["subject"][key] if text.startswith(phrase)), "")


def _why_automatic(message: Message, subject: str, text: str) -> str:
    header = automatic(message)
    if header and "auto-replied" not in header and _brings_something(message):
        return f"subject {found!r}" if (found := _begins(subject, "automatic")) else ""
    if header and not header.lower().startswith(_WEAK):
        return header
    if message.header("x-apple-action").lower() == "vacation" or "x-apple-criteria" in dict(message.headers):
        return "X-Apple-Action"
    if message.header("auto-submitted").strip().lower() == "no":
        return ""
    if found := _begins(subject, "automatic") or _begins(subject, "receipts"):
        # "Absence de paiement" begins like a notice of absence: without any other mark the text must not be a person's.
        return f"subject {found!r}" if header or not _speaks_a_person(text) else ""
    if header and (found := _begins(subject, "tickets") or _has(text, "text", "ticket")):
        return f"{header} and {found!r}"
    return _by_words(header, text)


def _brings_something(message: Message) -> bool:
    """Whether the mail carries a document or a forwarded mail: invoicing programs and forwarding rules are automatic too."""
    names = (file.filename.lower() for file in message.attachments if not file.inline)
    return any(name.endswith(_DOCUMENTS) for name in names) or subject_intent(message.subject) == "forward"


def _by_words(header: str, text: str) -> str:
    """Recognised by its sentences alone: a formula, or an absence with what only machines add, and nothing a person answers."""
    if _speaks_a_person(text) or len(text) > 2_500:
        return ""
    if found := _has(text, "text", "challenge"):
        return f"challenge {found!r}"
    if found := _has(text, "text", "formula"):
        return f"words {found!r}"
    if (found := _has(text, "text", "receipt")) and (number := _CASE_NUMBER.search(text)):
        return f"words {found!r} and {number[0]!r}"
    absence, machine = _has(text, "text", "absence"), _has(text, "text", "machine")
    gone = _has(text, "text", "left") or _has(text, "text", "moved")
    if (absence or gone) and (machine or header):
        return f"words {(absence or gone)!r} and {machine or header!r}"
    return ""


def _speaks_a_person(text: str) -> bool:
    """Whether the text answers something about money: no answering machine does."""
    return bool(_has(text, "text", "human"))


def _kind(subject: str, text: str) -> str:
    whole = f"{subject}\n{text}"
    if _has(whole, "text", "left"):
        return "left"
    if _has(whole, "text", "moved"):
        return "moved"
    if _begins(subject, "receipts"):
        return "other"
    if _has(whole, "text", "absence") and not _has(subject, "text", "ticket"):
        return "absence"
    if _begins(subject, "tickets") or _has(whole, "text", "ticket"):
        return "ticket"
    return "other"


def _back_on(text: str, received: date) -> date | None:
    """The first day on which the writer is back, None when he does not say."""
    last_days: list[date] = []
    beginnings: list[date] = []
    text = _FOREIGN_DATE.sub(lambda found: f"{found[1]} {_RULES['months'][found[2]][0]}", text)
    for sentence in _SENTENCE.split(text):
        dates = [
            found
            for found in find_dates(sentence, received)
            if received - _DAY <= found.last <= received + LONGEST_ABSENCE
        ]
        for found in dates:
            before = sentence[max(0, found.start - 60) : found.start]
            if _cue(before, "back"):
                return found.last
            if _cue(before, "since"):
                beginnings.append(found.last)
        last_days += [_return_after(sentence, found) for found in dates if _ends_absence(sentence, found, dates)]
    # "Absent from 16 to 20. From the 23rd I shall read your mail": a beginning behind the end is the return.
    end = max(last_days, default=None)
    return min((day for day in beginnings if end and day >= end), default=end)


def _ends_absence(sentence: str, found: SaidDate, dates: list[SaidDate]) -> bool:
    before = sentence[max(0, found.start - 30) : found.start]
    return found is dates[-1] and (len(dates) > 1 or bool(_cue(before, "until") or _cue(before, "until_and_with")))


def _return_after(sentence: str, found: SaidDate) -> date:
    """The day behind an absence "until" this date: most languages mean it to be the last day, "until" and "tot" the return."""
    before = sentence[max(0, found.start - 30) : found.start]
    behind = sentence[found.end : found.end + 20]
    inclusive = any(word in f"{before} {behind}" for word in _RULES["text"]["inclusive"])
    return (
        found.last
        if _cue(before, "until") and not _cue(before, "until_and_with") and not inclusive
        else found.last + _DAY
    )


def _cue(before: str, key: str) -> str:
    """The word of this list that leads to the date: it stands directly before it, or with a weekday or article between."""
    words = re.sub(r"[^\w/'-]+", " ", before).split()
    tail = f" {' '.join(words[-5:])} "
    return next((cue for cue in _RULES["text"][key] if f" {cue} " in tail), "")


def _stand_in(message: Message, text: str) -> str:
    """The address that the answer gives instead, "" when there is none."""
    known = {message.sender.address, *(one.address for one in (*message.to, *message.cc, *message.reply_to))}
    for sentence in _with_neighbours(_SENTENCE.split(text)):
        others = [address.rstrip(".") for address in _ADDRESS.findall(sentence) if address.rstrip(".") not in known]
        if others and _has(sentence, "text", "stand_in"):
            return str(others[0])
    return ""


def _with_neighbours(sentences: list[str]) -> Iterator[str]:
    """Each sentence, then each together with the one before it: an address often stands on the next line."""
    yield from sentences
    for number in range(1, len(sentences)):
        yield f"{sentences[number - 1]} {sentences[number]}"
