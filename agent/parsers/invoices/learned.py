"""Puts to use what was learned of a creditor's layouts: the ways of a rule vote, and the winner is weighed against the ordinary reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.domain.layouts import FieldRule, Misreading
from agent.domain.terms import read_terms
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.learned_signs import recognised
from agent.parsers.invoices.learned_values import KINDS, Value, same
from agent.parsers.invoices.learned_ways import Paper, Vote, votes
from agent.parsers.invoices.reading import FOLLOWED, ROUNDING, doubts_of_another_kind, finish, with_fields
from agent.parsers.invoices.sheet import Sheet

RULE = "learned"
_SURE, _DOUBTFUL = 0.97, 0.85
# So much of all votes, and so much at all, must a value have to be sure.
_MAJORITY, _ENOUGH = 0.6, 2.4
# Less than this is no answer at all.
_LEAST = 1.0
# An ordinary value as sure as this is kept against a rule that it contradicts.
_FIRM = 0.93
# What is asked of a debtor, and where to: no rule alone settles it against what the page plainly says.
_AMOUNTS = frozenset({"net", "vat", "total", "deposit", "amount_due"})
# Others are reckoned from these, so they come first.
_FIRST = ("number", "issue_date", "total")


@dataclass(frozen=True, slots=True)
class _Winner:
    value: Value
    sure: float
    where: Where


def with_learned(reading: InvoiceReading, layout: Layout, document: Document, context: ParserContext) -> InvoiceReading:
    """The reading as corrections of earlier documents of its layout would have it; unchanged when the layout is not known.

    Where a learned value contradicts the ordinary one, the field is named in `uncertain` with the surer of both, unless the
    ordinary reading errs in the very way in which it was corrected before: then the learned value stands, and is sure unless it is
    an amount that no sum bears out or an account that is none of the maker's known ones. Doubts that do not come from how a field
    was read (a cession, instalments) stay.
    """
    if not context.layouts or reading.kind.value not in (*FOLLOWED, DocumentKind.RECEIPT):
        return reading
    sheet = Sheet(layout)
    known = recognised(sheet, context.layouts)
    if known is None or not known.rules:
        return reading
    paper = Paper(sheet)
    values: dict[str, Value] = {n: f.value for n, f in reading.found() if n in KINDS and isinstance(f.value, Value)}
    fields: dict[str, Found[Value] | None] = {}
    for rule in sorted(known.rules, key=lambda rule: rule.field not in _FIRST):
        won = _winner(rule, list(votes(rule, paper, values)))
        if won is not None:
            found = _weighed(getattr(reading, rule.field), won, rule.instead_of)
            fields[rule.field], values[rule.field] = found, found.value
    if not fields:
        return reading
    fields |= _followers(reading, fields)
    changed = with_fields(reading, fields)
    fields |= {name: _doubted(changed, name, context) for name in fields if _overruled(reading, changed, name)}
    standing = doubts_of_another_kind(reading, context)
    kept = tuple(name for name in reading.uncertain if name not in fields or name in standing)
    return finish(with_fields(replace(reading, uncertain=kept, checks=_others(reading)), fields), document, context)


def _overruled(before: InvoiceReading, after: InvoiceReading, name: str) -> bool:
    """Whether a rule put something else in the place of what was read."""
    old, new = getattr(before, name), getattr(after, name)
    return old is not None and new is not None and not same(old.value, new.value)


def _doubted(reading: InvoiceReading, name: str, context: ParserContext) -> Found[Value]:
    """The learned value that overruled another one, less sure where money hangs on it and nothing else bears it out."""
    found: Found[Value] = getattr(reading, name)
    precious = name in _AMOUNTS or name == "seller_iban"
    return found if not precious or _borne_out(reading, name, context) else replace(found, confidence=_DOUBTFUL)


def _borne_out(reading: InvoiceReading, name: str, context: ParserContext) -> bool:
    if name == "seller_iban":
        found = reading.seller_iban
        return found is not None and found.where.box is not None and found.value in context.ibans
    parts = (reading.total, reading.deposit, reading.amount_due)
    parts = parts if name in ("deposit", "amount_due") else (reading.total, reading.net, reading.vat)
    values = [abs(part.value) for part in parts if part is not None]
    return len(values) == len(parts) and abs(values[0] - values[1] - values[2]) <= ROUNDING


def _others(reading: InvoiceReading) -> tuple[str, ...]:
    """The checks that `finish` does not make anew."""
    return tuple(line for line in reading.checks if not line.startswith(("holds: ", "fails: ")))


def _winner(rule: FieldRule, cast: Sequence[Vote]) -> _Winner | None:
    """The value with most votes, with its surest way as the place."""
    if not cast:
        return None
    groups: list[list[Vote]] = []
    for vote in cast:
        group = next((g for g in groups if same(g[0].value, vote.value)), None)
        if group is None:
            groups.append([vote])
        else:
            group.append(vote)
    best = max(groups, key=_weight)
    weight = _weight(best)
    if weight < _LEAST:
        return None
    clear = weight >= _MAJORITY * sum(map(_weight, groups)) and weight >= _ENOUGH
    way = next((vote for vote in best if vote.cell is not None), best[0])
    sure = _SURE if clear else _DOUBTFUL
    if way.cell is None:
        return _Winner(way.value, sure, Where(_told(rule, way), label=way.label))
    return _Winner(way.value, min(sure, way.cell.sure), Where(_told(rule, way), way.cell.page, way.cell.box, way.label))


def _weight(group: Sequence[Vote]) -> float:
    """How much the votes for one value count: of each kind of way the strongest, since those of one kind are no independent witnesses."""
    kinds: dict[type, float] = {}
    for vote in group:
        kinds[vote.kind] = max(vote.weight, kinds.get(vote.kind, 0.0))
    return sum(kinds.values())


def _told(rule: FieldRule, way: Vote) -> str:
    if way.cell is not None:
        return f"{RULE}: where {rule.field} was corrected"
    return f"{RULE}: belongs to the maker" if rule.constant is not None else f"{RULE}: reckoned"


def _weighed(ordinary: Found[Value] | None, won: _Winner, instead_of: Misreading) -> Found[Value]:
    """The learned value beside the ordinary one. What is reckoned or constant yields to what a page plainly says."""
    if ordinary is None:
        return Found(won.value, won.sure, won.where)
    if same(ordinary.value, won.value):
        return replace(ordinary, confidence=max(ordinary.confidence, won.sure))
    if _errs_alike(ordinary.where, instead_of):
        return Found(won.value, won.sure, won.where)
    if ordinary.confidence < _FIRM and won.sure >= _SURE:
        return Found(won.value, _DOUBTFUL, won.where)
    named = won.where.box is not None and bool(won.where.label)
    contradicted = named and won.sure >= _SURE
    return replace(ordinary, confidence=min(ordinary.confidence, _DOUBTFUL)) if contradicted else ordinary


def _errs_alike(where: Where, before: Misreading) -> bool:
    """Whether a value was read by the rule and label that had misled before; figures in a label do not count."""
    label = "".join(c for c in where.label[:40] if not c.isdigit())
    same_rule = where.rule[:80].partition(":")[0] == before.rule.partition(":")[0]
    return bool(before.rule) and same_rule and (label == before.label or before.rule.startswith(("terms", RULE)))


def _followers(reading: InvoiceReading, fields: Mapping[str, Found[Value] | None]) -> dict[str, Found[Value] | None]:
    """The fields that had been reckoned from one that is corrected now, reckoned anew."""
    found: dict[str, Found[Value] | None] = {}
    for name, base, begins in _RECKONED_FROM:
        old: Found[Value] | None = getattr(reading, name)
        new = fields.get(base)
        if old is not None and new is not None and name not in fields and old.where.rule.startswith(begins):
            value = _due(reading, new.value) if name == "due_date" else new.value
            if value is not None:
                found[name] = Found(value, min(old.confidence, new.confidence), old.where)
    return found


_RECKONED_FROM: Iterable[tuple[str, str, tuple[str, ...]]] = (
    ("due_date", "issue_date", ("terms:",)),
    ("payment_reference", "number", ("no reference printed",)),
    ("amount_due", "total", ("total, nothing",)),
)


def _due(reading: InvoiceReading, issued: Value) -> date | None:
    terms = read_terms(reading.terms.value) if reading.terms is not None else None
    return terms.due(issued) if terms is not None and isinstance(issued, date) else None
