"""What the clock brings: statements, broken promises, questions, daily summaries and weekly digests, each by its own timer."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import MappingProxyType

from agent.domain.decide import Context, Decision, due
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.letters import TO_DEBTORS, Letter, LetterKind
from agent.domain.overdue import AfterPayment
from agent.domain.parties import Creditor, Notices
from agent.domain.send_window import next_opening
from agent.domain.workdays import zone
from agent.errors import ConfigError, CorruptStore, TemporaryError
from agent.ports import AlreadyDone, ClaimLost, Commit, Conflict, Timer
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome, account_timer, commit_of, looked_at_again
from agent.service.fees import set_fee_timers, state_fees
from agent.service.handing_over import send_dossier
from agent.service.inbox import read_first
from agent.service.listing import next_list, send_list
from agent.service.monthly import next_digest, send_digest, send_monthly, set_monthly_timers
from agent.service.payees import ask_again, tell_changed_files
from agent.service.refusals import waiting
from agent.service.retention import let_go, set_retention_timer
from agent.service.service_week import send_week, set_service_timer
from agent.service.sharing import my_timers, timer_claim
from agent.service.surge import rules_changed
from agent.service.thanking import thanks_due

_LOG = logging.getLogger("relance.tick")
_BATCH, _CONFLICTS = 100, 3
_SOON, _DAY = timedelta(minutes=1), timedelta(days=1)


def run_due(app: App) -> int:
    """Do everything that is due now; how many timers were looked at. Missed days are caught up, never doubled."""
    done = 0
    with suppress(ClaimLost):
        while looked := _look_at_some(app):
            done += looked
    return done


def _look_at_some(app: App) -> int:
    with my_timers(app, _BATCH) as timers:
        for timer in timers:
            with app.store.claims.under(timer_claim(timer)):
                _run(app, timer)
        return len(timers)


def _run(app: App, timer: Timer) -> None:
    kind, _, id_ = timer.subject.partition(":")
    try:
        work = _WORK.get(kind)
        if work is None:
            app.store.commit(Commit(timers=(Timer(timer.subject, None),)))
        else:
            _decided_again(lambda: work(app, timer, id_))
    except Conflict:
        _put_off(app, timer, _SOON)
    except AlreadyDone:
        _put_off(app, timer, _DAY)
    except (TemporaryError, ConfigError, CorruptStore):
        raise
    except Exception as error:  # noqa: BLE001 - one account, whatever is wrong with it, must not stop the others
        _LOG.error("what is due could not be done", exc_info=error, extra={"line": {"timer": timer.subject}})
        _put_off(app, timer, _DAY)


def _decided_again(work: Callable[[], None]) -> None:
    """Do it; when others changed meanwhile what it was decided on, look again."""
    for _ in range(_CONFLICTS):
        with suppress(Conflict):
            return work()
    return work()


def _put_off(app: App, timer: Timer, pause: timedelta) -> None:
    """Come back later: what is due now cannot be done now, and must not be tried without end."""
    app.store.commit(Commit(timers=(Timer(timer.subject, app.clock.now() + pause),)))


def _account(app: App, timer: Timer, id_: str) -> None:
    ledger = accounts_slice(app.store, [id_], _with_charges_kept(app, id_))
    account = ledger.accounts.get(id_)
    creditor = app.settings.creditor(account.creditor) if account else None
    now = app.clock.now()
    if account is None or creditor is None:
        # The creditor may come back with the next reading of the configuration; nobody is written to until then.
        app.store.commit(Commit(timers=(Timer(timer.subject, now + _DAY if account else None),)))
        return
    context = app.context(creditor, f"tick:{id_}:{now.isoformat()}")
    plan = context.plan_of(account.name, account.number)
    opening = next_opening(now, account.country, creditor.timezone, plan)
    if opening > now:
        app.store.commit(Commit(timers=(Timer(timer.subject, opening),)))
        return
    decision = due(ledger, account, context)
    again = read_first(app, creditor) if any(letter.kind in TO_DEBTORS for letter in decision.letters) else None
    if again is not None:
        app.store.commit(Commit(timers=(Timer(timer.subject, again),)))
        return
    commit = commit_of(app, Outcome(decision, ledger, context))
    again_at = looked_at_again(app, [id_], commit.states, context, done=True)
    app.store.commit(
        Commit(
            events=commit.events,
            states=commit.states,
            outgoing=commit.outgoing,
            timers=again_at.timers,
            notes={**commit.notes, **again_at.notes},
        )
    )


def _thanks(app: App, timer: Timer, id_: str) -> None:
    found = thanks_due(app, timer, id_)
    if isinstance(found, Timer):
        app.store.commit(Commit(timers=(found,)))
        return
    decision, ledger, context = found
    again = read_first(app, context.creditor)
    if again is not None:
        app.store.commit(Commit(timers=(Timer(timer.subject, again),)))
        return
    commit = commit_of(app, Outcome(decision, ledger, context))
    app.store.commit(Commit(outgoing=commit.outgoing, timers=(Timer(timer.subject, None),), notes=commit.notes))


def _with_charges_kept(app: App, account: str) -> Iterable[str]:
    """The items of this account, paid ones too, where some creditor's terms keep what is left of their charges."""
    kept = {c.charges.after_payment for c in app.settings.creditors}
    kept |= {e.charges.after_payment for e in app.settings.contacts if e.charges.after_payment}
    if AfterPayment.KEEP not in kept:
        return ()
    return (id_ for found in app.store.find([("debtor", account)]).values() for id_ in found)


