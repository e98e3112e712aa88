"""Letters to debtors about payment plans in the outbox: whether one is still right, and what follows when it left or did not."""

from __future__ import annotations

from agent.domain import plan_events as pe
from agent.domain.decide import Context, Decision
from agent.domain.decide.context import head
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.plans import PaymentPlan, PlanLetter, PlanState
from agent.mail.outgoing import OutgoingMail

# What is only right while the plan runs.
_WHILE_IT_RUNS = frozenset({"agreed", "changed", "courtesy", "missed"})


def plan_objection(account: DebtorAccount, ledger: Ledger, mail: OutgoingMail, context: Context) -> str:
    """Why this letter is not right any more; "" when it is. A payment of 08:59 stops the friendly word of 09:00."""
    if account.contact is None or account.contact.address not in mail.to:
        return "the debtor has another address now"
    if not set(context.creditor.ibans).issuperset(mail.payees):
        return "an account that it names is not the creditor's any more"
    found = _counted(account, mail)
    if found is None:
        return ""
    plan, letter = found
    if letter.code in _WHILE_IT_RUNS and plan.state is not PlanState.RUNNING:
        return "the plan does not run any more"
    if letter.code == "revoked" and plan.state is not PlanState.REVOKED:
        return "the plan runs again"
    return _moved(account, ledger, mail, context)


def _moved(account: DebtorAccount, ledger: Ledger, mail: OutgoingMail, context: Context) -> str:
    """What asks for money is written anew when a balance has changed, and not at all while something rests."""
    if not mail.balances:
        return ""
    if account.hold(context.today) is not None:
        return "the account is held"
    for id_, balance in mail.balances:
        item = ledger.items.get(id_)
        if item is None or str(item.balance.rounded().amount) != balance:
            return f"the balance of {id_} changed"
        hold = item.hold(context.today)
        if hold is not None and not hold.reason.startswith("plan_"):
            return f"{id_} is held"
    return ""


def _counted(account: DebtorAccount, mail: OutgoingMail) -> tuple[PaymentPlan, PlanLetter] | None:
    found = ((plan, letter) for plan in account.plans for letter in plan.letters if letter.mail == mail.key)
    return next(found, None)


def plan_letter_left(account: DebtorAccount, mail: OutgoingMail, context: Context) -> Decision:
    """The plan counts this letter as sent; nothing when it counts none such."""
    found = _counted(account, mail)
    if found is None or found[1].state != "queued":
        return Decision()
    plan, letter = found
    sent = pe.PlanLetterSent(
        **head(context),
        debtor=account.id,
        plan=plan.id,
        code=letter.code,
        mail=mail.key,
        number=letter.number,
        on=context.today,
    )
    return Decision((sent,))


def plan_letter_cancelled(account: DebtorAccount, mail: OutgoingMail, reason: str, context: Context) -> Decision:
    """The plan does not count this letter any more, so that it is written anew where it is still wanted."""
    found = _counted(account, mail)
    if found is None or found[1].state != "queued":
        return Decision()
    plan, letter = found
    event = pe.PlanLetterCancelled(
        **head(context),
        debtor=account.id,
        plan=plan.id,
        code=letter.code,
        mail=mail.key,
        number=letter.number,
        reason=reason,
    )
    return Decision((event,))
