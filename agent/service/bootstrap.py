"""Builds the program from its settings: the only place where concrete doors are made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from agent.backends.connect import doors_from
from agent.backends.dns import txt_lookup
from agent.config import Settings
from agent.config.stores import kept_place
from agent.errors import AgentError, TemporaryError
from agent.intake.directory import Directory
from agent.ports import Clock, Store
from agent.service.app import App, Channel
from agent.service.children import at_once
from agent.service.clock import SystemClock
from agent.service.documents import Rooms
from agent.service.keeping import kept_first
from agent.service.lessons import layouts_of
from agent.service.reader import Reader
from agent.service.sandbox import Limits
from agent.service.sharing import compare_clocks
from agent.service.token_secret import secret_of
from agent.store.notes import StoreMemory
from agent.store.tinydb_store import TinyStore


def build(
    settings: Settings, *, clock: Clock | None = None, store: Store | None = None, rehearsal: bool = False
) -> App:
    """The program, ready to work; nothing is connected yet.

    Raises:
        ConfigError: a password cannot be read.
        TemporaryError: another process holds the store, or the disk is full or read-only.
        CorruptStore: the store is damaged or of a newer version.
    """
    opened = store or _opened(settings, clock or SystemClock())
    try:
        return _around(opened, settings, clock or SystemClock(), rehearsal=rehearsal)
    except BaseException:
        # the writer's lock must not outlive a start that failed: the next one is in the same process, perhaps
        if store is None:
            opened.close()
        raise


def _opened(settings: Settings, clock: Clock) -> Store:
    lease = settings.store.lease
    opened = TinyStore.open(kept_place(settings), keep=kept_first(settings, clock), lease=lease)
    try:
        compare_clocks(clock, opened.claims)
    except TemporaryError:
        opened.close()
        raise
    return opened


def _around(opened: Store, settings: Settings, clock: Clock, *, rehearsal: bool) -> App:
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    limits = settings.limits
    memory = limits.parse_memory_mb << 20
    rooms = Rooms.of(Limits(wall=float(limits.parse_seconds), memory=memory, children=at_once(memory)))
    lookup: Callable[[str], str | None] | None = txt_lookup if settings.trust.dkim and not rehearsal else None
    remembered = StoreMemory(opened)
    channels = tuple(Channel(*doors_from(mailbox, remembered)) for mailbox in settings.mailboxes)
    return App(
        settings=settings,
        channels=channels,
        store=opened,
        clock=clock,
        reader=Reader(rooms, limits.document_pages, layouts=lambda creditor: layouts_of(opened, creditor)),
        secret=secret_of(settings.state_dir, opened),
        directory=Directory.of(settings.creditors, settings.agency, settings.addresses, settings.banks),
        lookup=lookup,
        remember=remembered.write_down,
    )


def close(app: App) -> None:
    """Let go of everything; never raises."""
    for channel in app.channels:
        channel.mailbox.close()
        channel.transport.close()
    app.reader.close()
    with suppress(AgentError):
        app.remember()
    app.store.close()
