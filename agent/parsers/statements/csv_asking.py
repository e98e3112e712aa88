"""The question about a table: what is asked, the heading by which its like is known again, and the answers that are proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from agent.domain.findings import BankStatementReading
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
        proposals=tuple(dict.fromkeys(c.spec() for c in _proposed(reading.ask.partition(":")[0], found))),
    )


def _layout(header: Row, rows: Sequence[Row]) -> str:
    """The same for every file with these headings; without any, for tables of the same width."""
    words = [compact(cell) or cell.strip() for cell in header]
    told = "|".join(words) if any(words) else f"bare {len(rows[0]) if rows else 0}"
    return sha256(told.encode()).hexdigest()[:24]


def _shown(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(cell.split())[:_LONGEST] for cell in cells[:_SHOWN])


def _proposed(code: str, found: Columns) -> list[Columns]:
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
            return [found]
    return []


def _only(found: Columns, role: Role, column: int) -> Columns:
    roles = tuple(Role.OTHER if r is role and i != column else r for i, r in enumerate(found.roles))
    return replace(found, roles=roles, doubt="")
