"""What debtors write and enclose, from the mail to the books and to the creditor's screen: it holds, proposes and reports."""

from dataclasses import replace
from datetime import date, timedelta
from email.parser import BytesParser
from email.policy import SMTP

import pytest

from agent.demo import mails
from agent.demo.documents import Party
from agent.domain.ledger import ItemState
from agent.domain.parties import Notices
from agent.ports import Box
from tests.parsers.enclosures.papers import printed, proof, workbook
from tests.service.world import BRUNO, CHLOE, DEBTOR, TUESDAY, World

BATIPLUS, OWNER = "compta@batiplus.example", "bruno@atelier-bruno.example"
COLLEAGUE = "Jo <jo@batiplus.example>"


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield made
    made.close()


@pytest.fixture
def listed(world):
    """A debtor who got a statement of three invoices."""
    for number in ("2026-501", "2026-502", "2026-503"):
        world.hand_over(number)
    world.days(1)
    return world


def answer(world, text, *, sender=DEBTOR, proved=True, **files):
    """The debtor answers the latest mail that he got, with files by name (_ for the dot)."""
    mail = mails.answer(world.pen(sender, proved=proved), world.received(BATIPLUS)[-1], text)
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    world.post(mail)


def account(world):
    item = next(iter(world.items().values()))
    return world.app.store.ledger([item.invoice.debtor]).accounts[item.invoice.debtor]


def holds(world):
    return {number: [h.kind.value for h in item.holds] for number, item in sorted(world.items().items())}


def attached(raw):
    return [part.get_filename() for part in BytesParser(policy=SMTP).parsebytes(raw).iter_attachments()]


def test_a_proof_of_payment_holds_longer_and_is_handed_to_the_creditor(listed):
    """The file itself, what it says, and the question to look at the bank; nothing is settled.

    A proof holds for ten bank days from the day of payment that it names.
    """
    answer(
        listed,
        "Bonjour, c'est payé, voir preuve.",
        preuve_pdf=proof(Communication="Facture 2026-502", Montant="121,00 EUR"),
    )
    assert holds(listed) == {"2026-501": [], "2026-502": ["claim"], "2026-503": []}
    assert listed.items()["2026-502"].state is ItemState.FOLLOWED
    assert listed.items()["2026-502"].holds[0].until == date(2026, 3, 18)
    text = listed.text(OWNER)
    assert "preuve.pdf, preuve de paiement, 121,00 €" in " ".join(text.split()).replace("\u202f", " ").replace(
        "\u00a0", " "
    )
    assert attached(listed.received(OWNER)[-1]) == ["preuve.pdf"]


def test_a_remittance_advice_without_a_word_holds_what_it_lists(listed):
    """A workbook of their bookkeeping, paid next week: a promise for the two, and the third goes on."""
    rows = [
        ["Avis de paiement"],
        ["Date de paiement", date(2026, 3, 18)],
        ["N° facture", "Montant payé"],
        ["2026-501", 121.0],
        ["2026-503", 121.0],
    ]
    answer(listed, "", avis_xlsx=workbook(rows))
    assert holds(listed) == {"2026-501": ["promise"], "2026-502": [], "2026-503": ["promise"]}
    assert "avis.xlsx" in listed.text(OWNER)


def test_a_hostile_file_is_neither_read_nor_handed_on(listed):
    """The words count, the file does not."""
    answer(listed, "Je conteste la 2026-501, travaux mal faits.", annexe_pdf=b"%PDF-1.7 nothing", virus_exe=b"MZ")
    assert holds(listed)["2026-501"] == ["dispute"]
    assert "virus.exe" not in attached(listed.received(OWNER)[-1])


def test_a_strangers_file_is_not_even_opened(listed, monkeypatch):
    """Without proof nothing is read, so nobody can make us work, or believe a paper."""
    monkeypatch.setattr(type(listed.app.reader), "enclosure", lambda *_: pytest.fail("was read"))
    answer(listed, "C'est payé", sender=COLLEAGUE, proved=False, preuve_pdf=proof())
    assert holds(listed) == {"2026-501": [], "2026-502": [], "2026-503": []}


