"""The amounts of a printed page: labelled candidates first, then the ones whose sums agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from agent.domain.alternatives import any_of
from agent.domain.findings import Found
from agent.domain.invoice_parts import VatLine
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.page_sums import CLOSE, Entry, Ledger, Sums
from agent.parsers.invoices.sheet import Named, Sheet, where
from agent.parsers.lexers.amounts import Amount, currency_marks, find_amounts
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.labels import find_labels

_FIELDS = ("total", "plain_total", "amount_due", "net", "vat", "deposit", "rounding", "allowance")
_RATES = tuple(
    map(
        Decimal, ("21", "20", "19", "17", "16", "14", "13", "12", "10", "9", "8", "7", "6", "5.5", "5", "3", "2.1", "0")
    )
)
_VALUE_WORDS = 4
_BRACKETS = re.compile(r"\([^()]{0,60}\)")
# Below what is said without a question.
_DOUBTED = 0.85
_CLAUSE_WORDS = 9
_PENAL = any_of(
    r"minimum|\bmajor|retard|interet|penal|boete|verhog|verwijl|interest|verzug|\blate\b|\bmora\b|zinsen|indemn|schadeverg|impaye"
)
_WORD = re.compile(r"[^\W\d_]{3}")


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
    rows = tuple(vat_rows(sheet))
    printed = {
        line.number: {amount.value: cell for cell in line.cells for amount in money(cell.text)} for line in sheet.lines
    }
    entries = tuple(_entries(sheet))
    ledger = Ledger((*entries, *_table_total(sheet, rows), *_unnamed_total(sheet, entries)), rows, printed)
    sums = ledger.choose()
    if sums is None:
        return Amounts(vat_lines=rows)
    total = sums.total
    sure = _confidence(sums, any(abs(e.value - total.value) > CLOSE for e in ledger.of("total")))
    due, deposit = ledger.due(total, sure)
    if total.field == "amount_due" and not sums.agrees and deposit is None and _exceeded(sheet, total):
        sure = min(sure, _DOUBTED)
    return Amounts(
        total=Found(
            total.value,
            sure,
            where("total by label" + (", sums agree" if sums.agrees else ""), total.cell, total.label),
        ),
        amount_due=due,
        net=sums.net.found("net by label", 0.97) if sums.net is not None else None,
        vat=sums.vat.found("VAT by label", 0.97) if sums.vat is not None else None,
        deposit=deposit,
        currency=_currency(sheet, total),
        vat_lines=rows,
    )


def _confidence(sums: Sums, rivals: bool) -> float:
    field = sums.total.field
    if sums.agrees:
        sure = 0.99 if field != "plain_total" else 0.98
    elif rivals or sums.total.relation == "below":
        sure = 0.7
    else:
        sure = {"total": 0.965, "amount_due": 0.955}.get(field, 0.93)
    # Sums that agree outweigh what OCR thinks of its own letters.
    return min(sure, max(sums.total.cell.sure, 0.955) if sums.agrees else sums.total.cell.sure)


def _exceeded(sheet: Sheet, total: Entry) -> bool:
    """Whether the page prints a larger sum: then what is asked for may be only the rest of the total."""
    return any(amount.value > total.value for cell in sheet.cells for amount in money(cell.text))


def _table_total(sheet: Sheet, rows: Sequence[VatLine]) -> Iterator[Entry]:
    """The amounts that the VAT table itself adds up to, where a page labels its total only by the table's head."""
    whole = sum(((row.base or Decimal(0)) + (row.amount or Decimal(0)) for row in rows), Decimal(0))
    for cell in sheet.cells if whole else ():
        for amount in money(cell.text):
            if amount.value == whole:
                yield Entry("plain_total", amount.value, cell, "VAT table", amount.currency, "right")


def _unnamed_total(sheet: Sheet, entries: Sequence[Entry]) -> Iterator[Entry]:
    """The amount that net and VAT make, where the page prints it behind them without a label that is known."""
    nets = [entry for entry in entries if entry.field == "net" and entry.value]
    taxes = {(entry.cell.line, entry.value): entry for entry in entries if entry.field == "vat" and entry.value}
    if not nets or not taxes:
        return
    last = max(entry.cell.line for entry in taxes.values())
    wanted = {nets[-1].value + sum((entry.value for entry in taxes.values()), Decimal(0))}
    wanted |= {nets[-1].value + entry.value for entry in taxes.values()}
    wanted -= {entry.value for entry in entries}
    for cell in sheet.cells if wanted else ():
        for amount in money(cell.text) if last <= cell.line <= last + 8 else ():
            if amount.value in wanted:
                yield Entry("plain_total", amount.value, cell, "net and VAT", amount.currency, "right")


