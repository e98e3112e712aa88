"""The words of the trade in the four languages: names of fields, states and columns. Sentences live in templates/."""

from collections.abc import Mapping

Words = Mapping[str, str]


def word(code: str, language: str) -> str:
    """The word for this code; the code itself when it has none, so that a new code never stops a mail."""
    return _WORDS.get(code, {}).get(language) or code.replace("_", " ")


def late(days: int, language: str) -> str:
    """How late that is, in words: "1 jour de retard", "23 dagen te laat"."""
    one, many = _LATE.get(language, _LATE["en"])
    return one if days == 1 else many.format(days)


def example(field: str, language: str) -> str:
    """How a creditor may type this field in his reply; "" when there is no fixed way."""
    return _EXAMPLES.get(field, {}).get(language, "")


def known_words() -> frozenset[str]:
    """Every code that has a word."""
    return frozenset(_WORDS)


def _w(fr: str, nl: str, en: str, de: str) -> Words:
    return {"fr": fr, "nl": nl, "en": en, "de": de}


_FIELDS = {
    "number": _w("Numéro", "Nummer", "Number", "Nummer"),
    "issue_date": _w("Date de facture", "Factuurdatum", "Invoice date", "Rechnungsdatum"),
    "due_date": _w("Échéance", "Vervaldatum", "Due date", "Fälligkeit"),
    "terms": _w("Conditions de paiement", "Betalingstermijn", "Payment terms", "Zahlungsbedingungen"),
    "currency": _w("Devise", "Munt", "Currency", "Währung"),
    "net": _w("Hors TVA", "Excl. btw", "Excluding VAT", "Netto"),
    "vat": _w("TVA", "Btw", "VAT", "MwSt."),
    "total": _w("Montant TVAC", "Bedrag incl. btw", "Amount incl. VAT", "Betrag inkl. MwSt."),
    "deposit": _w("Acompte versé", "Betaald voorschot", "Deposit paid", "Geleistete Anzahlung"),
    "amount_due": _w("À payer", "Te betalen", "Amount due", "Zu zahlen"),
    "seller_name": _w("Vendeur", "Verkoper", "Seller", "Verkäufer"),
    "seller_iban": _w("Compte (IBAN)", "Rekening (IBAN)", "Account (IBAN)", "Konto (IBAN)"),
    "buyer_name": _w("Débiteur", "Debiteur", "Debtor", "Debitor"),
    "buyer_vat": _w("N° TVA du débiteur", "Btw-nr. van de debiteur", "Debtor’s VAT number", "USt-IdNr. des Debitors"),
    "buyer_enterprise": _w(
        "N° d’entreprise du débiteur",
        "Ondernemingsnr. van de debiteur",
        "Debtor’s company number",
        "Unternehmensnr. des Debitors",
    ),
    "debtor_email": _w("Adresse du débiteur", "Adres van de debiteur", "Debtor’s address", "Adresse des Debitors"),
    "payment_reference": _w("Communication", "Mededeling", "Payment reference", "Verwendungszweck"),
    "kind": _w("Document", "Document", "Document", "Dokument"),
    "iban": _w("Compte (IBAN)", "Rekening (IBAN)", "Account (IBAN)", "Konto (IBAN)"),
    "reference": _w("Communication", "Mededeling", "Payment reference", "Verwendungszweck"),
    "debtor": _w("Débiteur", "Debiteur", "Debtor", "Debitor"),
    "consumer": _w("Particulier", "Particulier", "Consumer", "Privatperson"),
}

