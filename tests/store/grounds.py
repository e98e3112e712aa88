"""The two grounds for tests that kill: new places, books that open again after a death, and a process that dies before its n-th step."""

import os
import shutil
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from agent.errors import TemporaryError
from agent.store.copies import make_copy
from agent.store.engine import SqliteFile
from agent.store.ledger_storage import LedgerDB
from agent.store.moving import fingerprint
from agent.store.postgres_exchange import Exchange
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW

# Seconds for which a lock may outlive the process that was killed with it.
_OUTLIVES = 20.0


def kept_in(folder):
    """What keeps a database's older books in this folder."""
    return lambda store, name: make_copy(store, folder / name, NOW)


def opened_again(place, keep=None):
    """The store there, once the server noticed that whoever held it is dead, or is up again itself."""
    end = time.monotonic() + _OUTLIVES
    while True:
        try:
            return TinyStore.open(place, keep=keep)
        except TemporaryError:
            if time.monotonic() > end:
                raise
            time.sleep(0.005)


class Files:
    """Places in a folder; every step of a work is tried as the last."""

    name = "file"

    def __init__(self, folder):
        self._folder, self._numbers = folder, count(1)

    def new(self):
        """Where a new store may be made."""
        return self._folder / f"books-{next(self._numbers)}" / "relance.db"

    def again(self, prepare):
        """Yields the same books for ever, as `prepare` made them."""
        first = self.new()
        prepare(first)
        while True:
            place = self.new()
            shutil.copytree(first.parent, place.parent)
            yield place
            shutil.rmtree(place.parent)

    @staticmethod
    def further(step):
        """The step before which it dies after this one."""
        return step + 1

    def folder_of(self, place):
        """Where files about the store there may be put."""
        return place.parent

    @staticmethod
    def watched(counted):
        """Have every step that matters go through `counted`, in this process."""
        SqliteFile.execute = counted(SqliteFile.execute)


class Databases:
    """Schemas of one server. What is asked over the network is sampled, ever more thinly: a transaction has one end only."""

    name = "database"

    def __init__(self, server, folder):
        self._server, self._folder, self._numbers = server, folder, count(1)

    def new(self):
        """Where a new store may be made."""
        name = f"k{next(self._numbers)}_{os.getpid()}"
        with psycopg.connect(self._server.address, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return f"{self._server.address}&options=-csearch_path%3D{name}"

    def again(self, prepare):
        """Yields the same books for ever, as `prepare` made them."""
        place, before = self._prepared(prepare)
        while True:
            yield place
            if self._state(place) != before:
                place, before = self._prepared(prepare)

    @staticmethod
    def further(step):
        """The step before which it dies after this one; with EVERY_STEP=1 in the environment, the next."""
        return step + (1 if os.environ.get("EVERY_STEP") else max(1, step // 6))

    def folder_of(self, place):
        """Where files about the store there may be put."""
        folder = self._folder / place.rpartition("%3D")[2]
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @staticmethod
    def watched(counted):
        """Have every step that matters go through `counted`, in this process."""
        psycopg.Connection.execute = counted(psycopg.Connection.execute)
        # before each statement, and before the answers to those that left together
        Exchange._send = counted(Exchange._send)
        Exchange._arrive = counted(Exchange._arrive)

    def _prepared(self, prepare):
        place = self.new()
        prepare(place)
        return place, self._state(place)

    def _state(self, place):
        shutil.rmtree(self.folder_of(place))
        try:
            store = TinyStore.open(place, read_only=True)
        except Exception:  # no books yet, or older ones: they are looked at by what follows
            return None
        try:
            return fingerprint(store.db), list(store.documents.names())
        finally:
            store.close()


def dying(ground, place, operation, step):
    """Run the operation on this store in a process that dies before its n-th step; whether it came to its end before that."""
    child = os.fork()
    if child == 0:
        code = 2
        try:
            die_before(ground, step)
            operation(place)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status in (0, 9), f"the operation failed by itself: {status}"
    return status == 0


def die_before(ground, step):
    """Count statements, syncs and renames from here on, and kill this process before the n-th."""
    left = [step]

    def counted(function):
        def call(*args, **kwargs):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), 9)
            return function(*args, **kwargs)

        return call

    ground.watched(counted)
    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)


@contextmanager
def opened_with_patience(place):
    """The documents there, of whatever schema, once nobody else holds them."""
    end = time.monotonic() + _OUTLIVES
    while True:
        try:
            db = LedgerDB(place)
            break
        except TemporaryError:
            if time.monotonic() > end:
                raise
            time.sleep(0.005)
    with db:
        yield db
