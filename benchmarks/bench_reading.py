"""Reading invoices: the whole reading of pages, XML and scans, beside what merely getting at their text costs."""

import io
import os
from collections.abc import Callable, Iterator, Sequence

import pdfplumber
import pypdfium2 as pdfium

from agent.backends.tesseract import Tesseract
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from agent.parsers.invoices.scan import DPI, MAX_PAGES
from agent.parsers.invoices.xml import parse
from benchmarks.sample_invoices import pdf_pages, scans, xml_files

NAMES = ("read_text_pdf", "read_xml", "read_scan")
ROUNDS = 3
SCANS = 4
LANGUAGES = ("fr", "nl", "de", "en")

Row = dict[str, object]


def run() -> Iterator[Row]:
    """Milliseconds for one document, each with its floor."""
    context = ParserContext()
    yield _row("read_text_pdf", pdf_pages(), context, "pdfplumber extract_text", _plumber)
    yield _row("read_xml", xml_files(), context, "parsing the XML alone", _parse)
    pictures = scans()[:SCANS] if Tesseract.available() else ()
    if pictures:
        yield _row("read_scan", pictures, ParserContext(ocr=Tesseract()), "tesseract alone", _tesseract, rounds=1)


def _row(
    name: str,
    files: Sequence[bytes],
    context: ParserContext,
    floor_name: str,
    floor: Callable[[bytes], None],
    rounds: int = ROUNDS,
) -> Row:
    def read(content: bytes) -> None:
        read_document(Document(name, "", content), context)

    value, floor_value = _time(files, read, rounds), _time(files, floor, rounds)
    return {
        "name": name,
        "value": round(value, 3),
        "unit": "ms",
        "floor_name": floor_name,
        "floor_value": round(floor_value, 3),
        "ratio": round(value / floor_value, 3),
    }


def _time(files: Sequence[bytes], work: Callable[[bytes], None], rounds: int) -> float:
    """The milliseconds of processor that one file takes, here and in programs that are called, in the best of some rounds."""
    times: list[float] = []
    for _ in range(rounds):
        start = _spent()
        for content in files:
            work(content)
        times.append((_spent() - start) / len(files) * 1000)
    return min(times)


def _spent() -> float:
    """Seconds of processor so far; those on the clock tell more of what else the machine does."""
    return sum(os.times()[:4])


def _plumber(content: bytes) -> None:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            page.extract_text()


def _parse(content: bytes) -> None:
    parse(content)


def _tesseract(content: bytes) -> None:
    pdf = pdfium.PdfDocument(content)
    for index in range(min(len(pdf), MAX_PAGES)):
        png = io.BytesIO()
        pdf[index].render(scale=DPI / 72, grayscale=True).to_pil().save(png, "PNG")
        Tesseract().words(png.getvalue(), LANGUAGES)
    pdf.close()
