"""Mail of the creditors' people: invoices, bank statements, instructions, and what they may not do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from agent.domain import events as ev
from agent.domain.decide import Decision, handed_over, instructed, quoted
from agent.domain.decide.context import make_id
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.decide.phases import with_phase
from agent.domain.decide.plans import TOPIC as PLAN_TOPIC
from agent.domain.findings import (
    DocumentKind,
    Instruction,
    InstructionReading,
    InvoiceReading,
    Unreadable,
)
from agent.domain.index import Term, number_term
from agent.domain.ledger import Ledger, Question
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Creditor
from agent.domain.releases import TOPICS as LISTS
from agent.intake.extract import DOCUMENTS
from agent.intake.handover import hints_of
from agent.intake.threads import named_terms, number_terms, numbered_lines
from agent.mail.outgoing import OutgoingMail
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.known import Known
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.bank_answers import in_answer
from agent.service.books import handover_slice, letter_slice, told_slice
from agent.service.conclude import Outcome
from agent.service.examples import examples_of
from agent.service.fees import how_handed_over, is_mandate
from agent.service.frauds import warned
from agent.service.gather import Gathered
from agent.service.lessons import with_lessons
from agent.service.named import Spoken, books_named, past_of
from agent.service.reconcile import with_waiting_money
from agent.service.routes.common import context_of, creditors_of, file_away, outcome_of, served_by, set_aside
from agent.service.second_thoughts import chosen_plainly

# An invoice as a document names it: the file's SHA-256 and the number, since one file may hold several.
Paper = tuple[str, str]
_REFUSED_PROBLEMS = {
    "encrypted_zip": "encrypted",
    "broken_zip": "broken",
    "too_large": "too_large",
    "too_many": "too_many",
}


def handover(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Invoices of a proved colleague. Who serves several creditors is matched by the invoices' seller."""
    creditors = served_by(app, gathered)
    if not creditors:
        return set_aside(app, gathered, record)
    outcome = _each_his_own(app, gathered, record, creditors)
    for file in gathered.files:
        if file.looks in DOCUMENTS:
            app.store.put_document(file.content)
    for part in outcome.parts:
        _keep_copies(app, gathered, part)
    documents = tuple(f.sha256 for f in gathered.files)
    box = Box.HANDLED if _understood(outcome) else Box.REVIEW
    assert outcome.record is not None
    return replace(outcome, record=replace(outcome.record, documents=documents, box=box))


def _each_his_own(app: App, gathered: Gathered, record: MessageRecord, creditors: Sequence[Creditor]) -> Outcome:
    """What the mail means; where it brings invoices of several creditors, each of them hears of his own and of no other's."""
    outcomes = [_handover_for(app, gathered, record, creditor) for creditor in creditors]
    owners: dict[Paper, str] = {}
    for creditor, outcome in zip(creditors, outcomes, strict=True):
        for paper in _registered(outcome):
            owners.setdefault(paper, creditor.id)
    acting = [creditor for creditor in creditors if creditor.id in owners.values()]
    if len(acting) < 2:
        return next((o for o in outcomes if o.decision.events), outcomes[0])
    first, *others = (
        _handover_for(app, gathered, record, c, frozenset(p for p, owner in owners.items() if owner != c.id))
        for c in acting
    )
    return replace(first, also=tuple(under_own_keys(other) for other in others))


def _registered(outcome: Outcome) -> Iterable[Paper]:
    invoices = (e.invoice for e in outcome.decision.events if isinstance(e, ev.InvoiceRegistered))
    return ((invoice.document, invoice.number) for invoice in invoices)


def under_own_keys(outcome: Outcome) -> Outcome:
    """The outcome, its letters under keys that no other creditor's letter about the same mail bears."""
    letters = tuple(replace(x, key=f"{x.key}:{x.creditor}") for x in outcome.decision.letters)
    return replace(outcome, decision=Decision(outcome.decision.events, letters))


