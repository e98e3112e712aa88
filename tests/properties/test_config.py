"""Whatever stands in a configuration, it is taken whole or refused with its problems; it never crashes the program."""

from pathlib import Path
from tempfile import mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import settings_of
from agent.config.document import CreditorTable, Document
from agent.config.people import creditor_of
from agent.config.problems import key_paths, validate
from agent.errors import ConfigError

PLACE = Path(mkdtemp())
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates()
WORDS = st.sampled_from(
    ["imap", "maildir", "smtp", "a@b.example", "BE", "fr", "x" * 300, "0999.000.030", "[red]", "\ud800"]
)


def documents(kind: type) -> st.SearchStrategy[dict[str, object]]:
    """Tables with mostly known keys and mostly wrong values."""
    names = sorted({key.rpartition(".")[2] for key in key_paths(kind)} | {"nonsense"})

    def tables(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
        return st.dictionaries(st.sampled_from(names), values, max_size=8)

    values = st.recursive(PLAIN | WORDS, lambda inner: st.lists(inner, max_size=3) | tables(inner), max_leaves=20)
    return tables(values)


@given(documents(Document))
@settings(max_examples=150, deadline=None)
def test_any_document_is_taken_or_refused_with_its_keys(document):
    """Every problem begins with a key or file and says something."""
    refused: tuple[str, ...] = ()
    try:
        settings_of(document, PLACE / "config.toml")
    except ConfigError as error:
        refused = error.problems or ("nothing",)
    assert all(": " in problem for problem in refused)


@given(documents(CreditorTable))
@settings(max_examples=150, deadline=None)
def test_any_creditors_file_is_taken_or_refused(document):
    """A table of the right shape may still hold numbers that are none: told, never raised."""
    table, problems = validate(CreditorTable, document, "creditors/x.toml: ")
    assert (table is None) == bool(problems)
    if table is not None:
        creditor_of("x", table, "creditors/x.toml")
