"""Attacks on the buttons: subjects made to break, tokens used beside their meaning, by others, or in another moment."""

import pytest

from agent.domain.ledger import ItemState
from agent.mail.actions import action_tokens_in
from agent.ports import Box
from tests.service.pressing import buttons, press
from tests.service.world import BRUNO, World

OWNER = "bruno@atelier-bruno.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize("letter", ["\u0130", "\u0131", "\u017f", "\u212a"])
def test_letters_that_only_look_like_ours_are_no_token(world, letter):
    """A pattern that knows no case takes four letters beyond ASCII for its own; they are in no token, and stop nothing."""
    world.hand_over()
    subject = "RA-" + letter * 40
    assert action_tokens_in(subject) == ()
    button = buttons(world.mails(OWNER)[-1])["Payée"]
    press(world, BRUNO, button, subject=f"Facture {subject}")
    assert world.lying_in(Box.INBOX) == 0
    assert world.items()["2026-501"].state is ItemState.SETTLED
