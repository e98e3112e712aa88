"""Outgoing mail: everything that is needed to make the same bytes again, and the states it goes through."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OutboxState(StrEnum):
    """The life of an outgoing mail.

    queued → sending → sent; back to queued after a temporary failure; `held` when a person must decide (unknown outcome, or
    an item that was paid meanwhile needs a new statement); `failed` when the other side refused for good; `cancelled` when it
    is no longer right to send it.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Part:
    """A file that travels with a mail: its bytes lie in the document store under `sha256`. `cid` is set for inline pictures."""

    filename: str
    media_type: str
    sha256: str
    size: int
    cid: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail that Relance writes.

    Attributes:
        id: derived from `key`; short enough to type (`relance outbox resend ID`).
        key: says what this mail is for; unique for ever, so that nothing is written twice: `statement:CREDITOR:DEBTOR:EUR:2`.
        kind: a LetterKind.
        creditor: whose case it is; "" for mail to the operator.
        about: ids of the items, debtor account or question the mail is about.
        debtor: id of the debtor's account when the mail goes to a debtor, else "".
        token: the reply token printed in it; "" when there is none.
        message_id, in_reply_to, references: with angle brackets; the first is fixed when the mail is queued.
        balances: per item its open balance as a decimal text when the mail was composed; checked again before sending.
        questions: ids of the open questions whose choices a report numbers through, in its order.
        payees: the accounts that it names to be paid on; checked again before sending.
        not_before: aware UTC; the mail leaves at this time at the earliest.
        channel: name of the mailbox through whose way out it leaves; "" or a name that is gone: the first one's.
        attempts, first_tried_at: how often and since when it was tried to hand it over.
        sent_at: when the first recipient's side accepted it. remaining: those that were refused for now while others accepted.
    """

    id: str
    key: str
    kind: str
    creditor: str
    sender: str
    sender_name: str
    to: tuple[str, ...]
    message_id: str
    subject: str
    text: str
    html: str
    queued_at: datetime
    not_before: datetime
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    language: str = "en"
    automatic: str = "auto-generated"
    about: tuple[str, ...] = ()
    debtor: str = ""
    token: str = ""
    parts: tuple[Part, ...] = ()
    balances: tuple[tuple[str, str], ...] = ()
    state: OutboxState = OutboxState.QUEUED
    attempts: int = 0
    sent_at: datetime | None = None
    note: str = ""
    first_tried_at: datetime | None = None
    remaining: tuple[str, ...] = ()
    channel: str = ""
    payees: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses that it must still reach."""
        return self.remaining or tuple(dict.fromkeys((*self.to, *self.cc)))
