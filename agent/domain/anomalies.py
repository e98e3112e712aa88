"""What looks odd in a creditor's invoices and is worth his look: numbers left out, the same invoice twice, an unusual amount,
another bank account.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from agent.domain.payees import PayeeAccount
from agent.domain.states import ItemState, OpenItem

# A number is its last run of figures; what stands before and behind it names the series ("2026-", "F/…/B").
_SERIES = re.compile(r"^(.{0,40}?)(\d{1,9})(\D{0,10})$")
_LEAST_IN_SERIES, _LARGEST_HOLE = 5, 5
_LEAST_KNOWN, _TIMES = 5, 4
_APART = timedelta(days=3)
_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One oddity. `code` is gap, twin, unusual or account; `items` are those concerned, `numbers` what is missing or told of."""

    code: str
    items: tuple[str, ...]
    numbers: tuple[str, ...]
    standing: str = ""


def anomalies(items: Sequence[OpenItem], since: date, payees: Iterable[PayeeAccount] = ()) -> tuple[Anomaly, ...]:
    """What is odd among a creditor's items, as far as invoices handed over since this day are concerned; accounts met since come first."""
    kept = [i for i in items if i.state is not ItemState.WITHDRAWN and not i.invoice.credit_note]
    new = {i.id for i in kept if i.registered_at.date() >= since}
    found = (*_gaps(kept), *_twins(kept), *_unusual(kept))
    met = sorted((p for p in payees if p.met_at.date() >= since), key=lambda p: (p.met_at, p.iban))
    accounts = (_account(payee, kept) for payee in met)
    return (*accounts, *(anomaly for anomaly in found if not new.isdisjoint(anomaly.items)))


def _account(payee: PayeeAccount, items: Iterable[OpenItem]) -> Anomaly:
    """Another account than the creditor's own, on his documents or told in his name: shortened, so that no report hands it on."""
    named = [i for i in items if payee.iban in i.invoice.foreign_ibans]
    short = f"{payee.iban[:4]}…{payee.iban[-4:]}"
    return Anomaly(
        "account",
        tuple(i.id for i in named),
        (short, *(i.invoice.number for i in named[:_NUMBERS])),
        payee.standing.value,
    )


def _gaps(items: Iterable[OpenItem]) -> Iterator[Anomaly]:
    """Numbers that nobody handed over between two that were: perhaps an invoice that was forgotten."""
    series: dict[tuple[str, str, int], dict[int, OpenItem]] = defaultdict(dict)
    for item in items:
        match = _SERIES.match(item.invoice.number)
        if match:
            # 0118 and 118 are two series, while 99 and 100 are one
            padded = len(match[2]) if match[2].startswith("0") else 0
            series[match[1], match[3], padded][int(match[2])] = item
    for (before, behind, padded), held in series.items():
        numbers = sorted(held)
        if len(numbers) < _LEAST_IN_SERIES or len(numbers) < 0.8 * (numbers[-1] - numbers[0] + 1):
            continue
        for low, high in itertools.pairwise(numbers):
            if 1 < high - low <= _LARGEST_HOLE:
                missing = tuple(f"{before}{n:0{padded}}{behind}" for n in range(low + 1, high))
                yield Anomaly("gap", (held[low].id, held[high].id), missing)


def _twins(items: Iterable[OpenItem]) -> Iterator[Anomaly]:
    """Two invoices of one debtor over one amount, days apart, under different numbers."""
    alike: dict[tuple[str, object], list[OpenItem]] = defaultdict(list)
    for item in items:
        if item.invoice.debtor:
            alike[item.invoice.debtor, item.invoice.total].append(item)
    for found in alike.values():
        found.sort(key=lambda i: (i.invoice.issue_date, i.invoice.number))
        for one, other in itertools.pairwise(found):
            if other.invoice.issue_date - one.invoice.issue_date <= _APART:
                yield Anomaly("twin", (one.id, other.id), (one.invoice.number, other.invoice.number))


def _unusual(items: Iterable[OpenItem]) -> Iterator[Anomaly]:
    """An invoice over several times what this debtor is usually sent."""
    by_debtor: dict[tuple[str, str], list[OpenItem]] = defaultdict(list)
    for item in items:
        by_debtor[item.invoice.debtor, item.invoice.total.currency].append(item)
    for (debtor, _), found in by_debtor.items():
        if not debtor or len(found) <= _LEAST_KNOWN:
            continue
        usual = median(i.invoice.total.amount for i in found)
        for item in found:
            if usual > 0 and item.invoice.total.amount >= _TIMES * usual:
                yield Anomaly("unusual", (item.id,), (item.invoice.number,))
