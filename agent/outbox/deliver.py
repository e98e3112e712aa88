"""From the outbox to the other side: the only caller of Transport.send. What was handed over is never handed over again blindly.

For each mail: commit `sending`; send; commit `sent` with the events that follow; put the copy into Sent. The commit comes before
the copy because it takes a fraction of its time, and whatever is not recorded is what a crash leaves in doubt; the copy that is
still owed is remembered in the same commit. A mail found in `sending` is looked for in Sent, and held when it is not there.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from agent.errors import AgentError, ConfigError, CorruptStore, PermanentError, TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.by_hand import ARRIVED
from agent.outbox.copies import Copies
from agent.outbox.line import in_line, takes_turns
from agent.outbox.outcome import claimed, concluded, refused_for_good
from agent.outbox.pacing import Limits, Outage, Pace, domain
from agent.outbox.rules import STRANGERS, Cancel, DeliveryReport, Doors, Go, Postpone, Rules, StillSending
from agent.ports import AlreadyDone, Commit, Conflict, Delivery, Envelope, UnknownOutcome

# Under these keys the store remembers for each channel the pace of sending, since when the other side is down, and whose turn it was
# last.
PACE, OUTAGE, TURN = "outbox:pace", "outbox:outage", "outbox:turn"
_COMMIT_TRIES = 5
_IN_DOUBT = "nobody knows whether it was accepted"
_COPIES_APPEAR_WITHIN = timedelta(hours=1)
_SHORTEST_POSTPONEMENT = timedelta(minutes=1)
# A transport that takes its time is asked again so soon.
_STILL_SENDING = timedelta(seconds=5)
_LOG = logging.getLogger("relance.outbox")


def deliver_due(doors: Doors, rules: Rules, limits: Limits, stop: Callable[[], bool] = lambda: False) -> DeliveryReport:
    """Send what is due on this channel, one mail after the other, until nothing is, a limit is reached, or `stop` says so.

    Mails that an earlier run left in doubt are settled first. An error of the store ends the run and is raised; the mail at
    hand is then in `sending`, and the next run settles it. The transport's ConfigError ends the run and stands in `problem`.
    """
    run = _Run(doors, rules, limits)
    if not run.settle_doubts():
        return run.report()
    run.copies.pay(run.assembled)
    for mail in run.ready():
        if stop():
            break
        run.guarded(mail, run.deliver)
    run.copies.forget()
    return run.report()


class _Run:
    """One delivery run: its doors, and its report so far."""

    def __init__(self, doors: Doors, rules: Rules, limits: Limits) -> None:
        self.store, self.transport = doors.store, doors.transport
        self.mailbox, self.clock = doors.mailbox, doors.clock
        self.doors, self.rules = doors, rules
        keys = (f"{key}:{doors.channel}" if doors.channel else key for key in (PACE, OUTAGE, TURN))
        self._pace, self._outage, self._turn = keys
        self.limits = limits
        self.copies = Copies(doors)
        self._busy = False
        self._fates: defaultdict[str, list[str]] = defaultdict(list)
        self._resume_at: datetime | None = None
        self._problem = ""

    def report(self) -> DeliveryReport:
        """What happened so far."""
        fates = self._fates
        return DeliveryReport(
            sent=tuple(fates["sent"]),
            failed=tuple(fates["failed"]),
            held=tuple(fates["held"]),
            cancelled=tuple(fates["cancelled"]),
            postponed=tuple(fates["postponed"]),
            deferred=tuple(fates["deferred"]),
            unresolved=tuple(fates["unresolved"]),
            resume_at=self._resume_at,
            problem=self._problem,
        )

    def settle_doubts(self) -> bool:
        """Find out about the mails that an earlier run left in `sending`, and look once more for those held a short while ago.

        A server that files its own copies may take a moment until they can be found. False while the transport is still busy.
        """
        for mail in self._own([OutboxState.SENDING]):
            self.guarded(mail, self._go_on if self.doors.in_flight(mail.message_id) else self._settle)
        for mail in [] if self._busy else self._own([OutboxState.HELD]):
            if mail.note == ARRIVED:
                self.guarded(mail, self._record_arrived)
            elif mail.note == _IN_DOUBT and self.doors.in_flight(mail.message_id):
                self.guarded(mail, self._go_on)  # another worker doubted; this one can tell
            elif mail.note == _IN_DOUBT and self.clock.now() - mail.not_before < _COPIES_APPEAR_WITHIN:
                self.guarded(mail, self._find_late)
        return not self._busy

    def _own(self, states: Iterable[OutboxState]) -> list[OutgoingMail]:
        return [mail for mail in self.store.outbox(states) if self.doors.take(mail)]

    def _go_on(self, mail: OutgoingMail) -> None:
        """Hear what became of a mail that the transport was still handing over when the last run ended."""
        raw = self.assembled(mail)
        if raw is not None:
            self._send(mail, raw)

    def guarded(self, mail: OutgoingMail, act: Callable[[OutgoingMail], None]) -> None:
        """Do it so that one mail stops no other: a rule that fails on it leaves the mail where it is, for the next run."""
        try:
            act(mail)
        except (TemporaryError, ConfigError, CorruptStore):
            raise
        except (Conflict, AlreadyDone) as error:
            _LOG.info("an outgoing mail is left to whoever changed it: %s", error)
            self._note("unresolved", mail)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with this mail, the others are not to wait for it
            _LOG.error("an outgoing mail could not be dealt with", exc_info=error, extra={"line": {"mail": mail.id}})
            self._note("unresolved", mail)

    def ready(self) -> Iterator[OutgoingMail]:
        """The mails that may leave now by every limit, while there is nothing that ends the run."""
        outage = Outage.of(self.store.note(self._outage))
        if outage.until > self.clock.now():
            self._resume(outage.until)
            return
        pace, crowded = Pace.of(self.store.note(self._pace)), set[str]()
        for place in in_line(self.store.queue(self.clock.now()), self.store.note(self._turn) or ""):
            domains = {domain(address) for address in place.to}
            if not self.doors.take(place) or not crowded.isdisjoint(domains):
                continue
            now = self.clock.now()
            anybody, free = (pace.free_at(now, to, self.limits) for to in ((), place.to))
            if self._problem or self._busy or anybody > now:
                self._resume(anybody)
                return
            mail = self.store.mail(place.id) if free <= now else None
            if mail is not None and mail.state is OutboxState.QUEUED:
                yield mail
                pace = Pace.of(self.store.note(self._pace))
            elif free > now:
                self._resume(free)
                crowded |= {name for name in domains if pace.free_at(now, (f"@{name}",), self.limits) > now}

    def deliver(self, mail: OutgoingMail) -> None:
        """Look again whether the mail is right, and send it."""
        match self.rules.recheck(mail):
            case Postpone(until, reason):
                later = max(until, self.clock.now() + _SHORTEST_POSTPONEMENT)
                self._commit(replace(mail, not_before=later, note=reason), Commit)
                self._note("postponed", mail)
            case Cancel(reason, follows):
                self._cancel(mail, reason, follows)
                self._note("cancelled", mail)
            case Go():
                strangers = self.rules.strangers(mail)
                raw = self.assembled(mail)
                if strangers:
                    self._hold(mail, f"{STRANGERS}{', '.join(strangers)}")
                elif raw is None:
                    self._hold(mail, "it could not be written")
                else:
                    self._send(self._claim(mail), raw)

    def _cancel(self, mail: OutgoingMail, reason: str, follows: Commit) -> None:
        """End a mail that is not right any more. One that somebody accepted already was sent; only the others are spared it."""
        if mail.sent_at is None:
            self._commit(replace(mail, state=OutboxState.CANCELLED, note=reason), lambda: follows)
        else:
            self._commit(replace(mail, state=OutboxState.SENT, remaining=(), note=reason), Commit)

    def _claim(self, mail: OutgoingMail) -> OutgoingMail:
        now = self.clock.now()
        sending = claimed(mail, now)
        pace = Pace.of(self.store.note(self._pace)).after(now, mail.recipients)
        turn = {self._turn: mail.creditor} if takes_turns(mail.kind) else {}
        self.store.commit(Commit(outgoing=(sending,), notes={self._pace: str(pace), **turn}))
        return sending

    def _send(self, mail: OutgoingMail, raw: bytes) -> None:
        self.store.claims.confirm()
        with self.store.claims.under():  # what becomes of it is recorded, whoever has the way out by then
            self._hand_over(mail, raw)

    def _hand_over(self, mail: OutgoingMail, raw: bytes) -> None:
        try:
            delivery = self.transport.send(Envelope(mail.sender, mail.recipients), raw)
        except StillSending:
            self._busy = True
            self._resume(self.clock.now() + _STILL_SENDING)
        except UnknownOutcome:
            self._settle(mail)
        except TemporaryError as error:
            self._back_off(mail, str(error))
        except ConfigError as error:
            self._problem = str(error)
            self._commit(replace(mail, state=OutboxState.QUEUED, note=str(error)), Commit)
        except PermanentError as error:
            self._conclude(mail, Delivery(permanent=tuple((to, str(error)) for to in mail.recipients)))
        else:
            self._record(mail, delivery, raw)

    def _record(self, mail: OutgoingMail, delivery: Delivery, raw: bytes) -> None:
        try:
            self._conclude(mail, delivery, owed=bool(delivery.accepted))
        except BaseException:
            # It is out and could not be recorded: its copy in Sent will prove that to the next run.
            if delivery.accepted:
                with suppress(AgentError):
                    self.mailbox.keep_sent(raw)
            raise
        if delivery.accepted:
            self.copies.put(mail.id, raw)

    def _conclude(self, mail: OutgoingMail, delivery: Delivery, *, owed: bool = False) -> None:
        now = self.clock.now()
        after = concluded(mail, delivery, now, self.limits, self.rules.jitter())
        refused = refused_for_good(mail, delivery, now, self.limits)

        def follows() -> Commit:
            parts = [Commit(notes=self._remembered(mail, owed=owed))]
            if delivery.accepted and mail.sent_at is None:
                parts.append(self.rules.on_sent(after, delivery))
            if refused:
                temporary = tuple(r for r in refused if r in delivery.temporary)
                parts.append(self.rules.on_failed(after, Delivery((), temporary, delivery.permanent)))
            return joined(*parts)

        self._commit(after, follows)
        self._note("deferred" if after.state is OutboxState.QUEUED else after.state.value, mail)

    def _remembered(self, mail: OutgoingMail, *, owed: bool) -> dict[str, str | None]:
        """The notes after a mail was handed over, by how they are now: who has the way out by then may have changed them."""
        notes: dict[str, str | None] = {self._outage: None} if self.store.note(self._outage) is not None else {}
        return notes | (self.copies.owing(mail.id) if owed else {})

    def _settle(self, mail: OutgoingMail) -> None:
        """Look for a mail whose outcome is unknown in Sent: there, it was sent; not there, a person decides."""
        match self._in_sent(mail):
            case True:
                self._conclude(mail, Delivery(accepted=mail.recipients))
            case False:
                self._hold(mail, _IN_DOUBT)
            case None:
                self._note("unresolved", mail)

    def _find_late(self, mail: OutgoingMail) -> None:
        if self._in_sent(mail):
            self._conclude(mail, Delivery(accepted=mail.recipients))

    def _record_arrived(self, mail: OutgoingMail) -> None:
        """Count a mail as sent because a person says that it arrived; its copy is owed to Sent."""
        self._conclude(mail, Delivery(accepted=mail.recipients), owed=True)

    def _in_sent(self, mail: OutgoingMail) -> bool | None:
        """Whether Sent holds it; None while Sent cannot be looked into."""
        try:
            return self.mailbox.sent(mail.message_id)
        except (TemporaryError, PermanentError, ConfigError):
            return None

    def _hold(self, mail: OutgoingMail, reason: str) -> None:
        held = replace(mail, state=OutboxState.HELD, note=reason, not_before=self.clock.now())
        self._commit(held, lambda: self.rules.on_held(held))
        self._note("held", mail)

    def _back_off(self, mail: OutgoingMail, words: str) -> None:
        """Nothing was handed over since the other side cannot be reached: end the run, and come back later and later."""
        outage = Outage.of(self.store.note(self._outage)).longer(self.clock.now(), self.limits)
        self._conclude(mail, Delivery(temporary=tuple((to, words) for to in mail.recipients)))
        self.store.commit(Commit(notes={self._outage: str(outage)}))
        self._problem = words
        self._resume(outage.until)

    def _commit(self, mail: OutgoingMail, follows: Callable[[], Commit]) -> None:
        for tries in range(1, _COMMIT_TRIES + 1):
            try:
                self.store.commit(joined(Commit(outgoing=(mail,)), self._unwritten(follows())))
            except Conflict:
                if tries == _COMMIT_TRIES:
                    raise
            else:
                return

    def _unwritten(self, follows: Commit) -> Commit:
        """What follows, without the letters that were written when this mail was dealt with before."""
        return replace(follows, outgoing=tuple(m for m in follows.outgoing if self.store.mail(m.key) is None))

    def assembled(self, mail: OutgoingMail) -> bytes | None:
        """The mail as it leaves; None when it cannot be written."""
        try:
            return self.rules.assemble(mail)
        except (PermanentError, ValueError, LookupError):
            return None

    def _note(self, name: str, mail: OutgoingMail) -> None:
        self._fates[name].append(mail.id)

    def _resume(self, at: datetime) -> None:
        if at > self.clock.now():
            self._resume_at = min(at, self._resume_at or at)


def joined(*commits: Commit) -> Commit:
    """One commit that does what all of these do; at most one may carry a message."""
    return Commit(
        events=tuple(e for c in commits for e in c.events),
        states=tuple(s for c in commits for s in c.states),
        outgoing=tuple(m for c in commits for m in c.outgoing),
        message=next((c.message for c in commits if c.message is not None), None),
        timers=tuple(t for c in commits for t in c.timers),
        notes={key: value for c in commits for key, value in c.notes.items()},
    )
