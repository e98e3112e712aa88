"""Payment plans from the debtor's wish to the last instalment, through the whole program."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from agent.demo import mails
from agent.domain.ledger import ItemState
from agent.domain.plans import PlanState
from agent.service.tick import set_timers
from tests.service.world import BRUNO, CHLOE, DEBTOR, TUESDAY, World

BATIPLUS, OWNER = "compta@batiplus.example", "bruno@atelier-bruno.example"


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield made
    made.close()


@pytest.fixture
def listed(world):
    """A debtor who got a statement of two invoices of 121 euros."""
    for number in ("2026-501", "2026-502"):
        world.hand_over(number)
    world.days(1)
    assert "501" in world.text(BATIPLUS)
    return world


def plain(text):
    """A text on one line with ordinary spaces."""
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


def says(world, text, *, sender=DEBTOR, to=BATIPLUS):
    """Somebody answers the latest mail that he got."""
    world.post(mails.answer(world.pen(sender), world.received(to)[-1], text))


def account(world):
    item = next(iter(world.items().values()))
    return world.app.store.ledger([item.invoice.debtor]).accounts[item.invoice.debtor]


def plan(world):
    return account(world).plans[-1]


def sent_to(world, address):
    return [plain(mail["subject"]) for mail in world.mails(address)]


def office_hours(world):
    """It is noon."""
    world.clock.advance(timedelta(hours=6))
    world.work()


@pytest.fixture
def agreed(listed):
    """A plan over three times that the owner granted by "ok"."""
    says(listed, "Bonjour, pouvons-nous payer en 3 fois, à partir du 25 mars ?")
    says(listed, "ok", sender=BRUNO, to=OWNER)
    office_hours(listed)
    return listed


def test_a_wish_is_put_to_the_owner_with_its_schedule(listed):
    """To the cent, on working days, and reminders rest; the debtor hears that it was passed on and nothing more."""
    before = len(listed.mails(BATIPLUS))
    says(listed, "Bonjour, pouvons-nous payer en 3 fois, à partir du 25 mars ?")
    asked = plain(listed.text(OWNER))
    assert "demande à payer 242,00 € en plusieurs fois" in asked
    assert "1 / 3 · 25/03/2026 : 80,66 €" in asked
    assert "2 / 3 · 27/04/2026 : 80,66 €" in asked
    assert "3 / 3 · 26/05/2026 : 80,68 €" in asked
    assert len(listed.mails(BATIPLUS)) == before + 1
    assert "qui décide" in plain(listed.text(BATIPLUS))
    assert account(listed).plans == ()
    listed.days(13)
    assert len(listed.mails(BATIPLUS)) == before + 1


def test_a_plan_for_the_rest_leaves_out_what_is_said_to_be_paid(listed):
    """He answers our receipt, which lists only the invoice he paid; the plan is about the other one."""
    says(listed, "Nous avons déjà payé la facture 2026-501 vendredi dernier.")
    office_hours(listed)
    says(listed, "Pour le reste, pourrions-nous payer en 2 fois à partir du 25 mars ?")
    asked = plain(listed.text(OWNER))
    assert "demande à payer 121,00 € en plusieurs fois" in asked
    assert "2026-502" in asked
    assert "2026-501" not in asked


def test_ok_confirms_it_in_writing(agreed):
    """The debtor gets dates, amounts, account, communication and code; the creditor hears that it is done."""
    text = plain(agreed.text(BATIPLUS))
    assert sent_to(agreed, BATIPLUS)[-1] == "Votre plan de paiement avec Atelier Bruno SRL"
    for wanted in ("25/03/2026", "80,66 €", "80,68 €", "BE83 3630 1234 5615", "2026-501", "2026-502"):
        assert wanted in text
    assert "aucun intérêt" in text
    assert "Plan de paiement convenu" in sent_to(agreed, OWNER)[-1]
    assert sum((part.amount for part in plan(agreed).instalments), Decimal(0)) == Decimal("242.00")
    assert {item.plan for item in agreed.items().values()} == {plan(agreed).id}


def test_a_debtor_cannot_grant_himself_a_plan(listed):
    """His "ok" to anything is no yes of the owner's."""
    says(listed, "Pouvons-nous payer en 3 fois ?")
    says(listed, "ok")
    says(listed, "1")
    assert account(listed).plans == ()