_KINDS = {
    "invoice": _w("Facture", "Factuur", "Invoice", "Rechnung"),
    "credit_note": _w("Note de crédit", "Creditnota", "Credit note", "Gutschrift"),
    "correction": _w("Facture rectificative", "Verbeterde factuur", "Corrective invoice", "Rechnungskorrektur"),
    "receipt": _w("Ticket ou reçu", "Kassaticket of ontvangstbewijs", "Receipt", "Quittung"),
    "quote": _w("Devis ou offre", "Offerte", "Quote", "Angebot"),
    "order": _w("Bon de commande", "Bestelbon", "Order", "Bestellung"),
    "delivery_note": _w("Bon de livraison", "Leveringsbon", "Delivery note", "Lieferschein"),
    "statement_of_account": _w("Relevé de compte", "Rekeningoverzicht", "Statement of account", "Kontoübersicht"),
    "proforma": _w("Facture pro forma", "Pro-formafactuur", "Pro forma invoice", "Proforma-Rechnung"),
    "other": _w("Autre document", "Ander document", "Other document", "Anderes Dokument"),
}

# What the tracking sheet and the creditor's mails call the state of an item; see reports.statement.standing_of.
_STATES = {
    "review": _w("à vérifier", "na te kijken", "to be checked", "zu prüfen"),
    "not_due": _w("non échue", "niet vervallen", "not yet due", "nicht fällig"),
    "due": _w("échue", "vervallen", "overdue", "überfällig"),
    "promise": _w("promesse de paiement", "betalingsbelofte", "promise to pay", "Zahlungszusage"),
    "claim": _w("paiement annoncé", "betaling gemeld", "payment reported", "Zahlung gemeldet"),
    "dispute": _w("contestée", "betwist", "disputed", "bestritten"),
    "pause": _w("en pause", "gepauzeerd", "paused", "pausiert"),
    "reminded": _w(
        "relances épuisées", "alle herinneringen verstuurd", "all reminders sent", "alle Erinnerungen versandt"
    ),
    "credit": _w("crédit à déduire", "te verrekenen krediet", "credit to deduct", "abzuziehendes Guthaben"),
    "settled": _w("payée", "betaald", "paid", "bezahlt"),
    "escalated": _w("transmise", "overgedragen", "handed over", "übergeben"),
    "withdrawn": _w("retirée", "ingetrokken", "withdrawn", "zurückgezogen"),
    "written_off": _w("abandonnée", "afgeschreven", "written off", "abgeschrieben"),
}

_COLUMNS = {
    "col_debtor": _w("Débiteur", "Debiteur", "Debtor", "Debitor"),
    "col_number": _w("N° de facture", "Factuurnummer", "Invoice number", "Rechnungsnummer"),
    "col_issue_date": _w("Date de facture", "Factuurdatum", "Invoice date", "Rechnungsdatum"),
    "col_due_date": _w("Échéance", "Vervaldatum", "Due date", "Fälligkeit"),
    "col_amount": _w("Montant", "Bedrag", "Amount", "Betrag"),
    "col_deposit": _w("Acompte versé", "Betaald voorschot", "Deposit paid", "Geleistete Anzahlung"),
    "col_surcharge": _w("Majoration", "Verhoging", "Surcharge", "Zuschlag"),
    "col_reminders": _w("Nombre de relances", "Aantal herinneringen", "Number of reminders", "Anzahl Erinnerungen"),
    "col_reminder_dates": _w(
        "Dates des relances", "Data van de herinneringen", "Dates of reminders", "Daten der Erinnerungen"
    ),
    "col_state": _w("État", "Status", "State", "Stand"),
    "sheet_tracking": _w("Suivi", "Opvolging", "Tracking", "Übersicht"),
}

