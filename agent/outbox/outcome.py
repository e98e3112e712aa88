"""What becomes of a mail by what the other side said. Pure: the time comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.pacing import Limits, retry_pause
from agent.ports import Delivery

Refusals = tuple[tuple[str, str], ...]


def claimed(mail: OutgoingMail, now: datetime) -> OutgoingMail:
    """The mail as it stands while it is handed over."""
    return replace(
        mail,
        state=OutboxState.SENDING,
        attempts=mail.attempts + 1,
        first_tried_at=mail.first_tried_at or now,
        note="",
    )


def concluded(mail: OutgoingMail, delivery: Delivery, now: datetime, limits: Limits, jitter: float) -> OutgoingMail:
    """The mail after this delivery: sent, failed, or queued again for those who refused it for now.

    A mail that anybody accepted counts as sent from that moment; it stays queued only as long as others may still accept it.
    """
    first_accepted = mail.sent_at or (now if delivery.accepted else None)
    if delivery.temporary and not given_up(mail, now, limits):
        return replace(
            mail,
            state=OutboxState.QUEUED,
            not_before=now + retry_pause(mail.attempts, limits, jitter),
            remaining=tuple(address for address, _ in delivery.temporary),
            sent_at=first_accepted,
            note=said(delivery.temporary),
        )
    note = said(refused_for_good(mail, delivery, now, limits))
    if first_accepted is None:
        return replace(mail, state=OutboxState.FAILED, note=note or "no recipient was accepted")
    return replace(mail, state=OutboxState.SENT, sent_at=first_accepted, remaining=(), note=note)


def refused_for_good(mail: OutgoingMail, delivery: Delivery, now: datetime, limits: Limits) -> Refusals:
    """The recipients who will not be tried again, with the other side's words."""
    return (*delivery.permanent, *(delivery.temporary if given_up(mail, now, limits) else ()))


def given_up(mail: OutgoingMail, now: datetime, limits: Limits) -> bool:
    """Whether it was tried for so long that it is not tried again."""
    return mail.first_tried_at is not None and now - mail.first_tried_at >= limits.give_up_after


def said(refusals: Refusals) -> str:
    """The refusals in one line, bounded: the words are a stranger's."""
    return "; ".join(f"{address}: {' '.join(words.split())[:200]}" for address, words in refusals)[:1000]
