"""A mailbox on an IMAP server (RFC 3501, RFC 9051), watched with IDLE (RFC 2177).

Every call may find the connection broken; it is then given up, the error is a TemporaryError, and the next call builds
everything anew: login, folders, selection.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from imapclient.exceptions import IMAPClientError

from agent.backends.imap_session import FOREIGN, ImapAccount, ImapSession, connect, end_idle, expunge, make
from agent.backends.raw import batches, slices, with_crlf
from agent.backends.raw import message_id as id_of
from agent.backends.tls import sorted_error
from agent.errors import AgentError, PermanentError, TemporaryError
from agent.ports import HEAD_FIELDS, Box, MessageRef

T = TypeVar("T")

_LOG = logging.getLogger("relance.imap")
# seconds after which a mail that the server could not read is tried again
_ASIDE = 3600.0


class ImapMailbox:
    """The mailbox port over IMAP. A mail's id is the UIDVALIDITY of INBOX and the UID in it (RFC 3501 §2.3.1.1)."""

    def __init__(self, account: ImapAccount) -> None:
        self.name = account.name
        self._account = account
        self._session: ImapSession | None = None
        self._listed: frozenset[str] = frozenset()
        self._aside: dict[str, float] = {}
        self._sizes: dict[str, int] = {}

    def open(self) -> None:
        """Connect, log in, make the missing folders; ConfigError for a refused password or certificate."""
        self.close()
        self._do(lambda session: self._select(session, Box.INBOX))

    def wait(self, timeout: float) -> bool:
        """True as soon as INBOX holds a mail that the last `unhandled` did not give; False after `timeout` seconds.

        IDLE goes on between two calls, so that short waits cost nothing.
        """
        end = time.monotonic() + timeout
        return self._do(lambda session: self._watch(session, end))

    def unhandled(self, limit: int = 500) -> Sequence[MessageRef]:
        """The mails of INBOX, oldest first, at most `limit`."""
        refs = self._refs(Box.INBOX, limit)
        self._listed = frozenset(ref.id for ref in refs)
        return refs

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[tuple[MessageRef, bytes]]:
        """The raw bytes of these mails of INBOX, in batches of bounded size; those that vanished are left out."""
        return self._fetch(refs, Box.INBOX)

    def fetch_head(self, ref: MessageRef, size: int) -> bytes:
        """The first `size` bytes of a mail of INBOX; PermanentError when it vanished."""
        answers = self._answers([ref], Box.INBOX, f"BODY.PEEK[]<0.{size}>")
        head = answers.get(ref.id, {}).get(b"BODY[]<0>")
        if head is None:
            raise PermanentError(f"mail {ref.id} is no longer in INBOX")
        return head

    def heads(self, refs: Sequence[MessageRef]) -> Mapping[str, bytes]:
        """The fields of each of these mails that tell who wrote it (RFC 3501 §6.4.5, HEADER.FIELDS)."""
        answers = self._answers(refs, Box.INBOX, f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEAD_FIELDS).upper()})]")
        told = ((id_, value) for id_, answer in answers.items() for value in answer.values())
        return {id_: value for id_, value in told if isinstance(value, bytes)}

    def file(self, ref: MessageRef, box: Box) -> None:
        """Move a mail of INBOX to this folder (MOVE, RFC 6851, or COPY and EXPUNGE of it alone); nothing when it vanished."""
        self.file_all([ref], box)

    def file_all(self, refs: Sequence[MessageRef], box: Box) -> None:
        """Move these mails of INBOX, all of them by one command."""
        if refs and box is not Box.INBOX:
            self._do(lambda session: self._move(session, refs, box))

    def keep_sent(self, raw: bytes) -> None:
        """Put a copy into Sent, once per Message-ID, unless the server does so itself."""
        identity = id_of(raw)
        if self._account.server_keeps_sent or (identity and self.sent(identity)):
            return
        self._do(lambda session: session.client.append(session.folders[Box.SENT], with_crlf(raw), (rb"\Seen",)))

    def sent(self, message_id: str) -> bool:
        """Whether Sent holds a mail of this Message-ID. A server's search may match too much, so each hit is looked at."""

        def look(session: ImapSession) -> bool:
            self._select(session, Box.SENT)
            hits = session.client.search(["HEADER", "Message-ID", message_id])[-100:]
            answers = session.client.fetch(hits, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]) if hits else {}
            heads = (value for answer in answers.values() for value in answer.values() if isinstance(value, bytes))
            return any(id_of(head) == message_id for head in heads)

        return self._do(look)

    def contents(self, box: Box) -> Iterator[tuple[MessageRef, bytes]]:
        """Every mail of a folder, oldest first."""
        return self._fetch(self._refs(box, None), box)

    def close(self) -> None:
        """Let go of the connection; never raises."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(*FOREIGN):
                session.client.shutdown()

    def _do(self, action: Callable[[ImapSession], T]) -> T:
        """The value of `action` on a live session out of IDLE or in it; any foreign error gives the connection up."""
        try:
            if self._session is None:
                self._session = connect(self._account)
            return action(self._session)
        except AgentError:
            self.close()
            raise
        except FOREIGN as error:
            self.close()
            raise sorted_error(f"imap {self._account.host}", error) from error

    def _select(self, session: ImapSession, box: Box) -> None:
        """Make `box` the selected folder, out of IDLE."""
        end_idle(session)
        if session.selected is box:
            return
        session.selected = None
        answer = session.client.select_folder(session.folders[box], readonly=box is not Box.INBOX)
        session.selected = box
        session.validity = int(answer.get(b"UIDVALIDITY", 0))

    def _uids(self, session: ImapSession, box: Box) -> list[int]:
        """The UIDs of a folder in the order of arrival. NOOP first: a search looks at what the session already knows of."""
        if session.selected is box:
            end_idle(session)
            session.client.noop()
        self._select(session, box)
        return sorted(session.client.search(["UNDELETED"]))

    def _refs(self, box: Box, limit: int | None) -> tuple[MessageRef, ...]:
        ids = self._do(lambda session: [f"{session.validity}.{uid}" for uid in self._uids(session, box)])
        refs = [MessageRef(ident, 0) for ident in ids if not self._is_aside(ident)][:limit]
        known = (
            self._sizes if box is Box.INBOX else {}
        )  # a mail's size never changes: a full INBOX is listed again and again
        sizes = {ref.id: known[ref.id] for ref in refs if ref.id in known}
        for some in slices([ref for ref in refs if ref.id not in sizes], 500):
            answers = self._answers(some, box, "RFC822.SIZE")
            sizes |= {
                ident: int(answer[b"RFC822.SIZE"]) for ident, answer in answers.items() if b"RFC822.SIZE" in answer
            }
        if box is Box.INBOX and len(refs) > 1:
            self._sizes = sizes
        return tuple(MessageRef(ref.id, sizes[ref.id]) for ref in refs if ref.id in sizes)

    def _answers(self, refs: Sequence[MessageRef], box: Box, what: str) -> dict[str, dict[bytes, bytes]]:
        """The answers about these mails by id. One that the server itself cannot read is set aside, so that it blocks no other."""
        try:
            return self._do(lambda session: self._ask(session, box, refs, what))
        except TemporaryError as error:
            self._do(lambda session: session.client.noop())  # when the server is away, no mail is to blame
            if len(refs) == 1:
                self._aside[refs[0].id] = time.monotonic() + _ASIDE
                _LOG.warning("a mail that the server cannot read stays in %s: %s", box, error)
                return {}
        middle = len(refs) // 2
        return self._answers(refs[:middle], box, what) | self._answers(refs[middle:], box, what)

    def _is_aside(self, ident: str) -> bool:
        return self._aside.get(ident, 0.0) > time.monotonic()

    def _ask(
        self, session: ImapSession, box: Box, refs: Iterable[MessageRef], what: str
    ) -> dict[str, dict[bytes, bytes]]:
        """The answers about these mails by id; ids of another UIDVALIDITY name nothing any more."""
        self._select(session, box)
        uids = {uid: ref.id for ref in refs if (uid := _uid(ref, session.validity)) is not None}
        if not uids:
            return {}
        answers = session.client.fetch(list(uids), [what])
        return {uids[uid]: answer for uid, answer in answers.items() if uid in uids}

    def _fetch(self, refs: Sequence[MessageRef], box: Box) -> Iterator[tuple[MessageRef, bytes]]:
        for some in batches(refs, self._account.batch, self._account.batch_bytes):
            answers = self._answers(some, box, "BODY.PEEK[]")
            for ref in some:
                raw = answers.pop(ref.id, {}).get(b"BODY[]")
                if raw is not None:
                    yield ref, raw

    def _move(self, session: ImapSession, refs: Sequence[MessageRef], box: Box) -> None:
        self._select(session, Box.INBOX)
        uids = [uid for ref in refs if (uid := _uid(ref, session.validity)) is not None]
        if not uids:
            return
        if session.client.has_capability("MOVE"):
            self._transfer(session, session.client.move, uids, box)
            return
        for uid in uids:  # one after the other: whoever is cut off leaves one mail in two folders at most
            self._transfer(session, session.client.copy, [uid], box)
            expunge(session.client, uid)

    @staticmethod
    def _transfer(
        session: ImapSession, transfer: Callable[[list[int], str], object], uids: list[int], box: Box
    ) -> None:
        client, folder = session.client, session.folders[box]
        try:
            transfer(uids, folder)
        except IMAPClientError as error:
            if "[EXPUNGEISSUED]" in str(error).upper():  # RFC 5530: another worker moved some of them; nothing was done
                for uid in uids if len(uids) > 1 else ():
                    ImapMailbox._transfer(session, transfer, [uid], box)
                return
            if "TRYCREATE" not in str(error) and client.folder_exists(folder):
                raise
            make(client, folder)
            transfer(uids, folder)

    def _news(self, session: ImapSession) -> bool:
        ids = (f"{session.validity}.{uid}" for uid in self._uids(session, Box.INBOX))
        return any(ident not in self._listed and not self._is_aside(ident) for ident in ids)

    def _watch(self, session: ImapSession, end: float) -> bool:
        """Whether news came before `end`, by IDLE in slices, or by a look now and then where the server has no IDLE."""
        if not session.idle:
            if self._news(session):
                return True
            self._begin_idle(session, soon=True)
        while (now := time.monotonic()) < end or now >= session.look_again_at:
            due = now >= session.look_again_at
            if due or self._stirred(session, min(end, session.look_again_at) - now):
                if self._news(session):
                    return True
                self._begin_idle(session, soon=not due)
        return False

    def _begin_idle(self, session: ImapSession, *, soon: bool) -> None:
        """Begin to wait, and set the next look: `soon` after mail may have come while IDLE began and was announced to nobody."""
        session.idle = True
        pause = self._account.poll_every
        if session.can_idle:
            session.client.idle()
            pause = 1.0 if soon else self._account.probe_every
        session.look_again_at = time.monotonic() + pause

    def _stirred(self, session: ImapSession, seconds: float) -> bool:
        """Whether to look, after at most a slice: the server spoke of mail, or the connection woke up without a word."""
        patience = min(seconds, self._account.idle_slice)
        if not session.can_idle:
            time.sleep(patience)
            return False
        begun = time.monotonic()
        answers = session.client.idle_check(timeout=patience)
        if any(answer[0] == b"BYE" for answer in answers):
            raise TemporaryError(f"imap {self._account.host}: the server ended the session")
        if not answers:
            # an empty answer before its time is what a dead socket gives: the look that follows will find out
            return time.monotonic() - begun < patience / 2
        return any(len(answer) > 1 and answer[1] in {b"EXISTS", b"RECENT"} for answer in answers)


def _uid(ref: MessageRef, validity: int) -> int | None:
    """The UID of a mail, or None when its id comes from another life of the folder."""
    theirs, _, uid = ref.id.partition(".")
    return int(uid) if theirs == str(validity) and uid.isdecimal() else None
