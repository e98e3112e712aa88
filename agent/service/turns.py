"""In which order the mails that wait are handled, when they are many: who vouches for himself first, and each creditor in his turn.

A flood of strangers' mails, or one creditor's five thousand, must not keep another creditor's mail waiting. While few wait, they
are handled as they came. Of many, the fields that tell the sender are looked at, without fetching them whole. That order is all
that follows from it: what a mail may do is decided when it is handled, by proof and role.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import islice

from agent.config.settings import Trust
from agent.intake.directory import Directory
from agent.mail.authentication import aligned, prove
from agent.mail.headers import split_head, unfold
from agent.mail.message import Message, parse_message
from agent.ports import Mailbox, MessageRef, Store
from agent.service.company import Company

# So many mails are handled as they came; beyond, by turns, so many before it is looked again at what came meanwhile.
FEW, STRETCH = 50, 100
# So many mails of INBOX are seen at a time, and the senders of so many new ones are looked at before the next are handled.
IN_SIGHT, LOOKED_AT = 20_000, 2_000
_ASKED_AT_ONCE = 500
# Every so many places the mail that has waited longest comes, whoever wrote it: nobody waits for ever.
_OLDEST_EACH = 10
# No mail is put off for longer at once: a moment further ahead was told by a clock that was wrong.
_LONGEST = timedelta(hours=1)
# So long others must have changed what a mail is about, whenever it was tried, until that counts as a failure.
_CONFLICT_LASTS = timedelta(minutes=1)
# The domain that a DKIM signature speaks for (RFC 6376 §3.5).
_SIGNER = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]{1,255})")


class Standing(IntEnum):
    """How soon a mail comes to its turn: the lower the sooner."""

    PROVED = 0
    CLAIMED = 1
    DEBTOR = 2
    OTHER = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail stands: those of one standing take turns by `lane`, a creditor or an address; strangers share one.

    `writer` is the creditor or the address in any case. `left` to another worker, who knows better who wrote it.
    """

    standing: Standing
    lane: str = ""
    writer: str = ""
    left: bool = False


_UNSEEN = Place(Standing.OTHER)


@dataclass(frozen=True, slots=True)
class AddressBook:
    """By what a sender is known: the directory, the books with the debtors' addresses, whose reports are believed, the other workers."""

    directory: Directory
    store: Store
    trust: Trust
    company: Company = field(default_factory=Company)


@dataclass(slots=True)
class Turns:
    """The order of one mailbox; what was seen of a mail is remembered while it waits, and until when it was put off."""

    _places: dict[str, Place] = field(default_factory=dict)
    _later: dict[str, datetime] = field(default_factory=dict)
    _conflicts: dict[str, datetime] = field(default_factory=dict)
    _met: int = 0

    def put_off(self, ref: MessageRef, until: datetime) -> None:
        """Leave this mail alone until then; the others go on."""
        self._later[ref.id] = until

    def counts_conflict(self, ref: MessageRef, now: datetime) -> bool:
        """Whether others keep on changing what this mail is about: from a minute after the first time on, once a minute. It is tried again
        all the while; who only races with others comes through long before.
        """
        self._conflicts = {id_: at for id_, at in self._conflicts.items() if abs(now - at) < _LONGEST}
        first = self._conflicts.setdefault(ref.id, now)
        if now - first < _CONFLICT_LASTS:
            return False
        self._conflicts[ref.id] = now
        return True

    def next_look(self, latest: datetime) -> datetime:
        """When a mail that was put off comes to its turn again, `latest` at the latest."""
        return min((latest, *self._later.values()))

    def is_done(self, mailbox: Mailbox, now: datetime) -> bool:
        """Whether no mail is to be handled now. Raises TemporaryError when the mailbox cannot tell."""
        return not self._free(mailbox.unhandled(len(self._later) + 1), now)

    def _free(self, refs: Sequence[MessageRef], now: datetime) -> Sequence[MessageRef]:
        self._later = {id_: until for id_, until in self._later.items() if now < until <= now + _LONGEST}
        return [ref for ref in refs if ref.id not in self._later] if self._later else refs

    def lane(self, ref: MessageRef) -> str:
        """What is claimed to handle this mail: all of its writer's, when he is known."""
        place = self._places.get(ref.id, _UNSEEN)
        return f"mail:{place.writer or ref.id}"

    def next(self, mailbox: Mailbox, book: AddressBook, now: datetime, *, shared: bool = False) -> Sequence[MessageRef]:
        """The mails to handle now. Where they are `shared` with others, the senders are looked at however few there are, and what is left
        to another worker is left out.

        Raises:
            TemporaryError: the mailbox cannot tell now.
        """
        refs = self._free(mailbox.unhandled(IN_SIGHT), now)
        if len(refs) <= FEW and not shared:
            self._places.clear()
            return refs
        known = {ref.id for ref in refs}
        again = self._met != book.company.met
        self._met = book.company.met
        self._places = {i: place for i, place in self._places.items() if i in known and not (again and place.left)}
        new = [ref for ref in refs if ref.id not in self._places][:LOOKED_AT]
        for first in range(0, len(new), _ASKED_AT_ONCE):
            self._look_at(mailbox, book, new[first : first + _ASKED_AT_ONCE])
        refs = [ref for ref in refs if not self._places.get(ref.id, _UNSEEN).left]
        return refs if len(refs) <= FEW else tuple(islice(in_turn(refs, self._places), STRETCH))

    def _look_at(self, mailbox: Mailbox, book: AddressBook, refs: Sequence[MessageRef]) -> None:
        heads = mailbox.heads(refs)
        found = {ref.id: _claimed(book, heads.get(ref.id, b"")) for ref in refs}
        others = sorted({place.lane for place in found.values() if place.standing is Standing.OTHER and place.lane})
        debtors = {address for _, address in book.store.find([("address", address) for address in others])}
        for id_, place in found.items():
            stranger = place.standing is Standing.OTHER
            debtor = Place(Standing.DEBTOR, place.lane) if place.lane in debtors else _UNSEEN
            self._places[id_] = replace(debtor if stranger else place, writer=place.lane, left=place.left)


