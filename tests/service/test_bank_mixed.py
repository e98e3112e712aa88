"""Mails that bring several things: bank files and invoices, several formats of one day, archives, forwarded banks."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from agent.config import load
from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.domain.ledger import ItemState
from agent.mail.outgoing import OutboxState
from tests.service.test_bank import IBAN, PAYER, camt
from tests.service.world import BRUNO, CHLOE, TUESDAY, World
from tests.walks.invoices import ubl

CSV = (
    "Numéro de compte;Date;Valeur;Montant;Devise;Nom contrepartie;Compte contrepartie;Communication\n"
    f"{IBAN};09/03/2026;09/03/2026;121,00;EUR;BATIPLUS CONSTRUCT;{PAYER};facture 2026-501\n"
    f"{IBAN};09/03/2026;09/03/2026;-5,00;EUR;BANQUE;;frais\n"
).encode()


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    for number in ("2026-501", "2026-502", "2026-503"):
        world.hand_over(number)
    yield world
    world.close()


def settled(world):
    return [n for n, i in world.items().items() if i.state is ItemState.SETTLED]


def test_an_invoice_and_its_payment_come_in_one_mail(world):
    """Both are dealt with, the invoice first."""
    world.write(BRUNO, "Voici", f_xml=ubl("2026-510"), e_xml=camt(("121.00", "facture 2026-510", "r1")))
    assert settled(world) == ["2026-510"]
    assert {"acknowledgement", "bank_statement"} <= set(world.sent()[-2:])


def test_one_movement_in_two_formats_counts_once(world):
    """In one mail, in an archive, and again later."""
    paid = camt(("121.00", "facture 2026-501", "r1"), ("-5.00", "frais", "r2"))
    world.write(BRUNO, "Deux formats", e_xml=paid, f_csv=CSV)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mars.csv", CSV)
        archive.writestr("mars.xml", paid)
    world.write(BRUNO, "Archive", z_zip=packed.getvalue())
    assert settled(world) == ["2026-501"]
    assert len(world.items()["2026-501"].payments) == 1
    assert all(i.payments == () for n, i in world.items().items() if n != "2026-501")


def test_a_day_that_was_sent_before_it_was_over_comes_again_whole(world):
    """An intraday file, then the whole day with an equal sum of another invoice before it: each counts once."""
    world.write(BRUNO, "Midi", e_xml=camt(("121.00", "facture 2026-502", "r2")))
    whole = camt(("121.00", "facture 2026-501", "r1"), ("121.00", "facture 2026-502", "r2"))
    world.write(BRUNO, "Soir", e_xml=whole)
    assert settled(world) == ["2026-501", "2026-502"]
    assert [len(i.payments) for i in world.items().values()] == [1, 1, 0]


def test_a_file_beside_that_is_no_statement_is_named(world):
    """The readable file counts, the other one is told of."""
    world.write(BRUNO, "Extraits", e_xml=camt(("121.00", "facture 2026-501", "r1")), f_csv=b"a;b\n1;2\n")
    assert settled(world) == ["2026-501"]
    assert "f.csv" in world.text("bruno@atelier-bruno.example")


def test_a_workbook_of_the_bank_is_read(world):
    """As a spreadsheet program saves it: days and sums as numbers."""
    book = openpyxl.Workbook()
    rows = (
        ["Compte", IBAN],
        [],
        ["Date comptable", "Contrepartie", "Compte contrepartie", "Communication", "Montant", "Solde"],
    )
    for row in (*rows, [date(2026, 3, 9), "BATIPLUS CONSTRUCT", PAYER, "facture 2026-501", 121, 1121]):
        book.active.append(row)
    book.active.append([date(2026, 3, 10), "BANQUE", "", "frais", -5.5, 1115.5])
    packed = io.BytesIO()
    book.save(packed)
    world.write(BRUNO, "Extrait", e_xlsx=packed.getvalue())
    assert settled(world) == ["2026-501"]


def test_a_workbook_that_is_no_statement_leaves_the_words_to_be_read(world):
    """A colleague's notes beside an order are no bank file."""
    book = openpyxl.Workbook()
    book.active.append(["Notes", "du", "chantier"])
    packed = io.BytesIO()
    book.save(packed)
    world.write(BRUNO, "payé 2026-502", n_xlsx=packed.getvalue())
    assert settled(world) == ["2026-502"]


def test_a_bank_file_inside_a_forwarded_mail_counts_as_the_colleagues(world):
    """He hands it over; whoever sent it to him does not matter."""
    inner = mails.letter(
        world.pen("Banque <avis@banque.example>", proved=False), "bruno@atelier-bruno.example", "Extrait", "Voir annexe"
    )
    inner.add_attachment(
        camt(("121.00", "facture 2026-501", "r1")), maintype="application", subtype="octet-stream", filename="e.xml"
    )
    outer = mails.letter(world.pen(BRUNO), AGENCY, "Fwd: Extrait", "Pour vous")
    outer.add_attachment(inner)
    world.post(outer)
    assert settled(world) == ["2026-501"]


def test_a_bookkeeper_of_two_creditors_sends_the_files_of_both(tmp_path):
    """Each file goes to the books of the account that it names, and each owner hears of his own only."""
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    keys = 'shared = ["chloe@atelier-bruno.example"]\n'
    for name, staff in (
        ("atelier-bruno", ""),
        ("van-damme", 'staff = ["Chloé Martin <chloe@atelier-bruno.example>"]\n'),
    ):
        path = tmp_path / "creditors" / f"{name}.toml"
        path.write_text(keys + staff + path.read_text())
    world.app = world.app.with_settings(load(tmp_path / "config.toml"))
    world.hand_over("2026-501")
    mine, theirs = (
        camt(("121.00", "facture 2026-501", "r1")),
        camt(("99.00", "factuur 7", "r1"), account="BE10735045678904"),
    )
    world.write(CHLOE, "Extraits", e_xml=mine, f_xml=theirs)
    assert settled(world) == ["2026-501"]
    told = [m.creditor for m in world.app.store.outbox([OutboxState.SENT]) if m.kind == "bank_statement"]
    assert sorted(told) == ["atelier-bruno", "van-damme"]
    world.close()
