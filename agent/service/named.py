"""The books that a creditor's words may name: found by index where they can be, looked through where words are short or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from agent.domain import events as ev
from agent.domain.decide.undoing import Past
from agent.domain.findings import Instruction
from agent.domain.index import number_term
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem
from agent.domain.releases import TOPICS as LISTS
from agent.domain.releases import line_of
from agent.mail.outgoing import OutgoingMail
from agent.parsers.replies.clauses import fold
from agent.parsers.replies.known import Known, named_in, stems_said
from agent.parsers.replies.slots import read_slots
from agent.ports import Store
from agent.service.books import accounts_slice

# Beyond these a creditor's books are found by index alone.
_MOST_LOOKED_THROUGH = 5_000
_MOST_ALIKE = 200
_FIGURES = re.compile(r"(?<![\w.,/-])\d{2,8}(?![\w/-])")
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """A creditor's own words, whose they are, their day, and the states of the letter that they answer, in its order."""

    text: str
    creditor: str
    day: date
    about: Sequence[str] = ()
    retold: bool = False


def books_named(store: Store, ledger: Ledger, spoken: Spoken) -> tuple[Ledger, Known]:
    """The slice with what the words name besides, and the names and numbers by which a reader knows them."""
    names = _names(store, ledger, spoken)
    folded = " ".join(fold(spoken.text[:_LONGEST]).split())
    called = {a for part in re.split(r"[.!?]\s", folded) for a in named_in(part, Known(names=names)).accounts}
    items = _looked_for(store, folded, spoken) if not called or _FIGURES.search(folded) else ()
    accounts = called | {i.invoice.debtor for i in items}
    if accounts:
        ledger = accounts_slice(store, accounts, (i.id for i in items)).having(ledger.states())
    listed = tuple(ledger.items[i].invoice.number for i in spoken.about if i in ledger.items)
    numbers = tuple((i.invoice.number, i.balance.amount) for i in ledger.items.values())
    return ledger, Known(numbers, listed, names, spoken.retold)


def _names(store: Store, ledger: Ledger, spoken: Spoken) -> tuple[tuple[str, str], ...]:
    """The debtors whose names the words may hold; all of them when no beginning of a word leads to one."""
    stems = [("stem", stem) for stem in stems_said(spoken.text)][:60]
    found = store.find(stems, spoken.creditor) if stems else {}
    ids = list(dict.fromkeys(id_ for hits in found.values() for id_ in hits))[:_MOST_ALIKE]
    names = tuple((a.id, a.name) for a in store.ledger(ids).accounts.values())
    said = " ".join(fold(spoken.text[:_LONGEST]).split())
    if named_in(said[:600], Known(names=names)).accounts or ledger.items:
        return names
    everyone = islice(store.states(DebtorAccount, spoken.creditor), _MOST_LOOKED_THROUGH)
    return tuple((a.id, a.name) for a in everyone if isinstance(a, DebtorAccount))


def _looked_for(store: Store, folded: str, spoken: Spoken) -> tuple[OpenItem, ...]:
    """The open items whose number ends in figures of the words, or of which a sum in the words is open."""
    figures = {figure.lstrip("0") for figure in _FIGURES.findall(folded)}
    amounts = {*read_slots(folded, spoken.day).amounts, *map(Decimal, filter(None, figures))}
    if not figures and not amounts:
        return ()
    mine = islice(store.items(spoken.creditor, open_only=True), _MOST_LOOKED_THROUGH)
    return tuple(i for i in mine if _ending(i) in figures or i.balance.amount in amounts)


def _ending(item: OpenItem) -> str:
    return re.split(r"[^0-9]+", item.invoice.number)[-1].lstrip("0")


def past_of(store: Store, ledger: Ledger, told: Iterable[Instruction], answered: OutgoingMail | None) -> Past:
    """What happened to the states of the letter that is answered, or to the invoices and debtors that the words name."""
    told = [i for i in told if i.kind in ("undo", "reading")]
    ids = set(answered.about) if answered is not None and told else set[str]()
    wanted = {number_term(n) for i in told for n in i.numbers}
    called = {a for i in told for a in i.accounts}
    ids |= {
        i.id for i in ledger.items.values() if number_term(i.invoice.number) in wanted or i.invoice.debtor in called
    }
    asked = (q for id_ in set(ids) if (q := ledger.questions.get(id_)) is not None and q.topic in LISTS)
    ids |= {line_of(code)[0] for question in asked for code in question.choices}
    events = {id_: _events(store, id_) for id_ in sorted(ids) if ledger.get(id_) is not None}
    return Past(events, answered.queued_at if answered is not None else None)


def _events(store: Store, id_: str) -> tuple[ev.Event, ...]:
    return tuple(entry.event for entry in store.events(about=id_))
