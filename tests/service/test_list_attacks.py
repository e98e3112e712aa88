"""Attacks on lists of statements: a yes that is taken back, lines that changed, forms that meet."""

from datetime import timedelta

import pytest

from agent.demo import mails
from tests.service.test_confirm import SUNDAY, answer, asked, reminded
from tests.service.world import BRUNO, World


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, SUNDAY)
    yield world
    world.close()


def takes_back(world, sender=BRUNO):
    """He answers the confirmation of his yes."""
    world.post(mails.answer(world.pen(sender), world.received(BRUNO)[-1], "Annulez, c'était une erreur."))
    world.work()


def test_a_yes_that_is_taken_back_in_time_sends_nothing(world):
    """Said in the evening and undone before the office opens: the statements wait again, for another yes."""
    asked(world)
    world.clock.advance(timedelta(days=4, hours=8))
    answer(world, "oui")
    takes_back(world)
    world.days(4)
    assert reminded(world) == [False] * 3
    answer(world, "oui sauf 2")
    world.days(1)
    assert reminded(world) == [True, False, True]


def test_what_left_is_not_asked_about_again(world):
    """Taken back too late, it changes nothing."""
    asked(world)
    answer(world, "oui")
    confirmation = world.received(BRUNO)[-1]
    world.days(1)
    assert reminded(world) == [True] * 3
    world.post(mails.answer(world.pen(BRUNO), confirmation, "Annulez, c'était une erreur."))
    world.days(1)
    assert reminded(world) == [True] * 3
