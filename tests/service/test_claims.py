"""Late-payment claims in the whole program: what the debtor is shown, what the creditor is told, what a payment counts for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import load
from agent.demo.cast import BATIPLUS
from agent.demo.documents import Party
from agent.domain.claims import claim_on
from agent.domain.ledger import ItemState
from agent.domain.money import Money
from agent.service.tick import set_timers
from tests.service import test_bank
from tests.service.world import BRUNO, TUESDAY, World

ON = "interest = true\nindemnity = true\n"
SHOWN = {
    "fr": "Intérêts et indemnités de retard",
    "nl": "Interest en vergoedingen voor laattijdige betaling",
    "en": "Interest and indemnities for late payment",
    "de": "Verzugszinsen und Pauschalen",
}
ANN = Party("Ann Martin", "Rue Haute 1", "7000 Mons", "BE", "", "ann@martin.example")
MORE = Party("Villa Mariposa", "Rue Basse 2", "7000 Mons", "BE", "", "hello@mariposa.example")
BUSINESS, CONSUMER, UNKNOWN = BATIPLUS.email, ANN.email, MORE.email


def camt(*entries, on=date(2026, 3, 9)) -> bytes:
    """A camt.053 of these movements of one day."""
    return test_bank.camt(*entries).replace(b"2026-03-09", on.isoformat().encode())


def eur(text: str) -> Money:
    return Money.of(text, "EUR")


def staged(folder: Path, charges: str, country: str = "BE", top: str = "", moment=TUESDAY) -> World:
    """The program with these charges in the creditor's file, a consumer in the contact book, and `top` in config.toml."""
    world = World.built(folder, moment)
    path = folder / "creditors/atelier-bruno.toml"
    text = path.read_text(encoding="utf-8").replace('country = "BE"', f'country = "{country}"')
    path.write_text(f'{text}supplies = "travaux de menuiserie"\n[charges]\n{charges}', encoding="utf-8")
    (folder / "contacts.toml").write_text(
        f'[[contact]]\ncreditor = "atelier-bruno"\nname = "{ANN.name}"\naddresses = ["{ANN.email}"]\nconsumer = true\n',
        encoding="utf-8",
    )
    config = folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + top, encoding="utf-8")
    world.app = world.app.with_settings(load(config))
    set_timers(world.app)
    return world


@pytest.fixture
def stage(tmp_path):
    """`staged`, with every world closed in the end."""
    worlds: list[World] = []

    def made(charges: str, *args: str, **more) -> World:
        worlds.append(staged(tmp_path / str(len(worlds)), charges, *args, **more))
        return worlds[-1]

    yield made
    for world in worlds:
        world.close()


def claimed(world: World, number: str, on: date | None = None):
    """The claim on an invoice by the program's own settings."""
    item = world.items()[number]
    ledger = world.app.store.ledger({item.id, item.invoice.debtor})
    account = ledger.accounts[item.invoice.debtor]
    creditor = world.app.settings.creditors[0]
    charging = world.app.settings.charging(creditor)
    return claim_on(item, account, (item,), charging, on or world.app.today(creditor))


def bodies(world: World, address: str) -> list[str]:
    return [m.get_body(("plain",)).get_content() for m in world.mails(address)]


@pytest.mark.parametrize("country", ["BE", "FR", "NL", "LU", "DE"])
@pytest.mark.parametrize("charges", [ON, ""], ids=["on", "off"])
def test_first_statements_claim_only_from_businesses_and_only_when_switched_on(stage, country, charges):
    """Consumers and those of whom nothing is known read of no claim; the figures are the law's of the country."""
    world = stage(charges, country, '[legal]\nconfirmed = ["lu-lump-sum", "de-business"]\n')
    world.hand_over("2026-501")
    for number, buyer in (("2026-502", ANN), ("2026-503", MORE)):
        world.hand_over(number, buyer=replace(buyer, country=country))
    world.days(1)
    heard = "\n".join(bodies(world, BUSINESS))
    assert any(words in heard for words in SHOWN.values()) == bool(charges)
    for address in (CONSUMER, UNKNOWN):
        assert not any(words in text for text in bodies(world, address) for words in SHOWN.values())
        assert not any(
            words in m.get_body(("html",)).get_content() for m in world.mails(address) for words in SHOWN.values()
        )
    found = claimed(world, "2026-501", date(2026, 3, 10))
    if not charges:
        assert found is None
        return
    # 121.00 for 37 days after 1 February 2026, and the fixed sum of the country.
    interest = {"BE": "1.29", "FR": "1.49", "NL": "1.24", "LU": "1.24", "DE": "1.26"}[country]
    fixed = "0" if country == "DE" else "40"
    assert (found.claim.interest, found.claim.indemnity) == (eur(interest), eur(fixed).rounded())
    for number in ("2026-502", "2026-503"):
        assert claimed(world, number).due == eur("0")


