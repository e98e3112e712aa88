"""`[legal]`: who writes to debtors, where he is registered, and what he vouches for."""

from difflib import get_close_matches
from types import MappingProxyType

from agent.config.document import Document
from agent.domain.legal import Legal, Operator, confirmable


def legal_of(document: Document) -> Legal:
    """The legal side of this configuration. `agency.mode` is what `legal.operator` was called before; it still counts."""
    table = document.legal
    return Legal(
        operator=table.operator or document.agency.mode or Operator.CREDITOR,
        seat=table.seat,
        registrations=MappingProxyType(dict(table.registrations)),
        confirmed=frozenset(table.confirmed),
    )


def legal_problems(document: Document) -> list[str]:
    """What contradicts itself, and the facts that nobody can vouch for because they are not among those that wait for it."""
    table, problems = document.legal, []
    older = document.agency.mode
    if older is not None and table.operator is not None and older is not table.operator:
        problems.append(f"agency.mode: says {older}, legal.operator says {table.operator}; keep legal.operator alone")
    known = confirmable()
    for number, name in enumerate(table.confirmed, 1):
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            problems.append(f"legal.confirmed[{number}]: {name!r} is not a fact that waits for confirmation; {hint}")
    return problems
