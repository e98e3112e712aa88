"""Which bank movements were dealt with before: in the same file, an overlapping period, another format, or a mail of the bank's.

Movements of one account, day, sum and currency are told apart by who paid and with what reference, as far as each source says so:
formats shorten names, leave out references, and list a day in an order of their own. What contradicts itself is not the same; of
the rest each movement stands for one at the most.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from agent.domain.findings import BankStatementReading, Entry
from agent.domain.names import name_stems
from agent.ports import Store

# A statement books a payment within so many days of the mail that told of it, weekends and holidays included.
_DAYS = 5
# Numbers in the texts of a movement: of invoices, of the payment, of the bank.
_NUMBER = re.compile(r"\d{3,}")
_LONGEST, _MOST_NUMBERS = 1000, 12


@dataclass(frozen=True, slots=True)
class Known:
    """A movement that was dealt with. Names and accounts are kept as marks only, which tell same from other and nothing else.

    `notice` while only a mail of the bank's told of it.
    """

    fingerprint: str
    reference: str = ""
    iban: str = ""
    payer: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    notice: bool = False

    @classmethod
    def of(cls, entry: Entry, *, notice: bool = False) -> Known:
        """What is remembered of this movement."""
        words = sorted(map(_mark, name_stems(entry.counterparty_name)))
        iban = _mark(entry.counterparty_iban) if entry.counterparty_iban else ""
        told = _NUMBER.findall(f"{entry.remittance} {entry.end_to_end} {entry.bank_reference}"[:_LONGEST])
        numbers = tuple(sorted({_mark(number) for number in told[:_MOST_NUMBERS]}))
        return cls(entry.fingerprint, entry.structured_reference, iban, tuple(words), numbers, notice)

    @classmethod
    def kept(cls, row: dict[str, object]) -> Known:
        """The movement that a note keeps."""
        told = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
        return cls(**told)  # type: ignore[arg-type]

    def likeness(self, other: Known) -> int:
        """How surely the two are one movement; 0 when they contradict each other.

        Banks put words of their own where a name stands, so another name is no contradiction on the same day; where a notice and a
        statement, or two notices, may differ by days, it is. So are other numbers in the text.
        """
        pairs = ((self.reference, other.reference), (self.iban, other.iban))
        if any(mine and theirs and mine != theirs for mine, theirs in pairs):
            return 0
        same = sum(1 for mine, theirs in pairs if mine and mine == theirs)
        shared = len(set(self.payer) & set(other.payer))
        if (self.notice or other.notice) and not same and self._contradicts(other):
            return 0
        numbers = len(set(self.numbers) & set(other.numbers))
        return 1 + 40 * same + 10 * shared + 4 * numbers + 2 * (self.fingerprint == other.fingerprint)

    def _contradicts(self, other: Known) -> bool:
        """Whether both tell a name and share no word of it, or both tell numbers and each has one that the other lacks."""
        mine, theirs = set(self.numbers), set(other.numbers)
        names = bool(self.payer and other.payer) and not set(self.payer) & set(other.payer)
        return names or bool(mine - theirs and theirs - mine)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The readings with every movement under the fingerprint that it had before, or one of its own; which of them are known; what
    is to be remembered when they are dealt with; and the days that a movement of a notice `left` for that of its statement.
    """

    readings: tuple[BankStatementReading, ...]
    known: frozenset[str]
    keys: dict[str, str]
    seen: dict[str, list[Known]] = field(default_factory=dict)
    left: frozenset[str] = frozenset()

    def notes(self, creditor: str, dealt_with: Iterable[str], source: str) -> dict[str, str | None]:
        """The notes that make these movements count once from now on."""
        dealt_with = tuple(dealt_with)
        done = {f.partition("/")[0] for f in dealt_with} | set(self.known)
        notes: dict[str, str | None] = {f"movement:{creditor}:{f}": source for f in dealt_with}
        for key in {self.keys[f] for f in done if f in self.keys} | self.left:
            rows = [asdict(k) for k in self.seen[key] if k.fingerprint in done]
            notes[f"movements:{creditor}:{key}"] = json.dumps(rows)
            if any(row["notice"] for row in rows):
                notes[_notices(creditor)] = source
        return notes


def sorted_out(
    store: Store, creditor: str, readings: Sequence[BankStatementReading], *, notice: bool = False
) -> Sorted:
    """What of these readings is new and what was dealt with before; the later readings of one mail also look at the earlier ones.

    With `notice` they come from a mail about single payments, whose days need not be those of the statement.
    """
    desk = _Desk(store, creditor, notice=notice)
    return Sorted(tuple(map(desk.take, readings)), frozenset(desk.known), desk.keys, desk.seen, frozenset(desk.left))


