"""The doors of a channel, each with a thread of its own, so that the loop waits for no server longer than its patience lasts.

Deciding and committing stay in the one thread of the loop. Whatever takes longer goes on in its thread; whoever asks for the same
once more gets what came of it. While that lasts the door is busy and says so at once, and the other channels are served.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar, cast

from agent.errors import TemporaryError
from agent.outbox.rules import StillSending
from agent.ports import Box, Delivery, Envelope, Mailbox, MessageRef, Transport

T = TypeVar("T")
# Seconds that the loop waits for one answer of a server.
PATIENCE = 2.0
# A door that listens hears after so many seconds at the latest that something is asked of it.
_LISTENS = 0.5
# Late answers that are kept for whoever asks again.
_KEPT = 8


class TakingItsTime(TemporaryError):
    """No answer yet; it is still being waited for, and asking for the same again goes on with that."""


class Busy(TakingItsTime):
    """Something else is still being waited for, so this was not even begun."""


class Bell:
    """Wakes the loop: rung by the threads of the doors and by signals, which may come at any moment."""

    def __init__(self) -> None:
        self._rings: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        """Wake the loop, now or as soon as it listens."""
        self._rings.put(None)

    def rang(self, seconds: float) -> bool:
        """Whether it was rung since the last time, or is within so many seconds."""
        try:
            self._rings.get(timeout=max(seconds, 0.0))
        except Empty:
            return False
        with suppress(Empty):
            while True:
                self._rings.get_nowait()
        return True


class Courier:
    """Runs errands one after the other in a thread of its own; between them it listens, when it was told to."""

    def __init__(self, name: str, bell: Bell, listen: Callable[[float], bool] | None = None) -> None:
        self._bell = bell
        self._listen = listen
        self._errands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._late: dict[Hashable, Future[object]] = {}
        self._listening = False
        self._news = False
        self._trouble: Exception | None = None
        threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether an answer that was given up on is still being waited for."""
        return any(not future.done() for future in tuple(self._late.values()))

    def awaited(self) -> tuple[Hashable, ...]:
        """What was asked for and has not been heard yet."""
        return tuple(self._late)

    def ask(self, key: Hashable, action: Callable[[], T]) -> T:
        """What `action` gives, done in the thread; TakingItsTime when it takes longer than the loop's patience."""
        future = self._late.pop(key, None)
        if future is None:
            if self.busy:
                raise Busy("something else is still being waited for")
            future = self._begin(action)
        try:
            return cast("T", future.result(PATIENCE))
        except TimeoutError:
            if future.done():
                return cast("T", future.result())
            while len(self._late) >= _KEPT:
                del self._late[next(iter(self._late))]
            self._late[key] = future
            future.add_done_callback(lambda _: self._bell.ring())
            raise TakingItsTime("no answer yet") from None

    def send_off(self, action: Callable[[], object]) -> None:
        """Have this done after everything else, and forget what was asked for before."""
        self._listening, self._news, self._trouble = False, False, None
        # what still goes on keeps the door busy, but nobody shall take its answer for one of today
        self._late = {object(): future for future in self._late.values() if not future.done()}
        self._begin(action)

    def listen(self) -> None:
        """Listen for news from now on, whenever there is nothing else to do."""
        if not self._listening and not self._news and self._trouble is None:
            self._listening = True
            self._errands.put(lambda: None)

    def heard(self) -> bool:
        """Whether there was news since the last time. Raises what went wrong while listening."""
        trouble, news = self._trouble, self._news
        self._trouble, self._news = None, False
        if trouble is not None:
            raise trouble
        return news

    def _begin(self, action: Callable[[], T]) -> Future[object]:
        future: Future[object] = Future()

        def errand() -> None:
            try:
                future.set_result(action())
            except BaseException as error:  # noqa: BLE001 - it is raised where the answer is asked for
                future.set_exception(error)

        self._errands.put(errand)
        return future

    def _run(self) -> None:
        while True:
            with suppress(Empty):
                self._errands.get(block=not self._listening)()
                continue
            self._listen_a_while()

    def _listen_a_while(self) -> None:
        assert self._listen is not None
        try:
            self._news = self._listen(_LISTENS) and self._listening
        except Exception as error:  # noqa: BLE001 - it is raised where news is asked for; the thread must outlive it
            self._trouble = error if self._listening else None
        if self._news or self._trouble is not None:
            self._listening = False
            self._bell.ring()


