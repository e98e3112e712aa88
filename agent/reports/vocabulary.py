"""The words of the trade in the four languages: names of fields, documents, states and columns."""

from collections.abc import Mapping

Words = Mapping[str, str]


def four(fr: str, nl: str, en: str, de: str) -> Words:
    """One word in the four languages."""
    return {"fr": fr, "nl": nl, "en": en, "de": de}


FIELDS = {
    "number": four("Numéro", "Nummer", "Number", "Nummer"),
    "issue_date": four("Date de facture", "Factuurdatum", "Invoice date", "Rechnungsdatum"),
    "due_date": four("Échéance", "Vervaldatum", "Due date", "Fälligkeit"),
    "terms": four("Conditions de paiement", "Betalingstermijn", "Payment terms", "Zahlungsbedingungen"),
    "currency": four("Devise", "Munt", "Currency", "Währung"),
    "net": four("Hors TVA", "Excl. btw", "Excluding VAT", "Netto"),
    "vat": four("TVA", "Btw", "VAT", "MwSt."),
    "total": four("Montant TVA comprise", "Bedrag incl. btw", "Amount incl. VAT", "Betrag inkl. MwSt."),
    "deposit": four("Acompte versé", "Betaald voorschot", "Deposit paid", "Geleistete Anzahlung"),
    "amount_due": four("À payer", "Te betalen", "Amount due", "Zu zahlen"),
    "seller_name": four("Vendeur", "Verkoper", "Seller", "Verkäufer"),
    "seller_iban": four("Compte (IBAN)", "Rekening (IBAN)", "Account (IBAN)", "Konto (IBAN)"),
    "buyer_name": four("Débiteur", "Debiteur", "Debtor", "Debitor"),
    "buyer_vat": four("N° TVA du débiteur", "Btw-nr. van de debiteur", "Debtor’s VAT number", "USt-IdNr. des Debitors"),
    "buyer_enterprise": four(
        "N° d’entreprise du débiteur (BCE, SIREN)",
        "Ondernemingsnr. van de debiteur",
        "Debtor’s company number",
        "Unternehmensnr. des Debitors",
    ),
    "debtor_email": four("Adresse du débiteur", "Adres van de debiteur", "Debtor’s address", "Adresse des Debitors"),
    "payment_reference": four("Communication", "Mededeling", "Payment reference", "Verwendungszweck"),
    "kind": four("Document", "Document", "Document", "Dokument"),
    "iban": four("Compte (IBAN)", "Rekening (IBAN)", "Account (IBAN)", "Konto (IBAN)"),
    "reference": four("Communication (référence)", "Mededeling", "Payment reference", "Verwendungszweck"),
    "debtor": four("Débiteur", "Debiteur", "Debtor", "Debitor"),
    "consumer": four("Particulier", "Particulier", "Consumer", "Privatperson"),
}

KINDS = {
    "invoice": four("Facture", "Factuur", "Invoice", "Rechnung"),
    "credit_note": four("Note de crédit", "Creditnota", "Credit note", "Gutschrift"),
    "correction": four("Facture rectificative", "Verbeterde factuur", "Corrective invoice", "Rechnungskorrektur"),
    "receipt": four("Ticket ou reçu", "Kassaticket of ontvangstbewijs", "Receipt", "Quittung"),
    "quote": four("Devis ou offre", "Offerte", "Quote", "Angebot"),
    "order": four("Bon de commande", "Bestelbon", "Order", "Bestellung"),
    "delivery_note": four("Bon de livraison", "Leveringsbon", "Delivery note", "Lieferschein"),
    "formal_notice": four("Mise en demeure", "Ingebrekestelling", "Formal notice", "Mahnung"),
    "postal_address": four("Adresse postale", "Postadres", "Postal address", "Postanschrift"),
    "statement_of_account": four("Relevé de compte", "Rekeningoverzicht", "Statement of account", "Kontoübersicht"),
    "proforma": four("Facture pro forma", "Pro-formafactuur", "Pro forma invoice", "Proforma-Rechnung"),
    "other": four("Autre document", "Ander document", "Other document", "Anderes Dokument"),
}

