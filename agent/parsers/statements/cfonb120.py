"""Bank statements in CFONB 120 (Comité français d'organisation et de normalisation bancaires, "relevé de compte"): records of 120."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.domain.findings import BankStatementReading, Entry, Unreadable
from agent.parsers.statements import normal

_POSITIVE = "{ABCDEFGHI"
_NEGATIVE = "}JKLMNOPQR"
_CODES = ("01", "04", "05", "07")
_MAX_RECORDS = 400_000


@dataclass(slots=True)
class _Account:
    account: str
    currency: str
    opening: Decimal | None = None
    closing: Decimal | None = None
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def recognises(content: bytes) -> bool:
    """Whether the file begins with an old-balance record: 01, bank, branch, currency."""
    head = content.lstrip()[:120].decode("latin-1")
    return (
        len(head) == 120
        and head[:2] == "01"
        and head[2:7].isalnum()
        and head[11:16].isalnum()
        and head[90:103].isdecimal()
    )


def read(content: bytes) -> tuple[BankStatementReading, ...] | Unreadable:
    """One reading for each account and period, from its old balance (01) to its new one (07)."""
    records = _records(content.decode("latin-1"))
    if len(records) > _MAX_RECORDS:
        return Unreadable("too_large", f"more than {_MAX_RECORDS} records")
    accounts: list[_Account] = []
    for record in records:
        if record[:2] == "01":
            own = normal.french_account(record[2:7], record[11:16], record[21:32])
            accounts.append(_Account(own, record[16:19].strip() or "EUR", _amount(record)))
        elif accounts:
            _take(accounts[-1], record)
    return tuple(_reading(a) for a in accounts) or Unreadable("broken", "no old-balance record")


def _records(text: str) -> list[str]:
    """Records by line, or by length where the file has no line ends."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) > 120:
        lines = [lines[0][i : i + 120] for i in range(0, len(lines[0]), 120)]
    return [line.ljust(120)[:120] for line in lines if line[:2] in _CODES]


def _take(account: _Account, record: str) -> None:
    match record[:2]:
        case "04":
            entry = _entry(record, account.currency)
            if entry is None:
                account.problems.append(f"unreadable movement: {normal.clean(record[48:79])}")
            else:
                account.entries.append(entry)
        case "05" if account.entries:
            account.entries[-1] = _complemented(account.entries[-1], record[45:48].strip(), record[48:118].strip())
        case "07":
            account.closing = _amount(record)


def _amount(record: str) -> Decimal | None:
    """Fourteen places whose last one holds the sign too; the decimals stand in column 20."""
    digits, last = record[90:103], record[103]
    decimals = int(record[19]) if record[19].isdecimal() else 2
    sign, unit = (1, _POSITIVE.find(last)) if last in _POSITIVE else (-1, _NEGATIVE.find(last))
    if last.isdecimal():
        sign, unit = 1, int(last)
    if not digits.strip().isdecimal() or unit < 0:
        return None
    return Decimal(sign * (int(digits) * 10 + unit)).scaleb(-decimals)


def _entry(record: str, currency: str) -> Entry | None:
    amount = _amount(record)
    booked_on = normal.six_digits(record[34:40], "dmy")
    if amount is None or booked_on is None:
        return None
    label = normal.clean(record[48:79])
    reason = record[40:42].strip()
    return Entry(
        amount,
        currency,
        booked_on,
        normal.six_digits(record[42:48], "dmy"),
        remittance=label,
        structured_reference=normal.structured_reference(label),
        bank_reference=normal.clean(record[81:88]).strip("0"),
        reversal=bool(reason) and reason != "00",
        return_reason=reason if reason != "00" else "",
    )


def _complemented(entry: Entry, qualifier: str, text: str) -> Entry:
    """The movement with one complement.

    NPY is the payer's name, NBE the payee's, RCN the end-to-end
    reference, REF the bank's own, RET the reason of a return, CPY and CBE accounts, LIB, LCC, LC2 and LCS the message.
    """
    match qualifier:
        case "NPY" | "NBE":
            wanted = "NPY" if entry.amount > 0 else "NBE"
            return replace(entry, counterparty_name=normal.clean(text)) if qualifier == wanted else entry
        case "RCN":
            reference = normal.clean(text[:35])
            return replace(entry, end_to_end="" if reference.upper() == "NOTPROVIDED" else reference)
        case "CPY" | "CBE":
            wanted = "CPY" if entry.amount > 0 else "CBE"
            return replace(entry, counterparty_iban=normal.account(text[:34])) if qualifier == wanted else entry
        case "REF":
            return replace(entry, bank_reference=normal.clean(text))
        case "RET":
            return replace(entry, reversal=True, return_reason=normal.clean(text[:4]) or "RET")
        case "LIB" | "LCC" | "LC2" | "LCS" | "":
            free = normal.clean(f"{entry.remittance} {text}")
            return replace(entry, remittance=free, structured_reference=normal.structured_reference(free))
        case _:
            return entry


def _reading(account: _Account) -> BankStatementReading:
    problems = tuple(account.problems)
    if account.closing is None:
        problems = (*problems, "cut short: no new-balance record")
    reading = BankStatementReading(
        "cfonb120",
        account.account,
        account.currency,
        tuple(account.entries),
        account.opening,
        account.closing,
        problems,
    )
    return normal.finished(reading)
