"""Mail that nothing ties to one case: it lies in Review with its likeliest candidates and why, for those who may decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.domain.decide import Decision
from agent.domain.decide.context import Context, to_owner
from agent.domain.decide.holds import deferred
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.letters import Letter, LetterKind, to_operator
from agent.domain.parties import Creditor, Role
from agent.intake.candidates import Candidate, likeliest, name_terms
from agent.outbox.pacing import answer_allowed
from agent.ports import Box, MessageRecord
from agent.reports.words import word
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome
from agent.service.frauds import impersonated, warned
from agent.service.gather import Gathered
from agent.service.routes.common import context_of, outcome_of

_MOST_ACCOUNTS = 25
_SHOWN_A_DAY = 5


def best_of(app: App, gathered: Gathered, accounts: Sequence[str]) -> str:
    """The one account of these that more than the sender's address speaks for; "" when there is none, or more than one."""
    _, candidates = _candidates(app, gathered, accounts)
    told = [c for c in candidates if set(c.why) - {"address", "domain"}]
    surer = [c for c in told if {"number", "amount"} & set(c.why)] or told
    return surer[0].account.id if len(surer) == 1 else ""


def untied(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """The mail of somebody with more than one case that fits: his creditor is shown it, or the operator when there are several.

    The reminders to a proved debtor rest for some working days on each of his cases, as for any mail that a person must read.
    """
    sender = gathered.evidence.sender
    ledger, candidates = _candidates(app, gathered, (*sender.accounts, *gathered.named))
    record = _for_review(record, candidates)
    creditors = dict.fromkeys(c.account.creditor for c in candidates)
    creditor = app.settings.creditor(next(iter(creditors))) if len(creditors) == 1 else None
    if creditor is None:
        return Outcome(_told_operator(app, gathered, candidates), message=gathered.message, record=record)
    context = context_of(app, gathered, creditor)
    proved = sender.role is Role.DEBTOR and sender.proved
    mine = [c.account for c in candidates if c.account.id in sender.accounts]
    events = tuple(e for a in mine for e in deferred(a, "reply_unclear", context)) if proved else ()
    # without proof anybody can write, under any name: all such mails of a day count together
    counted = f"answers:untied:{creditor.id}:{sender.address if proved else ''}"
    allowed, count = answer_allowed(app.store.note(counted), context.today, _SHOWN_A_DAY)
    letters = (_shown(gathered, candidates, creditor, context),) if allowed else ()
    outcome = outcome_of(gathered, record, context, ledger, Decision(events, letters))
    return replace(outcome, notes={counted: count})


def stranger(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Nothing is done for a stranger; one whose name or domain is like a debtor's lies in Review with the reason, else in Quarantine."""
    creditor = impersonated(app, gathered)
    if creditor is not None:
        context = context_of(app, gathered, creditor)
        record = replace(
            record, box=Box.QUARANTINE, because=f"{record.because}; made to look like {creditor.name}"[:300]
        )
        return warned(app, gathered, Outcome(message=gathered.message, record=record), context)
    hits = app.store.find(name_terms(gathered.message), most=_MOST_ACCOUNTS)
    found = dict.fromkeys(id_ for ids in hits.values() for id_ in ids)
    _, candidates = _candidates(app, gathered, tuple(found)[:_MOST_ACCOUNTS])
    if not candidates:
        return Outcome(message=gathered.message, record=replace(record, box=Box.QUARANTINE))
    return Outcome(message=gathered.message, record=_for_review(record, candidates))


def _candidates(app: App, gathered: Gathered, accounts: Iterable[str]) -> tuple[Ledger, tuple[Candidate, ...]]:
    ledger = accounts_slice(app.store, _weighed(app, accounts))
    known: list[DebtorAccount] = [a for a in ledger.accounts.values() if app.settings.creditor(a.creditor)]
    return ledger, likeliest(known, ledger.items.values(), gathered.message, gathered.own)


def _weighed(app: App, accounts: Iterable[str]) -> tuple[str, ...]:
    """So many of each creditor's accounts: who knows many under one address crowds no other creditor's out of sight."""
    each: dict[str, list[str]] = {}
    for account in app.store.ledger(dict.fromkeys(accounts)).accounts.values():
        each.setdefault(account.creditor, []).append(account.id)
    return tuple(id_ for ids in each.values() for id_ in ids[:_MOST_ACCOUNTS])


def _for_review(record: MessageRecord, candidates: Sequence[Candidate]) -> MessageRecord:
    told = "; ".join(f"{c.account.name} ({', '.join(c.why)})" for c in candidates)
    because = f"{record.because}; may be about: {told}" if told else record.because
    return replace(record, box=Box.REVIEW, because=because[:300])


def _shown(gathered: Gathered, candidates: Sequence[Candidate], creditor: Creditor, context: Context) -> Letter:
    def reasons(candidate: Candidate) -> str:
        return ", ".join(word(f"why_{why}", creditor.language) for why in candidate.why)

    facts = tuple(("candidate", f"{c.account.name} ({reasons(c)})") for c in candidates)
    letter = to_owner(LetterKind.ACTION_NOTICE, f"notice:untied_mail:{context.source}", context)
    sender = ("sender", gathered.evidence.sender.address)
    return replace(letter, code="untied_mail", words=gathered.own, facts=(sender, *facts), urgent=True)


def _told_operator(app: App, gathered: Gathered, candidates: Sequence[Candidate]) -> Decision:
    """Several creditors' cases fit: none of them may read what may be another's, so the operator looks, once a day for each sender."""
    agency, sender = app.settings.agency, gathered.evidence.sender.address
    key = f"operator:untied:{sender}:{app.clock.now().date().isoformat()}"
    if not candidates or app.store.mail(key) is not None:
        return Decision()
    told = "; ".join(f"{c.account.creditor}: {c.account.name} ({', '.join(c.why)})" for c in candidates)
    facts = (
        ("summary", "a mail in Review may be about several creditors' cases"),
        ("address", sender),
        ("subject", gathered.message.subject[:200]),
        ("message", told[:400]),
    )
    letter = to_operator(agency, key, facts)
    return Decision(letters=(letter,))
