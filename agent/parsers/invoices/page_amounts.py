"""The amounts of a printed page: labelled candidates first, then the ones whose sums agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from agent.domain.findings import Found, VatLine
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Named, Sheet, where
from agent.parsers.lexers.amounts import Amount, currency_marks, find_amounts
from agent.parsers.lexers.labels import find_labels

_FIELDS = ("total", "plain_total", "amount_due", "net", "vat", "deposit", "rounding", "allowance")
_CLOSE = Decimal("0.02")
_RATES = tuple(
    map(
        Decimal, ("21", "20", "19", "17", "16", "14", "13", "12", "10", "9", "8", "7", "6", "5.5", "5", "3", "2.1", "0")
    )
)
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


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was read; `agrees` when net and VAT make the total."""

    total: Found[Decimal] | None = None
    amount_due: Found[Decimal] | None = None
    net: Found[Decimal] | None = None
    vat: Found[Decimal] | None = None
    deposit: Found[Decimal] | None = None
    currency: Found[str] | None = None
    vat_lines: tuple[VatLine, ...] = ()


def read_amounts(sheet: Sheet) -> Amounts:
    """The sums of the invoice."""
    entries = list(_entries(sheet))
    rows = list(vat_rows(sheet))
    total, net, vat, agrees = _total(entries, rows)
    if total is None:
        return Amounts(vat_lines=tuple(rows))
    rivals = {e.value for e in entries if e.field == "total" and abs(e.value - total.value) > _CLOSE}
    sure = _confidence(total, agrees, bool(rivals))
    due, deposit = _due(entries, total, sure)
    return Amounts(
        total=_found(total, "total by label" + (", sums agree" if agrees else ""), sure),
        amount_due=due,
        net=_found(net, "net by label", 0.97 if agrees else 0.9) if net is not None else None,
        vat=_found(vat, "VAT by label", 0.97 if agrees else 0.88) if vat is not None else None,
        deposit=deposit,
        currency=_currency(sheet, total),
        vat_lines=tuple(rows),
    )


def _confidence(total: Entry, agrees: bool, rivals: bool) -> float:
    if agrees:
        sure = 0.99 if total.field != "plain_total" else 0.98
    elif rivals:
        sure = 0.7
    else:
        sure = {"total": 0.965, "amount_due": 0.955}.get(total.field, 0.93)
    if total.relation == "below" and not agrees:
        sure = min(sure, 0.7)
    return min(sure, total.cell.sure)


def _found(entry: Entry, rule: str, sure: float) -> Found[Decimal]:
    return Found(entry.value, min(sure, entry.cell.sure), where(rule, entry.cell, entry.label))


def _entries(sheet: Sheet) -> Iterator[Entry]:
    for named in sheet.named(*_FIELDS):
        if named.label.field == "plain_total" and named.cell.text[: named.label.start].count(" ") > 2:
            continue
        placed = _amount_of(sheet, named)
        if placed is not None:
            amount, cell, relation = placed
            yield Entry(named.label.field, amount.value, cell, named.words, amount.currency, relation)


def _amount_of(sheet: Sheet, named: Named) -> tuple[Amount, Cell, str] | None:
    """The amount that this label names: the last in its own cell behind it, the last on its line, or the nearest below."""
    cell, label = named.cell, named.label
    inline = money(cell.text[label.end :])
    later = [
        other
        for other in find_labels(cell.text)
        if other.start >= label.end and other.field in _FIELDS and other.field != label.field
    ]
    if inline and not later:
        return inline[-1], cell, "inline"
    for other in sheet.right_of(cell):
        if any(
            found.start == 0 and found.field in _FIELDS and not money(other.text) for found in find_labels(other.text)
        ):
            return _amount_below(sheet, named)
    right = [(amount, other) for other in sheet.right_of(cell) for amount in money(other.text)]
    if right:
        return right[-1][0], right[-1][1], "right"
    return _amount_below(sheet, named)


def _amount_below(sheet: Sheet, named: Named) -> tuple[Amount, Cell, str] | None:
    label_cell = named.cell.part(named.label.start, named.label.end)
    for other in sheet.below(label_cell, named.cell)[:3]:
        found = money(other.text)
        if found and len(found) == 1 and not any(x.field in _FIELDS for x in find_labels(other.text)):
            return found[0], other, "below"
    return None


def money(text: str) -> list[Amount]:
    """The amounts of a text that are printed as money."""
    return [amount for amount in find_amounts(text) if amount.money]


def vat_rows(sheet: Sheet) -> Iterator[VatLine]:
    """The rows of a VAT table: a rate with its base and the VAT that follows from it."""
    for line in sheet.lines:
        found = list(find_amounts(line.text))
        rates = [
            a.value for a in found if a.percent or (a.decimals in {0, 1, 2} and not a.currency and a.value in _RATES)
        ]
        amounts = [a.value for a in found if a.money and a.value not in rates]
        for rate in rates[:2]:
            row = _row(rate, amounts) if 2 <= len(amounts) <= 4 and 0 <= rate <= 30 else None
            if row is not None:
                yield row
                break


def _row(rate: Decimal, amounts: Sequence[Decimal]) -> VatLine | None:
    for base, vat in combinations(amounts, 2):
        if base and abs(base * rate / 100 - vat) <= _CLOSE and (vat or len(amounts) > 2):
            return VatLine(rate, base, vat)
    return None


