"""About which case a mail may be when nothing ties it to one: the likeliest accounts, best first, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent.domain.index import number_term
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.names import fold_name, name_stems
from agent.mail.message import Message
from agent.parsers.lexers.amounts import find_amounts

_MOST = 5
_LONGEST_TEXT = 20_000
# Mail domains that many people share say nothing of a company.
_LEAST_STEM = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a mail may be about. `why`: address, number, amount, name, domain; the more, the likelier."""

    account: DebtorAccount
    why: tuple[str, ...]


def name_terms(message: Message) -> tuple[tuple[str, str], ...]:
    """The index terms of the names that a mail's sender bears: his display name, and the name in his domain."""
    domain = message.sender.address.rpartition("@")[2].rpartition(".")[0].replace(".", " ")
    stems = {*name_stems(message.sender.name), *name_stems(domain)}
    return tuple(("stem", stem) for stem in sorted(stems) if len(stem) >= _LEAST_STEM)


def likeliest(
    accounts: Iterable[DebtorAccount], items: Iterable[OpenItem], message: Message, text: str
) -> tuple[Candidate, ...]:
    """The accounts with anything that speaks for them, those with most reasons first: five, and each further creditor's likeliest."""
    said = f"{message.subject}\n{text}"[:_LONGEST_TEXT]
    open_items = [i for i in items if i.is_open]
    found = [Candidate(a, tuple(_reasons(a, open_items, message, said))) for a in accounts]
    told = sorted((c for c in found if c.why), key=lambda c: (-len(c.why), c.account.id))
    likeliest_of = {c.account.creditor: c for c in reversed(told)}
    return tuple(c for rank, c in enumerate(told) if rank < _MOST or likeliest_of[c.account.creditor] is c)


def _reasons(account: DebtorAccount, items: Iterable[OpenItem], message: Message, said: str) -> Iterable[str]:
    mine = [i for i in items if i.invoice.debtor == account.id]
    compact = "".join(c for c in said.upper() if c.isalnum())
    amounts = {a.value for line in said.splitlines() for a in find_amounts(line) if a.money}
    if any(c.address == message.sender.address for c in account.contacts):
        yield "address"
    if any(len(n := number_term(i.invoice.number)[1]) >= 4 and n in compact for i in mine):
        yield "number"
    if amounts & {amount for i in mine for amount in (i.balance.amount, i.invoice.total.amount)}:
        yield "amount"
    name = fold_name(account.name)
    if name and len(name) >= _LEAST_STEM and name in fold_name(said[:4000]):
        yield "name"
    domain = fold_name(message.sender.address.rpartition("@")[2].rpartition(".")[0]).replace(" ", "")
    if any(len(word) >= _LEAST_STEM and word in domain for word in name.split()):
        yield "domain"
