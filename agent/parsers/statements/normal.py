"""The one form of every bank movement: account numbers, references in free text, fingerprints and control totals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from agent.domain import references
from agent.domain.findings import BankStatementReading, Entry
from agent.domain.money import is_currency
from agent.parsers.lexers.dates import LAST_YEAR

_MARKED = re.compile(r"(?:\+{3}|\*{3})\s?(\d{3}\s?/?\s?\d{4}\s?/?\s?\d{5})\s?(?:\+{3}|\*{3})")
_SLASHED = re.compile(r"(?<![\d/])(\d{3}/\d{4}/\d{5})(?![\d/])")
_RF = re.compile(r"\bRF\d{2}(?: ?[0-9A-Z]){1,21}")
_PLAIN = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{0,5})?")
_MAX_TEXT = 4000
FIRST_YEAR = 1950
_MOST_TOLD = 10
# Fewer digits than this do not tell one account from another.
_TELLING = 4


def clean(text: str) -> str:
    """The text with its white space joined, at most 4,000 characters."""
    return " ".join(text[:_MAX_TEXT].split())


def account(text: str) -> str:
    """The account number, compact upper case: an IBAN when it is one, a Belgian account number of 12 digits as its IBAN."""
    value = references.compact(text)
    if re.fullmatch(r"\d{12}", value) and int(value[10:]) == (int(value[:10]) % 97 or 97):
        return _with_check_digits("BE", value)
    return value


def french_account(bank: str, branch: str, number: str) -> str:
    """The IBAN of a French account given as bank, branch and number, without its RIB key (AFB: 89, 15 and 3 modulo 97)."""
    bank, branch, number = (references.compact(part) for part in (bank, branch, number))
    if not (len(bank) == 5 and len(branch) == 5 and 0 < len(number) <= 11 and (bank + branch + number).isascii()):
        return number
    number = number.zfill(11)
    digits = [int(_rib_digits(part)) for part in (bank, branch, number)]
    key = 97 - (89 * digits[0] + 15 * digits[1] + 3 * digits[2]) % 97
    return _with_check_digits("FR", f"{bank}{branch}{number}{key:02}")


def _rib_digits(part: str) -> str:
    """Letters as the RIB key counts them: A and J are 1, B, K and S are 2, and so on to I, R and Z."""
    table = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789", strict=True))
    return "".join(table.get(c, c) for c in part)


def _with_check_digits(country: str, bban: str) -> str:
    number = "".join(str(int(c, 36)) for c in f"{bban}{country}00")
    return f"{country}{98 - int(number) % 97:02}{bban}"


def structured_reference(*texts: str) -> str:
    """The valid structured communication or RF reference that a text is, or holds between its marks; "" when there is none."""
    for text in texts:
        whole = references.structured_communication(text.strip()) or references.creditor_reference(text.strip())
        if whole:
            return whole
        for found in (*_MARKED.finditer(text), *_SLASHED.finditer(text)):
            digits = references.structured_communication(found[1])
            if digits:
                return digits
        for found in _RF.finditer(text.upper()):
            reference = _longest_rf(found[0])
            if reference:
                return reference
    return ""


def _longest_rf(text: str) -> str:
    """An RF reference has no end mark in free text: the longest run of words that checks is taken."""
    words = text.split(" ")
    for end in range(len(words), 0, -1):
        reference = references.creditor_reference("".join(words[:end]))
        if reference:
            return reference
    return ""


def plain_amount(text: str) -> Decimal | None:
    """The decimal of a machine-written amount; where it has both points and commas, the last one is the decimal mark."""
    value = text.strip().replace(" ", "")
    if "," in value and "." in value:
        value = value.replace(",", "") if value.rfind(".") > value.rfind(",") else value.replace(".", "")
    if not _PLAIN.fullmatch(value):
        return None
    try:
        return Decimal(value.replace(",", "."))
    except InvalidOperation:
        return None


def six_digits(text: str, order: str) -> date | None:
    """The day of six digits in the order "ymd" or "dmy". A 30 February of 30/360 calendars becomes the month's last day."""
    if not re.fullmatch(r"\d{6}", text):
        return None
    first, middle, last = int(text[:2]), int(text[2:4]), int(text[4:])
    year, day = (first, last) if order == "ymd" else (last, first)
    return day_of(2000 + year if year < 80 else 1900 + year, middle, day)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, the last of February for 29 to 31 February; None when there is no such day, or none that banks work on."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        if month == 2 and 28 < day <= 31:
            return date(year, 2, 28)
        return None


