"""Which of a page's labelled amounts is the total, and what is still to pay: the ones whose sums agree win."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.domain.findings import Found
from agent.domain.invoice_parts import VatLine
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import where

CLOSE = Decimal("0.02")
_NOTHING = Decimal(0)
_WEIGHT = {"total": 1.0, "amount_due": 0.95, "plain_total": 0.85}


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount that a label names."""

    field: str
    value: Decimal
    cell: Cell
    label: str
    currency: str
    relation: str

    @property
    def place(self) -> tuple[int, float]:
        """For the order on the page."""
        return self.cell.line, self.cell.x0

    def found(self, rule: str, sure: float) -> Found[Decimal]:
        """The amount as a finding."""
        return Found(self.value, min(sure, self.cell.sure), where(rule, self.cell, self.label))


@dataclass(frozen=True, slots=True)
class Sums:
    """The chosen total; net and VAT where they were needed; `agrees` when the page's own sums lead to it."""

    total: Entry
    net: Entry | None
    vat: Entry | None
    strength: float

    @property
    def agrees(self) -> bool:
        """Whether other amounts of the page make this total."""
        return self.strength > 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The amounts of a page: labelled ones, the rows of its VAT table, and all that is printed as money, by line."""

    entries: Sequence[Entry]
    rows: Sequence[VatLine]
    printed: Mapping[int, Mapping[Decimal, Cell]]

    def of(self, *fields: str) -> list[Entry]:
        """The entries of these fields in reading order."""
        return [entry for entry in self.entries if entry.field in fields]

    def choose(self) -> Sums | None:
        """The total: the best label, and above all sums that agree; None when no label names one."""
        options = [self._support(entry) for entry in self.of(*_WEIGHT)]
        best = max(options, key=_score, default=None)
        return self._before_deposit(best) if best is not None and not best.agrees else best

    def _before_deposit(self, best: Sums) -> Sums:
        """The total of which only the rest is asked: what is asked and a deposit make an amount printed above the deposit."""
        asked = best.total
        for deposit in self.of("deposit") if asked.field != "total" else ():
            whole = asked.value + abs(deposit.value)
            for line in range(deposit.cell.line - 1, deposit.cell.line - 9, -1) if deposit.value else ():
                cell = self.printed.get(line, {}).get(whole)
                if cell is not None:
                    named = next((e.label for e in self.entries if e.cell is cell), "")
                    total = Entry("total", whole, cell, named, asked.currency, "right")
                    return Sums(total, None, None, 0.3)
        return best

    def _support(self, total: Entry) -> Sums:
        """The total with what makes it, by the first of these rules that holds."""
        return next(
            (Sums(total, net, vat, strength) for net, vat, strength in self._explanations(total.value, total)),
            Sums(total, None, None, 0.0),
        )

    def _explanations(self, total: Decimal, entry: Entry) -> Iterator[tuple[Entry | None, Entry | None, float]]:
        nets = [e for e in reversed(self.of("net", "plain_total")) if e.value and e is not entry]
        vats = [e for e in reversed(self.of("vat")) if e.value]
        for net in nets:
            yield from ((net, vat, 0.5) for vat in vats if _near(net.value + vat.value, total) and net.value != total)
        whole = sum((value for _, value in {(e.cell.line, e.value) for e in vats}), _NOTHING)
        taxed = sum((row.amount or _NOTHING for row in self.rows), _NOTHING)
        proper = [net for net in nets if net.field == "net"]
        paid = {abs(e.value) for e in self.of("deposit")}
        for net in proper:
            if any(tax and _near(net.value + tax, total) for tax in (whole, taxed)):
                yield net, None, 0.45
            apart = total - net.value
            if apart and abs(apart) not in paid and self._printed_between(apart, net, entry):
                yield net, None, 0.4
        bases = sum((row.base or _NOTHING for row in self.rows), _NOTHING)
        if self.rows and _near(bases + taxed, total):
            yield None, None, 0.4
        untaxed = not taxed and (not vats or not self.of("vat")[-1].value)
        yield from ((net, None, 0.3) for net in proper if untaxed and _near(net.value, total))

    def _printed_between(self, value: Decimal, first: Entry, last: Entry) -> bool:
        lines = range(first.cell.line + 1, last.cell.line)
        return len(lines) <= 8 and any(value in self.printed.get(line, ()) for line in lines)

    def due(self, total: Entry, sure: float) -> tuple[Found[Decimal] | None, Found[Decimal] | None]:
        """What is still to pay and what was paid before: as printed, or one from the other."""
        deposits = [e for e in self.of("deposit") if abs(e.value) <= abs(total.value) * 3]
        asked = [e for e in self.of("amount_due") if e is not total]
        rounding = next((e.value for e in self.of("rounding") if abs(e.value) < 1), _NOTHING)
        for entry in reversed(asked):
            for paid, source in _paid_options(deposits):
                if _near(total.value + rounding - abs(paid), entry.value):
                    return entry.found("due by label, sums agree", 0.985), Found(
                        abs(paid), min(0.97, source.cell.sure), where("deposit by label", source.cell, source.label)
                    )
        apart = [e for e in asked if not _near(e.value, total.value)]
        if apart and not any(_near(e.value, total.value) and e.place > apart[-1].place for e in asked):
            return _apart(apart[-1], total, rounding)
        unpaid = [e for e in deposits if e.value]
        if unpaid and not asked and total.field != "amount_due":
            entry = unpaid[-1]
            rest = total.value - abs(entry.value)
            return Found(rest, 0.8, where("total less deposit", entry.cell, entry.label)), Found(
                abs(entry.value), 0.8, where("deposit by label", entry.cell, entry.label)
            )
        same = next((e for e in reversed(asked) if _near(e.value, total.value)), total)
        rule = "due by label" if same.field == "amount_due" else "total, nothing paid before"
        none_paid = deposits[-1].found("deposit by label", 0.95) if deposits and not deposits[-1].value else None
        return same.found(rule, min(sure, 0.975)), none_paid


def _score(sums: Sums) -> float:
    entry = sums.total
    below = 0.2 if entry.relation == "below" else 0.0
    return _WEIGHT[entry.field] + sums.strength - below + 0.0001 * entry.cell.line


def _apart(due: Entry, total: Entry, rounding: Decimal) -> tuple[Found[Decimal], Found[Decimal] | None]:
    """An amount due that differs from the total, with the deposit that must lie between them."""
    if rounding and _near(total.value + rounding, due.value, Decimal(0)):
        return due.found("due by label, rounded", 0.97), None
    gap = total.value - due.value
    return due.found("due by label", 0.88), Found(
        gap, 0.85, where("total less due", due.cell, due.label)
    ) if gap > 0 else None


def _paid_options(deposits: Sequence[Entry]) -> Iterator[tuple[Decimal, Entry]]:
    """Each deposit by itself, then all of them together."""
    yield from ((entry.value, entry) for entry in deposits)
    if len(deposits) > 1:
        by_line = {entry.cell.line: abs(entry.value) for entry in deposits}
        yield sum(by_line.values(), _NOTHING), deposits[-1]


def _near(one: Decimal, other: Decimal, within: Decimal = CLOSE) -> bool:
    return abs(one - other) <= within
