"""Documents as files named by their content: STATE/documents/ab/abcd… Written once, durable, never changed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from agent.errors import CorruptStore, PermanentError, StoreAway, TemporaryError
from agent.store.ground import Documents

_NAME = re.compile(r"[0-9a-f]{64}")
# So many files are waited for at the same time.
_AT_ONCE = 8


class DocumentFiles:
    """The folder of documents.

    Raises:
        TemporaryError: the disk is full or cannot be written now; nothing is half there.
        CorruptStore: the disk failed in a way that leaves the outcome unknown.
    """

    def __init__(self, root: Path, *, read_only: bool = False) -> None:
        self.root = root
        self._read_only = read_only
        self._begun: dict[str, Path] = {}  # drafts by the SHA-256 of what they hold

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

    def begin(self, content: bytes) -> str:
        """Keep these bytes from now on; their SHA-256. They are durable when `settle` returns, several of them for one wait."""
        if self._read_only:
            raise PermanentError(f"{self.root} is open for reading only")
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        with _judged(path, "a document cannot be kept now"):
            if sha256 not in self._begun and not path.exists():
                self._make_folder(path)
                draft = _draft_of(path)
                with _taken_away_if_it_fails(draft):
                    write(draft, content)
                self._begun[sha256] = draft
        return sha256

    def settle(self) -> None:
        """Wait until all that was begun is durable; when it raises, none of it is here."""
        begun, self._begun = self._begun, {}
        if not begun:
            return
        with _judged(self.root, "documents cannot be kept now"):
            with _taken_away_if_it_fails(*begun.values()):
                _each_at_once(sync_file, begun.values())
                for sha256, draft in begun.items():
                    draft.replace(self._path(sha256))
            _each_at_once(sync_folder, {draft.parent for draft in begun.values()})

    def get(self, sha256: str) -> bytes | None:
        """The bytes of this SHA-256; None when they are not here."""
        if not _NAME.fullmatch(sha256):
            return None
        try:
            return (self._begun.get(sha256) or self._path(sha256)).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TemporaryError(f"document {sha256} cannot be read now: {error.strerror}") from error

    def forget(self, sha256: str) -> None:
        """Take the document of this SHA-256 away for good, its bytes overwritten; nothing when it is not here."""
        self.settle()
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
        self.settle()
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

    def _make_folder(self, path: Path) -> None:
        if path.parent.is_dir():
            return
        if not self.root.is_dir():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(self.root.parent)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        sync_folder(self.root)

    def _write(self, path: Path, content: bytes) -> None:
        self._make_folder(path)
        draft = _draft_of(path)
        with _taken_away_if_it_fails(draft):
            write_durably(draft, content)
            draft.replace(path)
        sync_folder(path.parent)


@contextmanager
def _judged(path: Path, said: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EIO:
            raise CorruptStore(f"the disk failed under {path}: {error.strerror}") from error
        raise StoreAway(f"{said}: {error.strerror}") from error


@contextmanager
def _taken_away_if_it_fails(*drafts: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        for draft in drafts:
            draft.unlink(missing_ok=True)
        raise


def write(path: Path, content: bytes, *, durably: bool = False) -> None:
    """Write a file of mode 0600; with `durably` wait until it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)
        if durably:
            file.flush()
            os.fsync(file.fileno())


def write_durably(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 and wait until it is on the disk."""
    write(path, content, durably=True)


def sync_file(path: Path) -> None:
    """Wait until what was written into this file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _each_at_once(sync: Callable[[Path], None], paths: Collection[Path]) -> None:
    """Wait for all of these together: a file system makes durable at once what is asked for at the same moment."""
    if len(paths) == 1:
        sync(*paths)
        return
    waiting, threads = tuple(paths), min(len(paths), _AT_ONCE)

    def sync_share(first: int) -> None:
        for path in waiting[first::threads]:
            sync(path)

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(sync_share, range(threads)):
            pass


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


def sync_folder(path: Path) -> None:
    """Wait until the names in this folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