def _entries(sheet: Sheet) -> Iterator[Entry]:
    for named in sheet.named(*_FIELDS):
        before = named.cell.text[: named.label.start]
        if _in_penal_clause(named):
            continue
        if named.label.words == 1 and (before.count(" ") > 2 or (named.label.field == "total" and before.strip())):
            continue
        placed = _amount_of(sheet, named)
        if placed is not None:
            amount, cell, relation = placed
            yield Entry(named.label.field, amount.value, cell, named.words, amount.currency, relation)


def _in_penal_clause(named: Named) -> bool:
    """Whether the label stands in a sentence about late payment: "… 10 % du montant dû avec un minimum de 75 €"."""
    return len(named.cell.words) >= _CLAUSE_WORDS and _PENAL.search(fold(named.cell.text)) is not None


def _amount_of(sheet: Sheet, named: Named) -> tuple[Amount, Cell, str] | None:
    """The amount that this label names: the last in its own cell behind it, the last on its line, or the nearest below."""
    cell, label = named.cell, named.label
    inline = _inline(cell.text[label.end :], label.field)
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
    return _wrapped(sheet, named) or _amount_below(sheet, named) or _amount_half_below(sheet, named)


def _wrapped(sheet: Sheet, named: Named) -> tuple[Amount, Cell, str] | None:
    """The amount that begins the next line, where a sentence breaks behind its label."""
    cell = named.cell
    if cell.x1 - cell.x0 < 250 or len(cell.text) - named.label.end > 5:
        return None
    for other in sheet.below(cell, cell)[:1]:
        found = money(other.text)
        if found and found[0].start == 0 and abs(other.x0 - cell.x0) < 4:
            return found[0], other, "inline"
    return None


def _inline(text: str, field: str) -> list[Amount]:
    """The amounts behind a label in its own cell, but for those in brackets ("VAT (19 % of 121.50)"); VAT must follow at once."""
    found = money(_BRACKETS.sub(lambda match: " " * len(match[0]), text))
    if field == "vat" and found and _WORD.search(text[: found[-1].start]):
        return []
    return found


def _amount_below(sheet: Sheet, named: Named) -> tuple[Amount, Cell, str] | None:
    label_cell = named.cell.part(named.label.start, named.label.end)
    for other in sheet.below(label_cell, named.cell)[:3]:
        found = money(other.text)
        if (
            found
            and len(found) == 1
            and len(other.words) <= _VALUE_WORDS
            and not any(x.field in _FIELDS for x in find_labels(other.text))
        ):
            return found[0], other, "below"
    return None


def _amount_half_below(sheet: Sheet, named: Named) -> tuple[Amount, Cell, str] | None:
    """The last amount to the right, half a line lower or higher, as where a label takes two lines and its value is centred."""
    right = [(amount, other) for other in sheet.right_of(named.cell, loose=True) for amount in money(other.text)]
    return (right[-1][0], right[-1][1], "right") if right else None


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
        several = len({a.value for a in found if a.percent}) > 1
        for rate in rates[:3]:
            row = _row(rate, amounts) if 2 <= len(amounts) <= (6 if several else 4) and 0 <= rate <= 30 else None
            if row is not None:
                yield row
                if not several:
                    break


def _row(rate: Decimal, amounts: Sequence[Decimal]) -> VatLine | None:
    for base, vat in combinations(amounts, 2):
        if base and abs(base * rate / 100 - vat) <= CLOSE and (vat or len(amounts) > 2):
            return VatLine(rate, base, vat)
    return None


def _currency(sheet: Sheet, total: Entry) -> Found[str] | None:
    for named in sheet.named("currency"):
        for spot in sheet.spots(named):
            marks = list(currency_marks(spot.text))
            if len(marks) == 1 and len(spot.text) < 20:
                return Found(marks[0], 0.985, where("currency by label", spot.cell, named.words))
    if total.currency:
        return Found(total.currency, 0.985, where("currency beside the total", total.cell))
    line = sheet.line_of(total.cell)
    beside = [mark for cell in line.cells for mark in currency_marks(cell.text)]
    if beside:
        return Found(beside[-1], 0.98, where("currency beside the total", total.cell))
    printed = Counter(mark for cell in sheet.cells for mark in currency_marks(cell.text))
    if printed:
        mark, times = printed.most_common(1)[0]
        return Found(mark, 0.975 if times == printed.total() else 0.85, where("the page's currency", total.cell))
    return None