# What the tracking sheet and the creditor's mails call the state of an item; see reports.statement.standing_of.
STATES = {
    "review": four("à vérifier", "na te kijken", "to be checked", "zu prüfen"),
    "not_due": four("non échue", "niet vervallen", "not yet due", "nicht fällig"),
    "due": four("échue", "vervallen", "overdue", "überfällig"),
    "promise": four("promesse de paiement", "betalingsbelofte", "promise to pay", "Zahlungszusage"),
    "claim": four("paiement annoncé", "betaling gemeld", "payment reported", "Zahlung gemeldet"),
    "dispute": four("contestée", "betwist", "disputed", "bestritten"),
    "pause": four("en pause", "gepauzeerd", "paused", "pausiert"),
    "plan": four("plan de paiement", "afbetalingsplan", "payment plan", "Ratenplan"),
    "reminded": four(
        "relances épuisées", "alle herinneringen verstuurd", "all reminders sent", "alle Erinnerungen versandt"
    ),
    "credit": four("à déduire", "te verrekenen", "to deduct", "Guthaben"),
    "settled": four("payée", "betaald", "paid", "bezahlt"),
    "noticed": four("mise en demeure", "in gebreke gesteld", "formal notice", "gemahnt"),
    "escalated": four("transmise", "overgedragen", "handed over", "übergeben"),
    "withdrawn": four("retirée", "ingetrokken", "withdrawn", "zurückgezogen"),
    "written_off": four("abandonnée", "afgeschreven", "written off", "abgeschrieben"),
}

COLUMNS = {
    "col_debtor": four("Débiteur", "Debiteur", "Debtor", "Debitor"),
    "col_number": four("N° de facture", "Factuurnummer", "Invoice number", "Rechnungsnummer"),
    "col_issue_date": four("Date de facture", "Factuurdatum", "Invoice date", "Rechnungsdatum"),
    "col_due_date": four("Échéance", "Vervaldatum", "Due date", "Fälligkeit"),
    "col_amount": four("Montant", "Bedrag", "Amount", "Betrag"),
    "col_deposit": four("Acompte versé", "Betaald voorschot", "Deposit paid", "Geleistete Anzahlung"),
    "col_surcharge": four("Majoration", "Verhoging", "Surcharge", "Zuschlag"),
    "col_reminders": four("Nombre de relances", "Aantal herinneringen", "Number of reminders", "Anzahl Erinnerungen"),
    "col_reminder_dates": four(
        "Dates des relances", "Data van de herinneringen", "Dates of reminders", "Daten der Erinnerungen"
    ),
    "col_state": four("État", "Status", "State", "Stand"),
    "sheet_tracking": four("Suivi", "Opvolging", "Tracking", "Übersicht"),
}

FIGURES = {
    "open_total": four("Encours total", "Totaal openstaand", "Total outstanding", "Offene Posten gesamt"),
    "overdue": four("Échu", "Vervallen", "Overdue", "Überfällig"),
    "not_overdue": four("Non échu", "Niet vervallen", "Not yet due", "Nicht fällig"),
    "due_soon": four(
        "dont échéance sous 7 jours",
        "waarvan te betalen binnen 7 dagen",
        "of which due within 7 days",
        "davon fällig binnen 7 Tagen",
    ),
    "disputed": four("dont contesté", "waarvan betwist", "of which disputed", "davon bestritten"),
    "credits": four("Crédits à déduire", "Te verrekenen kredieten", "Credits to deduct", "Abzuziehende Guthaben"),
    "noticed_sum": four(
        "dont mis en demeure", "waarvan in gebreke gesteld", "of which under formal notice", "davon gemahnt mit Frist"
    ),
    "held": four("dont en attente", "waarvan wachtend", "of which on hold", "davon zurückgestellt"),
    "settled_week": four(
        "Encaissé ces 7 jours",
        "Ontvangen, laatste 7 dagen",
        "Collected, last 7 days",
        "Eingegangen, letzte 7 Tage",
    ),
    "bucket_not_due": four("Non échu", "Niet vervallen", "Not yet due", "Nicht fällig"),
    "bucket_1_30": four("1 à 30 jours", "1 tot 30 dagen", "1 to 30 days", "1 bis 30 Tage"),
    "bucket_31_60": four("31 à 60 jours", "31 tot 60 dagen", "31 to 60 days", "31 bis 60 Tage"),
    "bucket_61_90": four("61 à 90 jours", "61 tot 90 dagen", "61 to 90 days", "61 bis 90 Tage"),
    "bucket_over_90": four("Plus de 90 jours", "Meer dan 90 dagen", "Over 90 days", "Über 90 Tage"),
}

