"""Every mail of a case is kept byte for byte; mails of nobody's case are not kept."""

import hashlib

import pytest

from agent.demo.cast import CAFE, STUDIO
from agent.domain.ledger import DebtorAccount
from agent.ports import Box
from agent.store.erase import erase
from agent.store.originals import kept_mails, original_of
from tests.service.world import BRUNO, CHLOE, DEBTOR, MARY, World
from tests.walks.invoices import ubl


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def case(world, number="2026-501"):
    return world.items()[number].invoice.debtor


def originals(world, account):
    return [(k, original_of(world.app.store, k)) for k in kept_mails(world.app.store, account)]


def test_what_came_is_kept_byte_for_byte(world):
    """The mail that brought an invoice and the debtor's answer are kept as they lie in the mailbox."""
    world.hand_over()
    world.work()
    world.write(DEBTOR, "Nous paierons la facture 2026-501 le 30 mars.")
    world.work()
    kept = [raw for k, raw in originals(world, case(world)) if k.way == "in"]
    lying = {raw for box in (Box.HANDLED, Box.REVIEW) for _, raw in world.app.channels[0].mailbox.contents(box)}
    assert len(kept) == 2
    assert set(kept) <= lying


def test_what_left_is_kept_as_it_left(world):
    """The statement that the debtor got and the answer to the creditor are kept byte for byte."""
    world.hand_over()
    world.days(3)
    sent = {
        hashlib.sha256(raw).hexdigest()
        for address in ("compta@batiplus.example", "bruno@atelier-bruno.example")
        for raw in world.received(address)
    }
    kept = [raw for k, raw in originals(world, case(world)) if k.way == "out"]
    assert kept
    assert {hashlib.sha256(raw).hexdigest() for raw in kept} <= sent


def test_the_invoice_is_not_kept_twice(world):
    """The packed mail is small beside its attachment, which is kept as a document."""
    world.hand_over()
    world.work()
    kept, raw = originals(world, case(world))[0]
    assert len(world.app.store.document(kept.document)) < len(raw) / 2


def test_mail_of_no_case_is_not_kept(world):
    """Advertising and mails of strangers leave nothing in the store."""
    before = set(world.app.store.documents.names())
    world.write("Vendeur <vente@pub.example>", "Découvrez nos offres !", proved=False)
    world.work()
    assert set(world.app.store.documents.names()) == before


def test_a_mail_about_two_debtors_is_marked(world):
    """Who hands over invoices of two debtors in one mail shows neither of them the other's."""
    world.write(CHLOE, f_xml=ubl("2026-501"), g_xml=ubl("2026-502", buyer=CAFE))
    world.work()
    first, second = case(world), case(world, "2026-502")
    assert first != second
    assert [k.shared for k, _ in originals(world, first) if k.way == "in"] == [True]
    assert [k.shared for k, _ in originals(world, second) if k.way == "in"] == [True]


def test_creditors_do_not_share(world):
    """What one creditor hands over lies in no case of another's."""
    world.hand_over()
    world.hand_over("2026-501", MARY, seller=STUDIO)
    world.work()
    first, second = (a.id for a in world.app.store.states(DebtorAccount))
    kept = [{k.ref for k in kept_mails(world.app.store, account)} for account in (first, second)]
    assert all(kept)
    assert kept[0].isdisjoint(kept[1])


def test_a_seen_mail_is_kept_once(world):
    """The same mail fetched again adds nothing."""
    world.write(BRUNO, "pause 2026-501")
    world.hand_over()
    world.work()
    before = kept_mails(world.app.store, case(world))
    world.work()
    assert kept_mails(world.app.store, case(world)) == before


def test_who_is_forgotten_takes_his_mails_along(world):
    """After an erasure no original is left, another debtor's list says that a common one is gone, and the books verify."""
    world.write(CHLOE, f_xml=ubl("2026-501"), g_xml=ubl("2026-502", buyer=CAFE))
    world.work()
    first, second = case(world), case(world, "2026-502")
    papers = {k.document for k in kept_mails(world.app.store, first)}
    world.write(BRUNO, "payé 2026-501")
    world.work()
    erase(world.app.store, first)
    assert kept_mails(world.app.store, first) == ()
    assert not papers & set(world.app.store.documents.names())
    assert {k.document for k in kept_mails(world.app.store, second) if k.shared} == {""}
    assert not world.app.store.verify()
