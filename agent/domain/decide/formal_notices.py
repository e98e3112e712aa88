"""The formal notice: who may get one, what the owner orders by it, and what he is asked when its deadline has passed.

Nothing here is sent by itself: the owner approves each notice, by number or by word, and before it leaves it is looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from agent.domain import events as ev
from agent.domain import formal_notices as period
from agent.domain.claims import consumer_of
from agent.domain.credits import credits_of
from agent.domain.decide.context import Context, Decision, head, in_answer, make_id, merged, to_owner
from agent.domain.decide.questions import being_decided
from agent.domain.dunning import lapsed_notices
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import Instruction
from agent.domain.formal_notices import FormalNotice
from agent.domain.guard_waits import ANNOUNCEMENTS, FIRST_REMINDER, reminded_on, waits_until
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.plan_progress import due_on, due_so_far
from agent.domain.send_window import next_opening
from agent.domain.workdays import zone

# The order, also as an answer; the questions that it answers.
NOTICE = "formal_notice"
AFTER_LAST, AFTER_NOTICE = "after_last_statement", "after_notice"
TOPICS = frozenset({AFTER_LAST, AFTER_NOTICE})
# What the owner may answer when all statements were sent, and when the deadline of a notice has passed.
LAST_CHOICES = (NOTICE, "one_more", "wait", "escalate", "write_off", "withdraw")
NOTICE_CHOICES = ("escalate", "wait", NOTICE, "write_off")
# Offices are closed for no more days in a row.
_DAYS_OFF = timedelta(days=4)


def ordered(ledger: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The decision that the owner orders a formal notice over these items: one for each debtor and currency.

    `instruction.until` is the deadline that he wishes. What cannot be asked for formally is left out; when nothing can, or when
    he named it, he is told why.
    """
    groups: dict[tuple[str, str], list[OpenItem]] = {}
    for item in items:
        groups.setdefault((item.invoice.debtor, item.balance.currency), []).append(item)
    accounts = ((ledger.accounts.get(debtor), mine) for (debtor, _), mine in groups.items())
    return merged(_of(ledger, account, mine, instruction, context) for account, mine in accounts if account is not None)


def _of(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], instruction: Instruction, context: Context
) -> Decision:
    plan = context.plan_of(account.name, account.number)
    found = [(item, *objection(item, account, plan, context)) for item in items]
    wanted = [item for item, code, _ in found if not code]
    refused = [(item, code, until) for item, code, until in found if code and (instruction.numbers or not wanted)]
    told = Decision(letters=tuple(_refusals(refused, account, context)))
    if not wanted:
        return told
    currency = wanted[0].balance.currency
    owed = Money.total((due_so_far(i, context.today) for i in wanted), currency)
    if (owed + credits_of(ledger.of_account(account.id), currency, account)).amount <= plan.tolerance:
        return Decision(letters=tuple(_refusals([(wanted[0], "credit", None)], account, context)))
    return _noticed(ledger, account, wanted, instruction, context) + told


def objection(item: OpenItem, account: DebtorAccount, plan: DunningPlan, context: Context) -> tuple[str, date | None]:
    """Why this item cannot be asked for by a formal notice today, as a code, and the last day of that where it ends by itself; "" when it can."""
    own = plan.changed(item.invoice.plan)
    due, held = due_on(item, own.tolerance), item.hold(context.today) or account.hold(context.today)
    if item.state is not ItemState.FOLLOWED or item.invoice.credit_note:
        return item.state.value if item.state is not ItemState.FOLLOWED else "credit", None
    if item.balance.amount <= own.tolerance:
        return "settled", None
    if due is None or due >= context.today:
        return "not_due", due
    if held is not None:
        return ("plan" if held.kind is HoldKind.PLAN else held.kind.value), held.until
    if item.plan:
        return "plan", None
    if item.notice is not None and (not item.notice.sent or item.notice.deadline >= context.today):
        return "noticed", item.notice.deadline
    if account.contact is None:
        return "address", None
    return _unannounced(item, account, context)


def _unannounced(item: OpenItem, account: DebtorAccount, context: Context) -> tuple[str, date | None]:
    """A notice follows a statement that was sent; a consumer has had the free reminder of his law, and its time, before."""
    country, consumer = account.country or context.creditor.country, consumer_of(item.invoice, account)
    if not any(s.state == "sent" and item.id in s.items for s in account.statements):
        return "not_reminded", None
    told = ANNOUNCEMENTS.get(country) == FIRST_REMINDER and consumer is not False
    if told and reminded_on(account, item.id, country) is None:
        return "not_reminded", None
    waits = waits_until(item, account, country, consumer=consumer)
    return ("waiting", waits - timedelta(days=1)) if waits is not None and waits > context.today else ("", None)


def _noticed(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], instruction: Instruction, context: Context
) -> Decision:
    currency, ids = items[0].balance.currency, tuple(item.id for item in items)
    number = 1 + max((n.number for n in account.notices if n.currency == currency), default=0)
    key = f"formal_notice:{context.creditor.id}:{account.id}:{currency}:{number}"
    on = _leaves_on(account, context)
    until = deadline_of(account, items, on, context, wanted=instruction.until)
    queued = ev.NoticeQueued(
        **head(context),
        debtor=account.id,
        currency=currency,
        number=number,
        items=ids,
        on=on,
        deadline=until,
        mail=key,
    )
    letter = _letter(account, queued, context)
    told = _told(account, queued, instruction.until, context)
    return Decision((queued, *_closed(ledger, ids, context)), (letter, told))


