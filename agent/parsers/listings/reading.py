"""A list of open invoices or of customers, row by row, from CSV or a workbook; nothing in it is guessed over a mistake."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Unreadable, Where
from agent.domain.index import number_term
from agent.domain.references import party_number
from agent.domain.terms import read_terms
from agent.parsers.enclosures.workbook import is_workbook, workbook_rows
from agent.parsers.listings.columns import columns, header_row, is_english
from agent.parsers.listings.model import Field, ListedRow, Listing, ListKind
from agent.parsers.replies.clauses import fold
from agent.parsers.statements.csv_tables import decoded, tables
from agent.parsers.statements.csv_values import amount, day, day_order, decimal_mark

MOST_ROWS = 5000
# The workbook's reader gives no more; a longer sheet would be cut in silence.
_MOST_SHEET_ROWS = 3000
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\_]{1,253}\.[a-z]{2,24}")
_CREDIT = re.compile(r"credit|avoir|\bnc\b|\bcn\b|gutschrift|storno|refund|out_refund|\bgs\b")
_SUMS = re.compile(r"^(?:sous )?(?:total|totaal|totaux|summe|som|gesamt|grand total|eindtotaal)\b")
# A day that is none in any order tells nothing about the others.
_IMPOSSIBLE = re.compile(r" ?(?:1[3-9]|[2-9]\d)[./-](?:1[3-9]|[2-9]\d)[./-]")
# Text that would be taken for a formula is guarded by an apostrophe in CSV files.
_GUARDED = re.compile(r"'[=+@\t\r-]")
_YES, _NO = frozenset("yes true 1 oui ja vrai waar wahr x".split()), frozenset("no false 0 non nee nein faux".split())
_LANGUAGES = {
    "fr": ("fr", "francais", "french", "frans", "franzosisch"),
    "nl": ("nl", "neerlandais", "nederlands", "dutch", "niederlandisch"),
    "en": ("en", "anglais", "engels", "english", "englisch"),
    "de": ("de", "allemand", "duits", "german", "deutsch"),
}
_MONEY = (Field.TOTAL, Field.OPEN, Field.PAID, Field.NET, Field.VAT)
_DAYS = (Field.ISSUED, Field.DUE)

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Page:
    """How the cells of one list are to be read, decided over all of its rows."""

    columns: dict[Field, int]
    mark: str
    order: str
    seller: str
    country: str
    currency: str

    def cell(self, row: Row, field: Field) -> str:
        place = self.columns.get(field)
        value = row[place].strip() if place is not None and place < len(row) else ""
        return value[1:] if _GUARDED.match(value) else value


def read_listing(content: bytes, *, seller: str, country: str = "BE", currency: str = "EUR") -> Listing:
    """The list in this file. `seller` is the creditor's name: the list is his own.

    `country` is that of numbers without one, `currency` is meant where no column names one.
    """
    document = hashlib.sha256(content).hexdigest()
    found = _best_table(content)
    if isinstance(found, str):
        return Listing(problem=found, document=document)
    rows, head = found
    named = columns(rows[head])
    kind = _kind(named)
    if kind is ListKind.CONTACTS and Field.PARTY not in named and Field.NUMBER in named:
        named[Field.PARTY] = named.pop(Field.NUMBER)
    heads = tuple((cell.strip(), _field_at(named, place)) for place, cell in enumerate(rows[head]) if cell.strip())
    listing = Listing(kind, heads, document=document)
    body = [(n, row) for n, row in enumerate(rows[head + 1 :], head + 2) if any(cell.strip() for cell in row)]
    problem = _lacking(kind, named) or ("too_long" if len(body) > MOST_ROWS else "")
    if problem:
        return replace(listing, problem=problem)
    habits = _habits(named, rows[head], [row for _, row in body])
    page = _Page(named, *habits, seller, country, currency)
    problem = _undecided(page, [row for _, row in body])
    if problem:
        return replace(listing, problem=problem)
    read = [_row(page, kind, n, row) for n, row in body if row != rows[head] and not _is_sum(page, row)]
    return replace(listing, rows=tuple(_without_twins(read) if kind is ListKind.INVOICES else read))


def _best_table(content: bytes) -> tuple[list[Row], int] | str:
    """The rows and the place of their headings, or the problem."""
    if is_workbook(content):
        found = workbook_rows(content)
        if isinstance(found, Unreadable):
            return "broken"
        if len(found) >= _MOST_SHEET_ROWS:
            return "too_long"
        candidates: list[list[Row]] = [list(found)]
    else:
        text = decoded(content)
        if text is None:
            return "broken"
        candidates = [list(rows) for rows in tables(text)]
    headed = [(rows, head) for rows in candidates if (head := header_row(rows)) is not None]
    if not headed:
        return "no_header"
    return max(headed, key=lambda pair: len(columns(pair[0][pair[1]])))


def _field_at(named: dict[Field, int], place: int) -> Field:
    return next((field for field, column in named.items() if column == place), Field.OTHER)


def _kind(named: dict[Field, int]) -> ListKind:
    money = named.keys() & {Field.TOTAL, Field.OPEN, Field.NET}
    return ListKind.INVOICES if money else ListKind.CONTACTS


def _lacking(kind: ListKind, named: dict[Field, int]) -> str:
    if Field.NAME not in named:
        return "no_name"
    if kind is ListKind.CONTACTS:
        return "" if named.keys() & {Field.EMAIL, Field.PARTY} else "no_number"
    if Field.NUMBER not in named:
        return "no_number"
    full = Field.TOTAL in named or Field.OPEN in named or {Field.NET, Field.VAT} <= named.keys()
    return "" if full else "no_total"


def _habits(named: dict[Field, int], head: Row, body: Sequence[Row]) -> tuple[str, str]:
    """The decimal mark and the order of days of this list."""
    money = [row[named[f]] for f in _MONEY if f in named for row in body if named[f] < len(row)]
    days = [row[named[f]] for f in _DAYS if f in named for row in body if named[f] < len(row)]
    days = [cell for cell in days if not _IMPOSSIBLE.match(cell)]
    mark = decimal_mark(money)
    return mark, day_order(days, european=mark == "," or not is_english(head))


def _undecided(page: _Page, body: Sequence[Row]) -> str:
    sums = [page.cell(row, f) for f in _MONEY for row in body if page.cell(row, f)]
    if not page.mark and any(amount(cell, "") is None for cell in sums):
        return "no_decimal_mark"
    days = [page.cell(row, f) for f in _DAYS for row in body if page.cell(row, f)]
    return "no_day_order" if days and not page.order else ""


def _is_sum(page: _Page, row: Row) -> bool:
    """Whether a row only sums up the others."""
    first = next((fold(cell) for cell in row if cell.strip()), "")
    return bool(_SUMS.match(first)) and not (page.cell(row, Field.NUMBER) and page.cell(row, Field.NAME))


class _Reader:
    """The cells of one row, with the mistakes in them as they are met."""

    def __init__(self, page: _Page, line: int, row: Row) -> None:
        self.page, self.row = page, row
        self.where = Where(f"row {line}")
        self.errors: list[str] = []

    def text(self, field: Field) -> Found[str] | None:
        value = " ".join(self.page.cell(self.row, field).split())
        return Found(value, 1.0, self.where) if value else None

    def read(self, field: Field, how: Callable[[str], object | None], error: str) -> object | None:
        cell = self.page.cell(self.row, field)
        value = how(cell) if cell else None
        if cell and value is None:
            self.errors.append(f"{error}:{cell[:60]}")
        return value

    def money(self, field: Field) -> Decimal | None:
        value = self.read(field, lambda cell: amount(cell, self.page.mark), "bad_amount")
        return value if isinstance(value, Decimal) else None

    def day(self, field: Field) -> Found[date] | None:
        value = self.read(field, lambda cell: day(cell, self.page.order), "bad_date")
        return Found(value, 1.0, self.where) if isinstance(value, date) else None

    def found(self, value: Decimal | None) -> Found[Decimal] | None:
        return Found(value, 1.0, self.where) if value is not None else None


def _row(page: _Page, kind: ListKind, line: int, row: Row) -> ListedRow:
    reader = _Reader(page, line, row)
    buyer = _buyer(reader, line)
    reading = _invoice(reader, buyer) if kind is ListKind.INVOICES else buyer
    if buyer.buyer_name is None:
        reader.errors.insert(0, "no_name")
    return ListedRow(line, tuple(row), reading, tuple(reader.errors))


def _buyer(reader: _Reader, line: int) -> InvoiceReading:
    """The customer's fields of a row."""
    page, row = reader.page, reader.row
    country = page.cell(row, Field.COUNTRY).upper()
    country = country if re.fullmatch(r"[A-Z]{2}", country) else ""
    party = reader.read(Field.PARTY, lambda cell: party_number(cell, country or page.country), "bad_party")
    mail = reader.read(Field.EMAIL, _address, "bad_email")
    consumer = reader.read(Field.CONSUMER, _yes_or_no, "bad_consumer")
    return InvoiceReading(
        kind=Found(DocumentKind.INVOICE, 1.0, reader.where),
        part=line,
        language=_language(page.cell(row, Field.LANGUAGE)),
        seller_name=Found(page.seller, 1.0, reader.where),
        buyer_name=reader.text(Field.NAME),
        buyer_vat=Found(party, 1.0, reader.where) if isinstance(party, str) else None,
        buyer_email=Found(mail, 1.0, reader.where) if isinstance(mail, str) else None,
        buyer_country=Found(country, 1.0, reader.where) if country else None,
        consumer=Found(consumer == "yes", 1.0, reader.where) if consumer else None,
    )


