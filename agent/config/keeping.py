"""How long things are kept: what names people, accounting documents, and copies of the books with whom they are encrypted for."""

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


@dataclass(frozen=True, slots=True)
class Retention:
    """After how long what names people goes by itself; 0 keeps it until somebody is forgotten by hand.

    Attributes:
        cases_years: after the last event of a customer on whom nothing is open. Letters of trade: 6 years in Germany (HGB § 257);
            claims between traders end after 5 years in France (Code de commerce L110-4).
        documents_years: after the year in which an invoice was issued: 10 years in Belgium (Code TVA art. 60 § 4), France (Code de
            commerce L123-22) and Luxembourg (Code de commerce art. 16), 8 in Germany (UStG § 14b), 7 in the Netherlands (AWR art. 52).
        strangers_days: after a mail of somebody who has no case here.
    """

    __pydantic_config__ = STRICT_KEYS
    cases_years: Annotated[int, Field(ge=0, le=30)] = 6
    documents_years: Annotated[int, Field(ge=0, le=30)] = 10
    strangers_days: Annotated[int, Field(ge=0, le=3650)] = 365
