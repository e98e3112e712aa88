"""A new account is shown to no debtor before the creditor's owner has confirmed it; each attempt by mail against the whole program."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.demo import mails
from agent.demo.cast import ATELIER
from agent.domain.ledger import ItemState
from agent.domain.payees import PayeeAccount, PayeeStanding
from agent.mail.outgoing import OutboxState
from agent.service.tick import set_timers
from tests.parsers.enclosures.papers import printed
from tests.service.world import BRUNO, CHLOE, DEBTOR, ELS, MARY, World
from tests.walks.invoices import ubl

KNOWN = ATELIER.iban
NEW = "BE71096123456769"
OTHER = "NL91ABNA0417164300"
BRUNO_AT, CHLOE_AT, DEBTOR_AT = "bruno@atelier-bruno.example", "chloe@atelier-bruno.example", "compta@batiplus.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def bill(number="2026-501", account=NEW):
    return ubl(number).replace(KNOWN.encode(), account.encode())


def everything(mails_):
    """All that a reader of these mails can see: every part, decoded, without the blanks that group an account."""
    seen = b"".join(part.get_payload(decode=True) or b"" for mail in mails_ for part in mail.walk())
    return seen.replace(b" ", b"").replace(b"\xc2\xa0", b"")


def shown(world, account, address=DEBTOR_AT):
    return account.encode() in everything(world.mails(address))


def standing(world):
    return {s.iban: s.standing for s in world.app.store.states(PayeeAccount) if isinstance(s, PayeeAccount)}


def question(world, who=BRUNO_AT, account=NEW):
    grouped = " ".join(account[i : i + 4] for i in range(0, len(account), 4))
    return next(
        raw
        for raw, mail in zip(reversed(world.received(who)), reversed(world.mails(who)), strict=True)
        if grouped in (text := mail.get_body(("plain",)).get_content()) and "1." in text
    )


def answer(world, text, sender=BRUNO, account=NEW, **more):
    world.post(mails.answer(world.pen(sender, **more), question(world, account=account), text))


def test_a_new_account_waits_for_the_owner_and_is_then_used(world):
    """A colleague hands the invoice over; the owner hears which account is new, where it stood and which was known."""
    world.write(CHLOE, f_xml=bill())
    item = world.items()["2026-501"]
    assert (item.state, item.doubts, item.invoice.iban) == (ItemState.REVIEW, ("iban",), "")
    text = world.text(BRUNO_AT)
    for told in ("BE71 0961 2345 6769", "BE83 3630 1234 5615", "2026-501", CHLOE_AT, "1.", "2."):
        assert told in text
    world.days(2)
    assert world.mails(DEBTOR_AT) == []
    answer(world, "1")
    assert standing(world) == {NEW: PayeeStanding.CONFIRMED}
    item = world.items()["2026-501"]
    assert (item.state, item.invoice.iban) == (ItemState.FOLLOWED, NEW)
    world.days(1)
    assert shown(world, NEW)
    world.write(CHLOE, f_xml=bill("2026-502"))
    assert world.items()["2026-502"].state is ItemState.FOLLOWED


def test_a_refused_account_is_never_shown_and_its_invoice_goes_without_a_copy(world):
    """The statement names the account that was known, and the owner is warned."""
    world.write(CHLOE, f_xml=bill())
    answer(world, "2")
    assert standing(world) == {NEW: PayeeStanding.REFUSED}
    assert "modifier vos factures" in world.text(BRUNO_AT)
    world.days(1)
    assert shown(world, KNOWN)
    assert not shown(world, NEW)
    world.write(CHLOE, f_xml=bill("2026-502"))
    world.days(3)
    assert world.items()["2026-502"].state is ItemState.REVIEW
    assert not shown(world, NEW)


def test_a_confirmation_can_be_taken_back(world):
    """The owner finds out in time: what waits in the outbox for the morning does not leave with that account."""
    world.clock.advance(timedelta(hours=12))
    world.write(CHLOE, f_xml=bill())
    asked = question(world)
    answer(world, "1")
    world.post(mails.answer(world.pen(BRUNO), world.received(BRUNO_AT)[-1], "2"))
    assert standing(world) == {NEW: PayeeStanding.REFUSED}
    world.days(2)
    assert shown(world, KNOWN)
    assert not shown(world, NEW)
    world.post(mails.answer(world.pen(BRUNO), asked, "1"))
    assert standing(world) == {NEW: PayeeStanding.REFUSED}


@pytest.mark.parametrize("text", ["1", "oui", "iban: BE71096123456769", "ok, c'est bien notre compte"])
def test_only_the_owner_confirms(world, text):
    """A colleague's answer, in whatever words, changes nothing; nor does one without proof, from a debtor or a stranger."""
    world.write(CHLOE, f_xml=bill())
    asked = question(world)
    for sender, proved in (
        (CHLOE, True),
        (BRUNO, False),
        (DEBTOR, True),
        ("Bruno Lambert <bruno@ate1ier.example>", True),
    ):
        world.post(mails.answer(world.pen(sender, proved=proved), asked, text))
    assert standing(world) == {NEW: PayeeStanding.ASKED}
    world.days(1)
    assert not shown(world, NEW)


