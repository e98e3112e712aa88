"""Who pays: the debtors that the account or the name stands for, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from agent.domain.findings import Entry
from agent.domain.matching import labels
from agent.domain.matching.book import Book


@dataclass(frozen=True, slots=True)
class Payer:
    """Debtors by confirmed account, by exact name or alias, by a name that only resembles (looked for when nothing is exact), and
    those that the text mentions.
    """

    name: str
    message: str
    by_account: frozenset[str]
    by_name: frozenset[str]
    alike: tuple[str, ...]
    mentioned: frozenset[str]

    def confirmed(self, debtor: str) -> bool:
        """Whether this debtor certainly pays: his confirmed account, or his exact name while the account is nobody else's."""
        return debtor in self.by_account or (debtor in self.by_name and not self.by_account)

    @property
    def certain(self) -> frozenset[str]:
        """The debtors of the account; where the account is not known, those of the exact name."""
        return self.by_account or self.by_name

    @property
    def likely(self) -> tuple[str, ...]:
        """All debtors that come into question, the surest first."""
        return tuple(
            dict.fromkeys((*sorted(self.by_account), *sorted(self.by_name), *sorted(self.mentioned), *self.alike))
        )


def identify(entry: Entry, book: Book) -> Payer:
    """The payer of a movement. Labels of banks without columns for the other side are taken apart first."""
    name, message = entry.counterparty_name, labels.message_of(entry.remittance)
    if not name:
        name, message = labels.take_apart(message)
    by_account, by_name = book.at_account(entry.counterparty_iban), book.named(name)
    alike = book.resembling(name) if name and not (by_account or by_name) else ()
    return Payer(name, message, by_account, by_name, alike, book.mentioned(message))
