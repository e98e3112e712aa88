"""A statement with claims for late payment, for pictures and tests of templates: rates of the year of the samples are invented."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.claims import Charging
from agent.domain.ledger import Ledger
from agent.domain.overdue import ChargeTerms
from agent.domain.parties import Creditor
from agent.domain.rates import Rate, Rates

_RATES = Rates(
    (
        Rate("be-business", date(2027, 1, 1), date(2027, 3, 31), Decimal("10.5"), "V", "invented"),
        Rate("be-business", date(2027, 4, 1), date(2027, 6, 30), Decimal("11.0"), "V", "invented"),
    )
)


def charging(creditor: Creditor) -> Charging:
    """Interest and indemnity switched on for this creditor."""
    return Charging(replace(creditor, charges=ChargeTerms(interest=True, indemnity=True)), _RATES)


def of_businesses(ledger: Ledger) -> Ledger:
    """The same books, their debtors known as businesses."""
    return ledger.having(replace(account, consumer=False) for account in ledger.accounts.values())
