"""The real daemon as a process: it wakes for mail, survives its servers and SIGKILL, ends on SIGTERM."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, ATELIER, BATIPLUS, OPERATOR
from agent.demo.documents import Sale
from agent.mail.outgoing import OutboxState
from agent.store.tinydb_store import TinyStore
from tests.walks.invoices import ubl
from tests.walks.town import Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
BRUNO = "Bruno Lambert <bruno@atelier-bruno.example>"
# A Tuesday morning: inside the send window of a working day.
MORNING = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))
KILLS = 14


@pytest.fixture
def town(tmp_path):
    with Town(tmp_path, "zoe@nouveau.example") as town:
        town.settings()
        yield town


class Service:
    """The daemon process; started again with the same clock after each end."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._ahead = (MORNING - datetime.now(UTC)).total_seconds()
        self._log = (town.folder / "daemon.log").open("ab")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.walks.driver", str(self.town.folder / "config.toml"), str(self._ahead)]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=self._log, stdout=self._log)

    def readied(self) -> int:
        """How often the daemon said that it is ready."""
        return (self.town.folder / "daemon.log").read_text().count('"what": "ready"')

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def running(town):
    service = Service(town)
    service.start()
    try:
        yield service
    finally:
        with suppress(ProcessLookupError):
            service.kill()


def until(what, seconds=60.0):
    """Wait until `what()` is true; its last value."""
    end = time.monotonic() + seconds
    while not (value := what()) and time.monotonic() < end:
        time.sleep(0.1)
    return value


def forward(number, serial):
    """A mail that hands over a small UBL invoice that is long overdue."""
    pen = mails.Pen(BRUNO, MORNING, serial)
    mail = mails.letter(pen, AGENCY, f"Facture {number}", "À suivre.")
    mail.add_attachment(ubl(number), maintype="application", subtype="xml", filename=f"{number}.xml")
    return mail.as_bytes()


def received(town, address, folder="INBOX"):
    return [BytesParser(policy=SMTP).parsebytes(raw) for raw in town.dovecot.mails(address, folder)]


def test_a_mail_wakes_the_daemon_and_sigterm_ends_it(town):
    """The acknowledgement comes while the daemon is in IDLE; then the process ends by itself with code 0."""
    with running(town) as service:
        assert until(service.readied, 90)
        time.sleep(2.0)
        town.post(forward("W-1", "wake-1"))
        started = time.monotonic()
        assert until(lambda: received(town, "bruno@atelier-bruno.example"))
        assert time.monotonic() - started < 30
        assert until(lambda: town.dovecot.mails(AGENCY) == [])
        assert service.stop() == 0


def test_a_real_page_is_read_by_the_daemon(town):
    """A PDF goes through the sandbox of the running service."""
    sale = Sale(ATELIER, BATIPLUS, "2026-0501", MORNING.date(), __import__("decimal").Decimal("100.00"), "Bois", "fr")
    with running(town):
        town.post(mails.forwarded_inline(mails.Pen(BRUNO, MORNING, "page-1"), sale, "À suivre.").as_bytes())
        assert until(lambda: received(town, "bruno@atelier-bruno.example"), 90)
        assert "2026-0501" in received(town, "bruno@atelier-bruno.example")[0].get_body(("plain",)).get_content()


def test_poison_and_rubbish_do_not_stop_it(town):
    """Broken MIME, empty mails and binary noise end in a folder; the mail behind them is answered."""
    noise = random.Random(7)
    with running(town):
        for _number in range(12):
            town.post(
                bytes(noise.randrange(1, 256) for _ in range(noise.randrange(1, 3000))).replace(b"\r\n.", b"") or b"x"
            )
        town.post(b"From: bruno@atelier-bruno.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n")
        town.post(forward("P-1", "after-poison"))
        assert until(lambda: received(town, "bruno@atelier-bruno.example"), 90)
        assert until(lambda: town.dovecot.mails(AGENCY) == [], 60)
    kept = [m for box in ("Handled", "Review", "Quarantine") for m in town.dovecot.mails(AGENCY, box)]
    assert len(kept) == 14


def test_the_daemon_outlives_its_server(town):
    """Dovecot is killed and comes back: the connection is built anew and the mail is handled."""
    with running(town):
        town.post(forward("S-1", "server-1"))
        assert until(lambda: received(town, "bruno@atelier-bruno.example"), 90)
        town.dovecot.stop()
        time.sleep(1.0)
        town.dovecot.start()
        town.post(forward("S-2", "server-2"))
        assert until(lambda: len(received(town, "bruno@atelier-bruno.example")) >= 2, 120)


