"""Whether a sentence says that money has been paid, will be paid, will be paid if, or will not be paid."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import Intent
from agent.parsers.lexers.reply_dates import SaidDate
from agent.parsers.replies.hearing import Heard
from agent.parsers.replies.lexicon import Hit

STRONG, WEAK = 0.9, 0.5
_VETOES = ("cue_irony", "cue_unreal")
_CONDITIONS = (
    "credit_note",
    "customer_pays",
    "corrected_invoice",
    "work_completed",
    "delivery",
    "po",
    "documents",
    "copy",
    "approval",
)


def intent(heard: Heard, label: str, because: str, *, weak: bool = False) -> Intent:
    """An intent that rests on the whole sentence, with the invoices it names."""
    return Intent(
        label=label,
        confidence=WEAK if weak else STRONG,
        words=heard.sentence.words,
        because=because,
        numbers=heard.slots.numbers,
    )


def said_of_paying(heard: Heard, received: date) -> tuple[Intent, ...]:
    """The payment intents of a sentence: promise, condition, claim, refusal. Irony and unreal tense veto them all."""
    if any(heard.has(cue) for cue in _VETOES):
        return ()
    will, done, due = _tenses(heard, received)
    refused = heard.affirmed("pay_refuse")
    condition = next(heard.all("cue_condition"), None)
    word = next(heard.all("pay_word"), None)
    if condition and word and not _only_of_time(heard, condition) and not (done and not will):
        made = _conditional(heard, (*will, *due, *refused, word)[0], weak=not (will or due))
        return () if heard.sentence.question else (made,)
    found: list[Intent] = []
    if done:
        found.append(_claim(heard, done[0], received))
    if will or due:
        found.extend(_promise(heard, (will or due)[0], received))
    if refused and not found:
        found.append(replace(intent(heard, "dispute", refused[0].pattern.source), reason="refusal"))
    return tuple(found)


def _tenses(heard: Heard, received: date) -> tuple[tuple[Hit, ...], tuple[Hit, ...], tuple[Hit, ...]]:
    """The hits of future, past and present payment; where two tenses read the same words, future beats past beats present."""
    asked = heard.sentence.question
    will = () if asked else heard.affirmed("pay_will")
    done = heard.affirmed("pay_ask_received") or (() if asked else heard.affirmed("pay_done"))
    done = tuple(hit for hit in done if not _overlap(hit, will))
    due = () if asked else tuple(hit for hit in heard.affirmed("pay_due") if not _overlap(hit, done))
    ahead = heard.ahead(received)
    if done and not will and ahead and ahead.past is None and not heard.has("pay_ask_received"):
        return (), (), done
    return will, done, due if ahead and not (done and ahead.past) else ()


def _overlap(hit: Hit, others: tuple[Hit, ...]) -> bool:
    return any(hit.start < other.end and other.start < hit.end for other in others)


_TIME_ONLY = re.compile(r" (?:apres|after|na|nach|des|upon|on|bij) (?:la |le |the |de |het )?#date")


def _only_of_time(heard: Heard, condition: Hit) -> bool:
    """Whether the condition is no more than a date ("after the 15th")."""
    return bool(_TIME_ONLY.match(heard.line, condition.start))


def _conditional(heard: Heard, hit: Hit, *, weak: bool) -> Intent:
    kind = next((kind for kind in _CONDITIONS if heard.has(f"condition_{kind}")), "other")
    return replace(
        intent(heard, "conditional_promise", hit.pattern.source, weak=weak and kind == "other"), condition=kind
    )


def _claim(heard: Heard, hit: Hit, received: date) -> Intent:
    days = [said.past for said in heard.slots.dates if said.past and said.past <= received and said.exact]
    return replace(
        intent(heard, "claims_paid", hit.pattern.source, weak=hit.pattern.weak),
        on=days[0] if days else None,
        amount=_amount(heard),
        partial=bool(heard.affirmed("pay_part")),
    )


def _promise(heard: Heard, hit: Hit, received: date) -> list[Intent]:
    said = _promised_day(heard, hit, received)
    if said is None and heard.has("cue_vague"):
        return [intent(heard, "delay_request", "vague:" + hit.pattern.source, weak=True)]
    made = intent(heard, "promise_to_pay", hit.pattern.source, weak=hit.pattern.weak or said is None)
    return [replace(made, on=said.ahead if said else None, amount=_amount(heard))]


def _promised_day(heard: Heard, hit: Hit, received: date) -> SaidDate | None:
    """The day beside the promise: inside its words, else the first one after them, else the last one before."""
    marks = [match.start() for match in re.finditer(r" #date", heard.line)]
    days = [(at, said) for at, said in zip(marks, heard.slots.dates, strict=False) if said.last >= received]
    after = [said for at, said in days if at >= hit.start]
    return after[0] if after else (days[-1][1] if days else None)


def _amount(heard: Heard) -> Decimal | None:
    return heard.slots.amounts[0] if heard.slots.amounts else None
