from hypothesis import given
from hypothesis import strategies as st

from agent.reports.plain import is_right_to_left, one_line, printable, quoted_lines


@given(st.text(max_size=400), st.integers(5, 80))
def test_one_line_is_one_bounded_line_without_controls(text: str, limit: int) -> None:
    """Whatever comes in, one short line without control or direction characters comes out."""
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.isprintable() or all(ord(c) > 127 for c in line if not c.isprintable())
    assert not set(line) & set("\u202e\u2066\u200b\n\r\t\x00\x1b")


def test_overrides_of_direction_are_removed_and_the_script_is_kept() -> None:
    """A name cannot turn the text around it, and stays readable in its own letters."""
    assert printable("invoice\u202efdp.exe") == "invoicefdp.exe"
    assert one_line("\u2067شركة المياه\u2069") == "شركة المياه"
    assert is_right_to_left("شركة")
    assert not is_right_to_left("Société")


def test_towers_of_marks_are_cut() -> None:
    """Combining marks beyond three are dropped, so that a name stays on its line."""
    assert printable("a" + "\u0301" * 50) == "a" + "\u0301" * 3


@given(st.text(max_size=3000))
def test_a_quotation_is_bounded(text: str) -> None:
    """A quotation has at most twelve lines of at most four hundred characters."""
    lines = quoted_lines(text)
    assert len(lines) <= 12
    assert all(len(line) <= 400 for line in lines)


def test_what_was_cut_is_shown() -> None:
    """An ellipsis stands where text was left out."""
    assert one_line("x" * 50, 10) == "x" * 9 + "…"
    assert quoted_lines("\n".join("abcdefghijklmnop"))[-1] == "…"