_FIGURES = {
    "open": _w("Encours total", "Totaal openstaand", "Total outstanding", "Offene Posten gesamt"),
    "overdue": _w("Échu", "Vervallen", "Overdue", "Überfällig"),
    "not_overdue": _w("Non échu", "Niet vervallen", "Not yet due", "Nicht fällig"),
    "credits": _w("Crédits à déduire", "Te verrekenen kredieten", "Credits to deduct", "Abzuziehende Guthaben"),
    "held": _w("dont en attente", "waarvan wachtend", "of which on hold", "davon zurückgestellt"),
    "settled_week": _w(
        "Encaissé ces 7 jours",
        "Ontvangen, laatste 7 dagen",
        "Collected, last 7 days",
        "Eingegangen, letzte 7 Tage",
    ),
    "bucket_not_due": _w("Non échu", "Niet vervallen", "Not yet due", "Nicht fällig"),
    "bucket_1_30": _w("1 à 30 jours", "1 tot 30 dagen", "1 to 30 days", "1 bis 30 Tage"),
    "bucket_31_60": _w("31 à 60 jours", "31 tot 60 dagen", "31 to 60 days", "31 bis 60 Tage"),
    "bucket_61_90": _w("61 à 90 jours", "61 tot 90 dagen", "61 to 90 days", "61 bis 90 Tage"),
    "bucket_over_90": _w("Plus de 90 jours", "Meer dan 90 dagen", "Over 90 days", "Über 90 Tage"),
}

_LATE = {
    "fr": ("1 jour de retard", "{} jours de retard"),
    "nl": ("1 dag te laat", "{} dagen te laat"),
    "en": ("1 day late", "{} days late"),
    "de": ("1 Tag überfällig", "{} Tage überfällig"),
}

_HISTORY = {
    "history_registered": _w("prise en charge", "in opvolging genomen", "taken on", "übernommen"),
    "history_statement": _w("relevé envoyé", "overzicht verstuurd", "statement sent", "Kontoübersicht versandt"),
    "history_payment": _w("paiement reçu", "betaling ontvangen", "payment received", "Zahlung eingegangen"),
    "history_reversal": _w("paiement annulé", "betaling teruggedraaid", "payment reversed", "Zahlung storniert"),
    "history_promise": _w("promesse de paiement", "betalingsbelofte", "promise to pay", "Zahlungszusage"),
    "history_claim": _w(
        "paiement annoncé par le débiteur",
        "betaling gemeld door de debiteur",
        "payment reported by the debtor",
        "Zahlung vom Debitor gemeldet",
    ),
    "history_dispute": _w(
        "contestation du débiteur", "betwist door de debiteur", "disputed by the debtor", "vom Debitor bestritten"
    ),
    "history_pause": _w("relances suspendues", "herinneringen gepauzeerd", "reminders paused", "Erinnerungen pausiert"),
    "history_settled": _w("soldée", "vereffend", "settled", "ausgeglichen"),
}

# Names of columns and rows that several templates share.
_PLAIN = {
    "invoices": _w("Factures", "Facturen", "Invoices", "Rechnungen"),
    "invoice_of": _w("du", "van", "of", "vom"),
    "balance": _w("Reste dû", "Openstaand", "Balance", "Offen"),
    "amount": _w("Montant", "Bedrag", "Amount", "Betrag"),
    "amounts": _w("Montants", "Bedragen", "Amounts", "Beträge"),
    "age": _w("Ancienneté", "Ouderdom", "Age", "Alter"),
    "state": _w("État", "Status", "State", "Stand"),
    "reminders": _w("Relances", "Herinneringen", "Reminders", "Erinnerungen"),
    "part": _w("Part", "Aandeel", "Share", "Anteil"),
    "paid": _w("Déjà payé", "Al betaald", "Already paid", "Bereits gezahlt"),
    "before": _w("Avant", "Vroeger", "Before", "Vorher"),
    "after": _w("Maintenant", "Nu", "Now", "Jetzt"),
    "field": _w("Donnée", "Gegeven", "Field", "Angabe"),
    "value": _w("Valeur lue", "Gelezen waarde", "Value read", "Gelesener Wert"),
    "beneficiary": _w("Bénéficiaire", "Begunstigde", "Beneficiary", "Empfänger"),
    "total_due": _w("Total à payer", "Totaal te betalen", "Total due", "Gesamtbetrag fällig"),
    "contact": _w("Contact", "Contact", "Contact", "Kontakt"),
    "yes": _w("oui", "ja", "yes", "ja"),
    "no": _w("non", "nee", "no", "nein"),
    "date": _w("Date", "Datum", "Date", "Datum"),
    "to_confirm": _w("à confirmer", "te bevestigen", "to confirm", "zu bestätigen"),
    "your_customer": _w("votre client", "uw klant", "your customer", "Ihr Kunde"),
    "same_debtor": _w("Même débiteur ?", "Zelfde debiteur?", "Same debtor?", "Derselbe Debitor?"),
    "address_mismatch": _w("Adresse du débiteur", "Adres van de debiteur", "Debtor’s address", "Adresse des Debitors"),
}

