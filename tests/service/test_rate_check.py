"""`relance check` names the rates that are missing for creditors who claim interest, and for them alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agent.config import Settings
from agent.demo.cast import write_configuration
from agent.domain.overdue import ChargeTerms
from agent.domain.rates import Rate, Rates, overridden, packaged
from agent.service.rate_check import rate_checks

ON = ChargeTerms(interest=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return write_configuration(tmp_path)


def claiming(settings: Settings, terms: ChargeTerms, country: str = "BE") -> Settings:
    return replace(settings, creditors=(replace(settings.creditors[0], charges=terms, country=country),))


def told(settings: Settings, today: date) -> list[tuple[bool, str]]:
    return [(found.ok, found.detail) for found in rate_checks(settings, today)]


def test_nothing_is_checked_while_nobody_claims_interest(settings: Settings) -> None:
    """Nor for a contract's own rate, which no table holds."""
    assert told(settings, date(2026, 11, 22)) == []
    assert told(claiming(settings, replace(ON, contract_rate=Decimal(8))), date(2026, 11, 22)) == []


def test_missing_half_years_are_named(settings: Settings) -> None:
    """What lies before the table began is nobody's gap."""
    own = claiming(settings, ON)
    assert told(own, date(2026, 6, 30)) == [(True, "be-business: known until today")]
    (found,) = told(own, date(2027, 2, 1))
    assert found == (False, "be-business: not known for 2026-H2, 2027-H1: no interest is claimed for it")
    added = Rate("be-business", date(2026, 7, 1), date(2027, 6, 30), Decimal(10), "V", "Moniteur belge")
    assert told(replace(own, rates=Rates(overridden(packaged(), [added]))), date(2027, 2, 1))[0][0]


def test_rates_that_wait_for_the_operator_are_named_as_such(settings: Settings) -> None:
    """Dutch consumers' rates of 2025 and 2026 are from memory."""
    own = claiming(settings, replace(ON, agreed_with_consumers=True), "NL")
    found = dict(zip(("nl-business", "nl-consumer"), rate_checks(own, date(2026, 6, 30)), strict=True))
    assert found["nl-business"].ok
    assert found["nl-consumer"].detail.startswith("nl-consumer: not confirmed for 2025-H1, 2025-H2, 2026-H1")
    assert 'add "nl-consumer" to legal.confirmed' in found["nl-consumer"].advice
