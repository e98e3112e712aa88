"""Bank statements in SWIFT MT940 (statement) and MT942 (interim report), with the habits of Dutch, German and Belgian banks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from agent.domain import references
from agent.domain.findings import BankStatementReading, Entry, Unreadable
from agent.parsers.statements import normal
from agent.parsers.statements.csv_labels import first_iban

_TAG = re.compile(r"^:(\d\d[A-Z]?|NS):", re.MULTILINE)
_END = re.compile(r"^-\}?(?:\{.*)?$")
# Field 61: value date, entry date (or blanks), mark, funds code, amount, type, references.
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}| {4})?(?P<mark>R?[CD]|E[CD])(?P<funds>[A-Z])? {0,15}"
    r"(?P<amount>\d{1,15}[,.]\d{0,5})(?P<type>[NFS][A-Z0-9]{0,3}|[A-Z]{0,4})(?P<rest>.*)",
    re.DOTALL,
)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})\s?(\d{1,15}[,.]\d{0,5})")
# The mark before each subfield is the bank's choice; Polish banks write ~, < or ^.
_SUBFIELDS = re.compile(r"\d{3}([?>~<^])\d\d")
_SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|OAMT|COAM)\+")
_SLASH = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|ORDP|BENM|CSID|MARF|RTRN|SVCL|CDTRREFTP|CD|SCOR|ISSR|CUR|CDTRREF|ID|ADDR|PREF|CNTP|ISDT|PURP|ULTD|ULTC|USTD|STRD|TYPE|OCMT|CHGS)(?=/)"
)
_PARTIES = ("ORDP", "BENM", "CNTP", "ULTD", "ULTC")
_OF_PAYMENT = ("REMI", "EREF", "TRTP", "RTRN", "CSID", "MARF", "SVCL", "PREF", "ISDT", "PURP", "OCMT", "CHGS")
# German transaction codes of returned payments: direct debits 108, 109, 181, 182; credit transfers 159, 168.
_RETURN_CODES = {"108", "109", "181", "182", "159", "168"}
_MAX_FIELDS = 400_000


def recognises(content: bytes) -> bool:
    """Whether a line begins with one of the statement's own tags."""
    return (
        re.search(rb"^:(?:20|25|28C?|60[FM]|61|62[FM]|64|86):", content[:20_000].replace(b"\r", b"\n"), re.MULTILINE)
        is not None
    )


def read(content: bytes) -> tuple[BankStatementReading, ...] | Unreadable:
    """One reading for each statement of the file, pages of one statement as the bank sends them."""
    fields = list(_fields(_decoded(content)))
    if len(fields) > _MAX_FIELDS:
        return Unreadable("too_large", f"more than {_MAX_FIELDS} fields")
    statements: list[list[tuple[str, str]]] = []
    for tag, body in fields:
        opens = tag == "20" or (tag == "25" and _has(statements, "61"))
        if opens and statements and tag == "25" and _last_is_detail(statements[-1]):
            opens = False
        if opens or not statements:
            statements.append([])
        statements[-1].append((tag, body))
    if not any(tag in _OWN_TAGS for tag, _ in fields):
        return Unreadable("broken", "no statement field")
    return tuple(_reading(statement) for statement in statements)


_OWN_TAGS = {"20", "25", "28", "28C", "60F", "60M", "61", "62F", "62M", "64", "65", "86"}


def _has(statements: list[list[tuple[str, str]]], tag: str) -> bool:
    return bool(statements) and any(t == tag for t, _ in statements[-1])


