"""A worker's claims on PostgreSQL end when it does not hold on to them, whether it could say so or not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from agent.errors import TemporaryError
from agent.store.postgres import PostgresDatabase
from agent.store.postgres_claims import PostgresClaims
from tests.servers.postgres import Postgres

LEASE = 0.6


@contextmanager
def claims_at(address: str) -> Iterator[PostgresClaims]:
    """The claims of one more worker."""
    database = PostgresDatabase(address, shared=True)
    claims = PostgresClaims(database, LEASE)
    try:
        yield claims
    finally:
        claims.close()
        database.close()


def taken_within(claims: PostgresClaims, name: str, seconds: float) -> bool:
    """Whether it could be claimed."""
    end = time.monotonic() + seconds
    while not claims.take([name], 1):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_what_is_in_use_is_not_taken_however_long_it_lasts(postgres: Postgres) -> None:
    """A worker that is heard of keeps its claim beyond the lease."""
    address = postgres.schema()
    with claims_at(address) as one, claims_at(address) as other:
        assert one.take(["lane"], 1) == ["lane"]
        assert not taken_within(other, "lane", 3 * LEASE)
        one.give_back(["lane"])
        assert taken_within(other, "lane", 0.0)


def test_what_could_not_be_given_back_is_free_after_the_lease(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away just then: others can claim it, and so can the worker itself, which lives on."""
    address = postgres.schema()
    with claims_at(address) as one, claims_at(address) as other:

        def away(*_: object) -> None:
            raise TemporaryError("away")

        assert one.take(["lane", "way"], 2) == ["lane", "way"]
        with monkeypatch.context() as patched:
            patched.setattr(one._database, "execute", away)
            one.give_back(["lane", "way"])
        assert taken_within(other, "lane", 4 * LEASE)
        assert taken_within(one, "way", 4 * LEASE)


def test_what_a_clock_that_was_ahead_put_far_off_is_free_once_it_is_right(postgres: Postgres) -> None:
    """The server's clock was days ahead while a worker took it, who died; nobody waits for those days."""
    address = postgres.schema()
    with claims_at(address) as other:
        for ahead, free in (("90 minutes", False), ("3 days", True)):
            with psycopg.connect(address, autocommit=True) as dead:
                dead.execute(
                    """INSERT INTO "@claims" VALUES ('lane', 'dead', 0, clock_timestamp() + %s::interval)
                    ON CONFLICT (name) DO UPDATE SET until = excluded.until""",
                    (ahead,),
                )
            assert bool(other.take(["lane"], 1)) is free
