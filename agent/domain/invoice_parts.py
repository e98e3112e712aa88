"""What an invoice holds beyond single fields: the parts of its payment, its VAT by rate, clauses, accounts, codes, contradictions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of an invoice that is due on its own day."""

    due_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount for early payment: pay `amount` instead of the total until this day."""

    until: date
    amount: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VatLine:
    """The VAT of one rate, in percent."""

    rate: Decimal
    base: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause about late payment as the invoice prints it.

    `rate` is in percent of what is owed: a year (or a month, with `monthly`) for interest, once for an indemnity; None where the
    clause leaves it to the law or counts points above a rate that changes. `amount` is a fixed sum or a minimum.
    """

    words: str
    rate: Decimal | None = None
    amount: Decimal | None = None
    monthly: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account that an invoice names. `role`: seller, factor (pay him, the claim is his now), debtor (his own, for a direct debit)."""

    iban: str
    role: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """What a payment code on the page says (EPC069-12, Swiss QR bill); empty where it says nothing."""

    iban: str
    name: str = ""
    bic: str = ""
    amount: Decimal | None = None
    currency: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What another place (`source`: page, payment_code, other_file) says of a field, other than the value that was kept."""

    field: str
    other: str | date | Decimal
    source: str
