"""From a decision to one atomic commit: letters composed, timers set, everything durable together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from jinja2 import TemplateError

from agent.domain.decide import Context, Decision
from agent.domain.decide.charges import allocated
from agent.domain.dunning import wake_on
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, State
from agent.domain.letters import IN_OFFICE_HOURS, TO_DEBTORS, Letter, LetterKind
from agent.domain.parties import Notices
from agent.domain.payees import PayeeMet
from agent.domain.send_window import next_opening
from agent.domain.workdays import zone
from agent.errors import ConfigError
from agent.mail.message import Message
from agent.mail.outgoing import OutgoingMail
from agent.outbox.compose import composed, headline
from agent.outbox.facts import Facts, Original
from agent.outbox.pacing import answer_allowed, answers_note
from agent.outbox.views import Page
from agent.ports import Commit, MessageRecord, Timer
from agent.service.app import App
from agent.service.attaching import enclosed, invoice_copies
from agent.service.books import accounts_slice
from agent.service.copied import NOTICES, with_copies
from agent.service.guarding import case_for
from agent.service.papers import dossier_timers
from agent.service.refusals import Refusal, Screen, cleared, told, without
from agent.service.reminded import one_a_day
from agent.service.thanking import thanks_timers
from agent.store.erase import looks_note

# Message-IDs kept of a conversation; RFC 5322 asks for no more than a mail client needs to find the thread again.
_LONGEST_THREAD = 12
# Mails that answer a debtor or a stranger: each is capped per address and day, whatever the other side does.
_CAPPED = frozenset({LetterKind.RECEIPT, LetterKind.REFUSAL, LetterKind.PROOF})
# A proved colleague may hand over many mails a day; this bound only ends a loop between two machines.
_ANSWERS_TO_COLLEAGUES = 40
# A question about an account to pay on is asked again after this time; service/payees.py does the rest.
_ASKED_AGAIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a mail or a tick, ready to be committed.

    `ledger` is the slice that the decision looked at; `context` None when no creditor's case was touched (letters to the
    operator go without); `message` the mail itself, `record` what is remembered of it. `also` is what the same mail means for other
    creditors: all of it becomes durable together.
    """

    decision: Decision = Decision()
    ledger: Ledger = Ledger()
    context: Context | None = None
    message: Message | None = None
    record: MessageRecord | None = None
    notes: dict[str, str | None] = field(default_factory=dict)
    also: tuple[Outcome, ...] = ()

    @property
    def parts(self) -> tuple[Outcome, ...]:
        """This outcome without the others, then the others."""
        return (replace(self, also=()), *self.also)

    def changed(self, change: Callable[[Outcome], Outcome]) -> Outcome:
        """This outcome with the change made to each of its parts."""
        first, *others = map(change, self.parts)
        return replace(first, also=tuple(others))


def conclude(app: App, outcome: Outcome) -> tuple[OutgoingMail, ...]:
    """Compose and commit; the mails that were queued.

    Raises:
        Conflict: the states changed meanwhile: decide again.
        AlreadyDone: the same work was committed before.
    """
    commit = commit_of(app, outcome)
    app.store.commit(commit)
    return commit.outgoing


def commit_of(app: App, outcome: Outcome) -> Commit:
    """The one atomic change that this outcome is."""
    parts = [_part_of(app, part) for part in outcome.parts]
    return Commit(
        events=tuple(event for part in parts for event in part.events),
        states=tuple(state for part in parts for state in part.states),
        outgoing=tuple(mail for part in parts for mail in part.outgoing),
        message=outcome.record,
        timers=tuple(timer for part in parts for timer in part.timers),
        notes={key: value for part in parts for key, value in part.notes.items()},
    )


def _part_of(app: App, outcome: Outcome) -> Commit:
    if outcome.context is not None:
        outcome = replace(outcome, decision=allocated(outcome.decision, outcome.ledger, outcome.context))
    after = outcome.decision.after(outcome.ledger)
    notes, screen = dict(outcome.notes), Screen()
    mails = tuple(_compose_all(app, outcome, after, notes, screen))
    if screen.refused:
        return _part_of(app, _without_refused(app, outcome, screen.refused))
    if outcome.context is not None and screen.written:
        notes |= cleared(app.store, outcome.context.creditor.id, screen.written)
    decision = screen.announcing(outcome.decision)
    after = decision.after(outcome.ledger)
    again = _looked_at_again(app, outcome, after)
    return Commit(
        events=decision.events,
        states=_changed(decision, after),
        outgoing=mails,
        timers=(*_timers(outcome, after), *again.timers),
        notes={**notes, **again.notes},
    )


def _without_refused(app: App, outcome: Outcome, refused: Sequence[Refusal]) -> Outcome:
    """The outcome without the mails that break a rule, and with the letters that tell of them."""
    decision = without(outcome.decision, refused)
    if outcome.context is None:
        return replace(outcome, decision=decision)
    names = {id_: account.name for id_, account in outcome.ledger.accounts.items()}
    letters, notes = told(app.store, outcome.context, app.settings.agency, refused, names)
    return replace(outcome, decision=decision + Decision(letters=letters), notes={**outcome.notes, **notes})


