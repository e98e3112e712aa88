"""Matching scored on invented worlds: python -m benchmarks.payment_score [FIRST] [LAST] [--show CASE]. No world is like another."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from agent.domain.matching import Decision, Effect, Match, match
from benchmarks.payment_habits import movement
from benchmarks.payment_world import Paid, World, issue, make

PAYMENTS = 220
FALSE = {Effect.PAID: "false_paid", Effect.PARTIAL: "false_partial", Effect.REOPEN: "false_reopen"}


@dataclass
class Score:
    """How the verdicts of some worlds stand against the truth, in all and by case."""

    counts: Counter[str] = field(default_factory=Counter)
    cases: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, paid: Paid, marks: Iterable[str]) -> None:
        """Count one verdict."""
        for mark in marks:
            self.counts[mark] += 1
            self.cases[paid.case][mark] += 1

    def share(self, part: str, whole: str) -> float:
        """A count in percent of another."""
        return 100 * self.counts[part] / max(1, self.counts[whole])


def judged(paid: Paid, verdict: Match) -> list[str]:
    """What one verdict adds to the counts: right, lucky, asked (with the truth or without), or why it is false."""
    marks = ["payments", *["decidable"] * paid.decidable]
    if verdict.decision is Decision.ASK:
        found = any(set(c) == set(paid.truth) for c in verdict.candidates)
        return [
            *marks,
            "asked",
            *["asked_about_items"] * bool(paid.truth),
            *["asked_with_truth"] * bool(paid.truth and found),
        ]
    truth = {(i, e, amount if e is not Effect.PAID else None) for i, (e, amount) in paid.truth.items()}
    booked = {(a.item, a.effect, a.amount if a.effect is not Effect.PAID else None) for a in verdict.allocations}
    if truth == booked:
        return [*marks, "right" if paid.decidable else "lucky"]
    touched = {item for item, _, _ in booked}
    wrong = [FALSE[effect] for _, effect, _ in booked - truth]
    wrong += ["missed_reopen" if e is Effect.REOPEN else "missed" for i, e, _ in truth if i not in touched]
    return [*marks, "wrong", *wrong]


def played(world: World, payments: int = PAYMENTS) -> Iterator[tuple[Paid, Match, list[str]]]:
    """The movements of a world in their order, each with its verdict and its marks; the books go on with the truth."""
    prices = [Decimal(121), Decimal(250), Decimal("88.50")]
    for _ in range(payments):
        if world.rng.random() < 0.7:
            issue(world, prices)
        paid = movement(world)
        verdict = match(paid.entry, world.book)
        yield paid, verdict, judged(paid, verdict)
        world.settle(paid)


def scored(seeds: Iterable[int], payments: int = PAYMENTS, show: str = "") -> Score:
    """The score of the worlds of these seeds; what is false is printed, and what is asked of the case `show`."""
    score = Score()
    for seed in seeds:
        world = make(seed)
        for paid, verdict, marks in played(world, payments):
            score.add(paid, marks)
            if show and (
                "wrong" in marks or (("lucky" in marks or (paid.decidable and "asked" in marks)) and show in paid.case)
            ):
                entry = paid.entry
                print(
                    seed,
                    world.numbering,
                    "|",
                    paid.case,
                    "|",
                    marks[1:],
                    entry.amount,
                    entry.counterparty_name,
                    "|",
                    entry.remittance,
                    entry.structured_reference,
                )
                print(
                    "     truth",
                    [
                        (world.book.items[i].number, e.value, str(world.book.items[i].open))
                        for i, (e, _) in paid.truth.items()
                    ],
                    "said",
                    verdict.decision.value,
                    [(world.book.items[a.item].number, a.effect.value) for a in verdict.allocations],
                    [r.code for r in verdict.reasons],
                )
    return score


def main(arguments: list[str]) -> int:
    """Print the score by case and in all."""
    show = arguments[arguments.index("--show") + 1] if "--show" in arguments else ""
    first, last = [int(a) for a in arguments if a.isdecimal()][:2] or (1000, 1060)
    score = scored(range(first, last), show=show)
    for case, counts in sorted(score.cases.items()):
        print("#", case, *(f"{name}={count}" for name, count in counts.items()))
    for name, count in score.counts.items():
        print(name, count)
    print(f"share_automatic {score.share('right', 'decidable'):.1f}")
    print(f"lucky {100 * score.counts['lucky'] / max(1, score.counts['payments'] - score.counts['decidable']):.1f}")
    print(f"truth_in_questions {score.share('asked_with_truth', 'asked_about_items'):.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
