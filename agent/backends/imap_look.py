"""A look at an IMAP mailbox that changes nothing in it: what the server offers, what lies there, how its clock goes."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from imapclient import IMAPClient

from agent.backends.certificates import valid_until
from agent.backends.imap_session import FOREIGN, ImapAccount, ImapSession, connect
from agent.backends.tls import sorted_error
from agent.ports import Box

_HEADS = 20
_RESULTS = "BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS)]"


@dataclass(frozen=True, slots=True)
class MailboxSight:
    """What was seen. `quota` is used and allowed in kB; `heads` are the Authentication-Results headers of the newest mails."""

    missing: tuple[str, ...] = ()
    waiting: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    validity: int = 0
    can_idle: bool = True
    quota: tuple[int, int] | None = None
    certificate_until: datetime | None = None
    heads: tuple[bytes, ...] = ()


def look(account: ImapAccount) -> MailboxSight:
    """The mailbox as it is; nothing is made, marked or moved. Errors are ours."""
    session = connect(account, make_missing=False)
    try:
        return _seen(session)
    except FOREIGN as error:
        raise sorted_error(f"imap {account.host}", error) from error
    finally:
        with contextlib.suppress(*FOREIGN):
            session.client.logout()


def _seen(session: ImapSession) -> MailboxSight:
    client = session.client
    listed = {name for _, _, name in client.list_folders()} | {Box.INBOX.value}
    state = client.select_folder(session.folders[Box.INBOX], readonly=True)
    waiting = list(client.search(["NOT", "DELETED"]))
    heads, newest = _newest(client, waiting)
    oldest = _dates(client, waiting[:1])
    if session.folders[Box.HANDLED] in listed and len(heads) < _HEADS:
        client.select_folder(session.folders[Box.HANDLED], readonly=True)
        more, later = _newest(client, list(client.search(["ALL"])))
        heads, newest = (*heads, *more), [*newest, *later]
    return MailboxSight(
        missing=tuple(name for name in session.folders.values() if name not in listed),
        waiting=len(waiting),
        oldest=min(oldest, default=None),
        newest=max(newest, default=None),
        validity=int(state.get(b"UIDVALIDITY", 0)),
        can_idle=session.can_idle,
        quota=_quota(client),
        certificate_until=valid_until(client.socket()),
        heads=heads,
    )


def _newest(client: IMAPClient, uids: list[int]) -> tuple[tuple[bytes, ...], list[datetime]]:
    """Headers of the newest mails of the folder at hand, and when the server got the last one."""
    if not uids:
        return (), []
    found = client.fetch(uids[-_HEADS:], [_RESULTS])
    heads = tuple(part for answer in found.values() for name, part in answer.items() if name.startswith(b"BODY["))
    return heads, _dates(client, uids[-1:])


def _dates(client: IMAPClient, uids: Iterable[int]) -> list[datetime]:
    wanted = list(uids)
    if not wanted:
        return []
    # the client gives local time without a zone
    dates = (answer.get(b"INTERNALDATE") for answer in client.fetch(wanted, ["INTERNALDATE"]).values())
    return [date.astimezone(UTC) for date in dates if isinstance(date, datetime)]


def _quota(client: IMAPClient) -> tuple[int, int] | None:
    """Used and allowed storage in kB (RFC 9208); None where the server sets no bound or tells none."""
    if not client.has_capability("QUOTA"):
        return None
    with contextlib.suppress(*FOREIGN):
        for quota in client.get_quota("INBOX"):
            if quota.resource.upper() == "STORAGE" and quota.limit:
                return int(quota.usage), int(quota.limit)
    return None