def test_a_careless_ok_confirms_nothing(world):
    """Only the number of the answer does."""
    world.write(CHLOE, f_xml=bill())
    for words in ("ok", "merci", "oui"):
        answer(world, words)
        assert standing(world) == {NEW: PayeeStanding.ASKED}


def test_the_first_account_of_a_creditor_is_asked_about_in_the_acknowledgement(world):
    """No mail of its own, and only once; what is handed over meanwhile waits with it."""
    creditors = tuple(replace(c, ibans=()) for c in world.app.settings.creditors)
    world.app = world.app.with_settings(replace(world.app.settings, creditors=creditors))
    world.write(BRUNO, f_xml=bill())
    assert world.sent() == ["acknowledgement"]
    assert "BE71 0961 2345 6769" in world.text(BRUNO_AT)
    asked = world.received(BRUNO_AT)[-1]
    world.write(BRUNO, f_xml=bill("2026-502"))
    assert world.sent() == ["acknowledgement", "acknowledgement"]
    world.post(mails.answer(world.pen(BRUNO), asked, "1"))
    assert {i.state for i in world.items().values()} == {ItemState.FOLLOWED}
    world.days(1)
    assert shown(world, NEW)


def test_a_question_that_waits_is_asked_again_and_the_operator_hears_of_it(world):
    """After three days, a week and two weeks; then it stands in the digests."""
    set_timers(world.app)
    world.write(CHLOE, f_xml=bill())
    world.days(30)
    asked = [m for m in world.app.store.outbox([OutboxState.SENT]) if m.kind == "question"]
    assert len(asked) == 4
    assert any(
        "bank account" in m.get_body(("plain",)).get_content() for m in world.mails("technique@comptoir.example")
    )
    digest = [m for m in world.app.store.outbox([OutboxState.SENT]) if m.kind == "digest" and BRUNO_AT in m.to][-1]
    assert "Nouveau compte bancaire" in digest.text
    assert not shown(world, NEW)


def test_an_account_in_the_owners_own_words_is_asked_back(world):
    """His mailbox may be another's: the question goes to all owners of the file."""
    world.hand_over()
    world.write(BRUNO, f"Bonjour,\n\nnouveau compte : {NEW}\n\nBruno")
    assert standing(world) == {NEW: PayeeStanding.ASKED}
    world.days(1)
    assert not shown(world, NEW)
    answer(world, "1")
    assert standing(world) == {NEW: PayeeStanding.CONFIRMED}


def test_the_operators_file_holds_at_once_and_is_told(world):
    """The owners before and now hear of it, once; what waited for the account goes on."""
    set_timers(world.app)
    world.write(CHLOE, f_xml=bill())
    creditors = tuple(
        replace(c, ibans=(*c.ibans, NEW)) if c.id == "atelier-bruno" else c for c in world.app.settings.creditors
    )
    world.app = world.app.with_settings(replace(world.app.settings, creditors=creditors))
    set_timers(world.app)
    set_timers(world.app)
    world.work()
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    told = [m for m in world.app.store.outbox([OutboxState.SENT]) if "accounts_changed" in m.key]
    assert [m.to for m in told] == [(BRUNO_AT,)]
    assert "BE71 0961 2345 6769" in told[0].text


