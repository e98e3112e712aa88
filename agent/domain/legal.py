"""What the operator declares about himself and his creditors before debtors are written to: who writes, with which right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from agent.domain.rates import VERIFIED, packaged


class Operator(StrEnum):
    """Who writes to the debtors: the creditor (or a firm that keeps his books and writes as he would), or a third party that collects."""

    CREDITOR = "creditor"
    COLLECTOR = "collector"


@dataclass(frozen=True, slots=True)
class Mandate:
    """The written mandate of a creditor to a collector: its day, its reference, and the file that holds it."""

    on: date | None = None
    reference: str = ""
    document: str = ""

    @property
    def complete(self) -> bool:
        """Whether all three are named."""
        return self.on is not None and bool(self.reference and self.document)


@dataclass(frozen=True, slots=True)
class Legal:
    """The legal side of the configuration.

    Attributes:
        operator: who writes.
        seat: address or registered office of a collector, printed in his mails.
        registrations: by country of the debtor, a collector's registration or declaration there, as it is to be printed.
        confirmed: names of facts from `confirmable` that the operator vouches for.
    """

    operator: Operator = Operator.CREDITOR
    seat: str = ""
    registrations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confirmed: frozenset[str] = frozenset()


# The countries whose law is known here.
COUNTRIES = ("BE", "FR", "LU", "NL", "DE")
# What a collector must be, by the debtor's country: a mark as in docs/spec/regime-guard.md, and what is known of the duty.
COLLECTORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "BE": ("V", "a collector of consumers' debts is registered with the FPS Economy (economie.fgov.be)"),
        "FR": (
            "M",
            "declaration to the public prosecutor, insurance and an account for the funds (CPCE R124-1 and R124-2)",
        ),
        "LU": ("M", "licence to collect debts of others"),
        "NL": ("M", "register of the Wet kwaliteit incassodienstverlening"),
        "DE": ("M", "registration for collection services (Rechtsdienstleistungsgesetz)"),
    }
)

# What may be claimed by rules that no source was found for; the operator vouches for them.
UNVERIFIED: Mapping[str, str] = MappingProxyType(
    {
        "lu-lump-sum": "Luxembourg, between businesses: a lump sum of EUR 40 is due",
        "de-lump-sum": "Germany, no consumer: a lump sum of EUR 40 is due, set off against legal costs",
        "fr-consumer": "France, consumers: legal interest at the professional creditor's rate runs from a formal notice (C. civ. 1231-6)",
    }
)


def confirmable() -> Mapping[str, str]:
    """The facts that wait for the operator's word, by name: what he vouches for. A regime's name vouches for its unverified rates."""
    duties = {f"{c.lower()}-collector": duty for c, (mark, duty) in COLLECTORS.items() if mark not in VERIFIED}
    regimes = dict.fromkeys(rate.regime for rate in packaged() if not rate.verified)
    return MappingProxyType(
        {**UNVERIFIED, **duties} | {name: f"rates of {name} that no source verifies" for name in regimes}
    )
