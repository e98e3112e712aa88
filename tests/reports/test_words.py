from agent.domain.aging import Age
from agent.domain.parties import LANGUAGES
from agent.parsers.listings.model import Field
from agent.reports import phrases, vocabulary, words
from agent.reports.statement import Standing
from agent.reports.workbook import COLUMNS


def test_every_word_is_there_in_every_language() -> None:
    """No language misses a word of another."""
    tables = [*vars(vocabulary).values(), *vars(phrases).values()]
    found = [pair for table in tables if isinstance(table, dict) for pair in table.items() if isinstance(pair[1], dict)]
    assert len(found) > 100
    for code, by_language in found:
        assert set(by_language) == set(LANGUAGES), code
        assert all(by_language.values()), code


def test_states_columns_and_buckets_have_words() -> None:
    """What reports print by code has a word."""
    listed = (field.value for field in Field if field.value)
    for code in (*(s.value for s in Standing), *COLUMNS, *Age, *listed):
        assert words.has_word(code), code


def test_an_unknown_code_is_readable() -> None:
    """A code without a word is printed as words, never an error."""
    assert words.word("something_new", "fr") == "something new"
    assert words.example("net", "fr") == ""


def test_lateness_in_words() -> None:
    """One day is not "days"."""
    assert words.late(1, "fr") == "1 jour de retard"
    assert words.late(23, "nl") == "23 dagen te laat"
