"""Matching on worlds with other numberings, banks, languages and habits: `python -m benchmarks.payment_score` is the long form."""

import pytest

from agent.domain.matching import Decision, match
from benchmarks.payment_score import Score, played, scored
from benchmarks.payment_world import make

FALSE = ("wrong", "false_paid", "false_partial", "false_reopen", "missed_reopen", "missed")


@pytest.fixture(scope="module")
def score() -> Score:
    """One world for each numbering."""
    return scored(range(7000, 7014), 150)


def test_nothing_is_ever_called_paid_or_reopened_falsely(score: Score) -> None:
    """No false paid, no false part, no missed return, in any world."""
    assert {name: score.counts[name] for name in FALSE} == dict.fromkeys(FALSE, 0)


def test_most_of_what_the_data_decide_is_settled_without_a_person(score: Score) -> None:
    """At least 85 of 100; and hardly anything is right by luck."""
    assert score.share("right", "decidable") >= 85
    assert score.counts["lucky"] <= 0.02 * (score.counts["payments"] - score.counts["decidable"])


def test_a_question_mostly_holds_the_truth(score: Score) -> None:
    """At least 80 of 100 questions list what the payer meant."""
    assert score.share("asked_with_truth", "asked_about_items") >= 80


@pytest.mark.parametrize("seed", range(7100, 7104))
def test_no_verdict_gives_more_than_the_movement(seed: int) -> None:
    """What is booked with its surplus is the movement, to the cent, but for credit notes used up; nothing comes of a pending one."""
    for paid, verdict, _ in played(make(seed), 100):
        if paid.entry.pending:
            assert not verdict.allocations
        if verdict.allocations and verdict.decision is not Decision.REOPEN:
            assert sum(a.amount for a in verdict.allocations) + verdict.surplus == paid.entry.amount


def test_a_movement_that_was_dealt_with_is_known_again() -> None:
    """The verdict on it, asked for again, moves nothing."""
    world = make(7200)
    for paid, verdict, _ in played(world, 60):
        if verdict.allocations and not paid.entry.pending and paid.truth:
            world.settle(paid)
            assert match(paid.entry, world.book).decision is Decision.NOTHING
