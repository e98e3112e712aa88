"""The network between a worker and the database: every link is a port that leads to a server's socket and can be cut."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

_CHUNK = 65_536


class Link:
    """One way to a server. While it is held, nothing passes and nobody is told; while it is broken, everybody is hung up on."""

    def __init__(self, network: Network, target: Path) -> None:
        self.target = target
        self.port = 0
        self._network = network
        self._broken = False
        self._free = asyncio.Event()
        self._free.set()
        self._ends: set[asyncio.StreamWriter] = set()

    def hold(self) -> None:
        """Let nothing pass; what is under way waits, as in a cable that lies loose."""
        self._network.do(self._free.clear)

    def tear(self) -> None:
        """Reset every connection, and each new one, until `mend`."""
        self._network.do(self._tear)

    def mend(self, *, forget: bool = False) -> None:
        """Let all pass again. What waited goes on, late; or, with `forget`, is reset: who keeps the state of connections lost it."""
        self._network.do(self._mend, forget)

    async def begin(self) -> None:
        """Listen."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def _tear(self) -> None:
        self._broken = True
        self._free.set()
        self._reset()

    def _mend(self, forget: bool) -> None:
        if forget:
            self._reset()
        self._broken = False
        self._free.set()

    def _reset(self) -> None:
        for end in tuple(self._ends):
            end.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        self._ends.add(writer)
        try:
            await self._free.wait()
            if self._broken:
                return
            there, back = await asyncio.open_unix_connection(str(self.target))
            ends.append(back)
            self._ends.add(back)
            ways = {asyncio.ensure_future(self._carry(*way)) for way in ((reader, back), (there, writer))}
            _, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for other in others:
                other.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            return  # nobody is there: the machine is gone
        finally:
            for end in ends:
                self._ends.discard(end)
                end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await source.read(_CHUNK):
                await self._free.wait()
                target.write(chunk)
                await target.drain()


class Network:
    """All links, in a thread of their own. Use as a context manager."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._loop.stop)
        self._thread.join(10)
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    def link(self, target: Path) -> Link:
        """A new way to the server that listens on this socket."""
        link = Link(self, target)
        asyncio.run_coroutine_threadsafe(link.begin(), self._loop).result(10)
        return link

    def do(self, what: object, *words: object) -> None:
        """Have it done in the links' own thread."""
        self._loop.call_soon_threadsafe(what, *words)  # type: ignore[arg-type]
