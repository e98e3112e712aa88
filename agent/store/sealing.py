"""Copies that only their recipient can read: by `age` (age-encryption.org) or GnuPG, whichever the operator names.

Only the public key lies on this machine, so whoever gets hold of it later reads no copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import ConfigError, PermanentError

_LONGEST = 3600.0
SUFFIXES = (".age", ".gpg")


@dataclass(frozen=True, slots=True)
class Seal:
    """Encrypts files to one recipient: `program` is age or gpg, `recipient` age's own form, or the file with the OpenPGP key."""

    program: str
    recipient: str

    @property
    def suffix(self) -> str:
        """What sealed files end in."""
        return f".{self.program}"

    def check(self) -> None:
        """Return when it can work. Raises ConfigError when the program or the key file is not there."""
        if shutil.which(self.program) is None:
            raise ConfigError([f"backup: copies are to be encrypted, and {self.program} is not installed"])
        if self.program == "gpg" and not Path(self.recipient).is_file():
            raise ConfigError([f"backup.gpg_key_file: there is no file {self.recipient}"])

    def seal(self, source: Path, target: Path) -> None:
        """Write the sealed copy of `source`, mode 0600 and on the disk when it returns. Raises PermanentError when it cannot be."""
        self.check()
        if self.program == "age":
            _through(["age", "--encrypt", "--recipient", self.recipient], source, target)
            return
        # a ring of its own, thrown away again: no key of anybody's is touched
        with tempfile.TemporaryDirectory(prefix="relance-gpg-") as home:
            options = ["--batch", "--no-tty", "--homedir", home, "--trust-model", "always", "--compress-algo", "none"]
            _through(["gpg", *options, "--recipient-file", self.recipient, "--encrypt"], source, target)


def is_sealed(path: Path) -> bool:
    """Whether this is the name of a sealed copy."""
    return path.suffix in SUFFIXES


def unseal(source: Path, target: Path, identity: Path | None) -> None:
    """Write what was sealed, mode 0600: with age's `identity` file, or the secret keys of whoever calls gpg.

    Raises:
        ConfigError: the program is not installed, or age was given no identity.
        PermanentError: this key does not open it.
    """
    program = source.suffix.removeprefix(".")
    if shutil.which(program) is None:
        raise ConfigError([f"{source.name} is encrypted, and {program} is not installed"])
    if program == "age":
        if identity is None:
            raise ConfigError([f"{source.name} is encrypted: name the file of the secret key with --identity"])
        _through(["age", "--decrypt", "--identity", str(identity)], source, target)
    else:
        _through(["gpg", "--quiet", "--decrypt"], source, target)


def _through(command: Sequence[str], source: Path, target: Path) -> None:
    """Run the program from one file to the other; nothing is left of the target when it fails."""
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with source.open("rb") as plain, open(descriptor, "wb") as sealed:  # noqa: PTH123 - a descriptor, not a path
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program; its arguments are the operator's own
                command, stdin=plain, stdout=sealed, stderr=subprocess.PIPE, timeout=_LONGEST, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            target.unlink(missing_ok=True)
            raise PermanentError(f"{command[0]} did not work on {source.name}: {error}") from error
        os.fsync(sealed.fileno())
    if done.returncode:
        target.unlink(missing_ok=True)
        words = " ".join(done.stderr.decode(errors="replace").split())[:300]
        raise PermanentError(f"{command[0]} refused {source.name}: {words}")
