"""Which of the intents that were heard stand: within a sentence, and within a mail."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.findings import Intent

FAINT = 0.6
AUTOMATIC = ("out_of_office", "auto_ack")
SMALL = ("acknowledgement_only", "question_other", "unrelated")
SERIOUS = frozenset({"insolvency", "ceased_or_deceased", "legal_threat", "hostile", "stop_contact", "suspected_fraud"})

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
    "ceased_or_deceased": ("out_of_office", "wrong_contact", "claims_paid"),
    "payment_advice": ("needs_info", "promise_to_pay"),
    "auto_ack": ("out_of_office", "acknowledgement_only"),
    "suspected_fraud": ("needs_info", "change_of_contact"),
    "unrelated": ("needs_copy_of_invoice",),
    "claims_paid": ("acknowledgement_only", "wrong_contact"),
    "payment_plan_request": ("delay_request", "question_other"),
    "dispute": ("acknowledgement_only",),
    "hostile": ("ceased_or_deceased",),
}


def coherent(found: list[Intent]) -> list[Intent]:
    """The intents of one sentence without those that only seem to be said; a strong payment advice or dispute keeps its place."""
    plain = {one.label for one in found if one.confidence >= FAINT}
    seeming = {other for label in plain for other in _SEEMING.get(label, ())}
    sure = plain - seeming
    void = {other for label in sure for other in _SEEMING.get(label, ())}
    return [one for one in found if one.label not in void]


def settle(found: list[Intent], *, ours: bool) -> list[Intent]:
    """One intent per label, without those that others make void."""
    best: dict[str, Intent] = {}
    for one in found:
        known = best.get(one.label)
        best[one.label] = _joined(known, one) if known else one
    labels = set(best)
    for automatic in AUTOMATIC:
        if automatic in labels and best[automatic].confidence > FAINT and not ours and "payment_advice" not in labels:
            return [best[automatic]]
    if "suspected_fraud" in labels:
        return [best["suspected_fraud"]]
    void = set(_void(labels, best))
    return sorted((one for label, one in best.items() if label not in void), key=lambda one: -one.confidence)


def _void(labels: set[str], best: dict[str, Intent]) -> list[str]:
    """The labels that others of the same mail make void."""
    if "payment_advice" in labels:
        return [label for label in labels if label not in {"payment_advice", "claims_paid"} | SERIOUS]
    faint = {label for label in labels if best[label].confidence < FAINT}
    void = [label for label in SMALL if labels - set(SMALL)]
    if len(labels & set(SMALL)) > 1 and not void:
        void.append("acknowledgement_only" if "question_other" in labels else "unrelated")
    if labels & {"payment_notice", "credit_note"}:
        void += ["withdraw", "correction", "approve"]
    if "dispute" in labels and best["dispute"].reason != "refusal":
        void += faint & {"conditional_promise", "needs_copy_of_invoice"}
    if labels - faint - set(SMALL):
        void += faint & {"conditional_promise"}
    if "legal_threat" in labels:
        void += faint & {"stop_contact"}
    if "insolvency" in labels:
        void.append("payment_plan_request")
    return void + _void_promises(
        labels - set(void), promised="promise_to_pay" in labels and best["promise_to_pay"].on is not None
    )


def _void_promises(labels: set[str], *, promised: bool) -> list[str]:
    """Of promise, delay, instalments and condition only the one that is meant: a dated promise beats a delay, instalments beat both."""
    void: list[str] = []
    if "payment_plan_request" in labels:
        void += ["promise_to_pay", "delay_request", "conditional_promise"]
    elif promised:
        void.append("delay_request")
    elif "delay_request" in labels and "promise_to_pay" in labels:
        void.append("promise_to_pay")
    if "conditional_promise" in labels and not promised:
        void += ["promise_to_pay", "delay_request"]
    if labels & (SERIOUS - {"hostile"}):
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
