"""What was collected on an item for its creditor, read off its events: each sum with its phase and what proved it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.invoices import Invoice
from agent.domain.money import Money
from agent.domain.phases import Phase, PhaseChange

# Whose word for a payment counts: the bank's, and that of the creditor's people, also for money that lay on the debtor's account
# first. Differences, discounts and credit notes are no money.
_PROOFS = frozenset({"bank", "owner", "staff", "on_account"})


@dataclass(frozen=True, slots=True)
class Collected:
    """Money on an item, negative when taken back.

    Attributes:
        id: the item and the place of the payment among its payments; `of` is the payment that is taken back, "" otherwise.
        on: the day of the movement; `recorded` the creditor's local day on which it was learned, which decides on the month.
        debt: what was owed when the item was handed over.
        proof: bank, owner, staff, or on_account. `evidence` is the key of the message that proved it, `reference` that of the bank movement.
        earned_on: the day of the payment, also of one that is taken back: its phase and rate go by it.
        phases: the phases of the item, in order.
    """

    id: str
    item: str
    number: str
    debtor: str
    debt: Money
    amount: Money
    on: date
    recorded: date
    proof: str
    evidence: str
    reference: str = ""
    of: str = ""
    earned_on: date = date.min
    phases: tuple[PhaseChange, ...] = ()


@dataclass(slots=True)
class _Account:
    """One item as its events add up.

    `entries` are the phases with the day of entry and what was paid by then; `earned` holds what each payment brought and was not
    taken back since.
    """

    zone: tzinfo
    invoice: Invoice | None = None
    given_up: bool = False
    paid: Money | None = None
    places: int = 0
    entries: list[tuple[Phase, date, Money]] = field(default_factory=list)
    earned: list[Collected] = field(default_factory=list)
    found: list[Collected] = field(default_factory=list)

    def take(self, event: ev.Event) -> None:
        """Follow one event."""
        match event:
            case ev.InvoiceRegistered(invoice=invoice):
                self.invoice, self.paid = invoice, Money.zero(invoice.total.currency)
                self.entries.append((Phase.ENCAISSEMENT, event.at.astimezone(self.zone).date(), self.paid))
            case ev.InvoiceCorrected(invoice=invoice):
                self.invoice = invoice
            case ev.PhaseEntered() if self.paid is not None:
                self.entries.append((event.phase, event.on, self.paid))
            case ev.InvoiceWithdrawn() | ev.InvoiceWrittenOff():
                self.given_up = True
            case ev.InvoiceReopened():
                self.given_up = False
            case ev.PaymentReceived() | ev.PaymentReversed():
                self._money(event)
            case ce.MoneyTakenFromAccount() if event.reason == "set_off":
                self._money(_from_account(event))
            case ce.CreditSetOff() | ce.CreditRefunded() if self.paid is not None:
                set_off = (
                    isinstance(event, ce.CreditSetOff) and self.invoice is not None and event.item == self.invoice.id
                )
                self.paid = self.paid + event.amount if set_off else self.paid - event.amount

    def _money(self, event: ev.PaymentReceived | ev.PaymentReversed) -> None:
        invoice, paid = self.invoice, self.paid
        if invoice is None or paid is None or event.amount.currency != paid.currency:
            return
        self.places += 1
        if isinstance(event, ev.PaymentReversed):
            surplus = max(paid - invoice.due, Money.zero(paid.currency))
            self.paid = paid - event.amount
            self._taken_back(event, event.amount - surplus, invoice)
            return
        self.paid = paid + event.amount
        # what is more than is owed is the debtor's, and was not collected for the creditor
        earned = Money.total((one.amount for one in self.earned), paid.currency)
        counts = min(event.amount, invoice.due - max(paid, earned))
        if event.evidence in _PROOFS and counts.amount > 0 and not self.given_up:
            one = self._collected(event, invoice, counts)
            self.earned.append(one)
            self.found.append(one)

    def _taken_back(self, event: ev.PaymentReversed, left: Money, invoice: Invoice) -> None:
        """The payments that are taken back: those of the same movement or sum, else the latest."""
        while left.amount > 0 and self.earned:
            one = self._meant(event, left)
            part = min(left, one.amount)
            back = self._collected(event, invoice, -part, of=one)
            self.found.append(back)
            self.earned.remove(one)
            if part < one.amount:
                self.earned.append(_less(one, part))
            left = left - part

    def _meant(self, event: ev.PaymentReversed, left: Money) -> Collected:
        same_movement = (c for c in reversed(self.earned) if event.reference and c.reference == event.reference)
        same_sum = (c for c in reversed(self.earned) if c.amount == left)
        return next(same_movement, next(same_sum, self.earned[-1]))

    def _collected(
        self,
        event: ev.PaymentReceived | ev.PaymentReversed,
        invoice: Invoice,
        amount: Money,
        of: Collected | None = None,
    ) -> Collected:
        return Collected(
            id=f"{invoice.id}/{self.places}",
            item=invoice.id,
            number=invoice.number,
            debtor=invoice.debtor,
            debt=invoice.due,
            amount=amount,
            on=event.on,
            recorded=event.at.astimezone(self.zone).date(),
            proof=event.evidence,
            evidence=event.source,
            reference=event.reference,
            of=of.id if of else "",
            earned_on=of.on if of else event.on,
            phases=of.phases if of else tuple(self._phases(invoice)),
        )

    def _phases(self, invoice: Invoice) -> Iterator[PhaseChange]:
        """The phases by the invoice as it is known now: a due date or sum may have been corrected after the entry."""
        for phase, on, paid in self.entries:
            late = (on - invoice.due_date).days if invoice.due_date else 0
            yield PhaseChange(phase, on, max(late, 0), invoice.due - paid)


def _from_account(e: ce.MoneyTakenFromAccount) -> ev.PaymentReceived:
    """Money that came before anybody knew what it was for, as a payment of what it was used for."""
    return ev.PaymentReceived(
        at=e.at,
        source=e.source,
        creditor=e.creditor,
        item=e.item,
        amount=e.amount,
        on=e.on,
        evidence="on_account",
        reference=e.reference,
    )


def _less(one: Collected, part: Money) -> Collected:
    return replace(one, amount=one.amount - part)


def collected(events: Iterable[ev.Event], zone: tzinfo) -> tuple[Collected, ...]:
    """What was collected on one item, by its events in order; `zone` is the creditor's.

    A credit note collects nothing, nor does what was paid beyond the debt or after the claim was given up.
    """
    account = _Account(zone)
    for event in events:
        account.take(event)
    return tuple(account.found)
