"""Doors for the delivery: a transport that can die at any step, a mailbox in memory, a clock that is set."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes

from agent.outbox.rules import Doors
from agent.ports import Box, Delivery, Envelope, MessageRef


class Killed(BaseException):
    """The process died here."""


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by


@dataclass
class MemoryMailbox:
    """Only the Sent folder; `broken` is raised by whatever touches it."""

    name: str = "memory"
    copies: list[bytes] = field(default_factory=list)
    broken: BaseException | None = None

    def open(self) -> None: ...

    def close(self) -> None: ...

    def wait(self, timeout: float) -> bool:
        return False

    def unhandled(self, limit: int = 500) -> list[MessageRef]:
        return []

    def fetch(self, refs: object) -> Iterator[tuple[MessageRef, bytes]]:
        return iter(())

    def fetch_head(self, ref: MessageRef, size: int) -> bytes:
        return b""

    def heads(self, refs: object) -> dict[str, bytes]:
        return {}

    def file(self, ref: MessageRef, box: Box) -> None: ...

    def contents(self, box: Box) -> Iterator[tuple[MessageRef, bytes]]:
        return iter(())

    def keep_sent(self, raw: bytes) -> None:
        self._check()
        if not self.sent(str(message_from_bytes(raw)["Message-ID"])):
            self.copies.append(raw)

    def sent(self, message_id: str) -> bool:
        self._check()
        return any(str(message_from_bytes(raw)["Message-ID"]) == message_id for raw in self.copies)

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken


@dataclass
class ScriptedTransport:
    """Answers each mail by the next word of its script, then accepts; `received` is what really reached the other side."""

    script: list[Delivery | BaseException] = field(default_factory=list)
    received: list[tuple[str, str]] = field(default_factory=list)
    dies: str = ""
    name: str = "scripted"

    def send(self, envelope: Envelope, raw: bytes) -> Delivery:
        if self.dies == "before":
            raise Killed
        answer = self.script.pop(0) if self.script else Delivery(accepted=envelope.recipients)
        if isinstance(answer, Delivery):
            self.received += [(str(message_from_bytes(raw)["Message-ID"]), to) for to in answer.accepted]
        if self.dies == "after":
            raise Killed
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def check(self) -> str:
        return "ready"

    def close(self) -> None: ...


def doors(store: object, at: datetime) -> Doors:
    """Fresh doors around this store."""
    return Doors(store, ScriptedTransport(), MemoryMailbox(), SetClock(at))  # type: ignore[arg-type]
