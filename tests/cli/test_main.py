"""The command line as a whole: its exit codes and how it speaks."""

import io
import json
import subprocess
import sys

import pytest

from agent.cli import Exit, main
from agent.cli.parser import build_parser
from agent.cli.screen import Screen


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def commands() -> list[str]:
    """The names of all commands."""
    (group,) = [a for a in build_parser()._actions if hasattr(a, "choices") and a.choices]
    return sorted(group.choices)


def test_a_wrong_configuration_ends_with_78_and_all_its_keys(tmp_path, capsys):
    """So that systemd does not restart the service."""
    path = tmp_path / "config.toml"
    path.write_text("[agency]\nnam = 1\n")
    assert main(["once", "--config", str(path)]) == Exit.CONFIG
    told = capsys.readouterr().err
    for key in ("agency.name", "agency.address", "agency.operator", "mailboxes", "agency.nam"):
        assert key + ": " in told


def test_a_wrong_call_ends_with_2():
    """As every Unix command does."""
    with pytest.raises(SystemExit) as error:
        main(["no-such-command"])
    assert error.value.code == 2


def test_every_command_has_its_module():
    """A command that is named can be loaded."""
    for name in commands():
        completed = build_parser().parse_args([name, *_least(name)])
        assert __import__(f"agent.cli.{completed.module}", fromlist=["run"]).run


def _least(name: str) -> list[str]:
    least = {
        "templates": ["check"],
        "export": ["--csv", "x"],
        "report": ["--html", "x"],
        "import": ["x", "--creditor", "x"],
        "person": ["x", "--out", "x"],
        "store": ["copy", "x", "y"],
        "completion": ["bash"],
    }
    return least.get(
        name, ["x"] if name in ("read", "claim", "explain", "fees", "backup", "restore", "forget", "erase") else []
    )


def test_the_command_starts_quickly_and_alone():
    """`relance --version` needs nothing but the parser."""
    done = subprocess.run(
        [sys.executable, "-m", "agent", "--version"], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.startswith("relance ")


def test_tables_are_plain_lines_when_piped():
    """Columns aligned by spaces, nothing cut, nothing coloured."""
    out = io.StringIO()
    Screen(out).table(("number", "open"), [("2026-118", "9.00"), ("x" * 100, "1250.00")], right=("open",))
    lines = out.getvalue().splitlines()
    assert lines[1].split() == ["2026-118", "9.00"]
    assert lines[2].endswith("x  1250.00")
    assert len({len(line) for line in lines}) == 1


def test_text_of_others_cannot_colour_a_terminal():
    """Square brackets in a debtor's name are letters, not markup."""
    out = Terminal()
    screen = Screen(out)
    screen.table(("debtor",), [("[red]Bois[/red]",)])
    screen.heading("[bold]x")
    assert "[red]Bois[/red]" in out.getvalue()


def test_json_is_one_object_a_line():
    """Values that JSON does not know become their text."""
    out = io.StringIO()
    Screen(out).json({"exit": Exit.CONFIG, "é": None})
    assert json.loads(out.getvalue()) == {"exit": 78, "é": None}
