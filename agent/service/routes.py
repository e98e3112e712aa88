"""From a classified mail to its outcome: one function a kind of mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from agent.domain.decide import (
    Context,
    Decision,
    automatic_answer,
    bounce,
    handed_over,
    instructed,
    reply,
    unproved_case,
)
from agent.domain.decide.context import make_id
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.findings import InstructionReading, InvoiceReading, ReplyReading, Unreadable
from agent.domain.ledger import Ledger
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Creditor, Role
from agent.intake.classify import Classification, MailKind
from agent.intake.extract import File
from agent.intake.handover import hints_of
from agent.intake.threads import named_terms
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.intent import read_reply
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.books import accounts_slice, handover_slice, letter_slice
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.sandbox import Failure

_REFUSED_PROBLEMS = {
    "encrypted_zip": "encrypted",
    "broken_zip": "broken",
    "too_large": "too_large",
    "too_many": "too_many",
}


def route(app: App, gathered: Gathered, classification: Classification) -> Outcome:
    """What is to be done with this mail."""
    record = MessageRecord(
        key=gathered.message.key,
        message_id=gathered.message.message_id,
        received_at=app.clock.now(),
        sender=gathered.message.sender.address,
        role=gathered.evidence.sender.role.value,
        kind=classification.kind.value,
        because=classification.because,
        box=Box.HANDLED,
        subject=gathered.message.subject[:200],
    )
    return _ROUTES[classification.kind](app, gathered, record)


def _creditors(app: App, gathered: Gathered) -> tuple[Creditor, ...]:
    found = (app.settings.creditor(id_) for id_ in gathered.evidence.sender.creditors)
    return tuple(c for c in found if c is not None)


def _context(app: App, gathered: Gathered, creditor: Creditor) -> Context:
    sender = gathered.evidence.sender
    role = next((p.role for p in creditor.people if p.address == sender.address), sender.role)
    return app.context(creditor, gathered.message.key, sender=sender.address, role=role)


def _outcome(
    gathered: Gathered, record: MessageRecord, context: Context, ledger: Ledger, decision: Decision
) -> Outcome:
    about = tuple(dict.fromkeys(id_ for event in decision.events for id_ in event.about()))
    about = about or tuple(
        dict.fromkeys(i for letter in decision.letters for i in (*letter.items, letter.account) if i)
    )
    kept = replace(record, creditor=context.creditor.id, about=about[:20])
    return Outcome(decision, ledger, context, gathered.message, kept)


def _own(_: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    return Outcome(message=gathered.message, record=record)


def _stranger(_: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    return Outcome(message=gathered.message, record=replace(record, box=Box.QUARANTINE))


def _handover(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Invoices of a proved colleague. Who serves several creditors is matched by the invoices' seller."""
    outcomes = [_handover_for(app, gathered, record, creditor) for creditor in _creditors(app, gathered)]
    if not outcomes:
        return _stranger(app, gathered, record)
    outcome = next((o for o in outcomes if o.decision.events), outcomes[0])
    for file in gathered.files:
        if file.looks in ("pdf", "xml"):
            app.store.put_document(file.content)
    documents = tuple(f.sha256 for f in gathered.files)
    box = Box.HANDLED if _understood(outcome) else Box.REVIEW
    assert outcome.record is not None
    return replace(outcome, record=replace(outcome.record, documents=documents, box=box))


def _understood(outcome: Outcome) -> bool:
    return bool(outcome.decision.events) or any(x.code == "known" for x in outcome.decision.letters)


def _handover_for(app: App, gathered: Gathered, record: MessageRecord, creditor: Creditor) -> Outcome:
    context = _context(app, gathered, creditor)
    said = read_instructions(gathered.own, received=context.today, subject="")
    told = [i.value for i in said.instructions if i.kind == "correct" and i.field == "debtor_email"]
    hints = hints_of(gathered.message, gathered.recipients, told, app.directory.ourselves)
    context = replace(context, hints=hints)
    findings = [f for file in gathered.files if file.looks in ("pdf", "xml") for f in _read(app, file, creditor)]
    findings += [Unreadable(_REFUSED_PROBLEMS.get(p, "broken")) for p in gathered.problems]
    paid = InstructionReading(tuple(i for i in said.instructions if i.kind in ("paid", "part_paid") and i.numbers))
    if paid.instructions and not any(isinstance(f, InvoiceReading) for f in findings):
        return _instruction_for(app, gathered, record, creditor)
    ledger = handover_slice(app.store, (f for f in findings if isinstance(f, InvoiceReading)), context)
    decision = handed_over(ledger, findings, context) if findings else nothing_handed_over(context, "no_invoice")
    return _outcome(gathered, record, context, ledger, decision)