def _keep_copies(app: App, gathered: Gathered, outcome: Outcome) -> None:
    """Keep the PDFs inside invoices in XML, where they are what people will read."""
    taken = {e.invoice.document for e in outcome.decision.events if isinstance(e, ev.InvoiceRegistered)}
    wanted = taken - {file.sha256 for file in gathered.files}
    carriers = [file for file in gathered.files if wanted and file.looks == "xml"]
    for inner in (inner for file in carriers for inner in app.reader.inside(file)):
        if inner.digest in wanted:
            app.store.put_document(inner.content)


def _understood(outcome: Outcome) -> bool:
    return bool(outcome.decision.events) or any(x.code == "known" for x in outcome.decision.letters)


def _handover_for(
    app: App,
    gathered: Gathered,
    record: MessageRecord,
    creditor: Creditor,
    others: frozenset[Paper] = frozenset(),
) -> Outcome:
    """What the mail means for this creditor, leaving out the papers that are another's."""
    context = context_of(app, gathered, creditor)
    said = read_instructions(gathered.own, received=context.today, subject="")
    told = [i.value for i in said.instructions if i.kind == "correct" and i.field == "debtor_email"]
    hints = hints_of(gathered.message, gathered.recipients, told, app.directory.ourselves)
    context = replace(context, hints=hints)
    findings = [f for f in _read_documents(app, gathered, creditor) if _paper(f) not in others]
    findings += [Unreadable(_REFUSED_PROBLEMS.get(p, "broken")) for p in gathered.problems]
    paid = InstructionReading(tuple(i for i in said.instructions if i.kind in ("paid", "part_paid") and i.numbers))
    told_only = paid.instructions or (_only_pictures(gathered) and any(i.kind != "correct" for i in said.instructions))
    if told_only and not any(isinstance(f, InvoiceReading) for f in findings):
        return _instruction_for(app, gathered, record, creditor)
    ledger = handover_slice(app.store, (f for f in findings if isinstance(f, InvoiceReading)), context)
    if not findings:
        return outcome_of(gathered, record, context, ledger, nothing_handed_over(context, "no_invoice"))
    terms = [number_term(n) for i in paid.instructions for n in i.numbers]
    ledger = ledger.having(letter_slice(app.store, (), creditor.id, terms).states()) if terms else ledger
    decision = handed_over(ledger, findings, context)
    decision = with_phase(ledger, decision, how_handed_over(app, gathered), context)
    if terms:
        settled = instructed(decision.after(ledger), paid, (), None, context)
        decision += replace(settled, letters=tuple(x for x in settled.letters if x.kind is not LetterKind.REFUSAL))
    return with_waiting_money(app, creditor, outcome_of(gathered, record, context, ledger, decision))


def _paper(finding: InvoiceReading | Unreadable) -> Paper | None:
    if isinstance(finding, Unreadable) or finding.number is None:
        return None
    return finding.document, finding.number.value


def _read_documents(app: App, gathered: Gathered, creditor: Creditor) -> list[InvoiceReading | Unreadable]:
    """What the files say. Pictures that show no document are passed over where something else does: they may show anything."""
    papers = [file for file in gathered.files if file.looks in DOCUMENTS and not is_mandate(app, gathered, file)]
    read = [(file, f) for file in papers for f in app.reader.invoices(file, creditor)]
    telling = [
        f
        for file, f in read
        if file.looks != "scan" or (isinstance(f, InvoiceReading) and f.kind.value is not DocumentKind.OTHER)
    ]
    return telling or [f for _, f in read]


def _only_pictures(gathered: Gathered) -> bool:
    return all(file.looks in ("scan", "picture") for file in gathered.files)


