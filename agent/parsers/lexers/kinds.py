"""The titles of commercial documents, and the stop words that tell the four languages apart."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.domain.findings import DocumentKind as K
from agent.parsers.lexers import kind_words as words
from agent.parsers.lexers.folding import REMEMBERED, fold

_TITLE = tuple(
    (
        kind,
        re.compile(
            rf"(?:votre |uw |your |ihre |notre |nos |our |onze |ons |unser |unsere |la nostra |nuestra |kopie |copie |copy |duplicata |duplicaat |duplicate )?(?:{pattern})(?![\w]|-\w)"
        ),
    )
    for kind, pattern in words.TITLES
)
_OBJECT = re.compile(r"^(?:objet|betreft?|subject|betreff|concerne|re|onderwerp)\s*: *")

_STOP = {
    "fr": "le la les des une est et pour vous nous votre par sur facture montant paiement avec dans à du total ttc htva tva échéance",
    "nl": "de het een van voor wij uw met en bij factuur betaling bedrag btw totaal op binnen te vervaldatum incl excl aantal omschrijving",
    "en": "the of and for your our with invoice payment amount please by due is to this total vat date number bill customer quantity",
    "de": "der die das und für ihre unsere mit rechnung betrag zahlung bitte bis zum innerhalb mwst datum nummer menge gesamtbetrag netto kunde",
}
_STOP_WORDS = {word: language for language, words in _STOP.items() for word in words.split()}
_SHARED = {"de", "total", "en", "op"}


def title_of(text: str) -> tuple[K, int] | None:
    """The kind of document that a text names as its title, and where the title ends; None when it begins with no title."""
    return _title(text[:120])


@lru_cache(REMEMBERED)
def _title(text: str) -> tuple[K, int] | None:
    folded = fold(text)
    subject = _OBJECT.match(folded)
    offset = subject.end() if subject else 0
    body = folded[offset:].lstrip("*#=- ")
    offset = len(folded) - len(body)
    best: tuple[K, int] | None = None
    for kind, pattern in _TITLE:
        match = pattern.match(body)
        if match and (best is None or offset + match.end() > best[1]):
            best = kind, offset + match.end()
    return best


def language_of(text: str) -> str:
    """The language that most stop words of a text belong to ("fr", "nl", "en", "de"); empty when there are hardly any."""
    counts = dict.fromkeys(_STOP, 0)
    for word in re.findall(r"[^\W\d_]+", text[:20_000].lower()):
        language = _STOP_WORDS.get(word)
        if language is not None and word not in _SHARED:
            counts[language] += 1
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= 3 else ""
