"""What follows from a finding. One file per kind of finding; each function takes a ledger and gives a Decision."""

from agent.domain.decide.accounts import due
from agent.domain.decide.bank import bank_statement
from agent.domain.decide.context import AddressHint, Context, Decision
from agent.domain.decide.debtor_mail import automatic_answer, bounce, reply, unproved_case
from agent.domain.decide.instructions import instructed, quoted
from agent.domain.decide.invoices import handed_over

__all__ = [
    "AddressHint",
    "Context",
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
