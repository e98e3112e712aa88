"""Answers of a child that its document has taken over: none of them harms the process that opens it."""

import pickle
import resource
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from agent.domain.money import Money
from agent.domain.parties import Person, Role
from agent.service.answers import opened

MONEY = b"cagent.domain.money\nMoney\n"


def answer(body):
    """A pickled pair of "done" and what these codes leave on the stack."""
    return b"\x80\x04\x8c\x04done" + body + b"\x86."


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 7, -(2**80), 1.5, "text", b"bytes", Decimal("12.50"), date(2026, 2, 11), Role.OWNER),
        *(datetime(2026, 2, 11, tzinfo=UTC), timezone(timedelta(hours=2)), Money(Decimal("1.00"), "EUR"), ()),
        *([1, [2]], {"a": {"b": (1, 2)}}, {1, 2}, frozenset({"x"}), Person("a@b.example", Role.OWNER, "Ann")),
        tuple(Money(Decimal(n), "EUR") for n in range(300)),
    ],
)
@pytest.mark.parametrize("protocol", [4, 5])
def test_values_of_ours_come_back(value, protocol):
    """Whatever a parser may return is opened as it was."""
    assert opened(pickle.dumps(("done", value), protocol)) == ("done", value)


@pytest.mark.parametrize(
    "body",
    [
        b"cos\nsystem\nX\x04\x00\x00\x00true\x85R",
        b"cbuiltins\neval\nX\x01\x00\x00\x001\x85R",
        b"cbuiltins\nbytearray\n\x8a\x06\x00\x00\x00\x00\x00\x10\x85R",
        b"\x96" + (1 << 44).to_bytes(8, "little"),
        b"\x8e" + (1 << 44).to_bytes(8, "little") + b"x",
        b"\x8f(" + b")" + b"\x85" * 2_000_000 + b"\x90",
        b"}" + b")" + b"\x85" * 2_000_000 + b"K\x01s",
        MONEY + b"N}X\x07\x00\x00\x00__str__" + MONEY + b"s\x86b",
        MONEY + b"}X\x06\x00\x00\x00amountK\x01sb",
        b"cagent.parsers.registry\nentry_points\n)R",
        b"cbuiltins\ngetattr\n" + MONEY + b"X\x08\x00\x00\x00__init__\x86R",
        b"X\xff\xff\xff\xff",
        b"P1\n",
        b"\x82\x01",
    ],
)
def test_no_code_memory_or_class_is_had_for_the_asking(body):
    """Functions, claimed sizes, changed classes and endless nesting are refused, and cost nothing."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    shown = str(Money(Decimal("1.00"), "EUR"))
    with pytest.raises((pickle.UnpicklingError, EOFError, TypeError, AttributeError, ValueError)):
        opened(answer(body))
    assert str(Money(Decimal("1.00"), "EUR")) == shown
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000


def test_a_place_far_off_in_the_memory_of_an_answer_costs_nothing():
    """An object may say that it is to be remembered as number two thousand million."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert opened(answer(b"K\x07r\xff\xff\xff\x7f")) == ("done", 7)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize(
    "answered", [b"", b"N.", b"\x80\x04K\x01.", b"x" * 99, pickle.dumps((1, 2, 3)), pickle.dumps("done")]
)
def test_what_is_no_answer_is_none(answered):
    """An answer is a pair."""
    with pytest.raises((pickle.UnpicklingError, EOFError, KeyError, IndexError)):
        opened(answered)
