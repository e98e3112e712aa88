"""Amounts, dates and numbers as the reader writes them."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from agent.domain.money import Money
from agent.domain.parties import LANGUAGES

# The conventions of Belgium and France, of Flanders, of Britain and of Germany.
_LOCALES = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_GB", "de": "de_DE"}
_SHORT = {"de": "dd.MM.y"}
# Only the euro is known by its sign everywhere; other currencies are named by their code, which stands where the sign stands.
_CODED = {
    "fr": "#,##0.00\u00a0¤¤",
    "nl": "¤¤\u00a0#,##0.00;¤¤\u00a0-#,##0.00",
    "en": "¤¤\u00a0#,##0.00",
    "de": "#,##0.00\u00a0¤¤",
}
_WRITTEN = re.compile(r"(?<![\d.,])-?\d{1,15}\.\d\d(?![\d.,]*\d)")
_PERCENT = {"fr": "#,##0.##\u00a0%", "de": "#,##0.##\u00a0%"}


def known_language(*wishes: str) -> str:
    """The first of these that Relance writes, "en" when none is."""
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


def locale_of(language: str) -> str:
    """The Babel locale whose conventions this language's readers expect."""
    return _LOCALES.get(language, "en_GB")


@lru_cache(maxsize=4096)
def money(value: Money, language: str) -> str:
    """An amount with its currency: 1 250,00 € · € 1.250,00 · €1,250.00 · 1.250,00 €. Spaces inside never break."""
    rounded = value.rounded()
    pattern = None if rounded.currency == "EUR" else _CODED.get(language, _CODED["en"])
    return format_currency(rounded.amount, rounded.currency, pattern, locale=locale_of(language)).replace("-", "−")


@lru_cache(maxsize=4096)
def day(value: date, language: str) -> str:
    """A date in figures: 15/03/2027, in German 15.03.2027."""
    return format_date(value, _SHORT.get(language, "dd/MM/y"), locale=locale_of(language))


@lru_cache(maxsize=4096)
def long_day(value: date, language: str) -> str:
    """A date in words: 15 mars 2027, 15 maart 2027, 15 March 2027, 15. März 2027; the first of a month in French is 1er."""
    words = format_date(value, "long", locale=locale_of(language))
    return "1er" + words[1:] if language == "fr" and words.startswith("1 ") else words


def month(value: date, language: str) -> str:
    """The month of a date in words: mars 2027, maart 2027, March 2027, März 2027."""
    return format_date(value, "MMMM y", locale=locale_of(language))


def moment(value: datetime, language: str, timezone: str) -> str:
    """An aware moment as the local date and time of the reader: 15/03/2027 14:05."""
    local = value.astimezone(ZoneInfo(timezone))
    return format_datetime(local, _SHORT.get(language, "dd/MM/y") + " HH:mm", locale=locale_of(language))


def number(value: int | Decimal, language: str) -> str:
    """A plain number with the reader's separators."""
    return format_decimal(value, locale=locale_of(language)).replace("-", "−")


def amounts(text: str, language: str) -> str:
    """The text with each amount that a program wrote in it, 1633.50, as the reader writes it: 1 633,50."""
    return _WRITTEN.sub(lambda found: _two_places(Decimal(found[0]), language), text)


def _two_places(value: Decimal, language: str) -> str:
    return format_decimal(value, "#,##0.00", locale=locale_of(language)).replace("-", "−")


def colon(language: str) -> str:
    """The colon as this language sets it: in French behind a space that does not break."""
    return "\u00a0:" if language == "fr" else ":"


def percent(value: Decimal, language: str) -> str:
    """A percentage: 11,5 % · 11,5% · 11.5% · 11,5 %. The space never breaks."""
    return format_percent(value / 100, _PERCENT.get(language, "#,##0.##%"), locale=locale_of(language))


def country(code: str, language: str) -> str:
    """A country by its name: Belgique, België, Belgium, Belgien; the code where it is none."""
    return str(Locale.parse(locale_of(language)).territories.get(code.upper(), code))
