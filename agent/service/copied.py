"""Copies of the notices of actions for those who read along: the account owner, a sales person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from agent.domain.decide import Context
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.letters import Letter, LetterKind

# What tells a creditor, unasked, that something was done or happened: in his daily summary or digest where he wants that.
NOTICES = frozenset({LetterKind.ACTION_NOTICE, LetterKind.PLAN_NOTICE})


def with_copies(letters: Iterable[Letter], ledger: Ledger, context: Context | None) -> Iterator[Letter]:
    """The letters, each notice followed by its copies: one mail a reader, at once, whatever rhythm the owner wishes for himself.

    What answers somebody's own mail is between him and us. Nobody gets a copy who gets the notice, nor a debtor of this account.
    """
    for letter in letters:
        yield letter
        if context is None or letter.kind not in NOTICES or letter.answers or letter.creditor != context.creditor.id:
            continue
        for address in _readers(letter, ledger, context):
            yield replace(letter, key=f"{letter.key}:copy:{address}", to=(address,), copy=True, question="", choices=())


def _readers(letter: Letter, ledger: Ledger, context: Context) -> tuple[str, ...]:
    accounts = {letter.account, *(ledger.items[i].invoice.debtor for i in letter.items if i in ledger.items)}
    concerned = [ledger.accounts[id_] for id_ in sorted(accounts) if id_ in ledger.accounts]
    wished = [*context.creditor.copy_to, *(a for account in concerned for a in _of_debtor(account, context))]
    theirs = {contact.address for account in concerned for contact in account.contacts}
    return tuple(dict.fromkeys(a for a in wished if a not in letter.to and a not in theirs))


def _of_debtor(account: DebtorAccount, context: Context) -> tuple[str, ...]:
    entry = context.known(account.name, account.number)
    return entry.copy_to if entry else ()
