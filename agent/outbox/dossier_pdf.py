"""A dossier on paper: title page, account with its arithmetic, timeline and list of exhibits, set as PDF/A on the creditor's letterhead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from agent.domain.parties import Creditor
from agent.domain.references import format_iban
from agent.outbox.pages import accent_of
from agent.outbox.paper import pdf_of
from agent.reports import formats
from agent.reports.bundle import Exhibit
from agent.reports.claims import ClaimRows
from agent.reports.dossier import Case, Fact, Line, Sum, facts_of, sums_of
from agent.reports.dossier_words import dossier_word
from agent.reports.happened import kind_of_debtor
from agent.reports.plain import one_line, quoted_lines

Block = dict[str, Any]


def dossier_pdf(case: Case, exhibits: Sequence[Exhibit], templates_dir: Path | None = None) -> bytes:
    """The dossier as PDF/A; the same case and exhibits give the same bytes."""
    facts = facts_of(case, exhibits)
    sums = sums_of(case)
    blocks = [*_cover(case, sums, len(facts), len(exhibits)), *_account(case, sums), *_timeline(case, facts)]
    blocks += _exhibits(case, exhibits)
    title = f"{dossier_word('title', case.language)} {one_line(case.account.name, 120)}"
    return on_letterhead(case.creditor, title, blocks, case.on, templates_dir)


def on_letterhead(
    creditor: Creditor, title: str, blocks: Iterable[Block], on: date, templates_dir: Path | None = None
) -> bytes:
    """These blocks as PDF/A on the creditor's letterhead; signs that no font here can draw make it a plain PDF."""
    language = formats.known_language(creditor.language)
    address = quoted_lines(creditor.address, 5, 120) if creditor.address.strip() else ()
    paper = {
        "title": title,
        "language": language,
        "creditor": one_line(creditor.name),
        "address": [*address, *(one_line(x, 100) for x in _beside(creditor) if x)],
        "accent": accent_of(creditor),
        "logo": list(creditor.logo.content) if creditor.logo else [],
        "date": [on.year, on.month, on.day],
        "footer": f"{title} · {formats.day(on, language)}",
        "blocks": list(blocks),
    }
    return pdf_of("dossier.typ", "paper", paper, on, templates_dir)


def _beside(creditor: Creditor) -> tuple[str, ...]:
    return (*creditor.enterprise_numbers[:1], creditor.phone, creditor.website)


def table(heads: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[str]], totals: Block | Any = ()) -> Block:
    """A table; `kinds` say how each column is set, `totals` are lines of a label and a sum."""
    return {"is": "table", "heads": heads, "kinds": kinds, "rows": list(rows), "totals": list(totals)}


def pairs(rows: Iterable[tuple[str, str | Sequence[str]]]) -> Block:
    """Labels with their values, a line each; what has no value is left out."""
    told = ((label, [value] if isinstance(value, str) else list(value)) for label, value in rows if value)
    return {"is": "pairs", "rows": [[label, lines] for label, lines in told]}


def debtor_pairs(case: Case, unknown: str) -> Block:
    """Who the debtor is and how he is reached; `unknown` stands where his post goes, while nobody knows that."""
    account, language = case.account, case.language
    postal = [one_line(line, 120) for line in account.postal.lines[:6]]
    addresses = [
        f"{one_line(c.address, 120)} ({dossier_word('failed', language)})" if c.failed else one_line(c.address, 120)
        for c in account.contacts
    ]
    return pairs(
        (
            (dossier_word("name", language), one_line(account.name)),
            (dossier_word("party_number", language), one_line(account.number, 40)),
            (dossier_word("country", language), formats.country(account.country, language)),
            (dossier_word("quality", language), kind_of_debtor(_consumer(case), language)),
            (dossier_word("postal", language), postal or unknown),
            (dossier_word("email", language), addresses),
            (dossier_word("phone", language), one_line(case.phone, 60)),
        )
    )


def _consumer(case: Case) -> bool | None:
    if case.account.consumer is not None:
        return case.account.consumer
    return False if case.account.number else None


def _cover(case: Case, sums: Sequence[Sum], facts: int, exhibits: int) -> Iterator[Block]:
    language, creditor = case.language, case.creditor
    yield {"is": "title", "text": dossier_word("title", language)}
    yield {"is": "prose", "parts": [_as_of(case)]}
    for part in sums:
        yield _hero(part, language)
    yield {"is": "part", "text": dossier_word("debtor", language)}
    yield debtor_pairs(case, dossier_word("postal_unknown", language))
    yield {"is": "part", "text": dossier_word("creditor", language)}
    yield pairs(
        (
            (dossier_word("name", language), one_line(creditor.name)),
            (dossier_word("party_number", language), [one_line(n, 40) for n in creditor.enterprise_numbers[:2]]),
            (dossier_word("accounts", language), [format_iban(iban) for iban in creditor.ibans[:3]]),
        )
    )
    yield {"is": "part", "text": dossier_word("file", language)}
    counts = dossier_word("file_counts", language, invoices=len(case.items), rows=facts, exhibits=exhibits)
    yield {"is": "prose", "parts": [counts]}
    yield {"is": "note", "parts": [dossier_word("prepared", language)]}
    yield {"is": "page"}


def _as_of(case: Case) -> str:
    return dossier_word("as_of", case.language, day=formats.long_day(case.on, case.language))


