"""Money of a bank statement that a person decides about: what the question offers, what each answer books, to the cent."""

from decimal import Decimal

import pytest

from agent.demo.cast import ATELIER
from agent.domain import events as ev
from agent.domain.ledger import DebtorAccount, ItemState
from tests.service.test_bank import PAYER, camt
from tests.service.world import BRUNO, CHLOE, DEBTOR, MARY, TUESDAY, World
from tests.walks.invoices import ubl


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    for number in ("2026-501", "2026-502", "2026-503"):
        world.hand_over(number)
    world.write(BRUNO, f_xml=bill("2026-504", "84.00", "69.42", "14.58"))
    yield world
    world.close()


def bill(number, total, net, vat):
    """A UBL invoice of this total that adds up."""
    return ubl(number, total=total).replace(b">100.00<", f">{net}<".encode()).replace(b">21.00<", f">{vat}<".encode())


def bank(world, *entries, sender=BRUNO):
    """A bank file with these movements."""
    world.write(sender, "Extrait", e_xml=camt(*entries))


def placed(world):
    """By movement what the ledger made of it: payments, returns, money on account, all with the sign of the movement."""
    sums = {}
    for stored in world.app.store.events():
        e = stored.event
        reference = getattr(e, "reference", "")
        if not reference.startswith("bank "):
            continue
        sign = -1 if isinstance(e, ev.PaymentReversed | ev.MoneyTakenFromAccount) else 1
        if not (isinstance(e, ev.MoneyTakenFromAccount) and e.reason == "refunded"):
            sums[reference] = sums.get(reference, Decimal(0)) + sign * e.amount.amount
    return sums


def tied(world):
    """Whether every movement is placed to the cent."""
    return all(total == Decimal(reference.split("amount=")[1].split()[0]) for reference, total in placed(world).items())


def account(world):
    (found,) = (a for a in world.app.store.states(DebtorAccount) if isinstance(a, DebtorAccount))
    return found


def due(world):
    """What the latest statement asks the debtor to pay, without what it lists for information."""
    sent = [m for m in world.mails("compta@batiplus.example") if "relev" in m["Subject"].lower()]
    return sent[-1].get_body(("plain",)).get_content().partition("Pour information")[0]


def question(world):
    """The text of the latest question."""
    found = [
        m for m in world.mails("bruno@atelier-bruno.example") if "paiement" in m["Subject"] or "payé" in m["Subject"]
    ]
    return found[-1].get_body(("plain",)).get_content()


def test_two_choices_settle_two_invoices(world):
    """ "1 et 2": what belongs together is booked together, the movement is used up."""
    bank(world, ("242.00", "vos factures", "r1"))
    world.choose(BRUNO, "242", "1")
    assert [i.state for i in world.items().values()].count(ItemState.SETTLED) == 2
    assert tied(world)


@pytest.mark.parametrize("said", ["2026-503", "c'est la facture 2026-503", "payé 2026-503"])
def test_an_invoice_number_is_an_answer(world, said):
    """Whatever the candidates were, the number that the creditor writes is the one."""
    bank(world, ("121.00", "votre facture", "r1"))
    world.choose(BRUNO, "121", said)
    items = world.items()
    assert {n: i.state for n, i in items.items() if i.state is ItemState.SETTLED} == {"2026-503": ItemState.SETTLED}
    (paid,) = items["2026-503"].payments
    assert (paid.payer, paid.iban, paid.evidence) == ("Batiplus Construct SA", PAYER, "bank")
    assert tied(world)


def test_none_settles_nothing(world):
    """ "aucune" closes the question and leaves every invoice open."""
    bank(world, ("121.00", "votre facture", "r1"))
    world.choose(BRUNO, "121", "aucune")
    assert not any(i.payments for i in world.items().values())
    assert not placed(world)


def test_a_small_shortfall_may_be_let_go(world):
    """Bank charges: the first choice takes the invoice as paid in full and books the difference apart."""
    bank(world, ("111.00", "facture 2026-501", "r1"))
    assert "abandonnée" in question(world)
    world.choose(BRUNO, "111", "1")
    item = world.items()["2026-501"]
    assert item.state is ItemState.SETTLED
    assert [(p.evidence, str(p.amount.amount)) for p in item.payments] == [("bank", "111.00"), ("difference", "10.00")]
    assert tied(world)


def test_a_small_shortfall_may_stay_open(world):
    """The second choice books a part and goes on following the rest."""
    bank(world, ("111.00", "facture 2026-501", "r1"))
    world.choose(BRUNO, "111", "2")
    item = world.items()["2026-501"]
    assert (item.state, item.balance.amount) == (ItemState.FOLLOWED, Decimal("10.00"))


def test_nobody_is_reminded_while_the_creditor_looks(world):
    """Money that has probably come holds the reminders of what it may have paid, for a few bank days and no longer."""
    bank(world, ("121.00", "votre facture", "r1"))
    world.days(2)
    assert "2026-501" not in due(world)
    assert "2026-504" in due(world)
    world.days(20)
    assert "2026-501" in due(world)


