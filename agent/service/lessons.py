"""Learns from the creditor's corrections: reads the corrected document once more and keeps what it teaches, in the same commit."""

from __future__ import annotations

import logging
import mimetypes
from dataclasses import replace

from agent.domain import events as ev
from agent.domain.decide import Context, Decision
from agent.domain.decide.layouts import Taught, forgotten, remembered, taught
from agent.domain.layouts import KnownLayout
from agent.domain.ledger import Ledger
from agent.domain.letters import Letter, LetterKind
from agent.errors import PermanentError
from agent.parsers.api import Document
from agent.ports import Store
from agent.service.app import App
from agent.service.conclude import Outcome, conclude

_LOG = logging.getLogger("relance.lessons")


def layouts_of(store: Store, creditor: str) -> tuple[KnownLayout, ...]:
    """The layouts that this creditor's corrections taught, the forgotten ones left out."""
    found = (state for state in store.states(KnownLayout, creditor) if isinstance(state, KnownLayout))
    return tuple(layout for layout in found if not layout.forgotten)


def with_lessons(app: App, outcome: Outcome) -> Outcome:
    """The outcome with what its corrections teach; its answer says that it is remembered. Nothing that fails here stops it."""
    context = outcome.context
    if context is None:
        return outcome
    for lesson in taught(outcome.decision, outcome.ledger):
        content = app.store.document(lesson.document)
        if content is None:
            continue
        learned = _learned(app, lesson, content, context)
        if learned is not None:
            outcome = _joined(outcome, learned, lesson.item)
    return outcome


def learn_file(app: App, document: Document, fields: tuple[tuple[str, str], ...], context: Context) -> Decision:
    """The decision to keep what these corrections of a file teach; committed at once.

    Raises:
        PermanentError: nothing can be learned: it is no page with labels, or it does not show these values.
    """
    number = dict(fields).get("number", "")
    lesson = Taught("", document.digest, document.filename, number, fields)
    learned = _learned(app, lesson, document.content, context)
    if learned is None:
        raise PermanentError("nothing can be learned: the page shows no such value, or has no labels to know it by")
    ledger, decision = learned
    conclude(app, Outcome(decision, ledger, context))
    return decision


def forget(app: App, layout: str) -> None:
    """Take a learned layout away. Raises PermanentError when there is none of this id."""
    known = app.store.ledger([layout]).layouts.get(layout)
    creditor = app.settings.creditor(known.creditor) if known is not None else None
    if known is None or known.forgotten or creditor is None:
        raise PermanentError(f"there is no layout {layout!r}")
    context = app.context(creditor, f"hand:forget:{layout}")
    conclude(app, Outcome(forgotten(known, context), Ledger.of([known]), context))


def _learned(app: App, lesson: Taught, content: bytes, context: Context) -> tuple[Ledger, Decision] | None:
    """The layouts concerned and the events that keep the lesson; None when nothing is learned."""
    media = mimetypes.guess_type(lesson.filename)[0] or "application/octet-stream"
    document = Document(lesson.filename, media, content)
    found = app.reader.learn(document, context.creditor, lesson.fields, lesson.number)
    if found is None:
        return None
    # the answer comes from a process that read a foreign document: it may name no layout but the creditor's own
    own = (layout for layout in layouts_of(app.store, context.creditor.id) if layout.id == found.known)
    known = next(own, None)
    events = remembered(known, found.signs, found.rules, found.dropped, lesson.document, context)
    fields = [rule.field for rule in found.rules]
    _LOG.info("learned", extra={"line": {"fields": fields, "dropped": list(found.dropped)}})
    return Ledger.of([known] if known else []), Decision(events)


def _joined(outcome: Outcome, learned: tuple[Ledger, Decision], item: str) -> Outcome:
    """The outcome with the lesson. Of two documents of one layout in one mail, the second is learned another time."""
    ledger, decision = learned
    met = {id_ for event in outcome.decision.events for id_ in event.about()}
    if any(id_ in met for event in decision.events for id_ in event.about()):
        return outcome
    letters = outcome.decision.letters
    if any(isinstance(event, ev.LayoutRuleLearned) for event in decision.events):
        letters = tuple(_told(letter, item) for letter in letters)
    whole = Decision(outcome.decision.events + decision.events, letters)
    return replace(outcome, decision=whole, ledger=outcome.ledger.having(ledger.states()))


def _told(letter: Letter, item: str) -> Letter:
    """The answer to the correction, saying that it is remembered."""
    mine = letter.kind is LetterKind.CORRECTED and item in letter.items
    return replace(letter, facts=(*letter.facts, ("remembered", "yes"))) if mine else letter
