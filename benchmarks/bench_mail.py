"""How fast invoices go through a real mailbox: a thousand at once, and one from its delivery to the accepted acknowledgement."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from multiprocessing import get_context
from pathlib import Path

import pypdfium2
from imapclient import IMAPClient

from agent.config import load
from agent.demo.documents import Party, Sale, pdf_of
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.work import handle_waiting
from tests.servers import Dovecot, Smtp

NAMES = ("ingest", "idle_to_ack")
MAILS = int(os.environ.get("RELANCE_BENCH_MAILS", "1000"))
ROUNDS = 8
OWNER = "anne@bois.example"
AUTHSERV = "mx.agency.example"
SELLER = Party("Bois Clair SRL", "Rue Haute 1", "5000 Namur", "BE", "BE0999000030", OWNER, "BE68539007547034")
_START = date(2026, 1, 2)
_PATIENCE = 60.0


def run() -> Iterator[dict[str, object]]:
    """The measurements, one row each."""
    with Dovecot() as server:
        yield ingest_row(server)
        yield idle_row(server)


def ingest_row(server: Dovecot) -> dict[str, object]:
    """Mails a second from INBOX to queued acknowledgements; floor: fetching them and taking their text out with pypdfium2."""
    user = server.fresh_user()
    lay_down(server, user, mails(MAILS))
    with folder(server, user) as config:
        app = build(load(config))
        try:
            channel = app.channels[0]
            channel.mailbox.open()
            app.sandbox.warm()
            started = time.perf_counter()
            while handle_waiting(app, channel):
                pass
            taken = time.perf_counter() - started
            queued = sum(1 for _ in app.store.outbox([OutboxState.QUEUED]))
        finally:
            close(app)
    if queued < MAILS:
        raise RuntimeError(f"only {queued} of {MAILS} mails were acknowledged")
    other = server.fresh_user()
    lay_down(server, other, mails(MAILS))
    floor = fetch_and_extract(server, other)
    return _row("ingest", MAILS / taken, "messages/s", "fetch and pypdfium2 text", MAILS / floor, taken / floor)


def idle_row(server: Dovecot) -> dict[str, object]:
    """Seconds from delivery to the acknowledgement accepted by SMTP, median; floor: until the server tells an idle client."""
    user, watched = server.fresh_user(), server.fresh_user()
    invoices = mails(ROUNDS + 1, first=MAILS)
    with Smtp() as relay, folder(server, user, relay.port) as config:
        command = [sys.executable, "-m", "agent", "run", "--config", str(config)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as daemon:
            try:
                deliver_and_wait(server, user, invoices[0], relay)
                taken = [deliver_and_wait(server, user, raw, relay) for raw in invoices[1:]]
            finally:
                daemon.terminate()
    floor = statistics.median(idle_delays(server, watched, invoices[1:]))
    median = statistics.median(taken)
    return _row("idle_to_ack", median, "s", "the server's own IDLE delay", floor, median / floor)


def mails(count: int, first: int = 0) -> list[bytes]:
    """As many forwarded invoices, each with a PDF of its own."""
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        return pool.map(_forwarded, range(first, first + count), chunksize=10)


def _forwarded(number: int) -> bytes:
    sale = Sale(
        SELLER, _buyer(number % 100), f"2026-{number:05}", _START + timedelta(days=number % 60),
        Decimal(100 + number), "Menuiserie", ("fr", "nl", "en", "de")[number % 4], days=30,
    )  # fmt: skip
    mail = EmailMessage(policy=SMTP)
    mail["Authentication-Results"] = f"{AUTHSERV}; dkim=pass header.d=bois.example"
    mail["From"] = f"Anne Bois <{OWNER}>"
    mail["To"] = "relance@agency.example"
    mail["Subject"] = f"Fwd: facture {sale.number}"
    mail["Date"] = datetime(2026, 3, 2, 9, tzinfo=UTC)
    mail["Message-ID"] = f"<{number}@bois.example>"
    mail.set_content(
        "À suivre.\n\n---------- Forwarded message ---------\n"
        f"From: Anne Bois <{OWNER}>\nDate: Mon, 2 Mar 2026 09:00\nSubject: facture\nTo: <{sale.buyer.email}>\n\nBonjour.\n"
    )
    mail.add_attachment(pdf_of(sale), maintype="application", subtype="pdf", filename=f"{sale.number}.pdf")
    return mail.as_bytes()


def _buyer(number: int) -> Party:
    """One of a hundred invented customers; a Belgian number ends in 97 less the rest of its first eight digits by 97."""
    first = 9_991_000 + number
    vat = f"BE0{first}{97 - first % 97:02}"
    return Party(f"Client {number} SA", f"Rue {number}", "1000 Bruxelles", "BE", vat, f"compta@client{number}.example")


def lay_down(server: Dovecot, user: str, raws: list[bytes]) -> None:
    """Put mails into the user's INBOX straight on disk, as a delivery agent does."""
    new = server.maildir(user) / "new"
    if not new.is_dir():
        server.deliver(user, raws[0])
        for path in new.iterdir():
            path.unlink()
    for number, raw in enumerate(raws):
        path = new.parent / "tmp" / f"{time.time_ns()}.{number}.bench"
        path.write_bytes(raw)
        shutil.chown(path, new.stat().st_uid, new.stat().st_gid)
        path.rename(new / path.name)


