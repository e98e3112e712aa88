"""Where the books are kept: a file of the state folder, or a PostgreSQL database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from pydantic import Field

from agent.config.fields import STRICT_KEYS
from agent.config.secrets import password

if TYPE_CHECKING:
    from agent.config.settings import Settings


@dataclass(frozen=True, slots=True)
class StoreTable:
    """`[store]`: the address of a database, without its password; "" for the file. How it is proved to it: by one of the three, or by
    what the database itself trusts (a certificate, the user of a socket).
    """

    __pydantic_config__ = STRICT_KEYS
    address: Annotated[str, Field(pattern=r"^(postgres(ql)?://[^\s:@/]*@?[^\s@]*)?$")] = ""
    password_file: Path | None = None
    password_credential: str = ""
    password_env: str = ""


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
