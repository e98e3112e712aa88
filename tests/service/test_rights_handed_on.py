"""What a token still tells when its case is over, and what a button is worth that comes inside another mail."""

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.domain.ledger import ItemState
from agent.ports import Box
from tests.service.pressing import buttons
from tests.service.world import BRUNO, CHLOE, DEBTOR, ELS, World

OWNER, DEBTOR_MAIL = "bruno@atelier-bruno.example", "compta@batiplus.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    world.hand_over()
    yield world
    world.close()


def test_a_thread_of_a_closed_case_still_names_it_and_opens_nothing(world):
    """The debtor answers an old reminder after his invoice was settled: his words reach his creditor, and the books stay closed."""
    world.days(3)
    reminder = world.received(DEBTOR_MAIL)[-1]
    world.write(BRUNO, "payé 2026-501")
    assert world.items()["2026-501"].state is ItemState.SETTLED
    before = len(world.mails(OWNER))
    world.post(
        mails.answer(world.pen(DEBTOR, proved=False), reminder, "Nous contestons la facture : il manque une livraison.")
    )
    item = world.items()["2026-501"]
    assert (item.state, item.is_open) == (ItemState.SETTLED, False)
    assert world.lying_in(Box.INBOX) == world.lying_in(Box.QUARANTINE) == 0
    assert len(world.mails(OWNER)) > before
    world.days(10)
    assert "statement" not in world.sent()[world.sent().index("statement") + 1 :]


@pytest.mark.parametrize("sender", [CHLOE, ELS, DEBTOR])
def test_a_button_inside_an_attached_mail_hands_no_rights_on(world, sender):
    """Whoever attaches the owner's press, whole and as he wrote it, has no more rights than his own words."""
    button = buttons(world.mails(OWNER)[-1])["Retirer"]
    inner = mails.letter(world.pen(BRUNO), AGENCY, button.subject, button.body)
    outer = mails.letter(world.pen(sender), AGENCY, "TR", "Voir le message en annexe.")
    outer.add_attachment(inner)
    world.post(outer)
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert world.lying_in(Box.INBOX) == 0
    world.post(mails.letter(world.pen(BRUNO), AGENCY, button.subject, button.body))
    assert world.items()["2026-501"].state is ItemState.WITHDRAWN
