"""What a printed page is: its title decides, by size, place and standing alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent.domain.findings import DocumentKind, Found, Where
from agent.parsers.invoices.kind_signs import Sign, denies, read_sign
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.sheet import Sheet, where
from agent.parsers.invoices.xml_fields import kind_of
from agent.parsers.lexers import kind_words as words
from agent.parsers.lexers.amounts import find_amounts
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.kinds import title_of
from agent.parsers.lexers.labels import find_labels

_TAIL = re.compile(
    r"^[\s:.\-–#°/|*()]*(?:n°|nº|no|nr|num(?:ero|ber)?|nummer)?[\s:.°]*(?P<id>[\w./_-]*\d[\w./ _-]*)?(?P<rest>.*)$"
)
# A code of UNTDID 1001 beside the title, as readable views of e-invoices print it: "Handelsrechnung (380) Nr. …".
_CODE = re.compile(r"\((?P<code>\d{2,3})\) ?(?:Nr|No|N°|Nº|Num)", re.IGNORECASE)
_SURE_GAP = 0.5
# A person is asked about a kind this sure.
_ASKED = 0.75
_DATED = re.compile(
    r"(?:\b(?:as at|as of|per|pr|op|au|du|le|vom|van|zum|am|at|on|of|dated|al|del|a fecha de?|den|des?|for|voor|fur|stand)\b[\s:.]*)+$"
)
_UNPAID = re.compile(
    r"\b(?:impaye|echue|en souffrance|onbetaald|niet betaald|openstaand|vervallen|unpaid|overdue|outstanding|past due|uberfallig|unbezahlt|offen|insolut|scadut|pendiente|vencid)"
)
_REMINDS = re.compile(rf"\b(?:{words.REMINDS_IN_TITLE})\b")
_TITLE_WORDS = 7
_SUBJECT = re.compile(r"(?:objet|betreft?|subject|betreff|concerne|onderwerp|re|oggetto|asunto|assunto)\s*:")


@dataclass(frozen=True, slots=True)
class _Title:
    kind: DocumentKind
    score: float
    cell: Cell
    plain: bool


def read_kind(sheet: Sheet) -> Found[DocumentKind] | None:
    """The kind of document; None when nothing on the page names one."""
    coded = _coded(sheet)
    if coded is not None:
        return coded
    titles = _titles(sheet)
    if not titles:
        return None
    best = max(titles, key=lambda t: t.score)
    rivals = [t for t in titles if t.kind is not best.kind and t.score > best.score - _SURE_GAP]
    found = Found(best.kind, 0.85 if rivals else 0.97, where("title", best.cell, best.cell.text[:60]))
    if best.kind is not DocumentKind.INVOICE:
        return _rather_asked(found, best, rivals)
    sign = read_sign(sheet)
    if sign is not None:
        return _outweighed(found, sign) if not best.plain else _doubted(found, sign.words)
    denied = denies(sheet)
    if denied:
        return _doubted(found, denied)
    # A row of a list names an invoice as a title does, with its amount beside it.
    return found if best.plain or not _priced(sheet, best.cell) else _doubted(found, "an amount beside it")


def _rather_asked(found: Found[DocumentKind], best: _Title, rivals: list[_Title]) -> Found[DocumentKind]:
    """The kind found, or an invoice that a person is asked about, where a plain title of one stands beside another kind's words."""
    other = next((t for t in rivals if t.kind is DocumentKind.INVOICE and t.plain and not best.plain), None)
    if other is None:
        return found
    return _doubted(Found(other.kind, _ASKED, where("title", other.cell, other.cell.text[:60])), best.cell.text)


def read_untitled(sheet: Sheet) -> Found[DocumentKind]:
    """The kind of a page with a sum to pay and no title: an invoice that a person is asked about, or what its sentences say it is."""
    sign = read_sign(sheet)
    denied = denies(sheet)
    if sign is not None or denied:
        kind = sign.kind if sign is not None else DocumentKind.OTHER
        return Found(kind, 0.8, Where("no title, but its words", label=sign.words if sign is not None else denied))
    return Found(DocumentKind.INVOICE, 0.8, Where("a sum to pay without a title"))


def _outweighed(title: Found[DocumentKind], sign: Sign) -> Found[DocumentKind]:
    """What the sentences say: an invoice named in passing is the one that the letter is about."""
    return Found(sign.kind, 0.8, replace(title.where, rule="words of the page", label=sign.words[:60]))


def _doubted(title: Found[DocumentKind], against: str) -> Found[DocumentKind]:
    return replace(
        title, confidence=_ASKED, where=replace(title.where, rule=f'title, against the words "{against[:60]}"')
    )


def _coded(sheet: Sheet) -> Found[DocumentKind] | None:
    for line in sheet.lines[:15]:
        for cell in line.cells:
            match = _CODE.search(cell.text)
            if match and title_of(cell.text) is not None:
                return Found(kind_of(match["code"]), 0.98, where("title with type code", cell, cell.text[:60]))
    return None


