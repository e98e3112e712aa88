"""The rules of mails to debtors, tried on the whole program: what is held back, who hears of it, and that it leaves once it may."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from agent.demo import mails
from agent.demo.documents import Party
from agent.domain import events as ev
from agent.domain.guard_waits import FIRST_REMINDER, FOURTEEN_DAYS, reminded_on
from agent.domain.ledger import DebtorAccount, replay
from agent.domain.legal import Legal, Mandate, Operator
from agent.domain.overdue import ChargeTerms
from agent.domain.parties import BookEntry
from agent.mail.outgoing import OutboxState
from agent.outbox.compose import mail_id
from agent.outbox.templates import read_again
from agent.ports import Commit
from agent.service.books import accounts_slice
from agent.service.tick import set_timers
from tests.service.world import DEBTOR, World

BRUNO = "bruno@atelier-bruno.example"
DEBTOR_MAIL = "compta@batiplus.example"
OPERATOR = "technique@comptoir.example"
ADDRESS = "camille.renard@gmail.com"
CAMILLE = Party("Camille Renard", "Rue Haute 4", "1000 Bruxelles", "BE", "", ADDRESS)
TERMS = ChargeTerms(interest=True, indemnity=True, contract_indemnity=10, agreed_with_consumers=True)


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def configure(world, *, legal=None, contacts=(), **creditor):
    """Read the configuration again with these changes of the story's first creditor."""
    settings = world.app.settings
    creditors = tuple(replace(c, **creditor) if c.id == "atelier-bruno" else c for c in settings.creditors)
    settings = replace(
        settings, creditors=creditors, legal=legal or settings.legal, contacts=contacts or settings.contacts
    )
    world.app = world.app.with_settings(settings)
    set_timers(world.app)


def consumer(country="BE", name=CAMILLE.name):
    """The contact book's word that this debtor is a consumer."""
    return (BookEntry("atelier-bruno", name, addresses=(ADDRESS,), consumer=True),)


def account(world):
    """The only debtor's account."""
    (found,) = world.app.store.states(DebtorAccount)
    return found


def bodies(world, address):
    """The texts of all mails that an address received, as single lines."""
    return [" ".join(m.get_body(("plain",)).get_content().split()) for m in world.mails(address)]


def test_who_may_be_a_consumer_gets_the_free_first_reminder_with_all_that_the_law_wants(world):
    """Balance, number, what was supplied, the fourteen days; the statement keeps that it announced them."""
    configure(world, supplies="travaux de menuiserie")
    world.hand_over(buyer=CAMILLE)
    world.days(1)
    (text,) = bodies(world, ADDRESS)
    for mention in ("premier rappel est gratuit", "14 jours calendrier", "le lendemain de l’envoi", "BE 0441.122.148"):
        assert mention in text
    assert "travaux de menuiserie" in text
    assert account(world).statements[0].mentions == (FIRST_REMINDER,)


def test_the_next_statement_waits_for_the_fifteenth_day(world):
    """However short the spacing: nothing through D+14, the next one on D+15, and no timer fires into the wait."""
    configure(
        world, supplies="travaux de menuiserie", plan=replace(world.app.settings.creditors[0].plan, spacing_days=7)
    )
    world.hand_over(buyer=CAMILLE)
    world.days(1)
    first = account(world).statements[0].on
    while world.app.today(world.app.settings.creditors[0]) < date.fromordinal(first.toordinal() + 14):
        world.days(1)
        assert len(world.mails(ADDRESS)) == 1
    world.days(3)
    sent = [s.on for s in account(world).statements]
    assert len(sent) == 2
    assert (sent[1] - first).days in (15, 17)  # the fifteenth day, or the Monday after it


def test_a_business_hears_nothing_of_consumers_rights(world):
    """A VAT number on the invoice says enough."""
    world.hand_over()
    world.days(1)
    assert "gratuit" not in world.text(DEBTOR_MAIL)
    assert account(world).statements[0].mentions == ()


def test_without_a_description_nothing_is_sent_and_both_are_told_once(world):
    """An XML invoice describes nothing to a reader; once the operator has noted it, the statement leaves by itself."""
    world.hand_over(buyer=CAMILLE)
    world.days(5)
    assert world.mails(ADDRESS) == []
    assert account(world).statements == ()
    told = [text for text in bodies(world, OPERATOR) if "be-first-description" in text]
    assert len(told) == 1
    assert "book XIX" in told[0]
    assert "supplies" in told[0]
    assert sum("We have not written" in text or "pas écrit à Camille" in text for text in bodies(world, BRUNO)) == 1
    configure(world, supplies="travaux de menuiserie")
    world.days(1)
    assert len(world.mails(ADDRESS)) == 1
    assert world.app.store.note("refused:atelier-bruno") is None


