"""What a creditor's people said about the columns of files with certain headings: asked once, remembered, changed or forgotten by mail.

The question is a state of the ledger and its answer is the memory; the files that wait for it are kept with a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from agent.domain import events as ev
from agent.domain.decide import Context, Decision
from agent.domain.decide.context import answer_to, head, in_answer, make_id
from agent.domain.findings import BankStatementReading, Unreadable
from agent.domain.ledger import Ledger, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Creditor
from agent.intake.extract import File
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.statements import columns_told
from agent.service.app import App

TOPIC = "bank_columns"
FORGOTTEN = "forgotten"
# An answer may leave a second thing open (which decimal mark, which order of days), hardly a third.
_ROUNDS = 3
_MOST_WAITING = 50
_MOST_AGAIN = 20
_FORGET = re.compile(r"\b(?:oubli\w{0,6}|verge(?:et|ten)\w{0,2}|forget|vergiss|vergessen)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A file that waits for an answer about its columns."""

    file: File
    reading: BankStatementReading


@dataclass(frozen=True, slots=True)
class Questions:
    """The decision to ask, with the questions as they stand and the note of the files that wait."""

    decision: Decision = Decision()
    ledger: Ledger = field(default_factory=Ledger)
    notes: dict[str, str | None] = field(default_factory=dict)


def _latest(app: App, creditor: str, reading: BankStatementReading, said: str) -> tuple[str, Question | None]:
    """The question about files of this layout, after this was said of them before: the first whose answer is not forgotten."""
    parts = (creditor, TOPIC, reading.layout, reading.ask.partition(":")[0], said)
    for again in range(_MOST_AGAIN):
        id_ = make_id("q", *parts, str(again))
        question = app.store.ledger([id_]).questions.get(id_)
        if question is None or question.answer != FORGOTTEN:
            break
    return id_, question


def with_columns(
    app: App, creditor: Creditor, file: File, readings: Sequence[BankStatementReading]
) -> tuple[BankStatementReading, ...]:
    """The readings of a file, read again with what was said before about its headings where they need it."""
    said = ""
    for _ in range(_ROUNDS):
        doubt = next((r for r in readings if r.ask and r.layout), None)
        known = _latest(app, creditor.id, doubt, said)[1] if doubt is not None else None
        if known is None or not known.answer or known.answer == FORGOTTEN:
            break
        said = known.answer
        again = app.reader.statements(file, said)
        readings = () if isinstance(again, Unreadable) else again
    return tuple(readings)


def ask_columns(app: App, asked: Iterable[Asked], context: Context, said: str = "") -> Questions:
    """The questions about these files, one for each layout; where one is open already, the file only joins those that wait."""
    found = Questions()
    for one in asked:
        # a second doubt about a file follows upon what was said of the first
        id_, stored = _latest(app, context.creditor.id, one.reading, said)
        before = found.ledger.questions.get(id_) or stored
        app.store.put_document(one.file.content)
        key = f"columns:{id_}"
        row = json.loads(found.notes.get(key) or app.store.note(key) or "{}")
        files = [*row.get("files", []), [one.file.sha256, one.file.filename]][-_MOST_WAITING:]
        note = json.dumps({"files": files, "headings": one.reading.headings, "said": said})
        decision = found.decision + (_asking(one, id_, context) if before is None else Decision())
        ledger = found.ledger.having([before] if before is not None else decision.after(Ledger()).states())
        found = Questions(decision, ledger, {**found.notes, key: note})
    asked_now = {id_ for event in found.decision.events for id_ in event.about()}
    return replace(found, ledger=Ledger.of(q for q in found.ledger.states() if q.id not in asked_now))


def _asking(one: Asked, id_: str, context: Context) -> Decision:
    """The question with its proposals numbered, what the file shows beside them."""
    reading = one.reading
    code, _, words = reading.ask.partition(":")
    event = ev.QuestionAsked(
        **head(context),
        question=id_,
        topic=TOPIC,
        subjects=(),
        choices=reading.proposals,
        to=answer_to(context)[0],
        detail=f"{one.file.filename} {words.strip()}"[:200],
    )
    letter = replace(
        in_answer(LetterKind.BANK_STATEMENT, f"question:{id_}:{context.source}", context),
        code="columns",
        question=id_,
        facts=(
            ("file", one.file.filename or "?"),
            ("doubt", code),
            *(("heading", text or "-") for text in reading.headings),
            *(("sample", text or "-") for text in reading.sample),
            *(("choice", _shown(spec, reading.headings)) for spec in reading.proposals),
        ),
    )
    return Decision((event,), (letter,))


def _shown(spec: str, headings: Sequence[str]) -> str:
    """A proposal with the headings it means: "date 1 Datum | amount 4 Bedrag"."""
    parts = []
    for name, value in (pair.split("=") for pair in spec.split()):
        heading = headings[int(value) - 1] if value.isdecimal() and int(value) <= len(headings) else ""
        parts.append(f"{name} {value} {heading}".strip().replace("|", "/"))
    return " | ".join(parts)


def said_about(app: App, question: Question, text: str) -> str:
    """What these words answer: columns as "date=1 amount=4", FORGOTTEN, or "" when they say nothing of the kind."""
    waiting = json.loads(app.store.note(f"columns:{question.id}") or "{}")
    told = in_words(text, waiting.get("headings", ()))
    if told:
        return told
    read = read_instructions(text, received=app.clock.now().date(), known_choices=len(question.choices)).instructions
    number = next((i.choice for i in read if i.kind == "choose" and i.choice), None)
    if number is None and any(i.kind == "approve" for i in read):
        number = 1
    return question.choices[number - 1] if number and number <= len(question.choices) else ""


def in_words(text: str, headings: Sequence[str]) -> str:
    """The columns that these words tell, or FORGOTTEN; "" when they tell neither."""
    return FORGOTTEN if _FORGET.search(text[:400]) else columns_told(text, headings)


def forget_files(app: App, question: Question) -> str:
    """The note about this question without its files: they are read."""
    waiting = json.loads(app.store.note(f"columns:{question.id}") or "{}")
    return json.dumps({**waiting, "files": []})


def waiting_files(app: App, question: Question) -> tuple[File, ...]:
    """The files that wait for the answer to this question."""
    waiting = json.loads(app.store.note(f"columns:{question.id}") or "{}")
    found = ((sha, name, app.store.document(sha)) for sha, name in waiting.get("files", []))
    return tuple(
        File(name, "application/octet-stream", content, sha, "statement") for sha, name, content in found if content
    )
