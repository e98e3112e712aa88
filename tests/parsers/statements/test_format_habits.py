"""The banks' own formats in all the ways in which banks write them: wrapped, cut, without marks, with fields of their own."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from agent.domain.findings import Unreadable
from agent.parsers.statements import is_bank_format, read_statement

TEXT = (Path(__file__).parent / "formats.txt").read_text(encoding="utf-8")
HABITS = {
    head.split(" | ")[0]: (*head.split(" | ", 2)[1:], body)
    for head, _, body in (section.partition("\n") for section in TEXT.split("\n%% ")[1:])
}


@pytest.mark.parametrize("habit", HABITS)
def test_every_habit_of_a_format_is_read(habit):
    """Amounts, days and what is pending; of the first movement who paid, what for, and whether it goes back or is a batch."""
    encoding, expected, text = HABITS[habit]
    want, content = json.loads(expected), (text + "\n").encode(encoding)
    outcome = read_statement(content, habit)
    assert not isinstance(outcome, Unreadable), outcome
    assert is_bank_format(content)
    entries = [e for reading in outcome for e in reading.entries]
    assert [[e.amount, e.booked_on.isoformat(), e.pending] for e in entries] == [
        [Decimal(amount), day, pending] for amount, day, pending in want["rows"]
    ]
    first = entries[0]
    assert want.get("iban", first.counterparty_iban) == first.counterparty_iban
    assert want.get("ref", first.structured_reference) == first.structured_reference
    assert want.get("name", first.counterparty_name) == first.counterparty_name
    assert want.get("text", "") in first.remittance
    assert want.get("parts", len(first.parts)) == len(first.parts)
    assert want.get("reversal", first.reversal) is first.reversal
