"""Claims of several workers in one database: rows with a holder and an end, taken with SKIP LOCKED and renewed by a thread of their own.

Time is the database's alone. A claim whose end passed is another's for the taking; its holder, who may only have been paused, is not
asked. What that one commits afterwards is refused: each commit renews the claims that it is made under, in its own transaction, and
until that ends nobody can take them.
"""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent.errors import AgentError
from agent.store.claims import SoleClaims
from agent.store.indexed_rows import number
from agent.store.postgres import PostgresDatabase

_LOG = logging.getLogger("relance.claims")
_MADE = (
    """CREATE TABLE IF NOT EXISTS "@claims" (
        name text PRIMARY KEY, holder text NOT NULL, fence bigint NOT NULL, until timestamptz NOT NULL)""",
    'CREATE SEQUENCE IF NOT EXISTS "@fence"',
    """CREATE OR REPLACE FUNCTION "@confirm"(names text[], fences bigint[], lease float) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE kept integer;
    BEGIN
        UPDATE "@claims" c SET until = clock_timestamp() + lease * interval '1 second'
        FROM unnest(names, fences) AS mine (name, fence) WHERE c.name = mine.name AND c.fence = mine.fence;
        GET DIAGNOSTICS kept = ROW_COUNT;
        IF kept < cardinality(names) THEN
            RAISE EXCEPTION 'another worker took over' USING ERRCODE = 'RL001', DETAIL = array_to_string(names, ', ');
        END IF;
    END $$""",
)
# No lease is as long as two hours: an end beyond was told by a clock that was ahead, and nobody is to wait for it.
_TAKE = """
WITH wanted AS (SELECT name, place FROM unnest(%s::text[]) WITH ORDINALITY AS w (name, place)),
    lapsed AS (
        UPDATE "@claims" c SET holder = %s, fence = nextval('"@fence"'), until = clock_timestamp() + %s * interval '1 second'
        FROM (
            SELECT name FROM "@claims" JOIN wanted USING (name)
            WHERE until NOT BETWEEN clock_timestamp() AND clock_timestamp() + interval '2 hours'
            ORDER BY place LIMIT %s FOR UPDATE OF "@claims" SKIP LOCKED) free
        WHERE c.name = free.name RETURNING c.name, c.fence),
    fresh AS (
        INSERT INTO "@claims" SELECT name, %s, nextval('"@fence"'), clock_timestamp() + %s * interval '1 second'
        FROM (
            SELECT name FROM wanted WHERE NOT EXISTS (SELECT 1 FROM "@claims" c WHERE c.name = wanted.name)
            ORDER BY place LIMIT %s) new
        ON CONFLICT DO NOTHING RETURNING name, fence)
SELECT name, fence FROM lapsed UNION ALL SELECT name, fence FROM fresh
"""
_KEPT = 'SELECT c.name FROM "@claims" c JOIN unnest(%s::text[], %s::bigint[]) AS mine (name, fence) USING (name, fence)'
_CONFIRM = 'SELECT "@confirm"(%s, %s, %s)'
_RENEW = """
UPDATE "@claims" c SET until = clock_timestamp() + %s * interval '1 second'
FROM (
    SELECT name FROM "@claims" JOIN unnest(%s::text[], %s::bigint[]) AS kept (name, fence) USING (name, fence)
    FOR UPDATE OF "@claims" SKIP LOCKED) mine
WHERE c.name = mine.name
"""
_SWEEP = """DELETE FROM "@claims" WHERE until < clock_timestamp() - interval '1 day'"""
_GIVE_BACK = 'DELETE FROM "@claims" c USING unnest(%s::text[], %s::bigint[]) AS mine (name, fence)'
_GIVE_BACK += " WHERE c.name = mine.name AND c.fence = mine.fence"


@dataclass(slots=True)
class _Stretch:
    """A stretch of work under claims: their names, and the notes as it was told them."""

    names: tuple[str, ...]
    told: dict[str, str | None] = field(default_factory=dict)


class PostgresClaims(SoleClaims):
    """The claims of one worker; `lease` is the time in seconds after which one that is not heard of loses them."""

    shared = True

    def __init__(self, database: PostgresDatabase, lease: float) -> None:
        self._stretch: _Stretch | None = None
        self._database, self._lease = database, lease
        self._holder = f"{socket.gethostname()} {uuid.uuid4().hex}"
        self._fences: dict[str, int] = {}
        with database.first_transaction():
            for statement in _MADE:
                database.execute(statement)
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="claims", daemon=True)
        self._beating.start()

    def take(self, names: Sequence[str], most: int) -> Sequence[str]:
        """Those of these names that are ours from now on or were already, in their order."""
        self._forget_lost(names)
        wanted = [name for name in names if name not in self._fences]
        if wanted:
            terms = (self._holder, self._lease, most)
            found = self._database.execute(_TAKE, (wanted, *terms, *terms))
            self._fences |= {str(name): number(fence) for name, fence in found}
        return [name for name in names if name in self._fences]

    def _forget_lost(self, names: Sequence[str]) -> None:
        """What went to another while this worker was not heard of is not this one's because it once was."""
        held = {name: self._fences[name] for name in names if name in self._fences}
        if held:
            kept = {name for (name,) in self._database.execute(_KEPT, (list(held), list(held.values())))}
            for name in held.keys() - kept:
                del self._fences[name]

    def give_back(self, names: Sequence[str]) -> None:
        """Let others take them. When the database cannot be told, they end by themselves."""
        mine = {name: self._fences.pop(name) for name in names if name in self._fences}
        if mine:
            with suppress(AgentError):
                self._database.execute(_GIVE_BACK, (list(mine), list(mine.values())))

    @contextmanager
    def under(self, *names: str) -> Iterator[None]:
        """A stretch of work; one within another asks for its own names, and knows what the outer one was told."""
        outer = self._stretch
        self._stretch = _Stretch(names) if outer is None else _Stretch(names, outer.told)
        try:
            yield
        finally:
            self._stretch = outer

    def tell(self, key: str, value: str | None) -> None:
        """Remember that the work of this stretch goes by this value of a note."""
        if self._stretch is not None:
            self._stretch.told[key] = value

    @property
    def told(self) -> Mapping[str, str | None]:
        """The notes that this stretch goes by: another's change of them makes its commit a Conflict."""
        return {} if self._stretch is None else self._stretch.told

    def confirm(self) -> None:
        """Keep the claims of this stretch until the transaction ends, which ends in ClaimLost when one is another's, or was."""
        names = () if self._stretch is None else self._stretch.names
        if names:
            self._database.do(_CONFIRM, (list(names), [self._fences.get(name, 0) for name in names], self._lease))

    def now(self) -> datetime:
        """The moment by the database's clock, by which claims end."""
        ((epoch,),) = self._database.execute("SELECT extract(epoch FROM clock_timestamp())::bigint")
        return datetime.fromtimestamp(number(epoch), UTC)

    def close(self) -> None:
        """Give all of them back; never raises."""
        self._over.set()
        self._beating.join(timeout=self._lease)
        self.give_back(list(self._fences))

    def _beat(self) -> None:
        """Be heard of while the loop is busy with one mail, over a connection of its own."""
        beside: PostgresDatabase | None = None
        while not self._over.wait(self._lease / 4):
            try:
                beside = beside or self._database.beside()
                kept = dict(self._fences)  # not what could not be given back: that ends
                beside.execute(_RENEW, (self._lease, list(kept), list(kept.values())))
                beside.execute(_SWEEP)
            except AgentError as error:
                _LOG.debug("the claims are not renewed: %s", error)
        if beside is not None:
            beside.close()
