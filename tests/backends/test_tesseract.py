"""The tesseract command behind the Ocr port."""

import pytest

from agent.backends import tesseract
from agent.backends.tesseract import Tesseract
from agent.errors import TemporaryError
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from tests.parsers.invoices.pages import SAMPLES

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def picture(sample):
    """A PDF that shows this sample's page as a picture only."""
    import io

    import pypdfium2 as pdfium

    page = pdfium.PdfDocument(sample.pdf())[0]
    target = io.BytesIO()
    page.render(scale=150 / 72, grayscale=True).to_pil().rotate(0.4, fillcolor=255).save(target, "PDF", resolution=150)
    return target.getvalue()


def test_words_are_taken_from_the_table():
    """Only words count, with confidence and box; a quotation mark is a letter like any other."""
    rows = '4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n5\t1\t1\t1\t1\t1\t10\t20\t30\t12\t96.5\t"Total\n5\t1\t1\t1\t1\t2\t50\t20\t30\t12\t-1\tx\n'
    assert tesseract._parse(HEAD + rows) == [('"Total', 0.965, (10, 20, 40, 32)), ("x", 0.0, (50, 20, 80, 32))]


def test_a_missing_command_is_temporary(monkeypatch):
    """Without tesseract the page waits; the reader says that there is no text."""
    monkeypatch.setattr(tesseract, "COMMAND", "no-such-command")
    tesseract.installed.cache_clear()
    with pytest.raises(TemporaryError):
        Tesseract().words(b"", ("fr",))
    (answer,) = read_document(Document("scan.pdf", "", picture(SAMPLES[0])), ParserContext(ocr=Tesseract()))
    assert answer.problem == "no_text"
    tesseract.installed.cache_clear()


@pytest.mark.skipif(not Tesseract.available(), reason="tesseract-ocr is not installed")
def test_a_scan_is_read():
    """A page that is only a picture, slightly turned, gives its number, total and account."""
    sample = next(sample for sample in SAMPLES if sample.name == "en_uk_boxes")
    (reading,) = read_document(Document("scan.pdf", "", picture(sample)), ParserContext(language="en", ocr=Tesseract()))
    assert reading.number.value == sample.says["number"]
    assert str(reading.total.value) == sample.says["total"]
    assert reading.seller_iban.value == sample.says["seller_iban"]
