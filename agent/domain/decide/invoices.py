"""What follows when a creditor hands over documents: followed, in review with questions, known already, or refused with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from agent.domain import events as ev
from agent.domain.completeness import lacking
from agent.domain.decide.accounts_guard import (
    DOUBT,
    against,
    ask_owner,
    foreign_accounts,
    names_debtors_account,
    waiting,
)
from agent.domain.decide.context import NOTHING, Context, Decision, answer_to, head, in_answer, make_id
from agent.domain.decide.credit_notes import doubts_about_credit, numbers_corrected, rested, with_set_offs
from agent.domain.decide.debtors import Buyer, Chosen, buyer_of, choose_account, post_of
from agent.domain.decide.doubts import doubts_about, said_otherwise
from agent.domain.decide.screening import is_wanted, refusal, same_file, same_number
from agent.domain.findings import DocumentKind, Found, InvoiceReading, Unreadable
from agent.domain.index import number_term
from agent.domain.invoice_parts import Instalment
from agent.domain.invoices import Invoice
from agent.domain.ledger import Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.terms import AT_ONCE, read_terms

T = TypeVar("T")
# A doubt that a numbered choice settles comes first, so that its question can be answered by "2".
_CHOICES = {"same_debtor": ("same", "different"), "address_mismatch": ("use_address", "other_address")}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one document. `code`: registered, review, known, or why it was refused."""

    code: str
    reading: InvoiceReading | None = None
    item: str = ""
    events: tuple[ev.Event, ...] = ()
    question: str = ""
    proposals: tuple[tuple[str, str], ...] = ()
    asked: tuple[Letter, ...] = ()


def handed_over(ledger: Ledger, findings: Sequence[InvoiceReading | Unreadable], context: Context) -> Decision:
    """The decision about all documents of one mail of the creditor's people, with one answer for the whole mail."""
    outcomes: list[_Outcome] = []
    events: list[ev.Event] = []
    before = ledger
    readings = [f for f in findings if isinstance(f, InvoiceReading)]
    for group in _copies(readings):
        outcome = _one(ledger, group, context)
        decision = Decision(outcome.events)
        ledger = decision.after(ledger)
        events.extend(outcome.events)
        outcomes.append(outcome)
    outcomes.extend(_Outcome(_unreadable(f)) for f in findings if isinstance(f, Unreadable))
    letter = _answer(outcomes, context)
    asked = tuple(question for outcome in outcomes for question in outcome.asked)
    if letter is not None and len(asked) == 1 and not context.creditor.ibans and not letter.choices:
        # the first account of all is asked about beside what was read, not in a mail of its own
        letter, asked = _with_account(letter, asked[0]), ()
    decision = Decision(tuple(events), ((letter,) if letter else ()) + asked)
    return with_set_offs(before, decision, context, told=False)


def _with_account(letter: Letter, asked: Letter) -> Letter:
    facts = (*letter.facts, *asked.facts)
    to = tuple(dict.fromkeys((*letter.to, *asked.to)))
    return replace(letter, to=to, question=asked.question, choices=asked.choices, facts=facts)


def _copies(readings: Iterable[InvoiceReading]) -> list[list[InvoiceReading]]:
    """The readings, those of one number together: an XML invoice and its PDF in one mail are one invoice, the surer one first.

    A credit note may bear the number of an invoice.
    """
    groups: dict[tuple[str, bool], list[InvoiceReading]] = {}
    for reading in readings:
        key = number_term(reading.number.value)[1] if reading.number else f"{reading.document}/{reading.part}"
        groups.setdefault((key, reading.kind.value is DocumentKind.CREDIT_NOTE), []).append(reading)
    return [sorted(group, key=lambda r: len(r.uncertain) + len(r.missing)) for group in groups.values()]


def _one(ledger: Ledger, group: list[InvoiceReading], context: Context) -> _Outcome:
    reading = group[0]
    refused = refusal(reading, context)
    if refused:
        return _Outcome(refused, reading)
    known = ledger.items.get(_item_id(reading, context))
    known = known or next((i for i in ledger.items.values() if same_file(i, group, context)), None)
    if known is not None:
        return _Outcome("known", reading, known.id)
    buyer = buyer_of(reading, context)
    if not is_wanted(buyer, context):
        return _Outcome("excluded", reading)
    chosen = choose_account(ledger, buyer, context)
    known = next((i for i in ledger.items.values() if same_number(i, reading, chosen.account, context)), None)
    if known is not None:
        asked = ask_owner(ledger, foreign_accounts(group, context), (known.id,), context)
        return _Outcome("known", reading, known.id, asked.events, asked=asked.letters)
    return _register(ledger, group, buyer, chosen, context)