def _claimed(book: AddressBook, head: bytes) -> Place:
    """Where a mail of this head stands; who is none of the creditors' people and no bank, in his own lane among the others."""
    message = parse_message(head)
    left = book.company.leaves_mail_from(message.sender.address, book.store)
    return replace(_standing(book, head, message), left=left)


def _standing(book: AddressBook, head: bytes, message: Message) -> Place:
    address = message.sender.address
    people = book.directory.people.get(address, ())
    if not people and not book.directory.banks.creditors_at(address):
        return Place(Standing.OTHER, address)
    proof = prove(head, message, trusted_authserv_ids=book.trust.authserv_ids, lookup=None)
    proved = proof.passed or (book.trust.dkim and _signed(head, message))
    return Place(Standing.PROVED if proved else Standing.CLAIMED, people[0][0] if people else address)


def _signed(head: bytes, message: Message) -> bool:
    """Whether a signature claims to be of the sender's domain; it is verified when the mail is handled."""
    domain = message.sender.address.rpartition("@")[2]
    fields = split_head(head, 0, len(head))[0]
    told = (_SIGNER.search(unfold(value)[:2_000]) for name, value in fields if name == "dkim-signature")
    return any(aligned(found[1], domain) for found in told if found)


def in_turn(refs: Sequence[MessageRef], places: Mapping[str, Place]) -> Iterator[MessageRef]:
    """These mails, given as they came, in the order in which they are handled."""
    lanes: dict[Standing, dict[str, deque[MessageRef]]] = {standing: {} for standing in Standing}
    for ref in refs:
        place = places.get(ref.id, _UNSEEN)
        lanes[place.standing].setdefault(place.lane, deque()).append(ref)
    sooner = (ref for standing in Standing for ref in _by_lanes(lanes[standing]))
    taken: set[str] = set()
    oldest = (ref for ref in refs if ref.id not in taken)
    for number in range(1, len(refs) + 1):
        line = oldest if number % _OLDEST_EACH == 0 else (ref for ref in sooner if ref.id not in taken)
        ref = next(line)
        taken.add(ref.id)
        yield ref


def _by_lanes(lanes: Mapping[str, deque[MessageRef]]) -> Iterator[MessageRef]:
    """One mail of each lane, then the next of each; within a lane as they came."""
    waiting = list(lanes.values())
    while waiting:
        for lane in waiting:
            yield lane.popleft()
        waiting = [lane for lane in waiting if lane]
