"""Money that found no invoice: it waits for one that is handed over later, and the operator hears when it was meant for another creditor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.decide.bank import WAITING
from agent.domain.findings import BankStatementReading, Entry
from agent.domain.letters import Letter, to_operator
from agent.domain.matching import numbers_in
from agent.domain.parties import Creditor
from agent.ports import Store
from agent.service.app import App

# The format of a reading that was kept, not read.
FORMAT = WAITING
# Money waits so long for its invoice; of what waits, so much is kept.
_DAYS, _MOST = 120, 200

Waiting = tuple[Entry, BankStatementReading]


def readings(store: Store, creditor: Creditor) -> tuple[BankStatementReading, ...]:
    """The movements that wait, each as the statement that brought it."""
    return tuple(_reading(row) for row in _rows(store, creditor))


def note(
    store: Store, creditor: Creditor, more: Sequence[Waiting], dealt_with: Sequence[str], today: date
) -> dict[str, str | None]:
    """What waits from now on, as a note: what found its place or grew old is gone. Nothing when that changes nothing."""
    before = _rows(store, creditor)
    since = (today - timedelta(days=_DAYS)).isoformat()
    gone = {*dealt_with, *(entry.fingerprint for entry, _ in more)}
    after = [row for row in before if row["fingerprint"] not in gone and str(row["booked_on"]) >= since]
    after += [_row(entry, reading) for entry, reading in more]
    if after == before:
        return {}
    return {_key(creditor): json.dumps(after[-_MOST:], ensure_ascii=False) if after else None}


def meant_for_others(app: App, creditor: Creditor, found: Sequence[Waiting]) -> tuple[Letter, ...]:
    """What the operator is told: this money names an open invoice of another creditor, to the cent. Neither creditor hears of it."""
    return tuple(
        _astray(app, creditor, entry, others) for entry, _ in found if (others := _others(app, creditor, entry))
    )


def _others(app: App, creditor: Creditor, entry: Entry) -> tuple[str, ...]:
    terms = [("number", number) for number in numbers_in(entry.remittance) if len(number) >= 5]
    ids = {id_ for ids in app.store.find(terms).values() for id_ in ids} if terms else set()
    items = app.store.ledger(ids).items.values()
    exact = (i for i in items if i.creditor != creditor.id and i.is_open and i.balance.amount == entry.amount)
    return tuple(sorted(f"{i.creditor} {i.invoice.number}" for i in exact))


def _astray(app: App, creditor: Creditor, entry: Entry, others: tuple[str, ...]) -> Letter:
    agency = app.settings.agency
    movement = f"{entry.booked_on} {entry.amount} {entry.currency} {entry.counterparty_name}: {entry.remittance}"
    facts = (
        ("summary", "money came in at the wrong creditor"),
        ("creditor", creditor.name),
        ("movement", movement[:300]),
        ("invoice", ", ".join(others)),
    )
    key = f"operator:astray:{creditor.id}:{entry.fingerprint}"
    return to_operator(agency, key, facts)


def _key(creditor: Creditor) -> str:
    return f"waiting:{creditor.id}"


def _rows(store: Store, creditor: Creditor) -> list[dict[str, str]]:
    kept = json.loads(store.note(_key(creditor)) or "[]")
    return [row for row in kept if isinstance(row, dict)]


def _row(entry: Entry, reading: BankStatementReading) -> dict[str, str]:
    told = {name: str(value) for name, value in asdict(entry).items() if value and name != "parts"}
    return told | {"account": reading.account, "document": reading.document, "filename": reading.filename}


def _reading(row: dict[str, str]) -> BankStatementReading:
    entry = Entry(
        Decimal(row["amount"]),
        row["currency"],
        date.fromisoformat(row["booked_on"]),
        date.fromisoformat(row.get("value_date", row["booked_on"])),
        counterparty_name=row.get("counterparty_name", ""),
        counterparty_iban=row.get("counterparty_iban", ""),
        remittance=row.get("remittance", ""),
        structured_reference=row.get("structured_reference", ""),
        end_to_end=row.get("end_to_end", ""),
        bank_reference=row.get("bank_reference", ""),
        fingerprint=row["fingerprint"],
    )
    return BankStatementReading(
        FORMAT,
        row["account"],
        row["currency"],
        (entry,),
        document=row["document"],
        filename=row["filename"],
    )
