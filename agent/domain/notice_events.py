"""What happened to formal notices, and where a debtor's post goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from agent.domain.happenings import PERSONAL, AccountEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEvent(AccountEvent):
    """An event of one formal notice: number `number` of this debtor in this currency, over `items`."""

    currency: str
    number: int
    items: tuple[str, ...]
    mail: str

    def about(self) -> tuple[str, ...]:
        return (self.debtor, *self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeQueued(NoticeEvent):
    """The owner ordered a formal notice; it was written and waits in the outbox. It may be paid through `deadline`."""

    on: date
    deadline: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(NoticeEvent):
    """The debtor's mail system accepted the notice on this day; friendly statements stop."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCancelled(NoticeEvent):
    """The notice never left; it does not count. `reason` is a code of docs/spec/formal-notice.md."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddressMet(AccountEvent):
    """Where the debtor gets his post, a line of the envelope each. `told`: by the creditor, else read on an invoice."""

    address: str = field(metadata=PERSONAL)
    told: bool = False


NoticeHappening = NoticeQueued | NoticeSent | NoticeCancelled | PostalAddressMet
