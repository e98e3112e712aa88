"""How the events of formal notices change accounts and items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.domain import notice_events as ev
from agent.domain.formal_notices import FormalNotice, NoticeMark
from agent.domain.parties import PostalAddress
from agent.domain.states import DebtorAccount, OpenItem

_Both = OpenItem | DebtorAccount


def _queued(s: _Both, e: ev.NoticeQueued) -> _Both:
    if isinstance(s, OpenItem):
        return replace(s, notices=(*s.notices, NoticeMark(e.on, e.deadline, e.mail)))
    made = FormalNotice(e.currency, e.number, e.on, e.deadline, e.items, e.mail)
    return replace(s, notices=(*s.notices, made), contacted_on=e.on)


def _sent(s: _Both, e: ev.NoticeSent) -> _Both:
    if isinstance(s, OpenItem):
        marks = (replace(n, sent=True, on=e.on) if n.mail == e.mail else n for n in s.notices)
        return replace(s, notices=tuple(marks))
    made = (replace(n, state="sent", on=e.on) if n.mail == e.mail else n for n in s.notices)
    return replace(s, notices=tuple(made), contacted_on=e.on)


def _cancelled(s: _Both, e: ev.NoticeCancelled) -> _Both:
    if isinstance(s, OpenItem):
        return replace(s, notices=tuple(n for n in s.notices if n.mail != e.mail))
    made = (replace(n, state="cancelled") if n.mail == e.mail else n for n in s.notices)
    return replace(s, notices=tuple(made))


def _addressed(a: DebtorAccount, e: ev.PostalAddressMet) -> DebtorAccount:
    return replace(a, postal=PostalAddress(e.address, told=e.told))


NOTICE_FOLDS: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    ev.NoticeQueued: _queued,
    ev.NoticeSent: _sent,
    ev.NoticeCancelled: _cancelled,
    ev.PostalAddressMet: _addressed,
}
