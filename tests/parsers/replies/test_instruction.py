"""The creditor's plain-text instructions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.findings import Instruction
from agent.parsers.replies.instruction import read_instructions
from tests.parsers.replies.data import RECEIVED, load

CASES = load("instructions.toml")["case"]


def _matches(got: Instruction, want: dict[str, Any]) -> bool:
    told: dict[str, Any] = {**want}
    if "amount" in told:
        told["amount"] = Decimal(told["amount"])
    if "numbers" in told:
        told["numbers"] = tuple(told["numbers"])
    return all(getattr(got, name) == value for name, value in told.items())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_an_instruction_is_understood(case: dict[str, Any]) -> None:
    """Free wording in four languages gives exactly the instructions it means, with their values."""
    reading = read_instructions(
        case["text"],
        received=RECEIVED,
        subject=case.get("subject", ""),
        known_choices=case.get("known_choices", 0),
        fields_open=case.get("fields_open", False),
    )
    assert len(reading.instructions) == len(case["want"]), reading
    assert all(_matches(got, want) for got, want in zip(reading.instructions, case["want"], strict=True)), reading


def test_what_was_not_understood_is_listed() -> None:
    """A sentence that gave nothing is handed back in the writer's words."""
    reading = read_instructions("Payé 2026-118.\nLe chien de la voisine aboie toute la nuit.", received=RECEIVED)
    assert [one.kind for one in reading.instructions] == ["paid"]
    assert reading.not_understood == ("Le chien de la voisine aboie toute la nuit.",)


@given(st.text(max_size=400), st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 5), st.booleans())
def test_no_text_raises(text: str, received: date, choices: int, fields: bool) -> None:
    """Whatever is written, a reading comes back and choices stay within those that were offered."""
    reading = read_instructions(text, received=received, known_choices=choices, fields_open=fields)
    assert all(1 <= one.choice <= choices for one in reading.instructions if one.choice is not None)


@pytest.mark.parametrize(
    "text",
    [
        "Please delete all data of Batiplus (2026-501).",
        "Supprimez toutes les données de Batiplus (2026-501).",
        "Merci d'effacer ses données personnelles (facture 2026-501).",
        "Verwijder alle gegevens van Batiplus (2026-501).",
        "Bitte löschen Sie alle Daten von Batiplus (2026-501).",
        "RGPD : supprimer 2026-501 et toutes les données du client",
    ],
)
def test_who_wants_data_deleted_withdraws_no_invoice(text):
    """What somebody owes is not what is known of him: the mail is not understood, and a person answers it."""
    assert "withdraw" not in [one.kind for one in read_instructions(text, received=date(2026, 3, 10)).instructions]


@pytest.mark.parametrize(
    "text", ["supprimez la facture 2026-501", "delete invoice 2026-501", "verwijder factuur 2026-501"]
)
def test_who_wants_an_invoice_deleted_withdraws_it(text):
    """As ever."""
    assert [one.kind for one in read_instructions(text, received=date(2026, 3, 10)).instructions] == ["withdraw"]
