"""The digest and the monthly report of a creditor with ten thousand invoices, with their workbooks and charts."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from agent.demo.samples.books import NOW, sample_facts
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, Hold, HoldKind, ItemState, Ledger, OpenItem, Payment
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.parties import Contact
from agent.outbox.compose import compose

_INVOICES, _DEBTORS = 10_000, 400
NAMES = ("digest_10k", "digest_10k_memory", "monthly_10k", "monthly_10k_memory")
_KINDS = {"digest_10k": LetterKind.DIGEST, "monthly_10k": LetterKind.MONTHLY_REPORT}


def books(invoices: int = _INVOICES, debtors: int = _DEBTORS) -> Ledger:
    """Two years of invoices: three of four paid, a third of those late; the others reminded, promised or not due yet."""
    accounts = [
        DebtorAccount(
            f"d{n}", "lefevre", f"Client {n:03} SA", "", "BE", "fr", contacts=(Contact(f"compta@client{n}.example"),)
        )
        for n in range(debtors)
    ]
    return Ledger.of((*accounts, *(_item(n, debtors) for n in range(invoices))))


def _item(n: int, debtors: int) -> OpenItem:
    issued = NOW.date() - timedelta(days=n * 730 // _INVOICES)
    due = issued + timedelta(days=30)
    total = Money(Decimal(5000 + n * 7919 % 400_000) / 100, "EUR")
    invoice = Invoice(
        id=f"i{n}",
        creditor="lefevre",
        number=f"{issued:%Y}-{n:05}",
        issue_date=issued,
        due_date=due,
        total=total,
        deposit=Money.of("0.00", "EUR"),
        debtor=f"d{n * 31 % debtors}",
    )
    registered = datetime(issued.year, issued.month, issued.day, 9, tzinfo=UTC) + timedelta(days=n % 5)
    asked = tuple(day for k in (7, 22, 37) if (day := due + timedelta(days=k)) < NOW.date())
    item = OpenItem(invoice, ItemState.FOLLOWED, registered, statements=asked)
    if n % 4 and due < NOW.date():
        paid = due + timedelta(days=n % 60 - 20)
        return replace(
            item,
            state=ItemState.SETTLED,
            payments=(Payment(total, min(paid, NOW.date()), "bank"),),
            settled_at=datetime(paid.year, paid.month, paid.day, 12, tzinfo=UTC),
            statements=tuple(day for day in asked if day < paid),
        )
    held = Hold(HoldKind.PROMISE, NOW.date() + timedelta(days=12), NOW, NOW.date() + timedelta(days=9))
    return replace(item, holds=(held,), broken_promises=1) if n % 20 == 0 else item


def run() -> Iterator[dict[str, object]]:
    """Seconds of the processor to compose each, and the memory of the whole process, books and all; each in a process of its own."""
    for name in ("digest_10k", "monthly_10k"):
        out = subprocess.run([sys.executable, "-m", __name__, name], check=True, capture_output=True, text=True).stdout
        seconds, megabytes = (float(part) for part in out.split())
        yield _measured(name, seconds, "s", 3.0)
        yield _measured(f"{name}_memory", megabytes, "MB", 200.0)


def _measured(name: str, value: float, unit: str, bar: float) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "floor_name": "the bar",
        "floor_value": bar,
        "ratio": round(value / bar, 2),
    }


def _compose(name: str) -> tuple[float, float]:
    facts = replace(sample_facts("fr"), ledger=books())
    letter = Letter(_KINDS[name], name, ("julie@lefevre.example",), "lefevre", "fr", on=date(2027, 3, 1))
    started = time.process_time()
    compose(letter, facts)
    seconds = time.process_time() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(*_compose(sys.argv[1]))