_TOPICS = {
    "topic_fields": _w("Données à confirmer", "Te bevestigen gegevens", "Fields to confirm", "Angaben zu bestätigen"),
    "topic_debtor_address": _w("Adresse manquante", "Adres ontbreekt", "Address missing", "Adresse fehlt"),
    "topic_address_mismatch": _w(
        "Adresse à confirmer", "Adres te bevestigen", "Address to confirm", "Adresse zu bestätigen"
    ),
    "topic_same_debtor": _w("Même débiteur ?", "Zelfde debiteur?", "Same debtor?", "Derselbe Debitor?"),
    "topic_after_last_statement": _w(
        "Relances épuisées", "Alle herinneringen verstuurd", "All reminders sent", "Alle Erinnerungen versandt"
    ),
    "topic_which_invoice": _w("Quelle facture ?", "Welke factuur?", "Which invoice?", "Welche Rechnung?"),
    "topic_bounced_contact": _w(
        "Adresse hors service", "Adres werkt niet", "Address not working", "Adresse nicht erreichbar"
    ),
    "topic_due_date": _w("Échéance manquante", "Vervaldatum ontbreekt", "Due date missing", "Fälligkeit fehlt"),
    "topic_payment_amount": _w("Montant du paiement", "Bedrag van de betaling", "Amount paid", "Zahlungsbetrag"),
}

_WORDS: Mapping[str, Words] = _FIELDS | _KINDS | _STATES | _COLUMNS | _FIGURES | _HISTORY | _PLAIN | _TOPICS

_EXAMPLES: Mapping[str, Words] = {
    "number": _w("numéro 2027-118", "nummer 2027-118", "number 2027-118", "Nummer 2027-118"),
    "issue_date": _w("date 15/02/2027", "datum 15/02/2027", "date 15/02/2027", "Datum 15.02.2027"),
    "due_date": _w("échéance 15/03/2027", "vervaldatum 15/03/2027", "due date 15/03/2027", "Fälligkeit 15.03.2027"),
    "terms": _w("échéance 15/03/2027", "vervaldatum 15/03/2027", "due date 15/03/2027", "Fälligkeit 15.03.2027"),
    "total": _w("montant 1.250,00", "bedrag 1.250,00", "amount 1,250.00", "Betrag 1.250,00"),
    "amount_due": _w("montant 1.250,00", "bedrag 1.250,00", "amount 1,250.00", "Betrag 1.250,00"),
    "deposit": _w("acompte 200,00", "voorschot 200,00", "deposit 200.00", "Anzahlung 200,00"),
    "currency": _w("devise EUR", "munt EUR", "currency EUR", "Währung EUR"),
    "buyer_name": _w("client : Exemple SRL", "klant: Voorbeeld bv", "customer: Example Ltd", "Kunde: Beispiel GmbH"),
    "debtor_email": _w(
        "débiteur : compta@exemple.be",
        "debiteur: boekhouding@voorbeeld.be",
        "debtor: accounts@example.com",
        "Debitor: buchhaltung@beispiel.de",
    ),
    "iban": _w(*("IBAN BE68 5390 0754 7034",) * 4),
    "reference": _w(
        "communication +++090/9337/55493+++",
        "mededeling +++090/9337/55493+++",
        "reference RF18 5390 0754 7034",
        "Verwendungszweck RF18 5390 0754 7034",
    ),
}
