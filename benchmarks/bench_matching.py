"""The money that comes in: one payment against a hundred thousand open items, a large statement, a search for sets of items."""

from __future__ import annotations

import random
import statistics
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from time import perf_counter
from xml.etree import ElementTree as ET

from agent.domain.findings import Entry, Unreadable
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.matching import Book, BookDebtor, BookItem, LedgerBook, Policy, match
from agent.domain.matching.subsets import search
from agent.parsers.statements import read_statement
from agent.store.tinydb_store import TinyStore
from benchmarks.bench_store import built

NAMES = ("match_100k", "match_100k_store", "match_100k_memory", "camt_10k", "camt_10k_memory", "subset_24")
ITEMS, DEBTORS, ENTRIES, PAYMENTS = 100_000, 8_000, 10_000, 2_000
FILES_ENTRIES, FILE = 1_000, 50
START = date(2027, 1, 1)


def run() -> Iterator[dict[str, object]]:
    yield _match_100k()
    yield from _match_100k_store()
    yield from _camt_10k()
    yield _subset_24()


def _measured(name: str, value: float, unit: str, floor_name: str, floor: float) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 4),
        "unit": unit,
        "floor_name": floor_name,
        "floor_value": round(floor, 6),
        "ratio": round(value / floor, 1) if floor else None,
    }


def _match_100k() -> dict[str, object]:
    """The mean of payments of all habits: by number, with a slip, by account and amount, and with nothing to go by."""
    rng = random.Random(7)
    book = _large_book(rng)
    payments = [_payment(rng, book, habit % 4) for habit in range(PAYMENTS)]
    begun = perf_counter()
    for payment in payments:
        match(payment, book)
    taken = (perf_counter() - begun) * 1000 / PAYMENTS
    numbers = {item.number: item for item in book.items.values()}
    wanted = list(numbers)[:PAYMENTS]
    begun = perf_counter()
    for number in wanted:
        numbers[number]
    floor = (perf_counter() - begun) * 1000 / PAYMENTS
    return _measured("match_100k", taken, "ms", "one dictionary lookup", floor)


