"""How the learned second opinion is heard: it speaks where the rules are silent, and makes them doubt where it contradicts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from agent.domain.findings import Intent
from agent.parsers.replies.hearing import Heard
from agent.parsers.replies.model import SecondOpinion
from agent.parsers.replies.paying import claim, intent
from agent.parsers.replies.settle import FAINT, SMALL

# Labels whose effect is more than a hold or a question: the model alone never makes them certain.
RISKY = frozenset(
    "promise_to_pay claims_paid payment_advice payment_notice credit_note pause resume withdraw correction approve refuse unrelated "
    "out_of_office auto_ack acknowledgement_only".split()
)
_MOST_JUDGED = 5  # sentences a mail; each costs an embedding
_SPEAK, _OVERRULE, _SURE, _CONTRADICT = 0.4, 0.55, 0.7, 0.75
_MONEY = frozenset({"promise_to_pay", "claims_paid"})

Allowed = Callable[[str], bool]


class Listener:
    """Asks the second opinion about the sentences of one mail, a few at most."""

    def __init__(self, opinion: SecondOpinion | None, allowed: Allowed, received: date) -> None:
        self._opinion = opinion
        self._allowed = allowed
        self._received = received
        self._left = _MOST_JUDGED

    def heard(self, heard: Heard, found: list[Intent]) -> list[Intent]:
        """The intents of a sentence after the second opinion."""
        if self._opinion is None or not self._left or not _worth(heard):
            return found
        unsure = all(one.label in SMALL and one.confidence < FAINT for one in found)
        if not unsure and not any(one.label in _MONEY for one in found):
            return found
        self._left -= 1
        odds, reasons = self._odds(heard)
        label = max(odds, key=lambda name: odds[name])
        if unsure:
            speaks = label != "nothing" and odds[label] >= (_OVERRULE if found else _SPEAK)
            return [self._spoken(heard, label, odds[label], reasons.get(label, ""))] if speaks else found
        return [self._doubted(one, label, odds) for one in found]

    def _odds(self, heard: Heard) -> tuple[dict[str, float], dict[str, str]]:
        """How likely each label is that this sender may mean, and the likeliest reason or kind within each."""
        assert self._opinion is not None
        odds: dict[str, float] = {}
        reasons: dict[str, tuple[float, str]] = {}
        for name, likely in self._opinion.judge(heard.sentence.words).items():
            label, _, reason = name.partition(":")
            if label == "nothing" or self._allowed(label):
                odds[label] = odds.get(label, 0.0) + likely
                reasons[label] = max(reasons.get(label, (0.0, "")), (likely, reason))
        total = sum(odds.values()) or 1.0
        return {label: likely / total for label, likely in odds.items()}, {
            label: reason for label, (_, reason) in reasons.items()
        }

    def _spoken(self, heard: Heard, label: str, odds: float, reason: str) -> Intent:
        sure = odds >= _SURE and label not in RISKY
        made = intent(heard, label, "")
        said = heard.ahead(self._received)
        if label == "claims_paid":
            made = claim(heard, "", self._received)
        elif said and label == "promise_to_pay":
            made = replace(made, on=said.ahead)
        elif said and label in {"delay_request", "pause", "out_of_office"}:
            made = replace(made, until=said.ahead)
        elif label == "needs_info":
            made = replace(made, about=reason)
        elif label == "dispute":
            made = replace(made, reason=reason)
        return replace(made, confidence=round(0.7 if sure else 0.5 * odds, 2), because=f"model:{odds:.2f}")

    @staticmethod
    def _doubted(one: Intent, label: str, odds: dict[str, float]) -> Intent:
        against = (
            label not in _MONEY | {"payment_advice"} and odds[label] >= _CONTRADICT and odds.get(one.label, 0.0) < 0.1
        )
        return (
            replace(one, confidence=min(one.confidence, 0.5), because=f"{one.because}; model: {label}")
            if against and one.label in _MONEY
            else one
        )


def guessed(one: Intent) -> bool:
    """Whether an intent rests on the second opinion alone."""
    return one.because.startswith("model:")


def _worth(heard: Heard) -> bool:
    """Whether a sentence is talk: more than a greeting, a name or a courtesy."""
    words = [token for token in heard.line.split() if token.isalpha()]
    return len(words) >= 2 and not (" #x" in heard.line and len(words) < 5)
