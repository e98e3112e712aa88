"""Exports of a hundred banks and generations, each read by its habits: all movements, or a question, never something else."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from agent.domain.findings import Unreadable
from agent.parsers.statements import read_statement

TEXT = (Path(__file__).parent / "dialects.txt").read_text(encoding="utf-8")
DIALECTS = {
    head.split(" | ")[0]: (*head.split(" | ", 2)[1:], body)
    for head, _, body in (section.partition("\n") for section in TEXT.split("\n%% ")[1:])
}


@pytest.mark.parametrize("bank", DIALECTS)
def test_every_dialect_is_read_whole_or_asked_about(bank):
    """Amounts and days of every row, and of the first one who paid and what he wrote."""
    encoding, expected, text = DIALECTS[bank]
    want = json.loads(expected)
    outcome = read_statement((text + "\n").encode(encoding), f"{bank}.csv")
    if want == "refused":
        assert isinstance(outcome, Unreadable)
        return
    assert not isinstance(outcome, Unreadable), outcome
    if want == "ask":
        assert [bool(r.ask) for r in outcome] == [True]
        assert outcome[0].entries == ()
        return
    entries = [e for reading in outcome for e in reading.entries]
    assert [(e.amount, e.booked_on.isoformat()) for e in entries] == [(Decimal(a), d) for a, d in want["rows"]]
    first = entries[0]
    assert want.get("iban", first.counterparty_iban) == first.counterparty_iban
    assert want.get("ref", first.structured_reference) == first.structured_reference
    assert want.get("name", first.counterparty_name).lower() == first.counterparty_name.lower()
    assert want.get("text", "") in first.remittance
