"""Whatever befalls the server of a database, a commit is there whole or not at all; what was acknowledged stays, and trying again is safe."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from unittest import SkipTest

import psycopg
import pytest

from agent.domain.ledger import replay
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import AlreadyDone, Conflict
from agent.store.tinydb_store import TinyStore
from tests.properties.test_store_crash import begin, judge, step
from tests.servers.postgres import Postgres
from tests.store.builders import contact, folded, mail, opened, paid, promised, record, registered
from tests.store.conftest import SmallDisk, mounted
from tests.store.grounds import opened_again

OTHERS_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"


@pytest.fixture(scope="module")
def server():
    """A server of our own, that may be stopped and frozen."""
    with Postgres() as made:
        yield made


def done_again(store, commit):
    """The commit, tried until it is there: done now, or met as done."""
    end = time.monotonic() + 30
    while True:
        try:
            return store.commit(commit)
        except (Conflict, AlreadyDone):
            return 0
        except TemporaryError:
            assert time.monotonic() < end
            time.sleep(0.02)


def last_of(store):
    """How many steps are in the books, as soon as they can be asked."""
    end = time.monotonic() + 30
    while True:
        try:
            return int(store.note("last") or "0")
        except TemporaryError:
            assert time.monotonic() < end
            time.sleep(0.02)


@pytest.mark.kill
def test_a_server_that_is_stopped_at_once_and_started_again_loses_nothing(server):
    """`immediate`, as when the machine goes away, at random moments of one who commits without pause and goes on by himself."""
    chance, place = random.Random(20261122), server.schema()
    store = TinyStore.open(place)
    begin(store)
    acknowledged, over = 0, threading.Event()

    def deaths():
        for _ in range(3):
            time.sleep(chance.uniform(0.05, 0.2))
            server.stop("immediate")
            server.start()
        over.set()

    killer = threading.Thread(target=deaths)
    killer.start()
    while not over.is_set():
        try:
            step(store, acknowledged + 1)
        except TemporaryError:
            # what was under way when it died is there, or is not: the books say
            found = last_of(store)
            assert acknowledged <= found <= acknowledged + 1
            acknowledged = found
            continue
        acknowledged += 1
    killer.join()
    store.close()
    assert judge(place, acknowledged) > 0


@pytest.mark.kill
def test_a_server_whose_every_process_is_killed_loses_nothing(server):
    """SIGKILL, of the postmaster first: it recovers, and the books are those that were acknowledged."""
    place = server.schema()
    store = TinyStore.open(place)
    begin(store)
    for number in range(1, 9):
        step(store, number)
    processes = processes_of(server)
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with pytest.raises(TemporaryError):
        step(store, 9)
    for pid in processes:
        while Path(f"/proc/{pid}/exe").exists():
            time.sleep(0.01)
    # where nobody buries the dead, their numbers are taken for the living
    for left in (server.data / "postmaster.pid", *server.folder.glob(".s.PGSQL.*.lock")):
        left.unlink()
    server.start()
    assert last_of(store) == 8
    step(store, 9)
    store.close()
    judge(place, 9)


def processes_of(server):
    """The postmaster and its children."""
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    return [postmaster, *map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())]


@contextmanager
def frozen(server):
    """A stretch in which no process of the server moves; its sockets stay open."""
    pids = processes_of(server)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def test_a_frozen_server_answers_late_and_once(server):
    """A commit waits for it and is there once; whoever comes meanwhile is told to come back, within the time of the address."""
    place = server.schema()
    store = TinyStore.open(place)
    begin(store)
    ended = []
    waiting = threading.Thread(target=lambda: ended.append(step(store, 1)))
    with frozen(server):
        waiting.start()
        with pytest.raises(TemporaryError, match="cannot be reached"):
            TinyStore.open(f"{place}&connect_timeout=2", read_only=True)
        assert ended == []
    waiting.join(30)
    assert ended == [None]
    store.close()
    judge(place, 1)


class Line:
    """The line between a worker and the server: it is cut before or after the COMMIT that comes next passes, or after the server's answer.

    The connection is one socket to a folder of its own, as PostgreSQL names them.
    """

    def __init__(self, server):
        self.server, self.cut, self.cuts = server, "", 0
        self.folder = Path(tempfile.mkdtemp(prefix="line-"))
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.folder / ".s.PGSQL.5432"))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def place(self):
        """The address of a new store at the other end."""
        return self.server.schema().replace(str(self.server.folder), str(self.folder))

    def close(self):
        self._socket.close()
        shutil.rmtree(self.folder)

    def _serve(self):
        with suppress(OSError):
            while True:
                here, _ = self._socket.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(str(self.server.folder / ".s.PGSQL.5432"))
                ends = (here, there)
                for way in ((self._to, *ends), (self._back, *ends)):
                    threading.Thread(target=self._guarded, args=way, daemon=True).start()

    @staticmethod
    def _guarded(way, here, there):
        with suppress(OSError):
            way(here, there)
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _to(self, here, there):
        commit = b"COMMIT\0"
        while sent := here.recv(1 << 16):
            if prepared := re.search(rb"(\w+)\0COMMIT\0", sent):
                commit = b"\0%b\0" % prepared[1]  # from now on it is told by its name
            if self.cut and commit in sent:
                kind, self.cut = self.cut, ""
                self.cuts += 1
                if kind == "before":
                    return
                there.sendall(sent)
                if kind == "after":
                    # the server gets it and does it; its answer finds nobody
                    there.shutdown(socket.SHUT_WR)
                    here.shutdown(socket.SHUT_RDWR)
                    while there.recv(1 << 16):
                        pass
                    return
            else:
                there.sendall(sent)

    @staticmethod
    def _back(here, there):
        while answered := there.recv(1 << 16):
            here.sendall(answered)


@pytest.fixture
def line(server):
    made = Line(server)
    yield made
    made.close()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_line_cut_at_the_commit_leaves_it_known_when_tried_again(line, moment):
    """Whether it was done nobody is told: tried again it is done, or met as done; each part of it is there once."""
    store = TinyStore.open(line.place())
    begin(store)
    commit = folded(
        [promised("acme-1"), paid("acme-1", "5.00")],
        store.ledger(["acme-1"]),
        outgoing=(mail("once"),),
        message=record("m-once"),
        notes={"a": "1"},
    )
    line.cut = moment
    with pytest.raises(TemporaryError):
        store.commit(commit)
    assert line.cuts == 1
    before = sum(1 for _ in store_events(store))
    done_again(store, commit)
    assert sum(1 for _ in store.events()) == 7 + 2
    assert before == (7 if moment == "before" else 9)
    assert (len(list(store.messages())), len(list(store.outbox(OutboxState)))) == (1, 1)
    for refused in (commit, replace(commit, events=(), states=())):
        with pytest.raises((Conflict, AlreadyDone)):
            store.commit(refused)
    assert store.verify() == []
    store.close()


def store_events(store):
    """The events, as soon as the books can be asked again."""
    last_of(store)
    return store.events()


def test_a_line_cut_while_one_looks_leaves_the_index_whole(server):
    """Who could not ask what is indexed asks again; what he writes then is found by everybody."""
    place = server.schema()
    store = TinyStore.open(place)
    begin(store)
    store.db.ground.undone += 1
    with psycopg.connect(place, autocommit=True) as other:
        other.execute(OTHERS_END)
    with pytest.raises(TemporaryError):
        store.note("last")
    last_of(store)
    step(store, 1)
    store.close()
    judge(place, 1)


def test_a_document_whose_answer_was_cut_is_kept_once(line):
    """Writing it again is writing nothing."""
    store = TinyStore.open(line.place())
    name = store.put_document(b"pdf")
    with psycopg.connect(line.server.address, autocommit=True) as other:
        other.execute(OTHERS_END)
    with pytest.raises(TemporaryError):
        store.put_document(b"pdf")
    last_of(store)
    assert store.put_document(b"pdf") == name
    assert list(store.documents.names()) == [name]
    store.close()


@pytest.mark.parametrize("seed", range(4))
def test_random_commits_through_random_kills_are_those_of_a_model(server, seed):
    """The server's process for us is ended at random moments: after each retry the books are what the commits say, no more and no less."""
    dice, place = random.Random(seed), server.schema()
    store, model = TinyStore.open(place), Model()
    with psycopg.connect(place, autocommit=True) as other:
        for number in range(30):
            commit = model.next(dice, number)
            killer = threading.Timer(dice.uniform(0.0, 0.02), other.execute, (OTHERS_END,))
            if dice.random() < 0.7:
                killer.start()
            done_again(store, commit)
            killer.cancel()
            if killer.ident is not None:
                killer.join()
            model.done(commit)
    store.close()
    store = opened_again(place)
    assert model.differences(store) == []
    assert store.verify() == []
    store.close()


