"""Where the books are kept: a file of the state folder, or a PostgreSQL database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from pydantic import AfterValidator, Field

from agent.config.fields import STRICT_KEYS, Count, Switch
from agent.config.secrets import password
from agent.errors import ConfigError, CorruptStore

if TYPE_CHECKING:
    from agent.config.settings import Settings


_SCHEME = re.compile(r"postgres(?:ql)?://")
# Between the scheme and the host, or among the options: what a password would be.
_PASSWORD = re.compile(r"^[^@/?]*:.*@|[?&]password=")


def _address(text: str) -> str:
    """The address as it is; one that is refused is not repeated, for it may hold a password."""
    if not text:
        return text
    if _SCHEME.match(text) is None:
        raise ValueError(
            "should begin with postgresql://, as in postgresql://relance@db.example/relance; without an address the books are a file of state_dir"
        )
    rest = _SCHEME.sub("", text, count=1)
    if _PASSWORD.search(rest):
        raise ValueError(
            "a password never stands in the address: name a password_file, password_credential or password_env"
        )
    if "@" in rest.partition("@")[2] or re.search(r"\s", text):
        raise ValueError("should hold one @ at most and no blank; write them as %40 and %20")
    return text


@dataclass(frozen=True, slots=True)
class StoreTable:
    """`[store]`: the address of a database, without its password; "" for the file. How it is proved to it: by one of the three, or by
    what the database itself trusts (a certificate, the user of a socket). `shared` when several services work on the same books.
    """

    __pydantic_config__ = STRICT_KEYS
    address: Annotated[str, AfterValidator(_address)] = ""
    password_file: Path | None = None
    password_credential: str = ""
    password_env: str = ""
    shared: Switch = False
    lease_seconds: Annotated[Count, Field(ge=2, le=3600)] = 60

    @property
    def lease(self) -> int | None:
        """After how many seconds a worker that is not heard of loses what it claimed; None for the only one."""
        return self.lease_seconds if self.shared else None

    def problems(self) -> Iterator[str]:
        """What is well-formed and says nothing without the rest."""
        named = [key for key in ("password_file", "password_credential", "password_env") if getattr(self, key)]
        if not self.address:
            if self.shared:
                yield "store.shared: several workers need a database: give store.address, or take store.shared away"
            if named:
                yield f"store.{named[0]}: is for a database: give store.address, or take it away; without one the books are a file of state_dir"
        elif len(named) > 1 and named != ["password_file", "password_credential"]:
            yield f"store.{named[0]}: {' and '.join(named)} are given: one is enough"


def store_place(settings: Settings) -> str | Path:
    """What `TinyStore.open` wants: the path of the file, or the address with its password.

    Raises:
        ConfigError: the password cannot be had.
    """
    store = settings.store
    if not store.address:
        return settings.store_path
    if not (store.password_file or store.password_credential or store.password_env):
        return store.address
    sign = "&" if "?" in store.address else "?"
    try:
        return f"{store.address}{sign}password={quote(password(store), safe='')}"
    except ConfigError as error:
        raise ConfigError([f"store.{problem}" for problem in error.problems]) from None


def kept_place(settings: Settings) -> str | Path:
    """The same for whoever goes on with the books: a file that is gone is not begun anew beside what it named.

    Raises:
        ConfigError: the password cannot be had.
        CorruptStore: the file is not there or empty, and documents lie beside where it was.
    """
    if not settings.store.address and is_bereft(settings.store_path):
        raise CorruptStore(f"{settings.store_path} is gone, and its documents are there")
    return store_place(settings)


def is_bereft(path: Path) -> bool:
    """Whether books were here and are no more. The file is whole before the first document is written, and only then."""
    if path.is_file() and path.stat().st_size:
        return False
    documents = path.parent / "documents"
    return documents.is_dir() and any(documents.iterdir())
