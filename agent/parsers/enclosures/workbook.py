"""The first sheets of an .xlsx file as rows of texts (ECMA-376 part 1, §18): values only, nothing is ever calculated or followed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree as ET

from agent.domain.findings import Unreadable
from agent.parsers.xml import stream

_MOST_BYTES = 20_000_000
_MOST_DIGITS = 15
_MOST_ROWS, _MOST_CELLS, _MOST_SHEETS = 3000, 60, 3
_SHEET = re.compile(r"xl/worksheets/sheet\d{1,3}\.xml")
_COLUMN = re.compile(r"[A-Z]{1,3}")
# Built-in formats of days and of figures with two decimals (§18.8.30).
_DAYS = frozenset({*range(14, 18), 22, 27, 30, 36, 50, 57})
_CENTS = frozenset({2, 4, 7, 8, 10, 39, 40, 44})
# Serial 1 is the first day of 1900, with the leap day that never was (§18.17.4.1).
_FIRST_DAY = date(1899, 12, 30)

Rows = list[tuple[str, ...]]


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are an .xlsx file."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def workbook_rows(content: bytes) -> Rows | Unreadable:
    """The filled rows of the first three sheets; days as ISO dates, figures with the decimals that they are shown with."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _rows(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, LookupError) as error:
        return Unreadable("broken", str(error)[:200])


def _rows(archive: zipfile.ZipFile) -> Rows | Unreadable:
    names = sorted((n for n in archive.namelist() if _SHEET.fullmatch(n)), key=lambda n: (len(n), n))
    texts = _shared(_part(archive, "xl/sharedStrings.xml"))
    formats = _formats(_part(archive, "xl/styles.xml"))
    rows: Rows = []
    for name in names[:_MOST_SHEETS]:
        content = _part(archive, name)
        for path in stream(content, "row", frozenset({"row"})):
            if isinstance(path, Unreadable):
                return rows or path
            row = tuple(_cells(path[-1], texts, formats))
            if any(row):
                rows.append(row)
            if len(rows) >= _MOST_ROWS:
                return rows
    return rows


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of the file, as far as a bomb would let it be read; an empty one when it is not there."""
    if name not in archive.namelist():
        return b"<empty/>"
    with archive.open(name) as part:
        content = part.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError(f"{name} is too large")
    return content


def _shared(content: bytes) -> list[str]:
    found = stream(content, "si", frozenset({"si"}))
    return [_texts(path[-1]) for path in found if not isinstance(path, Unreadable)]


def _texts(element: ET.Element) -> str:
    return "".join(node.text or "" for node in element.iter("t"))[:2000]


def _formats(content: bytes) -> list[str]:
    """For each style "day", "cents" or ""."""
    own: dict[str, str] = {}
    styles: list[str] = []
    for path in stream(content, "numFmt", frozenset({"numFmt", "xf"})):
        if isinstance(path, Unreadable):
            break
        element = path[-1]
        if element.tag == "numFmt":
            own[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif len(path) > 1 and path[-2].tag == "cellXfs":
            styles.append(_format(element.get("numFmtId", "0"), own))
    return styles


def _format(id_: str, own: dict[str, str]) -> str:
    code = re.sub(r'"[^"]{0,60}"|\[[^\]]{0,20}\]', "", own.get(id_, "").lower())
    number = int(id_) if id_.isdecimal() else 0
    if number in _DAYS or ("y" in code and "d" in code) or ("j" in code and "a" in code):
        return "day"
    return "cents" if number in _CENTS or "0.00" in code else ""


def _cells(row: ET.Element, texts: list[str], formats: list[str]) -> Iterator[str]:
    """The cells of a row, each in its column: those that were left out are empty."""
    position = 0
    for cell in row.iter("c"):
        found = _COLUMN.match(cell.get("r", ""))
        column = _number(found[0]) if found else position
        if column >= _MOST_CELLS:
            return
        while position < column:
            yield ""
            position += 1
        yield _value(cell, texts, formats)
        position += 1


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value - 1


def _value(cell: ET.Element, texts: list[str], formats: list[str]) -> str:
    kind, found = cell.get("t", "n"), cell.find("v")
    raw = (found.text or "") if found is not None else ""
    if kind == "inlineStr":
        return " ".join(_texts(cell).split())
    if kind == "s":
        return " ".join(texts[int(raw)].split()) if raw.isdecimal() and int(raw) < len(texts) else ""
    if kind != "n" or not raw:
        return " ".join(raw.split())[:2000]
    style = cell.get("s", "0")
    shown = formats[int(style)] if style.isdecimal() and int(style) < len(formats) else ""
    return _figure(raw, shown)


def _figure(raw: str, shown: str) -> str:
    try:
        value = Decimal(raw[:40])
        if value.adjusted() > _MOST_DIGITS:
            return raw[:40]
        if shown == "day":
            return (_FIRST_DAY + timedelta(days=int(value))).isoformat()
        decimals = 2 if shown == "cents" or value != value.to_integral_value() else 0
    except (InvalidOperation, OverflowError, ValueError):
        return raw[:40]
    return f"{value:.{decimals}f}"
