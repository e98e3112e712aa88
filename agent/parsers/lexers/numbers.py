"""Numbers with a form of their own in a text: IBANs, VAT and enterprise numbers, structured references, e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.domain import references
from agent.parsers.lexers.folding import REMEMBERED

MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number in a text, compact, from character `start` to `end`; `valid` when its control digits hold."""

    value: str
    start: int
    end: int
    valid: bool


# SWIFT's IBAN registry: the length for each country of the single euro payments area and its neighbours.
_IBAN_LENGTH = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
_IBAN_START = re.compile(r"(?P<c>[A-Z](?<![A-Z0-9][A-Z])[A-Z]) ?(?=\d ?\d)")
_SEPARATOR = " .-\u00a0\u202f"


def find_ibans(text: str) -> tuple[Numbered, ...]:
    """The IBANs of a text, and what has an IBAN's form but fails its control digits (ISO 13616)."""
    return _ibans(text[:MAX_TEXT])


@lru_cache(REMEMBERED)
def _ibans(text: str) -> tuple[Numbered, ...]:
    return tuple(_read_ibans(text))


def _read_ibans(text: str) -> Iterator[Numbered]:
    reached = 0
    for match in _IBAN_START.finditer(text):
        length = _IBAN_LENGTH.get(match["c"])
        if length is None or match.start() < reached:
            continue
        value, end = _gather(text, match.start(), length, _SEPARATOR)
        whole = len(value) == length and (end == len(text) or not text[end].isalnum() or _may_follow(text, end))
        if whole and value[2:4].isdigit():
            reached = end
            yield Numbered(value, match.start(), end, references.iban(value) == value)


def iban_begun(text: str) -> str:
    """The first part of an IBAN that a line's end cuts off, compact; empty when none is."""
    for match in _IBAN_START.finditer(text[:MAX_TEXT]):
        length = _IBAN_LENGTH.get(match["c"])
        value, end = _gather(text, match.start(), length or 0, _SEPARATOR)
        if length and 4 <= len(value) < length and end >= len(text.rstrip()):
            return value
    return ""


def complete_iban(begun: str, rest: str) -> str:
    """The IBAN that this beginning and the next line make; empty when they make no valid one."""
    value, _ = _gather(begun + rest[:60], 0, _IBAN_LENGTH.get(begun[:2], 0), _SEPARATOR)
    return value if references.iban(value) == value and value else ""


def _may_follow(text: str, end: int) -> bool:
    return text[end - 1] in _SEPARATOR


def _gather(text: str, start: int, length: int, separators: str) -> tuple[str, int]:
    """Up to `length` letters and digits from `start`, over single separators; and where they end."""
    taken: list[str] = []
    end = start
    for place in range(start, len(text)):
        character = text[place]
        if character.isascii() and (character.isdigit() or character.isupper()):
            taken.append(character)
            end = place + 1
            if len(taken) == length:
                break
        elif character not in separators or (
            place > start and text[place - 1] in separators and text[place - 1] == character
        ):
            break
    return "".join(taken), end


# The form of each country's VAT number without its two letters (Directive 2006/112/EC, article 215, and national rules).
_VAT_FORM = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CH": r"E\d{9}(?:MWST|TVA|IVA)?", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}",
    "DE": r"\d{9}", "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "GB": r"\d{9}(?:\d{3})?", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}", "LT": r"\d{9}(?:\d{3})?", "LU": r"\d{8}", "LV": r"\d{11}", "MC": r"\d{11}", "MT": r"\d{8}", "NL": r"\d{9}B\d{2}",
    "NO": r"\d{9}(?:MVA)?", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}",
    "XI": r"\d{9}(?:\d{3})?",
}  # fmt: skip
_VAT_PATTERN = {country: re.compile(form) for country, form in _VAT_FORM.items()}
_VAT_START = re.compile(r"(?<![A-Z0-9])(?P<c>" + "|".join(_VAT_FORM) + r")[ .:-]{0,2}(?=[A-Z]{0,2}[ -]?\d)")
_BELGIAN = re.compile(r"(?<![\dA-Z.+/])[01]\d{3}[. ]\d{3}[. ]\d{3}(?![\d.]\d|\d)")
# The words before a tax number that is printed without its country's letters.
_NATIONAL = tuple(
    (country, re.compile(pattern, re.IGNORECASE))
    for country, pattern in (
        ("IT", r"(?:\bp\.? ?iva|\bpart(?:ita|\.) iva)\D{0,12}(?P<id>\d{11})(?!\w)"),
        ("ES", r"\b[cn]\.?i\.?f\b\W{0,4}(?P<id>[A-Z]-?\d{7}-?[0-9A-J]|\d{8}-?[A-Z])(?!\w)"),
        ("PT", r"\b(?:nif|nipc|contribuinte)\D{0,8}(?P<id>\d{3} ?\d{3} ?\d{3})(?!\w)"),
        ("PL", r"\bnip\D{0,4}(?P<id>\d{3}-?\d{3}-?\d{2}-?\d{2})(?!\w)"),
        ("FI", r"\by-tunnus\D{0,3}(?P<id>\d{7}-?\d)(?!\w)"),
        ("DK", r"\bcvr\D{0,8}(?P<id>\d{2} ?\d{2} ?\d{2} ?\d{2})(?!\w)"),
    )
)
_VAT_SEPARATOR = " .-/\u00a0\u202f:"


def find_vat_numbers(text: str) -> tuple[Numbered, ...]:
    """The VAT numbers of a text with their country's letters; Belgian enterprise numbers without letters get theirs (BE)."""
    return _vat_numbers(text[:MAX_TEXT])


