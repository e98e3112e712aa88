"""What happens to a statement of account, from the outbox to the debtor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent.domain.happenings import AccountEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEvent(AccountEvent):
    """An event of one statement of account: number `cycle` of this debtor in this currency, listing `items`."""

    currency: str
    cycle: int
    items: tuple[str, ...]

    def about(self) -> tuple[str, ...]:
        return (self.debtor, *self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementQueued(StatementEvent):
    """A statement was written and waits in the outbox. `on` is the debtor's local day; `level` the tone.

    `mentions` are the announcements of law that it carries (domain.guard_waits), checked on the finished mail.
    """

    on: date
    level: str
    mail: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSent(StatementEvent):
    """The statement was accepted by the debtor's mail system on this day; from it the next one is reckoned."""

    on: date
    mail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementCancelled(StatementEvent):
    """The statement never left (paid or held meanwhile, or refused); it does not count."""

    mail: str
    reason: str
