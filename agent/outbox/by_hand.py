"""What a person decides about a mail that the outbox will not decide itself: send it again, or it did arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agent.errors import PermanentError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Commit, Store

# The note of a held mail of which a person says that it reached its recipients; the next delivery counts it as sent.
ARRIVED = "it arrived, a person says"
# The note of a mail that is one of far more than usual.
WAITS_FOR_A_WORD = "far more mails to debtors than usual: it waits for a person's word"
# Under this key the store remembers when a person let them go; what was queued until then is not held back again.
RELEASED = "outbox:released"


def resend(store: Store, ref: str) -> OutgoingMail:
    """The held or failed mail of this id, queued again under the same Message-ID because a person said so.

    Raises:
        PermanentError: there is no such mail, or it is in another state.
    """
    mail = _known(store, ref)
    if mail.state not in (OutboxState.HELD, OutboxState.FAILED):
        raise PermanentError(f"the mail {ref} is {mail.state.value}; only held and failed ones can be sent again")
    queued = replace(mail, state=OutboxState.QUEUED, first_tried_at=None, note="queued again by hand")
    store.commit(Commit(outgoing=(queued,)))
    return queued


def arrived(store: Store, ref: str) -> OutgoingMail:
    """The held mail of this id, marked as one that arrived: the next delivery records it as sent, with what follows.

    Raises:
        PermanentError: there is no such mail, or nobody is in doubt about it: it is in another state, or was never handed over.
    """
    mail = _known(store, ref)
    if mail.state is not OutboxState.HELD or not mail.attempts:
        raise PermanentError(
            f"the mail {ref} is {mail.state.value}; only a held one that was handed over can have arrived"
        )
    marked = replace(mail, note=ARRIVED)
    if marked != mail:
        store.commit(Commit(outgoing=(marked,)))
    return marked


def release(store: Store, now: datetime) -> int:
    """How many mails may leave now that waited for a person's word since they were far more than usual."""
    waiting = [mail for mail in store.outbox([OutboxState.QUEUED]) if mail.note == WAITS_FOR_A_WORD]
    free = tuple(replace(mail, not_before=now, note="let go by hand") for mail in waiting)
    store.commit(Commit(outgoing=free, notes={RELEASED: now.isoformat()}))
    return len(free)


def _known(store: Store, ref: str) -> OutgoingMail:
    mail = store.mail(ref)
    if mail is None:
        raise PermanentError(f"there is no outgoing mail {ref}")
    return mail
