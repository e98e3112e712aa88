"""What follows when a debtor says that he has paid: time for the money to come, then the proof, then his creditor's word.

Banks move money on their own days: a claim holds for so many bank days from the day of payment that was told. What has not come by
then is asked about, once, as a contact like any other; the next statement goes on at the level that was reached. Claims that come
again and again hold no longer: the creditor decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.credit_folds import PROOF_GIVEN
from agent.domain.credits import owed_by
from agent.domain.decide.context import Context, Decision, head, make_id, to_owner
from agent.domain.decide.enclosed import LONGEST_PROMISE
from agent.domain.decide.holds import DEFER_DAYS
from agent.domain.dunning import unproved_claims
from agent.domain.findings import Intent
from agent.domain.ledger import DebtorAccount, HoldKind, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.workdays import add_bank_days

# A proof is worth a longer look at the bank than a word.
_PROOF_FACTOR = 2
# Bank days that a claim holds at least, however long ago the payment is said to be.
_LEAST_DAYS = 2
# Claims about one item that hold it.
_MOST_CLAIMS = 3
AGAIN = "claimed_again"
CHOICES = ("wait", "go_on")


def believed(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context, *, proved: bool
) -> Decision:
    """The decision about items that are said to be paid: they rest; those said to be paid too often are asked about."""
    fresh = [i for i in items if i.claims < _MOST_CLAIMS]
    again = [i for i in items if i.claims >= _MOST_CLAIMS]
    until = hold_until(account, intent.on, context, proved=proved)
    events = tuple(
        ev.PaymentClaimed(**head(context), item=i.id, hold_until=until, on=intent.on, words=intent.words, proof=proved)
        for i in fresh
    )
    return Decision(events) + (ask_creditor(ledger, account, again, intent.words, context) if again else Decision())


def hold_until(account: DebtorAccount, told: date | None, context: Context, *, proved: bool) -> date:
    """The last day on which a claim of payment holds: bank days of both countries, from the day of payment that was told."""
    plan = context.plan_of(account.name, account.number)
    countries = (context.creditor.country, account.country)
    paid_on = told if told is not None and told <= context.today + LONGEST_PROMISE else context.today
    least = plan.claim_hold_days if proved else min(_LEAST_DAYS, plan.claim_hold_days)
    days = plan.claim_hold_days * (_PROOF_FACTOR if proved else 1)
    return max(add_bank_days(paid_on, days, *countries), add_bank_days(context.today, least, *countries))


def proofs_asked(ledger: Ledger, account: DebtorAccount, context: Context) -> Decision:
    """The decision about payments that were told of and have not come: the debtor is asked for the proof, or the creditor to look.

    Who has as much in credit as he owes is asked for nothing.
    """
    plan = context.plan_of(account.name, account.number)
    items = ledger.of_account(account.id)
    late = unproved_claims(account, items, plan, context.today)
    late = tuple(i for i in late if owed_by(account, items, i.invoice.total.currency).amount > plan.tolerance)
    proved = [i for i in late if _is_proved(i)]
    told = [i for i in late if not _is_proved(i)]
    decision = _ask_debtor(account, told, context) if told else Decision()
    if not proved:
        return decision
    until = add_bank_days(context.today, DEFER_DAYS, context.creditor.country)
    rests = _asked(account, proved, until, "", context, proved=True)
    return decision + Decision((rests,)) + ask_creditor(ledger, account, proved, "", context)


def _is_proved(item: OpenItem) -> bool:
    return any(h.kind is HoldKind.CLAIM and h.reason == PROOF_GIVEN for h in item.holds)


def _asked(
    account: DebtorAccount, items: Sequence[OpenItem], until: date, mail: str, context: Context, *, proved: bool = False
) -> ce.PaymentProofAsked:
    ids = tuple(i.id for i in items)
    return ce.PaymentProofAsked(
        **head(context), debtor=account.id, items=ids, on=context.today, hold_until=until, mail=mail, proved=proved
    )


def _ask_debtor(account: DebtorAccount, items: Sequence[OpenItem], context: Context) -> Decision:
    """One courteous mail about all of them; the creditor hears of it."""
    assert account.contact is not None
    plan = context.plan_of(account.name, account.number)
    ids = tuple(i.id for i in items)
    paid_on = {h.on for i in items for h in i.holds if h.kind is HoldKind.CLAIM}
    letter = Letter(
        kind=LetterKind.PROOF_REQUEST,
        key=f"proof-request:{make_id('n', account.id, context.today.isoformat(), *ids)}",
        to=(account.contact.address,),
        creditor=context.creditor.id,
        language=account.language or context.language,
        items=ids,
        account=account.id,
        on=paid_on.pop() if len(paid_on) == 1 else None,
    )
    until = context.today + timedelta(days=max(plan.minimum_interval_days - 1, 0))
    notice = replace(
        to_owner(LetterKind.ACTION_NOTICE, f"notice:{letter.key}", context),
        code="proof_asked",
        items=ids,
        account=account.id,
        on=until + timedelta(days=1),
    )
    return Decision((_asked(account, items, until, letter.key, context),), (letter, notice))


def ask_creditor(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], words: str, context: Context
) -> Decision:
    """The question whether to go on, and a rest of some working days for its answer; nothing while it is asked already."""
    ids = tuple(i.id for i in items)
    if any(q.is_open and q.topic == AGAIN and set(ids) <= set(q.subjects) for q in ledger.questions.values()):
        return Decision()
    question = make_id("q", context.creditor.id, AGAIN, context.source, *ids)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic=AGAIN,
        subjects=ids,
        choices=CHOICES,
        to=context.creditor.owner.address,
    )
    until = add_bank_days(context.today, DEFER_DAYS, context.creditor.country)
    rests = tuple(
        ev.FollowUpPaused(**head(context), subject=i.id, until=until, reason=AGAIN)
        for i in items
        if not any(h.kind is HoldKind.PAUSE and (h.until is None or h.until >= until) for h in i.holds)
    )
    letter = replace(
        to_owner(LetterKind.QUESTION, f"question:{question}", context),
        code=AGAIN,
        items=ids,
        account=account.id,
        question=question,
        choices=CHOICES,
        on=until,
        words=words,
    )
    return Decision((asked, *rests), (letter,))
