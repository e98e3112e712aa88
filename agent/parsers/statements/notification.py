"""Mails in which a bank tells of one payment: "vous avez reçu un virement de …". One movement comes out of it, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from agent.domain.findings import BankStatementReading, Entry
from agent.parsers.lexers.amounts import Amount, find_amounts
from agent.parsers.statements import csv_values, normal
from agent.parsers.statements import notification_words as words
from agent.parsers.statements.csv_labels import first_iban

_LONGEST = 8000
_NEAR = 240
# A day further ahead is that of money which is only announced.
_AHEAD = timedelta(days=5)
_CLAUSES = re.compile(r"\n|(?<=[.;])\s")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b")


def read_notice(
    text: str, received: date, patterns: Sequence[str] = (), own: Sequence[str] = ()
) -> BankStatementReading | None:
    """The one movement that a payment notice tells of; None when the mail tells of none, or not for certain.

    `text` is subject and body, `patterns` the operator's wordings for this sender, `own` the creditor's accounts. A notice that only
    announces money is a pending movement. Sums of two kinds that might both be meant give nothing.
    """
    plain = "\n".join(" ".join(line.split()) for line in text[:_LONGEST].splitlines())
    for pattern in patterns:
        found = re.search(pattern, plain, re.IGNORECASE)
        if found is not None:
            return _by_groups(found, plain, received, own)
    told = words.TEXT.sub(_without_payers_words, plain)
    incoming = words.INCOMING.search(told)
    amount = _amount(told, incoming) if incoming else None
    if incoming is None or amount is None:
        return None
    name = words.NAME.search(told) or words.NAME_IN_SENTENCE.search(told)
    day = _day(words.DATE.search(told), received)
    entry = Entry(
        amount.value,
        amount.currency or "EUR",
        day,
        counterparty_name=_name(name["value"] if name else ""),
        remittance=_value(words.TEXT.search(plain)),
        pending=words.NOT_YET.search(plain) is not None or day - received > _AHEAD,
    )
    return _finished(entry, told, own)


def _without_payers_words(found: re.Match[str]) -> str:
    """What the payer wrote names no sum, day, name or account: whoever pays a cent may write there what he likes."""
    kept: str = found[0]
    return kept if words.INCOMING.search(kept) else ""


def _by_groups(found: re.Match[str], plain: str, received: date, own: Sequence[str]) -> BankStatementReading | None:
    groups = {name: value.strip() for name, value in found.groupdict().items() if value}
    value = _figure(groups.get("amount", ""))
    if value is None or value <= 0:
        return None
    day = (csv_values.day(groups["date"], "dmy") if "date" in groups else None) or received
    entry = Entry(
        value,
        _currency_of(found, value),
        day,
        counterparty_name=normal.clean(groups.get("name", "")),
        counterparty_iban=normal.account(groups.get("iban", "")),
        remittance=normal.clean(groups.get("reference", "")),
        pending=day - received > _AHEAD,
    )
    return _finished(entry, plain, own, normal.account(groups.get("account", "")))


def _currency_of(found: re.Match[str], value: Decimal) -> str:
    """The currency that stands right before or after the amount that a pattern found; euro where none does."""
    start, end = found.span("amount")
    beside = find_amounts(found.string[max(0, start - 5) : end + 5])
    return next((a.currency for a in beside if a.value == value and a.currency), "EUR")


def _figure(text: str) -> Decimal | None:
    mark = csv_values.decimal_mark([text])
    return csv_values.amount(text, mark) if mark else None


def _amount(plain: str, incoming: re.Match[str]) -> Amount | None:
    """The sum that came in: labelled, else the only one that the sentence about it holds, else the only one of the mail.

    None where what is labelled is not what the sentence says: one of the two is not the bank's word.
    """
    labelled = words.AMOUNT.search(plain)
    near = plain[max(0, incoming.start() - _NEAR // 3) : incoming.end() + _NEAR]
    for part in (labelled["value"] if labelled else "", near, plain):
        found = _amounts(line for line in _CLAUSES.split(part) if not words.NO_PAYMENT.search(line))
        if len(found) == 1:
            said = _amounts(_CLAUSES.split(plain[incoming.start() : incoming.end() + _NEAR])[:1])
            return next(iter(found.values())) if said.keys() <= found.keys() else None
        if found:
            return None
    return None


def _amounts(lines: Iterable[str]) -> dict[tuple[Decimal, str], Amount]:
    return {(a.value, a.currency): a for line in lines for a in find_amounts(line) if a.currency and a.value > 0}


def _name(text: str) -> str:
    return normal.clean(_IBAN.sub("", text)).strip(" -()")


def _value(found: re.Match[str] | None) -> str:
    return normal.clean(found["value"]) if found else ""


def _day(found: re.Match[str] | None, received: date) -> date:
    return (csv_values.day(found["value"], "dmy") if found else None) or received


def _finished(entry: Entry, plain: str, own: Sequence[str], account: str = "") -> BankStatementReading:
    """The reading under the creditor's account that the mail names, or his only one; the other account that it names is the payer's."""
    accounts = [normal.account(iban) for iban in own]
    named = [value for found in _IBAN.finditer(plain) if (value := first_iban(found[0]))]
    account = account or next((iban for iban in named if iban in accounts), accounts[0] if len(accounts) == 1 else "")
    others = list(dict.fromkeys(iban for iban in named if iban not in accounts and iban != account))
    entry = replace(
        entry,
        counterparty_iban=entry.counterparty_iban or (others[0] if len(others) == 1 else ""),
        structured_reference=normal.structured_reference(entry.remittance, plain),
    )
    told = (account, entry.booked_on.isoformat(), str(entry.amount), entry.currency, entry.counterparty_name)
    mark = sha256("|".join(("notice", *told, entry.remittance)).encode()).hexdigest()[:32]
    return BankStatementReading("notice", account, entry.currency, (replace(entry, fingerprint=mark),))
