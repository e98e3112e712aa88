"""The one door of this room: bytes of a bank file in, readings out. Formats are told by their content, never by their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath

from agent.domain.findings import BankStatementReading, Unreadable
from agent.parsers.statements import camt, cfonb120, coda, csv_export, mt940, ofx
from agent.parsers.statements.encodings import plain_bytes

_MAX_BYTES = 60_000_000
_READERS = (
    (camt.recognises, camt.read),
    (coda.recognises, coda.read),
    (cfonb120.recognises, cfonb120.read),
    (ofx.recognises, ofx.read),
    (mt940.recognises, mt940.read),
)
# What a mail may carry beside statements; a spreadsheet or picture is never read as a table of commas.
_TABLES = {"", ".csv", ".txt", ".tsv", ".tab", ".asc", ".dat"}


def is_bank_format(content: bytes) -> bool:
    """Whether these bytes are a statement in one of the banks' own formats, whatever the file's name; CSV exports are not told here."""
    plain = plain_bytes(content)
    return any(recognises(plain) for recognises, _ in _READERS)


def read_statement(
    content: bytes, filename: str = "", columns: str = ""
) -> tuple[BankStatementReading, ...] | Unreadable:
    """The statements in a bank file (camt.052/053/054, CODA, MT940/942, CFONB 120, OFX, CSV), one reading for each.

    `columns` is what a person answered before to the `ask` of a CSV file of this heading ("date=1 amount=4 text=2").
    Unreadable with `not_statement` for other files, `hostile`, `too_large` or `broken` for bad ones.
    """
    digest = sha256(content).hexdigest()
    outcome = _read(content, filename, columns)
    if isinstance(outcome, Unreadable):
        return replace(outcome, document=digest, filename=filename)
    return tuple(replace(reading, document=digest) for reading in outcome)


def read_rows(
    rows: Sequence[Sequence[str]], content: bytes, columns: str = ""
) -> tuple[BankStatementReading, ...] | Unreadable:
    """The statements in the rows of a spreadsheet whose bytes are `content`; `columns` as for `read_statement`."""
    digest = sha256(content).hexdigest()
    outcome = csv_export.read_tables([[list(row) for row in rows]], columns)
    if isinstance(outcome, Unreadable):
        return replace(outcome, document=digest)
    return tuple(replace(reading, document=digest) for reading in outcome)


def _read(content: bytes, filename: str, columns: str) -> tuple[BankStatementReading, ...] | Unreadable:
    if len(content) > _MAX_BYTES:
        return Unreadable("too_large", f"{len(content)} bytes")
    content = plain_bytes(content)
    for recognises, read in _READERS:
        if recognises(content):
            return read(content)
    if PurePath(filename).suffix.lower() not in _TABLES or content[:5] == b"%PDF-" or content.lstrip()[:1] == b"<":
        return Unreadable("not_statement", "no known bank format")
    return csv_export.read(content, columns)
