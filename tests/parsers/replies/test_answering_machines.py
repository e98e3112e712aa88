"""Answering machines of many languages are known from people, whatever marks lists and ticket systems put on people's mail."""

from datetime import date
from pathlib import Path

import pytest

from agent.mail.message import parse_message
from agent.parsers.replies.autoreply import read_autoreply

RECEIVED = date(2026, 8, 4)
ENVELOPE = "To: relance@agent.example\nIn-Reply-To: <1@agent.example>\nContent-Type: text/plain; charset=utf-8\n"


def _parameters(name: str) -> list[object]:
    """Each mail of a data file: the fields of its first line (name, kind, day of return, stand-in; "*": any), and the mail."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    cases = []
    for chunk in text.split("%% ")[1:]:
        head, _, raw = chunk.partition("\n")
        fields = [field.strip() for field in head.split("|")]
        sender = "" if "\nFrom:" in raw.partition("\n\n")[0] else "From: Marie <marie@debtor.example>\n"
        cases.append(pytest.param(fields, (ENVELOPE + sender + raw).encode(), id=fields[0]))
    return cases


@pytest.mark.parametrize(("told", "raw"), _parameters("answering_machines.txt"))
def test_a_machine_is_read(told, raw):
    """Its kind, the day of return and the stand-in."""
    _, kind, back_on, stand_in = told
    found = read_autoreply(parse_message(raw), RECEIVED)
    assert found is not None
    assert kind in ("*", found.kind)
    assert back_on in ("*", str(found.back_on))
    assert stand_in in ("*", found.stand_in)


@pytest.mark.parametrize(("told", "raw"), _parameters("people.txt"))
def test_a_person_stays_a_person(told, raw):
    """Behind a list, a ticket system, a holiday or a noreply address."""
    assert read_autoreply(parse_message(raw), RECEIVED) is None, told
