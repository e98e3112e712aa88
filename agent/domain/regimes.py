"""What each country's law lets a creditor claim: which rate from which day, which fixed charge after which wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain import charges
from agent.domain.legal import COUNTRIES, UNVERIFIED
from agent.domain.months import last_of, months_after
from agent.domain.overdue import ChargeTerms, Overdue, Why, balance_on
from agent.domain.rates import Rate, Rates

_DAY = timedelta(days=1)
_UNKNOWN_KIND = Why("unknown_kind")


@dataclass(frozen=True, slots=True)
class Regime:
    """A rate and the first day that bears interest.

    `rate` is a regime of the table or the contract's own percentage; that one holds only where the rate of `cap` is known, and
    is never less than three times the rate of `floor`.
    """

    rate: str | Decimal
    start: date
    cap: str = ""
    floor: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed charge and what it rests on: a code of reports.claims.BASES."""

    amount: Decimal
    basis: str


def interest_regime(overdue: Overdue, terms: ChargeTerms, rates: Rates, on: date) -> Regime | Why:
    """The rate and the first day, or why there is no interest."""
    if overdue.country not in COUNTRIES:
        return Why("unknown_country", overdue.country)
    if overdue.consumer is None:
        return _UNKNOWN_KIND
    if not overdue.consumer:
        return _business(overdue, terms)
    if overdue.country == "BE":
        return _belgian_consumer(overdue, terms, rates, on)
    return _CONSUMER[overdue.country](overdue, terms, on)


def _business(overdue: Overdue, terms: ChargeTerms) -> Regime:
    """From the day after the due date, without a reminder (Directive 2011/7/EU art. 3).

    A French contract's rate is at least three times the legal one (Code de commerce L441-10).
    """
    start = overdue.due_date + _DAY
    if terms.contract_rate is None:
        return Regime(f"{overdue.country.lower()}-business", start)
    return Regime(terms.contract_rate, start, floor="fr-legal-professional" if overdue.country == "FR" else "")


def _belgian_consumer(overdue: Overdue, terms: ChargeTerms, rates: Rates, on: date) -> Regime | Why:
    """Only if agreed, after the free reminder and its fourteen days, at most at the rate between businesses (book XIX).

    A clause above that cap falls back to the ordinary legal rate.
    """
    if not terms.agreed_with_consumers:
        return Why("interest_not_agreed")
    begins = charges.consumer_charges_from("BE", overdue.reminded_on)
    if begins is None or overdue.reminded_on is None:
        return Why("no_free_reminder")
    if on < begins:
        return Why("waiting", end=begins - _DAY)
    start = max(overdue.reminded_on + _DAY if terms.small_creditor else begins, overdue.due_date + _DAY)
    if terms.contract_rate is None:
        return Regime("be-business", start)
    caps = [found for _, _, found in rates.split("be-business", start, max(start, on))]
    if any(isinstance(cap, Rate) and terms.contract_rate > cap.percent for cap in caps):
        return Regime("be-legal", start)
    return Regime(terms.contract_rate, start, cap="be-business")


def _dutch_consumer(overdue: Overdue, terms: ChargeTerms, on: date) -> Regime | Why:
    """From the day after the due date; where costs follow, not shown before the letter that announces them has run out."""
    begins = charges.consumer_charges_from("NL", overdue.reminded_on)
    if terms.indemnity and begins is None:
        return Why("no_free_reminder")
    if terms.indemnity and begins is not None and on < begins:
        return Why("waiting", end=begins - _DAY)
    return Regime("nl-consumer", overdue.due_date + _DAY)


def _french_consumer(overdue: Overdue, terms: ChargeTerms, on: date) -> Regime | Why:
    """Legal interest after a formal notice (C. civ. 1231-6); from memory, so the operator confirms it."""
    if "fr-consumer" not in terms.confirmed:
        return Why("unconfirmed", "fr-consumer")
    if overdue.notice_on is None or overdue.notice_on >= on:
        return Why("no_notice")
    return Regime("fr-legal-professional", max(overdue.notice_on, overdue.due_date) + _DAY)


