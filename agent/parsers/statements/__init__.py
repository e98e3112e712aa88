"""Bank statements of every usual format, read into one form."""

from agent.parsers.statements.api import is_bank_format, read_rows, read_statement
from agent.parsers.statements.csv_answer import columns_told
from agent.parsers.statements.normal import at_own_account
from agent.parsers.statements.notification import read_notice

__all__ = ["at_own_account", "columns_told", "is_bank_format", "read_notice", "read_rows", "read_statement"]
