"""The other workers on the same books: what each has in its configuration, and what this one therefore leaves to them.

Each writes down what it has, and every few minutes that it is there. Who was not seen for a day is gone. A worker leaves to the others
what it does not know and one of them does: the cases of their creditors, the mail of those creditors' people and debtors, the mails that
leave by their mailboxes. Of two who know different creditors one takes in what strangers write: who knows more of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from agent.config import Settings
from agent.config.alike import print_of, prints_of
from agent.intake.directory import Directory
from agent.ports import Commit, Conflict, Store
from agent.store.restore import WORKERS

# Under these notes the store remembers what each worker has; and in WORKERS who works on it, when he was seen last and the print of that.
_HAS = "worker:"
# The notes of the moments of starts that followed no stop, and that one is running; of several workers each has its own.
STARTS, RUNNING = "service:starts", "service:running"
_GONE, _OFTEN = timedelta(days=1), timedelta(minutes=10)
# Who was not seen for so long is not working now: then he may be forgotten by hand.
NOT_HERE = timedelta(minutes=30)
_REST = timedelta(minutes=1)
# Accounts of one address that are looked at for who writes from it.
_LOOKED_AT = 50


@dataclass(frozen=True)
class Having:
    """What a worker has: prints of its rules by table, of its creditors by id, its mailboxes, which of them each creditor's cases go
    through, and for the print of each address of their people whose people they are.
    """

    rules: Mapping[str, str] = field(default_factory=dict)
    creditors: Mapping[str, str] = field(default_factory=dict)
    mailboxes: tuple[str, ...] = ()
    through: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, directory: Directory) -> Having:
        """What a worker with these settings has."""
        prints = prints_of(settings)
        people = {print_of(at): tuple(c for c, _ in entries) for at, entries in directory.people.items()}
        through = {c.id: settings.mailbox_of(c).name for c in settings.creditors}
        return cls(prints.rules, prints.creditors, tuple(m.name for m in settings.mailboxes), through, people)

    @classmethod
    def read(cls, note: str | None) -> Having:
        """What `str` wrote down."""
        rules, creditors, mailboxes, through, people = json.loads(note) if note else ({}, {}, (), {}, {})
        return cls(rules, creditors, tuple(mailboxes), through, {at: tuple(ids) for at, ids in people.items()})

    def __str__(self) -> str:
        """One line, for a note in the store."""
        told = (self.rules, self.creditors, self.mailboxes, self.through, self.people)
        return json.dumps(told, sort_keys=True)

    @cached_property
    def mark(self) -> str:
        """What changes when any of it does."""
        return print_of(str(self))


@dataclass(frozen=True, slots=True)
class Worker:
    """One of the workers: his name, when he was seen last, since when he has what he has, and its mark."""

    name: str
    seen: datetime
    since: datetime
    mark: str

    def is_gone(self, now: datetime) -> bool:
        """Whether nobody waits for him any more."""
        return now - self.seen > _GONE


def workers(store: Store) -> dict[str, Worker]:
    """All workers that were not forgotten, by name."""
    rows = json.loads(store.note(WORKERS) or "{}")
    moment = datetime.fromisoformat
    return {name: Worker(name, moment(seen), moment(since), mark) for name, (seen, since, mark) in rows.items()}


def having(store: Store, name: str) -> Having:
    """What the worker of this name has."""
    return Having.read(store.note(f"{_HAS}{name}"))


def forget(store: Store, names: frozenset[str]) -> None:
    """Nobody waits for these workers any more. Raises Conflict when another wrote the list meanwhile."""
    left = [worker for name, worker in workers(store).items() if name not in names]
    gone: dict[str, str | None] = {f"{of}{name}": None for name in names for of in (_HAS, f"{STARTS}:", f"{RUNNING}:")}
    store.commit(Commit(notes={**gone, WORKERS: _listed(left)}))


def _listed(all_: list[Worker]) -> str:
    return json.dumps({w.name: [w.seen.isoformat(), w.since.isoformat(), w.mark] for w in all_}, sort_keys=True)


@dataclass(slots=True)
class Company:
    """What this worker knows of the others; alone, nothing, and nothing is left to anybody. `met` grows when that changes. At
    `rests_since` it looked behind all that is due and left to others, and found nothing of its own.
    """

    name: str = ""
    own: Having = field(default_factory=Having)
    others: dict[str, Having] = field(default_factory=dict)
    met: int = 0
    rests_since: datetime | None = None
    _settings: Settings | None = None
    _marks: dict[str, str] = field(default_factory=dict)
    _creditor_of: dict[str, str] = field(default_factory=dict)
    _unknown: frozenset[str] = frozenset()
    _left: frozenset[str] = frozenset()
    _knows_less: bool = False

    def meet(self, store: Store, settings: Settings, directory: Directory, name: str, now: datetime) -> None:
        """Let the others know what this worker of this name has, and learn what they have: asked in each round, it costs one look.

        Raises:
            TemporaryError: the store cannot be asked now.
        """
        if not store.claims.shared:
            return
        self.name = name
        if self._settings is not settings:
            self.own, self._settings, self._marks = Having.of(settings, directory), settings, {}
        with store.claims.under():
            known = workers(store)
            mine = known.get(name)
            if mine is None or mine.mark != self.own.mark or abs(now - mine.seen) > _OFTEN:
                self._introduce(store, known, now)
        here = {one: worker.mark for one, worker in known.items() if one != name and not worker.is_gone(now)}
        if here != self._marks:
            self.others, self._marks = {one: having(store, one) for one in here}, here
            self._compare()

    def _introduce(self, store: Store, known: dict[str, Worker], now: datetime) -> None:
        mine, mark = known.get(self.name), self.own.mark
        since = mine.since if mine is not None and mine.mark == mark else now
        after = {**known, self.name: Worker(self.name, now, since, mark)}
        try:
            store.commit(Commit(notes={WORKERS: _listed(list(after.values())), f"{_HAS}{self.name}": str(self.own)}))
        except Conflict:  # another introduces himself: once more in the next round
            return

    def rests(self, now: datetime) -> bool:
        """Whether it looked there a moment ago."""
        return self.rests_since is not None and abs(now - self.rests_since) < _REST

    def leaves_cases_of(self, creditor: str) -> bool:
        """Whether what is due for this creditor, and his mails, are left to one who knows him and the mailbox that his mail comes to."""
        return creditor in self._left

    def leaves_mails_of(self, mailbox: str) -> bool:
        """Whether the mails that leave by this mailbox are left to one who has it."""
        return mailbox not in self.own.mailboxes and any(mailbox in has.mailboxes for has in self.others.values())

    def leaves_mail_from(self, address: str, store: Store) -> bool:
        """Whether a received mail of this address is left to one who knows better whose people or debtors write from there."""
        if not self.others:
            return False
        mark = print_of(address)
        mine = set(self.own.people.get(mark, ()))
        if any(set(has.people.get(mark, ())) - mine for has in self.others.values()):
            return True
        if not self._unknown or mine:
            return False
        accounts = [id_ for ids in store.find([("address", address)], most=_LOOKED_AT).values() for id_ in ids]
        owed = set(self._creditors(store, accounts))
        return not self._unknown.isdisjoint(owed) if owed else self._knows_less

    def leaves_state(self, id_: str, store: Store) -> bool:
        """Whether what is due on this debtor's account, or about this bank account, is left to others."""
        return bool(self._left) and not self._left.isdisjoint(self._creditors(store, [id_]))

    def _creditors(self, store: Store, ids: list[str]) -> Iterator[str]:
        lacking = [id_ for id_ in ids if id_ not in self._creditor_of]
        if lacking:
            found = store.ledger(lacking)
            self._creditor_of |= {id_: account.creditor for id_, account in found.accounts.items()}
            self._creditor_of |= {id_: payee.creditor for id_, payee in found.payees.items()}
        return (self._creditor_of[id_] for id_ in ids if id_ in self._creditor_of)

    def _compare(self) -> None:
        """What this worker lacks of what the others have."""
        mine, boxes = self.own.creditors.keys(), set(self.own.mailboxes)
        more = {name: has.creditors.keys() - mine for name, has in self.others.items()}
        self._unknown = frozenset(id_ for ids in more.values() for id_ in ids)
        elsewhere = (id_ for has in self.others.values() for id_, box in has.through.items() if box not in boxes)
        self._left = self._unknown.union(elsewhere)
        self.met += 1
        rank = (len(mine), self.name)
        self._knows_less = any(ids and (len(self.others[name].creditors), name) > rank for name, ids in more.items())
