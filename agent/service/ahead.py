"""The mails of a batch in their order, while the documents of those that follow are being read already."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from agent.domain.parties import Role
from agent.intake.extract import DOCUMENTS, files_of
from agent.mail.message import parse_message
from agent.ports import MessageRef
from agent.service.app import App
from agent.service.handle import Arrived

# So many mails are looked at before their turn: enough that no reader is idle while one mail takes longer than another, few
# enough that next to nothing is in memory.
_AHEAD = 4


def parsed(ref: MessageRef, raw: bytes) -> Arrived:
    """The mail that these bytes are."""
    return Arrived(ref, raw, parse_message(raw))


def reading_ahead(app: App, mails: Iterable[Arrived]) -> Iterator[Arrived]:
    """The mails one by one, while the documents of the few that follow are being read already."""
    waiting: deque[Arrived] = deque()
    try:
        for mail in mails:
            _expect(app, mail)
            waiting.append(mail)
            if len(waiting) > _AHEAD:
                yield waiting.popleft()
        yield from waiting
    finally:
        app.reader.forget()


def _expect(app: App, mail: Arrived) -> None:
    people = app.directory.people.get(mail.message.sender.address, ())
    creditor = app.settings.creditor(people[0][0]) if people and people[0][1] is not Role.VIEWER else None
    if creditor is not None:
        app.reader.expect((f for f in files_of(mail.message)[0] if f.looks in DOCUMENTS), app.known(creditor))