# Names of columns and rows that several templates share.
PLAIN = {
    "invoices": four("Factures", "Facturen", "Invoices", "Rechnungen"),
    "balance": four("Reste dû", "Openstaand", "Balance", "Offen"),
    "amount": four("Montant", "Bedrag", "Amount", "Betrag"),
    "age": four("Ancienneté", "Ouderdom", "Age", "Alter"),
    "state": four("État", "Status", "State", "Stand"),
    "reminders": four("Relances", "Herinneringen", "Reminders", "Erinnerungen"),
    "part": four("Part", "Aandeel", "Share", "Anteil"),
    "paid": four("Déjà payé", "Al betaald", "Already paid", "Bereits gezahlt"),
    "before": four("Avant", "Vroeger", "Before", "Vorher"),
    "after": four("Maintenant", "Nu", "Now", "Jetzt"),
    "field": four("Donnée", "Gegeven", "Field", "Angabe"),
    "value": four("Valeur lue", "Gelezen waarde", "Value read", "Gelesener Wert"),
    "beneficiary": four("Bénéficiaire", "Begunstigde", "Beneficiary", "Empfänger"),
    "total_due": four("Total à payer", "Totaal te betalen", "Total due", "Gesamtbetrag fällig"),
    "contact": four("Contact", "Contact", "Contact", "Kontakt"),
    "yes": four("oui", "ja", "yes", "ja"),
    "no": four("non", "nee", "no", "nein"),
    "date": four("Date", "Datum", "Date", "Datum"),
    "by_page": four("sur la page", "op de pagina", "on the page", "auf der Seite"),
    "by_plan": four("en plusieurs fois", "in schijven", "in instalments", "in Raten"),
    "by_other_file": four("dans l’autre fichier", "in het andere bestand", "in the other file", "in der anderen Datei"),
    "by_cession": four("cession de la créance", "overdracht van de vordering", "assignment", "Abtretung"),
    "by_xml": four("dans le fichier XML", "in het XML-bestand", "in the XML file", "in der XML-Datei"),
    "by_payment_code": four("dans le code QR", "in de QR-code", "in the QR code", "im QR-Code"),
    "qr_label": four("Code QR de paiement", "QR-code voor uw bankapp", "Payment QR code", "GiroCode"),
    "pay_now": four("Payer maintenant", "Nu betalen", "Pay now", "Jetzt bezahlen"),
    "account_asked": four(
        "Ce compte est nouveau : seul le titulaire du dossier peut le confirmer, nous le lui demandons.",
        "Deze rekening is nieuw: alleen de dossierhouder kan ze bevestigen, we vragen het hem.",
        "This account is new: only the owner can confirm it, and we ask him.",
        "Dieses Konto ist neu: Nur der Inhaber kann es bestätigen, wir fragen ihn.",
    ),
    "account_refused": four(
        "Ce compte a été refusé : indiquez-nous le bon.",
        "Deze rekening werd geweigerd: geef ons de juiste.",
        "This account was refused: tell us the right one.",
        "Dieses Konto wurde abgelehnt: Nennen Sie uns das richtige.",
    ),
    "to_confirm": four("à confirmer", "te bevestigen", "to confirm", "zu bestätigen"),
    "deposit_short": four("Acompte", "Voorschot", "Deposit", "Anzahlung"),
    "later_short": four("Plus tard", "Later", "Later", "Später"),
    "col_total": four("Total", "Totaal", "Total", "Summe"),
    "instalment_paid": four("payé", "betaald", "paid", "bezahlt"),
    "instalment_part": four("payé en partie", "deels betaald", "part paid", "teilweise bezahlt"),
    "instalment_late": four("pas encore reçu", "nog niet ontvangen", "not yet received", "noch nicht eingegangen"),
    "instalment": four("Versement", "Betaling", "Instalment", "Rate"),
    "paid_short": four("Payé", "Betaald", "Paid", "Gezahlt"),
    "credited_short": four("Note de crédit", "Creditnota", "Credit note", "Gutschrift"),
    "on_account": four("Avoir sur compte", "Tegoed op rekening", "Credit on account", "Guthaben"),
    "to_debtor_reminded": four("rappel déjà envoyé", "al herinnerd", "already reminded", "bereits erinnert"),
    "to_debtor_pause": four("en attente", "in beraad", "on hold", "zurückgestellt"),
    "your_customer": four("votre client", "uw klant", "your customer", "Ihr Kunde"),
    "same_debtor": four("Même débiteur ?", "Zelfde debiteur?", "Same debtor?", "Derselbe Debitor?"),
    "address_mismatch": four(
        "Adresse du débiteur", "Adres van de debiteur", "Debtor’s address", "Adresse des Debitors"
    ),
}
