"""Invoices for the benchmarks: the shared development set where it lies beside the project, else a few made here."""

import json
from functools import cache
from pathlib import Path

import typst

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
FOLDERS = ("invoices", "invoices_benelux")

_SOURCE = """
#set page(margin: 2cm)
Menuiserie {i} SRL \\ Rue du Moulin {i} \\ 5000 Namur \\ TVA BE 0998.649.840
#h(9cm) Client {i} SA \\ #h(9cm) Rue Haute {i} \\ #h(9cm) 1000 Bruxelles
= FACTURE
Facture n° 2026-{i} \\ Date : 11/02/2026 \\ Échéance : 13/03/2026
#for n in range(30) [Article #n #h(1fr) 10,00 \\ ]
Total HTVA #h(1fr) 300,00 € \\ TVA 21 % #h(1fr) 63,00 € \\ Total TVAC #h(1fr) 363,00 €
IBAN BE68 5390 0754 7034 - Communication +++090/0123/45625+++
"""
_XML = """<Invoice><ID>{i}</ID><IssueDate>2026-02-11</IssueDate><DueDate>2026-03-13</DueDate><DocumentCurrencyCode>EUR</DocumentCurrencyCode>
<LegalMonetaryTotal><TaxExclusiveAmount>300.00</TaxExclusiveAmount><TaxInclusiveAmount>363.00</TaxInclusiveAmount><PayableAmount>363.00</PayableAmount></LegalMonetaryTotal>
</Invoice>"""


@cache
def made_pdfs() -> tuple[bytes, ...]:
    """Small PDFs of our own."""
    return tuple(typst.compile(_SOURCE.replace("{i}", str(i)).encode()) for i in range(1, 9))


@cache
def made_xml() -> tuple[bytes, ...]:
    """Small UBL invoices of our own."""
    return tuple(_XML.replace("{i}", str(i)).encode() for i in range(20))


@cache
def pdf_pages() -> tuple[bytes, ...]:
    """PDFs with text and without XML."""
    return _shared({"pdf-text"}) or made_pdfs()


@cache
def xml_files() -> tuple[bytes, ...]:
    """CII and UBL documents."""
    return _shared({"ubl", "cii"}) or made_xml()


@cache
def scans() -> tuple[bytes, ...]:
    """PDFs without any text; none without the shared set."""
    return _shared({"pdf-scan"})


def _shared(kinds: set[str]) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for folder in FOLDERS:
        listing = CORPUS / folder / "truth.jsonl"
        for line in listing.read_text(encoding="utf-8").splitlines() if listing.exists() else ():
            row = json.loads(line)
            if row["kind"] in kinds:
                found.append((CORPUS / folder / row["file"]).read_bytes())
    return tuple(found)
