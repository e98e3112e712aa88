"""What follows from a list out of an accounting program: its rows are handed over like invoices; nothing known is written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.domain import events as ev
from agent.domain.decide.context import NOTHING, Context, Decision
from agent.domain.decide.debtors import buyer_of, choose_account
from agent.domain.decide.invoices import due_date_of, handed_over
from agent.domain.decide.phases import HandingOver, with_phase
from agent.domain.decide.screening import is_wanted, refusal, same_number
from agent.domain.findings import InvoiceReading
from agent.domain.ledger import ItemState, Ledger, OpenItem
from agent.domain.letters import LetterKind


@dataclass(frozen=True, slots=True)
class Imported:
    """What becomes of one row, `line` in its file.

    `code`: registered, review (a question is asked), known, conflict (known with other figures), opened or added (a customer, an
    address of one), lookalike, or why it is refused. `item` is the invoice or the debtor's account. `notes`: doubtful fields, or for a
    conflict what the books say and what the list says.
    """

    line: int
    code: str
    item: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportDecision:
    """The one decision about a whole list, and what becomes of each row."""

    decision: Decision
    rows: tuple[Imported, ...]


def imported_invoices(ledger: Ledger, readings: Sequence[InvoiceReading], context: Context) -> ImportDecision:
    """The decision about a list of invoices: all its new rows together, with one letter that asks what is doubtful.

    A row whose number is known on the same account is left alone; where its figures differ, that is told and nothing changed.
    """
    rows = {reading.part: _known_row(ledger, reading, context) for reading in readings}
    new = [reading for reading in readings if rows[reading.part] is None]
    decision = _without_lacks(handed_over(ledger, new, context)) if new else NOTHING
    decision = with_phase(ledger, decision, HandingOver(), context)
    registered = {e.item: e for e in decision.events if isinstance(e, ev.InvoiceRegistered)}
    by_part = {_part_of(e, new): e for e in registered.values()}
    told = [rows[r.part] or _new_row(by_part.get(r.part), r, context) for r in readings]
    asked = tuple(
        replace(x, answers="", key=f"{x.key}:{x.question}")
        for x in decision.letters
        if x.kind is LetterKind.ACKNOWLEDGEMENT and x.question
    )
    return ImportDecision(Decision(decision.events, asked), tuple(told))


def _known_row(ledger: Ledger, reading: InvoiceReading, context: Context) -> Imported | None:
    """What is said of a row that is in the books already, or not to be followed; None for a new one."""
    refused = refusal(reading, context)
    if refused:
        return Imported(reading.part, refused)
    buyer = buyer_of(reading, context)
    if not is_wanted(buyer, context):
        return Imported(reading.part, "excluded")
    account = choose_account(ledger, buyer, context).account
    known = next((i for i in ledger.items.values() if same_number(i, reading, account, context)), None)
    if known is None:
        return None
    differences = tuple(_differences(known, reading))
    return Imported(reading.part, "conflict" if differences else "known", known.id, differences)


def _differences(item: OpenItem, reading: InvoiceReading) -> Iterator[str]:
    """What the row says otherwise than the books, as "field: books / list"."""
    invoice = item.invoice
    pairs: list[tuple[str, object, object]] = [
        ("issue_date", invoice.issue_date, reading.issue_date.value if reading.issue_date else None),
        ("due_date", invoice.due_date, due_date_of(reading)),
        ("total", abs(invoice.total.amount), reading.total.value if reading.total else None),
        ("currency", invoice.total.currency, reading.currency.value if reading.currency else None),
    ]
    if item.state in (ItemState.FOLLOWED, ItemState.REVIEW, ItemState.ESCALATED) and reading.amount_due is not None:
        pairs.append(("open", abs(item.balance.amount), reading.amount_due.value))
    for name, ours, theirs in pairs:
        if theirs is not None and ours is not None and ours != theirs:
            yield f"{name}: {ours} / {theirs}"


def _without_lacks(decision: Decision) -> Decision:
    """A list shows no page: what its invoices lack cannot be seen, and is not counted as told."""
    events = tuple(replace(e, named=()) if isinstance(e, ev.InvoiceRegistered) else e for e in decision.events)
    letters = tuple(replace(x, facts=tuple(f for f in x.facts if f[0] != "lacking")) for x in decision.letters)
    return Decision(events, letters)


def _part_of(event: ev.InvoiceRegistered, readings: Iterable[InvoiceReading]) -> int:
    """The row that an invoice was registered from: number and kind tell it, since a number stands once in a list."""
    invoice = event.invoice
    same = (r for r in readings if r.number and r.number.value == invoice.number)
    return next((r.part for r in same if (r.kind.value.value == "credit_note") == invoice.credit_note), 0)


def _new_row(event: ev.InvoiceRegistered | None, reading: InvoiceReading, context: Context) -> Imported:
    if event is None:
        return Imported(reading.part, refusal(reading, context) or "known")
    return Imported(reading.part, "review" if event.doubts else "registered", event.item, event.doubts)


def imported_contacts(ledger: Ledger, readings: Sequence[InvoiceReading], context: Context) -> ImportDecision:
    """The decision about a list of customers: accounts that are opened, addresses that are added to those without one.

    Another address than the known one is told and not taken over; a name nearly like a known one opens no account.
    """
    events: list[ev.Event] = []
    rows: list[Imported] = []
    for reading in readings:
        buyer = buyer_of(reading, context)
        chosen = choose_account(ledger, buyer, context)
        before = ledger.accounts.get(chosen.account)
        if "same_debtor" in chosen.doubts:
            rows.append(
                Imported(reading.part, "lookalike", chosen.lookalike, (ledger.accounts[chosen.lookalike].name,))
            )
            continue
        decision = Decision(chosen.events)
        ledger = decision.after(ledger)
        events += chosen.events
        contact = before.contact if before else None
        if before and contact and buyer.email and buyer.email not in {c.address for c in before.contacts}:
            rows.append(Imported(reading.part, "conflict", chosen.account, (f"{contact.address} / {buyer.email}",)))
            continue
        code = "known" if not chosen.events else "added" if before else "opened"
        rows.append(Imported(reading.part, code, chosen.account))
    return ImportDecision(Decision(tuple(events)), tuple(rows))
