"""Builds the program from its settings: the only place where concrete doors are made."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agent.backends.connect import doors_from
from agent.backends.dns import txt_lookup
from agent.config import Settings
from agent.config.hidden import keep_hidden
from agent.config.secret_files import secret_bytes
from agent.config.stores import kept_place
from agent.errors import AgentError, ConfigError
from agent.intake.directory import Directory
from agent.ports import Clock, Store
from agent.service.app import App, Channel
from agent.service.clock import SystemClock
from agent.service.documents import Rooms
from agent.service.lessons import layouts_of
from agent.service.reader import Reader
from agent.service.sandbox import Limits
from agent.store.documents import sync_folder, write_durably
from agent.store.notes import StoreMemory
from agent.store.tinydb_store import TinyStore

_SECRET_BYTES = 32


def build(
    settings: Settings, *, clock: Clock | None = None, store: Store | None = None, rehearsal: bool = False
) -> App:
    """The program, ready to work; nothing is connected yet.

    Raises:
        ConfigError: a password cannot be read.
        TemporaryError: another process holds the store, or the disk is full or read-only.
        CorruptStore: the store is damaged or of a newer version.
    """
    opened = store or TinyStore.open(kept_place(settings))
    try:
        return _around(opened, settings, clock or SystemClock(), rehearsal=rehearsal)
    except BaseException:
        # the writer's lock must not outlive a start that failed: the next one is in the same process, perhaps
        if store is None:
            opened.close()
        raise


def _around(opened: Store, settings: Settings, clock: Clock, *, rehearsal: bool) -> App:
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    limits = settings.limits
    rooms = Rooms.of(Limits(wall=float(limits.parse_seconds), memory=limits.parse_memory_mb << 20))
    lookup: Callable[[str], str | None] | None = txt_lookup if settings.trust.dkim and not rehearsal else None
    memory = StoreMemory(opened)
    channels = tuple(Channel(*doors_from(mailbox, memory)) for mailbox in settings.mailboxes)
    return App(
        settings=settings,
        channels=channels,
        store=opened,
        clock=clock,
        reader=Reader(rooms, limits.document_pages, layouts=lambda creditor: layouts_of(opened, creditor)),
        secret=secret_of(settings.state_dir),
        directory=Directory.of(settings.creditors, settings.agency, settings.addresses, settings.banks),
        lookup=lookup,
        remember=memory.write_down,
    )


def secret_of(state_dir: Path) -> bytes:
    """The secret that makes reply tokens unguessable: made once, kept beside the store, readable by nobody else.

    Raises:
        ConfigError: others can read it, or it is empty or cut short.
    """
    path = state_dir / "secret"
    if not path.exists():
        # under its name only once it is whole: a start that is cut short must not leave an empty one, with which anybody makes tokens
        draft = path.with_name(".secret.new")
        draft.unlink(missing_ok=True)
        write_durably(draft, secrets.token_bytes(_SECRET_BYTES))
        draft.replace(path)
        sync_folder(state_dir)
    secret = secret_bytes(path, "the secret of the reply tokens")
    if len(secret) < _SECRET_BYTES:
        repair = f"run `relance restore`, or rm {path}: then the tokens of mails sent so far are worth nothing"
        raise ConfigError([f"the secret of the reply tokens: {path} is cut short; {repair}"])
    keep_hidden(secret.hex())
    return secret


def close(app: App) -> None:
    """Let go of everything; never raises."""
    for channel in app.channels:
        channel.mailbox.close()
        channel.transport.close()
    app.reader.close()
    with suppress(AgentError):
        app.remember()
    app.store.close()
