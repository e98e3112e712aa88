"""Bank statements in OFX 1 (SGML) and 2 (XML), bank and card accounts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from agent.domain.findings import BankStatementReading, Entry, Unreadable
from agent.parsers.statements import normal

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9_.]{1,40})(?:\s[^<>]{0,200})?>([^<]*)")
_CDATA = re.compile(r"<!\[CDATA\[([^\]]{0,2000})\]\]>")
_STATEMENTS = ("STMTRS", "CCSTMTRS")
_MOVEMENTS = ("STMTTRN", "STMTTRNP")
_LISTS = ("BANKTRANLIST", "BANKTRANLISTP", *_STATEMENTS)
_MAX_MOVEMENTS = 200_000


@dataclass(slots=True)
class _Statement:
    currency: str = "EUR"
    bank: str = ""
    branch: str = ""
    number: str = ""
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def recognises(content: bytes) -> bool:
    """Whether it is headed as OFX or opens an OFX element."""
    head = content[:4000].upper()
    return b"OFXHEADER" in head or b"<OFX>" in head


def read(content: bytes) -> tuple[BankStatementReading, ...] | Unreadable:
    """One reading for each account statement; Unreadable when the file only says that the sign-on failed."""
    statements: list[_Statement] = []
    fields: dict[str, str] | None = None
    path: list[str] = []
    for closing, tag, value in _tokens(_decoded(content)):
        if closing:
            if tag in (*_MOVEMENTS, *_LISTS):
                _take_open(statements, fields, pending=tag == "STMTTRNP")
                fields = None
            _leave(path, tag)
        elif tag in _STATEMENTS:
            statements.append(_Statement())
            path.append(tag)
        elif tag in _MOVEMENTS:
            _take_open(statements, fields)
            fields = {}
        elif value:
            _take(statements, path, fields, (tag, value))
        else:
            path.append(tag)
    return tuple(_reading(s) for s in statements) or Unreadable("broken", "no account statement in this file")


def _take_open(statements: list[_Statement], fields: dict[str, str] | None, *, pending: bool = False) -> None:
    """The movement that is open, if one is: some files leave out its end, which the next one or the list's then is."""
    if fields and statements:
        _take_movement(statements[-1], fields, pending=pending)


def _tokens(text: str) -> Iterator[tuple[bool, str, str]]:
    for found in _TOKEN.finditer(text):
        yield bool(found[1]), found[2].upper(), normal.clean(html.unescape(found[3]))


def _leave(path: list[str], tag: str) -> None:
    """Close this aggregate and whatever was left open inside it; SGML elements have no end of their own."""
    if tag in path:
        while path.pop() != tag:
            pass


def _take(statements: list[_Statement], path: list[str], fields: dict[str, str] | None, pair: tuple[str, str]) -> None:
    tag, value = pair
    if fields is not None:
        other = "BANKACCTTO" in path or "CCACCTTO" in path
        fields.setdefault(f"TO.{tag}" if other else tag, value)
    elif statements:
        _take_account(statements[-1], path, tag, value)


def _take_account(statement: _Statement, path: list[str], tag: str, value: str) -> None:
    if tag == "CURDEF":
        statement.currency = value.upper()[:3]
    if not {"BANKACCTFROM", "CCACCTFROM"} & set(path):
        return
    match tag:
        case "BANKID":
            statement.bank = value
        case "BRANCHID":
            statement.branch = value
        case "ACCTID":
            statement.number = value


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return _CDATA.sub(lambda m: html.escape(m[1]), text)


def _take_movement(statement: _Statement, fields: dict[str, str], *, pending: bool) -> None:
    amount = normal.plain_amount(fields.get("TRNAMT", ""))
    booked_on = _day(fields.get("DTPOSTED", "") or fields.get("DTTRAN", ""))
    if amount is None or booked_on is None:
        statement.problems.append(f"unreadable movement: {fields.get('FITID', '')} {fields.get('TRNAMT', '')}"[:80])
        return
    if len(statement.entries) >= _MAX_MOVEMENTS:
        return
    text = fields.get("MEMO", "")
    reference = normal.structured_reference(text, fields.get("NAME", ""))
    statement.entries.append(
        Entry(
            amount,
            statement.currency,
            booked_on,
            _day(fields.get("DTAVAIL", "")),
            fields.get("NAME", ""),
            normal.account(fields.get("TO.ACCTID", "")),
            text,
            reference,
            bank_reference=fields.get("FITID", "") or fields.get("REFNUM", ""),
            pending=pending,
        )
    )


def _day(text: str) -> date | None:
    """The calendar day of an OFX time stamp, as the bank wrote it in its own zone."""
    digits = text[:8]
    return normal.day_of(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if re.fullmatch(r"\d{8}", digits) else None


def _reading(statement: _Statement) -> BankStatementReading:
    number = normal.account(statement.number)
    if re.fullmatch(r"\d{5}", statement.bank) and re.fullmatch(r"\d{5}", statement.branch):
        number = normal.french_account(statement.bank, statement.branch, statement.number)
    reading = BankStatementReading(
        "ofx", number, statement.currency, tuple(statement.entries), problems=tuple(statement.problems)
    )
    return normal.finished(reading)
