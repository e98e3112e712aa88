"""The history that `relance explain` prints."""

from dataclasses import replace
from typing import get_args

from agent.domain import events as ev
from agent.domain.plan_events import PlanLetterSent, PlanProposed
from agent.reports.happened import sentence
from agent.service import history
from agent.service.plan_history import PLAN_WORDS
from tests.service.world import DEBTOR, TUESDAY, World


def test_every_event_of_the_books_can_be_told():
    """No kind of event is without words: one alone would end the command."""
    assert [kind.__name__ for kind in get_args(ev.Event) if kind not in history._WORDS] == []


def test_a_wish_for_instalments_is_told_with_its_words(tmp_path):
    """Asked for by mail, told with what follows from it."""
    world = World.built(tmp_path)
    world.hand_over()
    world.days(1)
    world.reply(DEBTOR, "2026-501", "Pouvons-nous payer en trois fois ?")
    states = history.find_states(world.app.store, "2026-501")
    told = [step.what for step in history.history(world.app.store, states) if step.event == PlanProposed.__name__]
    world.close()
    assert len(told) == 1
    assert "en trois fois" in told[0]
    assert PlanLetterSent in PLAN_WORDS


def test_a_statement_that_the_creditor_sent_himself_is_not_told_as_ours():
    """A dossier claims no delivery that nobody saw."""
    facts = {"at": TUESDAY, "creditor": "c", "debtor": "d", "currency": "EUR", "cycle": 1, "items": ("i",)}
    by_hand = ev.StatementSent(**facts, source="<x@dupont.example>#0", on=TUESDAY.date(), mail="statement:c:d:EUR:1")
    ours = replace(by_hand, source="outbox:x")
    assert "selon ses dires" in sentence(by_hand, {}, "fr")
    assert "remis à la messagerie" in sentence(ours, {}, "fr")
