"""Invoices of our own making, in layouts of their own: each is a Typst source with what it says. Compiled once for the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import typst


@dataclass(frozen=True)
class Sample:
    """A made document: its source and the values that a reader must find; None means the field must not be given."""

    name: str
    source: str
    says: dict[str, object] = field(default_factory=dict)
    kind: str = "invoice"

    def pdf(self) -> bytes:
        """The document as a PDF."""
        return _compile(self.source)


@cache
def _compile(source: str) -> bytes:
    return typst.compile(
        ("#set smartquote(enabled: false)\n" + source).replace("\\@", "@").replace("@", "\\@").encode()
    )


SAMPLES: list[Sample] = []


def _add(name: str, source: str, kind: str = "invoice", **says: object) -> None:
    SAMPLES.append(Sample(name, source, says, kind))


_add(
    "fr_consultant_letter",
    r"""
#set page(margin: 2.5cm)
#set text(size: 10.5pt, lang: "fr")
#align(right)[*Cabinet Oriane Delmotte SAS* \ 8 bis quai des Orfèvres \ 69002 Lyon \ SIRET 190 531 871 00014 \ oriane@delmotte-conseil.example]
#v(1cm)
Société Minoterie du Val \ à l'attention de Mme Petit \ 17 route des Moulins \ 38200 Vienne
#v(1cm)
#align(right)[Lyon, le 3 mars 2027]
*Note d'honoraires n° ND-2027/014*
#v(.5cm)
Mission d'accompagnement, février 2027 #h(1fr) 2 500,00 €\
Frais de déplacement #h(1fr) 150,00 €\
#line(length: 100%)
Total hors taxes #h(1fr) 2 650,00 €\
TVA à 20 % #h(1fr) 530,00 €\
*Montant toutes taxes comprises* #h(1fr) *3 180,00 €*
#v(1cm)
Règlement à 45 jours fin de mois, par virement : FR76 3000 6000 0112 3456 7890 189, BIC AGRIFRPP.
En cas de retard, une indemnité forfaitaire de 40 € est due (art. L441-10 C. com.).
#v(1fr)
#text(size: 7pt)[Cabinet Oriane Delmotte SAS au capital de 12 000 € - RCS Lyon 190 531 871 - TVA FR39190531871]
""",
    number="ND-2027/014", issue_date="2027-03-03", due_date="2027-04-30", currency="EUR", total="3180.00", amount_due="3180.00",
    seller_name="Cabinet Oriane Delmotte SAS", seller_vat="FR39190531871", seller_iban="FR7630006000011234567890189",
    buyer_name="Société Minoterie du Val",
)  # fmt: skip
_add(
    "nl_meta_right_due_before",
    r"""
#set page(margin: 2cm)
#set text(size: 9pt, lang: "nl")
#grid(columns: (1fr, 1fr), [
  #text(size: 20pt, weight: "bold")[Fietsenmakerij Oudegracht] \ Oudegracht 210, 3511 NR Utrecht \ Kvk 61234567 · Btw-nr. NL895398564B01 \ Tel. 030 234 56 78
], align(right)[
  #text(size: 16pt)[Factuur] \
  Nummer: 27-0093 \ Datum: 12-01-2027 \ Debiteur: D4411 \ Uw ref.: inkoop 88
])
#v(1.5cm)
Aan: \ Stichting Wijkcentrum De Bron \ t.a.v. crediteurenadministratie \ Kanaalstraat 55 \ 3531 CG Utrecht
#v(1cm)
#table(columns: (1fr, auto, auto, auto), [Artikel],[Aantal],[Prijs],[Bedrag],
 [Onderhoud dienstfietsen],[6],[€ 45,00],[€ 270,00],
 [Fietsband 28 inch],[4],[€ 22,50],[€ 90,00])
#align(right)[Totaal exclusief btw € 360,00 \ Btw 21% € 75,60 \ *Totaal inclusief btw € 435,60*]
Wij verzoeken u vriendelijk dit bedrag vóór 11-02-2027 over te maken op NL91 ABNA 0417 1643 00 t.n.v. Fietsenmakerij Oudegracht onder vermelding van factuurnummer 27-0093.
""",
    number="27-0093", issue_date="2027-01-12", due_date="2027-02-11", currency="EUR", total="435.60", amount_due="435.60",
    seller_name="Fietsenmakerij Oudegracht", seller_vat="NL895398564B01", seller_iban="NL91ABNA0417164300",
    buyer_name="Stichting Wijkcentrum De Bron",
)  # fmt: skip
_add(
    "de_sidebar_skonto",
    r"""
