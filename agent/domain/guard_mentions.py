"""What a mail to a debtor must say, looked for in the finished mail: in its text part and in what its HTML part shows.

The mention itself is looked for (its amount, number, day, period, phrase), never a template's promise; see agent.domain.guard_shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.domain.guard_case import DEMANDS, NOTICE, Breach, Case, Rule
from agent.domain.guard_shown import Shown
from agent.domain.guard_waits import FIRST_LETTER, FIRST_REMINDER, FOURTEEN_DAYS
from agent.domain.guard_words import (
    AMICABLE,
    BELGIAN_PERIOD,
    COSTS,
    COURT,
    DEFAULT_NOTICE,
    DUTCH_PERIOD,
    ON_BEHALF,
    PARTS,
    STATUTE,
    Phrases,
)
from agent.domain.money import Money

_ACCOUNT = re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}")


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that certain mails must show: for which cases, and what of it a part of the mail lacks ("" for nothing)."""

    rule: Rule
    applies: Callable[[Case], bool]
    lacks: Callable[[Case, Shown], str]


def missing(case: Case, parts: tuple[tuple[str, Shown], ...]) -> tuple[Breach, ...]:
    """The rules that the finished mail breaks. `parts` are its text and its visible HTML, by the names to call them."""
    found: dict[str, Breach] = {}
    for mention in MENTIONS:
        if not mention.applies(case):
            continue
        for name, shown in parts:
            detail = mention.lacks(case, shown)
            if detail and mention.rule.name not in found:
                found[mention.rule.name] = Breach(mention.rule, f"{name}: {detail}")
    return tuple(found.values())


def announced_by(case: Case) -> tuple[str, ...]:
    """What a statement that lacks nothing announces to its debtor: names of agent.domain.guard_waits."""
    if case.kind == NOTICE:
        return ()
    told = ((FIRST_REMINDER, _belgian(case)), (FOURTEEN_DAYS, _dutch(case)), (FIRST_LETTER, _french_first(case)))
    return tuple(name for name, announced in told if announced)


def rules() -> tuple[Rule, ...]:
    """All rules about the finished mail."""
    return tuple(mention.rule for mention in MENTIONS)


def _shows(amount: Money | None, shown: Shown) -> bool:
    return amount is None or abs(amount.rounded().amount) in shown.amounts()


def _phrase(phrases: Phrases, case: Case, shown: Shown) -> bool:
    pattern = phrases.get(case.language)
    return pattern is not None and shown.matches(pattern)


def _statement(case: Case) -> bool:
    return case.kind in DEMANDS


def _belgian(case: Case) -> bool:
    return case.announces and case.country == "BE"


def _dutch(case: Case) -> bool:
    return case.announces and case.country == "NL" and case.announced is not None


def _french(case: Case) -> bool:
    return case.collects and case.country == "FR" and case.kind in DEMANDS


def _french_first(case: Case) -> bool:
    return _french(case) and case.first_letter is None


def _no_sender(case: Case, shown: Shown) -> str:
    return "" if shown.names(case.creditor.name) else f"does not name the creditor, {case.creditor.name}"


def _no_role(case: Case, shown: Shown) -> str:
    if not shown.names(case.agency):
        return f"does not name the collector, {case.agency}"
    if not _phrase(ON_BEHALF, case, shown):
        return "does not say in whose name and for whose account the collector writes"
    return "" if shown.names(case.registration) else f"does not show the registration, {case.registration}"


def _lines(case: Case, shown: Shown) -> str:
    amounts, days = shown.amounts(), shown.days()
    for asked in case.asked:
        if not shown.names(asked.number, least=1):
            return f"does not name {asked.number}"
        if asked.balance.rounded().amount not in amounts:
            return f"does not show the balance of {asked.number}, {asked.balance}"
        if asked.due_date is not None and asked.due_date not in days:
            return f"does not show the due date of {asked.number}, {asked.due_date}"
    return ""


