"""What a debtor writes of an invoice that is still being checked stays with that invoice, and the creditor hears of the right one."""

from agent.domain.ledger import HoldKind, ItemState
from tests.service.test_ibans import BRUNO_AT, bill
from tests.service.world import CHLOE, World

ADDRESS = "compta@batiplus.example"


def test_a_dispute_names_an_invoice_that_waits_for_the_owner(tmp_path):
    """The other one, of which his last letter told, goes on being followed."""
    world = World.built(tmp_path)
    world.hand_over("2026-501")
    world.days(2)
    world.write(CHLOE, f_xml=bill("2026-507"))
    assert world.items()["2026-507"].state is ItemState.REVIEW
    assert world.items()["2026-507"].invoice.debtor == world.items()["2026-501"].invoice.debtor
    world.reply(ADDRESS, "2026-501", "Nous contestons la facture 2026-507 : il manque une livraison.")
    assert [h.kind for h in world.items()["2026-507"].holds] == [HoldKind.DISPUTE]
    assert world.items()["2026-501"].holds == ()
    assert "2026-507" in world.text(BRUNO_AT)
    told = world.text(ADDRESS)
    assert "2026-507" in told
    world.close()