#set page(margin: (left: 2.5cm, right: 1.5cm, top: 4cm, bottom: 2cm))
#set text(size: 10pt, lang: "de")
#grid(columns: (1fr, 5cm), column-gutter: 1cm, [
  #text(size: 7pt)[Hartwig Elektrotechnik GmbH & Co. KG, Am Kanal 3, 24103 Kiel] \ #v(3mm)
  Reederei Sørensen AG \ Abteilung Technik \ Kaistraße 90 \ 24114 Kiel
], text(size: 8pt)[*Hartwig Elektrotechnik* \ GmbH & Co. KG \ Am Kanal 3 \ 24103 Kiel \ Tel. 0431 55 66 77 \ buchhaltung@hartwig-elektro.example \ \ USt-IdNr. DE923616955 \ Steuernr. 20/123/45678])
#v(1.2cm)
#text(size: 14pt, weight: "bold")[RECHNUNG]
#grid(columns: (4cm, 1fr), row-gutter: 2mm, [Rechnungs-Nr.],[RE-4711/27], [Rechnungsdatum],[05.02.2027], [Leistungsdatum],[28.01.2027], [Ihre Bestellung],[B-9912 vom 11.01.2027])
#v(5mm)
#table(columns: (auto, 1fr, auto, auto), [Pos],[Bezeichnung],[Einzelpreis],[Gesamt],[1],[Schaltschrankmontage],[1.450,00],[1.450,00],[2],[Kleinmaterial],[86,20],[86,20])
#align(right)[Nettobetrag 1.536,20 EUR \ zzgl. 19 % MwSt. 291,88 EUR \ *Rechnungsbetrag 1.828,08 EUR*]
Zahlbar innerhalb von 10 Tagen mit 2 % Skonto (36,56 EUR) oder innerhalb von 30 Tagen netto ohne Abzug.
#v(1fr)
#text(size: 7pt)[Bankverbindung: Förde Sparkasse · IBAN DE89 3704 0044 0532 0130 00 · BIC COBADEFFXXX · Geschäftsführer: Jan Hartwig · Amtsgericht Kiel HRA 5512]
""",
    number="RE-4711/27", issue_date="2027-02-05", due_date="2027-03-07", currency="EUR", total="1828.08", amount_due="1828.08",
    seller_name="Hartwig Elektrotechnik GmbH & Co. KG", seller_vat="DE923616955", seller_iban="DE89370400440532013000",
    buyer_name="Reederei Sørensen AG",
)  # fmt: skip
_add(
    "en_uk_boxes",
    r"""
#set page(margin: 2cm)
#set text(size: 10pt, lang: "en")
#text(size: 22pt, weight: "bold", fill: navy)[TAX INVOICE]
#grid(columns: (1fr, 1fr), [*Bill To* \ Harbour Lane Books Ltd \ 4 Harbour Lane \ Whitby \ YO21 3PU], [*From* \ Tideline Joinery Ltd \ Unit 6, Quay Road \ Scarborough \ YO11 1AB \ VAT Reg No GB 123 4567 82])
#v(8mm)
#table(columns: (1fr,1fr,1fr,1fr), [Invoice Number],[Invoice Date],[Due Date],[Balance Due], [TJ-00457],[14 January 2027],[13 February 2027],[£1,296.00])
#v(8mm)
#table(columns: (1fr, auto, auto, auto), [Description],[Qty],[Rate],[Amount],[Oak shelving, made to measure],[3],[£360.00],[£1,080.00])
#align(right)[Sub Total £1,080.00 \ VAT (20%) £216.00 \ Total £1,296.00 \ *Balance Due £1,296.00*]
Bank transfer: Tideline Joinery Ltd, IBAN GB29 NWBK 6016 1331 9268 19, BIC NWBKGB2L. Please quote TJ-00457.
""",
    number="TJ-00457", issue_date="2027-01-14", due_date="2027-02-13", currency="GBP", total="1296.00", amount_due="1296.00",
    seller_name="Tideline Joinery Ltd", seller_iban="GB29NWBK60161331926819", buyer_name="Harbour Lane Books Ltd",
)  # fmt: skip
_add(
    "fr_prose_letter",
    r"""
