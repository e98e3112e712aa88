"""Fixed charges that the law allows for late payment: lump sums, the Belgian consumer caps, the Dutch scale; and when they begin."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
# Directive 2011/7/EU art. 6: the minimum lump sum between businesses.
LUMP_SUM = Decimal(40)
# Belgian consumers: reminders after the first free one, besides postage (Code of Economic Law, book XIX).
BELGIAN_REMINDER = Decimal("7.50")
# Days through which a consumer may still pay without charges after an e-mail of day D: Belgium D+14, the Netherlands D+15.
BELGIAN_WAIT, DUTCH_WAIT = timedelta(days=14), timedelta(days=15)


def belgian_consumer_cap(balance: Decimal) -> Decimal:
    """The most that a clause may claim from a Belgian consumer on this balance (Code of Economic Law art. XIX.4).

    20 up to 150; 30 and 10 % of the part to 500; 65 and 5 % of the part above, at most 2,000. Nothing on nothing.
    """
    if balance <= 0:
        return Decimal(0)
    if balance <= 150:
        return Decimal(20)
    if balance <= 500:
        return _cents(30 + (balance - 150) * Decimal("0.10"))
    return min(_cents(65 + (balance - 500) * Decimal("0.05")), Decimal(2000))


# Besluit vergoeding voor buitengerechtelijke incassokosten: part of the principal, and the share of it.
_DUTCH_SCALE = (
    (Decimal(2_500), Decimal("0.15")),
    (Decimal(2_500), Decimal("0.10")),
    (Decimal(5_000), Decimal("0.05")),
    (Decimal(190_000), Decimal("0.01")),
)


def dutch_collection_costs(principal: Decimal) -> Decimal:
    """The Dutch collection costs on this principal: 15, 10, 5, 1 and 0.5 % by parts, at least 40 and at most 6,775."""
    if principal <= 0:
        return Decimal(0)
    rest, costs = principal, Decimal(0)
    for part, share in _DUTCH_SCALE:
        costs += min(rest, part) * share
        rest = max(rest - part, Decimal(0))
    return min(max(_cents(costs + rest * Decimal("0.005")), LUMP_SUM), Decimal(6_775))


def consumer_charges_from(country: str, reminded_on: date | None) -> date | None:
    """The first day on which a consumer may be charged after the free reminder or 14-day letter by e-mail; None without one.

    Belgium: the fourteen days start the calendar day after sending, so D+15. The Netherlands: "binnen vijftien dagen nadat deze brief bij
    u is bezorgd" (HR 25.11.2016, ECLI:NL:HR:2016:2704), so D+16. Other countries have no such rule here: None.
    """
    wait = {"BE": BELGIAN_WAIT, "NL": DUTCH_WAIT}.get(country)
    return None if wait is None or reminded_on is None else reminded_on + wait + timedelta(days=1)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
