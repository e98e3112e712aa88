"""Type as the reader's language sets it: French spaces before punctuation, quotation marks, names from right to left."""

from __future__ import annotations

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from agent.reports.plain import is_right_to_left

# Imprimerie nationale, "Lexique des règles typographiques": a thin space before ; ! ?, a word space before : and inside guillemets.
_THIN, _WORD = "\u202f", "\u00a0"
_FRENCH = (
    *((f" {mark}", f"{_THIN}{mark}") for mark in ";!?"),
    *((f" {mark}", f"{_WORD}{mark}") for mark in ":»"),
    ("« ", f"«{_WORD}"),
)
_MARKS = {
    "fr": (f"«{_WORD}", f"{_WORD}»"),
    "nl": ("“", "”"),
    "en": ("“", "”"),
    "de": ("„", "“"),
}


def typeset(text: str, language: str) -> str:
    """The text with its spaces before punctuation as this language sets them: none of them may end a line."""
    if language == "fr" and " " in text:
        for loose, bound in _FRENCH:
            text = text.replace(loose, bound)
    return text


def quoted(text: str, language: str) -> str:
    """The text between the quotation marks of this language."""
    opening, closing = _MARKS.get(language, _MARKS["en"])
    return f"{opening}{text}{closing}"


@pass_context
def printed_value(context: Context, value: object) -> object:
    """What a template prints, typeset; markup is done already."""
    return (
        typeset(value, context["page"].language) if isinstance(value, str) and not isinstance(value, Markup) else value
    )


@pass_context
def isolated_value(context: Context, value: object) -> object:
    """The same for HTML: a name in a script written from right to left must not turn the sentence around it."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = typeset(value, context["page"].language)
    return Markup("<bdi>{}</bdi>").format(text) if is_right_to_left(text) else text
