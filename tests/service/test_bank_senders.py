"""Banks that write to the mailbox themselves: they report movements of the creditors they are named for, with proof, and nothing else."""

import pytest

from agent.config import load
from agent.domain.ledger import ItemState
from agent.ports import Box
from tests.service.test_bank import camt
from tests.service.world import BRUNO, TUESDAY, World
from tests.walks.invoices import ubl

BANK, STRANGER = "Banque du Canal <avis@banque.example>", "Avis <avis@banque-canal.example>"
OWNER = "bruno@atelier-bruno.example"
PAID = camt(("121.00", "facture 2026-501", "r1"))
NOTICE = (
    "Bonjour,\nVous avez reçu un virement de 121,00 EUR de la part de Batiplus Construct SA sur votre compte BE83 3630 1234 5615.\n"
    "Communication : facture 2026-501\nNouveau solde : 5.000,00 EUR\n"
)
CONFIG = """
[bank]
senders = [{ name = "Banque du Canal", creditors = ["atelier-bruno"], addresses = ["avis@banque.example"] }]
notices = [{ sender = "banque.example", pattern = "ENTREE (?P<amount>[0-9.,]{1,15}) EUR PAR (?P<name>[^/]{1,60}) / (?P<reference>[^\\n]{1,80})" }]
"""


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    path = tmp_path / "config.toml"
    path.write_text(path.read_text() + CONFIG.replace("\\n", "\\\\n"))
    world.app = world.app.with_settings(load(path))
    for number in ("2026-501", "2026-502", "2026-503"):
        world.hand_over(number)
    yield world
    world.close()


def test_a_proved_bank_settles_and_the_owner_hears(world):
    """Its statement counts as a colleague's; the answer goes to the owner, never to the bank."""
    world.write(BANK, "Votre extrait", e_xml=PAID)
    assert world.items()["2026-501"].state is ItemState.SETTLED
    assert "2026-501" in world.text(OWNER)
    assert world.mails("avis@banque.example") == []


def test_without_proof_nothing_is_read_and_the_owner_is_told_once_a_day(world):
    """A mail that only says it is from the bank waits; so does a stranger's that names a case."""
    world.write(BANK, "Votre extrait", proved=False, e_xml=PAID)
    world.write(BANK, NOTICE, proved=False)
    world.write(STRANGER, NOTICE)
    assert all(i.payments == () for i in world.items().values())
    assert world.lying_in(Box.REVIEW) == 3
    assert sum("banque" in m["Subject"] for m in world.mails(OWNER)) == 1


def test_a_bank_reports_movements_and_nothing_else(world):
    """It hands no invoice over, orders nothing, and touches no other creditor's books."""
    world.write(BANK, "payé 2026-502", f_xml=ubl("2026-900"))
    world.write(BANK, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1"), account="BE10735045678904"))
    assert set(world.items()) == {"2026-501", "2026-502", "2026-503"}
    assert all(i.payments == () for i in world.items().values())


def test_a_notice_counts_once_with_the_statement_that_follows(world):
    """Whichever comes first, also when the bank books it days later; a second notice of the same payment changes nothing."""
    world.write(BANK, NOTICE)
    assert world.items()["2026-501"].state is ItemState.SETTLED
    world.write(BANK, NOTICE)
    world.write(BRUNO, "Extrait", e_xml=PAID)
    assert len(world.items()["2026-501"].payments) == 1
    assert all(i.payments == () for n, i in world.items().items() if n != "2026-501")


def test_a_notice_after_its_statement_is_known(world):
    """The same payment again, told by a mail."""
    world.write(BRUNO, "Extrait", e_xml=PAID)
    world.write(BANK, NOTICE)
    assert len(world.items()["2026-501"].payments) == 1
    assert all(i.payments == () for n, i in world.items().items() if n != "2026-501")


def test_another_payment_of_the_same_sum_counts_beside_a_notice(world):
    """Two payments, one of them announced by mail: the statement brings the other one."""
    world.write(BANK, NOTICE)
    world.write(
        BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1"), ("121.00", "facture 2026-502", "r2"))
    )
    settled = [n for n, i in world.items().items() if i.state is ItemState.SETTLED]
    assert settled == ["2026-501", "2026-502"]


def test_the_operators_own_wording_is_read(world):
    """A bank whose mails nobody foresaw."""
    world.write(BANK, "ENTREE 121,00 EUR PAR Batiplus Construct SA / facture 2026-503")
    assert world.items()["2026-503"].state is ItemState.SETTLED


def test_money_that_is_only_announced_does_not_count(world):
    """Nothing settles before the bank booked it."""
    world.write(BANK, NOTICE + "Il sera crédité demain.")
    assert all(i.payments == () for i in world.items().values())
