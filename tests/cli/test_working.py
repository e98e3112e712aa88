"""The commands that work: once, run and demo."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.backends.maildir import MaildirMailbox
from agent.cli import main
from agent.ports import Box

STRANGER = (
    b"From: Somebody <somebody@nowhere.example>\r\nTo: relance@agency.example\r\nSubject: Hello\r\n"
    b"Date: Tue, 10 Mar 2026 09:00:00 +0100\r\nMessage-ID: <h1@nowhere.example>\r\n\r\nHello\r\n"
)


def deliver(books: Path, raw: bytes) -> MaildirMailbox:
    """Put a mail into the watched Maildir, as a mail server does."""
    mailbox = MaildirMailbox(books.parent / "mail", "main")
    mailbox.open()
    (books.parent / "mail" / "tmp" / "1.x").write_bytes(raw)
    (books.parent / "mail" / "tmp" / "1.x").rename(books.parent / "mail" / "new" / "1.x")
    return mailbox


def test_once_handles_what_waits_and_sends_what_is_due(books, capsys):
    """A stranger's mail is set aside, the queued acknowledgement leaves, and the command ends."""
    mailbox = deliver(books, STRANGER)
    assert main(["once", "--config", str(books)]) == 0
    assert "sent" in capsys.readouterr().out
    assert not mailbox.unhandled()
    assert [ref for ref, _ in mailbox.contents(Box.QUARANTINE)]


def test_the_service_runs_until_it_is_told_to_stop(books):
    """It takes up new mail by itself; SIGTERM ends it in order, with exit code 0."""
    command = [sys.executable, "-m", "agent", "run", "--config", str(books)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as daemon:
        mailbox = deliver(books, STRANGER)
        end = time.monotonic() + 60
        while not list(mailbox.contents(Box.QUARANTINE)) and time.monotonic() < end:
            time.sleep(0.1)
        daemon.send_signal(signal.SIGTERM)
        _, log = daemon.communicate(timeout=60)
    assert daemon.returncode == 0, log
    assert '"what": "mail"' in log
    assert "Hello" not in log


@pytest.mark.walk
def test_the_demo_tells_a_story_and_leaves_everything_to_look_at(tmp_path, capsys):
    """Its last line names the folder, which holds mails, their HTML and workbooks."""
    out = tmp_path / "demo"
    assert main(["demo", "--out", str(out)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == str(out)
    assert len(list(out.rglob("*.eml"))) > 30
    assert list(out.rglob("*.html"))
    assert list(out.rglob("*.xlsx"))
    text = "\n".join(told)
    for word in ("statement", "acknowledgement", "digest", "action_notice"):
        assert re.search(rf"\b{word}\b", text)


def test_the_demo_never_empties_a_folder_of_somebody_elses(tmp_path, capsys):
    """A folder that holds anything else is refused."""
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["demo", "--out", str(tmp_path)]) == 1
    assert os.listdir(tmp_path) == ["mine.txt"]
    assert "something else" in capsys.readouterr().err
