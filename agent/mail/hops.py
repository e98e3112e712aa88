"""The way a mail came (its Received chain) and what mail-parser finds broken in it: what proof and quarantine look at."""

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import mailparser

from agent.mail.headers import parse_date, split_head

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it reports unknown parts of a mail as warnings of its own

MAX_SAMPLE = 20_000  # bytes of the body in which defects are looked for
MAX_LINE = 2_000
MAX_BOUNDARIES = 50  # in that sample: each level makes mail-parser read the rest once more
_STRUCTURAL = frozenset({"content-type", "content-transfer-encoding", "mime-version"})
_BY_CUTTING = ("CloseBoundaryNotFoundDefect", "InvalidBase64PaddingDefect", "InvalidBase64LengthDefect")
MAX_HOPS = 60


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received line: who handed over to whom, by what protocol, when (aware UTC, None when unreadable), seconds since the hop before."""

    number: int
    sender: str
    receiver: str
    protocol: str
    at: datetime | None
    delay: float
    ip: str


@dataclass(frozen=True, slots=True)
class Route:
    """The hops from the first to the last, the defects of the MIME structure by name, and why nothing could be read, if so."""

    hops: tuple[Hop, ...] = ()
    defects: tuple[str, ...] = ()
    problem: str = ""


def route(raw: bytes) -> Route:
    """The Received chain and the structural defects of a mail. Never raises: what mail-parser cannot take is said in `problem`."""
    head = _head(raw)
    try:
        parsed = mailparser.parse_from_bytes(head)
        hops = tuple(_hop(number, line) for number, line in enumerate(list(parsed.received)[:MAX_HOPS], start=1))
    except Exception as error:  # noqa: BLE001 - mail-parser raises whatever the standard library raises on hostile headers
        return Route(problem=type(error).__name__)
    return Route(hops=hops, defects=_defects(raw))


def _head(raw: bytes) -> bytes:
    """The Received fields alone: bodies and long lists of people are where parsing costs time."""
    lines = [value for name, value in split_head(raw, 0, len(raw))[0] if name == "received"][:MAX_HOPS]
    return b"".join(b"Received:" + value[:MAX_LINE] + b"\r\n" for value in lines) + b"\r\n"


def _structure(raw: bytes) -> bytes:
    """The beginning of the mail with only the fields that tell its structure."""
    fields, body = split_head(raw, 0, len(raw))
    kept = [(name, value[:MAX_LINE]) for name, value in fields if name in _STRUCTURAL][:20]
    head = b"".join(name.encode() + b":" + value + b"\r\n" for name, value in kept)
    return head + b"\r\n" + raw[body : body + MAX_SAMPLE]


def _defects(raw: bytes) -> tuple[str, ...]:
    sample = _structure(raw)
    if sample.count(b"boundary=") > MAX_BOUNDARIES:
        return ("TooManyBoundaries",)
    try:
        parsed = mailparser.parse_from_bytes(sample)
        found = sorted(str(category) for category in parsed.defects_categories)
    except Exception as error:  # noqa: BLE001 - see above; a mail that breaks the parser is itself a finding
        return (type(error).__name__,)
    cut = len(raw) > MAX_SAMPLE
    return tuple(name for name in found if not (cut and name in _BY_CUTTING))


def _hop(number: int, line: Mapping[str, object]) -> Hop:
    sender = str(line.get("from") or "")
    delay = line.get("delay")
    return Hop(
        number=number,
        sender=sender[:500],
        receiver=str(line.get("by") or "")[:500],
        protocol=str(line.get("with") or "")[:200],
        at=_moment(line),
        delay=float(delay) if isinstance(delay, int | float) else 0.0,
        ip=_ip(sender),
    )


def _moment(line: Mapping[str, object]) -> datetime | None:
    told = line.get("date_utc")
    if isinstance(told, datetime):
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    return parse_date(str(line.get("date") or ""))


def _ip(sender: str) -> str:
    """The first IP address that the receiving server wrote down about the sender."""
    for word in sender[:500].replace("[", " ").replace("]", " ").replace("(", " ").replace(")", " ").split():
        try:
            return str(ipaddress.ip_address(word.lower().removeprefix("ipv6:")))
        except ValueError:
            continue
    return ""