def _no_number(case: Case, shown: Shown) -> str:
    numbers = case.creditor.enterprise_numbers
    if not numbers:
        return f"creditors/{case.creditor.id}.toml names no number"
    digits = ("".join(c for c in number if c.isdigit()) for number in numbers)
    return "" if any(shown.names(d, least=6) for d in digits) else f"does not show the enterprise number, {numbers[0]}"


def _no_indemnity(case: Case, shown: Shown) -> str:
    if case.announced is None:
        return ""
    if not _shows(case.announced, shown):
        return f"does not show the indemnity that would follow, {case.announced}"
    return "" if _phrase(COSTS, case, shown) else "does not say that an indemnity would follow"


def _no_description(case: Case, shown: Shown) -> str:
    supplies = case.creditor.supplies
    if supplies:
        return "" if shown.says(supplies) else f"does not say what the invoices are for: {supplies}"
    bare = [asked.number for asked in case.asked if asked.first and not asked.copied]
    return f"nothing says what {', '.join(bare)} is for, and no copy is attached" if bare else ""


def _no_belgian_period(case: Case, shown: Shown) -> str:
    found = _phrase(BELGIAN_PERIOD, case, shown)
    return "" if found else "does not name the 14 days that begin the day after the e-mail"


def _no_dutch_period(case: Case, shown: Shown) -> str:
    return (
        ""
        if _phrase(DUTCH_PERIOD, case, shown)
        else "does not name the fifteen days in the words that the courts accept"
    )


def _not_amicable(case: Case, shown: Shown) -> str:
    if not shown.names(case.agency) or not shown.names(case.seat):
        return f"does not name the collector with his seat: {case.agency}, {case.seat}"
    return "" if _phrase(AMICABLE, case, shown) else "does not say that the collector recovers debts amicably"


def _no_creditor_seat(case: Case, shown: Shown) -> str:
    return (
        "" if shown.names(case.creditor.address) else f"does not show the creditor's address: {case.creditor.address}"
    )


def _not_split(case: Case, shown: Shown) -> str:
    return "" if _phrase(PARTS, case, shown) else "does not split principal, interest and accessories"


def _no_way_to_pay(case: Case, shown: Shown) -> str:
    payable = shown.matches(_ACCOUNT) or all(asked.copied for asked in case.asked)
    return "" if payable else "does not say to which account to pay"


def _no_statute(_: Case, shown: Shown) -> str:
    return (
        ""
        if all(shown.says(paragraph) for paragraph in STATUTE)
        else "does not reproduce CPCE L111-8, paragraphs 2 and 3"
    )


def _no_reference(case: Case, shown: Shown) -> str:
    reference, day = case.first_letter or (case.reference, case.dated)
    if not shown.names(reference):
        return f"does not show the reference of the first letter, {reference}"
    return "" if day in shown.days() else f"does not show the day of the first letter, {day}"


def _notice(case: Case) -> bool:
    return case.kind == NOTICE


def _no_notice(case: Case, shown: Shown) -> str:
    return "" if _phrase(DEFAULT_NOTICE, case, shown) else "does not say that it is a formal notice"


def _no_deadline(case: Case, shown: Shown) -> str:
    named = case.deadline is not None and case.deadline in shown.days()
    return "" if named else f"does not name the last day to pay, {case.deadline}"


def _no_arithmetic(case: Case, shown: Shown) -> str:
    amounts, percents = shown.amounts(), shown.percents()
    for charge in case.charges:
        if abs(charge.amount.rounded().amount) not in amounts:
            return f"does not show the {charge.kind} of {charge.number}, {charge.amount}"
        if any(percent not in percents for percent in charge.percents):
            return f"does not show the rate of the interest of {charge.number}"
        if any(not shown.matches(re.compile(rf"\b{days}\b")) for days in charge.days):
            return f"does not show the days of the interest of {charge.number}"
    return ""


def _unexplained(case: Case, shown: Shown) -> str:
    for readings in shown.without(case.ignored).figures():
        if not readings & case.amounts and readings != {0}:
            return f"{max(readings)} is neither an amount of the invoices nor an allowed claim"
    return ""


