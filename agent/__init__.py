"""Relance: an accounts-receivable agent that runs from the inbox. Start reading at docs/architecture.md."""

__version__ = "0.1.0"
