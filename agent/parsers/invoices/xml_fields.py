"""Values of XML elements as findings: each with the path it stood at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from agent.domain import references
from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.domain.money import is_currency
from agent.domain.references import compact
from agent.parsers.invoices.xml import Element
from agent.parsers.lexers.amounts import figure
from agent.parsers.lexers.dates import FIRST_YEAR, LAST_YEAR, find_dates

V = TypeVar("V")

SURE = 0.995
# A value that is not written as XML writes it (a decimal comma, a day with dots) is read and shown to a person.
UNUSUAL = 0.85
_MOST_DIGITS = 12
_EUROPEAN = re.compile(r"([+-]?)\s?(?:[A-Z]{3}|€)?\s?(\d[\d.,'\u2019 \u00a0]{0,20})\s?(?:[A-Z]{3}|€)?")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:$|[T+Z-])")
MAX_NOTES = 4000

# UNTDID 1001 (EN 16931 BT-3): the codes of credit notes, corrections and of what is no claim at all.
_CREDIT = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
_KINDS = {
    "384": DocumentKind.CORRECTION,
    "325": DocumentKind.PROFORMA,
    "310": DocumentKind.QUOTE,
    "220": DocumentKind.ORDER,
    "351": DocumentKind.DELIVERY_NOTE,
    "270": DocumentKind.DELIVERY_NOTE,
}


def kind_of(code: str, default: DocumentKind = DocumentKind.INVOICE) -> DocumentKind:
    """The kind of document that a type code of UNTDID 1001 stands for."""
    return DocumentKind.CREDIT_NOTE if code in _CREDIT else _KINDS.get(code, default)


def found(value: V, element: Element, rule: str, confidence: float = SURE) -> Found[V]:
    """The value with the element it came from."""
    return Found(value, confidence, Where(rule, path=element.path))


def text(element: Element | None, rule: str, limit: int = 500) -> Found[str] | None:
    """The element's text, each line without needless blanks, at most `limit` characters."""
    value = (
        "\n".join(" ".join(line.split()) for line in element.text.strip().splitlines()) if element is not None else ""
    )
    return found(value[:limit], element, rule) if element is not None and value else None


def first_text(elements: Iterable[Element | None], rule: str) -> Found[str] | None:
    """The first of these elements that has a text."""
    return next((value for element in elements if (value := text(element, rule)) is not None), None)


def joined(elements: Iterable[Element], rule: str) -> Found[str] | None:
    """The texts of these elements, one below the other, at most 4,000 characters; None when there are none."""
    found_texts = [value for element in elements if (value := text(element, rule, MAX_NOTES)) is not None]
    if not found_texts:
        return None
    whole = "\n".join(value.value for value in found_texts)
    return Found(whole[:MAX_NOTES], found_texts[0].confidence, found_texts[0].where)


def number(element: Element | None, rule: str) -> Found[str] | None:
    """A party's or an account's number, compact and upper case."""
    value = compact(element.text) if element is not None else ""
    return found(value[:60], element, rule) if element is not None and value else None


def currency(element: Element | None, rule: str = "BT-5") -> Found[str] | None:
    """The currency's code; None when the text is none."""
    value = element.text.strip().upper() if element is not None else ""
    return found(value, element, rule) if element is not None and is_currency(value) else None


def reference(element: Element | None, rule: str) -> Found[str] | None:
    """A payment reference: compact when it is a valid structured one, else as it stands."""
    plain = text(element, rule)
    if plain is None or element is None:
        return None
    value = references.structured_communication(plain.value) or references.creditor_reference(plain.value)
    return found(value, element, rule) if value else plain


def amount(element: Element | None, rule: str) -> Found[Decimal] | None:
    """A decimal number; one that is written with a decimal comma or a currency is less sure; None when the text is none."""
    if element is None:
        return None
    plain = element.text.strip()
    try:
        value, sure, how = Decimal(plain), SURE, rule
    except InvalidOperation:
        match = _EUROPEAN.fullmatch(plain)
        if match is None:
            return None
        value, sure, how = (
            figure(match[2].replace("\u00a0", " ").rstrip(" .,"))[0],
            UNUSUAL,
            f"{rule}, not written as XML",
        )
        value = -value if match[1] == "-" else value
    if not value.is_finite() or value.adjusted() >= _MOST_DIGITS:
        return None
    return found(value, element, how, sure)


def plain_amount(element: Element | None) -> Decimal | None:
    """The number alone."""
    value = amount(element, "")
    return value.value if value is not None else None


def day_value(raw: str) -> date | None:
    """The day of an ISO date or of CII's format 102 (20260131); None when it is no day of the calendar, or of no year of ours."""
    match = _DAY.match(raw.strip())
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def day(element: Element | None, rule: str) -> Found[date] | None:
    """A date element's day; one that is written as on paper is less sure."""
    if element is None:
        return None
    value = day_value(element.text)
    if value is not None:
        return found(value, element, rule)
    printed = find_dates(element.text.strip()[:40])
    return found(printed[0].value, element, f"{rule}, not written as XML", UNUSUAL) if len(printed) == 1 else None


def first_registration(elements: Iterable[Element | None], rule: str) -> Found[str] | None:
    """The first number with the register that gave it (ISO 6523 code), as "0208:0123456749"; e-mail addresses are none."""
    for element in elements:
        plain = number(element, rule)
        scheme = element.attributes.get("schemeID", "").strip()[:10] if element is not None else ""
        if plain is not None and scheme.isdigit():
            return Found(f"{scheme}:{plain.value}", plain.confidence, plain.where)
    return None


def without_day(reading: InvoiceReading, raw: str) -> InvoiceReading:
    """The reading, with the doubt that a day of issue that is none leaves behind."""
    if reading.issue_date is not None or not raw:
        return reading
    checks = (*reading.checks, f"fails: issue date {raw[:20]} is no day")
    return replace(reading, checks=checks, uncertain=(*reading.uncertain, "issue_date"))


# UNTDID 4461 (EN 16931 BT-81): how payment is to be made.
_MEANS = {
    "10": "cash", "20": "cheque", "30": "transfer", "31": "transfer", "42": "transfer", "58": "transfer",
    "48": "card", "54": "card", "55": "card", "49": "direct_debit", "59": "direct_debit", "97": "compensation",
}  # fmt: skip


def means(element: Element | None) -> Found[str] | None:
    """How payment is to be made, by the code of the payment means; None for codes that say nothing of use here."""
    word = _MEANS.get(element.text.strip()) if element is not None else None
    return found(word, element, "BT-81") if element is not None and word is not None else None
