"""The secret that makes reply tokens unguessable, and how the books know it again without holding it."""

from __future__ import annotations

import hmac
import secrets
from contextlib import nullcontext
from pathlib import Path

from agent.config.hidden import keep_hidden
from agent.config.secret_files import secret_bytes
from agent.errors import ConfigError
from agent.ports import Commit, Store
from agent.store.documents import sync_folder, write_durably
from agent.store.tinydb_store import TinyStore

# The note by which the books know the secret that their mails were written with.
KNOWN = "secret:known"
_BYTES = 32
_WORD = b"the secret of these books"
_WHAT = "the secret of the reply tokens"


def mark_of(secret: bytes) -> str:
    """What may be told of the secret: HMAC-SHA-256 of a fixed word (RFC 2104), from which nobody finds it."""
    return hmac.digest(secret, _WORD, "sha256").hex()


def secret_of(state_dir: Path, store: Store) -> bytes:
    """The secret: made once, kept in the state folder of every worker, readable by nobody else.

    Raises:
        ConfigError: others can read it, it is empty or cut short, it is gone, or the books were begun with another one.
    """
    path = state_dir / "secret"
    # of two workers that begin the same books, one makes the secret, and the other is told
    with store.db.transaction() if isinstance(store, TinyStore) else nullcontext():
        known = store.note(KNOWN)
        if not path.exists():
            if known is not None:
                raise ConfigError([f"{_WHAT}: {path} is gone; {way_out(store)}"])
            _make(path)
        secret = secret_bytes(path, _WHAT)
        if len(secret) < _BYTES:
            repair = f"run `relance restore`, or rm {path} and then `relance doctor --repair`: then the tokens of mails sent so far are worth nothing"
            raise ConfigError([f"{_WHAT}: {path} is cut short; {repair}"])
        keep_hidden(secret.hex())
        if known is None:
            store.commit(Commit(notes={KNOWN: mark_of(secret)}))
        elif not hmac.compare_digest(known, mark_of(secret)):
            raise ConfigError([f"{_WHAT}: {path} is not the one that these books were begun with; {way_out(store)}"])
    return secret


def way_out(store: Store) -> str:
    """What a person does about a secret that is gone or another one."""
    shared = isinstance(store, TinyStore) and store.db.ground.folder is None
    first = (
        "copy the file from a machine that has it" if shared else "take it from a copy: relance restore FILE --force"
    )
    return f"{first}; if it is nowhere any more: without the file, `relance doctor --repair`, and the tokens of mails sent so far are worth nothing"


def forget_secret(place: str | Path) -> None:
    """Let the next start make a new secret. Raises as `TinyStore.open`, since nobody may be writing."""
    store = TinyStore.open(place)
    try:
        store.commit(Commit(notes={KNOWN: None}))
    finally:
        store.close()


def _make(path: Path) -> None:
    # under its name only once it is whole: a start that is cut short must not leave an empty one, with which anybody makes tokens
    draft = path.with_name(".secret.new")
    draft.unlink(missing_ok=True)
    write_durably(draft, secrets.token_bytes(_BYTES))
    draft.replace(path)
    sync_folder(path.parent)
