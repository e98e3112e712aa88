"""A certificate of irrecoverability on the creditor's letterhead, ready to be completed and signed by him."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.domain.events import InvoiceWrittenOff, NoticeSent, PhaseEntered, StatementSent
from agent.domain.ledger import OpenItem
from agent.domain.money import Money
from agent.outbox.dossier_pdf import Block, debtor_pairs, on_letterhead, table
from agent.reports import formats
from agent.reports.certificate_words import certificate_word
from agent.reports.dossier import Case
from agent.reports.dossier_words import dossier_word
from agent.reports.happened import sentence
from agent.reports.plain import one_line

_STEPS = (StatementSent, NoticeSent, PhaseEntered)
_TO_FILL_IN = "……………"
_MOST_STEPS = 15


def certificate_pdf(case: Case, items: Sequence[OpenItem], templates_dir: Path | None = None) -> bytes:
    """The certificate for these items, which the creditor wrote off; the same books give the same bytes."""
    title = certificate_word("title", case.language)
    return on_letterhead(case.creditor, title, _blocks(case, items), case.on, templates_dir)


def _blocks(case: Case, items: Sequence[OpenItem]) -> Iterator[Block]:
    def word(code: str) -> str:
        return certificate_word(code, case.language)

    yield {"is": "title", "text": word("title")}
    yield {"is": "prose", "parts": [word("opening")]}
    yield {"is": "part", "text": dossier_word("debtor", case.language)}
    yield debtor_pairs(case, _TO_FILL_IN)
    yield {"is": "part", "text": word("claims")}
    yield _claims(case, items)
    yield {"is": "note", "parts": [word("vat_note")]}
    yield {"is": "part", "text": word("steps")}
    yield _steps(case)
    use = word(case.creditor.country)
    if use:
        yield {"is": "part", "text": word("use")}
        yield {"is": "prose", "parts": [use]}
    yield {"is": "part", "text": word("not")}
    yield {"is": "note", "parts": [word("not_text")]}
    yield {"is": "sign", "lines": [word("place"), word("signature")]}


def _claims(case: Case, items: Sequence[OpenItem]) -> Block:
    language, given_up = case.language, _written_off(case)
    heads = [dossier_word(code, language) for code in ("invoice", "issued", "due", "total")]
    heads += [certificate_word(code, language) for code in ("off", "vat", "lost")]
    rows = [
        [
            one_line(item.invoice.number, 80),
            formats.day(item.invoice.issue_date, language),
            formats.day(item.invoice.due_date, language) if item.invoice.due_date else "–",
            formats.money(item.invoice.total, language),
            formats.day(given_up[item.id], language) if item.id in given_up else "–",
            _TO_FILL_IN,
            formats.money(item.balance, language),
        ]
        for item in items
    ]
    totals = [
        (certificate_word("lost", language), formats.money(Money.total(_of(items, currency), currency), language))
        for currency in sorted({item.balance.currency for item in items})
    ]
    return table(heads, ["strong", "text", "text", "figure", "text", "figure", "sum"], rows, totals)


def _of(items: Sequence[OpenItem], currency: str) -> Iterator[Money]:
    return (item.balance for item in items if item.balance.currency == currency)


def _written_off(case: Case) -> dict[str, date]:
    zone = ZoneInfo(case.creditor.timezone)
    return {e.item: e.at.astimezone(zone).date() for e in case.events if isinstance(e, InvoiceWrittenOff)}


def _steps(case: Case) -> Block:
    """The statements, notices and changes of phase, with their days; the latest where they are many."""
    zone = case.creditor.timezone
    told = [
        [formats.moment(e.at, case.language, zone), sentence(e, case.numbers, case.language)]
        for e in case.events
        if isinstance(e, _STEPS)
    ]
    if not told:
        return {"is": "prose", "parts": [certificate_word("steps_none", case.language)]}
    heads = [dossier_word(code, case.language) for code in ("when", "what")]
    return table(heads, ["soft", "text"], told[-_MOST_STEPS:])
