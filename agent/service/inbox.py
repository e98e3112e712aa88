"""What is written to debtors waits for mail that was not read yet: it may tell of a payment.

Before a statement is written or leaves, the inbox of its creditor was looked at and found empty. When it cannot be read, his
statements wait, later and later, until `limits.unread_hours` have passed; then they leave all the same, and the operator hears of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.domain.decide import Decision
from agent.domain.letters import to_operator
from agent.domain.parties import Creditor
from agent.ports import Commit
from agent.service.app import App
from agent.service.awaiting import waits_for
from agent.service.conclude import Outcome, commit_of

# Under this note the store remembers, for each channel and for a creditor whose mail awaits its proof, since when statements wait.
WAITING = "inbox:waiting:"
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(minutes=10)


def read_first(app: App, creditor: Creditor) -> datetime | None:
    """When to come back to what is for this creditor's debtors, because his mail waits; None when it may be written and leave now."""
    channel = app.settings.mailbox_of(creditor).name
    unread = _put_off(app, channel, waits=channel in app.unread)
    return unread or _put_off(app, f"{channel}:{creditor.id}", waits=waits_for(app, creditor))


def _put_off(app: App, place: str, *, waits: bool) -> datetime | None:
    key = f"{WAITING}{place}"
    note = app.store.note(key)
    if not waits:
        if note is not None:
            app.store.commit(Commit(notes={key: None}))
        return None
    now = app.clock.now()
    since = datetime.fromisoformat(note) if note is not None else now
    if note is None:
        app.store.commit(Commit(notes={key: now.isoformat()}))
    if now - since < timedelta(hours=app.settings.limits.unread_hours):
        return now + min(max(now - since, _SHORTEST), _LONGEST)
    _tell_operator(app, place, since)
    return None


def _tell_operator(app: App, place: str, since: datetime) -> None:
    """Once for each time that it lasts too long."""
    agency, key = app.settings.agency, f"operator:unread:{place}:{since.isoformat()}"
    if app.store.mail(key) is not None:
        return
    facts = (
        ("summary", "statements leave although mail could not be read: a payment that it tells of may be overlooked"),
        ("mailbox", place),
        ("since", f"{since:%Y-%m-%d %H:%M} UTC"),
    )
    letter = to_operator(agency, key, facts)
    app.store.commit(commit_of(app, Outcome(Decision(letters=(letter,)))))
