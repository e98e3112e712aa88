"""A copy of the books put back in their place: checked first, what lies there set aside, and nothing half done that could be opened.

The restored books bear a note until they were compared with the mailbox: what came and left since the copy was taken is not in
them, and until it is nothing is sent (agent.service.restored).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tinydb import where

from agent.errors import AgentError, CorruptStore, TemporaryError
from agent.store.backup import check_file, opened_alone
from agent.store.copies import SECRET, TAKEN, taken_at
from agent.store.documents import DocumentFiles, sync_folder, write_durably
from agent.store.engine import writer_lock
from agent.store.journal import Journal
from agent.store.migrations import migrate, restoring_mark
from agent.store.moving import move_rows
from agent.store.sealing import SUFFIXES, is_sealed, unseal
from agent.store.tinydb_store import TinyStore

# The note that books bear until they were compared with the mailbox: a JSON object with `taken` and `restored`, ISO 8601.
RESTORED = "restored"
# The note of who works on the books, which are worked on by nobody while they are restored.
WORKERS = "workers"
_FILES = ("relance.db", "relance.db-wal", "relance.db-shm", "secret", "requests", "at-hand")


@dataclass(frozen=True, slots=True)
class Restored:
    """When the copy was taken, the folder of what was set aside (None: nothing lay there), and what does not verify now."""

    taken: datetime | None
    aside: Path | None
    problems: tuple[str, ...]


def restore(copy: Path, state: Path, now: datetime, *, force: bool = False, identity: Path | None = None) -> Restored:
    """Put the copy into the state folder; what lay there is kept in a folder beside it.

    Whatever interrupts it: the books open as they were before, or not at all until this was done again, or as the copy says.

    Raises:
        AgentError: there is no such copy; or books lie there already, without `force`.
        TemporaryError: the service is running, or there is no room.
        CorruptStore: the copy is damaged, or of a newer schema than this program.
        ConfigError, PermanentError: it is sealed and cannot be opened.
    """
    if not copy.is_file():
        raise AgentError(f"there is no copy {copy}")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, staging = state / "relance.db", state / ".restoring"
    lock = writer_lock(path)
    try:
        if path.exists() and not force and not restoring_mark(path).exists():
            raise AgentError(f"{path} holds books already; --force sets them aside and puts the copy in their place")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        taken = _prepare(copy, staging, now, identity)
        _take_documents(copy, state / "documents", staging, identity)
        write_durably(restoring_mark(path), f"{copy.name}\n".encode())
        sync_folder(state)
        aside = _set_aside(state, now)
        _put_in_place(staging, state)
        restoring_mark(path).unlink()
        sync_folder(state)
        _give_to_owner(state, aside)
    except OSError as error:
        raise TemporaryError(f"it cannot be restored to {state} now: {error.strerror}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        os.close(lock)
    return Restored(taken, aside, _problems(path))


def restore_into(store: TinyStore, copy: Path, state: Path, now: datetime, *, identity: Path | None = None) -> Restored:
    """Put the copy into the empty books of a database, and the secret of its tokens into the state folder.

    Raises:
        PermanentError: there are books in the database already.
        Others as `restore`.
    """
    with TemporaryDirectory(prefix=".restoring-", dir=state) as name:
        folder = Path(name)
        done = restore(copy, folder, now, identity=identity)
        file = TinyStore.open(folder / "relance.db", read_only=True)
        try:
            move_rows(file.db, store.db)
            file.documents.copy_to(store.documents)
        finally:
            file.close()
        if (folder / "secret").exists():
            (folder / "secret").replace(state / "secret")
            sync_folder(state)
    return replace(done, problems=tuple(store.verify()))


def _prepare(copy: Path, staging: Path, now: datetime, identity: Path | None) -> datetime | None:
    """The books as they will lie there, in the folder `staging`, of today's schema; when the copy was taken."""
    draft = staging / "relance.db"
    if is_sealed(copy):
        unseal(copy, draft, identity)
    else:
        write_durably(draft, b"")
        shutil.copyfile(copy, draft)
    check_file(draft)
    with opened_alone(draft) as db:
        migrate(db)
        wrong = next(Journal(db.table("events"), db.table("texts"), str).problems(), None)
        if wrong is not None:
            raise CorruptStore(f"the copy {copy} is damaged: {wrong}")
        notes = db.table("notes")
        told = {key: row["value"] for key in (TAKEN, SECRET) if (row := notes.get(where("key") == key)) is not None}
        taken = datetime.fromisoformat(told[TAKEN]) if TAKEN in told else taken_at(copy)
        if SECRET in told:
            write_durably(staging / "secret", bytes.fromhex(told[SECRET]))
        value = {"taken": taken.isoformat() if taken else "", "restored": now.astimezone(UTC).isoformat()}
        with db.transaction():
            notes.remove(where("key").one_of([TAKEN, SECRET, WORKERS]))
            notes.put({"key": RESTORED, "value": json.dumps(value)}, where("key") == RESTORED)
    return taken


def _take_documents(copy: Path, root: Path, staging: Path, identity: Path | None) -> None:
    """Keep every document that lies beside the copy; one whose bytes are not those of its name is left out."""
    ours, beside = DocumentFiles(root), DocumentFiles(copy.parent / "documents", read_only=True)
    held = set(ours.names())
    for name in set(beside.names()) - held:
        content = beside.get(name)
        if content is not None and hashlib.sha256(content).hexdigest() == name:
            ours.put(content)
    for path in copy.parent.glob("documents/??/*") if is_sealed(copy) else ():
        if path.suffix in SUFFIXES and path.stem not in held:
            plain = staging / "document"
            unseal(path, plain, identity)
            content = plain.read_bytes()
            if hashlib.sha256(content).hexdigest() == path.stem:
                ours.put(content)


def _set_aside(state: Path, now: datetime) -> Path | None:
    """Keep what lies there under another name; it stays where it is as well until the copy replaces it."""
    found = [path for name in _FILES if (path := state / name).exists() and not path.is_symlink()]
    if not any(path.name == "relance.db" for path in found):
        return None
    aside = state / f"replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    aside.mkdir(mode=0o700)
    for path in found:
        if path.is_dir():
            shutil.copytree(path, aside / path.name, symlinks=True)
        else:
            os.link(path, aside / path.name)
    sync_folder(aside)
    sync_folder(state)
    return aside


def _put_in_place(staging: Path, state: Path) -> None:
    """The copy takes the place of the books. A log that belongs to other books must not lie beside them."""
    for name in ("relance.db-wal", "relance.db-shm", "at-hand"):
        (state / name).unlink(missing_ok=True)
    shutil.rmtree(state / "requests", ignore_errors=True)
    sync_folder(state)
    for name in ("secret", "relance.db"):
        if (staging / name).exists():
            (staging / name).replace(state / name)
    sync_folder(state)


def _give_to_owner(state: Path, aside: Path | None) -> None:
    """What root restored belongs to whom the folder belongs to: the service must be able to open it. What a link leads to does not."""
    if os.geteuid() != 0:
        return
    owner = state.stat()
    for path in _written(state, aside):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _written(state: Path, aside: Path | None) -> Iterator[Path]:
    yield from (path for path in (state / "relance.db", state / "relance.db.lock", state / "secret") if path.exists())
    for folder in (state / "documents", aside):
        if folder is not None and folder.exists() and not folder.is_symlink():
            yield folder
            yield from folder.rglob("*")


def _problems(path: Path) -> tuple[str, ...]:
    store = TinyStore.open(path, read_only=True)
    try:
        return tuple(store.verify())
    finally:
        store.close()
