"""The words by which mail programs of many languages mark quotes, forwards and signatures, read from lexicon.toml once."""

import tomllib
from importlib import resources

_TABLES: dict[str, dict[str, list[str]]] = tomllib.loads(
    resources.files("agent.mail").joinpath("lexicon.toml").read_text(encoding="utf-8")
)


def words(table: str, key: str) -> frozenset[str]:
    """The entries of one list, in lower case."""
    return frozenset(entry.lower() for entry in _TABLES[table][key])


def label_kinds() -> dict[str, str]:
    """Each header label and what it names: from, to, cc, bcc, subject, date, reply_to."""
    return {label.lower(): kind for kind, labels in _TABLES["labels"].items() for label in labels}