def _changed(decision: Decision, after: Ledger) -> tuple[State, ...]:
    ids = dict.fromkeys(id_ for event in decision.events for id_ in event.about())
    return tuple(state for id_ in ids if (state := after.get(id_)) is not None)


def _compose_all(
    app: App, outcome: Outcome, after: Ledger, notes: dict[str, str | None], screen: Screen
) -> Iterable[OutgoingMail]:
    for letter in _apart(with_copies(outcome.decision.letters, after, outcome.context)):
        if _capped(app, letter, notes):
            continue
        facts = facts_for(app, letter, after, outcome)
        if _for_summary(letter, outcome):
            _add_to_summary(app, letter, facts, notes)
            continue
        mail, page = _composed(letter, facts)
        if not screen.lets(letter, facts.case, mail, page):
            continue
        if mail.debtor:
            _lengthen_thread(app, mail.debtor, (mail.message_id,), notes)
        yield mail
    account = _answered_account(outcome)
    if account and outcome.message is not None:
        _lengthen_thread(app, account, (outcome.message.message_id,), notes)


def _apart(letters: Iterable[Letter]) -> Iterable[Letter]:
    """The letters of one decision, each under a key of its own: two orders of one mail may be confirmed in the same words."""
    met: dict[str, list[Letter]] = {}
    for letter in letters:
        same = met.setdefault(letter.key, [])
        if letter not in same:
            same.append(letter)
            yield letter if len(same) == 1 else replace(letter, key=f"{letter.key}#{len(same)}")


def _composed(letter: Letter, facts: Facts) -> tuple[OutgoingMail, Page]:
    """The mail and its page; a template that does not work is the operator's to mend, never a reason to put somebody's mail away."""
    try:
        return composed(letter, facts)
    except TemplateError as error:
        raise ConfigError([f"templates: {letter.kind.value} in {letter.language}: {error}"]) from error


def facts_for(app: App, letter: Letter, after: Ledger, outcome: Outcome) -> Facts:
    """Everything that this letter may print."""
    context = outcome.context
    account = after.accounts.get(letter.account)
    plan = app.settings.plan
    if context is not None:
        plan = context.plan_of(account.name, account.number) if account else context.plan
    to_debtor = letter.kind in TO_DEBTORS
    creditor = context.creditor if context else None
    statement = letter.kind is LetterKind.STATEMENT
    copies = invoice_copies(app, letter, after, creditor) if statement else enclosed(app, letter)
    mailbox = app.mailbox_for(creditor or app.settings.creditor(letter.creditor))
    facts = Facts(
        ledger=after,
        agency=app.settings.agency_at(mailbox),
        channel=mailbox.name,
        now=app.clock.now(),
        secret=app.secret,
        creditor=creditor,
        plan=plan,
        thread=_thread(app, letter, outcome, to_debtor=to_debtor),
        invoice_copies=copies,
        keep=app.store.put_document,
        original=_original(letter, outcome.message),
        not_before=_window(app, account, outcome) if letter.kind in IN_OFFICE_HOURS else None,
        templates_dir=app.settings.templates_dir,
        charging=context.charging if context else None,
        book=context.book if context else (),
        action_days=app.settings.limits.action_days,
    )
    return replace(facts, case=case_for(letter, facts, app.settings.legal)) if to_debtor else facts


def _window(app: App, account: DebtorAccount | None, outcome: Outcome) -> datetime | None:
    if account is None or outcome.context is None:
        return None
    plan = outcome.context.plan_of(account.name, account.number)
    zone_name = outcome.context.creditor.timezone
    return next_opening(app.clock.now(), account.country, zone_name, plan)


def _original(letter: Letter, message: Message | None) -> Original | None:
    if message is None or not letter.answers:
        return None
    return Original(sender=message.sender.address, subject=message.subject, date=message.date)


def _thread(app: App, letter: Letter, outcome: Outcome, *, to_debtor: bool) -> tuple[str, tuple[str, ...]]:
    """(In-Reply-To, References): a debtor's whole conversation is one thread; an answer answers its mail."""
    message = outcome.message
    if letter.answers and message is not None and message.message_id:
        chain = (*message.references, message.message_id)
        return message.message_id, chain[-_LONGEST_THREAD:]
    if to_debtor:
        chain = tuple((app.store.note(f"thread:{letter.account}") or "").split())
        return (chain[-1] if chain else ""), chain
    return "", ()


def _lengthen_thread(app: App, account: str, ids: Iterable[str], notes: dict[str, str | None]) -> None:
    key = f"thread:{account}"
    chain = (notes.get(key) or app.store.note(key) or "").split()
    chain += [i for i in ids if i and i not in chain]
    kept = chain if len(chain) <= _LONGEST_THREAD else [chain[0], *chain[1 - _LONGEST_THREAD :]]
    notes[key] = " ".join(kept)


