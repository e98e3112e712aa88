"""`[bank]`: who may report movements by mail, and how payment notices are worded; what cannot be right is found before anything runs."""

import importlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from agent.config.fields import STRICT_KEYS, Address, Domain, Name
from agent.domain.banks import Banks, BankSender, NoticePattern
from agent.domain.parties import Creditor

_GROUPS = frozenset({"amount", "name", "iban", "reference", "date", "account"})
_MOST_LOOPS = 6
# What the parser of the standard library calls the parts of an expression.
_LOOPS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_LOOKS = frozenset({"ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS", "GROUPREF_IGNORE"})
# Anything repeated more often than this counts as repeated without end.
_BOUNDED = 64


@dataclass(frozen=True, slots=True)
class BankSenderTable:
    """One of `[bank] senders`."""

    __pydantic_config__ = STRICT_KEYS
    name: Name
    creditors: Annotated[tuple[Name, ...], Field(min_length=1)]
    addresses: tuple[Address, ...] = ()
    domains: tuple[Domain, ...] = ()


@dataclass(frozen=True, slots=True)
class BankNoticeTable:
    """One of `[bank] notices`."""

    __pydantic_config__ = STRICT_KEYS
    sender: Name
    pattern: Annotated[str, Field(min_length=1, max_length=400)]


@dataclass(frozen=True, slots=True)
class BankTable:
    """`[bank]`."""

    __pydantic_config__ = STRICT_KEYS
    senders: tuple[BankSenderTable, ...] = ()
    notices: tuple[BankNoticeTable, ...] = ()


def banks_of(table: BankTable, creditors: Sequence[Creditor]) -> tuple[Banks, list[str]]:
    """The banks as values, and every problem: unknown creditors, no address, one that is a person's, wordings that may not end."""
    problems = [*_sender_problems(table.senders, creditors)]
    for number, notice in enumerate(table.notices, 1):
        problems += [f"bank.notices[{number}].pattern: {problem}" for problem in pattern_problems(notice.pattern)]
    senders = tuple(BankSender(s.name, s.creditors, s.addresses, s.domains) for s in table.senders)
    notices = tuple(NoticePattern(n.sender.strip().lower().removeprefix("@"), n.pattern) for n in table.notices)
    return Banks(senders, notices), problems


def _sender_problems(senders: Sequence[BankSenderTable], creditors: Sequence[Creditor]) -> Iterator[str]:
    ids = {creditor.id for creditor in creditors}
    people = {person.address for creditor in creditors for person in creditor.people}
    for number, sender in enumerate(senders, 1):
        key = f"bank.senders[{number}]"
        yield from (f"{key}.creditors: there is no creditors/{c}.toml" for c in sender.creditors if c not in ids)
        yield from (f"{key}.addresses: {a} belongs to a creditor's people" for a in sender.addresses if a in people)
        if not sender.addresses and not sender.domains:
            yield f"{key}: name its addresses or domains"


def pattern_problems(pattern: str) -> list[str]:
    """Why a wording cannot be used: no regular expression, no group `amount`, unknown groups, or one that might run for ever."""
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
        parsed = importlib.import_module("re._parser").parse(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        return [f"is not a regular expression: {error}"]
    groups = set(compiled.groupindex)
    problems = [] if "amount" in groups else ["names no group amount: (?P<amount>…)"]
    problems += [f"the group {name!r} is not known" for name in sorted(groups - _GROUPS)]
    loops = list(_loops(parsed, inside=False))
    if "nested" in loops:
        problems.append("repeats a repetition, which might never end; write it without one inside the other")
    if "look" in loops:
        problems.append("looks ahead, behind or back; write it without")
    if len(loops) > _MOST_LOOPS:
        problems.append(f"has more than {_MOST_LOOPS} open repetitions; bound them, like .{{1,80}}")
    return problems


def _loops(parsed: Any, *, inside: bool) -> Iterator[str]:
    """A word for each repetition without end: "loop", "nested" when it stands in another, "look" for what looks around."""
    for code, argument in parsed:
        operation = str(code)
        if operation in _LOOPS:
            _, most, body = argument
            endless = most > _BOUNDED
            if endless:
                yield "nested" if inside else "loop"
            yield from _loops(body, inside=inside or most > 1)
        elif operation in _LOOKS:
            yield "look"
        elif operation in ("SUBPATTERN", "ATOMIC_GROUP"):
            yield from _loops(argument[-1] if operation == "SUBPATTERN" else argument, inside=inside)
        elif operation == "BRANCH":
            for branch in argument[1]:
                yield from _loops(branch, inside=inside)
