"""Mail in local folders: the embedded default in both directions.

The layout is Maildir++ (INBOX at the root, `.Handled`, `.Sent` beside its `cur`, `new`, `tmp`), which Dovecot, Courier, mutt
and Postfix read and write. A mail appears by one rename, so no reader ever sees half of one.
"""

import contextlib
import itertools
import logging
import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from agent.backends.raw import message_id
from agent.errors import ConfigError, PermanentError, TemporaryError
from agent.ports import Box, Delivery, Envelope, MessageRef

_LOG = logging.getLogger("relance.maildir")
_POLL = 0.2
# Enough of a file for the header of nearly every mail.
_HEAD = 16_384
_COUNTER = itertools.count()


class MaildirFolder:
    """One Maildir: `tmp`, `new` and `cur`. Mails are told apart by the part of their file name before the flags."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self._durable = durable

    def create(self) -> None:
        """Make what is missing of it, readable by its owner alone."""
        for part in ("tmp", "new", "cur"):
            (self.path / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    def files(self) -> list[os.DirEntry[str]]:
        """The mails in no order."""
        return [entry for part in ("new", "cur") for entry in _files(self.path / part)]

    def entries(self) -> list[os.DirEntry[str]]:
        """The mails, oldest first by the time of delivery."""
        dated = []
        for entry in self.files():
            with contextlib.suppress(FileNotFoundError):
                dated.append((entry.stat().st_mtime_ns, entry.name, entry))
        return [entry for _, _, entry in sorted(dated, key=lambda item: item[:2])]

    def find(self, unique: str) -> Path | None:
        """The file of this mail, whatever flags a mail client gave it meanwhile; None when it is gone."""
        if not unique or "/" in unique:
            return None
        for path in (self.path / "new" / unique, self.path / "cur" / f"{unique}:2,"):
            if path.exists():
                return path
        return next((Path(entry.path) for entry in self.files() if unique_part(entry.name) == unique), None)

    def deliver(self, raw: bytes, *, seen: bool = False) -> str:
        """The unique name of a mail written to `tmp` and moved to `new` (or to `cur`, marked as seen)."""
        number = next(_COUNTER)
        draft = self.path / "tmp" / f"{os.getpid()}.{number}.{os.urandom(8).hex()}"
        with draft.open("xb") as file:
            file.write(raw)
            file.flush()
            if self._durable:
                os.fsync(file.fileno())
            # the file's own time names it, so that no clock is asked here
            seconds, rest = divmod(os.fstat(file.fileno()).st_mtime_ns, 10**9)
        host = socket.gethostname().replace("/", "_").replace(":", "_")
        unique = f"{seconds}.M{rest // 1000:06}P{os.getpid()}Q{number:08}.{host}"
        self._rename(draft, self.path / "cur" / f"{unique}:2,S" if seen else self.path / "new" / unique)
        return unique

    def take(self, source: Path) -> None:
        """Move a mail of another folder here, with its flags and its time; nothing when it is gone."""
        unique, _, flags = source.name.partition(":2,")
        self.create()
        with contextlib.suppress(FileNotFoundError):
            self._rename(source, self.path / "cur" / f"{unique}:2,{flags}")

    def _rename(self, source: Path, target: Path) -> None:
        """One rename, durable when it returns."""
        os.rename(source, target)  # noqa: PTH104 - the error carries both names either way, and this is the system call itself
        if self._durable:
            for folder in {source.parent, target.parent}:
                _sync(folder)


class MaildirMailbox:
    """A watched mailbox in local folders. What lies in `new` or `cur` of INBOX is unhandled."""

    def __init__(self, root: Path, name: str = "maildir", *, durable: bool = True) -> None:
        self.name = name
        self._root = root
        self._folders = {box: MaildirFolder(_place(root, box), durable=durable) for box in Box}
        self._listed: frozenset[str] = frozenset()
        self._sent_ids: dict[str, str] = {}
        self._told: set[str] = set()

    def open(self) -> None:
        """Make the missing folders; ConfigError when they cannot be made or written."""
        try:
            for box, folder in self._folders.items():
                folder.create()
                if box is not Box.INBOX:
                    (folder.path / "maildirfolder").touch()
        except OSError as error:
            raise ConfigError([f"root: {self._root}: {error.strerror}"]) from error
        unwritable = [f for f in self._folders.values() if not os.access(f.path / "cur", os.W_OK | os.X_OK)]
        if unwritable:
            raise ConfigError([f"root: {folder.path} cannot be written" for folder in unwritable])

    def deliver(self, raw: bytes) -> MessageRef:
        """Drop a mail into INBOX as a mail server would."""
        with _translated():
            return MessageRef(self._folders[Box.INBOX].deliver(raw), len(raw))

    def wait(self, timeout: float) -> bool:
        """True as soon as INBOX holds a mail that the last `unhandled` did not give; False after `timeout` seconds."""
        end = time.monotonic() + timeout
        while not self._news():
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_POLL, left))
        return True

    def unhandled(self, limit: int = 500) -> Sequence[MessageRef]:
        """The mails of INBOX, oldest first, at most `limit`."""
        refs = tuple(itertools.islice(self._refs(Box.INBOX), limit))
        self._listed = frozenset(ref.id for ref in refs)
        return refs

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[tuple[MessageRef, bytes]]:
        """The raw bytes of these mails of INBOX, one at a time; those that vanished are left out."""
        for ref in refs:
            raw = self._read(Box.INBOX, ref)
            if raw is not None:
                yield ref, raw

    def fetch_head(self, ref: MessageRef, size: int) -> bytes:
        """The first `size` bytes of a mail of INBOX; PermanentError when it vanished."""
        raw = self._read(Box.INBOX, ref, size)
        if raw is None:
            raise PermanentError(f"mail {ref.id} is no longer in INBOX")
        return raw

    def heads(self, refs: Sequence[MessageRef]) -> Mapping[str, bytes]:
        """The header of each of these mails, or what of it stands in the first bytes of its file."""
        found = ((ref.id, self._read(Box.INBOX, ref, _HEAD)) for ref in refs)
        return {id_: raw for id_, raw in found if raw is not None}

    def file(self, ref: MessageRef, box: Box) -> None:
        """Move a mail of INBOX to this folder by one rename; nothing happens when it is no longer there."""
        with _translated():
            path = self._folders[Box.INBOX].find(ref.id)
            if path is not None and box is not Box.INBOX:
                self._folders[box].take(path)

    def file_all(self, refs: Sequence[MessageRef], box: Box) -> None:
        """Move these mails of INBOX, one after the other."""
        for ref in refs:
            self.file(ref, box)

    def keep_sent(self, raw: bytes) -> None:
        """Put a copy into Sent, once per Message-ID."""
        with _translated():
            identity = message_id(raw)
            if not identity or not self.sent(identity):
                self._folders[Box.SENT].deliver(raw, seen=True)

    def sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail of this Message-ID; each file's head is read once in the life of this object."""
        with _translated():
            present = {unique_part(entry.name): entry.path for entry in self._folders[Box.SENT].files()}
            for unique in present.keys() - self._sent_ids.keys():
                with contextlib.suppress(FileNotFoundError):
                    self._sent_ids[unique] = _head_id(Path(present[unique]))
            return any(self._sent_ids.get(unique) == message_id for unique in present)

    def contents(self, box: Box) -> Iterator[tuple[MessageRef, bytes]]:
        """Every mail of a folder, oldest first."""
        for ref in tuple(self._refs(box)):
            raw = self._read(box, ref)
            if raw is not None:
                yield ref, raw

    def close(self) -> None:
        """Nothing is held open."""

    def _news(self) -> bool:
        with _translated():
            return any(unique_part(entry.name) not in self._listed for entry in self._folders[Box.INBOX].files())

    def _refs(self, box: Box) -> Iterator[MessageRef]:
        with _translated():
            for entry in self._folders[box].entries():
                with contextlib.suppress(FileNotFoundError):
                    yield MessageRef(unique_part(entry.name), entry.stat().st_size)

    def _read(self, box: Box, ref: MessageRef, size: int = -1) -> bytes | None:
        """The bytes of a mail; None when it vanished, or when it may not be read: then it stays, is told, and blocks no other."""
        with _translated():
            for _ in range(2):  # a client may rename it between finding and opening
                path = self._folders[box].find(ref.id)
                try:
                    if path is not None:
                        with path.open("rb") as file:
                            return file.read(size)
                except FileNotFoundError:
                    continue
                except (PermissionError, IsADirectoryError) as error:
                    if ref.id not in self._told:
                        _LOG.warning("a mail that cannot be read stays in %s: %s", box, error)
                    self._told.add(ref.id)
                    return None
            return None