def _last_is_detail(statement: list[tuple[str, str]]) -> bool:
    """A :25: straight after a movement is a damaged :86:, not a new account."""
    return statement[-1][0] == "61"


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Tag and body of each field; a body ends at the next tag or at the line that closes the message."""
    marks = list(_TAG.finditer(text))
    for mark, following in zip_longest(marks, marks[1:]):
        body = text[mark.end() : following.start() if following else len(text)]
        lines: list[str] = []
        for line in body.split("\n"):
            if _END.match(line):
                break
            lines.append(line)
        yield mark[1], "\n".join(lines).rstrip("\n")


def _reading(fields: list[tuple[str, str]]) -> BankStatementReading:
    interim = any(tag in ("34F", "90C", "90D", "13D") for tag, _ in fields)
    own, currency = "", ""
    opening = closing = None
    entries: list[Entry] = []
    problems: list[str] = []
    for n, (tag, body) in enumerate(fields):
        match tag:
            case "25" if not own:
                own = _own_account(body)
            case "60F" | "60M" if opening is None:
                opening, currency = _balance(body, currency)
            case "62F" | "62M":
                closing, currency = _balance(body, currency)
            case "34F":
                currency = currency or body[:3]
            case "61":
                entry = _movement(body, currency or "EUR", pending=interim)
                if entry is None:
                    problems.append(f"unreadable movement: {normal.clean(body)[:40]}")
                else:
                    entries.append(entry)
            case "86" if entries and _tells_of_movement(fields, n):
                entries[-1] = _described(entries[-1], body)
    entries = [replace(e, currency=currency or "EUR") for e in entries]
    kind = "mt942" if interim else "mt940"
    reading = BankStatementReading(kind, own, currency or "EUR", tuple(entries), opening, closing, tuple(problems))
    return normal.finished(reading)


def _tells_of_movement(fields: list[tuple[str, str]], position: int) -> bool:
    """Whether a field 86 follows its movement; after a balance it speaks of the whole statement."""
    before = next((tag for tag, _ in reversed(fields[:position]) if tag not in ("86", "NS")), "")
    return before == "61"


def _own_account(body: str) -> str:
    value = normal.clean(body)
    value = re.sub(r"(?<=\d)[A-Z]{3}$", "", value) if not value[:2].isalpha() else value
    return normal.account(value.rpartition("/")[2]) if "/" in value and value[:4].isalpha() else normal.account(value)


def _balance(body: str, currency: str) -> tuple[Decimal | None, str]:
    found = _BALANCE.match(body)
    if found is None:
        return None, currency
    amount = normal.plain_amount(found[4]) or Decimal(0)
    return (-amount if found[1] == "D" else amount), found[3]


def _movement(body: str, currency: str, *, pending: bool) -> Entry | None:
    """A movement from field 61: its first line may be broken by the bank's line width."""
    first, _, further = body.partition("\n")
    found = _LINE.match(first) or _LINE.match(first + further.replace("\n", ""))
    if found is None:
        return None
    amount = normal.plain_amount(found["amount"])
    value_date = normal.six_digits(found["value"], "ymd")
    if amount is None or value_date is None:
        return None
    reversal = found["mark"].startswith("R")
    # RC takes a credit back, RD a debit: the sign is that of the money, not of the letter.
    credit = found["mark"] in ("C", "EC", "RD")
    reference, _, bank = found["rest"].partition("//")
    own = reference.strip()
    account = references.iban(own) or ""
    return Entry(
        amount if credit else -amount,
        currency,
        _entry_date(found["entry"], value_date),
        value_date,
        remittance=normal.clean(further) if found.end() <= len(first) else "",
        counterparty_iban=account,
        end_to_end="" if account or own.upper() in ("NONREF", "NOTPROVIDED", "") else own,
        bank_reference=normal.clean(bank.partition("\n")[0]),
        pending=pending,
        reversal=reversal,
        return_reason=found["type"] if found["type"] == "NRTI" else "",
    )


def _entry_date(text: str | None, value_date: date) -> date:
    """The booking day has no year: it is the one nearest to the value date."""
    if not text or not text.strip():
        return value_date
    days = (normal.day_of(value_date.year + shift, int(text[:2]), int(text[2:])) for shift in (-1, 0, 1))
    return min((d for d in days if d is not None), key=lambda d: abs((d - value_date).days), default=value_date)


