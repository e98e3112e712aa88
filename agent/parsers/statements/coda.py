"""Bank statements in CODA 1 and 2 (Febelfin, "Coded statement of account"): records of 128 characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.domain.findings import BankStatementReading, Entry, Unreadable
from agent.parsers.statements import normal

# Operation codes of the transaction: cancellation or correction (49, 99); in family 05 (direct debits) unpaid and reimbursed ones.
_CORRECTIONS = {"49", "99"}
_DIRECT_DEBIT_RETURNS = {"03", "05", "09", "53", "54", "55", "56"}
_STRUCTURED_TYPES = {"101", "102"}
_MAX_RECORDS = 400_000
_LENGTH = 128


@dataclass(slots=True)
class _Movement:
    """Records 21, 22 and 23 of one movement or detail, with the free text of its information records 31 to 33."""

    sequence: str
    detail: str
    line: str
    communication: str
    name: str = ""
    account: str = ""
    reference: str = ""
    reason: str = ""
    information: str = ""


@dataclass(slots=True)
class _File:
    version: str = ""
    account: str = ""
    currency: str = "EUR"
    opening: Decimal | None = None
    closing: Decimal | None = None
    movements: list[_Movement] = field(default_factory=list)
    totals: tuple[Decimal, Decimal] | None = None
    problems: list[str] = field(default_factory=list)


def recognises(content: bytes) -> bool:
    """Whether the first record is a CODA header: 0, zeros, creation date, bank, application 05."""
    head = content[:400].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").decode("latin-1")
    return len(head) > 80 and head[:5] == "00000" and head[5:14].isdecimal() and head[14:16] == "05"


def read(content: bytes) -> tuple[BankStatementReading, ...] | Unreadable:
    """One reading for each statement in the file."""
    lines = _records(_decoded(content))
    if len(lines) > _MAX_RECORDS:
        return Unreadable("too_large", f"more than {_MAX_RECORDS} records")
    files: list[_File] = []
    for line in lines:
        if line[0] == "0":
            files.append(_File(line[127]))
        elif files:
            _take(files[-1], line)
    return tuple(_reading(file) for file in files) or Unreadable("broken", "no header record")


def _records(text: str) -> list[str]:
    """Records by line, or by length where the file has no line ends; trailing blanks that were cut off come back."""
    lines = [line for line in re.split(r"\r\n|\n|\r", text) if line.strip()]
    if len(lines) == 1 and len(lines[0]) > _LENGTH:
        lines = [lines[0][i : i + _LENGTH] for i in range(0, len(lines[0]), _LENGTH)]
    return [line.ljust(_LENGTH) for line in lines]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _take(file: _File, line: str) -> None:
    match line[:2]:
        case "21":
            file.movements.append(_Movement(line[2:6], line[6:10], line, line[62:115]))
        case "22" if file.movements:
            last = file.movements[-1]
            last.communication += line[10:63]
            last.reference = line[63:98].strip()
            last.reason = line[113:117].strip() if line[112].strip() else ""
        case "23" if file.movements:
            last = file.movements[-1]
            last.account = _counterparty_account(line[10:47], file.version)
            last.name = normal.clean(line[47:82])
            last.communication += line[82:125]
        case "31" | "32" | "33" if file.movements:
            _take_information(file.movements, line)
        case _:
            _take_balance(file, line)


def _take_information(movements: list[_Movement], line: str) -> None:
    """Free information continues the movement's communication; structured information (names, addresses) is left out."""
    owner = next((m for m in reversed(movements) if m.sequence == line[2:6] and m.detail == "0000"), None)
    if owner is None:
        return
    if line[1] == "1" and line[39] == "0":
        owner.information += line[40:113]
    elif line[1] == "1" and line[40:43] == "001" and not owner.name:
        owner.name = normal.clean(line[43:113])


def _take_balance(file: _File, line: str) -> None:
    match line[0]:
        case "1":
            file.account, file.currency = _own_account(line, file.version)
            file.opening = _amount(line[43:58], line[42])
        case "8":
            file.closing = _amount(line[42:57], line[41])
        case "9":
            debit, credit = _amount(line[22:37], "0"), _amount(line[37:52], "0")
            file.totals = None if debit is None or credit is None else (debit, credit)