@pytest.mark.parametrize(
    ("text", "disputed"),
    [
        ("Nous contestons la facture 2026-502, les travaux sont mal faits.", ["2026-502"]),
        ("Nous contestons la deuxième facture, les travaux sont mal faits.", ["2026-502"]),
        ("Nous contestons, les travaux sont mal faits.", ["2026-501", "2026-502", "2026-503"]),
    ],
)
def test_a_dispute_holds_what_it_names_and_the_rest_goes_on(listed, text, disputed):
    """The next statement lists the others."""
    answer(listed, text)
    assert [n for n, kinds in holds(listed).items() if "dispute" in kinds] == disputed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Notre société a été déclarée en faillite le 2 mars.", "insolvency"),
        ("Mon avocat prendra contact avec vous, nous irons au tribunal.", "legal_threat"),
        ("Arrêtez de nous écrire. Supprimez mes données personnelles (RGPD).", "stop_contact"),
    ],
)
def test_what_stops_all_is_told_at_once_also_to_who_wants_a_daily_summary(listed, text, reason):
    """No statement for forty days, and a mail to the owner on the spot, with the law's limits where they matter."""
    daily = tuple(replace(c, notices=Notices.DAILY) for c in listed.app.settings.creditors)
    listed.app = listed.app.with_settings(replace(listed.app.settings, creditors=daily))
    before = len(listed.mails(OWNER))
    answer(listed, text)
    assert [(h.reason, h.until) for h in account(listed).holds] == [(reason, None)]
    assert len(listed.mails(OWNER)) == before + 1
    if reason == "stop_contact":
        assert "RGPD" in listed.text(OWNER)
    statements = listed.sent().count("statement")
    listed.days(40)
    assert listed.sent().count("statement") == statements


@pytest.mark.parametrize("who", [BRUNO, CHLOE])
def test_another_contact_is_adopted_by_one_word_of_the_creditors_people(listed, who):
    """The owner, or his colleague who answers the mail that he handed on; never by the debtor."""
    answer(listed, "Merci d'adresser dorénavant vos courriers à factures@batiplus.example.")
    assert account(listed).contact.address == BATIPLUS
    question = listed.received(OWNER)[-1]
    answer(listed, "oui")
    assert account(listed).contact.address == BATIPLUS
    listed.post(mails.answer(listed.pen(who), question, "oui"))
    assert account(listed).contact.address == "factures@batiplus.example"
    assert account(listed).holds == ()


def _soft(world):
    report = mails.bounce(world.pen(BATIPLUS, proved=False), world.latest(BATIPLUS, "2026-501"), BATIPLUS)
    said = report.get_payload().replace("5.1.1", "4.2.2").replace("550", "452").replace("User unknown", "mailbox full")
    report.set_payload(said.replace("Recipient address rejected: ", ""))
    world.post(report)


def test_passing_failures_are_counted_over_days_and_forgotten_when_the_debtor_answers(listed):
    """Three on one day are one; an answer proves that the mailbox lives."""
    for _ in range(3):
        _soft(listed)
    assert account(listed).contact is not None
    listed.days(3)
    _soft(listed)
    answer(listed, "Bien reçu.")
    listed.days(3)
    _soft(listed)
    assert account(listed).contact is not None
    for _ in range(2):
        listed.days(3)
        _soft(listed)
    assert account(listed).contact is None
    assert "Cette adresse ne fonctionne pas" in listed.text(OWNER)


def test_a_colleague_without_proof_puts_off_a_statement_once_however_often_he_writes(listed):
    """The creditor sees the first mails; neither a flood nor another pause in between gives a second rest."""
    before = len(listed.mails(OWNER))
    for day in range(4):
        for _ in range(3):
            answer(listed, "Nous avons déjà payé !", sender=COLLEAGUE, proved=False)
        if day == 1:
            answer(listed, "Bien reçu, je regarde.")
        listed.days(2)
    pauses = [
        e.event
        for e in listed.app.store.events(about=account(listed).id)
        if type(e.event).__name__ == "FollowUpPaused" and e.event.reason == "unproved_mail"
    ]
    assert len(pauses) == 1
    shown = [m for m in listed.mails(OWNER)[before:] if "jo@batiplus.example" in m.get_body(("plain",)).get_content()]
    assert 1 <= len(shown) <= 12
    assert listed.lying_in(Box.REVIEW) == 12


def test_an_attacker_cannot_keep_reminders_away(listed):
    """A mail a day that names the case: every statement of the plan leaves all the same, each a few days later at most."""
    start = listed.clock.now()
    while listed.sent().count("statement") < 3 and listed.clock.now() < start + timedelta(days=60):
        answer(listed, "Nous avons déjà payé !", sender=COLLEAGUE, proved=False)
        listed.days(1)
    assert listed.sent().count("statement") == 3
    assert listed.clock.now() - start < timedelta(days=45)


