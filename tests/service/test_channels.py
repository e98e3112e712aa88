"""Several mailboxes in one service: each sends its own creditors' mails, and the one that fails is told of once."""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest

from agent.config import load
from agent.demo import mails
from agent.demo.cast import AGENCY, OPERATOR, write_configuration
from agent.errors import ConfigError, TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.service import patience
from agent.service.app import Channel
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.daemon import Daemon
from agent.service.overview import overview
from tests.service.world import BRUNO, ELS, TUESDAY
from tests.walks.invoices import ubl

NL = "aanmaningen@comptoir.example"
_TWO = """\
[[mailboxes]]
name = "fr"
[mailboxes.inbox]
backend = "maildir"
path = "mailbox-fr"
[mailboxes.outgoing]
backend = "maildir"
path = "out-fr"

[[mailboxes]]
name = "nl"
address = "aanmaningen@comptoir.example"
sender_name = "Comptoir Vlaanderen"
languages = ["nl"]
[mailboxes.inbox]
backend = "maildir"
path = "mailbox-nl"
[mailboxes.outgoing]
backend = "maildir"
path = "out-nl"
"""


class Sick:
    """A door that raises `error`, or hangs until `healthy` is set, while it is ill; else the door itself."""

    def __init__(self, door):
        self._door = door
        self.name = door.name
        self.error = None
        self.healthy = threading.Event()
        self.healthy.set()

    def __getattr__(self, name):
        act = getattr(self._door, name)
        if not callable(act) or name in ("close", "deliver"):
            return act

        def try_it(*arguments):
            self.healthy.wait(60)
            if self.error is not None:
                raise self.error
            return act(*arguments)

        return try_it


@dataclass
class Twins:
    """A daemon on two local mailboxes, turned by hand."""

    folder: Path
    clock: SimulatedClock
    daemon: Daemon
    mailboxes: dict[str, Sick]
    ways_out: dict[str, Sick]
    written: int = 0

    def turn(self, times=2):
        for _ in range(times):
            self.daemon.turn()

    def post(self, mailbox, sender, number, to=AGENCY):
        self.written += 1
        pen = mails.Pen(sender, self.clock.now(), f"twins-{self.written}")
        mail = mails.letter(pen, to, f"Facture {number}", "À suivre.")
        mail.add_attachment(ubl(number), maintype="application", subtype="xml", filename=f"{number}.xml")
        self.mailboxes[mailbox].deliver(mail.as_bytes())

    def left(self, way, address=""):
        """What left by this way, to one address or to all."""
        files = sorted(
            f for f in (self.folder / f"out-{way}").rglob("*") if f.is_file() and f.parent.name in ("new", "cur")
        )
        found = [BytesParser(policy=SMTP).parsebytes(f.read_bytes()) for f in files]
        return [m for m in found if address in m["To"]]

    def pass_hours(self, hours, step=timedelta(minutes=1)):
        end = self.clock.now() + timedelta(hours=hours)
        while self.clock.now() < end:
            self.clock.advance(step)
            self.daemon.turn()


def start(app):
    return Daemon(app, lambda: app.settings)


@pytest.fixture
def twins(tmp_path):
    """Two mailboxes, one for the creditors who speak Dutch."""
    clock = SimulatedClock(TUESDAY)
    app = build(write_configuration(tmp_path, _TWO), clock=clock, rehearsal=True)
    channels = tuple(Channel(Sick(c.mailbox), Sick(c.transport)) for c in app.channels)
    for channel in channels:
        channel.mailbox.open()
    daemon = start(replace(app, channels=channels))
    boxes = {c.name: c.mailbox for c in channels}
    yield Twins(tmp_path, clock, daemon, boxes, {c.name: c.transport for c in channels})
    for channel in channels:
        channel.mailbox.healthy.set()
        channel.transport.healthy.set()
    close(app)


@pytest.fixture
def impatient(monkeypatch):
    """Half a second is long to wait for a door that hangs, and enough for one that is well on a busy machine."""
    monkeypatch.setattr(patience, "PATIENCE", 0.5)


def lines(caplog, words):
    return [r.getMessage() for r in caplog.records if words in r.getMessage()]


def test_each_creditor_is_written_to_from_his_own_mailbox(twins):
    """Address, name, Message-ID, answer address, way out and Sent are those of the mailbox of his language."""
    twins.post("fr", BRUNO, "2026-501")
    twins.post("nl", ELS, "2026-502", to=NL)
    twins.turn()
    french, dutch = twins.left("fr"), twins.left("nl")
    assert {m["To"] for m in french} == {"bruno@atelier-bruno.example", "compta@batiplus.example"}
    assert {m["To"] for m in dutch} == {"els@vandamme.example"}
    assert NL in dutch[0]["From"]
    assert "Comptoir Vlaanderen" in dutch[0]["From"]
    assert dutch[0]["Reply-To"] == NL
    assert AGENCY in french[0]["From"]
    for name, sent in (("fr", french), ("nl", dutch)):
        kept = [BytesParser(policy=SMTP).parsebytes(raw) for _, raw in twins.mailboxes[name].contents(Box.SENT)]
        assert {m["Message-ID"] for m in kept} == {m["Message-ID"] for m in sent}


