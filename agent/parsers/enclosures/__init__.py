"""Readers of what a debtor encloses: proofs of payment, remittance advices, credit notes, orders and counter-claims."""

from agent.parsers.enclosures.reading import read_enclosure, wants_ocr

__all__ = ["read_enclosure", "wants_ocr"]
