"""What an enclosed document is and says: its title, the fields of a bank's page, the lines of a payment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.enclosures import EnclosureKind, EnclosureReading, Standing
from agent.domain.findings import InvoiceReading, Unreadable
from agent.domain.references import creditor_reference, iban, structured_communication
from agent.parsers.api import Document, ParserContext
from agent.parsers.enclosures.lines import find_heads, money_of, numbers_in, read_lines
from agent.parsers.enclosures.marks import BANK_FIELDS, COMMERCIAL, PAID_ON, PAID_SUM, STANDINGS, SUBJECT, TITLES
from agent.parsers.enclosures.rows import Sheet, read_rows
from agent.parsers.invoices import read_document
from agent.parsers.lexers.amounts import find_amounts
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.kinds import title_of

_TOP_ROWS = 30
_LONGEST_TITLE = 9
_MOST_TEXT = 60_000
_ENOUGH_FIELDS = 3
_COMMERCIAL = (EnclosureKind.CREDIT_NOTE, EnclosureKind.INVOICE, EnclosureKind.ORDER)
_STRUCTURED = re.compile(r"(?<!\d)\d{3}[ /.]?\d{4}[ /.]?\d{5}(?!\d)")
_CREDITOR_REFERENCE = re.compile(r"(?i)\bRF\d{2}[ A-Z0-9]{1,26}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")


def read_enclosure(document: Document, context: ParserContext) -> EnclosureReading:
    """What an enclosed document says; `other` with a `problem` when it cannot be read. Never raises for its contents."""
    if document.content.lstrip()[:1] == b"<":
        return _commercial(document, context, EnclosureKind.OTHER)
    sheet = read_rows(document, context)
    if isinstance(sheet, Unreadable):
        return _named(EnclosureReading(EnclosureKind.OTHER, problem=sheet.problem), document)
    kind, because = _kind(sheet)
    if kind in _COMMERCIAL and not sheet.table:
        return _commercial(document, context, kind, sheet)
    return _named(_paper(sheet, kind, because), document)


def wants_ocr(reading: EnclosureReading) -> bool:
    """Whether it showed no text without OCR."""
    return reading.problem == "no_text"


def _named(reading: EnclosureReading, document: Document) -> EnclosureReading:
    return replace(reading, document=document.digest, filename=document.filename)


def _kind(sheet: Sheet) -> tuple[EnclosureKind, str]:
    """The kind by its title, else by the fields of a bank's page, else by lines under headings."""
    scores: Counter[EnclosureKind] = Counter()
    reasons: dict[EnclosureKind, str] = {}
    heads = find_heads(sheet)
    top = sheet.rows[: min(_TOP_ROWS, heads.row if heads is not None else _TOP_ROWS)]
    for place, row in enumerate(top):
        for cell in row[: 1 if _is_field(row) else len(row)]:
            found = _title(cell)
            if found is not None:
                weight = 4 if place < _TOP_ROWS // 3 else 2
                reasons.setdefault(found, f"title: {cell[:60]}")
                scores[found] = max(scores[found], weight)
    folded = fold(sheet.text[:_MOST_TEXT])
    fields = [pattern.search(folded) is not None for pattern in BANK_FIELDS]
    # who pays and when are on no invoice; whom, how much and with which words are
    if sum(fields) >= _ENOUGH_FIELDS and (fields[0] or fields[2]):
        scores[EnclosureKind.PAYMENT_PROOF] += 2 + sum(fields)
        reasons.setdefault(EnclosureKind.PAYMENT_PROOF, f"{sum(fields)} fields of a payment")
    lines = read_lines(sheet)
    # a table without headings is an advice when nearly every row is a line of one
    plain = sheet.table and heads is None and len(lines) > 0.6 * len(sheet.rows)
    if lines and (plain or (heads is not None and (sheet.table or scores[EnclosureKind.REMITTANCE]))):
        scores[EnclosureKind.REMITTANCE] += 4
        reasons.setdefault(EnclosureKind.REMITTANCE, "lines of invoices and amounts")
    best = max(scores, key=lambda kind: scores[kind], default=EnclosureKind.OTHER)
    return best, reasons.get(best, "")


def _is_field(row: Sequence[str]) -> bool:
    """Whether a row is a field of a bank's page: what stands beside its label is a value, however much it reads like a title."""
    label = fold(row[0]) if row else ""
    return len(row) > 1 and any(pattern.search(label) for pattern in BANK_FIELDS)


def _title(cell: str) -> EnclosureKind | None:
    """What a short cell names at its beginning."""
    if len(cell.split()) > _LONGEST_TITLE:
        return None
    folded = SUBJECT.sub("", fold(cell[:120]).lstrip("*#=-• "), count=1)
    for kind, pattern in TITLES:
        if pattern.match(folded):
            return kind
    found = title_of(cell)
    return COMMERCIAL.get(found[0]) if found is not None else None


def _paper(sheet: Sheet, kind: EnclosureKind, because: str) -> EnclosureReading:
    text = sheet.text[:_MOST_TEXT]
    lines = read_lines(sheet) if kind is EnclosureKind.REMITTANCE else ()
    listed = sum((line.amount for line in lines if line.amount is not None), Decimal(0))
    told, currency = _sum(sheet, listed if lines else None)
    sum_holds = None if told is None or not lines else told == listed
    amount = told if told is not None or not lines else listed
    return EnclosureReading(
        kind,
        on=_day(sheet),
        amount=amount,
        currency=currency,
        standing=_standing(text) if kind is EnclosureKind.PAYMENT_PROOF else Standing.UNTOLD,
        numbers=numbers_in(_IBAN.sub(" ", _STRUCTURED.sub(" ", text))),
        references=_references(text),
        accounts=_accounts(text),
        lines=lines,
        sum_holds=sum_holds,
        because=because,
    )


