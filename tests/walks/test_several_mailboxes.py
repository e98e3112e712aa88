"""Several mailboxes in one daemon: whatever the server of one does, the others are served within seconds."""

import logging
import socket
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest

from agent.config import load
from agent.demo import mails
from agent.demo.cast import AGENCY, OPERATOR, write_configuration
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.daemon import Daemon
from agent.store.tinydb_store import TinyStore
from tests.servers import Dovecot, Smtp
from tests.servers.doors import DOORS
from tests.servers.dovecot import free_ports
from tests.servers.smtp import PASSWORD as RELAY_PASSWORD
from tests.servers.smtp import USER as RELAY_USER
from tests.walks.invoices import ubl
from tests.walks.test_daemon import MORNING, forward, received, running, until
from tests.walks.town import PEOPLE, Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]

BRUNO, ELS = "bruno@atelier-bruno.example", "els@vandamme.example"
OTHER = "other@example.org"
# Seconds within which a healthy mailbox answers, on a busy machine, whatever the other one does.
AT_ONCE = 12
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
    """How long it takes until a mail for the healthy mailbox is answered."""
    begun = time.monotonic()
    before = len(received(town, BRUNO))
    town.post(forward(serial, serial))
    assert until(lambda: len(received(town, BRUNO)) > before, 90)
    return time.monotonic() - begun


def log_of(town):
    return Path(town.folder / "daemon.log").read_text()


@contextmanager
def silent():
    """A port that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def refusing():
    """A Dovecot that knows another password."""
    with Dovecot(OTHER, password="another one") as other:
        yield other


def test_a_mailbox_that_is_away_is_told_once_and_disturbs_nobody(town):
    """Nobody listens at the second one: the first is served, and the log has one line for the cause."""
    with_other(town, free_ports(1)[0], town.dovecot.cert)
    with running(town):
        handled(town, "A-1")
        time.sleep(8)
        assert handled(town, "A-2") < AT_ONCE
    assert log_of(town).count("Connection refused") == 1


def test_a_refused_login_is_told_once_and_disturbs_nobody(town):
    """The password of the second one is wrong."""
    with refusing() as other:
        with_other(town, other.imaps, other.cert)
        with running(town):
            handled(town, "R-1")
            time.sleep(8)
            assert handled(town, "R-2") < AT_ONCE
    assert log_of(town).count("refused the login") == 1


def test_a_server_that_says_nothing_disturbs_nobody(town):
    """The second one accepts the connection and is silent: the first is served meanwhile, and the end is prompt."""
    with silent() as port:
        with_other(town, port, town.dovecot.cert)
        with running(town) as service:
            handled(town, "M-1")
            for number in range(2, 6):
                assert handled(town, f"M-{number}") < AT_ONCE
                time.sleep(3)
            begun = time.monotonic()
            assert service.stop() == 0
            assert time.monotonic() - begun < 10


def test_both_mailboxes_wake_the_daemon(town):
    """A mail in either is handled at once, and each mailbox keeps its own."""
    with Dovecot(OTHER) as other:
        with_other(town, other.imaps, other.cert)
        with running(town):
            handled(town, "B-1")
            assert until(lambda: (other.maildir(OTHER, "Handled")).exists())
            begun = time.monotonic()
            other.deliver(OTHER, forward("B-2", "B-2"))
            assert until(lambda: other.mails(OTHER) == [] and other.mails(OTHER, "Handled"), 60)
            assert time.monotonic() - begun < AT_ONCE
            assert handled(town, "B-3") < AT_ONCE
            assert until(lambda: len(town.dovecot.mails(AGENCY, "Handled")) == 2)


def test_a_frozen_mailbox_is_left_alone_and_taken_up_again(town):
    """The second one answers nothing any more: the first is served within seconds; after it thaws its mail is handled."""
    with Dovecot(OTHER) as other:
        with_other(town, other.imaps, other.cert)
        with running(town) as service:
            handled(town, "C-1")
            assert until(lambda: (other.maildir(OTHER, "Handled")).exists())
            other.deliver(OTHER, forward("C-2", "C-2"))
            assert until(lambda: other.mails(OTHER, "Handled"))
            other.freeze()
            for number in range(3, 7):
                assert handled(town, f"C-{number}") < AT_ONCE
                time.sleep(2)
            other.thaw()
            other.deliver(OTHER, forward("C-8", "C-8"))
            assert until(lambda: len(other.mails(OTHER, "Handled")) == 2, 120)
            other.freeze()
            begun = time.monotonic()
            assert service.stop() == 0
            assert time.monotonic() - begun < 15


def test_a_frozen_relay_disturbs_nobody(town):
    """The relay of the first mailbox takes a mail and does not say so: the second one is read and answered meanwhile."""
    brand = Brand("second", "Second marque", "nl")
    with running_brands(town.folder / "two", Brand("first", "Première marque", "fr"), brand) as (first, second, two):
        first.relay.faults.stall = 25.0
        first.post(BRUNO, "S-1")
        assert until(lambda: first.relay.mails, 60)
        begun = time.monotonic()
        second.post(ELS, "S-2")
        assert until(lambda: second.got(ELS), 60)
        assert time.monotonic() - begun < AT_ONCE
        first.relay.faults.stall = 0.0
        assert until(lambda: not unsent(two), 90)
    assert len(first.got(BRUNO)) == 1


class Brand:
    """A brand with a Dovecot, a relay and a language of its own. Use as a context manager."""

    def __init__(self, name, title, language):
        self.name, self.title, self.language = name, title, language
        self.address = f"relances@{name}.example"
        self.dovecot = Dovecot(self.address, *PEOPLE)

    def __enter__(self):
        self.dovecot.__enter__()
        self.relay = Smtp(self.dovecot.lmtp, (self.dovecot.cert, self.dovecot.key), "starttls", login=True)
        self.relay.__enter__()
        return self

    def __exit__(self, *_):
        self.relay.__exit__()
        self.dovecot.__exit__()

    def settings(self):
        """Its part of the configuration."""
        return _BRAND.format(
            name=self.name,
            address=self.address,
            title=self.title,
            language=self.language,
            imaps=self.dovecot.imaps,
            smtp=self.relay.port,
            cert=self.dovecot.cert,
            user=RELAY_USER,
        )

    def post(self, sender, number):
        """An invoice comes in."""
        mail = mails.letter(
            mails.Pen(sender, MORNING, f"{self.name}-{number}"), self.address, f"Facture {number}", "Merci."
        )
        mail.add_attachment(ubl(number), maintype="application", subtype="xml", filename=f"{number}.xml")
        self.dovecot.deliver(self.address, mail.as_bytes())

    def got(self, address):
        """What an address received by this brand's relay."""
        found = [BytesParser(policy=SMTP).parsebytes(raw) for _, to, raw in self.relay.mails if address in to]
        return [m for m in found if m["In-Reply-To"] or address == OPERATOR]


