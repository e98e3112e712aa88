"""Attacks on the formal notice: a number with words beside it that turn it round."""

import pytest

from agent.domain import events as ev
from tests.service.pressing import buttons, press
from tests.service.test_formal_notice import OWNER, asked, says, spent
from tests.service.world import BRUNO, TUESDAY, World


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield made
    made.close()


def ordered(world) -> bool:
    return any(isinstance(e.event, ev.NoticeQueued) for e in world.app.store.events())


SIGNATURE = (
    "Bruno Lambert\nGérant\nCe message est confidentiel. Si vous n'êtes pas le destinataire, merci de le détruire."
)


def test_words_that_turn_the_number_round_order_nothing(world):
    """Typed or pressed: he is told that it was not understood; the number alone, above a signature with its small print, orders it."""
    spent(world)
    place = asked(world)
    button = buttons(world.mails(OWNER)[place])["1"]
    mail = world.received(OWNER)[place]
    for words in ("Non, finalement ne faites rien.", "seulement s'il n'a pas payé vendredi", "Unless he paid"):
        at = world.received(OWNER).index(mail) - len(world.received(OWNER))
        says(world, f"1\n\n{words}", back=at)
        assert not ordered(world)
        press(world, BRUNO, button, f"{button.body}\n\n{words}")
        assert not ordered(world)
    press(world, BRUNO, button, f"{button.body}\n\n{SIGNATURE}")
    assert ordered(world)
