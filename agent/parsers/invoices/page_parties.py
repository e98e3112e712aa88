"""Seller and buyer on a printed page: blocks of lines that look like an address, told apart by their headings and neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.domain.findings import Found
from agent.domain.references import compact
from agent.parsers.api import ParserContext
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.page_blocks import Block, blocks
from agent.parsers.invoices.page_letterhead import letterheads
from agent.parsers.invoices.page_names import (
    best_name,
    by_domain,
    core_of,
    fullest_name,
    is_guessed,
    is_place,
    names_in_line,
    same_company,
)
from agent.parsers.invoices.sheet import Sheet, where
from agent.parsers.lexers import parties as lex
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.numbers import find_emails, find_ibans, find_vat_numbers

_SURE = 0.9
# A person is shown a name this sure.
_UNBACKED = 0.85
# Whom the bill is about: not whom it is sent to, where the page names both.
_WHO_IT_IS_ABOUT = frozenset({"patient", "assure", "locataire", "abonne", "tenant", "huurder", "mieter"})
# What a name loses that may be a place.
_PLACE = 1.5


@dataclass(frozen=True, slots=True)
class Party:
    """What was read of one party; `cells` are its block, so that numbers in there are known to be its own."""

    name: Found[str] | None = None
    address: Found[str] | None = None
    email: Found[str] | None = None
    cells: frozenset[Cell] = frozenset()


def read_parties(sheet: Sheet, context: ParserContext) -> tuple[Party, Party]:
    """Seller and buyer."""
    found = [block for block in blocks(sheet) if block.names or block.has_address]
    buyer = _choose_buyer(sheet, found, context)
    seller = _seller(sheet, found, buyer, context)
    if buyer is None:
        return seller, Party()
    sure = _buyer_confidence(buyer, [b for b in found if not _marks_of_creditor(b, context)], sheet)
    if sure < _SURE and seller.name is not None and not _printed_twice(sheet, seller.name.value):
        # Two addresses and nothing that tells them apart: then neither name is sure.
        seller = replace(seller, name=replace(seller.name, confidence=min(seller.name.confidence, sure)))
    return seller, _party(buyer, sure)


def _printed_twice(sheet: Sheet, name: str) -> bool:
    core = core_of(name)
    return sum(core in compact(fold(cell.text)).lower() for cell in sheet.cells) >= 2


def _choose_buyer(sheet: Sheet, found: Sequence[Block], context: ParserContext) -> Block | None:
    scored = [(_rank(block, found, sheet, context), -index, block) for index, block in enumerate(found) if block.names]
    best = max(scored, key=lambda s: s[:2], default=None)
    return best[2] if best is not None and best[0] > 0.4 else None


def _buyer_score(block: Block, sheet: Sheet, context: ParserContext) -> float:
    folded = fold(block.text)
    page = next(p for p in sheet.layout.pages if p.number == block.cells[0].page)
    score = {"buyer": 3.0, "seller": -4.0, "elsewhere": -2.0}.get(block.role, 0.0)
    if (
        block.role == "buyer"
        and fold(block.heading)
        in {"herrn", "firma", "a", "to", "aan", "a l'attention de", "facturation", "client", "klant", "kunde", "doit"}
        and not block.has_address
    ):
        score -= 2.4
    score += 1.0 if block.has_address else -0.6 if block.role == "buyer" else -2.0
    score -= 1.6 if re.search(r"\btel\b|\btel\.|phone|fax|www\.|http", folded) else 0.0
    score -= 0.7 if block.role != "buyer" and find_emails(block.text) else 0.0
    score -= 0.3 if _is_first(block, sheet) else 0.0
    score -= 1.0 if fold(block.heading) in _WHO_IT_IS_ABOUT else 0.0
    score -= 2.5 if lex.is_register(block.text) and block.role != "buyer" else 0.0
    top = block.cells[0].top / max(page.height, 1)
    score += 0.5 if top < 0.45 else -1.5 if top > 0.7 and block.role != "buyer" else 0.0
    score += 0.4 if block.cells[0].x0 > 0.45 * page.width else 0.0
    score -= 0.6 * (block.cells[0].page - sheet.lines[0].page > 0)
    score += 0.3 if block.cells[0].size <= 13 else -0.5
    score += 0.7 if any(lex.is_person(name) for name, _ in block.names) else 0.0
    score -= 0.8 if len(block.cells) < 2 else 0.0
    return score - 5 * _marks_of_creditor(block, context)


def _marks_of_creditor(block: Block, context: ParserContext) -> int:
    """How many of his name and his numbers the block bears: whom they belong to was known before."""
    named = any(same_company(name, own) for name, _ in block.names for own in context.names)
    return named + any(number.value in context.numbers for number in find_vat_numbers(block.text))


def _rank(block: Block, found: Sequence[Block], sheet: Sheet, context: ParserContext) -> float:
    """The buyer's score, lower for the only party in the town where the page was written: that is the seller."""
    at_home = (
        not block.role
        and _holds_town(block, sheet.town)
        and any(other.has_address and other.names and not _holds_town(other, sheet.town) for other in found)
    )
    return _buyer_score(block, sheet, context) - (1.5 if at_home else 0.0)


