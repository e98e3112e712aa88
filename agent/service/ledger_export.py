"""The whole ledger as tables and as a journal: items, payments and events of some creditors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo

from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.parties import Creditor
from agent.domain.workdays import zone
from agent.ports import Store, StoredEvent
from agent.reports.journal import Journal, journal_of, together
from agent.reports.plain import one_line
from agent.reports.tables import Cell, Table
from agent.service.history import words_for

_ITEMS = (
    "creditor debtor debtor_number number kind issue_date due_date total deposit paid balance currency state phase registered settled "
    "reference id"
).split()
_PAYMENTS = "creditor debtor number date amount currency evidence reference item".split()
_EVENTS = "seq at creditor event what debtor number source".split()
_MOVEMENTS = "type date creditor debtor number what amount balance currency reference source".split()
CONTACTS = ("creditor", "name", "number", "addresses", "language", "consumer")


class LedgerExport:
    """The items, accounts and events of some creditors, loaded once."""

    def __init__(self, store: Store, creditors: Sequence[Creditor]) -> None:
        self.creditors = tuple(creditors)
        self.items = {c.id: tuple(store.items(c.id)) for c in creditors}
        self.accounts = {c.id: dict(_accounts(store, c.id)) for c in creditors}
        wanted = set(self.items)
        self.events = tuple(e for e in store.events() if e.event.creditor in wanted)

    def tables(self) -> tuple[Table, ...]:
        """Items, payments and events, a sheet each."""
        return (
            Table("items", tuple(_ITEMS), tuple(self._items())),
            Table("payments", tuple(_PAYMENTS), tuple(self._payments())),
            Table("events", tuple(_EVENTS), tuple(self._events())),
        )

    def movements(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        """Items, payments and events in one table: its headings and rows."""
        heads = tuple(_MOVEMENTS)
        rows = [dict(zip(("type", *_ITEMS), ("item", *row), strict=True)) for row in self._items()]
        for row in rows:
            row |= {"date": row["issue_date"], "what": row["state"], "amount": row["total"], "source": row["id"]}
        for paid in self._payments():
            found = dict(zip(("type", *_PAYMENTS), ("payment", *paid), strict=True))
            rows.append(found | {"what": found["evidence"], "source": found["item"]})
        for event in self._events():
            found = dict(zip(("type", *_EVENTS), ("event", *event), strict=True))
            rows.append(found | {"date": found["at"]})
        return heads, tuple(tuple(row.get(head) for head in heads) for row in rows)

    def journal(self) -> Journal:
        """The double-entry journal of all of them."""
        return together(self._journal(c) for c in self.creditors)

    def _journal(self, creditor: Creditor) -> Journal:
        events = (e.event for e in self.events if e.event.creditor == creditor.id)
        return journal_of(events, self.items[creditor.id], self.accounts[creditor.id], _zone(creditor))

    def contacts(self) -> tuple[tuple[Cell, ...], ...]:
        """The customers as rows of a contact book, by name."""
        rows = []
        for id_, accounts in self.accounts.items():
            for a in accounts.values():
                consumer = "" if a.consumer is None else "yes" if a.consumer else "no"
                working = " ".join(c.address for c in a.contacts if not c.failed)
                if a.name:
                    rows.append((id_, one_line(a.name), a.number, working, a.language, consumer))
        return tuple(sorted(rows))

    def _name(self, creditor: str, debtor: str) -> DebtorAccount | None:
        return self.accounts[creditor].get(debtor)

    def _items(self) -> Iterator[tuple[Cell, ...]]:
        for creditor in self.creditors:
            here = _zone(creditor)
            for item in sorted(self.items[creditor.id], key=lambda i: (i.invoice.issue_date, i.invoice.number, i.id)):
                yield self._item(item, here)

    def _item(self, item: OpenItem, here: tzinfo) -> tuple[Cell, ...]:
        invoice, account = item.invoice, self._name(item.creditor, item.invoice.debtor)
        return (
            item.creditor,
            one_line(account.name) if account else "",
            account.number if account else "",
            one_line(invoice.number),
            "credit note" if invoice.credit_note else "invoice",
            invoice.issue_date,
            invoice.due_date,
            invoice.total.amount,
            invoice.deposit.amount,
            item.paid.amount,
            item.balance.amount,
            invoice.total.currency,
            item.state.value,
            item.phases[-1].phase.value if item.phases else "",
            item.registered_at.astimezone(here).date(),
            item.settled_at.astimezone(here).date() if item.settled_at else None,
            one_line(invoice.reference),
            item.id,
        )

    def _payments(self) -> Iterator[tuple[Cell, ...]]:
        for creditor in self.creditors:
            found = [
                (p.on, item.invoice.number, n, p, item)
                for item in self.items[creditor.id]
                for n, p in enumerate(item.payments)
            ]
            for on, number, _, paid, item in sorted(found, key=lambda row: (row[0], row[1], row[4].id, row[2])):
                account = self._name(creditor.id, item.invoice.debtor)
                name = one_line(account.name) if account else ""
                money = (paid.amount.amount, paid.amount.currency)
                yield (
                    creditor.id,
                    name,
                    one_line(number),
                    on,
                    *money,
                    paid.evidence,
                    one_line(paid.reference),
                    item.id,
                )

    def _events(self) -> Iterator[tuple[Cell, ...]]:
        numbers = {i.id: i for items in self.items.values() for i in items}
        for stored in self.events:
            yield self._event(stored, numbers)

    def _event(self, stored: StoredEvent, items: Mapping[str, OpenItem]) -> tuple[Cell, ...]:
        event = stored.event
        about = event.about()
        item = next((items[id_] for id_ in about if id_ in items), None)
        debtor = item.invoice.debtor if item else next((a for a in about if a in self.accounts[event.creditor]), "")
        account = self._name(event.creditor, debtor)
        return (
            stored.seq,
            event.at.isoformat(),
            event.creditor,
            type(event).__name__,
            one_line(words_for(event), 300),
            one_line(account.name) if account else "",
            one_line(item.invoice.number) if item else "",
            one_line(event.source),
        )


def _accounts(store: Store, creditor: str) -> Iterable[tuple[str, DebtorAccount]]:
    return ((a.id, a) for a in store.states(DebtorAccount, creditor) if isinstance(a, DebtorAccount))


def _zone(creditor: Creditor) -> tzinfo:
    return zone("", creditor.timezone)
