"""Attempts to have an invoice called paid that is not, or a payment overlooked that came; each against the whole program."""

from dataclasses import replace

import pytest

from agent.config import load
from agent.demo.cast import CAFE
from agent.domain.ledger import ItemState
from agent.domain.plans import PlanTerms
from agent.ports import Box
from tests.parsers.enclosures.papers import printed
from tests.service.test_bank import PAYER, camt
from tests.service.test_bank_senders import BANK, CONFIG
from tests.service.test_ibans import KNOWN, NEW, carrying, shown
from tests.service.test_plans_followed import one_plan
from tests.service.world import BRUNO, DEBTOR, TUESDAY, World

NOTICE = (
    "Bonjour,\nVous avez reçu un virement de {} EUR de la part de {} sur votre compte BE83 3630 1234 5615.\n"
    "Communication : {}\n"
)
BATIPLUS = "Batiplus Construct SA"
ADVICE = (
    b"Avis de paiement;;\nBatiplus Construct SA;;\nDate de paiement;09/03/2026;\n\nFacture;Date;Montant\n"
    b"2026-501;02/01/2026;121,00\nTotal;;121,00\n"
)


@pytest.fixture
def bare(tmp_path):
    """A world whose first creditor's bank writes itself."""
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    path = tmp_path / "config.toml"
    path.write_text(path.read_text() + CONFIG.replace("\\n", "\\\\n"))
    world.app = world.app.with_settings(load(path))
    yield world
    world.close()


@pytest.fixture
def world(bare):
    """Two invoices of one debtor and one of another, all of one sum."""
    for number in ("2026-501", "2026-502"):
        bare.hand_over(number)
    bare.hand_over("2026-600", buyer=CAFE)
    return bare


def received(world):
    """What was booked on each invoice on which anything was."""
    return {n: [str(p.amount.amount) for p in i.payments] for n, i in world.items().items() if i.payments}


def from_another(file, name, iban="FR7630006000011234567890189"):
    """The same bank file with another payer."""
    return file.replace(BATIPLUS.encode(), name.encode()).replace(PAYER.encode(), iban.encode())


@pytest.mark.parametrize(
    "text",
    [
        "facture 2026-501 Montant : 121,00 EUR",
        "facture 2026-501 frais inclus. Montant : 121,00 EUR",
        "facture 2026-501\nMontant : 121,00 EUR",
    ],
)
def test_who_pays_a_cent_cannot_write_another_sum_beside_it(world, text):
    """The payer's words stand in the bank's own mail, which is genuine: they name no amount."""
    world.write(BANK, NOTICE.format("0,01", BATIPLUS, text))
    assert received(world).get("2026-501", ["0.01"]) == ["0.01"]
    assert all(i.state is ItemState.FOLLOWED for i in world.items().values())


def test_a_payer_cannot_write_a_day_or_a_name_into_the_notice(world):
    """What he writes is read for numbers of invoices, and for nothing else."""
    world.write(BANK, NOTICE.format("121,00", BATIPLUS, "facture 2026-501 Date : 31/12/9999 De : Café des Halles SPRL"))
    (payment,) = world.items()["2026-501"].payments
    assert (payment.on, payment.payer) == (TUESDAY.date(), BATIPLUS)


def test_a_pattern_that_leaves_the_currency_open_takes_no_dollars_for_euros(world):
    """The operator's wording fits mails in every currency; what stands beside the sum tells which."""
    notice = world.app.settings.banks.notices[0]
    banks = replace(
        world.app.settings.banks, notices=(replace(notice, pattern=notice.pattern.replace(" EUR", " [A-Z]{3}")),)
    )
    world.app = world.app.with_settings(replace(world.app.settings, banks=banks))
    world.write(BANK, "ENTREE 121,00 USD PAR Batiplus Construct SA / facture 2026-501")
    assert received(world) == {}
    world.write(BANK, "ENTREE 121,00 EUR PAR Batiplus Construct SA / facture 2026-501")
    assert received(world) == {"2026-501": ["121.00"]}