def _answered_account(outcome: Outcome) -> str:
    record = outcome.record
    if record is None or record.role != "debtor":
        return ""
    return next((a for a in record.about if a in outcome.ledger.accounts), "")


def _capped(app: App, letter: Letter, notes: dict[str, str | None]) -> bool:
    """Whether this answer is one too many to its address today; counts it when it is not."""
    if one_a_day(app.store, letter, app.clock.now(), notes):
        return True
    if letter.kind not in _CAPPED or not letter.to:
        return False
    colleague = letter.kind is LetterKind.REFUSAL
    limits = app.settings.limits
    most = limits.answers_per_day * (_ANSWERS_TO_COLLEAGUES if colleague else 1)
    if letter.kind is LetterKind.PROOF:
        most = limits.proof_questions_per_day
    key = answers_note(letter.kind.value, letter.to[0])
    allowed, note = answer_allowed(notes.get(key) or app.store.note(key), app.clock.now().date(), most)
    notes[key] = note
    return not allowed


def _for_summary(letter: Letter, outcome: Outcome) -> bool:
    """Notices of a creditor who wants them summed up wait for the day's summary or the digest; answers to a mail of his do not."""
    context = outcome.context
    summed_up = context is not None and context.creditor.notices is not Notices.EACH
    return summed_up and letter.kind in NOTICES and not (letter.answers or letter.urgent or letter.copy)


def _add_to_summary(app: App, letter: Letter, facts: Facts, notes: dict[str, str | None]) -> None:
    key = f"summary:{letter.creditor}"
    lines = json.loads(notes.get(key) or app.store.note(key) or "[]")
    lines.append([headline(letter, facts), letter.words])
    notes[key] = json.dumps(lines, ensure_ascii=False)


def _timers(outcome: Outcome, after: Ledger) -> Iterable[Timer]:
    """When what was begun goes on: a dossier, thanks, and the owner's answer about an account to pay on."""
    if outcome.context is None:
        return
    met = (event for event in outcome.decision.events if isinstance(event, PayeeMet))
    yield from (Timer(f"payee:{event.payee}", outcome.context.now + _ASKED_AGAIN) for event in met)
    if not outcome.context.collects:  # a collector who takes it into recovery hands it to nobody
        yield from dossier_timers(outcome.decision.events, after, outcome.context.now)
    yield from thanks_timers(outcome.decision.events, after, outcome.context)


def _looked_at_again(app: App, outcome: Outcome, after: Ledger) -> Commit:
    """When each account that was touched is looked at again."""
    if outcome.context is None:
        return Commit()
    touched = {id_ for event in outcome.decision.events for id_ in event.about()}
    accounts = {i.invoice.debtor for i in after.items.values() if i.id in touched}
    accounts |= touched & set(after.accounts)
    return looked_at_again(app, sorted(accounts), _changed(outcome.decision, after), outcome.context)


def looked_at_again(
    app: App, accounts: Iterable[str], changed: Iterable[State], context: Context, *, done: bool = False
) -> Commit:
    """The timers of these accounts, by all that the books hold now and what is being `changed`; `done` as for `account_timer`.

    Two workers may change one account at a time, each in another of its invoices, and neither may set the timer without knowing what
    the other did. So a note counts these commits, and whoever did not see the last one decides again.
    """
    ids = tuple(accounts)
    counted = [looks_note(id_) for id_ in ids] if app.store.claims.shared else []
    notes = {key: str(int(app.store.note(key) or 0) + 1) for key in counted}  # before the books are read
    whole = accounts_slice(app.store, ids).having(changed)
    found = (account for id_ in ids if (account := whole.accounts.get(id_)) is not None)
    timers = tuple(account_timer(account, whole.of_account(account.id), context, done=done) for account in found)
    return Commit(timers=timers, notes=notes)


def account_timer(account: DebtorAccount, items: Iterable[OpenItem], context: Context, *, done: bool = False) -> Timer:
    """The timer of one account: the opening hour of the day on which it must be looked at; with `done`, tomorrow at the earliest."""
    plan = context.plan_of(account.name, account.number)
    day = wake_on(account, tuple(items), plan)
    subject = f"account:{account.id}"
    if day is None:
        return Timer(subject, None)
    if done:
        day = max(day, context.today + timedelta(days=1))
    where = zone(account.country, context.creditor.timezone)
    moment = datetime(day.year, day.month, day.day, plan.window_start, tzinfo=where).astimezone(context.now.tzinfo)
    opening = next_opening(moment, account.country, context.creditor.timezone, plan)
    return Timer(subject, max(opening, context.now) if not done else opening)


def without_letters(outcome: Outcome) -> Outcome:
    """The same outcome, silently: what answers an automatic mail is never sent."""
    return replace(outcome, decision=Decision(outcome.decision.events))