class Model:
    """What a store should hold, kept in plain lists and dictionaries."""

    def __init__(self):
        self.events, self.notes, self.mails, self.records = [], {}, {}, {}

    def next(self, dice, number):
        """A commit of some kind that may follow; each bears something by which it is known as done."""
        debtor = f"acme-d{number}"
        events = (
            [opened(debtor, name=f"Debtor {number}"), contact(f"x{number}@x.example", debtor)]
            if dice.random() < 0.5
            else []
        )
        known = sorted({e.item for e in self.events if hasattr(e, "invoice")})
        events += [registered(f"n{number}")] if dice.random() < 0.5 else []
        if known and dice.random() < 0.6:
            events.append(paid(dice.choice(known), f"{dice.randint(1, 9)}.00"))
        mails = tuple(mail(f"k{number}-{n}") for n in range(dice.randint(0, 2)))
        notes = {f"n{dice.randint(0, 5)}": str(number)}
        return folded(events, replay(self.events), outgoing=mails, message=record(f"m{number}"), notes=notes)

    def done(self, commit):
        """Remember it."""
        self.events += commit.events
        self.notes |= commit.notes
        self.mails |= {m.key: m for m in commit.outgoing}
        self.records[commit.message.key] = commit.message

    def differences(self, store):
        """What a store holds otherwise."""
        told = {
            "events": [entry.event for entry in store.events()] == self.events,
            "numbers": [entry.seq for entry in store.events()] == list(range(1, len(self.events) + 1)),
            "notes": {key: store.note(key) for key in self.notes} == self.notes,
            "mails": {m.key: m for m in store.outbox(OutboxState)} == self.mails,
            "records": {r.key: r for r in store.messages()} == self.records,
        }
        return [name for name, same in told.items() if not same]