def test_a_consumers_indemnity_is_announced_before_it_is_claimed(world):
    """10 % of 121.00 is below the cap of 20.00; nothing is charged in the first reminder."""
    configure(world, supplies="travaux de menuiserie", charges=TERMS, contacts=consumer())
    world.hand_over(buyer=CAMILLE)
    world.days(1)
    (text,) = bodies(world, ADDRESS)
    assert "une indemnité de 12,10 €" in text.replace("\u202f", " ").replace("\xa0", " ")
    assert reminded_on(account(world), account(world).statements[0].items[0], "BE") is not None


def test_a_dutch_consumer_gets_the_words_of_the_courts(world):
    """Fifteen days after delivery and the amount of the scale, in Dutch."""
    dutch = Party("Camille Renard", "Havenweg 4", "3011 Rotterdam", "NL", "", ADDRESS)
    book = (replace(consumer()[0], language="nl"),)
    configure(world, charges=ChargeTerms(indemnity=True), contacts=book)
    world.hand_over(buyer=dutch)
    world.days(1)
    found = account(world)
    if found.country == "NL":
        (text,) = bodies(world, ADDRESS)
        assert "binnen vijftien dagen nadat deze e-mail bij u is bezorgd" in text
        assert found.statements[0].mentions == (FOURTEEN_DAYS,)


def test_a_template_of_ones_own_that_drops_a_mention_is_refused(world, tmp_path):
    """The finished mail is looked at; a hidden copy of the words proves nothing."""
    own = tmp_path / "own" / "fr"
    own.mkdir(parents=True)
    (own / "mentions.j2").write_text(
        '<span style="display:none">14 jours calendrier, le lendemain</span>', encoding="utf-8"
    )
    settings = replace(world.app.settings, templates_dir=tmp_path / "own")
    world.app = world.app.with_settings(settings)
    configure(world, supplies="travaux de menuiserie")
    world.hand_over(buyer=CAMILLE)
    world.days(2)
    assert world.mails(ADDRESS) == []
    rules = {line for text in bodies(world, OPERATOR) for line in text.split() if line.startswith("be-first")}
    assert {"be-first-period", "be-first-creditor", "be-first-description"} <= rules
    (own / "mentions.j2").unlink()
    read_again()
    set_timers(world.app)
    world.days(1)
    assert len(world.mails(ADDRESS)) == 1


def test_a_fee_in_a_template_of_ones_own_is_refused(world, tmp_path):
    """Every amount is one of the invoices or an allowed claim."""
    own = tmp_path / "own" / "fr"
    own.mkdir(parents=True)
    (own / "mentions.j2").write_text("Frais de dossier : 15,00 €", encoding="utf-8")
    world.app = world.app.with_settings(replace(world.app.settings, templates_dir=tmp_path / "own"))
    world.hand_over()
    world.days(2)
    assert world.mails(DEBTOR_MAIL) == []
    assert any("amount-unexplained" in text and "15.00" in text for text in bodies(world, OPERATOR))


def test_a_collector_writes_nothing_before_he_is_configured_and_then_everything_that_he_must(world):
    """Mandate, registration and seat are named one by one; then the statement leaves with his mentions."""
    configure(world, legal=Legal(Operator.COLLECTOR))
    world.hand_over()
    world.days(3)
    assert world.mails(DEBTOR_MAIL) == []
    named = " ".join(bodies(world, OPERATOR))
    assert all(rule in named for rule in ("collector-mandate", "collector-registration", "collector-seat"))
    configure(world, legal=COLLECTOR, mandate=MANDATE)
    world.days(4)
    text = " ".join(world.text(DEBTOR_MAIL).split())
    assert "au nom et pour le compte d’Atelier Bruno SRL" in text
    assert "SPF Économie 300.001" in text
    assert str(world.mails(DEBTOR_MAIL)[0]["From"]).startswith("Atelier Bruno SRL via Comptoir")


MANDATE = Mandate(date(2026, 1, 5), "M-2026-1", "mandates/bruno.pdf")
COLLECTOR = Legal(
    Operator.COLLECTOR,
    seat="Rue de la Loi 1, 1000 Bruxelles",
    registrations=MappingProxyType(
        {"BE": "SPF Économie 300.001", "FR": "déclaration du 3 mars 2025, parquet de Lille"}
    ),
    confirmed=frozenset({"fr-collector"}),
)


def test_a_french_debtor_of_a_collector_reads_the_law_and_is_reminded_of_the_first_letter(world):
    """CPCE R124-4: the list in the first letter, its reference and day in every later one."""
    french = Party(
        "Lumière & Fils SARL", "14 rue Nationale", "59000 Lille", "FR", "FR16412345126", "achats@lumiere-fils.example"
    )
    configure(world, legal=COLLECTOR, mandate=MANDATE)
    world.hand_over(buyer=french)
    world.days(1)
    (first,) = bodies(world, french.email)
    for mention in (
        "recouvrement amiable",
        "sans titre exécutoire",
        "débiteur de mauvaise foi",
        "principal",
        "accessoires",
    ):
        assert mention in first
    reference = first.partition("Référence de cette lettre : ")[2].partition(",")[0]
    world.days(18)
    later = bodies(world, french.email)[-1]
    assert len(world.mails(french.email)) == 2
    assert reference in later
    assert "sans titre exécutoire" not in later


