"""Answers under a digest or a monthly report: their numbers count through the open questions that the report repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.domain.decide import Decision, instructed
from agent.domain.decide.context import merged
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.ledger import Ledger, Question
from agent.domain.letters import LetterKind
from agent.intake.threads import named_terms
from agent.mail.outgoing import OutgoingMail
from agent.ports import MessageRecord
from agent.service.app import App
from agent.service.books import letter_slice
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.named import Spoken, books_named, past_of
from agent.service.routes import lists
from agent.service.routes.common import context_of, outcome_of, served_by
from agent.service.routes.creditor import reading_of
from agent.service.second_thoughts import chosen_plainly

_REPORTS = frozenset({LetterKind.DIGEST.value, LetterKind.MONTHLY_REPORT.value})
# What answers the only question of a report without its number.
_YES_OR_NO = frozenset({"approve", "refuse"})
# A choice as the report numbered it: the question's id and its number there.
Place = tuple[str, int]


def instruction(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Plain words of a proved colleague: the numbers of a report that he answers, else any others."""
    return _answered(app, gathered, record) or lists.instruction(app, gathered, record)


def _answered(app: App, gathered: Gathered, record: MessageRecord) -> Outcome | None:
    """What his numbers decide; None when he answers no report, or without a number."""
    report = gathered.evidence.answered
    if report is None or report.kind not in _REPORTS or not report.questions:
        return None
    creditor = next((c for c in served_by(app, gathered) if c.id == report.creditor), None)
    if creditor is None:
        return None
    context = context_of(app, gathered, creditor)
    ledger = letter_slice(app.store, report.questions, creditor.id, named_terms(gathered.message, gathered.own))
    places = tuple(_places(ledger, report))
    ledger, known = books_named(app.store, ledger, Spoken(gathered.own, creditor.id, context.today, (), retold=False))
    told = reading_of(gathered.own, received=context.today, known_choices=len(places), known=known).instructions
    only = len(report.questions) == 1
    if not any(_chooses(i) or (only and i.kind in _YES_OR_NO) for i in told):
        return None
    past = past_of(app.store, ledger, told, None)
    decisions, after = list[Decision](), ledger
    for answer, question in _sorted_out(told, places, ledger, report, only=only):
        reading = chosen_plainly(question, InstructionReading((answer,)), gathered.own)
        decisions.append(instructed(after, reading, (), question, context, past))
        after = decisions[-1].after(after)
    return outcome_of(gathered, record, context, ledger, _told_apart(decisions))


def _chooses(told: Instruction) -> bool:
    return told.kind == "choose" and bool(told.choice or told.choices)


def _places(ledger: Ledger, report: OutgoingMail) -> Iterator[Place]:
    """What each number of the report stands for; a question's choices never change."""
    for id_ in report.questions:
        question = ledger.questions.get(id_)
        yield from ((id_, n) for n, _ in enumerate(question.choices if question else (), 1))


def _sorted_out(
    told: Sequence[Instruction], places: Sequence[Place], ledger: Ledger, report: OutgoingMail, *, only: bool
) -> Iterator[tuple[Instruction, Question | None]]:
    """Each question with its own numbers as its own mail counts them, in the order of the report; then what else he says."""
    numbers = [n for i in told if _chooses(i) for n in ((i.choice,) if i.choice else i.choices) if n]
    chosen: dict[str, list[int]] = {}
    for id_, own in (places[n - 1] for n in dict.fromkeys(numbers) if 1 <= n <= len(places)):
        chosen.setdefault(id_, []).append(own)
    for id_ in (id_ for id_ in report.questions if id_ in chosen):
        one = len(chosen[id_]) == 1
        answer = Instruction("choose", ", ".join(map(str, chosen[id_])))
        answer = replace(answer, choice=chosen[id_][0] if one else None, choices=() if one else tuple(chosen[id_]))
        yield answer, ledger.questions[id_]
    first = ledger.questions.get(report.questions[0])
    for other in told:
        if not _chooses(other):
            yield other, first if only and other.kind in _YES_OR_NO else None


def _told_apart(decisions: Sequence[Decision]) -> Decision:
    """All decisions as one, each letter under a key of its own and one refusal at most: they answer the same mail."""
    whole = merged(decisions)
    refusals = [letter for letter in whole.letters if letter.kind is LetterKind.REFUSAL]
    kept = [letter for letter in whole.letters if letter not in refusals[1:]]
    keys = [letter.key for letter in kept]
    own = (replace(x, key=f"{x.key}:{n}") if x.key in keys[:n] else x for n, x in enumerate(kept))
    return Decision(whole.events, tuple(own))