class _Desk:
    """The movements of one mail as they are recognised."""

    def __init__(self, store: Store, creditor: str, *, notice: bool) -> None:
        self.store, self.creditor, self.notice = store, creditor, notice
        self.seen: dict[str, list[Known]] = {}
        self.keys: dict[str, str] = {}
        self.known: set[str] = set()
        self.left: set[str] = set()
        self.near = notice or bool(store.note(_notices(creditor)))

    def take(self, reading: BankStatementReading) -> BankStatementReading:
        """The reading under final fingerprints. Movements of one reading are all different ones."""
        groups: dict[str, list[int]] = defaultdict(list)
        for position, entry in enumerate(reading.entries):
            if not entry.pending:
                groups[_key(reading.account, entry, entry.booked_on)].append(position)
        entries = list(reading.entries)
        found = self._recognised(reading, groups)
        for key, positions in groups.items():
            for position in positions:
                entries[position] = self._named(key, entries[position], found.get(position))
        return replace(reading, entries=tuple(entries))

    def _recognised(self, reading: BankStatementReading, groups: dict[str, list[int]]) -> dict[int, tuple[str, Known]]:
        """By position the movement that each of these is, the surest pairs first, those of the very day before those around."""
        pairs: list[tuple[int, int, int, str, Known]] = []
        for key, positions in groups.items():
            candidates = list(self._candidates(reading.account, key, reading.entries[positions[0]]))
            for position in positions if candidates else ():
                told = Known.of(reading.entries[position], notice=self.notice)
                pairs += [(known.likeness(told), place == key, position, place, known) for place, known in candidates]
        found: dict[int, tuple[str, Known]] = {}
        taken: set[str] = set()
        for likeness, _, position, place, known in sorted(pairs, key=lambda pair: (-pair[0], -pair[1])):
            if likeness and position not in found and known.fingerprint not in taken:
                found[position] = (place, known)
                taken.add(known.fingerprint)
        return found

    def _candidates(self, account: str, key: str, entry: Entry) -> Iterator[tuple[str, Known]]:
        """Those of the very day first; of the days around where one of the two was told by a notice."""
        yield from ((key, known) for known in self._at(key))
        if not self.near:
            return
        for shift in (s for n in range(1, _DAYS + 1) for s in (-n, n)):
            near = _key(account, entry, entry.booked_on + timedelta(days=shift))
            yield from ((near, known) for known in self._at(near) if known.notice or self.notice)

    def _at(self, key: str) -> list[Known]:
        if key not in self.seen:
            rows = json.loads(self.store.note(f"movements:{self.creditor}:{key}") or "[]")
            self.seen[key] = [Known.kept(row) for row in rows]
            self.known |= {known.fingerprint for known in self.seen[key]}
            self.keys |= {known.fingerprint: key for known in self.seen[key]}
        return self.seen[key]

    def _named(self, key: str, entry: Entry, found: tuple[str, Known] | None) -> Entry:
        """The movement under the fingerprint that it had before; a new one under one that no other has."""
        if found is not None:
            place, known = found
            if known.notice and not self.notice:
                self._booked(place, key, known)
            return _under(entry, known.fingerprint)
        fingerprint, rank = entry.fingerprint, 0
        while fingerprint in self.keys:
            rank += 1
            fingerprint = sha256(f"{entry.fingerprint}|{rank}".encode()).hexdigest()[:32]
        entry = _under(entry, fingerprint)
        self.keys[fingerprint] = key
        self._at(key).append(Known.of(entry, notice=self.notice))
        if self.store.note(f"movement:{self.creditor}:{fingerprint}"):
            self.known.add(fingerprint)
        return entry

    def _booked(self, place: str, key: str, known: Known) -> None:
        """The movement of a notice stands on the day of its statement from now on, where no other day looks for it."""
        self.seen[place].remove(known)
        self._at(key).append(replace(known, notice=False))
        self.keys[known.fingerprint] = key
        self.left.add(place)


def _under(entry: Entry, fingerprint: str) -> Entry:
    parts = tuple(replace(p, fingerprint=f"{fingerprint}/{p.fingerprint.partition('/')[2]}") for p in entry.parts)
    return replace(entry, fingerprint=fingerprint, parts=parts)


def _notices(creditor: str) -> str:
    return f"notices:{creditor}"


def _key(account: str, entry: Entry, day: date) -> str:
    told = (account, day.isoformat(), str(entry.amount.quantize(Decimal("0.01"))), entry.currency)
    return sha256("|".join(told).encode()).hexdigest()[:24]


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:10]