def _luxembourg_consumer(overdue: Overdue, _: ChargeTerms, on: date) -> Regime | Why:
    """From the end of the third month after receipt, if the invoice came within a month and announced it (law of 18.4.2004)."""
    if not overdue.announced or overdue.received_on is None:
        return Why("not_announced")
    start = last_of(months_after(overdue.received_on, 3)) + _DAY
    if on < start:
        return Why("begins", start=start)
    return Regime("lu-consumer", max(start, overdue.due_date + _DAY))


def _german_consumer(overdue: Overdue, _: ChargeTerms, on: date) -> Regime | Why:
    """From the day after the reminder that puts him in default (BGB § 286 (1))."""
    begun = min((day for day in (overdue.notice_on, overdue.reminded_on) if day is not None), default=None)
    if begun is None or begun >= on:
        return Why("no_reminder")
    return Regime("de-consumer", max(begun, overdue.due_date) + _DAY)


_CONSUMER = {
    "NL": _dutch_consumer,
    "FR": _french_consumer,
    "LU": _luxembourg_consumer,
    "DE": _german_consumer,
}


def indemnity(overdue: Overdue, terms: ChargeTerms, on: date) -> Fixed | Why:
    """The fixed charge, or why there is none. It rests on what is owed when it becomes due."""
    if on <= overdue.due_date:
        return Why("not_due")
    if overdue.principal.currency != "EUR":
        return Why("not_euro", overdue.principal.currency)
    if overdue.country not in COUNTRIES:
        return Why("unknown_country", overdue.country)
    if overdue.consumer is None:
        return _UNKNOWN_KIND
    if not overdue.consumer:
        return _business_indemnity(overdue, terms, on)
    return _consumer_indemnity(overdue, terms, on)


def _business_indemnity(overdue: Overdue, terms: ChargeTerms, on: date) -> Fixed | Why:
    country, named = overdue.country, overdue.country.lower()
    owed = balance_on(overdue, overdue.due_date)
    if not owed:
        return Why("paid_in_time")
    if country == "NL":
        return Fixed(charges.dutch_collection_costs(balance_on(overdue, on - _DAY)), "nl-scale")
    if f"{named}-lump-sum" in UNVERIFIED and f"{named}-lump-sum" not in terms.confirmed:
        return Why("unconfirmed", f"{named}-lump-sum")
    share = owed * (terms.contract_indemnity or 0) / 100
    return Fixed(share, "contract") if share > charges.LUMP_SUM else Fixed(charges.LUMP_SUM, f"{named}-lump-sum")


def _consumer_indemnity(overdue: Overdue, terms: ChargeTerms, on: date) -> Fixed | Why:
    country = overdue.country
    if country not in ("BE", "NL"):
        return Why("no_consumer_indemnity", country)
    if country == "BE" and (not terms.agreed_with_consumers or terms.contract_indemnity is None):
        return Why("indemnity_not_agreed")
    begins = charges.consumer_charges_from(country, overdue.reminded_on)
    if begins is None:
        return Why("no_free_reminder")
    if on < begins:
        return Why("waiting", end=begins - _DAY)
    owed = balance_on(overdue, begins - _DAY)
    if country == "NL":
        return Fixed(charges.dutch_collection_costs(owed), "nl-scale")
    return Fixed(belgian_consumer_indemnity(owed, terms), "be-consumer")


def belgian_consumer_indemnity(balance: Decimal, terms: ChargeTerms) -> Decimal:
    """What the agreed clause claims from a Belgian consumer on this balance, within the law's cap; nothing without a clause."""
    if not terms.indemnity or not terms.agreed_with_consumers or terms.contract_indemnity is None:
        return Decimal(0)
    return min(balance * terms.contract_indemnity / 100, charges.belgian_consumer_cap(balance))


def reminder_costs(overdue: Overdue, terms: ChargeTerms) -> Decimal:
    """What the reminders after the free ones cost a Belgian consumer, if it was agreed: each at most 7.50 (book XIX)."""
    agreed = overdue.country == "BE" and overdue.consumer and terms.agreed_with_consumers
    if not agreed or terms.reminder_cost is None or overdue.principal.currency != "EUR":
        return Decimal(0)
    return overdue.reminders * min(terms.reminder_cost, charges.BELGIAN_REMINDER)