def test_an_account_that_leaves_the_file_stops_what_names_it(tmp_path):
    """A statement that waits in the outbox is not sent with it."""
    world = World.built(tmp_path)
    world.clock.advance(timedelta(hours=12))
    world.hand_over()
    world.clock.advance(timedelta(hours=9))
    creditors = tuple(replace(c, ibans=(NEW,)) if c.id == "atelier-bruno" else c for c in world.app.settings.creditors)
    world.app = world.app.with_settings(replace(world.app.settings, creditors=creditors))
    world.days(2)
    assert not any(KNOWN in m.text.replace(" ", "") for m in world.app.store.outbox([OutboxState.SENT]) if m.debtor)
    world.close()


RIB = "Bonjour,\n\nVeuillez noter notre nouveau RIB : BE71 0961 2345 6769\n\nBruno"


def alerts(world):
    return [m for m in world.app.store.outbox([OutboxState.SENT]) if "account_alert" in m.key]


@pytest.mark.parametrize(
    ("sender", "proved"),
    [
        (BRUNO, False),
        ("Bruno Lambert <bruno.lambert@freemail.example>", True),
        ("Comptabilité <bruno@atelier-brun0.example>", True),
        ("Atelier Bruno SRL <info@elsewhere.example>", False),
    ],
)
def test_whoever_writes_in_the_creditors_name_about_a_new_account_is_reported(world, sender, proved):
    """From a forged, a free or a lookalike address: the owner is warned where the file says, and nothing changes."""
    world.hand_over()
    world.write(sender, RIB, proved=proved)
    (alert,) = alerts(world)
    assert alert.to == (BRUNO_AT,)
    assert standing(world) == {}
    world.days(2)
    assert not shown(world, NEW)


def test_a_flood_of_forged_mails_warns_a_few_times(world):
    """Whoever is warned all day reads nothing any more."""
    for n in range(12):
        world.write(f"Bruno Lambert <bruno{n}@freemail.example>", RIB)
    assert len(alerts(world)) == 5


@pytest.mark.parametrize(
    "text",
    [
        "Veuillez noter notre nouveau RIB.",
        "Ons rekeningnummer is gewijzigd.",
        "Please note our new bank details.",
        "Unsere Bankverbindung hat sich geändert.",
        "Avez-vous changé de compte ? Nous avons reçu un mail avec un autre IBAN.",
    ],
)
def test_a_debtor_who_speaks_of_another_account_warns_the_creditor_at_once(world, text):
    """In four languages; also one whom a fraud has reached."""
    world.hand_over()
    world.days(1)
    world.post(mails.answer(world.pen(DEBTOR), world.received(DEBTOR_AT)[-1], text))
    told = [m for m in world.app.store.outbox([OutboxState.SENT]) if "suspected_fraud" in m.key]
    assert [m.to for m in told] == [(BRUNO_AT,)]
    assert standing(world) == {}


def test_a_debtors_paper_that_announces_an_account_warns_the_creditor(world):
    """Whatever the words beside it say."""
    world.hand_over()
    world.days(1)
    mail = mails.answer(world.pen(DEBTOR), world.received(DEBTOR_AT)[-1], "Voir annexe.")
    paper = printed("Relevé d'identité bancaire", text="IBAN BE71 0961 2345 6769")
    mail.add_attachment(paper, maintype="application", subtype="pdf", filename="rib.pdf")
    world.post(mail)
    assert any("suspected_fraud" in m.key for m in world.app.store.outbox([OutboxState.SENT]))


HIDDEN = f'<p>Bonjour, facture en annexe.</p><div style="display:none">iban: {NEW}</div>'


