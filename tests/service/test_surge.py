"""The circuit breaker: far more mails to debtors than usual wait for the operator's word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.demo import mails
from agent.demo.cast import CAFE, HARBOUR, LUMIERE, OPERATOR
from agent.demo.documents import Party
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import WAITS_FOR_A_WORD, release
from agent.ports import Box
from agent.service.requests import RELEASE, honour_requests, leave_request
from agent.service.tick import set_timers
from tests.service.world import BRUNO, World
from tests.walks.invoices import bill

DEBTORS = (CAFE, LUMIERE, HARBOUR)


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    limits = replace(world.app.settings.limits, surge_mails=2, surge_factor=3)
    world.app = replace(world.app, settings=replace(world.app.settings, limits=limits))
    yield world
    world.close()


def hand_over(world, *debtors: Party, first: int = 800):
    """Invoices of these debtors, none of them reminded of yet: it is before the window opens."""
    world.clock.set(world.clock.now().replace(hour=5))
    for number, debtor in enumerate(debtors, first):
        world.write(BRUNO, f_xml=bill(f"2026-{number}", "121.00", debtor))
    world.clock.set(world.clock.now().replace(hour=9, minute=30))
    world.work()


def statements(world, state=OutboxState.SENT):
    return [m for m in world.app.store.outbox([state]) if m.kind == "statement"]


def questions(world):
    return [m for m in world.app.store.outbox([OutboxState.SENT]) if m.key.startswith("operator:surge:")]


def test_as_many_as_are_allowed_leave(world):
    """Two mails a day need nobody's word."""
    hand_over(world, *DEBTORS[:2])
    assert len(statements(world)) == 2
    assert questions(world) == []


def test_one_more_and_all_wait_and_the_operator_is_asked_once(world):
    """Not even the first leaves, however often it is tried; the note says why."""
    hand_over(world, *DEBTORS)
    for _ in range(3):
        world.work()
        world.clock.advance(timedelta(minutes=10))
    assert statements(world) == []
    assert {m.note for m in statements(world, OutboxState.QUEUED)} == {WAITS_FOR_A_WORD}
    (asked,) = questions(world)
    assert asked.to == (OPERATOR,)
    assert "relance outbox release" in asked.text


def test_what_a_person_lets_go_leaves_at_once(world):
    """And what comes afterwards on that day is counted anew."""
    hand_over(world, *DEBTORS)
    assert release(world.app.store, world.clock.now()) == 3
    world.work()
    assert len(statements(world)) == 3
    assert release(world.app.store, world.clock.now()) == 0


def test_the_operator_lets_them_go_by_answering(world):
    """A plain "ok" to the question, with proof; his mail is filed away."""
    hand_over(world, *DEBTORS)
    world.work()
    world.reply(OPERATOR, "relance outbox release", "ok")
    world.work()
    assert len(statements(world)) == 3


@pytest.mark.parametrize("word", ["1", "oui"])
def test_a_number_lets_them_go_too(world, word):
    """The question has numbers, as every question of Relance."""
    hand_over(world, *DEBTORS)
    world.work()
    world.reply(OPERATOR, "relance outbox release", word)
    world.work()
    assert len(statements(world)) == 3


@pytest.mark.parametrize("word", ["2", "non, surtout pas"])
def test_a_no_keeps_them_and_is_not_asked_about_for_a_week(world, word):
    """They stay, his mail is filed away; a week later he is asked anew, and may still let them go."""
    hand_over(world, *DEBTORS)
    world.work()
    world.reply(OPERATOR, "relance outbox release", word)
    for _ in range(6):
        world.work()
        world.clock.advance(timedelta(days=1))
    assert statements(world) == []
    assert len(questions(world)) == 1
    assert world.lying_in(Box.REVIEW) == 0
    (heard,) = [m for m in world.mails(OPERATOR) if "stay where they are until you let them go" in m["Subject"]]
    assert "relance outbox release" in heard.get_body(("plain",)).get_content()
    world.clock.advance(timedelta(days=1))
    for _ in range(2):
        world.work()
    assert len(questions(world)) == 2
    world.reply(OPERATOR, "relance outbox release", "1")
    world.work()
    assert len(statements(world)) == 3


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "d’habitude"), ("nl", "gewoonlijk"), ("en", "than usual"), ("de", "als üblich")],
)
def test_the_operator_is_asked_in_his_language(world, language, words):
    """With two numbered answers."""
    agency = replace(world.app.settings.agency, language=language)
    world.app = replace(world.app, settings=replace(world.app.settings, agency=agency))
    hand_over(world, *DEBTORS)
    world.work()
    (asked,) = questions(world)
    assert words in asked.subject
    assert "  1. " in asked.text
    assert "  2. " in asked.text


