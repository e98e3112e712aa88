"""What a debtor enclosed, as the creditor's mail shows it: what each paper is and says, and whose account it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.enclosures import EnclosureKind, EnclosureReading
from agent.domain.index import number_term
from agent.domain.letters import Letter
from agent.domain.money import Money
from agent.domain.references import format_structured_communication, structured_communication
from agent.outbox.facts import Facts
from agent.reports import formats, words
from agent.reports.plain import one_line

_MOST_ROWS = 25


@dataclass(frozen=True, slots=True)
class EnclosureView:
    """An enclosed paper. `payee` is "own" when it names an account of the creditor, "other" when it names only others', else "".

    `rows` are the lines of a payment as pairs of number and what is paid on it.
    """

    filename: str
    kind: str
    on: date | None
    amount: Money | None
    standing: str
    payee: str
    reference: str
    sum_differs: bool
    problem: str
    rows: tuple[tuple[str, str], ...]


def enclosures_of(letter: Letter, facts: Facts, language: str) -> tuple[EnclosureView, ...]:
    """What is shown of the letter's enclosures."""
    return tuple(_view(reading, letter, facts, language) for reading in letter.enclosures)


def _view(reading: EnclosureReading, letter: Letter, facts: Facts, language: str) -> EnclosureView:
    items = [facts.ledger.items[i] for i in letter.items if i in facts.ledger.items]
    currency = reading.currency or next((i.invoice.total.currency for i in items), "EUR")
    reference = reading.references[0] if reading.references else ""
    digits = structured_communication(reference)
    return EnclosureView(
        filename=one_line(reading.filename, 80) or words.word("enclosure_other", language),
        kind=reading.kind.value,
        on=reading.on,
        amount=_money(reading.amount, currency),
        standing=reading.standing.value,
        payee=_payee(reading, facts),
        reference=format_structured_communication(digits) if digits else one_line(reference, 40),
        sum_differs=reading.sum_holds is False,
        problem=reading.problem,
        rows=tuple(_rows(reading, currency, facts, language)),
    )


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return Money(amount, currency).rounded() if amount is not None else None


def _payee(reading: EnclosureReading, facts: Facts) -> str:
    """Whose account a proof names. One account alone may be the payer's own: only two that are not the creditor's are strange."""
    own = set(facts.creditor.ibans) if facts.creditor else set()
    own |= {i.invoice.iban for i in facts.ledger.items.values() if i.invoice.iban}
    if reading.kind is not EnclosureKind.PAYMENT_PROOF or not own:
        return ""
    if own & set(reading.accounts):
        return "own"
    return "other" if len(reading.accounts) > 1 else ""


def _rows(reading: EnclosureReading, currency: str, facts: Facts, language: str) -> Iterable[tuple[str, str]]:
    known = {number_term(i.invoice.number): i.invoice.number for i in facts.ledger.items.values()}
    for line in reading.lines[:_MOST_ROWS]:
        ours = next((known[term] for n in line.numbers if (term := number_term(n)) in known), "")
        money = _money(line.amount, currency)
        shown = formats.money(money, language) if money else ""
        foreign = "" if ours else f" ({words.word('enclosure_not_yours', language)})"
        yield one_line(ours or line.numbers[0], 60), f"{shown}{foreign}"
    if len(reading.lines) > _MOST_ROWS:
        yield "…", formats.number(len(reading.lines) - _MOST_ROWS, language)
