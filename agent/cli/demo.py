"""`relance demo`: three months in seconds on local mailboxes; everything that was written is left to look at."""

from argparse import Namespace
from itertools import groupby

from agent.cli.screen import Screen
from agent.demo import play
from agent.demo.play import Line
from agent.errors import AgentError

_KIND_WIDTH = 15


def run(arguments: Namespace, screen: Screen) -> int:
    """Play, print the story as a timeline, name the folder."""
    told: list[Line] = []
    try:
        with screen.working("Three months are being played"):
            folder = play(arguments.out, told.append)
    except FileExistsError as error:
        raise AgentError(str(error)) from error
    for day, lines in groupby(told, key=lambda line: line.at.date()):
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


def _show(line: Line, screen: Screen) -> None:
    if line.kind:
        screen.line(f"  {line.at:%H:%M}  ✉ {line.kind:<{_KIND_WIDTH}} → {line.to}: {line.told}", "cyan")
    else:
        screen.line(f"  {line.at:%H:%M}  {line.told}")