def test_what_comes_into_the_other_mailbox_is_understood_all_the_same(twins):
    """A reply that goes astray is handled there; the answer leaves from the creditor's own mailbox."""
    twins.post("nl", ELS, "2026-502", to=NL)
    twins.turn()
    reply = mails.answer(mails.Pen(ELS, twins.clock.now(), "astray"), twins.left("nl")[0].as_bytes(), "pauze")
    twins.clock.advance(timedelta(hours=1))
    twins.mailboxes["fr"].deliver(reply.as_bytes())
    twins.turn()
    assert list(twins.mailboxes["fr"].unhandled()) == []
    assert twins.left("fr") == []
    assert len(twins.left("nl")) == 2
    assert twins.left("nl")[-1]["In-Reply-To"]


def test_a_creditor_may_name_his_mailbox(tmp_path):
    """What he names goes before his language; a name that is not there is a mistake in his file."""
    settings = write_configuration(tmp_path, _TWO)
    bruno = next(c for c in settings.creditors if c.language == "fr")
    assert settings.mailbox_of(bruno).name == "fr"
    assert settings.mailbox_of(replace(bruno, mailbox="nl")).name == "nl"
    file = tmp_path / "creditors" / "northgate.toml"
    file.write_text(file.read_text() + 'mailbox = "gone"\n')
    with pytest.raises(ConfigError, match="mailbox: 'gone' is not among the mailboxes"):
        load(tmp_path / "config.toml")


@pytest.mark.parametrize("side", ["mailbox", "outgoing"])
def test_a_day_of_failure_is_one_line_and_one_alert(twins, caplog, side):
    """For 24 hours one side of one channel refuses us, with words that differ in their numbers: the others notice nothing."""
    caplog.set_level(logging.INFO, "relance")
    twins.turn()
    sick = (twins.mailboxes if side == "mailbox" else twins.ways_out)["nl"]
    twins.post("fr", ELS, "2026-600")
    for hour in range(24):
        for minute in range(60):
            sick.error = ConfigError([f"token: refused ({hour}{minute:02}); renew it: relance login"])
            twins.clock.advance(timedelta(minutes=1))
            if minute == 30:
                twins.post("fr", BRUNO, f"2026-7{hour:02}")
            if minute == 31:
                twins.post("nl", ELS, f"2026-8{hour:02}", to=NL)
            twins.turn(3 if minute in (30, 31) else 1)
            if minute == 30:
                acknowledged = [m for m in twins.left("fr", "bruno") if m["In-Reply-To"]]
                assert len(acknowledged) == hour + 1
    assert len(lines(caplog, "token: refused")) == 1
    alerts = [m for m in twins.left("fr", OPERATOR) if "(nl)" in m["Subject"]]
    assert len(alerts) == 1
    text = alerts[0].get_body(("plain",)).get_content()
    assert "relance login" in text
    assert "relance check" in text
    if side == "outgoing":
        assert twins.left("nl") == []
    sick.error = None
    twins.pass_hours(1)
    assert len([m for m in twins.left("nl", "els") if m["In-Reply-To"]]) == 25
    told = [m["Subject"] for m in twins.left("fr", OPERATOR) + twins.left("nl", OPERATOR) if "(nl)" in m["Subject"]]
    assert len(told) == 2
    assert "again" in told[1]
    assert len(lines(caplog, "is back")) == 1
    assert list(twins.daemon.app.store.outbox([OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD])) == []
    ids = [m["Message-ID"] for m in (*twins.left("nl"), *twins.left("fr"))]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("side", "error"),
    [
        ("mailbox", TemporaryError("imap: no answer in time")),
        ("mailbox", ConfigError(["user: imap refused the login"])),
        ("outgoing", TemporaryError("smtp: no more for now: 451")),
        ("outgoing", ConfigError(["user: smtp refused the login"])),
    ],
)
def test_three_days_of_failure_are_three_alerts_and_an_all_clear(twins, side, error):
    """One mail a day, also by another life; each says since when, the later ones how often."""
    twins.post("fr", ELS, "2026-600")
    twins.turn()
    sick = (twins.mailboxes if side == "mailbox" else twins.ways_out)["nl"]
    twins.post("fr", ELS, "2026-601")
    twins.post("nl", ELS, "2026-602", to=NL)
    sick.error = error
    for _ in range(7):
        twins.pass_hours(10, timedelta(minutes=30))
        twins.daemon = start(twins.daemon.app)
    alerts = [m for m in twins.left("fr", OPERATOR) if "(nl)" in m["Subject"]]
    assert len(alerts) == 3
    texts = [m.get_body(("plain",)).get_content() for m in alerts]
    assert all("2026-03-10" in text for text in texts)
    assert ["Nombre de signalements" in text or "Times told" in text for text in texts] == [False, True, True]
    sick.error = None
    twins.post("nl", ELS, "2026-603", to=NL)
    twins.pass_hours(6, timedelta(minutes=30))
    told = [m for m in twins.left("fr", OPERATOR) + twins.left("nl", OPERATOR) if "(nl)" in m["Subject"]]
    assert len(told) == 4


