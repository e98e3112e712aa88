"""The lines that programs and companies put around a person's words: "sent from my …", banners, disclaimers."""

import re
from collections.abc import Sequence

from agent.mail import lexicon
from agent.mail.marks import bare

MAX_PARAGRAPH = 12  # lines of a disclaimer that are looked at
_SENT_FROM = tuple(lexicon.words("signature", "sent_from"))
_DEVICES = tuple(lexicon.words("signature", "devices"))
_MINE = frozenset(lexicon.words("signature", "mine"))
_DISCLAIMER = frozenset(lexicon.words("disclaimer", "words"))
_SURE = tuple(lexicon.words("disclaimer", "sure"))
_BRACKETED = tuple(banner for banner in lexicon.words("disclaimer", "banners") if banner.startswith("["))
_BANNERS = tuple(banner for banner in lexicon.words("disclaimer", "banners") if not banner.startswith("["))
_MONEY = re.compile(r"[€$£]|\b(?:eur|usd|chf|gbp)\b|\d[.,]\d\d\b")
_FIGURE = re.compile(r":\s|\b\d{3,}\b")


def is_sent_from(line: str) -> bool:
    """Whether a mail program says of itself that it sent the mail; a sentence may begin so ("Envoyé par la poste hier, …").

    The program names its device, says "my", or adds its link; it names no sum of money.
    """
    text = bare(line).lstrip("<([{").removeprefix("https://")
    if len(text) > 140 or not text.startswith(_SENT_FROM) or _MONEY.search(text):
        return False
    if any(device in text for device in _DEVICES) or "http" in text:
        return text.count(",") < 2 or "iphone" in text
    return not _MINE.isdisjoint(re.findall(r"[^\W\d_]+", text)) and not _FIGURE.search(text)


def is_banner(line: str) -> bool:
    """Whether the mail system of the reader wrote this line above the mail, to warn of senders from outside."""
    text = line[:600].strip().lower()
    if len(text) >= 600:
        return False
    if text.lstrip("*[ ").startswith(_BANNERS):
        return True
    # A person may begin with something else in brackets: "[Externe boekhouder] wij betalen morgen".
    text = text.lstrip("* ")
    inside, _, behind = text.lstrip("[").partition("]")
    plain = len(inside.split()) <= 1 or not behind.strip("* ") or any(banner in text for banner in _BANNERS)
    return plain and text.startswith(_BRACKETED)


def opens_disclaimer(lines: Sequence[str], at: int) -> bool:
    """Whether a notice begins here that a company puts under every mail; it may follow the answer without an empty line."""
    first = _said(lines[at])
    if not any(mark in first for mark in _SURE) and _marks_in(first) < 2:
        return False
    paragraph: list[str] = []
    for line in lines[at : at + MAX_PARAGRAPH]:
        if not line.strip():
            break
        paragraph.append(line[:1_500])
    text = _said(" ".join(paragraph))
    return any(mark in text for mark in _SURE) or (len(text) > 120 and _marks_in(text) >= 3)


def _said(text: str) -> str:
    return " ".join(text[:3_000].lower().replace("’", "'").split())


def _marks_in(text: str) -> int:
    """How many of the phrases of such notices a text holds."""
    return sum(1 for mark in _DISCLAIMER if mark in text)
