"""`relance check`: touch everything, and say what to do about each failure."""

from argparse import Namespace
from dataclasses import asdict

from agent.backends.dns import txt_records
from agent.cli.screen import Screen
from agent.config import load
from agent.service.check import run_checks
from agent.service.clock import SystemClock


def run(arguments: Namespace, screen: Screen) -> int:
    """0 when all is well, 1 when something is not, 78 when the configuration itself is wrong."""
    settings = load(arguments.config)
    found = run_checks(settings, SystemClock(), None if arguments.offline else txt_records)
    for result in found:
        if arguments.json:
            screen.json(asdict(result))
            continue
        screen.line(
            f"{'ok  ' if result.ok else 'FAIL'}  {result.name}: {result.detail}", "" if result.ok else "bold red"
        )
        if result.advice:
            screen.line(f"      → {result.advice}")
    return 0 if all(result.ok for result in found) else 1
