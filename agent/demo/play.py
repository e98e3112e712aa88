"""Plays the story from the first day to the last, and leaves everything that was written in a folder to look at."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.backends.maildir import MaildirMailbox, MaildirTransport
from agent.demo.cast import write_configuration
from agent.demo.stage import Stage
from agent.demo.story import FIRST_DAY, LAST_DAY, scenes
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.assemble import assemble
from agent.service.app import App
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.tick import set_timers

_ZONE = ZoneInfo("Europe/Brussels")
# The hours of a working day at which the story looks at its mail: opening, noon, the daily summaries.
_ROUNDS = ((8, 5), (9, 5), (12, 0), (17, 5))
_UNSAFE = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline: what somebody did, or what Relance wrote (`to` says to whom)."""

    at: datetime
    told: str
    to: str = ""
    kind: str = ""


def play(out: Path, tell: Callable[[Line], None] = lambda _: None) -> Path:
    """Play everything into the folder `out`, which is emptied first; the folder. `tell` gets the timeline, line by line.

    Raises:
        ConfigError: `out` holds something else than an earlier demonstration.
    """
    _empty(out)
    settings = write_configuration(out)
    clock = SimulatedClock(datetime.combine(FIRST_DAY, time(8), _ZONE))
    app = build(settings, clock=clock, rehearsal=True)
    try:
        mailbox, transport = app.channels[0].mailbox, app.channels[0].transport
        assert isinstance(mailbox, MaildirMailbox)
        assert isinstance(transport, MaildirTransport)
        mailbox.open()
        stage = Stage(app, clock, mailbox.deliver, lambda address: _received(transport, address))
        told = perform(stage)
        for line in sorted((*told, *_sent(app)), key=lambda line: line.at):
            tell(line)
        _leave(out, app, stage)
    finally:
        close(app)
    return out


def _empty(out: Path) -> None:
    """Take an earlier demonstration away; a folder that is none is left alone."""
    if out.exists() and any(out.iterdir()):
        if not (out / "config.toml").is_file() or not (out / "mailbox").is_dir():
            raise FileExistsError(f"{out} holds something else; name an empty folder")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _received(transport: MaildirTransport, address: str) -> list[bytes]:
    folder = transport.folder(address)
    folder.create()
    return [Path(entry.path).read_bytes() for entry in folder.entries()]


def perform(stage: Stage) -> list[Line]:
    """Play the whole story on this stage; what the people in it did."""
    set_timers(stage.app)
    story, told = list(scenes()), list[Line]()
    day = FIRST_DAY
    while day <= LAST_DAY:
        for hour, minute in _ROUNDS[:2]:
            stage.at(day, hour, minute)
            stage.work()
        while story and story[0].day <= day:
            scene = story.pop(0)
            stage.at(day, 10)
            told.append(Line(stage.clock.now(), scene.told))
            scene.act(stage)
        for hour, minute in _ROUNDS[2:]:
            stage.at(day, hour, minute)
            stage.work()
        day += timedelta(days=1)
    return told


def _sent(app: App) -> Iterator[Line]:
    for mail in app.store.outbox([OutboxState.SENT]):
        assert mail.sent_at is not None
        yield Line(mail.sent_at, mail.subject, ", ".join(mail.to), mail.kind)


def _leave(out: Path, app: App, stage: Stage) -> None:
    """Every mail in and out as .eml, the HTML of each of ours, and the workbooks; an index page leads to them."""
    mails = sorted(app.store.outbox([OutboxState.SENT]), key=lambda m: (m.sent_at or m.queued_at, m.id))
    for folder in ("sent", "received", "html", "workbooks"):
        (out / folder).mkdir()
    for number, (at, received) in enumerate(stage.written, 1):
        (out / "received" / f"{number:03}-{at:%Y-%m-%d}.eml").write_bytes(received.as_bytes())
    rows = [_leave_one(out, number, mail, assemble(mail, app.store.document)) for number, mail in enumerate(mails, 1)]
    page = f"<!doctype html><meta charset=utf-8><title>Relance</title><h1>Relance</h1><ol>{''.join(rows)}</ol>"
    (out / "index.html").write_text(page, encoding="utf-8")


def _leave_one(out: Path, number: int, mail: OutgoingMail, raw: bytes) -> str:
    at = mail.sent_at or mail.queued_at
    name = f"{number:03}-{at:%Y-%m-%d}-{_UNSAFE.sub('-', mail.kind)}-{_UNSAFE.sub('-', mail.to[0].lower())}"
    (out / "sent" / f"{name}.eml").write_bytes(raw)
    message = BytesParser(policy=SMTP).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    (out / "html" / f"{name}.html").write_text(_with_pictures(mail.html, message), encoding="utf-8")
    for part in message.iter_attachments():
        filename = part.get_filename() or ""
        if filename.endswith(".xlsx"):
            (out / "workbooks" / f"{name}.xlsx").write_bytes(part.get_content())
    told = f"{at:%Y-%m-%d %H:%M} {mail.kind} to {', '.join(mail.to)}: {mail.subject}"
    return f'<li><a href="html/{name}.html">{escape(told)}</a></li>'


def _with_pictures(html: str, message: EmailMessage) -> str:
    """The HTML with its inline pictures put in, so that a browser shows what a mail client would."""
    for part in message.walk():
        cid = (part.get("Content-ID") or "").strip("<> ")
        if cid:
            assert isinstance(part, EmailMessage)
            data = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{data}")
    return html
