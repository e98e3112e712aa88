"""What follows from a debtor's mail. His words can only hold reminders and be reported; they never settle anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

from agent.domain import events as ev
from agent.domain.decide.announced import advised
from agent.domain.decide.blanks import asked_back
from agent.domain.decide.claimed import believed
from agent.domain.decide.contacts import Proposed, contact_told
from agent.domain.decide.context import Context, Decision, head, make_id, merged, receipt, to_owner
from agent.domain.decide.enclosed import LONGEST_PROMISE, Shown, said_in_words, shown_by
from agent.domain.decide.holds import deferred, stopped
from agent.domain.decide.naming import Meant, meant_by
from agent.domain.decide.plans import requested, wish_in
from agent.domain.enclosures import EnclosureReading
from agent.domain.findings import Intent, ReplyReading
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind

# Working days for which a mail from an unproved sender that names a case defers the next statement, once.
_UNPROVED_DEFER_DAYS = 3
_STOPS_ALL = frozenset({"insolvency", "ceased_or_deceased", "hostile", "legal_threat", "stop_contact"})
_URGENT = _STOPS_ALL | {"suspected_fraud", "unproved_mail"}
# The items of a letter or of an account, and those beside them that only a number names.
Known: TypeAlias = tuple[Sequence[OpenItem], Sequence[OpenItem]]
_SILENT = frozenset({"out_of_office", "auto_ack", "unrelated"})
_CONTACTS = frozenset({"wrong_contact", "change_of_contact"})
_PAYS = frozenset({"promise_to_pay", "claims_paid"})
_PRIVACY = re.compile(
    r"(?i)\b(?:rgpd|gdpr|avg|dsgvo|art(?:icle|ikel|\.)? ?(?:15|17|21)\b|donn[ée]es|gegevens|personal data|my data|(?:personenbezogene )?daten|effac\w+|supprim\w+|wissen|l[öo]sch\w+"
    r"|eras\w+|delete|droit d['’]acc[èe]s|inzage(?:recht)?|auskunft\w*|data protection|vie priv[ée]e|privacy)\b"
)
# GDPR article 12(3): an answer within one month of the request.
_PRIVACY_DAYS = 30


@dataclass(frozen=True, slots=True)
class DebtorMail:
    """What a proved debtor's mail says.

    `listed` are the items of the letter that he answers, in its order; `named` those that his mail names, also such that are still
    being checked and that no letter of ours lists; `enclosures` what came with it.
    """

    reading: ReplyReading
    listed: Sequence[str] = ()
    named: Sequence[str] = ()
    enclosures: tuple[EnclosureReading, ...] = ()


def reply(ledger: Ledger, account: DebtorAccount, mail: DebtorMail, context: Context) -> Decision:
    """The decision about a proved debtor's answer.

    Promises, claims of payment and disputes hold their items and are reported with the words they rest on; what stops all
    contact holds the account; another contact is asked about; anything else is reported and defers the reminders for some working
    days, so that a person can answer. Nothing is concluded from words that need a person; a document may still say what they do not.
    """
    reading = mail.reading
    mine = [i for i in ledger.of_account(account.id) if i.state in (ItemState.FOLLOWED, ItemState.ESCALATED)]
    items = _items(mine, mail)
    aside = tuple(i for i in ledger.of_account(account.id) if i.state is ItemState.REVIEW and i.id in mail.named)
    shown = shown_by(items, mine, (mail.enclosures, reading.own_text), context.today)
    decisions = []
    for one in shown:
        decisions.append(_intent(ledger, account, one.items, one.intent, context, proved=True))
        ledger = decisions[-1].after(ledger)
    decisions.append(Decision(advised(account, mine, mail.enclosures, context)))
    if reading.needs_human or not reading.intents:
        decisions.append(_unclear(ledger.accounts[account.id], (items, aside), mail, shown, context))
    else:
        decisions.append(_said(ledger, account, (items, aside), _still_said(reading, shown), context))
    decision = asked_back(merged(decisions), account, items, reading, context)
    decision = _with_deadline(decision, reading.own_text, context)
    return _silent_on_handed_over(_one_receipt(_with_enclosures(decision, mail.enclosures)), ledger, context)


def _still_said(reading: ReplyReading, shown: Sequence[Shown]) -> list[Intent]:
    elsewhere = any(intent.label == "change_of_contact" and intent.contact for intent in reading.intents)
    told = (i for i in reading.intents if not (elsewhere and i.label == "wrong_contact"))
    return [intent for intent in told if said_in_words(intent, shown)]


def _said(
    ledger: Ledger, account: DebtorAccount, known: Known, intents: Sequence[Intent], context: Context
) -> Decision:
    decisions = []
    for intent, about in zip(intents, _about(known, intents), strict=True):
        owed = tuple(i for i in about if i.state is not ItemState.REVIEW)
        unchecked = tuple(i for i in about if i.state is ItemState.REVIEW)
        if owed or not unchecked:
            planned = _planned(ledger, ledger.accounts[account.id], owed, intent, context)
            decisions.append(planned or _intent(ledger, ledger.accounts[account.id], owed, intent, context))
            ledger = decisions[-1].after(ledger)
        if unchecked:
            decisions.append(_of_unchecked(ledger.accounts[account.id], unchecked, intent, context))
            ledger = decisions[-1].after(ledger)
    return merged(decisions)


def _of_unchecked(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    """What is said of invoices that are still being checked: a dispute is theirs, all else is shown to the creditor as it is."""
    if intent.label == "dispute":
        return _disputed(account, items, intent, context)
    if intent.label in _STOPS_ALL:
        return _all_stopped(account, items, intent, context)
    return Decision() if intent.label in _SILENT else _deferred(account, items, intent, context)


def _planned(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context
) -> Decision | None:
    """What follows from a wish to pay in instalments; None when it is none, or nothing can be paid so."""
    wish = wish_in(intent)
    decision = requested(ledger, account, items, (wish, intent), context) if wish is not None else Decision()
    return decision if decision.events else None


def _about(known: Known, intents: Sequence[Intent]) -> list[tuple[OpenItem, ...]]:
    """The items of each clause: those that its words choose; a payment that chooses none leaves out what another clause disputes."""
    items, aside = known
    first = [meant_by(items, intent, aside=aside) for intent in intents]
    found = []
    for place, (intent, meant) in enumerate(zip(intents, first, strict=True)):
        others = [(i, m) for n, (i, m) in enumerate(zip(intents, first, strict=True)) if n != place and m.chosen]
        found.append(_left(known, intent, meant, others))
    return found


def _left(known: Known, intent: Intent, meant: Meant, others: Sequence[tuple[Intent, Meant]]) -> tuple[OpenItem, ...]:
    items, aside = known
    taken = {item.id for _, other in others for item in other.items}
    again = meant_by(items, intent, tuple(taken), aside)
    if meant.chosen or again.chosen or not others:
        return again.items
    if intent.label not in _PAYS:
        return tuple(items)
    disputed = {item.id for other, m in others if other.label == "dispute" for item in m.items}
    return tuple(i for i in items if i.id not in disputed) or again.items


def _with_enclosures(decision: Decision, enclosures: tuple[EnclosureReading, ...]) -> Decision:
    """The decision whose letters to the creditor show what was enclosed."""
    if not enclosures:
        return decision
    shown = (
        letter if letter.kind is LetterKind.RECEIPT else replace(letter, enclosures=enclosures)
        for letter in decision.letters
    )
    return Decision(decision.events, tuple(shown))


def _one_receipt(decision: Decision) -> Decision:
    """The decision with one receipt to the debtor at most: his mail is answered once, whatever it held, and not what he is hostile about."""
    stops = any(letter.code in _STOPS_ALL for letter in decision.letters)
    receipts = [letter for letter in decision.letters if letter.kind is LetterKind.RECEIPT]
    left_out = receipts if stops else receipts[1:]
    return Decision(decision.events, tuple(x for x in decision.letters if x not in left_out))


def _silent_on_handed_over(decision: Decision, ledger: Ledger, context: Context) -> Decision:
    """The decision without a receipt about what the owner took in hand himself: from then on he answers, or whom he gave it to."""

    def kept(letter: Letter) -> bool:
        items = [ledger.items[id_] for id_ in letter.items if id_ in ledger.items]
        theirs = bool(items) and all(item.state is ItemState.ESCALATED for item in items)
        return context.collects or letter.kind is not LetterKind.RECEIPT or not theirs

    return Decision(decision.events, tuple(letter for letter in decision.letters if kept(letter)))


def _items(mine: Sequence[OpenItem], mail: DebtorMail) -> tuple[OpenItem, ...]:
    """The open items of the letter and those that the mail names, in the letter's order; all open ones when there are none."""
    order = {id_: place for place, id_ in enumerate(dict.fromkeys((*mail.listed, *mail.named)))}
    meant = sorted((i for i in mine if i.id in order), key=lambda i: order[i.id])
    return tuple(meant) or tuple(mine)


