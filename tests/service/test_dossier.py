"""The dossier of a case: everything about it, nothing about others, the same bytes each time, for the owner alone."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from email.parser import BytesParser
from email.policy import SMTP

import pypdfium2
import pytest

from agent.demo.cast import CAFE, STUDIO
from agent.domain.ledger import ItemState
from agent.errors import PermanentError
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.reports.bundle import checked
from agent.service.dossier import case_of, made, meant
from agent.store.erase import erase
from agent.store.originals import kept_mails
from tests.service.casework import NUMBER, PDF, SECOND, claiming_world, played
from tests.service.world import AUDIT, BRUNO, CHLOE, DEBTOR, MARY, World
from tests.walks.invoices import ubl

OWNER, STAFF = "bruno@atelier-bruno.example", "chloe@atelier-bruno.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The case with everything in it, played once for the tests that only look."""
    world = claiming_world(tmp_path_factory.mktemp("case"))
    played(world)
    yield world
    world.close()


def dossier(world, reference, creditor=None):
    account, items = meant(world.app.store, reference, creditor)
    owner = world.app.settings.creditor(account.creditor)
    found = case_of(world.app.store, world.app.settings, account, items, world.app.today(owner))
    return made(world.app.store, world.app.settings, found, world.app.secret)


def files(content):
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def text(content):
    """Everything that can be read in an archive, its PDF and what its mails enclose included."""
    found = files(content)
    pdf = pypdfium2.PdfDocument(found["01 dossier.pdf"])
    pages = [sheet.get_textpage().get_text_bounded() for sheet in pdf]
    mails = [BytesParser(policy=SMTP).parsebytes(body) for name, body in found.items() if name.endswith(".eml")]
    parts = [part.get_payload(decode=True) or b"" for mail in mails for part in mail.walk()]
    return "\n".join([*pages, *(body.decode("utf-8", "replace") for body in (*found.values(), *parts))])


def attached(mail):
    return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


def test_the_same_books_give_the_same_bytes(case):
    """Made twice, the archive is the same to the byte, and it is whole."""
    first, second = dossier(case, "compta@batiplus.example"), dossier(case, "compta@batiplus.example")
    assert first.archive == second.archive
    verdict = checked(first.archive, case.app.secret)
    assert (verdict.problems, verdict.sealed) == ((), True)


def test_the_mails_are_the_originals(case):
    """Each mail is the very file that lies in the mailbox or that the other side got."""
    mails = [body for name, body in files(dossier(case, NUMBER).archive).items() if name.endswith(".eml")]
    lying = {raw for box in Box if box is not Box.INBOX for _, raw in case.app.channels[0].mailbox.contents(box)}
    got = {raw for address in ("compta@batiplus.example", OWNER) for raw in case.received(address)}
    assert len(mails) > 8
    assert set(mails) <= lying | got


def test_the_evidence_is_complete(case):
    """Invoices as handed over, the debtor's enclosure, every statement, the index and the account."""
    found = files(dossier(case, "compta@batiplus.example").archive)
    assert ubl(NUMBER) in found.values()
    assert PDF in [body for name, body in found.items() if name.startswith("proofs/")]
    statements = [name for name in found if "statement" in name]
    assert len(statements) == 3
    assert {"00 index.txt", "01 dossier.pdf", "02 account.xlsx", "manifest.json"} <= set(found)


def test_the_pdf_tells_account_interest_and_timeline(case):
    """Principal, the products of the interest, the broken promise, and the hash of each exhibit."""
    built = dossier(case, NUMBER)
    pdf = pypdfium2.PdfDocument(built.pdf)
    told = " ".join(sheet.get_textpage().get_text_bounded() for sheet in pdf)
    plain = re.sub(r"\s+", " ", told)
    for words in (
        "123,95",
        "10,5",
        "Batiplus Construct SA",
        "BE0663445554",
        "Promesse du 20/03/2026 non tenue",
        "40,00",
    ):
        assert words in plain
    squeezed = re.sub(r"\s+", "", told)
    manifest = json.loads(files(built.archive)["manifest.json"])
    shown = [f for f in manifest["files"] if f["kind"] not in ("dossier", "account", "index")]
    assert shown
    assert all(f["sha256"] in squeezed for f in shown)


def test_an_invoice_alone_leaves_the_others_out(case):
    """The dossier of one invoice does not hold the copy of another one of the same debtor."""
    names = files(dossier(case, NUMBER).archive)
    assert not [name for name in names if SECOND in name]


def test_events_are_those_of_the_books(case):
    """The manifest's events are the case's, with the digests that chain them in the books."""
    manifest = json.loads(files(dossier(case, NUMBER).archive)["manifest.json"])
    stored = {entry.seq: entry.digest for entry in case.app.store.events()}
    assert manifest["events"]
    assert all(stored[e["number"]] == e["digest"] for e in manifest["events"])


