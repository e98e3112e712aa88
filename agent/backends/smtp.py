"""The way out over SMTP (RFC 5321), privately by TLS or STARTTLS (RFC 8314).

The conversation is led command by command, because three things must be told apart: who was refused and why, a connection
that broke before the end of the data (nothing was handed over), and one that broke after it (nobody knows).
"""

import contextlib
import re
import smtplib
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.backends.certificates import remember
from agent.backends.raw import header_block, with_crlf
from agent.backends.tls import context, keep_alive, refuse_open_network, sorted_error
from agent.backends.upgrade import upgrade
from agent.config import Security
from agent.config.hidden import hidden, keep_hidden
from agent.errors import AgentError, ConfigError, TemporaryError
from agent.ports import Delivery, Envelope, UnknownOutcome

_FOREIGN = (smtplib.SMTPException, OSError, ValueError)
_UNSAFE = re.compile(r"[\s<>\x00-\x1f\x7f]")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_HOUR, _DAY = 3600.0, 86400.0
# The sender has sent too much for now, whatever the code says. X.4.5 is congestion and never for good (RFC 3463 §3.5), Gmail gives
# it as 550 for its day's limit; the others are Exchange Online's ("SMTP submission improvements", its list of NDR codes).
_TOO_MUCH = re.compile(
    rb"\b[45]\.4\.5\b|\b5\.1\.90\b|SubmissionQuotaExceeded|STOREDRV\.ClientSubmit|oncurrent connections? limit"
)


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
        sends_per_hour, sends_per_day: recipients that the provider takes in any such stretch of time; 0 for no limit. What was
            sent before this program started is not counted: the provider refuses in time.
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
    sends_per_hour: int = 0
    sends_per_day: int = 0


class SmtpTransport:
    """The transport port over SMTP. The connection is kept for the next mail and proved alive before it."""

    def __init__(self, account: SmtpAccount) -> None:
        self.name = account.name
        self._account = account
        self._smtp: smtplib.SMTP | None = None
        self._deadline = 0.0
        self._sent: deque[tuple[float, int]] = deque()

    def send(self, envelope: Envelope, raw: bytes) -> Delivery:
        """Hand over one mail; see the port for what each error means.

        TemporaryError also when the provider's limit is reached: then nothing is wrong with this mail or its recipients.
        """
        self._keep_the_limits(len(set(envelope.recipients)))
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
        self._sent.append((time.monotonic(), len(accepted)))
        return self._conclude(delivery, accepted)

    def _keep_the_limits(self, recipients: int) -> None:
        """Nothing, or TemporaryError when so many more recipients are too many for the hour or the day."""
        now = time.monotonic()
        while self._sent and self._sent[0][0] <= now - _DAY:
            self._sent.popleft()
        account = self._account
        for limit, stretch, name in (
            (account.sends_per_hour, _HOUR, "an hour"),
            (account.sends_per_day, _DAY, "a day"),
        ):
            recent = sum(count for at, count in self._sent if at > now - stretch)
            # a mail to more than the whole limit is the provider's to refuse
            if limit and recent and recent + recipients > limit:
                raise TemporaryError(
                    f"smtp {account.host}: takes mail for {limit} recipients {name}; {recent} had theirs"
                )

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
                self._stop_if_too_much(code, words)
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
        self._stop_if_too_much(code, words)
        if code == 421:
            self.close()
        return _refused(recipients, code, words)

    def _stop_if_too_much(self, code: int, words: bytes) -> None:
        """TemporaryError when the sender sends too much: no recipient is to blame, and the next mail would fare the same."""
        if _TOO_MUCH.search(words):
            self.close()
            raise TemporaryError(f"smtp {self._account.host}: no more for now: {code} {_text(words)}")

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
            raise UnknownOutcome(
                f"smtp {self._account.host}: no answer after the end of the data: {hidden(str(error))}"
            ) from error
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
    if account.token is not None:
        account.token(False)  # fetched before there is a connection, which would not wait long for a login
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
            plain = smtp
            smtp.starttls(context=upgrade(f"smtp {account.host}", tls, lambda: plain.file))
            smtp.ehlo()
        remember(f"smtp {account.host}", smtp.sock)
        if account.user:
            _login(smtp, account)
    except (*_FOREIGN, AgentError) as error:
        if smtp is not None:
            smtp.close()
        if isinstance(error, smtplib.SMTPNotSupportedError):
            raise ConfigError([f"security: smtp {account.host}: {hidden(str(error))}"]) from error
        raise (error if isinstance(error, AgentError) else sorted_error(f"smtp {account.host}", error)) from error
    return smtp


def _login(smtp: smtplib.SMTP, account: SmtpAccount) -> None:
    """Log in; a refusal with 5xx is a ConfigError, with 4xx a matter of the moment (RFC 4954 §6)."""
    try:
        if account.token is None:
            smtp.login(account.user, keep_hidden(account.password))
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
    return " ".join(hidden(said).split())[:500]
