"""The question about a table: what is asked, the heading by which its like is known again, and the answers that are proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from agent.domain.findings import BankStatementReading
from agent.domain.references import iban
from agent.parsers.statements import csv_values
from agent.parsers.statements.csv_columns import Columns, Role, compact
from agent.parsers.statements.csv_tables import Row

_SHOWN, _LONGEST = 30, 60


def asked(reading: BankStatementReading, header: Row, rows: Sequence[Row], found: Columns) -> BankStatementReading:
    """The reading whose `ask` holds the question, with everything that its letter shows and its answer needs."""
    return replace(
        reading,
        layout=_layout(header, rows),
        headings=_shown(header),
        sample=_shown(rows[0] if rows else ()),
        proposals=tuple(dict.fromkeys(c.spec() for c in _proposed(reading.ask.partition(":")[0], found, rows))),
    )


def _layout(header: Row, rows: Sequence[Row]) -> str:
    """The same for every file with these headings; without any, for tables of the same width."""
    words = [compact(cell) or cell.strip() for cell in header]
    told = "|".join(words) if any(words) else f"bare {len(rows[0]) if rows else 0}"
    return sha256(told.encode()).hexdigest()[:24]


def _shown(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(cell.split())[:_LONGEST] for cell in cells[:_SHOWN])


def _proposed(code: str, found: Columns, rows: Sequence[Row]) -> list[Columns]:
    """The answers worth a number: none where every answer of ours might count money that left as money that came."""
    match code:
        case "amounts":
            return [_only(found, Role.AMOUNT, column) for column in found.every(Role.AMOUNT)]
        case "day_order":
            return [replace(found, order="dmy"), replace(found, order="mdy")]
        case "decimals":
            return [replace(found, mark=","), replace(found, mark=".")]
        case "status":
            return [replace(found, unknown="skip"), replace(found, unknown="done")]
        case "columns":
            return _with_words(found, rows)
    return []


def _with_words(found: Columns, rows: Sequence[Row]) -> list[Columns]:
    """These columns with those of the other party's account, name and message as the cells suggest; where two columns hold words
    they are proposed both ways, the one with more figures first as the message. Without them no payment could be told.
    """
    width = min(map(len, rows), default=0)
    roles = [*found.roles, *[Role.OTHER] * (width - len(found.roles))]
    cells = {i: [row[i].strip() for row in rows if row[i].strip()] for i in range(width) if roles[i] is Role.OTHER}
    accounts = [i for i, filled in cells.items() if filled and all(map(iban, filled)) and len(set(filled)) > 1]
    if Role.IBAN not in roles and len(accounts) == 1:
        roles[accounts[0]] = Role.IBAN
    worded = [i for i, filled in cells.items() if i not in accounts and _are_words(filled)]
    worded.sort(key=lambda i: (-_figures(cells[i]), i))
    if len(worded) < 2:
        return [_given(found, roles, dict.fromkeys(worded, Role.TEXT))]
    first, last = worded[0], worded[-1]
    return [
        _given(found, roles, {first: Role.TEXT, last: Role.NAME}),
        _given(found, roles, {first: Role.NAME, last: Role.TEXT}),
    ]


def _given(found: Columns, roles: Sequence[Role], words: dict[int, Role]) -> Columns:
    return replace(found, roles=tuple(words.get(i, role) for i, role in enumerate(roles)))


def _are_words(filled: Sequence[str]) -> bool:
    """Whether these cells differ and are mostly neither days, amounts nor accounts."""
    words = [c for c in filled if any(map(str.isalpha, c)) and iban(c) is None and csv_values.day(c, "dmy") is None]
    return len(set(filled)) > 1 and len(words) * 2 > len(filled)


def _figures(filled: Sequence[str]) -> float:
    """The part of the cells that hold a figure: messages name numbers, names hardly ever."""
    return sum(any(map(str.isdigit, cell)) for cell in filled) / len(filled)


def _only(found: Columns, role: Role, column: int) -> Columns:
    roles = tuple(Role.OTHER if r is role and i != column else r for i, r in enumerate(found.roles))
    return replace(found, roles=roles, doubt="")
