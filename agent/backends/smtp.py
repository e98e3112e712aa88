"""The way out over SMTP (RFC 5321), privately by TLS or STARTTLS (RFC 8314).

The conversation is led command by command, because three things must be told apart: who was refused and why, a connection
that broke before the end of the data (nothing was handed over), and one that broke after it (nobody knows).
"""

import contextlib
import re
import smtplib
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.backends.raw import header_block, with_crlf
from agent.backends.tls import context, keep_alive, refuse_open_network, sorted_error
from agent.config import Security
from agent.errors import AgentError, ConfigError, TemporaryError
from agent.ports import Delivery, Envelope, UnknownOutcome

_FOREIGN = (smtplib.SMTPException, OSError, ValueError)
_UNSAFE = re.compile(r"[\s<>\x00-\x1f\x7f]")
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """The relay and how to talk with it. Times in seconds.

    Attributes:
        user: "" sends without logging in.
        token: gives an OAuth 2 access token for each login (XOAUTH2), a fresh one when asked with True; None for a login with
            `password`.
        helo: the name given in EHLO; "" for this machine's.
        connect_timeout: for each step until the session stands, and for finding out whether it still does.
        read_timeout: for each command of a mail; final_timeout: for the answer to its data.
        total_timeout: for one mail from beginning to end. RFC 5321 §4.5.3.2 advises minutes for each step; all together must stay
            below the watchdog's period.
    """

    host: str
    user: str = ""
    password: str = field(default="", repr=False)
    port: int = 587
    security: Security = Security.STARTTLS
    ca_file: Path | None = None
    token: Callable[[bool], str] | None = field(default=None, repr=False)
    name: str = "smtp"
    helo: str = ""
    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    final_timeout: float = 120.0
    total_timeout: float = 150.0


class SmtpTransport:
    """The transport port over SMTP. The connection is kept for the next mail and proved alive before it."""

    def __init__(self, account: SmtpAccount) -> None:
        self.name = account.name
        self._account = account
        self._smtp: smtplib.SMTP | None = None
        self._deadline = 0.0

    def send(self, envelope: Envelope, raw: bytes) -> Delivery:
        """Hand over one mail; see the port for what each error means."""
        body = _LEADING_DOT.sub(b"..", with_crlf(raw))
        self._deadline = time.monotonic() + self._account.total_timeout
        try:
            delivery, accepted = self._introduce(self._connected(), envelope, raw)
            if not accepted:
                return delivery
            self._transmit(body)
        except _FOREIGN as error:
            self.close()
            raise sorted_error(f"smtp {self._account.host}", error) from error
        return self._conclude(delivery, accepted)

    def check(self) -> str:
        """What the relay answers to a login and a NOOP."""
        try:
            smtp = self._connected()
            code, words = smtp.noop()
        except _FOREIGN as error:
            self.close()
            raise sorted_error(f"smtp {self._account.host}", error) from error
        secured = "TLS" if self._account.security is not Security.NONE else "no encryption"
        return f"{self._account.host}:{self._account.port} answered {code} {_text(words)} ({secured})"

    def close(self) -> None:
        """Let go of the connection; never raises."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(*_FOREIGN):
                smtp.close()

    def _connected(self) -> smtplib.SMTP:
        """A connection that just answered; a kept one that fell asleep is replaced."""
        if self._smtp is not None:
            with contextlib.suppress(*_FOREIGN):
                _wait_at_most(self._smtp, self._account.connect_timeout)
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            self.close()
        self._smtp = connect(self._account)
        return self._smtp

    def _patience(self, seconds: float) -> None:
        """Nothing; the next step may take so long, and no longer than the mail has left. TimeoutError when nothing is left."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        assert self._smtp is not None
        _wait_at_most(self._smtp, min(seconds, left))

    def _introduce(self, smtp: smtplib.SMTP, envelope: Envelope, raw: bytes) -> tuple[Delivery, tuple[str, ...]]:
        """Who was refused, and who will get the mail once its data is accepted."""
        recipients = tuple(dict.fromkeys(envelope.recipients))
        if any(_UNSAFE.search(address) for address in (envelope.sender, *recipients)):
            return _refused(recipients, 553, b"5.1.3 not an address"), ()
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(raw):
            return _refused(recipients, 552, f"5.3.4 larger than the {limit} bytes that the relay takes".encode()), ()
        options = _options(smtp, envelope, raw)
        if options is None:
            return _refused(recipients, 553, b"5.6.7 the relay does not take addresses with letters beyond ASCII"), ()
        # RFC 6531 lets addresses and headers be UTF-8 once SMTPUTF8 was agreed on
        smtp.command_encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
        self._patience(self._account.read_timeout)
        code, words = smtp.mail(envelope.sender, options)
        if code != 250:
            return self._turned_away(recipients, code, words), ()
        refusals: dict[str, tuple[int, bytes]] = {}
        for address in recipients:
            self._patience(self._account.read_timeout)
            code, words = smtp.rcpt(address)
            if code not in {250, 251}:
                refusals[address] = (code, words)
            if code == 421:
                raise smtplib.SMTPServerDisconnected(_text(words))
        accepted = tuple(address for address in recipients if address not in refusals)
        if accepted:
            self._patience(self._account.read_timeout)
            code, words = smtp.docmd("DATA")
            if code != 354:
                self._turned_away((), code, words)
                refusals |= dict.fromkeys(accepted, (code, words))
                accepted = ()
        return _sorted(refusals), accepted

    def _turned_away(self, recipients: Sequence[str], code: int, words: bytes) -> Delivery:
        """The refusal of a whole mail; 421 says that the relay hangs up (RFC 5321 §3.8)."""
        if code == 421:
            self.close()
        return _refused(recipients, code, words)

    def _transmit(self, body: bytes) -> None:
        """Send the data except its end: as long as that is missing the relay must forget all of it (RFC 5321 §4.1.1.4)."""
        assert self._smtp is not None
        self._smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")

    def _conclude(self, delivery: Delivery, accepted: tuple[str, ...]) -> Delivery:
        """Send the end of the data and hear the answer; from here on a broken connection is an unknown outcome."""
        assert self._smtp is not None
        try:
            self._patience(self._account.final_timeout)
            self._smtp.send(b".\r\n")
            code, words = self._smtp.getreply()
        except _FOREIGN as error:
            self.close()
            raise UnknownOutcome(f"smtp {self._account.host}: no answer after the end of the data: {error}") from error
        if code == 250:
            return Delivery(accepted, delivery.temporary, delivery.permanent)
        if not 400 <= code < 600:
            self.close()
            raise UnknownOutcome(f"smtp {self._account.host}: answered {code} {_text(words)} to the end of the data")
        late = self._turned_away(accepted, code, words)
        return Delivery((), delivery.temporary + late.temporary, delivery.permanent + late.permanent)


