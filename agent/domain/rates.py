"""Rates of late-payment interest by regime and period, each with its source and how sure it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files

# Marks of rates that were read in a source or computed from such; others count only once the operator has confirmed them.
VERIFIED = frozenset({"V", "V2", "C"})
_MARKS = VERIFIED | {"M", "C/M"}
# A percentage beyond this is a slip of the pen.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate in percent a year, valid from `start` through `end`."""

    regime: str
    start: date
    end: date
    percent: Decimal
    mark: str
    source: str

    @property
    def verified(self) -> bool:
        """Whether it may be used without the operator's confirmation."""
        return self.mark in VERIFIED


@dataclass(frozen=True, slots=True)
class Gap:
    """Days for which no usable rate is known."""

    regime: str
    start: date
    end: date
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """All known rates. `confirmed` names regimes whose unverified rates the operator vouches for."""

    rates: tuple[Rate, ...]
    confirmed: frozenset[str] = frozenset()

    def split(self, regime: str, start: date, end: date) -> Iterator[tuple[date, date, Rate | Gap]]:
        """The days from start through end in pieces of one rate each, in order; pieces without a usable one are gaps."""
        known = sorted((r for r in self.rates if r.regime == regime and r.end >= start), key=lambda r: r.start)
        day = start
        for rate in known:
            if rate.start > end:
                break
            if rate.start > day:
                yield day, rate.start - timedelta(days=1), Gap(regime, day, rate.start - timedelta(days=1))
                day = rate.start
            last = min(rate.end, end)
            usable = rate.verified or regime in self.confirmed
            yield day, last, rate if usable else Gap(regime, day, last, unconfirmed=True)
            day = last + timedelta(days=1)
        if day <= end:
            yield day, end, Gap(regime, day, end)

    def on(self, regime: str, day: date) -> Rate | Gap:
        """The rate of this day."""
        return next(found for _, _, found in self.split(regime, day, day))


def parse(text: str) -> tuple[Rate, ...]:
    """The rates of a data file (TOML, as agent/domain/data/rates.toml). Raises ValueError naming the entry that is wrong."""
    document = tomllib.loads(text)
    if strange := sorted(document.keys() - {"series"}):
        raise ValueError(f"unknown key {strange[0]}; rates stand under [[series]]")
    found: list[Rate] = []
    for series in _tables(document.get("series", []), "series"):
        regime, source = str(series.get("regime", "")), str(series.get("source", ""))
        for entry in _tables(series.get("rates", []), f"{regime}: rates"):
            found.append(_rate(regime, source, entry))
    _refuse_overlaps(found)
    return tuple(found)


def _tables(value: object, name: str) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError(f"{name}: should be a list of tables")
    return value


def _rate(regime: str, source: str, entry: dict[str, object]) -> Rate:
    start, end, mark = entry.get("from"), entry.get("until"), str(entry.get("mark", ""))
    try:
        percent = Decimal(str(entry.get("percent")))
    except InvalidOperation as error:
        raise ValueError(f"{regime} {start}: not a percentage: {entry.get('percent')}") from error
    if not percent.is_finite() or abs(percent) > _MOST:
        raise ValueError(f"{regime} {start}: not a percentage: {percent}")
    # A moment is a date too, and neither compares with a day nor means one.
    if type(start) is not date or type(end) is not date or start > end or not (regime and source):
        raise ValueError(f"{regime or 'no regime'} {start}: needs regime, source, mark, from and until")
    if mark not in _MARKS:
        raise ValueError(f"{regime} {start}: mark should be one of {', '.join(sorted(_MARKS))}")
    return Rate(regime, start, end, percent, mark, str(entry.get("source", source)))


def _refuse_overlaps(rates: Iterable[Rate]) -> None:
    last: dict[str, Rate] = {}
    for rate in sorted(rates, key=lambda r: (r.regime, r.start)):
        before = last.get(rate.regime)
        if before is not None and rate.start <= before.end:
            raise ValueError(f"{rate.regime} {rate.start}: overlaps {before.start} to {before.end}")
        last[rate.regime] = rate


def overridden(rates: Iterable[Rate], nearer: Iterable[Rate]) -> tuple[Rate, ...]:
    """These rates with the nearer ones in their place, day by day."""
    kept, ahead = list(rates), tuple(nearer)
    for new in ahead:
        kept = [part for old in kept for part in _without(old, new)]
    return tuple(sorted((*kept, *ahead), key=lambda r: (r.regime, r.start)))


def _without(old: Rate, new: Rate) -> Iterator[Rate]:
    if old.regime != new.regime or new.end < old.start or old.end < new.start:
        yield old
        return
    if old.start < new.start:
        yield replace(old, end=new.start - timedelta(days=1))
    if new.end < old.end:
        yield replace(old, start=new.end + timedelta(days=1))


@cache
def packaged() -> tuple[Rate, ...]:
    """The rates that come with the package."""
    return parse(files("agent.domain.data").joinpath("rates.toml").read_text(encoding="utf-8"))
