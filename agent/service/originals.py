"""The originals of a case: every mail about a debtor's account, in and out, kept byte for byte for as long as the account is known.

A mail that belongs to no case is not kept here, nor are bank files: of them the books hold the movements that matter. Which mails
an account has stands in one note, so that forgetting the account forgets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from agent.domain.ledger import Ledger
from agent.domain.letters import LetterKind
from agent.intake.classify import MailKind
from agent.mail.outgoing import OutgoingMail
from agent.mail.packing import packed
from agent.outbox.assemble import assemble
from agent.ports import Commit, Store
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.store.originals import KeptMail, as_note, listed, note_of

# A mail about more accounts than these, such as the answer that takes over a list, is about none of them in particular.
_MOST_ACCOUNTS = 20
_OF_BANKS = frozenset({MailKind.STATEMENT, MailKind.BANK_NOTICE, MailKind.UNPROVED_BANK})
# What is no correspondence about a case: reports over all of them, and files that are made of its mails.
_REPORTS = frozenset(
    kind.value
    for kind in (
        *(LetterKind.DIGEST, LetterKind.DAILY_SUMMARY, LetterKind.MONTHLY_REPORT, LetterKind.FEE_STATEMENT),
        *(LetterKind.BANK_STATEMENT, LetterKind.IMPORT_LIST, LetterKind.OPERATOR, LetterKind.DOSSIER),
    )
)


def with_original(app: App, outcome: Outcome, gathered: Gathered, raw: bytes, kind: MailKind) -> Outcome:
    """The outcome of a received mail, which is kept where it is about somebody's case."""
    answered = gathered.evidence.answered
    accounts = {account for part in outcome.parts for account in _touched(part)}
    accounts |= {answered.debtor} if answered is not None and answered.debtor else set()
    if kind in _OF_BANKS or not accounts or len(accounts) > _MOST_ACCOUNTS:
        return outcome
    kept = KeptMail("in", gathered.message.key, _keep(app, raw), len(accounts) > 1)
    return replace(outcome, notes={**outcome.notes, **_noted(app, accounts, kept, outcome.notes)})


def with_sent_copy(app: App, mail: OutgoingMail, follows: Commit) -> Commit:
    """What follows from a mail that was just accepted, which is kept where it is about somebody's case."""
    accounts = {mail.debtor} if mail.debtor else _accounts_among(app.store, mail.about)
    if mail.kind in _REPORTS or not accounts or len(accounts) > _MOST_ACCOUNTS:
        return follows
    # as it stood when it left: the moment of its acceptance and later tries are not in its bytes
    left = app.store.mail(mail.id) or mail
    raw = assemble(replace(left, sent_at=None), app.store.document)
    kept = KeptMail("out", mail.id, _keep(app, raw), len(accounts) > 1)
    return replace(follows, notes={**follows.notes, **_noted(app, accounts, kept, follows.notes)})


def _keep(app: App, raw: bytes) -> str:
    return app.store.put_document(packed(raw, app.store.document))


def _noted(
    app: App, accounts: Iterable[str], kept: KeptMail, notes: Mapping[str, str | None]
) -> Mapping[str, str | None]:
    found: dict[str, str | None] = {}
    for account in sorted(accounts):
        key = note_of(account)
        mails = listed(notes.get(key) or app.store.note(key))
        if kept not in mails:
            found[key] = as_note((*mails, kept))
    return found


def _touched(part: Outcome) -> set[str]:
    """The accounts that a decision changes, or that its letters are about."""
    after = part.decision.after(part.ledger)
    ids = {id_ for event in part.decision.events for id_ in event.about()}
    ids |= {id_ for letter in part.decision.letters for id_ in (letter.account, letter.question, *letter.items) if id_}
    return _owners(after, ids)


def _accounts_among(store: Store, ids: Iterable[str]) -> set[str]:
    wanted = set(ids)
    ledger = store.ledger(wanted)
    subjects = {s for question in ledger.questions.values() for s in question.subjects}
    return _owners(store.ledger(wanted | subjects), wanted)


def _owners(ledger: Ledger, ids: set[str]) -> set[str]:
    """The accounts that these ids name, as themselves, by their items or by questions about either."""
    ids = ids | {s for id_ in ids if (q := ledger.questions.get(id_)) is not None for s in q.subjects}
    owners = {item.invoice.debtor for id_ in ids if (item := ledger.items.get(id_)) is not None}
    return {account for account in (*owners, *(ids & set(ledger.accounts))) if account}