def test_staff_may_not_grant_a_plan_but_may_have_one_proposed(listed):
    """A plan binds the creditor in writing: that is the owner's."""
    listed.write(CHLOE, "plan 2026-501 en 2 fois à partir du 25/03/2026")
    assert "d’accord ?" in sent_to(listed, OWNER)[-1]
    says(listed, "1", sender=CHLOE, to="chloe@atelier-bruno.example")
    assert account(listed).plans == ()
    assert "pas autorisée" in plain(listed.text("chloe@atelier-bruno.example"))


def test_the_owner_starts_one_himself_and_sees_it_first(listed):
    """Only after his yes the debtor is written to."""
    listed.write(BRUNO, "plan Batiplus en 2 fois à partir du 25/03/2026")
    before = len(listed.mails(BATIPLUS))
    assert "121,00 €" in plain(listed.text(OWNER))
    says(listed, "1", sender=BRUNO, to=OWNER)
    office_hours(listed)
    assert len(listed.mails(BATIPLUS)) == before + 1
    assert [part.amount for part in plan(listed).instalments] == [Decimal("121.00"), Decimal("121.00")]


def test_other_terms_are_shown_before_they_are_sent(listed):
    """ "4 fois à partir du …" below the proposal gives a new proposal; only the yes to that one counts."""
    says(listed, "Pouvons-nous payer en 3 fois ?")
    says(listed, "4 fois à partir du 15/04/2026", sender=BRUNO, to=OWNER)
    assert account(listed).plans == ()
    assert "60,50 €" in plain(listed.text(OWNER))
    says(listed, "ok", sender=BRUNO, to=OWNER)
    assert plan(listed).instalments[0].due_date == date(2026, 4, 15)
    assert len(plan(listed).instalments) == 4


def test_a_refusal_reaches_the_debtor_before_any_statement(listed):
    """Courteously, and the next statement keeps its distance."""
    says(listed, "Pouvons-nous payer en 3 fois ?")
    says(listed, "non", sender=BRUNO, to=OWNER)
    office_hours(listed)
    assert sent_to(listed, BATIPLUS)[-1] == "Votre demande de plan de paiement à Atelier Bruno SRL"
    count = len(listed.mails(BATIPLUS))
    listed.days(6)
    assert len(listed.mails(BATIPLUS)) == count
    listed.days(15)
    assert len(listed.mails(BATIPLUS)) > count


def test_each_instalment_is_followed_until_the_last(agreed):
    """Paid early, in parts and in sum: never a reminder, and thanks at the end."""
    count = len(agreed.mails(BATIPLUS))
    agreed.write(BRUNO, "reçu 100,00 sur 2026-501")
    agreed.days(20)
    agreed.write(BRUNO, "payé 2026-501")
    agreed.days(30)
    assert len(agreed.mails(BATIPLUS)) == count
    agreed.write(BRUNO, "payé 2026-502")
    agreed.work()
    agreed.days(4)
    assert plan(agreed).state is PlanState.KEPT
    assert "soldé" in sent_to(agreed, BATIPLUS)[-1]
    assert "Plan de paiement soldé" in " ".join(sent_to(agreed, OWNER))


def test_a_missed_instalment_is_reported_and_the_plan_revoked_by_word(agreed):
    """Then all of it is due again, at the level it had, and never two mails at once."""
    agreed.days(21)
    assert "un versement du plan n’est pas arrivé" in sent_to(agreed, OWNER)[-1]
    assert "80,66 €" in plain(agreed.text(OWNER))
    count = len(agreed.mails(BATIPLUS))
    says(agreed, "3", sender=BRUNO, to=OWNER)
    agreed.work()
    agreed.days(1)
    assert plan(agreed).state is PlanState.REVOKED
    assert len(agreed.mails(BATIPLUS)) == count + 1
    assert "242,00 €" in plain(agreed.text(BATIPLUS))
    agreed.days(6)
    assert len(agreed.mails(BATIPLUS)) == count + 1
    agreed.days(4)
    assert len(agreed.mails(BATIPLUS)) == count + 2
    assert "242,00 €" in plain(agreed.text(BATIPLUS))
    assert all(len(item.statements) == 2 for item in agreed.items().values())


