"""What a page is, by its title, however much it speaks of invoices."""

import pytest

from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from tests.parsers.invoices.pages import Sample

HEAD = "Garage du Pont SRL \\ Rue du Pont 3 \\ 5000 Namur \\ TVA BE 0998.649.840\n\n#h(9cm)Dupont SA\\ #h(9cm)Rue Haute 2\\ #h(9cm)4000 Liège\n\n"
SUMS = "\n\nTotal HTVA #h(1fr) 1.000,00 €\\ TVA 21 % #h(1fr) 210,00 €\\ Total TVAC #h(1fr) 1.210,00 €"
LIST = "\n\n#table(columns:4,[Facture n°],[Date],[Échéance],[Montant],[2026/118],[03/02/2026],[05/03/2026],[1.210,00],[2026/131],[14/02/2026],[16/03/2026],[484,00])\n\nTotal dû : 1.694,00 €"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("reminder", "#text(size:16pt)[Rappel de paiement]\n\nLes factures suivantes restent impayées :" + LIST),
        (
            "reminder",
            "*AANMANING*\n\nBetreft: factuur 2026/118\n\nFactuur 2026/118 van 03/02/2026 van 1.210,00 EUR bleef onbetaald.",
        ),
        (
            "reminder",
            "#text(size:14pt)[Zahlungserinnerung]\n\nRechnung Nr. 2026/118 vom 03.02.2026 über 1.210,00 € ist noch offen.",
        ),
        ("statement", "#text(size:16pt)[Relevé de compte au 31/03/2026]" + LIST),
        ("statement", "#text(size:14pt)[OVERZICHT OPENSTAANDE FACTUREN]" + LIST),
        ("quote", "#text(size:18pt)[Prijsofferte]\n\nOffertenummer: 2026-44 \\ Datum: 02/03/2026" + SUMS),
        ("quote", "Devis N° D-2026-7 du 02/03/2026" + SUMS),
        ("order", "#text(size:16pt)[Auftragsbestätigung Nr. 77]" + SUMS),
        ("order", "#text(size:16pt)[PURCHASE ORDER PO-331]\n\nInvoice to: Dupont SA" + SUMS),
        ("delivery_note", "#text(size:16pt)[Bordereau de livraison]\n\nN° BL-3 du 02/03/2026" + SUMS),
        ("proforma", "#text(size:16pt)[FACTURE PRO FORMA n° PF-3]\n\nDate : 02/03/2026" + SUMS),
        ("quote", "#text(size:16pt)[PREVENTIVO n. 12]" + SUMS),
        ("quote", "#text(size:16pt)[Presupuesto Nº 12]" + SUMS),
        ("delivery_note", "#text(size:16pt)[Albarán de entrega]" + SUMS),
        ("delivery_note", "#text(size:16pt)[Documento di trasporto n. 4]" + SUMS),
        ("order", "#text(size:16pt)[Conferma d'ordine 77]" + SUMS),
        ("proforma", "#text(size:16pt)[Factura proforma 9]" + SUMS),
        ("reminder", "#text(size:16pt)[Sollecito di pagamento]" + LIST),
        ("reminder", "#text(size:16pt)[Recordatorio de pago]" + LIST),
        ("statement", "#text(size:16pt)[Estratto conto]" + LIST),
        ("receipt", "#text(size:16pt)[QUITTANCE]\n\nReçu de Dupont SA la somme de 1.210,00 €."),
        (
            "other",
            "Madame, Monsieur,\n\nLe prix horaire passe à 65,00 EUR au 1er avril 2026. Notre facturation reste mensuelle.",
        ),
        ("other", "#text(size:16pt)[Fiche de paie]\n\nNet à payer 2.150,33 € \\ Compte BE68 5390 0754 7034"),
    ],
)
def test_what_is_no_invoice(kind, body):
    """The title decides, and what is no claim has no total."""
    (reading,) = read_document(Document("x.pdf", "", Sample("x", HEAD + body).pdf()), ParserContext())
    assert reading.kind.value.value == kind
    assert kind == "receipt" or reading.total is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("reminder", "*TWEEDE AANMANING*\n\nFactuur 2025/611 van 14 december 2025: te betalen 1.210,00 EUR."),
        ("reminder", "#text(size:15pt)[Payment request - 2nd reminder]\n\nInvoice 30911 #h(1fr) 1,210.00"),
        ("reminder", "Objet : Votre facture 2026/118 impayée\n\nFacture 2026/118 #h(1fr) 1.210,00 €"),
        (
            "reminder",
            "Namur, le 12 mars 2026\n\nConcerne : facture 2025/884\n\nNous n'avons toujours pas reçu le règlement de cette facture. Total à payer : 412,50 €",
        ),
        ("statement", "#text(size:15pt)[STATEMENT OF ACCOUNT as at 28 February 2026]" + LIST),
        ("statement", "Rechnung 118 #h(1fr) 1.210,00\\ Rechnung 131 #h(1fr) 484,00\\ Summe #h(1fr) 1.694,00 €"),
        ("order", "#text(size:15pt)[Tilausvahvistus 5512]" + SUMS),
        ("delivery_note", "#text(size:15pt)[Følgeseddel 221]" + SUMS),
        ("quote", "#text(size:15pt)[Oferta cenowa nr 5]" + SUMS),
        ("receipt", "#text(size:15pt)[Attestation de paiement]\n\nFacture 2026/118 : 1.210,00 €"),
        (
            "other",
            "#text(size:15pt)[Remittance Advice]\n\nInvoice 30911 #h(1fr) 1,210.00\\ Total paid #h(1fr) 1,210.00",
        ),
        ("other", "#text(size:15pt)[Aanslagbiljet personenbelasting]\n\nTe betalen: 1.210,00 €"),
    ],
)
def test_what_only_speaks_of_invoices_is_none(kind, body):
    """Reminders of every wording, lists of invoices and papers of other languages are never followed."""
    (reading,) = read_document(Document("x.pdf", "", Sample("x", HEAD + body).pdf()), ParserContext())
    assert reading.kind.value.value == kind