def _register(ledger: Ledger, group: list[InvoiceReading], buyer: Buyer, chosen: Chosen, context: Context) -> _Outcome:
    reading = group[0]
    invoice = _invoice(group, buyer, chosen, context)
    doubts = tuple(
        dict.fromkeys(
            (*chosen.doubts, *doubts_about(invoice, group, ledger, context), *doubts_about_credit(invoice, ledger))
        )
    )
    met = () if invoice.credit_note else foreign_accounts(group, context)
    asked = ask_owner(
        ledger, met, (invoice.id,), context, against(group, met, ledger.accounts.get(chosen.account), context)
    )
    lacks = _lacks(ledger, reading, buyer, context)
    registered = ev.InvoiceRegistered(**head(context), item=invoice.id, invoice=invoice, doubts=doubts, named=lacks)
    rests = rested(ledger, invoice, context) if doubts else ()
    events: tuple[ev.Event, ...] = (
        *chosen.events,
        *post_of(reading, chosen, ledger, context),
        registered,
        *rests,
        *asked.events,
    )
    notes = tuple(("lacking", lack) for lack in lacks)
    if not doubts:
        return _Outcome("registered", reading, invoice.id, events, proposals=notes)
    if met and doubts == (DOUBT,):
        waits = waiting(ledger, met, context)
        return _Outcome("review", reading, invoice.id, events, proposals=(*waits, *notes), asked=asked.letters)
    question = ask_about(invoice, doubts, context, lookalike=chosen.lookalike, address=chosen.address)
    proposals = (*_proposals(invoice, doubts, chosen, ledger, context), *notes)
    proposals = (*proposals, *waiting(ledger, met, context))
    reading = replace(reading, differences=(*reading.differences, *said_otherwise(group)))
    return _Outcome(
        "review", reading, invoice.id, (*events, question), question.question, proposals, asked=asked.letters
    )


def _lacks(ledger: Ledger, reading: InvoiceReading, buyer: Buyer, context: Context) -> tuple[str, ...]:
    """What the invoice lacks for its collection and no acknowledgement to this creditor has named before."""
    named = {lack for item in ledger.items.values() if item.creditor == context.creditor.id for lack in item.named}
    return tuple(lack.value for lack in lacking(reading, context.creditor, buyer.consumer) if lack.value not in named)


def ask_about(
    invoice: Invoice,
    doubts: Sequence[str],
    context: Context,
    *,
    version: int = 0,
    lookalike: str = "",
    address: str = "",
) -> ev.QuestionAsked:
    """The question about an invoice's doubts: one at a time, those with numbered choices first.

    `detail` keeps what a bare answer refers to: the lookalike's account, the address in doubt. `version` is that of the item, so
    that each round of questions is a question of its own.
    """
    topic = next((d for d in _CHOICES if d in doubts), "fields")
    return ev.QuestionAsked(
        **head(context),
        question=make_id("q", context.creditor.id, invoice.id, topic, context.source, str(version)),
        topic=topic,
        subjects=(invoice.id,),
        choices=_CHOICES.get(topic, ()),
        to=answer_to(context)[0],
        detail=f"{lookalike} {address}".strip(),
    )


def _proposals(
    invoice: Invoice, doubts: Sequence[str], chosen: Chosen, ledger: Ledger, context: Context
) -> tuple[tuple[str, str], ...]:
    found = []
    if "due_date" in doubts and invoice.due_date is None:
        found.append(("proposed_due", default_due(invoice.issue_date, context).isoformat()))
        found.append(("default_days", str(_default_days(context))))
    if "address_mismatch" in doubts:
        found.append(("address", chosen.address))
    if chosen.lookalike:
        found.append(("lookalike", ledger.accounts[chosen.lookalike].name))
    return tuple(found)


def _default_days(context: Context) -> int:
    return context.default_terms.get(context.creditor.country, 30)


def default_due(issued: date, context: Context) -> date:
    """The due date by the country's legal default, to be proposed; it is never used without the creditor's word."""
    return issued + timedelta(days=_default_days(context))


def _value(found: Found[T] | None) -> T | None:
    return found.value if found is not None else None


def _invoice(group: list[InvoiceReading], buyer: Buyer, chosen: Chosen, context: Context) -> Invoice:
    reading = group[0]
    number, currency = _value(reading.number) or "", _value(reading.currency) or "EUR"
    credit = reading.kind.value is DocumentKind.CREDIT_NOTE
    total, deposit = _amounts(reading)
    document, filename = _readable(group)
    documents = tuple(dict.fromkeys(r.document for r in group if r.document))
    iban = _value(reading.seller_iban) or (context.creditor.ibans[0] if context.creditor.ibans else "")
    return Invoice(
        id=_item_id(reading, context),
        creditor=context.creditor.id,
        number=number,
        issue_date=_value(reading.issue_date) or context.today,
        due_date=due_date_of(reading),
        total=Money(-abs(total) if credit else total, currency),
        deposit=Money(deposit if not credit else Decimal(0), currency),
        debtor=chosen.account,
        credit_note=credit,
        iban=iban if iban in context.creditor.ibans else "",
        foreign_ibans=tuple(one.iban for one in foreign_accounts(group, context)),
        names_debtors_account=names_debtors_account(group, context),
        reference=_value(reading.payment_reference) or "",
        document=document,
        other_documents=tuple(d for d in documents if d != document),
        filename=filename,
        consumer=buyer.consumer,
        corrects=numbers_corrected(reading),
        discounts=reading.discounts or ((reading.discount,) if reading.discount else ()),
        instalments=_instalments(reading, total - deposit, total) if not credit else (),
    )