def _read(app: App, file: File, creditor: Creditor) -> tuple[InvoiceReading | Unreadable, ...]:
    """What is on a file, read in the sandbox; a file that breaks out of its limits is unreadable, with the reason."""
    document = Document(file.filename, file.media_type, file.content)
    hint = ParserContext(
        language=creditor.language,
        country=creditor.country,
        names=(creditor.name, *creditor.aliases),
        numbers=creditor.enterprise_numbers,
        ibans=creditor.ibans,
        max_pages=app.settings.limits.document_pages,
    )
    result = app.sandbox.run(read_document, document, hint)
    if isinstance(result, Failure):
        problem = "timeout" if result.problem.value == "timeout" else "broken"
        return (Unreadable(problem, result.detail, file.sha256, file.filename),)
    return tuple(result.value)


def _instruction(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    creditors = _creditors(app, gathered)
    if not creditors:
        return _stranger(app, gathered, record)
    answered = gathered.evidence.answered
    outcomes = [
        _instruction_for(app, gathered, record, c)
        for c in creditors
        if answered is None or answered.creditor in ("", c.id) or len(creditors) == 1
    ]
    return next((o for o in outcomes if o.decision.events), outcomes[0])


def _instruction_for(app: App, gathered: Gathered, record: MessageRecord, creditor: Creditor) -> Outcome:
    context = _context(app, gathered, creditor)
    answered = gathered.evidence.answered
    mine = answered is not None and answered.creditor == creditor.id
    about = answered.about if answered is not None and mine else ()
    text = "\n".join((gathered.own, *(f.body for f in gathered.forwards)))
    ledger = letter_slice(app.store, about, creditor.id, named_terms(gathered.message, text))
    open_question = next((q for q in ledger.questions.values() if q.id in about and q.is_open), None)
    choices = len(open_question.choices) if open_question else 0
    items = tuple(i for i in about if i in ledger.items) or _subjects(ledger, about)
    reading = read_instructions(
        gathered.own,
        received=context.today,
        subject=gathered.message.subject if answered is None else "",
        known_choices=choices,
        fields_open=any(ledger.items[i].doubts for i in items if i in ledger.items),
    )
    if not reading.instructions and gathered.forwards:
        reading = read_instructions(text, received=context.today, subject=gathered.message.subject)
    if not reading.instructions and not _addressed_to_us(app, gathered):
        return _outcome(gathered, record, context, ledger, Decision())
    decision = instructed(ledger, reading, items, open_question, context)
    outcome = _outcome(gathered, record, context, ledger, decision)
    assert outcome.record is not None
    understood = bool(decision.events) or any(x.kind is not LetterKind.REFUSAL for x in decision.letters)
    return outcome if understood else replace(outcome, record=replace(outcome.record, box=Box.REVIEW))


def _subjects(ledger: Ledger, about: Iterable[str]) -> tuple[str, ...]:
    """The items that an answered question is about, and those of an account that a letter named."""
    found = [s for a in about if (q := ledger.questions.get(a)) is not None for s in q.subjects]
    accounts = {*(a for a in about if a in ledger.accounts), *(s for s in found if s in ledger.accounts)}
    found += [i.id for a in accounts for i in ledger.of_account(a)]
    return tuple(dict.fromkeys(s for s in found if s in ledger.items))


def _addressed_to_us(app: App, gathered: Gathered) -> bool:
    return any(a.address in app.directory.ourselves for a in gathered.message.to)


def _not_allowed(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    creditors = _creditors(app, gathered)
    if not creditors:
        return _stranger(app, gathered, record)
    context = _context(app, gathered, creditors[0])
    decision = nothing_handed_over(context, "not_allowed")
    outcome = _outcome(gathered, record, context, Ledger(), decision)
    assert outcome.record is not None
    return replace(outcome, record=replace(outcome.record, box=Box.REVIEW))


def _unproved(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A creditor's address without proof: the mail waits, and that known address is asked once whether it wrote it."""
    creditors = _creditors(app, gathered)
    if not creditors:
        return _stranger(app, gathered, record)
    context = _context(app, gathered, creditors[0])
    letter = Letter(
        kind=LetterKind.PROOF,
        key=f"proof:{record.key}",
        to=(record.sender,),
        creditor=creditors[0].id,
        language=context.language,
        answers=record.key,
    )
    waiting = replace(record, box=Box.REVIEW, waiting=make_id("w", record.key), creditor=creditors[0].id)
    return Outcome(Decision(letters=(letter,)), Ledger(), context, gathered.message, waiting)


def _debtor_reply(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    sender, answered = gathered.evidence.sender, gathered.evidence.answered
    account_id = answered.debtor if answered is not None and answered.debtor in sender.accounts else ""
    account_id = account_id or (sender.accounts[0] if len(sender.accounts) == 1 else "")
    account_id = account_id or next((a for a in gathered.named if a in sender.accounts), "")
    if not account_id:
        return _review(app, gathered, record)
    ledger = accounts_slice(app.store, [account_id])
    account = ledger.accounts.get(account_id)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None:
        return _review(app, gathered, record)
    context = _context(app, gathered, creditor)
    reading = _reply_reading(gathered, (gathered.message.date or app.clock.now()).date(), account.language)
    listed = _listed(app, gathered, ledger, answered.about if answered else ())
    decision = reply(ledger, account, reading, listed, context)
    return _outcome(gathered, record, context, ledger, decision)


def _listed(app: App, gathered: Gathered, ledger: Ledger, about: tuple[str, ...]) -> tuple[str, ...]:
    """The items that the mail itself names, else those of the letter that it answers."""
    terms = named_terms(gathered.message, gathered.own)
    hits = app.store.find(terms) if terms else {}
    named = {id_ for ids in hits.values() for id_ in ids if id_ in ledger.items}
    return tuple(named) or tuple(i for i in about if i in ledger.items)


def _reply_reading(gathered: Gathered, received: date, language: str) -> ReplyReading:
    reading = read_reply(
        gathered.own, role="debtor", received=received, subject=gathered.message.subject, language=language
    )
    return reading if reading.own_text else replace(reading, own_text=gathered.own)


def _review(_: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    return Outcome(message=gathered.message, record=replace(record, box=Box.REVIEW))


def _unproved_case(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A mail without proof that names an open case changes nothing, but its creditor sees it at once."""
    candidates = gathered.named or gathered.evidence.sender.accounts
    ledger = accounts_slice(app.store, candidates[:1])
    account = next(iter(ledger.accounts.values()), None)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None or len(set(candidates)) > 1:
        return _review(app, gathered, record)
    context = _context(app, gathered, creditor)
    decision = unproved_case(ledger, account, gathered.own, replace(context, role=Role.STRANGER))
    outcome = _outcome(gathered, record, context, ledger, decision)
    assert outcome.record is not None
    return replace(outcome, record=replace(outcome.record, box=Box.REVIEW))


def _report(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A delivery report: about the letter whose Message-ID or token it carries; a bounce of nothing of ours is filed away."""
    report = gathered.evidence.report
    assert report is not None
    answered = app.store.mail(report.original_message_id) if report.original_message_id else None
    answered = answered or gathered.evidence.answered
    if answered is None or not answered.debtor:
        return Outcome(message=gathered.message, record=replace(record, box=Box.REVIEW))
    ledger = accounts_slice(app.store, [answered.debtor], answered.about)
    account, creditor = ledger.accounts.get(answered.debtor), app.settings.creditor(answered.creditor)
    if account is None or creditor is None:
        return _review(app, gathered, record)
    named = replace(report, recipients=tuple(replace(r, address=r.address.lower()) for r in report.recipients))
    decision = bounce(account, named, app.context(creditor, record.key))
    return _outcome(gathered, record, app.context(creditor, record.key), ledger, decision)


def _automatic(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    sender, reading, answered = gathered.evidence.sender, gathered.evidence.auto_reply, gathered.evidence.answered
    account_id = answered.debtor if answered is not None else next(iter(sender.accounts), "")
    if reading is None or not account_id:
        return Outcome(message=gathered.message, record=record)
    ledger = accounts_slice(app.store, [account_id])
    account = ledger.accounts.get(account_id)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None:
        return Outcome(message=gathered.message, record=record)
    context = app.context(creditor, record.key, sender=sender.address)
    decision = automatic_answer(account, reading, context)
    return _outcome(gathered, record, context, ledger, decision)


_ROUTES: Mapping[MailKind, Callable[[App, Gathered, MessageRecord], Outcome]] = {
    MailKind.OWN: _own,
    MailKind.REPORT: _report,
    MailKind.AUTOMATIC: _automatic,
    MailKind.PROOF_ANSWER: _own,
    MailKind.UNPROVED: _unproved,
    MailKind.HANDOVER: _handover,
    MailKind.STATEMENT: _review,
    MailKind.INSTRUCTION: _instruction,
    MailKind.NOT_ALLOWED: _not_allowed,
    MailKind.REPLY: _debtor_reply,
    MailKind.UNPROVED_CASE: _unproved_case,
    MailKind.STRANGER: _stranger,
}