def test_a_relay_that_refuses_us_is_not_hammered(town):
    """The login is refused: the mail waits, the log says it once, and when the relay takes us again the answer goes out."""
    town.smtp.faults.login = b"535 5.7.8 not now"
    with running(town):
        town.post(forward("2026-700", "refused-1"))
        assert until(lambda: "nothing can be sent" in (town.folder / "daemon.log").read_text(), 90)
        tries = town.smtp.connections
        time.sleep(6.0)
        assert town.smtp.connections - tries <= 4
        assert (town.folder / "daemon.log").read_text().count("nothing can be sent") == 1
        town.smtp.faults.login = None
        assert until(lambda: received(town, "bruno@atelier-bruno.example"), 60)


def test_sighup_reads_the_configuration_again(town):
    """A creditor that is added is served without a restart; a wrong file is reported and the old settings stay."""
    pen = mails.Pen("Zoé <zoe@nouveau.example>", MORNING, "new-1")
    creditor = 'name = "Nouveau SRL"\nowners = ["zoe@nouveau.example"]\n'
    with running(town) as service:
        assert until(service.readied, 90)
        (town.folder / "creditors" / "wrong.toml").write_text("name = 3")
        service.process.send_signal(signal.SIGHUP)
        assert until(lambda: "configuration kept as it was" in (town.folder / "daemon.log").read_text())
        (town.folder / "creditors" / "wrong.toml").unlink()
        (town.folder / "creditors" / "nouveau.toml").write_text(creditor)
        service.process.send_signal(signal.SIGHUP)
        assert until(lambda: "configuration read again" in (town.folder / "daemon.log").read_text())
        town.post(mails.letter(pen, AGENCY, "Bonjour", "où en est 2026-1 ?").as_bytes())
        assert until(lambda: received(town, "zoe@nouveau.example"), 60)


@pytest.mark.kill
def test_killed_at_random_moments_nothing_is_lost_or_sent_twice(town):
    """SIGKILL again and again while mails come in and statements go out: each mail is handled once, each answer sent once."""
    dice = random.Random(20260310)
    numbers = [f"K-{n:03}" for n in range(KILLS * 3)]
    waiting = list(numbers)
    service = Service(town)
    for _ in range(KILLS):
        service.start()
        for _ in range(3):
            number = waiting.pop()
            town.post(forward(number, number))
        time.sleep(dice.uniform(0.8, 3.2))
        service.kill()
    starts = service.readied()
    service.start()
    assert until(lambda: service.readied() > starts, 90)
    assert until(lambda: town.dovecot.mails(AGENCY) == [], 120), "mails were left in INBOX"

    def idle():
        with suppress(Exception):
            store = TinyStore.open(town.folder / "state" / "relance.db", read_only=True)
            try:
                return not list(store.outbox([OutboxState.QUEUED, OutboxState.SENDING]))
            finally:
                store.close()
        return False

    assert until(idle, 180), "the outbox did not empty"
    assert service.stop() == 0
    assert town.dovecot.mails(AGENCY, "Quarantine") == []
    store = TinyStore.open(town.folder / "state" / "relance.db")
    held = {m.message_id for m in store.outbox([OutboxState.HELD])}
    items = Counter(i.invoice.number for i in store.items())
    problems, sent = store.verify(), {m.message_id for m in store.outbox([OutboxState.SENT])}
    store.close()
    assert problems == []
    aside = {m["Subject"] for m in received(town, AGENCY, "Review")}
    assert items == Counter(numbers), aside
    arrived = Counter()
    for _, _, raw in town.smtp.mails:
        arrived[BytesParser(policy=SMTP).parsebytes(raw)["Message-ID"]] += 1
    assert not [i for i, n in arrived.items() if n > 1], "a mail was sent twice"
    assert sent <= set(arrived), "a mail is called sent that never arrived"
    assert set(arrived) <= sent | held, "a mail arrived that is not accounted for"
    acknowledged = [
        m for m in received(town, "bruno@atelier-bruno.example") if "K-" in m["Subject"] or m["In-Reply-To"]
    ]
    assert len({m["In-Reply-To"] for m in acknowledged if m["In-Reply-To"]}) + len(held) >= len(numbers)
    assert received(town, OPERATOR) or not held
