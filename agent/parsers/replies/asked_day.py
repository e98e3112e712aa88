"""The day that a debtor names when he was asked which day he will pay: alone it says nothing, after the question it is a promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.domain.findings import ReplyReading
from agent.parsers.replies.intent import read_reply

_PROMISE = {"fr": "Nous paierons ", "nl": "Wij betalen ", "en": "We will pay ", "de": "Wir zahlen "}
# An answer that is a day stands near the top, in a line of its own.
_LINES, _LONGEST = 6, 60


def with_asked_day(reading: ReplyReading, received: date, language: str) -> ReplyReading:
    """The reading of an answer to "which day?", a promise when one of its first lines is just a day; as it is when its words say something."""
    if reading.intents:
        return reading
    begun = _PROMISE.get(language, _PROMISE["en"])
    lines = [line.strip() for line in reading.own_text.splitlines() if line.strip()][:_LINES]
    for line in (one for one in lines if len(one) <= _LONGEST):
        told = read_reply(begun + line, role="debtor", received=received, language=language).intents
        if [one.label for one in told] == ["promise_to_pay"] and told[0].on is not None:
            return replace(reading, intents=(replace(told[0], words=line),), needs_human=False)
    return reading
