"""The lines by which mail programs mark what is not new: header blocks, attributions, separators. Line by line, in linear time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.mail import lexicon

MAX_LINE = 1_000  # characters of a line that are looked at
MAX_LABEL = 40
MAX_TITLE = 150  # characters of a line of words between dashes
_KIND_OF = lexicon.label_kinds()
_FORWARDED = lexicon.words("marks", "forwarded")
_ORIGINAL = lexicon.words("marks", "original")
_WROTE = lexicon.words("wrote", "words")
_LONG_VERBS = tuple(verb for verb in _WROTE if len(verb) > 4)
_LEADS = lexicon.words("wrote", "leads")
_ABOVE = lexicon.words("marks", "above")
_DASHES = re.compile(r"^[\s>|]*[-_=*~#—–•.]{3,}(.*?)[-_=*~#—–•.\s]*$")
_TIME = re.compile(
    r"\b\d{1,2}\s?[:.hH]\s?\d{2}\b|\b\d{1,2}\s?(?:[ap]\.?m\.?|[AP]\.?M\.?|Uhr|uhr|h|klo)\b|\d{1,2}[時时]\d{1,2}"
)
_DATE = re.compile(
    r"\d{1,4}\s?[./年-]\s?\d{1,2}\s?[./月-]\s?\d{1,4}|\b(?:19|20)\d\d\b|\b\d{1,2}\.?\s?(?:de\s)?[^\W\d]{3,12}\.?,?\s?(?:de\s)?(?:\d{2,4})?"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,100}@[^\s<>()\[\]\"',;]{1,150}")
_IN_ANGLES = re.compile(r"<\s?[^\s<>]{1,100}@[^\s<>]{1,150}>")
_GMAIL_DATE = re.compile(r"^\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d")
_DAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|maa|din|woe|don|vri|zat|zon|mo|di|mi|do|fr|sa|so|пон|вто|сре|чет|пят|суб|вос|вс|пн|вт|ср|чт|пт|сб)[^\W\d]{0,9}[.,]?\s",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:[('’.-][^\W\d_)]*\)?)?")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The header that a program wrote above a quoted mail: its fields by kind, and the line behind it."""

    start: int
    end: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Attribution:
    """The line `On … NAME wrote:`: where it begins, the line behind it, and its text in one line."""

    start: int
    end: int
    text: str

    @property
    def plain(self) -> bool:
        """Whether only a program writes so: it gives the address, or Gmail's date. A person may write the rest himself."""
        return bool(_ADDRESS.search(self.text) or _GMAIL_DATE.match(self.text))


def bare(line: str) -> str:
    """The words of a line in lower case, without quote marks, asterisks, dashes around them and the colon at the end."""
    return line[:MAX_LINE].replace("\u00a0", " ").strip(" \t>|*_-=~#—–.:：…\ufeff").lower().replace("’", "'")


def label_of(line: str) -> tuple[str, str]:
    """What a line like `From: x` names, and its value; ("", "") for any other line."""
    head = line[: MAX_LABEL + 20].lstrip(" \t>|*•\ufeff\u00a0")
    cut = min((at for at in (head.find(":"), head.find("：")) if at >= 0), default=-1)
    if not 0 < cut <= MAX_LABEL:
        return "", ""
    label = head[:cut].replace("\u00a0", " ").strip(" *_\t").lower()
    kind = _KIND_OF.get(label, "") or _KIND_OF.get(label.partition("(")[0].strip(), "")
    if not kind:
        return "", ""
    stripped = line.lstrip(" \t>|*•\ufeff\u00a0")
    return kind, stripped[cut + 1 :].strip(" *\t\u00a0")


