"""When an absent person is back, as an automatic answer tells it."""

import re
from dataclasses import replace
from datetime import date, timedelta

from agent.parsers.lexers.reply_dates import SaidDate, find_dates
from agent.parsers.replies.autoreply_words import months, words

LONGEST_ABSENCE = timedelta(days=400)
_DAY = timedelta(days=1)
_MONTHS = months()
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})\.?\s(?:de\s|di\s|ta\s)?({_NAMES})\b")
_MONTH_DAY = re.compile(
    r"\b(augusztus|szeptember|oktober|november|december|januar|junius|julius|majus|aprilis)\s(\d{1,2})"
)
_IDEOGRAPHIC = re.compile(r"(\d{1,2})\s?[月ᄋ]\s?(\d{1,2})\s?[日号ᄋ]")  # Hangul stands folded to its first letter
_ENGLISH = "x january february march april may june july august september october november december".split()
# A point closes a sentence behind a word, a year or a day and month; behind a lone day it may belong to the date.
SENTENCE = re.compile(r"(?<=[^\W\d_)][.!?;])\s+(?=[^\W\d_(])|(?<=[./]\d\d[.!?;])\s+|(?<=\d{4}[.!?;])\s+|[。！]|\n+")


def back_on(text: str, received: date) -> date | None:
    """The first day on which the writer is back, None when he does not say. `text` is folded."""
    last_days: list[date] = []
    beginnings: list[date] = []
    for sentence in SENTENCE.split(_in_english(text)):
        dates = _dates(sentence, received)
        for found in dates:
            before = sentence[max(0, found.start - 60) : found.start]
            if _cue(before, "back") or _behind(sentence, found, "back_behind"):
                return found.last
            if _cue(before, "since"):
                beginnings.append(found.last)
        last_days += [_return_after(sentence, found) for found in dates if _ends_absence(sentence, found, dates)]
    # "Absent from 16 to 20. From the 23rd I shall read your mail": a beginning behind the end is the return.
    end = max(last_days, default=None)
    return min((day for day in beginnings if end and day >= end), default=end)


def _dates(sentence: str, received: date) -> list[SaidDate]:
    """The dates from the day of the mail on; a weekday before a date ("Monday, August 24") belongs to it."""
    found: list[SaidDate] = []
    for one in find_dates(sentence, received):
        last = found[-1] if found else None
        if last and one.start - last.end <= 3 and not any(map(str.isdigit, last.words)):
            found[-1] = replace(one, start=last.start)
        else:
            found.append(one)
    return [one for one in found if received - _DAY <= one.last <= received + LONGEST_ABSENCE]


def _in_english(text: str) -> str:
    """The text with the months of other languages, and dates in ideographs, written as English writes them."""
    text = _IDEOGRAPHIC.sub(lambda found: f" {found[2]} {_month(found[1])} ", text)
    text = _MONTH_DAY.sub(lambda found: f"{found[2]} {_MONTHS.get(found[1], found[1])} ", text)
    return _DAY_MONTH.sub(lambda found: f"{found[1]} {_MONTHS[found[2]]}", text)


def _month(number: str) -> str:
    return _ENGLISH[int(number)] if 0 < int(number) < len(_ENGLISH) else number


def _ends_absence(sentence: str, found: SaidDate, dates: list[SaidDate]) -> bool:
    before = sentence[max(0, found.start - 30) : found.start]
    led = _cue(before, "until") or _cue(before, "until_and_with") or _behind(sentence, found, "until_behind")
    return found is dates[-1] and (len(dates) > 1 or bool(led))


def _return_after(sentence: str, found: SaidDate) -> date:
    """The day behind an absence "until" this date: most languages mean it to be the last day, "until" and "tot" the return."""
    before = sentence[max(0, found.start - 30) : found.start]
    inclusive = any(word in f"{before} {sentence[found.end : found.end + 20]}" for word in words("inclusive"))
    return (
        found.last
        if _cue(before, "until") and not _cue(before, "until_and_with") and not inclusive
        else found.last + _DAY
    )


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w/'-]+", " ", text).split())


def _cue(before: str, key: str) -> str:
    """The word of this list that leads to the date: it stands directly before it, or with a weekday or article between."""
    tail = f" {' '.join(_plain(before).split()[-5:])} "
    return next((cue for cue in words(key) if f" {_plain(cue)} " in tail), "")


def _behind(sentence: str, found: SaidDate, key: str) -> bool:
    """Whether a word of this list follows the date: some languages say "until" and "back" behind it."""
    return sentence[found.end : found.end + 30].lstrip(" ,").startswith(tuple(words(key)))
