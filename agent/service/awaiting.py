"""Mail whose sender might be proved if the name service answered: it stays in INBOX and is tried again, for a while.

Nothing of it is done meanwhile, and all other mail goes on. What its creditor's debtors are written waits with it (agent.service.inbox),
as do later mails of the same sender, so that his words keep their order. After `limits.proof_hours` it counts as unproved. Since when
each mail waits stands in the store: a restart begins no wait anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from agent.domain.parties import Creditor
from agent.ports import Commit, Store
from agent.service.app import App
from agent.service.gather import Gathered

# Under this note the store remembers what waits.
_NOTE = "proof:awaited"
_SHORTEST, LONGEST = timedelta(minutes=1), timedelta(minutes=10)
# So many mails may wait; more come in a flood, and are treated as unproved at once. One that vanished from INBOX is forgotten in time.
_MOST, _FORGOTTEN = 500, timedelta(days=1)


class Awaited(NamedTuple):
    """A mail that waits: since when, from which address, and whose case it may be about."""

    since: datetime
    sender: str
    creditors: tuple[str, ...]


def again_at(app: App, gathered: Gathered) -> datetime | None:
    """When this mail is tried again, because nobody answers for the key of its signature now; None when it is handled now.

    Raises:
        TemporaryError: the store cannot write now.
    """
    now, patience = app.clock.now(), _patience(app)
    key, sender = gathered.message.key, gathered.evidence.sender
    held = awaited(app.store)
    own = held.get(key)
    since = min(own.since, now) if own else now
    before = (one for one in held.values() if one.sender == sender.address and one.since < since)
    behind = any(now - one.since < patience for one in before)
    if not (gathered.undecided or behind) or now - since >= patience or (own is None and len(held) >= _MOST):
        return None
    if own is None or own.since > now:
        kept = {k: one for k, one in held.items() if now - one.since < patience + _FORGOTTEN}
        app.store.commit(Commit(notes=_note({**kept, key: Awaited(since, sender.address, sender.creditors)})))
    return min(now + min(max(now - since, _SHORTEST), LONGEST), since + patience)


def awaited(store: Store) -> Mapping[str, Awaited]:
    """The mails that wait, by key."""
    rows = json.loads(store.note(_NOTE) or "{}")
    return {key: Awaited(datetime.fromisoformat(at), sender, tuple(ids)) for key, (at, sender, ids) in rows.items()}


def waits_for(app: App, creditor: Creditor) -> bool:
    """Whether a mail waits that may be this creditor's word."""
    now, patience = app.clock.now(), _patience(app)
    return any(creditor.id in one.creditors and now - one.since < patience for one in awaited(app.store).values())


def ended(store: Store, key: str) -> dict[str, str | None]:
    """The note without this mail, for the commit that handles it; nothing when it did not wait."""
    held = awaited(store)
    return _note({k: one for k, one in held.items() if k != key}) if key in held else {}


def _patience(app: App) -> timedelta:
    return timedelta(hours=app.settings.limits.proof_hours)


def _note(held: Mapping[str, Awaited]) -> dict[str, str | None]:
    rows = {key: (one.since.isoformat(), one.sender, one.creditors) for key, one in held.items()}
    return {_NOTE: json.dumps(rows) if rows else None}