def header_block(lines: Sequence[str], at: int, *, least: int = 3) -> HeaderBlock | None:
    """The header block that begins at this line, with at least so many fields, one of them the sender or, marked, the subject."""
    kind, value = label_of(lines[at])
    if not kind or kind == "reply_to":
        return None
    fields = dict(_inline_fields(kind, value))
    here, last = at + 1, at + 1
    current = next(reversed(fields))
    while here < len(lines) and here - at < 40:
        kind, value = label_of(lines[here])
        text = lines[here].strip(" \t>|*\u00a0")
        if kind and (kind not in fields or kind == "reply_to"):
            for name, content in _inline_fields(kind, value):
                fields.setdefault(name, content)
            current = kind
            last = here + 1
        elif here == last and _is_unknown_field(lines, here, fields):
            if current == "to":  # every program lists the copies next
                fields.setdefault("cc", text.replace("：", ":", 1).partition(":")[2].strip())
            last = here + 1
        elif text and here == last and _continues(current, fields[current], lines[here]):
            fields[current] = f"{fields[current]} {text}".strip()
            last = here + 1
        elif text or here - last >= (2 if len(fields) < 3 else 1) or not _label_follows(lines, here, fields):
            break
        here += 1
    return HeaderBlock(at, last, fields) if _is_header(fields, least) else None


def _is_header(fields: dict[str, str], least: int) -> bool:
    """Whether enough fields were found, and an address or a time in them: a person may write three such words himself."""
    named = [kind for kind in fields if kind != "reply_to"]
    told = any("@" in value for value in fields.values()) or bool(_TIME.search(fields.get("date", "")))
    told = told or (least < 3 and any(map(str.isdigit, "".join(fields.values()))))
    return told and len(named) >= least and ("from" in fields or ("subject" in fields and least < 3))


def _inline_fields(kind: str, value: str) -> list[tuple[str, str]]:
    """The fields on one line: some programs run `To: x Subject: y` together."""
    found = [(kind, value)]
    for piece in re.finditer(r"\s(\*?[^\W\d]{2,12}\*?)\s?[:：]\s", value[:MAX_LINE]):
        other = _KIND_OF.get(piece[1].strip("*").lower(), "")
        if other and kind in ("to", "cc", "date", "from") and other not in (kind, "reply_to"):
            found[-1] = (found[-1][0], value[: piece.start()].strip())
            return [*found, (other, value[piece.end() :].strip())]
    return found


def _continues(kind: str, value: str, line: str) -> bool:
    """Whether this line carries on the field above: a folded list of people, or the value of a label that stood alone."""
    if not value:
        return True
    if kind in ("to", "cc", "bcc", "from"):
        return (
            (value.endswith((",", ";", "<")) or line[:1] in " \t") and len(line) < 500 and ("@" in line or ";" in line)
        )
    return (
        kind == "subject"
        and line[:1] in " \t"
        and len(line) < 200
        and line.strip() != ""
        and not line.startswith("    ")
    )


def _is_unknown_field(lines: Sequence[str], at: int, fields: dict[str, str]) -> bool:
    """Whether a label that we do not know stands within the block: people on it, and a label that we know below."""
    label, colon, value = lines[at][:MAX_LINE].replace("：", ":", 1).partition(":")
    if not colon or len(label) > 25 or "@" in label or not _ADDRESS.search(value) or at + 1 >= len(lines):
        return False
    kind, _ = label_of(lines[at + 1])
    return bool(kind) and kind not in fields


def _label_follows(lines: Sequence[str], at: int, fields: dict[str, str]) -> bool:
    for line in lines[at : at + 2]:
        if line.strip(" \t>|*\u00a0"):
            kind, _ = label_of(line)
            return bool(kind) and kind not in fields
    return False