def test_another_debtor_in_the_same_mail_is_left_out(world):
    """Two debtors' invoices in one mail: each dossier holds an excerpt of it, and nothing of the other."""
    world.write(
        CHLOE, "Deux factures en retard.", f_xml=ubl("2026-501"), g_xml=ubl("2026-777", buyer=CAFE, total="968.00")
    )
    world.write(BRUNO, "pause 2026-501 et 2026-777")
    world.days(3)
    told = text(dossier(world, "2026-501").archive)
    assert "extrait des livres" in told
    for secret in ("2026-777", "Café des Halles", "Cafe des Halles", "cafedeshalles", "968,00", "968.00"):
        assert secret not in told


def test_a_mail_that_names_another_debtor_is_left_out(world):
    """An order about one invoice that mentions another customer in passing is told by what followed from it."""
    world.hand_over("2026-501")
    world.hand_over("2026-777", buyer=CAFE)
    world.write(
        CHLOE, "Mettez 2026-501 en pause.\n\nPar ailleurs la situation de Café des Halles est très inquiétante."
    )
    world.write(CHLOE, "Reprenez 2026-501 ; voyez aussi ce que devient la 2026-777.")
    told = text(dossier(world, "2026-501").archive)
    assert "inquiétante" not in told
    assert "2026-777" not in told


def test_another_file_in_the_same_mail_is_left_out(world):
    """A handing over that brings a paper which the books do not know is not enclosed as a whole."""
    world.write(CHLOE, f_xml=ubl("2026-501"), liste_pdf=b"%PDF-1.4\nDupont owes much\n%%EOF")
    assert "Dupont owes much" not in text(dossier(world, "2026-501").archive)


def test_reports_and_bank_files_are_never_in_it(world):
    """A bank file that pays two debtors gives an excerpt of the one movement; digests are no part of any case."""
    world.hand_over("2026-501")
    world.hand_over("2026-777", buyer=CAFE)
    csv = (
        "Date;Montant;Devise;Contrepartie;IBAN;Communication\n"
        "11/03/2026;50,00;EUR;Batiplus Construct SA;BE68539007547034;facture 2026-501\n"
        "11/03/2026;121,00;EUR;Cafe des Halles;BE71096123456769;facture 2026-777\n"
    )
    world.write(BRUNO, "", extrait_csv=csv.encode())
    world.days(8)
    found = files(dossier(world, "2026-501").archive)
    told = text(dossier(world, "2026-501").archive)
    assert [name for name in found if name.startswith("payments/")]
    assert "2026-777" not in told
    assert not [name for name in found if "digest" in name or "bank_statement" in name]


def test_creditors_see_only_their_own(world):
    """The same number at another creditor is another case, and neither tells of the other."""
    world.hand_over("2026-501")
    told = text(dossier(world, "2026-501").archive)
    with pytest.raises(PermanentError):
        meant(world.app.store, "2026-501", "northgate")
    world.hand_over("2026-501", MARY, seller=STUDIO)
    ours, theirs = (meant(world.app.store, "2026-501", id_)[0] for id_ in ("atelier-bruno", "northgate"))
    assert ours.id != theirs.id
    assert "northgate" not in told.lower()
    assert "northgate" not in text(dossier(world, ours.id).archive).lower()
    assert "bruno" not in text(dossier(world, theirs.id).archive).lower()


def test_a_reference_must_mean_one_debtor(world):
    """Nothing, or things of several debtors, is told as such."""
    world.hand_over("2026-501")
    world.hand_over("2026-777", buyer=CAFE)
    with pytest.raises(PermanentError, match="no debtor"):
        meant(world.app.store, "2026-999")


@pytest.mark.parametrize(
    "words",
    ["dossier 2026-501", "send me the file of Batiplus Construct", "Stuur me het dossier van Batiplus Construct aub"],
)
def test_the_owner_gets_it_by_mail(world, words):
    """He alone, with the archive attached, and it is sealed by these books."""
    world.hand_over("2026-501")
    world.write(BRUNO, words)
    mail = world.mails(OWNER)[-1]
    (content,) = attached(mail).values()
    assert checked(content, world.app.secret).sealed is True
    assert mail["To"] == OWNER
    assert not mail["Cc"]


@pytest.mark.parametrize("words", ["dossier 2026-501", "attestation 2026-501"])
@pytest.mark.parametrize("sender", [CHLOE, DEBTOR, MARY, AUDIT])
def test_nobody_else_gets_it(world, sender, words):
    """Neither staff, nor the debtor himself, nor another creditor's people; and no mail to anybody brings a file."""
    world.hand_over("2026-501")
    world.write(sender, words)
    world.days(1)
    for address in (STAFF, "compta@batiplus.example", "mary@northgate.example", "audit@northgate.example", OWNER):
        for mail in world.mails(address):
            assert not [name for name in attached(mail) if name and name.endswith(".zip")]


def test_an_unproved_owner_gets_nothing(world):
    """His address alone is only a claim."""
    world.hand_over("2026-501")
    before = len(world.mails(OWNER))
    world.write(BRUNO, "dossier 2026-501", proved=False)
    assert all(not attached(mail) for mail in world.mails(OWNER)[before:])