#set page(margin: 3cm)
#set text(size: 11pt, lang: "fr")
Ateliers Verriers Maubert SC \ Rue du Fourneau 12 \ 7110 Houdeng \ TVA BE 0998.649.840
#v(2cm)
#align(right)[Fabrique d'église Saint-Médard \ Place de l'Église 1 \ 6840 Neufchâteau]
#v(1cm)
Houdeng, le 22 novembre 2026
#v(.5cm)
*Concerne : facture n° 88 - restauration du vitrail nord*
#v(.5cm)
Madame, Monsieur,

Pour la restauration du vitrail nord, nous vous prions de trouver ci-après notre décompte : main d'œuvre et matériaux 3.200,00 EUR, TVA 6 % 192,00 EUR, soit un total TVA comprise de 3.392,00 EUR.

Nous vous remercions de verser cette somme avant le 22 décembre 2026 au compte BE68 5390 0754 7034, avec la communication +++090/0123/45625+++.

Veuillez agréer nos salutations distinguées.
""",
    number="88", issue_date="2026-11-22", due_date="2026-12-22", currency="EUR", total="3392.00", amount_due="3392.00",
    seller_name="Ateliers Verriers Maubert SC", seller_vat="BE0998649840", seller_iban="BE68539007547034",
    buyer_name="Fabrique d'église Saint-Médard", payment_reference="090012345625",
)  # fmt: skip
_add(
    "be_bilingual_two_columns",
    r"""
#set page(margin: 1.6cm)
#set text(size: 9pt)
#grid(columns: (1fr, 1fr), [#text(size: 15pt, weight: "bold")[Brasserie-Brouwerij Zenne NV/SA] \ Havenlaan/Avenue du Port 86 \ 1000 Brussel/Bruxelles \ BTW/TVA BE 0898.704.802 \ RPR/RPM Brussel/Bruxelles],
[#box(stroke: .5pt, inset: 8pt)[Klant/Client : 20045 \ *Café de la Presse BV* \ Louizalaan 493 \ 1050 Elsene \ BTW/TVA BE 0360.060.436]])
#v(6mm)
#table(columns: 4, inset: 5pt, [*Factuur nr./Facture n°*],[*Datum/Date*],[*Vervaldag/Échéance*],[*Leveringsbon/Bon de livraison*],[2026/11/0457],[02/11/2026],[16/11/2026],[LB 99821])
#v(6mm)
#table(columns: (1fr, auto, auto, auto, auto), [Omschrijving/Désignation],[Aantal/Qté],[Prijs/Prix],[Btw/TVA],[Totaal/Total],
[Gueuze 24 × 37,5 cl],[10],[38,40],[21 %],[384,00],[Leeggoed/Vidanges],[-8],[4,50],[0 %],[-36,00])
#grid(columns: (1fr, 7cm), [], [Totaal excl. btw/Total HTVA #h(1fr) 348,00 \ Btw/TVA 21 % #h(1fr) 80,64 \ *Te betalen/À payer EUR #h(1fr) 428,64*])
IBAN: BE68 5390 0754 7034 - BIC: TRIOBEBB - Mededeling/Communication: +++123/4567/89002+++
""",
    number="2026/11/0457", issue_date="2026-11-02", due_date="2026-11-16", currency="EUR", total="428.64", amount_due="428.64",
    seller_name="Brasserie-Brouwerij Zenne NV/SA", seller_vat="BE0898704802", seller_iban="BE68539007547034",
    buyer_name="Café de la Presse BV", payment_reference="123456789002",
)  # fmt: skip
_add(
    "lu_swiss_style_amounts",
    r"""
