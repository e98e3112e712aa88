"""Payment plans that are asked for, proposed, granted, refused or ended by word. Only the owner grants one; a debtor never can.

Staff may have one proposed to the owner: to let a debtor pay later, in the creditor's name and in writing, binds the creditor as a
formal notice does, and that is the owner's (docs/architecture.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain import events as ev
from agent.domain import plan_events as pe
from agent.domain.claims import consumer_of
from agent.domain.decide.context import Context, Decision, answer_to, head, make_id, merged, to_owner
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.payments import Reported, notice
from agent.domain.decide.plan_letters import plan_letter, plan_notice, said_to_debtor
from agent.domain.findings import Instruction, Intent
from agent.domain.index import number_term
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, Ledger, OpenItem, Question
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.parties import Role
from agent.domain.plan_progress import items_of, money_on, plan_of, progress
from agent.domain.plans import Every, PaymentPlan, PlanShare, PlanState, PlanWish
from agent.domain.schedules import schedule, suggestion, trimmed, within

TOPIC, MISSED_TOPIC = "payment_plan", "missed_instalment"
PLAN_TOPICS = frozenset({TOPIC, MISSED_TOPIC})
AS_ASKED, SUGGESTED, REFUSED = "plan_as_asked", "plan_suggested", "plan_refuse"
REMIND, WAIT, REVOKE = "plan_remind", "plan_wait", "plan_revoke"


def wish_in(intent: Intent) -> PlanWish | None:
    """The plan that a debtor's words wish for; None when they wish for none. A payment promised in parts on several days is one."""
    if (
        intent.wish is not None
        and len(intent.wish.parts) > 1
        and intent.label in ("promise_to_pay", "conditional_promise")
    ):
        return intent.wish
    if intent.label != "payment_plan_request":
        return None
    every = Every.WEEK if intent.reason == "weekly" else Every.MONTH
    return intent.wish or PlanWish(intent.instalments, intent.amount, intent.on, every)


def requested(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], wished: tuple[PlanWish, Intent], context: Context
) -> Decision:
    """The decision about a debtor's wish: a schedule for each currency, proposed to the owner; reminders of the items rest.

    Without an item that a plan can pay nothing follows.
    """
    wish, intent = wished
    groups = _by_currency(_payable(_unclaimed(ledger, account, items, intent), context.today))
    found = [
        _proposed(ledger, account, group, (wish if _fits(wish, groups) else PlanWish(), intent.words), context)
        for group in groups.values()
    ]
    decision = merged(found)
    if not groups or decision == Decision():
        return Decision()
    receipt = said_to_debtor(account, "plan_request", [i for g in groups.values() for i in g], context)
    return decision + Decision(letters=(replace(receipt, words=intent.words),))


def started(ledger: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The decision about a plan that the creditor's people want: its schedule is put to the owner before the debtor hears of it."""
    wish = instruction.wish or PlanWish()
    payable = [i for i in items if i.state is ItemState.FOLLOWED and i.balance.amount > 0 and not i.invoice.credit_note]
    accounts = {i.invoice.debtor for i in payable}
    if len(accounts) != 1 or (account := ledger.accounts.get(accounts.pop())) is None:
        return nothing_handed_over(context, "which_invoice" if len(accounts) > 1 else "no_plan")
    groups = _by_currency(_payable(payable, context.today))
    whole = [_proposed(ledger, account, group, (wish, ""), context) for group in groups.values()]
    decision = merged(whole)
    return decision if decision.events else nothing_handed_over(context, "no_plan")


def _unclaimed(ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], intent: Intent) -> Sequence[OpenItem]:
    """What a wish is about: unless it names numbers, not what the debtor says to have paid, but the rest of his account."""
    numbers = {number_term(n) for n in intent.numbers}
    if any(number_term(i.invoice.number) in numbers for i in items):
        return items
    owing = [i for i in ledger.of_account(account.id) if all(h.kind is not HoldKind.CLAIM for h in i.holds)]
    return [i for i in items if i in owing] or owing or items


