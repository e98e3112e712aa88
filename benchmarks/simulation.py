"""The schedule of a service with 10,000 creditors and 10 million invoices: python -m benchmarks.simulation [INVOICES=…] [DAYS=1].

Who is to be written to on a day is found in a calendar of debtors' accounts, as the store's timers are; what is written, and when the
account is looked at next, is decided by the rules of the service on an account folded from its events. A book ten times as large
has ten times as many accounts that are due on a day; one of them must cost what it costs in a small book.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from agent.domain import events as ev
from agent.domain.decide.accounts import due
from agent.domain.decide.context import Context
from agent.domain.dunning import wake_on
from agent.domain.dunning_plan import DunningPlan
from agent.domain.invoices import Invoice
from agent.domain.ledger import Ledger, replay
from agent.domain.money import Money
from agent.domain.parties import Creditor, Person, Role

CREDITORS, INVOICES_A_DEBTOR = 10_000, 10
SIZES = (100_000, 1_000_000, 10_000_000)
TODAY = date(2026, 3, 2)
_PLAN = DunningPlan()
_YEAR, _TERM, _LONGEST = 365, 30, 150  # days: of issues, to the due date, until what will be paid is paid
_NEVER = (
    10  # one invoice of so many is not paid, and goes elsewhere when its creditor was asked after the last statement:
)
_DECIDED = 65  # days after it was ready
_TWO_PRIMES = (2_654_435_761, 40_503)


@dataclass
class Day:
    """What one day brought."""

    accounts: int = 0
    statements: int = 0
    items: int = 0
    questions: int = 0
    seconds: float = 0.0


@dataclass
class Calendar:
    """Which accounts are to be looked at on which day, by their numbers."""

    days: dict[date, array[int]] = field(default_factory=lambda: defaultdict(lambda: array("I")))

    def note(self, day: date, account: int) -> None:
        """Look at this account on this day."""
        self.days[day].append(account)


def main(arguments: list[str]) -> int:
    """One line of JSON for each size of the book: what a due account and a due item cost in microseconds of one core."""
    told = dict(argument.partition("=")[::2] for argument in arguments)
    sizes = (int(told["INVOICES"]),) if "INVOICES" in told else SIZES
    for invoices in sizes:
        print(json.dumps(simulated(invoices, int(told.get("DAYS", "1")))), flush=True)
    return 0


def simulated(invoices: int, days: int) -> dict[str, object]:
    """The figures of so many working days."""
    accounts = invoices // INVOICES_A_DEBTOR
    begun = process_time()
    calendar = scheduled(accounts)
    filled = process_time() - begun
    passed = [_played(calendar, TODAY + timedelta(days=number)) for number in range(days)]
    looked, items = sum(d.accounts for d in passed), sum(d.items for d in passed)
    seconds = sum(d.seconds for d in passed)
    return {
        "invoices": invoices,
        "accounts": accounts,
        "scheduled_us_an_account": round(filled / accounts * 1e6, 1),
        "days": days,
        "accounts_due": looked,
        "statements": sum(d.statements for d in passed),
        "items_listed": items,
        "questions": sum(d.questions for d in passed),
        "us_a_due_account": round(seconds / max(looked, 1) * 1e6, 1),
        "us_an_item_listed": round(seconds / max(items, 1) * 1e6, 1),
        "core_seconds_a_day": round(seconds / days, 1),
        "peak_mb": _peak(),
    }


def scheduled(accounts: int) -> Calendar:
    """The calendar in the middle of a year of business: each account on the day of its next statement, or when an item is ready."""
    calendar = Calendar()
    for account in range(accounts):
        day = _next_day(account)
        if day is not None:
            calendar.note(day, account)
    return calendar


def _next_day(account: int) -> date | None:
    """The first day of the account's rhythm on which something will be ready, if it is not paid by then; all by arithmetic."""
    phase = account % _PLAN.spacing_days
    for ahead in range(phase, phase + 3 * _PLAN.spacing_days, _PLAN.spacing_days):
        if any(_is_open(account, n, ahead) and _ready(account, n) <= ahead for n in range(INVOICES_A_DEBTOR)):
            return TODAY + timedelta(days=ahead)
    return None


def _drawn(account: int, number: int) -> int:
    return (account * _TWO_PRIMES[0] + number * _TWO_PRIMES[1]) >> 7 & 0xFFFFFF