#set page(margin: 2cm)
#set text(size: 9.5pt)
#align(center)[#text(size: 18pt)[Imprimerie Trois Frontières S.à r.l.] \ 40, Grand-Rue, L-6630 Wasserbillig · T (+352) 74 00 11 · facturation@troisfrontieres.example]
#v(1cm)
#align(right)[Commune de Mertert \ 1-3, Grand-Rue \ L-6630 Wasserbillig]
#v(6mm)
FACTURE FA27-118 \ Date d'émission : 08.03.2027 \ Conditions : 30 jours net \ Votre commande : BC-2027-31
#v(6mm)
#table(columns: (1fr, auto, auto), [Libellé],[Taux],[HT],[Bulletin communal, 2'000 ex.],[3 %],[1'845.00],[Affiches],[17 %],[240.50])
#align(right)[Total HT 2'085.50 \ TVA 3 % 55.35 \ TVA 17 % 40.89 \ *Total TTC EUR 2'181.74* \ Acompte du 01.02.2027 -500.00 \ *Solde à payer EUR 1'681.74*]
CCPL IBAN LU28 0019 4006 4475 0000 BIC BCEELULL
#v(1fr)
#text(size: 7pt)[R.C.S. Luxembourg B 99.881 - TVA LU60907649 - Autorisation d'établissement 10012]
""",
    number="FA27-118", issue_date="2027-03-08", due_date="2027-04-07", currency="EUR", total="2181.74", deposit="500.00",
    amount_due="1681.74", seller_name="Imprimerie Trois Frontières S.à r.l.", seller_vat="LU60907649",
    seller_iban="LU280019400644750000", buyer_name="Commune de Mertert",
)  # fmt: skip
_add(
    "nl_multipage_carried",
    r"""
#set page(margin: 2cm, header: [Groothandel Peeters BV #h(1fr) Factuur 2027-5512 #h(1fr) blz. #context counter(page).display()])
#set text(size: 10pt)
Groothandel Peeters BV \ Nijverheidsstraat 7 \ 2220 Heist-op-den-Berg \ BTW BE 0775.502.429
#v(5mm)
#h(9cm) Frituur 't Hoekske \ #h(9cm) Dorpsstraat 1 \ #h(9cm) 3118 Werchter
#v(5mm)
Factuurnummer 2027-5512 #h(1cm) Factuurdatum 15 februari 2027 #h(1cm) Vervaldatum 1 maart 2027
#v(5mm)
#for i in range(1, 40) [Aardappelen vastkokend, zak #i #h(1fr) 12,50 \ ]
Over te dragen #h(1fr) 487,50
#pagebreak()
Overdracht #h(1fr) 487,50 \
Frituurvet 20 kg #h(1fr) 62,50 \
#line(length: 100%)
Subtotaal #h(1fr) 550,00 \ Btw 6% #h(1fr) 33,00 \ *Totaal te betalen* #h(1fr) *€ 583,00*
#v(5mm)
Te storten op rekening BE68 5390 0754 7034 met gestructureerde mededeling +++555/0001/11230+++
""",
    number="2027-5512", issue_date="2027-02-15", due_date="2027-03-01", currency="EUR", total="583.00", amount_due="583.00",
    seller_name="Groothandel Peeters BV", seller_vat="BE0775502429", seller_iban="BE68539007547034",
    buyer_name="Frituur 't Hoekske", payment_reference="555000111230",
)  # fmt: skip
_add(
    "fr_direct_debit_telecom",
    r"""
#set page(margin: 1.8cm)
#set text(size: 9pt)
#text(size: 24pt, fill: red)[Câblo] #h(1fr) Votre facture du 05/01/2027
#v(4mm)
#grid(columns: (1fr, 1fr), [N° de facture : 5500123987 \ N° client : 88441200 \ Période : du 01/01/2027 au 31/01/2027], [M. Armand Lefort \ 3 impasse du Puits \ 59800 Lille])
#v(8mm)
#box(fill: luma(235), inset: 10pt, width: 100%)[Montant à payer #h(1fr) #text(size: 16pt)[39,99 € TTC] \ Ce montant sera prélevé le 15/01/2027 sur votre compte FR76 3000 6000 0112 3456 7890 189.]
#v(6mm)
Abonnement fibre #h(1fr) 33,33 € HT \ TVA 20,00 % #h(1fr) 6,66 € \ Total TTC #h(1fr) 39,99 €
#v(1fr)
Câblo SA au capital de 5 000 000 € - 12 rue du Réseau 75015 Paris - RCS Paris 415 989 425 - TVA FR 43 415989425
""",
    number="5500123987", issue_date="2027-01-05", due_date="2027-01-15", currency="EUR", total="39.99", amount_due="39.99",
    seller_name="Câblo SA", seller_vat="FR43415989425", seller_iban=None, buyer_name="M. Armand Lefort",
)  # fmt: skip
_add(
    "de_credit_note",
    r"""
