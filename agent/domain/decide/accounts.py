"""What the clock brings about on one debtor's account: a broken promise, a payment that did not come, a statement, the last question."""

from collections.abc import Sequence
from dataclasses import replace

from agent.domain import events as ev
from agent.domain.decide.claimed import proofs_asked
from agent.domain.decide.context import Context, Decision, head, make_id, merged, to_owner
from agent.domain.decide.formal_notices import AFTER_LAST, LAST_CHOICES, after_notice, deadline_of
from agent.domain.decide.plan_following import plans_due
from agent.domain.decide.questions import being_decided
from agent.domain.decide.releases import may_leave
from agent.domain.dunning import StatementDue, exhausted, lapsed_promises, statement_due
from agent.domain.dunning_plan import DunningPlan
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind


def due(ledger: Ledger, account: DebtorAccount, context: Context) -> Decision:
    """Everything that is due on this account today. `ledger` holds all its open items and the open questions about them."""
    plan = context.plan_of(account.name, account.number)
    broken = merged(
        _broken(item, account, context) for item in lapsed_promises(ledger.of_account(account.id), context.today)
    )
    broken += plans_due(ledger, account, context)
    ledger = broken.after(ledger)
    asked = proofs_asked(ledger, account, context)
    ledger = asked.after(ledger)
    account = ledger.accounts[account.id]
    items = ledger.of_account(account.id)
    currencies = sorted({item.invoice.total.currency for item in items})
    statements = [statement_due(account, items, currency, plan, context.today) for currency in currencies]
    leaving = [found for found in statements if found is not None and may_leave(account, found, context)]
    written = merged(statement_of(account, found, context) for found in leaving)
    lapsed = after_notice(ledger, account, items, plan, context)
    return broken + asked + written + _ask_after_last(ledger, account, items, plan, context) + lapsed


def _broken(item: OpenItem, account: DebtorAccount, context: Context) -> Decision:
    promised = next(h.on for h in item.holds if h.kind == "promise" and h.on is not None)
    event = ev.PromiseBroken(**head(context), item=item.id, pay_on=promised)
    notice = replace(
        to_owner(LetterKind.ACTION_NOTICE, f"notice:promise_broken:{item.id}:{promised.isoformat()}", context),
        code="promise_broken",
        items=(item.id,),
        account=account.id,
        on=promised,
        amount=item.balance,
    )
    return Decision((event,), (notice,))


def statement_of(account: DebtorAccount, found: StatementDue, context: Context) -> Decision:
    """This statement of an account that has an address: that it is written, and its letter."""
    contact = account.contact
    assert contact is not None
    cycle = account.next_cycle(found.currency)
    key = f"statement:{context.creditor.id}:{account.id}:{found.currency}:{cycle}"
    ids = tuple(item.id for item in found.items)
    event = ev.StatementQueued(
        **head(context),
        debtor=account.id,
        currency=found.currency,
        cycle=cycle,
        items=ids,
        on=context.today,
        level=found.level,
        mail=key,
    )
    letter = Letter(
        kind=LetterKind.STATEMENT,
        key=key,
        to=(contact.address,),
        creditor=context.creditor.id,
        language=account.language or context.language,
        items=ids,
        account=account.id,
        level=found.level,
        cycle=cycle,
        currency=found.currency,
        on=context.today,
    )
    return Decision((event,), (letter,))


def _ask_after_last(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], plan: DunningPlan, context: Context
) -> Decision:
    asked = being_decided(ledger.questions.values())
    spent = [item for item in exhausted(items, plan, context.today) if item.id not in asked]
    if not spent:
        return Decision()
    ids = tuple(item.id for item in spent)
    question = make_id("q", context.creditor.id, AFTER_LAST, *ids, context.now.isoformat())
    event = ev.QuestionAsked(
        **head(context),
        question=question,
        topic=AFTER_LAST,
        subjects=ids,
        choices=LAST_CHOICES,
        to=context.creditor.owner.address,
    )
    letter = replace(
        to_owner(LetterKind.QUESTION, f"question:{question}", context),
        code=AFTER_LAST,
        items=ids,
        account=account.id,
        question=question,
        choices=LAST_CHOICES,
        on=deadline_of(account, spent, context.today, context),
    )
    return Decision((event,), (letter,))
