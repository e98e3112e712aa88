"""What creditors taught about their debtors' words, in the notes of a store, each under its debtor's account."""

from __future__ import annotations

from collections.abc import Iterator

from agent.store.tinydb_store import TinyStore

_PREFIX = "example:"


def example_key(account: str, digest: str) -> str:
    """The key under which an example of this debtor's words is kept."""
    return f"{_PREFIX}{account}:{digest}"


def is_example_of(key: str, accounts: frozenset[str]) -> bool:
    """Whether a note keeps the words of one of these debtors."""
    return key.startswith(_PREFIX) and key.split(":")[1] in accounts


def examples(store: TinyStore, accounts: frozenset[str] | None = None) -> Iterator[str]:
    """Every example as a line of JSON: the words, the label that is right, what they were taken for, their language.

    With `accounts` only those of these debtors.
    """
    for row in store.db.table("notes").after():
        key = str(row["key"])
        if key.startswith(_PREFIX) and (accounts is None or is_example_of(key, accounts)):
            yield str(row["value"])
