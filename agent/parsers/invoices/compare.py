"""The XML inside a PDF against the page that people read: a difference is told, never silently settled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import Found, InvoiceReading
from agent.domain.invoice_parts import Difference
from agent.domain.references import compact
from agent.parsers.invoices.layout import Layout
from agent.parsers.lexers.amounts import find_amounts
from agent.parsers.lexers.dates import Order, find_dates

COMPARED = ("number", "issue_date", "due_date", "currency", "total", "amount_due", "seller_iban")
# So sure must the page be to contradict a value that it prints as well, or one that it prints nowhere.
_AGAINST_PRINTED = 0.96
_AGAINST_ABSENT = 0.8
_Value = str | date | Decimal


def compare(xml: InvoiceReading, page: InvoiceReading, layout: Layout) -> InvoiceReading:
    """The XML's reading, with the fields in `uncertain` and `checks` in which the page says something else."""
    text = layout.text
    differing = tuple(_differences(xml, page, text))
    words = tuple(f"differs: {name} is {ours} in the XML and {theirs} on the page" for name, ours, theirs in differing)
    names = {name for name, _, _ in differing}
    return replace(
        xml,
        language=xml.language or page.language,
        uncertain=tuple(sorted({*xml.uncertain, *names})),
        other_ibans=tuple(dict.fromkeys((*xml.other_ibans, *_further_accounts(xml, page)))),
        accounts=tuple(dict.fromkeys((*xml.accounts, *(a for a in page.accounts if a.role == "debtor")))),
        payment_code=xml.payment_code or page.payment_code,
        differences=xml.differences + tuple(Difference(name, theirs, "page") for name, _, theirs in differing),
        checks=xml.checks + (words or ("holds: XML and page agree",)),
    )


def _further_accounts(xml: InvoiceReading, page: InvoiceReading) -> Iterator[str]:
    """The accounts to pay on that the page prints beside the XML's own."""
    own = xml.seller_iban.value if xml.seller_iban is not None else ""
    printed = (page.seller_iban.value,) if page.seller_iban is not None else ()
    return (account for account in (*printed, *page.other_ibans) if account != own)


def _differences(xml: InvoiceReading, page: InvoiceReading, text: str) -> Iterator[tuple[str, _Value, _Value]]:
    for name in COMPARED:
        ours: Found[_Value] | None = getattr(xml, name)
        theirs: Found[_Value] | None = getattr(page, name)
        if ours is None or theirs is None or _same(ours.value, theirs.value):
            continue
        if name == "number" and _stands_alone(str(ours.value), text):
            # The page prints the number as a word of its own: whatever else its reader took for one is another reference.
            continue
        printed = _is_printed(ours.value, text)
        if theirs.confidence >= (_AGAINST_PRINTED if printed else _AGAINST_ABSENT) and not _derived(theirs):
            yield name, ours.value, theirs.value


def _derived(found: Found[_Value]) -> bool:
    """Whether the page does not print the value itself."""
    return found.where.rule.startswith(
        ("terms:", "total, nothing", "total less", "euro country", "no currency", "no reference")
    )


def _same(one: object, other: object) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        # A credit note's sign is a matter of convention: XML states it without, many pages print it.
        return abs(abs(one) - abs(other)) < Decimal("0.01")
    return compact(str(one)) == compact(str(other))


def _is_printed(value: object, text: str) -> bool:
    """Whether the page prints this value anywhere, in whatever form."""
    lines = text.splitlines()
    if isinstance(value, Decimal):
        return _any(lines, lambda line: any(abs(a.value) == abs(value) for a in find_amounts(line)))
    if isinstance(value, date):
        orders = (Order.DAY_FIRST, Order.MONTH_FIRST)
        return _any(lines, lambda line: any(day.value == value for order in orders for day in find_dates(line, order)))
    return compact(str(value)) in compact(text)


def _stands_alone(value: str, text: str) -> bool:
    """Whether the text prints this value between blanks, whatever marks lie within it."""
    signs = [re.escape(sign) for sign in compact(value)[:60]]
    return bool(signs) and re.search(rf"(?<![A-Z0-9]){r'[-/._ ]?'.join(signs)}(?![A-Z0-9])", text.upper()) is not None


def _any(lines: list[str], holds: Callable[[str], bool]) -> bool:
    return any(holds(line) for line in lines)
