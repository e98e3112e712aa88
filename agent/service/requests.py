"""What a person asks of the running service from the command line: a file in the state folder, taken up at the next round.

The service alone writes to the books. A request names one mail that is to be sent again.
"""

import logging
import os
import re
from pathlib import Path

from agent.errors import PermanentError
from agent.outbox.deliver import resend
from agent.service.app import App

_LOG = logging.getLogger("relance.requests")
_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
_ENDING = ".resend"


def leave_request(state_dir: Path, mail: str) -> None:
    """Ask the running service to send this mail again. Raises PermanentError for an id that no mail can have."""
    if not _ID.fullmatch(mail):
        raise PermanentError(f"{mail!r} is no mail's id")
    folder = folder_of(state_dir)
    folder.mkdir(mode=0o700, exist_ok=True)
    request = folder / f"{mail}{_ENDING}"
    request.touch(mode=0o600)
    if os.geteuid() == 0:
        # The operator asks as root; the service must be able to take the request away.
        owner = state_dir.stat()
        os.chown(request, owner.st_uid, owner.st_gid)
        os.chown(folder, owner.st_uid, owner.st_gid)


def folder_of(state_dir: Path) -> Path:
    """Where requests lie."""
    return state_dir / "requests"


def requested(app: App) -> bool:
    """Whether somebody asks for something."""
    return any(folder_of(app.settings.state_dir).glob(f"*{_ENDING}"))


def honour_requests(app: App) -> int:
    """Do what was asked for; how many requests there were. One that cannot be done is logged and gone."""
    found = sorted(folder_of(app.settings.state_dir).glob(f"*{_ENDING}"))
    for path in found:
        ref = path.name.removesuffix(_ENDING)
        try:
            resend(app.store, ref)
            _LOG.info("queued again by hand", extra={"line": {"mail": ref}})
        except PermanentError as error:
            _LOG.warning("%s", error, extra={"line": {"mail": ref}})
        path.unlink(missing_ok=True)
    return len(found)
