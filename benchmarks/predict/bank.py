"""Bank statements: every movement of each file, or why it was refused, or what a person is asked about its columns."""

import json
from collections.abc import Iterator
from pathlib import Path

from agent.domain.findings import Entry, Unreadable
from agent.parsers.statements import read_statement


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if line.strip():
            name = str(json.loads(line)["file"])
            yield {"file": name, **_reading((directory / name).read_bytes(), name)}


def _reading(content: bytes, name: str) -> dict[str, object]:
    outcome = read_statement(content, name)
    if isinstance(outcome, Unreadable):
        return {"error": f"{outcome.problem}: {outcome.detail}"}
    ask = next((reading.ask for reading in outcome if reading.ask), "")
    if ask:
        return {"ask": ask}
    return {"entries": [_row(entry) for reading in outcome for entry in reading.entries]}


def _row(entry: Entry) -> dict[str, object]:
    return {
        "amount": str(entry.amount),
        "date": entry.booked_on.isoformat(),
        "counterparty_iban": entry.counterparty_iban or None,
        "structured_ref": entry.structured_reference or None,
    }
