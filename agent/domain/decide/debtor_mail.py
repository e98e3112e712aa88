"""What follows from a debtor's mail. His words can only hold reminders and be reported; they never settle anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head, make_id, merged, to_owner
from agent.domain.findings import AutoReplyReading, BounceReading, Intent, ReplyReading, ReportKind
from agent.domain.index import number_term
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.workdays import add_working_days

# A promise further off than this is a wish for time: it is reported and holds for the defer days only.
_LONGEST_PROMISE = timedelta(days=62)
# Working days for which reminders rest so that a person can answer what Relance cannot.
_DEFER_DAYS = 5
# Working days for which a mail from an unproved sender that names a case defers the next statement, once.
_UNPROVED_DEFER_DAYS = 3
_STOPS_ALL = frozenset({"insolvency", "ceased_or_deceased", "hostile", "legal_threat", "stop_contact"})
_SILENT = frozenset({"out_of_office", "auto_ack", "unrelated"})


def reply(
    ledger: Ledger, account: DebtorAccount, reading: ReplyReading, listed: Sequence[str], context: Context
) -> Decision:
    """The decision about a proved debtor's answer. `listed` are the items of the letter that he answers.

    Promises, claims of payment and disputes hold their items and are reported with the words they rest on; what stops all
    contact holds the account; anything else is reported and defers the reminders for some working days, so that a person can
    answer. Nothing is concluded from a reading that needs a person.
    """
    items = _items(ledger, account, listed)
    if reading.needs_human or not reading.intents:
        return _unclear(account, items, reading, context)
    decisions: list[Decision] = []
    for intent in reading.intents:
        decisions.append(_intent(ledger.accounts[account.id], _named(items, intent), intent, context))
        ledger = decisions[-1].after(ledger)
    return _one_receipt(merged(decisions))


def _one_receipt(decision: Decision) -> Decision:
    """The decision with one receipt to the debtor at most: his mail is answered once, whatever it held."""
    receipts = [letter for letter in decision.letters if letter.kind is LetterKind.RECEIPT]
    return Decision(decision.events, tuple(x for x in decision.letters if x not in receipts[1:]))


def _items(ledger: Ledger, account: DebtorAccount, listed: Sequence[str]) -> tuple[OpenItem, ...]:
    """The open items of the letter, else all open ones of the account."""
    mine = [i for i in ledger.of_account(account.id) if i.state in (ItemState.FOLLOWED, ItemState.ESCALATED)]
    return tuple(i for i in mine if i.id in listed) or tuple(mine)


def _named(items: Sequence[OpenItem], intent: Intent) -> tuple[OpenItem, ...]:
    """The items whose numbers the clause names; all of them when it names none of ours."""
    wanted = {number_term(n) for n in intent.numbers}
    return tuple(i for i in items if number_term(i.invoice.number) in wanted) or tuple(items)


def _intent(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    far = intent.on is not None and intent.on > context.today + _LONGEST_PROMISE
    if intent.label == "promise_to_pay" and intent.on is not None and intent.on >= context.today and not far:
        return _promised(account, items, intent, context)
    if intent.label == "claims_paid":
        return _claimed(account, items, intent, context)
    if intent.label == "dispute":
        return _disputed(account, items, intent, context)
    if intent.label in _STOPS_ALL:
        hold = ev.FollowUpPaused(**head(context), subject=account.id, until=None, reason=intent.label)
        return Decision((hold,), (_notice(intent.label, account, items, intent, context),))
    if intent.label in _SILENT:
        return Decision()
    return _deferred(account, items, intent, context)


def _promised(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    assert intent.on is not None
    plan = context.plan_of(account.name, account.number)
    until = intent.on + timedelta(days=plan.promise_grace_days)
    events = tuple(
        ev.PromiseToPayMade(**head(context), item=i.id, pay_on=intent.on, hold_until=until, words=intent.words)
        for i in items
    )
    return Decision(
        events,
        (_notice("promise", account, items, intent, context), _receipt("promise", account, items, intent, context)),
    )


def _claimed(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    plan = context.plan_of(account.name, account.number)
    until = add_working_days(context.today, plan.claim_hold_days, context.creditor.country)
    events = tuple(
        ev.PaymentClaimed(**head(context), item=i.id, hold_until=until, on=intent.on, words=intent.words) for i in items
    )
    return Decision(
        events,
        (_notice("claimed_paid", account, items, intent, context), _receipt("claim", account, items, intent, context)),
    )


def _disputed(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    events = tuple(
        ev.DisputeRaised(**head(context), item=i.id, reason=intent.reason or "other", words=intent.words) for i in items
    )
    return Decision(
        events,
        (_notice("dispute", account, items, intent, context), _receipt("dispute", account, items, intent, context)),
    )


def _deferred(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    return Decision(
        (_defer(account, intent.label, context),), (_notice(intent.label, account, items, intent, context),)
    )


def _defer(account: DebtorAccount, reason: str, context: Context, days: int = _DEFER_DAYS) -> ev.FollowUpPaused:
    """A rest of some working days; a longer one that is there already is kept."""
    until = add_working_days(context.today, days, context.creditor.country)
    for hold in account.holds:
        if hold.kind is HoldKind.PAUSE and (hold.until is None or hold.until > until):
            return ev.FollowUpPaused(**head(context), subject=account.id, until=hold.until, reason=hold.reason)
    return ev.FollowUpPaused(**head(context), subject=account.id, until=until, reason=reason)


def _unclear(account: DebtorAccount, items: Sequence[OpenItem], reading: ReplyReading, context: Context) -> Decision:
    words = reading.own_text
    serious = next((i for i in reading.intents if i.label in _STOPS_ALL), None)
    if serious is not None:
        hold = ev.FollowUpPaused(**head(context), subject=account.id, until=None, reason=serious.label)
        return Decision((hold,), (_notice(serious.label, account, items, serious, context),))
    disputed = next((i for i in reading.intents if i.label == "dispute"), None)
    if disputed is not None:
        return _disputed(account, _named(items, disputed), disputed, context)
    unclear = Intent("reply_unclear", 0.0, words, "needs a person")
    return Decision(
        (_defer(account, "reply_unclear", context),), (_notice("reply_unclear", account, items, unclear, context),)
    )


def _notice(code: str, account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Letter:
    return replace(
        to_owner(
            LetterKind.ACTION_NOTICE,
            f"notice:{code}:{make_id('n', context.source, intent.words, *(i.id for i in items))}",
            context,
        ),
        code=code,
        items=tuple(i.id for i in items),
        account=account.id,
        on=intent.on or intent.until,
        words=intent.words,
        facts=(("sender", context.sender),),
    )


def _receipt(code: str, account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Letter:
    return Letter(
        kind=LetterKind.RECEIPT,
        key=f"receipt:{context.source}",
        to=(context.sender,),
        creditor=context.creditor.id,
        language=account.language or context.language,
        code=code,
        items=tuple(i.id for i in items),
        account=account.id,
        on=intent.on,
        words=intent.words,
        answers=context.source,
    )


def unproved_case(ledger: Ledger, account: DebtorAccount, words: str, context: Context) -> Decision:
    """A mail without proof that names an open case: shown to the creditor, and one statement deferred by three working days, once."""
    letter = replace(
        to_owner(LetterKind.ACTION_NOTICE, f"notice:unproved_mail:{context.source}", context),
        code="unproved_mail",
        items=tuple(i.id for i in ledger.of_account(account.id) if i.is_open),
        account=account.id,
        words=words,
        facts=(("sender", context.sender),),
    )
    deferred = any(h.reason == "unproved_mail" for h in account.holds)
    held = account.hold(context.today) is not None
    events = () if deferred or held else (_defer(account, "unproved_mail", context, _UNPROVED_DEFER_DAYS),)
    return Decision(events, (letter,))


def automatic_answer(account: DebtorAccount, reading: AutoReplyReading, context: Context) -> Decision:
    """An automatic answer changes nothing, but for an absence that names its end: reminders rest until then. Never answered."""
    if reading.kind not in ("absence", "left", "moved"):
        return Decision()
    events: tuple[ev.Event, ...] = ()
    soon = context.today + timedelta(days=60)
    if reading.back_on is not None and context.today < reading.back_on <= soon and account.hold(context.today) is None:
        events = (
            ev.FollowUpPaused(
                **head(context), subject=account.id, until=reading.back_on - timedelta(days=1), reason="absence"
            ),
        )
    letter = replace(
        to_owner(LetterKind.ACTION_NOTICE, f"notice:{reading.kind}:{context.source}", context),
        code="out_of_office" if reading.kind == "absence" else "contact_proposed",
        account=account.id,
        on=reading.back_on,
        facts=(("stand_in", reading.stand_in), ("sender", context.sender)),
    )
    return Decision(events, (letter,))


def bounce(account: DebtorAccount, reading: BounceReading, context: Context) -> Decision:
    """A hard bounce (or a complaint) stops the contact and asks the creditor for an address; other reports change nothing."""
    if reading.kind not in (ReportKind.BOUNCE, ReportKind.COMPLAINT):
        return Decision()
    complaint = reading.kind is ReportKind.COMPLAINT
    ours = {c.address for c in account.contacts if not c.failed}
    final = [r for r in reading.recipients if r.permanent or r.hard or complaint]
    # one address may be reported more than once, as we wrote it or as it was resolved
    failed = {address: r for r in final for address in (r.original, r.address) if address in ours}
    return merged(
        contact_failed(account, address, "complaint" if complaint else r.reason or r.status, context)
        for address, r in failed.items()
    )


def contact_failed(account: DebtorAccount, address: str, reason: str, context: Context) -> Decision:
    """The address is not written to any more, and the creditor is asked for another."""
    event = ev.ContactFailed(**head(context), debtor=account.id, address=address, reason=reason)
    question = make_id("q", context.creditor.id, "bounced_contact", account.id, address, context.source)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic="bounced_contact",
        subjects=(account.id,),
        to=context.creditor.owner.address,
        detail=address,
    )
    letter = replace(
        to_owner(LetterKind.QUESTION, f"question:{question}", context),
        code="bounced_contact",
        account=account.id,
        question=question,
        facts=(("address", address), ("reason", reason)),
    )
    return Decision((event, asked), (letter,))
