"""The rows of a bank export as movements: conventions over the whole table, refusals by status, doubts by what does not add up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import BankStatementReading, Entry
from agent.parsers.statements import csv_labels, csv_values, normal
from agent.parsers.statements.csv_columns import Columns, Role, side, state
from agent.parsers.statements.csv_tables import Row, at

_FOOTER = re.compile(r"total|solde|saldo|balance|totaal", re.IGNORECASE)
_OUTGOING = re.compile(
    r"\b(?:pr[ée]l[èe]vement|prlv|virement (?:[ée]mis|sortant)|vir(?:ement)? (?:en faveur|vers|à)|achat|domiciliation|paiement par carte"
    r"|uitgaand|domicili[ëe]ring|incasso|betaalautomaat|geldopname|betaling aan|lastschrift|abbuchung|ausgang|kartenzahlung"
    r"|direct debit|card payment|outgoing|withdrawal|sent to|debit|d[ée]bit|debet)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Conventions:
    """How this file writes amounts and days."""

    mark: str
    order: str


def accounts(rows: Sequence[Row], found: Columns, *, english: bool, own: str) -> Iterator[BankStatementReading]:
    """One reading for each account named in the account column, in order of appearance."""
    conventions = _conventions(rows, found, english=english)
    if isinstance(conventions, str):
        yield BankStatementReading("csv", own, ask=conventions)
        return
    column = found.first(Role.ACCOUNT)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(at(row, column), []).append(row)
    if len(groups) > 1:
        filler = groups.pop("", [])
        first = next(iter(groups))
        groups[first] = groups[first] + [row for row in filler if len(row) > 2]
    for name, body in groups.items() or [("", [])]:
        yield _reading(body, found, conventions, normal.account(name) or own)


def _conventions(rows: Sequence[Row], found: Columns, *, english: bool) -> _Conventions | str:
    amounts = [
        row[c]
        for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.BALANCE)
        for c in found.every(role)
        for row in rows
        if c < len(row)
    ]
    mark = found.mark or csv_values.decimal_mark(amounts)
    if not mark:
        return "decimals: it is not clear whether 1.234 has decimals"
    date_column = found.first(Role.DATE)
    comma = any("," in cell[-3:] for cell in amounts) and mark == ","
    days = [at(row, date_column) for row in rows]
    order = found.order or csv_values.day_order(days, european=comma or not english)
    if not order:
        return "day_order: the order of day and month is not clear"
    return _Conventions(mark, order)


def _reading(rows: Sequence[Row], found: Columns, how: _Conventions, own: str) -> BankStatementReading:
    entries: list[Entry] = []
    problems: list[str] = []
    kept: list[Row] = []
    for row in rows:
        status = state(at(row, found.first(Role.STATUS)))
        if status == "unknown":
            status = found.unknown
        if status in ("refused", "pending", "skip") or _announced(at(row, found.first(Role.DATE))):
            continue
        if not status:
            words = at(row, found.first(Role.STATUS))[:40]
            return BankStatementReading("csv", own, ask=f"status: it is not known what {words!r} means")
        outcome = _entry(row, found, how)
        if isinstance(outcome, Entry):
            entries.append(outcome)
            kept.append(row)
        elif outcome:
            problems.append(outcome)
    doubt = f"rows: {problems[0]}" if len(problems) * 10 > len(rows) else _doubt(entries, kept, rows, found, how)
    if doubt:
        return BankStatementReading("csv", own, ask=doubt)
    if not _ties(entries, kept, found, how):
        problems.append("running: the balance of a row does not follow from its amount")
    currency = next((e.currency for e in entries), "EUR")
    return normal.finished(BankStatementReading("csv", own, currency, tuple(entries), problems=tuple(problems)))


def _announced(day: str) -> bool:
    """Whether a word for what is not booked stands in the place of the day."""
    return day.isalpha() and state(day) == "pending"


def _doubt(
    entries: Sequence[Entry], kept: Sequence[Row], rows: Sequence[Row], found: Columns, how: _Conventions
) -> str:
    """Why the columns cannot be what they seem; "" when nothing speaks against them."""
    if not _ties(entries, kept, found, how):
        positive = len(entries) > 2 and all(entry.amount >= 0 for entry in entries)
        return "no_debit: no amount is a debit by its sign" if positive else ""
    if _hides_debits(entries, kept, found):
        return "no_debit: no amount is a debit by its sign"
    return "no_amount: no row has an amount" if not entries and _undecided(rows, found) else ""


def _hides_debits(entries: Sequence[Entry], rows: Sequence[Row], found: Columns) -> bool:
    """Whether amounts without any sign stand beside words for money that went out, and no balance shows which is which."""
    column = found.first(Role.AMOUNT)
    if column is None or found.first(Role.SIGN) is not None or any(e.amount < 0 for e in entries):
        return False
    balanced = len(entries) > 1 and any(len({at(row, c) for row in rows}) > 1 for c in found.every(Role.BALANCE))
    signed = any("+" in at(row, column) for row in rows)
    return not balanced and not signed and any(_OUTGOING.search(" ".join(row)) for row in rows)


def _undecided(rows: Sequence[Row], found: Columns) -> bool:
    """Whether rows with a day and a text are left without an amount: the columns are not what they seem."""
    texts = (*found.every(Role.TEXT), *found.every(Role.LABEL))
    dated = [row for row in rows if csv_values.day(at(row, found.first(Role.DATE)), "dmy") is not None]
    return len(dated) > 1 and any(at(row, c) for row in dated for c in texts)


def _ties(entries: Sequence[Entry], rows: Sequence[Row], found: Columns, how: _Conventions) -> bool:
    """Whether one of the balance columns, if there are any, runs along with the amounts."""
    days, amounts = [e.booked_on for e in entries], [e.amount for e in entries]
    balances = ([csv_values.amount(at(row, c), how.mark) for row in rows] for c in found.every(Role.BALANCE))
    return Role.BALANCE not in found.roles or any(csv_values.runs(days, amounts, column) for column in balances)


def _entry(row: Row, found: Columns, how: _Conventions) -> Entry | str:
    """The movement of a row; "" for rows that hold none (information, totals), a problem for rows that should."""
    booked_on = csv_values.day(at(row, found.first(Role.DATE)), how.order)
    amount = _amount(row, found, how)
    if amount is None and not any(at(row, c) for c in _amount_columns(found)):
        return ""
    if booked_on is None and (_FOOTER.search(" ".join(row)) or not at(row, found.first(Role.DATE))):
        return ""
    if amount is None or booked_on is None:
        return f"unreadable row: {normal.clean(';'.join(row))[:60]}"
    return _described(row, found, how, amount, booked_on)


def _amount_columns(found: Columns) -> tuple[int, ...]:
    return found.every(Role.AMOUNT) or found.every(Role.DEBIT) + found.every(Role.CREDIT)


def _amount(row: Row, found: Columns, how: _Conventions) -> Decimal | None:
    column = found.first(Role.AMOUNT)
    if column is None:
        debit = csv_values.amount(at(row, found.first(Role.DEBIT)), how.mark)
        credit = csv_values.amount(at(row, found.first(Role.CREDIT)), how.mark)
        if debit:
            return None if credit else -abs(debit)
        return abs(credit) if credit is not None else debit
    value = csv_values.amount(at(row, column), how.mark)
    sign = found.first(Role.SIGN)
    if value is None or sign is None:
        return value
    direction = side(at(row, sign))
    if direction == 0:
        return None
    return -abs(value) if direction < 0 else value


def _described(row: Row, found: Columns, how: _Conventions, amount: Decimal, booked_on: date) -> Entry:
    message = _joined(row, found.every(Role.TEXT))
    label = _joined(row, found.every(Role.LABEL))
    lines = next((at(row, column) for column in found.every(Role.LABEL) if "\n" in at(row, column)), label)
    label_name, label_iban, label_message = csv_labels.split(message or lines)
    name = _name(row, found, amount)
    iban = normal.account(at(row, found.first(Role.IBAN))) or label_iban or csv_labels.first_iban(label)
    currency = at(row, found.first(Role.CURRENCY)).upper()
    structured = at(row, found.first(Role.STRUCTURED))
    remittance = label_message or message or label
    entry = Entry(
        amount,
        currency if re.fullmatch(r"[A-Z]{3}", currency) else "EUR",
        booked_on,
        csv_values.day(at(row, found.first(Role.VALUE_DATE)), how.order),
        normal.clean(name or label_name),
        iban,
        normal.clean(remittance),
        normal.structured_reference(structured, message, label),
        bank_reference=normal.clean(at(row, found.first(Role.REFERENCE))),
    )
    return entry if entry.remittance or not structured else replace(entry, remittance=normal.clean(structured))


def _name(row: Row, found: Columns, amount: Decimal) -> str:
    """The other party: of a payer and a payee the one that the money came from, or went to."""
    first, second = (Role.PAYER, Role.PAYEE) if amount > 0 else (Role.PAYEE, Role.PAYER)
    return next((text for role in (Role.NAME, first, second) if (text := at(row, found.first(role)))), "")


def _joined(row: Row, cells: Sequence[int]) -> str:
    """The texts of several columns, without those that another one holds already."""
    texts: list[str] = []
    for column in cells:
        text = normal.clean(at(row, column))
        if text and not any(text in other for other in texts):
            texts = [other for other in texts if other not in text] + [text]
    return " ".join(texts)
