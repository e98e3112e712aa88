"""Each movement counts once: in any order of files, any overlap of periods, and whatever format reports it."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.parsers.statements import read_statement
from agent.service.movements import sorted_out
from benchmarks.sample_bank import FORMATS, Movement

FIRST = date(2026, 3, 2)
PAYERS = st.sampled_from(
    [
        ("CLIENT SARL", "BE71096123456769"),
        ("DUPONT ET FILS", "DE02120300000000202051"),
        ("BATI CONSTRUCT", "NL91ABNA0417164300"),
    ]
)
MOVEMENTS = st.builds(
    lambda day, cents, payer, text, reference: Movement(FIRST + timedelta(days=day), cents, *payer, text, reference),
    st.integers(0, 6),
    # few sums, so that many movements agree in day and sum
    st.sampled_from([12_100, 12_100, 5_000, -2_100]),
    PAYERS,
    st.sampled_from(["FACTURE 2026-118", "FACTURE 2026-119", "MERCI"]),
    st.sampled_from(["", "", "010806817183", "123456789002"]),
)
FILES = st.lists(
    st.tuples(st.sampled_from(sorted(FORMATS)), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=6
)


class Notes:
    """A store that keeps notes."""

    def __init__(self):
        self.kept = {}

    def note(self, key):
        return self.kept.get(key)


@settings(max_examples=120, deadline=None)
@given(st.lists(MOVEMENTS, min_size=1, max_size=14), FILES, st.booleans())
def test_what_files_of_whole_days_report_counts_once(movements, files, together):
    """Every day that some file covers counts in full and once; also when all files come in one mail."""
    movements = sorted(movements, key=lambda m: m.day)
    store, counted, covered, mails = Notes(), [], set(), []
    for name, start, end in files:
        days = {FIRST + timedelta(days=n) for n in range(min(start, end), max(start, end) + 1)}
        part = [m for m in movements if m.day in days]
        if part:
            covered |= days
            mails.append(read_statement(FORMATS[name](part), f"export.{name}"))
    batches = [tuple(r for mail in mails for r in mail)] if together else mails
    for batch in batches:
        found = sorted_out(store, "creditor", batch)
        new, seen = [], set(found.known)
        for reading in found.readings:
            for entry in reading.payments():
                if entry.fingerprint not in seen:
                    seen.add(entry.fingerprint)
                    new.append(entry)
        counted += [(e.booked_on, e.amount) for e in new]
        store.kept |= found.notes("creditor", [e.fingerprint for e in new], "mail")
    expected = [(m.day, m.cents) for m in movements if m.day in covered]
    assert sorted((day, int(amount * 100)) for day, amount in counted) == sorted(expected)


def test_a_movement_that_concerned_nothing_is_looked_at_again():
    """Only what was dealt with is remembered."""
    store = Notes()
    content = FORMATS["camt"]([Movement(FIRST, 12_100, "CLIENT SARL", "BE71096123456769", "FACTURE 2026-118")])
    found = sorted_out(store, "creditor", read_statement(content))
    store.kept |= found.notes("creditor", [], "mail")
    assert sorted_out(store, "creditor", read_statement(content)).known == frozenset()
