"""How fast and how often: rates of sending, pauses between tries, the cap on automatic answers. Pure: the time comes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the outbox.

    Attributes:
        per_minute, per_hour: mails in any such stretch of time.
        per_domain: mails to one recipient's domain in any minute, as large receivers throttle senders.
        first_pause: before the second try of a mail; each further pause is twice the one before, up to `longest_pause`.
        first_outage_pause, longest_outage_pause: the same for the whole outbox while the other side cannot be reached.
        give_up_after: from the first try; a mail that is still refused for now has failed then (RFC 5321 §4.5.4.1: 4-5 days).
    """

    per_minute: int = 20
    per_hour: int = 600
    per_domain: int = 10
    first_pause: timedelta = timedelta(minutes=2)
    longest_pause: timedelta = timedelta(hours=4)
    first_outage_pause: timedelta = timedelta(seconds=30)
    longest_outage_pause: timedelta = timedelta(minutes=15)
    give_up_after: timedelta = timedelta(days=4)


def retry_pause(tries: int, limits: Limits, jitter: float = 0.0) -> timedelta:
    """The pause after this many failed tries (1 or more); `jitter` from 0 to 1 lengthens it by up to a quarter."""
    pause = _doubled(limits.first_pause, tries, limits.longest_pause)
    return pause * (1 + min(max(jitter, 0.0), 1.0) / 4)


def _doubled(first: timedelta, tries: int, longest: timedelta) -> timedelta:
    doublings: int = min(max(tries, 1) - 1, 32)
    return min(first * (1 << doublings), longest)


@dataclass(frozen=True, slots=True)
class Outage:
    """The other side could not be reached this many times in a row; nobody knocks again before `until`."""

    failures: int
    until: datetime

    def longer(self, now: datetime, limits: Limits) -> Outage:
        """The outage after one more failure."""
        failures = self.failures + 1
        return Outage(failures, now + _doubled(limits.first_outage_pause, failures, limits.longest_outage_pause))

    def __str__(self) -> str:
        """One line, for a note in the store."""
        return f"{self.failures} {self.until.isoformat()}"

    @classmethod
    def of(cls, text: str | None) -> Outage:
        """The outage that `str` wrote down; one that is over when there was none."""
        failures, _, until = (text or "").partition(" ")
        return cls(int(failures), datetime.fromisoformat(until)) if until else cls(0, datetime.min.replace(tzinfo=UTC))


def domain(address: str) -> str:
    """The domain of a mail address, lower case; "" when it has none."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


@dataclass(frozen=True, slots=True)
class Burst:
    """Mails that count as sent at one moment: how many, and how many of them to each domain."""

    at: datetime
    mails: int
    domains: tuple[tuple[str, int], ...] = ()

    def to(self, name: str) -> int:
        """How many went to this domain."""
        return dict(self.domains).get(name, 0)


@dataclass(frozen=True, slots=True)
class Pace:
    """What was sent in the last hour, the oldest first: by the second for the last minute, by the minute before.

    A burst stands at the end of its second or minute, so that its mails count a little longer than they must, never shorter.
    """

    sent: tuple[Burst, ...] = ()

    def free_at(self, now: datetime, addresses: Iterable[str], limits: Limits) -> datetime:
        """The earliest moment, not before `now`, at which a mail to these addresses keeps every limit."""
        mails = [(burst.at, burst.mails) for burst in self.sent]
        free = max(_free(mails, now, limits.per_minute, _MINUTE), _free(mails, now, limits.per_hour, _HOUR))
        for name in {domain(address) for address in addresses}:
            to_it = [(burst.at, burst.to(name)) for burst in self.sent]
            free = max(free, _free(to_it, now, limits.per_domain, _MINUTE))
        return free

    def after(self, now: datetime, addresses: Iterable[str]) -> Pace:
        """The pace after one more mail; what is older than an hour is forgotten."""
        domains = tuple((name, 1) for name in sorted({domain(address) for address in addresses}))
        bursts: dict[datetime, Burst] = {}
        for burst in (*self.sent, Burst(_end(now, _SECOND), 1, domains)):
            if burst.at > now - _HOUR:
                coarse = burst if burst.at > now - _MINUTE else Burst(_end(burst.at, _MINUTE), burst.mails)
                bursts[coarse.at] = _merged(bursts.get(coarse.at), coarse)
        return Pace(tuple(bursts[at] for at in sorted(bursts)))

    def __str__(self) -> str:
        """One line a burst, for a note in the store."""
        return "\n".join(
            " ".join((b.at.isoformat(), str(b.mails), *(f"{name}={count}" for name, count in b.domains)))
            for b in self.sent
        )

    @classmethod
    def of(cls, text: str | None) -> Pace:
        """The pace that `str` wrote down; an empty one when nothing was."""
        return cls(tuple(_burst(line) for line in (text or "").splitlines()))


def _burst(line: str) -> Burst:
    at, mails, *domains = line.split(" ")
    pairs = (part.rpartition("=") for part in domains)
    return Burst(datetime.fromisoformat(at), int(mails), tuple((name, int(count)) for name, _, count in pairs))


def _merged(first: Burst | None, second: Burst) -> Burst:
    if first is None:
        return second
    domains = Counter(dict(first.domains)) + Counter(dict(second.domains))
    return Burst(second.at, first.mails + second.mails, tuple(sorted(domains.items())))


def _end(at: datetime, step: timedelta) -> datetime:
    """The end of the second or minute in which this moment lies; the moment itself when it is one."""
    return at + (datetime.min.replace(tzinfo=at.tzinfo) - at) % step


def _free(sent: Iterable[tuple[datetime, int]], now: datetime, limit: int, stretch: timedelta) -> datetime:
    # The clock may have been set back: a moment that lies ahead counts as long as it does.
    recent = [(at, mails) for at, mails in sent if at > now - stretch]
    total, free = sum(mails for _, mails in recent), now
    for at, mails in recent:
        if total < limit:
            break
        total, free = total - mails, at + stretch
    return free


def answer_allowed(note: str | None, day: date, cap: int) -> tuple[bool, str]:
    """Whether one more automatic answer may go to an address on this day, and the note to keep about it.

    `note` is what this function gave for the same address before, None at first. The cap breaks loops of answering machines
    that no header gives away (RFC 3834 §2).
    """
    count = _counted(note, day)
    return count < cap, f"{day.isoformat()} {count + (count < cap)}"


def answers_note(kind: str, address: str) -> str:
    """Under this note the automatic answers of one kind that went to an address on a day are counted."""
    return f"answers:{kind}:{address}"


def _counted(note: str | None, day: date) -> int:
    written, _, count = (note or "").partition(" ")
    return int(count) if written == day.isoformat() and count.isdigit() else 0