def test_a_large_one_is_not_mailed(world):
    """Beyond the limit the answer says who makes it, and with which command."""
    world.hand_over("2026-501")
    settings = world.app.settings
    world.app = world.app.with_settings(replace(settings, limits=replace(settings.limits, dossier_mb=0)))
    world.write(BRUNO, "dossier 2026-501")
    mail = world.mails(OWNER)[-1]
    assert not attached(mail)
    assert "relance dossier" in " ".join(mail.get_body(("plain",)).get_content().split())


def test_who_hands_over_gets_the_dossier_and_the_debtor_nothing_more(world):
    """At once, with whom to forward it to; from then on nothing is written to the debtor about it, whatever he writes."""
    settings = world.app.settings
    creditors = tuple(replace(c, hand_over_to="etude@huissier.example") for c in settings.creditors)
    world.app = world.app.with_settings(replace(settings, creditors=creditors))
    world.hand_over("2026-501")
    world.days(2)
    world.write(BRUNO, "transmettez 2026-501 à l'huissier")
    world.work()
    mail = world.mails(OWNER)[-1]
    assert world.items()["2026-501"].state is ItemState.ESCALATED
    assert [name for name in attached(mail) if name.endswith(".zip")]
    assert "etude@huissier.example" in mail.get_body(("plain",)).get_content()
    assert not world.received("etude@huissier.example")
    before = len(world.received("compta@batiplus.example"))
    world.reply(DEBTOR, "2026-501", "Nous paierons le 30 avril.")
    world.days(40)
    assert len(world.received("compta@batiplus.example")) == before


def test_a_hand_over_that_is_taken_back_sends_no_second_dossier(world):
    """It came once, with the hand-over; taking that back and the days after bring none."""
    world.hand_over("2026-501")
    world.write(BRUNO, "transmettez 2026-501 à l'huissier")
    world.work()
    assert sum(bool(attached(m)) for m in world.mails(OWNER)) == 1
    world.write(BRUNO, "Défaire 2026-501")
    assert world.items()["2026-501"].state is ItemState.FOLLOWED
    world.days(5)
    dossiers = [n for m in world.mails(OWNER) for n in attached(m) if n.endswith(".zip")]
    assert len(dossiers) == 1


def test_a_certificate_needs_a_write_off(world):
    """Before it the answer says how; after it a PDF comes that says what it is and what it is not."""
    world.hand_over("2026-501")
    world.write(BRUNO, "attestation 2026-501")
    assert not attached(world.mails(OWNER)[-1])
    world.write(BRUNO, "passer en pertes 2026-501")
    world.write(BRUNO, "attestation d'irrécouvrabilité 2026-501")
    ((name, content),) = attached(world.mails(OWNER)[-1]).items()
    pdf = pypdfium2.PdfDocument(content)
    told = re.sub(r"\s+", " ", " ".join(sheet.get_textpage().get_text_bounded() for sheet in pdf))
    assert name == "certificate 2026-501.pdf"
    for words in ("Attestation d’irrécouvrabilité", "121,00", "art. 77", "ni un jugement", "Batiplus"):
        assert words in told


def test_hostile_names_stay_in_their_folder(world):
    """An invoice number or an enclosure that tries to climb out, to turn the reading or to run gets a plain name."""
    world.hand_over("../../2026\u202e-501")
    account = next(iter(world.app.store.items())).invoice.debtor
    world.days(2)
    world.write(DEBTOR, "Voici la preuve.", **{"..\\..\\preuve\u202efdp.exe": PDF})
    for name in files(dossier(world, account).archive):
        assert name.isascii()
        assert ".." not in name
        assert name.count("/") <= 1
        assert not name.endswith(".exe")


def test_the_day_can_be_named(case):
    """The account as on an earlier day bears less interest."""
    account, items = meant(case.app.store, NUMBER)
    early = case_of(case.app.store, case.app.settings, account, items, date(2026, 4, 1))
    assert made(case.app.store, case.app.settings, early, case.app.secret).archive != dossier(case, NUMBER).archive


def test_who_is_forgotten_takes_the_dossiers_along(world):
    """The archive that was sent to the owner is overwritten with the originals; the books verify."""
    world.hand_over("2026-501")
    world.write(BRUNO, "dossier 2026-501")
    (part,) = [p for m in world.app.store.outbox([OutboxState.SENT]) if m.kind == "dossier" for p in m.parts]
    world.write(BRUNO, "payé 2026-501")
    world.days(2)
    erase(world.app.store, world.items()["2026-501"].invoice.debtor)
    assert world.app.store.document(part.sha256) is None
    assert not world.app.store.verify()


def test_what_came_before_originals_were_kept_is_told_by_the_books(world):
    """Without an original the dossier says so, and tells what followed."""
    world.hand_over("2026-501")
    world.work()
    account = world.items()["2026-501"].invoice.debtor
    for kept in kept_mails(world.app.store, account):
        world.app.store.documents.forget(kept.document)
    found = files(dossier(world, "2026-501").archive)
    assert not [name for name in found if name.endswith(".eml")]
    excerpts = [body.decode() for name, body in found.items() if name.endswith("excerpt.txt")]
    assert any("n’est plus conservé" in body and "Facture 2026-501" in body for body in excerpts)
