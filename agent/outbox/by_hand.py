"""What a person decides about a mail that the outbox will not decide itself: send it again, or it did arrive."""

from __future__ import annotations

from dataclasses import replace

from agent.errors import PermanentError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Commit, Store

# The note of a held mail of which a person says that it reached its recipients; the next delivery counts it as sent.
ARRIVED = "it arrived, a person says"


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


def _known(store: Store, ref: str) -> OutgoingMail:
    mail = store.mail(ref)
    if mail is None:
        raise PermanentError(f"there is no outgoing mail {ref}")
    return mail
