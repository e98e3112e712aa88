"""How a debtor can pay: account, reference and amount, with the same facts as a payment QR code and as a link of the creditor's."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from urllib.parse import quote

import segno
from segno import helpers

from agent.domain.money import Money
from agent.domain.parties import Creditor
from agent.domain.references import (
    creditor_reference,
    format_iban,
    format_structured_communication,
    iban,
    structured_communication,
)
from agent.reports.plain import one_line
from agent.reports.statement import StatementLine

_LARGEST = Decimal("999999999.99")
# SEPA credit transfer, remittance information: 140 characters of text, or one structured reference.
_TEXT_LIMIT = 140
_NAME_LIMIT = 70
_UTF8 = 1
# Version 002 of the code goes without a BIC within the European Economic Area only (EPC069-12, table 2).
_EEA = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split())
# Numbers of a list are shortened to their last digits, never to fewer than can be told from a count.
_TAILS = (3, 2)
# A debtor with more references than this pays by his list: a mail of codes is of no use to anybody.
_MOST_CODES = 12


@dataclass(frozen=True, slots=True)
class PaymentSlip:
    """What a debtor copies into his bank's form.

    `iban` is compact and checked; `reference` is printed as people type it; `structured` says that it is an RF reference. `qr` is
    a PNG of the EPC payment code (EPC069-12), empty when one payment in euro cannot say it all. `number` is set on the slip of a
    single invoice among several; `link` is the creditor's own payment page, "" when he has none; `cid` names the picture in a mail.
    """

    beneficiary: str
    iban: str
    reference: str
    structured: bool
    amount: Money
    qr: bytes = b""
    number: str = ""
    link: str = ""
    cid: str = ""

    @property
    def printed_iban(self) -> str:
        """The IBAN in groups of four."""
        return format_iban(self.iban)

    @property
    def groups(self) -> tuple[str, ...]:
        """The IBAN's groups of four, to be set apart without a blank between them: what is copied is compact."""
        return tuple(self.printed_iban.split())


def payment_slip(creditor: Creditor, lines: Sequence[StatementLine], amount: Money) -> PaymentSlip | None:
    """How to pay these lines in one go; None when the creditor has no account that is known as his, or nothing is to be paid.

    The account is that of the lines when they name one of his, else his first. One that is not known as his is never printed.
    """
    account = _account(creditor, lines)
    if account is None or amount.amount <= 0 or not lines:
        return None
    reference, structured = _reference(lines)
    beneficiary = one_line(creditor.name, _NAME_LIMIT)
    code = epc_code(beneficiary, account, amount.rounded(), reference, structured=structured)
    slip = PaymentSlip(beneficiary, account, reference, structured, amount.rounded(), code)
    numbers = ",".join(one_line(line.number, 40) for line in lines)
    return replace(slip, link=payment_link(creditor.payment_link, slip, numbers))


def invoice_slips(creditor: Creditor, lines: Sequence[StatementLine], total: Money) -> tuple[PaymentSlip, ...]:
    """A slip for each of several lines, where at least one has a structured reference or an account of its own.

    None where credits are deducted from the total, which payments invoice by invoice would not respect.
    """
    whole = Money.total((line.balance for line in lines), total.currency).rounded()
    if not 1 < len(lines) <= _MOST_CODES or whole != total.rounded() or not _own_ways(creditor, lines):
        return ()
    slips = ((line, payment_slip(creditor, (line,), line.balance)) for line in lines)
    return tuple(replace(slip, number=one_line(line.number, 40)) for line, slip in slips if slip is not None)


def _own_ways(creditor: Creditor, lines: Sequence[StatementLine]) -> bool:
    structured = any(creditor_reference(x.reference) or structured_communication(x.reference) for x in lines)
    return structured or len({_account(creditor, (line,)) for line in lines}) > 1


