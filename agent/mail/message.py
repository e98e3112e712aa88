"""What a received mail is, whatever the server it came from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of a header: the address in lower case ("" when unreadable) and the display name."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail. `path` says how it was nested ("winmail.dat/invoice.pdf"); `message` is set for mail within mail."""

    filename: str
    media_type: str
    content: bytes
    sha256: str
    inline: bool = False
    cid: str = ""
    path: str = ""
    message: "Message | None" = None


@dataclass(frozen=True, slots=True)
class Message:
    """A received mail.

    `headers` holds every header in order, names in lower case, values decoded and unfolded. `text` is the plain part (or the
    HTML part as visible text when there is no plain one), `html` the HTML part as it came. `date` is aware; None when the mail
    tells none. `defects` names what was broken in the MIME structure. `raw_size` is in bytes.
    """

    key: str
    message_id: str
    headers: tuple[tuple[str, str], ...]
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...] = ()
    raw_size: int = 0
    calendar: bool = False

    def header(self, name: str) -> str:
        """The first header of this name (lower case), "" when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header of this name (lower case), topmost first."""
        return tuple(value for key, value in self.headers if key == name)
