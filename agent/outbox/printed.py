"""A mail to a debtor as a letter on paper: the same words and figures, set on the creditor's letterhead as PDF/A."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agent.outbox.paper import pdf_of
from agent.outbox.templates import blocks_of
from agent.outbox.views import Page
from agent.reports import formats
from agent.reports.plain import one_line

# Letters that are made for the post as well: they bear the address in the window of the envelope.
_POSTED = frozenset({"formal_notice"})


def printed(page: Page, pictures: Mapping[str, bytes], templates_dir: Path | None = None) -> bytes:
    """The PDF of this page; the same page gives the same bytes. `pictures` are PNGs by the names that the page gives them.

    A letter with signs that no font here can draw is no PDF/A, but is printed all the same.

    Raises:
        TemplateError: a template does not work.
    """
    title, blocks = blocks_of(page, templates_dir)
    foot = next((n for n, block in enumerate(blocks) if block["is"] == "foot"), len(blocks))
    letter = {
        "title": title,
        "language": page.language,
        "creditor": page.creditor.name,
        "address": [*page.creditor.address, *(x for x in (page.creditor.phone, page.creditor.website) if x)],
        "accent": page.creditor.accent,
        "logo": list(page.creditor.logo),
        "day": formats.long_day(page.today, page.language),
        "date": [page.today.year, page.today.month, page.today.day],
        "window": list(page.debtor.postal) if page.debtor and page.kind in _POSTED else [],
        "side": _window_side(page),
        "debtor": [one_line(page.debtor.name), page.debtor.number] if page.debtor else [""],
        "token": page.token,
        "blocks": blocks[:foot],
        "foot": blocks[foot + 1 :],
        "pictures": {name: list(png) for name, png in pictures.items()},
    }
    return pdf_of("letter.typ", "letter", letter, page.today, templates_dir)


def _window_side(page: Page) -> str:
    """Where envelopes show the address: on the left in Germany and the Netherlands (DIN 5008, form B), else on the right."""
    return "left" if page.creditor.country in ("DE", "NL", "AT") else "right"
