"""What the sandbox costs: time on top of reading itself, and memory of the daemon and of its child over thousands of documents."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import cycle
from pathlib import Path

from agent.domain.parties import Creditor
from agent.intake.extract import File
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from agent.service.documents import Rooms
from agent.service.reader import Reader
from agent.service.sandbox import Result, Sandbox
from benchmarks.sample_invoices import made_pdfs, made_xml

NAMES = ("sandbox_overhead", "daemon_memory_10k", "child_memory_10k")
DOCUMENTS = 10_000
STEP = 1_000
ROUNDS = 15

Row = dict[str, object]


def run() -> Iterator[Row]:
    """Milliseconds a document beside reading without a sandbox; resident MB after 10,000 documents beside those after 1,000."""
    yield _overhead()
    daemon, child = _memory(DOCUMENTS)
    yield _grown("daemon_memory_10k", daemon)
    yield _grown("child_memory_10k", child)


def _overhead() -> Row:
    """The cost of the way into a warm child and back, for PDFs and XML in equal parts."""
    documents = [Document("x", "", content) for content in (*made_pdfs(), *made_xml()[: len(made_pdfs())])]
    context = ParserContext()
    with Sandbox() as sandbox:
        sandbox.run(read_document, documents[0], context)
        inside = _time(documents, lambda document: sandbox.run(read_document, document, context))
    outside = _time(documents, lambda document: read_document(document, context))
    return {
        "name": "sandbox_overhead",
        "value": round(inside - outside, 3),
        "unit": "ms",
        "floor_name": "reading without the sandbox",
        "floor_value": round(outside, 3),
        "ratio": round((inside - outside) / outside, 3),
    }


def _time(documents: list[Document], work: Callable[[Document], object]) -> float:
    """The milliseconds that a document takes on average, each in the best of its rounds."""
    best = [float("inf")] * len(documents)
    for _ in range(ROUNDS):
        for place, document in enumerate(documents):
            begun = time.perf_counter()
            work(document)
            best[place] = min(best[place], time.perf_counter() - begun)
    return sum(best) / len(best) * 1000


def _memory(count: int) -> tuple[list[float], list[float]]:
    """Resident MB of this process and of the parsing child after each thousand documents, no two of them the same."""
    daemon: list[float] = []
    child: list[float] = []
    creditor = Creditor("bench", "Relance SRL", ())
    with Rooms.of() as rooms:
        reader = Reader(rooms, 20)
        for number, file in zip(range(1, count + 1), _files(), strict=False):
            reader.expect([file], creditor)
            reader.invoices(file, creditor)
            if number % STEP == 0:
                pid = rooms.plain.run(os.getpid)
                daemon.append(_resident(os.getpid()))
                child.append(_resident(pid.value) if isinstance(pid, Result) else 0.0)
                print(f"{number:6} documents: daemon {daemon[-1]:.1f} MB, child {child[-1]:.1f} MB", file=sys.stderr)
        reader.close()
    return daemon, child


def _files() -> Iterator[File]:
    """Small invoices without end: nine in XML, then a PDF."""
    pdfs = cycle(made_pdfs())
    for number, content in enumerate(cycle(made_xml()), 1):
        if number % 10:
            file = File(f"{number}.xml", "application/xml", content + b"<!-- %d -->" % number, "", "xml")
        else:
            file = File(f"{number}.pdf", "application/pdf", next(pdfs) + b"\n%% %d" % number, "", "pdf")
        yield replace(file, sha256=sha256(file.content).hexdigest())


def _resident(pid: int) -> float:
    """The resident memory of a process in MB (proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _grown(name: str, megabytes: list[float]) -> Row:
    return {
        "name": name,
        "value": round(megabytes[-1], 1),
        "unit": "MB",
        "floor_name": "after the first thousand",
        "floor_value": round(megabytes[0], 1),
        "ratio": round(megabytes[-1] / megabytes[0], 3),
    }
