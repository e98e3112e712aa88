"""Lists of statements that are about to leave, as samples."""

from __future__ import annotations

from dataclasses import replace

from agent.demo.samples.books import NAMES
from agent.domain.dunning import LEVELS
from agent.domain.letters import Letter, ListedStatement
from agent.domain.money import Money


def listed(letter: Letter, code: str) -> Letter:
    """A list of four statements; an answer to one tells what became of each line."""
    names = NAMES[letter.language]
    outcomes = ("go", "go", "stay", "gone") if code == "answered" else ("",) * len(LEVELS)
    sums = ("1842.51", "121.00", "18350.00", "642.51")
    lines = tuple(
        ListedStatement(
            number=n,
            debtor=names[n % len(names)],
            address="compta@brasserie.example",
            amount=Money.of(amount, "EUR"),
            level=level,
            days_late=days,
            numbers=("2027-041", "2027-043", "2027-052", "2027-058", "2027-060")[: n if n < 4 else 5],
            outcome=outcome,
        )
        for n, (level, amount, days, outcome) in enumerate(zip(LEVELS, sums, (6, 21, 48, 96), outcomes, strict=True), 1)
    )
    choices = tuple(f"d{n}:EUR" for n in range(1, 5)) if code != "answered" else ()
    return replace(letter, listed=lines, choices=choices, question="q1" if choices else "", items=())
