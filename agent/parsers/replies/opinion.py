"""How the learned second opinion is heard: it speaks where the rules are silent, and makes them doubt where it contradicts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from agent.domain.findings import Intent
from agent.parsers.replies.hearing import Heard
from agent.parsers.replies.model import SecondOpinion
from agent.parsers.replies.paying import claim, condition_of, intent, sum_said
from agent.parsers.replies.settle import FAINT, SERIOUS, SMALL, coherent
from agent.parsers.replies.topics import ended_how, planned, with_contact

# Labels whose effect is more than a hold or a question: the model alone never makes them certain.
RISKY = frozenset(
    "promise_to_pay claims_paid payment_advice payment_notice credit_note pause resume withdraw correction approve refuse unrelated "
    "out_of_office auto_ack acknowledgement_only".split()
)
_MOST_JUDGED = 4  # sentences a mail; each costs an embedding
_SPEAK, _OVERRULE, _SURE, _CONTRADICT, _UNLIKELY = 0.3, 0.55, 0.7, 0.75, 0.1
_DENY, _DENIED = 0.5, 0.05

Allowed = Callable[[str], bool]
Read = tuple[Heard, list[Intent]]


class Listener:
    """Asks the second opinion about the sentences of one mail, a few at most."""

    def __init__(self, opinion: SecondOpinion | None, allowed: Allowed, received: date) -> None:
        self._opinion = opinion
        self._allowed = allowed
        self._received = received
        self._left = _MOST_JUDGED
        self.contradicted = False
        """Whether something with an effect of its own, of which a rule was sure, was denied: then a person looks."""

    def heard(self, read: list[Read]) -> list[Intent]:
        """The intents of a mail's sentences after the second opinion; silent sentences are asked about only when all are."""
        if self._opinion is None:
            return [one for _, found in read for one in found]
        told = any(map(_firm, (one for _, found in read for one in found)))
        return [
            said
            for heard, found in read
            for said in (found if told and _unsure(found) else coherent(self._asked(heard, found)))
        ]

    def _asked(self, heard: Heard, found: list[Intent]) -> list[Intent]:
        if not self._left or not _worth(heard) or any(one.label in SERIOUS for one in found):
            return found
        self._left -= 1
        odds, reasons = self._odds(heard)
        label = max(odds, key=lambda name: odds[name])
        if label in {one.label for one in found}:
            return [self._agreed(one, odds, reasons) for one in found]
        self.contradicted |= odds[label] >= _DENY and any(
            _firm(one) and one.label in RISKY and odds.get(one.label, 0.0) < _DENIED for one in found
        )
        if label != "nothing" and odds[label] >= self._enough(found, odds):
            kept = [one for one in found if odds.get(one.label, 0.0) >= _UNLIKELY and one.label not in SMALL]
            return [*kept, self._spoken(heard, label, odds[label], reasons.get(label, ""))]
        return found

    @staticmethod
    def _enough(found: list[Intent], odds: dict[str, float]) -> float:
        """How sure the opinion must be to be heard: hardly where nobody else spoke, very where a rule was firm."""
        if not found:
            return _SPEAK
        if _unsure(found):
            return _OVERRULE
        return _CONTRADICT if all(odds.get(one.label, 0.0) < _UNLIKELY for one in found) else 2.0

    @staticmethod
    def _agreed(one: Intent, odds: dict[str, float], reasons: dict[str, str]) -> Intent:
        """A hint that the opinion shares is certain where its effect can be taken back; it also knows the ground of a dispute."""
        if one.label == "dispute" and odds["dispute"] >= _SURE and reasons["dispute"] not in {"", "other"}:
            one = replace(one, reason=reasons["dispute"])
        if one.confidence < FAINT and one.label not in RISKY and odds.get(one.label, 0.0) >= _SURE:
            return replace(one, confidence=_SURE, because=f"{one.because}; model: {one.label}")
        return one

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
        made = self._with_slots(heard, intent(heard, label, ""), reason)
        return replace(made, confidence=round(0.7 if sure else 0.5 * odds, 2), because=f"model:{odds:.2f}")

    def _with_slots(self, heard: Heard, made: Intent, reason: str) -> Intent:
        """The intent with what else its sentence says, read as the rules would."""
        label = made.label
        said = heard.ahead(self._received)
        if label == "claims_paid":
            return claim(heard, "", self._received)
        if label == "promise_to_pay":
            return replace(made, on=said.ahead if said else None, amount=sum_said(heard))
        if label == "payment_plan_request":
            return planned(heard, made, self._received)
        if label in {"change_of_contact", "wrong_contact"}:
            return with_contact(heard, made)
        if said and label in {"delay_request", "pause", "out_of_office"}:
            return replace(made, until=said.ahead)
        return _with_reason(heard, made, reason)


def _with_reason(heard: Heard, made: Intent, reason: str) -> Intent:
    """The ground, kind, condition or subject: the opinion's own, else the one that the sentence names."""
    if made.label == "insolvency":
        return replace(made, reason=ended_how(heard))
    if made.label == "conditional_promise":
        return replace(made, condition=condition_of(heard))
    if made.label == "needs_info":
        return replace(made, about=reason)
    return replace(made, reason=reason)


def _firm(one: Intent) -> bool:
    """Whether an intent says what the mail is about, without doubt."""
    return one.label not in SMALL and one.confidence >= FAINT


def _unsure(found: list[Intent]) -> bool:
    return not any(map(_firm, found))


def guessed(one: Intent) -> bool:
    """Whether an intent rests on the second opinion alone."""
    return one.because.startswith("model:")


def _worth(heard: Heard) -> bool:
    """Whether a sentence is talk: more than a greeting, a name or a courtesy."""
    words = [token for token in heard.line.split() if token.isalpha()]
    return len(words) >= 2 and not (" #x" in heard.line and len(words) < 5)
