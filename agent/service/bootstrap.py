"""Builds the program from its settings: the only place where concrete doors are made."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agent.backends.connect import doors_from
from agent.backends.dns import txt_lookup
from agent.config import Settings
from agent.errors import AgentError, ConfigError
from agent.intake.directory import Directory
from agent.ports import Clock, Store
from agent.service.app import App, Channel
from agent.service.clock import SystemClock
from agent.service.documents import Rooms
from agent.service.lessons import layouts_of
from agent.service.reader import Reader
from agent.service.sandbox import Limits
from agent.store.notes import StoreMemory
from agent.store.tinydb_store import TinyStore

_SECRET_BYTES = 32


def build(
    settings: Settings, *, clock: Clock | None = None, store: Store | None = None, rehearsal: bool = False
) -> App:
    """The program, ready to work; nothing is connected yet.

    Raises:
        ConfigError: a password cannot be read, or another process holds the store.
        CorruptStore: the store is damaged or of a newer version.
    """
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    limits = settings.limits
    rooms = Rooms.of(Limits(wall=float(limits.parse_seconds), memory=limits.parse_memory_mb << 20))
    lookup: Callable[[str], str | None] | None = txt_lookup if settings.trust.dkim and not rehearsal else None
    opened = store or TinyStore.open(settings.state_dir / "relance.db")
    memory = StoreMemory(opened)
    try:
        channels = tuple(Channel(*doors_from(mailbox, memory)) for mailbox in settings.mailboxes)
    except ConfigError:
        if store is None:
            opened.close()
        raise
    return App(
        settings=settings,
        channels=channels,
        store=opened,
        clock=clock or SystemClock(),
        reader=Reader(rooms, limits.document_pages, layouts=lambda creditor: layouts_of(opened, creditor)),
        secret=secret_of(settings.state_dir),
        directory=Directory.of(settings.creditors, settings.agency, settings.addresses, settings.banks),
        lookup=lookup,
        remember=memory.write_down,
    )


def secret_of(state_dir: Path) -> bytes:
    """The secret that makes reply tokens unguessable: made once, kept beside the store, readable by nobody else."""
    path = state_dir / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()


def close(app: App) -> None:
    """Let go of everything; never raises."""
    for channel in app.channels:
        channel.mailbox.close()
        channel.transport.close()
    app.reader.close()
    with suppress(AgentError):
        app.remember()
    app.store.close()