def _match_100k_store() -> Iterator[dict[str, object]]:
    """As the service does it: files of fifty movements against the store's index, items and accounts read and decoded for them."""
    rng = random.Random(7)
    store = TinyStore.open(built(ITEMS), read_only=True)
    items = list(islice(store.items(), 0, ITEMS, ITEMS // FILES_ENTRIES))
    debtors = store.ledger({i.invoice.debtor for i in items}).accounts
    payments = [_stored_payment(item, debtors[item.invoice.debtor], n % 4) for n, item in enumerate(items)]
    rng.shuffle(payments)
    files = [payments[n : n + FILE] for n in range(0, len(payments), FILE)]
    taken = _seconds(lambda: _match_files(store, items[0].creditor, files)) * 1000 / len(payments)
    floor = _seconds(lambda: [store.find([("number", item.invoice.number)]) for item in items]) * 1000 / len(items)
    yield _measured("match_100k_store", taken, "ms", "one look-up in the store's index", floor)
    tracemalloc.start()
    _match_files(store, items[0].creditor, files[:4])
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    yield _measured("match_100k_memory", peak, "MB", "a file of fifty movements", FILE * 0.0005)
    store.close()


def _match_files(store: TinyStore, creditor: str, files: list[list[Entry]]) -> None:
    for file in files:
        book = LedgerBook(store, creditor)
        book.prepare(file)
        for entry in file:
            match(entry, book)


def _stored_payment(item: OpenItem, debtor: DebtorAccount, habit: int) -> Entry:
    number = item.invoice.number
    text = (f"facture {number}", f"fact {number[:-1]}", "paiement", "")[habit]
    amount = item.balance.amount
    return Entry(amount, "EUR", date(2027, 4, 1), counterparty_name=debtor.name, remittance=text, fingerprint=item.id)


def _large_book(rng: random.Random) -> Book:
    words = [
        f"{a}{b}"
        for a in ("Bou", "Mar", "Lin", "Tor", "Vel", "Sca", "Bre")
        for b in ("lin", "tex", "dor", "gan", "vio")
    ]
    debtors = [
        BookDebtor(f"d{n}", f"{rng.choice(words)} {rng.choice(words)} {n % 97} SRL", ibans=(f"BE{n:014}",))
        for n in range(DEBTORS)
    ]
    items = []
    for n in range(ITEMS):
        amount = Decimal(rng.randint(2_000, 900_000)).scaleb(-2)
        day = START + timedelta(days=n % 60)
        items.append(BookItem(f"i{n}", f"d{n % DEBTORS}", f"F2027-{n:06}", day, "EUR", amount, amount))
    return Book.of(items, debtors)


def _payment(rng: random.Random, book: Book, habit: int) -> Entry:
    item = book.items[f"i{rng.randrange(ITEMS)}"]
    debtor = book.debtors[item.debtor]
    text = (f"facture {item.number}", f"fact {item.number[3:-1]}", "paiement", "")[habit]
    iban = debtor.ibans[0] if habit < 3 else ""
    return Entry(
        item.open, "EUR", date(2027, 4, 1), counterparty_name=debtor.name, counterparty_iban=iban, remittance=text
    )


def _camt_10k() -> Iterator[dict[str, object]]:
    """Time and memory of reading a statement of ten thousand entries; the floor is the bare XML parser on the same bytes."""
    content = _large_camt()
    floor = _seconds(lambda: ET.fromstring(content))
    yield _measured("camt_10k", _seconds(lambda: _read(content)), "s", "ElementTree on the same bytes", floor)
    tracemalloc.start()
    _read(content)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    yield _measured("camt_10k_memory", peak, "MB", "the file itself", len(content) / 1e6)


def _read(content: bytes) -> None:
    outcome = read_statement(content, "camt.xml")
    assert not isinstance(outcome, Unreadable)
    assert len(outcome[0].entries) == ENTRIES


def _best(work: Callable[[], object]) -> float:
    """The best of three runs: what the work itself takes on a machine that does other things too."""
    times = []
    for _ in range(3):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return min(times)


def _seconds(work: object) -> float:
    assert callable(work)
    times = []
    for _ in range(3):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return statistics.median(times)


def _large_camt() -> bytes:
    entry = (
        '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-03-01</Dt></BookgDt>'
        "<ValDt><Dt>2027-03-01</Dt></ValDt><AcctSvcrRef>REF{n:08}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        "<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs>"
        "<RltdPties><Dbtr><Pty><Nm>Debtor {n}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></DbtrAcct></RltdPties>"
        "<RmtInf><Ustrd>facture F2027-{n:06} merci</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
    body = "".join(entry.format(n=n, amount=f"{100 + n}.{n % 100:02}") for n in range(ENTRIES))
    head = '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'
    account = "<Acct><Id><IBAN>BE71096123456769</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    return f"{head}{account}{body}</Stmt></BkToCstmrStmt></Document>".encode()


def _subset_24() -> dict[str, object]:
    """The worst of many searches among 24 items, half of them for an amount that no set makes."""
    rng = random.Random(3)
    worst, floor = 0.0, 0.0
    for attempt in range(40):
        amounts = [Decimal(rng.randint(5_000, 500_000)).scaleb(-2) for _ in range(24)]
        items = [BookItem(f"i{n}", "d", f"{n}", START, "EUR", a, a) for n, a in enumerate(amounts)]
        wanted = sum(rng.sample(amounts, 4), Decimal(0)) + (Decimal("0.01") if attempt % 2 else Decimal(0))
        worst = max(worst, _best(lambda: search(items, wanted, nodes=Policy().subset_nodes)))  # noqa: B023 - called at once
        floor = max(floor, _best(lambda: sum(amounts, Decimal(0))))  # noqa: B023 - called at once
    return _measured("subset_24", worst * 1000, "ms", "one sum of the amounts", floor * 1000)
