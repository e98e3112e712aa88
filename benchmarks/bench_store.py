"""What one atomic commit costs in a small and in a large store, how fast a large one opens, and how little memory it takes."""

from __future__ import annotations

import atexit
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from agent.domain import events as ev
from agent.domain.invoices import Invoice
from agent.domain.ledger import Ledger, replay
from agent.domain.money import Money
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Box, Commit, MessageRecord, Timer
from agent.store.tinydb_store import TinyStore

NAMES = ("commit_1k", "commit_100k", "cold_start_100k", "rss_100k")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INVOICES_A_DEBTOR = 10
_BATCH = 200  # debtors written in one transaction while a store is filled
_COMMITS = 400
_TEXT = "Madame, Monsieur,\n\nVeuillez trouver ci-après le relevé de votre compte.\n" * 8


def run() -> Iterator[dict[str, object]]:
    """The measurements, one row each."""
    yield from commit_rows({"commit_1k": 1_000, "commit_100k": 100_000})
    yield cold_start_row(100_000)
    yield rss_row(100_000)


@cache
def built(invoices: int) -> Path:
    """The file of a store that holds this many open invoices, of ten a debtor, with statements sent; filled once a process."""
    folder = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "relance.db"
    store = TinyStore.open(path)
    debtors = range(invoices // INVOICES_A_DEBTOR)
    for first in range(0, len(debtors), _BATCH):
        with store.db.transaction():
            for debtor in debtors[first : first + _BATCH]:
                store.commit(_debtor(debtor))
    store.close()
    return path


def commit_rows(sizes: Mapping[str, int]) -> Iterator[dict[str, object]]:
    """Milliseconds of one commit (one item and one event, one outgoing mail, one message), median; floor: one fsynced append.

    The stores take turns, so that whatever else the machine does meanwhile weighs on all of them alike.
    """
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "floor").open("ab") as floor:
        stores = {name: _copy(invoices, Path(folder) / f"{name}.db") for name, invoices in sizes.items()}
        taken: dict[str, list[float]] = {name: [] for name in sizes}
        floors: dict[str, list[float]] = {name: [] for name in sizes}
        for number in range(_COMMITS):
            for name, store in stores.items():
                item = item_id(number * 7919 % (sizes[name] // INVOICES_A_DEBTOR), 0)
                change = payment(store.ledger([item]), item, number)
                taken[name].append(_seconds(partial(store.commit, change)))
                floors[name].append(_seconds(partial(_append, floor)))
        for store in stores.values():
            store.close()
    for name in sizes:
        yield _row(name, _ms(taken[name]), "ms", "fsynced append of 4 kB", _ms(floors[name]))


def _copy(invoices: int, path: Path) -> TinyStore:
    shutil.copy(built(invoices), path)
    return TinyStore.open(path)


def _append(file: IO[bytes]) -> None:
    file.write(b"x" * 4096)
    file.flush()
    os.fsync(file.fileno())


def _seconds(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started


def cold_start_row(invoices: int) -> dict[str, object]:
    """Seconds from opening the store to its first answers; floor: starting Python with the same imports."""
    script = "from pathlib import Path; from agent.store.tinydb_store import TinyStore; path = Path({path!r})\n"
    answers = "s = TinyStore.open(path); s.next_timer(); s.next_mail(); s.find([('number', '2026000001')]); s.close()"
    empty = _timed(script.format(path=str(built(invoices))) + "pass")
    taken = _timed(script.format(path=str(built(invoices))) + answers)
    return _row("cold_start_100k", taken, "s", "python with its imports", empty)


def rss_row(invoices: int) -> dict[str, object]:
    """Peak memory in MB of a process that opens the store, walks all items and commits; floor: the same with an empty store."""
    code = "import sys; from benchmarks.bench_store import walk; walk(sys.argv[1])"
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.db"
        TinyStore.open(empty).close()
        peak, floor = (float(_python(code, str(path))) for path in (built(invoices), empty))
    return _row("rss_100k", peak, "MB", "the same with an empty store", floor)


def walk(path: str) -> None:
    """Touch everything as a daemon may, and print the peak memory in MB."""
    store = TinyStore.open(Path(path))
    sum(1 for _ in store.items(open_only=True))
    store.timers(NOW + timedelta(days=400), limit=100)
    list(store.messages(limit=100))
    store.close()
    # VmHWM, since ru_maxrss also counts the parent that this process was forked from (getrusage(2), fs/exec.c)
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def _row(name: str, value: float, unit: str, floor_name: str, floor: float) -> dict[str, object]:
    row: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit}
    return row | {"floor_name": floor_name, "floor_value": round(floor, 3), "ratio": round(value / floor, 2)}


def _ms(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000


def _timed(code: str) -> float:
    taken = []
    for _ in range(5):
        started = perf_counter()
        _python(code)
        taken.append(perf_counter() - started)
    return statistics.median(taken)


def _python(code: str, *arguments: str) -> str:
    return subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True).stdout


def _account(debtor: int) -> str:
    return f"acme-debtor-{debtor:06}"


def item_id(debtor: int, position: int) -> str:
    return f"acme-{debtor * INVOICES_A_DEBTOR + position:08}"


def _invoice(debtor: int, position: int) -> Invoice:
    number = debtor * INVOICES_A_DEBTOR + position
    issued = date(2025, 12, 1) + timedelta(days=number % 60)
    return Invoice(
        id=item_id(debtor, position),
        creditor=f"creditor-{debtor % 50}",
        number=f"2026-{number:06}",
        issue_date=issued,
        due_date=issued + timedelta(days=30),
        total=Money.of(f"{100 + number % 900}.{number % 100:02}", "EUR"),
        deposit=Money.zero("EUR"),
        debtor=_account(debtor),
        iban="BE68539007547034",
        reference=f"{number:012}",
        filename=f"invoice-{number}.pdf",
    )


def _debtor(debtor: int) -> Commit:
    account, creditor = _account(debtor), f"creditor-{debtor % 50}"
    head: dict[str, Any] = {"at": NOW, "source": f"mail-{debtor}", "creditor": creditor}
    bills = [_invoice(debtor, position) for position in range(INVOICES_A_DEBTOR)]
    mail = _mail(f"statement:{creditor}:{account}:EUR:1", creditor)
    statement: dict[str, Any] = {
        "debtor": account,
        "currency": "EUR",
        "cycle": 1,
        "items": tuple(b.id for b in bills),
        "mail": mail.key,
    }
    events: tuple[ev.Event, ...] = (
        ev.DebtorOpened(**head, debtor=account, name=f"Debtor {debtor} SA", number=f"BE{debtor:010}"),
        ev.ContactAdded(**head, debtor=account, address=f"accounts@debtor{debtor}.example"),
        *(ev.InvoiceRegistered(**head, item=bill.id, invoice=bill) for bill in bills),
        ev.StatementQueued(**head, **statement, on=NOW.date(), level="friendly"),
        ev.StatementSent(**head, **statement, on=NOW.date()),
    )
    after = replay(events)
    sent = replace(mail, state=OutboxState.SENT, sent_at=NOW, attempts=1)
    return Commit(
        events=events,
        states=(*after.accounts.values(), *after.items.values()),
        outgoing=(sent,),
        message=_message(f"mail-{debtor}", creditor),
        timers=(Timer(account, NOW + timedelta(days=15, minutes=debtor % 10_000)),),
    )


def payment(ledger: Ledger, item: str, number: int) -> Commit:
    creditor = ledger.items[item].creditor
    paid = ev.PaymentReceived(
        at=NOW,
        source=f"paid-{number}",
        creditor=creditor,
        item=item,
        amount=Money.of("1.00", "EUR"),
        on=NOW.date(),
        evidence="creditor",
    )
    return Commit(
        events=(paid,),
        states=(replay([paid], ledger).items[item],),
        outgoing=(_mail(f"receipt:{number}", creditor),),
        message=_message(f"paid-{number}", creditor),
    )


def _mail(key: str, creditor: str) -> OutgoingMail:
    return OutgoingMail(
        id=key.replace(":", "-"),
        key=key,
        kind="statement",
        creditor=creditor,
        sender="accounts@agency.example",
        sender_name="Agency",
        to=("accounts@debtor.example",),
        message_id=f"<{key}@agency.example>",
        subject="Relevé de compte",
        text=_TEXT,
        html=f"<p>{_TEXT}</p>",
        queued_at=NOW,
        not_before=NOW + timedelta(days=300),
    )


def _message(key: str, creditor: str) -> MessageRecord:
    return MessageRecord(
        key=key,
        message_id=f"<{key}@creditor.example>",
        received_at=NOW,
        sender="owner@creditor.example",
        role="owner",
        kind="invoice",
        because="a PDF from a proved creditor",
        box=Box.HANDLED,
        creditor=creditor,
        subject="Factures",
    )
