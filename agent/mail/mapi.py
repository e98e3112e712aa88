"""Outlook's property model (MS-OXPROPS, MS-OXCDATA), as far as mail needs it; shared by winmail.dat and .msg."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.mail.charsets import decode

SUBJECT = 0x0037
CLIENT_SUBMIT_TIME = 0x0039
TRANSPORT_HEADERS = 0x007D
SENDER_NAME = 0x0C1A
SENDER_EMAIL = 0x0C1F
RECIPIENT_TYPE = 0x0C15
DELIVERY_TIME = 0x0E06
BODY = 0x1000
RTF_COMPRESSED = 0x1009
HTML = 0x1013
MESSAGE_ID = 0x1035
DISPLAY_NAME = 0x3001
EMAIL_ADDRESS = 0x3003
ATTACH_DATA = 0x3701
ATTACH_FILENAME = 0x3704
ATTACH_LONG_FILENAME = 0x3707
ATTACH_MIME_TAG = 0x370E
ATTACH_CONTENT_ID = 0x3712
SMTP_ADDRESS = 0x39FE
SENDER_SMTP_ADDRESS = 0x5D01

Value = bytes | str | int | datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file of an Outlook item; `item` when the file is itself an item."""

    filename: str
    media_type: str
    content: bytes
    cid: str = ""
    item: "Item | None" = None


@dataclass(frozen=True, slots=True)
class Item:
    """What an Outlook container holds. People are (address, name) pairs; `html` as it came, `text` what is read."""

    text: str = ""
    html: str = ""
    files: tuple[File, ...] = ()
    subject: str = ""
    sender: tuple[str, str] = ("", "")
    to: tuple[tuple[str, str], ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    date: datetime | None = None
    message_id: str = ""
    transport_headers: str = ""


def filetime(value: int) -> datetime | None:
    """The moment of a FILETIME (100 ns since 1601, MS-DTYP §2.3.3); None when it is unset or outside any calendar."""
    if value <= 0:
        return None
    try:
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 10)
    except OverflowError:
        return None


def as_text(value: Value | None, charset: str = "") -> str:
    """A property as text, "" when it is none."""
    if isinstance(value, str):
        return value.rstrip("\x00")
    if isinstance(value, bytes):
        return decode(value, charset)
    return ""