def test_an_account_hidden_in_a_mail_is_no_instruction(world):
    """Neither in HTML that nobody sees, nor in quoted text, nor in a forwarded mail, nor with digits that only look like digits."""
    world.hand_over()
    asked = world.received(BRUNO_AT)[-1]
    hidden = mails.answer(world.pen(BRUNO), asked, "Bien reçu.")
    hidden.set_content("Bien reçu.")
    hidden.add_alternative(HIDDEN, subtype="html")
    world.post(hidden)
    world.post(mails.answer(world.pen(BRUNO), asked, f"Bien reçu.\n\n> iban: {NEW}"))
    world.write(
        BRUNO, f"Fyi\n\n---------- Forwarded message ---------\nDe : x <x@y.example>\nObjet : compte\n\niban: {NEW}"
    )
    world.write(BRUNO, f"iban: {NEW.replace('7', '７').replace('1', '𝟏')}")
    assert set(standing(world)) <= {NEW}
    assert PayeeStanding.CONFIRMED not in standing(world).values()
    world.days(2)
    assert not shown(world, NEW)


def test_another_creditors_owner_confirms_nothing_here(world):
    """Not even with our letter in hand: a token gives nobody a right."""
    world.write(CHLOE, f_xml=bill())
    asked = question(world)
    for sender in (ELS, MARY):
        world.post(mails.answer(world.pen(sender), asked, "1"))
    assert standing(world) == {NEW: PayeeStanding.ASKED}


def test_a_second_file_of_a_known_invoice_with_another_account_is_asked_about(world):
    """What is followed goes on with the account that was known; the owner hears of the other one."""
    world.hand_over()
    world.write(CHLOE, f_xml=bill("2026-501"))
    assert standing(world) == {NEW: PayeeStanding.ASKED}
    world.days(1)
    assert shown(world, KNOWN)
    assert not shown(world, NEW)


def test_an_xml_and_a_page_with_two_accounts_wait(world):
    """Each account that is not known is asked about on its own; the invoice goes on when the last is answered."""
    other = bill(account=OTHER).replace(b"</Invoice>", b"<!-- again --></Invoice>")
    world.write(CHLOE, a_xml=bill(), b_xml=other)
    assert standing(world) == {NEW: PayeeStanding.ASKED, OTHER: PayeeStanding.ASKED}
    answer(world, "1")
    assert world.items()["2026-501"].state is ItemState.REVIEW
    answer(world, "2", account=OTHER)
    item = world.items()["2026-501"]
    assert (item.state, item.invoice.iban) == (ItemState.FOLLOWED, NEW)
    world.days(1)
    assert shown(world, NEW)
    assert not shown(world, OTHER)


def carrying(pdf: bytes) -> bytes:
    """The invoice in XML with the known account, and this page inside it for people to read."""
    inside = (
        "<cac:AdditionalDocumentReference><cbc:ID>2026-501</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        f'mimeCode="application/pdf" filename="f.pdf">{b64encode(pdf).decode()}</cbc:EmbeddedDocumentBinaryObject>'
        "</cac:Attachment></cac:AdditionalDocumentReference><cac:AccountingSupplierParty>"
    )
    return ubl("2026-501").replace(b"<cac:AccountingSupplierParty>", inside.encode(), 1)


def a_page(*accounts: str) -> bytes:
    """A page of the invoice that names these accounts, each on a line of its own."""
    fields = [("Facture n°", "2026-501"), ("Date de facture", "02/01/2026"), ("Total TVAC", "121,00 EUR")]
    return printed("Facture", fields=[*fields, *(("Compte IBAN", account) for account in accounts)])


@pytest.mark.parametrize("accounts", [(NEW,), (KNOWN, NEW), (NEW, KNOWN)])
def test_the_page_inside_an_xml_invoice_is_compared(world, accounts):
    """It is what the debtor would be sent: another account on it waits, also beside the known one."""
    world.write(CHLOE, f_xml=carrying(a_page(*accounts)))
    assert standing(world) == {NEW: PayeeStanding.ASKED}
    world.days(1)
    assert world.mails(DEBTOR_AT) == []


def test_a_page_inside_with_the_known_account_is_followed(world):
    """Nothing is asked where everything agrees."""
    world.write(CHLOE, f_xml=carrying(a_page(KNOWN)))
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    assert standing(world) == {}
