"""The letters about payment plans: to the debtor, each once and counted, and to the creditor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.domain import plan_events as pe
from agent.domain.decide.context import Context, Decision, answer_to, head, make_id, to_owner
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Role
from agent.domain.plans import PaymentPlan


def plan_letter(account: DebtorAccount, plan: PaymentPlan, code: str, context: Context, *, number: int = 0) -> Decision:
    """The letter of this code to the debtor, counted in his plan; nothing when he had it or has no address.

    `number` is the instalment that it is about, 0 for none.
    """
    if account.contact is None or (plan.letter(code, number) is not None and code != "missed"):
        return Decision()
    written = sum(x.code == code and x.number == number for x in plan.letters)
    key = f"plan:{plan.id}:{code}:{number}:{written}"
    queued = pe.PlanLetterQueued(
        **head(context), debtor=account.id, plan=plan.id, code=code, mail=key, number=number, on=context.today
    )
    letter = replace(
        said_to_debtor(account, code, (), context), key=key, items=plan.items, plans=(plan,), currency=plan.currency
    )
    return Decision((queued,), (letter,))


def said_to_debtor(account: DebtorAccount, code: str, items: Sequence[OpenItem], context: Context) -> Letter:
    """A letter to the debtor that no plan counts: his request arrived, or was refused."""
    receipt = code == "plan_request"
    kind = LetterKind.RECEIPT if receipt else LetterKind.PAYMENT_PLAN
    address = context.sender if receipt else account.contact.address if account.contact else ""
    return Letter(
        kind=kind,
        key=f"receipt:{context.source}" if receipt else f"plan:{account.id}:{code}:{context.source}",
        to=(address,),
        creditor=context.creditor.id,
        language=account.language or context.language,
        code=code,
        items=tuple(i.id for i in items),
        account=account.id,
        on=context.today,
        answers=context.source if receipt else "",
    )


def plan_notice(code: str, account: DebtorAccount, plan: PaymentPlan, context: Context) -> Letter:
    """What the creditor is told of a plan: in answer to his own mail, or by itself."""
    letter = to_owner(LetterKind.PLAN_NOTICE, f"notice:{code}:{make_id('n', context.source, plan.id, code)}", context)
    answers = context.role in (Role.OWNER, Role.STAFF)
    return replace(
        letter,
        to=answer_to(context) if answers else letter.to,
        answers=context.source if answers else "",
        code=code,
        items=plan.items,
        account=account.id,
        plans=(plan,),
        currency=plan.currency,
        on=context.today,
    )