def _court(case: Case, shown: Shown) -> str:
    pattern = COURT.get(case.language)
    found = pattern.search(shown.without((*case.ignored, *STATUTE)).text) if pattern else None
    return f"says {found[0]!r}" if found else ""


_TEMPLATE = "put the mention back into the template of yours that dropped it"
_BOOK_XIX = "Code of Economic Law, book XIX: content of the first reminder"

MENTIONS = (
    Mention(Rule("creditor-named", "whose debt it is", "D", _TEMPLATE), lambda _: True, _no_sender),
    Mention(
        Rule("collector-named", "CPCE R124-4; economie.fgov.be: who writes, for whom", "V", _TEMPLATE),
        lambda case: case.collects,
        _no_role,
    ),
    Mention(Rule("lines", "directive 2011/7/EU; book XIX: balance and due date", "V", _TEMPLATE), _statement, _lines),
    Mention(
        Rule("be-first-creditor", _BOOK_XIX, "V2", "add numbers to the creditor's file, or the mention to your template"),
        _belgian,
        _no_number,
    ),
    Mention(Rule("be-first-indemnity", _BOOK_XIX, "V2", _TEMPLATE), _belgian, _no_indemnity),
    Mention(
        Rule("be-first-description", _BOOK_XIX, "V2", "add supplies to the creditor's file: in a line, what his invoices are for"),
        _belgian,
        _no_description,
    ),
    Mention(Rule("be-first-period", _BOOK_XIX, "V2", _TEMPLATE), _belgian, _no_belgian_period),
    Mention(Rule("nl-period", "BW 6:96 (6); ECLI:NL:HR:2016:2704", "V2", _TEMPLATE), _dutch, _no_dutch_period),
    Mention(Rule("nl-costs", "BW 6:96 (6): the amount that would be claimed", "V2", _TEMPLATE), _dutch, _no_indemnity),
    Mention(Rule("fr-collector", "CPCE R124-4 1°", "V", _TEMPLATE), _french_first, _not_amicable),
    Mention(Rule("fr-creditor", "CPCE R124-4 2°", "V", _TEMPLATE), _french_first, _no_creditor_seat),
    Mention(Rule("fr-parts", "CPCE R124-4 3°", "V", _TEMPLATE), _french, _not_split),
    Mention(Rule("fr-payment", "CPCE R124-4 4°", "V", _TEMPLATE), _french_first, _no_way_to_pay),
    Mention(Rule("fr-statute", "CPCE R124-4 5°", "V", _TEMPLATE), _french_first, _no_statute),
    Mention(
        Rule("fr-first-letter", "CPCE R124-4, last paragraph", "V", _TEMPLATE),
        lambda case: case.collects and case.country == "FR" and (_french(case) or case.first_letter is not None),
        _no_reference,
    ),
    Mention(Rule("notice-named", "a debtor must see that he is formally asked to pay", "D", _TEMPLATE), _notice, _no_notice),
    Mention(Rule("notice-deadline", "a debtor must see until when", "D", _TEMPLATE), _notice, _no_deadline),
    Mention(Rule("notice-payment", "a debtor must see where to pay", "D", "give the creditor's account, or put the mention back into your template"), _notice, _no_way_to_pay),
    Mention(
        Rule("claim-shown", "directive 2011/7/EU; C. com. L441-10: rate, period and source", "V", _TEMPLATE),
        lambda case: bool(case.charges),
        _no_arithmetic,
    ),
    Mention(
        Rule("amount-unexplained", "CPCE L111-8; wikifin.be: nothing else may be charged", "V2", "take the amount out of your template"),
        lambda _: True,
        _unexplained,
    ),
    Mention(
        Rule("no-court-title", "wikifin.be; economie.fgov.be: no threat of seizure, no pretended judgment", "V", "take the words out of your template"),
        lambda _: True,
        _court,
    ),
)  # fmt: skip
