"""The sample letters under strain: what a year of business brings sooner or later, and what somebody may try on purpose."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

from agent.demo.samples.codes import CODES
from agent.demo.samples.letters import Sample, samples
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, Question
from agent.domain.letters import LetterKind
from agent.domain.money import Money
from agent.outbox.facts import Original

T = TypeVar("T")
State = OpenItem | DebtorAccount | Question
HOSTILE = '</td></table>"\'><script>alert(1)</script><img src="http://x.example/t.gif">{{ 7*7 }}{% raw %} #panic("x") $x$ *x* @x\r\nBcc: x@x.example\n\n<p>\u202e'
LONG_NAME = "Société " + "coopérative à responsabilité limitée " * 3 + "X"
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
FROM_RIGHT_TO_LEFT = "شركة المياه والكهرباء"
_MANY = 200
# Fields by which records find each other, and those whose values come from lists of ours.
_KEPT = frozenset(
    (
        "id creditor debtor currency language country code kind key items account question choices level role doubts ibans iban"
        " timezone to topic subjects uncertain missing accent_colour terms plan people notices cycle state contacts"
    ).split()
)


def reworked(value: T, leaf: Callable[[object], object], kept: frozenset[str] = frozenset()) -> T:
    """The same value with `leaf` applied to every text and amount in it, but for fields of the names in `kept`."""
    done = _reworked(value, leaf, kept)
    assert isinstance(done, type(value))
    return done


def _reworked(value: object, leaf: Callable[[object], object], kept: frozenset[str]) -> object:
    if isinstance(value, Money | str):
        return leaf(value)
    if isinstance(value, tuple):
        return tuple(_reworked(part, leaf, kept) for part in value)
    if is_dataclass(value) and not isinstance(value, type | date | datetime):
        old = {f.name: getattr(value, f.name) for f in fields(value) if f.init and f.name not in kept}
        return replace(value, **{name: _reworked(part, leaf, kept) for name, part in old.items()})
    return value


def saying(sample: Sample, text: str) -> Sample:
    """The sample with this text in every field that holds what others wrote."""

    def leaf(value: object) -> object:
        # Members of our own lists (enums are texts too) stay what they are.
        return text if isinstance(value, str) and not hasattr(value, "value") else value

    facts, letter = sample.facts, sample.letter
    assert facts.creditor is not None
    facts = replace(
        facts,
        ledger=_each(facts.ledger, lambda state: reworked(state, leaf, _KEPT)),
        creditor=replace(reworked(facts.creditor, leaf, _KEPT), id="lefevre", language=letter.language),
        agency=replace(reworked(facts.agency, leaf, _KEPT), address="relance@agence.example", domain="agence.example"),
        original=Original(text, text, facts.now),
    )
    letter = replace(
        letter,
        words=text if letter.words else "",
        facts=tuple((name, text) for name, _ in letter.facts),
        changes=tuple((name, text, text) for name, _, _ in letter.changes),
        readings=tuple(reworked(r, leaf, _KEPT) for r in letter.readings),
    )
    return replace(sample, letter=letter, facts=facts)


def times(sample: Sample, factor: Decimal) -> Sample:
    """The sample with every amount so many times as large."""

    def leaf(value: object) -> object:
        return Money(value.amount * factor, value.currency) if isinstance(value, Money) else value

    ledger = _each(sample.facts.ledger, lambda state: reworked(state, leaf))
    return replace(sample, letter=reworked(sample.letter, leaf), facts=replace(sample.facts, ledger=ledger))


def many(sample: Sample) -> Sample:
    """The sample about two hundred invoices, documents or lines."""
    item = sample.facts.ledger.items["i1"]
    more = [
        replace(item, invoice=replace(item.invoice, id=f"m{n}", number=f"2027-M{n:03}", filename=f"2027-M{n:03}.pdf"))
        for n in range(_MANY)
    ]
    letter = sample.letter
    letter = replace(
        letter,
        items=tuple(i.invoice.id for i in more) if letter.items else (),
        readings=letter.readings[:1] * _MANY,
        facts=letter.facts * (_MANY // max(len(letter.facts), 1)),
    )
    return replace(sample, letter=letter, facts=replace(sample.facts, ledger=sample.facts.ledger.having(more)))


def in_currencies(sample: Sample) -> Sample:
    """The sample with items in euros, dollars and a currency without cents."""

    def other(currency: str, value: object) -> object:
        return Money(value.amount, currency) if isinstance(value, Money) else value

    items = sample.facts.ledger.items
    changed: list[OpenItem] = []
    # A payment plan never spans two currencies.
    second = () if sample.letter.plans else (("i2", "USD"),)
    for id_, currency in (*second, ("i4", "JPY"), ("i5", "CHF")):
        changed.append(reworked(items[id_], partial(other, currency)))
    return replace(sample, facts=replace(sample.facts, ledger=sample.facts.ledger.having(changed)))


def bare(sample: Sample) -> Sample:
    """The sample of a creditor and a debtor of whom little more than the name is known."""
    facts = sample.facts
    assert facts.creditor is not None
    creditor = replace(facts.creditor, ibans=(), address="", phone="", website="", terms="", signature="")
    accounts = [replace(a, number="", country="", contacts=()) for a in facts.ledger.accounts.values()]
    items = [
        replace(i, invoice=replace(i.invoice, iban="", reference="", filename="")) for i in facts.ledger.items.values()
    ]
    agency = replace(facts.agency, sender_name="")
    ledger = facts.ledger.having([*accounts, *items])
    return replace(sample, facts=replace(facts, creditor=creditor, ledger=ledger, agency=agency, original=None))


def empty(sample: Sample) -> Sample:
    """The sample with nothing to tell: no item, no reading, no fact, no choice, no words."""
    letter = replace(
        sample.letter, items=(), readings=(), facts=(), changes=(), choices=(), words="", enclosures=(), amount=None
    )
    ledger = Ledger.of(tuple(sample.facts.ledger.accounts.values()))
    return replace(sample, letter=letter, facts=replace(sample.facts, ledger=ledger))


EXTREMES: dict[str, Callable[[Sample], Sample]] = {
    "long_names": lambda sample: saying(sample, LONG_NAME),
    "unbroken": lambda sample: saying(sample, UNBROKEN[:120]),
    "right_to_left": lambda sample: saying(sample, FROM_RIGHT_TO_LEFT),
    "hostile": lambda sample: saying(sample, HOSTILE),
    "huge": lambda sample: times(sample, Decimal(10) ** 9),
    "zero": lambda sample: times(sample, Decimal(0)),
    "many": many,
    "currencies": in_currencies,
    "bare": bare,
    "empty": empty,
}


def extreme_samples(language: str) -> Iterator[Sample]:
    """One letter of every kind in this language under each strain; the name says both: `statement-firm~huge`."""
    usual = {f"{kind.value}-{codes[0]}" if codes[0] else kind.value for kind, codes in CODES.items()}
    usual |= {f"{LetterKind.STATEMENT.value}-last", f"{LetterKind.ACKNOWLEDGEMENT.value}-mixed"}
    for sample in samples(language):
        if sample.name in usual:
            for name, strain in EXTREMES.items():
                yield replace(strain(sample), name=f"{sample.name}~{name}")


def _each(ledger: Ledger, change: Callable[[State], State]) -> Ledger:
    states: list[State] = [*ledger.items.values(), *ledger.accounts.values(), *ledger.questions.values()]
    return ledger.having([change(state) for state in states])
