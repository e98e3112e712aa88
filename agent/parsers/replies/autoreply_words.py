"""The wording of automatic answers, read from autoreply_rules.toml once and folded as the texts are."""

import tomllib
from importlib import resources

from agent.parsers.lexers.folding import fold

_TABLES: dict[str, dict[str, list[str]]] = {
    table: {fold(key): [fold(phrase) for phrase in found] for key, found in rows.items()}
    for table, rows in tomllib.loads(
        resources.files("agent.parsers.replies").joinpath("autoreply_rules.toml").read_text(encoding="utf-8")
    ).items()
}


def words(key: str, table: str = "text") -> list[str]:
    """One list of phrases, folded."""
    return _TABLES[table][key]


def months() -> dict[str, str]:
    """The months of languages whose dates the lexer does not read, each with its English name."""
    return {name: english[0] for name, english in _TABLES["months"].items()}


def says(text: str, key: str) -> str:
    """The first phrase of this list that the folded text holds, "" when none."""
    return next((phrase for phrase in words(key) if phrase in text), "")


def begins(subject: str, key: str) -> str:
    """The phrase of this list with which the folded subject begins, "" when none."""
    return next((phrase for phrase in words(key, "subject") if subject.startswith(phrase)), "")


def folded(text: str, limit: int) -> str:
    """The text folded line by line, without empty lines and doubled spaces."""
    lines = (" ".join(fold(line).split()) for line in text[:limit].replace("’", "'").split("\n"))
    return "\n".join(line for line in lines if line)
