"""From a letter and the facts to the page that its template prints: everything looked up, computed and cleaned here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.domain.dunning import ready_on
from agent.domain.findings import DocumentKind, Found, InvoiceReading
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.parties import Creditor
from agent.domain.references import format_iban, format_structured_communication, structured_communication
from agent.outbox.facts import Facts
from agent.outbox.views import (
    Change,
    Choice,
    CreditorView,
    DebtorView,
    HistoryLine,
    ItemView,
    Page,
    ReadDocument,
    ReadField,
    cleaned,
)
from agent.reports import formats, words
from agent.reports.digest import Digest
from agent.reports.plain import one_line, quoted_lines
from agent.reports.statement import days_late, standing_of

_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AMOUNT = re.compile(r"-?\d{1,12}(?:\.\d{1,4})? [A-Z]{3}")
_DEFAULT_ACCENT = "#1f4e79"
_DEBTORS = frozenset({LetterKind.STATEMENT, LetterKind.RECEIPT})
# What an acknowledgement lists, in the order in which an invoice is checked by eye.
_READ_FIELDS = (
    "kind",
    "number",
    "issue_date",
    "due_date",
    "terms",
    "total",
    "deposit",
    "amount_due",
    "buyer_name",
    "buyer_vat",
    "debtor_email",
    "payment_reference",
    "seller_iban",
)
_SAME_DOUBT = {"iban": "seller_iban", "reference": "payment_reference", "currency": "total"}
# A mail stays below the size at which readers cut it; what is more stands in the attached sheet or in the next answer.
_FACTS = 80
_AMOUNTS = frozenset({"net", "vat", "total", "deposit", "amount_due"})


def audience_of(letter: Letter) -> str:
    """Who reads this letter: debtor, creditor or operator."""
    if letter.kind in _DEBTORS:
        return "debtor"
    return "operator" if letter.kind is LetterKind.OPERATOR else "creditor"


def page_of(letter: Letter, facts: Facts, token: str) -> Page:
    """The page of this letter, without what only statements and digests need."""
    creditor, timezone = facts.creditor, facts.creditor.timezone if facts.creditor else "Europe/Brussels"
    language = formats.known_language(letter.language, creditor.language if creditor else "", facts.agency.language)
    today = facts.now.astimezone(ZoneInfo(timezone)).date()
    account = facts.ledger.accounts.get(letter.account)
    items = tuple(item_view(i, facts, today) for id_ in letter.items if (i := facts.ledger.items.get(id_)))
    debtor = _debtor_view(account) if account else next((i.debtor for i in items if i.debtor.name), None)
    original = facts.original
    return Page(
        kind=letter.kind.value,
        code=one_line(letter.code, 60),
        language=language,
        audience=audience_of(letter),
        agency=cleaned(facts.agency),
        now=facts.now,
        today=letter.on if letter.kind is LetterKind.STATEMENT and letter.on else today,
        timezone=timezone,
        token=token,
        creditor=_creditor_view(creditor) if creditor else None,
        debtor=debtor,
        who=(debtor.name if debtor else "") or words.word("your_customer", language),
        said=words.word(f"said_{letter.code}" if words.has_word(f"said_{letter.code}") else "said_other", language),
        answering=bool(letter.answers),
        doubts=_open_doubts(letter, facts, language),
        items=items,
        readings=tuple(_readings(letter, facts, items, language)),
        changes=tuple(_change(row, language) for row in letter.changes),
        choices=tuple(_choice(n, code, letter, facts, today) for n, code in enumerate(letter.choices, 1)),
        on=letter.on,
        amount=letter.amount or _listed_total(letter, items),
        words=quoted_lines(letter.words) if letter.words.strip() else (),
        facts=tuple((one_line(name, 200), one_line(text, 400)) for name, text in letter.facts[:_FACTS]),
        level=letter.level or "friendly",
        cycle=letter.cycle,
        currency=letter.currency,
        attachments=tuple(one_line(part.filename, 80) for part in facts.invoice_copies),
        original_sender=one_line(original.sender) if original else "",
        original_subject=one_line(original.subject) if original else "",
        original_date=original.date if original else None,
    )


def _listed_total(letter: Letter, items: tuple[ItemView, ...]) -> Money | None:
    """What a statement of these items asked for, when they are all in one currency."""
    currencies = {item.balance.currency for item in items}
    if letter.code != "statement_sent" or len(currencies) != 1:
        return None
    return Money.total((item.balance for item in items), currencies.pop())


def item_view(item: OpenItem, facts: Facts, today: date) -> ItemView:
    """One item with its debtor and history, as of this day."""
    invoice = item.invoice
    account = facts.ledger.accounts.get(invoice.debtor)
    hold = item.hold(today)
    return ItemView(
        id=item.id,
        number=one_line(invoice.number, 80) or "?",
        debtor=_debtor_view(account) if account else DebtorView(""),
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        total=invoice.total,
        deposit=invoice.deposit,
        paid=item.paid,
        balance=item.balance,
        days_late=days_late(item, today),
        standing=standing_of(item, facts.plan, today, account),
        credit_note=invoice.credit_note,
        statements=item.statements,
        on=(hold.on or hold.until) if hold else None,
        history=tuple(_history(item, facts.creditor)),
    )


def _history(item: OpenItem, creditor: Creditor | None) -> Iterable[HistoryLine]:
    zone = ZoneInfo(creditor.timezone if creditor else "Europe/Brussels")
    lines = [HistoryLine(item.registered_at.astimezone(zone).date(), "history_registered")]
    lines += [HistoryLine(day, "history_statement") for day in item.statements]
    lines += [
        HistoryLine(p.on, "history_payment" if p.amount.amount > 0 else "history_reversal", abs(p.amount))
        for p in item.payments
    ]
    lines += [
        HistoryLine(h.since.astimezone(zone).date(), f"history_{h.kind.value}", until=h.on or h.until)
        for h in item.holds
    ]
    if item.settled_at is not None:
        lines.append(HistoryLine(item.settled_at.astimezone(zone).date(), "history_settled"))
    return sorted(lines, key=lambda line: line.on)


def _open_doubts(letter: Letter, facts: Facts, language: str) -> tuple[ReadField, ...]:
    """What is still doubtful about the items of this letter, each field once."""
    items = (facts.ledger.items.get(id_) for id_ in letter.items)
    names = dict.fromkeys(doubt for item in items if item is not None for doubt in item.doubts)
    return tuple(ReadField(one_line(n, 40), "", "uncertain", words.example(n, language)) for n in names)


def open_questions(digest: Digest, language: str) -> tuple[tuple[str, str], ...]:
    """The questions of a digest as pairs: what is asked, and about what since when."""
    return tuple(
        (
            words.word(f"topic_{q.topic}", language),
            " · ".join((*q.about[:3], formats.day(q.asked_on, language))),
        )
        for q in digest.questions
    )


def _creditor_view(creditor: Creditor) -> CreditorView:
    return CreditorView(
        name=one_line(creditor.name),
        email=one_line(creditor.owner.address),
        phone=one_line(creditor.phone, 40),
        website=one_line(creditor.website, 100),
        address=quoted_lines(creditor.address, 5, 120) if creditor.address.strip() else (),
        signature=quoted_lines(creditor.signature, 6, 120) if creditor.signature.strip() else (),
        accent=creditor.accent_colour if _ACCENT.fullmatch(creditor.accent_colour) else _DEFAULT_ACCENT,
    )


def _debtor_view(account: DebtorAccount) -> DebtorView:
    contact = account.contact
    name = one_line(account.name) or (contact.address if contact else "")
    return DebtorView(name, one_line(account.number, 40), one_line(contact.address) if contact else "")


def _change(row: tuple[str, str, str], language: str) -> Change:
    name, before, after = row
    return Change(
        words.word(one_line(name, 40), language),
        _plain_value(name, one_line(before), language),
        _plain_value(name, one_line(after), language),
    )


def _plain_value(name: str, text: str, language: str) -> str:
    """A value of the ledger's own plain form (2027-03-15, 1250.00 EUR) as the reader writes it; other text as it is."""
    if name == "iban":
        return format_iban(text)
    if name == "reference" and (digits := structured_communication(text)):
        return format_structured_communication(digits)
    try:
        if _DAY.fullmatch(text):
            return formats.day(date.fromisoformat(text), language)
        if _AMOUNT.fullmatch(text):
            return formats.money(Money.of(*text.split()), language)
    except ValueError:
        return text
    return text