def payment_link(template: str, slip: PaymentSlip, numbers: str) -> str:
    """The creditor's payment page for this slip, every value percent-encoded; "" when he has none.

    The template was checked when it was loaded (agent.config.fields): https, its placeholders known.
    """
    values = {
        "amount": str(slip.amount.amount),
        "currency": slip.amount.currency,
        "reference": slip.reference,
        "number": numbers,
        "iban": slip.iban,
    }
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template


def epc_code(beneficiary: str, account: str, amount: Money, reference: str, *, structured: bool) -> bytes:
    """The PNG of a payment QR code (EPC069-12, version 002, UTF-8, error correction M, at most 331 bytes).

    Empty when the amount is not in euro or out of its range, the account is not valid, or is held where a BIC would be needed. Only
    an RF reference stands on the structured line; everything else goes to the unstructured one.
    """
    in_range = amount.currency == "EUR" and Decimal("0.01") <= amount.amount <= _LARGEST
    if not in_range or iban(account) != account or account[:2] not in _EEA:
        return b""
    if structured and creditor_reference(reference) != reference:
        return b""
    text, line = (None, reference) if structured else (reference[:_TEXT_LIMIT] or None, None)
    try:
        code = helpers.make_epc_qr(
            name=beneficiary, iban=account, amount=amount.amount, text=text, reference=line, encoding=_UTF8
        )
    except ValueError:  # names in scripts of several bytes a letter can pass the 331 bytes that banks read
        return b""
    return _png(code)


def _png(code: segno.QRCode) -> bytes:
    out = io.BytesIO()
    code.save(out, kind="png", scale=4, border=4)
    return out.getvalue()


def _account(creditor: Creditor, lines: Sequence[StatementLine]) -> str | None:
    known = [value for text in creditor.ibans if (value := iban(text))]
    named = {value for line in lines if (value := iban(line.iban))} & set(known)
    if len(named) == 1:
        return named.pop()
    return known[0] if known else None


def _reference(lines: Sequence[StatementLine]) -> tuple[str, bool]:
    if len(lines) > 1:
        return communication([one_line(line.number, 40) for line in lines]), False
    text, number = one_line(lines[0].reference, _TEXT_LIMIT), one_line(lines[0].number, 40)
    if (rf := creditor_reference(text)) is not None:
        return rf, True
    if (digits := structured_communication(text)) is not None:
        return format_structured_communication(digits), False
    named = number in text or not text
    return (text or number) if named else one_line(f"{number} {text}", _TEXT_LIMIT), False


def communication(numbers: Sequence[str]) -> str:
    """The text that pays these invoices in one transfer: all numbers, in at most 140 characters.

    What would be longer is written as book-keepers do, each number that begins like the one before by its last digits
    (2026-501/502/503). What is longer still ends with the last number that fits: the rest is found by the sum, or asked about.
    """
    whole = ", ".join(numbers)
    if len(whole) <= _TEXT_LIMIT:
        return whole
    for width in _TAILS:
        short = ", ".join(_by_tails(numbers, width))
        if len(short) <= _TEXT_LIMIT:
            return short
    cut = max(short.rfind(mark, 0, _TEXT_LIMIT) for mark in "/,")
    return short[:cut] if cut > 0 else short[:_TEXT_LIMIT]


def _by_tails(numbers: Sequence[str], width: int) -> Iterator[str]:
    """Neighbours of one shape and beginning as one word: the first in full, the others by at least `width` last digits."""
    for (_, length), found in groupby(numbers, key=lambda n: (_shape(n), len(n))):
        group = list(found)
        run = len(group[0]) - len(group[0].rstrip("0123456789"))
        first, last = min(group), max(group)
        alike = next((n for n in range(length) if first[n] != last[n]), length)
        tail = max(length - alike, width)
        if len(group) == 1 or tail > run:
            yield from group
        else:
            yield "/".join((group[0], *(number[-tail:] for number in group[1:])))


def _shape(number: str) -> str:
    return number.rstrip("0123456789")
