"""The words of a page, from PDFium's characters."""

import ctypes

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from agent.parsers.invoices.words import read_layout
from tests.parsers.invoices import bombs


def _words(content: bytes) -> list[tuple[str, int, int]]:
    pdf = pdfium.PdfDocument(bombs.page(bombs.stream(content)))
    words = [word for cell in read_layout(pdf, 1).cells for word in cell.words]
    return [(word.text, round(word.x0), round(word.baseline)) for word in words]


def _length_of_text(content: bytes) -> tuple[int, int]:
    """How many characters PDFium counts on the page, and how many its text has."""
    page = pdfium.PdfDocument(bombs.page(bombs.stream(content)))[0]
    text = page.get_textpage()
    count = raw.FPDFText_CountChars(text.raw)
    return count, raw.FPDFText_GetText(text.raw, 0, count, (ctypes.c_ushort * (count + 1))()) - 1


SILENT = b"BT /F 12 Tf 20 800 Td (Facture \\002 2026) Tj 0 -20 Td (Total) Tj ET"


def test_characters_without_a_place_in_the_text_shift_no_other():
    """Where PDFium's text leaves a soft hyphen out, it is read all the same, and each letter keeps its own box."""
    count, written = _length_of_text(SILENT)
    assert written < count
    assert [(text, baseline) for text, _, baseline in _words(SILENT)] == [
        ("Facture", 42),
        ("-", 42),
        ("2026", 42),
        ("Total", 62),
    ]
    plain = _words(SILENT.replace(b"\\002 ", b""))
    assert plain[0] == ("Facture", 20, 42)
    assert plain[-1] == ("Total", 20, 62)


@pytest.mark.parametrize("turn", [b"0 1 -1 0", b"0 -1 1 0", b"-1 0 0 -1"])
def test_a_turned_line_between_upright_ones_keeps_to_itself(turn):
    """The letters of a turned line make words of their own, and those after it stand upright again."""
    upright = b"BT /F 12 Tf 20 700 Td (Before) Tj ET %s BT /F 12 Tf 20 660 Td (After) Tj ET"
    turned = b"BT /F 12 Tf %s 300 400 Tm (Aside) Tj ET" % turn
    words = _words(upright % turned)
    assert {("Before", 20, 142), ("After", 20, 182)} < set(words)
    assert len(words) > 2
