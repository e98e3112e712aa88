"""`python -m benchmarks.load [MESSAGES=20000] [CREDITORS=500] [INVOICES=100000] [STATEMENTS=5000] [BOMB=10000] [LARGE=100] [ONLY=part]`.

Puts the whole program under load and prints a table: the start with large books, what an idle round costs, a mailbox full of every
sort of mail, one creditor's thousands before others' single mails, a mail bomb, very large mails, and a day of many statements.
Each part runs in a process of its own; seconds are of its processor (user and system), so that a busy machine tells the same.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from agent.backends.maildir import MaildirMailbox
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Mailbox, MessageRef
from agent.service.app import App, Channel
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.overview import overview
from agent.service.tick import run_due, set_timers
from agent.service.work import deliver, handle_waiting
from benchmarks.load_world import MAILDIR, NOW, QUIET, configured, creditor, fill, full_mailbox, mail_of, stranger
from tests.servers import Smtp, certificate
from tests.servers.smtp import PASSWORD, USER

SIZES = {"MESSAGES": 20_000, "CREDITORS": 500, "INVOICES": 100_000, "STATEMENTS": 5_000, "BOMB": 10_000, "LARGE": 100}
_MEGABYTE = 1_000_000
# The mails of creditors that come into the bomb: half of them behind it, half while it is dealt with.
_AMID = 20
_SMTP = """\
[[mailboxes]]
name = "load"
[mailboxes.inbox]
backend = "maildir"
path = "mailbox"
[mailboxes.outgoing]
backend = "smtp"
host = "localhost"
port = {port}
security = "starttls"
user = "{user}"
password_file = "word"
ca_file = "{cert}"
"""

Row = tuple[str, float, str]


@dataclass(frozen=True)
class Sizes:
    """How large everything is; `port` and `cert` are of the relay that takes the statements."""

    messages: int
    creditors: int
    invoices: int
    statements: int
    bomb: int
    large: int
    port: int = 0
    cert: str = ""


class Watched:
    """A mailbox that notes when each mail was filed, in seconds of the processor since the start."""

    def __init__(self, inner: Mailbox) -> None:
        self._inner, self.begun = inner, processor()
        self.name = inner.name
        self.filed: dict[str, float] = {}

    def file(self, ref: MessageRef, box: Box) -> None:
        self._inner.file(ref, box)
        self.filed[ref.id] = processor() - self.begun

    def file_all(self, refs: Sequence[MessageRef], box: Box) -> None:
        for ref in refs:
            self.file(ref, box)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@dataclass
class Town:
    """The program over local folders, with large books."""

    app: App
    mailbox: MaildirMailbox
    watched: Watched
    state: Path
    handled: int = 0

    def post(self, raw: bytes) -> str:
        """Drop a mail into the watched mailbox; the handle under which its filing is noted."""
        return self.mailbox.deliver(raw).id

    def work(self, rounds: int = 1_000_000) -> int:
        """Handle what waits, round after round, until nothing does; how many mails that were."""
        before = self.handled
        for _ in range(rounds):
            count = handle_waiting(self.app, self.app.channels[0])
            if not count:
                break
            self.handled += count
        return self.handled - before


def processor() -> float:
    """Seconds of the processor that this process and its ended children have taken."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def peak() -> float:
    """The peak memory of this process in MB; VmHWM, since ru_maxrss counts the parent that it was forked from."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024 / _MEGABYTE


@contextmanager
def town(folder: Path, sizes: Sizes, *, invoices: int, due: int = 0, at: datetime = QUIET) -> Iterator[Town]:
    """The program on books of so many invoices. Mail is written without waiting for the disk: the disk is not measured."""
    mailbox = _SMTP.format(port=sizes.port, user=USER, cert=sizes.cert) if sizes.port else MAILDIR
    (folder / "word").write_text(PASSWORD)
    (folder / "word").chmod(0o600)
    settings = configured(folder, sizes.creditors, mailbox)
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    if invoices or due:
        fill(settings.state_dir / "relance.db", sizes.creditors, invoices, due)
    app = build(settings, clock=SimulatedClock(at), rehearsal=True)
    mailbox_path = folder / "mailbox"
    inbox = MaildirMailbox(mailbox_path, durable=False)
    inbox.open()
    watched = Watched(inbox)
    app = replace(app, channels=(Channel(watched, app.channels[0].transport),))  # type: ignore[arg-type]
    try:
        yield Town(app, inbox, watched, settings.state_dir)
    finally:
        close(app)


def start(folder: Path, sizes: Sizes) -> Iterator[Row]:
    """From nothing to ready, and what the operator's glance and an idle round cost."""
    with town(folder, sizes, invoices=sizes.invoices) as made:
        settings = made.app.settings
        yield "start: timers of a first start", _seconds(lambda: set_timers(made.app)), "s"
        yield "start: timers of every other start", _seconds(lambda: set_timers(made.app)), "s"
        yield "status", _seconds(lambda: overview(made.app.store, settings, QUIET)), "s"
        run_due(made.app)
        yield "idle tick", _median(lambda: run_due(made.app)), "ms"
        yield "idle delivery", _median(lambda: deliver(made.app, made.app.channels[0])), "ms"
        mails = iter(range(10**9))
        yield "one mail, 1 kB, nothing else waiting", _median(lambda: _one(made, next(mails))), "ms"
        yield "peak memory", peak(), "MB"


