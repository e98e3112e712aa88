"""Paper: a template of Typst and its values make a PDF/A; the same values give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import typst

from agent.outbox.templates import found


def pdf_of(template: str, name: str, values: Mapping[str, object], on: date, templates_dir: Path | None) -> bytes:
    """The PDF/A that this template makes of these values, which its `sys.inputs` hold under this name as JSON.

    `on` is the day that the file says it was made. Signs that no font here can draw make it a plain PDF.
    """
    compiler = _compiler(found(template, templates_dir))
    moment = datetime(on.year, on.month, on.day, tzinfo=UTC)
    inputs = {name: json.dumps(values)}
    try:
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="a-2b", timestamp=moment)
    except typst.TypstError:
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=moment)
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache(maxsize=8)
def _compiler(source: Path) -> typst.Compiler:
    return typst.Compiler(source)