def test_a_stranger_from_the_debtors_company_lies_in_review_with_the_reason(listed):
    """He names no case; his domain speaks for one, so the operator finds him in Review and not in Quarantine."""
    listed.write("Jo <jo@batiplus.example>", "Votre rappel est-il sérieux ?", proved=False)
    record = next(iter(listed.app.store.messages(Box.REVIEW)))
    assert "domain" in record.because
    listed.write("Soldes <x@nobody.example>", "Tout à -50 %", proved=False)
    assert listed.lying_in(Box.QUARANTINE) == 1


def test_an_address_known_to_two_accounts_is_not_guessed(listed):
    """One bookkeeper of two debtors: the creditor is shown both, both rest, neither is concluded about."""
    other = Party("Moulin Vert SRL", "", "", "BE", "BE0552334430", BATIPLUS)
    listed.hand_over("2026-777", buyer=other)
    listed.write(BRUNO, "2026-777 débiteur : compta@batiplus.example")
    if len({i.invoice.debtor for i in listed.items().values()}) < 2:
        pytest.skip("the accounts were joined by their address")
    listed.write(DEBTOR, "Nous paierons vendredi.")
    assert all("promise" not in kinds for kinds in holds(listed).values())
    assert "De quel dossier" in listed.text(OWNER)


def test_a_flood_that_names_two_cases_is_shown_a_few_times_a_day(listed):
    """Whatever names the writers bear, the creditor's mailbox stays usable, and every mail lies in Review."""
    other = Party("Moulin Vert SRL", "", "", "BE", "BE0552334430", "info@moulin-vert.example")
    listed.hand_over("2026-777", buyer=other)
    before = len(listed.mails(OWNER))
    for n in range(8):
        listed.write(f"X <x{n}@nobody.example>", f"Où en sont 2026-501 et 2026-777 ? ({n})", proved=False)
    assert len(listed.mails(OWNER)) - before == 5
    assert listed.lying_in(Box.REVIEW) == 8
    assert all(not kinds for kinds in holds(listed).values())


def test_a_complaint_rests_until_the_owner_himself_takes_it_up(listed):
    """His colleague may answer with a number, and is told that it is not his to decide."""
    original = listed.latest(BATIPLUS, "2026-501")
    message_id = BytesParser(policy=SMTP).parsebytes(original)["Message-ID"]
    raw = (
        f"From: <abuse@provider.example>\r\nTo: relances@comptoir.example\r\nSubject: Abuse report\r\nMessage-ID: <arf@provider.example>\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        f"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: {BATIPLUS}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nTo: {BATIPLUS}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()
    listed.deliver(raw)
    listed.work()
    assert account(listed).contact is None
    question = listed.received(OWNER)[-1]
    listed.post(mails.answer(listed.pen(CHLOE), question, "1"))
    assert account(listed).contact is None
    listed.post(mails.answer(listed.pen(BRUNO), question, "1"))
    assert account(listed).contact.address == BATIPLUS


def test_a_page_of_prose_beside_clear_words_changes_nothing_of_them(listed):
    """The promise stands, the letter is handed on."""
    answer(
        listed,
        "Nous paierons le tout le 20 mars.",
        lettre_pdf=printed("Nos vœux", text="Toute l'équipe vous souhaite une bonne année."),
    )
    assert set(map(tuple, holds(listed).values())) == {("promise",)}
    assert attached(listed.received(OWNER)[-1]) == ["lettre.pdf"]


def test_a_dispute_that_was_settled_and_comes_again_in_the_same_words_is_told_again(listed):
    """Nothing is told twice, but what the creditor did since makes the same words news."""
    words = "Nous contestons la facture 2026-501 : la marchandise était cassée."
    told = []
    for _ in range(2):
        for _ in range(2):
            answer(listed, words)
        told.append(sum("cassée" in m.get_body(("plain",)).get_content() for m in listed.mails(OWNER)))
        listed.write(BRUNO, "litige réglé 2026-501")
        assert holds(listed)["2026-501"] == []
    assert told == [1, 2]


def test_a_stranger_who_counts_invoice_numbers_up_does_not_flood_the_creditor(listed, monkeypatch):
    """A mail about each case: so many are shown in a day, the others lie in Review, and nothing else changes."""
    monkeypatch.setattr("agent.service.routes.debtor._UNPROVED_SHOWN_IN_ALL", 4)
    for n in range(6):
        listed.hand_over(f"2026-60{n}", buyer=Party(f"Client{n} SA", "", "", "BE", "", f"info@client{n}.example"))
    before = len(listed.mails(OWNER))
    for n in range(6):
        listed.write(f"X <x{n}@nobody.example>", f"Où en est la facture 2026-60{n} ?", proved=False)
    assert len(listed.mails(OWNER)) - before == 4
    assert listed.lying_in(Box.REVIEW) == 6
