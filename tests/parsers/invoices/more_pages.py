"""Invoices of our own making in the habits of further makers and countries: columns of totals, broken labels, plain letters."""

from __future__ import annotations

from tests.parsers.invoices.pages import Sample

MORE: tuple[Sample, ...] = (
    Sample(
        "it_heads_over_values",
        r"""
#set page(margin: 2cm)
#set text(size: 9pt)
#align(center)[*Officine Meccaniche Rossi S.r.l.* \ Via Garibaldi, 12 \ 20121 Milano (MI) \ P.IVA IT01234567897]
#v(8mm)
#grid(columns: (1fr, 1fr), [Numero: 118/26 \ Data documento: 4 marzo 2026 \ Scadenza: 3 aprile 2026], [Spett.le \ Vini del Colle S.p.A. \ Piazza Verdi, 3 \ 40121 Bologna BO])
#v(8mm)
*FATTURA*
#table(columns: (1fr, auto, auto), [Descrizione], [Q.tà], [Importo], [Manodopera], [8], [1.200,00], [Materiale], [1], [300,00])
#v(1fr)
#table(columns: (3.2cm, 3.2cm, 3.2cm), [Totale imponibile], [Totale IVA 22%], [Totale fattura EUR], [1.500,00], [330,00], [1.830,00])
IBAN IT60 X054 2811 1010 0000 0123 456
""",
        dict(number="118/26", issue_date="2026-03-04", due_date="2026-04-03", currency="EUR", total="1830.00", amount_due="1830.00",
             seller_name="Officine Meccaniche Rossi S.r.l.", buyer_name="Vini del Colle S.p.A.", seller_iban="IT60X0542811101000000123456"),
    ),
    Sample(
        "es_terms",
        r"""
#set page(margin: 2cm)
#set text(size: 10pt)
#grid(columns: (1fr, 1fr), [*Talleres Hermanos López S.L.* \ Calle Mayor, 8 \ 28013 Madrid \ info@talleres.example], [#text(size: 18pt)[Factura]])
#v(8mm)
#grid(columns: (1fr, 1fr), [Cliente: \ Imprenta Levante S.A. \ Paseo de Gracia, 103 \ 08002 Barcelona], [N.º de factura: F26-0044 \ Fecha de expedición: 12 de marzo de 2026])
#v(8mm)
Mano de obra #h(1fr) 1.000,00 € \ Base imponible #h(1fr) 1.000,00 € \ Cuota IVA 21 % #h(1fr) 210,00 € \ Total factura #h(1fr) 1.210,00 € \ Pago a cuenta #h(1fr) -210,00 € \ Importe pendiente #h(1fr) 1.000,00 €
#v(5mm)
Forma de pago: transferencia a 30 días \ IBAN ES91 2100 0418 4502 0005 1332
""",
        dict(number="F26-0044", issue_date="2026-03-12", due_date="2026-04-11", total="1210.00", deposit="210.00", amount_due="1000.00",
             seller_name="Talleres Hermanos López S.L.", buyer_name="Imprenta Levante S.A.", seller_iban="ES9121000418450200051332"),
    ),
    Sample(
        "nl_broken_heads",
        r"""
#set page(margin: 2cm)
#set text(size: 9pt)
*Schilderwerken Janssens BV* \ Herengracht 78 \ 9000 Gent \ BTW BE 0714.380.452 \ admin@schilderwerken.example
#v(8mm)
#align(right)[Adviesbureau Hofstra BV \ Nieuwe Markt 236 \ 1050 Elsene]
#v(8mm)
#table(columns: (2.2cm, 2.4cm, 2.4cm), [Factuurnr.], [Uitgifte datum], [Verval datum], [2026-075], [12 mei 2026], [11 juni 2026])
#v(5mm)
*Faktuur*
#v(5mm)
Levering planken #h(1fr) 1.000,00
#v(1fr)
#table(columns: (2cm, 2.4cm, 2cm, 2.4cm, 2.4cm), [Subtotaal excl. btw], [Totaal btw 21 %], [Eindtotaal], [Reeds ontvangen], [Openstaand bedrag], [€ 1.000,00], [€ 210,00], [€ 1.210,00], [€ -400,00], [€ 810,00])
Rekening BE68 5390 0754 7034
""",
        dict(number="2026-075", issue_date="2026-05-12", due_date="2026-06-11", currency="EUR", total="1210.00", deposit="400.00", amount_due="810.00",
             seller_name="Schilderwerken Janssens BV", buyer_name="Adviesbureau Hofstra BV"),
    ),
    Sample(
        "de_narrow_columns",
        r"""
#set page(margin: 2cm)
#set text(size: 10pt)
#grid(columns: (4.6cm, 1fr), column-gutter: 8mm, [*IT-Service Becker GmbH* \ Hauptstraße 22 \ 20095 Hamburg \ billing@becker.example \ IBAN DE89 3704 0044 0532 0130 00],
[#text(size: 17pt)[Ihre Rechnung] \ #grid(columns: (4cm, 3.1cm), column-gutter: 6mm, [*Kunde* \ Schreinerei Huber & Söhne AG \ Im Gewerbepark 127 \ 20095 Hamburg], [Rechnung: F-2687 \ Belegdatum: 8. September 2026])
#v(8mm)
Wartung #h(1fr) 1'000.00 \ Zwischensumme #h(1fr) 1'000.00 \ zzgl. gesetzl. MwSt. 19 % #h(1fr) 190.00 \ Rechnungstotal EUR #h(1fr) 1'190.00
#box(width: 5.2cm)[Der Rechnungsbetrag ist bis spätestens 29.09.2026 zahlbar.]])
""",
        dict(number="F-2687", issue_date="2026-09-08", due_date="2026-09-29", currency="EUR", total="1190.00",
             seller_name="IT-Service Becker GmbH", buyer_name="Schreinerei Huber & Söhne AG"),
    ),
    Sample(
        "fr_letter_town_tells",
        r"""
#set page(margin: 2.5cm)
#set text(size: 10pt)
Horizon Digital SA \ 12 rue des Tanneurs \ L-9011 Ettelbruck
#v(1cm)
Les Ateliers du Rail S.à r.l. \ 195 rue de la Station \ L-8308 Capellen
#v(1cm)
Ettelbruck, le 14/05/2026
#v(5mm)
*Note d'honoraires n° 2026/0042*
#v(5mm)
Honoraires #h(1fr) 1 875,00 \ TVA 17 % #h(1fr) 318,75 \ Total de l'état #h(1fr) 2 193,75 \ Provision versée le 6/10/2025 #h(1fr) - 1 000,00 \ Solde dû #h(1fr) 1 193,75 €
#v(5mm)
À verser dans les quinze jours sur le compte LU28 0019 4006 4475 0000.
""",
        dict(number="2026/0042", issue_date="2026-05-14", due_date="2026-05-29", currency="EUR", total="2193.75", deposit="1000.00", amount_due="1193.75",
             seller_name="Horizon Digital SA", buyer_name="Les Ateliers du Rail S.à r.l.", seller_iban="LU280019400644750000"),
    ),
    Sample(
        "ch_qr_reference",
        r"""
#set page(margin: 2cm)
#set text(size: 10pt)
#grid(columns: (1fr, 1fr), [Commune de Chavornay \ Rue de l'Hôtel-de-Ville 1 \ 1373 Chavornay], align(right)[Bureau Technique Morand Sàrl \ Rue du Lac 4 \ 1400 Yverdon-les-Bains \ CHE-116.281.710 TVA])
#v(1cm)
Yverdon-les-Bains, le 09.03.2026 \ *Facture 26.0044*
#v(5mm)
Relevé 29 h à 120.00 #h(1fr) 3'480.00 \ TVA 8.1 % #h(1fr) 281.88 \ Total à votre charge CHF #h(1fr) 3'761.88
Conditions : net à 30 jours
#v(1fr)
#text(size: 8pt)[*Section paiement* \ Compte / Payable à \ CH93 0076 2011 6238 5295 7 \ Bureau Technique Morand Sàrl \ Référence \ 21 00000 00003 13947 14300 09017]
""",
        dict(number="26.0044", issue_date="2026-03-09", due_date="2026-04-08", currency="CHF", total="3761.88", buyer_name="Commune de Chavornay",
             seller_iban="CH9300762011623852957", payment_reference="210000000003139471430009017"),
    ),
)  # fmt: skip
