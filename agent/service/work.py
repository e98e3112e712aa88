"""One round of work: the mails that wait, what the clock brings, the outbox. The daemon turns it, `relance once` does it once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from agent.errors import AgentError, ConfigError, CorruptStore, PermanentError, TemporaryError
from agent.outbox.deliver import deliver_due
from agent.outbox.rules import DeliveryReport, Doors, together
from agent.ports import ClaimLost, Conflict, Mailbox, MessageRef
from agent.service.ahead import parsed, reading_ahead
from agent.service.app import App, Channel
from agent.service.dispatch import limits_of, rules_of
from agent.service.handle import Arrived, handle_message, park, refuse_oversized
from agent.service.patience import PatientTransport
from agent.service.restored import catch_up, is_pending
from agent.service.sharing import meet_others, my_mails, my_way_out
from agent.service.stretch import Shelf, Stretch
from agent.service.tick import run_due
from agent.service.turns import STRETCH

_LOG = logging.getLogger("relance.work")
_BATCH = 50
_BATCH_BYTES = 8_000_000
# Enough of a mail that is too large to tell who wrote it and about what.
_HEAD = 200_000
# A mail that was handled and could not be moved is tried again after so long.
_UNMOVED = timedelta(minutes=10)
# Deaths of the process over one mail after which it is put away, whatever the child says.
_MOST_DEATHS = 50


def once(app: App) -> DeliveryReport:
    """Handle every mail that waits, do what is due, and deliver: the whole loop, one time.

    Raises:
        TemporaryError, ConfigError: a mailbox cannot be read; everything else was done all the same.
    """
    troubles: list[AgentError] = []
    meet_others(app)
    catch_up(app)
    for channel in app.channels:
        try:
            channel.mailbox.open()
            while handle_waiting(app, channel) >= STRETCH:
                pass
        except (TemporaryError, ConfigError) as error:
            troubles.append(error)
    app = replace(app, unread=tuple(channel.name for channel in app.channels if not _is_read(app, channel)))
    run_due(app)
    reports = [deliver(app, channel) for channel in app.channels]
    if troubles:
        raise troubles[0]
    return together(reports)


def _is_read(app: App, channel: Channel) -> bool:
    """Whether nothing more is to be handled in its inbox; mail may have come while the last was handled."""
    try:
        return channel.turns.is_done(channel.mailbox, app.clock.now())
    except (TemporaryError, ConfigError):
        return False


def deliver(app: App, channel: Channel, stop: Callable[[], bool] = lambda: False) -> DeliveryReport:
    """Send what may leave through this channel now. What it cannot send, no other channel waits for."""
    if is_pending(app.store):
        return DeliveryReport(problem="the books were restored and must be compared with the mailbox first")
    with my_way_out(app, channel) as mine, suppress(ClaimLost):
        if mine:
            return deliver_due(_doors(app, channel), rules_of(app), limits_of(app, channel.name), stop)
    return DeliveryReport()


def _doors(app: App, channel: Channel) -> Doors:
    return Doors(
        app.store,
        channel.transport,
        channel.mailbox,
        app.clock,
        channel=channel.name,
        serves=partial(app.serves, channel),
        leaves=app.company.leaves_cases_of,
        in_flight=channel.transport.in_flight if isinstance(channel.transport, PatientTransport) else lambda _: False,
    )


def handle_waiting(app: App, channel: Channel, stop: Callable[[], bool] = lambda: False, *, ahead: bool = True) -> int:
    """Handle the mails of INBOX, or a stretch of them where many wait (see `turns`) or several workers share them; how many there were.

    With `ahead` the documents of the next mails are read while one is being handled, and what is committed for several becomes durable
    at the same moment (see `Stretch`).

    Raises:
        TemporaryError: the mailbox cannot now; what was handled stays handled.
    """
    mailbox, claims = channel.mailbox, app.store.claims
    waiting = channel.turns.next(mailbox, app.book, app.clock.now(), shared=claims.shared)
    count = 0
    shelf = Stretch(app.store, mailbox, together=ahead and not claims.shared, put_off=partial(_put_off, app, channel))
    with my_mails(app, channel, waiting) as refs, suppress(ClaimLost), shelf:
        for mail, whole in _fetched(app, mailbox, refs, ahead=ahead):
            if stop():
                break
            with claims.under(channel.turns.lane(mail.ref)):
                _guarded(app, channel, shelf, mail, whole=whole)
            count += 1
            shelf.next()
    return count


def _put_off(app: App, channel: Channel, ref: MessageRef) -> None:
    """Leave a mail alone that was handled and that its server does not move."""
    channel.turns.put_off(ref, app.clock.now() + _UNMOVED)


def _fetched(app: App, mailbox: Mailbox, refs: Sequence[MessageRef], *, ahead: bool) -> Iterator[tuple[Arrived, bool]]:
    """These mails, and whether each is whole; what vanished meanwhile is left out."""
    largest = app.settings.limits.message_mb * 1_000_000
    for batch in _batches(refs, largest):
        if batch[0].size > largest:
            with suppress(PermanentError):
                yield parsed(batch[0], mailbox.fetch_head(batch[0], _HEAD)), False
            continue
        arrived = (parsed(ref, raw) for ref, raw in mailbox.fetch(batch))
        yield from ((mail, True) for mail in (reading_ahead(app, arrived) if ahead else arrived))


def _batches(refs: Sequence[MessageRef], largest: int) -> Iterator[list[MessageRef]]:
    """The mails in groups that fit in memory; one that is larger than allowed comes alone."""
    batch: list[MessageRef] = []
    for ref in refs:
        alone = ref.size > largest
        if batch and (alone or len(batch) >= _BATCH or sum(r.size for r in batch) + ref.size > _BATCH_BYTES):
            yield batch
            batch = []
        batch.append(ref)
        if alone:
            yield batch
            batch = []
    if batch:
        yield batch


def _guarded(app: App, channel: Channel, shelf: Shelf, mail: Arrived, *, whole: bool = True) -> None:
    """Handle one mail so that it can stop nothing: after the last allowed attempt it lies in Quarantine.

    A mark on the disk says which mail is at hand, so that one that kills the process is counted at the next start.
    """
    ref, raw = mail.ref, mail.raw
    mark, key = _mark(app), hashlib.sha256(raw).hexdigest()
    try:
        mark.write_bytes(key.encode())
    except OSError as error:
        raise TemporaryError(f"{mark} cannot be written: {error.strerror}") from error
    try:
        if _is_poison(app, mail, key):
            park(app, shelf, ref, raw, RuntimeError("it was tried too often"))
        elif whole:
            later = handle_message(app, shelf, mail).again_at
            if later is not None:
                channel.turns.put_off(ref, later)
        else:
            refuse_oversized(app, shelf, mail)
    except (TemporaryError, CorruptStore, ConfigError):
        _take_away(mark)  # nobody died over it
        raise
    except Exception as error:  # one mail, whatever is in it, must not stop the others
        raced = isinstance(error, Conflict) and app.store.claims.shared
        counts = not raced or channel.turns.counts_conflict(ref, app.clock.now())
        if not (counts and _failed(app, shelf, mail, key, error)) and raced:
            _LOG.info("a mail waits, for others change what it is about: %s", error)
            _take_away(mark)
            raise ClaimLost("the stretch ends here: no mail overtakes an earlier one of its writer") from error
    _take_away(mark)


def _failed(app: App, shelf: Shelf, mail: Arrived, key: str, error: Exception) -> bool:
    """Count one failure more of this mail; whether that was the last, and it lies in Quarantine now."""
    tries = app.store.attempts(key, failed=True)
    _LOG.warning("a mail failed", exc_info=error, extra={"line": {"ref": mail.ref.id, "tries": tries}})
    if tries < app.settings.limits.handling_attempts:
        return False
    park(app, shelf, mail.ref, mail.raw, error)
    return True


def _is_poison(app: App, mail: Arrived, key: str) -> bool:
    """Whether a mail failed too often. One over which the process died may be innocent: it is tried in the child first."""
    most = app.settings.limits.handling_attempts
    if app.store.attempts(key) >= most:
        return True
    died = app.store.attempts(_crash(key))
    return died >= most and (died >= _MOST_DEATHS or not app.reader.survives(mail.raw))


def _crash(key: str) -> str:
    return f"crash:{key}"


def count_crash(app: App) -> bool:
    """Whether a mail was at hand when the process last died; it is counted for that mail."""
    mark = _mark(app)
    if not mark.exists():
        return False
    key = mark.read_text(encoding="ascii").strip()
    if key:
        app.store.attempts(_crash(key), failed=True)
    _take_away(mark)
    return True


def _take_away(mark: Path) -> None:
    """Nothing; a mark that a read-only disk keeps counts as one death more, which does no harm."""
    with suppress(OSError):
        mark.unlink(missing_ok=True)


def _mark(app: App) -> Path:
    return app.settings.state_dir / "at-hand"