def _payable(items: Sequence[OpenItem], today: date) -> list[OpenItem]:
    """What a plan can pay: followed, open and not contested; what is not yet due only when nothing else is."""
    followed = [
        i for i in items if i.state is ItemState.FOLLOWED and i.balance.amount > 0 and not i.invoice.credit_note
    ]
    free = [i for i in followed if not any(h.kind is HoldKind.DISPUTE for h in i.holds)]
    due = [i for i in free if i.plan or (i.invoice.due_date is not None and i.invoice.due_date <= today)]
    return due or free


def _by_currency(items: Sequence[OpenItem]) -> Mapping[str, list[OpenItem]]:
    groups: dict[str, list[OpenItem]] = {}
    for item in items:
        groups.setdefault(item.invoice.total.currency, []).append(item)
    return dict(sorted(groups.items()))


def _fits(wish: PlanWish, groups: Mapping[str, object]) -> bool:
    """Whether a wish can be meant for every currency: one that names sums is not."""
    return len(groups) == 1 or not (wish.each or wish.parts)


def _proposed(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], said: tuple[PlanWish, str], context: Context
) -> Decision:
    """The question to the owner: what was asked for and, when that is more than the terms allow or less than a schedule, our own."""
    wish, words = said
    items = _with_plan_mates(ledger, account, items)
    terms, country = context.creditor.payment_plans, account.country or context.creditor.country
    total = Money.total((i.balance for i in items), items[0].invoice.total.currency)
    asked = schedule(wish, total, terms, context.today, country)
    ours = suggestion(wish, total, terms, context.today, country)
    offers = {AS_ASKED: asked} if within(asked, terms, context.today) and wish.says_how else {SUGGESTED: ours or asked}
    if wish.says_how and asked and AS_ASKED not in offers and ours != asked:
        offers[AS_ASKED] = asked
    offers = {code: parts for code, parts in offers.items() if parts}
    if not offers:
        return Decision()
    detail = ";".join(f"{code}={_written(parts)}" for code, parts in offers.items())
    ids = tuple(i.id for i in items)
    if any(_same(q, ids, detail) for q in ledger.questions.values()):
        return Decision((_rest(account, items, words, context),))
    asked_now = ev.QuestionAsked(
        **head(context),
        question=make_id("q", context.creditor.id, TOPIC, context.source, *ids),
        topic=TOPIC,
        subjects=ids,
        choices=(*offers, REFUSED),
        to=context.creditor.owner.address,
        detail=detail,
    )
    older = [q for q in ledger.questions.values() if q.is_open and q.topic == TOPIC and set(q.subjects) & set(ids)]
    closed = (ev.QuestionAnswered(**head(context), question=q.id, answer="replaced") for q in older)
    letter = _question(asked_now, account, items, words, context)
    shown = tuple(_plan(account, items, parts, code, context) for code, parts in offers.items())
    return Decision((*closed, asked_now, _rest(account, items, words, context)), (replace(letter, plans=shown),))


def _same(question: Question, ids: tuple[str, ...], detail: str) -> bool:
    return question.is_open and question.topic == TOPIC and question.subjects == ids and question.detail == detail


def _with_plan_mates(ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem]) -> list[OpenItem]:
    """The items, and whatever else is open in the plans that they follow: a new plan takes the place of a whole one."""
    plans = {plan.id: plan for i in items if (plan := plan_of(account, i)) is not None}
    mates = [m for plan in plans.values() for m in items_of(plan, ledger.items.values()) if m.balance.amount > 0]
    return list({i.id: i for i in (*items, *(m for m in mates if m.state is ItemState.FOLLOWED))}.values())


def _rest(account: DebtorAccount, items: Sequence[OpenItem], words: str, context: Context) -> pe.PlanProposed:
    """Reminders rest for some days; those of a Belgian consumer until the owner has answered.

    Code of Economic Law, book XIX: a plan that is asked for stops the waiting period; who may be one counts as a consumer.
    """
    belgian = (account.country or context.creditor.country) == "BE"
    consumer = any(consumer_of(i.invoice, account) is not False for i in items)
    days = context.creditor.payment_plans.proposal_days
    until = None if belgian and consumer and words else context.today + timedelta(days=days)
    ids = tuple(i.id for i in items)
    return pe.PlanProposed(**head(context), debtor=account.id, items=ids, hold_until=until, words=words)


