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
_AUTOMATIC = ("out_of_office", "auto_ack")
_FAINT = 0.6
_SMALL = ("acknowledgement_only", "question_other", "unrelated")
_SERIOUS = frozenset({"insolvency", "ceased_or_deceased", "legal_threat", "hostile", "stop_contact", "suspected_fraud"})


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
    found: list[Intent] = []
    listener = Listener(opinion, lambda label: allowed(label, role), received)
    for one in (one for one in heard if not one.has("cue_notice")):
        found.extend(listener.heard(one, _sentence(one, role, received, about)))
    found = [one for one in found if allowed(one.label, role)]
    if any(one.label not in _SMALL and not guessed(one) for one in found):
        found = [one for one in found if not guessed(one)]
    kept = _settle(found, role)
    kept = [_completed(one, heard, received) for one in kept]
    kept = [replace(one, numbers=one.numbers or _all_numbers(heard) or subject_numbers) for one in kept]
    doubtful = _doubtful(kept) or any(one.has("cue_irony") for one in heard)
    return ReplyReading(intents=tuple(kept), own_text=text, language=spoken, needs_human=doubtful)


def _doubtful(kept: list[Intent]) -> bool:
    """Whether nothing may be concluded: all is faint, or something with an effect of its own is."""
    return all(one.confidence < _FAINT for one in kept) or any(
        one.confidence < _FAINT and one.label in RISKY for one in kept
    )


_PARTIAL = frozenset({"claims_paid", "payment_notice"})


def _completed(one: Intent, heard: tuple[Heard, ...], received: date) -> Intent:
    """A payment advice with its day and its total (the greatest amount it lists); a claim with its being a part."""
    if one.label in _PARTIAL:
        references = [text for each in heard for text in each.slots.communications]
        partial = one.partial or any(each.has("pay_part") for each in heard)
        return replace(one, partial=partial, reference=one.reference or (references[0] if references else ""))
    if one.label != "payment_advice":
        return one
    amounts = [amount for each in heard for amount in each.slots.amounts]
    days = [said.ahead if said.last >= received else said.past for each in heard for said in each.slots.dates]
    return replace(one, amount=max(amounts, default=None), on=days[0] if days else None)


def _all_numbers(heard: tuple[Heard, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for one in heard for number in one.slots.numbers))


def _sentence(heard: Heard, role: str, received: date, about: str) -> list[Intent]:
    if role == "bank":
        return (
            [replace(intent(heard, "payment_notice", "bank"), amount=heard.slots.amounts[0])]
            if heard.slots.amounts
            else []
        )
    if role in OURS:
        told = [replace(one, label=_AS_REPLY.get(one.label, one.label)) for one in orders(heard, received, about)]
        return told or _passed_on(heard, received)
    return _coherent([*said_of_paying(heard, received), *said_of_topics(heard, received)])


# In one sentence the first of a pair says what the second only seems to: "envoyez la facture sur le portail" asks for no copy.
_SEEMING = {
    "conditional_promise": (
        "dispute",
        "needs_info",
        "delay_request",
        "acknowledgement_only",
        "wrong_contact",
        "ceased_or_deceased",
    ),
    "needs_info": ("needs_copy_of_invoice", "dispute", "delay_request", "legal_threat"),
    "needs_copy_of_invoice": ("dispute", "delay_request"),
    "stop_contact": ("dispute",),
    "change_of_contact": ("needs_copy_of_invoice",),
    "wrong_contact": ("dispute", "acknowledgement_only"),
    "insolvency": ("legal_threat", "delay_request", "wrong_contact"),
    "ceased_or_deceased": ("out_of_office", "wrong_contact"),
    "payment_advice": ("needs_info", "promise_to_pay"),
    "auto_ack": ("out_of_office", "acknowledgement_only"),
    "suspected_fraud": ("needs_info", "change_of_contact"),
    "unrelated": ("needs_copy_of_invoice",),
    "claims_paid": ("acknowledgement_only", "wrong_contact"),
    "payment_plan_request": ("delay_request", "question_other"),
    "dispute": ("acknowledgement_only",),
    "hostile": ("ceased_or_deceased",),
}


