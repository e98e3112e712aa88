"""How the running service is, as a small file in the state folder: what `relance status` shows also when the books cannot be read.

It is written after each round and not synced: what it says is lost with the power, and true again a round later.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

_NAME = "vitals.json"


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one mailbox since the start: when its inbox was read and found empty, when a mail left, and how many; None: never."""

    channel: str
    empty_at: datetime | None = None
    sent_at: datetime | None = None
    fetched_at: datetime | None = None
    handled: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Vitals:
    """The service at a moment: what it heard of each mailbox, why what is due waits ("" when it does not), ends of certificates."""

    at: datetime
    started_at: datetime
    pid: int
    heard: tuple[Heard, ...] = ()
    hindrance: str = ""
    certificates: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def is_alive(self) -> bool:
        """Whether its process is still there."""
        return Path(f"/proc/{self.pid}").is_dir()


def write_vitals(state_dir: Path, vitals: Vitals) -> None:
    """Put the file in the place of the one before. Raises OSError."""
    target = state_dir / _NAME
    draft = target.with_name(f".{_NAME}.part")
    told = {
        "at": vitals.at.isoformat(),
        "started_at": vitals.started_at.isoformat(),
        "pid": vitals.pid,
        "hindrance": vitals.hindrance,
        "heard": [_plain(one) for one in vitals.heard],
        "certificates": {place: until.isoformat() for place, until in vitals.certificates.items()},
    }
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:  # noqa: PTH123 - a descriptor
        file.write(json.dumps(told))
    draft.replace(target)


def read_vitals(state_dir: Path) -> Vitals | None:
    """What the service wrote last; None when it never did or the file says nothing."""
    try:
        told = json.loads((state_dir / _NAME).read_text(encoding="ascii"))
        return Vitals(
            datetime.fromisoformat(told["at"]),
            datetime.fromisoformat(told["started_at"]),
            int(told["pid"]),
            tuple(_heard(one) for one in told["heard"]),
            str(told["hindrance"]),
            {str(place): datetime.fromisoformat(until) for place, until in told["certificates"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(one: Heard) -> Sequence[object]:
    moments = (at.isoformat() if at else None for at in (one.empty_at, one.sent_at, one.fetched_at))
    return [one.channel, *moments, one.handled, one.sent]


def _heard(row: Sequence[object]) -> Heard:
    channel, empty_at, sent_at, fetched_at, handled, sent = row
    return Heard(
        str(channel), _moment(empty_at), _moment(sent_at), _moment(fetched_at), int(str(handled)), int(str(sent))
    )


def _moment(at: object) -> datetime | None:
    return datetime.fromisoformat(at) if isinstance(at, str) else None