def queued_again(world, **changes):
    """The latest statement once more in the outbox, as if it had been written under other rules."""
    app, store = world.app, world.app.store
    sent = next(m for m in store.outbox([OutboxState.SENT]) if m.kind == "statement")
    before = account(world)
    creditor = app.settings.creditor("atelier-bruno")
    event = ev.StatementQueued(
        at=app.clock.now(), source="test", creditor=creditor.id, debtor=before.id, currency="EUR", cycle=2,
        items=before.statements[0].items, on=app.today(creditor), level="firm", mail="statement:again",
    )  # fmt: skip
    ledger = replay((event,), accounts_slice(store, [before.id]))
    mail = replace(
        sent, key="statement:again", id=mail_id("statement:again"), message_id="<again@comptoir.example>", sent_at=None,
        state=OutboxState.QUEUED, attempts=0, first_tried_at=None, queued_at=app.clock.now(), not_before=app.clock.now(), **changes,
    )  # fmt: skip
    states = tuple(state for id_ in event.about() if (state := ledger.get(id_)) is not None)
    store.commit(Commit(events=(event,), states=states, outgoing=(mail,)))


def test_what_waits_in_the_outbox_is_looked_at_again_before_it_leaves(world):
    """The rules have changed since: it is cancelled, counts for nothing, and a lawful one leaves once it may."""
    world.hand_over()
    world.days(1)
    queued_again(world)
    configure(world, legal=Legal(Operator.COLLECTOR))
    world.days(1)
    assert len(world.mails(DEBTOR_MAIL)) == 1
    assert account(world).statements[-1].state == "cancelled"
    assert any("collector-mandate" in text for text in bodies(world, OPERATOR))


def test_an_older_queue_cannot_break_the_wait(world):
    """A second statement in the outbox before its day is put off to that day, not cancelled."""
    configure(world, supplies="travaux de menuiserie")
    world.hand_over(buyer=CAMILLE)
    world.days(2)
    queued_again(world)
    world.work()
    (waiting,) = world.app.store.outbox([OutboxState.QUEUED])
    first = account(world).statements[0].on
    assert (waiting.not_before.date() - first).days in (15, 16, 17)
    assert len(world.mails(ADDRESS)) == 1


def test_an_answer_of_a_collector_names_him_too(world):
    """Not only statements: what is answered to a debtor says who writes, for whom."""
    configure(world, legal=COLLECTOR, mandate=MANDATE)
    world.hand_over()
    world.days(1)
    statement = world.received(DEBTOR_MAIL)[-1]
    world.post(mails.answer(world.pen(DEBTOR), statement, "Nous paierons le 25 mars."))
    text = " ".join(world.text(DEBTOR_MAIL).split())
    assert len(world.mails(DEBTOR_MAIL)) == 2
    assert "au nom et pour le compte d’Atelier Bruno SRL" in text


def test_who_is_a_business_after_all_is_asked_for_no_description(world):
    """The creditor answers the notice, and the statement leaves."""
    world.hand_over(buyer=CAMILLE)
    world.days(2)
    notice = world.received(BRUNO)[-1]
    world.post(mails.answer(world.pen("Bruno Lambert <" + BRUNO + ">"), notice, "particulier : non"))
    world.days(2)
    assert len(world.mails(ADDRESS)) == 1
    assert "gratuit" not in world.text(ADDRESS)


@pytest.mark.parametrize(
    "words",
    [
        "Puis-je payer en trois fois, 50 euros par mois ?",
        "Je suis en règlement collectif de dettes, voyez avec mon médiateur de dettes.",
        "Je conteste la facture 2026-501 parce que la porte livrée est abîmée.",
    ],
)
def test_the_stop_buttons_of_a_consumer_hold_the_reminders(world, words):
    """A plan, a mediation, a reasoned dispute: nothing more is sent while nobody has decided."""
    configure(world, supplies="travaux de menuiserie")
    world.hand_over(buyer=CAMILLE)
    world.days(1)
    world.post(mails.answer(world.pen(f"Camille Renard <{ADDRESS}>"), world.received(ADDRESS)[-1], words))
    before = [m["Subject"] for m in world.mails(ADDRESS)]
    item = next(iter(world.items().values()))
    assert item.holds or account(world).holds
    assert not any("relevé" in subject for subject in before[1:] if not subject.startswith("Re:"))
