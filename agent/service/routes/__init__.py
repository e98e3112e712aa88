"""From a classified mail to its outcome: one function a kind of mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.intake.classify import Classification, MailKind
from agent.ports import Box, MessageRecord
from agent.service import drafting
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.routes import bank, creditor, debtor, lists, reports, untied
from agent.service.routes.buttons import pressed
from agent.service.routes.common import file_away
from agent.service.routes.operator import let_go

__all__ = ["route"]


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
    own = (
        pressed(app, gathered, record) or drafting.sent_himself(app, gathered, record) or let_go(app, gathered, record)
    )
    return own or _ROUTES[classification.kind](app, gathered, record)


_ROUTES: Mapping[MailKind, Callable[[App, Gathered, MessageRecord], Outcome]] = {
    MailKind.OWN: file_away,
    MailKind.REPORT: debtor.report,
    MailKind.AUTOMATIC: debtor.automatic,
    MailKind.PROOF_ANSWER: creditor.proof_answer,
    MailKind.UNPROVED: creditor.unproved,
    MailKind.HANDOVER: creditor.handover,
    MailKind.STATEMENT: lists.statements,
    MailKind.BANK_NOTICE: bank.notice,
    MailKind.UNPROVED_BANK: bank.unproved,
    MailKind.INSTRUCTION: reports.instruction,
    MailKind.NOT_ALLOWED: creditor.not_allowed,
    MailKind.REPLY: debtor.debtor_reply,
    MailKind.UNPROVED_CASE: debtor.unproved_case,
    MailKind.STRANGER: untied.stranger,
}