def test_the_amount_to_pay_is_the_principal_and_the_claim_stands_apart(stage):
    """With balance, rate, days and source; the slip asks for the principal."""
    world = stage(ON)
    world.hand_over()
    world.days(1)
    text = world.text(BUSINESS)
    assert "À régler maintenant\u00a0: 121,00\u00a0€" in text
    assert "Montant\u00a0: 121,00\u00a0€" in text
    assert "121,00\u00a0€ × 10,5\u00a0% × 37 jours / 365 = 1,29\u00a0€" in text
    assert "loi du 2 août 2002" in text
    assert "Total, intérêts et indemnités compris\u00a0: 162,29\u00a0€" in text
    html = unescape(world.mails(BUSINESS)[-1].get_body(("html",)).get_content())
    for figure in ("1,29\u00a0€", "40,00\u00a0€", "162,29\u00a0€", "10,5\u00a0%"):
        assert figure in html


def test_the_amount_to_pay_includes_the_claim_where_the_terms_say_so(stage):
    """Then the form and the payment code ask for both."""
    world = stage(ON + "ask_with_principal = true\n")
    world.hand_over()
    world.days(1)
    text = world.text(BUSINESS)
    assert "À régler maintenant\u00a0: 162,29\u00a0€" in text
    assert "Principal (factures)\u00a0: 121,00\u00a0€" in text
    assert "Montant\u00a0: 162,29\u00a0€" in text


def test_a_belgian_consumer_is_charged_after_the_free_reminder_and_its_wait(stage):
    """The agreed clause within the cap, on the second statement; the first one asks for the invoice alone."""
    terms = "agreed_with_consumers = true\ncontract_indemnity = 15\n"
    world = stage(ON + terms)
    world.hand_over("2026-502", buyer=ANN)
    world.days(1)
    sent = world.items()["2026-502"].statements
    assert sent == (date(2026, 3, 10),)
    assert SHOWN["fr"] not in world.text(CONSUMER)
    assert claimed(world, "2026-502", date(2026, 3, 24)).due == eur("0")
    after = claimed(world, "2026-502", date(2026, 3, 25))
    assert after.claim.indemnity == eur("18.15")
    assert after.claim.lines[0].start == date(2026, 3, 25)
    world.days(17)
    assert SHOWN["fr"] in world.text(CONSUMER)
    assert "18,15\u00a0€" in world.text(CONSUMER)


def test_whoever_pays_the_claim_that_he_was_shown_has_paid_it(stage):
    """What goes beyond the invoice counts for the claim of that day, leaves no credit and asks nothing."""
    world = stage(ON)
    world.hand_over("2026-501")
    world.days(2)
    on = world.items()["2026-501"].statements[0]
    owed = claimed(world, "2026-501", on).due
    total = eur("121.00") + owed
    world.write(BRUNO, "Extrait", e_xml=camt((str(total.amount), "facture 2026-501", "r1"), on=on))
    item = world.items()["2026-501"]
    assert item.state is ItemState.SETTLED
    assert [(part.on, part.amount) for part in item.charges] == [(on, owed)]
    assert item.balance == eur("0")
    assert claimed(world, "2026-501").due == eur("0")
    (account,) = world.app.store.ledger([item.invoice.debtor]).accounts.values()
    assert account.on_account("EUR") == eur("0")


