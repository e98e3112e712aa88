"""The loop over real servers: how fast forwarded invoices are taken in, how soon one is answered, what an idle tick costs."""

from __future__ import annotations

import email
import os
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import pdfplumber
import pypdfium2
from imapclient import IMAPClient

from agent.demo import mails
from agent.demo.cast import AGENCY, ATELIER, BATIPLUS
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.tick import run_due
from agent.service.work import handle_waiting
from agent.store.tinydb_store import TinyStore
from benchmarks.bench_store import NOW, built
from benchmarks.pages import page
from tests.walks.town import Town

NAMES = ("ingest", "imap_ingest", "imap_ingest_plumber", "idle_to_ack", "tick_100k")
BRUNO = "Bruno Lambert <bruno@atelier-bruno.example>"
MORNING = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
MAILS = 1_000
WAKES = 7
# Two hundred debtors, as unlike each other as a creditor's customers are.
_FIRST = "Aubry Bertin Collard Dumoulin Evrard Fontaine Gilson Henrard Istace Jadot Kempeneers Lejeune Massart Noirhomme Ozer Pirard Quoilin Ronveaux Simonis Tilman".split()
_SECOND = (
    "Boulangerie Construct Distribution Electricite Fleurs Garage Horlogerie Imprimerie Jardins Logistique".split()
)


def run() -> Iterator[dict[str, object]]:
    """The measurements, one row each."""
    yield from ingest()
    yield idle_to_ack()
    yield tick_100k()


def _forward(number: int) -> bytes:
    buyer = replace(
        BATIPLUS, name=f"{_SECOND[number % 10]} {_FIRST[number // 10 % 20]} SA", email=_address(number), number=""
    )
    pdf = page(f"B-{number:05}", ATELIER, buyer, date(2026, 3, 2), 10_000 + number)
    pen = mails.Pen(BRUNO, MORNING, f"bench-{number}")
    mail = mails.letter(pen, AGENCY, "Facture", "A suivre.")
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"facture-{number}.pdf")
    return mail.as_bytes()


def _address(number: int) -> str:
    return f"compta@client{number % 200}.example"


@contextmanager
def _town() -> Iterator[Town]:
    folder = Path(tempfile.mkdtemp(prefix="relance-bench-"))
    try:
        with Town(folder) as town:
            town.settings()
            yield town
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _client(town: Town) -> IMAPClient:
    trust = ssl.create_default_context(cafile=str(town.dovecot.cert))
    client = IMAPClient("localhost", port=town.dovecot.imaps, ssl_context=trust)
    client.login(AGENCY, town.dovecot.password)
    return client


def ingest() -> Iterator[dict[str, object]]:
    """Messages a second from INBOX to acknowledgements queued and mails filed, beside three floors over the same mailbox.

    All floors fetch the same mails in batches and extract the text of their PDFs, and do nothing else: `ingest` with PDFium in one process,
    `imap_ingest` with as many readers beside the fetching as there are cores, `imap_ingest_plumber` so with pdfplumber.
    """
    with _town() as town:
        for number in range(MAILS):
            town.post(_forward(number))
        alone = _floor(town, lambda raws: [_texts(raw) for raw in raws])
        with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as readers:
            list(
                readers.map(_texts, [_forward(number) for number in range(50)])
            )  # as warm as the program's own readers are
            beside = _floor(town, lambda raws: readers.map(_texts, raws, chunksize=10))
            plumbed = _floor(town, lambda raws: readers.map(_plumbed, raws, chunksize=10))
        value = _handled(town)
    row: dict[str, object] = {"value": round(value, 1), "unit": "messages/s"}
    floors = (
        ("ingest", "PDFium's text", alone),
        ("imap_ingest", "PDFium's text on all cores", beside),
        ("imap_ingest_plumber", "pdfplumber's text on all cores", plumbed),
    )
    for name, how, floor in floors:
        told = {"name": name, "floor_name": f"batched fetch and {how}", "floor_value": round(floor, 1)}
        yield row | told | {"ratio": round(floor / value, 2)}


def _handled(town: Town) -> float:
    """Messages a second from INBOX to acknowledgements queued."""
    app = build(town.settings(), clock=SimulatedClock(MORNING))
    try:
        app.reader.warm()
        app.channels[0].mailbox.open()
        started = perf_counter()
        handled = 0
        while count := handle_waiting(app, app.channels[0]):
            handled += count
        taken = perf_counter() - started
        queued = sum(1 for _ in app.store.outbox([OutboxState.QUEUED]))
        assert handled == queued == MAILS, (handled, queued)
    finally:
        close(app)
    return handled / taken