def _beside(sheet: Sheet, label: re.Pattern[str], *, below: bool) -> list[str]:
    """The texts to the right of a label, else (with `below`) under it; those on its own line and of the longest labels first."""
    found: list[tuple[bool, int, str]] = []
    for index, row in enumerate(sheet.rows[:400]):
        for place, cell in enumerate(row):
            match = label.search(fold(cell))
            if match is None:
                continue
            right = "  ".join((cell[match.end() :], *row[place + 1 :]))
            if any(c.isdigit() for c in right):
                found.append((False, -len(match[0]), right))
            elif below and index + 1 < len(sheet.rows):
                following = sheet.rows[index + 1]
                found.append(
                    (True, -len(match[0]), following[place] if place < len(following) else " ".join(following))
                )
    return [text for _, _, text in sorted(found, key=lambda found_: found_[:2])]


def _day(sheet: Sheet) -> date | None:
    """The day of payment by its label, else the first day on the page."""
    for text in _beside(sheet, PAID_ON, below=True):
        days = find_dates(text)
        if days:
            return days[0].value
    for row in sheet.rows[:60]:
        for cell in row:
            days = find_dates(cell)
            if days:
                return days[0].value
    return None


def _sum(sheet: Sheet, listed: Decimal | None) -> tuple[Decimal | None, str]:
    """The sum paid by its label, else the first amount in a currency; always positive, as a bank shows debits with a minus.

    Of several amounts beside a label the one that the lines make (`listed`) counts, else the last, where there are lines.
    """
    marked = next((a for row in sheet.rows[:80] for cell in row for a in find_amounts(cell) if a.currency), None)
    currency = marked.currency if marked is not None else ""
    for text in _beside(sheet, PAID_SUM, below=listed is None):
        money = [a for a in find_amounts(text) if a.money]
        if money:
            chosen = next((a for a in money if a.value == listed), money[0] if listed is None else money[-1])
            return abs(chosen.value), chosen.currency or currency
        bare = money_of(text)
        if bare is not None:
            return abs(bare), currency
    return (abs(marked.value), currency) if marked is not None and listed is None else (None, currency)


def _standing(text: str) -> Standing:
    """How far the payment has come; one that was refused or waits is so whatever else the page says."""
    folded = fold(text)
    return next((standing for standing, pattern in STANDINGS if pattern.search(folded)), Standing.UNTOLD)


def _references(text: str) -> tuple[str, ...]:
    found = [structured_communication(match[0]) for match in _STRUCTURED.finditer(text)]
    found += [creditor_reference(match[0]) for match in _CREDITOR_REFERENCE.finditer(text)]
    return tuple(dict.fromkeys(value for value in found if value))[:40]


def _accounts(text: str) -> tuple[str, ...]:
    found = []
    for match in _IBAN.finditer(text):
        words = match[0].split(" ")
        sizes = range(len(words), 0, -1)
        found.append(next((v for size in sizes if (v := iban("".join(words[:size])))), None))
    return tuple(dict.fromkeys(value for value in found if value))[:10]


def _commercial(
    document: Document, context: ParserContext, kind: EnclosureKind, sheet: Sheet | None = None
) -> EnclosureReading:
    """A credit note, an order or an invoice, read as such; an invoice that somebody else issued is a counter-claim."""
    read = next((r for r in read_document(document, context) if isinstance(r, InvoiceReading)), None)
    if read is None:
        told = _paper(sheet, kind, "title") if sheet is not None else EnclosureReading(kind, problem="not_invoice")
        return _named(told, document)
    found = COMMERCIAL.get(read.kind.value, kind) if kind is EnclosureKind.OTHER else kind
    if found is EnclosureKind.INVOICE and not _is_own(read, context):
        found = EnclosureKind.COUNTER_CLAIM
    named = [f.value for f in (read.preceding_invoice, read.number) if f is not None]
    amount = read.total or read.amount_due
    printed = _paper(sheet, found, "") if sheet is not None else EnclosureReading(found)
    told = EnclosureReading(
        found,
        on=read.issue_date.value if read.issue_date else printed.on,
        amount=abs(amount.value) if amount else printed.amount,
        currency=read.currency.value if read.currency else printed.currency,
        numbers=tuple(dict.fromkeys((*named, *printed.numbers))),
        references=(read.payment_reference.value,) if read.payment_reference else (),
        accounts=(read.seller_iban.value,) if read.seller_iban else (),
        because=f"{read.kind.value.value}: {read.kind.where.label or read.kind.where.rule}"[:80],
    )
    return _named(told, document)


def _is_own(read: InvoiceReading, context: ParserContext) -> bool:
    """Whether the creditor issued it, by number, account or name; one that names nobody is taken for his."""
    if read.seller_iban is not None and read.seller_iban.value in context.ibans:
        return True
    numbers = {f.value[-10:] for f in (read.seller_vat, read.seller_enterprise) if f is not None}
    if numbers and context.numbers:
        return bool(numbers & {number[-10:] for number in context.numbers})
    names = {fold(name) for name in context.names}
    return read.seller_name is None or fold(read.seller_name.value) in names
