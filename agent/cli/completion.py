"""`relance completion`: what a shell needs to complete commands, options, files and creditors."""

from argparse import Namespace

from agent.cli import completion_bash, completion_fish, completion_zsh
from agent.cli.completion_words import spoken
from agent.cli.parser import build_parser
from agent.cli.screen import Screen

SHELLS = {"bash": completion_bash.script, "zsh": completion_zsh.script, "fish": completion_fish.script}


def run(arguments: Namespace, screen: Screen) -> int:
    """Write the script of one shell to standard output."""
    for line in SHELLS[arguments.shell](spoken(build_parser())).splitlines():
        screen.line(line)
    return 0
