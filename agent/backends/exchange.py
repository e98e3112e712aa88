"""A mailbox on an Exchange server of one's own, in both directions over EWS (exchangelib), in one session.

INBOX itself is the truth: what is handled leaves it, so a gap in the server's notifications can hide nothing. exchangelib would
wait inside its calls for a busy server; here it fails at once, and the daemon's own pauses hold.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Any, TypeVar

from exchangelib import ExtendedProperty, Message
from exchangelib.errors import (
    ErrorFolderNotFound,
    ErrorInvalidRecipients,
    ErrorItemNotFound,
    ErrorMessageSizeExceeded,
    ErrorParentFolderNotFound,
    ErrorSavedItemFolderNotFound,
    ErrorSendAsDenied,
    ErrorTimeoutExpired,
    ErrorToFolderNotFound,
    EWSError,
    ResponseMessageError,
    UnauthorizedError,
)
from exchangelib.folders import Messages

from agent.backends.exchange_session import ExchangeAccount, ExchangeSession
from agent.backends.exchange_watch import InboxWatch
from agent.backends.raw import batches, slices, with_crlf
from agent.backends.raw import message_id as id_of
from agent.config.hidden import hidden
from agent.errors import AgentError, PermanentError
from agent.ports import Box, Delivery, Envelope, Memory, MessageRef, UnknownOutcome

T = TypeVar("T")

_NEVER = (ErrorMessageSizeExceeded, ErrorInvalidRecipients, ErrorSendAsDenied)
_GONE = (ErrorFolderNotFound, ErrorToFolderNotFound, ErrorSavedItemFolderNotFound, ErrorParentFolderNotFound)
_ITEM_ID = re.compile(r"[A-Za-z0-9+/=_-]{20,2000}")


class _Flags(ExtendedProperty):  # type: ignore[misc]
    """PR_MESSAGE_FLAGS: without it Exchange takes a mail that is filed into Sent for a draft (MS-OXCMSG §2.2.1.6)."""

    property_tag = 0x0E07
    property_type = "Integer"


Message.register("relance_flags", _Flags)


def doors(account: ExchangeAccount, memory: Memory | None = None) -> tuple["ExchangeMailbox", "ExchangeTransport"]:
    """Both directions of one mailbox, in one session: closing either closes the connections of both, until they are used again."""
    session = ExchangeSession(account)
    return ExchangeMailbox(account, session, memory), ExchangeTransport(account, session)


class ExchangeMailbox:
    """The mailbox port over EWS. A mail's id is its item id, which a move changes: an old one names nothing any more."""

    def __init__(
        self, account: ExchangeAccount, session: ExchangeSession | None = None, memory: Memory | None = None
    ) -> None:
        self.name = account.name
        self._settings = account
        self._session = session or ExchangeSession(account)
        self._watch = InboxWatch(account, memory)
        self._folders: dict[Box, Any] = {}
        self._folders_of: Any = None
        self._folders_until = 0.0
        self._look_at = 0.0

    def open(self) -> None:
        """Connect and make the missing folders; ConfigError for a refused password or certificate, or Microsoft 365."""
        self.close()
        for box in Box:
            self._do(box, lambda folder: folder)

    def wait(self, timeout: float) -> bool:
        """True as soon as INBOX holds a mail that the last `unhandled` did not give; False after `timeout` seconds."""
        end = time.monotonic() + timeout
        while True:
            now = time.monotonic()
            if now >= self._look_at:
                self._look_at = now + self._settings.poll_every
                if self._session.do(self._watch.news):
                    self._look_at = 0.0
                    return True
            if now >= end:
                return False
            time.sleep(max(0.0, min(end, self._look_at) - time.monotonic()))

    def unhandled(self, limit: int = 500) -> Sequence[MessageRef]:
        """The mails of INBOX, oldest first, at most `limit`."""
        announced = self._watch.present
        refs = self._refs(Box.INBOX, limit)
        ids = frozenset(ref.id for ref in refs)
        # with all of INBOX on the list, whatever was announced before and is not on it has left
        self._watch.told(ids | announced if len(refs) < limit else ids)
        if not refs:
            self._watch.all_done()
        self._look_at = 0.0
        return refs

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[tuple[MessageRef, bytes]]:
        """The raw bytes of these mails, in batches of bounded size; those that vanished are left out."""
        for some in batches(refs, self._settings.batch, self._settings.batch_bytes):
            items = self._items(some, "mime_content")
            for ref in some:
                item = items.pop(ref.id, None)
                if item is not None and item.mime_content is not None:
                    yield ref, bytes(item.mime_content)

    def fetch_head(self, ref: MessageRef, size: int) -> bytes:
        """The header of a mail, at most `size` bytes of it: EWS hands out no part of a body. PermanentError when it vanished."""
        item = self._items([ref], "headers").get(ref.id)
        if item is None:
            raise PermanentError(f"mail {ref.id} is no longer in INBOX")
        return _head_of(item)[:size]

    def heads(self, refs: Sequence[MessageRef]) -> Mapping[str, bytes]:
        """The headers of these mails."""
        return {id_: _head_of(item) for some in slices(refs, 100) for id_, item in self._items(some, "headers").items()}

    def file(self, ref: MessageRef, box: Box) -> None:
        """Move a mail of INBOX to this folder; nothing when it vanished."""
        if box is Box.INBOX or not _plausible(ref):
            return

        def move(folder: Any) -> None:
            for result in folder.account.bulk_move(ids=[(ref.id, None)], to_folder=folder):
                if isinstance(result, EWSError) and not isinstance(result, ErrorItemNotFound):
                    raise result

        self._do(box, move)

    def file_all(self, refs: Sequence[MessageRef], box: Box) -> None:
        """Move these mails of INBOX, one after the other."""
        for ref in refs:
            self.file(ref, box)

    def keep_sent(self, raw: bytes) -> None:
        """Put a copy into Sent, once per Message-ID, unless the server that sent it did so itself."""
        identity = id_of(raw)
        if self._settings.server_keeps_sent or (identity and self.sent(identity)):
            return
        self._do(
            Box.SENT,
            lambda folder: Message(
                account=folder.account, folder=folder, mime_content=with_crlf(raw), is_read=True, relance_flags=1
            ).save(),
        )

    def sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail of this Message-ID."""

        def look(folder: Any) -> bool:
            hits = folder.filter(message_id=message_id).only("message_id")[:20]
            return any(item.message_id == message_id for item in hits)

        return self._do(Box.SENT, look)

    def contents(self, box: Box) -> Iterator[tuple[MessageRef, bytes]]:
        """Every mail of a folder, oldest first."""
        return self.fetch(self._refs(box, None))

    def close(self) -> None:
        """Let go of the connection; never raises."""
        self._session.close()

    def _do(self, box: Box, action: Callable[[Any], T]) -> T:
        """The value of `action` on a folder, which is made when it is missing, also when somebody deleted it meanwhile."""

        def tried(account: Any) -> T:
            try:
                return action(self._folder(account, box))
            except _GONE:
                self._folders = {}
                return action(self._folder(account, box))

        return self._session.do(tried)

    def _folder(self, account: Any, box: Box) -> Any:
        """The folder as it was found lately: one that somebody threw away keeps its id, in Deleted Items."""
        now = time.monotonic()
        if self._folders_of is not account or now >= self._folders_until:
            self._folders, self._folders_of = {}, account
            self._folders_until = now + self._settings.look_every
        if box not in self._folders:
            self._folders[box] = _folder(account, box)
        return self._folders[box]

    def _refs(self, box: Box, limit: int | None) -> tuple[MessageRef, ...]:
        def listed(folder: Any) -> tuple[MessageRef, ...]:
            query = folder.all().only("size").order_by("datetime_received")
            return tuple(MessageRef(item.id, item.size or 0) for item in (query[:limit] if limit else query))

        return self._do(box, listed)

    def _items(self, refs: Iterable[MessageRef], what: str) -> dict[str, Any]:
        """The items by id; what vanished is not among them."""
        wanted = [(ref.id, None) for ref in refs if _plausible(ref)]
        if not wanted:
            return {}

        def fetched(folder: Any) -> Mapping[str, Any]:
            items = {}
            for item in folder.account.fetch(ids=wanted, only_fields=[what], folder=folder):
                if isinstance(item, Exception) and not isinstance(item, ErrorItemNotFound):
                    raise item
                if not isinstance(item, Exception):
                    items[item.id] = item
            return items

        return dict(self._do(Box.INBOX, fetched))


def _head_of(item: Any) -> bytes:
    lines = (f"{header.name}: {header.value}\r\n" for header in item.headers or ())
    return ("".join(lines) + "\r\n").encode("utf-8", "replace")


class ExchangeTransport:
    """The transport port over EWS: the server sends the mail and files its copy into Sent in one step."""

    def __init__(self, account: ExchangeAccount, session: ExchangeSession | None = None) -> None:
        self.name = account.name
        self._settings = account
        self._session = session or ExchangeSession(account)

    def send(self, envelope: Envelope, raw: bytes) -> Delivery:
        """Hand over one mail. Exchange takes it for all or for none, and sends to whom the headers name."""
        recipients = tuple(dict.fromkeys(envelope.recipients))
        if {address.lower() for address in recipients} != _named(raw):
            return Delivery(
                permanent=tuple((r, "550 Exchange sends to whom To and Cc name, no other") for r in recipients)
            )
        self._session.do(lambda account: account.sent)
        try:
            self._session.do(lambda account: _hand_over(account, raw))
        except _Refused as refusal:
            return Delivery(permanent=tuple((recipient, str(refusal)) for recipient in recipients))
        return Delivery(accepted=recipients)

    def check(self) -> str:
        """What the server answers when its Sent folder is asked for."""
        version = self._session.do(lambda account: (account.sent.refresh(), account.version)[1])
        return f"{self._settings.host} answered ({version.fullname if version else 'Exchange'})"

    def close(self) -> None:
        """Let go of the connection; never raises."""
        self._session.close()


class _Refused(AgentError):
    """The server will never take this mail."""


def _hand_over(account: Any, raw: bytes) -> None:
    try:
        Message(account=account, folder=account.sent, mime_content=with_crlf(raw)).send_and_save()
    except _NEVER as error:
        raise _Refused(f"550 {type(error).__name__}: {hidden(str(error))}") from error
    except Exception as error:  # exchangelib trips in many ways over half an answer
        if _not_sent(error):
            raise
        raise UnknownOutcome(f"exchange: no answer to a mail that was handed over: {hidden(str(error))}") from error


def _not_sent(error: Exception) -> bool:
    """Whether it is sure that the server did not take the mail: its own words about this request, or no connection at all."""
    if isinstance(error, ErrorTimeoutExpired):
        return "NewConnectionError" in str(error) or "ConnectTimeout" in str(error)
    return isinstance(error, ResponseMessageError | UnauthorizedError) or "CERTIFICATE_VERIFY_FAILED" in str(error)


def _named(raw: bytes) -> set[str]:
    """The addresses in To, Cc and Bcc, in lower case."""
    head = BytesHeaderParser().parsebytes(raw)
    values = [str(value) for name in ("to", "cc", "bcc") for value in head.get_all(name, [])]
    return {address.lower() for _, address in getaddresses(values) if address}


def _folder(account: Any, box: Box) -> Any:
    """The folder of a box: INBOX and Sent are the server's own, the others stand beside them."""
    if box is Box.INBOX:
        return account.inbox
    if box is Box.SENT:
        return account.sent
    parent = account.msg_folder_root
    try:
        return parent // box.value
    except ErrorFolderNotFound:
        return Messages(parent=parent, name=box.value).save()


def _plausible(ref: MessageRef) -> bool:
    """Whether an id can be an item's at all: EWS answers to a malformed one with an error about the whole request."""
    return _ITEM_ID.fullmatch(ref.id) is not None
