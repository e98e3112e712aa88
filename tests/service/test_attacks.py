"""Attempts to break what Relance promises, each tried by mail against the whole program."""

from datetime import date, timedelta

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.demo.documents import Party
from agent.domain.ledger import DebtorAccount, ItemState, Question
from agent.mail.identity import message_key, printed_token
from agent.mail.outgoing import OutboxState
from agent.outbox.compose import mail_id
from agent.ports import Box, Commit
from agent.service import handle
from tests.service.world import BRUNO, CHLOE, DEBTOR, World
from tests.walks.invoices import ubl

BATIPLUS = "compta@batiplus.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def _waiting_statement(world):
    """A statement that was written and could not leave yet: the window closed before the outbox was opened."""
    world.hand_over()
    world.clock.set(world.clock.now().replace(hour=9, minute=0))


def test_the_id_of_a_mail_of_ours_is_no_token(world):
    """Whoever forges a mail can work out the id of the question about it; only the token in the owner's mailbox answers it."""
    forged = mails.letter(world.pen(BRUNO, proved=False), AGENCY, "Facture", "À suivre")
    forged.add_attachment(ubl("2026-501"), maintype="application", subtype="xml", filename="f.xml")
    world.post(forged)
    assert world.sent() == ["proof"]
    guessed = printed_token(mail_id(f"proof:{message_key(forged.as_bytes())}"))
    world.write(BRUNO, f"oui\n\nRéférence {guessed}", proved=False)
    assert world.items() == {}


def test_yes_and_no_in_one_answer_is_no_yes(world):
    """Whoever says both has not confirmed."""
    world.hand_over(proved=False)
    question = world.received("bruno@atelier-bruno.example")[-1]
    world.post(mails.answer(world.pen(BRUNO, proved=False), question, "non\noui"))
    assert world.items() == {}


def test_a_kill_between_the_answer_and_the_mail_that_waited_loses_neither(world, monkeypatch):
    """The answer counts only once the mail that it confirmed is done."""
    world.hand_over(proved=False)
    question = world.received("bruno@atelier-bruno.example")[-1]
    real, killed = handle._do_what_waited, []

    def once_killed(*args):
        if not killed:
            killed.append(True)
            raise RuntimeError("killed")
        return real(*args)

    monkeypatch.setattr(handle, "_do_what_waited", once_killed)
    world.post(mails.answer(world.pen(BRUNO, proved=False), question, "oui"))
    world.work()
    assert "2026-501" in world.items()
