"""Mail about the bank: statements of a colleague or of the bank itself, payment notices, and what a person says of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.domain.decide import Context, Decision
from agent.domain.decide.context import to_owner
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.findings import BankStatementReading, Unreadable
from agent.domain.ledger import Ledger
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Creditor, Role
from agent.intake.extract import File
from agent.mail.quoting import own_text
from agent.parsers.statements import at_own_account
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.columns import Asked, ask_columns, with_columns
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.reconcile import reconcile
from agent.service.routes import creditor as creditors_mail
from agent.service.routes.common import (
    context_of,
    creditors_of,
    file_away,
    for_review,
    outcome_of,
    served_by,
    set_aside,
)

_FILES = ("statement", "sheet")
# Why a bank file gave nothing, as the answer words it; everything else is a file that is no statement.
_TOLD = frozenset({"hostile", "too_large", "broken", "encrypted", "timeout"})


@dataclass(frozen=True, slots=True)
class _Read:
    """A file with what is in it, under the accounts of one creditor."""

    file: File
    readings: tuple[BankStatementReading, ...] = ()
    problem: str = ""


def statements(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Bank statements of a proved colleague or bank: movements are matched with the items of the creditor whose account it is.

    A colleague's mail may bring invoices too. A bank reports movements and nothing else.
    """
    creditors = served_by(app, gathered)
    if not creditors:
        return set_aside(app, gathered, record)
    files = [file for file in gathered.files if file.looks in _FILES]
    # the lists of somebody who serves one creditor and sends nothing else were looked for before
    mixed = len(creditors) > 1 or bool(gathered.evidence.documents)
    read = [_read(app, file, creditors if mixed and not _is_bank(gathered) else ()) for file in files]
    if not any(r.readings for r in read) and not _is_bank(gathered):
        if gathered.evidence.documents:
            return creditors_mail.handover(app, gathered, record)
        if all(file.looks == "sheet" for file in files):
            return creditors_mail.instruction(app, gathered, record)
    handed = _handed_over(app, gathered, record)
    outcomes = [_for(app, gathered, record, c, read, handed.get(c.id)) for c in creditors]
    acting = [outcome for outcome in outcomes if outcome is not None]
    if not acting:
        return _nothing(gathered, record, context_of(app, gathered, creditors[0]), read)
    first, *others = acting
    return replace(first, also=tuple(creditors_mail.under_own_keys(other) for other in others))


def _is_bank(gathered: Gathered) -> bool:
    return gathered.evidence.sender.role is Role.BANK


def _read(app: App, file: File, creditors: Sequence[Creditor]) -> _Read:
    """The statements of a file. A list of invoices has days and sums too: it settles nothing, whoever sends it beside what else."""
    listings = (app.reader.listing(file, creditor) for creditor in creditors)
    if any(listing is not None and listing.certain for listing in listings):
        return _Read(file, problem="list")
    found = app.reader.statements(file)
    if isinstance(found, Unreadable):
        return _Read(file, problem=found.problem)
    return _Read(file, tuple(replace(reading, filename=file.filename) for reading in found))


def _for(
    app: App,
    gathered: Gathered,
    record: MessageRecord,
    creditor: Creditor,
    read: Sequence[_Read],
    before: Outcome | None,
) -> Outcome | None:
    """What the files of a mail do to one creditor's books; None when they concern him in nothing.

    `before` is what became of the invoices beside them.
    """
    alone = len(served_by(app, gathered)) == 1
    context = context_of(app, gathered, creditor)
    mine: list[BankStatementReading] = []
    asked: list[Asked] = []
    for one in read:
        for found in with_columns(app, creditor, one.file, one.readings):
            if found.ask:
                asked += [Asked(one.file, found)] if alone else []
            elif (own := _his(found, creditor, alone=alone)) is not None:
                mine.append(own)
    if not mine and not asked:
        return _beside(before, context, read) if before is not None else None
    outcome = before or Outcome(record=record)
    done = reconcile(app, creditor, mine, context, (outcome.ledger, outcome.decision)) if mine else None
    decision, ledger = (done.decision, done.ledger) if done else (outcome.decision, outcome.ledger)
    question = ask_columns(app, asked, context)
    decision = _with_unread(decision + question.decision, read, alone=alone)
    ledger = ledger.having(question.ledger.states())
    notes = {**outcome.notes, **(done.notes if done else {}), **question.notes}
    kept = outcome.record or record
    return replace(outcome_of(gathered, replace(kept, box=Box.HANDLED), context, ledger, decision), notes=notes)


