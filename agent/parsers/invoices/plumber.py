"""A second look at a page with pdfplumber, where the first one left doubts.

pdfplumber builds words from pdfminer's own reading of the fonts and the content stream, and drops glyphs printed twice. It takes
several times longer than PDFium and so works only where it may change something.
"""

from __future__ import annotations

import io
import unicodedata

import pdfplumber

from agent.parsers.invoices.layout import Layout, Page, Word, arrange

MAX_PAGES = 4
_DESCENT = 0.22


def second_layout(content: bytes, pages: int) -> Layout:
    """The first pages (at most four) as pdfplumber reads them; an empty layout when it cannot."""
    done: list[Page] = []
    lines = 0
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            for source in pdf.pages[: min(pages, MAX_PAGES)]:
                page = _page(source, lines)
                lines += len(page.lines)
                done.append(page)
    except Exception:  # noqa: BLE001  pdfminer raises whatever a damaged font or stream leads it to; the first reading stands then
        return Layout(())
    return Layout(tuple(done))


def _page(source: pdfplumber.page.Page, first_line: int) -> Page:
    words = source.dedupe_chars().extract_words(
        x_tolerance_ratio=0.18, keep_blank_chars=False, extra_attrs=["size", "upright"]
    )
    made = [_word(word) for word in words if word["upright"]]
    return arrange(source.page_number, float(source.width), float(source.height), made, first_line)


def _word(word: dict[str, float | str]) -> Word:
    top, bottom = float(word["top"]), float(word["bottom"])
    return Word(
        text=unicodedata.normalize("NFKC", str(word["text"])),
        x0=float(word["x0"]),
        top=top,
        x1=float(word["x1"]),
        bottom=bottom,
        baseline=bottom - _DESCENT * (bottom - top),
        size=max(float(word["size"]), bottom - top, 0.1),
    )
