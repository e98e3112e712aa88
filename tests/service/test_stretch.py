"""Mails whose commits become durable together: none moves before, all move after, and one error costs the others nothing."""

from contextlib import contextmanager

import pytest

from agent.errors import TemporaryError
from agent.ports import Box, MessageRef
from agent.service import stretch as stretches
from agent.service.stretch import Stretch


class Log:
    """A store and a mailbox that write down what they are asked for."""

    def __init__(self):
        self.lines = []
        self.trouble = None
        self.stuck = set()
        self.away = False

    @contextmanager
    def together(self):
        self.lines.append("begin")
        yield
        if self.trouble:
            raise self.trouble
        self.lines.append("durable")

    def file(self, ref, box):
        self.file_all([ref], box)

    def unhandled(self, limit):
        if self.away:
            raise TemporaryError("away")
        return ()

    def file_all(self, refs, box):
        if self.away or not self.stuck.isdisjoint(ref.id for ref in refs):
            raise TemporaryError("NO [SERVERBUG]")
        self.lines.append(" ".join([box.value, *(ref.id for ref in refs)]))


@pytest.fixture
def log():
    return Log()


def handle(shelf, *names, box=Box.HANDLED):
    for name in names:
        shelf.file(MessageRef(name, 1), box)
        shelf.next()


def test_mails_move_once_their_commits_are_durable(log):
    """By folder, in one go each."""
    with Stretch(log, log, together=True) as shelf:
        handle(shelf, "a", "b")
        handle(shelf, "c", box=Box.REVIEW)
        assert log.lines == ["begin"]
    assert log.lines == ["begin", "durable", f"{Box.HANDLED.value} a b", f"{Box.REVIEW.value} c"]


def test_a_piece_is_never_large_or_old(log, monkeypatch):
    """After so many mails, or so much time, it ends and another one begins."""
    monkeypatch.setattr(stretches, "_MOST", 2)
    with Stretch(log, log, together=True) as shelf:
        handle(shelf, "a", "b", "c")
        assert log.lines == ["begin", "durable", f"{Box.HANDLED.value} a b", "begin"]
        monkeypatch.setattr(stretches.time, "monotonic", lambda: float("inf"))
        handle(shelf, "d")
        assert log.lines[4:] == ["durable", f"{Box.HANDLED.value} c d", "begin"]


def test_alone_each_mail_moves_at_once(log):
    """Where others share the books, or one mail may kill the process, nothing waits."""
    with Stretch(log, log, together=False) as shelf:
        handle(shelf, "a")
        assert log.lines == [f"{Box.HANDLED.value} a"]
        handle(shelf, "b")
    assert log.lines == [f"{Box.HANDLED.value} a", f"{Box.HANDLED.value} b"]


def test_what_was_handled_before_an_error_is_done(log):
    """The error goes on its way."""
    with pytest.raises(KeyError), Stretch(log, log, together=True) as shelf:  # noqa: PT012 - it is raised within
        handle(shelf, "a")
        raise KeyError
    assert log.lines == ["begin", "durable", f"{Box.HANDLED.value} a"]


def test_nothing_moves_when_nothing_became_durable(log):
    """The mails lie in INBOX and are handled anew."""
    log.trouble = TemporaryError("full")
    with pytest.raises(TemporaryError), Stretch(log, log, together=True) as shelf:
        handle(shelf, "a")
    assert log.lines == ["begin"]


def test_a_mail_that_its_server_does_not_move_keeps_no_other_in_inbox(log):
    """The others move, each for itself; that one is left alone for a while, and nothing is raised."""
    log.stuck, later = {"b"}, []
    with Stretch(log, log, together=True, put_off=later.append) as shelf:
        handle(shelf, "a", "b", "c")
    assert log.lines == ["begin", "durable", f"{Box.HANDLED.value} a", f"{Box.HANDLED.value} c"]
    assert [ref.id for ref in later] == ["b"]


def test_a_mail_alone_that_does_not_move_is_told_and_left_alone(log):
    """Its mailbox is troubled for once; what waits behind it comes next."""
    log.stuck, later = {"a"}, []
    with pytest.raises(TemporaryError), Stretch(log, log, together=False, put_off=later.append) as shelf:
        handle(shelf, "a")
    assert [ref.id for ref in later] == ["a"]


def test_a_server_that_is_away_is_not_asked_for_each_mail(log):
    """No mail is to blame."""
    log.away, later = True, []
    with pytest.raises(TemporaryError, match="away"), Stretch(log, log, together=True, put_off=later.append) as shelf:
        handle(shelf, "a", "b")
    assert later == []
