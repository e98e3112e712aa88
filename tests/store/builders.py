"""Small values to fill a store with: a debtor, invoices, the mails and the commits around them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from agent.domain import events as ev
from agent.domain.invoices import Invoice
from agent.domain.ledger import Ledger, State, replay
from agent.domain.money import Money
from agent.mail.outgoing import OutgoingMail
from agent.ports import Box, Commit, MessageRecord

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CREDITOR = "acme"
DEBTOR = "acme-d1"


def euros(text: str) -> Money:
    return Money.of(text, "EUR")


def invoice(number: str = "2026-118", debtor: str = DEBTOR, creditor: str = CREDITOR, **changes: object) -> Invoice:
    plain = Invoice(
        id=f"{creditor}-{number}",
        creditor=creditor,
        number=number,
        issue_date=date(2026, 1, 15),
        due_date=date(2026, 2, 14),
        total=euros("1250.00"),
        deposit=euros("0"),
        debtor=debtor,
        reference="123456789002",
    )
    return replace(plain, **changes)


def opened(debtor: str = DEBTOR, creditor: str = CREDITOR, name: str = "Durand SA") -> ev.DebtorOpened:
    return ev.DebtorOpened(at=NOW, source="m1", creditor=creditor, debtor=debtor, name=name, number="BE0123456749")


def contact(address: str = "compta@durand.example", debtor: str = DEBTOR) -> ev.ContactAdded:
    return ev.ContactAdded(at=NOW, source="m1", creditor=CREDITOR, debtor=debtor, address=address, name="Anne")


def registered(number: str = "2026-118", **changes: object) -> ev.InvoiceRegistered:
    bill = invoice(number, **changes)
    return ev.InvoiceRegistered(at=NOW, source="m1", creditor=bill.creditor, item=bill.id, invoice=bill)


def paid(item: str, amount: str = "100.00") -> ev.PaymentReceived:
    return ev.PaymentReceived(
        at=NOW + timedelta(days=3),
        source="m2",
        creditor=CREDITOR,
        item=item,
        amount=euros(amount),
        on=NOW.date(),
        evidence="bank",
    )


def promised(item: str, words: str = "nous paierons vendredi") -> ev.PromiseToPayMade:
    day = NOW.date() + timedelta(days=10)
    return ev.PromiseToPayMade(
        at=NOW, source="m3", creditor=CREDITOR, item=item, pay_on=day, hold_until=day + timedelta(days=3), words=words
    )


def mail(key: str = "ack:m1", **changes: object) -> OutgoingMail:
    plain = OutgoingMail(
        id=key.replace(":", "-"),
        key=key,
        kind="acknowledgement",
        creditor=CREDITOR,
        sender="relance@agency.example",
        sender_name="Agency",
        to=("owner@acme.example",),
        message_id=f"<{key}@agency.example>",
        subject="Bien reçu",
        text="Bonjour",
        html="<p>Bonjour</p>",
        queued_at=NOW,
        not_before=NOW,
    )
    return replace(plain, **changes)


def record(key: str = "m1", **changes: object) -> MessageRecord:
    plain = MessageRecord(
        key=key,
        message_id=f"<{key}@acme.example>",
        received_at=NOW,
        sender="owner@acme.example",
        role="owner",
        kind="invoice",
        because="pdf attached",
        box=Box.HANDLED,
        creditor=CREDITOR,
        subject="Facture",
    )
    return replace(plain, **changes)


def folded(events: Iterable[ev.Event], ledger: Ledger | None = None, **rest: object) -> Commit:
    """The commit of these events on what the ledger holds, states and all."""
    events = tuple(events)
    after = replay(events, ledger)
    touched = dict.fromkeys(id_ for event in events for id_ in event.about())
    states: tuple[State, ...] = tuple(state for id_ in touched if (state := after.get(id_)) is not None)
    return Commit(events=events, states=states, **rest)