def _holds_town(block: Block, town: str) -> bool:
    return bool(town) and any(lex.is_postal(cell.text) and town in fold(cell.text) for cell in block.cells)


def _is_first(block: Block, sheet: Sheet) -> bool:
    """Whether the block stands at the top left without a heading, where a letter's sender stands."""
    return not block.role and block.cells[0].line <= sheet.lines[0].number + 1


def _buyer_confidence(buyer: Block, found: Sequence[Block], sheet: Sheet) -> float:
    if buyer.role == "buyer" and buyer.has_address:
        return 0.965
    rivals = [
        b for b in found if b is not buyer and b.names and b.has_address and b.role not in {"seller", "elsewhere"}
    ]
    ours = _rank(buyer, found, sheet, ParserContext())
    close = [
        b
        for b in rivals
        if _rank(b, found, sheet, ParserContext()) > ours - 0.8 and not same_company(b.names[0][0], buyer.names[0][0])
    ]
    return 0.8 if close or not buyer.has_address else 0.955


def _party(block: Block, sure: float, name: tuple[str, Cell] | None = None) -> Party:
    chosen = name or best_name(block)
    if chosen is not None and is_guessed(chosen):
        sure = min(sure, 0.85)
    after = block.cells.index(chosen[1]) + 1 if chosen is not None and chosen[1] in block.cells else 0
    lines = [c for c in block.cells[after:] if lex.is_postal(c.text) or lex.is_street(c.text)]
    emails = [(mail, cell) for cell in block.cells for mail in find_emails(cell.text)]
    return Party(
        name=Found(chosen[0], min(sure, chosen[1].sure), where("address block", chosen[1], block.heading))
        if chosen
        else None,
        address=Found("\n".join(c.text for c in lines), 0.9, where("address block", lines[0])) if lines else None,
        email=Found(emails[0][0], 0.95, where("e-mail in the block", emails[0][1])) if emails else None,
        cells=frozenset(block.cells),
    )


def _seller(sheet: Sheet, found: Sequence[Block], buyer: Block | None, context: ParserContext) -> Party:
    taken = frozenset(buyer.cells) if buyer is not None else frozenset()
    buyer_name = best_name(buyer) if buyer is not None else None
    candidates = [
        c
        for c in _seller_candidates(sheet, found, taken, context)
        if buyer_name is None or not same_company(c[1], buyer_name[0])
    ]
    if not candidates:
        return Party()
    grouped = [
        (sum(s for s, other, _, _ in candidates if same_company(name, other)), score, name, cell, block)
        for score, name, cell, block in candidates
    ]
    total, _, name, cell, block = max(grouped, key=lambda g: (round(g[0], 2), g[1]))
    fullest = fullest_name(name, [(c[1], c[2]) for c in candidates if same_company(name, c[1])])
    others = max((g[0] for g in grouped if not same_company(g[2], name)), default=0.0)
    sure = 0.965 if total - others >= 1.5 and total >= 2 else 0.93 if total - others >= 0.8 else 0.75
    if _is_unbacked(sheet, fullest, block) or is_place((name, cell)):
        sure = min(sure, _UNBACKED)
    home = next((b for b in found if b is block), None) or Block([cell], names=[(name, cell)])
    party = _party(home, sure, fullest)
    return party if party.email is not None or buyer is None else _with_email(party, sheet, taken)


