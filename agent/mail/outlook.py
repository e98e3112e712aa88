"""Mails saved by Outlook as .msg files (MS-OXMSG)."""

from agent.mail import mapi
from agent.mail.charsets import decode
from agent.mail.compound import SIGNATURE, Folder, read_compound
from agent.mail.mapi import File, Item, as_text
from agent.mail.rtf import rtf_bodies
from agent.mail.visible import visible_text

MAX_DEPTH = 5
_PROPERTIES = "__properties_version1.0"
_MARK = _PROPERTIES.encode("utf-16-le")
_CC, _BCC = 2, 3


def is_msg(content: bytes, name: str) -> bool:
    """Whether this file is a mail that Outlook saved."""
    return content.startswith(SIGNATURE) and (name.lower().endswith(".msg") or _MARK in content)


def read_msg(raw: bytes) -> Item | None:
    """The mail in a .msg file; None when the bytes are none."""
    if not raw.startswith(SIGNATURE):
        return None
    tree = read_compound(raw)
    if tree is None or _PROPERTIES not in tree.streams:
        return None
    return _item(tree, 0)


def _item(folder: Folder, depth: int) -> Item:
    text = _text(folder, mapi.BODY)
    html = decode(_binary(folder, mapi.HTML)) or _text(folder, mapi.HTML)
    compressed = _binary(folder, mapi.RTF_COMPRESSED)
    if compressed and not (text and html):
        plain, from_rtf = rtf_bodies(compressed)
        text, html = text or plain, html or from_rtf
    people = [_person(inner) for name, inner in folder.folders.items() if name.startswith("__recip")]
    return Item(
        text=(text or visible_text(html)).replace("\r\n", "\n"),
        html=html,
        files=tuple(_file(inner, depth) for name, inner in folder.folders.items() if name.startswith("__attach")),
        subject=_text(folder, mapi.SUBJECT),
        sender=_sender(folder),
        to=tuple(person for kind, person in people if kind not in (_CC, _BCC)),
        cc=tuple(person for kind, person in people if kind == _CC),
        date=mapi.filetime(_fixed(folder, mapi.CLIENT_SUBMIT_TIME) or _fixed(folder, mapi.DELIVERY_TIME)),
        message_id=_text(folder, mapi.MESSAGE_ID),
        transport_headers=_text(folder, mapi.TRANSPORT_HEADERS),
    )


def _sender(folder: Folder) -> tuple[str, str]:
    address = _text(folder, mapi.SENDER_SMTP_ADDRESS) or _text(folder, mapi.SENDER_EMAIL)
    return (address if "@" in address else ""), _text(folder, mapi.SENDER_NAME)


def _person(folder: Folder) -> tuple[int, tuple[str, str]]:
    address = _text(folder, mapi.SMTP_ADDRESS) or _text(folder, mapi.EMAIL_ADDRESS)
    name = _text(folder, mapi.DISPLAY_NAME)
    return _fixed(folder, mapi.RECIPIENT_TYPE) & 0xF, (address if "@" in address else "", name)


def _file(folder: Folder, depth: int) -> File:
    name = (
        _text(folder, mapi.ATTACH_LONG_FILENAME)
        or _text(folder, mapi.ATTACH_FILENAME)
        or _text(folder, mapi.DISPLAY_NAME)
    )
    embedded = folder.folders.get(f"__substg1.0_{mapi.ATTACH_DATA:04X}000D")
    item = _item(embedded, depth + 1) if embedded and depth < MAX_DEPTH else None
    media_type = _text(folder, mapi.ATTACH_MIME_TAG).lower() or (
        "message/rfc822" if item else "application/octet-stream"
    )
    return File(
        name, media_type, _binary(folder, mapi.ATTACH_DATA), _text(folder, mapi.ATTACH_CONTENT_ID).strip("<>"), item
    )


def _text(folder: Folder, identifier: int) -> str:
    wide = folder.streams.get(f"__substg1.0_{identifier:04X}001F")
    if wide is not None:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return as_text(folder.streams.get(f"__substg1.0_{identifier:04X}001E", b"").rstrip(b"\0"))


def _binary(folder: Folder, identifier: int) -> bytes:
    return folder.streams.get(f"__substg1.0_{identifier:04X}0102", b"")


def _fixed(folder: Folder, identifier: int) -> int:
    """A fixed-size property (MS-OXMSG §2.4.2): 16-byte rows of type, id, flags, value behind a header of 8, 24 or 32 bytes."""
    data = folder.streams.get(_PROPERTIES, b"")
    for at in range(len(data) % 16, len(data) - 15, 16):
        if int.from_bytes(data[at + 2 : at + 4], "little") == identifier:
            return int.from_bytes(data[at + 8 : at + 16], "little")
    return 0