def _one(made: Town, number: int) -> None:
    made.post(mail_of("words", number, number % 7, number))
    made.work()


def backlog(folder: Path, sizes: Sizes) -> Iterator[Row]:
    """A mailbox full of every sort of mail at the start."""
    with town(folder, sizes, invoices=sizes.invoices) as made:
        sorts: dict[str, list[str]] = {}
        debtors = max(sizes.invoices // 10, 1)
        for sort, raw in full_mailbox(sizes.messages, sizes.creditors, debtors):
            sorts.setdefault(sort, []).append(made.post(raw))
        books, documents = _books(made.state), _weight(made.state / "documents")
        begun, clock = processor(), time.monotonic()
        handled = made.work()
        assert handled == sizes.messages, (handled, sizes.messages)
        taken = processor() - begun
        yield "messages", handled, ""
        yield "a second of the processor", handled / taken, "messages"
        yield "a second of the clock", handled / (time.monotonic() - clock), "messages"
        queued = sum(1 for _ in made.app.store.outbox([OutboxState.QUEUED]))
        yield "answers queued", queued, ""
        yield "each, in the books", (_books(made.state) - books) / handled * 1024, "kB"
        yield "each, in the documents", (_weight(made.state / "documents") - documents) / handled * 1024, "kB"
        yield "state folder", _weight(made.state), "MB"
        yield "peak memory", peak(), "MB"


def fairness(folder: Path, sizes: Sizes) -> Iterator[Row]:
    """One creditor's thousands wait already when every other one writes a single mail."""
    with town(folder, sizes, invoices=0) as made:
        many = [made.post(mail_of("words", n, 0, n)) for n in range(sizes.messages // 4)]
        others = [made.post(mail_of("words", len(many) + n, n, n)) for n in range(1, sizes.creditors)]
        made.work()
        waits = sorted(made.watched.filed[id_] for id_ in others)
        order = list(made.watched.filed)
        yield "one creditor's mails", len(many), ""
        yield "other creditors' mails", len(others), ""
        yield "mails handled before the last of the others", order.index(max(others, key=order.index)) - len(others), ""
        yield "the others wait, longest", waits[-1], "s"
        yield "all are handled after", max(made.watched.filed.values()), "s"


def bomb(folder: Path, sizes: Sizes) -> Iterator[Row]:
    """Strangers' mails and as many in one creditor's name, unproved; creditors' mails come behind them and while they are handled."""
    with town(folder, sizes, invoices=0) as made:
        claimed = f"Owner <{creditor(0).email}>"
        for n in range(sizes.bomb):
            made.post(stranger(n))
            made.post(stranger(10**7 + n, sender=claimed))
        waits = _creditors_amid(made, sizes)
        handled = made.handled
        yield "messages", handled, ""
        yield "creditors' mails wait, longest", max(waits), "s"
        yield "creditors' mails wait, median", statistics.median(waits), "s"
        yield "all are handled after", max(made.watched.filed.values()), "s"
        yield "mails to anybody but the creditors", _queued_to(made, {creditor(n).email for n in range(1, _AMID)}), ""
        yield "state folder", _weight(made.state), "MB"
        yield "peak memory", peak(), "MB"


def large(folder: Path, sizes: Sizes) -> Iterator[Row]:
    """Strangers' mails of 20 MB each, and as many in one creditor's name."""
    with town(folder, sizes, invoices=0) as made:
        claimed = f"Owner <{creditor(0).email}>"
        for n in range(sizes.large):
            made.post(stranger(n, sender=claimed if n % 2 else "", size=14 * _MEGABYTE))
        waits = _creditors_amid(made, sizes)
        yield "messages of 20 MB", sizes.large, ""
        yield "creditors' mails wait, longest", max(waits), "s"
        yield "all are handled after", max(made.watched.filed.values()), "s"
        yield "state folder", _weight(made.state), "MB"
        yield "peak memory", peak(), "MB"


def _creditors_amid(made: Town, sizes: Sizes) -> list[float]:
    """Work through what waits while creditors write; how long each of their mails waited."""
    made.watched.begun = processor()
    people = max(sizes.creditors - 1, 1)
    posted = {made.post(mail_of("words", n, 1 + n % people, n)): 0.0 for n in range(_AMID // 2)}
    for n in range(_AMID // 2, _AMID):
        made.work(rounds=3)
        now = processor() - made.watched.begun
        posted[made.post(mail_of("words", n, 1 + n % people, n))] = now
    made.work()
    return [made.watched.filed[id_] - since for id_, since in posted.items()]


def _queued_to(made: Town, known: set[str]) -> int:
    return sum(1 for mail in made.app.store.outbox([OutboxState.QUEUED]) if not known & set(mail.to))


def statements(folder: Path, sizes: Sizes) -> Iterator[Row]:
    """A day on which thousands of statements are due: written, then handed to a relay as fast as it takes them."""
    with town(folder, sizes, invoices=sizes.invoices, due=sizes.statements, at=NOW) as made:
        books, documents = _books(made.state), _weight(made.state / "documents")
        begun = processor()
        run_due(made.app)
        written = processor() - begun
        queued = sum(1 for _ in made.app.store.outbox([OutboxState.QUEUED]))
        yield "statements written", queued, ""
        yield "each, to decide and write", written / max(queued, 1) * 1000, "ms"
        begun, clock = processor(), time.monotonic()
        sent = _sent(made)
        yield "mails sent", sent, ""
        yield "each, to look again and send", (processor() - begun) / max(sent, 1) * 1000, "ms"
        yield "each, by the clock", (time.monotonic() - clock) / max(sent, 1) * 1000, "ms"
        yield "a statement with its notice, in the books", (_books(made.state) - books) / max(queued, 1) * 1024, "kB"
        yield "and in the documents", (_weight(made.state / "documents") - documents) / max(queued, 1) * 1024, "kB"
        yield "state folder", _weight(made.state), "MB"
        yield "peak memory", peak(), "MB"


def _sent(made: Town) -> int:
    sent = 0
    while more := len(deliver(made.app, made.app.channels[0]).sent):
        sent += more
    return sent


PARTS = {p.__name__: p for p in (start, backlog, fairness, bomb, large, statements)}


def _seconds(act: Callable[[], object]) -> float:
    begun = processor()
    act()
    return processor() - begun


def _median(act: Callable[[], object], times: int = 30) -> float:
    return statistics.median(_seconds(act) for _ in range(times)) * 1000


def _weight(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / _MEGABYTE


def _books(state: Path) -> float:
    """MB of the books, with what the log still holds of them."""
    with closing(sqlite3.connect(state / "relance.db")) as books:
        ((pages, size),) = books.execute("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size")
    return float(pages * size) / _MEGABYTE


class _Forgetful(list[tuple[str, tuple[str, ...], bytes]]):
    """A relay's shelf that keeps nothing."""

    def append(self, mail: tuple[str, tuple[str, ...], bytes]) -> None:
        """Forget it."""


def measured(part: str, sizes: Mapping[str, int]) -> list[Row]:
    """What one part measured, in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="relance-load-"))
    try:
        cert = certificate(folder)
        with Smtp(None, cert, "starttls", login=True) as sink:
            sink.mails = _Forgetful()
            told = {name.lower(): size for name, size in sizes.items()}
            words = json.dumps(told | {"port": sink.port if part == "statements" else 0, "cert": str(cert[0])})
            command = [sys.executable, "-m", "benchmarks.load", f"PART={part}", words, str(folder)]
            said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [(str(name), float(value), str(unit)) for name, value, unit in map(json.loads, said.splitlines())]


def table(part: str, rows: Iterable[Row]) -> str:
    """The rows of one part, for people."""
    lines = [f"{part}: {(PARTS[part].__doc__ or '').splitlines()[0]}"]
    lines += [
        f"  {name:<48} {value:>12,.{0 if value == int(value) else 2}f} {unit}".rstrip() for name, value, unit in rows
    ]
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """0 when everything was measured."""
    given = dict(word.split("=", 1) for word in words if "=" in word and not word.startswith("{"))
    if "PART" in given:
        for row in PARTS[given["PART"]](Path(words[2]), Sizes(**json.loads(words[1]))):
            print(json.dumps(row), flush=True)
        return 0
    unknown = set(given) - set(SIZES) - {"ONLY"}
    if unknown or not set(given.get("ONLY", "start").split(",")) <= set(PARTS):
        print(__doc__, file=sys.stderr)
        return 2
    sizes = SIZES | {name: int(value) for name, value in given.items() if name in SIZES}
    for part in given["ONLY"].split(",") if given.get("ONLY") else PARTS:
        print(table(part, measured(part, sizes)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
