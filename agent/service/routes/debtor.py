"""Mail of debtors, of machines on their behalf, and of strangers who name an open case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.domain.decide import Decision, automatic_answer, bounce, reply
from agent.domain.decide import unproved_case as decide_unproved_case
from agent.domain.findings import BounceReading, ReplyReading
from agent.domain.ledger import Ledger
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Role
from agent.intake.classify import is_bounce
from agent.intake.threads import named_terms
from agent.mail.outgoing import OutgoingMail
from agent.parsers.replies.intent import read_reply
from agent.parsers.replies.model import second_opinion
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.routes.common import context_of, for_review, outcome_of


def debtor_reply(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """The answer of a proved debtor, about the letter he answers, else about the case that he names."""
    sender, answered = gathered.evidence.sender, gathered.evidence.answered
    account_id = answered.debtor if answered is not None and answered.debtor in sender.accounts else ""
    account_id = account_id or (sender.accounts[0] if len(sender.accounts) == 1 else "")
    account_id = account_id or next((a for a in gathered.named if a in sender.accounts), "")
    if not account_id:
        return for_review(app, gathered, record)
    ledger = accounts_slice(app.store, [account_id])
    account = ledger.accounts.get(account_id)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None:
        return for_review(app, gathered, record)
    context = context_of(app, gathered, creditor)
    reading = _reply_reading(gathered, (gathered.message.date or app.clock.now()).date(), account.language)
    listed = _listed(app, gathered, ledger, answered.about if answered else ())
    decision = reply(ledger, account, reading, listed, context)
    return outcome_of(gathered, record, context, ledger, decision)


def _listed(app: App, gathered: Gathered, ledger: Ledger, about: tuple[str, ...]) -> tuple[str, ...]:
    """The items that the mail itself names, else those of the letter that it answers."""
    terms = named_terms(gathered.message, gathered.own)
    hits = app.store.find(terms) if terms else {}
    named = {id_ for ids in hits.values() for id_ in ids if id_ in ledger.items}
    return tuple(named) or tuple(i for i in about if i in ledger.items)


def _reply_reading(gathered: Gathered, received: date, language: str) -> ReplyReading:
    reading = read_reply(
        gathered.own,
        role="debtor",
        received=received,
        subject=gathered.message.subject,
        language=language,
        opinion=second_opinion(),
    )
    return reading if reading.own_text else replace(reading, own_text=gathered.own)


def unproved_case(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A mail without proof that names an open case changes nothing, but its creditor sees it at once."""
    candidates = gathered.named or gathered.evidence.sender.accounts
    ledger = accounts_slice(app.store, candidates[:1])
    account = next(iter(ledger.accounts.values()), None)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None or len(set(candidates)) > 1:
        return for_review(app, gathered, record)
    context = context_of(app, gathered, creditor)
    decision = decide_unproved_case(ledger, account, gathered.own, replace(context, role=Role.STRANGER))
    outcome = outcome_of(gathered, record, context, ledger, decision)
    assert outcome.record is not None
    return replace(outcome, record=replace(outcome.record, box=Box.REVIEW))


def report(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A delivery report: about the letter whose Message-ID or token it carries; a bounce of nothing of ours is filed away."""
    told = gathered.evidence.report
    assert told is not None
    answered = app.store.mail(told.original_message_id) if told.original_message_id else None
    answered = answered or gathered.evidence.answered
    if answered is None or not answered.debtor:
        decision = _tell_operator(app, told, answered) if answered else Decision()
        return Outcome(decision, message=gathered.message, record=replace(record, box=Box.REVIEW))
    ledger = accounts_slice(app.store, [answered.debtor], answered.about)
    account, creditor = ledger.accounts.get(answered.debtor), app.settings.creditor(answered.creditor)
    if account is None or creditor is None:
        return for_review(app, gathered, record)
    named = replace(told, recipients=tuple(replace(r, address=r.address.lower()) for r in told.recipients))
    decision = bounce(account, named, app.context(creditor, record.key))
    return outcome_of(gathered, record, app.context(creditor, record.key), ledger, decision)


def _tell_operator(app: App, told: BounceReading, answered: OutgoingMail) -> Decision:
    """A mail to the creditor's people came back: the operator hears of it; one to the operator himself is left in Review."""
    agency = app.settings.agency
    key = f"operator:bounce:{answered.id}"
    if not is_bounce(told) or answered.kind == LetterKind.OPERATOR.value or app.store.mail(key) is not None:
        return Decision()
    reasons = "; ".join(f"{r.address}: {r.reason or r.status}" for r in told.recipients)
    letter = Letter(
        kind=LetterKind.OPERATOR,
        key=key,
        to=(agency.operator,),
        creditor="",
        language=agency.language,
        code="alert",
        facts=(("summary", "a mail of ours came back"), ("to", ", ".join(answered.to)), ("error", reasons[:300])),
    )
    return Decision(letters=(letter,))


def automatic(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """An automatic answer to a letter of ours; other automatic mail is filed away, but what may be a creditor's invoice."""
    if gathered.evidence.sender.role in (Role.OWNER, Role.STAFF) and gathered.evidence.documents:
        return for_review(app, gathered, record)
    sender, reading = gathered.evidence.sender, gathered.evidence.auto_reply
    account_id = next(iter(sender.accounts), "") if sender.role is Role.DEBTOR and sender.proved else ""
    if reading is None or not account_id:
        return Outcome(message=gathered.message, record=record)
    ledger = accounts_slice(app.store, [account_id])
    account = ledger.accounts.get(account_id)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None:
        return Outcome(message=gathered.message, record=record)
    context = app.context(creditor, record.key, sender=sender.address)
    decision = automatic_answer(account, reading, context)
    return outcome_of(gathered, record, context, ledger, decision)
