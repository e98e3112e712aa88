"""The accounts on which a creditor may be paid: a new one is believed only once its owner has confirmed it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from agent.domain.happenings import PERSONAL, Happening


class PayeeStanding(StrEnum):
    """What the owner said of an account."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PayeeAccount:
    """An account that was met outside the creditor's file. `place`: where it was read (page, xml, payment_code, told)."""

    id: str
    creditor: str
    iban: str
    place: str
    met_at: datetime
    standing: PayeeStanding = PayeeStanding.ASKED
    version: int = 1

    @property
    def is_confirmed(self) -> bool:
        """Whether the owner said that it is his creditor's."""
        return self.standing is PayeeStanding.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeEvent(Happening):
    """An event of one account that a creditor may be paid on."""

    payee: str

    def about(self) -> tuple[str, ...]:
        return (self.payee,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeMet(PayeeEvent):
    """An account that is not known as the creditor's was read, or told by one of his people; its owner is asked."""

    iban: str
    place: str
    sender: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeConfirmed(PayeeEvent):
    """The owner confirmed that the account is the creditor's; from now on it may be printed."""

    by: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeRefused(PayeeEvent):
    """The owner said that the account is not the creditor's; it is never printed."""

    by: str = field(default="", metadata=PERSONAL)