def _floor(town: Town, read: Callable[[list[bytes]], Iterable[str]]) -> float:
    """Messages a second: fetched as the program fetches them, and their text read."""
    client = _client(town)
    started = perf_counter()
    client.select_folder("INBOX", readonly=True)
    uids = client.search()
    under_way: list[Iterable[str]] = []
    for first in range(0, len(uids), 50):
        answers = client.fetch(uids[first : first + 50], ["BODY.PEEK[]"]).values()
        under_way.append(read([answer[b"BODY[]"] for answer in answers]))
    texts = [text for some in under_way for text in some]
    taken = perf_counter() - started
    client.logout()
    assert len(texts) == len(uids)
    assert all("FACTURE" in text for text in texts)
    return len(uids) / taken


def _texts(raw: bytes) -> str:
    """The text of a mail's PDFs, by PDFium."""
    found = []
    for content in _pdfs(raw):
        with closing(pypdfium2.PdfDocument(content)) as document:
            found += [sheet.get_textpage().get_text_bounded() for sheet in document]
    return "\n".join(found)


def _plumbed(raw: bytes) -> str:
    """The text of a mail's PDFs, by pdfplumber."""
    found = []
    for content in _pdfs(raw):
        with pdfplumber.open(BytesIO(content)) as document:
            found += [sheet.extract_text() for sheet in document.pages]
    return "\n".join(found)


def _pdfs(raw: bytes) -> Iterator[bytes]:
    for part in email.message_from_bytes(raw).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "application/pdf" and isinstance(content, bytes):
            yield content


def idle_to_ack() -> dict[str, object]:
    """Seconds from delivery to the acknowledgement accepted by SMTP, median; floor: the server's own IDLE delay."""
    with _town() as town:
        floor = _idle_delay(town)
        ahead = (MORNING - datetime.now(UTC)).total_seconds()
        command = [sys.executable, "-m", "tests.walks.driver", str(town.folder / "config.toml"), str(ahead)]
        daemon = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            taken = []
            for number in range(WAKES + 1):
                time.sleep(8.0 if number == 0 else 1.5)
                before = len(town.smtp.mails)
                started = perf_counter()
                town.post(_forward(number))
                while len(town.smtp.mails) == before and perf_counter() - started < 60:
                    time.sleep(0.005)
                taken.append(perf_counter() - started)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)
    return _row("idle_to_ack", statistics.median(taken[1:]), "s", "IDLE delay of the server", floor)


def _idle_delay(town: Town) -> float:
    taken = []
    client = _client(town)
    client.select_folder("INBOX")
    for number in range(3):
        client.idle()
        client.idle_check(timeout=0.2)
        started = perf_counter()
        town.post(_forward(9_000 + number))
        while not client.idle_check(timeout=10):
            pass
        taken.append(perf_counter() - started)
        client.idle_done()
    client.delete_messages(client.search())
    client.expunge()
    client.logout()
    return statistics.median(taken)


def tick_100k() -> dict[str, object]:
    """Milliseconds to find that nothing is due among 100,000 open invoices; floor: one indexed look-up."""
    with _town() as town:
        state = town.folder / "state"
        state.mkdir(exist_ok=True)
        shutil.copy(built(100_000), state / "relance.db")
        (state / "relance.db").chmod(0o600)
        clock = SimulatedClock(NOW - timedelta(days=400))
        app = build(town.settings(), clock=clock, store=TinyStore.open(state / "relance.db"))
        try:
            taken, floors = [], []
            for _ in range(50):
                started = perf_counter()
                run_due(app)
                taken.append(perf_counter() - started)
                started = perf_counter()
                app.store.find([("number", "2026000001")])
                floors.append(perf_counter() - started)
        finally:
            close(app)
    return _row(
        "tick_100k", statistics.median(taken) * 1000, "ms", "one indexed look-up", statistics.median(floors) * 1000
    )


def _row(name: str, value: float, unit: str, floor_name: str, floor: float) -> dict[str, object]:
    row: dict[str, object] = {"name": name, "value": round(value, 3), "unit": unit, "floor_name": floor_name}
    return row | {"floor_value": round(floor, 3), "ratio": round(value / floor, 2)}
