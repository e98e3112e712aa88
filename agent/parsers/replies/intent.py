"""What a person wants to tell us, read from the own text of his mail. The labels and slots are those of docs/spec/replies.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.domain.findings import Intent, ReplyReading
from agent.parsers.replies.clauses import LONGEST_TEXT, fold
from agent.parsers.replies.hearing import Heard, listen
from agent.parsers.replies.model import SecondOpinion
from agent.parsers.replies.opinion import RISKY, Listener, guessed
from agent.parsers.replies.orders import about_what, orders
from agent.parsers.replies.paying import intent, said_of_paying
from agent.parsers.replies.plan_words import read_wish
from agent.parsers.replies.settle import FAINT, SERIOUS, SMALL, coherent, settle
from agent.parsers.replies.slots import read_slots
from agent.parsers.replies.topics import said_of_topics

OURS = frozenset({"client", "owner", "creditor", "staff"})
_ORDERS = frozenset(
    {
        "payment_notice",
        "credit_note",
        "pause",
        "resume",
        "withdraw",
        "correction",
        "approve",
        "refuse",
        "status_request",
    }
)
# Orders that only instructions tell apart.
_AS_REPLY = {"write_off": "withdraw", "dispute_settled": "resume", "dispute_told": "dispute"}


def allowed(label: str, role: str) -> bool:
    """Whether a sender of this role may mean this label: only our own side and the bank report payments, only our side orders."""
    if label == "payment_notice":
        return role in OURS or role == "bank"
    return label not in _ORDERS or role in OURS


def read_reply(
    text: str, *, role: str, received: date, subject: str = "", language: str = "", opinion: SecondOpinion | None = None
) -> ReplyReading:
    """What the mail's own text says: at most one intent per label, the surest first.

    `role` is who wrote (owner, creditor, client, staff, bank, debtor, other); `opinion` is `model.second_opinion()` or None.
    `needs_human` is set when nothing may be concluded from the text alone: nothing was understood, the tone is ironic, or
    what was understood rests on a hint only. The intents then still say what it may be about.
    """
    text = text[:LONGEST_TEXT]
    spoken, heard = listen(text, received, language)
    about = about_what(listen(subject[:300], received, language)[1]) if role in OURS else ""
    subject_numbers = read_slots(fold(subject[:300]), received).numbers
    listener = Listener(opinion, lambda label: allowed(label, role), received)
    found = listener.heard([(one, _sentence(one, role, received, about)) for one in heard if not one.has("cue_notice")])
    found = [one for one in found if allowed(one.label, role)]
    if any(one.label not in SMALL and one.confidence >= FAINT for one in found):
        found = [one for one in found if not guessed(one) or one.confidence >= FAINT or one.label in RISKY]
    kept = settle(found, ours=role in OURS)
    kept = [_wished(_completed(one, heard, received), text, received) for one in kept]
    if role not in OURS:
        kept = _in_part(kept)
    kept = [replace(one, numbers=one.numbers or _all_numbers(heard) or subject_numbers) for one in kept]
    doubtful = _doubtful(kept) or listener.contradicted or any(one.has("cue_irony") for one in heard)
    return ReplyReading(intents=tuple(kept), own_text=text, language=spoken, needs_human=doubtful)


def _doubtful(kept: list[Intent]) -> bool:
    """Whether nothing may be concluded: all is faint, or something with an effect of its own is."""
    return all(one.confidence < FAINT for one in kept) or any(
        one.confidence < FAINT and one.label in RISKY for one in kept
    )


_PARTIAL = frozenset({"claims_paid", "payment_notice"})


def _completed(one: Intent, heard: tuple[Heard, ...], received: date) -> Intent:
    """A payment advice with its day and its total (the greatest amount it lists); a claim with its being a part."""
    if one.label in _PARTIAL:
        if one.because == "bank" and one.on is None:
            one = replace(one, on=next((day for each in heard if (day := _past_day(each, received))), None))
        references = [text for each in heard for text in each.slots.communications]
        partial = one.partial or any(each.has("pay_part") for each in heard)
        return replace(one, partial=partial, reference=one.reference or (references[0] if references else ""))
    if one.label != "payment_advice":
        return one
    amounts = [amount for each in heard for amount in each.slots.amounts]
    days = [said.ahead if said.last >= received else said.past for each in heard for said in each.slots.dates]
    return replace(one, amount=max(amounts, default=None), on=days[0] if days else None)


_WISHES = frozenset({"payment_plan_request", "promise_to_pay", "conditional_promise"})


def _wished(one: Intent, text: str, received: date) -> Intent:
    """What asks for a plan, or promises to pay in parts, with the plan that it means."""
    return replace(one, wish=read_wish(text, received)) if one.label in _WISHES else one


def _in_part(kept: list[Intent]) -> list[Intent]:
    """A claim beside a promise of the rest is one of a part, unless each names its own invoice."""
    promised = next((one for one in kept if one.label == "promise_to_pay"), None)
    if promised is None:
        return kept
    return [
        replace(one, partial=True) if one.label == "claims_paid" and not (one.numbers and promised.numbers) else one
        for one in kept
    ]


def _all_numbers(heard: tuple[Heard, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for one in heard for number in one.slots.numbers))


def _sentence(heard: Heard, role: str, received: date, about: str) -> list[Intent]:
    if role == "bank":
        return (
            [
                replace(
                    intent(heard, "payment_notice", "bank"),
                    amount=heard.slots.amounts[0],
                    on=_past_day(heard, received),
                )
            ]
            if heard.slots.amounts
            else []
        )
    if role in OURS:
        told = [replace(one, label=_AS_REPLY.get(one.label, one.label)) for one in orders(heard, received, about)]
        return told or _passed_on(heard, received)
    return coherent([*said_of_paying(heard, received), *said_of_topics(heard, received)])


def _past_day(heard: Heard, received: date) -> date | None:
    """The first exact day of a sentence that is today or past."""
    return next((said.past for said in heard.slots.dates if said.exact and said.past and said.past <= received), None)


def _passed_on(heard: Heard, received: date) -> list[Intent]:
    """What our own side passes on of the debtor's words: a promise, a dispute, an insolvency."""
    said = [one for one in said_of_paying(heard, received) if one.label in {"promise_to_pay", "conditional_promise"}]
    return said + [
        one
        for one in said_of_topics(heard, received)
        if one.label in SERIOUS | {"dispute", "question_other", "unrelated"}
    ]
