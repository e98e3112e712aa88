"""What happens around the accounts of creditors without a mail: a question that waits is asked again, a changed file is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from agent.domain.decide import Decision
from agent.domain.decide.accounts_guard import account_answered, payee_id, question_id, reminder, to_owners
from agent.domain.letters import Letter, LetterKind, to_operator
from agent.domain.parties import Creditor, Role
from agent.domain.payees import PayeeStanding
from agent.ports import Commit, Timer
from agent.service.app import App
from agent.service.books import letter_slice
from agent.service.conclude import Outcome, commit_of

# Days until an unanswered question about an account is asked again, after the first time (conclude sets that timer); the last
# time the operator hears of it, and then it stands in the digests.
_AGAIN = (7, 14)


def ask_again(app: App, timer: Timer, id_: str) -> None:
    """Ask the owner once more about an account that he said nothing of; the last time, tell the operator too."""
    payee = app.store.ledger([id_]).payees.get(id_)
    creditor = app.settings.creditor(payee.creditor) if payee is not None else None
    if payee is None or creditor is None or payee.standing is not PayeeStanding.ASKED:
        app.store.commit(Commit(timers=(Timer(timer.subject, None),)))
        return
    asked = question_id(creditor.id, payee.iban)
    ledger = letter_slice(app.store, [asked], creditor.id)
    context = app.context(creditor, f"tick:{timer.subject}:{app.clock.now().isoformat()}")
    key = f"asked:{id_}"
    count = int(app.store.note(key) or 0) + 1
    letters: tuple[Letter, ...] = (reminder(ledger.questions[asked], context),)
    if count > len(_AGAIN):
        letters += (_for_operator(app, creditor, id_),)
    following = app.clock.now() + timedelta(days=_AGAIN[count - 1]) if count <= len(_AGAIN) else None
    commit = commit_of(app, Outcome(Decision(letters=letters), ledger, context))
    timers = (Timer(timer.subject, following),)
    app.store.commit(Commit(outgoing=commit.outgoing, timers=timers, notes={**commit.notes, key: str(count)}))


def _for_operator(app: App, creditor: Creditor, payee: str) -> Letter:
    agency = app.settings.agency
    facts = (("summary", "a new bank account waits for its owner's answer"), ("creditor", creditor.name))
    key = f"operator:payee:{payee}"
    return to_operator(agency, key, facts)


def tell_changed_files(app: App) -> None:
    """Tell each creditor's owners, those before and those now, which accounts the operator has entered or taken out.

    What is entered holds at once: the operator's file is the word that everything else is compared with.
    """
    for creditor in app.settings.creditors:
        key = f"payees:{creditor.id}"
        owners = [p.address for p in creditor.people if p.role is Role.OWNER]
        now = json.dumps({"ibans": list(creditor.ibans), "owners": owners})
        note = app.store.note(key)
        if note == now:
            continue
        before = json.loads(note) if note is not None else {"ibans": list(creditor.ibans), "owners": owners}
        _tell(app, creditor, (before["ibans"], before["owners"]), {key: now})


def _tell(app: App, creditor: Creditor, before: tuple[list[str], list[str]], notes: dict[str, str | None]) -> None:
    ibans, owners = before
    entered = [account for account in creditor.ibans if account not in ibans]
    context = app.context(creditor, f"configuration:{app.clock.now().isoformat()}")
    ledger = letter_slice(app.store, [question_id(creditor.id, account) for account in entered], creditor.id)
    decision = Decision()
    for account in entered:
        question = ledger.questions.get(question_id(creditor.id, account))
        payee = ledger.payees.get(payee_id(creditor.id, account))
        if question is not None and payee is not None and not payee.is_confirmed:
            ruled = account_answered(ledger, question, "confirm_account", replace(context, role=Role.OWNER))
            decision += Decision(ruled.events)
            ledger = Decision(ruled.events).after(ledger)
    gone = [account for account in ibans if account not in creditor.ibans]
    if entered or gone:
        facts = (*(("entered", a) for a in entered), *(("gone", a) for a in gone))
        letter = to_owners(LetterKind.ACTION_NOTICE, f"notice:accounts_changed:{context.source}", context)
        to = tuple(dict.fromkeys((*letter.to, *owners)))
        decision += Decision(letters=(replace(letter, to=to, code="accounts_changed", facts=facts, urgent=True),))
    ledger = letter_slice(app.store, [question_id(creditor.id, account) for account in entered], creditor.id)
    commit = commit_of(app, Outcome(decision, ledger, context))
    app.store.commit(replace(commit, notes={**commit.notes, **notes}))