def test_two_notices_of_one_sum_are_two_payments(world):
    """Another payer, or the same for another invoice, is not the first one again."""
    world.write(BANK, NOTICE.format("121,00", BATIPLUS, "facture 2026-501"))
    world.write(BANK, NOTICE.format("121,00", "Café des Halles SPRL", "facture 2026-600"))
    world.write(BANK, NOTICE.format("121,00", BATIPLUS, "facture 2026-502"))
    assert received(world) == {n: ["121.00"] for n in ("2026-501", "2026-600", "2026-502")}


@pytest.mark.parametrize("apart", [False, True])
def test_a_notice_hides_one_payment_only(world, apart):
    """The statement, newest day first, brings that payment and another one days later: in one file or in two."""
    world.write(BANK, NOTICE.format("121,00", BATIPLUS, "facture 2026-501"))
    world.days(3)
    early = camt(("121.00", "facture 2026-501", "r1")).replace(b"2026-03-09", b"2026-03-10")
    late = camt(("121.00", "facture 2026-502", "r2")).replace(b"2026-03-09", b"2026-03-13")
    both = camt(("121.00", "facture 2026-502", "r2"), ("121.00", "facture 2026-501", "r1"))
    both = both.replace(b"2026-03-09</Dt></BookgDt>", b"2026-03-13</Dt></BookgDt>", 1)
    for file in (late, early) if apart else (both,):
        world.write(BRUNO, "Extrait", e_xml=file)
    assert received(world) == {n: ["121.00"] for n in ("2026-501", "2026-502")}


def test_a_notice_that_its_statement_books_days_later_hides_nothing_else(world):
    """Once the statement told the day, the day of the notice is free for another payment of that sum."""
    world.write(BANK, NOTICE.format("121,00", BATIPLUS, "facture"))
    world.choose(BRUNO, "121", "1")
    world.days(2)
    for day in (b"2026-03-12", b"2026-03-10"):
        world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture", "r1")).replace(b"2026-03-09", day))
    booked = sum(len(i.payments) for i in world.items().values())
    open_questions = world.sent().count("question")
    assert (booked, open_questions) == (1, 2)


@pytest.mark.parametrize("day", [b"2026-04-09", b"9999-12-31"])
def test_money_of_a_day_to_come_does_not_count(world, day):
    """Whatever the file says of it: nobody has booked what is dated weeks ahead."""
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1")).replace(b"2026-03-09", day))
    assert received(world) == {}
    told = world.text("bruno@atelier-bruno.example")
    assert day.decode() in told or day == b"9999-12-31"  # no day of business at all


@pytest.mark.parametrize("payer", ["Café des Halles SPRL", "Dupont Jean"])
def test_who_announces_a_usual_sum_does_not_get_what_another_pays(world, payer):
    """A debtor's paper settles nothing with money that the bank does not show to be his."""
    world.write(DEBTOR, "Voir notre avis de paiement.", avis_csv=ADVICE)
    world.write(BRUNO, "Extrait", e_xml=from_another(camt(("121.00", "paiement", "r1")), payer))
    assert received(world) == {}


def test_a_strangers_money_pays_no_instalment(bare):
    """The last instalment is what is open on the invoice: an amount shows nobody."""
    one_plan(bare, PlanTerms(), "Pouvons-nous payer en 2 fois à partir du 25/03/2026 ?")
    bare.write(BRUNO, "Extrait", e_xml=camt(("60.50", "facture 2026-501", "r1")))
    bare.write(BRUNO, "Extrait", e_xml=from_another(camt(("60.50", "paiement", "r2")), "Dupont Jean"))
    assert received(bare) == {"2026-501": ["60.50"]}