def _summary(app: App, timer: Timer, id_: str) -> None:
    creditor = app.settings.creditor(id_)
    daily = creditor is not None and creditor.notices is Notices.DAILY
    following = Timer(timer.subject, _next_summary(app, creditor) if creditor and daily else None)
    lines = json.loads(app.store.note(f"summary:{id_}") or "[]")
    if creditor is None or not lines or creditor.notices is Notices.DIGEST:
        app.store.commit(Commit(timers=(following,)))
        return
    context = app.context(creditor, f"tick:{timer.subject}")
    letter = Letter(
        kind=LetterKind.DAILY_SUMMARY,
        key=f"summary:{id_}:{app.clock.now().isoformat()}",
        to=(creditor.owner.address,),
        creditor=id_,
        language=creditor.language,
        on=context.today,
        facts=tuple((headline, words) for headline, words in lines),
    )
    commit = commit_of(app, Outcome(Decision(letters=(letter,)), Ledger(), context))
    notes = {**commit.notes, f"summary:{id_}": None}
    app.store.commit(Commit(outgoing=commit.outgoing, timers=(following,), notes=notes))


def _next_summary(app: App, creditor: Creditor) -> datetime:
    local = app.clock.now().astimezone(zone("", creditor.timezone))
    day = local.date()
    moment = datetime(day.year, day.month, day.day, app.settings.reporting.summary_hour, tzinfo=local.tzinfo)
    return moment if moment > local else moment + _DAY


_WORK: Mapping[str, Callable[[App, Timer, str], None]] = MappingProxyType(
    {
        "account": _account,
        "digest": send_digest,
        "monthly": send_monthly,
        "summary": _summary,
        "fees": state_fees,
        "payee": ask_again,
        "retention": let_go,
        "dossier": send_dossier,
        "thanks": _thanks,
        "list": send_list,
        "service": send_week,
    }
)


def set_timers(app: App, *, afresh: bool = False) -> None:
    """The timers that follow from the configuration: digests, summaries, and all accounts again when a plan changed or `afresh`."""
    tell_changed_files(app)
    set_fee_timers(app)
    set_monthly_timers(app)
    set_retention_timer(app)
    set_service_timer(app)
    timers: list[Timer] = []
    notes: dict[str, str | None] = {}
    for creditor in app.settings.creditors:
        # what was refused may be allowed by what was read now
        timers += [Timer(f"account:{account}", app.clock.now()) for account in waiting(app.store, creditor.id)]
        print_ = _fingerprint(app, creditor)
        known = app.store.note(f"plan:{creditor.id}")
        if known == print_ and not afresh:
            continue
        if known not in (None, print_):
            notes |= rules_changed(app.clock.now())
        notes[f"plan:{creditor.id}"] = print_
        timers.append(Timer(f"digest:{creditor.id}", next_digest(app, creditor)))
        timers.append(Timer(f"list:{creditor.id}", next_list(app, creditor) if creditor.listed else None))
        # lines that wait are told also to one who wants no summaries any more
        waits = app.store.note(f"summary:{creditor.id}") is not None and creditor.notices is Notices.EACH
        daily = creditor.notices is Notices.DAILY or waits
        timers.append(Timer(f"summary:{creditor.id}", _next_summary(app, creditor) if daily else None))
        context = app.context(creditor, "configuration")
        for account in app.store.states(DebtorAccount, creditor.id):
            assert isinstance(account, DebtorAccount)
            timers.append(_first_look(app, account, context))
    if timers or notes:
        app.store.commit(Commit(timers=tuple(timers), notes=notes))


def _first_look(app: App, account: DebtorAccount, context: Context) -> Timer:
    """The timer of an account under another plan. While others change the books, what was read here may be old before it is
    committed: then the account is looked at now, which sets the timer by what it finds.
    """
    if app.store.claims.shared:
        return Timer(f"account:{account.id}", context.now)
    return account_timer(account, accounts_slice(app.store, [account.id]).of_account(account.id), context)


def _fingerprint(app: App, creditor: Creditor) -> str:
    """What the timers of this creditor depend on, in short."""
    book = [e for e in app.settings.contacts if e.creditor == creditor.id]
    parts = (
        app.settings.plan,
        app.settings.reporting,
        creditor.plan,
        creditor.timezone,
        creditor.notices,
        creditor.listed,
        book,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
