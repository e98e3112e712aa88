"""Whom a stranger's address or name is made to look like: the tricks by which one firm's mail is taken for another's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from agent.domain.names import fold_name
from agent.mail.message import Message


class Trick(StrEnum):
    """What looks like what: the sender's domain, his name, an address that stands in his name, or where answers to him would go."""

    DOMAIN = "domain"
    NAME = "name"
    ADDRESS = "address"
    REPLY_TO = "reply_to"


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A trick, and what its mail is to be taken for (the real domain, name or address); for REPLY_TO, where the answer would go."""

    trick: Trick
    like: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who may be imitated: names, addresses, and the domains that are nobody else's."""

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


# Characters of other scripts and digits beside the Latin letter that an eye takes them for (Unicode TR39, as far as domains may hold
# them); i and l are one letter here.
_LIKE = {
    pair[0]: pair[1]
    for pair in (
        "\u0430a \u0431b \u0432b \u0433r \u0435e \u0438u \u043ak \u043cm \u043dh \u043eo "
        "\u043fn \u0440p \u0441c \u0442t \u0443y \u0445x \u0456l \u0458j \u0455s "
        "\u0501d \u04bbh \u051bq \u051dw \u0261g "
        "\u03b1a \u03b2b \u03b3y \u03b9l \u03bak \u03bdv \u03bfo \u03c1p \u03c4t \u03c5u \u03c9w \u03b5e \u03b7n \u03c7x "
        "0o 1l 3e 5s \u0131l \u0142l \u00f8o \u0111d il"
    ).split()
}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SHORTEST = 5  # letters of a name below which one letter more or less is another name
_LONG = 8  # letters from which two of them may differ
_LONGEST_DOMAIN = 253
# Each stranger is held against the people of all creditors: what is known is folded once.
_folded = lru_cache(maxsize=16_384)(fold_name)
_SECOND_LEVELS = frozenset("ac co com edu gov gouv net nic org or plc".split())


def resemblance(message: Message, known: Known) -> Resemblance | None:
    """By what the sender of this mail looks like one of these, although he is none; None when he does not."""
    sender, own = message.sender, frozenset(known.addresses)
    if sender.address in own:
        away = next((one.address for one in message.reply_to if one.address and one.address not in own), "")
        same = away.rpartition("@")[2] == sender.address.rpartition("@")[2]
        return None if not away or same else Resemblance(Trick.REPLY_TO, away)
    shown = next((address for address in known.addresses if address and address in sender.name.lower()), "")
    if shown:
        return Resemblance(Trick.ADDRESS, shown)
    domain = sender.address.rpartition("@")[2]
    like = next((real for real in known.domains if alike(domain, real)), "")
    if like:
        return Resemblance(Trick.DOMAIN, like)
    name = fold_name(sender.name)
    like = next((real for real in known.names if _same_name(_folded(real), name)), "")
    return Resemblance(Trick.NAME, like) if like and domain not in known.domains else None


def _same_name(real: str, shown: str) -> bool:
    return bool(real) and (real == shown or (len(real) > _SHORTEST and real in shown))


def alike(domain: str, real: str) -> bool:
    """Whether a domain can be taken for another that it neither is nor lies below: read aloud, glanced at, or cut off."""
    domain, real = domain.lower().strip(".")[:_LONGEST_DOMAIN], real.lower().strip(".")[:_LONGEST_DOMAIN]
    if not domain or not real or domain == real or domain.endswith(f".{real}") or real.endswith(f".{domain}"):
        return False
    shown = _decoded(domain)
    if _read(shown) == _read(_decoded(real)) or f"{real}." in f"{shown}":
        return True
    one, other = (_read(_name(text)).replace("-", "") for text in (shown, _decoded(real)))
    if len(other) < _SHORTEST:
        return False
    most = 2 if len(other) >= _LONG else 1
    near = DamerauLevenshtein.distance(one, other, score_cutoff=most) <= most
    return near or (len(other) > _SHORTEST and other in one)


@lru_cache(maxsize=16_384)
def _decoded(domain: str) -> str:
    """The domain as it is shown, its punycode labels as the characters they stand for (RFC 3492)."""
    return ".".join(_label(label) for label in domain.split("."))


def _label(label: str) -> str:
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except (UnicodeError, ValueError, OverflowError):
        return label


def _name(domain: str) -> str:
    """What its owner chose: the label before the registry's own."""
    labels = domain.split(".")
    below = len(labels) > 2 and labels[-2] in _SECOND_LEVELS and len(labels[-1]) == 2
    return labels[-3] if below else labels[-2] if len(labels) > 1 else domain


@lru_cache(maxsize=16_384)
def _read(text: str) -> str:
    """The text as an eye takes it: without accents, in Latin letters, pairs as the letter that they look like."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    latin = "".join(_LIKE.get(c, c) for c in plain)
    for pair, letter in _PAIRS:
        latin = latin.replace(pair, letter)
    return latin


def known_of(names: Iterable[str], addresses: Iterable[str], domains: Iterable[str], shared: frozenset[str]) -> Known:
    """What may be imitated of somebody; the domain of an address counts as his own unless it is one of the `shared` (a provider's)."""
    addresses = tuple(dict.fromkeys(a.lower() for a in addresses if a))
    own = (*domains, *(a.rpartition("@")[2] for a in addresses))
    return Known(tuple(dict.fromkeys(names)), addresses, tuple(d for d in dict.fromkeys(own) if d not in shared))
