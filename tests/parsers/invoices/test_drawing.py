"""Pictures of documents with what was read on them."""

import io

import pytest
from PIL import Image

from agent.domain.findings import DocumentKind, Found, InvoiceReading, Where
from agent.parsers.api import Document
from agent.parsers.invoices.drawing import draw
from agent.parsers.invoices.typesetting import Typesetter, printable
from tests.parsers.invoices.layouts import ateliers

KIND = Found(DocumentKind.INVOICE, 0.9, Where("title"))


def _reading(**fields: Found[object]) -> InvoiceReading:
    return InvoiceReading(kind=KIND, **fields)


def test_boxes_are_drawn_where_the_values_stand():
    """The paper around a value is coloured, green where it is sure and red where it is asked about."""
    document = Document("f.pdf", "application/pdf", ateliers()[0].pdf)
    place = Where("rule", 1, (100.0, 500.0, 200.0, 520.0))
    sure = _reading(number=Found("A-1", 0.98, place))
    asked = InvoiceReading(kind=KIND, number=Found("A-1", 0.5, place), uncertain=("number",))
    shades = []
    for reading in (sure, asked):
        (page,) = draw(document, (reading,))
        picture = Image.open(io.BytesIO(page)).convert("RGB")
        shades.append(picture.getpixel((36 + round(150 * 1240 / 595.28), 36 + round(510 * 1240 / 595.28))))
    assert shades[0][1] > shades[0][0]
    assert shades[1][0] > shades[1][1]


@pytest.mark.parametrize("content", [b"<xml/>", b"%PDF-1.4 nothing", b"\x89PNG\r\n\x1a\nrubbish", b""])
def test_what_has_no_page_gives_no_picture(content):
    """XML, damaged files, nothing at all."""
    assert draw(Document("f", "", content), (_reading(),)) == ()


def test_crowded_fields_and_odd_boxes_stop_nothing():
    """Many fields at one place, boxes off the page, turned inside out or empty, and words without end."""
    places = [
        (0.0, 0.0, 0.0, 0.0),
        (-50.0, -50.0, 9000.0, 9000.0),
        (300.0, 300.0, 200.0, 200.0),
        (100.0, 100.0, 101.0, 101.0),
    ]
    names = ("number", "terms", "seller_name", "buyer_name")
    fields = {
        name: Found("long " * 200, 0.9, Where("rule", 1, box, "label " * 90))
        for name, box in zip(names, places, strict=True)
    }
    (page,) = draw(Document("f.pdf", "", ateliers()[0].pdf), (_reading(**fields),))
    assert page.startswith(b"\x89PNG")


def test_a_photograph_is_drawn_as_well():
    """Its points are those of a sheet of A4."""
    out = io.BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(out, "JPEG")
    (page,) = draw(
        Document("f.jpg", "image/jpeg", out.getvalue()),
        (_reading(number=Found("1", 1.0, Where("r", 1, (10.0, 10.0, 90.0, 30.0)))),),
    )
    assert Image.open(io.BytesIO(page)).height >= 1754


def test_letters_that_the_face_lacks_are_told_otherwise():
    """Accents of the West stay, others go, and what has no likeness becomes a question mark."""
    assert printable("Échéance  € ő 漢") == "Échéance € o ?"


def test_text_is_cut_to_its_room():
    """With an ellipsis, and never wider than asked."""
    setter = Typesetter(400, 100)
    cut = setter.cut("Établissements Lefèvre et Fils " * 5, 14, 200.0)
    assert cut.endswith("…")
    assert setter.width(cut, 14) <= 200.0
    assert setter.cut("short", 14, 200.0) == "short"
    setter.put(cut, 5, 20, 14, (0, 0, 0))
    assert setter.sheet().size == (400, 100)
