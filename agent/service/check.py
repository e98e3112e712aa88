"""Touches everything that Relance needs, changes nothing that counts, and says what to do about each failure."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

from agent.backends import tesseract
from agent.backends.connect import mailbox_from, transport_from
from agent.config import MailboxSettings, MaildirSettings, Settings
from agent.config.stores import store_place
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.errors import AgentError, ConfigError, TemporaryError
from agent.outbox.templates import folders
from agent.ports import Clock
from agent.service.jail import in_force
from agent.service.legal_check import legal_checks
from agent.service.rate_check import rate_checks
from agent.service.sandbox import Failure, Limits, Result, Sandbox
from agent.service.sending_domain import CheckResult, Records, domain_checks
from agent.store.places import has_books
from agent.store.tinydb_store import TinyStore

_ENOUGH_SPACE = 500_000_000
# A clock that lags behind the last thing that was written has been put back.
_BACKWARDS = timedelta(minutes=5)


def run_checks(settings: Settings, clock: Clock, records: Records | None) -> list[CheckResult]:
    """Every finding. Without `records` (TXT look-ups) mailbox, transport and DNS are left alone."""
    found = [CheckResult("config", True, _counted(settings))]
    found += _guarded("store", lambda: _store(settings, clock))
    found += local_checks(settings, clock.now().date())
    if records is None:
        return found
    for mailbox in settings.mailboxes:
        found += _guarded(f"inbox {mailbox.name}", partial(_inbox, mailbox))
        found += _guarded(f"outgoing {mailbox.name}", partial(_outgoing, mailbox))
    leaving = (m for m in settings.mailboxes if not isinstance(m.outgoing, MaildirSettings))
    for domain in dict.fromkeys(settings.agency_at(m).address.rpartition("@")[2] for m in leaving):
        found += _guarded("dns", partial(domain_checks, domain, records, settings.dkim_selectors))
    return found


def local_checks(settings: Settings, today: date) -> Iterator[CheckResult]:
    """What is tried without books and network: templates, rates, law, the parsing child, tesseract."""
    yield from _guarded("templates", lambda: _templates(settings.templates_dir))
    yield from _guarded("rates", lambda: rate_checks(settings, today))
    yield from _guarded("legal", lambda: legal_checks(settings))
    yield from _guarded("sandbox", _sandbox)
    yield from _guarded("ocr", _ocr)


def _guarded(name: str, check: Callable[[], Iterator[CheckResult]]) -> Iterator[CheckResult]:
    """What the check finds; an error of it is a finding as well."""
    try:
        yield from check()
    except ConfigError as error:
        yield CheckResult(name, False, "; ".join(error.problems), "correct the setting and check again")
    except TemporaryError as error:
        yield CheckResult(name, False, str(error), "is the other side up, and host and port right? Try again later")
    except (AgentError, OSError) as error:
        yield CheckResult(name, False, str(error), "see docs/operations.md")


def _counted(settings: Settings) -> str:
    parts = (
        (settings.mailboxes, "mailbox(es)"),
        (settings.creditors, "creditor(s)"),
        (settings.contacts, "contact(s)"),
    )
    return ", ".join(f"{len(things)} {name}" for things, name in parts)


def _store(settings: Settings, clock: Clock) -> Iterator[CheckResult]:
    folder = settings.state_dir
    if not folder.is_dir():
        missing = not folder.exists()
        detail = f"{folder} will be made at the first start" if missing else f"{folder} is not a folder"
        yield CheckResult("state", missing, detail, "" if missing else "name another folder under paths.state_dir")
        return
    yield _folder(folder)
    yield from _books(store_place(settings), clock)


def _folder(folder: Path) -> CheckResult:
    if not os.access(folder, os.W_OK):
        return CheckResult(
            "state",
            False,
            f"{folder} cannot be written",
            "run this as the user that runs Relance, or give him the folder",
        )
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        return CheckResult(
            "state", False, f"{folder} can be read by others (mode {mode:04o})", f"run: chmod 700 {folder}"
        )
    free = shutil.disk_usage(folder).free
    enough = free >= _ENOUGH_SPACE
    return CheckResult(
        "state",
        enough,
        f"{folder}, {free // 1_000_000} MB free",
        "" if enough else "make room: nothing is ever deleted",
    )


def _sandbox() -> Iterator[CheckResult]:
    """Whether documents can be read in a child of their own, and which rights that child has given up."""
    with Sandbox(preload=()) as sandbox:
        answer = sandbox.run(in_force)
    if isinstance(answer, Failure):
        yield CheckResult("sandbox", False, f"{answer.problem}: {answer.detail}", "see docs/operations.md")
        return
    kept_in = len(answer.value) > 1
    advice = "" if kept_in else "use a kernel with seccomp or Landlock: a document's reader could reach the network"
    yield CheckResult("sandbox", kept_in, f"documents are read under {', '.join(answer.value)}", advice)


def _ocr() -> Iterator[CheckResult]:
    """Whether pages that are pictures can be read, tried in a child like the one that will read them."""
    wanted = " ".join(f"tesseract-ocr-{pack}" for pack in ("fra", "nld", "deu"))
    if not tesseract.Tesseract.available():
        yield CheckResult("ocr", True, f"not installed: scans are answered, not read (apt install {wanted})")
        return
    with Sandbox(Limits(programs=True), preload=()) as sandbox:
        answer = sandbox.run(tesseract.installed)
    packs = sorted(answer.value & set(tesseract.PACKS.values())) if isinstance(answer, Result) else []
    if not packs:
        yield CheckResult("ocr", False, "tesseract is there but does not run", f"apt install --reinstall {wanted}")
        return
    missing = " ".join(f"tesseract-ocr-{pack}" for pack in tesseract.PACKS.values() if pack not in packs)
    advice = f"apt install {missing}" if missing else ""
    yield CheckResult("ocr", not missing, f"scans are read in {', '.join(packs)}", advice)


def _books(place: Path | str, clock: Clock) -> Iterator[CheckResult]:
    if not has_books(place):
        yield CheckResult("store", True, f"{place} will be made when Relance runs first")
        return
    store = TinyStore.open(place, read_only=True)
    try:
        last = next(iter(store.messages(limit=1)), None)
        yield CheckResult("store", True, f"{store.db.ground.place} opens")
    finally:
        store.close()
    now = clock.now()
    if last is not None and last.received_at - now > _BACKWARDS:
        detail = (
            f"it is {now:%Y-%m-%d %H:%M} UTC here, and mail of {last.received_at:%Y-%m-%d %H:%M} was handled already"
        )
        yield CheckResult("clock", False, detail, "put the clock right (timedatectl set-ntp true) before Relance runs")
    else:
        yield CheckResult("clock", True, f"{now:%Y-%m-%d %H:%M} UTC")


def _templates(own: Path | None) -> Iterator[CheckResult]:
    if own is not None and not own.is_dir():
        yield CheckResult(
            "templates", False, f"paths.templates_dir: {own} is not a folder", "make it, or take the setting away"
        )
        return
    places = [place for place in folders(own) if place.is_dir()]
    missing = [
        f"{language}/{kind.value}.j2"
        for language in LANGUAGES
        for kind in LetterKind
        if not any((place / language / f"{kind.value}.j2").is_file() for place in places)
    ]
    if missing:
        yield CheckResult("templates", False, f"missing: {', '.join(missing)}", "install Relance again")
    problems = [problem for place in places for problem in _syntax(place)]
    strays = _strays(own, places)
    if problems:
        yield CheckResult(
            "templates", False, "; ".join(problems), "correct the template, or take it away to have the built-in one"
        )
    if strays:
        yield CheckResult(
            "templates",
            False,
            f"no built-in text has these names: {', '.join(strays)}",
            "a text of your own takes the place of its namesake",
        )
    if not (missing or problems or strays):
        yield CheckResult("templates", True, f"{len(LetterKind)} kinds of mail in {len(LANGUAGES)} languages")


def _syntax(place: Path) -> Iterator[str]:
    environment = Environment(autoescape=True)
    for path in sorted(place.rglob("*.j2")):
        try:
            environment.parse(path.read_text(encoding="utf-8"))
        except (TemplateSyntaxError, UnicodeDecodeError) as error:
            yield f"{path.relative_to(place)}: {error}"


def _strays(own: Path | None, places: Sequence[Path]) -> list[str]:
    if own is None:
        return []
    built_in = {path.relative_to(place) for place in places if place != own for path in place.rglob("*.j2")}
    return [str(path.relative_to(own)) for path in sorted(own.rglob("*.j2")) if path.relative_to(own) not in built_in]


def _inbox(settings: MailboxSettings) -> Iterator[CheckResult]:
    mailbox = mailbox_from(settings)
    try:
        mailbox.open()
        waiting = len(mailbox.unhandled())
    finally:
        mailbox.close()
    yield CheckResult(f"inbox {settings.name}", True, f"opens; {waiting} mail(s) wait")


def _outgoing(settings: MailboxSettings) -> Iterator[CheckResult]:
    transport = transport_from(settings)
    try:
        answer = transport.check()
    finally:
        transport.close()
    yield CheckResult(f"outgoing {settings.name}", True, answer)
