"""What was kept long enough goes: texts of settled customers, files of old invoices, traces of strangers' mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tinydb import where

from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.money import Money
from agent.errors import PermanentError
from agent.store.codec import dumps
from agent.store.erase import begun, erase, remember
from agent.store.named import EXPIRED, forget_unnamed, named_in
from agent.store.records import message_document, message_of
from agent.store.tinydb_store import TinyStore

# A customer's last event is looked for; so many customers in one go, the next ones another day.
_AT_ONCE = 500
_CURSOR = "retention:cursor"
_STRANGER = "stranger"
# Whose documents are still to be taken away, where an account's id would stand.
_STRANGERS = "@strangers"


@dataclass(frozen=True, slots=True)
class LetGo:
    """The ids of the accounts that were forgotten, how many files of invoices went, and how many strangers' mails lost their names."""

    accounts: tuple[str, ...] = ()
    documents: int = 0
    strangers: int = 0

    def __bool__(self) -> bool:
        """Whether anything went."""
        return bool(self.accounts or self.documents or self.strangers)


def forget_settled(store: TinyStore, before: datetime) -> tuple[str, ...]:
    """Forget the customers on whom nothing is open and of whom nothing happened since; their ids. A share of all at each call.

    Raises:
        TemporaryError: a reader keeps erased bytes in the log; doing it again later finishes it.
    """
    rows = store.db.table("accounts").after(int(store.note(_CURSOR) or 0))
    looked_at = [row for row, _ in zip(rows, range(_AT_ONCE), strict=False)]
    old: list[str] = []
    for account in (str(row["id"]) for row in looked_at):
        if _is_long_settled(store, account, before):
            with suppress(PermanentError):  # another worker opened something on it meanwhile
                erase(store, account)
                old.append(account)
    last = looked_at[-1].doc_id if len(looked_at) == _AT_ONCE else 0
    store.db.table("notes").put({"key": _CURSOR, "value": str(last)}, where("key") == _CURSOR)
    return tuple(old)


def _is_long_settled(store: TinyStore, account: str, before: datetime) -> bool:
    state = store.ledger([account]).accounts[account]
    forgotten = not state.name and not any(contact.address for contact in state.contacts)
    if forgotten or _keeps_money(state) or any(True for _ in store.items(debtor=account, open_only=True)):
        return False
    ids = [account, *(item.id for item in store.items(debtor=account))]
    return all(moment < before for id_ in ids for moment in _last(store, id_))


def _keeps_money(account: DebtorAccount) -> bool:
    currencies = {kept.amount.currency for kept in account.money}
    return any(account.on_account(currency) != Money.zero(currency) for currency in currencies)


def _last(store: TinyStore, id_: str) -> Iterator[datetime]:
    """When something happened to this state last."""
    row = next(store.db.table("events").each(where("about").any([id_]), descending=True), None)
    if row is not None:
        yield datetime.fromisoformat(str(row["at"]))


def forget_old_documents(store: TinyStore, last_year: int) -> int:
    """Take away the files of invoices of this year and earlier on which nothing is open; how many. The books remember that they did."""
    kept: set[str] = set()
    old: dict[str, str] = {}
    for item in store.items():
        papers = {d for d in (item.invoice.document, *item.invoice.other_documents) if d}
        if _is_old(item, last_year):
            old |= dict.fromkeys(papers, item.id)
        else:
            kept |= papers
    held = set(store.documents.names())
    gone = [name for name in old if name in held and name not in kept]
    with store.db.transaction():
        for name in gone:
            row = {"key": f"{EXPIRED}{name}", "value": old[name]}
            store.db.table("notes").put(row, where("key") == row["key"])
    for name in gone:
        store.documents.forget(name)
    return len(gone)


def _is_old(item: OpenItem, last_year: int) -> bool:
    return item.invoice.issue_date.year <= last_year and not item.is_open


def forget_strangers(store: TinyStore, before: datetime) -> int:
    """Take address, subject and file of the mails of those who have no case here, and that came before; how many.

    Broken off anywhere, it is done by doing it again.
    """
    table, count, papers = store.db.table("messages"), 0, set(begun(store, _STRANGERS))
    with store.db.transaction():
        for row in list(table.after()):
            record = message_of(row)
            old = record.role == _STRANGER and not record.about and record.received_at < before
            if old and (record.sender or record.subject):
                papers |= named_in(dumps(dict(row)))
                table.put(
                    message_document(replace(record, sender="", subject="", documents=())), where("key") == record.key
                )
                count += 1
        remember(store, _STRANGERS, frozenset(papers))
    if papers:
        forget_unnamed(store, frozenset(papers), frozenset())
        remember(store, _STRANGERS, frozenset())
    return count


def years_before(now: datetime, years: int) -> datetime:
    """The moment so many years ago."""
    return now - timedelta(days=round(years * 365.25))
