"""What must hold after every death, and what the books must say in the end."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agent.demo.cast import AGENCY
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.letters import LetterKind
from agent.errors import AgentError
from agent.mail.message import parse_message
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.store.tinydb_store import TinyStore
from tests.torture.world import World, identity

_BRUSSELS = ZoneInfo("Europe/Brussels")
_TOKEN = re.compile(r"\s*\bR[LA]-[A-Z2-7-]+")
# Seconds for which Dovecot may still be busy with what it was told before the daemon died.
_SETTLES = 2.0


@dataclass(slots=True)
class Findings:
    """What was found wrong, by kind; `seen` keeps one line for each."""

    lost: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)

    def __or__(self, other: Findings) -> Findings:
        return Findings(self.lost | other.lost, self.twice | other.twice, self.wrong | other.wrong)

    def lines(self) -> Iterator[str]:
        """One line for each."""
        for kind in ("lost", "twice", "wrong"):
            yield from (f"{kind}: {what}" for what in sorted(getattr(self, kind)))


def after_death(world: World) -> Findings:
    """What is wrong now that the daemon is dead."""
    findings = Findings()
    if not world.ground.begun():
        return findings
    findings.lost |= _lost(world)
    try:
        store = world.books()
    except AgentError as error:
        # a store that was never whole, or waits for its migration, is told by its next life
        if world.ground.whole() and "schema" not in str(error):
            findings.wrong.add(f"the books cannot be opened: {error}")
        return findings
    try:
        findings.wrong |= {f"verify: {problem}" for problem in store.verify()}
        outbox = list(store.outbox(tuple(OutboxState)))
        findings.wrong |= set(half_done(store, outbox))
        findings.wrong |= set(_unfiled(world, store))
        findings.twice |= set(_twice(world, outbox))
        findings.wrong |= set(_unaccounted(world, outbox))
        findings.wrong |= set(_after_payment(world, store, outbox))
        findings.wrong |= set(_at_odd_hours(outbox))
    finally:
        store.close()
    return findings


def _lost(world: World) -> set[str]:
    """Posted mails that lie in no folder, or in two."""
    posted = Counter(identity(raw) for raw in world.posted)
    end = time.monotonic() + _SETTLES
    while True:
        found = Counter(id_ for ids in world.in_folders().values() for id_ in ids)
        if found == posted or time.monotonic() > end:
            break
        time.sleep(0.1)
    gone = {f"{id_} lies in no folder" for id_ in posted - found}
    return gone | {f"{id_} lies in the mailbox once too often" for id_ in found - posted}


def _unfiled(world: World, store: TinyStore) -> Iterator[str]:
    """Mails that were filed away and that the books do not know."""
    known = {record.message_id for record in store.messages()}
    for folder, ids in world.in_folders().items():
        if folder != "INBOX":
            for id_ in ids:
                if id_ not in known and not _is_recorded(world, store, id_):
                    yield f"{id_} lies in {folder} and was never handled"


def _is_recorded(world: World, store: TinyStore, id_: str) -> bool:
    """Whether the mail is recorded under its key, as those without a readable Message-ID are."""
    raws = (raw for raw in world.posted if identity(raw) == id_)
    return any(store.seen(parse_message(raw).key) is not None for raw in raws)


def half_done(store: TinyStore, outbox: list[OutgoingMail]) -> Iterator[str]:
    """Halves of commits: statements without their mail, mails whose account does not know them, doubts nobody was told of."""
    by_key = {mail.key: mail for mail in outbox}
    counted = {}
    for account in store.states(DebtorAccount):
        assert isinstance(account, DebtorAccount)
        for statement in account.statements:
            counted[statement.mail] = statement.state
            mail = by_key.get(statement.mail)
            if mail is None:
                yield f"the statement {statement.mail} has no mail"
            elif statement.state not in _FITS[mail.state]:
                yield f"the statement {statement.mail} is {statement.state}, its mail {mail.state.value}"
    for mail in outbox:
        if mail.kind == LetterKind.STATEMENT.value and mail.key not in counted:
            yield f"the mail {mail.key} is on no account"
        # one mail a day tells of all that are held
        told = any(key.startswith(("operator:held_mail:", "operator:alarm:held:")) for key in by_key)
        if mail.state is OutboxState.HELD and mail.kind != LetterKind.OPERATOR.value and not told:
            yield f"the operator was not told of {mail.key}"


_FITS = {
    OutboxState.QUEUED: {"queued", "sent"},
    OutboxState.SENDING: {"queued", "sent"},
    OutboxState.HELD: {"queued"},
    OutboxState.SENT: {"sent"},
    OutboxState.FAILED: {"cancelled", "sent"},
    OutboxState.CANCELLED: {"cancelled"},
}


def _twice(world: World, outbox: list[OutgoingMail]) -> Iterator[str]:
    """Mails that reached somebody a second time, by Message-ID and by what they are for."""
    keys = {mail.message_id: mail.key for mail in outbox}
    by_id: Counter[tuple[str, str]] = Counter()
    by_key: Counter[tuple[str, str]] = Counter()
    for _, recipients, raw in tuple(world.sink.mails):
        for recipient in recipients:
            by_id[identity(raw), recipient] += 1
            by_key[keys.get(identity(raw), identity(raw)), recipient] += 1
    for (id_, recipient), count in (by_id + by_key).items():
        if by_id[id_, recipient] > 1 or by_key[id_, recipient] > 1:
            yield f"{keys.get(id_, id_)} reached {recipient} {count} times"


def _unaccounted(world: World, outbox: list[OutgoingMail]) -> Iterator[str]:
    """Mails that left and are not in the books, and those that the books call sent and nobody received."""
    left = {identity(raw) for _, _, raw in tuple(world.sink.mails)}
    known = {mail.message_id: mail for mail in outbox}
    for id_ in left - known.keys():
        yield f"{id_} was sent and is not in the books"
    for id_, mail in known.items():
        if mail.state is OutboxState.SENT and id_ not in left:
            yield f"{mail.key} is called sent and never left"
        if id_ in left and mail.state in (OutboxState.CANCELLED, OutboxState.FAILED) and mail.sent_at is None:
            yield f"{mail.key} is {mail.state.value} and left"
    copies = Counter(identity(raw) for raw in world.town.dovecot.mails(AGENCY, "Sent"))
    for id_, count in copies.items():
        if count > 1:
            yield f"{id_} lies in Sent {count} times"


def _after_payment(world: World, store: TinyStore, outbox: list[OutgoingMail]) -> Iterator[str]:
    """Statements that left for an invoice after its payment lay in the inbox."""
    numbers = {item.id: item.invoice.number for item in store.items()}
    sent = {mail.message_id: mail for mail in outbox if mail.kind == LetterKind.STATEMENT.value}
    for _, _, raw in tuple(world.sink.mails)[world.unread_marks :]:
        mail = sent.get(identity(raw))
        for id_ in mail.about if mail else ():
            if numbers.get(id_) in world.paid:
                yield f"{numbers[id_]} was paid, and {mail.key if mail else ''} asked for it"


def _at_odd_hours(outbox: list[OutgoingMail]) -> Iterator[str]:
    """Statements that left outside the hours of a working day."""
    for mail in outbox:
        left = mail.sent_at.astimezone(_BRUSSELS) if mail.sent_at else None
        if mail.kind == LetterKind.STATEMENT.value and left and (left.weekday() > 4 or not 9 <= left.hour < 18):
            yield f"{mail.key} left at {left:%A %H:%M}"


def at_the_end(world: World) -> Findings:
    """What is wrong when nothing is left to do."""
    findings = after_death(world)
    store = world.books()
    try:
        for state in (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD):
            now = world.moment()
            findings.lost |= {
                f"{mail.key} is {state.value} for ever"
                for mail in store.outbox([state])
                if state is not OutboxState.QUEUED or mail.not_before <= now
            }
        sent = {mail.message_id for mail in store.outbox([OutboxState.SENT])}
        copies = {identity(raw) for raw in world.town.dovecot.mails(AGENCY, "Sent")}
        findings.wrong |= {f"{id_} has no copy in Sent" for id_ in sent - copies}
    finally:
        store.close()
    return findings


Line = tuple[str, ...]


def told(world: World) -> Counter[Line]:
    """What the books and the mails say, as lines that do not depend on when a life ended."""
    store = world.books()
    try:
        lines = Counter(_of_item(item, store) for item in store.items())
        lines += Counter(line for a in store.states(DebtorAccount) for line in _of_account(a))
        lines += Counter(_of_mail(m) for m in store.outbox(tuple(OutboxState)) if not _is_about_doubt(m))
        lines += Counter(
            ("message", r.kind, r.box.value, _untied(r.subject), r.sender, r.creditor, r.waiting and "waits")
            for r in store.messages()
        )
    finally:
        store.close()
    return lines


def _of_item(item: OpenItem, store: TinyStore) -> Line:
    account = store.ledger([item.invoice.debtor]).accounts.get(item.invoice.debtor)
    holds = sorted(f"{h.kind.value} {h.until} {h.on} {h.reason}" for h in item.holds)
    paid = sorted(f"{p.amount} {p.on} {p.evidence}" for p in item.payments)
    days = [str(day) for day in item.statements]
    return (
        "item", item.creditor, item.invoice.number, account.name if account else "", item.state.value, str(item.balance),
        _day(item.registered_at), _day(item.settled_at), *holds, *paid, *days, str(item.broken_promises), str(item.claims),
        *(f"{p.on} {p.kept}" for p in item.promises), *item.doubts,
    )  # fmt: skip


def _of_account(account: object) -> Iterator[Line]:
    assert isinstance(account, DebtorAccount)
    contacts = sorted(f"{c.address} {c.failed}" for c in account.contacts)
    money = sorted(f"{p.amount} {p.on}" for p in account.money)
    yield ("account", account.creditor, account.name, account.number, *contacts, *money, str(len(account.payers)))
    for s in account.statements:
        yield ("statement", account.name, s.currency, str(s.cycle), str(s.on), s.level, str(len(s.items)), s.state)


def _of_mail(mail: OutgoingMail) -> Line:
    return ("mail", mail.kind, mail.state.value, ",".join(mail.recipients), _untied(mail.subject), _day(mail.sent_at))


def _untied(subject: str) -> str:
    """The subject without tokens, which differ from play to play."""
    return _TOKEN.sub("", subject).strip()


def _is_about_doubt(mail: OutgoingMail) -> bool:
    """Whether it tells of a mail in doubt, or of a server that failed: what a quiet play never writes.

    A day's summary may be there for such a line alone; what else it tells stands in the books, which are compared.
    """
    return mail.key.startswith(("notice:held_mail", "operator:", "summary:"))


def _day(moment: datetime | None) -> str:
    day: date | None = moment.astimezone(_BRUSSELS).date() if moment else None
    return str(day or "")
