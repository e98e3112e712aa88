"""Servers that several rooms' tests share, each started once in a test process, with a user of its own for each test; the order of the files."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import Dovecot
from tests.servers.nurseries import Nurseries
from tests.servers.postgres import Postgres
from tests.servers.tokens import AUDIENCE, KEY

# On a busy machine any example may take its time; that is no failure. A profile that somebody chose before stays.
if settings().deadline is not None:
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")

# a server of the year 2003: none of MOVE, UIDPLUS, IDLE, and folders below INBOX
BARE = "imap_capability = IMAP4rev1 NAMESPACE LITERAL+ AUTH=PLAIN"

# The rooms whose files take longest. Processes that share the suite begin with them, so that none is left alone with one at the end.
LONGEST = ("workers", "torture", "walks", "roles", "hostile", "contracts", "properties", "store", "service")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The files of the longest rooms first, where several processes share the suite."""
    if hasattr(config, "workerinput"):
        rooms = {room: place for place, room in enumerate(LONGEST)}
        items.sort(key=lambda item: rooms.get(item.path.relative_to(config.rootpath).parts[1], len(rooms)))


@pytest.fixture(scope="session", autouse=True)
def nurseries() -> Iterator[None]:
    """Programs built in this process have their parsers from a nursery that is warm already."""
    with Nurseries():
        yield


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot; `dovecot.fresh_user()` gives a fresh address."""
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; `postgres.schema()` gives the address of a new empty store."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def bare_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that offers the oldest IMAP only, with folders below `INBOX.`."""
    with Dovecot(extra=BARE, separator=".", prefix="INBOX.") as server:
        yield server


@pytest.fixture(scope="session")
def token_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that takes signed tokens instead of passwords."""
    with Dovecot(tokens=(AUDIENCE, KEY)) as server:
        yield server


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A fresh address on the Dovecot."""
    return dovecot.fresh_user()