def test_the_claim_alone_can_be_paid_after_its_invoice(stage):
    """Money that names the settled invoice pays what was left, as far as it goes; nobody is asked."""
    world = stage(ON)
    world.hand_over("2026-501")
    world.days(2)
    on = world.items()["2026-501"].statements[0]
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1"), on=on))
    left = claimed(world, "2026-501").due
    assert left > eur("40")
    world.write(BRUNO, "Extrait", e_xml=camt((str(left.amount), "intérêts facture 2026-501", "r2"), on=on))
    item = world.items()["2026-501"]
    assert (item.state, item.balance) == (ItemState.SETTLED, eur("0"))
    assert claimed(world, "2026-501").due == eur("0")


def test_money_beyond_the_claim_stays_the_debtors(stage):
    """And so does all that goes beyond an invoice whose claim he was never shown."""
    world = stage(ON, moment=TUESDAY.replace(hour=6))
    world.hand_over("2026-501")
    world.write(BRUNO, "Extrait", e_xml=camt(("162.25", "facture 2026-501", "r1")))
    item = world.items()["2026-501"]
    (account,) = world.app.store.ledger([item.invoice.debtor]).accounts.values()
    assert (item.state, item.charges) == (ItemState.SETTLED, ())
    assert account.on_account("EUR") == eur("41.25")


def test_interest_first_leaves_the_rest_of_the_invoice_open(stage):
    """Its balance is what the statement shows, and the invoice is not settled by its own amount."""
    world = stage(ON + 'pays_first = "interest"\n', moment=TUESDAY.replace(hour=6))
    world.hand_over("2026-501")
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1")))
    item = world.items()["2026-501"]
    assert (item.state, item.balance) == (ItemState.FOLLOWED, eur("41.25"))
    world.days(1)
    text = world.text(BUSINESS)
    assert "À régler maintenant\u00a0: 41,25\u00a0€" in text
    assert "Payé\u00a0: −79,75\u00a0€" in text


def test_with_the_principal_first_the_invoice_is_settled_and_its_claim_dropped(stage):
    """Nothing is chased once the principal is paid, unless the terms keep it for the next statement."""
    for after, shown in (("drop", False), ("keep", True)):
        world = stage(ON + f'after_payment = "{after}"\n', moment=TUESDAY.replace(hour=6))
        world.hand_over("2026-501")
        world.hand_over("2026-504")
        world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "facture 2026-501", "r1")))
        assert world.items()["2026-501"].state is ItemState.SETTLED
        world.days(1)
        text = world.text(BUSINESS)
        assert "2026-504" in text
        assert ("2026-501" in text) is shown


def test_a_payment_taken_back_takes_its_charges_back(stage):
    """The invoice is open again in full, and the claim runs on."""
    world = stage(ON)
    world.hand_over("2026-501")
    world.days(2)
    on = world.items()["2026-501"].statements[0]
    total = eur("121.00") + claimed(world, "2026-501", on).due
    world.write(BRUNO, "Extrait", e_xml=camt((str(total.amount), "facture 2026-501", "r1"), on=on))
    assert world.items()["2026-501"].charges
    world.write(BRUNO, "Extrait", e_xml=camt((str(-total.amount), "retour facture 2026-501", "r9"), on=on))
    item = world.items()["2026-501"]
    assert (item.state, item.balance) == (ItemState.FOLLOWED, eur("121.00"))
    assert sum(p.amount.amount for p in item.charges) == 0


def test_terms_hold_from_their_day_and_a_debtor_can_be_spared(stage, tmp_path):
    """Older invoices bear nothing; the contact book switches a debtor off."""
    world = stage(ON + "applies_from = 2026-01-15\n")
    world.hand_over("2026-501")
    world.hand_over("2026-505", issued="2026-01-20", due="2026-02-03")
    world.days(1)
    assert [why.code for why in claimed(world, "2026-501").claim.reasons] == ["before_terms"]
    assert claimed(world, "2026-505").due > eur("40")
    book = world.app.settings.path.parent / "contacts.toml"
    spared = f'[[contact]]\ncreditor = "atelier-bruno"\nname = "{BATIPLUS.name}"\n[contact.charges]\ninterest = false\nindemnity = false\n'
    book.write_text(book.read_text() + spared)
    world.app = world.app.with_settings(load(world.app.settings.path))
    assert claimed(world, "2026-505") is None


