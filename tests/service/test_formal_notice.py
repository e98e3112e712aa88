"""The formal notice from the owner's word to what follows its deadline, through the whole program."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from openpyxl import load_workbook

from agent.demo import mails
from agent.demo.cast import BATIPLUS, DEKKER, KELLER, LUMIERE
from agent.demo.documents import Party
from agent.domain.ledger import ItemState
from agent.mail.outgoing import OutboxState
from agent.service.history import find_states, history, standing
from agent.service.tick import set_timers
from tests.service.world import AUDIT, BRUNO, CHLOE, DEBTOR, TUESDAY, World
from tests.walks.invoices import ubl

OWNER = "bruno@atelier-bruno.example"
LEEDS = Party("Headrow Joinery Ltd", "1 The Headrow", "Leeds", "GB", "GB123456782", "accounts@headrow.example")
POST = (
    "<cac:PostalAddress><cbc:StreetName>Chaussée de Mons 45</cbc:StreetName><cbc:CityName>Mons</cbc:CityName>"
    "<cbc:PostalZone>7000</cbc:PostalZone><cac:Country><cbc:IdentificationCode>BE</cbc:IdentificationCode></cac:Country>"
    "</cac:PostalAddress>"
)


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield made
    made.close()


def plain(text):
    """A text on one line with ordinary spaces."""
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


def hand_over(world, number="2026-501", buyer=BATIPLUS, *, post=False):
    """An overdue invoice of 121 euros, with the buyer's postal address or without."""
    xml = ubl(number, buyer=buyer)
    if post:
        mark = b"<cac:AccountingCustomerParty><cac:Party>"
        xml = xml.replace(mark, mark + POST.encode())
    world.write(BRUNO, f_xml=xml)


def reminded(world, buyer=BATIPLUS, *numbers, post=False):
    """A debtor who got a first statement."""
    for number in numbers or ("2026-501",):
        hand_over(world, number, buyer, post=post)
    world.days(1)
    assert world.received(buyer.email)
    return world


def spent(world, buyer=BATIPLUS, *numbers, post=False):
    """A debtor who got all three statements, and had the spacing to answer the last one: the owner was asked."""
    reminded(world, buyer, *numbers, post=post)
    world.days(50)
    return world


def says(world, text, *, sender=BRUNO, to=OWNER, back=-1):
    """Somebody answers a mail that he got, the latest one unless told otherwise."""
    world.post(mails.answer(world.pen(sender), world.received(to)[back], text))


def asked(world):
    """Where among the owner's mails the question after the last statement stands, from the end."""
    subjects = [plain(mail["subject"]) for mail in world.mails(OWNER)]
    return next(n - len(subjects) for n, text in enumerate(subjects) if "que faisons-nous" in text)


def office_hours(world):
    """The next working day passes."""
    world.days(1)


def notices(world, address=BATIPLUS.email):
    """The formal notices that an address got."""
    return [mail for mail in world.mails(address) if mail["subject"] and "demeure" in plain(mail["subject"])]


def pdf_of(mail):
    """The text of the letter that a mail carries, and how many pages it has."""
    part = next(p for p in mail.iter_attachments() if p.get_content_type() == "application/pdf")
    pages = pypdfium2.PdfDocument(part.get_content())
    return plain(" ".join(page.get_textpage().get_text_bounded() for page in pages)), part.get_filename()


def item(world, number="2026-501"):
    return world.items()[number]


def test_the_question_offers_it_with_its_deadline(world):
    """After the last statement the owner sees what he may answer, a formal notice with its last day first."""
    spent(world)
    text = plain(world.mails(OWNER)[asked(world)].get_body(("plain",)).get_content())
    assert "1. Envoyez une mise en demeure, à payer pour le" in text
    for choice in ("encore un relevé", "15 jours", "Abandonnez la créance"):
        assert choice in text


def test_one_sends_it_and_its_owner_gets_the_letter(world):
    """By "1" the debtor gets mail and PDF with sum, deadline and account; the owner a copy for the post; statements stop."""
    spent(world)
    before = len(world.mails(BATIPLUS.email))
    says(world, "1", back=asked(world))
    assert "Mise en demeure prête" in plain(world.mails(OWNER)[-1]["subject"])
    world.days(5)
    mail = notices(world)[-1]
    text = plain(mail.get_body(("plain",)).get_content())
    assert len(world.mails(BATIPLUS.email)) == before + 1
    until = item(world).notice.deadline
    assert "vous met formellement en demeure de payer 121,00 €" in text
    assert "BE83 3630 1234 5615" in text
    assert "2026-501" in text
    paper, name = pdf_of(mail)
    assert "Mise en demeure" in paper
    assert name.startswith("Mise en demeure")
    assert f"{until.day} " in paper
    copy = world.mails(OWNER)[-1]
    assert "Mise en demeure envoyée" in plain(copy["subject"])
    assert pdf_of(copy)[0] == paper
    world.days(10)
    assert len(world.mails(BATIPLUS.email)) == before + 1


