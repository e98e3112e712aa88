"""How a debtor can pay: account, reference and amount, with the same facts as a payment QR code."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

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
_TEXT_LIMIT = 140
_UTF8 = 1


@dataclass(frozen=True, slots=True)
class PaymentSlip:
    """What a debtor copies into his bank's form.

    `iban` is compact and checked; `reference` is printed as people type it; `structured` says that it is an RF reference. `qr` is
    a PNG of the EPC payment code (EPC069-12), empty when one payment in euro cannot say it all.
    """

    beneficiary: str
    iban: str
    reference: str
    structured: bool
    amount: Money
    qr: bytes = b""

    @property
    def printed_iban(self) -> str:
        """The IBAN in groups of four."""
        return format_iban(self.iban)


def payment_slip(creditor: Creditor, lines: Sequence[StatementLine], amount: Money) -> PaymentSlip | None:
    """How to pay these lines in one go; None when there is no single valid account or nothing to pay.

    An account that the creditor's file does not name is never printed when the file names any.
    """
    account = _account(creditor, lines)
    if account is None or amount.amount <= 0 or not lines:
        return None
    reference, structured = _reference(lines)
    beneficiary = one_line(creditor.name, 70)
    return PaymentSlip(
        beneficiary,
        account,
        reference,
        structured,
        amount.rounded(),
        epc_code(beneficiary, account, amount.rounded(), reference, structured=structured),
    )


def epc_code(beneficiary: str, account: str, amount: Money, reference: str, *, structured: bool) -> bytes:
    """The PNG of a payment QR code (EPC069-12, version 002); empty when the amount is not in euro or out of its range.

    Only an RF reference stands on the structured line; everything else goes to the unstructured one.
    """
    if amount.currency != "EUR" or not Decimal("0.01") <= amount.amount <= _LARGEST:
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
    named = {value for line in lines if (value := iban(line.iban))}
    if known:
        named &= set(known)
        return named.pop() if len(named) == 1 else known[0]
    return named.pop() if len(named) == 1 else None


def _reference(lines: Sequence[StatementLine]) -> tuple[str, bool]:
    if len(lines) > 1:
        numbers = ", ".join(one_line(line.number, 40) for line in lines)
        return one_line(numbers, _TEXT_LIMIT), False
    text = one_line(lines[0].reference, _TEXT_LIMIT)
    if (rf := creditor_reference(text)) is not None:
        return rf, True
    if (digits := structured_communication(text)) is not None:
        return format_structured_communication(digits), False
    return text or one_line(lines[0].number, 40), False
