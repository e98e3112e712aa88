"""A payment made as the statement says settles exactly what the statement lists, by its code or by its lines, through a bank file."""

import io
import re
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from agent.demo.cast import ATELIER
from agent.domain.ledger import ItemState
from tests.service.test_bank import camt
from tests.service.world import BRUNO, TUESDAY, World
from tests.walks.invoices import ubl

DEBTOR_AT = "compta@batiplus.example"
OGM = {"2026-501": "+++090/9337/55493+++", "2026-502": "+++010/8068/17183+++"}


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield world
    world.close()


def told(number):
    return ubl(number).replace(
        b"<cac:PayeeFinancialAccount>",
        f"<cbc:PaymentID>{OGM[number]}</cbc:PaymentID><cac:PayeeFinancialAccount>".encode(),
    )


def statement(world):
    """The statement that the debtor got, and the fields of each payment code in it, in order; the logo is none."""
    mail = next(m for m in world.mails(DEBTOR_AT) if "relev" in m["Subject"].lower())
    pictures = [p.get_payload(decode=True) for p in mail.walk() if p.get_content_type() == "image/png"]
    codes = [zxingcpp.read_barcode(Image.open(io.BytesIO(p)).convert("L")) for p in pictures]
    return mail, [code.text.split("\n") for code in codes if code]


def pay(world, text, amount, reference="r1"):
    world.write(BRUNO, "Extrait", e_xml=camt((amount, text, reference)))


def settled(world):
    return {n for n, i in world.items().items() if i.state is ItemState.SETTLED}


@pytest.mark.parametrize("count", [1, 2, 5, 15])
@pytest.mark.parametrize("way", ["code", "lines"])
def test_what_the_statement_says_settles_what_it_lists(world, count, way):
    """Whether the debtor scans the code or copies the lines; an invoice that was not listed stays open."""
    numbers = [f"2026-5{n:02}" for n in range(1, 2 * count, 2)]
    world.hand_over("2026-502", due="2026-12-01")
    for number in numbers:
        world.hand_over(number)
    world.days(1)
    mail, ((*_, beneficiary, iban, amount, _, _, text), *_) = statement(world)
    assert (beneficiary, iban) == (ATELIER.name, ATELIER.iban)
    lines = mail.get_body(("plain",)).get_content()
    if way == "lines":
        amount = re.search(r"Montant\s*: ([\d\s,]+)", lines)[1].replace(",", ".")
        text = re.search(r"Communication[^:\n]*: (.+)", lines)[1]
    pay(world, text, re.sub(r"[^\d.]", "", amount))
    assert settled(world) == set(numbers)


def test_each_invoice_may_be_paid_by_its_own_code(world):
    """Two invoices with a structured communication each: three codes, and the third one pays the second invoice alone."""
    for number in OGM:
        world.write(BRUNO, f_xml=told(number))
    world.days(1)
    _, codes = statement(world)
    assert [c[10] for c in codes] == ["2026-501, 2026-502", *OGM.values()]
    pay(world, codes[2][10], codes[2][7].removeprefix("EUR"))
    assert settled(world) == {"2026-502"}


def test_the_payment_page_of_the_creditor_is_a_button_and_a_plain_link(world):
    """Nothing of it is loaded by the mail itself."""
    page = "https://pay.bruno.example/?a={amount}&r={reference}&n={number}"
    creditors = tuple(
        replace(c, payment_link=page) if c.id == "atelier-bruno" else c for c in world.app.settings.creditors
    )
    world.app = world.app.with_settings(replace(world.app.settings, creditors=creditors))
    world.hand_over("2026-501")
    world.days(1)
    mail, _ = statement(world)
    link = "https://pay.bruno.example/?a=121.00&r=2026-501&n=2026-501"
    assert f"Payer maintenant\u00a0: {link}" in mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert f'href="{link.replace("&", "&amp;")}"' in html
    assert not re.search(r'src="(?!cid:)', html)
