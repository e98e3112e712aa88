"""A PostgreSQL database as the ground under the store: many workers on many machines, each with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from agent.errors import AgentError, ConfigError, CorruptStore, NewerStore, PermanentError, StoreAway, TemporaryError
from agent.ports import ClaimLost, Conflict
from agent.store.ground import Row
from agent.store.postgres_connection import connected
from agent.store.postgres_exchange import Asked, Exchange

# Held as long as the connection lives: whoever loses the one loses the other, and its unfinished commit with them.
_WRITER = "SELECT pg_try_advisory_lock{}(hashtext('writer'), hashtext(current_schema()))"
# A plan made once: none of what a commit asks by its index has a better one for other values, and making it costs as much as following it.
_PLANNED = "SET LOCAL plan_cache_mode = force_generic_plan"
# A commit of its own that changes nothing: it ends when the log is where a commit must be, with all that stands before it there.
_ON_DISK = "SELECT pg_logical_emit_message(true, 'relance', '')"
# The server's word for a commit under a claim that is another's (agent.store.postgres_claims).
CLAIM_LOST = "RL001"
_LOST_RACE = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
# Driver and server disagree about what was prepared on this connection: another one knows nothing of it.
_OUT_OF_STEP = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement)
_PASSING = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,  # the one that was asked is a standby now
    errors.IdleInTransactionSessionTimeout,
    *_OUT_OF_STEP,
)
# An error (and no answer to wait for) where a newer program has brought the books forward meanwhile: this one must not write on.
_STILL_OF = 'SELECT 1 / (max(number) = %s)::int FROM "@schema"'
_REFUSED = (
    errors.RaiseException,
    psycopg.IntegrityError,
    errors.InsufficientPrivilege,
    # a value that the server has no room or no form for: the same tomorrow, and no damage
    errors.ProgramLimitExceeded,
    psycopg.DataError,
)
_DAMAGED = (errors.DataCorrupted, errors.IndexCorrupted)


def translated(error: psycopg.Error, place: str = "") -> AgentError:
    """The error of ours that says what happens next.

    Who loses a race for a row decides again (Conflict). A server that is away, full, restarting or only a standby now passes; when
    it went away during COMMIT nobody knows whether it was done, and doing it again meets what was done (versions, keys).
    """
    if error.sqlstate == CLAIM_LOST:
        return ClaimLost(f"another worker took over: {error.diag.message_detail}")
    if isinstance(error, _LOST_RACE):
        return Conflict(f"another worker was faster: {_said(error)}")
    if isinstance(error, errors.DivisionByZero):
        return NewerStore(
            "a newer program brought the books to its schema: install the version that did, or a later one"
        )
    if isinstance(error, errors.DuplicateTable):
        return ConfigError(
            [f"store: {_said(error)}, another program's: give Relance a database or a schema of its own"]
        )
    if isinstance(error, _DAMAGED):
        return CorruptStore(f"the store is damaged: {_said(error)}")
    if isinstance(error, _REFUSED):
        return PermanentError(f"the store refuses: {_said(error)}")
    if isinstance(error, _PASSING):
        return StoreAway(f"the books' database{f' {place}' if place else ''} cannot be reached now: {_said(error)}")
    return CorruptStore(f"the store failed: {_said(error)}")


class PostgresDatabase:
    """One connection to the database, its transactions, and its errors in our words. It connects again after a loss.

    All tables lie in the schema that `search_path` names (an option of the address), `public` otherwise.
    """

    def __init__(self, address: str, *, read_only: bool = False, shared: bool = False) -> None:
        """The only writer, or with `shared` one of several."""
        self.read_only, self.shared = read_only, shared
        self.undone = 0
        self._of_schema: int | None = None
        self.begun = 0  # transactions; who remembers what one of them read must forget it with the next
        self._address = address
        self._depth = 0
        self._looking = False
        self._hurried = False
        self._guard = threading.RLock()
        self.look_back: Callable[[], None] = lambda: (
            None
        )  # with each new connection, and when there is nothing else to do
        self._connection: psycopg.Connection[Row] | None = None
        self._waiting: list[Asked] = []
        try:
            self._told = conninfo_to_dict(address)
        except psycopg.ProgrammingError as error:
            raise ConfigError([f"store: not an address of PostgreSQL: {_said(error)}"]) from None
        self._connected()

    @property
    def place(self) -> str:
        """The address without its password."""
        told = self._told
        return f"postgresql://{told.get('host', '')}:{told.get('port', 5432)}/{told.get('dbname', '')}"

    @property
    def folder(self) -> None:
        """None: it is no file."""
        return

    @property
    def in_transaction(self) -> bool:
        """Whether a stretch of writing is going on."""
        return self._depth > 0 and not self._looking

    def beside(self) -> PostgresDatabase:
        """Another connection to the same, for another thread."""
        return PostgresDatabase(self._address, read_only=self.read_only, shared=self.shared)

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows that this statement gives."""
        return self.later(sql, values)()

    def do(self, sql: str, values: Sequence[object] = ()) -> None:
        """Have this statement done; in a transaction as `later`."""
        self.later(sql, values)

    def later(self, sql: str, values: Sequence[object] = ()) -> Callable[[], list[Row]]:
        """What tells the rows of this statement. In a transaction it leaves together with the next question or with the end,
        whichever comes first, and its error comes with the answer.

        Nothing of it is under way before: the server counts a worker that pauses meanwhile as idle, and ends its transaction.
        """
        with self._guard:
            asked = Asked(sql, values)
            self._waiting.append(asked)
            if not self._depth:
                self._send()
            return lambda: self._answer(asked)

    def _answer(self, asked: Asked) -> list[Row]:
        if asked.rows is None:
            with self._guard:
                self._send()
        if asked.rows is None:
            raise StoreAway(f"the books' database {self.place} took the transaction back before this was asked")
        return asked.rows

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._connected()
        try:
            self._exchange.ask(waiting)
        except psycopg.Error as error:
            raise self._judged(error) from error

    def transaction(self, *, alone: bool = True) -> AbstractContextManager[None]:
        """A stretch whose changes become durable together when it ends well; none of them when it raises. It may be nested.

        Alone, it waits until no commit of another worker is under way, and they wait for its end.
        """
        lock = f'LOCK TABLE "@schema" IN {"EXCLUSIVE" if alone else "ROW SHARE"} MODE'
        return self._writing(lock, None if alone else self._of_schema)

    def together(self) -> AbstractContextManager[None]:
        """A stretch in which every transaction is durable at its end: others wait for what one does."""
        return nullcontext()

    def first_transaction(self) -> AbstractContextManager[None]:
        """The stretch in which the first tables are made: of two workers that come at once, one waits."""
        return self._writing("SELECT pg_advisory_xact_lock(hashtext(current_schema()))")

    def hurry(self) -> None:
        """Let the others go on when this transaction ends, before the disk has it; whoever ends it waits for the disk all the same.

        What another sees too early he can act on only after a commit of his own, and that takes to the disk what came before it.
        Many may wait for one write of the disk.
        """
        self._hurried = True
        self.do("SET LOCAL synchronous_commit = off")

    @contextmanager
    def _writing(self, lock: str, schema: int | None = None) -> Iterator[None]:
        if self.read_only:
            raise PermanentError(f"{self.place} is open for reading only")
        with self._guard:
            if self._depth:
                yield
                return
            connection = self._connected()
            self.begun += 1
            self._depth, self._looking, self._hurried = 1, False, False
            try:
                self.do("BEGIN")
                self.do(_PLANNED)
                self.do(lock)
                if schema:
                    self.do(_STILL_OF, (schema,))
                yield
                self.do("COMMIT")
                if self._hurried:
                    self.do(_ON_DISK)
                self._send()
            except BaseException as error:
                self.undone += 1
                self._waiting = []
                self._roll_back(connection)
                if isinstance(error, psycopg.Error):  # what was kept until its end
                    raise self._judged(error) from error
                raise
            finally:
                self._depth = 0

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A stretch of reading that sees the database as it is now, whatever others commit meanwhile."""
        with self._guard:
            if self._depth:
                yield
                return
            self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            self._depth, self._looking = 1, True
            try:
                yield
            finally:
                self._depth = 0
                with suppress(AgentError):
                    self.execute("ROLLBACK")

    def checkpoint(self) -> bool:
        """True: what was committed stays. Erased rows are overwritten by the server's own vacuum, hurried here."""
        if not self.read_only and not self._depth:
            with suppress(TemporaryError):
                self.execute('VACUUM (SKIP_LOCKED) "texts"')  # another worker may be at it
                self.look_back()
        return True

    def schema(self) -> int:
        """The number of the schema, 0 when there is none."""
        ((number,),) = self.execute('SELECT coalesce(max(number), 0) FROM "@schema"')
        self._of_schema = int(number or 0)
        return self._of_schema

    def set_schema(self, number: int) -> None:
        """Remember the number of the schema."""
        self.execute('INSERT INTO "@schema" VALUES (%s)', (number,))
        self._of_schema = number

    def append_only(self, table: str) -> None:
        """From now on no row of this table can be changed or taken away."""
        self.execute(
            'CREATE FUNCTION "@refused"() RETURNS trigger LANGUAGE plpgsql AS'
            " $$ BEGIN RAISE EXCEPTION '%% are append-only', TG_TABLE_NAME; END $$"
        )
        for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            self.execute(
                f'CREATE TRIGGER "@no_{each.lower()}" BEFORE {when} ON "{table}"'
                f' FOR EACH {each} EXECUTE FUNCTION "@refused"()'
            )

    def problems(self) -> list[str]:
        """Nothing: the server checks its pages itself (`initdb --data-checksums`), and the chain tells what was changed."""
        return []

    def close(self) -> None:
        """Let go of the connection; never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                if not connection.closed:
                    connection.execute("SELECT pg_advisory_unlock_all()")  # now, not when the server hears of the end
                connection.close()

    def _connected(self) -> psycopg.Connection[Row]:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        if self._depth:
            raise StoreAway(f"the connection to the books' database {self.place} was lost")
        try:
            found = connected(self._told, read_only=self.read_only)
            if not self.read_only:
                self._take_place(found)
        except psycopg.Error as error:
            raise translated(error, self.place) from error
        self._connection, self._exchange = found, Exchange(found)
        try:
            self.look_back()
        except BaseException:
            self.close()
            raise
        return found

    def _take_place(self, connection: psycopg.Connection[Row]) -> None:
        """Take the right to write, or with `shared` a part in it."""
        taken = connection.execute(_WRITER.format("_shared" if self.shared else "").encode()).fetchone()
        if taken == (True,):
            return
        connection.close()
        if taken == (None,):
            raise ConfigError([f"store: {self.place}: there is no schema that search_path leads this role to"])
        alone = (
            "one that does not share its work" if self.shared else "sharing the work takes store.shared = true on each"
        )
        raise TemporaryError(f"another process is writing to {self.place} ({alone})")

    def _judged(self, error: psycopg.Error) -> AgentError:
        if self._connection is not None and (self._connection.broken or isinstance(error, _OUT_OF_STEP)):
            self.close()
        return translated(error, self.place)

    def _roll_back(self, connection: psycopg.Connection[Row]) -> None:
        try:
            if not connection.closed:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            self.close()


def _said(error: psycopg.Error) -> str:
    """The first line of the server's words, which never holds a password."""
    return str(error).strip().partition("\n")[0]
