"""The papers that travel with a letter about a case: its dossier, or a certificate. And when a dossier is made without being asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from agent.domain.events import Event, InvoiceEscalated
from agent.domain.ledger import ItemState, Ledger
from agent.domain.letters import Letter
from agent.errors import PermanentError
from agent.mail.outgoing import Part
from agent.outbox.certificate import certificate_pdf
from agent.ports import Timer
from agent.reports.bundle import safe_name
from agent.reports.dossier import Case
from agent.service.app import App
from agent.service.dossier import case_of, made

_LOG = logging.getLogger("relance.dossier")
_CERTIFICATE = "certificate"


def papers_of(app: App, letter: Letter) -> tuple[Part, ...]:
    """What the letter promises, as a file; nothing when it cannot be made, or is too large for a mail: the letter then says so."""
    account = app.store.ledger([letter.account]).accounts.get(letter.account)
    creditor = app.settings.creditor(letter.creditor)
    if account is None or creditor is None or account.creditor != creditor.id or letter.code == "not_written_off":
        return ()
    try:
        case = case_of(app.store, app.settings, account, letter.items, app.today(creditor))
        if letter.code == _CERTIFICATE:
            return _part(app, *certificate(case, app.settings.templates_dir), "application/pdf")
        dossier = made(app.store, app.settings, case, app.secret)
    except PermanentError as error:
        _LOG.warning("no dossier could be made: %s", error, extra={"line": {"account": letter.account}})
        return ()
    if len(dossier.archive) > app.settings.limits.dossier_mb * 1_000_000:
        return ()
    return _part(app, f"{dossier.name}.zip", dossier.archive, "application/zip")


def certificate(case: Case, templates_dir: Path | None) -> tuple[str, bytes]:
    """The name and the bytes of the certificate for what was written off of this case.

    Raises:
        PermanentError: nothing of it was.
    """
    given_up = tuple(i for i in case.items if i.state is ItemState.WRITTEN_OFF)
    if not given_up:
        raise PermanentError("nothing of it was written off; the owner writes a claim off by mail: write off NUMBER")
    name = safe_name(f"{_CERTIFICATE} {case.numbers[given_up[0].id]}", ".pdf")
    return name, certificate_pdf(case, given_up, templates_dir)


def _part(app: App, name: str, content: bytes, media: str) -> tuple[Part, ...]:
    return (Part(name, media, app.store.put_document(content), len(content)),)


def dossier_timers(events: Iterable[Event], after: Ledger, now: datetime) -> Iterator[Timer]:
    """When the dossier of each account of which something was handed over is made: at once, after the books say so."""
    items = (after.items.get(event.item) for event in events if isinstance(event, InvoiceEscalated))
    accounts = {item.invoice.debtor for item in items if item is not None and item.invoice.debtor}
    return (Timer(f"dossier:{account}", now) for account in sorted(accounts))
