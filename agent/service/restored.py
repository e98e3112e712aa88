"""Books that were restored from a copy, compared with the mailbox: what came and left since the copy was taken is lived again.

The mailbox is the second ledger. Everything that was handled since lies in Handled or Review, and what left lies in Sent. So the
time between is gone through once more, with the clock of then: each mail that the books do not know is handled at the moment it
came, each timer when it was due. A mail of ours that Sent holds counts as sent on the day that its copy bears, since its Message-ID
follows from what it is for; whatever else is written on the way never left and never will. Until that is done nothing is sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from agent.domain import events as ev
from agent.domain.decide import Decision
from agent.domain.decide.context import head
from agent.domain.letters import Letter, to_operator
from agent.errors import ConfigError, CorruptStore, TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.by_hand import resend
from agent.outbox.deliver import joined
from agent.outbox.outcome import claimed
from agent.ports import Commit, Delivery, Store
from agent.reports.formats import known_language
from agent.reports.words import word
from agent.service.app import App
from agent.service.clock import SimulatedClock
from agent.service.conclude import Outcome, commit_of
from agent.service.dispatch import called_off, rules_of
from agent.service.handle import handle_again
from agent.service.spool import Came, Left, Spool
from agent.service.tick import run_due
from agent.store.adopt import adopt
from agent.store.restore import RESTORED
from agent.store.tinydb_store import TinyStore

_LOG = logging.getLogger("relance.restored")
_LISTED = 20
_NEVER_LEFT = "the books were restored, and Sent does not hold it"
_MAY_HAVE_LEFT = "queued before the copy of the books was taken, and Sent does not hold it"
_REASON = "restored"
_OPEN = (OutboxState.SENDING, OutboxState.HELD, OutboxState.FAILED, OutboxState.QUEUED)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that books and mailbox do not agree about: which, by the code of its words, and what stands in them."""

    code: str
    told: tuple[str, ...]

    def said(self, language: str) -> str:
        """One line for a person."""
        return word(self.code, language).format(*self.told)

    def __str__(self) -> str:
        """The same in English, for the command line."""
        return self.said("en")


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What was found: mails handled again, mails of ours that had left, letters that were dropped, and what differs, line by line."""

    handled: int
    left: int
    dropped: int
    differences: tuple[Difference, ...] = ()

    def said(self, language: str) -> str:
        """One line for a person."""
        counts = (self.handled, self.left, self.dropped, len(self.differences))
        return Difference("restored_found", tuple(map(str, counts))).said(language)

    def __str__(self) -> str:
        """The same in English, for the command line and the log."""
        return self.said("en")


def is_pending(store: Store) -> bool:
    """Whether these books were restored and not compared with the mailbox yet: then nothing may be sent."""
    return store.note(RESTORED) is not None


def catch_up(app: App, alive: Callable[[], object] = lambda: None) -> CaughtUp | None:
    """What was found in the mailbox; None when there is nothing to compare. It may be broken off anywhere, and goes on from there.

    `alive` is called between the steps. The operator gets the report by mail.

    Raises:
        TemporaryError, ConfigError: a mailbox cannot be read now; the books stay as they are, and nothing is sent.
    """
    note = app.store.note(RESTORED)
    if note is None:
        return None
    told = json.loads(note)
    with Spool.of(app.settings.state_dir / ".catching-up") as spool:
        for channel in app.channels:
            channel.mailbox.open()
            spool.read(channel.mailbox, app.store, app.clock.now(), app.settings.limits.message_mb * 1_000_000, alive)
            channel.mailbox.close()
        found = _Past(app, spool, alive).lived(_begin(app.store, told["taken"]))
    report = _letter(app, found, told["taken"])
    commit = commit_of(app, Outcome(Decision(letters=(report,))))
    app.store.commit(replace(commit, notes={**commit.notes, RESTORED: None}))
    _LOG.info("the restored books were compared with the mailbox: %s", found)
    return found


def _begin(store: Store, taken: str) -> datetime:
    """From when on the books know nothing."""
    last = max((record.received_at for record in store.messages(limit=1)), default=None)
    moments = [datetime.fromisoformat(taken)] if taken else []
    return max((*moments, *([last] if last else [])), default=datetime(1970, 1, 1, tzinfo=UTC))


class _Past:
    """The time between copy and restoration, gone through with a clock of its own."""

    def __init__(self, app: App, spool: Spool, alive: Callable[[], object]) -> None:
        self._spool, self._alive = spool, alive
        self._end = app.clock.now()
        self._clock = SimulatedClock(self._end)
        self.app = replace(app, clock=self._clock, unread=())
        self._rules = rules_of(self.app)
        self._sent = {mail.message_id: mail for mail in spool.left}
        self._differences: list[Difference] = []
        self._handled = self._left = self._dropped = 0

    def lived(self, begin: datetime) -> CaughtUp:
        """Live through it, from `begin` to the last trace that it left."""
        self._clock.set(min(begin, self._end))
        self._settle(at_first=True)
        for came in self._spool.came:
            self._until(came.at)
            self._handle(came)
            self._settle()
        last = max((mail.at for mail in self._sent.values() if mail.at <= self._end), default=begin)
        self._until(last)
        self._settle()
        self._drop_the_rest()
        self._explain(begin)
        return CaughtUp(self._handled, self._left, self._dropped, tuple(self._differences))

    def _until(self, moment: datetime) -> None:
        """Do what was due before this moment, each at its time."""
        moment = min(moment, self._end)
        while (due := self._next()) is not None and due <= moment:
            self._alive()
            self._clock.set(max(due, self._clock.now()))
            run_due(self.app)
            self._settle()
        self._clock.set(max(moment, self._clock.now()))

    def _next(self) -> datetime | None:
        """When the next timer is due, or the next mail that waits had left."""
        waiting = (self._sent[m.message_id].at for m in self._waiting() if m.message_id in self._sent)
        moments = [m for m in (self.app.store.next_timer(), *waiting) if m is not None]
        return min(moments, default=None)

    def _waiting(self) -> list[OutgoingMail]:
        return list(self.app.store.outbox([OutboxState.QUEUED]))

    def _handle(self, came: Came) -> None:
        self._alive()
        try:
            handled = handle_again(self.app, came.raw())
        except (TemporaryError, ConfigError, CorruptStore):
            raise
        except Exception as error:  # noqa: BLE001 - one mail, whatever is in it, must not keep the books from being compared
            _LOG.warning("a mail could not be handled again", exc_info=error)
            self._differ("restored_unreadable", came, type(error).__name__)
            return
        self._handled += 1
        if handled.box is not came.box:
            self._differ("restored_elsewhere", came, came.box.value, handled.box.value)

    def _settle(self, *, at_first: bool = False) -> None:
        """What Sent holds was sent; what it does not hold is not right to send any more."""
        for mail in list(self.app.store.outbox(_OPEN if at_first else [OutboxState.QUEUED])):
            known, left = mail, self._sent.get(mail.message_id)
            if left is None and not at_first:
                known, left = self._known_as(mail)
            if left is None and known.state is OutboxState.QUEUED:
                self._drop(known, in_doubt=at_first)
            elif left is not None and left.at <= max(self._clock.now(), known.queued_at):
                self._count(known, left)

    def _known_as(self, mail: OutgoingMail) -> tuple[OutgoingMail, Left | None]:
        """The mail as it really left, with its copy; None when there is none like it."""
        left = self._spool.like(mail, self.app.store)
        if left is None or not isinstance(self.app.store, TinyStore):
            return mail, None
        return adopt(self.app.store, mail, left.message_id, left.token), left

    def _count(self, mail: OutgoingMail, left: Left) -> None:
        """Let a mail be sent, at the moment that its copy in Sent tells."""
        store, then = self.app.store, max(left.at, mail.queued_at)
        rules = rules_of(replace(self.app, clock=SimulatedClock(then)))
        if mail.state is OutboxState.FAILED:
            mail = resend(store, mail.id)
        if mail.state is OutboxState.QUEUED:
            mail = claimed(mail, then)
            store.commit(Commit(outgoing=(mail,)))
        sent = replace(mail, state=OutboxState.SENT, sent_at=then, remaining=(), note="found in Sent")
        follows = rules.on_sent(sent, Delivery(accepted=mail.recipients))
        new = tuple(m for m in follows.outgoing if store.mail(m.key) is None)
        store.commit(joined(Commit(outgoing=(sent,)), replace(follows, outgoing=new)))
        self._left += 1

    def _drop(self, mail: OutgoingMail, *, in_doubt: bool = False) -> None:
        """A mail that never left is called off; one to others than debtors that was queued already is left to a person."""
        self._dropped += 1
        if in_doubt and not mail.debtor:
            held = replace(mail, state=OutboxState.HELD, note=_MAY_HAVE_LEFT, not_before=self._clock.now())
            self.app.store.commit(Commit(outgoing=(held,)))
            self._differ("restored_held", mail.kind, ", ".join(mail.to), f"relance outbox resend {mail.id}")
            return
        ended = replace(mail, state=OutboxState.CANCELLED, note=_NEVER_LEFT)
        follows = called_off(self.app, mail, _NEVER_LEFT) if mail.debtor else Commit()
        self.app.store.commit(joined(Commit(outgoing=(ended,)), follows))

    def _drop_the_rest(self) -> None:
        for mail in self._waiting():
            self._drop(mail)

    def _explain(self, begin: datetime) -> None:
        """Mails in Sent that the books do not know: whoever got one is written to by nobody until a person has looked."""
        unknown = (left for left in self._spool.left if self.app.store.mail(left.message_id) is None)
        strange = [left for left in unknown if left.at > begin]
        for left in strange:
            self._differ("restored_unknown", left)
        accounts = {id_ for left in strange for id_ in self._accounts(left.to)}
        for id_ in sorted(accounts):
            self._pause(id_)

    def _accounts(self, addresses: Iterable[str]) -> Iterator[str]:
        found = self.app.store.find([("address", address) for address in addresses])
        return (id_ for ids in found.values() for id_ in ids)

    def _pause(self, id_: str) -> None:
        ledger = self.app.store.ledger([id_])
        account = ledger.accounts.get(id_)
        creditor = self.app.settings.creditor(account.creditor) if account else None
        if account is None or creditor is None or account.hold(self.app.today(creditor)) is not None:
            return
        context = replace(self.app.context(creditor, "restored"), now=self._end)
        event = ev.FollowUpPaused(**head(context), subject=id_, until=None, reason=_REASON)
        self.app.store.commit(commit_of(self.app, Outcome(Decision((event,)), ledger, context)))
        self._differ("restored_paused", account.name, creditor.name)

    def _differ(self, code: str, *told: object) -> None:
        self._differences.append(Difference(code, tuple(map(str, told))))


def _letter(app: App, found: CaughtUp, taken: str) -> Letter:
    """The report to the operator."""
    agency, now = app.settings.agency, app.clock.now()
    language = known_language(agency.language)
    shown = found.differences[:_LISTED]
    more = len(found.differences) - len(shown)
    facts = [
        ("summary", "the books were restored and compared with the mailbox"),
        ("found", found.said(language)),
        ("restored_copy", taken),
    ]
    facts += [("restored_difference", one.said(language)[:300]) for one in shown]
    if more:
        facts.append(("restored_more", str(more)))
    key = f"operator:restored:{now.isoformat()}"
    return to_operator(agency, key, facts)
