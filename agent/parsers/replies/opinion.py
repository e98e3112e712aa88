"""How the learned second opinion is heard: it speaks where the rules are silent, and makes them doubt where it contradicts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.domain.findings import Intent
from agent.parsers.replies.hearing import Heard
from agent.parsers.replies.model import SecondOpinion

# Labels whose effect is more than a hold or a question: the model alone never makes them certain.
RISKY = frozenset(
    "promise_to_pay claims_paid payment_advice payment_notice credit_note pause resume withdraw correction approve refuse unrelated "
    "out_of_office auto_ack acknowledgement_only".split()
)
_MOST_JUDGED = 5  # sentences a mail; each costs an embedding
_SPEAK, _SURE, _CONTRADICT = 0.4, 0.7, 0.75
_MONEY = frozenset({"promise_to_pay", "claims_paid"})

Allowed = Callable[[str], bool]


class Listener:
    """Asks the second opinion about the sentences of one mail, a few at most."""

    def __init__(self, opinion: SecondOpinion | None, allowed: Allowed) -> None:
        self._opinion = opinion
        self._allowed = allowed
        self._left = _MOST_JUDGED

    def heard(self, heard: Heard, found: list[Intent]) -> list[Intent]:
        """The intents of a sentence after the second opinion."""
        if self._opinion is None or not self._left or not _worth(heard):
            return found
        if found and not any(one.label in _MONEY for one in found):
            return found
        self._left -= 1
        odds = self._odds(heard)
        label = max(odds, key=lambda name: odds[name])
        if not found:
            return [self._spoken(heard, label, odds[label])] if label != "nothing" and odds[label] >= _SPEAK else []
        return [self._doubted(one, label, odds) for one in found]

    def _odds(self, heard: Heard) -> dict[str, float]:
        assert self._opinion is not None
        odds = {
            label: p
            for label, p in self._opinion.judge(heard.sentence.words).items()
            if label == "nothing" or self._allowed(label)
        }
        total = sum(odds.values()) or 1.0
        return {label: p / total for label, p in odds.items()}

    @staticmethod
    def _spoken(heard: Heard, label: str, odds: float) -> Intent:
        sure = odds >= _SURE and label not in RISKY
        return Intent(
            label=label,
            confidence=round(0.7 if sure else 0.5 * odds, 2),
            words=heard.sentence.words,
            because=f"model:{odds:.2f}",
            numbers=heard.slots.numbers,
        )

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