def _wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def connect(account: SmtpAccount) -> smtplib.SMTP:
    """A connection that is private and logged in; errors are ours."""
    refuse_open_network(account.host, account.security)
    tls = context(account.ca_file)
    helo = account.helo or socket.gethostname()
    smtp: smtplib.SMTP | None = None
    try:
        if account.security is Security.TLS:
            smtp = smtplib.SMTP_SSL(account.host, account.port, helo, timeout=account.connect_timeout, context=tls)
        else:
            smtp = smtplib.SMTP(account.host, account.port, helo, timeout=account.connect_timeout)
        assert smtp.sock is not None
        keep_alive(smtp.sock)
        smtp.ehlo()
        if account.security is Security.STARTTLS:
            smtp.starttls(context=tls)
            smtp.ehlo()
        if account.user:
            _login(smtp, account)
    except (*_FOREIGN, AgentError) as error:
        if smtp is not None:
            smtp.close()
        if isinstance(error, smtplib.SMTPNotSupportedError):
            raise ConfigError([f"security: smtp {account.host}: {error}"]) from error
        raise (error if isinstance(error, AgentError) else sorted_error(f"smtp {account.host}", error)) from error
    return smtp


def _login(smtp: smtplib.SMTP, account: SmtpAccount) -> None:
    """Log in; a refusal with 5xx is a ConfigError, with 4xx a matter of the moment (RFC 4954 §6)."""
    try:
        if account.token is None:
            smtp.login(account.user, account.password)
        else:
            _login_with_token(smtp, account.user, account.token)
    except smtplib.SMTPAuthenticationError as error:
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
        if 500 <= error.smtp_code < 600:
            raise ConfigError([f"user: smtp {account.host} refused the login of {account.user}: {said}"]) from error
        raise TemporaryError(f"smtp {account.host}: login refused for now: {said}") from error


def _login_with_token(smtp: smtplib.SMTP, user: str, token: Callable[[bool], str]) -> None:
    """Log in with the token at hand, or with a fresh one when that was revoked meanwhile."""
    for fresh in (False, True):
        answer = f"user={user}\1auth=Bearer {token(fresh)}\1\1"
        try:
            # after a refusal the relay sends the reason as a challenge, which an empty answer ends
            smtp.auth("XOAUTH2", lambda challenge=None, answer=answer: answer if challenge is None else "")
        except smtplib.SMTPAuthenticationError as error:
            if fresh or not 500 <= error.smtp_code < 600:
                raise
        else:
            return


def _options(smtp: smtplib.SMTP, envelope: Envelope, raw: bytes) -> list[str] | None:
    """What MAIL FROM announces: SIZE, 8BITMIME, SMTPUTF8; None when an address needs what the relay does not have."""
    addresses = "".join((envelope.sender, *envelope.recipients))
    options = [f"SIZE={len(raw)}"] if smtp.has_extn("size") else []
    if not raw.isascii() and smtp.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if not addresses.isascii() or not header_block(raw).isascii():
        if smtp.has_extn("smtputf8"):
            options.append("SMTPUTF8")
        elif not addresses.isascii():
            return None
    return options


def _refused(recipients: Sequence[str], code: int, words: bytes) -> Delivery:
    return _sorted(dict.fromkeys(recipients, (code, words)))


def _sorted(refusals: dict[str, tuple[int, bytes]]) -> Delivery:
    """Refusals by what they mean: 5xx is for good, anything else for now (RFC 5321 §4.2.1)."""
    said = {address: (code, f"{code} {_text(words)}") for address, (code, words) in refusals.items()}
    return Delivery(
        temporary=tuple((address, text) for address, (code, text) in said.items() if not 500 <= code < 600),
        permanent=tuple((address, text) for address, (code, text) in said.items() if 500 <= code < 600),
    )


def _text(words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(said.split())[:500]
