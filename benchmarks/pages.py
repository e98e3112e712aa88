"""Plain one-page PDF invoices, written by hand so that a thousand of them take a moment."""

import zlib
from datetime import date, timedelta

from agent.demo.documents import Party

_HEAD = b"%PDF-1.4\n"


def page(number: str, seller: Party, buyer: Party, issued: date, cents: int) -> bytes:
    """A PDF invoice of this number over this many cents including 21 % VAT, due after 30 days."""
    net = round(cents / 1.21)
    lines = [
        (60, 780, 16, seller.name),
        (60, 762, 9, f"{seller.street}, {seller.town} - TVA {seller.number}"),
        (330, 700, 10, buyer.name),
        (330, 686, 10, buyer.street),
        (330, 672, 10, buyer.town),
        (330, 658, 10, f"TVA {buyer.number}"),
        (330, 644, 10, f"E-mail : {buyer.email}"),
        (60, 620, 14, "FACTURE"),
        (60, 598, 10, f"Facture n\xb0 : {number}"),
        (60, 584, 10, f"Date de facture : {issued:%d/%m/%Y}"),
        (60, 570, 10, f"\xc9ch\xe9ance : {issued + timedelta(days=30):%d/%m/%Y}"),
        *((60 + 220 * (n % 2), 520 - 14 * (n // 2), 9, f"Poste {n} - fourniture et pose") for n in range(24)),
        (330, 320, 10, f"Total HTVA : {_amount(net)} EUR"),
        (330, 306, 10, f"TVA 21 % : {_amount(cents - net)} EUR"),
        (330, 292, 11, f"Total TVAC : {_amount(cents)} EUR"),
        (60, 240, 10, f"A payer sur le compte IBAN {seller.iban}"),
    ]
    return _document("\n".join(f"BT /F1 {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, size, text in lines))


def _amount(cents: int) -> str:
    return f"{cents // 100}".rjust(1) + f",{cents % 100:02}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _document(content: str) -> bytes:
    stream = zlib.compress(content.encode("cp1252", "replace"))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, offsets = _HEAD, []
    for number, made in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, made)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    return body + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
