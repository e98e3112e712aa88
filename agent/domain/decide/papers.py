"""The papers that an owner asks for: the file on a debtor, and a certificate of what he wrote off. They change nothing in the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.domain.decide.context import Context, Decision, in_answer, make_id, to_owner
from agent.domain.findings import Instruction
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind

# What only an owner is given.
PAPERS = frozenset({"dossier", "certificate"})


def dossier(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """The file on each debtor whose items these are, sent to the owner; of some of his invoices where they are named by number."""
    return Decision(letters=tuple(_asked("dossier", mine, instruction, context) for mine in _by_debtor(items)))


def certificate(_: Ledger, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Decision:
    """A certificate for what was written off of each debtor; where nothing was, the answer says how to."""
    letters = []
    for mine in _by_debtor(items):
        given_up = [i for i in mine if i.state is ItemState.WRITTEN_OFF]
        code = "certificate" if given_up else "not_written_off"
        letters.append(replace(_asked(code, given_up or mine, instruction, context), items=_ids(given_up or mine)))
    return Decision(letters=tuple(letters))


def handed_over(account: DebtorAccount, items: Sequence[OpenItem], context: Context) -> Decision:
    """The file on what was just handed over, sent to the owner without being asked for."""
    key = f"dossier:{make_id('h', *sorted(_ids(items)), context.now.isoformat())}"
    letter = replace(
        to_owner(LetterKind.DOSSIER, key, context),
        code="handed_over",
        items=_ids(items),
        account=account.id,
        on=context.today,
    )
    letter = replace(letter, facts=_facts(account.id, context))
    return Decision(letters=(letter,))


def _facts(account: str, context: Context) -> tuple[tuple[str, str], ...]:
    """By what the operator finds the case, and to whom the owner may forward it."""
    to = context.creditor.hand_over_to
    return (("reference", account), *((("hand_over_to", to),) if to else ()))


def _by_debtor(items: Sequence[OpenItem]) -> list[list[OpenItem]]:
    found: dict[str, list[OpenItem]] = {}
    for item in items:
        if item.invoice.debtor:
            found.setdefault(item.invoice.debtor, []).append(item)
    return list(found.values())


def _asked(code: str, items: Sequence[OpenItem], instruction: Instruction, context: Context) -> Letter:
    account = items[0].invoice.debtor
    key = f"dossier:{code}:{context.source}:{make_id('d', account, *_ids(items))}"
    letter = replace(in_answer(LetterKind.DOSSIER, key, context), code=code, account=account, on=context.today)
    letter = replace(letter, facts=_facts(account, context))
    return replace(letter, items=_ids(items) if instruction.numbers else (), to=_owners_of(letter.to, context))


def _owners_of(addresses: Sequence[str], context: Context) -> tuple[str, ...]:
    """Whoever asks is an owner; nobody else gets a file that holds every word of a debtor."""
    return (context.sender,) if context.sender in addresses else (context.creditor.owner.address,)


def _ids(items: Sequence[OpenItem]) -> tuple[str, ...]:
    return tuple(item.id for item in items)
