"""The ways in which a learned rule finds its value on a page: beside or under fixed words, at a place, by rank, or reckoned."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache

from rapidfuzz import fuzz

from agent.domain.layouts import Beside, Constant, FieldRule, Form, Place, Rank, Reckoned, Under, ValueKind
from agent.domain.terms import MonthEnd, Terms
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.learned_values import Held, Token, Value, compact, held, names, tokens
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers.labels import Label, find_labels

LONGEST_ANCHOR = 4
# In thousandths of the page's width and height: so far may a value move and still stand at its place.
_ACROSS, _DOWN = 12.0, 10.0
# In points: so far below its heading a value may stand.
REACH = 420.0
_RIGHT = 3
_LONG, _NEAR = 5, 80.0
# How much each way counts when they vote.
_BESIDE, _UNDER, _RANK, _ONLY = 3.0, 2.6, 0.6, 2.5
# Words that no lexicon knows may belong to one invoice only; amounts stand beside a good many of them.
_UNKNOWN, _UNKNOWN_AMOUNT = 2.6, 2.0
# A name stands at its place as an address does in its window; amounts move with the number of lines above them.
_PLACES = {ValueKind.NAME: 2.5, ValueKind.AMOUNT: 0.4}
_PLACE = 1.4
_CONSTANT, _CONSTANT_UNSEEN, _CONSTANT_GONE = 6.0, 3.0, 0.5
_RECKONED = 4.0


@dataclass(frozen=True, slots=True)
class Vote:
    """One value that one way leads to, how much it counts, the place (None when it stands nowhere), the words that led there and the kind of way."""

    value: Value
    weight: float
    cell: Cell | None
    label: str
    kind: type


class Paper:
    """The pages of one invoice as learned rules look at them; each list is made once."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.sizes = {page.number: (page.width or 1.0, page.height or 1.0) for page in sheet.layout.pages}
        self._held: dict[Form, tuple[Held, ...]] = {}

    @cached_property
    def tokens(self) -> Mapping[Cell, tuple[Token, ...]]:
        """The comparable words of every cell."""
        return {cell: tokens(cell) for cell in self.sheet.cells}

    @cached_property
    def anchors(self) -> tuple[tuple[str, Cell], ...]:
        """Short texts with the place where they stand: whole cells of up to four words, and the labels inside longer ones."""
        found: list[tuple[str, Cell]] = []
        for cell, words in self.tokens.items():
            text = " ".join(t.text for t in words)
            if 0 < len(words) <= LONGEST_ANCHOR and is_anchor(text):
                found.append((text, cell))
        for named in self.sheet.labels:
            part = named.cell.part(named.label.start, named.label.end)
            inner = (t.text for t in self.tokens[named.cell] if named.label.start <= t.start < named.label.end)
            text = " ".join(inner)
            if part is not named.cell and is_anchor(text):
                found.append((text, part))
        return tuple(found)

    @cached_property
    def text(self) -> str:
        """The letters and digits of the whole text."""
        return compact(self.sheet.text)

    def held(self, form: Form) -> tuple[Held, ...]:
        """All values of this form, in reading order."""
        if form not in self._held:
            self._held[form] = tuple(value for cell in self.sheet.cells for value in held(self.sheet, cell, form))
        return self._held[form]

    def column(self, anchor: Cell, form: Form) -> list[Held]:
        """The values of this form below these words in their column, from top to bottom."""
        return [
            value
            for value in self.held(form)
            if value.cell.page == anchor.page
            and 1.0 < value.cell.baseline - anchor.baseline <= REACH
            and _overlaps(anchor, value.part)
        ]


def is_anchor(text: str) -> bool:
    """Whether these words can be looked for: one of them at least is a word of two letters, and none an address of the net."""
    return not any("@" in word or word.startswith(("www", "http")) for word in text.split()) and any(
        sum(c.isalpha() for c in word) >= 2 or word in ("n°", "°") for word in text.split()
    )


def _overlaps(anchor: Cell, value: Cell) -> bool:
    slack = max(anchor.size, 6.0)
    return value.x0 < anchor.x1 + slack and value.x1 > anchor.x0 - slack


def votes(rule: FieldRule, paper: Paper, known: Mapping[str, Value]) -> Iterator[Vote]:
    """What each way of the rule finds on this paper; `known` are the values of other fields that one may be reckoned from."""
    form = rule.form
    place, rank = _PLACES.get(form.kind, _PLACE), _ONLY if _is_only(paper, form) else _RANK
    unknown = _UNKNOWN_AMOUNT if form.kind is ValueKind.AMOUNT else _UNKNOWN
    for by in rule.beside:
        yield from _cast(beside(paper, form, by), _BESIDE if labels_in(by.words) else unknown, by.words, Beside)
    for heading in rule.under:
        weight = _UNDER if labels_in(heading.words) else _UNKNOWN_AMOUNT
        yield from _cast(under(paper, form, heading), weight, heading.words, Under)
    for at in rule.places:
        yield from _cast(at_place(paper, form, at), place, "", Place)
    for counted in rule.ranks:
        yield from _cast(ranked(paper, form, counted), rank, "", Rank)
    if rule.constant is not None:
        seen = compact(rule.constant.text) in paper.text
        weight = _CONSTANT_UNSEEN if not rule.constant.printed else _CONSTANT if seen else _CONSTANT_GONE
        yield Vote(rule.constant.text, weight, None, "", Constant)
    if rule.reckoned is not None:
        value = reckon(rule.reckoned, known)
        if value is not None:
            yield Vote(value, _RECKONED, None, rule.reckoned.base, Reckoned)