def _instalments(reading: InvoiceReading, due: Decimal, total: Decimal) -> tuple[Instalment, ...]:
    """The parts in which the invoice is due by itself, when they make what it asks for; one day alone is a due date."""
    parts = tuple(sorted(reading.instalments, key=lambda part: part.due_date))
    made = sum((part.amount for part in parts), Decimal(0))
    days = {part.due_date for part in parts}
    return parts if len(days) > 1 and made in (due, total) and all(part.amount > 0 for part in parts) else ()


def _readable(group: list[InvoiceReading]) -> tuple[str, str]:
    """The file that people read, by digest and name: a PDF of the mail, else the one inside an invoice in XML, else what there is."""
    page = next((r for r in group if r.filename.lower().endswith(".pdf")), None)
    if page is not None:
        return page.document, page.filename
    carrier = next((r for r in group if r.copy), None)
    if carrier is not None:
        return carrier.copy, f"{carrier.filename.rpartition('.')[0] or carrier.filename}.pdf"
    return group[0].document, group[0].filename


def due_date_of(reading: InvoiceReading) -> date | None:
    """The due date that was read; an invoice to be paid at once ("comptant", "à réception") is due on its own day.

    One that is paid in parts is proposed to be followed from the day of the last one.
    """
    if reading.instalments and reading.due_date is None:
        return max(part.due_date for part in reading.instalments)
    terms = read_terms(reading.terms.value) if reading.terms is not None else None
    if reading.due_date is None and terms == AT_ONCE:
        return _value(reading.issue_date)
    return _value(reading.due_date)


def _item_id(reading: InvoiceReading, context: Context) -> str:
    """Made of the document and what was read in it, so that the same file gives the same item, whatever was corrected since."""
    number = _value(reading.number) or ""
    return make_id("i", context.creditor.id, number, reading.document or context.source, str(reading.part))


def _amounts(reading: InvoiceReading) -> tuple[Decimal, Decimal]:
    """Total and deposit: what is printed as due is the total less the deposit, also when no deposit is named."""
    total = _value(reading.total)
    due = _value(reading.amount_due)
    if total is None:
        return due or Decimal(0), Decimal(0)
    if due is not None and Decimal(0) < due < total:
        return total, total - due
    return total, _value(reading.deposit) or Decimal(0)


def _unreadable(finding: Unreadable) -> str:
    return "not_an_invoice_other" if finding.problem == "not_invoice" else f"unreadable_{finding.problem}"


def _answer(outcomes: list[_Outcome], context: Context) -> Letter | None:
    taken = [o for o in outcomes if o.item]
    if not taken:
        return _refused(outcomes, context)
    codes = {o.code for o in taken}
    asked = next((o for o in taken if o.question), None)
    noise = "not_an_invoice_other"
    notes = [("refused", o.code) for o in outcomes if not o.item and o.code != noise]
    return replace(
        in_answer(LetterKind.ACKNOWLEDGEMENT, f"ack:{context.source}", context),
        code=codes.pop() if len(codes) == 1 else "mixed",
        items=tuple(o.item for o in taken),
        readings=tuple(o.reading for o in taken if o.reading is not None),
        question=asked.question if asked else "",
        choices=_choices_of(asked),
        facts=(*(p for o in taken for p in o.proposals), *notes),
    )


def _choices_of(outcome: _Outcome | None) -> tuple[str, ...]:
    asked = (e for e in outcome.events if isinstance(e, ev.QuestionAsked)) if outcome else iter(())
    return next((e.choices for e in asked), ())


def _refused(outcomes: list[_Outcome], context: Context) -> Letter | None:
    if not outcomes:
        return None
    telling = sorted(outcomes, key=lambda o: o.code == "not_an_invoice_other")
    return replace(
        in_answer(LetterKind.REFUSAL, f"ack:{context.source}", context),
        code=telling[0].code,
        readings=tuple(o.reading for o in telling if o.reading is not None),
        facts=tuple(("refused", o.code) for o in telling),
    )


def nothing_handed_over(context: Context, code: str) -> Decision:
    """The answer to a mail of the creditor's people that gave nothing to act on: `code` says why."""
    if not context.sender:
        return NOTHING
    letter = _refused([_Outcome(code)], context)
    return Decision(letters=(letter,) if letter else ())


def without_doubts(item: OpenItem, settled: Iterable[str]) -> tuple[str, ...]:
    """The doubts of an item that are left once these are settled."""
    gone = set(settled)
    return tuple(d for d in item.doubts if d not in gone)


def corrected(item: OpenItem, invoice: Invoice, doubts: tuple[str, ...], context: Context) -> ev.InvoiceCorrected:
    """The event by which an item's fields change; what stood before is kept."""
    kept = replace(invoice, id=item.id, creditor=item.creditor)
    return ev.InvoiceCorrected(**head(context), item=item.id, before=item.invoice, invoice=kept, doubts=doubts)