class PatientMailbox:
    """A mailbox behind a courier. Until it is open, and after `close`, everything but `open` fails at once."""

    def __init__(self, mailbox: Mailbox, bell: Bell) -> None:
        self.name = mailbox.name
        self._mailbox = mailbox
        self._courier = Courier(f"mailbox {mailbox.name}", bell, mailbox.wait)
        self._open = False

    @property
    def busy(self) -> bool:
        """Whether it still waits for its server."""
        return self._courier.busy

    def open(self) -> None:
        """Connect; TakingItsTime while the server does not answer: call again."""
        self._courier.ask("open", self._mailbox.open)
        self._open = True

    def listen(self) -> None:
        """Listen for new mail from now on, beside everything else; the bell rings when there may be some."""
        if self._open:
            self._courier.listen()

    def heard(self) -> bool:
        """Whether there may be new mail. Raises what went wrong while listening."""
        return self._courier.heard()

    def wait(self, timeout: float) -> bool:
        """Wait for new mail, no longer than the loop's patience."""
        return self._ask(("wait",), lambda: self._mailbox.wait(min(timeout, PATIENCE / 2)))

    def unhandled(self, limit: int = 500) -> Sequence[MessageRef]:
        """The mails of INBOX, oldest first."""
        return self._ask(("unhandled", limit), lambda: self._mailbox.unhandled(limit))

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[tuple[MessageRef, bytes]]:
        """The raw bytes of these mails, all of them at once: whoever asks bounds how many."""
        return iter(self._ask(("fetch", *refs), lambda: list(self._mailbox.fetch(refs))))

    def fetch_head(self, ref: MessageRef, size: int) -> bytes:
        """The first `size` bytes of a mail."""
        return self._ask(("head", ref, size), lambda: self._mailbox.fetch_head(ref, size))

    def heads(self, refs: Sequence[MessageRef]) -> Mapping[str, bytes]:
        """The heads of these mails."""
        return self._ask(("heads", *refs), lambda: self._mailbox.heads(refs))

    def file(self, ref: MessageRef, box: Box) -> None:
        """Move the mail; it is moved later when the server takes its time."""
        self._ask(("file", ref, box), lambda: self._mailbox.file(ref, box))

    def file_all(self, refs: Sequence[MessageRef], box: Box) -> None:
        """Move these mails; they are moved later when the server takes its time."""
        self._ask(("file", *refs, box), lambda: self._mailbox.file_all(refs, box))

    def keep_sent(self, raw: bytes) -> None:
        """Put a copy into Sent."""
        self._ask(("keep", raw), lambda: self._mailbox.keep_sent(raw))

    def sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail of this Message-ID."""
        return self._ask(("sent", message_id), lambda: self._mailbox.sent(message_id))

    def contents(self, box: Box) -> Iterator[tuple[MessageRef, bytes]]:
        """Every mail of a folder."""
        return iter(self._ask(("contents", box), lambda: list(self._mailbox.contents(box))))

    def close(self) -> None:
        """Let go of the connection, in the mailbox's own time."""
        self._open = False
        self._courier.send_off(self._mailbox.close)

    def _ask(self, key: tuple[object, ...], action: Callable[[], T]) -> T:
        if not self._open:
            raise TemporaryError(f"{self.name} is not connected")
        return self._courier.ask(key, action)


class PatientTransport:
    """A way out behind a courier. A mail that takes longer is StillSending: sending the same again goes on with it."""

    def __init__(self, transport: Transport, bell: Bell) -> None:
        self.name = transport.name
        self._transport = transport
        self._courier = Courier(f"outgoing {transport.name}", bell)

    @property
    def busy(self) -> bool:
        """Whether a mail is being handed over, or was and nobody has heard what became of it."""
        return bool(self._courier.awaited())

    def send(self, envelope: Envelope, raw: bytes) -> Delivery:
        """Hand over one mail; StillSending when no answer came yet."""
        try:
            return self._courier.ask((envelope, raw), lambda: self._transport.send(envelope, raw))
        except Busy:
            raise
        except TakingItsTime as error:
            raise StillSending(f"{self.name} has not answered yet") from error

    def in_flight(self, message_id: str) -> bool:
        """Whether a mail of this Message-ID is being handed over, or was and nobody has heard what became of it."""
        mails = (key[1] for key in self._courier.awaited() if isinstance(key, tuple))
        return any(message_id.encode() in raw for raw in mails)

    def check(self) -> str:
        """Touch the other side without sending."""
        return self._transport.check()

    def close(self) -> None:
        """Let go of the connection, in the transport's own time."""
        self._courier.send_off(self._transport.close)
