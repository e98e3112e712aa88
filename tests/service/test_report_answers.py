"""Answers under a digest or a monthly report: each number there settles the question that it stands beside."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from agent.demo import mails
from agent.demo.cast import LUMIERE
from agent.domain.ledger import ItemState, Question
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.service.tick import set_timers
from tests.service.world import AUDIT, BRUNO, CHLOE, World
from tests.walks.invoices import ubl

OWNER = "bruno@atelier-bruno.example"


@pytest.fixture
def world(tmp_path: Path):
    """Two debtors had all their reminders: two questions wait for the owner."""
    stage = World.built(tmp_path)
    set_timers(stage.app)
    stage.hand_over("2026-501")
    stage.hand_over("2026-502", buyer=LUMIERE)
    for day in range(40, 100, 2):
        stage.at(date(2026, 3, 10) + timedelta(days=day - 38), 9)
        stage.work()
        if len(open_questions(stage)) == 2:
            break
    yield stage
    stage.close()


def open_questions(world: World) -> list[Question]:
    found = world.app.store.states(Question, "atelier-bruno")
    return [q for q in found if isinstance(q, Question) and q.is_open]


def report(world: World, kind: str = "digest") -> OutgoingMail:
    """The latest one that the owner got, after a week that began anew."""
    day = date(2026, 7, 6) if kind == "digest" else date(2026, 7, 1)
    world.at(day, 9)
    world.work()
    sent = world.app.store.outbox([OutboxState.SENT])
    return max((m for m in sent if m.kind == kind and m.to == (OWNER,)), key=lambda m: m.queued_at)


def answer(world: World, mail: OutgoingMail, words: str, sender: str = BRUNO) -> None:
    raw = next(m for m in world.received(OWNER) if mail.message_id.encode() in m)
    world.post(mails.answer(world.pen(sender), raw, words))


def place(world: World, mail: OutgoingMail, number: str, code: str) -> int:
    """Where the report prints this choice of the question about this invoice."""
    ledger, place = world.app.store.ledger(mail.questions), 0
    item = world.items()[number].id
    for id_ in mail.questions:
        question = ledger.questions[id_]
        if item in question.subjects:
            return place + question.choices.index(code) + 1
        place += len(question.choices)
    raise AssertionError(number)


@pytest.mark.parametrize("kind", ["digest", "monthly_report"])
def test_one_number_settles_its_own_question(world: World, kind: str) -> None:
    """Also the second one's, whose own mail counts from one again; the other stays open."""
    mail = report(world, kind)
    assert len(mail.questions) == 2
    second = place(world, mail, "2026-502", "withdraw")
    assert f"  {second}. " in mail.text
    answer(world, mail, str(second))
    assert world.items()["2026-502"].state is ItemState.WITHDRAWN
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert len(open_questions(world)) == 1


def test_several_numbers_settle_several_questions(world: World) -> None:
    """In one mail, as the report proposes it, each confirmed to him."""
    mail = report(world)
    first, second = place(world, mail, "2026-501", "escalate"), place(world, mail, "2026-502", "withdraw")
    before = len(world.received(OWNER))
    answer(world, mail, f"{first},\u00a0{second}")
    assert world.items()["2026-501"].state is ItemState.ESCALATED
    assert world.items()["2026-502"].state is ItemState.WITHDRAWN
    assert not open_questions(world)
    told = "".join(m["Subject"] for m in world.mails(OWNER)[before:])
    assert "2026-501" in told
    assert "2026-502" in told


def test_a_number_beside_other_words(world: World) -> None:
    """What else he says is done as well."""
    mail = report(world)
    answer(world, mail, f"{place(world, mail, '2026-502', 'withdraw')}\npayé 2026-501")
    assert world.items()["2026-502"].state is ItemState.WITHDRAWN
    assert world.items()["2026-501"].state is ItemState.SETTLED


def test_an_old_report_keeps_its_numbers(world: World) -> None:
    """A question that was answered meanwhile does not shift those behind it, and cannot be answered twice."""
    mail = report(world)
    first, second = place(world, mail, "2026-501", "wait"), place(world, mail, "2026-502", "withdraw")
    answer(world, mail, str(first))
    answer(world, mail, str(second))
    assert world.items()["2026-502"].state is ItemState.WITHDRAWN
    answer(world, mail, str(place(world, mail, "2026-501", "withdraw")))
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert world.sent()[-1] == "refusal"


@pytest.mark.parametrize("words", ["99", "payé", "oui"])
def test_what_chooses_nothing_changes_nothing(world: World, words: str) -> None:
    """Neither a number that was not offered nor a word that fits every question."""
    mail = report(world)
    before = world.items()
    answer(world, mail, words)
    assert world.items() == before
    assert len(open_questions(world)) == 2
    assert world.sent()[-1] == "refusal"


def test_rights_are_those_of_the_writer(world: World) -> None:
    """Staff may wait but not withdraw; a viewer of another creditor may nothing."""
    mail = report(world)
    wait = place(world, mail, "2026-501", "wait")
    before = world.items()
    answer(world, mail, str(wait), AUDIT)
    assert world.items() == before
    answer(world, mail, str(wait), CHLOE)
    assert world.items()["2026-501"].holds


def test_the_words_that_a_report_proposes_are_understood(tmp_path: Path) -> None:
    """A question without choices shows what to type, with the invoice's number: typed so, it is answered."""
    world = World.built(tmp_path)
    set_timers(world.app)
    world.write(BRUNO, f_xml=ubl("2026-503").replace(b"<cbc:DueDate>2026-02-01</cbc:DueDate>", b""))
    assert [q.topic for q in open_questions(world)] == ["fields"]
    mail = report(world)
    assert "2026-503 échéance 15/03/2027" in mail.text
    answer(world, mail, "2026-503 échéance 15/03/2027")
    assert world.items()["2026-503"].invoice.due_date == date(2027, 3, 15)
    assert not open_questions(world)
    world.close()
