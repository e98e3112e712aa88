"""Papers as debtors enclose them: printed by a bank or a bookkeeping program, photographed, or exported into a table."""

import io
from collections.abc import Sequence

import openpyxl
import pypdfium2 as pdfium
import typst

from agent.parsers.api import Document

OWN = "BE83 3630 1234 5615"
PAYER = "BE68 5390 0754 7034"


def printed(
    title: str, fields: Sequence[tuple[str, str]] = (), table: Sequence[Sequence[str]] = (), text: str = ""
) -> bytes:
    """A PDF with this title, fields as label and value, and a table under its headings."""
    source = [f'#set text(10pt)\n#text(16pt, weight: "bold", {_quoted(title)})\n\n{_quoted_text(text)}']
    if fields:
        cells = ", ".join(f"[#{_quoted(a)}], [#{_quoted(b)}]" for a, b in fields)
        source.append(f"#table(columns: (6cm, 9cm), stroke: none, {cells})")
    if table:
        cells = ", ".join(f"[#{_quoted(cell)}]" for row in table for cell in row)
        source.append(f"#table(columns: {len(table[0])}, stroke: none, column-gutter: 8mm, {cells})")
    return typst.compile("\n\n".join(source).encode())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted_text(text: str) -> str:
    return f"#{_quoted(text)}" if text else ""


def pictured(pdf: bytes, scale: float = 2.2) -> bytes:
    """The first page of a PDF as a PNG, as a scanner or a phone leaves it."""
    page = pdfium.PdfDocument(pdf)[0]
    out = io.BytesIO()
    page.render(scale=scale).to_pil().save(out, "PNG")
    return out.getvalue()


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx file with one sheet of these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def document(name: str, content: bytes) -> Document:
    return Document(name, "", content)


def proof(**changes: str) -> bytes:
    """A bank's page about one transfer, in French."""
    fields = {
        "Donneur d'ordre": "BATIPLUS SA",
        "Compte à débiter": PAYER,
        "Bénéficiaire": "Atelier Bruno SRL",
        "Compte bénéficiaire": OWN,
        "Montant": "1.210,00 EUR",
        "Date d'exécution": "04/03/2026",
        "Communication": "Facture 2026-118",
        "Statut": "Exécuté",
        **changes,
    }
    return printed("Virement", tuple(fields.items()))
