"""Several mailboxes in one daemon: one that fails neither stalls the others nor floods the log."""

import time
from pathlib import Path

import pytest

from agent.demo.cast import AGENCY
from tests.servers import Dovecot
from tests.servers.dovecot import free_ports
from tests.walks.test_daemon import forward, received, running, until
from tests.walks.town import Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]

BRUNO = "bruno@atelier-bruno.example"
_OTHER = """\

[[mailboxes]]
name = "other"
[mailboxes.inbox]
backend = "imap"
host = "localhost"
port = {port}
user = "other@example.org"
password_file = "secrets/imap"
ca_file = "{cert}"
[mailboxes.outgoing]
backend = "maildir"
path = "other-out"
"""


@pytest.fixture
def town(tmp_path):
    """A town whose configuration can be given a second mailbox."""
    with Town(tmp_path) as town:
        town.settings()
        yield town


def with_other(town, port, cert):
    config = town.folder / "config.toml"
    config.write_text(config.read_text() + _OTHER.format(port=port, cert=cert))


def handled(town, serial):
    """Whether a mail for the healthy mailbox is answered; how long it took."""
    begun = time.monotonic()
    before = len(received(town, BRUNO))
    town.post(forward(serial, serial))
    assert until(lambda: len(received(town, BRUNO)) > before, 90)
    return time.monotonic() - begun


def test_a_mailbox_that_is_away_is_told_once_and_disturbs_nobody(town):
    """Nobody listens at the second one: the first is served, and the log has one line for the cause."""
    with_other(town, free_ports(1)[0], town.dovecot.cert)
    with running(town):
        handled(town, "A-1")
        time.sleep(8)
        assert handled(town, "A-2") < 15
    log = Path(town.folder / "daemon.log").read_text()
    assert log.count("Connection refused") == 1


def test_both_mailboxes_wake_the_daemon(town):
    """A mail in either is handled at once, and each mailbox keeps its own."""
    with Dovecot("other@example.org") as other:
        with_other(town, other.imaps, other.cert)
        with running(town):
            handled(town, "B-1")
            assert until(lambda: (other.maildir("other@example.org", "Handled")).exists())
            begun = time.monotonic()
            other.deliver("other@example.org", forward("B-2", "B-2"))
            assert until(
                lambda: other.mails("other@example.org") == [] and other.mails("other@example.org", "Handled"), 60
            )
            assert time.monotonic() - begun < 15
            assert handled(town, "B-3") < 15
            assert until(lambda: len(town.dovecot.mails(AGENCY, "Handled")) == 2)


def test_a_frozen_mailbox_is_left_alone_for_a_while(town):
    """The second one answers nothing any more: the first goes on after its timeout at the latest."""
    with Dovecot("other@example.org") as other:
        with_other(town, other.imaps, other.cert)
        with running(town):
            handled(town, "C-1")
            other.freeze()
            try:
                assert handled(town, "C-2") < 90
                assert handled(town, "C-3") < 90
            finally:
                other.thaw()
            assert handled(town, "C-4") < 90
