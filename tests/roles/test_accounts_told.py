"""An account that the owner names in a mail is asked about once, whatever invoice he names it for, and whatever he answered before."""

import pytest

from agent.demo.cast import CAFE
from agent.domain.ledger import ItemState
from agent.ports import Box
from tests.service.test_ibans import BRUNO_AT, NEW, answer, bill, standing
from tests.service.world import BRUNO, World


@pytest.fixture
def world(tmp_path):
    """One invoice waits for the owner's word on its account; another names the known one."""
    world = World.built(tmp_path)
    world.write(BRUNO, f_xml=bill())
    world.hand_over("2026-502", buyer=CAFE)
    yield world
    world.close()


def test_an_account_asked_about_is_asked_about_again(world):
    """The owner names it for another invoice: he gets the same question once more, and that invoice waits with the first."""
    world.write(BRUNO, f"IBAN 2026-502 : {NEW}")
    assert world.lying_in(Box.QUARANTINE) == 0
    assert world.items()["2026-502"].doubts == ("iban",)
    assert "BE71 0961 2345 6769" in world.text(BRUNO_AT)
    answer(world, "1")
    assert {n: (i.invoice.iban, i.state) for n, i in world.items().items()} == {
        "2026-501": (NEW, ItemState.FOLLOWED),
        "2026-502": (NEW, ItemState.FOLLOWED),
    }


def test_an_account_that_was_refused_stays_refused(world):
    """Who writes in the owner's name cannot bring it back: the owners are told again that it is not theirs, and nothing waits."""
    answer(world, "2")
    world.write(BRUNO, f"IBAN 2026-502 : {NEW}")
    assert world.lying_in(Box.QUARANTINE) == 0
    assert (standing(world)[NEW], world.items()["2026-502"].doubts) == ("refused", ())
    assert world.items()["2026-502"].state is ItemState.FOLLOWED
    assert str(world.mails(BRUNO_AT)[-1]["Subject"]).startswith("Alerte")
