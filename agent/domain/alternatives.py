r"""Regular expressions of many alternatives that are searched for fast.

`re` skips to the next letter that any alternative begins with, but only where each of them begins with a plain letter: not behind
`\b`, nor with a group. Where it cannot skip it tries all alternatives at every letter, which took ten times as long on a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIGN = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|.", re.DOTALL)
_BOUNDARY = r"\b"
_REPEATED = frozenset("*+?{")


def any_of(alternatives: str) -> re.Pattern[str]:
    r"""The pattern that `re.compile` makes of these alternatives, written so that a search can skip.

    Groups at the head of an alternative are written out, and a word's boundary is looked for behind its first letter: "\b(?:a|b)c"
    becomes "ac|bc", each with its boundary. The order of the alternatives stays.
    """
    return re.compile("|".join(plain for each in _split(alternatives) for plain in _written_out(each)))


def _split(alternatives: str) -> list[str]:
    """The alternatives one by one; those inside a group stay together."""
    parts, depth = [""], 0
    for sign in _SIGN.findall(alternatives):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _written_out(alternative: str) -> Iterator[str]:
    bound = _BOUNDARY if alternative.startswith(_BOUNDARY) else ""
    rest = alternative.removeprefix(bound)
    head, tail = _head(rest)
    optional = tail[:1] == "?"
    tail = tail.removeprefix("?")
    if not head.startswith("(?:") and not (optional and head.isalnum()):
        yield _bounded(rest) if bound else alternative
    elif tail[:1] in _REPEATED:
        yield alternative
    else:
        inner = _split(head[3:-1]) if head.startswith("(?:") else [head]
        for each in [*inner, *([""] if optional else [])]:
            yield from _written_out(bound + each + tail)


def _head(rest: str) -> tuple[str, str]:
    """The first letter or group of an alternative, and what follows."""
    depth = 0
    for sign in _SIGN.finditer(rest):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if depth == 0:
            return rest[: sign.end()], rest[sign.end() :]
    return rest, ""


def _bounded(rest: str) -> str:
    """The alternative where a word begins: no letter stands before its first one."""
    first, follows = rest[:1], rest[1:]
    if not first.isalnum() or follows[:1] in _REPEATED:
        return _BOUNDARY + rest
    return rf"{first}(?<!\w{first}){follows}"
