"""What each country's law lets a creditor claim: which rate from which day, which fixed charge after which wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain import charges
from agent.domain.overdue import ChargeTerms, Overdue, balance_on
from agent.domain.rates import Rate, Rates

_DAY = timedelta(days=1)
_UNKNOWN_KIND = "it is not known whether the debtor is a business or a consumer: nothing is claimed"


@dataclass(frozen=True, slots=True)
class Regime:
    """A rate and the first day that bears interest."""

    rate: str | Decimal
    start: date


def interest_regime(overdue: Overdue, terms: ChargeTerms, rates: Rates, on: date) -> Regime | str:
    """The rate and the first day, or why there is no interest."""
    if overdue.country not in ("BE", "FR", "LU", "NL", "DE"):
        return f"the law of {overdue.country or 'an unknown country'} is not known here: no interest is claimed"
    if overdue.consumer is None:
        return _UNKNOWN_KIND
    if not overdue.consumer:
        return Regime(terms.contract_rate or f"{overdue.country.lower()}-business", overdue.due_date + _DAY)
    if overdue.country == "BE":
        return _belgian_consumer(overdue, terms, rates, on)
    return _CONSUMER[overdue.country](overdue, terms, on)


def _belgian_consumer(overdue: Overdue, terms: ChargeTerms, rates: Rates, on: date) -> Regime | str:
    """Only if agreed, after the free reminder and its fourteen days, at most at the rate between businesses (book XIX).

    A clause above that cap falls back to the ordinary legal rate.
    """
    if not terms.agreed_with_consumers:
        return "the consumer's contract does not provide for interest"
    begins = charges.consumer_charges_from("BE", overdue.reminded_on)
    if begins is None or overdue.reminded_on is None:
        return "no free first reminder was sent yet: nothing may be claimed from a consumer"
    if on < begins:
        return f"the fourteen days after the first reminder run until {begins - _DAY}"
    start = max(overdue.reminded_on + _DAY if terms.small_creditor else begins, overdue.due_date + _DAY)
    if terms.contract_rate is None:
        return Regime("be-business", start)
    caps = [found for _, _, found in rates.split("be-business", start, max(start, on))]
    within = all(isinstance(cap, Rate) and terms.contract_rate <= cap.percent for cap in caps)
    return Regime(terms.contract_rate if within else "be-legal", start)


def _dutch_consumer(overdue: Overdue, _: ChargeTerms, __: date) -> Regime | str:
    return Regime("nl-consumer", overdue.due_date + _DAY)


def _french_consumer(overdue: Overdue, terms: ChargeTerms, on: date) -> Regime | str:
    """Legal interest after a formal notice (C. civ. 1231-6); from memory, so the operator confirms it."""
    if "fr-consumer" not in terms.confirmed:
        return "interest from French consumers is not confirmed by the operator (fr-consumer)"
    if overdue.notice_on is None or overdue.notice_on >= on:
        return "no formal notice was sent yet: no interest runs against a French consumer"
    return Regime("fr-legal-professional", overdue.notice_on + _DAY)


def _luxembourg_consumer(overdue: Overdue, _: ChargeTerms, on: date) -> Regime | str:
    """From the end of the third month after receipt, if the invoice came within a month and announced it (law of 18.4.2004)."""
    if not overdue.announced or overdue.received_on is None:
        return "the invoice did not announce interest within a month: none may be claimed from a Luxembourg consumer"
    start = _end_of_third_month(overdue.received_on) + _DAY
    if on < start:
        return f"interest from a Luxembourg consumer begins on {start}"
    return Regime("lu-consumer", max(start, overdue.due_date + _DAY))


def _end_of_third_month(day: date) -> date:
    month = day.month + 4
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - _DAY


def _german_consumer(overdue: Overdue, _: ChargeTerms, on: date) -> Regime | str:
    """From the day after the reminder that puts him in default (BGB § 286 (1))."""
    begun = overdue.notice_on or overdue.reminded_on
    if begun is None or begun >= on:
        return "no reminder was sent yet: the consumer is not in default"
    return Regime("de-consumer", max(begun, overdue.due_date) + _DAY)


_CONSUMER = {
    "NL": _dutch_consumer,
    "FR": _french_consumer,
    "LU": _luxembourg_consumer,
    "DE": _german_consumer,
}


def indemnity(overdue: Overdue, terms: ChargeTerms, on: date) -> Decimal | str:
    """The fixed charge, or why there is none. It rests on what is owed when it becomes due."""
    if on <= overdue.due_date:
        return "not due yet"
    if overdue.principal.currency != "EUR":
        return "lump sums are in euro: none is claimed in another currency"
    if overdue.consumer is None:
        return _UNKNOWN_KIND
    if not overdue.consumer:
        return _business_indemnity(overdue, terms, on)
    return _consumer_indemnity(overdue, terms, on)


def _business_indemnity(overdue: Overdue, terms: ChargeTerms, on: date) -> Decimal | str:
    country = overdue.country
    owed = balance_on(overdue, overdue.due_date)
    if not owed:
        return "it was paid in time"
    if country == "NL":
        return charges.dutch_collection_costs(balance_on(overdue, on - _DAY))
    if country in ("LU", "DE") and f"{country.lower()}-lump-sum" not in terms.confirmed:
        return f"the lump sum of {country} is not confirmed by the operator ({country.lower()}-lump-sum)"
    if country not in ("BE", "FR", "LU", "DE"):
        return f"the law of {country or 'an unknown country'} is not known here: no lump sum is claimed"
    if terms.contract_indemnity is None:
        return charges.LUMP_SUM
    return max(charges.LUMP_SUM, owed * terms.contract_indemnity / 100)


def _consumer_indemnity(overdue: Overdue, terms: ChargeTerms, on: date) -> Decimal | str:
    country = overdue.country
    if country not in ("BE", "NL"):
        return f"no indemnity is claimed from a consumer in {country or 'an unknown country'}"
    begins = charges.consumer_charges_from(country, overdue.reminded_on)
    if begins is None:
        return "no free first reminder was sent yet: nothing may be claimed from a consumer"
    if on < begins:
        return f"the waiting period after the first reminder runs until {begins - _DAY}"
    owed = balance_on(overdue, begins - _DAY)
    if country == "NL":
        return charges.dutch_collection_costs(owed)
    if not terms.agreed_with_consumers or terms.contract_indemnity is None:
        return "the consumer's contract does not provide for an indemnity"
    return min(owed * terms.contract_indemnity / 100, charges.belgian_consumer_cap(owed))
