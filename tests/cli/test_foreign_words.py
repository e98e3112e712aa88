"""What strangers wrote stays text on the operator's terminal, and in what he pipes to a pager."""

import io

import pytest

from agent.cli.screen import Screen

HOSTILE = "Facture \x1b]52;c;cm0gLXJm\x07\x1b[2J\x9b31m\u202egpj.exe\r\x08"


class Terminal(io.StringIO):
    """Standard output that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("out", [io.StringIO, Terminal])
def test_no_command_for_the_terminal_passes(out):
    """Neither in a line, nor in a heading, nor in a table."""
    screen = Screen(out())
    screen.line(HOSTILE)
    screen.line(HOSTILE, "red")
    screen.heading(HOSTILE)
    screen.table(["subject", HOSTILE], [[HOSTILE, "1"]], right=["subject"])
    written = screen.out.getvalue().replace("\x1b[31m", "").replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "Facture" in written
    assert not set(written) & set("\x1b\x07\x08\r\x9b\u202e")
    assert "Facture ]52;c;cm0gLXJm" in " ".join(written.split())


def test_one_cell_is_one_line_of_its_row():
    """A line end in a name makes no second row that nobody wrote."""
    screen = Screen(io.StringIO())
    screen.table(["debtor", "state"], [["Durand\nMartin  paid", "open"]])
    assert screen.out.getvalue().splitlines()[1:] == ["Durand Martin paid  open"]
