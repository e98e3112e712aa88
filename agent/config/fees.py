"""`[fees]`: what a collection service earns, and when it tells its creditors; and what a creditor's file says otherwise."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from agent.config.fields import STRICT_KEYS, Amount, Count, Hour, Percent, Switch
from agent.domain.fees import DebtBand, FeeTerms, PortfolioBand
from agent.domain.phases import FeeAgreement, Phase

Total = Annotated[Decimal, Field(ge=0, le=1_000_000_000)]
MonthDay = Annotated[Count, Field(le=28)]
Text = Annotated[str, Field(max_length=300)]


@dataclass(frozen=True, slots=True)
class PortfolioTable:
    """One line of the table of rates for friendly follow-up: from so much turnover, so many invoices, such an average on."""

    __pydantic_config__ = STRICT_KEYS
    percent: Percent
    turnover_from: Total = Decimal(0)
    invoices_from: Annotated[int, Field(ge=0)] = 0
    average_from: Total = Decimal(0)


@dataclass(frozen=True, slots=True)
class DebtTable:
    """One line of the table of rates for recovery: up to such an amount and age in days; what is left out is without limit."""

    __pydantic_config__ = STRICT_KEYS
    percent: Percent
    amount_to: Amount | None = None
    age_to: Annotated[int, Field(ge=0)] | None = None


@dataclass(frozen=True, slots=True)
class Fees:
    """What holds for all creditors of a collector."""

    __pydantic_config__ = STRICT_KEYS
    statement_day: MonthDay = 1
    statement_hour: Hour = 8
    copy_to_operator: Switch = False
    portfolio_months: Annotated[Count, Field(le=60)] = 12
    encaissement: tuple[PortfolioTable, ...] = ()
    recouvrement: tuple[DebtTable, ...] = ()
    vat_percent: Percent | None = None
    vat_note: Text = ""

    def terms_with(self, agreed: FeeAgreement) -> FeeTerms:
        """The rates of a creditor with whom this was agreed."""
        own_vat = agreed.vat_percent is not None or bool(agreed.vat_note)
        return FeeTerms(
            encaissement=tuple(
                PortfolioBand(b.percent, b.turnover_from, b.invoices_from, b.average_from) for b in self.encaissement
            ),
            recouvrement=tuple(DebtBand(b.percent, b.amount_to, b.age_to) for b in self.recouvrement),
            agreed_encaissement=agreed.encaissement,
            agreed_recouvrement=agreed.recouvrement,
            vat_percent=agreed.vat_percent if own_vat else self.vat_percent,
            vat_note=agreed.vat_note if own_vat else self.vat_note,
        )


@dataclass(frozen=True, slots=True)
class AgreementTable:
    """`[fees]` of a creditor's file: agreed rates in percent, the phase in which his invoices come, his VAT."""

    __pydantic_config__ = STRICT_KEYS
    encaissement: Percent | None = None
    recouvrement: Percent | None = None
    phase: Phase = Phase.ENCAISSEMENT
    vat_percent: Percent | None = None
    vat_note: Text = ""

    def agreement(self) -> FeeAgreement:
        """The same as the domain knows it."""
        return FeeAgreement(self.encaissement, self.recouvrement, self.phase, self.vat_percent, self.vat_note)
