"""What the creditor and his staff tell us to do, sentence by sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from agent.domain.findings import Intent
from agent.parsers.replies.hearing import Heard
from agent.parsers.replies.lexicon import Hit
from agent.parsers.replies.paying import intent, sum_said

# The later ones yield to the earlier: "has he paid?" is a question, not a payment; "on hold until he has paid" is a pause.
_ORDER = (
    "status_request",
    "dispute_settled",
    "unpause",
    "write_off",
    "pause",
    "credit_note",
    "payment_notice",
    "withdraw",
    "refuse",
    "approve",
    "resume",
    "correction",
    "dispute_told",
)
# What the subject asks is answered first: a yes or no to a proposal of ours.
_ANSWERS = ("refuse", "approve")
_NAMES = {"unpause": "resume"}
_ASKABLE = frozenset({"pause", "unpause", "resume", "withdraw", "write_off", "correction", "status_request"})


# Who takes a case into his own hands takes it back, whatever he says of reminders besides.
_OWN_HANDS = re.compile(
    r" (?:moi meme|nous memes|m en occupe|en occupons|je gere|on gere|zelf|myself|ourselves|selbst|selber)(?= |$)"
)


def orders(heard: Heard, received: date, about: str) -> list[Intent]:
    """The orders and reports of one sentence; nothing when it is ironic or unreal."""
    if heard.has("cue_irony"):
        return []
    taken_over = bool(_OWN_HANDS.search(heard.line)) and bool(heard.affirmed("withdraw"))
    for label in ("withdraw",) if taken_over else (*_ANSWERS, *_ORDER) if about else _ORDER:
        hits = heard.affirmed(label) or (_goes_on(heard, label) if label in _GOING_ON else ())
        if not hits or not _fits(label, heard):
            continue
        return [_order(heard, _NAMES.get(label, label), hits[0].pattern.source, received, about)]
    return []


# What is not there yet is no reason against going on: "rien reçu, reprenez".
_GOING_ON = frozenset({"unpause", "resume"})
# Who asks in a hurry leaves the question mark out.
_ASKS = re.compile(
    r" (?:combien|que|qu|quand|qui|quel|quelle|quelles|quels|hoeveel|wat|wanneer|wie|welke|how|what|when|who|which|wieviel|was|wann|welche)(?= )"
)


def _goes_on(heard: Heard, label: str) -> tuple[Hit, ...]:
    """The hits that begin a segment of their own, with no negation after the comma."""
    return tuple(
        hit
        for hit in heard.all(label)
        if heard.line.startswith(" ,", hit.start) and not any(at >= hit.start for at in heard.negations)
    )


# Who wants data deleted speaks of a person, not of what that person owes: it is for the operator, and takes no invoice back.
_DATA = re.compile(
    r" (?:donnees|rgpd|gegevens|persoonsgegevens|avg|data|gdpr|personal (?:information|details)|everything you (?:hold|have|keep|know)"
    r"|daten|dsgvo|personenbezogen\w*)(?= |$)"
)


def _fits(label: str, heard: Heard) -> bool:
    if label == "withdraw" and _DATA.search(heard.line):
        return False
    if label == "status_request":
        return bool(heard.sentence.question or _ASKS.match(heard.line)) or not (
            heard.has("cue_condition") or heard.affirmed("payment_notice")
        )
    if heard.sentence.question and label not in _ASKABLE:
        return False
    if label == "payment_notice":
        return not (heard.has("cue_condition") or heard.has("cue_unreal") or heard.affirmed("pay_will"))
    return True


def _order(heard: Heard, label: str, because: str, received: date, about: str) -> Intent:
    dates = heard.slots.dates
    ahead = heard.ahead(received)
    past = [said.past for said in dates if said.past and said.past <= received and said.exact]
    doubtful = (
        heard.has("cue_doubt") or (label == "payment_notice" and heard.has("cue_hearsay")) or _hypothetical(heard)
    )
    return replace(
        intent(heard, label, because, weak=doubtful),
        on=past[0] if past and label == "payment_notice" else None,
        until=ahead.ahead if ahead and label == "pause" else None,
        amount=sum_said(heard) if label in {"payment_notice", "credit_note"} else None,
        partial=label == "payment_notice" and heard.has("pay_part"),
        about=(about_what((heard,)) or about) if label in {"approve", "refuse"} else "",
    )


_IF = (
    " si ",
    " s il",
    " if ",
    " als ",
    " indien ",
    " wenn ",
    " falls ",
    " seulement ",
    " uniquement ",
    " only ",
    " nur ",
)


def _hypothetical(heard: Heard) -> bool:
    """Whether an order holds only in a case that may never come ("seulement s'il conteste"); "until he has paid" is no such case."""
    return any((heard.line[hit.start : hit.end] + " ").startswith(_IF) for hit in heard.all("cue_condition"))


def about_what(heard: tuple[Heard, ...]) -> str:
    """Whether words are about the payment plan or about the next, graver step; "" when they do not say."""
    for cue, name in (("about_plan", "plan"), ("about_escalation", "escalation")):
        if any(one.has(cue) for one in heard):
            return name
    return ""