def _issued(account: int, number: int) -> int:
    """Days from today, most of them before it."""
    return _drawn(account, number) % _YEAR - _YEAR + 30


def _ready(account: int, number: int) -> int:
    return _issued(account, number) + _TERM + _PLAN.grace_days + 1


def _is_open(account: int, number: int, ahead: int) -> bool:
    drawn = _drawn(account, number + INVOICES_A_DEBTOR)
    paid = _issued(account, number) + drawn % _LONGEST
    if drawn % _NEVER == 0:
        paid = _ready(account, number) + _DECIDED
    return _issued(account, number) <= ahead < paid


def _played(calendar: Calendar, day: date) -> Day:
    """Look at the accounts of this day: decide, fold what was decided, note when each comes next."""
    found = Day()
    begun = process_time()
    for account in calendar.days.pop(day, ()):
        _looked_at(account, day, calendar, found)
    found.seconds = process_time() - begun
    return found


def _looked_at(number: int, day: date, calendar: Calendar, found: Day) -> None:
    ledger = replay(_history(number, (day - TODAY).days))
    creditor = _creditor(number)
    at = datetime.combine(day, time(9), UTC)
    context = Context(at, day, f"tick:{number}", creditor, _PLAN)
    decision = due(ledger, ledger.accounts[_name(number)], context)
    after: Ledger = decision.after(ledger)
    account = after.accounts[_name(number)]
    following = wake_on(account, after.of_account(account.id), _PLAN)
    if following is not None:
        calendar.note(max(following, day + timedelta(days=1)), number)
    queued = [event for event in decision.events if isinstance(event, ev.StatementQueued)]
    found.accounts += 1
    found.statements += len(queued)
    found.items += sum(len(event.items) for event in queued)
    found.questions += sum(isinstance(event, ev.QuestionAsked) for event in decision.events)


def _history(number: int, ahead: int) -> Iterator[ev.Event]:
    """What the journal says of an account's open items: how it began, the invoices, and the statements that listed them."""
    name, creditor = _name(number), _creditor(number).id
    head: dict[str, Any] = {"at": datetime(2025, 1, 1, tzinfo=UTC), "source": "m", "creditor": creditor}
    yield ev.DebtorOpened(**head, debtor=name, name=f"Debtor {number} SA", number=f"BE{number:010}")
    yield ev.ContactAdded(**head, debtor=name, address=f"accounts@debtor{number}.example")
    open_ones = [n for n in range(INVOICES_A_DEBTOR) if _is_open(number, n, ahead)]
    for n in open_ones:
        bill = _invoice(number, n)
        yield ev.InvoiceRegistered(**head, item=bill.id, invoice=bill)
    listed = dict.fromkeys(open_ones, 0)
    first = number % _PLAN.spacing_days - _PLAN.spacing_days * 12
    for cycle, then in enumerate(range(first, ahead, _PLAN.spacing_days), 1):
        items = [n for n in open_ones if _ready(number, n) <= then and listed[n] < _PLAN.statements]
        if items:
            listed |= {n: listed[n] + 1 for n in items}
            yield from _statement(head, number, cycle, items, then)


def _statement(head: dict[str, Any], number: int, cycle: int, items: list[int], then: int) -> Iterator[ev.Event]:
    on = TODAY + timedelta(days=then)
    told: dict[str, Any] = {
        **head,
        "debtor": _name(number),
        "currency": "EUR",
        "cycle": cycle,
        "items": tuple(_invoice(number, n).id for n in items),
        "mail": f"statement:{number}:{cycle}",
        "on": on,
    }
    yield ev.StatementQueued(**told, level="friendly")
    yield ev.StatementSent(**told)


def _name(number: int) -> str:
    return f"debtor-{number:07}"


def _creditor(number: int) -> Creditor:
    id_ = f"creditor-{number % CREDITORS:05}"
    return Creditor(id_, id_, (Person(f"owner@{id_}.example", Role.OWNER),))


def _invoice(number: int, n: int) -> Invoice:
    issued = TODAY + timedelta(days=_issued(number, n))
    whole = number * INVOICES_A_DEBTOR + n
    return Invoice(
        id=f"item-{whole:08}",
        creditor=_creditor(number).id,
        number=f"2026-{whole:08}",
        issue_date=issued,
        due_date=issued + timedelta(days=_TERM),
        total=Money.of(f"{100 + whole % 900}.00", "EUR"),
        deposit=Money.zero("EUR"),
        debtor=_name(number),
    )


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
