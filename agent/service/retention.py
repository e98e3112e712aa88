"""Each night: what was kept for as long as it must be goes, by the terms of `[retention]`."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from agent.errors import TemporaryError
from agent.ports import Commit, Timer
from agent.service.app import App
from agent.store.retention import LetGo, forget_old_documents, forget_settled, forget_strangers, years_before
from agent.store.tinydb_store import TinyStore

_LOG = logging.getLogger("relance.retention")
SUBJECT = "retention:all"
_DAY, _SOON = timedelta(days=1), timedelta(hours=1)
# Between the nightly copy and the first mails of the day, UTC.
_HOUR = 3


def set_retention_timer(app: App) -> None:
    """Have it looked at tonight, and every night from then on."""
    if app.store.note(SUBJECT) is None:
        app.store.commit(Commit(timers=(Timer(SUBJECT, _tonight(app.clock.now())),), notes={SUBJECT: "set"}))


def let_go(app: App, timer: Timer, _: str) -> None:
    """Let go of what is old enough, and come back tomorrow; sooner when a reader keeps erased bytes in the log."""
    pause = _DAY
    try:
        gone = _let_go(app)
        if gone:
            told = {"accounts": gone.accounts, "documents": gone.documents, "strangers": gone.strangers}
            _LOG.info("retention", extra={"line": told})
    except TemporaryError as error:
        _LOG.warning("retention is done again later: %s", error)
        pause = _SOON
    after = app.clock.now() + pause
    app.store.commit(Commit(timers=(Timer(timer.subject, _tonight(app.clock.now()) if pause is _DAY else after),)))


def _let_go(app: App) -> LetGo:
    store, terms, now = app.store, app.settings.retention, app.clock.now()
    if not isinstance(store, TinyStore):
        return LetGo()
    accounts = forget_settled(store, years_before(now, terms.cases_years)) if terms.cases_years else ()
    documents = forget_old_documents(store, now.year - terms.documents_years - 1) if terms.documents_years else 0
    strangers = forget_strangers(store, now - timedelta(days=terms.strangers_days)) if terms.strangers_days else 0
    return LetGo(accounts, documents, strangers)


def _tonight(now: datetime) -> datetime:
    moment = now.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return moment if moment > now else moment + _DAY
