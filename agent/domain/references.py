"""Numbers with a check digit: structured communications, creditor references, IBANs, VAT and enterprise numbers.

Each function takes text as people write it and returns the compact form, or None when it is not a valid one.
"""

import re
from functools import lru_cache

from stdnum import iban as _iban
from stdnum import iso11649
from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

_SEPARATORS = re.compile(r"[\s.\-/+*]+")
_EU = {"EL": "GR"}


def compact(text: str) -> str:
    """Letters and digits only, upper case."""
    return "".join(c for c in text.upper() if c.isalnum())


def structured_communication(text: str) -> str | None:
    """The 12 digits of a Belgian OGM/VCS: the last two are the first ten modulo 97, 97 when that is 0 (Febelfin)."""
    digits = _SEPARATORS.sub("", text)
    if not (len(digits) == 12 and digits.isascii() and digits.isdigit()):
        return None
    return digits if int(digits[10:]) == (int(digits[:10]) % 97 or 97) else None


def format_structured_communication(digits: str) -> str:
    """The printed form of 12 digits: +++123/4567/89012+++."""
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def creditor_reference(text: str) -> str | None:
    """A compact RF creditor reference (ISO 11649: RF, two check digits modulo 97, at most 21 characters)."""
    value = compact(text)
    if not value.startswith("RF"):
        return None
    try:
        return str(iso11649.validate(value))
    except ValidationError:
        return None


@lru_cache(maxsize=1024)
def iban(text: str) -> str | None:
    """A compact IBAN (ISO 13616: length by country, check digits modulo 97)."""
    try:
        return str(_iban.validate(_SEPARATORS.sub("", text), check_country=False))
    except ValidationError:
        return None


def format_iban(value: str) -> str:
    """An IBAN in groups of four."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


@lru_cache(maxsize=1024)
def vat_number(text: str, country: str = "") -> str | None:
    """A compact VAT number with its country's two letters, checked by that country's rule.

    `country` (ISO 3166) is used when the text itself does not begin with one.
    """
    value = compact(text)
    prefix, rest = (value[:2], value[2:]) if value[:2].isalpha() else (country.upper(), value)
    if not prefix or not rest:
        return None
    module = get_cc_module(_EU.get(prefix, prefix).lower(), "vat")
    if module is None:
        return None
    try:
        return prefix + str(module.validate(rest)).removeprefix(prefix)
    except ValidationError:
        return None


def party_number(text: str, country: str = "") -> str | None:
    """The one number by which a company is the same company: its VAT number; a Belgian enterprise number as BE + ten digits;
    a French SIREN or SIRET as FR + the nine digits of the SIREN, without the VAT key.
    """
    value = compact(text)
    vat = vat_number(value, country)
    if vat is None and len(value) == 10 and value.isdigit():
        vat = vat_number("BE" + value)
    if vat is not None:
        return "FR" + vat[-9:] if vat.startswith("FR") else vat
    if value.isdigit() and len(value) in (9, 14) and country in ("", "FR") and _luhn(value):
        return "FR" + value[:9]
    return None


def _luhn(digits: str) -> bool:
    odd = [int(d) for d in reversed(digits)]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(odd)) % 10 == 0
