"""What the law wants a mail to a debtor to say, as its template prints it; and every amount that its page may show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from agent.domain.guard_case import Case
from agent.domain.guard_words import STATUTE
from agent.domain.legal import Operator
from agent.domain.money import Money
from agent.reports.plain import one_line

# What a service earns is never a debtor's affair: amounts of these modules are no amounts of his mails.
_EARNINGS = ("agent.domain.fees", "agent.domain.phases", "agent.domain.collected", "agent.reports.fees")
_RATES = frozenset({"percent", "rate", "contract_rate", "contract_indemnity"})
_BELGIAN = re.compile(r"(BE)?(\d{4})(\d{3})(\d{3})")


@dataclass(frozen=True, slots=True)
class Mentions:
    """The mentions of one mail.

    Attributes:
        announces: country whose consumers are told something for the first time; "" when nothing is announced.
        numbers: the invoices that this concerns, when the mail asks for others too.
        announced: what follows when the announced period passes; None when nothing does.
        creditor_number, supplies, copied: who is owed what for; whether the invoices travel along.
        collector: whether a third party writes; country: of the debtor.
        first_letter: reference and day of the first letter; None when this is the first, whose reference is `reference`.
        principal, interest, accessories: what is asked for, apart. statute: paragraphs to reproduce.
        deadline: the last day on which a formal notice may be paid; starts_interest: whether interest is owed because of it.
    """

    announces: str = ""
    numbers: str = ""
    announced: Money | None = None
    creditor_number: str = ""
    supplies: str = ""
    copied: bool = False
    collector: bool = False
    country: str = ""
    agency: str = ""
    seat: str = ""
    registration: str = ""
    creditor_address: str = ""
    reference: str = ""
    first_letter: tuple[str, date] | None = None
    principal: Money | None = None
    interest: Money | None = None
    accessories: Money | None = None
    statute: tuple[str, ...] = ()
    deadline: date | None = None
    starts_interest: bool = False


def mentions_of(case: Case) -> Mentions:
    """What this case's mail must say."""
    firsts = [asked for asked in case.asked if asked.first]
    mixed = 0 < len(firsts) < len(case.asked)
    currency = case.asked[0].balance.currency if case.asked else "EUR"
    interest = Money.total((c.amount for c in case.charges if c.kind == "interest"), currency)
    rest = Money.total((c.amount for c in case.charges if c.kind != "interest"), currency)
    french = case.operator is Operator.COLLECTOR and case.country == "FR"
    return Mentions(
        announces=case.country if case.announces and (case.country == "BE" or case.announced) else "",
        numbers=", ".join(one_line(asked.number, 40) for asked in firsts) if mixed else "",
        announced=case.announced,
        creditor_number=_printed(case.creditor.enterprise_numbers[0]) if case.creditor.enterprise_numbers else "",
        supplies=one_line(case.creditor.supplies, 200),
        copied=bool(firsts) and all(asked.copied for asked in firsts),
        collector=case.operator is Operator.COLLECTOR,
        country=case.country,
        agency=one_line(case.agency),
        seat=one_line(case.seat),
        registration=one_line(case.registration),
        creditor_address=one_line(case.creditor.address),
        reference=case.reference,
        first_letter=case.first_letter,
        principal=Money.total((asked.balance for asked in case.asked), currency),
        interest=interest,
        accessories=rest,
        statute=STATUTE if french and case.first_letter is None else (),
        deadline=case.deadline,
        starts_interest=case.starts_interest,
    )


def amounts_of(*values: object) -> frozenset[Decimal]:
    """Every amount that stands anywhere in these values, without its sign; what the service earns is left out."""
    return frozenset(abs(money.rounded().amount) for value in values for money in _moneys(value))


def _moneys(value: object) -> Iterator[Money]:
    match value:
        case Money():
            yield value
        case tuple() | list() | frozenset():
            for part in value:
                yield from _moneys(part)
        case Decimal():
            yield Money(value, "EUR")
        case _ if is_dataclass(value) and not isinstance(value, type):
            if not type(value).__module__.startswith(_EARNINGS):
                yield from _parts_of(value)


def _parts_of(value: object) -> Iterator[Money]:
    for entry in fields(value):  # type: ignore[arg-type]  # the caller asked whether it is one
        if entry.name not in _RATES:
            yield from _moneys(getattr(value, entry.name))
    for name, member in vars(type(value)).items():
        if isinstance(member, property) and isinstance(found := getattr(value, name), Money):
            yield found


def _printed(number: str) -> str:
    """A Belgian number as it is printed on letters; others as they are."""
    found = _BELGIAN.fullmatch(number)
    return f"{found[1] or 'BE'} {found[2]}.{found[3]}.{found[4]}" if found else number
