"""When a page is looked at a second time."""

import pypdfium2 as pdfium
import pytest

from agent.parsers.api import ParserContext
from agent.parsers.invoices.opened import Pages
from agent.parsers.invoices.plumber import looks_broken, second_layout
from agent.parsers.invoices.words import read_layout
from tests.parsers.invoices import bombs


def _page(*lines: tuple[int, int, str]) -> bytes:
    text = b"\n".join(b"BT /F 12 Tf %d %d Td (%s) Tj ET" % (x, y, words.encode()) for x, y, words in lines)
    return bombs.page(bombs.stream(text))


WHOLE = _page((20, 800, bombs.WORDS), (20, 780, "Merci de payer avant le 13/03/2026"))
PILED = _page((20, 800, bombs.WORDS), (25, 800, "COPY " * 20))
SHATTERED = _page(*((20 + 60 * n, 800 - 20 * row, letter) for row in range(8) for n, letter in enumerate("FACTURE")))


@pytest.mark.parametrize(("content", "broken"), [(WHOLE, False), (PILED, True), (SHATTERED, True)])
def test_broken_words(content, broken):
    """Words over one another and letters strewn about betray a page whose text was not made out; whole words do not."""
    assert looks_broken(read_layout(pdfium.PdfDocument(content), 4)) is broken


def test_both_looks_see_the_same_whole_words():
    """Where the words are whole, pdfplumber reads what PDFium read."""
    first = read_layout(pdfium.PdfDocument(WHOLE), ParserContext().max_pages)
    assert second_layout(WHOLE, 1).text == first.text


def test_pages_stay_open():
    """A page that is asked for twice is opened once."""
    pages = Pages(pdfium.PdfDocument(WHOLE))
    assert len(pages) == 1
    assert pages[0] is pages[0]