#set page(margin: 2.5cm)
#set text(size: 10pt, lang: "de")
Weinhandel Rheinblick e.K. · Uferpromenade 8 · 55118 Mainz
#v(2cm)
Hotel Zur Post GmbH \ Marktplatz 2 \ 65366 Geisenheim
#v(1.5cm)
#text(size: 15pt)[Stornorechnung Nr. ST-2027-003] #h(1fr) Mainz, 18.01.2027 \
zu Rechnung Nr. R-2026-991 vom 20.12.2026
#v(5mm)
12 Flaschen Riesling, beschädigt #h(1fr) -118,80 € \ Summe netto #h(1fr) -118,80 € \ MwSt. 19 % #h(1fr) -22,57 € \ *Gesamtbetrag* #h(1fr) *-141,37 €*
#v(1fr)
USt-IdNr.: DE397196819 | Amtsgericht Mainz HRA 4455
""",
    kind="credit_note", number="ST-2027-003", issue_date="2027-01-18", currency="EUR", total="-141.37",
    seller_name="Weinhandel Rheinblick e.K.", seller_vat="DE397196819", buyer_name="Hotel Zur Post GmbH",
    preceding_invoice="R-2026-991",
)  # fmt: skip
_add(
    "en_us_month_first",
    r"""
#set page("us-letter", margin: 2cm)
#set text(size: 10pt, lang: "en")
#text(size: 18pt)[Prairie Signs LLC] #h(1fr) #text(size: 18pt)[INVOICE]
118 Main Street, Lawrence, KS 66044
#v(8mm)
#grid(columns: (1fr, 1fr), [BILL TO \ Acorn Dental Group \ 900 Kansas Ave \ Topeka, KS 66612], align(right)[Invoice \# 3391 \ Date 03/14/2027 \ Terms Net 15 \ Due 03/29/2027])
#v(8mm)
Lobby sign, brushed steel #h(1fr) 1,850.00 \ Installation #h(1fr) 300.00 \ Subtotal #h(1fr) 2,150.00 \ Sales tax 6.5% #h(1fr) 139.75 \ *TOTAL* #h(1fr) *\$2,289.75*
""",
    number="3391", issue_date="2027-03-14", due_date="2027-03-29", currency="USD", total="2289.75", amount_due="2289.75",
    seller_name="Prairie Signs LLC", seller_iban=None, buyer_name="Acorn Dental Group",
)  # fmt: skip
_add(
    "fr_craftsman_vertical_totals",
    r"""
#set page(margin: 2cm)
#set text(size: 9pt)
```
PLOMBERIE KERVELLA EURL
ZA du Prat
29200 BREST
Siren 431 691 600 / TVA FR10431691600
02 98 00 00 01

                                        SCI LES GOELANDS
                                        12 RUE DE SIAM
                                        29200 BREST

FACTURE N : F2700031      DU : 19/02/27
ECHEANCE  : 21/03/27      AFFAIRE : 7781

Remplacement chaudiere gaz                     3 910,00
Depose ancienne chaudiere                        240,00

BASE HT      TAUX      TVA         TTC
4 150,00     10,0      415,00      4 565,00

ACOMPTE RECU LE 01/02/27                       1 000,00
NET A PAYER EUR                                3 565,00

IBAN FR76 3000 6000 0112 3456 7890 189
```
""",
    number="F2700031", issue_date="2027-02-19", due_date="2027-03-21", currency="EUR", total="4565.00", deposit="1000.00",
    amount_due="3565.00", seller_name="PLOMBERIE KERVELLA EURL", seller_vat="FR10431691600",
    seller_iban="FR7630006000011234567890189", buyer_name="SCI LES GOELANDS",
)  # fmt: skip
_add(
    "nl_zzp_reverse_block_right",
    r"""