@pytest.mark.parametrize(
    ("words", "buyer", "title"),
    [
        ("mise en demeure", LUMIERE, "Mise en demeure de payer"),
        ("ingebrekestelling sturen", DEKKER, "Ingebrekestelling"),
        ("send the formal notice", LEEDS, "Formal notice to pay"),
        ("Mahnung schicken", KELLER, "Mahnung mit Zahlungsfrist"),
    ],
)
def test_by_word_in_four_languages_after_one_statement(world, words, buyer, title):
    """On his own initiative, in any of the languages; the debtor reads his own."""
    reminded(world, buyer)
    world.write(BRUNO, f"{words} 2026-501")
    office_hours(world)
    mail = world.mails(buyer.email)[-1]
    assert title in plain(mail["subject"]) or title in mail.get_body(("plain",)).get_content()
    assert title in pdf_of(mail)[0]
    assert item(world).notice.sent


@pytest.mark.parametrize(("sender", "proved"), [(CHLOE, True), (AUDIT, True), (DEBTOR, True), (BRUNO, False)])
def test_nobody_else_orders_it(world, sender, proved):
    """Neither staff, nor a viewer, nor the debtor, nor a mail without proof: nothing is queued for the debtor."""
    reminded(world)
    before = len(world.mails(BATIPLUS.email))
    world.write(sender, "mise en demeure 2026-501", proved=proved)
    office_hours(world)
    assert item(world).notices == ()
    assert not notices(world)
    assert all(mail.kind != "formal_notice" for mail in world.app.store.outbox(list(OutboxState)))
    assert len(world.mails(BATIPLUS.email)) <= before + 1


def test_staff_may_not_choose_it_either(world):
    """The number of the question is the owner's too."""
    spent(world)
    world.post(mails.answer(world.pen(CHLOE), world.received(OWNER)[asked(world)], "1"))
    office_hours(world)
    assert item(world).notices == ()


@pytest.mark.parametrize(
    ("words", "sender", "because"),
    [
        ("payé 2026-501", BRUNO, "Un paiement"),
        ("le client conteste la facture 2026-501", BRUNO, "conteste"),
        ("pause 2026-501 jusqu'au 30/06/2026", BRUNO, "pause"),
        ("Nous paierons la facture 2026-501 le 20 mars.", DEBTOR, "promis"),
        ("Nous contestons la facture 2026-501, la marchandise est abîmée.", DEBTOR, "conteste"),
        ("Nous avons payé la facture 2026-501 hier.", DEBTOR, "dit avoir payé"),
    ],
)
def test_what_comes_in_between_stops_it(world, words, sender, because):
    """Ordered in the evening, stopped by what came at night; nothing leaves, and the owner hears why."""
    reminded(world)
    world.clock.advance(timedelta(hours=13))
    world.write(BRUNO, "mise en demeure 2026-501")
    assert item(world).notice is not None
    if sender == DEBTOR:
        world.post(mails.answer(world.pen(DEBTOR), world.received(BATIPLUS.email)[0], words))
    else:
        world.write(sender, words)
    world.days(1)
    assert not notices(world)
    assert item(world).notices == ()
    stopped = [m for m in world.mails(OWNER) if "n’est pas partie" in plain(m["subject"])]
    if "payé 2026" not in words:
        assert because in plain(stopped[-1].get_body(("plain",)).get_content())
    else:
        assert stopped


def test_it_can_be_called_back_until_it_leaves(world):
    """ "annuler" before office hours: nothing leaves; afterwards it is too late, and it counts."""
    reminded(world)
    world.clock.advance(timedelta(hours=13))
    world.write(BRUNO, "mise en demeure 2026-501")
    says(world, "annuler")
    world.days(1)
    assert not notices(world)
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(5)
    assert len(notices(world)) == 1
    says(world, "annuler")
    assert item(world).notice.sent


def test_never_twice(world):
    """Ordering it again while it runs sends nothing; the owner is told until when it runs."""
    reminded(world)
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(1)
    world.write(BRUNO, "mise en demeure 2026-501")
    assert "court déjà" in plain(world.text(OWNER))
    world.days(1)
    assert len(notices(world)) == 1


def test_nothing_before_the_first_statement(world):
    """A notice follows a statement that was sent."""
    hand_over(world)
    world.write(BRUNO, "mise en demeure 2026-501")
    assert "Aucun relevé" in plain(world.text(OWNER))
    assert item(world).notices == ()


