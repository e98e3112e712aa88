"""Which files of a debtor's mail may be papers that say something: a proof of payment, a remittance advice, a counter-claim."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from agent.intake.extract import File

_PAGES = ("pdf", "scan", "xml")
_TABLES = frozenset({".csv", ".tsv", ".xlsx"})
# Nobody encloses more with an answer; what is more is looked at by the people who get the mail.
_MOST_FILES = 6
_LARGEST = 15_000_000


def enclosures_of(files: Iterable[File]) -> tuple[File, ...]:
    """The files that are read, at most six: PDF, pictures that may show a page, XML, workbooks and tables of commas."""
    found = (f for f in files if len(f.content) <= _LARGEST and _may_say_something(f))
    return tuple(sorted(found, key=lambda f: f.looks == "scan"))[:_MOST_FILES]


def _may_say_something(file: File) -> bool:
    return file.looks in _PAGES or PurePath(file.filename.lower()).suffix in _TABLES
