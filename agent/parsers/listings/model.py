"""What a list says: its columns as they were understood, and a reading or the mistakes of each row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from agent.domain.findings import InvoiceReading


class Field(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    KIND = "kind"
    ISSUED = "issue_date"
    DUE = "due_date"
    TERMS = "terms"
    TOTAL = "total"
    NET = "net"
    VAT = "vat"
    OPEN = "amount_due"
    PAID = "deposit"
    CURRENCY = "currency"
    NAME = "buyer_name"
    PARTY = "buyer_vat"
    EMAIL = "buyer_email"
    COUNTRY = "buyer_country"
    LANGUAGE = "language"
    CONSUMER = "consumer"
    REFERENCE = "payment_reference"
    SIDE = "side"
    OTHER = ""


class ListKind(StrEnum):
    """What a list is about."""

    INVOICES = "invoices"
    CONTACTS = "contacts"


_INVOICES = re.compile(r"fact|faktu|invoice|rechnung|docn", re.IGNORECASE)
_ACCOUNTS = re.compile(
    r"iban|\bbic\b|contrepartie|tegenpartij|gegenpartei|counterparty account|rekening", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row: its number in the file, its cells, and what it says. `errors` are codes with the cell behind a colon.

    The reading of a customer's row holds the buyer's fields alone.
    """

    line: int
    cells: tuple[str, ...]
    reading: InvoiceReading | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it was understood.

    `columns` pairs each heading with its field. `problem` says why it is no list that can be taken over: broken, too_long,
    no_header, no_number, no_name, no_total, no_decimal_mark, no_day_order.
    """

    kind: ListKind = ListKind.INVOICES
    columns: tuple[tuple[str, Field], ...] = ()
    rows: tuple[ListedRow, ...] = ()
    problem: str = ""
    document: str = ""

    @property
    def certain(self) -> bool:
        """Whether it can be nothing else: no file of a bank tells when invoices are due, or names them in a column of their own."""
        fields = {field for _, field in self.columns}
        if self.kind is ListKind.CONTACTS:
            return Field.EMAIL in fields
        named = any(field is Field.NUMBER and _INVOICES.search(heading) for heading, field in self.columns)
        banks = any(_ACCOUNTS.search(heading) for heading, _ in self.columns)
        return not banks and Field.NAME in fields and (Field.DUE in fields or named)

    @property
    def good(self) -> tuple[ListedRow, ...]:
        """The rows without mistakes."""
        return tuple(row for row in self.rows if row.reading is not None and not row.errors)

    @property
    def bad(self) -> tuple[ListedRow, ...]:
        """The rows with mistakes."""
        return tuple(row for row in self.rows if row.errors)
