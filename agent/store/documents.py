"""Documents as files named by their content: STATE/documents/ab/abcd… Written once, durable, never changed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.errors import CorruptStore, PermanentError, TemporaryError
from agent.store.ground import Documents

_NAME = re.compile(r"[0-9a-f]{64}")


class DocumentFiles:
    """The folder of documents.

    Raises:
        TemporaryError: the disk is full or cannot be written now; nothing is half there.
        CorruptStore: the disk failed in a way that leaves the outcome unknown.
    """

    def __init__(self, root: Path, *, read_only: bool = False) -> None:
        self.root = root
        self._read_only = read_only

    def put(self, content: bytes) -> str:
        """Keep these bytes; their SHA-256. Durable when it returns."""
        if self._read_only:
            raise PermanentError(f"{self.root} is open for reading only")
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        with _judged(path, "a document cannot be kept now"):
            if not path.exists():
                self._write(path, content)
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """The bytes of this SHA-256; None when they are not here."""
        if not _NAME.fullmatch(sha256):
            return None
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TemporaryError(f"document {sha256} cannot be read now: {error.strerror}") from error

    def forget(self, sha256: str) -> None:
        """Take the document of this SHA-256 away for good, its bytes overwritten; nothing when it is not here."""
        path = self._path(sha256)
        if self._read_only or not _NAME.fullmatch(sha256) or not path.exists():
            return
        with _judged(path, "a document cannot be taken away now"):
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def names(self) -> Iterator[str]:
        """The SHA-256 of every document that is kept."""
        return (path.name for path in sorted(self.root.glob("??/*")) if _NAME.fullmatch(path.name))

    def problems(self) -> Iterator[str]:
        """Documents whose bytes cannot be read, or are not those of their name any more."""
        for name in self.names():
            try:
                changed = self.differs(name)
            except TemporaryError as error:
                yield str(error)
            else:
                if changed:
                    yield f"document {name} was changed"

    def differs(self, name: str) -> bool:
        """Whether the bytes of this document are not those of its name any more. Raises TemporaryError: they cannot be read."""
        content = self.get(name)
        return content is not None and hashlib.sha256(content).hexdigest() != name

    def copy_to(self, other: Documents) -> None:
        """Keep all documents there as well; those that are there already are left alone."""
        for name in self.names():
            if other.get(name) is None:
                other.put(self._path(name).read_bytes())

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def _write(self, path: Path, content: bytes) -> None:
        if not path.parent.is_dir():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            sync_folder(path.parent.parent)
            sync_folder(self.root.parent)
        draft = path.with_name(f".{path.name}.tmp")
        try:
            write_durably(draft, content)
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


@contextmanager
def _judged(path: Path, said: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EIO:
            raise CorruptStore(f"the disk failed under {path}: {error.strerror}") from error
        raise TemporaryError(f"{said}: {error.strerror}") from error


def write_durably(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 and wait until it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in this folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
