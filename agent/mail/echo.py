"""Our own words in somebody's mail: lists and mail programs hand them back without any mark of a quotation."""

import re

_SENTENCE_END = re.compile(r"(?<=[.!?:;]) +")
# Shorter lines and sentences are anybody's.
_OURS_FROM = 15
_LONGEST = 60_000


def without_our_words(text: str, ours: str) -> str:
    """The text without the whole lines and sentences that stand in `ours` as well, however their lines were broken anew.

    A sentence that only begins as one of ours does is the writer's own: people answer with the words that we suggest.
    """
    if len(text) > _LONGEST:
        return text
    known = {line.strip() for line in ours.splitlines()} | set(_sentences(ours))
    own = "\n".join(line for line in text.splitlines() if not _is_known(line, known))
    paragraphs = (_kept(paragraph, known) for paragraph in own.split("\n\n"))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph.strip()).strip("\n")


def _kept(paragraph: str, known: set[str]) -> str:
    """The paragraph as it stands, or what is left of it when sentences of ours were in it."""
    sentences = _sentences(paragraph)
    kept = [sentence for sentence in sentences if not _is_known(sentence, known)]
    return paragraph if len(kept) == len(sentences) else " ".join(kept)


def _sentences(text: str) -> list[str]:
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return [sentence for paragraph in paragraphs for sentence in _SENTENCE_END.split(paragraph)]


def _is_known(said: str, known: set[str]) -> bool:
    said = said.strip()
    return len(said) >= _OURS_FROM and said in known
