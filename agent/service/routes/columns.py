"""The answer about the columns of a bank file: remembered, and the files that waited for it are read without being sent again."""

from __future__ import annotations

from dataclasses import replace

from agent.domain import events as ev
from agent.domain.decide import Decision
from agent.domain.decide.context import head, in_answer
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.findings import BankStatementReading
from agent.domain.ledger import Ledger, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Creditor
from agent.parsers.statements import at_own_account
from agent.ports import Box, MessageRecord
from agent.service.app import App
from agent.service.columns import FORGOTTEN, TOPIC, Asked, ask_columns, forget_files, said_about, waiting_files
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.reconcile import reconcile
from agent.service.routes import creditor as creditors_mail
from agent.service.routes.common import asked_in, context_of, outcome_of


def instruction(app: App, gathered: Gathered, record: MessageRecord) -> Outcome:
    """Plain words of a proved colleague: about the columns of a bank file where he answers that question, else any others."""
    found = asked_in(app, gathered, LetterKind.BANK_STATEMENT, TOPIC)
    if found is None:
        return creditors_mail.instruction(app, gathered, record)
    return _answered(app, gathered, record, *found)


def _answered(app: App, gathered: Gathered, record: MessageRecord, creditor: Creditor, question: Question) -> Outcome:
    context = context_of(app, gathered, creditor)
    said = said_about(app, question, gathered.own)
    if not said:
        decision = nothing_handed_over(context, "not_understood")
        return outcome_of(gathered, replace(record, box=Box.REVIEW), context, Ledger(), decision)
    answer = Decision((ev.QuestionAnswered(**head(context), question=question.id, answer=said),))
    ledger = Ledger.of([question])
    if said == FORGOTTEN:
        told = replace(
            in_answer(LetterKind.BANK_STATEMENT, f"columns-forgotten:{record.key}", context), code="forgotten"
        )
        decision = answer + Decision(letters=(told,))
        return outcome_of(gathered, record, context, ledger, decision)
    mine: list[BankStatementReading] = []
    asked: list[Asked] = []
    for file in waiting_files(app, question):
        again = app.reader.statements(file, said)
        for reading in again if isinstance(again, tuple) else ():
            own = at_own_account(reading, creditor.ibans)
            if reading.ask:
                asked.append(Asked(file, reading))
            elif not creditor.ibans or not own.account or own.account in creditor.ibans:
                mine.append(own)
    if not mine and not asked:
        decision = nothing_handed_over(context, "unreadable_statement")
        return outcome_of(gathered, replace(record, box=Box.REVIEW), context, Ledger(), decision)
    done = reconcile(app, creditor, mine, context, (ledger, answer)) if mine else None
    decision, ledger = (done.decision, done.ledger) if done else (answer, ledger)
    further = ask_columns(app, asked, context, said)
    notes = {**(done.notes if done else {}), **further.notes, f"columns:{question.id}": forget_files(app, question)}
    whole = ledger.having(further.ledger.states())
    return replace(outcome_of(gathered, record, context, whole, decision + further.decision), notes=notes)
