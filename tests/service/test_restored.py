"""After a restoration nothing leaves before the mailbox was compared, and what does not fit is told."""

from datetime import timedelta

import pytest

from agent.domain.ledger import DebtorAccount, ItemState
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Commit
from agent.service import restored
from agent.service.bootstrap import build, close
from agent.service.daemon import Daemon
from agent.service.restored import CaughtUp, Difference, catch_up, is_pending
from agent.service.work import deliver, once
from agent.store.copies import make_copy
from agent.store.restore import restore
from tests.service.world import BRUNO, MARY, World
from tests.store.builders import mail as outgoing

DEBTORS_ADDRESS = "compta@batiplus.example"


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path)
    yield made
    made.close()


def taken(world):
    """A copy of the books as they are."""
    state = world.app.settings.state_dir
    return make_copy(world.app.store, state.parent / "copies/a.db", world.clock.now())[0]


def lost(world, copy):
    """The same program over the books of this copy; what it had is gone."""
    settings = world.app.settings
    close(world.app)
    restore(copy, settings.state_dir, world.clock.now(), force=True)
    world.app = build(settings, clock=world.clock, rehearsal=True)
    return world.app


def books(world):
    return {n: (i.state, i.balance, i.statements) for n, i in world.items().items()}


def test_a_payment_that_the_copy_does_not_know_is_not_reminded_of(world):
    """It was told, handled and lies in Handled; the restored books hear of it before anything leaves."""
    world.hand_over()
    copy = taken(world)
    world.days(3)
    world.write(BRUNO, "payé 2026-501")
    world.days(40)
    before, truth = len(world.mails(DEBTORS_ADDRESS)), books(world)
    app = lost(world, copy)
    once(app)
    world.days(3)
    assert world.items()["2026-501"].state is ItemState.SETTLED
    assert len(world.mails(DEBTORS_ADDRESS)) == before
    assert books(world) == truth
    assert app.store.verify() == []


