"""What a structured invoice owes itself: lines that make the sums, VAT by rate that makes the VAT, a payee that is told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain.findings import InvoiceReading

_CENT = Decimal("0.01")


def with_checks(
    reading: InvoiceReading, lines: Sequence[Decimal], stated: Decimal | None, repairs: Sequence[str]
) -> InvoiceReading:
    """The reading with what its own figures contradict; `lines` are the lines' amounts, `stated` what they are said to make."""
    checks: list[str] = [f"fails: {words}" for words in repairs]
    doubts: list[str] = []
    if lines and stated is not None:
        # Each line may be rounded by half a cent.
        holds = abs(sum(lines, Decimal(0)) - stated) <= max(2 * _CENT, len(lines) * _CENT)
        checks.append(
            f"{'holds' if holds else 'fails'}: {len(lines)} lines make {sum(lines, Decimal(0))}, stated {stated}"
        )
        doubts += [] if holds else ["total"]
    by_rate = [line.amount for line in reading.vat_lines]
    amounts = [amount for amount in by_rate if amount is not None]
    if reading.vat is not None and amounts and len(amounts) == len(by_rate):
        made = sum(amounts, Decimal(0))
        holds = abs(made - reading.vat.value) <= max(5 * _CENT, len(amounts) * _CENT)
        checks.append(f"{'holds' if holds else 'fails'}: VAT by rate {made} = VAT {reading.vat.value}")
        doubts += [] if holds else ["vat"]
    return replace(reading, checks=(*reading.checks, *checks), uncertain=(*reading.uncertain, *doubts))