def test_the_creditor_reads_what_is_claimed_and_why_something_is_not(stage, capsys):
    """In his digest and his sheet; the debtor never reads the reasons."""
    world = stage(ON)
    world.hand_over("2026-501")
    world.hand_over("2026-503", buyer=MORE)
    world.days(7)
    told = next(text for text in reversed(bodies(world, "bruno@atelier-bruno.example")) if "Vos créances" in text)
    why = "on ne sait pas si le débiteur est une entreprise ou un particulier"
    assert why in " ".join(told.split())
    assert "d’intérêts et d’indemnités s’ajoutent à ce jour" in " ".join(told.split())
    for address in (BUSINESS, UNKNOWN):
        assert not any("on ne sait pas si le débiteur" in " ".join(text.split()) for text in bodies(world, address))
    path = world.app.settings.path
    assert main(["claim", "2026-501", "--on", "2026-03-10", "--config", str(path)]) == 0
    told = capsys.readouterr().out
    assert "121.00 EUR × 10.5 % × 37 days / 365 = 1.29 EUR" in told
    assert main(["explain", "2026-503", "--config", str(path)]) == 0
    assert "not claimed: it is not known whether the debtor is a business or a consumer" in capsys.readouterr().out


def test_an_unknown_rate_claims_nothing_and_a_rate_of_ones_own_does(stage, tmp_path):
    """The operator's file extends the rates that come with the program."""
    july = TUESDAY.replace(month=8)
    bare = stage("interest = true\n", moment=july)
    bare.hand_over("2026-501", due="2026-07-01", issued="2026-06-01")
    bare.days(1)
    assert SHOWN["fr"] not in bare.text(BUSINESS)
    assert [why.code for why in claimed(bare, "2026-501").claim.reasons] == ["rate_unknown"]
    own = tmp_path / "rates.toml"
    own.write_text(
        '[[series]]\nregime = "be-business"\nsource = "Moniteur belge"\n'
        'rates = [{ from = 2026-07-01, until = 2026-12-31, percent = "10.5", mark = "V" }]\n'
    )
    known = stage("interest = true\n", top=f'[legal]\nrates = "{own}"\n', moment=july)
    known.hand_over("2026-501", due="2026-07-01", issued="2026-06-01")
    known.days(1)
    assert SHOWN["fr"] in known.text(BUSINESS)


def test_other_creditors_claims_are_their_own(stage):
    """One creditor's terms never reach another's debtors."""
    world = stage(ON)
    others = [c for c in world.app.settings.creditors if c.id != "atelier-bruno"]
    assert others
    assert not any(c.charges.on for c in others)


@pytest.mark.parametrize(
    ("country", "begins", "fixed", "rate", "start"),
    [
        ("NL", date(2026, 3, 26), "40.00", "4", date(2026, 2, 2)),
        ("DE", date(2026, 3, 11), "0", "6.27", date(2026, 3, 11)),
    ],
)
def test_consumers_elsewhere_are_charged_from_the_day_their_law_says(stage, country, begins, fixed, rate, start):
    """Dutch collection costs sixteen days after the letter; German interest after the reminder. What is from memory was confirmed."""
    top = '[legal]\nconfirmed = ["nl-consumer", "de-consumer", "de-lump-sum"]\n'
    world = stage(ON, country, top)
    world.hand_over("2026-502", buyer=replace(ANN, country=country))
    world.days(1)
    assert world.items()["2026-502"].statements == (date(2026, 3, 10),)
    assert not any(words in text for text in bodies(world, CONSUMER) for words in SHOWN.values())
    before = claimed(world, "2026-502", date(2026, 3, 10)).claim
    assert before.indemnity == eur("0")
    after = claimed(world, "2026-502", begins).claim
    assert (after.indemnity, after.lines[0].percent, after.lines[0].start) == (eur(fixed), Decimal(rate), start)


def test_further_reminders_to_a_belgian_consumer_cost_what_was_agreed(stage):
    """The third statement names the cost of the second; the first two name none."""
    world = stage(ON + 'agreed_with_consumers = true\nreminder_cost = "7.50"\n')
    world.hand_over("2026-502", buyer=ANN)
    world.days(33)
    first, second, third = [text for text in bodies(world, CONSUMER) if "2026-502" in text]
    assert "Frais de rappel" not in first + second
    assert "Frais de rappel\u00a0: 7,50\u00a0€" in third
