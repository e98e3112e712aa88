"""What happened to statements that somebody is asked about before they leave: listed to the creditor, approved by him."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.domain.happenings import PERSONAL, AccountEvent
from agent.domain.releases import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementListed(AccountEvent):
    """The creditor was told which statement is about to leave, or asked whether it may; an older list of this currency gives way."""

    release: Release


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementApproved(AccountEvent):
    """An owner approved the statement that this question listed. `by` is his address."""

    currency: str
    question: str
    by: str = field(default="", metadata=PERSONAL)