def labels_in(words: str) -> tuple[Label, ...]:
    """The labels among comparable words; the "#" that stands for figures there is no word for number."""
    return find_labels(words.replace("#", "0"))


def _is_only(paper: Paper, form: Form) -> bool:
    """Whether the paper holds a single value of this form, and one whose control digits leave no other reading."""
    checked = form.kind in (ValueKind.ACCOUNT, ValueKind.REFERENCE, ValueKind.VAT_NUMBER)
    return checked and len({str(found.value) for found in paper.held(form)}) == 1


def _cast(found: Held | None, weight: float, label: str, kind: type) -> Iterator[Vote]:
    if found is not None:
        yield Vote(found.value, weight, found.part, label, kind)


def beside(paper: Paper, form: Form, way: Beside) -> Held | None:
    """The first value behind these words: in the same text, or in the next texts to the right."""
    look = _behind if way.inline else _right
    for blurred in (False, True):
        for cell, words in paper.tokens.items():
            for end in _ends(words, way.words, blurred=blurred):
                found = look(paper, form, cell, end)
                if found is not None:
                    return found
    return None


def _ends(words: tuple[Token, ...], wanted: str, *, blurred: bool) -> Iterator[int]:
    """The places in a cell's text where these words end."""
    count = wanted.count(" ") + 1
    for at in range(len(words) - count + 1):
        if _alike(" ".join([t.text for t in words[at : at + count]]), wanted, blurred=blurred):
            yield words[at + count - 1].end


@lru_cache(maxsize=8192)
def _alike(text: str, wanted: str, *, blurred: bool) -> bool:
    """Whether these are the words; `blurred` as OCR may read them: longer words with a letter or two mistaken."""
    if not blurred:
        return text == wanted
    return all(
        a == b or (min(len(a), len(b)) >= _LONG and fuzz.ratio(a, b) >= _NEAR)
        for a, b in zip(text.split(), wanted.split(), strict=False)
    )


def _behind(paper: Paper, form: Form, cell: Cell, end: int) -> Held | None:
    if form.kind is ValueKind.NAME:
        return next(names(cell, form, end), None)
    following = (value for value in held(paper.sheet, cell, form) if value.start >= end)
    return next((v for v in following if not _letters(cell.text[end : v.start])), None)


def _right(paper: Paper, form: Form, cell: Cell, end: int) -> Held | None:
    if _letters(cell.text[end:]):
        return None
    for other in paper.sheet.right_of(cell)[:_RIGHT]:
        first = next(iter(held(paper.sheet, other, form)), None)
        if first is not None:
            return first
        if _letters(other.text):
            return None
    return None


def _letters(text: str) -> bool:
    return sum(c.isalnum() for c in text) > 3


def under(paper: Paper, form: Form, way: Under) -> Held | None:
    """The value that stands so many steps below these words, or last in their column."""
    for blurred in (False, True):
        for words, anchor in paper.anchors:
            if words.count(" ") == way.words.count(" ") and _alike(words, way.words, blurred=blurred):
                column = paper.column(anchor, form)
                if column and way.step <= len(column):
                    return column[way.step - 1] if way.step > 0 else column[-1]
    return None


def at_place(paper: Paper, form: Form, way: Place) -> Held | None:
    """The value at this place, the nearest where several stand."""
    page = way.page if way.page > 0 else max(paper.sizes, default=0) + 1 + way.page
    near = [
        (miss, value)
        for value in paper.held(form)
        if value.cell.page == page and (miss := _miss(paper, value, way)) <= 1
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _miss(paper: Paper, value: Held, way: Place) -> float:
    across, down = spot(paper, value, right=way.right)
    return max(abs(across - way.across) / _ACROSS, abs(down - way.down) / _DOWN)


def spot(paper: Paper, value: Held, *, right: bool) -> tuple[float, float]:
    """Where a value begins (or ends), in thousandths of the page's width and height."""
    width, height = paper.sizes[value.cell.page]
    part = value.part
    return 1000 * (part.x1 if right else part.x0) / width, 1000 * part.baseline / height


def ranked(paper: Paper, form: Form, way: Rank) -> Held | None:
    """The value of this rank among all of its form."""
    found = paper.held(form)
    if not found or abs(way.count) > len(found):
        return None
    if way.count == 0:
        return max(found, key=_size)
    return found[way.count - 1 if way.count > 0 else way.count]


def _size(found: Held) -> float:
    value = found.value
    if isinstance(value, date):
        return float(value.toordinal())
    return float(abs(value)) if isinstance(value, Decimal) else 0.0


def reckon(way: Reckoned, known: Mapping[str, Value]) -> Value | None:
    """The value that follows from another field; None when that one is not known."""
    base = known.get(way.base)
    if way.base == "total" and "deposit" in known:
        return None
    if not isinstance(base, date):
        return base
    return Terms(way.days, way.months, MonthEnd.AFTER if way.month_end else MonthEnd.NONE).due(base)


def reckonings(base: date, wanted: date) -> Iterator[Reckoned]:
    """How one date may follow from another, the usual terms first: days, then months, then days to the end of a month."""
    between = (wanted - base).days
    if not 0 <= between <= 366:
        return
    last = wanted.day == monthrange(wanted.year, wanted.month)[1]
    usual = (0, 7, 8, 10, 14, 15, 20, 21, 30, 45, 60, 90, 120)
    if between in usual or not last:
        yield Reckoned("issue_date", days=between)
        return
    for days in usual:
        day = base + timedelta(days=days)
        if day.replace(day=monthrange(day.year, day.month)[1]) == wanted:
            yield Reckoned("issue_date", days=days, month_end=True)
    yield Reckoned("issue_date", days=between)
