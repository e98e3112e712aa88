"""Files that hold a secret: opened once, looked at while they are open, and refused when anybody else could read or exchange them."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agent.errors import ConfigError

_LONGEST = 65_536


def secret_bytes(path: Path, key: str, *, handed_over: bool = False) -> bytes:
    """What this file holds, at least one byte. `key` names the setting; the answer names the file, its mode and the repair.

    Args:
        handed_over: systemd made the file and answers for its owner and its mode.

    Raises:
        ConfigError: it is no plain file, leads elsewhere, belongs to or can be read by others, is empty, too long or unreadable.
    """
    with opened(path, key, handed_over=handed_over) as descriptor:
        content = b""
        while len(content) <= _LONGEST and (piece := os.read(descriptor, _LONGEST)):
            content += piece
    if not content.strip():
        raise ConfigError([f"{key}: {path} is empty; write the secret into it, for its owner alone: chmod 600 {path}"])
    if len(content) > _LONGEST:
        raise ConfigError([f"{key}: {path} has more than {_LONGEST} bytes; a secret is shorter"])
    return content


@contextmanager
def opened(path: Path, key: str, *, handed_over: bool = False) -> Iterator[int]:
    """A descriptor of this file, for reading, once all is well with it; raises as `secret_bytes` does."""
    if not handed_over:
        _refuse_links_elsewhere(path, key)
    try:
        # without O_NONBLOCK a pipe that nobody writes to would be waited for without end
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError:
        repair = f"install -m 600 /dev/null {path}, and write the secret into it"
        raise ConfigError([f"{key}: {path} is not a file; run: {repair}"]) from None
    except OSError as error:
        raise ConfigError([f"{key}: {path} cannot be read: {error.strerror}{_seen(path)}"]) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ConfigError(
                [f"{key}: {path} is not a file{_seen(path)}; run: install -m 600 /dev/null NAME and name it"]
            )
        if not handed_over:
            _refuse_others(path, key, found)
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_links_elsewhere(path: Path, key: str) -> None:
    """Nothing for a plain file, or a link within its own folder, as container platforms make them."""
    if not path.is_symlink():
        return
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(path.parent.resolve()):
        repair = f"cp --remove-destination {target} {path} && chmod 600 {path}"
        raise ConfigError([f"{key}: {path} leads elsewhere, to {target}{_seen(target)}; run: {repair}"])


def _refuse_others(path: Path, key: str, found: os.stat_result) -> None:
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        raise ConfigError([f"{key}: {path} can be read by others (mode {mode:04o}); run: chmod 600 {path}"])
    # whoever owns the folder could put another file in its place: his own file is no worse
    if found.st_uid not in {0, os.geteuid(), path.parent.stat().st_uid}:
        user = os.geteuid()
        repair = f"chown {_name(user)} {path}"
        raise ConfigError([f"{key}: {path} belongs to {_name(found.st_uid)} (mode {mode:04o}); run: {repair}"])


def _seen(path: Path) -> str:
    """The mode in brackets; "" where there is nothing to be seen."""
    with suppress(OSError):
        return f" (mode {stat.filemode(path.stat().st_mode)})"
    return ""


def _name(user: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(user).pw_name
    return str(user)
