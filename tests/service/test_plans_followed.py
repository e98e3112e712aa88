"""What follows an agreed plan through the whole program: money by bank file, friendly words, reminders, four languages."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain.ledger import ItemState
from agent.domain.parties import BookEntry
from agent.domain.plans import AfterMissed, PlanState, PlanTerms
from tests.service.test_bank import camt
from tests.service.test_plans import BATIPLUS, OWNER, office_hours, plain, plan, says, sent_to
from tests.service.world import BRUNO, TUESDAY, World
from tests.walks.invoices import ubl

WISHES = {
    "fr": ("Pouvons-nous payer en 2 fois à partir du 25/03/2026 ?", "ok", "plan de paiement"),
    "nl": ("Kunnen wij in 2 keer betalen vanaf 25/03/2026?", "akkoord", "afbetalingsplan"),
    "en": ("Could we pay in 2 instalments starting 25/03/2026?", "ok", "payment plan"),
    "de": ("Könnten wir in 2 Raten ab dem 25.03.2026 zahlen?", "einverstanden", "Ratenplan"),
}


def with_terms(world, terms, language="fr"):
    """The first creditor grants plans on these terms, and speaks this language with his debtors."""
    settings = world.app.settings
    changed = [
        replace(c, payment_plans=terms, language=language) if c.id == "atelier-bruno" else c for c in settings.creditors
    ]
    book = BookEntry("atelier-bruno", "Batiplus Construct SA", "", (BATIPLUS,), language)
    world.app = world.app.with_settings(replace(settings, creditors=tuple(changed), contacts=(book,)))


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield made
    made.close()


def one_plan(world, terms, wish, *, language="fr", yes="ok"):
    """A plan for one invoice of 121 euros."""
    with_terms(world, terms, language)
    world.hand_over("2026-501")
    world.days(1)
    says(world, wish)
    says(world, yes, sender=BRUNO, to=OWNER)
    office_hours(world)


@pytest.mark.parametrize("language", WISHES)
def test_a_plan_is_made_in_every_language(world, language):
    """From the wish to the confirmation, in the debtor's language."""
    wish, yes, words = WISHES[language]
    one_plan(world, PlanTerms(), wish, language=language, yes=yes)
    assert words in sent_to(world, BATIPLUS)[-1]
    assert [part.due_date for part in plan(world).instalments] == [date(2026, 3, 25), date(2026, 4, 27)]
    assert "BE83" in plain(world.text(BATIPLUS))


def test_money_by_bank_counts_towards_the_earliest_instalment(world):
    """Its communication is the invoice's; a return opens the instalment again."""
    one_plan(world, PlanTerms(), "Pouvons-nous payer en 2 fois à partir du 25/03/2026 ?")
    world.write(BRUNO, "Extrait", e_xml=camt(("60.50", "facture 2026-501", "r1")))
    count = len(world.mails(BATIPLUS))
    world.days(30)
    assert len(world.mails(BATIPLUS)) == count
    assert plan(world).missed == ()
    world.days(25)
    assert [m.number for m in plan(world).missed] == [2]


def test_one_transfer_for_an_instalment_of_two_invoices_settles_what_it_can(world):
    """It quotes both numbers, as the letter asks for; the earliest invoice is paid first."""
    with_terms(world, PlanTerms())
    for number in ("2026-501", "2026-502"):
        world.hand_over(number)
    world.days(1)
    says(world, "Pouvons-nous payer en 3 fois à partir du 25/03/2026 ?")
    says(world, "ok", sender=BRUNO, to=OWNER)
    office_hours(world)
    world.write(BRUNO, "Extrait", e_xml=camt(("80.66", "2026-501, 2026-502", "r1")))
    assert sum(item.paid.amount for item in world.items().values()) == Decimal("80.66")
    world.clock.set(TUESDAY.replace(day=25))
    second = camt(("80.66", "2026-501, 2026-502", "r2")).replace(b"2026-03-09", b"2026-03-25")
    world.write(BRUNO, "Extrait", e_xml=second)
    assert world.items()["2026-501"].state is ItemState.SETTLED
    assert world.items()["2026-502"].balance.amount == Decimal("80.68")


