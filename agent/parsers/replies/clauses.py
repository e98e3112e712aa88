"""The sentences of a mail's own text, folded so that accents, case and typography no longer matter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# A person's own words; longer text is a paste, and its head says what it is about.
LONGEST_TEXT = 12_000
LONGEST_SENTENCE = 600
MOST_SENTENCES = 120

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
    }
    | {
        "–": "-",
        "—": "-",
        "‑": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u200b": "",
        "\ufeff": "",
        "\u00ad": "",
    }
)


def fold(text: str) -> str:
    """The text in lower case without accents; apostrophes become spaces, English "n't" becomes the word "nt"."""
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS).lower())
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"n't\b", " nt", text).replace("'", " ")
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as written, folded, and whether it asks something."""

    words: str
    folded: str
    question: bool


_BULLET = re.compile(r"[ \t]*(?:[-*•·>–]|\d{1,2}[.)])[ \t]")
_ABBREVIATIONS = frozenset(
    "nr no n num m mr mrs ms mme mlle dr st art bv bvb evt incl excl ca env resp max min fact fac inv ref réf tel tél jl ct ing sept "
    "janv févr avr juil jan feb mrt apr jun jul aug sep okt oct nov dec dez bijv dhr mevr vs bzw ggf evtl inkl zzgl str a.u.b s.v.p svp "
    "z.b d.h u.a i.v.m m.b.t d.w.z o.a t.a.v t.n.v c.à.d p.ex p e.g i.e approx pp".split()
)
_STOP = re.compile(r"[.!?…]+[\"')\]]*(?=\s|$)")
_MONTHISH = re.compile(
    r"(?:jan|f[eé]v|feb|mar|m[aä]r|maa|mrt|avr|apr|mai|may|mei|jui|jun|jul|ao[uû]|aug|sep|oct|okt|nov|d[eé]c|dez)",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of the text, at most a hundred and twenty, each cut at 600 characters."""
    found: list[Sentence] = []
    for block in _blocks(text[:LONGEST_TEXT]):
        for part in _split(block):
            words = part[:LONGEST_SENTENCE]
            folded = fold(words)
            if folded:
                found.append(Sentence(words, folded, question=words.rstrip(" \"')!").endswith("?")))
            if len(found) == MOST_SENTENCES:
                return tuple(found)
    return tuple(found)


def _blocks(text: str) -> list[str]:
    """Lines, with those joined that a mail program wrapped."""
    blocks: list[str] = []
    wrapped = False
    for line in map(str.strip, text.splitlines()):
        if wrapped and line and not _BULLET.match(line + " "):
            blocks[-1] += " " + line
        elif line:
            blocks.append(line)
        wrapped = len(line) >= 50 and line[-1] not in ".!?:;"
    return blocks


def _split(block: str) -> list[str]:
    """The sentences of one block: at full stops that end no abbreviation, number or day of a month."""
    parts, start = [], 0
    for match in _STOP.finditer(block):
        if match[0].startswith(".") and len(match[0]) == 1 and not _ends(block, match.start(), match.end()):
            continue
        parts.append(block[start : match.end()].strip())
        start = match.end()
    parts.append(block[start:].strip())
    return [part for part in parts if part]


def _ends(block: str, at: int, after: int) -> bool:
    word = re.split(r"[\s(]", block[max(0, at - 12) : at])[-1]
    rest = block[after : after + 12].lstrip()
    if word.replace(".", "").replace("/", "").isdigit():
        return not rest or not (rest[0].islower() or _MONTHISH.match(rest) or rest[0].isdigit())
    return word.casefold() not in _ABBREVIATIONS


_COMMON = {
    "fr": "le la les de du des nous vous je j et est en un une pour pas que qui votre notre nos vos ce cette facture avons avez sera dans sur au "
    "bonjour merci il ne on a par avec mais c s ai suis cordialement mon ma mes",
    "nl": "de het een van wij we ik u uw en is niet dat deze op voor met onze zal te er aan die factuur hebben heb heeft wordt zijn bij nog als "
    "maar groeten ons dit om naar je jullie mijn hij wel ook graag",
    "en": "the a of we i you your and is not that this on for with our will to it in invoice have has be been are at by but my they please "
    "regards from as was can do he she me",
    "de": "der die das ein eine von wir ich sie ihr ihre und ist nicht dass auf fur mit unsere wird zu es im rechnung haben hat werden sind bei "
    "aber mein noch den dem wurde bitte gruss ihnen am zum auch uns",
}
_STOPWORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}


def languages(text: str, hint: str = "") -> tuple[str, ...]:
    """The languages the text may be in, likeliest first: one when clear, several when mixed, all when there is no telling."""
    tokens = re.findall(r"[a-z]+", fold(text[:4_000]))
    counts = {language: sum(token in words for token in tokens) for language, words in _STOPWORDS.items()}
    best = max(counts.values())
    order = sorted(counts, key=lambda one: (-counts[one], one != hint, one))
    if best < 2:
        return tuple(order)
    return tuple(one for one in order if counts[one] * 2.5 >= best or one == hint)
