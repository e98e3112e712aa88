"""Where the books are kept: a file of the state folder, or a PostgreSQL database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from pydantic import Field

from agent.config.fields import STRICT_KEYS
from agent.config.secrets import password
from agent.errors import CorruptStore

if TYPE_CHECKING:
    from agent.config.settings import Settings


@dataclass(frozen=True, slots=True)
class StoreTable:
    """`[store]`: the address of a database, without its password; "" for the file. How it is proved to it: by one of the three, or by
    what the database itself trusts (a certificate, the user of a socket). `shared` when several services work on the same books.
    """

    __pydantic_config__ = STRICT_KEYS
    address: Annotated[str, Field(pattern=r"^(postgres(ql)?://[^\s:@/]*@?[^\s@]*)?$")] = ""
    password_file: Path | None = None
    password_credential: str = ""
    password_env: str = ""
    shared: bool = False
    lease_seconds: Annotated[int, Field(ge=2, le=3600)] = 60

    @property
    def lease(self) -> int | None:
        """After how many seconds a worker that is not heard of loses what it claimed; None for the only one."""
        return self.lease_seconds if self.shared else None


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
    return f"{store.address}{sign}password={quote(password(store), safe='')}"


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
