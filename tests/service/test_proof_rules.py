"""What a creditor asks of the proof of his people's mail, and for whom a signed mail was written."""

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, AUTHSERV
from agent.domain.ledger import ItemState
from tests.service.arranged import DEBTOR_MAIL, arrange
from tests.service.world import BRUNO, World
from tests.walks.invoices import ubl


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    world.hand_over()
    yield world
    world.close()


def state(world):
    return world.items()["2026-501"].state


def by(world, results: str) -> None:
    """The owner's word with this report of our server."""
    mail = mails.letter(world.pen(BRUNO, proved=False), AGENCY, "Relances", "payé 2026-501")
    mail["Authentication-Results"] = f"{AUTHSERV}; {results}"
    world.post(mail)


@pytest.mark.parametrize(
    "results", ["spf=pass smtp.mailfrom=atelier-bruno.example", "dmarc=pass header.from=atelier-bruno.example"]
)
def test_who_believes_signatures_alone_is_asked_about_every_other_mail(world, results):
    """With `signed_only` the way that a mail took proves nothing; a signature does."""
    arrange(world, signed_only=True)
    by(world, results)
    assert state(world) is ItemState.FOLLOWED
    assert world.sent()[-1] == "proof"
    by(world, "dkim=pass header.d=atelier-bruno.example")
    assert state(world) is ItemState.SETTLED


def test_what_was_written_to_a_debtor_is_asked_about(world):
    """The debtor sends the owner's signed mail on to us: nothing is done before the owner says that it was meant for us."""
    world.write(BRUNO, "Nous retirons la facture 2026-501 du suivi.", to=DEBTOR_MAIL)
    assert state(world) is ItemState.FOLLOWED
    assert world.sent()[-1] == "proof"
    world.post(mails.answer(world.pen(BRUNO), world.received("bruno@atelier-bruno.example")[-1], "oui"))
    assert state(world) is ItemState.WITHDRAWN


@pytest.mark.parametrize(
    ("to", "cc"),
    [
        (DEBTOR_MAIL, AGENCY),
        (AGENCY, DEBTOR_MAIL),
        (DEBTOR_MAIL, AGENCY.replace("@", "+abc@")),
        ("relance@atelier-bruno.example", ""),
    ],
)
def test_what_was_written_to_us_too_counts(world, to, cc):
    """Whoever else reads it; an alias of his own that leads to us is nobody else's address."""
    world.write(BRUNO, "Nous retirons la facture 2026-501 du suivi.", to=to, cc=cc)
    assert state(world) is ItemState.WITHDRAWN


def test_an_invoice_that_went_to_its_debtor_is_taken_up_from_a_blind_copy(world):
    """So do many hand over: the file says what it is, and orders nothing."""
    world.write(BRUNO, "Voir annexe.", to=DEBTOR_MAIL, f_xml=ubl("2026-502"))
    assert "2026-502" in world.items()
