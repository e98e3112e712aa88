"""Bank statements of every usual format, read into one form."""

from agent.parsers.statements.api import read_statement

__all__ = ["read_statement"]