#set page(margin: 2.2cm)
#set text(size: 10pt)
#align(right)[Lotte van den Berg, tekstschrijver \ Haarlemmerdijk 19-2 \ 1013 KA Amsterdam \ lotte\@tekstvandenberg.example \ Btw-id NL139171824B01 \ KvK 70011223]
#v(1cm)
Uitgeverij Zonnewende B.V. \ Postbus 3302 \ 2301 DH Leiden
#v(1cm)
Amsterdam, 30 november 2026
#v(5mm)
*Factuurnummer 2026014* \ Betreft: redactie najaarscatalogus
#v(5mm)
14 uur à € 75,00 #h(1fr) € 1.050,00 \ 21% btw #h(1fr) € 220,50 \ Totaal #h(1fr) € 1.270,50
#v(5mm)
Graag betalen binnen 14 dagen op rekening NL91ABNA0417164300.
""",
    number="2026014", issue_date="2026-11-30", due_date="2026-12-14", currency="EUR", total="1270.50", amount_due="1270.50",
    seller_name="Lotte van den Berg, tekstschrijver", seller_vat="NL139171824B01", seller_iban="NL91ABNA0417164300",
    buyer_name="Uitgeverij Zonnewende B.V.",
)  # fmt: skip
_add(
    "de_labels_below_boxes",
    r"""
#set page(margin: 2cm, paper: "a4", flipped: true)
#set text(size: 9pt)
#grid(columns: (1fr, 1fr, 1fr), [#text(size: 14pt, weight: "bold")[Spedition Albrecht & Söhne OHG] \ Industriering 40 \ 66333 Völklingen \ USt-ID: DE928167811], [*Rechnungsempfänger* \ Glashütte Saar GmbH \ Hüttenweg 1 \ 66333 Völklingen], [*Lieferanschrift* \ Glashütte Saar GmbH, Werk 2 \ Saarufer 9 \ 66740 Saarlouis])
#v(8mm)
#table(columns: (1fr,)*5, [Rechnungsnummer],[Kundennummer],[Rechnungsdatum],[Fällig am],[Gesamtbetrag],[2027.00312],[10078],[26.02.2027],[12.03.2027],[714,00 €])
#v(8mm)
#table(columns: (1fr, auto), [Transport Völklingen – Metz, 2 Paletten],[600,00 €],[Netto],[600,00 €],[19 % USt],[114,00 €],[Brutto],[714,00 €])
Überweisung auf IBAN DE89 3704 0044 0532 0130 00 (BIC COBADEFFXXX), Verwendungszweck 2027.00312
""",
    number="2027.00312", issue_date="2027-02-26", due_date="2027-03-12", currency="EUR", total="714.00", amount_due="714.00",
    seller_name="Spedition Albrecht & Söhne OHG", seller_vat="DE928167811", seller_iban="DE89370400440532013000",
    buyer_name="Glashütte Saar GmbH",
)  # fmt: skip
_add(
    "fr_on_receipt_association",
    r"""
#set page(margin: 2.5cm)
#set text(size: 11pt)
*Harmonie Royale de Stavelot ASBL* \ Rue Haute 4, 4970 Stavelot \ N° d'entreprise 0599.712.198 — non assujettie à la TVA
#v(1cm)
Pour : Ville de Malmedy, service culture, Rue Jules Steinbach 1, 4960 Malmedy
#v(1cm)
#align(center)[#text(size: 14pt)[FACTURE]] \
Référence facture : HRS-26-07 \ Date : 28/10/2026 \ Objet : concert du 24/10/2026
#v(5mm)
Prestation musicale : 850,00 € \ *Total : 850,00 €*
#v(5mm)
Payable à réception sur le compte BE68 5390 0754 7034.
""",
    number="HRS-26-07", issue_date="2026-10-28", due_date="2026-10-28", currency="EUR", total="850.00", amount_due="850.00",
    seller_name="Harmonie Royale de Stavelot ASBL", seller_iban="BE68539007547034", buyer_name="Ville de Malmedy",
)  # fmt: skip
_add(
    "en_be_ambiguous_dates",
    r"""
