"""An open PDF whose first pages stay open: to open one is to read all its content, which costs more than asking it for its text."""

from __future__ import annotations

import pypdfium2 as pdfium

# As many as are looked at more than once, for text, payment codes and pictures.
_KEPT = 4


class Pages:
    """The pages of a PDF by index from 0. Raises PdfiumError for a damaged page; closing the PDF closes them all."""

    def __init__(self, pdf: pdfium.PdfDocument) -> None:
        self._pdf = pdf
        self._kept: dict[int, pdfium.PdfPage] = {}

    def __len__(self) -> int:
        return len(self._pdf)

    def __getitem__(self, index: int) -> pdfium.PdfPage:
        page = self._kept.get(index)
        if page is None:
            page = self._pdf[index]
            if index < _KEPT:
                self._kept[index] = page
        return page