def _question(
    asked: ev.QuestionAsked, account: DebtorAccount, items: Sequence[OpenItem], words: str, context: Context
) -> Letter:
    letter = to_owner(LetterKind.PLAN_QUESTION, f"question:{asked.question}", context)
    by_colleague = context.role in (Role.OWNER, Role.STAFF)
    return replace(
        letter,
        to=answer_to(context) if by_colleague else letter.to,
        answers=context.source if by_colleague else "",
        code=TOPIC if words else "own_plan",
        items=asked.subjects,
        account=account.id,
        question=asked.question,
        choices=asked.choices,
        words=words,
        amount=Money.total((i.balance for i in items), items[0].invoice.total.currency),
        facts=(("sender", context.sender),),
    )


def _written(parts: Sequence[Instalment]) -> str:
    return ",".join(f"{part.due_date.isoformat()}:{part.amount}" for part in parts)


def _read(detail: str, code: str) -> tuple[Instalment, ...]:
    """The schedule that a question kept under this code."""
    kept = dict(offer.split("=", 1) for offer in detail.split(";") if "=" in offer)
    pairs = (part.split(":") for part in kept.get(code, "").split(",") if ":" in part)
    return tuple(Instalment(date.fromisoformat(day), Decimal(amount)) for day, amount in pairs)


def _plan(
    account: DebtorAccount, items: Sequence[OpenItem], parts: tuple[Instalment, ...], code: str, context: Context
) -> PaymentPlan:
    terms = context.creditor.payment_plans
    return PaymentPlan(
        id=make_id("p", account.id, context.source, context.now.isoformat(), code, *(i.id for i in items)),
        currency=items[0].invoice.total.currency,
        instalments=parts,
        shares=tuple(PlanShare(i.id, money_on(i)) for i in items),
        agreed_on=context.today,
        grace_days=terms.grace_days,
        courtesy_days=terms.courtesy_days,
        after_missed=terms.after_missed,
    )


def plan_answered(ledger: Ledger, question: Question, answer: str, context: Context) -> Decision:
    """The decision about the answer to a question about a plan: granted, refused, reminded of, waited for or revoked."""
    if context.role is not Role.OWNER:
        return nothing_handed_over(context, "not_allowed")
    items = [i for s in question.subjects if (i := ledger.items.get(s)) is not None and i.balance.amount > 0]
    items = [i for i in items if i.state is ItemState.FOLLOWED]
    account = ledger.accounts.get(items[0].invoice.debtor) if items else None
    closed = Decision((ev.QuestionAnswered(**head(context), question=question.id, answer=answer),))
    if account is None:
        gone = [i for s in question.subjects if (i := ledger.items.get(s)) is not None]
        return closed + Decision(letters=(notice("nothing_done", gone, Reported(), context),))
    if question.topic == MISSED_TOPIC:
        return closed + _after_missed(account, items, answer, context)
    if answer == REFUSED:
        return closed + _refused(account, items, context)
    parts = trimmed(_read(question.detail, answer), sum((i.balance.amount for i in items), Decimal(0)))
    return closed + _granted(account, items, _plan(account, items, parts, answer, context), context)


def _granted(account: DebtorAccount, items: Sequence[OpenItem], plan: PaymentPlan, context: Context) -> Decision:
    before = {p.id: p for i in items if (p := plan_of(account, i)) is not None}
    ended = tuple(_ended(account, p, PlanState.REPLACED, context) for p in before.values())
    ids = tuple(i.id for i in items)
    agreed = pe.PlanAgreed(**head(context), debtor=account.id, items=ids, plan=plan)
    told = plan_letter(account, plan, "agreed", context)
    written = plan_notice("plan_agreed", account, plan, context)
    return Decision((*ended, agreed)) + told + Decision(letters=(written,))


