"""How long things are kept: copies of the books, and to whom they are encrypted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from agent.config.fields import STRICT_KEYS


@dataclass(frozen=True, slots=True)
class Backups:
    """Where copies go, how many stay, and whom they are sealed for: an age recipient or a file with an OpenPGP key; neither: plain.

    The newest copy of each of so many days, weeks (ISO 8601) and months stays, and the newest of all.
    """

    __pydantic_config__ = STRICT_KEYS
    folder: Path | None = None
    keep_daily: Annotated[int, Field(ge=1, le=366)] = 7
    keep_weekly: Annotated[int, Field(ge=0, le=104)] = 4
    keep_monthly: Annotated[int, Field(ge=0, le=120)] = 6
    age_recipient: Annotated[
        str, Field(max_length=2000, pattern=r"^(age1[a-z0-9]+|ssh-(ed25519|rsa) [A-Za-z0-9+/=]+)?$")
    ] = ""
    gpg_key_file: Path | None = None

    def problems(self) -> list[str]:
        """What cannot be so."""
        if self.age_recipient and self.gpg_key_file:
            return ["backup: name age_recipient or gpg_key_file, not both"]
        return []
