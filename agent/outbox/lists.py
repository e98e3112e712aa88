"""The facts of a letter about a list, as pairs that its template shows: columns, counts, mistakes, differences."""

from __future__ import annotations

from collections.abc import Sequence

from agent.reports import formats, words

Pairs = tuple[tuple[str, str], ...]


def understood(facts: Sequence[str], language: str) -> Pairs:
    """Headings with the fields they were read as."""
    return tuple((head, words.word(field, language)) for head, field in map(_apart, facts))


def counted(facts: Sequence[str], language: str) -> Pairs:
    """What becomes of rows, and of how many."""
    rows = ((f"row_{code}", count) for code, count in map(_apart, facts))
    return tuple((words.word(code if words.has_word(code) else "row_other", language), count) for code, count in rows)


def mistaken(facts: Sequence[str], language: str) -> Pairs:
    """Rows with what is wrong in them, in words and as it stands there."""
    found = []
    for line, error in map(_apart, facts):
        code, _, cell = error.partition(":")
        found.append((_row(line, language), f"{words.word(f'wrong_{code}', language)} {cell}".strip()))
    return tuple(found)


def differing(facts: Sequence[str], language: str) -> Pairs:
    """Rows with a field that the books have otherwise."""
    found = []
    for line, note in map(_apart, facts):
        field, _, values = note.partition(": ")
        found.append((_row(line, language), f"{words.word(field, language)} {formats.amounts(values, language)}"))
    return tuple(found)


def _row(line: str, language: str) -> str:
    return f"{words.word('row', language)} {line}"


def _apart(fact: str) -> tuple[str, str]:
    first, _, second = fact.rpartition("|") if fact.count("|") > 1 else fact.partition("|")
    return first, second
