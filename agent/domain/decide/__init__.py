"""What follows from a finding. One file per kind of finding; each function takes a ledger and gives a Decision."""

from agent.domain.decide.accounts import due
from agent.domain.decide.bank import bank_statement
from agent.domain.decide.context import AddressHint, Context, Decision
from agent.domain.decide.debtor_mail import DebtorMail, reply, unproved_case
from agent.domain.decide.instructions import instructed, quoted
from agent.domain.decide.invoices import handed_over
from agent.domain.decide.mail_systems import automatic_answer, bounce

__all__ = [
    "AddressHint",
    "Context",
    "DebtorMail",
    "Decision",
    "automatic_answer",
    "bank_statement",
    "bounce",
    "due",
    "handed_over",
    "instructed",
    "quoted",
    "reply",
    "unproved_case",
]
