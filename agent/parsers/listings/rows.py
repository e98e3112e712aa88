"""One row of a list: the invoice or the customer that it holds, and what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.domain.references import party_number
from agent.domain.terms import read_terms
from agent.parsers.listings.model import Field, ListedRow, ListKind
from agent.parsers.replies.clauses import fold
from agent.parsers.statements.csv_values import amount, day

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\_]{1,253}\.[a-z]{2,24}")
_CREDIT = re.compile(r"credit|avoir|\bnc\b|\bcn\b|gutschrift|storno|refund|out_refund|\bgs\b")
# Text that would be taken for a formula is guarded by an apostrophe in CSV files.
_GUARDED = re.compile(r"'[=+@\t\r-]")
_YES, _NO = frozenset("yes true 1 oui ja vrai waar wahr x".split()), frozenset("no false 0 non nee nein faux".split())
_LANGUAGES = {
    "fr": ("fr", "francais", "french", "frans", "franzosisch"),
    "nl": ("nl", "neerlandais", "nederlands", "dutch", "niederlandisch"),
    "en": ("en", "anglais", "engels", "english", "englisch"),
    "de": ("de", "allemand", "duits", "german", "deutsch"),
}

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """How the cells of one list are to be read, decided over all of its rows."""

    columns: dict[Field, int]
    mark: str
    order: str
    seller: str
    country: str
    currency: str

    def cell(self, row: Row, field: Field) -> str:
        """The text of this field in a row; "" when there is none."""
        place = self.columns.get(field)
        value = row[place].strip() if place is not None and place < len(row) else ""
        return value[1:] if _GUARDED.match(value) else value


def read_row(page: Page, kind: ListKind, line: int, row: Row) -> ListedRow:
    """One row as an invoice or a customer, with the mistakes in it."""
    reader = _Reader(page, line, row)
    buyer = _buyer(reader, line)
    reading = _invoice(reader, buyer) if kind is ListKind.INVOICES else buyer
    if buyer.buyer_name is None:
        reader.errors.insert(0, "no_name")
    return ListedRow(line, tuple(row), reading, tuple(reader.errors))


class _Reader:
    """The cells of one row, with the mistakes in them as they are met."""

    def __init__(self, page: Page, line: int, row: Row) -> None:
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


def _is_credit(page: Page, row: Row, total: Decimal | None) -> bool:
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
