"""What happened on a case, in a sentence a thing, in the four languages: for whoever reads a dossier and never saw the books."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from agent.domain import events as ev
from agent.domain.money import Money
from agent.reports import formats
from agent.reports.happened_words import KINDS, SAID
from agent.reports.plain import one_line

_QUOTED = 300
# What the books note for themselves, and what a row of its own tells already.
_UNTOLD: frozenset[type[Any]] = frozenset(
    {
        *(ev.DebtorOpened, ev.PaymentsAllocated, ev.StatementQueued, ev.StatementCancelled, ev.QuestionAsked),
        *(ev.QuestionAnswered, ev.LayoutMet, ev.LayoutRuleLearned, ev.LayoutRuleDropped, ev.LayoutForgotten),
        *(ev.PayeeMet, ev.PayeeConfirmed, ev.PayeeRefused, ev.PayerLearned, ev.PayerForgotten),
        *(ev.PlanLetterQueued, ev.PlanLetterCancelled, ev.NoticeQueued, ev.NoticeCancelled),
        *(ev.StatementListed, ev.StatementApproved),
    }
)


def kind_of_debtor(consumer: bool | None, language: str) -> str:
    """Whether somebody is a consumer, in a word."""
    return KINDS[str(consumer)][language]


def sentence(event: ev.Event, numbers: Mapping[str, str], language: str) -> str:
    """What happened, in a sentence; "" for what is nobody's concern but the books'. `numbers` are those of the items, by id."""
    if type(event) in _UNTOLD:
        return ""
    code = event.phase.value if isinstance(event, ev.PhaseEntered) else type(event).__name__
    if isinstance(event, ev.StatementSent) and event.source.startswith("<"):
        code = "sent_by_hand"
    words = SAID.get(code)
    return words[language].format_map(_Facts(event, numbers, language)) if words else ""


def kept_promise(number: str, on: str, language: str) -> str:
    """That a promise was kept."""
    return SAID["promise_kept"][language].format(number=number, on=on)


class _Facts(dict[str, str]):
    """What the sentence about an event may name, each told when it is asked for; text of others is one harmless line."""

    def __init__(self, event: ev.Event, numbers: Mapping[str, str], language: str) -> None:
        super().__init__()
        self._event: Any = event
        self._numbers = numbers
        self._language = language

    def __missing__(self, name: str) -> str:
        return _TOLD[name](self)

    def part(self, *names: str) -> Any:
        """The first field of these names that the event has."""
        return next((found for name in names if (found := getattr(self._event, name, None)) is not None), None)

    def worded(self, code: str, **facts: str) -> str:
        """A word of this language."""
        return KINDS[code][self._language].format(**facts)

    def day(self, *names: str) -> str:
        """A day of the event, a dash without one."""
        found = self.part(*names)
        return formats.day(found, self._language) if found is not None else "–"

    @property
    def number(self) -> str:
        """The number of the item."""
        item = self.part("item") or ""
        return self._numbers.get(item, item) or "–"

    def money(self) -> str:
        """The sum of the event."""
        found = self.part("amount")
        return formats.money(found, self._language) if isinstance(found, Money) else "–"

    def title(self) -> str:
        """The invoice or credit note of the event."""
        return self.worded("credit" if self.part("invoice").credit_note else "invoice", number=self.number)

    def invoice_day(self, name: str) -> str:
        """A day of the invoice."""
        found = getattr(self.part("invoice"), name)
        return formats.day(found, self._language) if found else "–"

    def quoted(self) -> str:
        """The words that are quoted, behind a colon; "" without any."""
        text = one_line(self.part("words", "history") or "", _QUOTED)
        return f" : « {text} »" if text and self._language == "fr" else f": “{text}”" if text else ""

    def until(self) -> str:
        """Until when, "" while nobody says so."""
        return self.worded("until", on=self.day("until")) if self.part("until") else ""

    def mandate(self) -> str:
        """The mandate, in brackets; "" without one."""
        text = one_line(self.part("mandate") or "", 80)
        return self.worded("mandate", on=text) if text else ""

    def kind(self) -> str:
        """How something ended, or what the debtor is."""
        outcome = self.part("outcome")
        return self.worded(outcome.value if outcome is not None else str(self.part("consumer")))

    def count(self) -> str:
        """How many instalments, or which one."""
        plan = self.part("plan")
        return str(self.part("number") if isinstance(plan, str) else len(plan.instalments))


_TOLD: Mapping[str, Callable[[_Facts], str]] = MappingProxyType(
    {
        "number": lambda f: one_line(f.number, 80),
        "on": lambda f: f.day("pay_on", "on"),
        "amount": _Facts.money,
        "words": _Facts.quoted,
        "until": _Facts.until,
        "mandate": _Facts.mandate,
        "kind": _Facts.kind,
        "count": _Facts.count,
        "title": _Facts.title,
        "issued": lambda f: f.invoice_day("issue_date"),
        "due": lambda f: f.invoice_day("due_date"),
        "total": lambda f: formats.money(f.part("invoice").total, f._language),  # noqa: SLF001 - its own table
        "cycle": lambda f: str(f.part("cycle")),
        "address": lambda f: one_line(f.part("address") or "", 160).replace(" | ", ", "),
        "reason": lambda f: one_line(f.part("reason") or "–", 120),
    }
)
