"""Keeps what creditors teach about their debtors' words: the clause, what it was taken for, and what it was."""

from __future__ import annotations

import hashlib
import json

from agent.domain import events as ev
from agent.domain.decide import Decision
from agent.domain.decide.rereading import misread
from agent.domain.decide.undoing import Past
from agent.domain.findings import InstructionReading
from agent.domain.ledger import DebtorAccount, Ledger
from agent.parsers.replies.clauses import languages
from agent.store.examples import example_key

_LONGEST = 600
_LABELS = {ev.PromiseToPayMade: "promise_to_pay", ev.PaymentClaimed: "claims_paid", ev.DisputeRaised: "dispute"}


def examples_of(reading: InstructionReading, past: Past, ledger: Ledger, decision: Decision) -> dict[str, str | None]:
    """The notes that keep what this mail teaches; none when it corrected no reading, or the words were not kept."""
    told = next((i for i in reading.instructions if i.kind == "reading"), None)
    words = misread(past)[:_LONGEST] if told is not None and decision.events else ""
    account = next((id_ for id_ in past.events if isinstance(ledger.get(id_), DebtorAccount)), "")
    account = account or next((i.invoice.debtor for id_ in past.events if (i := ledger.items.get(id_))), "")
    if told is None or not words or not account:
        return {}
    source = past.source()
    was = next(
        (_LABELS[type(e)] for es in past.events.values() for e in es if e.source == source and type(e) in _LABELS), ""
    )
    kept = {"words": words, "label": told.value, "taken_for": was, "language": languages(words)[0]}
    digest = hashlib.sha256(words.encode()).hexdigest()[:12]
    return {example_key(account, digest): json.dumps(kept, ensure_ascii=False, sort_keys=True)}
