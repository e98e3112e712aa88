"""Forwarded mails unwrapped: who wrote the original, to whom, when, and what the forwarder wrote above it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.mail import lexicon
from agent.mail.addresses import parse_addresses
from agent.mail.marks import (
    Attribution,
    HeaderBlock,
    attribution,
    dashed_title,
    forward_mark,
    header_block,
    original_mark,
    rule,
    unknown_block,
)
from agent.mail.message import Address, Message
from agent.mail.visible import visible_text

MAX_TEXT = 500_000
MAX_NESTED = 5
MAX_SEARCHED = 2_000  # lines of which one must open the forwarded mail
_FORWARD = lexicon.words("subject", "forward")
_REPLY = lexicon.words("subject", "reply")
_PREFIX = re.compile(
    r"^\s*(?:\[[^\]]{1,60}\]\s*)?([^\W\d_][^:：\[\]]{0,14}?)\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,2})?\s?[:：]\s*"
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_MAILTO = re.compile(r"\[mailto:([^\]\s]{1,250})\]|<mailto:[^>\s]{1,250}>|\(mailto:[^)\s]{1,250}\)")
_BEHALF = re.compile(
    r"\s(?:on behalf of|de la part de|au nom de|namens|im auftrag von|per conto di|en nombre de|em nome de)\s",
    re.IGNORECASE,
)
_AT = r"(?:,?\s+(?:(?:à|at|om|um|kl\.?|klo|в|о|alle|às|a las|o godz\.|ore)\s*)?\d{1,2}[:.hH]\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)?"
_DAY = r"(?:[^\W\d_]{2,12}[.,]{1,2}\s+)?"
_MONTH = r"[^\W\d_]{3,12}\.?"
_WHEN = re.compile(
    rf"{_DAY}(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|\d{{1,2}}\.?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+)?\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}){_AT}"
)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A forwarded mail: people, subject and date as the forward tells them, `message` what the forwarder wrote above, `body` the
    original's text. `inner` is set when the original was itself a forward; `attached` when it came as an attachment.
    """

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date_text: str
    message: str
    body: str
    inner: "Forwarded | None" = None
    attached: Message | None = None


def forwarded(message: Message) -> Forwarded | None:
    """The mail that this mail forwards, within its text or as an attachment; None when it forwards none."""
    if found := unwrap(message.text, message.subject, message.html):
        return found
    report = message.header("content-type").lower().startswith("multipart/report")
    inner = next((file.message for file in message.attachments if file.message and not report), None)
    return _attached(message, inner) if inner else None


def _attached(message: Message, inner: Message) -> Forwarded:
    date_text = inner.header("date") or (inner.date.isoformat(" ") if inner.date else "")
    return Forwarded(
        inner.sender,
        inner.to,
        inner.cc,
        inner.subject,
        date_text,
        message.text.strip(),
        inner.text,
        forwarded(inner),
        inner,
    )


def unwrap(text: str, subject: str, html: str = "") -> Forwarded | None:
    """The mail forwarded within this text; None when it is no forward. `subject` is the forward's own, "" when unknown.

    A reply quotes its original just as some programs forward: then the subject tells (Fw:, TR:, WG: … against Re:, AW: …).
    """
    if found := _unwrap(text, subject, 0):
        return found
    # The plain part of a forward can be poorer than its HTML; a mail that claims no forward is not laid out twice.
    return (
        _unwrap(visible_text(html), subject, 0)
        if html and (not text.strip() or subject_intent(subject) == "forward")
        else None
    )


def _unwrap(text: str, subject: str, depth: int) -> Forwarded | None:
    if depth >= MAX_NESTED or not text.strip():
        return None
    lines = _INVISIBLE.sub("", text[:MAX_TEXT]).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    intent = subject_intent(subject)
    for at, line in enumerate(lines[:MAX_SEARCHED]):
        if not line.strip():
            continue
        if forward_mark(line) and (block := _block_below(lines, at + 1)):
            return _from_block(lines, at, block, depth)
        if found := _unmarked(lines, at, intent, depth):
            return found if found.subject else _with_subject(found, subject)
        if intent == "reply" and (attribution(lines, at) or original_mark(line)):
            return None
    return None


def _with_subject(found: Forwarded, subject: str) -> Forwarded:
    """The forward with its own subject in place of an original's that is not told."""
    prefix = _PREFIX.match(subject)
    return replace(found, subject=subject[prefix.end() :].strip() if prefix else subject.strip())


def _unmarked(lines: Sequence[str], at: int, intent: str, depth: int) -> Forwarded | None:
    """A forward that only its subject, or nothing but its header block, tells from a reply."""
    if intent == "reply":
        return None
    quoted_title = lines[at].lstrip().startswith(">") and lines[at].rstrip().endswith(":")
    if original_mark(lines[at]) or dashed_title(lines[at]) or quoted_title:
        block = _block_below(lines, at + 1)
        return _from_block(lines, at, block, depth) if block else None
    if block := header_block(lines, at):
        return _from_block(lines, at, block, depth)
    if intent == "forward" and (block := unknown_block(lines, at)) and len(block.fields) >= 4:
        return _from_block(lines, at, block, depth)
    if intent == "forward" and not lines[at].lstrip().startswith(">") and (found := attribution(lines, at)):
        return _from_attribution(lines, found, depth)
    return None


