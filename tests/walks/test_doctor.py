"""The doctor at real servers: it logs in, looks, leaves no trace, and names what is wrong there."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.demo.cast import AGENCY
from agent.service.doctor.configuration import premises_of
from agent.service.doctor.doors import doors
from agent.service.doctor.finding import Level
from tests.servers.certificate import certificate
from tests.walks.town import Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with Town(tmp_path_factory.mktemp("town")) as town:
        town.settings()
        yield town


def look(town, now=NOW, change=lambda settings: settings):
    """What the doors are like."""
    premises, found = premises_of(town.folder / "config.toml", now, runs=lambda _: None, records=lambda _: ())
    assert premises.settings is not None, found
    premises = replace(premises, settings=change(premises.settings))
    return {f.check: f for f in doors(premises)}


def test_servers_that_are_well_are_looked_at_without_a_trace(town):
    """No folder is made, no mail marked, none sent; the certificate's days are counted; folders that lack are named."""
    raw = b"Authentication-Results: mx.theirs.example; dkim=pass\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nx\r\n"
    town.dovecot.deliver(AGENCY, raw)
    inbox = town.dovecot.maildir(AGENCY)
    before = sorted(path.name for part in ("new", "cur") for path in (inbox / part).glob("*"))
    found = look(town)
    assert found["mailbox"].level is Level.OK
    assert "1 mail(s) wait" in found["mailbox"].detail
    assert "Handled" in found["mailbox-folders"].detail
    assert re.search(r"ends in [67] day", found["mailbox-certificate"].detail)
    assert found["outgoing"].level is Level.OK
    assert re.search(r"ends in [67] day", found["outgoing-certificate"].detail)
    assert "mx.theirs.example" in found["authserv-id"].detail
    assert not (town.dovecot.maildir(AGENCY, "Handled")).exists()
    assert sorted(path.name for part in ("new", "cur") for path in (inbox / part).glob("*")) == before
    assert town.smtp.mails == []


def test_a_mail_that_waits_and_a_clock_that_lags_are_told(town):
    """By the moment at which the server took the mail in."""
    town.dovecot.deliver(AGENCY, b"From: a@b.example\r\n\r\nx\r\n")
    late = look(town, NOW + timedelta(hours=3))
    assert "systemctl status relance" in late["mailbox-unhandled"].repair
    lagging = look(town, NOW - timedelta(hours=3))
    assert "set-ntp true" in lagging["mailbox-clock"].repair


def test_reports_of_another_server_than_the_configured_are_told(town):
    """With the name that they bear."""
    trust = lambda s: replace(s, trust=replace(s.trust, authserv_ids=("mx.ours.example",)))  # noqa: E731 - one use
    town.dovecot.deliver(
        AGENCY, b"Authentication-Results: mx.theirs.example; dkim=pass\r\nFrom: a@b.example\r\n\r\nx\r\n"
    )
    found = look(town, change=trust)["authserv-id"]
    assert found.level is Level.WARNING
    assert "mx.theirs.example" in found.detail


def test_a_wrong_password_is_told_on_both_sides(town):
    """With where to put the right one."""
    for name in ("imap", "smtp"):
        secret = town.folder / "secrets" / name
        right = secret.read_text()
        secret.write_text("wrong")
        found = look(town)["mailbox" if name == "imap" else "outgoing"]
        secret.write_text(right)
        assert found.level is Level.WRONG
        assert "put the right password" in found.repair
        assert "wrong" not in found.detail


def test_a_relay_that_refuses_our_address_or_our_size_is_told(town):
    """Before any mail is sent."""
    town.smtp.faults.mail = "550 5.7.1 not your address"
    found = look(town)["outgoing-sender"]
    town.smtp.faults.mail = None
    assert "let this login send" in found.repair
    large = lambda s: replace(s, limits=replace(s.limits, dossier_mb=25, statement_attachments_mb=25))  # noqa: E731 - one use
    assert "limits.dossier_mb" in look(town, change=large)["outgoing-size"].repair
    assert town.smtp.mails == []


def test_a_certificate_that_nobody_vouches_for_is_told(town, tmp_path):
    """And how to name who does."""
    other, _ = certificate(tmp_path, "localhost")
    text = (town.folder / "config.toml").read_text()
    (town.folder / "config.toml").write_text(text.replace(str(town.dovecot.cert), str(other)))
    found = look(town)
    (town.folder / "config.toml").write_text(text)
    assert "ca_file" in found["mailbox"].repair
    assert "ca_file" in found["outgoing"].repair


def test_a_server_that_is_away_is_told(town):
    """The way out is looked at all the same."""
    town.dovecot.stop()
    try:
        found = look(town)
    finally:
        town.dovecot.start()
    assert "is the server up" in found["mailbox"].repair
    assert found["outgoing"].level is Level.OK
