"""A second look at a page with pdfplumber, where the first one left doubts and its words look broken.

pdfplumber builds words from pdfminer's own reading of the fonts and the content stream, and drops glyphs printed twice. It takes
several times longer than PDFium, and reads the same wherever the first words are whole.
"""

from __future__ import annotations

import io
import unicodedata
from itertools import pairwise

import pdfplumber

from agent.parsers.invoices.layout import Layout, Page, Word, arrange

MAX_PAGES = 4
_DESCENT = 0.22
# Of a whole text, fewer words than this part are single letters.
_SHATTERED = 0.2
_PILED = 3
_UNKNOWN = "\ufffd"


def looks_broken(layout: Layout) -> bool:
    """Whether these words betray that the letters were not made out: shattered into single ones, piled up, or unknown."""
    lines = [[word for cell in line.cells for word in cell.words] for line in layout.lines]
    words = [word for line in lines for word in line]
    letters = sum(len(word.text) == 1 and word.text.isalpha() for word in words)
    piled = sum(_overlap(a, b) for line in lines for a, b in pairwise(line))
    return letters > _SHATTERED * len(words) or piled > _PILED or any(_UNKNOWN in word.text for word in words)


def _overlap(one: Word, other: Word) -> bool:
    return one.x1 - other.x0 > 0.5 * min(one.x1 - one.x0, other.x1 - other.x0)


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
