"""What the events about formal notices say, in English, for `relance explain`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent.domain import notice_events as ne
from agent.domain.ledger import OpenItem

NOTICE_WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    ne.NoticeQueued: lambda e: f"the owner ordered formal notice {e.number} ({e.currency}), to be paid by {e.deadline}",
    ne.NoticeSent: lambda e: f"formal notice {e.number} ({e.currency}) sent; statements stop",
    ne.NoticeCancelled: lambda e: f"formal notice {e.number} ({e.currency}) not sent: {e.reason}",
    ne.PostalAddressMet: lambda e: (
        f"postal address {'told' if e.told else 'read on an invoice'}: {', '.join(e.address.splitlines())}"
    ),
}


def noticed(item: OpenItem) -> str:
    """Until when the latest formal notice may be paid; "" when there is none."""
    if item.notice is None:
        return ""
    return f"; formal notice {'of ' + str(item.notice.on) if item.notice.sent else 'waiting'}, to be paid by {item.notice.deadline}"
