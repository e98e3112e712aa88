"""One list of movements, written in every format: the same entries come out of each."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.findings import Entry
from agent.parsers.statements import read_statement
from benchmarks.sample_bank import FORMATS, IBAN, Movement

DAYS = st.integers(0, 40).map(lambda n: date(2025, 12, 15) + timedelta(days=n))
WORDS = st.sampled_from(["FACTURE 2026-118", "ACOMPTE 12", "SOLDE 2025/9", "MERCI", "F 118 ET 119"])
NAMES = st.sampled_from(["CLIENT SARL", "DUPONT ET FILS", "BATI CONSTRUCT", "EDF", "KLEIN GMBH"])
IBANS = st.sampled_from(["BE71096123456769", "DE02120300000000202051", "NL91ABNA0417164300"])
REFERENCES = st.sampled_from(["", "", "010806817183", "123456789002"])
MOVEMENTS = st.builds(Movement, DAYS, st.integers(-99_999, 99_999).filter(bool), NAMES, IBANS, WORDS, REFERENCES)
LISTS = st.lists(MOVEMENTS, min_size=1, max_size=12).map(lambda found: sorted(found, key=lambda m: m.day))


def normal(entry: Entry) -> tuple[object, ...]:
    return (entry.booked_on, entry.amount, entry.currency, entry.structured_reference, entry.counterparty_name)


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_every_format_gives_the_same_entries(movements):
    """Day, sum, reference and name; the account too, and nothing that does not tie."""
    readings = {}
    for name, write in FORMATS.items():
        (reading,) = read_statement(write(movements), f"export.{name}")
        assert (reading.account, reading.problems, reading.ask) == (IBAN, (), ""), name
        entries = reversed(reading.entries) if name == "csv" else reading.entries
        readings[name] = [normal(e) for e in entries]
    assert all(found == readings["camt"] for found in readings.values())