def first_that_failed(store):
    """Commit until it fails, which passes; the number of that step."""
    for number in range(1, 3000):
        try:
            step(store, number)
        except TemporaryError:
            return number
    raise AssertionError("the disk is never full")


class OnASmallDisk(Postgres):
    """A server whose data lie on a disk that can be filled."""

    segments = 1

    def furnish(self):
        if not mounted(self.folder, "80m"):
            raise SkipTest("no small disk can be mounted here")

    def __exit__(self, *rest):
        self.stop("immediate")
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
        super().__exit__(*rest)

    def up(self):
        """Start it unless it runs: where its log has no room, the server ends."""
        with suppress(RuntimeError):
            self.start()


@pytest.fixture
def cramped():
    """A server on a disk of its own."""
    with OnASmallDisk(max_wal_size="4MB", min_wal_size="2MB", shared_buffers="8MB") as made:
        yield made


@pytest.mark.parametrize("left", [0, 64, 600])
def test_a_full_disk_of_the_server_stops_commits_and_spoils_none(cramped, left):
    """Commits fail whole and pass as temporary, whether tables or the server's own log find no room; with room again they succeed."""
    place = cramped.schema()
    store, disk = TinyStore.open(place), SmallDisk(cramped.folder)
    begin(store)
    disk.leave(left * 1024)
    number = first_that_failed(store)
    for _ in range(3):
        with pytest.raises(TemporaryError):
            store.put_document(b"y" * 3_000_000)
    disk.clear()
    cramped.up()
    done = last_of(store)
    assert number - 1 <= done <= number
    step(store, done + 1)
    name = store.put_document(b"y" * 3_000_000)
    assert list(store.documents.names()) == [name]
    store.close()
    judge(place, done + 1)