def test_taking_the_yes_back_tells_the_debtor_too(agreed):
    """The confirmation left; "annuler" ends the plan, and he is told once."""
    says(agreed, "annuler", sender=BRUNO, to=OWNER)
    agreed.days(1)
    assert plan(agreed).state is PlanState.CANCELLED
    assert sent_to(agreed, BATIPLUS)[-1] == "Votre plan de paiement avec Atelier Bruno SRL n’a finalement pas lieu"
    count = len(agreed.mails(BATIPLUS))
    agreed.days(2)
    assert len(agreed.mails(BATIPLUS)) == count


def test_a_yes_taken_back_before_the_confirmation_left_is_heard_by_nobody(listed):
    """It waits for office hours, and never leaves."""
    says(listed, "Pouvons-nous payer en 3 fois ?")
    says(listed, "ok", sender=BRUNO, to=OWNER)
    count = len(listed.mails(BATIPLUS))
    says(listed, "annuler", sender=BRUNO, to=OWNER)
    listed.days(2)
    assert len(listed.mails(BATIPLUS)) == count
    assert plan(listed).letter("agreed") is None


def test_what_is_withdrawn_shortens_the_plan_and_both_hear_of_it(agreed):
    """From its end: what is due first stays as it was."""
    agreed.write(BRUNO, "retirer 2026-502")
    agreed.days(1)
    assert [part.amount for part in plan(agreed).instalments] == [Decimal("80.66"), Decimal("40.34")]
    assert "a changé" in sent_to(agreed, BATIPLUS)[-1]
    assert "Plan de paiement adapté" in sent_to(agreed, OWNER)[-1]


def test_a_change_that_is_asked_for_replaces_the_plan_only_by_a_yes(agreed):
    """Until then the old one holds."""
    old = plan(agreed).id
    says(agreed, "Finalement, pouvons-nous payer en 5 fois à partir du 10 avril ?")
    assert plan(agreed).id == old
    says(agreed, "ok", sender=BRUNO, to=OWNER)
    assert plan(agreed).id != old
    assert [p.state for p in account(agreed).plans] == [PlanState.REPLACED, PlanState.RUNNING]


def test_the_status_and_the_digest_show_the_plan(agreed):
    """Its next date, its amount and what is late."""
    agreed.write(BRUNO, "où en est 2026-501 ?")
    assert "prochain versement le 25/03/2026 : 80,66 €" in plain(agreed.text(OWNER))
    set_timers(agreed.app)
    agreed.days(7)
    digest = next(m for m in reversed(agreed.mails(OWNER)) if "semaine" in str(m["subject"]))
    assert "prochain versement le 25/03/2026" in plain(digest.get_body(("plain",)).get_content())


def test_a_dispute_rests_the_plan(agreed):
    """Nobody is dunned for an instalment of what he contests."""
    says(agreed, "Nous contestons la facture 2026-501, les travaux sont mal faits.")
    count = len(agreed.mails(BATIPLUS))
    agreed.days(30)
    assert len(agreed.mails(BATIPLUS)) == count
    assert plan(agreed).missed == ()
    assert agreed.items()["2026-501"].state is ItemState.FOLLOWED


def test_other_creditors_know_nothing_of_it(agreed):
    """What one creditor granted is his alone."""
    other = [a for a in agreed.app.store.states(type(account(agreed))) if a.creditor != "atelier-bruno"]
    assert all(not a.plans for a in other)
    assert (agreed.clock.now() - timedelta(days=1)).year == 2026


def test_the_tracking_sheet_lists_the_instalments(agreed):
    """On a sheet of its own, with what is open of each."""
    set_timers(agreed.app)
    agreed.days(7)
    digest = next(m for m in reversed(agreed.mails(OWNER)) if "semaine" in str(m["subject"]))
    book = next(p for p in digest.iter_attachments() if str(p.get_filename()).endswith(".xlsx"))
    sheet = load_workbook(BytesIO(book.get_content()))["Plans de paiement"]
    assert [row[5].value for row in sheet.iter_rows(min_row=2)] == [80.66, 80.66, 80.68]


def test_a_sum_told_of_a_plan_pays_the_earliest_invoice_first(agreed):
    """Nobody is asked which: the plan says it."""
    agreed.write(BRUNO, "reçu 161,32 de Batiplus")
    assert {n: str(i.balance.amount) for n, i in sorted(agreed.items().items())} == {
        "2026-501": "0.00",
        "2026-502": "80.68",
    }
