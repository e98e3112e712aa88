"""Short ways to write hostile mails: raw bytes, so that nothing corrects what is broken on purpose."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from email.utils import format_datetime, parseaddr

from agent.demo.cast import AGENCY, AUTHSERV
from tests.hostile.scene import BATIPLUS, STRANGER, Scene
from tests.service.world import BRUNO
from tests.walks.invoices import ubl

Mail = Callable[[Scene], bytes]
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n"


def raw(
    scene: Scene,
    sender: str | bytes,
    body: bytes | str,
    *,
    proved: bool | None = None,
    subject: bytes | str = b"Facture",
    fields: bytes = b"",
    content: bytes = PLAIN,
    thread: bytes = b"",
    message_id: bytes = b"<hostile-1@evil.example>",
) -> bytes:
    """A mail; `proved` (by default whoever is not the stranger) adds our server's word, `thread` is the letter that it answers."""
    if isinstance(sender, str):
        address = parseaddr(sender)[1]
        proved = sender != STRANGER if proved is None else proved
        sender_line = sender.encode()
    else:
        address, proved, sender_line = "", bool(proved), sender
    lines = b""
    if proved:
        domain = address.rpartition("@")[2]
        lines += f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}; spf=pass smtp.mailfrom={address}\r\n".encode()
    moment = format_datetime(scene.clock.now())
    lines += b"From: " + sender_line + f"\r\nTo: {AGENCY}\r\nDate: {moment}\r\n".encode()
    lines += b"Subject: " + _bytes(subject) + b"\r\nMessage-ID: " + message_id + b"\r\n"
    if thread:
        answered = thread.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]
        lines += b"In-Reply-To: " + answered + b"\r\n"
    return lines + b"MIME-Version: 1.0\r\n" + fields + content + b"\r\n" + _bytes(body)


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


def by_stranger(body: bytes | str, **more) -> Mail:
    """A mail of nobody we know."""
    return lambda scene: raw(scene, STRANGER, body, **more)


def by_owner(body: bytes | str, sender: str | bytes = BRUNO, **more) -> Mail:
    """A mail of a proved owner."""
    return lambda scene: raw(scene, sender, body, **more)


def by_debtor(body: bytes | str, sender: str = BATIPLUS, **more) -> Mail:
    """A proved debtor's answer to his statement."""
    return lambda scene: raw(scene, sender, body, thread=scene.statement(sender), subject="Re: Votre compte", **more)


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"=hostile=") -> tuple[bytes, bytes]:
    """The content field and the body of a multipart."""
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"
    return b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n', body


def text_part(text: bytes | str, kind: bytes = b"plain", more: bytes = b"") -> bytes:
    return b"Content-Type: text/" + kind + b"; charset=utf-8\r\n" + more + b"\r\n" + _bytes(text)


def file_part(
    content: bytes, name: bytes = b'filename="f.pdf"', media: bytes = b"application/octet-stream", more: bytes = b""
) -> bytes:
    """A file in base64; `name` is the parameter of the Content-Disposition, whole."""
    head = b"Content-Type: " + media + b"\r\nContent-Transfer-Encoding: base64\r\n" + more
    return head + b"Content-Disposition: attachment; " + name + b"\r\n\r\n" + base64.encodebytes(content)


def with_files(*parts: bytes, sender: str = BRUNO, text: str = "À suivre.", **more) -> Mail:
    """A mail with files, of a proved owner unless told otherwise."""

    def mail(scene: Scene) -> bytes:
        content, body = multipart(text_part(text), *parts)
        thread = scene.statement(sender) if sender == BATIPLUS else b""
        return raw(scene, sender, body, content=content, thread=thread, **more)

    return mail


def with_file(content: bytes | Callable[[], bytes], name: str = "f.pdf", **more) -> Mail:
    """The same with one file of a harmless name; a costly one is made when it is needed."""

    def mail(scene: Scene) -> bytes:
        made = content if isinstance(content, bytes) else content()
        return with_files(file_part(made, f'filename="{name}"'.encode()), **more)(scene)

    return mail


def invoice(number: str = "2026-600", changes: Mapping[str, str] | None = None, **more) -> bytes:
    """A UBL invoice, not due before the autumn, with texts of it replaced by others."""
    text = ubl(number, **{"issued": "2026-03-02", "due": "2026-10-01", **more}).decode()
    for old, new in (changes or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def handing(content: bytes, **more) -> Mail:
    """An owner hands over an invoice in XML."""
    return with_file(content, "f.xml", **more)