def _own_account(line: str, version: str) -> tuple[str, str]:
    """Account and currency by the structure code of record 1: 0 Belgian number, 1 foreign, 2 Belgian IBAN, 3 foreign IBAN."""
    structure = "0" if version == "1" else line[1]
    number, currency = (line[5:17], line[18:21]) if structure == "0" else (line[5:39], line[39:42])
    return normal.account(number), currency.strip() or "EUR"


def _counterparty_account(text: str, version: str) -> str:
    if version == "1" and text[:12].isdecimal():
        return normal.account(text[:12])
    number = text[:34].strip()
    if number[:2].isalpha() or " " in number:
        number = number.split(" ")[0] if len(number.split(" ")[0]) >= 8 else number
    return normal.account(number)


def _amount(text: str, sign: str) -> Decimal | None:
    """Fifteen digits with three decimals; 1 in front means debit."""
    if not text.isdecimal():
        return None
    value = Decimal(int(text)).scaleb(-3)
    return -value if sign == "1" else value


def _reading(file: _File) -> BankStatementReading:
    problems = list(file.problems)
    entries: list[Entry] = []
    for total, details in _groups(file.movements):
        entry = _entry(total, file.currency)
        if entry is None:
            problems.append(f"movement {total.sequence} has no readable amount or day")
            continue
        parts = (_entry(detail, file.currency) for detail in details)
        entries.append(replace(entry, parts=normal.batch_parts(entry, (p for p in parts if p is not None))))
    problems.extend(_total_problems(file, entries))
    currency = file.currency
    reading = BankStatementReading(
        "coda", file.account, currency, tuple(entries), file.opening, file.closing, tuple(problems)
    )
    return normal.finished(reading)


def _groups(movements: list[_Movement]) -> Iterator[tuple[_Movement, list[_Movement]]]:
    """Each movement (detail 0000) with the details that explain it, which never count by themselves."""
    total: _Movement | None = None
    details: list[_Movement] = []
    for movement in movements:
        if movement.detail == "0000":
            if total is not None:
                yield total, details
            total, details = movement, []
        elif total is not None and movement.sequence == total.sequence:
            details.append(movement)
    if total is not None:
        yield total, details


def _total_problems(file: _File, entries: list[Entry]) -> Iterator[str]:
    if file.totals is None:
        yield "cut short: no trailer record"
        return
    debit = -sum((e.amount for e in entries if e.amount < 0), Decimal(0))
    credit = sum((e.amount for e in entries if e.amount > 0), Decimal(0))
    if (debit, credit) != file.totals:
        yield f"totals: -{file.totals[0]} +{file.totals[1]} ≠ -{debit} +{credit}"


def _entry(movement: _Movement, currency: str) -> Entry | None:
    line = movement.line
    amount = _amount(line[32:47], line[31])
    booked_on = normal.six_digits(line[115:121], "dmy")
    value_date = normal.six_digits(line[47:53], "dmy")
    if amount is None or (booked_on or value_date) is None:
        return None
    structured, free = _communication(movement, line[61])
    day = booked_on or value_date
    assert day is not None
    code = line[53:61]
    return Entry(
        amount,
        currency,
        day,
        value_date,
        movement.name,
        movement.account,
        normal.clean(free),
        structured or normal.structured_reference(free),
        "" if movement.reference.upper() == "NOTPROVIDED" else movement.reference,
        line[10:31].strip(),
        reversal=_is_return(code) or bool(movement.reason),
        return_reason=movement.reason or (f"CODA {code}" if _is_return(code) else ""),
    )


def _is_return(code: str) -> bool:
    """Whether the eight-digit transaction code (type, family, operation, category) stands for money that goes back."""
    family, operation = code[1:3], code[3:5]
    return operation in _CORRECTIONS or (family == "05" and operation in _DIRECT_DEBIT_RETURNS)


def _communication(movement: _Movement, kind: str) -> tuple[str, str]:
    """The structured reference and the free text. Types 101 and 102 of a structured communication hold the twelve digits."""
    text = movement.communication
    if kind == "1" and text[:3] in _STRUCTURED_TYPES:
        return text[3:15].strip(), text[15:] + " " + movement.information
    if kind == "1":
        text = text[3:]
    return "", text.rstrip() + " " + movement.information