def _coherent(found: list[Intent]) -> list[Intent]:
    """The intents of one sentence without those that only seem to be said; a strong payment advice or dispute keeps its place."""
    plain = {one.label for one in found if one.confidence >= _FAINT}
    seeming = {other for label in plain for other in _SEEMING.get(label, ())}
    sure = plain - seeming
    void = {other for label in sure for other in _SEEMING.get(label, ())}
    return [one for one in found if one.label not in void]


def _passed_on(heard: Heard, received: date) -> list[Intent]:
    """What our own side passes on of the debtor's words: a promise, a dispute, an insolvency."""
    said = [one for one in said_of_paying(heard, received) if one.label in {"promise_to_pay", "conditional_promise"}]
    return said + [
        one
        for one in said_of_topics(heard, received)
        if one.label in _SERIOUS | {"dispute", "question_other", "unrelated"}
    ]


def _settle(found: list[Intent], role: str) -> list[Intent]:
    """One intent per label, without those that others make void."""
    best: dict[str, Intent] = {}
    for one in found:
        known = best.get(one.label)
        best[one.label] = _joined(known, one) if known else one
    labels = set(best)
    for automatic in _AUTOMATIC:
        if (
            automatic in labels
            and best[automatic].confidence > _FAINT
            and role not in OURS
            and "payment_advice" not in labels
        ):
            return [best[automatic]]
    if "suspected_fraud" in labels:
        return [best["suspected_fraud"]]
    void = set(_void(labels, best))
    return sorted((one for label, one in best.items() if label not in void), key=lambda one: -one.confidence)


def _void(labels: set[str], best: dict[str, Intent]) -> list[str]:
    if "payment_advice" in labels:
        return [label for label in labels if label not in {"payment_advice", "claims_paid"} | _SERIOUS]
    void = [label for label in _SMALL if labels - set(_SMALL)]
    if len(labels & set(_SMALL)) > 1 and not void:
        void.append("acknowledgement_only" if "question_other" in labels else "unrelated")
    if labels & {"payment_notice", "credit_note"}:
        void += ["withdraw", "correction", "approve"]
    if "dispute" in labels and best["dispute"].reason != "refusal":
        void += [
            label
            for label in ("conditional_promise", "needs_copy_of_invoice")
            if label in labels and best[label].confidence < _FAINT
        ]
    if "legal_threat" in labels and "stop_contact" in labels and best["stop_contact"].confidence < _FAINT:
        void.append("stop_contact")
    if "insolvency" in labels:
        void.append("payment_plan_request")
    promised = "promise_to_pay" in labels and best["promise_to_pay"].on is not None
    if "payment_plan_request" in labels:
        void += ["promise_to_pay", "delay_request", "conditional_promise"]
    elif promised:
        void.append("delay_request")
    elif "delay_request" in labels and "promise_to_pay" in labels:
        void.append("promise_to_pay")
    if "conditional_promise" in labels and not promised:
        void += ["promise_to_pay", "delay_request"]
    if labels & (_SERIOUS - {"hostile"}):
        void += ["delay_request", "promise_to_pay"]
    return void


def _joined(first: Intent, second: Intent) -> Intent:
    """Two sentences with the same label: the surer one speaks, the other fills what it left open."""
    if second.confidence > first.confidence or (
        first.on is None and second.on is not None and second.confidence == first.confidence
    ):
        first, second = second, first
    return replace(
        first,
        on=first.on or second.on,
        until=first.until or second.until,
        amount=first.amount if first.amount is not None else second.amount,
        numbers=tuple(dict.fromkeys((*first.numbers, *second.numbers))),
        reason=first.reason or second.reason,
        condition=first.condition if first.condition not in {"", "other"} else second.condition or first.condition,
        contact=first.contact or second.contact,
        about=first.about or second.about,
        partial=first.partial or second.partial,
        instalments=first.instalments or second.instalments,
        reference=first.reference or second.reference,
        contact_name=first.contact_name or second.contact_name,
    )
