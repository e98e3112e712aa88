"""Learns from a corrected field where on this layout it stands: every way that leads to the corrected value, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TypeVar

from agent.domain.findings import Found, InvoiceReading
from agent.domain.layouts import (
    Beside,
    Constant,
    FieldRule,
    Form,
    KnownLayout,
    Misreading,
    Place,
    Rank,
    Reckoned,
    Sign,
    Under,
    ValueKind,
)
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.learned_anchors import NEUTRAL, OWN, anchored, rank_of
from agent.parsers.invoices.learned_signs import recognised, signs_of
from agent.parsers.invoices.learned_values import (
    KINDS,
    Held,
    Value,
    compact,
    runs_of,
    same,
    shape,
    tokens,
    typed,
)
from agent.parsers.invoices.learned_ways import (
    Paper,
    at_place,
    beside,
    ranked,
    reckon,
    reckonings,
    spot,
    under,
)
from agent.parsers.invoices.sheet import Sheet
from agent.parsers.lexers.dates import Order

# What belongs to the maker and may be kept as a value.
_MAKERS = frozenset({"seller_name", "seller_vat", "seller_iban", "currency"})
# The fields that another one may follow from.
_FOLLOWS = {
    "due_date": "issue_date",
    "delivery_date": "issue_date",
    "payment_reference": "number",
    "amount_due": "total",
}
_MOST = 4
_TARGETS = 8

Way = TypeVar("Way", Beside, Under, Place, Rank)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one corrected document teaches: the layout it has (`known` its id, "" for a new one), rules, and rules that failed."""

    known: str
    signs: tuple[Sign, ...]
    rules: tuple[FieldRule, ...]
    dropped: tuple[str, ...] = ()


def learn(
    sheet: Sheet, reading: InvoiceReading, corrections: Mapping[str, str], layouts: Iterable[KnownLayout]
) -> Lesson | None:
    """What these corrections (field and right value as text) teach about the layout of these pages.

    None when the pages have no signs to know them by, or nothing can be learned. `reading` is what was read without any rule.
    A rule that was there already keeps only the ways that hold on this document too; one of which none does is replaced, or
    dropped when nothing takes its place.
    """
    signs = signs_of(sheet)
    known = recognised(sheet, layouts)
    paper = Paper(sheet)
    values = _values(reading, corrections)
    avoid = _names_in(reading, corrections)
    rules: list[FieldRule] = []
    dropped: list[str] = []
    for field in corrections:
        wanted = values.get(field)
        rule = _rule(field, wanted, paper, values, avoid) if wanted is not None and field in KINDS else None
        old = known.rule(field) if known is not None else None
        if rule is not None and wanted is not None:
            rule = _joined(old, rule, paper, values, wanted)
            rules.append(replace(rule, instead_of=_misread(getattr(reading, field), wanted, old)))
        elif old is not None and KINDS.get(field) is not ValueKind.NAME:
            # A name may be told otherwise than the page prints it: that proves nothing against the rule.
            dropped.append(field)
    if not signs or not (rules or dropped):
        return None
    return Lesson(known.id if known else "", signs, tuple(rules), tuple(dropped))


def _values(reading: InvoiceReading, corrections: Mapping[str, str]) -> dict[str, Value]:
    """The values of all fields, the corrected ones as they shall be."""
    values: dict[str, Value] = {}
    for name, found in reading.found():
        if name in KINDS and isinstance(found.value, Value):
            values[name] = found.value
    for field, text in corrections.items():
        value = typed(field, text)
        if value is None:
            values.pop(field, None)
        else:
            values[field] = value
    return values


def _names_in(reading: InvoiceReading, corrections: Mapping[str, str]) -> frozenset[str]:
    """The words of the buyer's name and address: a rule must neither rest on them nor keep them."""
    told = (reading.buyer_name, reading.buyer_address, reading.buyer_email)
    texts = [found.value for found in told if found is not None] + [corrections.get("buyer_name", "")]
    return frozenset(word for text in texts for part in text.split() if len(word := compact(part)) >= 3)


def _misread(found: Found[Value] | None, wanted: Value, old: FieldRule | None) -> Misreading:
    if found is None:
        return Misreading()
    if same(found.value, wanted):
        return old.instead_of if old is not None else Misreading()
    return Misreading(found.where.rule[:80], "".join(c for c in found.where.label[:40] if not c.isdigit()))


def _rule(
    field: str, wanted: Value, paper: Paper, values: Mapping[str, Value], avoid: frozenset[str]
) -> FieldRule | None:
    """Every way that leads to the value on this paper; None when there is none."""
    form, shown = printed(field, wanted, paper)
    rule = FieldRule(field, form)
    if shown:
        rule = _with_places(rule, field, wanted, shown, paper, avoid)
    if field in _MAKERS:
        rule = replace(rule, constant=Constant(str(wanted), compact(str(wanted)) in paper.text), ranks=())
    elif not rule.beside and not rule.under and (reckoned := _reckoned(field, wanted, values)) is not None:
        # No name of its own stands by it: what it follows from says more than where it happens to stand.
        rule = FieldRule(field, form, reckoned=reckoned)
    elif field == "payment_reference" and "number" in values and same(values["number"], wanted):
        rule = replace(rule, reckoned=Reckoned("number"))
    if rule.form.after and compact(rule.form.after) in avoid:
        # the word behind the value is a buyer's: only what does not rest on it may be kept
        rule = FieldRule(field, Form(form.kind), constant=rule.constant, reckoned=rule.reckoned)
    return rule if rule.ways else None


