"""The notices of every usual mail system are read, whatever their language; ordinary mail is no notice."""

from pathlib import Path

import pytest

from agent.mail.message import parse_message
from agent.parsers.replies.bounce import read_bounce


def _cases(name: str) -> list[tuple[list[str], bytes]]:
    """Each mail of a data file: name, kind, addresses, permanence, reason and Message-ID of its first line ("*": any), and the mail."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    chunks = (chunk.partition("\n") for chunk in text.split("%% ")[1:])
    return [([field.strip() for field in head.split("|")], raw.encode()) for head, _, raw in chunks]


def _parameters(name: str) -> list[object]:
    return [pytest.param(fields, raw, id=fields[0]) for fields, raw in _cases(name)]


@pytest.mark.parametrize(("told", "raw"), _parameters("notices.txt"))
def test_a_notice_is_read(told, raw):
    """Kind, address, for good or for now, reason, and which mail of ours came back."""
    _, kind, people, lasting, reason, identifier = told
    found = read_bounce(parse_message(raw))
    assert found is not None
    assert found.kind.value == kind
    assert sorted(one.address for one in found.recipients) == sorted(address.strip() for address in people.split(","))
    assert identifier in ("*", found.original_message_id)
    for one in found.recipients:
        assert lasting == "*" or one.permanent == (lasting == "permanent")
        assert reason in ("*", one.reason)


@pytest.mark.parametrize(("told", "raw"), _parameters("no_notices.txt"))
def test_ordinary_mail_is_no_notice(told, raw):
    """People, parcels, banks, digests and vendors speak of failed deliveries too."""
    assert read_bounce(parse_message(raw)) is None, told
