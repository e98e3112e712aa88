"""Money that came in or went back, with the line of the bank statement that proves it, and who was found to pay for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from agent.domain.happenings import PERSONAL, AccountEvent, ItemEvent
from agent.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyEvent(ItemEvent):
    """An event of money on an item, and as far as a bank told of it the line of its statement.

    Attributes:
        evidence: bank, owner, staff; difference and surplus are what a bank movement left beside its invoice.
        reference: names the movement (agent.domain.matching.payment_reference); the same for all that one movement paid.
        payer, iban, words: the other side's name and account, and the text of the payment, as the bank shows them.
        account: the creditor's own account. document, filename: SHA-256 and name of the bank's file.
    """

    amount: Money
    on: date
    evidence: str
    reference: str = ""
    payer: str = field(default="", metadata=PERSONAL)
    iban: str = field(default="", metadata=PERSONAL)
    words: str = field(default="", metadata=PERSONAL)
    account: str = ""
    document: str = ""
    filename: str = field(default="", metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(MoneyEvent):
    """Money came in, as a bank movement or as the creditor's word.

    `because` names the rules by which a movement was tied to the item, the strongest first.
    """

    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed(MoneyEvent):
    """A payment was taken back by the bank or corrected by the creditor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerEvent(AccountEvent):
    """An event of somebody who pays for this debtor: himself or another, by account or by name. `movement` is what showed it."""

    iban: str = field(default="", metadata=PERSONAL)
    name: str = field(default="", metadata=PERSONAL)
    movement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerLearned(PayerEvent):
    """A payment that was tied by its reference or number, or by the creditor's answer, showed who pays for this debtor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerForgotten(PayerEvent):
    """The payment that had shown it was taken back."""