def _hero(part: Sum, language: str) -> Block:
    note = dossier_word("owed_plain", language)
    if part.claim:
        amounts = {"principal": part.principal, "charges": part.claim.total}
        note = dossier_word("owed_note", language, **{n: formats.money(a, language) for n, a in amounts.items()})
    return {
        "is": "hero",
        "label": dossier_word("owed", language),
        "value": formats.money(part.owed, language),
        "note": note,
    }


def _account(case: Case, sums: Sequence[Sum]) -> Iterator[Block]:
    language = case.language
    yield {"is": "section", "text": dossier_word("account", language)}
    heads = [dossier_word(h, language) for h in ("invoice", "issued", "due", "total", "deducted", "balance")]
    for part in sums:
        kinds = ["strong", "text", "text", "figure", "figure", "sum"]
        yield table(heads, kinds, (_line(line, language) for line in part.lines), _totals(part, language))
        if not part.all_counted:
            yield {"is": "note", "parts": [dossier_word("not_counted", language)]}
        yield {"is": "part", "text": dossier_word("payments", language)}
        yield from _payments(part, language)
        yield {"is": "part", "text": dossier_word("claim", language)}
        yield from _late(case, part)


def _line(line: Line, language: str) -> list[str]:
    number = f"{line.number} ({line.state})" if line.state else line.number
    days = [formats.day(day, language) if day else "–" for day in (line.issued, line.due)]
    return [number, *days, *(formats.money(a, language) for a in (line.total, line.deducted, line.balance))]


def _totals(part: Sum, language: str) -> Iterator[tuple[str, str]]:
    if part.on_account:
        yield dossier_word("on_account", language), formats.money(-part.on_account, language)
    yield dossier_word("principal", language), formats.money(part.principal, language)


def _payments(part: Sum, language: str) -> Iterator[Block]:
    if not part.moves:
        yield {"is": "prose", "parts": [dossier_word("no_payments", language)]}
        return
    heads = [dossier_word(h, language) for h in ("when", "invoice", "evidence", "total")]
    rows = (
        [formats.day(m.on, language), m.number, m.label, formats.money(m.amount, language)]
        for m in sorted(part.moves, key=lambda m: (m.on, m.number))
    )
    yield table(heads, ["text", "strong", "text", "sum"], rows)


def _late(case: Case, part: Sum) -> Iterator[Block]:
    language = case.language
    if part.claim is None:
        yield {"is": "prose", "parts": [dossier_word("no_claim", language)]}
        return
    yield {"is": "prose", "parts": [dossier_word("claim_how", language, day=formats.day(case.on, language))]}
    heads = [dossier_word(h, language) for h in ("period", "days", "balance", "rate", "basis", "total")]
    for claim in part.claim.claims:
        yield {
            "is": "part",
            "text": f"{one_line(claim.number, 80)} · {dossier_word('due', language)} {formats.day(claim.due_date, language)}",
        }
        kinds = ["text", "figure", "figure", "figure", "text", "sum"]
        yield table(heads, kinds, _interest(claim, language), list(_charges(claim, language)))
    rows = (("late_total", part.claim.total), ("principal", part.principal), ("owed", part.owed))
    yield pairs((dossier_word(name, language), formats.money(amount, language)) for name, amount in rows)


def _interest(claim: ClaimRows, language: str) -> Iterator[list[str]]:
    for row in claim.interest:
        yield [
            f"{formats.day(row.start, language)} – {formats.day(row.end, language)}",
            str(row.days),
            formats.money(row.balance, language),
            formats.percent(row.percent, language),
            row.basis,
            formats.money(row.amount, language),
        ]


def _charges(claim: ClaimRows, language: str) -> Iterator[tuple[str, str]]:
    named = (
        (dossier_word("interest", language), claim.interest_sum),
        (f"{claim.label} ({claim.basis})" if claim.basis else claim.label, claim.indemnity),
        (dossier_word("reminders", language), claim.reminders),
        (dossier_word("already", language), -claim.paid),
    )
    yield from ((label, formats.money(amount, language)) for label, amount in named if amount)
    yield dossier_word("late_total", language), formats.money(claim.due, language)


def _timeline(case: Case, facts: Sequence[Fact]) -> Iterator[Block]:
    language, zone = case.language, case.creditor.timezone
    yield {"is": "section", "text": dossier_word("timeline", language)}
    heads = [dossier_word(h, language) for h in ("when", "what", "exhibit")]
    rows = ([formats.moment(f.at, language, zone), f.text, str(f.exhibit) if f.exhibit else ""] for f in facts)
    yield table(heads, ["soft", "text", "figure"], rows)


def _exhibits(case: Case, exhibits: Sequence[Exhibit]) -> Iterator[Block]:
    language = case.language
    yield {"is": "page"}
    yield {"is": "section", "text": dossier_word("exhibits", language)}
    yield {"is": "prose", "parts": [dossier_word("exhibits_how", language)]}
    heads = [dossier_word("exhibit", language), dossier_word("kind", language), "", "SHA-256"]
    rows = (
        [
            str(n),
            dossier_word(e.kind, language),
            f"{e.name} · {len(e.content)} {dossier_word('size', language)}",
            e.sha256,
        ]
        for n, e in enumerate(exhibits, 1)
    )
    yield table(heads, ["strong", "soft", "text", "hash"], rows)
