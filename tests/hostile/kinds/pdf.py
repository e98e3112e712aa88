"""PDFs that unpack, nest or loop without end, that would run something, or lie about what they hold."""

from __future__ import annotations

from tests.hostile.case import REFUSED, SHOWN, Case, Outcome, but, table
from tests.hostile.post import BATIPLUS, with_file
from tests.parsers.invoices import bombs
from tests.parsers.invoices.bombs import page, pdf, stream
from tests.parsers.invoices.bombs import with_file as embedding

BOMBS = {
    "flate bomb": bombs.flate_bomb,
    "nested filters": bombs.nested_filters,
    "20,000 filters": bombs.many_filters,
    "10,000 pages": bombs.many_pages,
    "a page count that lies": bombs.lying_count,
    "a tree that loops": bombs.looping_tree,
    "nested forms": bombs.nested_forms,
    "a form that loops": bombs.looping_form,
    "2 million operators": bombs.many_operators,
    "2 million words": bombs.many_words,
    "deep brackets": bombs.deep_content,
    "a huge table": bombs.huge_table,
    "a huge cross-reference stream": bombs.huge_xref_stream,
    "an object stream that lies": bombs.object_stream,
    "tables that loop": bombs.looping_tables,
    "references that loop": bombs.looping_references,
    "a font for all codes": bombs.wide_table_of_characters,
    "a file bomb inside": bombs.file_bomb,
    "scripts and launches": lambda: bombs.active("http://127.0.0.1:9"),
    "locked": lambda: bombs.locked(b"1234"),
    **{f"picture bomb {n}": (lambda n=n: bombs.picture_bombs()[n]) for n in ("jbig2", "jpx", "ccitt", "jpeg", "huge")},
}
_EMPTY = page(stream(b"q Q"))
MORE = {
    "cut": lambda: page()[:250],
    "only a head": lambda: b"%PDF-1.7\n",
    "head and rubbish": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400,
    "a million %%EOF": lambda: _EMPTY + b"%%EOF\n" * 200_000,
    "startxref elsewhere": lambda: _EMPTY.replace(b"startxref\n", b"startxref\n99999999999999999999"),
    "a huge media box": lambda: _EMPTY.replace(b"0 0 1200 842", b"0 0 1e38 1e38"),
    "an endless media box": lambda: _EMPTY.replace(b"0 0 1200 842", b"-1e308 nan inf 0"),
    "no pages": lambda: pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"}),
    "a catalogue that is a number": lambda: pdf({1: b"42"}),
    "a catalogue that is itself": lambda: pdf({1: b"1 0 R"}),
    "a length that lies": lambda: page().replace(b"/Length ", b"/Length 99999999"),
    "a length below nothing": lambda: page().replace(b"/Length ", b"/Length -"),
    "deep dictionaries": lambda: page(extra=b"/X" + b"<</X" * 20_000 + b" 1" + b">>" * 20_000),
    "deep arrays": lambda: page(extra=b"/X" + b"[" * 50_000 + b"]" * 50_000),
    "a huge number": lambda: page(extra=b"/Rotate " + b"9" * 100_000),
    "a string without end": lambda: page(extra=b"/X(" + b"(" * 100_000),
    "a PDF in a PDF in a PDF": lambda: embedding(
        embedding(embedding(_EMPTY, name=b"c.pdf"), name=b"b.pdf"), name=b"a.pdf"
    ),
    "a file called ../x inside": lambda: embedding(b"<x/>", name=b"../../../x.xml"),
    "two documents in one": lambda: _EMPTY + page(),
    "HTML in front": lambda: b"<html><script>alert(1)</script>\n" + page()[:600],
}
_ASKING = "Je dois vérifier cela avec mon associé."
# the page within is whole: its words are read, and the account that nobody confirmed is asked about
_READ = Outcome(
    "handover",
    "Handled",
    ("DebtorOpened", "InvoiceRegistered", "PayeeMet", "QuestionAsked", "QuestionAsked"),
    ("acknowledgement", "question"),
)
_READ_OF_BOMBS = (
    "a huge table",
    "an object stream that lies",
    "tables that loop",
    "references that loop",
    "scripts and launches",
)
_READ_OF_MORE = (
    "a_length_that_lies a_length_below_nothing deep_dictionaries deep_arrays a_huge_number a_PDF_in_a_PDF_in_a_PDF"
    " a_file_called_x_inside two_documents_in_one"
).split()
# small enough, or refused before anything is unpacked
_QUICK = {
    "a page count that lies",
    "a tree that loops",
    "a huge table",
    "tables that loop",
    "scripts and launches",
    "locked",
    "10,000 pages",
}
CASES: list[Case] = [
    *[
        case
        for name, made in BOMBS.items()
        for case in table(
            "a bomb is stopped within the reader's limits, and its sender is told",
            _READ if name in _READ_OF_BOMBS else REFUSED,
            [(name, with_file(made))],
            slow=name not in _QUICK,
        )
    ],
    *but(
        table(
            "a broken PDF is told as one, or read as far as it is whole",
            REFUSED,
            [(n, with_file(m)) for n, m in MORE.items()],
        ),
        **dict.fromkeys(_READ_OF_MORE, _READ),
    ),
    *table(
        "the same, enclosed by a debtor",
        SHOWN,
        [
            (f"{n} of a debtor", with_file((BOMBS | MORE)[n], sender=BATIPLUS, text=_ASKING))
            for n in (
                "locked",
                "scripts and launches",
                "head and rubbish",
                "a huge media box",
                "a PDF in a PDF in a PDF",
            )
        ],
    ),
]
