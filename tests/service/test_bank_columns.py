"""A bank file whose headings nobody knows: asked about once, remembered for that creditor, changed or forgotten by mail."""

import pytest

from agent.domain.ledger import ItemState, Question
from agent.ports import Box
from tests.service.world import BRUNO, CHLOE, ELS, TUESDAY, World

UNKNOWN = b"Wann;Wer;Wieviel;Wozu\n09.03.2026;Batiplus;121,00;facture 2026-501\n10.03.2026;Lief;-20,00;x\n"
NEXT = b"Wann;Wer;Wieviel;Wozu\n11.03.2026;Batiplus;121,00;facture 2026-502\n12.03.2026;Lief;-30,00;y\n"
ADDRESS = "bruno@atelier-bruno.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    for number in ("2026-501", "2026-502", "2026-503"):
        world.hand_over(number)
    yield world
    world.close()


def asked(world):
    return [q for q in world.app.store.states(Question) if q.topic == "bank_columns"]


def test_the_number_of_a_proposal_reads_the_file_that_waited_and_the_next_one(world):
    """Nothing is sent twice, and nothing is asked twice."""
    world.write(BRUNO, "Extrait", e_csv=UNKNOWN)
    assert len(asked(world)) == 1
    assert all(i.payments == () for i in world.items().values())
    assert "Wieviel" in world.text(ADDRESS)
    world.reply(BRUNO, "Wieviel", "date = 1, montant = 3, nom = 2, communication = 4")
    assert world.items()["2026-501"].state is ItemState.SETTLED
    world.write(BRUNO, "Extrait", f_csv=NEXT)
    assert world.items()["2026-502"].state is ItemState.SETTLED
    assert len(asked(world)) == 1


def test_a_proposal_names_the_columns_that_tell_who_paid_what(world):
    """ "1" is enough: name, account and message are proposed by what their cells hold, and both ways round."""
    known = (
        b"Jour X;Qui;Somme Z;Compte Q;Mot\n09/03/2026;Batiplus;121,00;BE10735045678904;facture 2026-501\n"
        b"10/03/2026;Proximus;-45,20;BE71096123456769;abonnement\n"
    )
    world.write(BRUNO, "Extrait", e_csv=known)
    (question,) = asked(world)
    assert question.choices == ("date=1 name=2 amount=3 iban=4 text=5", "date=1 text=2 amount=3 iban=4 name=5")
    world.reply(BRUNO, "Somme Z", "1")
    assert world.items()["2026-501"].state is ItemState.SETTLED
    assert world.items()["2026-501"].payments[0].payer == "Batiplus"


def test_two_files_wait_for_one_answer(world):
    """The second file of the same headings joins the first one silently."""
    world.write(BRUNO, "Extrait", e_csv=UNKNOWN)
    world.write(CHLOE, "Extrait", f_csv=NEXT)
    assert len(asked(world)) == 1
    world.reply(BRUNO, "Wieviel", "date=1 amount=3 name=2 text=4")
    assert [n for n, i in world.items().items() if i.state is ItemState.SETTLED] == ["2026-501", "2026-502"]


def test_what_is_remembered_can_be_forgotten(world):
    """Then the next file is asked about again."""
    world.write(BRUNO, "Extrait", e_csv=UNKNOWN)
    world.reply(BRUNO, "Wieviel", "date=1 amount=3 name=2 text=4")
    world.reply(BRUNO, "Wieviel", "oublier")
    world.write(BRUNO, "Extrait", f_csv=NEXT)
    assert world.items()["2026-502"].payments == ()
    assert sum(q.is_open for q in asked(world)) == 1


def test_words_that_name_no_columns_are_not_guessed_at(world):
    """The question stays open, and the mail lies in Review."""
    world.write(BRUNO, "Extrait", e_csv=UNKNOWN)
    world.reply(BRUNO, "Wieviel", "Je ne sais pas trop.")
    assert sum(q.is_open for q in asked(world)) == 1
    assert world.lying_in(Box.REVIEW) == 1


def test_an_answer_counts_for_its_creditor_only(world):
    """Another creditor's people are asked themselves, and cannot answer this question."""
    world.write(BRUNO, "Extrait", e_csv=UNKNOWN)
    world.reply(BRUNO, "Wieviel", "date=1 amount=3 name=2 text=4")
    world.write(ELS, "Uittreksel", e_csv=UNKNOWN)
    assert {q.creditor: q.is_open for q in asked(world)} == {"atelier-bruno": False, "van-damme": True}


def test_a_doubt_about_days_is_answered_by_a_number(world):
    """Two ways to read a day are two choices."""
    world.clock.set(TUESDAY.replace(month=6))
    english = b"Date,Description,Amount\n03/04/2026,facture 2026-501 Batiplus,121.00\n05/06/2026,fee,-3.00\n"
    world.write(BRUNO, "Extrait", e_csv=english)
    assert asked(world)[0].choices[0].endswith("order=dmy")
    world.reply(BRUNO, "Date", "1")
    (payment,) = world.items()["2026-501"].payments
    assert payment.on.isoformat() == "2026-04-03"
