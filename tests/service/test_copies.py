"""Invoices in XML that carry their PDF: people read the PDF, and what invoices lack is said once."""

import base64
import hashlib

import pytest
import typst

from tests.service.world import BRUNO, TUESDAY, World
from tests.walks.invoices import ubl

PAGE = """#set text(lang: "fr")
*Atelier Bruno SRL* \\ Rue Haute 1 \\ 4000 Liège
#v(1cm)
FACTURE \\ Numéro : 2026-501
#v(1cm)
Travaux de menuiserie et de pose selon le devis accepté"""


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, TUESDAY.replace(hour=6))
    yield world
    world.close()


def test_the_pdf_inside_is_kept_as_the_document(world):
    """The item names it, the store holds it, and the XML stays beside it."""
    pdf = typst.compile(PAGE.encode())
    binary = f"<cbc:EmbeddedDocumentBinaryObject>{base64.b64encode(pdf).decode()}</cbc:EmbeddedDocumentBinaryObject>"
    inside = (
        f"<cac:AdditionalDocumentReference><cac:Attachment>{binary}</cac:Attachment></cac:AdditionalDocumentReference>"
    )
    content = ubl("2026-501").replace(b"</Invoice>", inside.encode() + b"</Invoice>")
    world.write(BRUNO, "débiteur : bureau@batiplus.example", f_xml=content)
    invoice = world.items()["2026-501"].invoice
    assert invoice.document == hashlib.sha256(pdf).hexdigest()
    assert invoice.other_documents == (hashlib.sha256(content).hexdigest(),)
    assert world.app.store.document(invoice.document) == pdf


def test_what_invoices_lack_is_said_once(world):
    """The second invoice of the same kind is acknowledged without it."""
    for number in ("2026-501", "2026-502"):
        world.write(BRUNO, "débiteur : bureau@batiplus.example", f_xml=ubl(number))
    items = world.items()
    assert items["2026-501"].named
    assert items["2026-502"].named == ()
