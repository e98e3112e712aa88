"""What corrections teach about the layout of a creditor's invoices."""

from __future__ import annotations

from dataclasses import dataclass

from agent.domain.happenings import LayoutEvent
from agent.domain.layouts import FieldRule, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutMet(LayoutEvent):
    """A layout was corrected for the first time, on this document (SHA-256); by these signs it is known again."""

    signs: tuple[Sign, ...]
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutRuleLearned(LayoutEvent):
    """A correction on this document taught where a field stands; an older rule of that field gives way."""

    rule: FieldRule
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutRuleDropped(LayoutEvent):
    """The rule of this field misled, and nothing took its place."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutForgotten(LayoutEvent):
    """A person took the layout away with all its rules."""