def test_a_mailbox_that_comes_and_goes_is_no_storm(twins, caplog):
    """Twenty minutes away, ten there, for two days: one line and one alert for each day."""
    caplog.set_level(logging.INFO, "relance")
    sick = twins.mailboxes["nl"]
    for _ in range(96):
        sick.error = TemporaryError("imap: connection refused")
        twins.pass_hours(1 / 3)
        sick.error = None
        twins.pass_hours(1 / 6)
    assert len(lines(caplog, "connection refused")) == 2
    subjects = [m["Subject"] for m in twins.left("fr", OPERATOR)]
    assert len([s for s in subjects if "cannot" in s]) == 2
    assert len([s for s in subjects if "again" in s]) == 2


def test_a_restart_tells_nothing_twice(twins):
    """The next process knows what the one before it told, and says when it is over."""
    sick = twins.mailboxes["nl"]
    sick.error = TemporaryError("imap: connection refused")
    twins.pass_hours(1)
    twins.daemon = start(twins.daemon.app)
    twins.pass_hours(2)
    assert len(twins.left("fr", OPERATOR)) == 1
    sick.error = None
    twins.pass_hours(0.2)
    assert len(twins.left("fr", OPERATOR)) == 2


@pytest.mark.usefixtures("impatient")
def test_a_mailbox_that_hangs_is_not_waited_for(twins):
    """Its server answers nothing for a while: the other one is served, and what came meanwhile is handled once it wakes up."""
    twins.turn()
    twins.mailboxes["nl"].healthy.clear()
    twins.post("nl", ELS, "2026-502", to=NL)
    twins.clock.advance(timedelta(minutes=11))
    for number in range(5):
        twins.post("fr", BRUNO, f"2026-51{number}")
        twins.clock.advance(timedelta(minutes=1))
        twins.turn(1)
        assert len([m for m in twins.left("fr", "bruno") if m["In-Reply-To"]]) == number + 1
    twins.mailboxes["nl"].healthy.set()
    assert twins.daemon._bell.rang(5)
    twins.turn()
    assert len(twins.left("nl")) == 1


@pytest.mark.usefixtures("impatient")
def test_a_relay_that_hangs_keeps_its_mail_and_sends_it_once(twins):
    """A mail that is being handed over is neither sent again nor called lost; what the relay says in the end is believed."""
    twins.ways_out["nl"].healthy.clear()
    twins.post("nl", ELS, "2026-502", to=NL)
    twins.turn()
    store = twins.daemon.app.store
    assert len(list(store.outbox([OutboxState.SENDING]))) == 1
    twins.post("fr", BRUNO, "2026-510")
    twins.clock.advance(timedelta(minutes=11))
    twins.turn()
    assert len([m for m in twins.left("fr", "bruno") if m["In-Reply-To"]]) == 1
    assert len(list(store.outbox([OutboxState.SENDING]))) == 1
    twins.ways_out["nl"].healthy.set()
    assert twins.daemon._bell.rang(5)
    twins.turn()
    assert len(twins.left("nl")) == 1
    assert list(store.outbox([OutboxState.SENDING, OutboxState.HELD, OutboxState.QUEUED])) == []


def test_the_status_shows_how_each_mailbox_is(twins):
    """Address, creditors, and what ails which side since when; nothing where all is well."""
    twins.ways_out["nl"].error = ConfigError(["user: smtp refused the login"])
    twins.post("nl", ELS, "2026-502", to=NL)
    twins.turn()
    app = twins.daemon.app
    french, dutch = overview(app.store, app.settings, twins.clock.now()).channels
    assert (french.name, french.address, french.mailbox, french.outgoing) == ("fr", AGENCY, None, None)
    assert (dutch.address, dutch.creditors, dutch.mailbox) == (NL, ("van-damme",), None)
    assert (dutch.outgoing.words, dutch.outgoing.since) == ("user: smtp refused the login", twins.clock.now())


def test_each_channel_has_its_own_pace(twins):
    """What one mailbox may send is not used up by what another one sent."""
    mailboxes = (
        twins.daemon.app.settings.mailboxes[0],
        replace(twins.daemon.app.settings.mailboxes[1], sends_per_minute=1),
    )
    twins.daemon.app = replace(twins.daemon.app, settings=replace(twins.daemon.app.settings, mailboxes=mailboxes))
    for number in range(3):
        twins.post("nl", ELS, f"2026-5{number}0", to=NL)
        twins.post("fr", BRUNO, f"2026-6{number}0")
    twins.turn()
    assert len(twins.left("nl")) == 1
    assert len([m for m in twins.left("fr", "bruno") if m["In-Reply-To"]]) == 3
    twins.pass_hours(0.1)
    assert len(twins.left("nl", "els")) == 3