@pytest.mark.parametrize(("text", "proved"), [("ok", False), ("2", False), ("qui est-ce ?", True)])
def test_nothing_else_that_is_answered_lets_them_go(world, text, proved):
    """Neither without proof nor by any other word; the mail lies in Review."""
    hand_over(world, *DEBTORS)
    world.work()
    pen = world.pen(OPERATOR, proved=proved)
    world.post(mails.answer(pen, world.latest(OPERATOR, "relance outbox release"), text))
    world.work()
    assert statements(world) == []
    assert len(list(world.app.channels[0].mailbox.contents(Box.REVIEW))) == 1


def test_nobody_else_lets_them_go(world):
    """The question was forwarded to a creditor, who says yes to it with proof: his word counts for nothing here."""
    hand_over(world, *DEBTORS)
    world.work()
    world.post(mails.answer(world.pen(BRUNO), world.latest(OPERATOR, "relance outbox release"), "ok"))
    world.work()
    assert statements(world) == []


def test_a_machine_at_the_operators_address_lets_nothing_go(world):
    """An absence message says ok in vain."""
    hand_over(world, *DEBTORS)
    world.work()
    world.absent(OPERATOR, "relance outbox release", "ok")
    world.work()
    assert statements(world) == []


def test_a_yes_to_an_earlier_question_lets_nothing_go(world):
    """What waits now is not what he was asked about then: he was asked anew since, and that question counts."""
    hand_over(world, *DEBTORS)
    world.work()
    earlier = world.latest(OPERATOR, "relance outbox release")
    world.clock.advance(timedelta(days=1))
    for _ in range(2):
        world.work()
    assert len(questions(world)) == 2
    world.post(mails.answer(world.pen(OPERATOR), earlier, "ok"))
    world.work()
    assert statements(world) == []
    world.reply(OPERATOR, "relance outbox release", "ok")
    world.work()
    assert len(statements(world)) == 3


def test_the_running_service_is_asked_by_a_request(world):
    """The command line leaves a file; the service lets them go."""
    hand_over(world, *DEBTORS)
    leave_request(world.app.settings.state_dir, "all", RELEASE)
    assert honour_requests(world.app) == 1
    world.work()
    assert len(statements(world)) == 3


def test_what_is_usual_is_learned(world):
    """After a day with two, six on a day are not too many."""
    limits = replace(world.app.settings.limits, surge_mails=1)
    hand_over(world, *DEBTORS[:2])
    assert len(statements(world)) == 2
    world.app = replace(world.app, settings=replace(world.app.settings, limits=limits))
    world.clock.advance(timedelta(days=15))
    world.work()
    assert len(statements(world)) == 4
    assert questions(world) == []


def test_after_a_change_of_the_rules_less_is_much(world):
    """A plan that is changed makes a fifth of it need a person's word, for a day."""
    limits = replace(world.app.settings.limits, surge_mails=10)
    settings = replace(world.app.settings, limits=limits)
    world.app = replace(world.app, settings=settings)
    set_timers(world.app)
    world.app = replace(world.app, settings=replace(settings, plan=replace(settings.plan, grace_days=2)))
    set_timers(world.app)
    hand_over(world, *DEBTORS)
    world.work()
    assert statements(world) == []
    assert len(questions(world)) == 1


def test_it_can_be_switched_off(world):
    """Nothing is ever too much at 0."""
    limits = replace(world.app.settings.limits, surge_mails=0)
    world.app = replace(world.app, settings=replace(world.app.settings, limits=limits))
    hand_over(world, *DEBTORS)
    assert len(statements(world)) == 3


def test_three_days_of_waiting_are_three_questions(world):
    """One a day, however often the service looks."""
    hand_over(world, *DEBTORS)
    for _ in range(71):
        world.work()
        world.clock.advance(timedelta(hours=1))
    assert len(questions(world)) == 3


def test_the_question_says_how_many_wait_and_whose_they_are(world):
    """A person decides by it: all of them, not the first beyond the limit."""
    hand_over(world, *DEBTORS)
    world.work()
    (asked,) = questions(world)
    assert f"Mails that wait: {len(DEBTORS)}\n" in asked.text
    assert f"Creditor: {world.app.settings.creditors[0].name}\n" in asked.text
