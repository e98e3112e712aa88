"""A short run of the mutation fuzz over mails and of its growth; `python -m benchmarks.fuzz_mails` is the long one."""

import time

import pytest

from benchmarks.fuzz_mails import HOSTILE_SECONDS, cases, defects_of, patterns, readings, samples, steep

# A few habits of each kind; the long run measures all of them.
SOME = (
    "quote marks",
    "spaces",
    "digits and commas",
    "dates in words",
    "html opened",
    "html styles",
    "head Cc",
    "bounce failures",
)


def test_damaged_mails_are_read_without_an_exception_and_soon():
    """Whatever is done to a mail, every reader gives a value."""
    damaged = list(cases(120, 20260310, samples()))
    assert [(case.number, case.sample, defects) for case in damaged if (defects := defects_of(case))] == []


def test_a_seed_gives_the_same_mails_again():
    """So that a defect can be looked at."""
    known = {name: content for name, content in samples().items() if name.startswith("made")}
    first = list(cases(40, 7, known))
    assert first == list(cases(40, 7, known))
    assert sum(case.content != known[case.sample] for case in first) > 35


def test_time_grows_with_the_size_only():
    """Eight times the size, no more than its share of the time; what looks steep on a busy machine is measured again."""
    looked = {name for name, _, _ in steep(150_000, SOME)}
    assert not looked or not list(steep(150_000, tuple(looked)))


@pytest.mark.parametrize("name", ["quoted lines", "html quotes", "words"])
def test_five_hostile_megabytes_take_less_than_a_second(name):
    """All readers together, in processor time."""
    raw = patterns()[name](5_000_000)
    begun = time.process_time()
    assert all(not reading.defect for reading in readings(raw))
    assert time.process_time() - begun < 3 * HOSTILE_SECONDS
