"""Dated copies of the books: each whole, verified, sealed where the operator wants it, and thinned out as they grow old.

A copy is one file, `relance-20261122T020000.db`, with `.age` or `.gpg` behind it when it is sealed. It holds the secret of the
reply tokens too, since our Message-IDs are made with it. The documents lie in the folder `documents` beside, shared by all copies,
since a document never changes.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tinydb import where

from agent.errors import TemporaryError
from agent.store.backup import opened_alone, write_draft
from agent.store.documents import DocumentFiles, sync_folder, write_durably
from agent.store.engine import opened_ours
from agent.store.ground import Documents
from agent.store.ledger_storage import LedgerDB
from agent.store.sealing import Seal
from agent.store.tinydb_store import TinyStore

# Notes that a copy holds and the books do not: when it was taken (ISO 8601, UTC), and the secret in hexadecimal.
TAKEN, SECRET = "copy:taken", "copy:secret"
# Beside a sealed or plain document that the books do not hold any more; its age says which copies may still need it.
_GONE = ".gone"
_NAME = re.compile(r"relance-(\d{8}T\d{6})\.db(?:\.age|\.gpg)?")
_STAMP = "%Y%m%dT%H%M%S"


def dated(folder: Path, now: datetime) -> Path:
    """The name of a copy that is taken now, without what a seal adds."""
    return folder / f"relance-{now.astimezone(UTC):{_STAMP}}.db"


def taken_at(path: Path) -> datetime | None:
    """When the copy of this name was taken; None for what is none."""
    found = _NAME.fullmatch(path.name)
    return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None


def copies_in(folder: Path) -> tuple[Path, ...]:
    """The dated copies in a folder, the newest first."""
    found = ((moment, path) for path in folder.glob("relance-*") if (moment := taken_at(path)) is not None)
    return tuple(path for _, path in sorted(found, reverse=True))


def newest_at(folder: Path) -> datetime | None:
    """When the newest dated copy in a folder was taken; None when there is none."""
    return next(map(taken_at, copies_in(folder)), None)


def make_copy(
    store: TinyStore, target: Path, now: datetime, seal: Seal | None = None, state: Path | None = None
) -> tuple[Path, tuple[str, ...]]:
    """The copy that was written, and what does not verify in it, which is then so in the books too.

    It has its name only when all of it, documents included, is on the disk and was checked; a sealed one was checked before, in the
    folder `state`, where the secret lies as well: the one that the books lie in, where they are a file.

    Raises:
        TemporaryError: it cannot be written now.
        CorruptStore: the copy itself is damaged.
        ConfigError, PermanentError: it cannot be sealed.
    """
    if seal is not None:
        seal.check()
    state = state or store.db.ground.folder or target.parent
    final = target.with_name(target.name + (seal.suffix if seal else ""))
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _workshop(state if seal else target.parent) as workshop:
            draft = workshop / "relance.db"
            write_draft(store.db, draft)
            _label(draft, state / "secret", now)
            kept = _keep_documents(store.documents, target.parent, workshop, seal)
            problems = _problems(draft, kept)
            if seal is not None:
                sealed = target.with_name(f".{final.name}.tmp")
                seal.seal(draft, sealed)
                draft = sealed
            draft.replace(final)
            sync_folder(final.parent)
    except OSError as error:
        raise TemporaryError(f"no copy can be written to {target.parent}: {error.strerror}") from error
    return final, problems


@contextmanager
def _workshop(place: Path) -> Iterator[Path]:
    """A folder for drafts, for one process at a time, empty even when the last copy was killed, and gone at the end."""
    workshop = place / ".copying"
    held = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TemporaryError(f"another copy is being written in {place}") from error
        try:
            shutil.rmtree(workshop, ignore_errors=True)
            workshop.mkdir(mode=0o700)
            yield workshop
        finally:  # what failed for want of room must not keep it
            shutil.rmtree(workshop, ignore_errors=True)
    finally:
        os.close(held)


def _label(draft: Path, secret: Path, now: datetime) -> None:
    """Write into the copy what only a copy holds."""
    with opened_alone(draft) as db:
        notes = db.table("notes")
        told = {TAKEN: now.astimezone(UTC).isoformat()}
        if secret.is_file():
            with os.fdopen(opened_ours(secret, os.O_RDONLY), "rb") as file:
                told[SECRET] = file.read().hex()
        with db.transaction():
            for key, value in told.items():
                notes.put({"key": key, "value": value}, where("key") == key)


def _keep_documents(documents: Documents, folder: Path, workshop: Path, seal: Seal | None) -> Documents:
    """Keep every document beside the copies; where those of the plain copy can be read for its verification."""
    beside = folder / "documents"
    held = set(documents.names())
    if seal is None:
        documents.copy_to(DocumentFiles(beside))
    else:
        _seal_documents(documents, beside, workshop, seal)
    for path in beside.glob("??/*"):
        name = path.name[:64]
        gone = path.with_name(name + _GONE)
        if name in held:
            gone.unlink(missing_ok=True)
        elif not gone.exists():
            gone.touch(mode=0o600)
    return documents if seal else DocumentFiles(beside, read_only=True)


def _seal_documents(documents: Documents, beside: Path, workshop: Path, seal: Seal) -> None:
    for name in documents.names():
        target = beside / name[:2] / f"{name}{seal.suffix}"
        if not target.exists():
            for folder in (beside, target.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            draft = workshop / "document"
            with _readable(documents, name, workshop) as source:
                seal.seal(source, draft)
            # the workshop may lie on another disk
            part = target.with_name(f".{target.name}.tmp")
            shutil.copyfile(draft, part)
            part.chmod(0o600)
            part.replace(target)
            sync_folder(target.parent)


@contextmanager
def _readable(documents: Documents, name: str, workshop: Path) -> Iterator[Path]:
    """A document as a file: where it lies, or for as long as it is needed in the workshop."""
    if isinstance(documents, DocumentFiles):
        yield documents.root / name[:2] / name
        return
    plain = workshop / "plain"
    write_durably(plain, documents.get(name) or b"")
    yield plain
    plain.unlink()


def _problems(draft: Path, documents: Documents) -> tuple[str, ...]:
    copy = TinyStore(LedgerDB(draft, read_only=True), documents, str)
    try:
        return tuple(copy.verify())
    finally:
        copy.close()


def kept(moments: Iterable[datetime], daily: int, weekly: int, monthly: int) -> frozenset[datetime]:
    """The moments whose copies stay: the newest of all, and the newest of each of the last days, weeks and months that have one."""
    newest_first = sorted(moments, reverse=True)
    stay = set(newest_first[:1])
    period: Callable[[datetime], object]
    for count, period in (
        (daily, datetime.date),
        (weekly, lambda moment: moment.isocalendar()[:2]),
        (monthly, lambda moment: (moment.year, moment.month)),
    ):
        newest = {period(moment): moment for moment in reversed(newest_first)}
        stay |= set(sorted(newest.values(), reverse=True)[:count])
    return frozenset(stay)


def thin_out(folder: Path, daily: int, weekly: int, monthly: int) -> tuple[Path, ...]:
    """The dated copies that were taken away since enough younger ones stay; with them what only they needed."""
    found = {path: moment for path in copies_in(folder) if (moment := taken_at(path)) is not None}
    stay = kept(found.values(), daily, weekly, monthly)
    old = tuple(path for path, moment in found.items() if moment not in stay)
    for path in old:
        path.unlink()
    oldest = min((moment.timestamp() for moment in stay), default=0.0)
    for gone in folder.glob(f"documents/??/*{_GONE}"):
        if gone.stat().st_mtime < oldest:
            for document in gone.parent.glob(f"{gone.name.removesuffix(_GONE)}*"):
                document.unlink()
    return old
