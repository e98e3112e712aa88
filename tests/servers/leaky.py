"""Servers over TLS that repeat to whoever talks with them every secret they were told, in the clear and as it was sent."""

import base64
import re
import socketserver
import ssl
import threading
from pathlib import Path
from typing import Self

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{12,}={0,2}")


class Leaky:
    """One such server, for "imap", "smtp" or "https". Use as a context manager; `port` says where it listens."""

    def __init__(self, kind: str, certificate: tuple[Path, Path], *, lets_in: bool = False) -> None:
        self._talk = {"imap": _imap, "smtp": _smtp, "https": _https}[kind]
        self.lets_in = lets_in
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(*certificate)

    def __enter__(self) -> Self:
        leaky = self

        class Talk(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                self.request = leaky._tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                leaky._talk(self.rfile, self.wfile, leaky.lets_in)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Talk)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def echoed(line: bytes) -> bytes:
    """What was said, and what its base64 means, in one line."""
    meant = b" ".join(base64.b64decode(found[: len(found) // 4 * 4]) for found in _BASE64.findall(line))
    return re.sub(rb"[\r\n\x00-\x1f]+", b" ", line + b" that is " + meant)


def _imap(lines, answers, lets_in) -> None:
    answers.write(b"* OK here\r\n")
    said = b""
    for line in lines:
        tag, _, command = line.strip().partition(b" ")
        word = command.split(b" ")[0].upper()
        if word == b"CAPABILITY":
            answers.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + tag + b" OK done\r\n")
        elif word == b"AUTHENTICATE":
            answers.write(b"+ \r\n")
            answers.write(tag + b" NO " + echoed(lines.readline()) + b"\r\n")
        elif word == b"LOGIN":
            said = echoed(command)
            answers.write(tag + (b" OK welcome" if lets_in else b" NO [AUTHENTICATIONFAILED] " + said) + b"\r\n")
        else:
            answers.write(b"* LIST (" + said + b"\r\n" + tag + b" NO you said " + said + b"\r\n")


def _smtp(lines, answers, lets_in) -> None:
    answers.write(b"220 here\r\n")
    said = b""
    for line in lines:
        word = line[:4].upper()
        if word == b"EHLO":
            answers.write(b"250-here\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n")
        elif word == b"AUTH":
            said = echoed(line)
            answers.write((b"235 welcome" if lets_in else b"535 5.7.8 " + said) + b"\r\n")
        elif word in {b"RSET", b"NOOP"}:
            answers.write(b"250 fine\r\n")
        elif word == b"QUIT":
            return
        else:
            answers.write(b"550 5.7.1 you said " + said + b"\r\n")


def _https(lines, answers, _lets_in) -> None:
    length, line = 0, b"begin"
    while line.strip():
        line = lines.readline()
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    body = lines.read(length).replace(b'"', b"'").replace(b"\\", b"/")
    said = b'{"error": "invalid_grant", "error_description": "you sent ' + body + b'"}'
    answers.write(
        b"HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        % len(said)
        + said
    )
