"""What is asked of the running service from the command line."""

import os
from pathlib import Path

import pytest

from agent.config import load
from agent.errors import PermanentError
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.requests import honour_requests, leave_request, requested
from tests.store.builders import folded, mail


def installation(folder: Path) -> Path:
    """A config.toml over Maildirs."""
    (folder / "creditors").mkdir()
    sections = "".join(f'[mailboxes.{s}]\nbackend = "maildir"\npath = "mail"\n' for s in ("inbox", "outgoing"))
    (folder / "config.toml").write_text(
        '[agency]\nname = "Agency"\naddress = "relance@agency.example"\noperator = "ops@agency.example"\n'
        f'[paths]\nstate_dir = "state"\n[[mailboxes]]\nname = "main"\n{sections}'
    )
    return folder / "config.toml"


def test_a_held_mail_is_queued_again_once(tmp_path):
    """The request is gone afterwards; one for a mail that is not held is gone too, and changes nothing."""
    app = build(load(installation(tmp_path)))
    try:
        app.store.commit(folded([], outgoing=(mail("statement:a:1", state=OutboxState.HELD), mail("ack:m1"))))
        assert not requested(app)
        leave_request(app.settings.state_dir, "statement-a-1")
        leave_request(app.settings.state_dir, "ack-m1")
        leave_request(app.settings.state_dir, "nothing")
        assert requested(app)
        assert honour_requests(app) == 3
        assert honour_requests(app) == 0
        held = app.store.mail("statement-a-1")
        assert held is not None
        assert held.state is OutboxState.QUEUED
        assert held.note == "queued again by hand"
    finally:
        close(app)


@pytest.mark.parametrize("ref", ["../relance.db", "a/b", "", "x" * 200])
def test_a_request_names_nothing_but_a_mail(tmp_path, ref):
    """No name leads out of the folder."""
    with pytest.raises(PermanentError):
        leave_request(tmp_path, ref)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand files over")
def test_what_root_asks_belongs_to_the_service(tmp_path):
    """Else the service could not take the request away."""
    os.chown(tmp_path, 65534, 65534)
    leave_request(tmp_path, "mail-1")
    assert (tmp_path / "requests").stat().st_uid == 65534
    assert (tmp_path / "requests/mail-1.resend").stat().st_uid == 65534
