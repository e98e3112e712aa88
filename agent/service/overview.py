"""What the operator sees at a glance: the books of every creditor, the outbox, and the mail that was set aside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.config import Settings
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem, Question
from agent.domain.parties import Creditor
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Box, MessageRecord, Store
from agent.reports.digest import CurrencyDigest, digest_of
from agent.service.alarm import SIDES, Ailment, Place
from agent.service.walls import noted

ATTENTION = (OutboxState.HELD, OutboxState.FAILED)
WAITING = (OutboxState.QUEUED, OutboxState.SENDING)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Books:
    """The books of one creditor: figures by currency, and how many items wait for him, are settled, or ended otherwise."""

    creditor: str
    name: str
    figures: tuple[CurrencyDigest, ...]
    review: int
    settled: int
    ended: int
    questions: int


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One mailbox: its address, whose mails leave from it, and what ails its two sides; None where all is well."""

    name: str
    address: str
    creditors: tuple[str, ...]
    mailbox: Ailment | None
    outgoing: Ailment | None


@dataclass(frozen=True, slots=True)
class Overview:
    """`outbox` counts mails by state; `attention` are those a person must decide about; `aside` is mail in Review or Quarantine.

    `walls` are the measures under which the service reads documents; None before its first start.
    """

    at: datetime
    books: tuple[Books, ...]
    outbox: tuple[tuple[OutboxState, int], ...]
    attention: tuple[OutgoingMail, ...]
    aside: tuple[MessageRecord, ...]
    next_work: datetime | None
    channels: tuple[ChannelState, ...] = ()
    walls: tuple[str, ...] | None = None


def overview(store: Store, settings: Settings, now: datetime) -> Overview:
    """How things stand at this moment."""
    counts = [(state, store.count(state)) for state in (*WAITING, *ATTENTION)]
    aside = [record for box in (Box.REVIEW, Box.QUARANTINE) for record in store.messages(box, _SHOWN)]
    upcoming = [moment for moment in (store.next_timer(), store.next_mail()) if moment is not None]
    return Overview(
        now,
        tuple(books_of(store, creditor, settings, now) for creditor in settings.creditors),
        tuple(counts),
        tuple(store.outbox(ATTENTION, _SHOWN)),
        tuple(sorted(aside, key=lambda record: record.received_at, reverse=True)[:_SHOWN]),
        min(upcoming, default=None),
        channels_of(store, settings),
        noted(store),
    )


def channels_of(store: Store, settings: Settings) -> tuple[ChannelState, ...]:
    """How each mailbox and its way out are, as the running service wrote it down."""
    return tuple(
        ChannelState(
            mailbox.name,
            settings.agency_at(mailbox).address,
            tuple(c.id for c in settings.creditors if settings.mailbox_of(c) == mailbox),
            *(Ailment.of(store.note(Place(mailbox.name, side).key)) for side in SIDES),
        )
        for mailbox in settings.mailboxes
    )


def books_of(store: Store, creditor: Creditor, settings: Settings, now: datetime) -> Books:
    """The books of one creditor on his own calendar day."""
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    states: Counter[ItemState] = Counter()
    live: list[OpenItem] = []
    for item in store.items(creditor.id):
        states[item.state] += 1
        if item.is_open or item.balance.amount < 0:
            live.append(item)
    accounts = {a.id: a for a in store.states(DebtorAccount, creditor.id) if isinstance(a, DebtorAccount)}
    questions = [q for q in store.states(Question, creditor.id) if isinstance(q, Question) and q.awaits]
    digest = digest_of(live, accounts, questions, settings.plan.changed(creditor.plan), today)
    return Books(
        creditor.id,
        creditor.name,
        digest.currencies,
        states[ItemState.REVIEW],
        states[ItemState.SETTLED],
        states[ItemState.WITHDRAWN] + states[ItemState.WRITTEN_OFF],
        len(questions),
    )