def test_after_the_deadline_the_owner_is_asked(world):
    """Hand over, wait, another notice, write off; each answer does what it says, and nothing happens without one."""
    reminded(world)
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(40)
    question = world.mails(OWNER)[-1]
    text = plain(question.get_body(("plain",)).get_content())
    assert "restée sans effet" in plain(question["subject"])
    assert "3. Envoyez une nouvelle mise en demeure" in text
    says(world, "3")
    world.days(1)
    assert len(notices(world)) == 2
    world.days(40)
    says(world, "1")
    assert item(world).state is ItemState.ESCALATED


def test_writing_off_and_waiting_after_the_deadline(world):
    """ "2" waits fifteen days and asks again; "4" gives the claim up."""
    reminded(world)
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(30)
    before = len(world.mails(OWNER))
    says(world, "2")
    world.days(18)
    assert len([m for m in world.mails(OWNER)[before:] if "sans effet" in plain(m["subject"])]) == 1
    says(world, "4", back=-1 if "sans effet" in plain(world.mails(OWNER)[-1]["subject"]) else -2)
    assert item(world).state is ItemState.WRITTEN_OFF


def test_a_payment_after_it_settles_and_nobody_is_asked(world):
    """Money ends it as it always does; part of it leaves the rest, which is asked about."""
    reminded(world, BATIPLUS, "2026-501", "2026-502")
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(2)
    assert item(world, "2026-502").notice is None
    world.write(BRUNO, "payé 21,00 sur 2026-501")
    assert item(world).balance.amount == 100
    world.write(BRUNO, "payé 2026-501")
    assert item(world).state is ItemState.SETTLED
    world.days(40)
    assert not [m for m in world.mails(OWNER) if "sans effet" in plain(m["subject"])]


def test_the_deadline_that_the_owner_wishes(world):
    """Within the bounds it is his, beyond them the nearest one, and he is told so."""
    reminded(world)
    world.write(BRUNO, "mise en demeure 2026-501, délai de 30 jours")
    notice = item(world).notice
    assert 30 <= (notice.deadline - notice.on).days <= 34
    says(world, "annuler")
    world.write(BRUNO, "mise en demeure 2026-501, délai de 2 jours")
    notice = item(world).notice
    assert 8 <= (notice.deadline - notice.on).days <= 12
    assert "sortait des limites" in plain(world.text(OWNER))


def test_the_postal_address_stands_in_the_window(world):
    """Known from the invoice, it is printed; unknown, the owner learns how to give it, and what he gives is printed."""
    reminded(world, post=True)
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(1)
    assert "Chaussée de Mons 45" in pdf_of(notices(world)[-1])[0]
    assert "7000 Mons" in pdf_of(notices(world)[-1])[0]
    assert "fenêtre d’une enveloppe" in plain(world.text(OWNER))


def test_a_postal_address_that_is_given_later(world):
    """ "adresse postale : …" is kept for all letters to this debtor."""
    reminded(world)
    world.clock.advance(timedelta(hours=13))
    world.write(BRUNO, "mise en demeure 2026-501")
    text = plain(world.text(OWNER))
    assert "Nous ne connaissons pas l’adresse postale" in text
    says(world, "annuler")
    says(world, "adresse postale : Rue Haute 12, 7000 Mons")
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(1)
    assert "Rue Haute 12 7000 Mons" in pdf_of(notices(world)[-1])[0]


def test_the_books_tell_of_it(world):
    """explain, status, digest and workbook show the notice and its deadline."""
    reminded(world)
    set_timers(world.app)
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(1)
    (state,) = [s for s in find_states(world.app.store, "2026-501") if s.id == item(world).id]
    assert "formal notice of" in standing(state)
    told = [step.what for step in history(world.app.store, [state])]
    assert any("the owner ordered formal notice 1" in what for what in told)
    assert any("formal notice 1 (EUR) sent" in what for what in told)
    world.write(BRUNO, "statut 2026-501")
    assert "mise en demeure, dernier jour" in plain(world.text(OWNER))
    world.days(7)
    digest = next(
        m
        for m in reversed(world.mails(OWNER))
        if any(p.get_filename() and p.get_filename().endswith(".xlsx") for p in m.iter_attachments())
    )
    book = next(p for p in digest.iter_attachments() if p.get_filename().endswith(".xlsx"))
    cells = {c for sheet in load_workbook(io.BytesIO(book.get_content())) for row in sheet.values for c in row}
    assert "mise en demeure" in cells
    assert "dont mis en demeure" in plain(digest.get_body(("plain",)).get_content())