def test_paid_twice_is_kept_for_the_debtor_and_asked_about(world):
    """The second payment is his: deducted from what he owes, or paid back when the creditor says so."""
    bank(world, ("84.00", "facture 2026-504", "r1"))
    world.write(BRUNO, e_xml=camt(("84.00", "facture 2026-504", "r2")).replace(b"2026-03-09", b"2026-03-10"))
    assert str(account(world).on_account("EUR").amount) == "84.00"
    assert len(world.items()["2026-504"].payments) == 1
    assert tied(world)
    world.choose(BRUNO, "84", "2")
    assert account(world).on_account("EUR").amount == 0


def test_too_much_is_kept_and_asked_about(world):
    """The invoice is paid and the rest is a credit; "1" leaves it there."""
    bank(world, ("94.00", "facture 2026-504", "r1"))
    assert world.items()["2026-504"].state is ItemState.SETTLED
    assert str(account(world).on_account("EUR").amount) == "10.00"
    world.choose(BRUNO, "10", "1")
    assert str(account(world).on_account("EUR").amount) == "10.00"
    assert tied(world)


def test_a_return_takes_back_all_that_its_payment_did(world):
    """Also the credit that was over, and what it had shown of who pays."""
    bank(world, ("94.00", "facture 2026-504", "r1"))
    bank(world, ("-94.00", "retour facture 2026-504", "r9"))
    item = world.items()["2026-504"]
    assert item.balance.amount == Decimal("84.00")
    assert account(world).on_account("EUR").amount == 0
    assert not account(world).payers


def test_a_payer_is_learned_from_a_number_and_forgotten_with_the_payment(world):
    """The account from which a named invoice was paid by its own debtor is known from then on, until it is taken back."""
    bank(world, ("84.00", "facture 2026-504", "r1"))
    assert [p.iban for p in account(world).payers] == [PAYER]
    world.reply(BRUNO, "2026-504", "annuler")
    assert not account(world).payers
    assert world.items()["2026-504"].state is ItemState.FOLLOWED


def test_an_answer_is_taken_back_by_undo(world):
    """ "annuler" after a settled answer takes exactly its allocations back."""
    bank(world, ("242.00", "vos factures", "r1"))
    world.choose(BRUNO, "242", "1")
    before = {n for n, i in world.items().items() if i.state is ItemState.SETTLED}
    assert len(before) == 2
    world.reply(BRUNO, min(before), "annuler")
    assert all(i.balance == i.invoice.due for i in world.items().values())
    assert {i.state for i in world.items().values()} == {ItemState.FOLLOWED}


def test_a_debtor_answers_no_question_of_ours(world):
    """Only the creditor's people say what money paid."""
    bank(world, ("121.00", "votre facture", "r1"))
    world.write(DEBTOR, "2026-501")
    world.write(DEBTOR, "1")
    assert not any(i.payments for i in world.items().values())


def test_staff_may_answer(world):
    """A colleague who reports payments may say which invoice one is for."""
    bank(world, ("121.00", "votre facture", "r1"), sender=CHLOE)
    world.choose(CHLOE, "121", "2026-502")
    assert world.items()["2026-502"].state is ItemState.SETTLED


def test_an_invoice_that_comes_after_its_payment_is_found(world):
    """A movement that fitted nothing is looked at again when the same statement or the next one comes."""
    bank(world, ("300.00", "facture 2026-777", "r1"))
    world.write(BRUNO, f_xml=bill("2026-777", "300.00", "247.93", "52.07"))
    bank(world, ("300.00", "facture 2026-777", "r1"))
    assert world.items()["2026-777"].state is ItemState.SETTLED


def test_an_invoice_handed_over_after_its_payment_is_paid_at_once(world):
    """The money waits; the invoice finds it, without the statement being sent again."""
    bank(world, ("300.00", "facture 2026-777", "r1"))
    world.write(BRUNO, f_xml=bill("2026-777", "300.00", "247.93", "52.07"))
    item = world.items()["2026-777"]
    assert item.state is ItemState.SETTLED
    assert item.payments[0].words == "facture 2026-777"
    world.write(BRUNO, f_xml=bill("2026-778", "300.00", "247.93", "52.07"))
    assert world.items()["2026-778"].state is ItemState.FOLLOWED
    assert tied(world)


def test_money_for_another_creditor_is_told_to_the_operator_alone(world):
    """The number of another creditor's open invoice, to the cent: neither creditor learns of the other."""
    northgate = bill("NG-2026-091", "415.25", "343.18", "72.07")
    for ours, theirs in (
        (ATELIER.name, "Northgate Studio Ltd"),
        (ATELIER.number, "LU12345613"),
        (ATELIER.iban, "DE89370400440532013000"),
    ):
        northgate = northgate.replace(ours.encode(), theirs.encode())
    world.write(MARY, f_xml=northgate)
    assert "NG-2026-091" in world.items()
    bank(world, ("415.25", "invoice NG-2026-091", "r1"))
    assert not world.items()["NG-2026-091"].payments
    assert "NG-2026-091" in world.text(world.app.settings.agency.operator)
    assert "orthgate" not in world.text("bruno@atelier-bruno.example")
    assert not any("wrong creditor" in m["Subject"] for m in world.mails("mary@northgate.example"))