def instruction(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Plain words of a proved colleague; who serves several creditors is matched by the letter that he answers.

    When his words would change the books of more than one, he is asked.
    """
    creditors = served_by(app, gathered)
    if not creditors:
        return set_aside(app, gathered, record)
    answered = gathered.evidence.answered
    meant = tuple(c for c in creditors if answered is not None and answered.creditor == c.id)
    outcomes = [_instruction_for(app, gathered, record, c) for c in meant or creditors]
    acting = [o for o in outcomes if o.decision.events]
    if len(acting) > 1:
        return _not_done(app, gathered, record, creditors[0], "which_invoice")
    return acting[0] if acting else outcomes[0]


def _not_done(app: App, gathered: Gathered, record: MessageRecord, creditor: Creditor, code: str) -> Outcome:
    """The mail lies in Review, and its sender hears why."""
    context = context_of(app, gathered, creditor)
    decision = nothing_handed_over(context, code)
    return outcome_of(gathered, replace(record, box=Box.REVIEW), context, Ledger(), decision)


def proof_answer(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """The answer to the one-time question; one that says neither yes nor no, while a mail waits for it, is told so."""
    answered, creditors = gathered.evidence.answered, creditors_of(app, gathered)
    waiting = app.store.seen(asked_about(answered)) if answered is not None else None
    if waiting is None or not waiting.waiting or not creditors or confirmed(app, gathered) is not None:
        return file_away(app, gathered, record)
    return _not_done(app, gathered, record, creditors[0], "not_understood")


def asked_about(question: OutgoingMail) -> str:
    """The key of the mail that this one-time question is about."""
    return question.key.removeprefix("proof:")


def confirmed(app: App, gathered: Gathered) -> bool | None:
    """What the answer to a one-time question says: yes, no, or neither."""
    said = read_instructions(gathered.own, received=app.clock.now().date(), known_choices=2).instructions
    kinds = {(i.kind, i.choice) for i in said}
    yes = not kinds.isdisjoint({("approve", None), ("choose", 1)})
    no = not kinds.isdisjoint({("refuse", None), ("choose", 2)})
    return yes if yes is not no else None


def _instruction_for(app: App, gathered: Gathered, record: MessageRecord, creditor: Creditor) -> Outcome:
    context = context_of(app, gathered, creditor)
    answered = gathered.evidence.answered
    mine = answered is not None and answered.creditor == creditor.id
    about = answered.about if answered is not None and mine else ()
    text = "\n".join((gathered.own, *(f.body for f in gathered.forwards)))
    ledger = letter_slice(app.store, about, creditor.id, named_terms(gathered.message, text))
    items = tuple(i for i in about if i in ledger.items) or _subjects(ledger, about)
    letter = answered if mine else None
    ledger, known = books_named(
        app.store, ledger, Spoken(gathered.own, creditor.id, context.today, items, retold=_retells(letter))
    )
    question = _question(ledger, about)
    known = _with_asked(known, question)
    reading = reading_of(
        gathered.own,
        received=context.today,
        subject=gathered.message.subject if answered is None else "",
        known_choices=len(question.choices) if question else 0,
        fields_open=any(ledger.items[i].doubts for i in items if i in ledger.items),
        known=known,
    )
    reading = chosen_plainly(question, in_answer(ledger, question, reading, gathered.own), gathered.own)
    notes: dict[str, str | None] = {}
    if not reading.instructions:
        others = reading_of(
            text, received=context.today, known=replace(known, retold=False), subject=gathered.message.subject
        )
        decision = quoted(ledger, others, items, context)
        if not decision.events and not _addressed_to_us(app, gathered):
            decision = Decision()
    else:
        ledger = ledger.having(told_slice(app.store, reading.instructions, creditor.id).states())
        past = past_of(app.store, ledger, reading.instructions, letter)
        decision = instructed(ledger, reading, items, question, context, past)
        notes = examples_of(reading, past, ledger, decision)
    outcome = with_lessons(app, outcome_of(gathered, record, context, ledger, decision))
    return _filed(replace(outcome, notes={**outcome.notes, **notes}))


def _with_asked(known: Known, question: Question | None) -> Known:
    """The books with what the answered question proposed: a payment plan, or numbered statements."""
    if question is None:
        return known
    lines = len(question.choices) if question.topic in LISTS else 0
    return replace(known, planned=question.is_open and question.topic == PLAN_TOPIC, lines=lines)


def _filed(outcome: Outcome) -> Outcome:
    """The outcome; a mail of which nothing was understood lies in Review."""
    assert outcome.record is not None
    decision = outcome.decision
    understood = bool(decision.events) or any(x.kind is not LetterKind.REFUSAL for x in decision.letters)
    return outcome if understood else replace(outcome, record=replace(outcome.record, box=Box.REVIEW))


def _retells(answered: OutgoingMail | None) -> bool:
    """Whether the letter told the creditor, unasked, what his debtor did."""
    return answered is not None and answered.kind == LetterKind.ACTION_NOTICE and answered.automatic == "auto-generated"


def _question(ledger: Ledger, about: Iterable[str]) -> Question | None:
    """The question of the letter that is answered: the one that is open, else one that was."""
    asked = [q for id_ in about if (q := ledger.questions.get(id_)) is not None]
    return next((q for q in asked if q.is_open), asked[0] if asked else None)


def reading_of(
    text: str,
    *,
    received: date,
    known: Known,
    subject: str = "",
    known_choices: int = 0,
    fields_open: bool = False,
) -> InstructionReading:
    """The instructions of a text, with the numbers of the books that their words name in a form no lexer would take for one."""
    numbers = {number_term(number): number for number, _ in known.numbers}
    lines, rest = numbered_lines(text, numbers)
    told: list[Instruction] = []
    for number, line in lines:
        read = read_instructions(line, received=received, fields_open=fields_open, known=known)
        corrections = [replace(i, numbers=(number,)) for i in read.instructions if i.kind == "correct"]
        told += corrections
        rest += "" if corrections else f"\n{number} {line}"
    read = read_instructions(
        rest,
        received=received,
        subject=subject,
        known_choices=known_choices,
        fields_open=fields_open,
        known=known,
    )
    told += [_named(instruction, numbers) for instruction in read.instructions]
    return replace(read, instructions=tuple(told))


def _named(told: Instruction, known: Mapping[Term, str]) -> Instruction:
    numbers = tuple(known[term] for term in number_terms(told.words) if term in known)
    aimed = told.numbers or told.accounts or told.kind == "choose" or told.excepted
    return replace(told, numbers=numbers) if numbers and not aimed else told


def _subjects(ledger: Ledger, about: Iterable[str]) -> tuple[str, ...]:
    """The items that an answered question is about, and those of an account that a letter named."""
    found = [s for a in about if (q := ledger.questions.get(a)) is not None for s in q.subjects]
    accounts = {*(a for a in about if a in ledger.accounts), *(s for s in found if s in ledger.accounts)}
    found += [i.id for a in accounts for i in ledger.of_account(a)]
    return tuple(dict.fromkeys(s for s in found if s in ledger.items))


def _addressed_to_us(app: App, gathered: Gathered) -> bool:
    return any(a.address in app.directory.ourselves for a in gathered.message.to)


def not_allowed(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A viewer receives reports and changes nothing."""
    creditors = creditors_of(app, gathered)
    if not creditors:
        return set_aside(app, gathered, record)
    return _not_done(app, gathered, record, creditors[0], "not_allowed")


def unproved(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A creditor's address without proof: the mail waits, and that known address is asked once whether it wrote it."""
    creditors = creditors_of(app, gathered)
    if not creditors:
        return set_aside(app, gathered, record)
    context = context_of(app, gathered, creditors[0])
    letter = Letter(
        kind=LetterKind.PROOF,
        key=f"proof:{record.key}",
        to=(record.sender,),
        creditor=creditors[0].id,
        language=context.language,
        answers=record.key,
    )
    waiting = replace(record, box=Box.REVIEW, waiting=make_id("w", record.key), creditor=creditors[0].id)
    outcome = Outcome(Decision(letters=(letter,)), Ledger(), context, gathered.message, waiting)
    return warned(app, gathered, outcome, context)
