"""Mail of debtors, of machines on their behalf, and of strangers who name an open case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.domain.decide import DebtorMail, Decision, automatic_answer, bounce, reply
from agent.domain.decide import unproved_case as decide_unproved_case
from agent.domain.decide.blanks import DAY_ASKED
from agent.domain.decide.mail_systems import soft_days, soft_failures
from agent.domain.enclosures import EnclosureReading
from agent.domain.findings import BounceReading, ReplyReading
from agent.domain.ledger import Ledger
from agent.domain.letters import LetterKind, to_operator
from agent.domain.parties import Creditor, Role
from agent.intake.classify import is_bounce
from agent.intake.enclosed import enclosures_of
from agent.intake.threads import named_terms
from agent.mail.outgoing import OutgoingMail
from agent.outbox.pacing import answer_allowed
from agent.parsers.replies.asked_day import with_asked_day
from agent.parsers.replies.intent import read_reply
from agent.parsers.replies.model import second_opinion
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome
from agent.service.frauds import warned
from agent.service.gather import Gathered
from agent.service.routes.common import context_of, for_review, outcome_of
from agent.service.routes.untied import best_of, untied

# Files that are not handed on to anybody.
_UNSAFE = frozenset({"hostile", "too_large"})
# Mails without proof about one case that its creditor is shown in a day.
_UNPROVED_SHOWN = 3
# ... and about all cases of one creditor together: who counts invoice numbers up names every case.
_UNPROVED_SHOWN_IN_ALL = 30


def debtor_reply(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """The answer of a proved debtor, about the letter he answers, else about the case that he names."""
    answered = gathered.evidence.answered
    account_id = _account_of(app, gathered)
    ledger = accounts_slice(app.store, [account_id] if account_id else [])
    account = ledger.accounts.get(account_id)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None:
        return untied(app, gathered, record)
    context = context_of(app, gathered, creditor)
    about = answered.about if answered is not None and answered.debtor == account_id else ()
    received = (gathered.message.date or app.clock.now()).date()
    reading = _reply_reading(gathered, received, account.language)
    hold = account.hold(context.today)
    if hold is not None and hold.reason == DAY_ASKED:
        reading = with_asked_day(reading, received, account.language or creditor.language)
    mail = DebtorMail(
        reading,
        listed=tuple(i for i in about if i in ledger.items),
        named=_named(app, gathered, ledger),
        enclosures=_enclosed(app, gathered, creditor),
    )
    outcome = outcome_of(gathered, record, context, ledger, reply(ledger, account, mail, context))
    alive = _soft_key(account_id, context.sender)
    return replace(outcome, notes={alive: None}) if app.store.note(alive) else outcome


def _account_of(app: App, gathered: Gathered) -> str:
    """The account of the letter that is answered, the sender's only one, the one that he names, or that his words speak for."""
    sender, answered = gathered.evidence.sender, gathered.evidence.answered
    if answered is not None and answered.debtor in sender.accounts:
        return answered.debtor
    if len(sender.accounts) == 1:
        return sender.accounts[0]
    named = [a for a in gathered.named if a in sender.accounts]
    return named[0] if len(named) == 1 else best_of(app, gathered, named or sender.accounts)


def _named(app: App, gathered: Gathered, ledger: Ledger) -> tuple[str, ...]:
    """The items of the ledger that the mail itself names."""
    terms = named_terms(gathered.message, gathered.own)
    hits = app.store.find(terms) if terms else {}
    return tuple(dict.fromkeys(id_ for ids in hits.values() for id_ in ids if id_ in ledger.items))


def _enclosed(app: App, gathered: Gathered, creditor: Creditor) -> tuple[EnclosureReading, ...]:
    """What came with the mail, read; what is no danger is kept, so that the creditor can be shown it."""
    found = []
    for file in enclosures_of(gathered.files):
        reading = app.reader.enclosure(file, creditor)
        if reading.problem not in _UNSAFE:
            app.store.put_document(file.content)
        found.append(reading)
    return tuple(found)


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
    """A mail without proof that names an open case changes nothing, but its creditor sees it at once.

    What it puts off is remembered for each statement, whatever else happens to the account; a flood is shown a few times a day.
    """
    candidates = gathered.named or gathered.evidence.sender.accounts
    ledger = accounts_slice(app.store, candidates[:1])
    account = next(iter(ledger.accounts.values()), None)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None or len(set(candidates)) > 1:
        return untied(app, gathered, record)
    context = replace(context_of(app, gathered, creditor), role=Role.STRANGER)
    put_off, shown = f"unproved:{account.id}", f"answers:unproved:{account.id}"
    statement = str(len(account.statements))
    before = app.store.note(put_off) == statement
    decision = decide_unproved_case(ledger, account, gathered.own, context, deferred_before=before)
    allowed, count = answer_allowed(app.store.note(shown), context.today, _UNPROVED_SHOWN)
    notes: dict[str, str | None] = {shown: count}
    if allowed:
        of_all = f"answers:unproved:{creditor.id}"
        allowed, notes[of_all] = answer_allowed(app.store.note(of_all), context.today, _UNPROVED_SHOWN_IN_ALL)
    if decision.events:
        notes[put_off] = statement
    decision = decision if allowed else Decision(decision.events)
    outcome = outcome_of(gathered, replace(record, box=Box.REVIEW), context, ledger, decision)
    return warned(app, gathered, replace(outcome, notes=notes), context, account.id)


def _soft_key(account: str, address: str) -> str:
    return f"soft:{account}:{address}"


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
    lowered = (replace(r, address=r.address.lower(), original=r.original.lower()) for r in told.recipients)
    named = replace(told, recipients=tuple(lowered))
    context = app.context(creditor, record.key)
    before = {a: _days_of(app.store.note(_soft_key(account.id, a))) for a in soft_failures(account, named)}
    decision = bounce(account, named, context, before)
    outcome = outcome_of(gathered, record, context, ledger, decision)
    counted = {
        _soft_key(account.id, a): " ".join(d.isoformat() for d in soft_days(days, context.today))
        for a, days in before.items()
    }
    return replace(outcome, notes=dict(counted))


def _days_of(note: str | None) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in (note or "").split())


def _tell_operator(app: App, told: BounceReading, answered: OutgoingMail) -> Decision:
    """A mail to the creditor's people came back: the operator hears of it; one to the operator himself is left in Review."""
    agency = app.settings.agency
    key = f"operator:bounce:{answered.id}"
    if not is_bounce(told) or answered.kind == LetterKind.OPERATOR.value or app.store.mail(key) is not None:
        return Decision()
    reasons = "; ".join(f"{r.address}: {r.reason or r.status}" for r in told.recipients)
    letter = to_operator(
        agency, key, (("summary", "a mail of ours came back"), ("to", ", ".join(answered.to)), ("error", reasons[:300]))
    )
    return Decision(letters=(letter,))


def automatic(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """An automatic answer to a letter of ours; other automatic mail is filed away, but what may be a creditor's invoice."""
    if gathered.evidence.sender.role in (Role.OWNER, Role.STAFF) and gathered.evidence.documents:
        return for_review(app, gathered, record)
    if not gathered.evidence.sender.address and gathered.message.header("from").strip(" <>"):
        # somebody wrote whose address cannot be read: no machine's mark, and nobody but a person can tell
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
    decision = automatic_answer(account, reading, context, ledger)
    return outcome_of(gathered, record, context, ledger, decision)