def with_fingerprints(own_account: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with their fingerprints: account, booking day, amount, structured reference, and the rank among movements
    that agree in all of these.

    Free text, names and bank references are left out because each format shortens them in its own way; the rank keeps two
    equal payments of one day apart. Files that list the newest movement first are ranked from their end, so that a later
    download of the same day does not renumber.
    """
    newest_first = len(entries) > 1 and entries[0].booked_on > entries[-1].booked_on
    ranks: Counter[tuple[str, ...]] = Counter()
    marked: list[Entry] = []
    for entry in reversed(entries) if newest_first else entries:
        key = (
            own_account,
            entry.booked_on.isoformat(),
            str(entry.amount.quantize(Decimal("0.01"))),
            entry.currency,
            entry.structured_reference,
        )
        marked.append(_marked(entry, key, ranks[key]))
        ranks[key] += 1
    return tuple(reversed(marked) if newest_first else marked)


def _marked(entry: Entry, key: tuple[str, ...], rank: int) -> Entry:
    digest = sha256("|".join((*key, str(rank))).encode()).hexdigest()[:32]
    ranks: Counter[str] = Counter()
    parts: list[Entry] = []
    for part in entry.parts:
        told = f"{part.amount.quantize(Decimal('0.01'))} {part.structured_reference}"
        ranks[told] += 1
        mark = sha256(f"{told} {ranks[told]}".encode()).hexdigest()[:8]
        parts.append(replace(part, fingerprint=f"{digest}/{mark}"))
    return replace(entry, fingerprint=digest, parts=tuple(parts))


def finished(reading: BankStatementReading) -> BankStatementReading:
    """The reading with fingerprints, and a problem when opening balance and booked movements do not make the closing one.

    A movement in what is no currency is left out, and told as a problem.
    """
    strange = [entry for entry in reading.entries if not is_currency(entry.currency)]
    entries = with_fingerprints(reading.account, [entry for entry in reading.entries if is_currency(entry.currency)])
    told = dict.fromkeys(f"a movement in {clean(entry.currency[:20])!r}, which is no currency" for entry in strange)
    problems = (*reading.problems, *list(told)[:_MOST_TOLD])
    if reading.opening is not None and reading.closing is not None:
        moved = sum((e.amount for e in entries if not e.pending), Decimal(0))
        if reading.opening + moved != reading.closing:
            problems = (*problems, f"balance: {reading.opening} + {moved} ≠ {reading.closing}")
    return replace(reading, entries=entries, problems=problems)


def batch_parts(total: Entry, parts: Iterable[Entry]) -> tuple[Entry, ...]:
    """The parts of a batch when there are several and they sum to it exactly; else nothing."""
    found = tuple(parts)
    if len(found) < 2 or sum((p.amount for p in found), Decimal(0)) != total.amount:
        return ()
    return found


def at_own_account(reading: BankStatementReading, ibans: Sequence[str]) -> BankStatementReading:
    """The reading under the creditor's own IBAN where the file names the account in a shorter way, or not at all.

    French exports and OFX files give the bare account number, some only its last digits; some CSV files name none. The IBAN that
    holds this number is taken when it is the only one; a file without an account is the creditor's only account. Fingerprints
    follow, so that the same movement in a complete file counts once.
    """
    known = [account(iban) for iban in ibans]
    if reading.account in known:
        return reading
    digits = re.sub(r"^[X*]+", "", reading.account)
    fitting = [iban for iban in known if len(digits) >= _TELLING and digits in iban] if digits else known
    if len(fitting) != 1:
        return reading
    return replace(reading, account=fitting[0], entries=with_fingerprints(fitting[0], reading.entries))
