"""What follows from the documents that a debtor encloses: they hold what they name and are shown; they never settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.domain.decide.naming import tied
from agent.domain.enclosures import EnclosureKind, EnclosureReading, Standing
from agent.domain.findings import Intent
from agent.domain.ledger import OpenItem

# A payment further off than this is announced too early to wait for.
LONGEST_PROMISE = timedelta(days=62)
_GROUNDS = {EnclosureKind.CREDIT_NOTE: "already_credited", EnclosureKind.COUNTER_CLAIM: "set_off"}
_PAYMENTS = (EnclosureKind.PAYMENT_PROOF, EnclosureKind.REMITTANCE)
# What a mail says in few words when its document says the rest.
_SAID_BY_PAPER = frozenset({"claims_paid", "payment_advice", "acknowledgement_only", "question_other"})


@dataclass(frozen=True, slots=True)
class Shown:
    """What a document says, as if its sender had said it in words, and the items that it names."""

    intent: Intent
    items: tuple[OpenItem, ...]


def shown_by(
    listed: Sequence[OpenItem], mine: Sequence[OpenItem], mail: tuple[Sequence[EnclosureReading], str], today: date
) -> tuple[Shown, ...]:
    """What the documents of a mail (with its words) say, those of one label together.

    They may name any of the debtor's open items, `mine`; a payment that names none is one of those `listed`. A document that names
    nothing of ours, nor a payment, says nothing by itself.
    """
    enclosures, words = mail
    found: dict[str, Shown] = {}
    for enclosure in enclosures:
        intent = _intent(enclosure, words, today)
        named = tied(mine, enclosure)
        if intent is None or (intent.label == "dispute" and not named):
            continue
        if not named and enclosure.kind in _PAYMENTS and _is_foreign(enclosure):
            continue
        before = found.get(intent.label)
        whole = named or tuple(listed)
        joined = tuple(dict.fromkeys((*before.items, *whole))) if before else whole
        found[intent.label] = Shown(before.intent if before else intent, joined)
    return tuple(found.values())


def said_in_words(intent: Intent, shown: Sequence[Shown]) -> bool:
    """Whether the words still say something that the documents do not say better."""
    paid = any(s.intent.label in ("claims_paid", "promise_to_pay") for s in shown)
    return not (
        shown and intent.label in _SAID_BY_PAPER and (paid or intent.label not in ("claims_paid", "payment_advice"))
    )


def _intent(enclosure: EnclosureReading, words: str, today: date) -> Intent | None:
    """The document as an intent. A payment that is still to come promises its day; one that was refused promises nothing."""
    because = f"{enclosure.kind.value}: {enclosure.because}"
    match enclosure.kind:
        case EnclosureKind.PAYMENT_PROOF | EnclosureKind.REMITTANCE if enclosure.standing is Standing.REFUSED:
            return None
        case EnclosureKind.PAYMENT_PROOF | EnclosureKind.REMITTANCE:
            ahead = enclosure.on is not None and today < enclosure.on <= today + LONGEST_PROMISE
            label = "promise_to_pay" if ahead else "claims_paid"
            return Intent(label, 0.9, words, because, on=enclosure.on, amount=enclosure.amount)
        case EnclosureKind.CREDIT_NOTE | EnclosureKind.COUNTER_CLAIM:
            return Intent("dispute", 0.9, words, because, amount=enclosure.amount, reason=_GROUNDS[enclosure.kind])
        case EnclosureKind.BANK_DETAILS:
            return Intent("suspected_fraud", 0.9, words, because)
        case EnclosureKind.INSOLVENCY:
            return Intent("insolvency", 0.9, words, because)
    return None


def _is_foreign(enclosure: EnclosureReading) -> bool:
    """Whether a payment names invoices or references, and none of them is ours: it was paid to somebody else, or for something else."""
    return bool(enclosure.lines or enclosure.references)
