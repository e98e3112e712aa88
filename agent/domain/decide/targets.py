"""Which items an instruction is about: by number, by debtor, by the letter that it answers, or by a sum."""

from __future__ import annotations

from collections.abc import Sequence

from agent.domain.decide.context import Context
from agent.domain.findings import Instruction
from agent.domain.index import number_term
from agent.domain.ledger import Ledger, OpenItem


def case_of(ledger: Ledger, id_: str) -> str:
    """The case that a state belongs to: an item to its debtor's account, any other to itself; "" for an unknown one."""
    item = ledger.items.get(id_)
    if item is not None:
        return item.invoice.debtor or id_
    return id_ if ledger.get(id_) is not None else ""


def meant_items(
    ledger: Ledger, instruction: Instruction, about: Sequence[str], context: Context
) -> tuple[OpenItem, ...]:
    """The items that an instruction means: those it names and what is open of the debtors it names, else those of the letter.

    A debtor named beside an invoice of his own only says whose it is. What is excepted is left out.
    """
    mine = [i for i in ledger.items.values() if i.creditor == context.creditor.id]
    wanted = tuple(number_term(n) for n in instruction.numbers)
    numbered = [i for term in wanted for i in mine if number_term(i.invoice.number) == term]
    whose = {i.invoice.debtor for i in numbered}
    owed = [i for a in instruction.accounts if a not in whose for i in _of_account(ledger, a, mine)]
    found = [*numbered, *owed]
    if not found and not wanted and not instruction.accounts:
        found = [i for id_ in dict.fromkeys(about) if (i := ledger.items.get(id_)) is not None and i in mine]
    return tuple(i for i in dict.fromkeys(found) if not _excepted(i, instruction))


def _of_account(ledger: Ledger, account: str, mine: Sequence[OpenItem]) -> list[OpenItem]:
    his = [i for i in ledger.of_account(account) if i in mine]
    return [i for i in his if i.is_open] or his


def _excepted(item: OpenItem, instruction: Instruction) -> bool:
    terms = {number_term(n) for n in instruction.excepted}
    return number_term(item.invoice.number) in terms or item.invoice.debtor in instruction.excepted


def of_amount(ledger: Ledger, instruction: Instruction, context: Context) -> tuple[OpenItem, ...]:
    """The open items of exactly the sum that an instruction tells of."""
    return tuple(
        i
        for i in ledger.items.values()
        if i.creditor == context.creditor.id and i.is_open and i.balance.amount == instruction.amount
    )


def certain(items: Sequence[OpenItem], instruction: Instruction) -> tuple[tuple[OpenItem, ...], tuple[OpenItem, ...]]:
    """The items that are surely meant (by number, or as all that is open of a debtor who was named), and the others."""
    wanted = {number_term(n) for n in instruction.numbers}
    sure, unsure = list[OpenItem](), list[OpenItem]()
    for item in items:
        alone = sum(i.is_open and i.invoice.debtor == item.invoice.debtor for i in items) <= 1
        alone = alone and item.invoice.debtor in instruction.accounts
        named = number_term(item.invoice.number) in wanted
        (sure if named or instruction.every or alone else unsure).append(item)
    return tuple(sure), tuple(unsure)
