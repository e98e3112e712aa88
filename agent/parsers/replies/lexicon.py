"""The words people use, per language: TOML files of patterns, compiled once.

A pattern is a row of words. `word*` is a prefix; a letter before `?` and `(…)?` may be missing; `(a b|c)` is one of several; `{name}`
is a group of the same file; `..` are up to three other words, `...` up to nine, none of them a negation; `^` and `$` are the ends of the sentence;
`#date #amount #number #mail #iban #ref #phone #url` are facts, `#n` is a bare number and `#ask` a question mark. A `!` before the pattern says that it reads the
negation itself, so that its gaps may hold one.
A leading `~` marks a pattern that hints only: it gives the label with a low confidence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from agent.parsers.replies.clauses import fold

LANGUAGES = ("fr", "nl", "en", "de")
_PIECE = re.compile(r"\.\.\.|\.\.|\^|\$|\(|\)\??|\||\{[a-z_]+\}\??|[^\s()|{}^$]+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One compiled pattern of a section: how it reads negation, whether it only hints, and as it was written."""

    section: str
    source: str
    expression: str
    reads_negation: bool
    weak: bool
    needs: tuple[frozenset[str], ...]

    @property
    def regex(self) -> re.Pattern[str]:
        """The expression, compiled when first needed: most patterns never are in one run."""
        return _compiled(self.expression)


_WHOLE = frozenset({"cue_idiom", "cue_negation"})


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern that matched, with its span in the token line."""

    pattern: Pattern
    start: int
    end: int


class Lexicon:
    """The patterns of one language, found by the beginnings of the words they need."""

    def __init__(self, language: str, text: str) -> None:
        document = tomllib.loads(text)
        self.language = language
        self._groups: dict[str, _Node] = {}
        for name, body in document.get("groups", {}).items():
            self._groups[name] = _Reader(" ".join(body.split()), self._groups).choice()
        denials = [line for line in document["patterns"]["cue_negation"].split("\n") if line and " " not in line]
        self._no_negation = f"(?!(?:{'|'.join(sorted(set(denials)))})(?![^ ]))"
        self._by_key: dict[str, list[Pattern]] = {}
        self._always: list[Pattern] = []
        self._whole: dict[str, list[str]] = {}
        for section, sources in document["patterns"].items():
            for source in filter(None, map(str.strip, sources.split("\n"))):
                self._add(section, source)

    def _add(self, section: str, source: str) -> None:
        body = source.lstrip("!~ ")
        node = _Reader(
            body, self._groups, "" if "!" in source[: len(source) - len(body)] else self._no_negation
        ).choice()
        expression = f"(?:{node.regex})(?= |$)"
        marks = source[: len(source) - len(body)]
        pattern = Pattern(section, f"{self.language}:{body}", expression, "!" in marks, "~" in marks, node.needs)
        if section in _WHOLE:
            self._whole.setdefault(section, []).append(expression)
            return
        for key in min(node.needs, key=len, default=()):
            self._by_key.setdefault(key, []).append(pattern)
        if not node.needs:
            self._always.append(pattern)

    def without_courtesies(self, line: str) -> str:
        """The line with polite formulas and harmless negations ("n'hésitez pas") blotted out."""
        return self._joined("cue_idiom").sub(" #x", line)

    def negations(self, line: str) -> tuple[int, ...]:
        """Where the line denies something: after the comma, which opens the segment that is denied."""
        return tuple(
            match.start() + 2 * match[0].startswith(" ,") for match in self._joined("cue_negation").finditer(line)
        )

    def _joined(self, section: str) -> re.Pattern[str]:
        return _compiled("|".join(self._whole.get(section, ["(?!)"])))

    def hits(self, line: str) -> Iterator[Hit]:
        """Every pattern that stands in the token line, once each."""
        said = _beginnings(line)
        candidates = {id(pattern): pattern for key in said for pattern in self._by_key.get(key, ())}
        for pattern in (*self._always, *candidates.values()):
            if all(not said.isdisjoint(need) for need in pattern.needs) and (match := pattern.regex.search(line)):
                yield Hit(pattern, match.start(), match.end())


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of LANGUAGES."""
    folder = resources.files("agent.parsers.replies") / "lexicons"
    return Lexicon(language, (folder / f"{language}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of a pattern: its regular expression, and sets of word beginnings; of each set one must be in the line."""

    regex: str
    needs: tuple[frozenset[str], ...] = ()


_KEY = 5
_FACTS = {"#n": r"\d[^ ]*", "#ask": r"\?"}
_GAPS = {"..": "{0,3}?", "...": "{0,9}?"}
_FIXED = {
    "^": _Node("^"),
    "$": _Node(r"(?: [!?.,])*$"),
}


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, source: str, groups: dict[str, _Node], between: str = "") -> None:
        self._pieces = _PIECE.findall(fold(source))
        self._at = 0
        self._groups = groups
        self._between = between

    def choice(self) -> _Node:
        """Alternatives up to a closing bracket or the end."""
        branches = [self._row()]
        while self._at < len(self._pieces) and self._pieces[self._at] == "|":
            self._at += 1
            branches.append(self._row())
        regex = "|".join(branch.regex for branch in branches)
        if len(branches) == 1:
            return _Node(regex, branches[0].needs)
        if all(branch.needs for branch in branches):
            return _Node(regex, (frozenset().union(*(min(branch.needs, key=len) for branch in branches)),))
        return _Node(regex)

    def _row(self) -> _Node:
        parts: list[str] = []
        needs: list[frozenset[str]] = []
        while (
            self._at < len(self._pieces)
            and self._pieces[self._at] != "|"
            and not self._pieces[self._at].startswith(")")
        ):
            node = self._one()
            parts.append(node.regex)
            needs.extend(node.needs)
        return _Node("".join(parts), tuple(needs))

    def _one(self) -> _Node:
        piece = self._pieces[self._at]
        self._at += 1
        if piece in _GAPS:
            return _Node(f"(?: {self._between}[^ ]+){_GAPS[piece]}")
        if piece in _FIXED:
            return _FIXED[piece]
        if piece == "(":
            node = self.choice()
            optional = self._at < len(self._pieces) and self._pieces[self._at].endswith("?")
            self._at += 1
        elif piece.startswith("{"):
            node, optional = self._groups[piece.rstrip("?")[1:-1]], piece.endswith("?")
        else:
            node, optional = _word(piece), False
        regex = f"(?:{node.regex})"
        return _Node(regex + "?") if optional else _Node(regex, node.needs)


def _word(piece: str) -> _Node:
    """A word with the space before it, and the comma that may stand there."""
    if piece in _FACTS:
        return _Node(f"(?: ,)? {_FACTS[piece]}(?![^ ])")
    stem, star, _ = piece.partition("*")
    body = "".join(char if char == "?" else re.escape(char) for char in stem)
    sure = stem.partition("?")[0][:-1] if "?" in stem else stem
    whole = sure == stem and not star
    key = f"{stem} " if whole else sure[:_KEY]
    return _Node(f"(?: ,)? {body}{'[^ ]*' if star else ''}(?![^ ])", (frozenset({key}),) if key else ())


def _beginnings(line: str) -> frozenset[str]:
    """The beginnings of the words of a line, up to five letters, and the whole words with a space after them."""
    words = set(line.split())
    return frozenset(
        {word[:length] for word in words for length in range(1, _KEY + 1)} | {f"{word} " for word in words}
    )
