"""In which order queued mails leave, when more may leave than the pace lets: what somebody waits for first, each creditor in his turn.

Pure. A day of thousands of statements must not keep the receipt of the invoice that a creditor sends at noon, and one creditor's
thousands must not keep another one's ten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from agent.domain.letters import IN_OFFICE_HOURS
from agent.ports import Queued

_TO_DEBTORS = frozenset(kind.value for kind in IN_OFFICE_HOURS)
# Of so many places one belongs to what nobody waits for, so that it leaves on a busy day, too.
_ONE_IN = 5


def takes_turns(kind: str) -> bool:
    """Whether mails of this kind are written to debtors unasked: creditors take turns with them from one run to the next."""
    return kind in _TO_DEBTORS


def in_line(queued: Iterable[Queued], last: str) -> Iterator[Queued]:
    """These mails, given in the order of their times, in the order in which they leave.

    `last` is the creditor whose mail to a debtor left last: the next one has his turn.
    """
    awaited: dict[str, deque[Queued]] = {}
    unasked: dict[str, deque[Queued]] = {}
    for mail in queued:
        (unasked if takes_turns(mail.kind) else awaited).setdefault(mail.creditor, deque()).append(mail)
    names = sorted(unasked, key=lambda name: (name <= last, name))
    return _mixed(_by_turns(awaited), _by_turns({name: unasked[name] for name in names}))


def _mixed(first: Iterator[Queued], second: Iterator[Queued]) -> Iterator[Queued]:
    """All of the first, with one of the second in every few places; then the rest of it."""
    for place, mail in enumerate(first, 1):
        yield mail
        if place % (_ONE_IN - 1) == 0:
            yield from (other for other in (next(second, None),) if other is not None)
    yield from second


def _by_turns(lanes: Mapping[str, deque[Queued]]) -> Iterator[Queued]:
    waiting = list(lanes.values())
    while waiting:
        for lane in waiting:
            yield lane.popleft()
        waiting = [lane for lane in waiting if lane]
