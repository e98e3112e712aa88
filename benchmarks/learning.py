"""How well one correction serves the next invoice of its layout: python -m benchmarks.learning DIR [--ocr] [--show].

DIR holds `truth.jsonl` and the files it names. Of every maker with several documents, each field is corrected on one document
from the truth and read on every other, three times: with the field taken out of the ordinary reading of both, so that the rule
stands alone (where one page prints the value and the other does not, nothing can be learned: these pairs are left out); taken
out of the first only, so that the rule meets an ordinary reading that is mostly right; and only for fields that the ordinary
reading of the first had really got wrong. Makers are told apart by the truth's `family`, or by the `layout` with the beginning
of the file's name.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

from agent.backends.tesseract import Tesseract
from agent.domain.findings import InvoiceReading
from agent.domain.layouts import KnownLayout, Sign
from agent.domain.names import fold_name
from agent.parsers.api import Document, OcrPort, ParserContext
from agent.parsers.invoices import read_document
from agent.parsers.invoices.layout import Layout
from agent.parsers.invoices.learned import with_learned
from agent.parsers.invoices.learned_signs import ALIKE, likeness, signs_of
from agent.parsers.invoices.learned_values import same, typed
from agent.parsers.invoices.learned_ways import Paper as LearnedPaper
from agent.parsers.invoices.learning import learn, printed
from agent.parsers.invoices.lesson import Pupil, is_structured
from agent.parsers.invoices.sheet import Sheet

FIELDS = {
    "invoice_number": "number",
    "issue_date": "issue_date",
    "due_date": "due_date",
    "currency": "currency",
    "total_gross": "total",
    "amount_due": "amount_due",
    "seller_name": "seller_name",
    "seller_vat": "seller_vat",
    "seller_iban": "seller_iban",
    "buyer_name": "buyer_name",
    "payment_reference": "payment_reference",
}
_AMOUNTS = ("total", "amount_due")


@dataclass(frozen=True, eq=False)
class Paper:
    """One document of the corpus: its truth, its pages and its ordinary reading."""

    row: dict[str, object]
    layout: Layout
    document: Document
    reading: InvoiceReading


def papers(directory: Path, ocr: OcrPort | None, most: int) -> dict[str, list[Paper]]:
    """The readable documents by maker, at most so many of each; those that hold several invoices, none, or XML are left out."""
    found: dict[str, list[Paper]] = defaultdict(list)
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = str(row["file"])
        maker = str(row.get("family") or f"{row['layout']} {Path(name).name.partition('_')[0]}")
        if not name.endswith(".pdf") or row["kind"] in ("negative", "pdf-multi") or len(found[maker]) == most:
            continue
        pupil = Pupil()
        document = Document(name, "application/pdf", (directory / name).read_bytes())
        readings = read_document(document, ParserContext(ocr=ocr, witness=pupil))
        reading = readings[0]
        layout = pupil.pages_of(reading) if isinstance(reading, InvoiceReading) else None
        if (
            isinstance(reading, InvoiceReading)
            and layout is not None
            and len(readings) == 1
            and not is_structured(reading)
        ):
            found[maker].append(Paper(row, layout, document, reading))
    return {maker: group for maker, group in found.items() if len(group) > 1}


MODES = {
    "alone": "every field, taken out of the ordinary reading of both documents",
    "beside": "every field, taken out of the first document only",
    "wrong": "fields that the ordinary reading of the first document had really got wrong",
}


def outcomes(group: list[Paper], mode: str) -> Iterator[tuple[str, str, str, str]]:
    """(field, outcome, file, what was read) of every field and ordered pair of documents of one maker that look alike."""
    for first, second in permutations(group, 2):
        if first.row.get("source_path", first.row["file"]) == second.row.get("source_path", second.row["file"]):
            continue
        if likeness(_signs(first), _signs(second)) < ALIKE:
            yield "layout", "other", str(second.row["file"]), str(first.row["file"])
            continue
        for key, field in FIELDS.items():
            a, b = _text(field, first.row.get(key)), _text(field, second.row.get(key))
            if a is None or b is None or (mode == "wrong" and _right(field, first.reading, a)):
                continue
            if mode == "alone" and _printed(field, first, a) != _printed(field, second, b):
                continue
            yield field, *_one(first, second, field, a, b, mode)


def _printed(field: str, paper: Paper, text: str) -> bool:
    """Whether the page shows the value."""
    wanted = typed(field, text)
    return wanted is not None and bool(printed(field, wanted, LearnedPaper(_sheet(paper)))[1])


def _without(reading: InvoiceReading, field: str) -> InvoiceReading:
    """The reading as if this field had not been found."""
    nothing: dict[str, Any] = {field: None}
    return replace(reading, **nothing)


def _one(first: Paper, second: Paper, field: str, a: str, b: str, mode: str) -> tuple[str, str, str]:
    ordinary = first.reading if mode == "wrong" else _without(first.reading, field)
    lesson = learn(_sheet(first), ordinary, {field: a}, ())
    file = str(second.row["file"])
    if lesson is None or not lesson.rules:
        return "unlearned", file, str(first.row["file"])
    known = KnownLayout("l", "c", lesson.signs, "", datetime(2026, 1, 1, tzinfo=UTC), lesson.rules)
    before = _without(second.reading, field) if mode == "alone" else second.reading
    read = with_learned(before, second.layout, second.document, ParserContext(layouts=(known,)))
    found = getattr(read, field)
    if found is None:
        return "missing", file, str(first.row["file"])
    told = f"{found.value} by {found.where.rule} {found.where.label!r}, taught by {first.row['file']}; right: {b}"
    if _means(field, found.value, b):
        return ("doubted" if field in read.uncertain else "right"), file, told
    return ("flagged" if field in read.uncertain else "WRONG"), file, told


@cache
def _sheet(paper: Paper) -> Sheet:
    return Sheet(paper.layout)


@cache
def _signs(paper: Paper) -> tuple[Sign, ...]:
    return signs_of(_sheet(paper))


def _text(field: str, value: object) -> str | None:
    if value in (None, ""):
        return None
    if field in _AMOUNTS:
        try:
            return str(abs(Decimal(str(value))))
        except InvalidOperation:
            return None
    return str(value)


def _right(field: str, reading: InvoiceReading, wanted: str) -> bool:
    found = getattr(reading, field)
    return found is not None and _means(field, found.value, wanted)


def _means(field: str, value: object, wanted: str) -> bool:
    if field in ("seller_name", "buyer_name"):
        one, other = set(fold_name(str(value)).split()), set(fold_name(wanted).split())
        return len(one & other) >= 0.6 * len(one | other)
    right = typed(field, wanted)
    return right is not None and same(value, right)  # type: ignore[arg-type]


def main(arguments: list[str]) -> int:
    """Print one line a field; 2 when the call is off."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--ocr", action="store_true", help="read scans too")
    parser.add_argument("--most", type=int, default=8, help="documents of one maker")
    parser.add_argument("--show", action="store_true", help="print whatever was not right")
    asked = parser.parse_args(arguments)
    makers = papers(asked.directory, Tesseract() if asked.ocr else None, asked.most)
    for mode, told_of in MODES.items():
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for maker, group in makers.items():
            for field, outcome, file, told in outcomes(group, mode):
                counts[field][outcome] += 1
                if asked.show and outcome not in ("right", "other"):
                    print(f"{mode} {outcome}: {maker} {file} {field}: {told}")
        print(told_of)
        whole: Counter[str] = sum((c for f, c in counts.items() if f != "layout"), Counter())
        for field, count in [*counts.items(), ("ALL", whole)]:
            print(f"  {field:<18} {count['right']:>5} of {sum(count.values()):<5} {dict(count)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