def _titles(sheet: Sheet) -> list[_Title]:
    sizes = sorted(cell.size for cell in sheet.cells)
    usual = sizes[len(sizes) // 2] if sizes else 10.0
    titles: list[_Title] = []
    for line in sheet.lines[: max(45, len(sheet.lines) // 2)]:
        for cell in line.cells:
            found = title_of(cell.text) or _reminder_within(cell, usual)
            if found is not None:
                titles.append(_title(sheet, cell, found, usual))
    return [title for title in titles if title.score > 0]


def _title(sheet: Sheet, cell: Cell, found: tuple[DocumentKind, int], usual: float) -> _Title:
    kind, end = found
    subject = bool(_SUBJECT.match(fold(cell.text)))
    if kind is DocumentKind.INVOICE and _UNPAID.search(fold(cell.text[end:])):
        kind = DocumentKind.REMINDER
    plain = not subject and (cell.size > 1.15 * usual or cell.text[:end].isupper())
    return _Title(kind, _score(sheet, cell, (kind, end), usual), cell, plain)


def _reminder_within(cell: Cell, usual: float) -> tuple[DocumentKind, int] | None:
    """A reminder named within a title of a few words ("Payment request - 2nd reminder"), its end being the title's."""
    plain = cell.size > 1.15 * usual or cell.text.isupper()
    if plain and len(cell.words) <= _TITLE_WORDS and _REMINDS.search(fold(cell.text)):
        return DocumentKind.REMINDER, len(cell.text)
    return None


def _undated(text: str) -> str:
    """The text without its date and the words that lead up to it: "as at 28 February 2026" makes no title a sentence."""
    days = find_dates(text)
    if not days:
        return text
    return _DATED.sub("", fold(text[: days[0].start]).rstrip()) + text[days[0].end :]


def _score(sheet: Sheet, cell: Cell, found: tuple[DocumentKind, int], usual: float) -> float:
    """How much this looks like the title: large, capital, alone or with a number only, near the top."""
    kind, end = found
    tail = _TAIL.match(fold(_undated(cell.text[end:])))
    rest = tail["rest"].strip() if tail is not None else ""
    length = len(rest.split())
    page = sheet.layout.pages[0]
    score = min(cell.size / max(usual, 1), 3.0) * 0.6
    score += 0.5 if cell.text[:end].isupper() else 0.0
    # "FACTURE DE SERVICES" in large letters is a title still; in those of the text it may be the start of a sentence.
    large = cell.size > 1.2 * usual
    score += 0.8 if length == 0 else 0.3 if large and length <= 3 else -0.25 * length
    score += 0.4 if cell.top < 0.35 * page.height else -0.3 if cell.top > 0.6 * page.height else 0.0
    numbered = tail is not None and bool(tail["id"])
    valued = _priced(sheet, cell) if numbered else _has_value_right(sheet, cell)
    labelled = cell.text[end:].lstrip().startswith(":") or (not rest and tail is not None and valued)
    score -= 0.0 if not labelled else 0.5 if large or kind is DocumentKind.INVOICE else 1.1
    score -= 0.9 if kind is DocumentKind.INVOICE and numbered and valued and not large else 0.0
    score -= (
        0.6
        if kind is DocumentKind.OTHER and not large and not (cell.text[:end].isupper() and cell.size >= usual)
        else 0.0
    )
    score -= 1.2 if _names_a_field(cell, end) else 0.0
    score -= 1.5 if _is_column_head(sheet, cell) else 0.0
    score += 0.3 if _SUBJECT.match(fold(cell.text)) else 0.0
    return score - 0.2 * (cell.page - page.number)


def _names_a_field(cell: Cell, end: int) -> bool:
    """Whether the words are a label of something else, as "Order Number: 7" or "Order date"."""
    return any(label.start == 0 and label.end > end and label.field != "number" for label in find_labels(cell.text))


def _is_column_head(sheet: Sheet, cell: Cell) -> bool:
    """Whether the cell is one of a row of labels: a title stands alone on its line, or beside an address."""
    others = [other for other in sheet.line_of(cell).cells if other is not cell]
    return sum(any(label.start == 0 for label in find_labels(other.text)) for other in others) >= 2


def _priced(sheet: Sheet, cell: Cell) -> bool:
    """Whether an amount stands on the line: an item is priced ("Relevé 29 h à 120.00   3'480.00"), no title is."""
    return any(amount.money for other in sheet.right_of(cell) for amount in find_amounts(other.text))


def _has_value_right(sheet: Sheet, cell: Cell) -> bool:
    return any(any(c.isdigit() for c in other.text) and other.x0 - cell.x1 < 150 for other in sheet.right_of(cell)[:1])