def unknown_block(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """A header block in a language without labels of ours, told by its values: people, a moment, and the subject.

    To be asked only below a line that looks like the mark of a forward: programs list the sender before the recipients.
    """
    fields: dict[str, str] = {}
    here = at
    while here < len(lines) and here - at < 8:
        text = lines[here].strip(" \t>|*\u00a0")
        label, colon, value = text.replace("：", ":", 1).partition(":")
        if not colon or not 0 < len(label) <= 25 or len(label.split()) > 3 or not value.strip():
            break
        fields.setdefault(_kind_by_value(value, fields), value.strip(" *\t"))
        here += 1
    return HeaderBlock(at, here, fields) if {"from", "date"} <= fields.keys() and len(fields) >= 3 else None


def _kind_by_value(value: str, fields: dict[str, str]) -> str:
    if _ADDRESS.search(value):
        return next(
            kind for kind in ("from", "to", "cc", "bcc", "reply_to") if kind not in fields or kind == "reply_to"
        )
    return "date" if "date" not in fields and _TIME.search(value) and _YEAR.search(value) else "subject"


def forward_mark(line: str) -> bool:
    """Whether this line opens a forwarded mail."""
    text = bare(line)
    if not text or len(text) > 90:
        return False
    return text in _FORWARDED or (
        bool(_DASHES.match(line[:MAX_TITLE])) and any(mark in text for mark in _FORWARDED if len(mark) > 9)
    )


def original_mark(line: str) -> bool:
    """Whether this line opens a quoted mail: `-----Original Message-----` and its like."""
    text = bare(line)
    if not text or len(text) > 90 or not _DASHES.match(line[:MAX_TITLE].strip(" *")):
        return False
    return text in _ORIGINAL or text.removesuffix(" follows") in _ORIGINAL


def dashed_title(line: str) -> bool:
    """Whether the line is some words between dashes, in whatever language."""
    found = _DASHES.match(line[:MAX_TITLE].strip(" *"))
    return bool(found and found[1].strip() and len(found[1]) < 60 and line.rstrip(" *").endswith(("-", "_", "=", "*")))


def rule(line: str) -> bool:
    """Whether the line only draws a line."""
    text = line.strip(" >\t*")
    return len(text) >= 5 and not text.strip("-_=—–*")


def above_mark(line: str) -> bool:
    """Whether the line asks to answer above it."""
    text = bare(line)
    if len(text) > 200 or "?" in text:
        return False  # a person asks about the line
    return any(mark in text and len(text) <= len(mark) + 60 for mark in _ABOVE)


def attribution(lines: Sequence[str], at: int) -> Attribution | None:
    """The attribution ("On … NAME wrote:") that begins at this line; programs wrap it over up to four."""
    first = lines[at].strip(" \t>|\ufeff\u00a0")
    if not first or len(first) > MAX_LINE or not _may_begin(first):
        return None
    joined = ""
    for count in range(min(4, len(lines) - at)):
        line = lines[at + count].strip(" \t>|\ufeff\u00a0")
        if not line or len(joined) > 500 or (count and label_of(line)[0]):
            break
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined):
            return Attribution(at, at + count + 1, joined)
    return None


def _may_begin(first: str) -> bool:
    """Whether an attribution can begin so: a leading word, a day, a date, or the sender himself."""
    lead = first.split(maxsplit=1)[0].lower().strip(",.:*_")
    if lead in _LEADS or _GMAIL_DATE.match(first) or _DAY.match(first):
        return True
    if first.lower().startswith(("in data ", "il giorno ", "a(z) ", "w dniu ", "em qua", "em ")):
        return True
    if first.endswith("<") or (_TIME.search(first) and _YEAR.search(first)):
        return True
    return first[0].isdigit() or bool(_ADDRESS.search(first)) or (first.endswith((":", "：")) and _has_verb(first))


def _is_attribution(text: str) -> bool:
    if _GMAIL_DATE.match(text) and len(text) < 150:
        return True
    closed = text.rstrip(" *").endswith((":", "：", "----"))
    if not closed and not _ends_with_verb(text):
        return False
    time, address = bool(_TIME.search(text)), bool(_ADDRESS.search(text))
    if closed and time and _IN_ANGLES.search(text) and len(text) < 400:
        return True  # in any language
    if not _has_verb(text) or len(text) > 500:
        return False
    dated = bool(_YEAR.search(text)) or (time and bool(_DATE.search(text)))
    return (closed and (dated or address or time)) or (dated and address and _ends_with_verb(text))


def _has_verb(text: str) -> bool:
    return any(word in _WROTE for word in _phrases(text))


def _ends_with_verb(text: str) -> bool:
    return text[-60:].lower().rstrip(" .:：").endswith(_LONG_VERBS)


def _phrases(text: str) -> list[str]:
    """The single words of a text and the pairs of neighbours, in lower case."""
    found = [word.lower() for word in _WORD.findall(text[-400:] if len(text) > 400 else text)]
    return found + [f"{one} {other}" for one, other in pairwise(found)] + [text[-6:].rstrip(":：").lower()]
