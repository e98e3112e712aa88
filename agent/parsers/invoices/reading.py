"""The last step of every invoice reader: control sums, what is uncertain, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from agent.domain import references
from agent.domain.findings import DocumentKind, Found, InvoiceReading
from agent.parsers.api import Document, ParserContext

EXPECTED = (
    "number", "issue_date", "due_date", "currency", "total", "amount_due", "seller_name", "seller_iban", "buyer_name",
)  # fmt: skip
FOLLOWED = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.CORRECTION)
# Suppliers round VAT per line or in total; more than a few cents apart is no rounding.
ROUNDING = Decimal("0.05")


def finish(
    reading: InvoiceReading, document: Document, context: ParserContext, doubts: tuple[str, ...] = ()
) -> InvoiceReading:
    """The reading with its checks, and with `uncertain` and `missing` named; `doubts` are fields already known to be doubtful."""
    checks = tuple(_checks(reading))
    failing = {field for ok, _, fields in checks if not ok for field in fields}
    unsure = {name for name, found in reading.found() if found.confidence < context.threshold}
    uncertain = unsure | failing | set(doubts) | set(reading.uncertain)
    missing = [name for name in EXPECTED if getattr(reading, name) is None] if reading.kind.value in FOLLOWED else []
    return replace(
        reading,
        consumer=reading.consumer or business_by_number(reading),
        document=document.digest,
        filename=document.filename,
        uncertain=tuple(sorted(uncertain)),
        missing=tuple(missing),
        checks=reading.checks + tuple(("holds: " if ok else "fails: ") + words for ok, words, _ in checks),
    )


def doubts_of_another_kind(reading: InvoiceReading, context: ParserContext) -> frozenset[str]:
    """The doubtful fields that are neither below the threshold nor named by a failing check: something else on the page speaks against them."""
    failing = {field for ok, _, fields in _checks(reading) if not ok for field in fields}
    unsure = {name for name, found in reading.found() if found.confidence < context.threshold}
    return frozenset(reading.uncertain) - failing - unsure


def business_by_number(reading: InvoiceReading) -> Found[bool] | None:
    """That the buyer is a business, by a VAT or enterprise number whose control digits hold; None without one."""
    for number, rule in ((reading.buyer_vat, "VAT number"), (reading.buyer_enterprise, "enterprise number")):
        if number is not None and references.party_number(number.value) is not None:
            where = replace(number.where, rule=f"business: the buyer's {rule}")
            return Found(False, min(0.97, number.confidence), where)
    return None


def _checks(reading: InvoiceReading) -> Iterator[tuple[bool, str, tuple[str, ...]]]:
    yield from _number_checks(reading)
    net, vat, total = _value(reading.net), _value(reading.vat), _value(reading.total)
    if net is not None and vat is not None and total is not None:
        yield abs(net + vat - total) <= ROUNDING, f"net {net} + VAT {vat} = total {total}", ("total",)
    deposit, due = _value(reading.deposit), _value(reading.amount_due)
    if total is not None and deposit is not None and due is not None:
        rounding = _value(reading.rounding) or Decimal(0)
        holds = abs(total - deposit + rounding - due) <= ROUNDING
        rounded = f" + rounding {rounding}" if rounding else ""
        yield holds, f"total {total} − deposit {deposit}{rounded} = due {due}", ("amount_due", "deposit")
    if reading.issue_date is not None and reading.due_date is not None:
        days = (reading.due_date.value - reading.issue_date.value).days
        yield 0 <= days <= 400, f"due {days} days after the invoice's date", ("due_date",)


def _number_checks(reading: InvoiceReading) -> Iterator[tuple[bool, str, tuple[str, ...]]]:
    if reading.seller_iban is not None:
        value = reading.seller_iban.value
        yield references.iban(value) == value, f"IBAN {value}", ("seller_iban",)
    for name in ("seller_vat", "buyer_vat"):
        number = getattr(reading, name)
        if number is not None and number.value[:2].isalpha():
            yield references.vat_number(number.value) is not None, f"VAT number {number.value}", (name,)
    if reading.payment_reference is not None:
        value = reading.payment_reference.value
        if len(value) == 12 and value.isdigit():
            yield (
                references.structured_communication(value) is not None,
                f"communication {value}",
                ("payment_reference",),
            )
        elif value.startswith("RF") and value[2:4].isdigit():
            yield references.creditor_reference(value) is not None, f"reference {value}", ("payment_reference",)


def _value(found: Found[Decimal] | None) -> Decimal | None:
    return found.value if found is not None else None


def with_fields(reading: InvoiceReading, fields: Mapping[str, Found[Any] | None]) -> InvoiceReading:
    """The reading with these fields set; None leaves a field as it is."""
    given: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    return replace(reading, **given)
