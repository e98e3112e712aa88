"""Bank statements of every usual format, read into one form."""

from agent.parsers.statements.api import is_bank_format, read_statement

__all__ = ["is_bank_format", "read_statement"]
