"""A list that a colleague sends is shown back, and taken over at his word: never as movements of a bank."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.domain.ledger import ItemState, Question
from agent.domain.parties import Person, Role
from tests.service.world import AUDIT, BRUNO, CHLOE, World
from tests.walks.invoices import ubl

LIST = (
    "N° facture;Client;Date facture;Échéance;Montant TTC;Solde;E-mail\n"
    "F-1;Lumière SARL;02/01/2026;01/02/2026;1.000,00;400,00;achats@lumiere-fils.example\n"
    "F-2;Lumière SARL;05/01/2026;04/02/2026;250,00;250,00;achats@lumiere-fils.example\n"
).encode()
ODOO = (
    b"Number,Invoice Partner Display Name,Invoice/Bill Date,Due Date,Total,Amount Due\n"
    b"2026-501,Batiplus Construct SA,2026-01-02,2026-02-01,121.00,121.00\n"
)
OWNER = "bruno@atelier-bruno.example"


@pytest.fixture
def world(tmp_path: Path):
    stage = World.built(tmp_path)
    yield stage
    stage.close()


def latest(world: World, address: str = OWNER) -> str:
    """The latest mail about a list that an address got, on one line."""
    found = [m for m in world.mails(address) if "csv" in m["Subject"]]
    found.sort(key=lambda m: m["Date"])
    return " ".join(found[-1].get_body(("plain",)).get_content().split()) if found else ""


def test_a_list_is_asked_about_and_taken_over_at_the_owners_word(world):
    """What was understood, the question, and what became of it; what was paid counts as a deposit."""
    world.write(BRUNO, "Voici nos factures ouvertes.", liste_csv=LIST)
    assert "Cette liste compte 2 lignes" in latest(world)
    assert "Échéance : Échéance" in latest(world).replace("\u00a0", " ")
    assert world.items() == {}
    world.reply(BRUNO, "liste.csv", "1")
    assert {n: str(i.balance) for n, i in world.items().items()} == {"F-1": "400.00 EUR", "F-2": "250.00 EUR"}
    assert all(i.state is ItemState.FOLLOWED for i in world.items().values())
    world.write(BRUNO, "Encore.", liste_csv=LIST)
    assert len(world.items()) == 2


def test_the_answer_no_leaves_it_and_no_second_answer_counts(world):
    """A question is answered once."""
    world.write(BRUNO, "Voici nos factures ouvertes.", liste_csv=LIST)
    world.reply(BRUNO, "liste.csv", "Non")
    assert world.items() == {}
    world.reply(BRUNO, "lignes", "1")
    assert world.items() == {}


def test_a_list_beside_an_invoice_or_of_several_creditors_is_no_bank_file(world):
    """Whatever comes with it, and whoever sends it."""
    world.hand_over("2026-501")
    world.write(BRUNO, "Notre liste, et une facture.", liste_csv=ODOO, f_xml=ubl("2026-502"))
    assert set(world.items()) == {"2026-501", "2026-502"}
    assert not [q for q in world.app.store.states(Question) if q.topic == "bank_payment"]
    fidu = Person("compta@fidu.example", Role.STAFF, "Fidu")
    creditors = tuple(replace(c, people=(*c.people, fidu)) for c in world.app.settings.creditors)
    world.app = world.app.with_settings(replace(world.app.settings, creditors=creditors))
    world.write("Fidu <compta@fidu.example>", "La liste.", liste_csv=ODOO)
    assert all(not i.payments and i.state is ItemState.FOLLOWED for i in world.items().values())


def test_a_list_is_no_bank_file(world):
    """Its days and sums would settle the very invoices that it lists."""
    world.hand_over("2026-501")
    world.write(BRUNO, "Notre liste.", liste_csv=ODOO)
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert str(world.items()["2026-501"].balance) == "121.00 EUR"


def test_mistakes_are_told_and_nothing_is_taken_over(world):
    """By row, with what stands there."""
    world.write(BRUNO, "Liste", liste_csv=LIST + b"F-3;;99/99/2026;;zut;;\n")
    told = latest(world)
    assert "Ligne 4" in told
    assert "montant illisible zut" in told
    world.reply(BRUNO, "liste.csv", "1")
    assert world.items() == {}


def test_what_is_missing_is_asked_apart(world):
    """The row without a due date waits for its answer."""
    world.write(BRUNO, "Liste", liste_csv=LIST + "F-3;Lumière SARL;06/01/2026;;90,00;90,00;\n".encode())
    world.reply(BRUNO, "liste.csv", "1")
    assert world.items()["F-3"].state is ItemState.REVIEW


def test_a_colleague_may_a_viewer_a_stranger_and_an_unproved_mail_may_not(world):
    """Handing over is staff's work; others change nothing."""
    world.write(AUDIT, "Liste", liste_csv=LIST)
    world.write("Quelqu'un <x@elsewhere.example>", "Liste", liste_csv=LIST)
    world.write(BRUNO, "Liste", proved=False, liste_csv=LIST)
    assert latest(world) == ""
    world.write(CHLOE, "Liste", liste_csv=LIST)
    world.reply(CHLOE, "liste.csv", "1")
    assert set(world.items()) == {"F-1", "F-2"}
