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
    """The patterns of one language, found by the first letters of the words they need."""

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
        pattern = Pattern(section, f"{self.language}:{body}", expression, "!" in marks, "~" in marks)
        if section in _WHOLE:
            self._whole.setdefault(section, []).append(expression)
            return
        for key in node.keys or ():
            self._by_key.setdefault(key, []).append(pattern)
        if node.keys is None:
            self._always.append(pattern)

    def without_courtesies(self, line: str) -> str:
        """The line with polite formulas and harmless negations ("n'hésitez pas") blotted out."""
        return self._joined("cue_idiom").sub(" #x", line)

    def negations(self, line: str) -> tuple[int, ...]:
        """Where the line denies something."""
        return tuple(match.start() for match in self._joined("cue_negation").finditer(line))

    def _joined(self, section: str) -> re.Pattern[str]:
        return _compiled("|".join(self._whole.get(section, ["(?!)"])))

    def hits(self, line: str) -> Iterator[Hit]:
        """Every pattern that stands in the token line, once each."""
        keys = {token[:3] for token in line.split()}
        seen: set[int] = set()
        for pattern in self._always:
            if match := pattern.regex.search(line):
                yield Hit(pattern, match.start(), match.end())
        for key in keys:
            for pattern in self._by_key.get(key, ()):
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    if match := pattern.regex.search(line):
                        yield Hit(pattern, match.start(), match.end())


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of LANGUAGES."""
    folder = resources.files("agent.parsers.replies") / "lexicons"
    return Lexicon(language, (folder / f"{language}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of a pattern: its regular expression, and the first letters of words one of which must be there (None: anything)."""

    regex: str
    keys: frozenset[str] | None


_FACTS = {"#n": r"\d[^ ]*", "#ask": r"\?"}
_GAPS = {"..": "{0,3}?", "...": "{0,9}?"}
_FIXED = {
    "^": _Node("^", None),
    "$": _Node(r"(?: [!?.,])*$", None),
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
        keys: frozenset[str] | None = frozenset()
        for branch in branches:
            keys = None if keys is None or branch.keys is None else keys | branch.keys
        return _Node("|".join(branch.regex for branch in branches), keys)

    def _row(self) -> _Node:
        parts: list[str] = []
        keys: frozenset[str] | None = None
        while (
            self._at < len(self._pieces)
            and self._pieces[self._at] != "|"
            and not self._pieces[self._at].startswith(")")
        ):
            node = self._one()
            parts.append(node.regex)
            if node.keys is not None and (keys is None or _weight(node.keys) < _weight(keys)):
                keys = node.keys
        return _Node("".join(parts), keys)

    def _one(self) -> _Node:
        piece = self._pieces[self._at]
        self._at += 1
        if piece in _GAPS:
            return _Node(f"(?: {self._between}[^ ]+){_GAPS[piece]}", None)
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
        return _Node(regex + "?", None) if optional else _Node(regex, node.keys)


def _weight(keys: frozenset[str]) -> tuple[bool, int]:
    return any(len(key) < 3 for key in keys), len(keys)


def _word(piece: str) -> _Node:
    """A word with the space before it, and the comma that may stand there."""
    if piece in _FACTS:
        return _Node(f"(?: ,)? {_FACTS[piece]}(?![^ ])", None)
    stem, star, _ = piece.partition("*")
    body = "".join(char if char == "?" else re.escape(char) for char in stem)
    sure = stem.partition("?")[0][:-1] if "?" in stem else stem
    fixed = len(sure) >= 3 or (sure == stem and not star)
    return _Node(f"(?: ,)? {body}{'[^ ]*' if star else ''}(?![^ ])", frozenset({sure[:3]}) if fixed else None)
