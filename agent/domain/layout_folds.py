"""How the ledger takes up what agent.domain.layout_events tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.domain import layout_events as ev
from agent.domain.layouts import KnownLayout


def _layout_met(_: None, e: ev.LayoutMet) -> KnownLayout:
    return KnownLayout(e.layout, e.creditor, e.signs, e.document, e.at)


def _rule_learned(x: KnownLayout, e: ev.LayoutRuleLearned) -> KnownLayout:
    return replace(x, rules=(*(rule for rule in x.rules if rule.field != e.rule.field), e.rule))


def _rule_dropped(x: KnownLayout, e: ev.LayoutRuleDropped) -> KnownLayout:
    return replace(x, rules=tuple(rule for rule in x.rules if rule.field != e.field))


def _forgotten(x: KnownLayout, _: ev.LayoutForgotten) -> KnownLayout:
    return replace(x, signs=(), rules=(), forgotten=True)


LAYOUT_FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ev.LayoutMet: _layout_met,
    ev.LayoutRuleLearned: _rule_learned,
    ev.LayoutRuleDropped: _rule_dropped,
    ev.LayoutForgotten: _forgotten,
}
