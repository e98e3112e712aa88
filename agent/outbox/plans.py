"""What letters about payment plans print: the schedule, the next instalment and how to pay it."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.plan_progress import items_of, plan_of
from agent.domain.plans import PaymentPlan
from agent.mail.outgoing import Part
from agent.outbox.cleaning import cleaned
from agent.outbox.facts import Facts
from agent.outbox.paying import with_ways_to_pay
from agent.outbox.views import Page
from agent.reports.plans import PlanView, plan_view, plans_of
from agent.reports.statement import statement_of

# Letters to a debtor that ask for money, and therefore say how to pay it.
_PAYS = frozenset({"agreed", "changed", "courtesy", "missed", "revoked"})
# A digest names so many plans; the tracking sheet names the rest.
_SHOWN = 12


def with_plans(page: Page, letter: Letter, facts: Facts) -> Page:
    """The page with the plans that its letter is about, or that its creditor's debtors have."""
    if letter.kind in (LetterKind.DIGEST, LetterKind.MONTHLY_REPORT):
        views = plans_of(facts.ledger.accounts, facts.ledger.items.values(), page.today)[:_SHOWN]
    elif letter.kind is LetterKind.STATUS:
        views = tuple(_view(plan, letter, facts, page) for plan in _of_items(letter, facts))
    else:
        views = tuple(_view(plan, letter, facts, page) for plan in letter.plans)
    return replace(page, plans=cleaned(views)) if views else page


def _of_items(letter: Letter, facts: Facts) -> tuple[PaymentPlan, ...]:
    items = (facts.ledger.items[i] for i in letter.items if i in facts.ledger.items)
    found = (plan_of(facts.ledger.accounts.get(i.invoice.debtor), i) for i in items)
    return tuple({plan.id: plan for plan in found if plan is not None}.values())


def _view(plan: PaymentPlan, letter: Letter, facts: Facts, page: Page) -> PlanView:
    account = facts.ledger.accounts.get(letter.account)
    return plan_view(plan, facts.ledger.items.values(), account.name if account else "", page.today)


def plan_page(page: Page, letter: Letter, facts: Facts) -> tuple[Page, tuple[Part, ...]]:
    """The page of a letter to the debtor, with the slip for what it asks for: the instalment, or all of it when the plan ended."""
    account = facts.ledger.accounts.get(letter.account)
    view = page.plans[0] if page.plans else None
    if view is None or account is None or letter.code not in _PAYS:
        return page, ()
    asked = _asked(view, letter.code)
    items = items_of(letter.plans[0], facts.ledger.items.values())
    lines = statement_of(items, account, facts.plan, page.today, [i.id for i in items]).due
    page = replace(page, amount=asked, currency=asked.currency)
    return with_ways_to_pay(page, lines, asked, facts) if asked.amount > 0 else (page, ())


def _asked(view: PlanView, code: str) -> Money:
    if code == "revoked":
        return view.open
    if code == "missed":
        return view.overdue
    return view.next.open if view.next else Money.zero(view.total.currency)


def plan_balances(letter: Letter, facts: Facts) -> tuple[tuple[str, str], ...]:
    """What is open of each item of a letter that asks for money, to be looked at again before it leaves."""
    if letter.kind is not LetterKind.PAYMENT_PLAN or letter.code not in ("courtesy", "missed", "revoked"):
        return ()
    items = (facts.ledger.items[i] for i in letter.items if i in facts.ledger.items)
    return tuple((item.id, str(item.balance.rounded().amount)) for item in items)
