"""The copies of sent mails that are owed to the folder Sent: remembered with the mail that was sent, paid when Sent can be reached."""

from __future__ import annotations

from collections.abc import Callable

from agent.errors import ConfigError, PermanentError, TemporaryError
from agent.mail.outgoing import OutgoingMail
from agent.outbox.rules import Doors
from agent.ports import Commit

# Under this key, with its name, the store remembers what each channel owes.
OWED = "outbox:copies-owed"


def owed_by(channel: str) -> str:
    """The key under which the store remembers the copies that this channel owes to Sent."""
    return f"{OWED}:{channel}" if channel else OWED


class Copies:
    """What one channel owes, during one delivery run."""

    def __init__(self, doors: Doors) -> None:
        self._store, self._mailbox, self._serves = doors.store, doors.mailbox, doors.serves
        self._owing = owed_by(doors.channel)
        self._copied: set[str] = set()
        self._sent_is_away = False

    def pay(self, assembled: Callable[[OutgoingMail], bytes | None]) -> None:
        """Put the copies that an earlier run still owes into Sent."""
        self._take_over()
        for id_ in self._owed():
            mail = self._store.mail(id_)
            if mail is not None and not self._serves(mail.channel):
                continue
            raw = None if mail is None else assembled(mail)
            if raw is None:
                self._copied.add(id_)
            else:
                self.put(id_, raw)

    def put(self, id_: str, raw: bytes) -> None:
        """Put a copy into Sent. One that is away is not asked again in this run: what is owed is paid by a later one."""
        if self._sent_is_away:
            return
        try:
            self._mailbox.keep_sent(raw)
        except (TemporaryError, ConfigError):
            self._sent_is_away = True
        except PermanentError:
            return
        else:
            self._copied.add(id_)

    def owing(self, id_: str) -> dict[str, str]:
        """The note by which the copy of this mail is owed as well."""
        return {self._owing: " ".join((*self._still_owed(), id_))}

    def forget(self) -> None:
        """Strike off the copies that are in Sent now."""
        left = self._still_owed()
        if left != self._owed():
            self._store.commit(Commit(notes={self._owing: " ".join(left) or None}))

    def _take_over(self) -> None:
        """Take those of this channel out of the one place in which an earlier version kept them for all channels."""
        common = (self._store.note(OWED) or "").split() if self._owing != OWED else []
        known = {id_: mail for id_ in common if (mail := self._store.mail(id_)) is not None}
        others = [id_ for id_, mail in known.items() if not self._serves(mail.channel)]
        if others != common:
            mine = [id_ for id_ in known if id_ not in others]
            notes = {OWED: " ".join(others) or None, self._owing: " ".join((*self._owed(), *mine)) or None}
            self._store.commit(Commit(notes=notes))

    def _owed(self) -> tuple[str, ...]:
        return tuple((self._store.note(self._owing) or "").split())

    def _still_owed(self) -> tuple[str, ...]:
        return tuple(id_ for id_ in self._owed() if id_ not in self._copied)