@lru_cache(REMEMBERED)
def _vat_numbers(text: str) -> tuple[Numbered, ...]:
    return tuple(_read_vat_numbers(text)) if any(map(str.isdigit, text)) else ()


def _read_vat_numbers(text: str) -> Iterator[Numbered]:
    ibans = [(found.start, found.end) for found in find_ibans(text) if found.valid]
    reached = 0
    for match in _VAT_START.finditer(text):
        if match.start() < reached or any(start <= match.start() < end for start, end in ibans):
            continue
        found = _vat(text, match["c"], match.start(), match.end())
        if found is not None:
            reached = found.end
            yield found
    for match in _BELGIAN.finditer(text):
        value = references.vat_number(match[0], "BE")
        if value is not None and not any(c.isalnum() for c in text[max(0, match.start() - 1) : match.start()]):
            yield Numbered(value, match.start(), match.end(), valid=True)
    yield from _national(text)


def _national(text: str) -> Iterator[Numbered]:
    """Tax numbers that bear no letters of their country but stand behind its own word for them, where their control digits hold."""
    for country, pattern in _NATIONAL:
        for match in pattern.finditer(text):
            value = references.vat_number(match["id"], country)
            if value is not None:
                yield Numbered(value, match.start("id"), match.end("id"), valid=True)


def _vat(text: str, country: str, start: int, after: int) -> Numbered | None:
    best: Numbered | None = None
    taken: list[str] = []
    for place in range(after, min(len(text), after + 24)):
        character = text[place]
        if not character.isalnum():
            if character not in _VAT_SEPARATOR:
                break
            continue
        taken.append(character)
        ends = place + 1 == len(text) or not text[place + 1].isalnum()
        value = "".join(taken).upper()
        if ends and _VAT_PATTERN[country].fullmatch(value):
            value = value[:10] if country == "CH" else value
            valid = references.vat_number(country + value) is not None
            if best is None or (valid and not best.valid) or (not best.valid and len(value) > len(best.value) - 2):
                best = Numbered(country + value, start, place + 1, valid)
    return best


_IBAN_LIKE = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}(?![A-Za-z0-9])")
_VAT_LIKE = re.compile(r"(?<![A-Z0-9])(?:" + "|".join(_VAT_FORM) + r")[ ]?[A-Z]?\d{7,12}(?![A-Za-z0-9])")


def find_malformed(text: str, *, iban: bool) -> Iterator[Numbered]:
    """What stands in the place of an IBAN or a VAT number and has not the length it should; only to be believed behind a label."""
    for match in (_IBAN_LIKE if iban else _VAT_LIKE).finditer(text[:MAX_TEXT]):
        yield Numbered(references.compact(match[0]), match.start(), match.end(), valid=False)


_OGM = re.compile(r"(?<![\dA-Z/])(?:[+*]{2,3} ?)?(?P<d>\d{3} ?[/. -]? ?\d{4} ?[/. -]? ?\d{5})(?![\d/])(?: ?[+*]{2,3})?")
_QR = re.compile(r"(?<!\d)\d{2}(?: ?\d{5}){5}(?![ \d]\d|\d)")
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
_RF = re.compile(r"(?<![A-Z0-9])RF ?\d ?\d(?: ?[A-Z0-9]){1,21}(?![A-Za-z0-9])")


def find_structured(text: str) -> tuple[Numbered, ...]:
    """Belgian structured communications (12 digits), Swiss QR references (27) and RF creditor references; invalid OGMs only between +++."""
    return _structured(text[:MAX_TEXT])


@lru_cache(REMEMBERED)
def _structured(text: str) -> tuple[Numbered, ...]:
    return tuple(_read_structured(text)) if any(map(str.isdecimal, text)) else ()


def _read_structured(text: str) -> Iterator[Numbered]:
    for match in _OGM.finditer(text):
        value = references.structured_communication(match["d"])
        marked = match[0][0] in "+*"
        if value is not None or marked:
            digits = "".join(c for c in match["d"] if c.isdigit())
            yield Numbered(value or digits, match.start(), match.end(), value is not None)
    for match in _QR.finditer(text):
        digits = match[0].replace(" ", "")
        if _recursive_check(digits[:-1]) == int(digits[-1]):
            yield Numbered(digits, match.start(), match.end(), valid=True)
    for match in _RF.finditer(text) if "RF" in text else ():
        found = _longest_reference(match[0])
        if found is not None:
            yield Numbered(found[0], match.start(), match.start() + found[1], valid=True)


def _recursive_check(digits: str) -> int:
    """The check digit modulo 10 recursive of a Swiss QR reference (Swiss Implementation Guidelines QR-bill, annex B)."""
    carry = 0
    for digit in digits:
        carry = _CARRY[(carry + int(digit)) % 10]
    return (10 - carry) % 10


def _longest_reference(text: str) -> tuple[str, int] | None:
    """The longest beginning of the text that is a valid RF reference: what follows on the line is not part of it."""
    for end in range(len(text), 4, -1):
        if end == len(text) or text[end] == " ":
            value = references.creditor_reference(text[:end])
            if value is not None:
                return value, end
    return None


_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])")
_BIC = re.compile(r"(?<![A-Z0-9])[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])")


def find_emails(text: str) -> list[str]:
    """The e-mail addresses of a text, lower case."""
    return [match[0].lower() for match in _EMAIL.finditer(text[:MAX_TEXT])] if "@" in text else []


def find_bics(text: str) -> list[str]:
    """What has the form of a BIC (ISO 9362) in a text."""
    return [match[0] for match in _BIC.finditer(text[:MAX_TEXT])]
