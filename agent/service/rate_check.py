"""For `relance check`: which rates of late-payment interest are missing for the creditors who claim it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from agent.config import Settings
from agent.domain.legal import COUNTRIES
from agent.domain.parties import Creditor
from agent.domain.rates import Gap
from agent.service.sending_domain import CheckResult

# How far back open debts are still reckoned with.
_YEARS = timedelta(days=3 * 365)
# The regimes of consumers' debts, by country; Belgian ones follow the rate between businesses.
_CONSUMERS = {"FR": "fr-legal-professional", "LU": "lu-consumer", "NL": "nl-consumer", "DE": "de-consumer"}


def rate_checks(settings: Settings, today: date) -> Iterator[CheckResult]:
    """One finding a regime that some creditor claims interest by: known, or for which half-years it is not."""
    for regime in sorted({regime for c in settings.creditors if c.charges.interest for regime in _regimes(c)}):
        gaps = [
            found
            for _, _, found in settings.rates.split(regime, today - _YEARS, today)
            if isinstance(found, Gap) and found.end >= _known_from(settings, regime)
        ]
        if not gaps:
            yield CheckResult("rates", True, f"{regime}: known until today")
            continue
        missing = ", ".join(dict.fromkeys(half for gap in gaps for half in _halves(gap)))
        unsure = all(gap.unconfirmed for gap in gaps)
        advice = (
            f'check them and add "{regime}" to legal.confirmed'
            if unsure
            else "add them to the file that legal.rates names (docs/spec/late-payment.md)"
        )
        why = "not confirmed" if unsure else "not known"
        yield CheckResult("rates", False, f"{regime}: {why} for {missing}: no interest is claimed for it", advice)


def _regimes(creditor: Creditor) -> Iterator[str]:
    terms = creditor.charges
    country = terms.law or creditor.country
    if country in COUNTRIES and terms.contract_rate is None:
        yield f"{country.lower()}-business"
    if creditor.country == "BE" and terms.agreed_with_consumers:
        yield "be-business"
    elif creditor.country in _CONSUMERS and terms.agreed_with_consumers:
        yield _CONSUMERS[creditor.country]


def _known_from(settings: Settings, regime: str) -> date:
    """The first day for which anything is known: what lies before it is no gap that anybody will close."""
    return min((r.start for r in settings.rates.rates if r.regime == regime), default=date.min)


def _halves(gap: Gap) -> Iterator[str]:
    """The half-years that a gap touches: 2026-H2."""
    day = gap.start
    while day <= gap.end:
        first = day.month <= 6
        yield f"{day.year}-H{1 if first else 2}"
        day = date(day.year, 7, 1) if first else date(day.year + 1, 1, 1)