def _is_unbacked(sheet: Sheet, name: tuple[str, Cell], block: Block | None) -> bool:
    """Whether only its place at the head of the page makes this the seller: no heading, no legal form, printed once."""
    return block is None and lex.legal_form(name[0]) is None and not _printed_twice(sheet, name[0])


def _with_email(party: Party, sheet: Sheet, taken: frozenset[Cell]) -> Party:
    for cell in sheet.cells:
        mails = find_emails(cell.text) if cell not in taken else []
        if mails:
            return Party(
                party.name,
                party.address,
                Found(mails[0], 0.9, where("e-mail outside the buyer's block", cell)),
                party.cells,
            )
    return party


def _seller_candidates(
    sheet: Sheet, found: Sequence[Block], taken: frozenset[Cell], context: ParserContext
) -> Iterator[tuple[float, str, Cell, Block | None]]:
    domains = [
        compact(mail.partition("@")[2].rpartition(".")[0]).lower()
        for cell in sheet.cells
        if cell not in taken
        for mail in find_emails(cell.text)
    ]
    for block in found:
        if frozenset(block.cells) == taken or block.role in {"buyer", "elsewhere"}:
            continue
        name = best_name(block)
        if name is not None:
            score = _seller_score(block, name[0], sheet) + _known(name[0], context)
            score += 0.8 if not block.role and _holds_town(block, sheet.town) else 0.0
            score -= _PLACE if is_place(name) else 0.0
            if score > 0:
                yield score + by_domain(name[0], domains), name[0], name[1], block
    for weight, name_text, cell in letterheads(sheet, taken):
        below = max((_seller_score(b, name_text, sheet) for b in found if _is_under(b, cell, taken)), default=0.0)
        yield weight + below + by_domain(name_text, domains) + _known(name_text, context), name_text, cell, None
    for cell in sheet.cells:
        if cell in taken:
            continue
        for name_text, weight in names_in_line(cell.text):
            yield weight + by_domain(name_text, domains) + _known(name_text, context), name_text, cell, None


def _is_under(block: Block, cell: Cell, taken: frozenset[Cell]) -> bool:
    """Whether a block in smaller type lies right below a name and bears none with a legal form: then it goes with that name."""
    first = block.cells[0]
    named = any(lex.legal_form(name) is not None for name, _ in block.names)
    near = 0 < first.baseline - cell.baseline < 2.6 * cell.size and first.page == cell.page
    return near and first.size < cell.size - 0.5 and not named and first not in taken and block.role != "buyer"


def _seller_score(block: Block, name: str, sheet: Sheet) -> float:
    page = next(p for p in sheet.layout.pages if p.number == block.cells[0].page)
    score = {"seller": 3.0}.get(block.role, 0.0)
    score += 0.8 if block.has_address else 0.0
    score += 1.2 if lex.is_contact(block.text) else 0.0
    score += (
        0.8
        if lex.is_register(block.text)
        or any(True for _ in find_vat_numbers(block.text))
        or any(True for _ in find_ibans(block.text))
        else 0.0
    )
    score += 0.7 if lex.legal_form(name) is not None else 0.0
    score += 0.5 if block.cells[0].top < 0.25 * page.height or block.cells[0].top > 0.85 * page.height else 0.0
    score += 0.4 if block.cells[0].size > 13 and block.cells[0].top < 0.3 * page.height else 0.0
    enough = (
        block.role == "seller" or block.has_address or lex.is_contact(block.text) or lex.legal_form(name) is not None
    )
    return score if enough and score >= 1.2 else 0.0


def _known(name: str, context: ParserContext) -> float:
    return 3.0 if any(same_company(name, own) for own in context.names) else 0.0
