"""The judge of the walk sees what is wrong: evidence in order is good, and each thing that is done to it is found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.domain.letters import LetterKind
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Box, MessageRecord
from tests.workers.crowd import Posted
from tests.workers.judge import Evidence, held, judge
from tests.workers.world import Taken

NOW = datetime(2026, 2, 10, 9, tzinfo=UTC)


def posted(number: int, sort: str, **more: object) -> Posted:
    return Posted(b"", "north", "owner@c0.example", f"<w{number}@c0.example>", f"key{number}", sort, **more)  # type: ignore[arg-type]


def record(number: int, box: Box = Box.HANDLED) -> MessageRecord:
    return MessageRecord(
        f"key{number}", f"<w{number}@c0.example>", NOW, "owner@c0.example", "owner", "handover", "", box
    )


def mail(key: str, kind: str = "acknowledgement", **more: object) -> OutgoingMail:
    told = {"in_reply_to": "<w1@c0.example>", "state": OutboxState.SENT, "sent_at": NOW} | more
    to = ("compta@d0.example" if kind == LetterKind.STATEMENT.value else "owner@c0.example",)
    return OutgoingMail(key, key, kind, "c0", "", "", to, f"<{key}@us>", "", "", "", NOW, NOW, **told)  # type: ignore[arg-type]


def taken(key: str, scene: int = 0, worker: int = 1, to: str = "owner@c0.example") -> Taken:
    return Taken(scene, worker, (to,), f"<{key}@us>", b"")


def statement(key: str, **more: object) -> OutgoingMail:
    return mail(key, LetterKind.STATEMENT.value, in_reply_to="", debtor="d0", about=("item1",), **more)


GOOD = Evidence(
    posted=[posted(1, "invoice", registers="C0-1"), posted(2, "invoice", registers="C0-2"), posted(3, "paid", pays="C0-2")],
    records=[record(1), record(2), record(3)],
    outbox=[mail("ack1"), mail("ack2", in_reply_to="<w2@c0.example>"), statement("first")],
    numbers={"item1": "C0-1", "item2": "C0-2"},
    registered=["item1", "item2"],
    paid=["item2"],
    folders={"north": {"Handled": [f"<w{number}@c0.example>" for number in (1, 2, 3)]}},
    copies={"<ack1@us>": 1, "<ack2@us>": 1, "<first@us>": 1},
    taken=[taken("ack1"), taken("ack2"), taken("first", 1, to="compta@d0.example")],
)  # fmt: skip


def lying(**boxes: Sequence[int]) -> Mapping[str, Mapping[str, Sequence[str]]]:
    return {"north": {box: [f"<w{number}@c0.example>" for number in numbers] for box, numbers in boxes.items()}}


Doctored = Callable[[Evidence], Evidence]
LOST: dict[str, Doctored] = {
    "a mail is not in the books": lambda e: replace(e, records=e.records[:2]),
    "a mail lies in no folder": lambda e: replace(e, folders=lying(Handled=(1, 2))),
    "an invoice is not booked": lambda e: replace(e, registered=["item1"]),
    "a payment is not booked": lambda e: replace(e, paid=[]),
    "a sent mail never left": lambda e: replace(e, taken=e.taken[:2]),
    "a mail is in sending for ever": lambda e: replace(e, outbox=[*e.outbox, mail("x", state=OutboxState.SENDING)]),
}
TWICE: dict[str, Doctored] = {
    "a mail has two records": lambda e: replace(e, records=[*e.records, record(3)]),
    "a mail lies in two folders": lambda e: replace(e, folders=lying(Handled=(1, 2, 3), INBOX=(3,))),
    "a mail lies twice in one folder": lambda e: replace(e, folders=lying(Handled=(1, 2, 3, 3))),
    "a copy was kept twice": lambda e: replace(e, copies={**e.copies, "<ack1@us>": 2}),
    "an invoice is booked twice": lambda e: replace(
        e, registered=[*e.registered, "item3"], numbers={**e.numbers, "item3": "C0-1"}
    ),
    "a payment is booked twice": lambda e: replace(e, paid=["item2", "item2"]),
    "a mail was taken twice": lambda e: replace(e, taken=[*e.taken, taken("ack1", worker=2)]),
    "a mail was answered twice": lambda e: replace(
        e, outbox=[*e.outbox, mail("ack1b")], taken=[*e.taken, taken("ack1b")], copies={**e.copies, "<ack1b@us>": 1}
    ),
    "a debtor got two statements": lambda e: replace(
        e,
        outbox=[*e.outbox, statement("second")],
        taken=[*e.taken, taken("second", 1, 2, to="compta@d0.example")],
        copies={**e.copies, "<second@us>": 1},
    ),
}
WRONG: dict[str, Doctored] = {
    "the books do not verify": lambda e: replace(e, problems=["verify: the chain is broken"]),
    "a mail lies elsewhere than recorded": lambda e: replace(e, folders=lying(Handled=(1, 2), Review=(3,))),
    "a person's mails were handled in another order": lambda e: replace(e, records=[record(1), record(3), record(2)]),
    "a mail left that nobody wrote": lambda e: replace(e, taken=[*e.taken, taken("odd")]),
    "a cancelled mail left": lambda e: replace(
        e,
        outbox=[*e.outbox, mail("x", in_reply_to="", state=OutboxState.CANCELLED, sent_at=None)],
        taken=[*e.taken, taken("x")],
    ),
    "a sent mail has no copy": lambda e: replace(e, copies={}),
    "what was paid was asked for": lambda e: replace(e, numbers={"item1": "C0-2", "item2": "C0-1"}),
}


def test_good_evidence_is_found_good() -> None:
    """Nothing is found, and nothing is held."""
    assert list(judge(GOOD).lines()) == []
    assert held(GOOD) == 0


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_is_found(name: str) -> None:
    """It is called lost, and nothing is called twice."""
    found = judge(LOST[name](GOOD))
    assert found.lost
    assert not found.twice


@pytest.mark.parametrize("name", TWICE)
def test_what_happened_twice_is_found(name: str) -> None:
    """It is called twice, and nothing is called lost."""
    found = judge(TWICE[name](GOOD))
    assert found.twice
    assert not found.lost


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(name: str) -> None:
    """It is called wrong, and nothing is called twice."""
    found = judge(WRONG[name](GOOD))
    assert found.wrong
    assert not found.twice


def test_a_mail_in_doubt_is_counted_apart() -> None:
    """One that is held is neither lost nor wrong, whether it arrived or not."""
    doubtful = replace(GOOD, outbox=[*GOOD.outbox, mail("x", in_reply_to="", state=OutboxState.HELD, sent_at=None)])
    assert held(doubtful) == 1
    assert list(judge(doubtful).lines()) == []
    assert list(judge(replace(doubtful, taken=[*GOOD.taken, taken("x")])).lines()) == []
