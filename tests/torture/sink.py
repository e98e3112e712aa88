"""The way out: a relay that remembers every mail it was given, and can kill the daemon between the data and its own answer."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import Smtp

# The relay's own points of death: the data came and is thrown away; it is kept and not answered; it is kept and answered.
RELAY = {"data.thrown": 6, "data.kept": 6, "data.answered": 6}


class Sink(Smtp):
    """The relay of the tests, with a fuse."""

    def __init__(self, cert: tuple[Path, Path]) -> None:
        super().__init__(None, cert, "starttls", login=True)
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns at every login of what it does itself
        self.away = False
        self._point, self._left = "", 0
        self._victim = 0
        self._died: Callable[[str], None] = lambda _: None

    def _session(self) -> SMTP:
        return _Nobody() if self.away else super()._session()  # type: ignore[return-value]

    def received(self, address: str) -> list[bytes]:
        """What reached this address, oldest first."""
        return [raw for _, recipients, raw in tuple(self.mails) if address in recipients]

    def lay_fuse(self, point: str, passages: int, victim: int, died: Callable[[str], None]) -> None:
        """Kill this process at this point, the so-manieth time it is passed."""
        self._point, self._left, self._victim, self._died = point, passages, victim, died

    def take_fuse_away(self) -> None:
        """Kill nobody."""
        self._point = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail, unless the victim dies before."""
        point = self._burn()
        if point == "data.thrown":
            self._kill(point)
            return "451 4.3.0 nobody hears"
        answer = await super().handle_DATA(server, session, envelope)
        if point == "data.kept":
            self._kill(point)
        elif point == "data.answered":
            self._loop.call_later(0.001, self._kill, point)
        return answer

    def _burn(self) -> str:
        if not self._point:
            return ""
        self._left -= 1
        return self._point if self._left == 0 else ""

    def _kill(self, point: str) -> None:
        self._point = ""
        with suppress(ProcessLookupError):
            os.kill(self._victim, signal.SIGKILL)
            self._died(point)


class _Nobody(asyncio.Protocol):
    """Hangs up on everybody at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()
