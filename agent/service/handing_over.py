"""The dossier of what an owner hands over is made at once and sent to him, when the books hold his decision."""

from __future__ import annotations

from agent.domain.decide.papers import handed_over
from agent.domain.ledger import ItemState
from agent.ports import Commit, Timer
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome, commit_of


def send_dossier(app: App, timer: Timer, id_: str) -> None:
    """Send it for this account; nothing where the hand-over was taken back meanwhile."""
    ledger = accounts_slice(app.store, [id_])
    account = ledger.accounts.get(id_)
    creditor = app.settings.creditor(account.creditor) if account else None
    items = [item for item in ledger.of_account(id_) if item.state is ItemState.ESCALATED]
    gone = Timer(timer.subject, None)
    if account is None or creditor is None or not items:
        app.store.commit(Commit(timers=(gone,)))
        return
    context = app.context(creditor, f"tick:{timer.subject}:{app.clock.now().isoformat()}")
    commit = commit_of(app, Outcome(handed_over(account, items, context), ledger, context))
    app.store.commit(Commit(outgoing=commit.outgoing, timers=(gone,), notes=commit.notes))