def _reckoned(field: str, wanted: Value, values: Mapping[str, Value]) -> Reckoned | None:
    base = values.get(_FOLLOWS.get(field, ""))
    if base is None:
        return None
    if isinstance(base, date) and isinstance(wanted, date):
        return next((replace(way, base=_FOLLOWS[field]) for way in reckonings(base, wanted)), None)
    return Reckoned(_FOLLOWS[field]) if same(base, wanted) else None


def printed(field: str, wanted: Value, paper: Paper) -> tuple[Form, list[Held]]:
    """How the value is written, and all places where the paper shows it."""
    kind = KINDS[field]
    if kind is ValueKind.DATE:
        forms = [Form(kind, order=order.value) for order in (Order.DAY_FIRST, Order.MONTH_FIRST)]
    else:
        forms = [Form(kind)]
    text = str(wanted)
    if kind is ValueKind.NAME:
        forms += _name_forms(text, paper)
    elif kind is ValueKind.IDENTIFIER:
        forms = _identifier_forms(text, paper)
    elif kind is ValueKind.REFERENCE:
        forms += _identifier_forms(text, paper)
    for form in forms:
        found = [value for value in paper.held(form) if same(value.value, wanted)]
        if kind is ValueKind.NAME:
            found += _inner_names(text, form, paper)
        if found:
            return form, found[:_TARGETS]
    return forms[0] if forms else Form(kind), []


def _identifier_forms(text: str, paper: Paper) -> list[Form]:
    found = (
        Form(ValueKind.IDENTIFIER, shape=shape(cell.text[start:end].strip(" .:;,()[]*|-–_/")), words=count)
        for cell in paper.sheet.cells
        for start, end, count in runs_of(cell, text)
    )
    return list(dict.fromkeys(found))


def _name_forms(text: str, paper: Paper) -> list[Form]:
    """Forms for names that stand inside a longer text: the words that follow them."""
    after = (_next_word(cell, end) for cell in paper.sheet.cells for _, end, _ in runs_of(cell, text))
    return [Form(ValueKind.NAME, after=word) for word in dict.fromkeys(after) if word]


def _next_word(cell: Cell, end: int) -> str:
    return next((t.text for t in tokens(cell) if t.start >= end and t.text != "#"), "")


def _inner_names(text: str, form: Form, paper: Paper) -> list[Held]:
    return [
        Held(text, cell, start, end)
        for cell in paper.sheet.cells
        for start, end, _ in runs_of(cell, text)
        if start > 0 and _next_word(cell, end) == form.after
    ]


def _with_places(
    rule: FieldRule, field: str, wanted: Value, targets: list[Held], paper: Paper, avoid: frozenset[str]
) -> FieldRule:
    """The rule with all ways that hold. Where the page itself names the value, what stands under other names is left out."""
    named = [(target, list(anchored(field, target, paper, rule.form, avoid))) for target in targets]
    ranks = [max((rank_of(field, way.words) for way in ways), default=NEUTRAL) for _, ways in named]
    best = max(ranks)
    kept = [pair for pair, own in zip(named, ranks, strict=True) if own == best]
    ways = [way for _, found in kept for way in found]
    if any(isinstance(way, Beside) and rank_of(field, way.words) == OWN for way in ways):
        ways = [way for way in ways if rank_of(field, way.words) == OWN]
    form = rule.form
    places = (_place(target, paper, right=right) for target, _ in kept for right in (False, True))
    return replace(
        rule,
        beside=_holding((w for w in ways if isinstance(w, Beside)), lambda way: beside(paper, form, way), wanted),
        under=_holding((w for w in ways if isinstance(w, Under)), lambda way: under(paper, form, way), wanted),
        places=_holding(places, lambda way: at_place(paper, form, way), wanted),
        ranks=_holding(_ranks(form), lambda way: ranked(paper, form, way), wanted),
    )


def _holding(ways: Iterable[Way], find: Callable[[Way], Held | None], wanted: Value) -> tuple[Way, ...]:
    """The ways, each once and at most four, that lead to the value and not elsewhere."""
    held = (way for way in dict.fromkeys(ways) if (found := find(way)) is not None and same(found.value, wanted))
    return tuple(islice(held, _MOST))


def _place(target: Held, paper: Paper, *, right: bool) -> Place:
    across, down = spot(paper, target, right=right)
    page, last = target.cell.page, max(paper.sizes)
    counted = page - last - 1 if page == last and (last > 1 or down > 500) else page
    return Place(counted, round(across), round(down), right)


def _ranks(form: Form) -> tuple[Rank, ...]:
    """Ranks that may mean something: of names there are too many."""
    if form.kind is ValueKind.NAME or (form.kind is ValueKind.IDENTIFIER and len(form.shape) < 2):
        return ()
    return tuple(Rank(count) for count in (1, 2, 3, -1, -2, 0))


def _joined(
    old: FieldRule | None, new: FieldRule, paper: Paper, values: Mapping[str, Value], wanted: Value
) -> FieldRule:
    """The ways of the old rule that hold on this document as well; the new rule when the old one failed here."""
    if old is None:
        return new
    form = old.form
    kept = replace(
        old,
        beside=_holding(old.beside, lambda way: beside(paper, form, way), wanted),
        under=_holding(old.under, lambda way: under(paper, form, way), wanted),
        places=_holding(old.places, lambda way: at_place(paper, form, way), wanted),
        ranks=_holding(old.ranks, lambda way: ranked(paper, form, way), wanted),
        constant=old.constant if old.constant and same(old.constant.text, wanted) else None,
        reckoned=old.reckoned if old.reckoned and _leads(old.reckoned, values, wanted) else None,
    )
    telling = kept.beside or kept.under or kept.constant or kept.reckoned
    return kept if telling else new


def _leads(way: Reckoned, values: Mapping[str, Value], wanted: Value) -> bool:
    value = reckon(way, values)
    return value is not None and same(value, wanted)
