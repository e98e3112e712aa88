"""Fields beyond the usual ones on printed pages: plans, periods, small print, roles of accounts, payment codes."""

import io
import json
from datetime import date
from decimal import Decimal

import pypdfium2 as pdfium
import pytest
import segno

from agent.domain.findings import Found, InvoiceReading, Where
from agent.domain.invoice_parts import Account, Instalment, PaymentCode
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from agent.parsers.invoices.page_codes import read_code, with_all_codes, with_code, with_codes
from tests.parsers.invoices.pages import _compile

EPC = [
    "BCD",
    "002",
    "1",
    "SCT",
    "KREDBEBB",
    "Atelier Lucas SRL",
    "BE68539007547034",
    "EUR1210.00",
    "",
    "",
    "+++090/9337/55493+++",
]
FRENCH = r"""
#set page(margin: 2cm)
#set text(size: 9.5pt, lang: "fr")
#grid(columns: (1fr, 1fr), [*Atelier Lucas SRL* \ Rue Haute 12 \ 4000 Liège \ TVA BE 0998.649.840], [#text(size: 16pt)[FACTURE] \ Numéro : 2027-0042 \ Date : 03/02/2027 \ Votre commande : BC-7781 \ N° client : C-1044])
#v(1cm)
#align(right)[Boulangerie Pirard SA \ Rue du Pont 3 \ 4020 Liège \ TVA BE 0417.497.106]
#v(1cm)
Prestations du 1er au 31 janvier 2027 #h(1fr) 1.000,00 € \
TVA 21 % #h(1fr) 210,00 € \
*Total TTC* #h(1fr) *1.210,00 €*
#v(5mm)
{plan}
#v(5mm)
IBAN BE68 5390 0754 7034 - BIC KREDBEBB - Communication +++090/9337/55493+++
#v(1fr)
#text(size: 7pt)[Tout retard de paiement entraîne de plein droit un intérêt de 12 % l'an et une indemnité forfaitaire de 10 % avec un minimum de 50 €.]
"""
PLAN = r"""Paiement en deux échéances : #table(columns: 2, [05/03/2027],[605,00 €],[05/04/2027],[605,00 €])
Escompte de 2 % en cas de paiement avant le 10/02/2027."""
DUTCH = r"""
#set text(size: 9.5pt, lang: "nl")
*Transport De Wilde NV* \ Havenlaan 88 \ 9000 Gent \ BTW BE 0417.497.106
#v(1cm)
Aan: Bouwbedrijf Peeters BV \ Stationsstraat 4 \ 2800 Mechelen
#v(1cm)
#text(size: 14pt)[FACTUUR 27/1001] \ Factuurdatum 10/02/2027 \ Vervaldag 12/03/2027
#v(5mm)
Transport #h(1fr) € 2.000,00 \ BTW 21% #h(1fr) € 420,00 \ Te betalen #h(1fr) € 2.420,00
#v(5mm)
Deze factuur werd overgedragen aan Noordzee Commercial Finance NV. Betaling is enkel bevrijdend op rekening BE71 0961 2345 6769 van Noordzee Commercial Finance, gesubrogeerd in onze rechten.
"""
GERMAN = r"""
#set text(size: 9.5pt, lang: "de")
*Stadtwerke Nordlicht GmbH* \ Uferweg 2 \ 24103 Kiel \ USt-IdNr. DE923616955 \ Gläubiger-ID: DE98ZZZ09999999999
#v(1cm)
Herrn Jonas Petersen \ Lindenallee 5 \ 24105 Kiel
#v(1cm)
#text(size: 14pt)[Rechnung Nr. 884711] \ Rechnungsdatum: 05.02.2027 \ Leistungszeitraum: 01.01.2027 - 31.01.2027
#v(5mm)
Strom #h(1fr) 100,00 € \ 19 % MwSt. #h(1fr) 19,00 € \ Gesamtbetrag #h(1fr) 119,00 €
#v(5mm)
Den Betrag buchen wir am 15.02.2027 per SEPA-Lastschrift von Ihrem Konto DE89 3704 0044 0532 0130 00 ab. Mandatsreferenz: SWN-771199-01.
"""


def read(source):
    """The only reading of a page."""
    (reading,) = read_document(Document("x.pdf", "application/pdf", _compile(source)), ParserContext())
    return reading


def test_a_plan_of_instalments():
    """Each part with its day; there is no single due date, and that is asked about."""
    reading = read(FRENCH.replace("{plan}", PLAN))
    assert reading.instalments == (
        Instalment(date(2027, 3, 5), Decimal("605.00")),
        Instalment(date(2027, 4, 5), Decimal("605.00")),
    )
    assert "due_date" in reading.uncertain
    assert (reading.discount.until, reading.discount.percent) == (date(2027, 2, 10), 2)