def _his(reading: BankStatementReading, creditor: Creditor, *, alone: bool) -> BankStatementReading | None:
    """The reading under this creditor's account; None when it is of another. Who serves several must name the account."""
    if not alone and not reading.account:
        return None
    own = at_own_account(reading, creditor.ibans)
    unknown = alone and (not creditor.ibans or not own.account)
    return own if unknown or own.account in creditor.ibans else None


def _handed_over(app: App, gathered: Gathered, record: MessageRecord) -> dict[str, Outcome]:
    """What became of the invoices that came beside the bank file, by creditor. A bank hands none over."""
    if not gathered.evidence.documents or _is_bank(gathered):
        return {}
    parts = creditors_mail.handover(app, gathered, record).parts
    return {part.context.creditor.id: part for part in parts if part.context is not None}


def _beside(before: Outcome, context: Context, read: Sequence[_Read]) -> Outcome:
    """What became of the invoices, where the bank file beside them gave nothing."""
    return replace(before, decision=before.decision + _refused(context, read))


def _nothing(gathered: Gathered, record: MessageRecord, context: Context, read: Sequence[_Read]) -> Outcome:
    """No movement for anybody: the mail lies in Review, and its sender hears why."""
    return outcome_of(gathered, replace(record, box=Box.REVIEW), context, Ledger(), _refused(context, read))


def _refused(context: Context, read: Sequence[_Read]) -> Decision:
    """The answer that says why no movement was taken up: another account's, or what is wrong with the file."""
    decision = nothing_handed_over(
        context, "not_our_account" if any(r.readings for r in read) else "unreadable_statement"
    )
    bad = next((r for r in read if r.problem in _TOLD), None)
    if bad is None:
        return decision
    told = (("problem", bad.problem), ("file", bad.file.filename))
    return replace(decision, letters=tuple(replace(x, facts=(*x.facts, *told)) for x in decision.letters))


def _with_unread(decision: Decision, read: Sequence[_Read], *, alone: bool) -> Decision:
    """The decision whose report names the files of the same mail that gave nothing; a name that may be another creditor's is left out."""
    told = tuple(("unread", r.file.filename if alone and r.file.filename else "?") for r in read if r.problem)
    letters = (
        replace(x, facts=(*x.facts, *told)) if x.kind is LetterKind.BANK_STATEMENT and not x.code else x
        for x in decision.letters
    )
    return replace(decision, letters=tuple(letters)) if told else decision


def notice(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A proved bank's mail about one payment. One that tells of money and is not understood lies in Review."""
    message = gathered.message
    patterns = app.settings.banks.patterns_for(message.sender.address)
    received = (message.date or app.clock.now()).date()
    text = f"{message.subject}\n{own_text(message).text or message.text}"
    creditors = creditors_of(app, gathered)
    for creditor in creditors:
        reading = app.reader.notice(text, received, patterns, creditor.ibans)
        mine = _his(reading, creditor, alone=len(creditors) == 1) if reading is not None else None
        if mine is not None:
            context = context_of(app, gathered, creditor)
            done = reconcile(app, creditor, (mine,), context)
            decision = _only_news(done.decision)
            return replace(outcome_of(gathered, record, context, done.ledger, decision), notes=done.notes)
    return (for_review if "€" in text or "EUR" in text else file_away)(app, gathered, record)


def _only_news(decision: Decision) -> Decision:
    """The decision without a report that nothing happened: banks write of every payment, and of many twice."""
    if decision.events:
        return decision
    return replace(decision, letters=tuple(x for x in decision.letters if x.kind is not LetterKind.BANK_STATEMENT))


def unproved(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """A mail in a bank's name without proof: nothing is read from it. Once a day the owner hears that it waits."""
    creditors = creditors_of(app, gathered)
    outcome = for_review(app, gathered, record)
    if len(creditors) != 1:
        return outcome
    context = app.context(creditors[0], record.key)
    key = f"unproved-bank:{creditors[0].id}:{context.today}"
    if app.store.mail(key) is not None:
        return outcome
    letter: Letter = replace(
        to_owner(LetterKind.BANK_STATEMENT, key, context), code="unproved", facts=(("sender", record.sender),)
    )
    kept = replace(record, box=Box.REVIEW, creditor=creditors[0].id)
    return Outcome(Decision(letters=(letter,)), Ledger(), context, gathered.message, kept)
