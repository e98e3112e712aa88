"""The lines of `relance status` about the service itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from agent.service.health import Health
from agent.service.vitals import Heard

_DAY = timedelta(days=1)


def service_lines(seen: Health) -> Iterator[tuple[str, str]]:
    """Each line with its style."""
    yield _service(seen)
    vitals = seen.vitals
    if vitals is not None and vitals.hindrance:
        yield f"What is due waits: {vitals.hindrance}", "bold red"
    for heard in vitals.heard if vitals else ():
        yield f"Mailbox {heard.channel}: {_heard(heard)}", ""
    room = f"{seen.disk_free // 1_000_000} MB free" if seen.disk_free is not None else "not to be seen"
    yield f"Disk: {room}; newest backup: {_moment(seen.backup_at, 'none')}", ""
    ends = sorted((until, place) for place, until in (vitals.certificates.items() if vitals else ()))
    if ends:
        yield "Certificates: " + ", ".join(f"{place} {(until - seen.at) // _DAY} days" for until, place in ends), ""
    if seen.due_since is not None:
        yield f"The oldest mail that may leave waits since {_moment(seen.due_since)}", ""
    if seen.waits_for_word:
        yield f"{seen.waits_for_word} mail(s) to debtors wait for your word: relance outbox release", "bold red"
    if seen.alerts:
        yield f"Needs a hand: {', '.join(seen.alerts)} (relance doctor)", "bold red"


def _service(seen: Health) -> tuple[str, str]:
    vitals = seen.vitals
    if vitals is None:
        return "Service: nothing was heard of it (systemctl status relance)", "bold red"
    if not seen.runs:
        return f"Service: does not run; last heard of {_moment(vitals.at)} (systemctl status relance)", "bold red"
    style = "bold red" if seen.is_late else ""
    return (
        f"Service: runs since {_moment(vitals.started_at)} as process {vitals.pid}; heard of {_moment(vitals.at)}",
        style,
    )


def _heard(heard: Heard) -> str:
    return f"read {_moment(heard.fetched_at)}, empty {_moment(heard.empty_at)}, last sent {_moment(heard.sent_at)}"


def _moment(at: datetime | None, without: str = "not since the start") -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at is not None else without


def plain_health(seen: Health) -> dict[str, object]:
    """The same as JSON."""
    vitals = seen.vitals
    return {
        "runs": seen.runs,
        "heard_at": vitals.at.isoformat() if vitals else None,
        "started_at": vitals.started_at.isoformat() if vitals else None,
        "pid": vitals.pid if vitals else None,
        "hindrance": vitals.hindrance if vitals else "",
        "mailboxes": [_plain_heard(heard) for heard in vitals.heard] if vitals else [],
        "certificates": {place: until.isoformat() for place, until in vitals.certificates.items()} if vitals else {},
        "disk_free": seen.disk_free,
        "backup_at": seen.backup_at.isoformat() if seen.backup_at else None,
        "due_since": seen.due_since.isoformat() if seen.due_since else None,
        "waits_for_word": seen.waits_for_word,
        "alerts": seen.alerts,
    }


def _plain_heard(heard: Heard) -> dict[str, object]:
    moments = {"fetched_at": heard.fetched_at, "empty_at": heard.empty_at, "sent_at": heard.sent_at}
    told = {name: at.isoformat() if at else None for name, at in moments.items()}
    return {"name": heard.channel, **told, "handled": heard.handled, "sent": heard.sent}
