"""What all events share, by what they are about: a debtor's account, an item, a question, a layout."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime

# The mark of a field that names or quotes a person.
PERSONAL = {"personal": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening(ABC):
    """The head that all events share."""

    at: datetime
    source: str
    creditor: str

    @abstractmethod
    def about(self) -> tuple[str, ...]:
        """Ids of the states that this event changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent(Happening):
    """An event of one debtor's account."""

    debtor: str

    def about(self) -> tuple[str, ...]:
        return (self.debtor,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEvent(Happening):
    """An event of one invoice or credit note."""

    item: str

    def about(self) -> tuple[str, ...]:
        return (self.item,)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionEvent(Happening):
    """An event of one question to the creditor."""

    question: str

    def about(self) -> tuple[str, ...]:
        return (self.question,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutEvent(Happening):
    """An event of one layout of a creditor's invoices. Nothing in it names or quotes a person."""

    layout: str

    def about(self) -> tuple[str, ...]:
        return (self.layout,)
