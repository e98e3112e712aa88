"""`relance status`: what is open, held, waiting and set aside."""

from argparse import Namespace

from agent.cli.screen import Screen
from agent.cli.service_lines import plain_health, service_lines
from agent.config import load
from agent.config.stores import kept_place
from agent.errors import AgentError
from agent.ports import MessageRecord
from agent.reports.digest import CurrencyDigest
from agent.service.alarm import SIDES
from agent.service.clock import SystemClock
from agent.service.health import Health, health, with_books
from agent.service.overview import Books, ChannelState, Overview, overview
from agent.service.walls import in_words, weakness
from agent.store.tinydb_store import TinyStore

_FIGURES = ("open", "overdue", "held")


def run(arguments: Namespace, screen: Screen) -> int:
    """Show it; 0 also when mail needs attention, since looking succeeded. How the service is, is told also where the books do not open."""
    settings = load(arguments.config, secrets=False)
    now = SystemClock().now()
    service = health(settings, now)
    try:
        store = TinyStore.open(kept_place(settings), read_only=True)
    except AgentError as error:
        _tell(service, arguments, screen, str(error))
        raise
    try:
        seen, service = overview(store, settings, now), with_books(service, store)
    finally:
        store.close()
    if arguments.json:
        screen.json({**_plain(seen), "service": plain_health(service)})
        return 0
    _show(seen, screen)
    screen.line()
    _tell(service, arguments, screen)
    return 0


def _tell(service: Health, arguments: Namespace, screen: Screen, problem: str = "") -> None:
    """How the service is; alone where the books do not open."""
    if arguments.json:
        screen.json({"at": service.at.isoformat(), "problem": problem, "service": plain_health(service)})
        return
    for text, style in service_lines(service):
        screen.line(text, style)


def _show(seen: Overview, screen: Screen) -> None:
    rows = [row for books in seen.books for row in _rows(books)]
    columns = ("creditor", "currency", *_FIGURES, "items", "to check", "settled", "questions")
    screen.table(columns, rows, right=columns[2:])
    screen.line()
    screen.line("Outbox: " + ", ".join(f"{count} {state}" for state, count in seen.outbox))
    screen.line(f"Next work: {seen.next_work:%Y-%m-%d %H:%M} UTC" if seen.next_work else "Next work: none")
    for channel in seen.channels:
        screen.line(_channel(channel), "bold red" if channel.mailbox or channel.outgoing else "")
    if seen.walls is not None:
        words = in_words(seen.walls)
        screen.line(words[0].upper() + words[1:], "bold red" if weakness(seen.walls) else "")
    if seen.attention:
        screen.line()
        screen.heading("Mail that a person must decide about (relance outbox)")
        screen.table(
            ("id", "state", "to", "subject", "why"),
            [(m.id, m.state, ", ".join(m.to), m.subject, m.note) for m in seen.attention],
        )
    if seen.aside:
        screen.line()
        screen.heading("Received mail that was set aside")
        screen.table(("received", "folder", "from", "subject", "why"), [_aside(r) for r in seen.aside])


def _rows(books: Books) -> list[tuple[str, ...]]:
    rest = (str(books.review), str(books.settled), str(books.questions))
    if not books.figures:
        return [(books.name, "", "", "", "", "0", *rest)]
    return [(books.name, f.currency, *_amounts(f), str(f.open_count), *rest) for f in books.figures]


def _amounts(figures: CurrencyDigest) -> list[str]:
    return [str(getattr(figures, name).rounded().amount) for name in _FIGURES]


def _channel(channel: ChannelState) -> str:
    states = ((channel.mailbox, "mailbox"), (channel.outgoing, "way out"))
    ails = [f"{side} fails since {a.since:%Y-%m-%d %H:%M} UTC: {a.words}" for a, side in states if a]
    return f"Mailbox {channel.name} ({channel.address}): {'; '.join(ails) or 'works'}"


def _plain_channel(channel: ChannelState) -> dict[str, object]:
    ails = ((side, getattr(channel, side)) for side in SIDES)
    return {
        "name": channel.name,
        "address": channel.address,
        "creditors": channel.creditors,
        **{side: {"since": a.since.isoformat(), "problem": a.words} if a else None for side, a in ails},
    }


def _aside(record: MessageRecord) -> tuple[str, ...]:
    return (f"{record.received_at:%Y-%m-%d %H:%M}", record.box, record.sender, record.subject, record.because)


def _plain(seen: Overview) -> dict[str, object]:
    return {
        "at": seen.at.isoformat(),
        "creditors": [_plain_books(books) for books in seen.books],
        "outbox": {state.value: count for state, count in seen.outbox},
        "attention": [
            {"id": m.id, "state": m.state.value, "to": m.to, "subject": m.subject, "note": m.note}
            for m in seen.attention
        ],
        "aside": [
            {
                "received_at": r.received_at.isoformat(),
                "box": r.box.value,
                "sender": r.sender,
                "subject": r.subject,
                "kind": r.kind,
                "because": r.because,
            }
            for r in seen.aside
        ],
        "channels": [_plain_channel(channel) for channel in seen.channels],
        "walls": seen.walls,
        "next_work": seen.next_work.isoformat() if seen.next_work else None,
    }


def _plain_books(books: Books) -> dict[str, object]:
    figures = [
        {
            "currency": f.currency,
            **dict(zip(_FIGURES, _amounts(f), strict=True)),
            "items": f.open_count,
            "overdue_items": f.overdue_count,
        }
        for f in books.figures
    ]
    return {
        "creditor": books.creditor,
        "name": books.name,
        "figures": figures,
        "to_check": books.review,
        "settled": books.settled,
        "ended": books.ended,
        "questions": books.questions,
    }