def subject_intent(subject: str) -> str:
    """What the outermost prefix of the subject says: forward, reply, or nothing."""
    found = _PREFIX.match(subject[:300])
    word = found[1].strip().lower() if found else ""
    if word in _FORWARD or subject.lower().rstrip().endswith(("(fwd)", "[fwd]")) or subject.lower().startswith("[fwd:"):
        return "forward"
    return "reply" if word in _REPLY else ""


def _block_below(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """The header block within the next few lines."""
    for here in range(at, min(at + 5, len(lines))):
        if lines[here].strip(" >\t|"):
            found = header_block(lines, here, least=2)
            if found is None or "from" not in found.fields:
                found = unknown_block(lines, here) or found
            if found or here > at + 2:
                return found
    return None


def _from_block(lines: Sequence[str], mark: int, block: HeaderBlock, depth: int) -> Forwarded:
    fields = dict(block.fields)
    if mark and "date" not in fields and (dated := _DATED.match(lines[mark - 1])):
        fields["date"] = dated[1].strip()
        mark -= 1
    sender = next(iter(people(fields.get("from", ""))), Address(""))
    end = (
        block.end + 1 if block.end < len(lines) and forward_mark(lines[block.end]) else block.end
    )  # Zoho closes with it
    body = _unquoted(lines[end:]) if lines[block.start].lstrip().startswith(">") else list(lines[end:])
    return _made(sender, fields, _above(lines, mark), body, depth)


def _from_attribution(lines: Sequence[str], found: Attribution, depth: int) -> Forwarded | None:
    """Outlook for Mac forwards with one line, "On DATE, NAME wrote:", and an indented text."""
    date = _WHEN.search(found.text)
    sender = _sender_of(found.text, date[0] if date else "")
    if not sender.address:
        return None
    body = _unquoted(lines[found.end :])
    return _made(sender, {"date": date[0] if date else ""}, _above(lines, found.start), body, depth)


def _sender_of(text: str, date: str) -> Address:
    """The person in an attribution: the name stands before the address."""
    text = text.replace(date, " \n ") if date else text
    found = re.search(r"(\"[^\"]{1,200}\"|[^\n<>(),:\"]{0,120}?)\s*\(?<([^<>\s]{3,250}@[^<>\s]{1,250})>\)?", text)
    if not found:
        bare = re.search(r"[^\s<>()\"',;:]{1,100}@[^\s<>()\"',;:]{1,150}", text)
        return Address(bare[0].lower() if bare else "")
    words = found[1].strip(' "').split()
    while words and words[0].lower() in _NOT_A_NAME:
        words.pop(0)
    return Address(found[2].lower(), " ".join(words))


# Orange writes the date above the other fields
_DATED = re.compile(r"^[\s>]{0,8}Message du (\d[\d/. :hà]{6,30})$", re.IGNORECASE)
_NOT_A_NAME = frozenset(
    "on le op am el il em den dne dňa dnia giorno heeft schrieb schreef skrev používateľ пользователь користувач użytkownik uživatel en in a o om um at à".split()
)


def _made(sender: Address, fields: dict[str, str], message: str, body: Sequence[str], depth: int) -> Forwarded:
    text = "\n".join(body).strip("\n").rstrip()
    text = "\n".join(_dedented(text.split("\n")))
    subject = fields.get("subject", "")
    return Forwarded(
        sender=sender,
        to=people(fields.get("to", "")),
        cc=people(fields.get("cc", "")),
        subject=subject,
        date_text=fields.get("date", ""),
        message=message,
        body=text,
        inner=_unwrap(text, subject, depth + 1),
    )


def people(value: str) -> tuple[Address, ...]:
    """The people of a quoted header, also with Outlook's `[mailto:x]` and doubled `x<mailto:x>`."""
    text = _BEHALF.split(_MAILTO.sub(lambda found: f"<{found[1]}>" if found[1] else "", value[:20_000]), maxsplit=1)[0]
    pairs = ((address, "" if name.lower() == address else name) for address, name in parse_addresses(text))
    return tuple(Address(address, name) for address, name in pairs)


def _above(lines: Sequence[str], mark: int) -> str:
    """What the forwarder wrote, without the rule that divides it from the forward."""
    kept = list(lines[:mark])
    while kept and (not kept[-1].strip(" >\t") or rule(kept[-1])):
        kept.pop()
    return "\n".join(kept).strip()


def _unquoted(lines: Sequence[str]) -> list[str]:
    """The lines with one level of quote marks taken off, where they have them."""
    return [re.sub(r"^\s{0,3}> ?", "", line) for line in lines]


def _dedented(lines: list[str]) -> list[str]:
    """The lines without an indent that all of them share."""
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    shared = min(indents, default=0)
    return [line[shared:] if line.strip() else line for line in lines] if shared >= 4 else lines
