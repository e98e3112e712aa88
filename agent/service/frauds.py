"""Warns a creditor of mails that nobody vouches for and that speak of another bank account, or come from somebody made to look like another."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decide import Context, Decision
from agent.domain.decide.accounts_guard import to_owners
from agent.domain.decide.debtors import PUBLIC_DOMAINS
from agent.domain.ledger import DebtorAccount
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Creditor
from agent.intake.lookalikes import Known, Resemblance, known_of, resemblance
from agent.outbox.pacing import answer_allowed
from agent.parsers.replies.intent import read_reply
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.gather import Gathered

_LABEL = "suspected_fraud"
# Warnings to one creditor in a day: whoever floods him makes him read none. One sender is worth one.
_A_DAY, _OF_ONE = 5, 1


def speaks_of_accounts(app: App, gathered: Gathered) -> bool:
    """Whether the writer tells, asks about or orders another bank account, whoever he says he is."""
    received = (gathered.message.date or app.clock.now()).date()
    read = read_reply(gathered.own, role="debtor", received=received, subject=gathered.message.subject)
    return any(intent.label == _LABEL for intent in read.intents)


def warned(app: App, gathered: Gathered, outcome: Outcome, context: Context, account: str = "") -> Outcome:
    """The outcome with a warning to the creditor's owners when the mail speaks of another account or its sender is made to look like
    somebody they know; so many a day, and one for each sender.
    """
    creditor, sender = context.creditor, gathered.message.sender.address
    found = resemblance(gathered.message, _of_creditor(creditor)) or _like_debtor(app, gathered, account)
    speaks = speaks_of_accounts(app, gathered)
    if not speaks and found is None:
        return outcome
    if found is not None:
        outcome = replace(
            outcome, decision=replace(outcome.decision, letters=tuple(map(_warier, outcome.decision.letters)))
        )
    notes: dict[str, str | None] = {}
    for key, most in (
        (f"answers:account_alert:{creditor.id}:{sender}", _OF_ONE),
        (f"answers:account_alert:{creditor.id}", _A_DAY),
    ):
        allowed, notes[key] = answer_allowed(app.store.note(key), context.today, most)
        if not allowed:
            return replace(outcome, context=outcome.context or context, notes=outcome.notes | notes)
    code = "account_alert" if speaks else "lookalike"
    decision = outcome.decision + Decision(letters=(_alert(gathered, context, account, code, found),))
    return replace(outcome, context=outcome.context or context, decision=decision, notes=outcome.notes | notes)


def _warier(letter: Letter) -> Letter:
    """What shows the mail itself must not propose to take over the address of an imitator."""
    return replace(letter, facts=(*letter.facts, ("imitates", "yes"))) if letter.code == "unproved_mail" else letter


def _alert(gathered: Gathered, context: Context, account: str, code: str, found: Resemblance | None) -> Letter:
    sender = gathered.message.sender
    like = (
        (("trick", found.trick.value), ("like", found.like), ("domain", sender.address.rpartition("@")[2]))
        if found
        else ()
    )
    return replace(
        to_owners(LetterKind.ACTION_NOTICE, f"notice:account_alert:{context.source}", context),
        code=code,
        account=account,
        words=gathered.own,
        facts=(("sender", sender.address), ("name", sender.name), *like),
        urgent=True,
    )


def impersonated(app: App, gathered: Gathered) -> Creditor | None:
    """The one creditor as whom a stranger presents himself: by a name of his or his people's, or an address that looks like his."""
    found = [c for c in app.settings.creditors if resemblance(gathered.message, _of_creditor(c)) is not None]
    return found[0] if len(found) == 1 else None


def _of_creditor(creditor: Creditor) -> Known:
    names = (creditor.name, *creditor.aliases, *(p.name for p in creditor.people))
    return known_of(names, (p.address for p in creditor.people), creditor.domains, PUBLIC_DOMAINS)


def _like_debtor(app: App, gathered: Gathered, account: str) -> Resemblance | None:
    """By what the sender looks like this debtor. His name alone tells nothing: any of his colleagues may bear it."""
    state = app.store.ledger([account]).accounts.get(account) if account else None
    if not isinstance(state, DebtorAccount):
        return None
    return resemblance(gathered.message, known_of((), (c.address for c in state.contacts), (), PUBLIC_DOMAINS))
