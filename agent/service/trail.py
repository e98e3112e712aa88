"""From an item to the bank line: each payment with its evidence, its movement, and where the rest of that movement went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.decide.bank_lines import BankLine
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.matching import Scope
from agent.domain.money import Money
from agent.ports import Store, StoredEvent

# What the codes of evidence say to a person who checks the books.
EVIDENCE = {
    "reference": "its structured reference stands in the payment, and the amount fits",
    "number": "its number stands in the text, and the amount fits exactly",
    "number_tails": "its last digits stand after another number, the sum fits, and the payer is certain",
    "number_slip": "its number stands there with a slip; payer and amount are certain",
    "range": "it lies between the two numbers that are named, and the sum fits",
    "shares": "the text gives its share",
    "discount": "named, less the discount for early payment, within its days",
    "rounding": "named, a few cents off",
    "part": "named; the amount is a part of what was open",
    "overpaid": "named; more came in than was open",
    "paid_twice": "it had been paid before: the money is the debtor's",
    "surplus": "what is over is the debtor's",
    "month": "the text names the month of its issue, and amount and payer fit",
    "amount": "the account is the debtor's, and the amount fits no other item",
    "whole_account": "all that the debtor owed, and the text says so",
    "answer": "the creditor said so",
    "end_to_end": "the bank's end-to-end reference of the payment that came in",
    "amount_once": "this amount came in only once, from the same party",
}


@dataclass(frozen=True, slots=True)
class Share:
    """What a movement did to one item or account: `amount` with the movement's sign, `debtor` the account that it is of."""

    what: str
    amount: Decimal
    debtor: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One payment or return of an item.

    `line` is None for what no bank told of (the creditor's word, a difference that was let go). `mail` is the message that brought it,
    `asked` and `answered` what a person was asked about it and said. `shares` are all that came of the movement; `ties` whether they
    make its amount.
    """

    on: date
    amount: Money
    evidence: str
    because: tuple[str, ...]
    mail: str
    line: BankLine | None = None
    shares: tuple[Share, ...] = ()
    asked: str = ""
    answered: str = ""

    @property
    def ties(self) -> bool:
        """Whether the shares of the movement are its amount, to the cent; what was undone has none."""
        return self.line is None or not self.shares or sum(s.amount for s in self.shares) == self.line.amount


def trail(store: Store, item: OpenItem) -> Iterator[Step]:
    """Every payment and return of an item, in the order in which they were booked."""
    for stored in store.events(item.id):
        event = stored.event
        if isinstance(event, ev.PaymentReceived | ev.PaymentReversed):
            yield _step(store, item, event)


def _step(store: Store, item: OpenItem, event: ev.PaymentReceived | ev.PaymentReversed) -> Step:
    back = isinstance(event, ev.PaymentReversed)
    because = event.because if isinstance(event, ev.PaymentReceived) else ()
    line = _line(event)
    asked, answered = _question(store, event) if line is not None else ("", "")
    return Step(
        event.on,
        -event.amount if back else event.amount,
        event.evidence,
        tuple(EVIDENCE.get(code, code) for code in because),
        _mail(store, event.source),
        line,
        tuple(_shares(store, item, event.reference)) if line is not None else (),
        asked,
        answered,
    )


def _line(event: ev.PaymentReceived | ev.PaymentReversed) -> BankLine | None:
    words = dict(part.partition("=")[::2] for part in event.reference.split())
    if not event.reference.startswith("bank ") or "amount" not in words:
        return None
    return BankLine(
        Decimal(words["amount"]),
        event.amount.currency,
        event.on,
        event.reference,
        event.payer,
        event.iban or words.get("iban", ""),
        event.words,
        event.account,
        event.document,
        event.filename,
    )


def _shares(store: Store, item: OpenItem, reference: str) -> Iterator[Share]:
    """What came of a movement; an undone booking and its reversal fall out together."""
    fingerprint = reference.split()[1]
    ids = {item.id, *(i for found in store.find([Scope(item.creditor).movement(fingerprint)]).values() for i in found)}
    items = store.ledger(ids).items
    accounts = store.ledger({i.invoice.debtor for i in items.values() if i.invoice.debtor}).accounts
    for other in sorted(items.values(), key=lambda i: i.invoice.number):
        total = sum((p.amount.amount for p in other.payments if p.reference == reference), Decimal(0))
        if total:
            yield Share(other.invoice.number or other.id, total, other.invoice.debtor)
    for account in accounts.values():
        total = sum(_on_account(store, account, reference), Decimal(0))
        if total:
            yield Share(f"on the account of {account.name}", total, account.id)


def _on_account(store: Store, account: DebtorAccount, reference: str) -> Iterator[Decimal]:
    """What a movement brought to an account or took from it; what was paid out or used later is another matter."""
    for stored in store.events(account.id):
        event = stored.event
        if isinstance(event, ev.MoneyPutOnAccount) and event.reference == reference:
            yield event.amount.amount
        elif (
            isinstance(event, ev.MoneyTakenFromAccount) and event.reference == reference and event.reason != "refunded"
        ):
            yield -event.amount.amount


def _mail(store: Store, source: str) -> str:
    record = store.seen(source)
    if record is None:
        return ""
    return f"{record.received_at:%Y-%m-%d %H:%M} from {record.sender}: {record.subject}"[:200]


def _question(store: Store, event: ev.PaymentReceived | ev.PaymentReversed) -> tuple[str, str]:
    """The question about this movement that an answer settled, and the answer."""
    if isinstance(event, ev.PaymentReceived) and "answer" not in event.because:
        return "", ""
    for id_ in _asked_in(store, event.source):
        told: tuple[str, str] = ("", "")
        for stored in store.events(id_):
            told = _told(store, stored, event.reference, told)
        if all(told):
            return told
    return "", ""


def _asked_in(store: Store, source: str) -> tuple[str, ...]:
    """The questions that a mail answered."""
    record = store.seen(source)
    return record.about if record is not None else ()


def _told(store: Store, stored: StoredEvent, reference: str, told: tuple[str, str]) -> tuple[str, str]:
    event = stored.event
    if isinstance(event, ev.QuestionAsked):
        line = BankLine.asked_about(event.detail)
        same = line is None or line.reference == reference
        return (f"{event.at:%Y-%m-%d %H:%M} to {event.to}: {len(event.choices)} choices" if same else "", "")
    if isinstance(event, ev.QuestionAnswered) and told[0]:
        numbers = store.ledger(event.answer.rstrip("=").split("+")).items.values()
        words = " + ".join(i.invoice.number for i in numbers) or event.answer
        accepted = ", the difference let go" if event.answer.endswith("=") else ""
        return (told[0], f"{event.at:%Y-%m-%d %H:%M} {words}{accepted}, by {_mail(store, event.source)}")
    return told