def _total(entries: Sequence[Entry], rows: Sequence[VatLine]) -> tuple[Entry | None, Entry | None, Entry | None, bool]:
    """The total with its net and VAT, and whether they agree; without any agreement the best labelled total alone."""
    candidates = [e for e in entries if e.field in _WEIGHT and e.relation != "below"] or [
        e for e in entries if e.field in _WEIGHT
    ]
    below = [e for e in entries if e.field in _WEIGHT and e.relation == "below"]
    best: tuple[float, Entry, Entry | None, Entry | None] | None = None
    for entry in (*candidates, *below):
        net, vat, strength = _support(entry, entries, rows)
        score = _WEIGHT[entry.field] + strength + 0.0001 * entry.cell.line
        if entry.relation == "below":
            score -= 0.2
        if best is None or score > best[0]:
            best = (score, entry, net, vat) if strength else (score, entry, None, None)
    if best is None:
        return None, None, None, False
    return best[1], best[2], best[3], best[2] is not None or _support(best[1], entries, rows)[2] > 0


def _support(
    total: Entry, entries: Sequence[Entry], rows: Sequence[VatLine]
) -> tuple[Entry | None, Entry | None, float]:
    """The net and the VAT entry that make this total, and how much that is worth (0 when none do)."""
    nets = [e for e in entries if e.field in {"net", "plain_total"} and e.value]
    vats = [e for e in entries if e.field == "vat"]
    for net in reversed(nets):
        for vat in reversed(vats):
            if vat.value and abs(net.value + vat.value - total.value) <= _CLOSE and net.value != total.value:
                return net, vat, 0.5
    distinct = {(e.cell.line, e.value) for e in vats}
    whole = sum((value for _, value in distinct), Decimal(0))
    taxed = sum((row.amount or Decimal(0) for row in rows), Decimal(0))
    for net in reversed([e for e in nets if e.field == "net"]):
        for vat_sum in (whole, taxed):
            if vat_sum and abs(net.value + vat_sum - total.value) <= _CLOSE:
                return net, None, 0.45
    bases = sum((row.base or Decimal(0) for row in rows), Decimal(0))
    if rows and abs(bases + taxed - total.value) <= _CLOSE:
        return None, None, 0.4
    untaxed = [e for e in nets if e.field == "net" and abs(e.value - total.value) <= _CLOSE and e is not total]
    if untaxed and not taxed and not any(v.value for v in vats):
        return untaxed[-1], None, 0.3
    return None, None, 0.0


def _due(entries: Sequence[Entry], total: Entry, sure: float) -> tuple[Found[Decimal] | None, Found[Decimal] | None]:
    """What is still to pay and what was paid before: as printed, or one from the other."""
    deposits = [e for e in entries if e.field == "deposit" and abs(e.value) <= abs(total.value) * 3]
    printed = [e for e in entries if e.field == "amount_due" and e is not total]
    paid = _deposit_total(deposits, printed, total)
    for entry in reversed(printed):
        if paid is not None and abs(total.value - abs(paid[0]) - entry.value) <= _CLOSE:
            return _found(entry, "due by label, sums agree", 0.985), Found(
                abs(paid[0]), min(0.97, paid[1].cell.sure), where("deposit by label", paid[1].cell, paid[1].label)
            )
    different = [e for e in printed if abs(e.value - total.value) > _CLOSE]
    if different and not any(abs(e.value - total.value) <= _CLOSE and e.place > different[-1].place for e in printed):
        last = different[-1]
        gap = total.value - last.value
        deposit = Found(gap, 0.9, where("total less due", last.cell, last.label)) if gap > 0 else None
        return _found(last, "due by label", 0.92), deposit
    if deposits and not printed and total.field != "amount_due":
        entry = deposits[-1]
        rest = total.value - abs(entry.value)
        return (
            Found(rest, 0.8, where("total less deposit", entry.cell, entry.label)),
            Found(abs(entry.value), 0.8, where("deposit by label", entry.cell, entry.label)),
        )
    same = next((e for e in reversed(printed) if abs(e.value - total.value) <= _CLOSE), total)
    return Found(
        same.value,
        min(sure, 0.975),
        where("due by label" if same.field == "amount_due" else "total, nothing paid before", same.cell, same.label),
    ), None


def _deposit_total(deposits: Sequence[Entry], printed: Sequence[Entry], total: Entry) -> tuple[Decimal, Entry] | None:
    """The deposit that explains what is due: a single one, or all together."""
    options = [(e.value, e) for e in deposits]
    if len(deposits) > 1:
        lines = {e.cell.line: e for e in deposits}
        options.append((sum((abs(e.value) for e in lines.values()), Decimal(0)), deposits[-1]))
    for value, entry in options:
        if any(abs(total.value - abs(value) - due.value) <= _CLOSE for due in printed):
            return value, entry
    return None


def _currency(sheet: Sheet, total: Entry) -> Found[str] | None:
    if total.currency:
        return Found(total.currency, 0.985, where("currency beside the total", total.cell))
    line = sheet.line_of(total.cell)
    beside = [mark for cell in line.cells for mark in currency_marks(cell.text)]
    if beside:
        return Found(beside[-1], 0.98, where("currency beside the total", total.cell))
    marks = Counter(mark for cell in sheet.cells for mark in currency_marks(cell.text))
    if marks:
        mark, times = marks.most_common(1)[0]
        return Found(mark, 0.975 if times == marks.total() else 0.85, where("the page's currency", total.cell))
    return None
