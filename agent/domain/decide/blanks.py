"""What a debtor left open in words that our buttons began: asked back once, in a friendly line, and never taken for a promise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, receipt
from agent.domain.findings import ReplyReading
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.letters import Letter, LetterKind

_DOTS = r"(?:…|\.{2,9}|_{2,20})"
_NO_DAY = re.compile(rf"\b(?:le|op|on|am)[ \t]*{_DOTS}?[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NO_REASON = re.compile(rf"\b(?:parce que|omdat|because|weil)[ \t]*{_DOTS}?[ \t]*$", re.IGNORECASE | re.MULTILINE)
_LONGEST = 4_000
# Why an account rests after "I will pay on …": its next mail may name just the day.
DAY_ASKED = "promise_to_pay"


def asked_back(
    decision: Decision, account: DebtorAccount, items: Sequence[OpenItem], reading: ReplyReading, context: Context
) -> Decision:
    """The decision whose receipt asks for the day or the reason that was left open. What is held meanwhile stays as it is."""
    said, labels = reading.own_text[:_LONGEST], [intent.label for intent in reading.intents]
    if labels == ["dispute"] and _NO_REASON.search(said):
        letters = (replace(x, code="dispute_why") if _thanks_for_reasons(x) else x for x in decision.letters)
        return Decision(decision.events, tuple(letters))
    if labels == [DAY_ASKED] and reading.intents[0].on is None and _NO_DAY.search(said):
        rests = tuple(replace(e, reason=DAY_ASKED) if isinstance(e, ev.FollowUpPaused) else e for e in decision.events)
        asked = receipt("which_day", account, items, reading.intents[0], context)
        return Decision(rests, (*decision.letters, asked))
    return decision


def _thanks_for_reasons(letter: Letter) -> bool:
    return letter.kind is LetterKind.RECEIPT and letter.code == "dispute"
