"""Nobody crowds a creditor's case out of sight by naming many debtors of his own like another's."""

from dataclasses import replace

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.mail.outgoing import OutboxState
from agent.ports import Commit
from tests.service.world import DEBTOR, ELS, World
from tests.store.builders import contact, folded, opened, registered

ADDRESS = DEBTOR.partition("<")[2].rstrip(">")
# Far more accounts than are weighed for one mail; their ids come before the true one's.
MANY = 60


def account(creditor: str, id_: str, number: str, name: str = "Batiplus") -> Commit:
    events = [
        opened(id_, creditor, name),
        replace(contact(ADDRESS, id_), creditor=creditor),
        registered(number, debtor=id_, creditor=creditor),
    ]
    return folded(events)


@pytest.fixture
def crowded(tmp_path):
    world = World.built(tmp_path)
    for number in range(MANY):
        world.app.store.commit(account("van-damme", f"d{number:012x}", f"V-{number + 1000}", f"Client {number}"))
    world.app.store.commit(account("atelier-bruno", "dffffffffffff", "2026-501"))
    yield world
    world.close()


@pytest.mark.parametrize("proved", [True, False])
@pytest.mark.parametrize("text", ["Batiplus ne paiera pas.", "Nous contestons la 2026-501.", "Nous contestons tout."])
def test_a_debtors_words_do_not_reach_the_one_who_crowds(crowded, proved, text):
    """The debtor's address stands in sixty accounts of another creditor: what he writes is never shown to that one."""
    pen = mails.Pen(DEBTOR, crowded.clock.now(), "crowd-1", proved=proved)
    crowded.post(mails.letter(pen, AGENCY, "Votre rappel", text))
    told = [m for m in crowded.app.store.outbox(list(OutboxState)) if ELS.partition("<")[2].rstrip(">") in m.to]
    assert [m.subject for m in told if text in m.text] == []
