"""The labels in a text: the words that name a value on an invoice, in thirteen languages; the longest wins where several overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.label_patterns import PATTERNS
from agent.parsers.lexers.label_words import WORDS
from agent.parsers.lexers.label_words_further import FURTHER
from agent.parsers.lexers.label_words_north import NORTH

_TOKEN = re.compile(r"[a-z0-9]+|[°#]")
_FILLERS = frozenset(
    (
        "de d la le les l du des van der den het the of eur euro euros usd chf gbp s au aux nos notre ons onze our unser unsere "
        "di del della dello dei degli delle il lo el los las do da"
    ).split()
)
_NUMBER_WORDS = frozenset({"n°", "nr", "num", "numero", "nummer", "number", "#", "nro", "numer"})
_HEADS = ("rechnung", "factuur", "faktura")
MAX_TEXT = 400


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a text, from character `start` to `end`: it names a value of `field`. `words` counts its words without fillers."""

    field: str
    start: int
    end: int
    words: int


class _Node:
    __slots__ = ("fields", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.fields: tuple[str, ...] = ()


def _tree() -> _Node:
    root = _Node()
    for table in (WORDS, PATTERNS, FURTHER, NORTH):
        for field, patterns in table.items():
            for pattern in patterns:
                for phrase in _phrases(pattern):
                    _plant(root, field, phrase)
    root.fields = ()
    return root


def _phrases(pattern: str) -> Iterator[list[str]]:
    """The phrases that a pattern with alternatives and optional words stands for."""
    choices = [[*word.rstrip("?").split("|"), *([""] if word.endswith("?") else [])] for word in pattern.split()]
    for chosen in product(*choices):
        yield [word for part in chosen for word in part.split("_") if word]


def _plant(root: _Node, field: str, phrase: list[str]) -> None:
    node = root
    for word in phrase:
        node = node.next.setdefault(_token(word), _Node()) if word not in _FILLERS else node
    if field not in node.fields:
        node.fields += (field,)


def _token(word: str) -> str:
    return "no" if word in _NUMBER_WORDS else word


@lru_cache(maxsize=4096)
def find_labels(text: str) -> tuple[Label, ...]:
    """The labels of a text in order, the longest at each place; one place gives several when its words name several fields."""
    tokens = _tokens(text[:MAX_TEXT])
    found: list[Label] = []
    at = 0
    while at < len(tokens):
        length, fields = _longest(tokens, at)
        found += [Label(field, tokens[at][1], tokens[at + length - 1][2], length) for field in fields]
        at += max(length, 1)
    return tuple(found)


def _tokens(text: str) -> list[tuple[str, int, int]]:
    tokens: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(fold(text)):
        word, start, end = match[0], match.start(), match.end()
        if word == "°":
            if tokens and tokens[-1][0] == "n" and start - tokens[-1][2] <= 1 and fold(text[start - 1]) in "n.":
                tokens[-1] = ("no", tokens[-1][1], end)
            continue
        if word == "o" and tokens and tokens[-1][0] == "n" and start - tokens[-1][2] == 1 and text[start - 1] == ".":
            # "n.º", whose sign is read as a letter.
            tokens[-1] = ("no", tokens[-1][1], end)
            continue
        if word == "du" and text[start:end] in {"dû", "DÛ", "Dû"}:
            word = "owed"
        if word not in _FILLERS:
            tokens.append((_token(word), start, end))
    return tokens


def _longest(tokens: list[tuple[str, int, int]], at: int) -> tuple[int, tuple[str, ...]]:
    node, best = _ROOT, 0
    fields: tuple[str, ...] = ()
    for offset, (word, _, _) in enumerate(tokens[at : at + 8], 1):
        following = node.next.get(word) or node.next.get(_head_of(word))
        if following is None:
            break
        node = following
        if node.fields:
            best, fields = offset, node.fields
    return best, fields


def _head_of(word: str) -> str:
    """The last part of a compound that names a bill ("beitragsrechnung", "huurfactuur"); the word itself of all others."""
    for head in _HEADS:
        if word.endswith(head) and len(word) > len(head) + 2:
            return head
    return word


_ROOT = _tree()