_BRAND = (
    """\
[[mailboxes]]
name = "{name}"
address = "{address}"
sender_name = "{title}"
languages = ["{language}"]
"""
    + DOORS
)


class Place:
    """A folder with the configuration of the brands: what `running` needs."""

    def __init__(self, folder, *brands):
        self.folder = folder
        (folder / "secrets").mkdir(parents=True)
        for name, word in (("imap", brands[0].dovecot.password), ("smtp", RELAY_PASSWORD)):
            (folder / "secrets" / name).write_text(word)
            (folder / "secrets" / name).chmod(0o600)
        write_configuration(folder, "".join(brand.settings() for brand in brands))


@contextmanager
def running_brands(folder, *brands):
    """The brands' servers, and a daemon for all of them."""
    with ExitStack() as stack:
        for brand in brands:
            stack.enter_context(brand)
        place = Place(folder, *brands)
        stack.enter_context(running(place))
        yield (*brands, place)


def unsent(place):
    """The mails that have not left yet."""
    store = TinyStore.open(place.folder / "state" / "relance.db", read_only=True)
    try:
        return list(store.outbox([OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD]))
    finally:
        store.close()


def test_a_day_without_one_brand(tmp_path, caplog):
    """Two brands for a day, one of them without login, then without its server: nothing is lost, nothing comes twice."""
    caplog.set_level(logging.INFO, "relance")
    with ExitStack() as stack:
        french, dutch = (stack.enter_context(Brand(n, t, n)) for n, t in (("fr", "Marque une"), ("nl", "Tweede merk")))
        clock = SimulatedClock(MORNING)
        app = build(load(Place(tmp_path, french, dutch).folder / "config.toml"), clock=clock)
        stack.callback(close, app)
        daemon = Daemon(app, lambda: app.settings)
        dutch.relay.faults.login = b"535 5.7.8 not today"
        for hour in range(24):
            french.post(BRUNO, f"F-{hour:02}")
            if hour == 12:
                dutch.dovecot.stop()
            if hour < 12:
                dutch.post(ELS, f"N-{hour:02}")
            pass_minutes(daemon, clock, 60)
            assert len(french.got(BRUNO)) == hour + 1
        assert dutch.relay.mails == []
        dutch.dovecot.start()
        dutch.relay.faults.login = None
        dutch.post(ELS, "N-12")
        pass_minutes(daemon, clock, 90)
        waiting = list(app.store.outbox([OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD]))
        assert [m.kind for m in waiting if m.kind != "statement"] == []
        assert len(dutch.got(ELS)) == 13
        assert not [to for _, to, _ in french.relay.mails if ELS in to]
        assert not [to for _, to, _ in dutch.relay.mails if BRUNO in to]
        everything = [BytesParser(policy=SMTP).parsebytes(raw) for b in (french, dutch) for _, _, raw in b.relay.mails]
        assert max(Counter(m["Message-ID"] for m in everything).values()) == 1
        assert all(m["Reply-To"] == dutch.address and "Tweede merk" in m["From"] for m in dutch.got(ELS))
        for brand in (french, dutch):
            copies = [BytesParser(policy=SMTP).parsebytes(raw) for raw in brand.dovecot.mails(brand.address, "Sent")]
            kept = Counter(m["Message-ID"] for m in copies)
            assert kept == Counter(
                BytesParser(policy=SMTP).parsebytes(raw)["Message-ID"] for _, _, raw in brand.relay.mails
            )
        assert app.store.verify() == []
    told = [m["Subject"] for m in everything if m["To"] == OPERATOR]
    assert len([s for s in told if "cannot leave (nl)" in s]) == 1
    assert len([s for s in told if "cannot be read (nl)" in s]) == 1
    assert len([s for s in told if "again" in s]) == 2
    complaints = [
        r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING and r.name.startswith("relance")
    ]
    assert len(complaints) == len(set(complaints)) <= 3, complaints


def pass_minutes(daemon, clock, minutes):
    """Let time pass; the loop turns every five minutes, and once more for what a turn brings about."""
    for _ in range(minutes // 5):
        clock.advance(timedelta(minutes=5))
        daemon.turn()
        daemon.turn()