def _choice(position: int, code: str, letter: Letter, facts: Facts, today: date) -> Choice:
    item, account = facts.ledger.items.get(code), facts.ledger.accounts.get(code)
    return Choice(
        position,
        one_line(code, 60),
        item_view(item, facts, today) if item else None,
        _debtor_view(account) if account else None,
        letter.on,
    )


def _readings(letter: Letter, facts: Facts, items: tuple[ItemView, ...], language: str) -> Iterable[ReadDocument]:
    views = {view.id: view for view in items}
    for position, reading in enumerate(letter.readings):
        id_ = letter.items[position] if position < len(letter.items) else ""
        item = facts.ledger.items.get(id_)
        document = _read_document(reading, item, views.get(id_), letter, language)
        yield replace(document, first_on=_first_on(item, facts)) if item else document


def _first_on(item: OpenItem, facts: Facts) -> date | None:
    return None if item.statements else ready_on(item, facts.plan.changed(item.invoice.plan))


def _read_document(
    reading: InvoiceReading, item: OpenItem | None, view: ItemView | None, letter: Letter, language: str
) -> ReadDocument:
    doubts = {_SAME_DOUBT.get(d, d) for d in (item.doubts if item else reading.uncertain)}
    proposed = dict(letter.facts).get("proposed_due", "")
    found: list[ReadField] = []
    for name in _READ_FIELDS:
        value = "" if _goes_without_saying(name, reading) else _value_text(name, reading, item, view, language)
        doubt = ("uncertain" if value else "missing") if name in doubts or _asks_for_address(name, doubts) else ""
        if value or doubt:
            found.append(ReadField(name, value, doubt, words.example(name, language)))
    title = one_line(view.number if view else reading.number.value if reading.number else reading.filename, 80)
    rest = tuple(ReadField(d, "", "uncertain") for d in sorted(doubts - set(_READ_FIELDS) - _ADDRESS_DOUBTS))
    doubtful = (*(f for f in found if f.doubt), *rest)
    if proposed and view and view.due_date is None:
        doubtful = tuple(_with_proposal(f, proposed, language) for f in doubtful)
    return ReadDocument(title, reading.kind.value.value, doubtful, tuple(found))


