"""Words by code: what templates, workbooks and mails ask for. Sentences live in templates/."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from agent.domain.money import Money
from agent.domain.profiles import Profile, Reason
from agent.reports import (
    alarm_words,
    button_words,
    claim_words,
    fee_words,
    list_words,
    phrases,
    plan_words,
    report_words,
    restored_words,
    vocabulary,
)
from agent.reports.formats import money, number, percent
from agent.reports.trends import Trend

_WORDS: Mapping[str, vocabulary.Words] = {
    **vocabulary.FIELDS,
    **vocabulary.KINDS,
    **vocabulary.STATES,
    **vocabulary.COLUMNS,
    **vocabulary.FIGURES,
    **vocabulary.PLAIN,
    **phrases.HISTORY,
    **phrases.TOPICS,
    **phrases.SAID,
    **phrases.ENCLOSED,
    **phrases.WHY,
    **phrases.DETAILS,
    **claim_words.TABLE,
    **fee_words.FEES,
    **list_words.LISTS,
    **report_words.REPORT,
    **plan_words.PLANS,
    **button_words.BUTTONS,
    **alarm_words.ALARMS,
    **restored_words.RESTORED,
}


def word(code: str, language: str) -> str:
    """The word for this code; the code itself when it has none, so that a new code never stops a mail. A sentence stays as it is."""
    return _WORDS.get(code, {}).get(language) or (code if " " in code else code.replace("_", " "))


def has_word(code: str) -> bool:
    """Whether this code has a word of its own."""
    return code in _WORDS


def late(days: int, language: str) -> str:
    """How late that is, in words: "1 jour de retard", "23 dagen te laat"."""
    one, many = phrases.LATE.get(language, phrases.LATE["en"])
    return one if days == 1 else many.format(days)


def days(count: int, language: str) -> str:
    """A number of days in words: "1 jour", "23 dagen"."""
    one, many = phrases.DAYS.get(language, phrases.DAYS["en"])
    return one if count == 1 else many.format(count)


def because(reason: Reason, language: str) -> str:
    """Why a debtor is judged so, with the figure behind it: "the oldest invoice is 70 days late"."""
    return word(reason.code, language).replace("{}", number(reason.figure, language))


def reasons(profile: Profile, language: str) -> str:
    """Why a debtor is judged so, in one line; "" when nothing speaks for or against him."""
    semicolon = "\u00a0; " if language == "fr" else "; "
    return semicolon.join(because(reason, language) for reason in profile.reasons)


def _trend_figure(trend: Trend, figure: Money | Decimal | None, language: str) -> str:
    """A key figure as its reader sees it: an amount, days, or a share in percent; a dash when there is none."""
    if figure is None:
        return "–"
    if isinstance(figure, Money):
        return money(figure, language)
    if trend.code == "recovery_rate":
        return percent(figure, language)
    return f"{number(figure, language)}\u00a0{word('unit_days', language)}"


def trend_rows(trends: Iterable[Trend], language: str) -> list[tuple[str, str, str, str, str]]:
    """Key figures as rows: name, now, a month before, how it moved in words, and whether that is "good", "late" or neither ("")."""
    moved = {1: "went_up", -1: "went_down", 0: "stayed"}
    verdict = {1: "good", -1: "late", 0: ""}
    return [
        (
            word(t.code, language),
            _trend_figure(t, t.now, language),
            _trend_figure(t, t.before, language),
            word(moved[t.direction], language) if t.before is not None else "–",
            verdict[t.verdict],
        )
        for t in trends
    ]


def example(field: str, language: str) -> str:
    """How a creditor may type this field in his reply; "" when there is no fixed way."""
    return phrases.EXAMPLES.get(field, {}).get(language, "")
