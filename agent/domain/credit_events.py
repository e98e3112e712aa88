"""What happens to money that belongs to the debtor: credit notes set off, money kept on his account, payments told and to be proved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent.domain.happenings import AccountEvent, ItemEvent
from agent.domain.money import Money
from agent.domain.states import RemittanceShare


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSetOff(ItemEvent):
    """A credit note was set off against this invoice; both are lessened by the same amount. `credit` is the note's item.

    `on` is the day from which the invoice counts as lessened.
    """

    credit: str
    amount: Money
    on: date

    def about(self) -> tuple[str, ...]:
        return (self.item, self.credit)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRefunded(ItemEvent):
    """The creditor paid back what was left of a credit note, or was paid too much on an item."""

    amount: Money
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPutOnAccount(AccountEvent):
    """Money came in that belongs to no invoice yet: paid on account, or paid too much. It is deducted on statements.

    `evidence` and `reference` are those of PaymentReceived; `because` says why it belongs to no invoice.
    """

    amount: Money
    on: date
    evidence: str
    reference: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyTakenFromAccount(AccountEvent):
    """Money on account left it. `reason`: refunded, set_off (then against `item`), reversed (by the bank), undone."""

    amount: Money
    on: date
    reason: str
    item: str = ""
    reference: str = ""

    def about(self) -> tuple[str, ...]:
        return (self.debtor, self.item) if self.item else (self.debtor,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentProofAsked(AccountEvent):
    """The debtor was asked for the proof of payments that he told of and that did not come; it counts as a contact.

    With `proved` he has sent a proof before, and the creditor was asked instead. The reminders of these items rest through `hold_until`.
    """

    items: tuple[str, ...]
    on: date
    hold_until: date
    mail: str
    proved: bool = False

    def about(self) -> tuple[str, ...]:
        return (self.debtor, *self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceAdvised(AccountEvent):
    """A proved debtor told how one sum that he pays is made up. It explains money that comes, and settles nothing.

    `document` is the SHA-256 of the advice.
    """

    amount: Money
    on: date
    shares: tuple[RemittanceShare, ...]
    document: str = ""
