"""One mailbox of the running service: its doors, how they are, and when it is looked at next."""

from __future__ import annotations

from datetime import datetime

from agent.service.alarm import Place
from agent.service.app import Channel
from agent.service.patience import Bell, PatientMailbox, PatientTransport
from agent.service.pausing import Pause
from agent.service.vitals import Heard


class Line:
    """A channel with the state of its connections."""

    def __init__(self, channel: Channel, bell: Bell) -> None:
        self.mailbox = PatientMailbox(channel.mailbox, bell)
        self.transport = PatientTransport(channel.transport, bell)
        self.channel = Channel(self.mailbox, self.transport)
        self.reading, self.sending = Pause(), Pause()
        self.open = False
        self.unread = True
        self.read = False
        self.look_at: datetime | None = None
        self.resume_at: datetime | None = None
        self.empty_at: datetime | None = None
        self.sent_at: datetime | None = None
        self.fetched_at: datetime | None = None
        self.handled = self.sent = 0

    def start_afresh(self) -> None:
        """Forget when to come back: the clock that told it was wrong."""
        self.reading.end()
        self.sending.end()
        self.look_at = self.resume_at = None

    def heard(self) -> Heard:
        """What monitoring is told of it."""
        return Heard(self.channel.name, self.empty_at, self.sent_at, self.fetched_at, self.handled, self.sent)

    def place(self, side: str) -> Place:
        """What the alarm calls one of its sides."""
        return Place(self.channel.name, side)
