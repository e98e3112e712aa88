"""The monthly fee statement of each creditor: once a month however often the service restarts, missed months caught up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from agent.config import Settings
from agent.domain import events as ev
from agent.domain.collected import Collected, collected
from agent.domain.decide import Decision
from agent.domain.decide.phases import HandingOver
from agent.domain.fees import FeeStatement, Portfolios, fee_statements, portfolio
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind, to_operator
from agent.domain.money import Money
from agent.domain.months import month_of
from agent.domain.parties import Creditor
from agent.domain.phases import Phase
from agent.domain.workdays import zone
from agent.errors import CorruptStore
from agent.intake.extract import File
from agent.parsers.replies.handing_over import comes_for_recovery, names_mandate
from agent.ports import Commit, Store, Timer
from agent.service.app import App
from agent.service.conclude import Outcome, commit_of
from agent.service.gather import Gathered
from agent.store.codec import decode, dumps, encode_fields


def how_handed_over(app: App, gathered: Gathered) -> HandingOver:
    """How the documents of this mail were handed over; a mandate that came along is kept."""
    if not app.settings.collects or not comes_for_recovery(gathered.message.subject, gathered.own):
        return HandingOver()
    mandate = next((file for file in gathered.files if is_mandate(app, gathered, file)), None)
    return HandingOver(
        recovery=True,
        mandate=mandate.filename if mandate else "",
        document=app.store.put_document(mandate.content) if mandate else "",
        history=" ".join(gathered.own.split()),
    )


def is_mandate(app: App, gathered: Gathered, file: File) -> bool:
    """Whether a file beside others is the creditor's mandate, by its name: no invoice is looked for in it."""
    return app.settings.collects and len(gathered.files) > 1 and names_mandate(file.filename)


def with_operator_told(app: App, outcome: Outcome) -> Outcome:
    """The outcome, with a letter to the operator about what entered recovery: from now on people work on it."""
    decision = outcome.decision
    entered = [e for e in decision.events if isinstance(e, ev.PhaseEntered) and e.phase is Phase.RECOUVREMENT]
    if not entered or outcome.context is None:
        return outcome
    after = decision.after(outcome.ledger)
    letters = tuple(_recovery(app, after, event, outcome.context.creditor) for event in entered)
    return replace(outcome, decision=Decision(decision.events, (*decision.letters, *letters)))


def _recovery(app: App, ledger: Ledger, event: ev.PhaseEntered, creditor: Creditor) -> Letter:
    agency, item = app.settings.agency, ledger.items[event.item]
    account = ledger.accounts.get(item.invoice.debtor)
    facts = (
        ("creditor", creditor.name),
        ("invoice", item.invoice.number),
        ("debtor", account.name if account else ""),
        ("balance", str(item.balance)),
        ("days_overdue", str(event.age)),
        ("mandate", event.mandate),
        ("history", event.history[:300]),
    )
    return to_operator(
        agency,
        f"operator:recovery:{item.id}:{event.source}",
        ((name, text) for name, text in facts if text),
        "recovery",
    )


def kept_statements(store: Store, creditor: str, month: date) -> tuple[FeeStatement, ...]:
    """What was sent for this month, unchanged whatever rates and invoices became since; empty when nothing was."""
    digest = store.note(_sent_note(creditor, month))
    content = store.document(digest) if digest else None
    if not digest:
        return ()
    if content is None:
        raise CorruptStore(f"the fee statement of {creditor} for {month:%Y-%m} is lost")
    return tuple(decode(FeeStatement, one) for one in json.loads(content))


def reckoned(store: Store, settings: Settings, creditor: Creditor, month: date) -> tuple[FeeStatement, ...]:
    """The fees on everything that became known in this month."""
    start, _ = month_of(month)
    here = zone("", creditor.timezone)
    handed_over: list[tuple[date, Money]] = []
    payments: list[Collected] = []
    for item in store.items(creditor.id):
        if not item.invoice.credit_note:
            handed_over.append((item.registered_at.astimezone(here).date(), item.invoice.total))
        if _may_matter(item, start, creditor):
            payments += collected((stored.event for stored in store.events(item.id)), here)
    terms = settings.fees.terms_with(creditor.fees)
    reached = _portfolios(handed_over, settings.fees.portfolio_months)
    return fee_statements(creditor.id, month, payments, terms, reached, _charged(store, creditor, payments, start))


def _may_matter(item: OpenItem, start: date, creditor: Creditor) -> bool:
    """Whether money may have been recorded on this item since the start of the month: one settled before that is left alone."""
    settled = item.settled_at if item.state is ItemState.SETTLED else None
    return bool(item.payments) and (settled is None or settled.astimezone(zone("", creditor.timezone)).date() >= start)


def _portfolios(handed_over: Iterable[tuple[date, Money]], months: int) -> Portfolios:
    invoices = tuple(handed_over)
    return lru_cache(maxsize=None)(lambda day, currency: portfolio(invoices, day, currency, months))


