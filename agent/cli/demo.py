"""`relance demo`: three months in seconds on local mailboxes; everything that was written is left to look at."""

from argparse import Namespace
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from agent.cli.screen import Screen
from agent.demo import play
from agent.demo.play import Line
from agent.errors import AgentError

_KIND_WIDTH = 15
# The story plays in Brussels.
_ZONE = ZoneInfo("Europe/Brussels")


def run(arguments: Namespace, screen: Screen) -> int:
    """Play, print the story as a timeline, name the folder."""
    told: list[Line] = []
    try:
        with screen.working("Three months are being played"):
            folder = play(arguments.out, told.append)
    except FileExistsError as error:
        raise AgentError(str(error)) from error
    for day, lines in groupby(told, key=_day):
        screen.heading(f"{day:%A %d %B %Y}")
        for line in lines:
            _show(line, screen)
    screen.line()
    written = sum(1 for line in told if line.kind)
    screen.line(
        f"{written} mails were written. Every mail (.eml), its HTML, the digests and the workbooks (.xlsx) are in:"
    )
    screen.line(str(folder))
    return 0


def _day(line: Line) -> date:
    return line.at.astimezone(_ZONE).date()


def _show(line: Line, screen: Screen) -> None:
    at = line.at.astimezone(_ZONE)
    if line.kind:
        screen.line(f"  {at:%H:%M}  ✉ {line.kind:<{_KIND_WIDTH}} → {line.to}: {line.told}", "cyan")
    else:
        screen.line(f"  {at:%H:%M}  {line.told}")