@pytest.mark.parametrize(
    "title",
    [
        "ÉTAT D'AVANCEMENT N° 3", "Relevé d'honoraires n° 7", "NOTE DE DROITS D'AUTEUR", "Appel de cotisation 2026", "HONORARIUMNOTA 26/009",
        "Vorderingsstaat nr. 4", "Declaratie", "KOSTENNOTE Nr. 12-26", "3. Abschlagsrechnung", "Beitragsrechnung 2026", "FEE NOTE 81",
        "Application for Payment No. 4", "Parcella n. 12/2026", "Minuta de honorarios nº 14", "LASKU 20260118", "Regning 5512", "Faktura č. 260112",
    ],
)  # fmt: skip
def test_bills_by_other_names(title):
    """A bill is an invoice by whatever name its maker's trade and language give it."""
    body = f"#text(size:15pt)[{title}]\n\nDate : 02/03/2026" + SUMS
    (reading,) = read_document(Document("x.pdf", "", Sample("x", HEAD + body).pdf()), ParserContext())
    assert reading.kind.value.value == "invoice"
    assert "kind" not in reading.uncertain


@pytest.mark.parametrize(
    "small_print",
    [
        "Si nous n'avons pas reçu votre paiement à l'échéance, un rappel suivra.",
        "Accounts that are overdue may be subject to interest.",
        "Indien het bedrag nog niet betaald is op de vervaldag, volgt een aanmaning.",
    ],
)
def test_clauses_about_late_payment_are_no_reminder(small_print):
    """What happens if nobody pays is said on every other invoice."""
    body = "#text(size:15pt)[FACTURE 2026/118]\n\nDate : 02/03/2026" + SUMS + "\n\n" + small_print
    (reading,) = read_document(Document("x.pdf", "", Sample("x", HEAD + body).pdf()), ParserContext())
    assert reading.kind.value.value == "invoice"
    assert "kind" not in reading.uncertain


def test_a_sum_to_pay_without_a_title_is_asked_about():
    """Neither followed nor dropped in silence."""
    body = "Gebühren 2026\n\nNr. 4711" + SUMS + "\n\nFällig am 31.03.2026, IBAN BE68 5390 0754 7034"
    (reading,) = read_document(Document("x.pdf", "", Sample("x", HEAD + body).pdf()), ParserContext())
    assert reading.kind.value.value == "invoice"
    assert "kind" in reading.uncertain
