"""The mailboxes and the ways out, tried without leaving a trace: nothing is made, marked, moved or sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from agent.backends.connect import imap_account, smtp_account, transport_from
from agent.backends.imap_look import MailboxSight
from agent.backends.imap_look import look as look_at_mailbox
from agent.backends.smtp_look import look as look_at_relay
from agent.config import ImapSettings, MailboxSettings, MaildirSettings, SmtpSettings
from agent.config.hidden import hidden
from agent.errors import AgentError, ConfigError
from agent.mail.authentication import reporting_servers
from agent.ports import Box
from agent.service.doctor.finding import Finding, Premises, ok, warning, wrong

_SOON = timedelta(days=14)
_LATE, _SKEW = timedelta(hours=1), timedelta(minutes=5)
_NEARLY_FULL = 0.9
_LOOKED_AT, _HEAD = 20, 65536


def doors(premises: Premises) -> Iterator[Finding]:
    """Each mailbox and its way out."""
    settings = premises.settings
    if settings is None:
        return
    for mailbox in settings.mailboxes:
        yield from _inbox(premises, mailbox)
        yield from _outgoing(premises, mailbox, settings.agency_at(mailbox).address)


def _inbox(premises: Premises, mailbox: MailboxSettings) -> Iterator[Finding]:
    inbox, name = mailbox.inbox, mailbox.name
    if isinstance(inbox, MaildirSettings):
        yield from _maildir(premises, inbox.path, name)
        return
    if premises.records is None or not isinstance(inbox, ImapSettings):
        return
    if (stranger := _not_ours(mailbox)) is not None:
        yield stranger
        return
    try:
        sight = look_at_mailbox(imap_account(mailbox, inbox))
    except (AgentError, OSError) as error:
        yield wrong("mailbox", f"{name}: {_words(error)}", _advice(error, mailbox, "inbox"))
        return
    yield ok("mailbox", f"{name}: {sight.waiting} mail(s) wait, UIDVALIDITY {sight.validity}")
    yield from _server(sight, name)
    yield from _mail_times(sight, name, premises.now)
    yield from _certificate("mailbox-certificate", inbox.host, sight.certificate_until, premises.now)
    yield from _authserv(premises, name, sight.heads)


def _not_ours(mailbox: MailboxSettings) -> Finding | None:
    """A login renews the token and writes it down: as another user that would take the file from the service."""
    token = mailbox.oauth.token_file if mailbox.oauth.client_id else None
    if token is None or not token.exists() or token.stat().st_uid == os.geteuid():
        return None
    detail = f"{mailbox.name}: its token belongs to another user, and a login would renew it"
    return warning("mailbox", detail, "run this as the user of the service to have the login tried")


def _server(sight: MailboxSight, name: str) -> Iterator[Finding]:
    if sight.missing:
        folders = ", ".join(sight.missing)
        yield warning(
            "mailbox-folders", f"{name}: not there: {folders}", "the service makes them when it connects next"
        )
    if not sight.can_idle:
        yield warning(
            "mailbox-idle",
            f"{name}: the server does not announce new mail (IDLE)",
            "it is asked every half minute; nothing to do",
        )
    if sight.quota is not None and sight.quota[0] > sight.quota[1] * _NEARLY_FULL:
        used, allowed = (kilobytes // 1000 for kilobytes in sight.quota)
        yield warning(
            "mailbox-quota",
            f"{name}: {used} of {allowed} MB are used",
            "delete old mail in Quarantine, or raise the quota",
        )


def _mail_times(sight: MailboxSight, name: str, now: datetime) -> Iterator[Finding]:
    if sight.newest is not None and sight.newest - now > _SKEW:
        ahead = int((sight.newest - now).total_seconds() // 60)
        yield wrong(
            "mailbox-clock",
            f"{name}: its server's clock is {ahead} minutes ahead of this one",
            "run: timedatectl set-ntp true",
        )
    if sight.oldest is not None and now - sight.oldest > _LATE:
        yield warning(
            "mailbox-unhandled",
            f"{name}: the oldest mail waits since {sight.oldest:%Y-%m-%d %H:%M} UTC",
            "is the service running? systemctl status relance; why not: journalctl -u relance -n 50",
        )


def _certificate(check: str, host: str, until: datetime | None, now: datetime) -> Iterator[Finding]:
    if until is None:
        return
    days = (until - now).days
    if until - now < _SOON:
        yield warning(check, f"that of {host} ends in {days} day(s)", "have the server's administrator renew it")
    else:
        yield ok(check, f"that of {host} is good for {days} days")


def _authserv(premises: Premises, name: str, heads: tuple[bytes, ...]) -> Iterator[Finding]:
    """Whose reports the last mails bore, and whether the configured ones are among them."""
    assert premises.settings is not None
    wanted = premises.settings.trust.authserv_ids
    found = sorted({server for head in heads for server in reporting_servers(head)})
    if not heads or not (wanted or found):
        return
    shown = ", ".join(found) or "nobody's"
    if wanted and not set(found) & {server.lower() for server in wanted}:
        yield warning(
            "authserv-id",
            f"{name}: the last {len(heads)} mails bear {shown} report, and trust.authserv_ids names {', '.join(wanted)}",
            "name your own server as it names itself, if it takes such headers of others away; else leave it empty",
        )
    else:
        yield ok("authserv-id", f"{name}: reports by {shown}{'' if wanted else '; none is believed'}")


def _maildir(premises: Premises, path: Path, name: str) -> Iterator[Finding]:
    if not path.is_dir():
        yield warning(
            "mailbox",
            f"{name}: there is no Maildir at {path}",
            "the service makes it; if mail should be there, correct mailboxes.inbox.path",
        )
        return
    if not os.access(path, os.W_OK | os.X_OK):
        yield wrong("mailbox", f"{name}: {path} cannot be written", "give it to the user of the service: chown -R")
        return
    waiting = sorted(_mails(path), key=lambda mail: mail.stat().st_mtime)
    missing = tuple(box.value for box in Box if box is not Box.INBOX and not (path / f".{box.value}").is_dir())
    yield ok("mailbox", f"{name}: {len(waiting)} mail(s) wait")
    oldest = datetime.fromtimestamp(waiting[0].stat().st_mtime, premises.now.tzinfo) if waiting else None
    heads = tuple(_head(mail) for mail in islice((*reversed(waiting), *_mails(path / ".Handled")), _LOOKED_AT))
    sight = MailboxSight(missing, len(waiting), oldest)
    yield from _server(sight, name)
    yield from _mail_times(sight, name, premises.now)
    yield from _authserv(premises, name, heads)


def _mails(folder: Path) -> Iterator[Path]:
    return (path for part in ("new", "cur") for path in (folder / part).glob("*") if path.is_file())


def _head(mail: Path) -> bytes:
    try:
        with mail.open("rb") as file:
            return file.read(_HEAD).partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    except OSError:
        return b""


def _outgoing(premises: Premises, mailbox: MailboxSettings, sender: str) -> Iterator[Finding]:
    outgoing, name = mailbox.outgoing, mailbox.name
    if isinstance(outgoing, MaildirSettings) or premises.records is None or _not_ours(mailbox):
        return
    try:
        if not isinstance(outgoing, SmtpSettings):
            yield ok("outgoing", f"{name}: {_answer(mailbox)}")
            return
        sight = look_at_relay(smtp_account(mailbox, outgoing), sender)
    except (AgentError, OSError) as error:
        yield wrong("outgoing", f"{name}: {_words(error)}", _advice(error, mailbox, "outgoing"))
        return
    if sight.refused:
        yield wrong(
            "outgoing-sender",
            f"{name}: {outgoing.host} refuses mail of {sender}: {hidden(sight.refused)}",
            "let this login send as this address, or correct agency.address",
        )
    else:
        yield ok("outgoing", f"{name}: {outgoing.host} takes mail of {sender}")
    yield from _size(premises, name, sight.largest)
    yield from _certificate("outgoing-certificate", outgoing.host, sight.certificate_until, premises.now)


def _answer(mailbox: MailboxSettings) -> str:
    transport = transport_from(mailbox)
    try:
        return transport.check()
    finally:
        transport.close()


def _size(premises: Premises, name: str, largest: int) -> Iterator[Finding]:
    """Attachments grow by a third on their way (base64)."""
    assert premises.settings is not None
    most = max(premises.settings.limits.statement_attachments_mb, premises.settings.limits.dossier_mb)
    if largest and largest < most * 1_400_000:
        yield warning(
            "outgoing-size",
            f"{name}: the relay takes {largest // 1_000_000} MB, and our mails may have {most} MB attached",
            "lower limits.statement_attachments_mb and limits.dossier_mb",
        )


def _words(error: Exception) -> str:
    """The other side's words, which may repeat a password."""
    return hidden("; ".join(error.problems) if isinstance(error, ConfigError) else str(error))


def _advice(error: Exception, mailbox: MailboxSettings, side: str) -> str:
    """What to do about a connection that fails in these words."""
    words = _words(error).lower()
    for marks, advice in (
        (("certificate",), f"renew the server's certificate, or name its authority: mailboxes.{side}.ca_file"),
        (("relance login", "nobody has logged in"), f"run: relance login --mailbox {mailbox.name}"),
        (("pip install",), "install the extra that it names"),
        (("login", "password"), f"put the right password where mailboxes.{side} says, then: systemctl reload relance"),
        (("no address known",), f"correct mailboxes.{side}.host, or this machine's name servers (/etc/resolv.conf)"),
        (
            ("starttls", "wrong version"),
            f"correct mailboxes.{side}.security and port (tls: 993, 465; starttls: 143, 587)",
        ),
    ):
        if any(mark in words for mark in marks):
            return advice
    return f"is the server up, does a firewall let us through, are mailboxes.{side}.host and port right?"
