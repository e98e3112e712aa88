"""The ways to pay that a statement shows: one transfer for all of it, and one for each invoice that has its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.domain.money import Money
from agent.mail.outgoing import Part
from agent.outbox.cleaning import cleaned
from agent.outbox.facts import Facts
from agent.outbox.views import Page
from agent.reports.payment import PaymentSlip, invoice_slips, payment_slip
from agent.reports.statement import StatementLine


def with_ways_to_pay(
    page: Page, lines: Sequence[StatementLine], owed: Money, facts: Facts
) -> tuple[Page, tuple[Part, ...]]:
    """The page with its slips, and the pictures of their payment codes."""
    if facts.creditor is None:
        return page, ()
    whole = payment_slip(facts.creditor, lines, owed)
    single = invoice_slips(facts.creditor, lines, owed) if whole else ()
    slips = ((whole,) if whole else ()) + single
    names = ("payment-code", *(f"invoice-code-{n}" for n in range(1, len(slips))))
    named = [replace(slip, cid=name) if slip.qr else slip for slip, name in zip(slips, names, strict=False)]
    parts = tuple(_picture(slip, facts) for slip in named if slip.cid)
    shown = tuple(cleaned(slip, limit=600) for slip in named)
    return replace(page, slip=shown[0] if whole else None, slips=shown[1:], qr_cid=named[0].cid if whole else ""), parts


def payees_of(page: Page) -> tuple[str, ...]:
    """The accounts that the page names to be paid on."""
    return tuple(dict.fromkeys(slip.iban for slip in (page.slip, *page.slips) if slip is not None))


def _picture(slip: PaymentSlip, facts: Facts) -> Part:
    name = f"qr-{slip.number}.png" if slip.number else "qr.png"
    return Part(name.replace("/", "-"), "image/png", facts.keep(slip.qr), len(slip.qr), slip.cid)
