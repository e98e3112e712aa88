"""A short run of the mutation fuzz over mails; `python -m benchmarks.fuzz_mails` is the long one, and measures how time grows."""

from benchmarks.fuzz_mails import cases, defects_of, samples


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
