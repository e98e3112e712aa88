"""Mail written by machines is known by its marks, and people's is not."""

import pytest

from agent.mail.automatic import automatic
from agent.mail.message import parse_message


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "Return-Path: <>",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "List-Unsubscribe: <mailto:x@y>",
        "X-Autoreply: yes",
        "X-Failed-Recipients: a@b",
        "Content-Type: multipart/report; boundary=x",
        "From: MAILER-DAEMON@x",
        "From: no-reply@x",
    ],
)
def test_a_machine_is_recognised(field):
    """Each mark has its reason."""
    sender = "" if field.startswith("From") else "From: a@x\n"
    assert automatic(parse_message(f"{sender}{field}\n\nx".encode()))


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "Precedence: normal",
        "X-Autoreply: no",
        "Return-Path: <a@x>",
    ],
)
def test_a_person_is_not(field):
    """Outlook's people ask for silence too, and "no" means no."""
    assert automatic(parse_message(f"From: a@x\n{field}\n\nx".encode())) == ""