def _described(entry: Entry, body: str) -> Entry:
    """The movement with what field 86 says, in whichever of the three habits it is written."""
    joined = body.replace("\n", "")
    if _SUBFIELDS.match(joined) or re.fullmatch(r"\d{3}", joined):
        return _with_subfields(entry, joined)
    flat = normal.clean(" ".join(filter(None, (entry.remittance, body.replace("\n", " ")))))
    entry = replace(entry, counterparty_iban=entry.counterparty_iban or first_iban(flat))
    if len(_SLASH.findall(joined)) >= 2:
        return _with_slashes(entry, joined)
    return replace(entry, remittance=flat, structured_reference=normal.structured_reference(flat))


def _with_subfields(entry: Entry, text: str) -> Entry:
    """?20 to ?29 and ?60 to ?63 hold the purpose, ?31 the account, ?32 and ?33 the name (German DK rules, also Triodos with >)."""
    mark = _SUBFIELDS.match(text)
    pieces = re.split(rf"{re.escape(mark[1])}(\d\d)", text) if mark else [text]
    parts: dict[str, str] = {}
    for code, value in zip(pieces[1::2], pieces[2::2], strict=True):
        parts[code] = parts.get(code, "") + value
    purpose = "".join(parts.get(str(n), "") for n in (*range(20, 30), *range(60, 64)))
    sepa = _sepa_fields(purpose)
    free = sepa.get("SVWZ", purpose if not sepa else "")
    returned = pieces[0][:3] in _RETURN_CODES
    return replace(
        entry,
        counterparty_name=normal.clean(parts.get("32", "") + parts.get("33", "")),
        counterparty_iban=normal.account(parts.get("38") or parts.get("31", "") or sepa.get("IBAN", "")),
        remittance=normal.clean(free or parts.get("00", "")),
        structured_reference=normal.structured_reference(free),
        end_to_end=_given(sepa.get("EREF", "")) or entry.end_to_end,
        return_reason=entry.return_reason or (pieces[0][:3] if returned else ""),
        reversal=entry.reversal or (returned and entry.amount < 0),
    )


def _sepa_fields(purpose: str) -> dict[str, str]:
    pieces = _SEPA.split(purpose)
    return {name: value.strip() for name, value in zip(pieces[1::2], pieces[2::2], strict=True)}


def _given(reference: str) -> str:
    return "" if reference.upper().replace(" ", "") == "NOTPROVIDED" else reference


def _with_slashes(entry: Entry, text: str) -> Entry:
    """/IBAN/…/NAME/…/REMI/…/EREF/… as Dutch banks and the SWIFT structure write it."""
    pieces = _SLASH.split(text)
    parts: dict[str, str] = {}
    # the ordering party and the beneficiary each have a name: the other one is whom the money came from, or went to
    us = "BENM" if entry.amount > 0 else "ORDP"
    about = ""
    for name, value in zip(pieces[1::2], pieces[2::2], strict=True):
        about = name if name in _PARTIES else "" if name in _OF_PAYMENT else about
        if about != us:
            parts.setdefault(name, normal.clean(value.strip("/ ")))
    party = parts.get("CNTP", "").split("/")
    free = parts.get("REMI", "") or parts.get("USTD", "")
    structured = parts.get("CDTRREF", "")
    return replace(
        entry,
        counterparty_name=parts.get("NAME", party[2] if len(party) > 2 else ""),
        counterparty_iban=normal.account(parts.get("IBAN", party[0])) or entry.counterparty_iban,
        remittance=free or parts.get("STRD", ""),
        structured_reference=normal.structured_reference(structured, free) or structured,
        end_to_end=_given(parts.get("EREF", "")) or entry.end_to_end,
        return_reason=parts.get("RTRN", "") or entry.return_reason,
        reversal=entry.reversal or "RTRN" in parts,
    )
