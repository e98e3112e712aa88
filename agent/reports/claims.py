"""Claims for late payment as they are shown: the debtor sees the arithmetic, the creditor also what is not claimed and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter

from agent.domain.claims import ItemClaim
from agent.domain.interest import Claim, amount_of
from agent.domain.money import Money
from agent.domain.overdue import Why
from agent.reports import formats
from agent.reports.claim_words import BASES, TABLE, WHY_NOT


@dataclass(frozen=True, slots=True)
class InterestRow:
    """One product of the arithmetic: balance × days × percent / 365. `basis` says in words what the rate rests on."""

    start: date
    end: date
    days: int
    balance: Money
    percent: Decimal
    basis: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ClaimRows:
    """The claim on one invoice. `label` and `basis` say in words what the fixed sum is and rests on; `paid` is what counted for it."""

    number: str
    due_date: date
    settled: bool
    interest: tuple[InterestRow, ...]
    interest_sum: Money
    indemnity: Money
    label: str
    basis: str
    reminders: Money
    paid: Money
    due: Money


@dataclass(frozen=True, slots=True)
class ClaimBox:
    """All that is claimed beside the invoices: `total`, and `with_principal`, what is owed when both are paid."""

    claims: tuple[ClaimRows, ...]
    total: Money
    principal: Money
    with_principal: Money
    asked: bool

    @property
    def interest(self) -> Money:
        """All interest in it."""
        return Money.total((claim.interest_sum for claim in self.claims), self.total.currency)

    @property
    def fixed(self) -> Money:
        """All indemnities and costs of reminders in it."""
        parts = (amount for claim in self.claims for amount in (claim.indemnity, claim.reminders))
        return Money.total(parts, self.total.currency)

    @property
    def paid(self) -> Money:
        """What was paid on them."""
        return Money.total((claim.paid for claim in self.claims), self.total.currency)

    @property
    def bases(self) -> tuple[str, ...]:
        """What its rates and fixed sums rest on, each once."""
        named = (basis for claim in self.claims for basis in (*(row.basis for row in claim.interest), claim.basis))
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def rows(self) -> int:
        """How many lines its table has."""
        return sum(3 + len(claim.interest) for claim in self.claims)


def claim_box(claims: Sequence[ItemClaim], principal: Money, language: str, *, asked: bool = False) -> ClaimBox | None:
    """The claims in this currency as they are shown; None when nothing is claimed. `asked`: the amount to pay includes them."""
    shown = [claim for claim in claims if claim.due and claim.due.currency == principal.currency]
    total = Money.total((claim.due for claim in shown), principal.currency)
    if not total:
        return None
    rows = tuple(claim_rows(claim, language) for claim in shown)
    return ClaimBox(rows, total, principal, principal + total, asked)


def claim_rows(made: ItemClaim, language: str) -> ClaimRows:
    """The claim on one item, line by line."""
    claim = made.claim
    return ClaimRows(
        number=made.number,
        due_date=made.due_date,
        settled=made.settled,
        interest=tuple(_interest(claim, language)),
        interest_sum=claim.interest,
        indemnity=claim.indemnity,
        label=TABLE["collection_costs" if claim.basis == "nl-scale" else "indemnity"][language],
        basis=basis(claim.basis, language),
        reminders=claim.reminders,
        paid=made.paid,
        due=made.due,
    )


def _interest(claim: Claim, language: str) -> Iterator[InterestRow]:
    """The lines with amounts in cents that add up to the claim: each takes what the sum so far leaves it."""
    currency, before = claim.interest.currency, Money.zero(claim.interest.currency)
    for number, line in enumerate(claim.lines, 1):
        so_far = amount_of(claim.lines[:number], currency)
        yield InterestRow(
            line.start,
            line.end,
            line.days,
            Money(line.balance, currency),
            line.percent,
            basis(line.regime, language),
            so_far - before,
        )
        before = so_far


def basis(code: str, language: str) -> str:
    """What a rate or a fixed sum rests on, in words; "" without one."""
    return BASES[code][language] if code in BASES else code


def why_not(why: Why, language: str) -> str:
    """The sentence that tells the creditor why something is not claimed."""
    words = WHY_NOT[why.code][language]
    days = {name: formats.day(day, language) if day else "" for name, day in (("start", why.start), ("end", why.end))}
    return words.format(what=why.what or "?", **days)


@dataclass(frozen=True, slots=True)
class ClaimSummary:
    """What the creditor is told besides: sums claimed and sums left on paid invoices, by currency, and why else nothing is claimed.

    `keeps`: what is left is shown to the debtor on his next statement.
    """

    claimed: tuple[Money, ...] = ()
    left: tuple[Money, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    keeps: bool = False


def summary_of(claims: Iterable[ItemClaim], language: str, *, keeps: bool = False) -> ClaimSummary:
    """The claims of a creditor by currency, and the reasons against the others with their number of invoices, the commonest first."""
    sums: dict[tuple[bool, str], Money] = {}
    reasons: Counter[str] = Counter()
    for made in claims:
        key = (made.settled, made.due.currency)
        sums[key] = sums.get(key, Money.zero(made.due.currency)) + made.due
        if not made.settled:
            reasons.update({why_not(why, language) for why in made.claim.reasons})
    return ClaimSummary(
        tuple(amount for (settled, _), amount in sorted(sums.items(), key=itemgetter(0)) if amount and not settled),
        tuple(amount for (settled, _), amount in sorted(sums.items(), key=itemgetter(0)) if amount and settled),
        tuple(reasons.most_common()),
        keeps,
    )
