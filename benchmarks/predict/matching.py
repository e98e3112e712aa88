"""Payments tied to open items: each payment judged alone, with all that was known when it arrived."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.domain.findings import Entry
from agent.domain.matching import (
    Allocation,
    Book,
    BookDebtor,
    BookItem,
    Decision,
    EarlyDiscount,
    Effect,
    Receipt,
    match,
)

Row = dict[str, Any]


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for world in sorted(directory.glob("world-*")):
        yield from _world(world)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _world(folder: Path) -> Iterator[dict[str, object]]:
    creditor = json.loads((folder / "creditor.json").read_text(encoding="utf-8"))
    items = {row["id"]: _item(row) for row in _rows(folder / "open_items.jsonl")}
    debtors = [_debtor(row) for row in _rows(folder / "debtors.jsonl")]
    sisters = [company["name"] for company in creditor.get("group", ())]
    book = Book.of(items.values(), debtors, creditor["ibans"], sisters)
    payments = _rows(folder / "payments.jsonl")
    for row, following in zip(payments, [*payments[1:], None], strict=True):
        _set_open(book, items, row["open_before"])
        entry = _entry(row)
        result = match(entry, book)
        yield {
            "world": folder.name,
            "payment": row["id"],
            "ask": result.decision is Decision.ASK,
            "candidates": [list(c) for c in result.candidates],
            "allocations": [
                {"item": a.item, "amount": str(a.amount), "effect": a.effect.value} for a in result.allocations
            ],
            "because": [reason.code for reason in result.reasons],
        }
        if following is not None:
            book.put_receipt(Receipt(entry, _booked(book, items, following["open_before"])))


def _set_open(book: Book, items: dict[str, BookItem], opens: dict[str, str]) -> None:
    for id_, item in items.items():
        amount = Decimal(opens[id_]) if id_ in opens else item.open
        if book.items[id_].open != amount:
            book.put(replace(item, open=amount))


def _booked(book: Book, items: dict[str, BookItem], after: dict[str, str]) -> tuple[Allocation, ...]:
    """What the creditor's books show for a payment: the open amounts before it less those after it."""
    found = []
    for id_, item in items.items():
        now = Decimal(after[id_]) if id_ in after else item.open
        before = book.items[id_].open
        if now != before:
            effect = Effect.REOPEN if abs(now) > abs(before) else Effect.PARTIAL if now else Effect.PAID
            found.append(Allocation(id_, abs(before - now) if before > 0 or now > 0 else before - now, effect))
    return tuple(found)


def _item(row: Row) -> BookItem:
    discount = row["discount"]
    return BookItem(
        row["id"],
        row["debtor"],
        row["number"],
        date.fromisoformat(row["issue_date"]),
        row["currency"],
        Decimal(row["amount"]),
        Decimal(row["open"]),
        tuple(filter(None, (row["ogm"], row["rf"]))),
        EarlyDiscount(Decimal(discount["percent"]), date.fromisoformat(discount["until"])) if discount else None,
    )


def _debtor(row: Row) -> BookDebtor:
    return BookDebtor(row["id"], row["name"], tuple(row["aliases"]), tuple(row["known_ibans"]))


def _entry(row: Row) -> Entry:
    return Entry(
        Decimal(row["amount"]),
        row["currency"],
        date.fromisoformat(row["date"]),
        date.fromisoformat(row["value_date"]),
        row["counterparty_name"] or "",
        row["counterparty_iban"] or "",
        row["remittance"] or "",
        row["structured_ref"] or "",
        "" if (row["end_to_end"] or "") == "NOTPROVIDED" else row["end_to_end"] or "",
        row["bank_ref"] or "",
        bool(row["pending"]),
        bool(row["reversal"]),
        row["return_reason"] or "",
    )
