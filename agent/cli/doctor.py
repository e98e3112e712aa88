"""`relance doctor`: look at everything a broken installation may lack, and name the command that repairs it."""

import shutil
import textwrap
from argparse import Namespace

from agent.cli.screen import Screen
from agent.reports.plain import printable
from agent.service.doctor.examine import examine, repaired
from agent.service.doctor.finding import Finding, Level

_EXIT = {Level.OK: 0, Level.WARNING: 1, Level.WRONG: 2}
_STYLE = {Level.OK: "green", Level.WARNING: "yellow", Level.WRONG: "bold red"}
_WIDEST = 100


def run(arguments: Namespace, screen: Screen) -> int:
    """0 when all is well, 1 when a person should look, 2 when something is wrong. Sends nothing; changes nothing without --repair."""
    worst, counts = Level.OK, dict.fromkeys(Level, 0)
    for found in examine(arguments.config, deep=arguments.deep, offline=arguments.offline):
        finding = repaired(found) if arguments.repair else found
        counts[finding.level] += 1
        worst = max(worst, finding.level, key=_EXIT.__getitem__)
        if arguments.json:
            screen.json(_plain(finding))
        else:
            _show(finding, screen)
    if not arguments.json:
        told = f"{counts[Level.WRONG]} wrong, {counts[Level.WARNING]} to look at, {counts[Level.OK]} well"
        screen.line(told, _STYLE[worst])
    return _EXIT[worst]


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "level": finding.level.value,
        "detail": finding.detail,
        "repair": finding.repair,
        "can_repair": finding.mend is not None,
        "repaired": finding.repaired,
    }


def _show(finding: Finding, screen: Screen) -> None:
    """One line; on a terminal folded at words, the repair on lines of its own."""
    # a server's words may hold what a terminal obeys
    detail = " ".join(printable(finding.detail).split())
    text = f"{finding.level.value:<8} {finding.check}: {detail}"
    style = "" if finding.level is Level.OK else _STYLE[finding.level]
    if not screen.terminal:
        screen.line(f"{text} → {finding.repair}" if finding.repair else text)
        return
    width = min(shutil.get_terminal_size().columns, _WIDEST) - 1
    indent = " " * 9
    for line in textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False):
        screen.line(line, style)
    for line in textwrap.wrap(
        f"→ {finding.repair}" if finding.repair else "",
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    ):
        screen.line(line)