_ADDRESS_DOUBTS = frozenset({"address_mismatch", "debtor_email"})


def _goes_without_saying(name: str, reading: InvoiceReading) -> bool:
    """Whether this field tells the creditor nothing that the others do not: what is read stays in the ledger all the same."""
    match name:
        case "kind":
            return reading.kind.value is DocumentKind.INVOICE
        case "terms":
            return reading.due_date is not None
        case "deposit":
            return reading.deposit is not None and not reading.deposit.value
        case "amount_due":
            return _same(reading.amount_due, reading.total)
        case _:
            return False


def _same(one: Found[Decimal] | None, other: Found[Decimal] | None) -> bool:
    return one is not None and other is not None and one.value == other.value


def _asks_for_address(name: str, doubts: set[str]) -> bool:
    return name == "debtor_email" and bool(doubts & _ADDRESS_DOUBTS)


def _with_proposal(field: ReadField, proposed: str, language: str) -> ReadField:
    if field.name != "due_date":
        return field
    try:
        day = date.fromisoformat(proposed)
    except ValueError:
        return field
    kept = words.example("due_date", language).rsplit(" ", 1)[0]
    return ReadField(field.name, field.value, field.doubt, f"{kept} {formats.day(day, language)}")


def _value_text(name: str, reading: InvoiceReading, item: OpenItem | None, view: ItemView | None, language: str) -> str:
    """The value as text: what the ledger holds where it holds it, else what was read."""
    if name == "debtor_email":
        return view.debtor.address if view else ""
    if item is not None and name == "due_date":
        return formats.day(item.invoice.due_date, language) if item.invoice.due_date else ""
    found = getattr(reading, name)
    if found is None:
        return ""
    currency = reading.currency.value if reading.currency else "EUR"
    return one_line(_text(name, found.value, currency, language))


def _text(name: str, value: object, currency: str, language: str) -> str:
    match value:
        case DocumentKind():
            return words.word("statement_of_account" if value is DocumentKind.STATEMENT else value.value, language)
        case Decimal() if name in _AMOUNTS and re.fullmatch("[A-Z]{3}", currency):
            return formats.money(Money(value, currency), language)
        case date():
            return formats.day(value, language)
        case bool():
            return words.word("yes" if value else "no", language)
        case str() if name == "seller_iban":
            return format_iban(value)
        case str() if name == "payment_reference" and (digits := structured_communication(value)):
            return format_structured_communication(digits)
        case _:
            return str(value)
