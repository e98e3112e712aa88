"""Printed invoices of our own making, read from the page."""

import pytest

from agent.domain.findings import DocumentKind, Unreadable
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import embedded_files, read_document
from tests.parsers.invoices.more_pages import MORE
from tests.parsers.invoices.pages import SAMPLES, Sample
from tests.parsers.invoices.xml_samples import cii

CLAIMS = [*(sample for sample in SAMPLES if sample.says), *MORE]
OTHERS = [sample for sample in SAMPLES if not sample.says]
BY_NAME = {sample.name: sample for sample in SAMPLES}


def read(content, **context):
    """The readings of a PDF."""
    return read_document(Document("x.pdf", "application/pdf", content), ParserContext(**context))


@pytest.mark.parametrize("sample", CLAIMS, ids=lambda sample: sample.name)
def test_every_field_is_right(sample):
    """What the page says is what is read."""
    (reading,) = read(sample.pdf())
    found = {name: str(getattr(reading, name).value) if getattr(reading, name) else None for name in sample.says}
    assert found == sample.says
    assert reading.kind.value.value == sample.kind


@pytest.mark.parametrize("sample", OTHERS, ids=lambda sample: sample.name)
def test_what_is_no_invoice_is_said_to_be_that(sample):
    """Quotes, orders, delivery notes, statements, reminders and letters are named and give no total."""
    (reading,) = read(sample.pdf())
    assert reading.kind.value.value == sample.kind
    assert reading.total is None


def test_each_field_says_where_it_stood():
    """Page, box, rule and label lead back to the paper."""
    (reading,) = read(BY_NAME["en_uk_boxes"].pdf())
    where = reading.number.where
    assert (where.page, where.label, where.rule) == (1, "Invoice Number", "number by label")
    left, top, right, bottom = where.box
    assert 0 < left < right < 596
    assert 0 < top < bottom < 842


def test_two_invoices_in_one_file_are_taken_apart():
    """Each number has a reading of its own, in order."""
    source = (
        BY_NAME["en_uk_boxes"].source
        + "\n#pagebreak()\n"
        + BY_NAME["fr_prose_letter"].source.partition("\n#set text")[2].partition("\n")[2]
    )
    readings = read(Sample("both", source).pdf())
    assert [reading.number.value for reading in readings] == ["TJ-00457", "88"]
    assert [reading.part for reading in readings] == [1, 2]


def hybrid(xml, sample="fr_prose_letter"):
    """A page with this XML inside."""
    text = xml.decode().replace("\\", "\\\\").replace('"', '\\"')
    return Sample("hybrid", f'#pdf.attach("invoice.xml", bytes("{text}"))\n' + BY_NAME[sample].source).pdf()


def test_xml_and_page_that_agree():
    """The XML is read under the PDF's name, and the agreement is told."""
    pdf = hybrid(cii())
    (reading,) = read(pdf)
    assert reading.filename == "x.pdf"
    assert reading.total.where.path
    assert "holds: XML and page agree" in reading.checks
    assert reading.uncertain == ()
    assert [file.filename for file in embedded_files(Document("x.pdf", "", pdf))] == ["invoice.xml"]


def test_xml_and_page_that_differ():
    """Another total in the XML than on the page is flagged, never settled."""
    (reading,) = read(hybrid(cii(number="99", total="9392.00")))
    assert {"total", "number"} <= set(reading.uncertain)
    assert any(check.startswith("differs: total") for check in reading.checks)


def test_the_known_creditor_is_the_seller():
    """Knowing the creditor settles who is who."""
    (reading,) = read(BY_NAME["be_bilingual_two_columns"].pdf(), names=("Brasserie-Brouwerij Zenne",))
    assert reading.seller_name.value.startswith("Brasserie-Brouwerij Zenne")


def test_files_that_give_nothing():
    """Broken, oversized, empty, long and foreign files are values with a reason."""
    pdf = BY_NAME["en_letter"].pdf()
    blank = Sample("blank", "#rect()").pdf()
    long = Sample("long", "#for i in range(30) [page #i #pagebreak()]").pdf()
    reasons = {}
    for name, content, context in [
        ("broken", b"%PDF-1.7 and nothing else", {}),
        ("too_large", pdf, {"max_bytes": 100}),
        ("no_text", blank, {}),
        ("too_many_pages", long, {}),
        ("not_invoice", b"hello", {}),
    ]:
        (answer,) = read(content, **context)
        assert isinstance(answer, Unreadable)
        reasons[name] = answer.problem
    assert reasons == {name: name for name in reasons}


class FakeOcr:
    """Knows the words of one page, as a scanner turned by half a degree would see them."""

    def __init__(self, lines):
        self.lines = lines

    def words(self, png, languages, *, way="blocks"):
        """The words line by line."""
        assert png.startswith(b"P5 ")
        assert "fr" in languages
        found = []
        for number, line in enumerate(self.lines):
            x = 200.0
            for text in line.split():
                width = 24.0 * len(text)
                y = 200 + 70 * number + 0.01 * x
                found.append((text, 0.93, (x, y, x + width, y + 32)))
                x += width + 20
        return found


def test_a_scan_is_read_through_ocr():
    """Turned lines are straightened, digits that look like letters are put right."""
    lines = [
        "Ateliers Verriers Maubert SC", "Rue du Fourneau 12", "7110 Houdeng", "FACTURE 2026-88", "Date de facture : 22/11/2026", "Echéance : 22/12/2026",
        "Total HTVA : 3200,O0 EUR", "TVA 6 % : 192,00 EUR", "Total TVAC : 3392,00 EUR", "IBAN BE68 539O 0754 7034",
    ]  # fmt: skip
    blank = Sample("blank", "#rect()").pdf()
    (reading,) = read(blank, ocr=FakeOcr(lines))
    assert reading.kind.value is DocumentKind.INVOICE
    assert str(reading.total.value) == "3392.00"
    assert reading.seller_iban.value == "BE68539007547034"
    assert reading.due_date.value.isoformat() == "2026-12-22"
    assert reading.number.value == "2026-88"


def test_bytes_that_only_begin_like_a_picture_are_broken():
    """The reason names no object of the program."""
    document = Document("scan.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(500))
    (found,) = read_document(document, ParserContext(ocr=FakeOcr([])))
    assert isinstance(found, Unreadable)
    assert (found.problem, "0x" in found.detail) == ("broken", False)
