"""When debtors are thanked: in the send window of the first working day after everything was paid, if it still is then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from agent.domain import events as ev
from agent.domain.decide import Context, Decision
from agent.domain.decide.thanking import last_sent, paid_up, thanks
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.send_window import next_opening
from agent.domain.workdays import zone
from agent.mail.outgoing import OutgoingMail
from agent.ports import Timer
from agent.service.app import App
from agent.service.books import accounts_slice

_SPOILING = (ev.DisputeRaised, ev.InvoiceEscalated)


def thanks_timers(events: Iterable[ev.Event], after: Ledger, context: Context) -> Iterator[Timer]:
    """A timer for each account on which something was settled, so that it is looked at on its next working day."""
    settled = [after.items.get(e.item) for e in events if isinstance(e, ev.InvoiceSettled)]
    for id_ in dict.fromkeys(item.invoice.debtor for item in settled if item is not None):
        account = after.accounts.get(id_)
        if account is not None and last_sent(account.statements) is not None:
            yield Timer(f"thanks:{id_}", _opening_after(account, context))


def _opening_after(account: DebtorAccount, context: Context) -> datetime:
    where, plan = zone(account.country, context.creditor.timezone), context.plan_of(account.name, account.number)
    day = context.now.astimezone(where).date() + timedelta(days=1)
    moment = datetime(day.year, day.month, day.day, plan.window_start, tzinfo=where).astimezone(UTC)
    return next_opening(moment, account.country, context.creditor.timezone, plan)


def thanks_due(app: App, timer: Timer, id_: str) -> tuple[Decision, Ledger, Context] | Timer:
    """The thanks that this account is due now, with what it was decided on; or the timer that asks for nothing more."""
    ledger = _whole(app, id_)
    account = ledger.accounts.get(id_)
    creditor = app.settings.creditor(account.creditor) if account else None
    if account is None or creditor is None:
        return Timer(timer.subject, None)
    context = app.context(creditor, f"tick:{timer.subject}:{app.clock.now().isoformat()}")
    letter = thanks(ledger, account, _spoilt(app, account), context)
    if letter is None or app.store.mail(letter.key) is not None:
        return Timer(timer.subject, None)
    return Decision(letters=(letter,)), ledger, context


def thanks_objection(app: App, account: DebtorAccount, mail: OutgoingMail, context: Context) -> str:
    """Why this word of thanks is not right any more; "" while it is."""
    last = last_sent(account.statements)
    if account.contact is None or account.contact.address not in mail.to:
        return "the debtor has another address now"
    if account.hold(context.today) is not None:
        return "the account is held"
    if last is None or not paid_up(_whole(app, account.id), account, last):
        return "something is open again"
    return ""


def _whole(app: App, id_: str) -> Ledger:
    """The account with all its items."""
    found = app.store.find([("debtor", id_)]).values()
    return accounts_slice(app.store, [id_], (item for ids in found for item in ids))


def _spoilt(app: App, account: DebtorAccount) -> frozenset[str]:
    """The items of the last statement that were disputed or handed over at some time."""
    last = last_sent(account.statements)
    items = last.items if last else ()
    return frozenset(i for i in items if any(isinstance(e.event, _SPOILING) for e in app.store.events(about=i)))