def _invoice(reader: _Reader, buyer: InvoiceReading) -> InvoiceReading:
    page, row = reader.page, reader.row
    total, due, paid = _sums(reader)
    credit = _is_credit(page, row, total)
    number = reader.text(Field.NUMBER)
    if number is None:
        reader.errors.append("no_number")
    if total is None and not any(e.startswith("bad_amount") for e in reader.errors):
        reader.errors.append("no_amount")
    issued, due_on = reader.day(Field.ISSUED), reader.day(Field.DUE)
    due_on = due_on or _by_terms(reader, issued)
    if issued and due_on and due_on.value < issued.value:
        reader.errors.append(f"due_before_issue:{page.cell(row, Field.DUE)[:60]}")
    currency = page.cell(row, Field.CURRENCY).upper().replace("€", "EUR").replace("£", "GBP") or page.currency
    if not re.fullmatch(r"[A-Z]{3}", currency):
        reader.errors.append(f"bad_currency:{currency[:60]}")
    return replace(
        buyer,
        kind=Found(DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE, 1.0, reader.where),
        number=number,
        issue_date=issued,
        due_date=due_on,
        currency=Found(currency, 1.0, reader.where),
        total=reader.found(abs(total)) if total is not None else None,
        amount_due=reader.found(abs(due)) if due is not None and not credit else None,
        deposit=reader.found(paid) if paid and not credit else None,
        payment_reference=reader.text(Field.REFERENCE),
    )


