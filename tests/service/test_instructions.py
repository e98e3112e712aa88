"""Free instructions of the creditor's people, by mail against the whole program: what they change, and how they are taken back."""

from pathlib import Path

import pytest

from agent.demo import mails
from agent.domain import events as ev
from agent.store.erase import erase
from agent.store.examples import examples
from tests.service.instructing import Case, Desk, answered, cases, fits
from tests.service.world import BRUNO, CHLOE, TUESDAY, World

CASES = cases(Path(__file__).with_name("instruction_mails.txt"))
# One of twelve is tried every time; benchmarks/instruction_mails.py tries all of them.
SAMPLE = CASES[::12]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("desk"))


def outcome(desk: Desk, setting: str, text: str) -> str:
    world, got = answered(desk, Case(setting, "", text))
    world.close()
    return got


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.text[:40])
def test_a_free_instruction_does_what_it_says(desk, case):
    """Debtors by name, numbers by their end, several orders in one mail, in four languages."""
    assert fits(case.want, outcome(desk, case.setting, case.text))


@pytest.mark.parametrize(
    ("setting", "undo", "undone"),
    [("done", "annuler", "118=open"), ("paused", "undo", "120=free"), ("done", "ongedaan maken", "118=open")],
)
def test_a_confirmed_instruction_is_taken_back_by_one_word(desk, setting, undo, undone):
    """The confirmation says by which word, and events reverse what was done."""
    assert outcome(desk, setting, undo) == undone


def test_what_was_followed_by_something_else_is_not_taken_back(desk):
    """The refusal says that it is too late, and nothing changes."""
    world = desk.open("done")
    try:
        confirmation = world.received("bruno@atelier-bruno.example")[-1]
        assert "annuler" in world.text("bruno@atelier-bruno.example")
        world.write(BRUNO, "défaire 2026-118")
        before = world.items()["2026-118"]
        world.post(mails.answer(world.pen(BRUNO), confirmation, "annuler"))
        assert world.items()["2026-118"] == before
        assert "trop tard" in world.text("bruno@atelier-bruno.example")
    finally:
        world.close()


def test_taking_back_can_be_taken_back(desk):
    """Answering the second confirmation brings the payment back."""
    world = desk.open("done")
    try:
        for state in ("followed", "settled"):
            world.post(mails.answer(world.pen(BRUNO), world.received("bruno@atelier-bruno.example")[-1], "annuler"))
            assert world.items()["2026-118"].state == state
    finally:
        world.close()


def test_a_question_asked_anew_replaces_the_older_one(desk):
    """No more than one question about the same is open."""
    world = desk.open("q")
    try:
        world.write(BRUNO, "Dupont a payé")
        questions = [e.event for e in world.app.store.events() if isinstance(e.event, ev.QuestionAsked)]
        answers = [e.event for e in world.app.store.events() if isinstance(e.event, ev.QuestionAnswered)]
        assert len(questions) == 2
        assert [a.answer for a in answers] == ["replaced"]
    finally:
        world.close()


def test_a_corrected_reading_is_kept_as_an_example_and_forgotten_with_the_debtor(desk):
    """The clause, what it was taken for and what it was; gone when the debtor is."""
    world, got = answered(desk, Case("said", "", "non, c'était une contestation"))
    try:
        assert got == "118=disputed; 119=disputed"
        (line,) = examples(world.app.store)
        assert '"label": "dispute"' in line
        assert '"taken_for": "claims_paid"' in line
        world.write(BRUNO, "2026-118 et 2026-119 sont payées")
        erase(world.app.store, world.items()["2026-118"].invoice.debtor)
        assert list(examples(world.app.store)) == []
    finally:
        world.close()


def test_a_corrected_reading_leaves_what_came_later(desk):
    """A payment since the debtor's mail, and an invoice that it settled, are no part of what was misread."""
    world = desk.open("said")
    try:
        notice = world.received("bruno@atelier-bruno.example")[-1]
        world.write(BRUNO, "acompte de 100 EUR reçu pour 2026-118")
        world.write(BRUNO, "2026-119 payée")
        world.post(mails.answer(world.pen(BRUNO), notice, "non, c'était une contestation"))
        items = world.items()
        assert (items["2026-118"].balance.amount, items["2026-119"].state) == (1150, "settled")
        assert [h.kind for h in items["2026-118"].holds] == ["dispute"]
    finally:
        world.close()


@pytest.mark.parametrize(
    "order", ["", "retirer 2026-118", "abandonner la créance 2026-118", "2026-118 IBAN : BE71 0961 2345 6769"]
)
def test_a_colleague_takes_back_nothing_that_only_the_owner_may_do(desk, order):
    """Neither the end of a follow-up, nor an account to pay to, nor by taking back that the invoice was handed over."""
    world = desk.open("new")
    try:
        if order:
            world.write(BRUNO, order)
        before = world.items()["2026-118"]
        world.write(CHLOE, "défaire 2026-118")
        assert world.items()["2026-118"] == before
        assert "pas autorisée" in world.text("chloe@atelier-bruno.example")
        world.write(BRUNO, "défaire 2026-118")
        assert world.items()["2026-118"] != before
    finally:
        world.close()


def test_a_colleague_takes_back_a_payment(desk):
    """What he may report he may take back."""
    world = desk.open("done")
    try:
        world.write(CHLOE, "défaire 2026-118")
        assert world.items()["2026-118"].state == "followed"
    finally:
        world.close()


def test_who_answers_a_report_of_a_sent_statement_takes_back_nothing(tmp_path):
    """What left cannot be called back, and the invoice that was handed over before stays followed."""
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    try:
        world.hand_over()
        world.days(1)
        report = world.latest("bruno@atelier-bruno.example", "Relevé")
        world.post(mails.answer(world.pen(BRUNO), report, "annuler"))
        assert world.items()["2026-501"].state == "followed"
        assert "aucune opération à annuler" in world.text("bruno@atelier-bruno.example")
    finally:
        world.close()
