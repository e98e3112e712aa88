"""The kinds of value that stand in configuration files: each is checked and brought into one form."""

import re
from decimal import Decimal
from email.utils import parseaddr
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, Strict

from agent.domain import references

STRICT_KEYS = ConfigDict(extra="forbid")
Percent = Annotated[Decimal, Field(ge=0, le=100)]

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\_]{1,253}")
_PLACE = re.compile(r"\{([^{}]*)\}")
_PLACES = frozenset({"amount", "currency", "iban", "number", "reference"})
_LONGEST_LINK = 500
_DOMAIN = re.compile(r"[^\W_](?:[\w-]{0,62})(?:\.[^\W_][\w-]{0,62}){0,10}")


def address(text: str) -> str:
    """A bare mail address in lower case. Raises ValueError when it is none."""
    value = text.strip().lower()
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{text!r} is not a mail address")
    return value


def named_address(text: str) -> str:
    """An address that may have a name before it: `Anne Dubois <anne@bois.example>`, with its address checked."""
    _, bare = parseaddr(text)
    address(bare)
    return text.strip()


def _domain(text: str) -> str:
    value = text.strip().lower().removeprefix("@")
    if not _DOMAIN.fullmatch(value):
        raise ValueError(f"{text!r} is not a domain")
    return value


def _iban(text: str) -> str:
    value = references.iban(text)
    if value is None:
        raise ValueError(f"{text!r} is not an IBAN (its length or check digits are wrong)")
    return value


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is not a time zone; it is written like Europe/Brussels") from error
    return text


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text!r} is not a colour; it is written like #1f4e79")
    return text.lower()


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError(f"{text!r} is not a country; it is two letters, like BE")
    return text.upper()


def _payment_link(text: str) -> str:
    """A link to the creditor's own payment page: https, a host that nothing is filled into, known places in braces."""
    before, brace, _ = text.partition("{")
    parts = urlsplit(before)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or (brace and not parts.path):
        raise ValueError(f"{text!r} is not an https:// link to a page; its places in braces come after the host")
    rest = _PLACE.sub("", text)
    if not _PLACES.issuperset(_PLACE.findall(text)) or "{" in rest or "}" in rest:
        raise ValueError(f"{text!r} has a place that is not one of {', '.join(f'{{{n}}}' for n in sorted(_PLACES))}")
    if not rest.isascii() or len(text) > _LONGEST_LINK or any(c.isspace() or c in "<>\"'\\" for c in rest):
        raise ValueError(f"{text!r} holds a character that no link has, or is longer than {_LONGEST_LINK}")
    return text


Address = Annotated[str, AfterValidator(address)]
NamedAddress = Annotated[str, AfterValidator(named_address)]
Domain = Annotated[str, AfterValidator(_domain)]
BankAccount = Annotated[str, AfterValidator(_iban)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Colour = Annotated[str, AfterValidator(_colour)]
Country = Annotated[str, AfterValidator(_country)]
PaymentLink = Annotated[str, AfterValidator(lambda text: _payment_link(text) if text else text)]
Language = Literal["fr", "nl", "en", "de"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Port = Annotated[int, Strict(), Field(ge=1, le=65535)]
Hour = Annotated[int, Strict(), Field(ge=0, le=23)]
Days = Annotated[int, Strict(), Field(ge=0, le=365)]
Count = Annotated[int, Strict(), Field(ge=1, le=100_000)]
Amount = Annotated[Decimal, Field(ge=0, le=1_000_000)]
Switch = Annotated[bool, Strict()]


def party_numbers(text: str, country: str) -> tuple[str, ...]:
    """The forms under which a VAT or enterprise number is found again, the canonical one first; empty when it is not valid."""
    canonical, vat = references.party_number(text, country), references.vat_number(text, country)
    return tuple(dict.fromkeys(value for value in (canonical, vat) if value))
