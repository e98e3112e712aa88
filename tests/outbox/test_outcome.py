"""What becomes of a mail by what the other side said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.mail.outgoing import OutboxState
from agent.outbox.outcome import claimed, concluded, given_up, refused_for_good, said
from agent.outbox.pacing import Limits
from agent.ports import Delivery
from tests.store.builders import NOW, mail

LIMITS = Limits(first_pause=timedelta(minutes=2), give_up_after=timedelta(days=4))
A, B = "a@x.example", "b@x.example"
SENDING = mail("s1", to=(A, B), state=OutboxState.SENDING, attempts=1, first_tried_at=NOW, note="old")
LATER = NOW + timedelta(hours=1)


def after(delivery, mail_=SENDING, now=LATER, jitter=0.0):
    return concluded(mail_, delivery, now, LIMITS, jitter)


def test_each_try_is_counted_and_the_first_one_remembered():
    """What was said of the one before is forgotten."""
    first = claimed(mail("s1", note="why"), NOW)
    assert (first.state, first.attempts, first.first_tried_at, first.note) == (OutboxState.SENDING, 1, NOW, "")
    again = claimed(replace(first, state=OutboxState.QUEUED), LATER)
    assert (again.attempts, again.first_tried_at) == (2, NOW)


def test_what_somebody_accepted_is_sent():
    """From the moment at which the first one did; what others refused for good is said."""
    done = after(Delivery(accepted=(A,), permanent=((B, "no such user"),)))
    assert done == replace(
        SENDING, state=OutboxState.SENT, sent_at=LATER, remaining=(), note="b@x.example: no such user"
    )
    before = replace(SENDING, sent_at=NOW, remaining=(B,))
    assert after(Delivery(accepted=(B,)), before) == replace(before, state=OutboxState.SENT, remaining=(), note="")


def test_what_was_refused_for_now_is_tried_again_for_those_alone():
    """After a pause, longer by the jitter; that others accepted it is not forgotten."""
    delivery = Delivery(accepted=(A,), temporary=((B, "busy"),))
    again = after(delivery, jitter=1.0)
    assert (again.state, again.remaining, again.sent_at) == (OutboxState.QUEUED, (B,), LATER)
    assert (again.not_before, again.note) == (LATER + timedelta(minutes=2.5), "b@x.example: busy")
    assert after(Delivery(temporary=((A, "x"), (B, "y")))).sent_at is None


def test_what_nobody_accepted_has_failed():
    """With the other side's words, or ours where there are none."""
    assert after(Delivery(permanent=((A, "no"), (B, "never")))).note == "a@x.example: no; b@x.example: never"
    silent = after(Delivery())
    assert (silent.state, silent.sent_at, silent.note) == (OutboxState.FAILED, None, "no recipient was accepted")


@pytest.mark.parametrize(
    ("waited", "given"), [(timedelta(days=4) - timedelta(seconds=1), False), (timedelta(days=4), True)]
)
def test_a_mail_that_is_refused_for_so_long_has_failed(waited, given):
    """RFC 5321 §4.5.4.1: four days from the first try; one that was never tried is not given up."""
    delivery = Delivery(permanent=((A, "no"),), temporary=((B, "busy"),))
    now = NOW + waited
    assert given_up(SENDING, now, LIMITS) is given
    assert not given_up(replace(SENDING, first_tried_at=None), now, LIMITS)
    assert refused_for_good(SENDING, delivery, now, LIMITS) == (((A, "no"), (B, "busy")) if given else ((A, "no"),))
    assert after(delivery, now=now).state is (OutboxState.FAILED if given else OutboxState.QUEUED)


def test_a_strangers_words_are_bounded():
    """One line, two hundred characters a recipient, a thousand in all."""
    assert said(((A, "line\r\n  other"),)) == "a@x.example: line other"
    assert said(((A, "x" * 300),)) == f"a@x.example: {'x' * 200}"
    assert len(said(tuple((A, "x" * 300) for _ in range(9)))) == 1000
    assert said(()) == ""