@contextmanager
def folder(server: Dovecot, user: str, relay: int = 9) -> Iterator[Path]:
    """The config.toml of an installation that watches this user's mailbox."""
    with tempfile.TemporaryDirectory(prefix="relance-bench-") as place:
        path = Path(place) / "config.toml"
        secret = Path(place) / "secret"
        secret.touch(mode=0o600)
        secret.write_text(server.password)
        (Path(place) / "creditors").mkdir()
        (Path(place) / "creditors/bois.toml").write_text(
            f'name = "{SELLER.name}"\nowners = ["{OWNER}"]\nnumbers = ["{SELLER.number}"]\nibans = ["{SELLER.iban}"]\n'
        )
        path.write_text(
            f'[agency]\nname = "Agency"\naddress = "relance@agency.example"\noperator = "ops@agency.example"\n'
            f'[paths]\nstate_dir = "state"\n[trust]\nauthserv_ids = ["{AUTHSERV}"]\ndkim = false\n'
            f'[limits]\nsends_per_minute = 600\n[[mailboxes]]\nname = "bench"\n'
            f'[mailboxes.inbox]\nbackend = "imap"\nhost = "127.0.0.1"\nport = {server.imap}\nsecurity = "none"\n'
            f'user = "{user}"\npassword_file = "secret"\n'
            f'[mailboxes.outgoing]\nbackend = "smtp"\nhost = "127.0.0.1"\nport = {relay}\nsecurity = "none"\n'
        )
        yield path


def fetch_and_extract(server: Dovecot, user: str) -> float:
    """Seconds for fetching every mail in batches and taking the text out of its PDF, and nothing else."""
    started = time.perf_counter()
    client = _client(server, user)
    client.select_folder("INBOX")
    uids = client.search()
    for start in range(0, len(uids), 50):
        for data in client.fetch(uids[start : start + 50], ["BODY.PEEK[]"]).values():
            message = BytesParser(policy=SMTP).parsebytes(data[b"BODY[]"])
            for part in message.iter_attachments():
                with pypdfium2.PdfDocument(part.get_content()) as document:
                    for page in document:
                        page.get_textpage().get_text_bounded()
    client.logout()
    return time.perf_counter() - started


def deliver_and_wait(server: Dovecot, user: str, raw: bytes, relay: Smtp) -> float:
    """Seconds from the delivery of this mail until the relay accepted one more."""
    before = len(relay.mails)
    started = time.perf_counter()
    server.deliver(user, raw)
    _until(lambda: len(relay.mails) > before)
    return time.perf_counter() - started


def idle_delays(server: Dovecot, user: str, raws: list[bytes]) -> list[float]:
    """Seconds from each delivery until a client in IDLE hears of it."""
    client = _client(server, user)
    client.select_folder("INBOX")
    delays = []
    for raw in raws:
        client.idle()
        time.sleep(0.3)
        started = time.perf_counter()
        server.deliver(user, raw)
        while not any(b"EXISTS" in answer for answer in client.idle_check(_PATIENCE)):
            pass
        delays.append(time.perf_counter() - started)
        client.idle_done()
    client.logout()
    return delays


def _client(server: Dovecot, user: str) -> IMAPClient:
    client = IMAPClient("127.0.0.1", server.imap, ssl=False)
    client.login(user, server.password)
    return client


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("nothing was acknowledged")
        time.sleep(0.002)


def _row(name: str, value: float, unit: str, floor_name: str, floor: float, ratio: float) -> dict[str, object]:
    row: dict[str, object] = {"name": name, "value": round(value, 3), "unit": unit}
    return row | {"floor_name": floor_name, "floor_value": round(floor, 3), "ratio": round(ratio, 2)}