def _charged(store: Store, creditor: Creditor, payments: Iterable[Collected], start: date) -> dict[str, Decimal | None]:
    """At which percentage earlier months charged the payments that are taken back now; those that none stated were not charged."""
    known = {p.id: p for p in payments}
    earlier = {p.of for p in known.values() if p.of in known and known[p.of].recorded < start}
    charged: dict[str, Decimal | None] = dict.fromkeys(earlier)
    for month in {known[id_].recorded.replace(day=1) for id_ in earlier}:
        for statement in kept_statements(store, creditor.id, month):
            charged |= {line.collected.id: line.percent for line in statement.lines if not line.collected.of}
    return charged


def state_fees(app: App, timer: Timer, id_: str) -> None:
    """Send the oldest fee statement that is due, and come back for the next one; all in one commit."""
    creditor = app.settings.creditor(id_)
    waiting = app.store.note(_next_note(id_))
    if creditor is None or not app.settings.collects or waiting is None:
        # a creditor who comes back with the configuration goes on where he was; nobody is charged for months of another mode
        left = {} if creditor is None else {_next_note(id_): None}
        app.store.commit(Commit(timers=(Timer(timer.subject, None),), notes=left))
        return
    month = date.fromisoformat(f"{waiting}-01")
    moment = _due_at(app, creditor, month)
    if moment > app.clock.now():
        app.store.commit(Commit(timers=(Timer(timer.subject, moment),)))
        return
    following = month_of(month)[1] + timedelta(days=1)
    statements = reckoned(app.store, app.settings, creditor, month)
    letters = tuple(x for x in _letters(app, creditor, statements) if app.store.mail(x.key) is None)
    names = _debtors(app.store, statements)
    commit = commit_of(app, Outcome(Decision(letters=letters), names, app.context(creditor, f"tick:{timer.subject}")))
    notes: dict[str, str | None] = {**commit.notes, _next_note(id_): f"{following:%Y-%m}"}
    if statements:
        notes[_sent_note(id_, month)] = app.store.put_document(_kept(statements))
    due = max(_due_at(app, creditor, following), app.clock.now())
    app.store.commit(Commit(outgoing=commit.outgoing, timers=(Timer(timer.subject, due),), notes=notes))


def _letters(app: App, creditor: Creditor, statements: tuple[FeeStatement, ...]) -> Iterator[Letter]:
    if not statements:
        return
    month = statements[0].start
    letter = Letter(
        kind=LetterKind.FEE_STATEMENT,
        key=f"fees:{creditor.id}:{month:%Y-%m}",
        to=(creditor.owner.address,),
        creditor=creditor.id,
        language=creditor.language,
        on=month,
        fees=statements,
    )
    yield letter
    if app.settings.fees.copy_to_operator:
        yield replace(letter, key=f"{letter.key}:copy", to=(app.settings.agency.operator,))


def _kept(statements: Iterable[FeeStatement]) -> bytes:
    return f"[{','.join(dumps(encode_fields(one)) for one in statements)}]".encode()


def _debtors(store: Store, statements: Iterable[FeeStatement]) -> Ledger:
    """The debtors that the lines name."""
    return store.ledger({line.collected.debtor for s in statements for line in s.lines if line.collected.debtor})


def debtor_names(store: Store, statements: Iterable[FeeStatement]) -> dict[str, str]:
    """The debtors' names by their ids, as they are known today."""
    accounts = _debtors(store, statements).accounts.values()
    return {a.id: a.name for a in accounts if isinstance(a, DebtorAccount)}


def set_fee_timers(app: App) -> None:
    """A timer for each creditor of a collector, from the month in which the service first earns; none for anybody else."""
    timers: list[Timer] = []
    notes: dict[str, str | None] = {}
    for creditor in app.settings.creditors:
        subject, key = f"fees:{creditor.id}", _next_note(creditor.id)
        waiting = app.store.note(key)
        if app.settings.collects:
            month = date.fromisoformat(f"{waiting}-01") if waiting else app.today(creditor).replace(day=1)
            timers.append(Timer(subject, _due_at(app, creditor, month)))
            notes[key] = f"{month:%Y-%m}"
        elif waiting:
            timers.append(Timer(subject, None))
            notes[key] = None
    if timers:
        app.store.commit(Commit(timers=tuple(timers), notes=notes))


def _due_at(app: App, creditor: Creditor, month: date) -> datetime:
    """When the statement of this month is due: the configured day and hour of the month after, in the creditor's own zone."""
    fees = app.settings.fees
    after = month_of(month)[1] + timedelta(days=fees.statement_day)
    return datetime(after.year, after.month, after.day, fees.statement_hour, tzinfo=zone("", creditor.timezone))


def _next_note(creditor: str) -> str:
    return f"fees:{creditor}"


def _sent_note(creditor: str, month: date) -> str:
    return f"fees:{creditor}:{month:%Y-%m}"