def _intent(
    ledger: Ledger,
    account: DebtorAccount,
    items: Sequence[OpenItem],
    intent: Intent,
    context: Context,
    *,
    proved: bool = False,
) -> Decision:
    account = ledger.accounts[account.id]
    if intent.label == "promise_to_pay" and _is_near(intent.on, context.today):
        return _promised(account, items, intent, context)
    if intent.label == "claims_paid":
        return _claimed(ledger, account, items, intent, context, proved=proved)
    if intent.label == "dispute":
        return _disputed(account, items, intent, context)
    if intent.label in _STOPS_ALL:
        return _all_stopped(account, items, intent, context)
    if intent.label in _CONTACTS:
        told = Proposed(intent.contact, intent.contact_name, intent.words, gone=intent.label == "wrong_contact")
        return contact_told(ledger, account, told, context)
    if intent.label in _SILENT:
        return Decision()
    return _deferred(account, items, intent, context)


def _is_near(on: date | None, today: date) -> bool:
    """Whether a promised day can be waited for; a later one is a wish for time."""
    return on is not None and today <= on <= today + LONGEST_PROMISE


def _all_stopped(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    """Every reminder to this debtor stops, and the creditor hears at once."""
    letter = _notice(intent.label, account, items, intent, context)
    return Decision(stopped(account, intent.label, context), (letter,))


def _with_deadline(decision: Decision, words: str, context: Context) -> Decision:
    """The decision whose notice of a request about personal data says until when it must be answered."""
    if not _PRIVACY.search(words[:4000]):
        return decision
    by = context.today + timedelta(days=_PRIVACY_DAYS)
    letters = (
        replace(x, on=by, facts=(*x.facts, ("privacy", "yes"))) if x.code == "stop_contact" else x
        for x in decision.letters
    )
    return Decision(decision.events, tuple(letters))


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
        (_notice("promise", account, items, intent, context), receipt("promise", account, items, intent, context)),
    )


