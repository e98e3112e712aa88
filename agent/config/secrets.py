"""Passwords are kept in files of their own, in systemd credentials or in the environment; they are read when needed."""

import os
from pathlib import Path
from typing import Protocol

from agent.config.hidden import keep_hidden
from agent.config.secret_files import secret_bytes
from agent.errors import ConfigError


class PasswordSource(Protocol):
    """A table that says where its password is."""

    @property
    def password_file(self) -> Path | None:
        """A file that only its owner may read."""

    @property
    def password_credential(self) -> str:
        """The name of a systemd credential (LoadCredential=)."""

    @property
    def password_env(self) -> str:
        """The name of a variable of the environment."""


def password(source: PasswordSource) -> str:
    """The password that this table names: under systemd its credential, else its file or variable.

    Raises:
        ConfigError: it cannot be had, others could read its file, or the table does not say plainly where it is.
    """
    named = [key for key in ("password_file", "password_credential", "password_env") if getattr(source, key)]
    # A file and a credential may stand together: the service gets the credential, a person at the command line reads the file.
    if len(named) != 1 and named != ["password_file", "password_credential"]:
        found = " and ".join(named) or "none of them"
        raise ConfigError(
            [f"password_file: one of password_file, password_credential, password_env is needed; {found} given"]
        )
    return keep_hidden(_read(source))


def _read(source: PasswordSource) -> str:
    if source.password_env:
        return _from_environment(source.password_env)
    if source.password_credential and (os.environ.get("CREDENTIALS_DIRECTORY") or source.password_file is None):
        return _from_credential(source.password_credential)
    assert source.password_file is not None
    return _from_file(source.password_file)


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ConfigError([f"password_env: the environment has no {name}"])
    return value


def _from_credential(name: str) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise ConfigError(["password_credential: works under systemd only, with LoadCredential= in the unit"])
    path = Path(folder) / name
    if Path(name).name != name or not path.is_file():
        raise ConfigError([f"password_credential: systemd hands over no credential named {name}"])
    return _text(secret_bytes(path, "password_credential", handed_over=True), path, "password_credential")


def _from_file(path: Path) -> str:
    return _text(secret_bytes(path, "password_file"), path, "password_file")


def _text(content: bytes, path: Path, key: str) -> str:
    try:
        return content.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        raise ConfigError([f"{key}: {path} is not text in UTF-8"]) from None
