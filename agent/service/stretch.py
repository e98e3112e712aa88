"""Mails handled one after the other whose commits become durable together, and which are moved to their folders only then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, Self

from agent.errors import TemporaryError
from agent.ports import Box, Mailbox, MessageRef, Store
from agent.service.patience import TakingItsTime

# A wait for the disk costs as much for one mail as for these. Whoever is killed meanwhile begins with all of them anew, so that it
# is never more than was done within the seconds.
_MOST, _SECONDS = 20, 1.0
_LOG = logging.getLogger("relance.stretch")


class Shelf(Protocol):
    """Where mails are moved to their folders."""

    def file(self, ref: MessageRef, box: Box) -> None:
        """Move the mail to this folder."""


class Stretch:
    """The handling of many mails, cut into pieces; at the end of each the store makes durable what was committed, then the mails move.

    The order of each mail stays: commit, then move. With `together` false every mail is a piece of its own. A mail that its server
    does not move while it moves others is told to `put_off`.

    Raises, from `next` and at the end: TemporaryError, CorruptStore: of this piece nothing was done, or its mails were not moved.
    """

    def __init__(
        self, store: Store, mailbox: Mailbox, *, together: bool, put_off: Callable[[MessageRef], None] = lambda _: None
    ) -> None:
        self._store = store
        self._put_off = put_off
        self._mailbox = mailbox
        self._most = _MOST if together else 1
        self._piece = ExitStack()
        self._handled, self._until = 0, 0.0
        self._filed: dict[Box, list[MessageRef]] = {}

    def file(self, ref: MessageRef, box: Box) -> None:
        """Move the mail to this folder when the piece ends."""
        self._filed.setdefault(box, []).append(ref)

    def next(self) -> None:
        """The next mail follows: in this piece, or in a new one when this one is large or old enough."""
        self._handled += 1
        if self._handled >= self._most or time.monotonic() >= self._until:
            self._end()
            self._begin()

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # whatever ended the work, what was handled before is done
        self._end()

    def _begin(self) -> None:
        self._handled, self._until = 0, time.monotonic() + _SECONDS
        if self._most > 1:
            self._piece.enter_context(self._store.together())

    def _end(self) -> None:
        filed, self._filed = self._filed, {}
        self._piece.close()
        for box, refs in filed.items():
            self._move(refs, box)

    def _move(self, refs: Sequence[MessageRef], box: Box) -> None:
        """Move them in one go; when that is refused and the server is there, each for itself: one must not keep all others in INBOX."""
        try:
            self._mailbox.file_all(refs, box)
        except TakingItsTime:
            raise
        except TemporaryError as error:
            self._mailbox.unhandled(1)
            refused = [ref for ref in refs if len(refs) == 1 or not self._moves(ref, box)]
            for ref in refused:
                self._put_off(ref)
            if len(refused) == len(refs):
                raise
            _LOG.warning("mails that were handled stay in INBOX: %s", error, extra={"line": {"left": len(refused)}})

    def _moves(self, ref: MessageRef, box: Box) -> bool:
        try:
            self._mailbox.file(ref, box)
        except TakingItsTime:
            raise
        except TemporaryError:
            return False
        return True
