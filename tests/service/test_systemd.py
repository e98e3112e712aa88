"""Relance and systemd: the notifications, and the unit files judged by systemd's own tools."""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from agent.service.systemd import Notifier

UNITS = Path(__file__).parents[2] / "systemd"
needs_analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    """A socket as systemd has it, in the file system or in the abstract namespace, and its address."""
    address = str(tmp_path / "notify") if request.param == "path" else f"\0relance-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(address)
        sock.settimeout(2)
        yield sock, address.replace("\0", "@")


def test_each_notification_says_its_word(manager):
    """systemd hears ready, reloading, alive and stopping as sd_notify(3) spells them."""
    sock, address = manager
    notifier = Notifier({"NOTIFY_SOCKET": address})
    for send, expected in (
        (lambda: notifier.ready("watching 2 mailboxes"), b"READY=1\nSTATUS=watching 2 mailboxes"),
        (notifier.reloading, b"RELOADING=1"),
        (notifier.alive, b"WATCHDOG=1"),
        (lambda: notifier.status("waiting"), b"STATUS=waiting"),
        (notifier.stopping, b"STOPPING=1"),
    ):
        assert send() is True
        assert sock.recv(1000) == expected


def test_a_status_cannot_smuggle_another_assignment(manager):
    """A line break in a status, which may quote a mail, becomes a blank."""
    sock, address = manager
    Notifier({"NOTIFY_SOCKET": address}).status("reading x\nREADY=1")
    assert sock.recv(1000) == b"STATUS=reading x READY=1"


def test_without_systemd_nothing_happens(tmp_path):
    """In a terminal, or when the manager went away, the daemon works on."""
    assert Notifier({}).ready() is False
    assert Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive() is False


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "180000000"}, 90.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": str(os.getpid())}, 90.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_fed_at_half_its_period(environment, seconds):
    """A sign of life is due twice in each period, and only when this process is the one watched."""
    assert Notifier(environment).watchdog_interval == seconds


@needs_analyze
@pytest.mark.parametrize("unit", sorted(unit.name for unit in UNITS.glob("*.service")))
def test_a_unit_scores_at_most_one_and_a_half(unit):
    """systemd's own judgement of what the service could do if it were taken over: 1.5 or better of 10."""
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(UNITS / unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.splitlines()[-1:]


@needs_analyze
def test_the_units_are_understood_without_a_word(tmp_path):
    """`systemd-analyze verify` prints nothing; it exits with 0 even when it does not know a key."""
    program = tmp_path / "relance"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/relance/bin/relance", str(program)))
    command = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in sorted(UNITS.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_every_group_of_settings_is_explained():
    """In the main unit no setting stands without a comment above it or above its group."""
    explained = False
    for line in (UNITS / "relance.service").read_text().splitlines():
        explained = line.startswith("#") or (explained and bool(line.strip()))
        if re.match(r"\w+=", line):
            assert explained or line.startswith(("Description=", "Documentation=", "WantedBy=")), line


def test_the_timeouts_of_the_unit_fit_the_longest_step():
    """The watchdog waits longer than any single step of the loop may take."""
    from agent.backends.imap_session import ImapAccount
    from agent.backends.smtp import SmtpAccount
    from agent.service.sandbox import Limits

    text = (UNITS / "relance.service").read_text()
    watchdog, stop = (
        int(re.search(rf"^{key}=(\d+)$", text, re.MULTILINE)[1]) for key in ("WatchdogSec", "TimeoutStopSec")
    )
    steps = (ImapAccount("h", "u").read_timeout + Limits().wall, SmtpAccount("h").total_timeout)
    assert watchdog > max(steps)
    assert stop > sum(steps)