def _sums(reader: _Reader) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Total, open amount and what was paid, as far as the row tells or they follow from one another."""
    total, due, paid = (reader.money(f) for f in (Field.TOTAL, Field.OPEN, Field.PAID))
    net, vat = reader.money(Field.NET), reader.money(Field.VAT)
    if total is None and net is not None and vat is not None:
        total = net + vat
    if total is None and due is not None:
        total = due + (paid or 0)
    if total is not None and due is not None and abs(due) > abs(total):
        reader.errors.append(f"open_above_total:{due}")
    return total, due, paid


def _is_credit(page: _Page, row: Row, total: Decimal | None) -> bool:
    side = fold(page.cell(row, Field.SIDE))
    kind = fold(page.cell(row, Field.KIND))
    return (total is not None and total < 0) or bool(_CREDIT.search(kind)) or side in ("h", "c", "haben", "credit")


def _by_terms(reader: _Reader, issued: Found[date] | None) -> Found[date] | None:
    """The due date that the terms of payment give; a bare figure counts days."""
    words = reader.page.cell(reader.row, Field.TERMS)
    if issued is None or not words:
        return None
    terms = read_terms(f"{words} jours" if words.isdigit() else words)
    return Found(terms.due(issued.value), 1.0, reader.where) if terms else None


def _address(cell: str) -> str | None:
    """The first address of a cell; None when it holds none."""
    found = _ADDRESS.search(cell.lower())
    return found[0] if found else None


def _yes_or_no(cell: str) -> str | None:
    folded = fold(cell)
    return "yes" if folded in _YES else "no" if folded in _NO else None


def _language(cell: str) -> str:
    folded = fold(cell).replace("_", " ").split(" ")[0].split("-")[0]
    return next((code for code, names in _LANGUAGES.items() if folded in names), "")


def _without_twins(rows: Sequence[ListedRow]) -> list[ListedRow]:
    """The rows; one whose number stands before it for another sum or customer has a mistake, a mere repetition is left out."""
    kept: dict[tuple[str, bool], ListedRow] = {}
    result: list[ListedRow] = []
    for row in rows:
        reading = row.reading
        if reading is None or reading.number is None:
            result.append(row)
            continue
        key = (number_term(reading.number.value)[1], reading.kind.value is DocumentKind.CREDIT_NOTE)
        first = kept.setdefault(key, row)
        if first is row:
            result.append(row)
        elif first.cells != row.cells:
            result.append(replace(row, errors=(*row.errors, f"twice:{first.line}")))
    return result


def read_list(content: bytes, seller: str, country: str) -> Listing:
    """The same by place, as the sandbox calls it."""
    return read_listing(content, seller=seller, country=country)
