"""An SMTP relay (aiosmtpd) that hands mail on to Dovecot's LMTP, or keeps it, and fails on demand."""

import asyncio
import smtplib
import ssl
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "relance", "open sesame"


@dataclass
class Faults:
    """What goes wrong next. Replies are full lines; an event of the name happens at every mail until it is taken back.

    Attributes:
        mail, data, login: the reply to MAIL FROM, to the data, to AUTH; None for the ordinary one.
        recipients: the reply to RCPT TO by address.
        cut_before, cut_after: break the connection when the data has come, before or after it was handed on.
        stall: seconds to wait before the answer to the data, after it was handed on.
        slow: seconds to wait before the answer to every command.
        tired: a connection is good for one mail, as when the token of its login ended.
    """

    mail: str | None = None
    data: str | None = None
    login: bytes | None = None
    recipients: dict[str, str] = field(default_factory=dict)
    cut_before: bool = False
    cut_after: bool = False
    stall: float = 0.0
    slow: float = 0.0
    tired: bool = False


class Smtp:
    """A running relay. Use as a context manager.

    Args:
        lmtp: port to hand mail on to; None to keep it in `mails` only.
        cert: certificate and key for `security`: "tls", "starttls" or "none".
        login: whether a login (USER, PASSWORD) is asked for.
        token_is_good: what checks an XOAUTH2 token (user, token); None when the mechanism is not offered.
    """

    def __init__(
        self,
        lmtp: int | None = None,
        cert: tuple[Path, Path] | None = None,
        security: str = "none",
        *,
        login: bool = False,
        size: int = 33_554_432,
        utf8: bool = True,
        token_is_good: Callable[[str, str], bool] | None = None,
    ) -> None:
        self.faults = Faults()
        self.mails: list[tuple[str, tuple[str, ...], bytes]] = []
        self.port = 0
        self.logins = 0
        self.connections = 0
        self._lmtp = lmtp
        self._security = security
        self._login = login
        self._size = size
        self._utf8 = utf8
        self._token_is_good = token_is_good
        self._tls = None
        if cert is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*cert)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        implicit = self._tls if self._security == "tls" else None
        opening = self._loop.create_server(self._session, "127.0.0.1", 0, ssl=implicit)
        server = self._loop.run_until_complete(opening)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    def _session(self) -> SMTP:
        self.connections += 1
        starttls = self._tls if self._security == "starttls" else None
        # it does not know that the line is encrypted already when TLS came first
        warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS", UserWarning)
        return _Relay(
            self,
            hostname="relay.test",
            loop=self._loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=self._login,
            auth_require_tls=starttls is not None,
            authenticator=self._authenticate if self._login else None,
            enable_SMTPUTF8=self._utf8,
            data_size_limit=self._size,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if self.faults.login is not None:
            return AuthResult(success=False, handled=False, message=self.faults.login.decode())
        good = getattr(data, "login", b"") == USER.encode() and getattr(data, "password", b"") == PASSWORD.encode()
        self.logins += good
        return AuthResult(success=good, handled=False)

    def accepts_token(self, user: str, token: str) -> bool:
        """Whether an XOAUTH2 token is good here."""
        return self._token_is_good is not None and self._token_is_good(user, token)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.faults.mail:
            return self.faults.mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.faults.recipients.get(address)
        if reply is None and self._lmtp is not None:
            reply = await self._loop.run_in_executor(None, self._known, address)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "421 4.7.0 log in again" if self.faults.tired else "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.faults.data:
            return self.faults.data
        if self.faults.cut_before:
            server.transport.abort()
            return "250 nobody hears"
        await self._loop.run_in_executor(None, self._hand_on, envelope)
        if self.faults.stall:
            await asyncio.sleep(self.faults.stall)
        if self.faults.cut_after:
            server.transport.abort()
        return "250 handed on"

    def _known(self, address: str) -> str | None:
        """Dovecot's refusal of a recipient, None when it knows him."""
        with smtplib.LMTP("127.0.0.1", self._lmtp) as lmtp:
            lmtp.ehlo()
            lmtp.mail("")
            code, words = lmtp.rcpt(address)
        return None if code == 250 else f"{code} {words.decode()}"

    def _hand_on(self, envelope: Envelope) -> None:
        self.mails.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        for address in envelope.rcpt_tos if self._lmtp is not None else ():
            # one transaction for each: the standard library's LMTP hears only one reply after the data
            with smtplib.LMTP("127.0.0.1", self._lmtp) as lmtp:
                lmtp.sendmail(envelope.mail_from or "", [address], envelope.content)


class _Relay(SMTP):
    """aiosmtpd's server, with XOAUTH2 added."""

    async def push(self, status: str) -> None:
        await asyncio.sleep(self.event_handler.faults.slow)
        await super().push(status)

    async def auth_XOAUTH2(self, _: SMTP, args: list[str]) -> AuthResult:
        import base64

        words = base64.b64decode(args[1]).decode() if len(args) > 1 else ""
        fields = dict(part.partition("=")[::2] for part in words.split("\1") if part)
        token = fields.get("auth", "").removeprefix("Bearer ")
        good = self.event_handler.accepts_token(fields.get("user", ""), token)
        self.event_handler.logins += good
        return AuthResult(success=good, handled=False)
