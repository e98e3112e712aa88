"""Warns a creditor of mails that speak of another bank account and are proved by nobody: forged in his name, or about his cases."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from agent.domain.decide import Context, Decision
from agent.domain.decide.accounts_guard import to_owners
from agent.domain.letters import Letter, LetterKind
from agent.domain.names import fold_name
from agent.domain.parties import Creditor
from agent.outbox.pacing import answer_allowed
from agent.parsers.replies.intent import read_reply
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.gather import Gathered

_LABEL = "suspected_fraud"
# Warnings to one creditor in a day: whoever floods him makes him read none.
_A_DAY = 5
# Letters by which a domain that is made to look like another one differs from it.
_LOOKALIKE = 2
_SHORTEST = 6
# Each stranger's name is held against those of all creditors' people: they are folded once.
_folded = lru_cache(maxsize=16_384)(fold_name)


def speaks_of_accounts(app: App, gathered: Gathered) -> bool:
    """Whether the writer tells, asks about or orders another bank account, whoever he says he is."""
    received = (gathered.message.date or app.clock.now()).date()
    read = read_reply(gathered.own, role="debtor", received=received, subject=gathered.message.subject)
    return any(intent.label == _LABEL for intent in read.intents)


def warned(app: App, gathered: Gathered, outcome: Outcome, context: Context, account: str = "") -> Outcome:
    """The outcome with a warning to the creditor's owners, when the mail speaks of another account; so many a day."""
    if not speaks_of_accounts(app, gathered):
        return outcome
    key = f"answers:account_alert:{context.creditor.id}"
    allowed, count = answer_allowed(app.store.note(key), context.today, _A_DAY)
    letters = (_alert(gathered, context, account),) if allowed else ()
    decision = outcome.decision + Decision(letters=letters)
    return replace(outcome, context=outcome.context or context, decision=decision, notes=outcome.notes | {key: count})


def _alert(gathered: Gathered, context: Context, account: str) -> Letter:
    sender = gathered.message.sender
    return replace(
        to_owners(LetterKind.ACTION_NOTICE, f"notice:account_alert:{context.source}", context),
        code="account_alert",
        account=account,
        words=gathered.own,
        facts=(("sender", sender.address), ("name", sender.name)),
        urgent=True,
    )


def impersonated(app: App, gathered: Gathered) -> Creditor | None:
    """The one creditor as whom a stranger presents himself: by a name of his or his people's, or a domain that looks like his."""
    sender = gathered.message.sender
    name, domain = fold_name(sender.name), sender.address.rpartition("@")[2]
    found = [c for c in app.settings.creditors if _bears(name, c) or _resembles(domain, c)]
    return found[0] if len(found) == 1 else None


def _bears(name: str, creditor: Creditor) -> bool:
    names = (_folded(n) for n in (creditor.name, *creditor.aliases, *(p.name for p in creditor.people)))
    return any(own == name or (len(own) >= _SHORTEST and own in name) for own in names if own)


def _resembles(domain: str, creditor: Creditor) -> bool:
    own = {*creditor.domains, *(p.address.rpartition("@")[2] for p in creditor.people)}
    return any(
        len(one) >= _SHORTEST and DamerauLevenshtein.distance(domain, one, score_cutoff=_LOOKALIKE) <= _LOOKALIKE
        for one in own
    )
