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
from agent.parsers.replies.slots import parse_amount

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


# Conditions whose words stand in many mails: alone, beside the mere mention of paying, they only hint.
_ALSO_ELSEWHERE = frozenset({"po", "documents", "copy", "approval", "other"})


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
    word = next(heard.all("pay_word"), None) or next(iter(refused), None)
    meant = will or tuple(hit for hit in heard.affirmed("pay_due") if not _overlap(hit, done))
    if condition and word and not _only_of_time(heard, condition) and (meant or not done):
        made = _conditional(heard, (*meant, *refused, word)[0], weak=not meant)
        return () if heard.sentence.question else (made,)
    found: list[Intent] = []
    if done and not (condition and condition.start < done[0].start):
        found.append(claim(heard, done[0].pattern.source, received, weak=done[0].pattern.weak))
    if will or due:
        found.extend(_each_its_own(found, _promise(heard, (will or due)[0], received), heard))
    if refused and not found:
        found.append(replace(intent(heard, "dispute", refused[0].pattern.source), reason="refusal"))
    if heard.has("cue_doubt"):
        found = [replace(one, confidence=WEAK) for one in found]
    return tuple(found)


def _each_its_own(claims: list[Intent], promises: list[Intent], heard: Heard) -> list[Intent]:
    """The promises without the sum that the same sentence says to be paid already ("paid 300 today, the rest on Friday")."""
    if not claims or len(heard.slots.amounts) > 1:
        return promises
    return [replace(one, amount=None) if one.amount == claims[0].amount else one for one in promises]


def _tenses(heard: Heard, received: date) -> tuple[tuple[Hit, ...], tuple[Hit, ...], tuple[Hit, ...]]:
    """The hits of future, past and present payment; where two tenses read the same words, future beats past beats present."""
    asked = heard.sentence.question
    will = () if asked else heard.affirmed("pay_will")
    done = heard.affirmed("pay_ask_received") or (() if asked else heard.affirmed("pay_done"))
    if arrival := _arrival(heard, done, received):
        return (), tuple(hit for hit in done if not _overlap(hit, (arrival,))), ()
    done = tuple(hit for hit in done if not _overlap(hit, will))
    due = () if asked else tuple(hit for hit in heard.affirmed("pay_due") if not _overlap(hit, done))
    ahead = heard.ahead(received)
    if done and not will and ahead and not heard.has("pay_ask_received") and _still_to_come(heard, ahead, received):
        return (), (), done
    return will, done, due if ahead and not (done and ahead.past) else ()


def _arrival(heard: Heard, done: tuple[Hit, ...], received: date) -> Hit | None:
    """Where a sentence tells when money that was sent should arrive ("paid today, it should be with you on Friday"): no promise of more.

    None when a day ahead or a part stands before it: then the day of arrival belongs to what is still to be paid.
    """
    found = next(heard.all("cue_arrival"), None)
    if found is None or heard.has("pay_part") or not any(hit.end <= found.start for hit in done):
        return None
    marks = [match.start() for match in re.finditer(r" #date", heard.line)]
    before = [said for at, said in zip(marks, heard.slots.dates, strict=False) if at < found.start]
    return None if any(said.last > received and said.past is None for said in before) else found


_UNTIL = re.compile(
    r"(?: (?:bis|bis zum|tegen|voor|vor|uiterlijk|by|before|until|d ici|avant|pour|au plus tard|fur den|spatestens|ab) (?:le |la |the |de |am |zum )?#date"
    r"|^ (?:am )?#date (?:ist|is|c est|est|wird|wordt|brauchen)\b)"
)
_HALF_A_YEAR = 183
_BY = re.compile(r"(?:bis|tegen|vor|voor|by|before|d ici|avant|pour|ab)\b")


def _still_to_come(heard: Heard, ahead: SaidDate, received: date) -> bool:
    """Whether a day beside "paid" lies ahead: its past reading is half a year ago, or the sentence says until when ("bis Dienstag")."""
    if ahead.past is None or (received - ahead.past).days > _HALF_A_YEAR:
        return True
    return bool(_UNTIL.search(heard.line) or _BY.match(ahead.words))


def _overlap(hit: Hit, others: tuple[Hit, ...]) -> bool:
    return any(hit.start < other.end and other.start < hit.end for other in others)


_TIME_ONLY = re.compile(r" (?:apres|after|na|nach|des|upon|on|bij) (?:la |le |the |de |het )?#date")


def _only_of_time(heard: Heard, condition: Hit) -> bool:
    """Whether the condition is no more than a date ("after the 15th")."""
    return bool(_TIME_ONLY.match(heard.line, condition.start))


def condition_of(heard: Heard) -> str:
    """What a payment waits for, as far as the words tell."""
    return next((kind for kind in _CONDITIONS if heard.has(f"condition_{kind}")), "other")


def _conditional(heard: Heard, hit: Hit, *, weak: bool) -> Intent:
    kind = condition_of(heard)
    return replace(
        intent(heard, "conditional_promise", hit.pattern.source, weak=weak and kind in _ALSO_ELSEWHERE), condition=kind
    )


def claim(heard: Heard, because: str, received: date, *, weak: bool = False) -> Intent:
    """A claim that money was paid, with the day when it is exact, the sum, and the reference."""
    days = [said.past for said in heard.slots.dates if said.past and said.past <= received and said.exact]
    return replace(
        intent(heard, "claims_paid", because, weak=weak),
        on=days[0] if days else None,
        amount=sum_said(heard),
        partial=heard.has("pay_part"),
        reference=_reference(heard),
    )


def _promise(heard: Heard, hit: Hit, received: date) -> list[Intent]:
    said = promised_day(heard, hit.start, received)
    if said is None and heard.has("cue_vague"):
        return [intent(heard, "delay_request", "vague:" + hit.pattern.source, weak=True)]
    made = intent(heard, "promise_to_pay", hit.pattern.source, weak=hit.pattern.weak or said is None)
    return [replace(made, on=said.ahead if said else None, amount=sum_said(heard))]


def promised_day(heard: Heard, start: int, received: date) -> SaidDate | None:
    """The day beside the promise: inside its words, else the first one after them, else the last one before."""
    marks = [match.start() for match in re.finditer(r" #date", heard.line)]
    days = [(at, said) for at, said in zip(marks, heard.slots.dates, strict=False) if said.last >= received]
    after = [said for at, said in days if at >= start]
    return after[0] if after else (days[-1][1] if days else None)


# After an article a bare number is an invoice ("la 1201 est payée").
_BARE = re.compile(
    r"(?<! la)(?<! le)(?<! de)(?<! the)(?<! die)(?<! nr)(?<! no)(?<= )(\d{2,6}(?:[.,]\d{1,2})?)(?= (?!%|jours|jour|dagen|days|tage|heures|uur|hours|stunden|fois|keer|x |/)|$)"
)
_BANK_REFERENCE = re.compile(r"\b(?=[A-Z0-9]{8,20}\b)(?=[A-Z]*\d)[A-Z]{2,4}\d[A-Z0-9]{5,17}\b")


def sum_said(heard: Heard) -> Decimal | None:
    """The sum a sentence names; without a currency when it is the only bare number."""
    if heard.slots.amounts:
        return heard.slots.amounts[0]
    bare = _BARE.findall(heard.slots.line)
    return parse_amount(bare[0]) if len(bare) == 1 else None


def _reference(heard: Heard) -> str:
    """The structured communication or the bank's own reference of a payment."""
    if heard.slots.communications:
        return heard.slots.communications[0]
    match = _BANK_REFERENCE.search(heard.sentence.words)
    return match[0] if match else ""