def test_a_payment_of_0859_stops_the_friendly_word_of_0900(world):
    """It is looked at again just before it leaves."""
    one_plan(world, PlanTerms(courtesy_days=2), "Pouvons-nous payer en 2 fois à partir du 25/03/2026 ?")
    count = len(world.mails(BATIPLUS))
    world.clock.set(TUESDAY.replace(day=23, hour=8, minute=59))
    world.write(BRUNO, "reçu 60,50 sur 2026-501")
    world.clock.advance(timedelta(minutes=1))
    world.work()
    assert len(world.mails(BATIPLUS)) == count


def test_the_friendly_word_and_the_reminder_of_one_instalment(world):
    """Two working days before; and, kept as agreed, what is overdue and no more."""
    terms = PlanTerms(courtesy_days=2, after_missed=AfterMissed.KEEP)
    one_plan(world, terms, "Pouvons-nous payer en 2 fois à partir du 25/03/2026 ?")
    world.days(13)
    assert sent_to(world, BATIPLUS)[-1] == "Votre prochain versement à Atelier Bruno SRL, le 25/03/2026"
    world.days(9)
    assert sent_to(world, BATIPLUS)[-1] == "Votre versement à Atelier Bruno SRL n’est pas encore arrivé"
    text = plain(world.text(BATIPLUS))
    assert "60,50 € de votre plan" in text
    assert "un versement du plan n’est pas arrivé" in " ".join(sent_to(world, OWNER))
    assert plan(world).state is PlanState.RUNNING


def test_revoked_as_agreed_without_a_question(world):
    """The letter, then statements after the minimum interval."""
    one_plan(world, PlanTerms(after_missed=AfterMissed.REVOKE), "Pouvons-nous payer en 2 fois à partir du 25/03/2026 ?")
    world.days(20)
    assert plan(world).state is PlanState.REVOKED
    assert "prend fin" in sent_to(world, BATIPLUS)[-1]
    world.days(8)
    assert "121,00 €" in plain(world.text(BATIPLUS))
    assert len(world.items()["2026-501"].statements) == 2


def test_a_plan_that_was_kept_runs_again_when_a_payment_is_taken_back(world):
    """After the creditor has said to go on."""
    one_plan(world, PlanTerms(), "Pouvons-nous payer en 2 fois à partir du 25/03/2026 ?")
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1")))
    world.days(1)
    assert plan(world).state is PlanState.KEPT
    world.write(BRUNO, "Extrait", e_xml=camt(("-121.00", "retour facture 2026-501", "r2")))
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    world.days(1)
    assert plan(world).state is PlanState.RUNNING
    assert world.items()["2026-501"].plan == plan(world).id


def in_parts(number):
    """An invoice that asks for its sum in two parts, on days of their own."""
    text = ubl(number).decode()
    terms = "<cac:PaymentTerms><cbc:Note>{}</cbc:Note><cbc:Amount currencyID='EUR'>60.50</cbc:Amount><cbc:PaymentDueDate>{}</cbc:PaymentDueDate></cac:PaymentTerms>"
    both = terms.format("1/2", "2026-02-02") + terms.format("2/2", "2026-05-04")
    start, end = text.index("<cbc:DueDate>"), text.index("<cbc:InvoiceTypeCode>")
    return (text[:start] + text[end:]).replace("<cac:TaxTotal>", both + "<cac:TaxTotal>").encode()


def test_an_invoice_in_parts_is_asked_for_part_by_part(world):
    """The statement asks for what is due so far and shows the rest as later."""
    world.write(BRUNO, f_xml=in_parts("2026-777"))
    says(world, "ok", sender=BRUNO, to=OWNER)
    assert len(world.items()["2026-777"].invoice.instalments) == 2
    world.days(1)
    text = plain(world.text(BATIPLUS))
    assert "60,50 €" in text
    assert "Plus tard : −60,50 €" in text