def test_nothing_leaves_while_the_mailbox_cannot_be_read(world, monkeypatch):
    """Neither a statement that is due nor one that was queued, however often it is tried; then all is right at once."""
    world.hand_over()
    copy = taken(world)
    world.days(30)
    truth = books(world)
    app = lost(world, copy)

    def unreadable(_box):
        raise TemporaryError("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(app.channels[0].mailbox, "contents", unreadable)
        for _ in range(3):
            with pytest.raises(TemporaryError, match="no answer"):
                once(app)
        assert "restored" in deliver(app, app.channels[0]).problem
        assert is_pending(app.store)
        count = len(world.mails(DEBTORS_ADDRESS))
    once(app)
    assert not is_pending(app.store)
    assert len(world.mails(DEBTORS_ADDRESS)) == count
    statements = {n: i.statements for n, i in world.items().items()}
    assert statements == {n: s for n, (_, _, s) in truth.items()}


def test_a_comparison_that_was_broken_off_goes_on(world, monkeypatch):
    """What was handled again before the process died is not handled twice; the end is the same."""
    world.hand_over("2026-501")
    copy = taken(world)
    for number in ("2026-502", "2026-503", "2026-504"):
        world.days(1)
        world.hand_over(number)
    world.days(20)
    truth, sent = books(world), {m.message_id for m in world.app.store.outbox([OutboxState.SENT])}
    app = lost(world, copy)
    real, calls = restored.handle_again, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(restored, "handle_again", dies)
    with pytest.raises(KeyboardInterrupt):
        catch_up(app)
    assert is_pending(app.store)
    monkeypatch.setattr(restored, "handle_again", real)
    found = catch_up(app)
    assert found.handled == 1
    assert books(world) == truth
    assert sent <= {m.message_id for m in app.store.outbox([OutboxState.SENT])}
    assert app.store.verify() == []
    assert not list(app.settings.state_dir.glob(".catching-up"))


def test_a_mail_in_sent_that_nobody_can_explain_pauses_its_debtor(world):
    """The mail that caused it was deleted from Handled: nobody writes to that customer until a person looked."""
    world.hand_over()
    copy = taken(world)
    account = next(iter(world.app.store.states(DebtorAccount)))
    world.days(2)
    mailbox = world.app.channels[0].mailbox
    strange = (
        b"From: relance@comptoir.example\r\nTo: compta@batiplus.example\r\nSubject: Relance\r\n"
        b"Date: Thu, 12 Mar 2026 09:00:00 +0100\r\nMessage-ID: <relance.aaaaaaaaaaaaaaaa.0123@comptoir.example>\r\n\r\nx"
    )
    mailbox.keep_sent(strange)
    app = lost(world, copy)
    found = catch_up(app)
    assert any("in Sent, and not in the books" in str(line) for line in found.differences)
    assert any("paused" in str(line) for line in found.differences)
    assert app.store.ledger([account.id]).accounts[account.id].hold(world.clock.now().date()) is not None
    count = len(world.mails(DEBTORS_ADDRESS))
    world.days(60)
    assert len(world.mails(DEBTORS_ADDRESS)) == count


def test_what_was_queued_when_the_copy_was_taken_is_held(world):
    """Nobody knows what became of it when Sent does not hold it: a person decides."""
    world.hand_over()
    waiting = outgoing("digest:x", to=("bruno@atelier-bruno.example",), kind="digest", about=())
    world.app.store.commit(Commit(outgoing=(waiting,)))
    copy = taken(world)
    app = lost(world, copy)
    found = catch_up(app)
    assert app.store.mail("digest:x").state is OutboxState.HELD
    assert any("relance outbox resend" in str(line) for line in found.differences)


def test_a_mail_that_would_lie_elsewhere_now_is_told(world, monkeypatch):
    """It was moved by hand, or is judged otherwise today."""
    world.hand_over()
    copy = taken(world)
    world.write(MARY, "paid NG-1")
    mailbox = world.app.channels[0].mailbox
    lying = {box: list(mailbox.contents(box)) for box in (Box.HANDLED, Box.REVIEW)}
    app = lost(world, copy)
    swapped = {Box.HANDLED: lying[Box.REVIEW], Box.REVIEW: lying[Box.HANDLED]}
    real = app.channels[0].mailbox.contents
    monkeypatch.setattr(app.channels[0].mailbox, "contents", lambda box: iter(swapped.get(box) or list(real(box))))
    assert any("would lie in" in str(line) for line in catch_up(app).differences)


def test_a_mail_that_cannot_be_handled_again_stops_no_other(world, monkeypatch):
    """It is told, and the others are compared."""
    world.hand_over("2026-501")
    copy = taken(world)
    world.hand_over("2026-502")
    world.hand_over("2026-503")
    app = lost(world, copy)
    real, calls = restored.handle_again, []

    def fails(where, raw):
        calls.append(raw)
        if len(calls) == 1:
            raise ValueError("no")
        return real(where, raw)

    monkeypatch.setattr(restored, "handle_again", fails)
    found = catch_up(app)
    assert sorted(world.items()) == ["2026-501", "2026-503"]
    assert [line for line in found.differences if "could not be handled again" in str(line)]


def test_books_that_were_not_restored_are_not_compared(world):
    """Nothing to do, nothing told."""
    assert catch_up(world.app) is None


def test_a_copy_of_today_changes_nothing(world):
    """Nothing came and nothing left since."""
    world.hand_over()
    world.days(5)
    truth = books(world)
    app = lost(world, taken(world))
    found = catch_up(app)
    assert (found.handled, found.left, found.dropped, found.differences) == (0, 0, 0, ())
    assert books(world) == truth
    world.clock.advance(timedelta(days=1))
    once(app)
    assert books(world) == truth


def test_the_service_compares_before_anything_else_however_long_it_takes(world, monkeypatch):
    """It asks the mailbox again and again, shows that it lives, and works only then."""
    world.hand_over()
    app = lost(world, taken(world))
    daemon = Daemon(app, lambda: app.settings)
    real, asked = app.channels[0].mailbox.contents, []

    def answers_late(box):
        asked.append(box)
        if len(asked) < 3:
            raise TemporaryError("no answer")
        return real(box)

    monkeypatch.setattr(app.channels[0].mailbox, "contents", answers_late)
    monkeypatch.setattr(daemon._bell, "rang", lambda _seconds: False)
    daemon._compare_restored()
    assert not is_pending(app.store)
    assert len(asked) > 3


def test_the_service_can_be_stopped_while_it_waits_for_the_mailbox(world, monkeypatch):
    """The books stay marked."""
    world.hand_over()
    app = lost(world, taken(world))
    daemon = Daemon(app, lambda: app.settings)

    def away(_box):
        daemon._stopping = True
        raise TemporaryError("no answer")

    monkeypatch.setattr(app.channels[0].mailbox, "contents", away)
    monkeypatch.setattr(daemon._bell, "rang", lambda _seconds: False)
    daemon._compare_restored()
    assert is_pending(app.store)


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_the_report_speaks_the_operators_language(language):
    """No line of it keeps English words, whatever was found; what was found stands in each."""
    codes = {
        "restored_unreadable": 2,
        "restored_elsewhere": 3,
        "restored_held": 3,
        "restored_unknown": 1,
        "restored_paused": 2,
    }
    for code, count in codes.items():
        told = Difference(code, tuple(f"<{n}>" for n in range(count)))
        assert told.said(language) != str(told)
        assert all(f"<{n}>" in told.said(language) for n in range(count))
    found = CaughtUp(1, 2, 3)
    assert found.said(language) != str(found)
    assert [c for c in found.said(language) if c.isdigit()] == ["1", "2", "3", "0"]
