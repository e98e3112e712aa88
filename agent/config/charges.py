"""`[charges]`: what is claimed for late payment, and the rates that the operator adds to those that come with the program."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from agent.config.fields import STRICT_KEYS, Percent, Switch
from agent.domain import rates
from agent.domain.charges import BELGIAN_REMINDER
from agent.domain.overdue import AfterPayment, ChargeChange, PaysFirst
from agent.domain.rates import Rate


@dataclass(frozen=True, slots=True)
class ChargesTable:
    """What is claimed, as it is written: what is left out is taken from the table above it."""

    __pydantic_config__ = STRICT_KEYS
    interest: Switch | None = None
    indemnity: Switch | None = None
    contract_rate: Percent | None = None
    contract_indemnity: Percent | None = None
    agreed_with_consumers: Switch | None = None
    small_creditor: Switch | None = None
    announced: Switch | None = None
    reminder_cost: Annotated[Decimal, Field(ge=0, le=BELGIAN_REMINDER)] | None = None
    recurring: Switch | None = None
    applies_from: date | None = None
    law: Literal["", "BE", "FR", "LU", "NL", "DE"] | None = None
    pays_first: PaysFirst | None = None
    after_payment: AfterPayment | None = None
    ask_with_principal: Switch | None = None

    def change(self) -> ChargeChange:
        """The same as the domain knows it."""
        return ChargeChange(**asdict(self))


def rates_with(path: Path | None) -> tuple[tuple[Rate, ...], list[str]]:
    """The rates that come with the program, those of the operator's file in their place where it names a day, and what is wrong in it."""
    if path is None:
        return rates.packaged(), []
    try:
        own = rates.parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return rates.packaged(), [f"legal.rates: {path.name} cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return rates.packaged(), [f"legal.rates: {path.name} is not UTF-8 text"]
    except ValueError as error:
        return rates.packaged(), [f"legal.rates: {path.name}: {error}"]
    known = {rate.regime for rate in rates.packaged()}
    strange = sorted({rate.regime for rate in own} - known)
    problems = [
        f"legal.rates: {path.name}: {name!r} is not a regime; known are {', '.join(sorted(known))}" for name in strange
    ]
    return rates.overridden(rates.packaged(), own), problems