def test_lines_of_past_services_are_no_plan():
    """Dated lines that make the total but lie before the invoice's date are what was done."""
    lines = r"#table(columns: 2, [05/01/2027],[605,00 €],[12/01/2027],[605,00 €])"
    assert read(FRENCH.replace("{plan}", lines)).instalments == ()


def test_the_small_print_and_the_head():
    """Period, clauses, order and customer number, the seller's account, a buyer who is a business by his VAT number."""
    reading = read(FRENCH.replace("{plan}", "Échéance : 05/03/2027"))
    assert (reading.period_start.value, reading.period_end.value) == (date(2027, 1, 1), date(2027, 1, 31))
    assert reading.late_interest.value.rate == 12
    assert (reading.indemnity.value.rate, reading.indemnity.value.amount) == (10, 50)
    assert reading.indemnity.where.page == 1
    assert (reading.order_number.value, reading.customer_number.value) == ("BC-7781", "C-1044")
    assert reading.accounts == (Account("BE68539007547034", "seller", "KREDBEBB"),)
    assert reading.consumer.value is False
    assert "VAT number" in reading.consumer.where.rule


def test_a_factor_is_to_be_paid():
    """The claim passed to him by the page's own words, and his account is named so."""
    reading = read(DUTCH)
    assert reading.cession.value.startswith("Deze factuur werd overgedragen")
    assert reading.accounts == (Account("BE71096123456769", "factor"),)
    assert "note: cession, the factor is to be paid" in reading.checks


def test_a_direct_debit_with_its_mandate():
    """The debtor's own account is not one to pay to; a person without a VAT number is a consumer."""
    reading = read(GERMAN)
    assert reading.direct_debit.value is True
    assert (reading.mandate.value, reading.creditor_identifier.value) == ("SWN-771199-01", "DE98ZZZ09999999999")
    assert reading.accounts == (Account("DE89370400440532013000", "debtor"),)
    assert reading.seller_iban is None
    assert (reading.period_start.value, reading.period_end.value) == (date(2027, 1, 1), date(2027, 1, 31))


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("Billing period: 1 February 2027 to 28 February 2027", date(2027, 2, 1), date(2027, 2, 28)),
        ("Periode van 01-01-2027 tot en met 31-03-2027", date(2027, 1, 1), date(2027, 3, 31)),
        ("Leistungsmonat Januar 2027", date(2027, 1, 1), date(2027, 1, 31)),
        ("Location du 15/01/2027 au 14/02/2027", date(2027, 1, 15), date(2027, 2, 14)),
        ("Nos bureaux sont fermés du 24/12/2026 au 02/01/2027", None, None),
    ],
)
def test_periods(line, start, end):
    """Every written form of a period, and no holiday."""
    source = FRENCH.replace("{plan}", line).replace("Prestations du 1er au 31 janvier 2027", "Prestations")
    reading = read(source)
    found = (reading.period_start, reading.period_end)
    assert tuple(f.value if f else None for f in found) == (start, end)


def _page_with(kind, lines):
    """A PDF page with this code as a picture or as a drawing."""
    out = io.BytesIO()
    segno.make("\n".join(lines), error="m", micro=False).save(out, kind=kind, scale=4)
    if kind == "pdf":
        return out.getvalue()
    page = pdfium.PdfDocument.new()
    sheet = page.new_page(595, 842)
    picture = pdfium.PdfImage.new(page)
    from PIL import Image

    picture.set_bitmap(pdfium.PdfBitmap.from_pil(Image.open(io.BytesIO(out.getvalue())).convert("RGB")))
    picture.set_matrix(pdfium.PdfMatrix().scale(110, 110).translate(60, 500))
    sheet.insert_obj(picture)
    sheet.gen_content()
    saved = io.BytesIO()
    page.save(saved)
    return saved.getvalue()


def _reading(iban="BE68539007547034", total="1210.00", reference="090933755493"):
    where = Where("sample", 1)
    return InvoiceReading(
        kind=Found("invoice", 0.99, where),
        total=Found(Decimal(total), 0.98, where),
        currency=Found("EUR", 0.98, where),
        seller_iban=Found(iban, 0.98, where) if iban else None,
        payment_reference=Found(reference, 0.98, where),
        missing=() if iban else ("seller_iban",),
    )


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_code_on_the_page_is_decoded(kind):
    """As a picture or as a drawing, and it agrees with the text."""
    (reading,) = with_codes([_reading()], pdfium.PdfDocument(_page_with(kind, EPC)))
    assert reading.payment_code.value == PaymentCode(
        "BE68539007547034", "Atelier Lucas SRL", "KREDBEBB", Decimal("1210.00"), "EUR", "090933755493"
    )
    assert reading.payment_code.where.box is not None
    assert reading.uncertain == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"iban": "BE71096123456769"}, "seller_iban"),
        ({"total": "1310.00"}, "amount_due"),
        ({"reference": "000800090655"}, "payment_reference"),
    ],
)
def test_a_code_that_says_otherwise_is_flagged(given, field):
    """What the text says stays; a person is asked."""
    code = Found(read_code("\n".join(EPC)), 0.99, Where("payment code", 1))
    reading = with_code(_reading(**given), code)
    assert reading.uncertain == (field,)
    assert any(check.startswith(f"differs: {field}") for check in reading.checks)


