"""`relance explain REFERENCE`: the history of one invoice or debtor, with its reasons."""

from argparse import Namespace
from dataclasses import asdict

from agent.cli.books import opened
from agent.cli.claim import claim_lines
from agent.cli.money import money_lines
from agent.cli.screen import Screen
from agent.domain.ledger import OpenItem
from agent.errors import AgentError
from agent.service.history import find_states, history, standing
from agent.service.trail import trail


def run(arguments: Namespace, screen: Screen) -> int:
    """Print it; 1 when nothing bears the reference."""
    with opened(arguments) as (settings, store):
        states = find_states(store, arguments.reference)
        if not states:
            raise AgentError(f"nothing bears the reference {arguments.reference!r}")
        steps = list(history(store, states))
        money = {s.id: list(trail(store, s)) for s in states if isinstance(s, OpenItem)}
        claims = {s.id: list(claim_lines(s, settings, store)) for s in states if isinstance(s, OpenItem)}
    if arguments.json:
        for step in steps:
            screen.json(asdict(step) | {"at": step.at.isoformat()})
        return 0
    for state in states:
        screen.heading(f"{standing(state)}  [{state.creditor}, {state.id}]")
        for line in claims.get(state.id, ()):
            screen.line(line, "dim")
        for payment in money.get(state.id, ()):
            for line in money_lines(payment):
                screen.line(line)
    screen.line()
    for step in steps:
        reason = f" ({step.because})" if step.because else ""
        screen.line(f"{step.at:%Y-%m-%d %H:%M}  {step.what}")
        screen.line(f"                  from {step.source}{reason}", "dim")
    return 0
