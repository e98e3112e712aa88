"""Values of XML elements as findings: each with the path it stood at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from agent.domain import references
from agent.domain.findings import DocumentKind, Found, Where
from agent.domain.references import compact
from agent.parsers.invoices.xml import Element

V = TypeVar("V")

SURE = 0.995
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:$|[T+Z-])")
MAX_TEXT = 500

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


def text(element: Element | None, rule: str) -> Found[str] | None:
    """The element's text on one line each, at most 500 characters."""
    value = (
        "\n".join(" ".join(line.split()) for line in element.text.strip().splitlines()) if element is not None else ""
    )
    return found(value[:MAX_TEXT], element, rule) if element is not None and value else None


def first_text(elements: Iterable[Element | None], rule: str) -> Found[str] | None:
    """The first of these elements that has a text."""
    return next((value for element in elements if (value := text(element, rule)) is not None), None)


def number(element: Element | None, rule: str) -> Found[str] | None:
    """A party's or an account's number, compact and upper case."""
    value = compact(element.text) if element is not None else ""
    return found(value[:60], element, rule) if element is not None and value else None


def reference(element: Element | None, rule: str) -> Found[str] | None:
    """A payment reference: compact when it is a valid structured one, else as it stands."""
    plain = text(element, rule)
    if plain is None or element is None:
        return None
    value = references.structured_communication(plain.value) or references.creditor_reference(plain.value)
    return found(value, element, rule) if value else plain


def amount(element: Element | None, rule: str) -> Found[Decimal] | None:
    """A decimal number; None when the text is none."""
    try:
        value = Decimal(element.text.strip()) if element is not None else None
    except InvalidOperation:
        return None
    if element is None or value is None or not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        return None
    return found(value, element, rule)


def day_value(raw: str) -> date | None:
    """The day of an ISO date or of CII's format 102 (20260131); None when it is no day of the calendar."""
    match = _DAY.match(raw.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def day(element: Element | None, rule: str) -> Found[date] | None:
    """A date element's day."""
    value = day_value(element.text) if element is not None else None
    return found(value, element, rule) if element is not None and value is not None else None
