"""Statements that leave a worker in one package: their rows, their errors, and what the connection is good for afterwards."""

import os
import threading
import time

import psycopg
import pytest
from psycopg import errors

from agent.store import postgres_exchange
from agent.store.postgres_exchange import Asked, Exchange


@pytest.fixture
def line(postgres):
    """A connection, and its exchange, over a table of numbers and words."""
    with psycopg.connect(postgres.schema(), autocommit=True, prepare_threshold=None) as connection:
        connection.execute("CREATE TABLE words (number int PRIMARY KEY, word text)")
        yield connection, Exchange(connection)


def rows(exchange, *statements):
    """The rows of each of these, asked in one package."""
    asked = [Asked(text, values) for text, values in statements]
    exchange.ask(asked)
    return [one.rows for one in asked]


INSERT, ALL = "INSERT INTO words VALUES (%s, %s)", "SELECT number, word FROM words ORDER BY number"


def test_each_statement_gets_its_own_rows_in_order(line):
    """Whatever was prepared before, and whatever their values are."""
    _, exchange = line
    for first in (1, 40_000, 3_000_000_000 % 2**31):
        found = rows(exchange, (INSERT, (first, "a")), ("SELECT '100%%', %s", (None,)), (INSERT, (first + 1, None)))
        assert found == [[], [("100%", None)], []]
    assert rows(exchange, ("SELECT count(*) FROM words", ()), (ALL, ()))[0] == [(6,)]


def test_outside_a_transaction_a_package_is_done_whole_or_not_at_all(line):
    """The first that is refused takes back those before it, and those behind it are passed over; the connection goes on."""
    connection, exchange = line
    with pytest.raises(errors.UniqueViolation):
        rows(exchange, (INSERT, (1, "a")), (INSERT, (1, "b")), ("SELECT 'never', %s", ("asked",)))
    assert rows(exchange, (ALL, ()), ("SELECT 'never', %s", ("asked",))) == [[], [("never", "asked")]]
    assert not connection.closed


def test_a_transaction_that_failed_is_rolled_back_and_what_it_did_not_prepare_is_prepared_anew(line):
    """As a commit does that loses a race."""
    connection, exchange = line
    for _ in range(3):
        rows(exchange, ("BEGIN", ()), (INSERT, (1, "a")))
        with pytest.raises(errors.DivisionByZero):
            rows(exchange, ("SELECT 1 / %s", (0,)), ("SELECT word FROM words WHERE number = %s", (1,)))
        connection.execute("ROLLBACK")
    assert rows(exchange, ("SELECT word FROM words WHERE number = %s", (1,))) == [[]]


def test_a_value_that_no_text_may_hold_is_refused_before_anything_is_sent(line):
    """NUL: the statements before it are not done, and the connection goes on."""
    connection, exchange = line
    with pytest.raises(psycopg.DataError):
        rows(exchange, (INSERT, (1, "a")), (INSERT, (2, "a\0b")))
    assert rows(exchange, (ALL, ())) == [[]]
    assert not connection.closed


def test_large_packages_and_large_answers_wait_for_nobody(line):
    """Both sides hold more than the line takes while they still write."""
    _, exchange = line
    text = "x" * 200_000
    asked = [("SELECT %s, %s::int", (text, number)) for number in range(60)]
    assert rows(exchange, *asked) == [[(text, number)] for number in range(60)]


def test_texts_that_never_come_again_are_not_prepared_for_ever(line, monkeypatch):
    """Beyond a number they are asked all the same, and the server keeps none of them."""
    monkeypatch.setattr(postgres_exchange, "_PREPARED", 5)
    connection, exchange = line
    for number in range(20):
        assert rows(exchange, (f"SELECT {number} + %s", (1,))) == [[(number + 1,)]]
    assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (5,)


def test_a_connection_that_is_lost_under_a_package_is_closed(line, postgres):
    """The error says so at once, and nobody asks over it again."""
    connection, exchange = line
    own = connection.info.backend_pid

    def end():
        time.sleep(0.2)
        postgres.ask(f"SELECT pg_terminate_backend({own})")

    ending = threading.Thread(target=end)
    ending.start()
    with pytest.raises(psycopg.OperationalError):
        rows(exchange, (INSERT, (1, "a")), ("SELECT pg_sleep(%s)", (60,)), (ALL, ()))
    ending.join()
    assert connection.closed


def test_who_is_interrupted_in_a_package_can_ask_again_or_has_no_connection(line):
    """A signal that ends the waiting cancels what is under way."""
    connection, exchange = line
    timer = threading.Timer(0.3, os.kill, (os.getpid(), 2))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        rows(exchange, (INSERT, (1, "a")), ("SELECT pg_sleep(%s)", (60,)))
    assert connection.closed or rows(exchange, (ALL, ())) == [[]]
