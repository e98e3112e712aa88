"""What follows from a payment that the creditor's people report: settled, part-paid, or a question. Never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, answer_to, head, in_answer, make_id
from agent.domain.ledger import OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money


@dataclass(frozen=True, slots=True)
class Reported:
    """A payment as it was reported; without an amount the whole balance was meant. `reference` ties it to a bank movement."""

    amount: Decimal | None = None
    on: date | None = None
    words: str = ""
    reference: str = ""


def settle(items: Sequence[OpenItem], reported: Reported, context: Context) -> Decision:
    """The decision about these items being paid: in full, in part (one item, less than its balance), else asked back."""
    open_items = [i for i in items if i.is_open and i.balance.amount > 0]
    if not open_items:
        return Decision(letters=(notice("already_settled", items, reported, context),))
    owed = sum((i.balance.amount for i in open_items), Decimal(0))
    one_currency = len({i.invoice.total.currency for i in open_items}) == 1
    if reported.amount is None or (reported.amount == owed and one_currency):
        return booked([(i, i.balance.amount) for i in open_items], reported, context)
    if len(open_items) == 1 and Decimal(0) < reported.amount < owed:
        return booked([(open_items[0], reported.amount)], reported, context)
    return ask_which(open_items, reported, context, topic="payment_amount")


def booked(parts: list[tuple[OpenItem, Decimal]], reported: Reported, context: Context) -> Decision:
    """The decision that these amounts came in on these items, which settles those that it covers."""
    events: list[ev.Event] = []
    for item, amount in parts:
        money = Money(amount, item.invoice.total.currency)
        day = reported.on or context.today
        events.append(
            ev.PaymentReceived(
                **head(context),
                item=item.id,
                amount=money,
                on=day,
                evidence=context.role.value,
                reference=reported.reference,
            )
        )
        if money >= item.balance:
            events.append(ev.InvoiceSettled(**head(context), item=item.id))
    whole = all(amount >= item.balance.amount for item, amount in parts)
    letter = notice("settled" if whole else "part_paid", [i for i, _ in parts], reported, context)
    return Decision(tuple(events), (letter,))


def ask_which(
    items: Sequence[OpenItem], reported: Reported, context: Context, *, topic: str = "which_invoice", kind: str = "paid"
) -> Decision:
    """The question which of these items was meant, numbered; `detail` keeps what is done with the answer."""
    ids = tuple(i.id for i in items)
    choices = (*ids, "all", "none") if topic == "which_invoice" and len(ids) > 1 else (*ids, "none")
    detail = f"{kind} {reported.amount if reported.amount is not None else '-'} {reported.on or '-'}"
    question = make_id("q", context.creditor.id, topic, context.source, detail, reported.words, *ids)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic=topic,
        subjects=ids,
        choices=choices,
        to=answer_to(context)[0],
        detail=detail,
    )
    letter = replace(
        in_answer(LetterKind.QUESTION, f"question:{question}", context),
        code=topic,
        items=ids,
        question=question,
        choices=choices,
        words=reported.words,
        amount=Money(reported.amount, items[0].invoice.total.currency) if reported.amount is not None else None,
    )
    return Decision((asked,), (letter,))


def notice(code: str, items: Sequence[OpenItem], reported: Reported, context: Context) -> Letter:
    """The one-line confirmation to whoever gave the instruction."""
    currency = items[0].invoice.total.currency if items else "EUR"
    return replace(
        in_answer(
            LetterKind.ACTION_NOTICE,
            f"notice:{code}:{make_id('n', context.source, code, *(i.id for i in items))}",
            context,
        ),
        code=code,
        items=tuple(i.id for i in items),
        account=items[0].invoice.debtor if items else "",
        on=reported.on,
        amount=Money(reported.amount, currency) if reported.amount is not None else None,
        words=reported.words,
    )
