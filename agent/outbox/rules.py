"""What the delivery asks the service, and what it reports: verdicts on mails, the rules that give them, the outcome of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.errors import AgentError
from agent.mail.outgoing import OutgoingMail
from agent.ports import Clock, Commit, Delivery, Mailbox, Queued, Store, Transport


@dataclass(frozen=True, slots=True)
class Go:
    """The mail is still right: send it now."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The mail is no longer right: it never leaves. `follows` is committed with it."""

    reason: str
    follows: Commit = field(default_factory=Commit)


@dataclass(frozen=True, slots=True)
class Postpone:
    """Not now: look again at this moment."""

    until: datetime
    reason: str = ""


Verdict = Go | Cancel | Postpone
# How the note of a mail begins that was held because it is addressed to somebody whom no book and no setting names.
STRANGERS = "not known here: "


@dataclass(frozen=True, slots=True)
class Rules:
    """What the service knows about mails. The commits given back hold what follows, without the mail itself; they may be asked
    for again when somebody else's commit came between.

    Attributes:
        assemble: the bytes of a mail; the same bytes for the same mail.
        recheck: whether it is still right to send it, by the ledger of this moment.
        strangers: its recipients whom neither the books nor the configuration name; it is held while there are any.
        on_sent: what follows when the first recipients accepted it.
        on_failed: what follows when recipients refused it: `permanent`, or `temporary` for so long that they were given up.
        on_held: what follows when nobody knows whether it was accepted, when it cannot be assembled or has strangers.
        jitter: a number from 0 to 1 that spreads the pauses.
    """

    assemble: Callable[[OutgoingMail], bytes]
    recheck: Callable[[OutgoingMail], Verdict] = lambda _: Go()
    strangers: Callable[[OutgoingMail], tuple[str, ...]] = lambda _: ()
    on_sent: Callable[[OutgoingMail, Delivery], Commit] = lambda _mail, _delivery: Commit()
    on_failed: Callable[[OutgoingMail, Delivery], Commit] = lambda _mail, _delivery: Commit()
    on_held: Callable[[OutgoingMail], Commit] = lambda _: Commit()
    jitter: Callable[[], float] = lambda: 0.0


@dataclass(frozen=True, slots=True)
class Doors:
    """What a delivery touches.

    Attributes:
        channel: whose mails these doors are for; pace, pauses and copies are kept apart by it.
        serves: whether mails of this channel's name go through these doors.
        leaves: whether mails in this creditor's cases are another worker's to send.
        in_flight: whether the transport is still busy handing over the mail of this Message-ID.
    """

    store: Store
    transport: Transport
    mailbox: Mailbox
    clock: Clock
    channel: str = ""
    serves: Callable[[str], bool] = lambda _: True
    leaves: Callable[[str], bool] = lambda _: False
    in_flight: Callable[[str], bool] = lambda _: False

    def take(self, mail: OutgoingMail | Queued) -> bool:
        """Whether this mail is to leave through these doors."""
        return self.serves(mail.channel) and not self.leaves(mail.creditor)


class StillSending(AgentError):
    """The transport is taking its time; the mail is neither sent nor refused yet. Sending it again goes on with that."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of the mails that were due, by their ids.

    `deferred` were refused for now; `unresolved` stay as they are, since Sent cannot be looked
    into or a rule failed; the next run tries again. `resume_at` says when it is
    worth coming back although mails are due (the rate, or the other side is down). `problem` says why the run ended early.
    """

    sent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    postponed: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    resume_at: datetime | None = None
    problem: str = ""


def together(reports: Sequence[DeliveryReport]) -> DeliveryReport:
    """What became of the mails of several channels, as one report; the first problem stands for all."""
    merged = {
        name: tuple(id_ for report in reports for id_ in getattr(report, name))
        for name in ("sent", "failed", "held", "cancelled", "postponed", "deferred", "unresolved")
    }
    resume_at = min((r.resume_at for r in reports if r.resume_at), default=None)
    return DeliveryReport(**merged, resume_at=resume_at, problem=next((r.problem for r in reports if r.problem), ""))
