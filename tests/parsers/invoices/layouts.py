"""Layouts of our own making, each with two invoices of different values and lengths: a template filled twice."""

from __future__ import annotations

from dataclasses import dataclass

from tests.parsers.invoices.pages import _compile

# Labels that no lexicon knows, values at places of their own: what only a correction can teach.
ATELIER = r"""
#set page(margin: (x: 2.2cm, y: 1.8cm))
#set text(size: 10pt, font: "Libertinus Serif")
#grid(columns: (1fr, 1fr),
  [*Atelier Bruno SRL* \ Rue du Canal 12 \ 1000 Bruxelles \ TVA BE 0441.122.148],
  align(right)[#text(size: 18pt)[Facture] \ Date de facture : {issued} \ Notre dossier : {number}])
#v(1cm)
#h(9cm) #box[{buyer} \ {street} \ {town}]
#v(1cm)
#table(columns: (1fr, auto, auto), stroke: .4pt, [Désignation], [Quantité], [Total HTVA], {lines})
#align(right)[#table(columns: 2, stroke: none, [Total HTVA], [{net} €], [TVA 21 %], [{vat} €], [Total TVAC], [*{total} €*])]
#v(.6cm)
Compte IBAN : BE83 3630 1234 5615 — à nous faire parvenir pour {due}, merci.
"""

SLIP = r"""
#set page(width: 15cm, height: 21cm, margin: 1.2cm)
#set text(size: 9pt)
#align(center)[*Lantaarn Bouw BV* \ Havenlaan 3, 9000 Gent \ BTW BE 0876.543.270]
#line(length: 100%)
Factuur {number} #h(1fr) Opgemaakt: {issued} \
Klant: {buyer} \ {street}, {town}
#line(length: 100%)
#table(columns: (1fr, auto), stroke: none, {lines})
#line(length: 100%)
Totaal excl. btw #h(1fr) {net} EUR \
Btw 21% #h(1fr) {vat} EUR \
Totaal incl. btw #h(1fr) {total} EUR \
#v(.4cm)
IBAN BE68 5390 0754 7034 #h(1fr) Kenmerk overschrijving: {reference}
#v(.3cm)
Gelieve te voldoen in de week van {due}
"""


@dataclass(frozen=True)
class Filled:
    """One invoice of a layout: its file and the values on it, as InvoiceReading names them."""

    pdf: bytes
    says: dict[str, str]


def filled(template: str, lines: int, **values: str) -> Filled:
    """The template with these values and so many lines."""
    rows = ", ".join(
        f"[Article {chr(65 + n)}], [{n + 1}], [{10 * (n + 1)},00 €]"
        if template is ATELIER
        else f"[Werk {chr(65 + n)}], [{10 * (n + 1)},00]"
        for n in range(lines)
    )
    source = template
    for name, value in {**values, "lines": rows}.items():
        source = source.replace(f"{{{name}}}", value)
    return Filled(_compile(source), values)


def ateliers() -> tuple[Filled, Filled]:
    """Two invoices of one maker: other values, other buyers, other numbers of lines."""
    first = filled(
        ATELIER, 3, number="SV/0412", issued="03/02/2026", due="17/03/2026", buyer="Hôtel du Pont SA", street="Rue Haute 4",
        town="5500 Dinant", net="60,00", vat="12,60", total="72,60",
    )  # fmt: skip
    second = filled(
        ATELIER, 9, number="SV/0587", issued="21/04/2026", due="02/06/2026", buyer="Brasserie Lacroix", street="Place Verte 11",
        town="4000 Liège", net="450,00", vat="94,50", total="544,50",
    )  # fmt: skip
    return first, second


def slips() -> tuple[Filled, Filled]:
    """Two invoices of another maker, in Dutch, on small sheets."""
    first = filled(
        SLIP, 2, number="LB-118", issued="05/01/2026", due="09/02/2026", buyer="Garage Peeters", street="Kerkstraat 1",
        town="9000 Gent", net="30,00", vat="6,30", total="36,30", reference="KP 118 A",
    )  # fmt: skip
    second = filled(
        SLIP, 6, number="LB-240", issued="11/03/2026", due="20/04/2026", buyer="Bakkerij Mertens NV", street="Markt 22",
        town="2800 Mechelen", net="210,00", vat="44,10", total="254,10", reference="KP 240 B",
    )  # fmt: skip
    return first, second