class MaildirTransport:
    """Delivers each mail into a Maildir of each recipient, `outbox/ADDRESS/`: for the demo and for local use."""

    def __init__(self, outbox: Path, name: str = "maildir", *, create: bool = True, durable: bool = True) -> None:
        self.name = name
        self._outbox = outbox
        self._create = create
        self._durable = durable

    def folder(self, address: str) -> MaildirFolder:
        """The Maildir of a recipient: the address in lower case, with everything a file name should not hold written as %XX."""
        safe = quote(address.strip().lower(), safe="@+-_.=")
        return MaildirFolder(self._outbox / (safe if safe.strip(".") else f"%{safe}"), durable=self._durable)

    def send(self, envelope: Envelope, raw: bytes) -> Delivery:
        """Hand over one mail; an unknown recipient is refused for good unless `create` is set."""
        accepted: list[str] = []
        temporary: list[tuple[str, str]] = []
        permanent: list[tuple[str, str]] = []
        for address in dict.fromkeys(envelope.recipients):
            folder = self.folder(address)
            try:
                if self._create:
                    folder.create()
                folder.deliver(raw)
                accepted.append(address)
            except FileNotFoundError:
                permanent.append((address, "550 5.1.1 no such mailbox here"))
            except OSError as error:
                temporary.append((address, f"451 4.3.0 {error.strerror}"))
        return Delivery(tuple(accepted), tuple(temporary), tuple(permanent))

    def check(self) -> str:
        """The folder that takes the mails; ConfigError when it cannot be written."""
        try:
            self._outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError([f"outbox: {self._outbox}: {error.strerror}"]) from error
        if not os.access(self._outbox, os.W_OK | os.X_OK):
            raise ConfigError([f"outbox: {self._outbox} cannot be written"])
        return f"local folders below {self._outbox}"

    def close(self) -> None:
        """Nothing is held open."""


def unique_part(name: str) -> str:
    """A mail's file name without its flags (`:2,S`), which mail clients change."""
    return name.partition(":2,")[0]


def _place(root: Path, box: Box) -> Path:
    return root if box is Box.INBOX else root / f".{box.value}"


def _files(folder: Path) -> Iterable[os.DirEntry[str]]:
    """The mails of one directory; names beginning with a dot are none (maildir(5))."""
    with os.scandir(folder) as entries:
        return [entry for entry in entries if not entry.name.startswith(".")]


def _head_id(path: Path) -> str:
    with path.open("rb") as file:
        return message_id(file.read(65_536))


def _sync(folder: Path) -> None:
    """Make a rename in this folder durable (fsync(2) of the directory)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Errors of the file system as errors of ours: a full or unreadable disk is a reason to try later."""
    try:
        yield
    except OSError as error:
        raise TemporaryError(f"maildir: {error.filename or ''}: {error.strerror}") from error