def _letter(account: DebtorAccount, queued: ev.NoticeQueued, context: Context) -> Letter:
    assert account.contact is not None
    return Letter(
        kind=LetterKind.FORMAL_NOTICE,
        key=queued.mail,
        to=(account.contact.address,),
        creditor=context.creditor.id,
        language=account.language or context.language,
        items=queued.items,
        account=account.id,
        currency=queued.currency,
        on=queued.on,
        until=queued.deadline,
    )


def _told(account: DebtorAccount, queued: ev.NoticeQueued, wanted: date | None, context: Context) -> Letter:
    """What the owner hears at once: what will leave when, and whether the deadline is another than he wished."""
    bounded = wanted is not None and not _is_near(wanted, queued.deadline)
    return replace(
        in_answer(LetterKind.NOTICE_NEWS, f"notice_ordered:{queued.mail}", context),
        code="ordered",
        items=queued.items,
        account=account.id,
        currency=queued.currency,
        on=queued.on,
        until=queued.deadline,
        facts=(("bounded", wanted.isoformat()),) if bounded and wanted else (),
    )


def _is_near(wanted: date, until: date) -> bool:
    """Whether a deadline is the wished one, moved to a working day at most."""
    return wanted <= until <= wanted + _DAYS_OFF


def _leaves_on(account: DebtorAccount, context: Context) -> date:
    """The debtor's day on which the notice leaves when nothing keeps it."""
    plan, place = context.plan_of(account.name, account.number), context.creditor.timezone
    return next_opening(context.now, account.country, place, plan).astimezone(zone(account.country, place)).date()


def deadline_of(
    account: DebtorAccount, items: Sequence[OpenItem], on: date, context: Context, *, wanted: date | None = None
) -> date:
    """The last day on which a notice of this day to this debtor may be paid."""
    kinds = {consumer_of(item.invoice, account) for item in items}
    plan = context.plan_of(account.name, account.number)
    country = account.country or context.creditor.country
    consumer = False if kinds == {False} else None
    return period.deadline(on, plan.notice_days, wanted, country, consumer=consumer)


def _closed(ledger: Ledger, ids: Sequence[str], context: Context) -> tuple[ev.QuestionAnswered, ...]:
    """The notice answers what was asked about these items."""
    asked = (q for q in ledger.questions.values() if q.is_open and q.topic in TOPICS)
    about = (q for q in asked if set(q.subjects) & set(ids))
    return tuple(ev.QuestionAnswered(**head(context), question=q.id, answer=NOTICE) for q in about)


def _refusals(
    refused: Sequence[tuple[OpenItem, str, date | None]], account: DebtorAccount, context: Context
) -> list[Letter]:
    """One letter for each reason, about all items that it keeps."""
    letters = []
    for reason in dict.fromkeys(code for _, code, _ in refused):
        mine = [(item, until) for item, code, until in refused if code == reason]
        ids = tuple(item.id for item, _ in mine)
        days = [until for _, until in mine if until is not None]
        letters.append(
            replace(
                in_answer(
                    LetterKind.NOTICE_NEWS, f"notice_refused:{make_id('n', context.source, reason, *ids)}", context
                ),
                code="refused",
                items=ids,
                account=account.id,
                on=max(days, default=None),
                facts=(("because", reason),),
            )
        )
    return letters


def notices_back(before: DebtorAccount, now: DebtorAccount, context: Context) -> tuple[ev.NoticeCancelled, ...]:
    """The events by which notices that were ordered since, and wait in the outbox, never leave."""
    had = {n.mail for n in before.notices}
    return tuple(cancelled(now, n, "undone", context) for n in now.notices if n.state == "queued" and n.mail not in had)


def cancelled(account: DebtorAccount, notice: FormalNotice, reason: str, context: Context) -> ev.NoticeCancelled:
    """The event by which a notice that waits in the outbox does not count any more."""
    return ev.NoticeCancelled(
        **head(context),
        debtor=account.id,
        currency=notice.currency,
        number=notice.number,
        items=notice.items,
        mail=notice.mail,
        reason=reason,
    )


def after_notice(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], plan: DunningPlan, context: Context
) -> Decision:
    """The question to the owner what follows the notices whose deadline and grace have passed; nothing while it is asked already."""
    asked = being_decided(ledger.questions.values())
    lapsed = [item for item in lapsed_notices(items, plan, context.today) if item.id not in asked]
    if not lapsed or account.hold(context.today) is not None:
        return Decision()
    ids = tuple(item.id for item in lapsed)
    event = ev.QuestionAsked(
        **head(context),
        question=make_id("q", context.creditor.id, AFTER_NOTICE, *ids, context.now.isoformat()),
        topic=AFTER_NOTICE,
        subjects=ids,
        choices=NOTICE_CHOICES,
        to=context.creditor.owner.address,
    )
    letter = replace(
        to_owner(LetterKind.NOTICE_QUESTION, f"question:{event.question}", context),
        code=AFTER_NOTICE,
        items=ids,
        account=account.id,
        question=event.question,
        choices=NOTICE_CHOICES,
        on=deadline_of(account, lapsed, context.today, context),
        until=max(item.notice.deadline for item in lapsed if item.notice is not None),
    )
    return Decision((event,), (letter,))
