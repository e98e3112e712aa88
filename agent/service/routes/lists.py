"""Lists of invoices or customers that a colleague sends: shown back with a question, taken over at his word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from agent.domain import events as ev
from agent.domain.decide import Context, Decision
from agent.domain.decide.context import answer_to, head, in_answer, make_id
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.ledger import Ledger, Question
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Creditor, Role
from agent.intake.extract import File
from agent.parsers.listings import Listing
from agent.parsers.replies.instruction import read_instructions
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.imports import Plan, plan_of
from agent.service.routes import bank, columns
from agent.service.routes.common import asked_in, context_of, outcome_of, served_by

_TOPIC = "import_list"
_CHOICES = ("import_list", "leave_list")
_MOST_TOLD = 20
_CHANGING = frozenset({"registered", "review", "opened", "added"})


def statements(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A table of a proved colleague: a list of invoices or customers, else a bank file.

    A list is looked for first: one with days and sums could be taken for movements of a bank, and settle what it lists.
    """
    creditors = served_by(app, gathered)
    if len(creditors) != 1 or gathered.evidence.sender.role is Role.BANK or gathered.evidence.documents:
        return bank.statements(app, gathered, record)
    found = next(_lists(app, gathered, creditors[0]), None)
    if found is None:
        return bank.statements(app, gathered, record)
    file, listing = found
    context = context_of(app, gathered, creditors[0])
    app.store.put_document(file.content)
    plan = plan_of(app.store, listing, context)
    decision = _proposal(file, plan, context)
    return outcome_of(gathered, record, context, plan.ledger, decision)


def _lists(app: App, gathered: Gathered, creditor: Creditor) -> Iterator[tuple[File, Listing]]:
    for file in gathered.files:
        if file.looks in ("statement", "sheet"):
            listing = app.reader.listing(file, creditor)
            if listing is not None and listing.certain and not listing.problem:
                yield file, listing


def _proposal(file: File, plan: Plan, context: Context) -> Decision:
    """The question whether to take the list over, with what would become of it; none while rows have mistakes."""
    bad = plan.listing.bad
    new = any(plan.counts[code] for code in _CHANGING)
    letter = _letter("mistakes" if bad else "preview" if new else "nothing_new", file.filename, plan, context)
    if bad or not new:
        return Decision(letters=(letter,))
    question = make_id("q", context.creditor.id, _TOPIC, context.source)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic=_TOPIC,
        subjects=(),
        choices=_CHOICES,
        to=answer_to(context)[0],
        detail=f"{file.sha256} {file.filename}"[:200],
    )
    return Decision((asked,), (replace(letter, question=question, choices=_CHOICES),))


def _letter(code: str, filename: str, plan: Plan, context: Context) -> Letter:
    facts = (
        ("file", filename or "?"),
        ("rows", str(len(plan.listing.rows))),
        *(("column", f"{heading}|{field.value}") for heading, field in plan.listing.columns if field.value),
        *(("count", f"{name}|{count}") for name, count in sorted(plan.counts.items())),
        *(("mistake", f"{row.line}|{error}") for row in plan.listing.bad for error in row.errors),
        *(("difference", f"{r.line}|{note}") for r in plan.decided.rows if r.code == "conflict" for note in r.notes),
    )
    return replace(
        in_answer(LetterKind.IMPORT_LIST, f"list:{code}:{context.source}", context), code=code, facts=_bounded(facts)
    )


def _bounded(facts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The facts, of each sort not more than a mail can show."""
    met: dict[str, int] = {}
    kept = []
    for name, text in facts:
        met[name] = met.get(name, 0) + 1
        if met[name] <= _MOST_TOLD:
            kept.append((name, text))
    return tuple(kept)


def instruction(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Plain words of a proved colleague: about a list where he answers that question, else any others."""
    found = asked_in(app, gathered, LetterKind.IMPORT_LIST, _TOPIC)
    if found is None:
        return columns.instruction(app, gathered, record)
    return _answered(app, gathered, record, *found)


def _answered(app: App, gathered: Gathered, record: MessageRecord, creditor: Creditor, question: Question) -> Outcome:
    context = context_of(app, gathered, creditor)
    said = read_instructions(gathered.own, received=context.today, known_choices=len(_CHOICES)).instructions
    kinds = {(i.kind, i.choice) for i in said}
    yes = not kinds.isdisjoint({("approve", None), ("choose", 1)})
    no = not kinds.isdisjoint({("refuse", None), ("choose", 2)})
    if not question.is_open or yes is no:
        code = "not_understood" if question.is_open else "question_closed"
        decision = nothing_handed_over(context, code)
        return outcome_of(gathered, replace(record, box=Box.REVIEW), context, Ledger(), decision)
    answer = _CHOICES[0] if yes else _CHOICES[1]
    closed = Decision((ev.QuestionAnswered(**head(context), question=question.id, answer=answer),))
    digest, _, filename = question.detail.partition(" ")
    content = app.store.document(digest)
    listing = app.reader.listing(File(filename, "", content, digest, "statement"), creditor) if content else None
    if no or listing is None:
        told = in_answer(LetterKind.IMPORT_LIST, f"list:left:{context.source}", context)
        decision = closed + Decision(letters=(replace(told, code="left", facts=(("file", filename or "?"),)),))
        return outcome_of(gathered, record, context, Ledger.of([question]), decision)
    plan = plan_of(app.store, listing, context)
    done = Decision(letters=(_letter("done", filename, plan, context),))
    decision = closed + plan.decided.decision + done
    return outcome_of(gathered, record, context, plan.ledger.having([question]), decision)