#set page(margin: 2cm)
#set text(size: 10pt)
#grid(columns: (1fr, auto), [*Northgate Robotics BV* \ Gaston Geenslaan 14 \ 3001 Leuven, Belgium \ VAT BE 0070.215.627], [#text(size: 20pt)[Invoice] \ No. NR-2027-006 \ Date: 04/02/2027 \ Payment due: 06/03/2027 \ PO: 450012])
#v(1cm)
Customer: \ Lysande AB \ Storgatan 4 \ 411 38 Göteborg \ Sweden
#v(1cm)
Gripper module, 2 pcs #h(1fr) EUR 8,400.00 \ Freight #h(1fr) EUR 120.00 \ Total excl. VAT #h(1fr) EUR 8,520.00 \ VAT 0% (intra-Community supply) #h(1fr) EUR 0.00 \ Total amount due #h(1fr) EUR 8,520.00
#v(5mm)
Account: BE68 5390 0754 7034, BIC TRIOBEBB. Late payments bear 8% interest.
""",
    number="NR-2027-006", issue_date="2027-02-04", due_date="2027-03-06", currency="EUR", total="8520.00", amount_due="8520.00",
    seller_name="Northgate Robotics BV", seller_vat="BE0070215627", seller_iban="BE68539007547034", buyer_name="Lysande AB",
)  # fmt: skip
_add("de_quote", r"""
#set page(margin: 2cm)
*Tischlerei Lenz GmbH* \ Birkenweg 4 \ 79098 Freiburg
#v(1cm)
Familie Maurer \ Rebstraße 9 \ 79098 Freiburg
#v(1cm)
#text(size: 16pt)[Angebot Nr. A-2027-55] #h(1fr) 11.01.2027 \
Einbauschrank Esche #h(1fr) 2.900,00 € \ MwSt. 19 % #h(1fr) 551,00 € \ Gesamtbetrag #h(1fr) 3.451,00 €
Dieses Angebot ist gültig bis 28.02.2027.
""", kind="quote")  # fmt: skip
_add("en_statement", r"""
#set page(margin: 2cm)
Tideline Joinery Ltd \
#text(size: 16pt)[STATEMENT OF ACCOUNT] \ Harbour Lane Books Ltd \ As at 28 February 2027
#table(columns: 4, [Date],[Invoice],[Amount],[Balance],[14/01/2027],[TJ-00457],[1,296.00],[1,296.00],[02/02/2027],[TJ-00471],[480.00],[1,776.00])
Total outstanding £1,776.00
""", kind="statement")  # fmt: skip
_add("nl_reminder", r"""
#set page(margin: 2cm)
Groothandel Peeters BV \ Nijverheidsstraat 7 \ 2220 Heist-op-den-Berg
#v(1cm)
*TWEEDE HERINNERING*
#v(5mm)
Geachte klant, onze factuur 2027-5512 van 15/02/2027 ten bedrage van € 583,00, vervallen op 01/03/2027, is nog niet betaald. Gelieve dit bedrag onverwijld te betalen op BE68 5390 0754 7034.
""", kind="reminder")  # fmt: skip
_add("fr_delivery_note", r"""
#set page(margin: 2cm)
PLOMBERIE KERVELLA EURL \ ZA du Prat, 29200 BREST \
#text(size: 14pt)[BON DE LIVRAISON N° BL-8812] \ Date : 12/02/2027 \ Client : SCI LES GOELANDS
#table(columns: 2, [Désignation],[Quantité],[Chaudière gaz],[1],[Tuyau cuivre 22],[12 m])
Reçu en bon état, signature :
""", kind="delivery_note")  # fmt: skip
_add("fr_order", r"""
#set page(margin: 2cm)
Commune de Mertert #h(1fr) BON DE COMMANDE n° BC-2027-31
#v(5mm)
Fournisseur : Imprimerie Trois Frontières S.à r.l. \ Date : 01.02.2027
#table(columns: 3, [Article],[Quantité],[Prix HT],[Bulletin communal],[2000],[1'845.00])
Total HT 1'845.00 EUR. Livraison souhaitée le 01.03.2027. Facturer à la Commune de Mertert.
""", kind="order")  # fmt: skip
_add("en_letter", r"""
#set page(margin: 3cm)
Dear Ms Hughes,

thank you for your order of 3 March. We shall deliver the shelving on 20 March and send our invoice afterwards. As agreed, the price is £1,080.00 plus VAT.

Yours sincerely, Tideline Joinery Ltd
""", kind="other")  # fmt: skip