def test_a_code_fills_what_the_text_lacks():
    """The account that only the code names."""
    code = Found(read_code("\n".join(EPC)), 0.99, Where("payment code", 1))
    reading = with_code(_reading(iban=""), code)
    assert reading.seller_iban.value == "BE68539007547034"
    assert reading.missing == ()


def test_a_swiss_code():
    """SPC with its amount, currency and reference."""
    lines = [
        "SPC",
        "0200",
        "1",
        "CH5800791123000889012",
        "S",
        "Robert Schneider AG",
        "Rue du Lac",
        "1268",
        "2501",
        "Biel",
        "CH",
    ]
    lines += [""] * 7 + ["199.95", "CHF", "S", "Pia Rutschmann", "Marktgasse", "28", "9400", "Rorschach", "CH"]
    lines += ["SCOR", "RF18539007547034", "", "EPD"]
    assert read_code("\n".join(lines)) == PaymentCode(
        "CH5800791123000889012", "Robert Schneider AG", "", Decimal("199.95"), "CHF", "RF18539007547034"
    )


@pytest.mark.parametrize(
    "text", ["", "https://shop.example/1", "BCD\n002\n1\nSCT\n\nX\nBE00000000000000\nEUR1", "BCD\n" * 30]
)
def test_other_codes_are_none(text):
    """Links, and accounts whose control digits fail."""
    assert read_code(text) is None


def _bundle(*pages: tuple[str, list[str] | None]) -> bytes:
    """One PDF of several invoices, each with its number and, perhaps, a code."""
    source = []
    for number, code in pages:
        text = FRENCH.replace("2027-0042", number).replace("{plan}", "Échéance : 05/03/2027")
        text = text.replace(" - Communication +++090/9337/55493+++", "")
        if code is not None:
            out = io.BytesIO()
            segno.make("\n".join(code), error="m", micro=False).save(out, kind="svg", scale=4)
            text += f'#image(bytes({json.dumps(out.getvalue().decode())}), format: "svg", width: 3cm)'
        source.append(text)
    return _compile("\n#pagebreak()\n".join(source))


def test_a_code_belongs_to_the_invoice_on_whose_page_it_stands():
    """Of three invoices in one file the second alone bears a code: its reference is not taken for another's."""
    content = _bundle(("2027-0041", None), ("2027-0042", EPC), ("2027-0043", None))
    readings = read_document(Document("f.pdf", "application/pdf", content), ParserContext())
    assert [reading.payment_code is not None for reading in readings] == [False, True, False]
    references = [reading.payment_reference.value for reading in readings]
    assert references == ["2027-0041", "090933755493", "2027-0043"]


def test_a_second_code_with_another_account_is_flagged():
    """Whoever pastes a code of his own over a page is found, also beside the right one."""
    other = [line.replace("BE68539007547034", "BE71096123456769") for line in EPC]
    first, second = (Found(read_code("\n".join(code)), 0.99, Where("payment code", 1)) for code in (EPC, other))
    reading = with_all_codes(_reading(), [first, second])
    assert reading.payment_code == first
    assert reading.uncertain == ("seller_iban",)
    assert any("BE71096123456769" in line for line in reading.checks)


NEIGHBOURS = r"""
#set page(margin: 2cm)
#grid(columns: (1fr, 1fr), [Atelier Lucas SRL \ Rue Haute 12 \ 4000 Liège], [Boulangerie Pirard SA \ Rue du Pont 3 \ 4020 Liège])
#v(1cm)
Facture 2027-0042 du 03/02/2027 \ Échéance : 05/03/2027 \ Total TTC : 1.210,00 €
"""


@pytest.mark.parametrize(("names", "asked"), [((), True), (("Atelier Lucas",), False)])
def test_of_two_addresses_the_creditors_own_leaves_no_doubt_about_the_other(names, asked):
    """Two blocks that nothing tells apart: who knows the seller knows the buyer."""
    document = Document("f.pdf", "application/pdf", _compile(NEIGHBOURS))
    (reading,) = read_document(document, ParserContext(names=names))
    assert reading.buyer_name.value == "Boulangerie Pirard SA"
    assert ("buyer_name" in reading.uncertain) is asked
