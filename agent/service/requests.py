"""What a person asks of the running service from the command line: a file in the state folder, taken up at the next round.

The service alone writes to the books. A request names one mail that is to be sent again or that arrived, lets go what waits for a word, names one learned layout that is to be
forgotten, or brings a document with its right values to learn from.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from agent.errors import PermanentError, TemporaryError
from agent.outbox.by_hand import arrived, release, resend
from agent.parsers.api import Document
from agent.service.app import App
from agent.service.imports import honour_import
from agent.service.lessons import forget, learn_file

_LOG = logging.getLogger("relance.requests")
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
RESEND, ARRIVED, RELEASE, FORGET = ".resend", ".arrived", ".release", ".forget"
LEARN, IMPORT = ".learn", ".import"


def leave_request(state_dir: Path, name: str, kind: str = RESEND, content: str = "") -> None:
    """Ask the running service to do this with the mail or layout of this id. Raises PermanentError for what can be no id."""
    if not _ID.fullmatch(name):
        raise PermanentError(f"{name!r} is no id")
    folder = folder_of(state_dir)
    folder.mkdir(mode=0o700, exist_ok=True)
    request = folder / f"{name}{kind}"
    draft = folder / f".{name}{kind}.part"
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="ascii")
    if os.geteuid() == 0:
        # The operator asks as root; the service must be able to take the request away.
        owner = state_dir.stat()
        os.chown(draft, owner.st_uid, owner.st_gid)
        os.chown(folder, owner.st_uid, owner.st_gid)
    draft.replace(request)


def ask_to_learn(state_dir: Path, creditor: str, document: Document, fields: tuple[tuple[str, str], ...]) -> None:
    """Ask the running service to learn from this document of a creditor, whose fields have these values."""
    told = {
        "creditor": creditor,
        "filename": document.filename,
        "media_type": document.media_type,
        "content": base64.b64encode(document.content).decode("ascii"),
        "fields": dict(fields),
    }
    leave_request(state_dir, document.digest, LEARN, json.dumps(told))


def folder_of(state_dir: Path) -> Path:
    """Where requests lie."""
    return state_dir / "requests"


def requested(app: App) -> bool:
    """Whether somebody asks for something."""
    return any(_lying(app))


def honour_requests(app: App) -> int:
    """Do what was asked for; how many requests there were. One that cannot be done is logged and gone."""
    found = sorted(_lying(app))
    for path in found:
        name = path.stem
        try:
            _DOING[path.suffix](app, path)
            _LOG.info("done by hand: %s", path.suffix.lstrip("."), extra={"line": {"id": name}})
        except PermanentError as error:
            _LOG.warning("not done by hand: %s", error, extra={"line": {"id": name}})
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise TemporaryError(f"{path} cannot be taken away: {error.strerror}") from error
    return len(found)


def _lying(app: App) -> Iterator[Path]:
    folder = folder_of(app.settings.state_dir)
    return (path for kind in _DOING for path in folder.glob(f"[!.]*{kind}"))


def _learn(app: App, path: Path) -> None:
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        content = base64.b64decode(told["content"], validate=True)
        document = Document(str(told["filename"]), str(told["media_type"]), content)
        fields = tuple((str(name), str(value)) for name, value in told["fields"].items())
        creditor = app.settings.creditor(str(told["creditor"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise PermanentError(f"the request {path.name} cannot be read: {error}") from error
    if creditor is None:
        raise PermanentError(f"there is no creditor {told['creditor']!r}")
    learn_file(app, document, fields, app.context(creditor, f"hand:learn:{document.digest}"))


_DOING: Mapping[str, Callable[[App, Path], object]] = MappingProxyType(
    {
        RESEND: lambda app, path: resend(app.store, path.stem),
        ARRIVED: lambda app, path: arrived(app.store, path.stem),
        RELEASE: lambda app, _: release(app.store, app.clock.now()),
        FORGET: lambda app, path: forget(app, path.stem),
        LEARN: _learn,
        IMPORT: honour_import,
    }
)