def _ended(
    account: DebtorAccount, plan: PaymentPlan, outcome: PlanState, context: Context, hold_until: date | None = None
) -> pe.PlanEnded:
    return pe.PlanEnded(
        **head(context), debtor=account.id, items=plan.items, plan=plan.id, outcome=outcome, hold_until=hold_until
    )


def _refused(account: DebtorAccount, items: Sequence[OpenItem], context: Context) -> Decision:
    """The debtor hears it courteously, and no reminder follows on its heels; a plan that he has goes on as it is."""
    dunning = context.plan_of(account.name, account.number)
    until = context.today + timedelta(days=dunning.minimum_interval_days)
    ids = tuple(i.id for i in items)
    event = pe.PlanRefused(**head(context), debtor=account.id, items=ids, hold_until=until)
    letter = said_to_debtor(account, "refused", items, context)
    asked_by_him = any(h.kind is HoldKind.PLAN and h.words for i in items for h in i.holds)
    letters = (letter,) if asked_by_him and account.contact is not None else ()
    told = replace(notice("plan_refused", items, Reported(), context), kind=LetterKind.PLAN_NOTICE)
    return Decision((event,), (*letters, told))


def _after_missed(account: DebtorAccount, items: Sequence[OpenItem], answer: str, context: Context) -> Decision:
    plans = {p.id: p for i in items if (p := plan_of(account, i)) is not None}
    late = [p for p in plans.values() if progress(p, items_of(p, items)).overdue(context.today)]
    if not late:
        return Decision(letters=(notice("nothing_done", items, Reported(), context),))
    if answer == REVOKE:
        return merged(revoked(account, plan, context) for plan in late)
    if answer == REMIND:
        return merged(
            plan_letter(
                account, p, "missed", context, number=progress(p, items_of(p, items)).overdue(context.today)[-1].number
            )
            + Decision(letters=(plan_notice("plan_reminded", account, p, context),))
            for p in late
        )
    return Decision(letters=(plan_notice("plan_waits", account, late[0], context),))


def revoked(account: DebtorAccount, plan: PaymentPlan, context: Context) -> Decision:
    """The end of a plan that was not kept: all of it is due again, and statements go on where they were, after the debtor was told.

    The next statement keeps the minimum interval after this letter.
    """
    dunning = context.plan_of(account.name, account.number)
    until = context.today + timedelta(days=dunning.minimum_interval_days)
    ended = _ended(account, plan, PlanState.REVOKED, context, until)
    told = plan_letter(account, plan, "revoked", context)
    return Decision((ended,)) + told + Decision(letters=(plan_notice("plan_revoked", account, plan, context),))


def ended_by_word(ledger: Ledger, items: Sequence[OpenItem], _: Instruction, context: Context) -> Decision:
    """The decision about a plan that the owner ends in plain words."""
    if context.role is not Role.OWNER:
        return nothing_handed_over(context, "not_allowed")
    found: dict[str, tuple[DebtorAccount, PaymentPlan]] = {}
    for item in items:
        account = ledger.accounts.get(item.invoice.debtor)
        plan = plan_of(account, item)
        if account is not None and plan is not None:
            found[plan.id] = (account, plan)
    if not found:
        return nothing_handed_over(context, "no_plan")
    return merged(revoked(account, plan, context) for account, plan in found.values())


def plans_back(before: DebtorAccount, now: DebtorAccount, context: Context) -> Iterator[pe.PlanEnded | pe.PlanAgreed]:
    """The events that bring an account's plans back: those that were granted since end, those that ended since run again."""
    had = {plan.id: plan for plan in before.plans}
    for plan in now.plans:
        if plan.id not in had and plan.is_alive:
            yield _ended(now, plan, PlanState.CANCELLED, context)
    for plan in now.plans:
        old = had.get(plan.id)
        if old is not None and old.state is PlanState.RUNNING is not plan.state:
            again = replace(plan, state=PlanState.RUNNING)
            yield pe.PlanAgreed(**head(context), debtor=now.id, items=plan.items, plan=again)