def _claimed(
    ledger: Ledger, account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context, *, proved: bool
) -> Decision:
    decision = believed(ledger, account, items, intent, context, proved=proved)
    held = any(isinstance(event, ev.PaymentClaimed) for event in decision.events)
    if not held and decision.letters:
        return decision + Decision(letters=(receipt("passed_on", account, items, intent, context),))
    code = ("claim_proved" if proved else "claim") if held else "passed_on"
    letters = (
        _notice("claimed_paid", account, items, intent, context),
        receipt(code, account, items, intent, context),
    )
    return decision + Decision(letters=letters)


def _disputed(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    events = tuple(
        ev.DisputeRaised(**head(context), item=i.id, reason=intent.reason or "other", words=intent.words) for i in items
    )
    return Decision(
        events,
        (_notice("dispute", account, items, intent, context), receipt("dispute", account, items, intent, context)),
    )


def _deferred(account: DebtorAccount, items: Sequence[OpenItem], intent: Intent, context: Context) -> Decision:
    return Decision(deferred(account, intent.label, context), (_notice(intent.label, account, items, intent, context),))


def _unclear(
    account: DebtorAccount, known: Known, mail: DebtorMail, shown: Sequence[Shown], context: Context
) -> Decision:
    """What may be serious holds all the same; the rest rests for some days, unless the documents said enough."""
    reading, (items, aside) = mail.reading, known
    serious = next((i for i in reading.intents if i.label in _STOPS_ALL), None)
    if serious is not None:
        return _all_stopped(account, items, serious, context)
    fraud = next((i for i in reading.intents if i.label == "suspected_fraud"), None)
    if fraud is not None:
        return _deferred(account, items, fraud, context)
    disputed = next((i for i in reading.intents if i.label == "dispute"), None)
    if disputed is not None:
        return _disputed(account, meant_by(items, disputed, aside=aside).items, disputed, context)
    if shown:
        return Decision()
    unclear = Intent("reply_unclear", 0.0, reading.own_text, "needs a person")
    return _deferred(account, items, unclear, context)


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
        facts=(("sender", context.sender), ("reason", intent.reason)),
        urgent=code in _URGENT,
    )


def unproved_case(
    ledger: Ledger, account: DebtorAccount, words: str, context: Context, *, deferred_before: bool = False
) -> Decision:
    """A mail without proof that names an open case changes nothing, but is shown to the creditor at once.

    The next statement is put off by three working days at most, and once only: `deferred_before` says that it was already.
    """
    letter = replace(
        to_owner(LetterKind.ACTION_NOTICE, f"notice:unproved_mail:{context.source}", context),
        code="unproved_mail",
        items=tuple(i.id for i in ledger.of_account(account.id) if i.is_open),
        account=account.id,
        words=words,
        facts=(("sender", context.sender),),
        urgent=True,
    )
    before = deferred_before or any(h.reason == "unproved_mail" and h.holds(context.today) for h in account.holds)
    held = before or account.hold(context.today) is not None
    events = () if held else deferred(account, "unproved_mail", context, _UNPROVED_DEFER_DAYS)
    return Decision(events, (letter,))
