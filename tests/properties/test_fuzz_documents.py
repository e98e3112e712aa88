"""Damaged documents through the real sandbox, a short run; `python -m benchmarks.fuzz_documents` is the long one."""

from benchmarks.fuzz_documents import cases, run, samples


def test_damaged_documents_are_read_or_refused():
    """Whatever is done to a document, the answer is a value or a reason, and the next document is served."""
    outcomes = list(run(80, 20260211, samples()))
    assert len(outcomes) == 80
    assert [outcome for outcome in outcomes if outcome.defect] == []


def test_a_seed_gives_the_same_documents_again():
    """So that a defect can be looked at."""
    known = {name: content for name, content in samples().items() if name.startswith("made")}
    first, again = list(cases(30, 7, known)), list(cases(30, 7, known))
    assert first == again
    assert {case.kind for case in first} == {"pdf", "xml"}
    assert any(case.content != known[case.sample] for case in first)