def a_page(*lines, number="2026-700"):
    """A page of an invoice, with these further fields."""
    fields = [("Facture n°", number), ("Date de facture", "02/01/2026"), ("Échéance", "01/02/2026")]
    fields += [("Client", "Batiplus Construct SA"), ("TVA client", "BE0663445554"), ("Compte IBAN", KNOWN)]
    return printed("Facture Atelier Bruno SRL", fields=[*fields, *lines, ("Total TVAC", "121,00 EUR")])


def test_an_account_beside_words_of_direct_debit_leaves_in_no_copy(bare):
    """It reads as the debtor's own and nobody is asked, so that no debtor sees it either: neither in the page nor in that of an XML."""
    bare.write(BRUNO, f_pdf=a_page(("Domiciliation", f"prélèvement sur {NEW}")))
    assert bare.items()["2026-700"].invoice.names_debtors_account
    bare.write(BRUNO, f_xml=carrying(a_page(("Domiciliation", f"prélèvement sur {NEW}"), number="2026-501")))
    assert bare.items()["2026-501"].invoice.names_debtors_account
    bare.days(2)
    assert "statement" in bare.sent()
    assert not shown(bare, NEW)


def test_days_at_the_end_of_the_calendar_break_nothing(bare):
    """An invoice of the last day there is becomes a question, not a mail that cannot be handled."""
    bare.hand_over("2026-701", issued="9999-12-31", due="9999-12-31")
    assert bare.items()["2026-701"].state is ItemState.REVIEW
    assert bare.lying_in(Box.QUARANTINE) == 0


def test_a_file_that_gave_nothing_is_not_named_to_another_creditor(bare):
    """A bank of two writes about both: the name of a file may tell whose it is."""
    settings = bare.app.settings
    bank = replace(settings.banks.senders[0], creditors=("atelier-bruno", "van-damme"))
    bare.app = bare.app.with_settings(replace(settings, banks=replace(settings.banks, senders=(bank,))))
    bare.write(BANK, "Extraits", e_xml=camt(("121.00", "x", "r1")), vandamme_csv=b"date;montant\nx")
    assert "2026" in bare.text("bruno@atelier-bruno.example")
    assert "vandamme" not in bare.text("bruno@atelier-bruno.example")


def resting(world):
    """The invoices on which reminders rest."""
    return {n for n, i in world.items().items() if i.hold(world.clock.now().date()) is not None}


def test_whoever_paid_something_that_nobody_understands_yet_is_not_reminded_of_it(bare):
    """The bank shows the payer and no more: his oldest invoices rest, as far as the money goes."""
    for number, due in (("2026-501", "2026-01-20"), ("2026-502", "2026-01-25"), ("2026-503", "2026-02-01")):
        bare.hand_over(number, due=due, issued=f"2026-01-0{number[-1]}")
    bare.write(BRUNO, "Extrait", e_xml=camt(("150.00", "paiement", "r1")))
    assert resting(bare) == {"2026-501", "2026-502"}


def test_money_beyond_the_invoice_that_it_names_holds_the_others_too(bare):
    """Three hundred for one of a hundred: the rest may be for the next one."""
    for number in ("2026-501", "2026-502"):
        bare.hand_over(number)
    bare.write(BRUNO, "Extrait", e_xml=camt(("300.00", "facture 2026-501", "r1")))
    assert resting(bare) == {"2026-501", "2026-502"}


def test_what_one_file_has_too_many_questions_about_rests_as_well(bare):
    """Only ten are asked at once; the eleventh invoice is not reminded of for that."""
    numbers = [f"2026-5{n:02}" for n in range(12)]
    for number in numbers:
        bare.hand_over(number)
    paid = [(f"{50 + n}.00", f"facture {number}", f"r{n}") for n, number in enumerate(numbers)]
    bare.write(BRUNO, "Extrait", e_xml=from_another(camt(*paid), "Dupont Jean"))
    assert received(bare) == {}
    assert resting(bare) == set(numbers)
