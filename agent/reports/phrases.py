"""Short phrases in the four languages: what happened to an item, what a debtor did by writing, how to answer."""

from collections.abc import Mapping

from agent.reports.vocabulary import Words, four

LATE = {
    "fr": ("1 jour de retard", "{} jours de retard"),
    "nl": ("1 dag te laat", "{} dagen te laat"),
    "en": ("1 day late", "{} days late"),
    "de": ("1 Tag überfällig", "{} Tage überfällig"),
}

DAYS = {
    "fr": ("1 jour", "{} jours"),
    "nl": ("1 dag", "{} dagen"),
    "en": ("1 day", "{} days"),
    "de": ("1 Tag", "{} Tage"),
}

HISTORY = {
    "history_registered": four("prise en charge", "in opvolging genomen", "taken on", "übernommen"),
    "history_statement": four("relevé envoyé", "overzicht verstuurd", "statement sent", "Kontoübersicht versandt"),
    "history_notice": four(
        "mise en demeure, dernier jour",
        "ingebrekestelling, laatste dag",
        "formal notice, last day",
        "Mahnung, letzter Tag",
    ),
    "history_payment": four("paiement reçu", "betaling ontvangen", "payment received", "Zahlung eingegangen"),
    "history_reversal": four("paiement annulé", "betaling teruggedraaid", "payment reversed", "Zahlung storniert"),
    "history_promise": four("promesse de paiement", "betalingsbelofte", "promise to pay", "Zahlungszusage"),
    "history_claim": four(
        "paiement annoncé par le débiteur",
        "betaling gemeld door de debiteur",
        "payment reported by the debtor",
        "Zahlung vom Debitor gemeldet",
    ),
    "history_dispute": four(
        "contestation du débiteur", "betwist door de debiteur", "disputed by the debtor", "vom Debitor bestritten"
    ),
    "history_pause": four(
        "relances suspendues", "herinneringen gepauzeerd", "reminders paused", "Erinnerungen pausiert"
    ),
    "history_settled": four("soldée", "vereffend", "settled", "ausgeglichen"),
    "history_credit_note": four("note de crédit", "creditnota", "credit note", "Gutschrift"),
    "history_on_account": four("imputé du compte", "van de rekening verrekend", "taken from account", "vom Guthaben"),
    "history_refund": four("remboursé", "terugbetaald", "refunded", "erstattet"),
}

TOPICS = {
    "topic_new_account": four("Nouveau compte bancaire", "Nieuwe bankrekening", "New bank account", "Neues Bankkonto"),
    "topic_claimed_again": four(
        "Paiement annoncé, pas arrivé", "Betaling gemeld, niet gekomen", "Payment told, not come", "Zahlung nicht da"
    ),
    "topic_which_credited": four(
        "Quelle facture est créditée ?", "Welke factuur gecrediteerd?", "Which invoice is credited?", "Welche Rechnung?"
    ),
    "topic_credit_left": four("Avoir à garder ou à rembourser", "Tegoed", "Credit to keep or refund", "Guthaben"),
    "topic_fields": four("Données à confirmer", "Te bevestigen gegevens", "Fields to confirm", "Angaben zu bestätigen"),
    "topic_debtor_address": four("Adresse manquante", "Adres ontbreekt", "Address missing", "Adresse fehlt"),
    "topic_address_mismatch": four(
        "Adresse à confirmer", "Adres te bevestigen", "Address to confirm", "Adresse zu bestätigen"
    ),
    "topic_bank_columns": four(
        "Colonnes d’un fichier bancaire",
        "Kolommen van een bankbestand",
        "Columns of a bank file",
        "Spalten einer Bankdatei",
    ),
    "topic_same_debtor": four("Même débiteur ?", "Zelfde debiteur?", "Same debtor?", "Derselbe Debitor?"),
    "topic_after_last_statement": four(
        "Relances épuisées", "Alle herinneringen verstuurd", "All reminders sent", "Alle Erinnerungen versandt"
    ),
    "topic_after_notice": four(
        "Mise en demeure restée sans effet",
        "Ingebrekestelling zonder gevolg",
        "Formal notice without effect",
        "Mahnung ohne Erfolg",
    ),
    "topic_bank_payment": four(
        "Quelle facture ce paiement règle",
        "Voor welke factuur deze betaling is",
        "Which invoice a payment is for",
        "Wofür eine Zahlung ist",
    ),
    "topic_money_over": four(
        "Trop payé : garder ou rembourser", "Te veel betaald", "Paid too much: keep or refund", "Zu viel bezahlt"
    ),
    "topic_which_invoice": four("Quelle facture ?", "Welke factuur?", "Which invoice?", "Welche Rechnung?"),
    "topic_bounced_contact": four(
        "Adresse hors service", "Adres werkt niet", "Address not working", "Adresse nicht erreichbar"
    ),
    "topic_change_of_contact": four(
        "Autre contact proposé",
        "Andere contactpersoon voorgesteld",
        "Another contact proposed",
        "Anderer Kontakt vorgeschlagen",
    ),
    "topic_wrong_contact": four(
        "Bon contact à indiquer", "Juiste contactpersoon gevraagd", "Right contact wanted", "Richtiger Kontakt gesucht"
    ),
    "topic_complaint": four(
        "Signalé comme indésirable", "Als ongewenst gemeld", "Marked as unwanted", "Als unerwünscht gemeldet"
    ),
    "topic_due_date": four("Échéance manquante", "Vervaldatum ontbreekt", "Due date missing", "Fälligkeit fehlt"),
    "topic_payment_amount": four("Montant du paiement", "Bedrag van de betaling", "Amount paid", "Zahlungsbetrag"),
}

# What a debtor did by writing, as it follows his name in a sentence or a subject.
SAID = {
    "said_conditional_promise": four(
        "paiera sous condition", "betaalt onder voorwaarde", "will pay on a condition", "zahlt unter einer Bedingung"
    ),
    "said_payment_advice": four(
        "annonce un paiement", "kondigt een betaling aan", "announces a payment", "kündigt eine Zahlung an"
    ),
    "said_payment_plan_request": four(
        "demande à payer en plusieurs fois",
        "vraagt om in schijven te betalen",
        "asks to pay in instalments",
        "bittet um Ratenzahlung",
    ),
    "said_delay_request": four("demande un délai", "vraagt uitstel", "asks for more time", "bittet um Aufschub"),
    "said_needs_copy_of_invoice": four(
        "demande une copie de la facture",
        "vraagt een kopie van de factuur",
        "asks for a copy of the invoice",
        "bittet um eine Rechnungskopie",
    ),
    "said_needs_info": four(
        "demande un renseignement", "vraagt om informatie", "asks for information", "bittet um eine Auskunft"
    ),
    "said_wrong_contact": four(
        "dit ne pas être le bon contact",
        "zegt niet de juiste contactpersoon te zijn",
        "says we write to the wrong person",
        "sagt, wir schreiben an die falsche Person",
    ),
    "said_change_of_contact": four(
        "indique un autre contact",
        "geeft een andere contactpersoon op",
        "names another contact",
        "nennt einen anderen Ansprechpartner",
    ),
    "said_insolvency": four(
        "fait état d’une procédure d’insolvabilité",
        "maakt melding van een insolventieprocedure",
        "reports insolvency proceedings",
        "berichtet von einem Insolvenzverfahren",
    ),
    "said_ceased_or_deceased": four(
        "signale une cessation d’activité ou un décès",
        "meldt een stopzetting of overlijden",
        "reports the end of the business or a death",
        "meldet eine Geschäftsaufgabe oder einen Todesfall",
    ),
    "said_hostile": four(
        "a réagi vivement", "heeft scherp gereageerd", "has reacted angrily", "hat verärgert reagiert"
    ),
    "said_legal_threat": four(
        "évoque un avocat, un tribunal ou une plainte",
        "spreekt van een advocaat, rechtbank of klacht",
        "mentions a lawyer, a court or a complaint",
        "erwähnt Anwalt, Gericht oder Beschwerde",
    ),
    "said_stop_contact": four(
        "demande de ne plus lui écrire",
        "vraagt om niet meer te schrijven",
        "asks us to stop writing",
        "bittet, nicht mehr zu schreiben",
    ),
    "said_acknowledgement_only": four(
        "accuse réception, sans date",
        "bevestigt de ontvangst, zonder datum",
        "acknowledges receipt, without a date",
        "bestätigt den Empfang, ohne Datum",
    ),
    "said_question_other": four("pose une question", "heeft een vraag", "has a question", "hat eine Frage"),
    "said_suspected_fraud": four(
        "a envoyé un message suspect",
        "stuurde een verdacht bericht",
        "has sent a suspicious message",
        "hat eine verdächtige Nachricht gesandt",
    ),
    "said_other": four("a répondu", "heeft geantwoord", "has written", "hat geantwortet"),
}

# What a debtor enclosed, as it follows the file's name.
ENCLOSED = {
    "enclosure_payment_proof": four("preuve de paiement", "betalingsbewijs", "proof of payment", "Zahlungsbeleg"),
    "enclosure_remittance": four("avis de paiement", "betalingsoverzicht", "remittance advice", "Zahlungsavis"),
    "enclosure_credit_note": four("note de crédit", "creditnota", "credit note", "Gutschrift"),
    "enclosure_bank_details": four("coordonnées bancaires", "bankgegevens", "bank details", "Bankverbindung"),
    "enclosure_counter_claim": four("réclamation", "tegenvordering", "counter-claim", "Gegenforderung"),
    "enclosure_order": four(
        "commande ou offre", "bestelling of offerte", "order or quotation", "Bestellung oder Angebot"
    ),
    "enclosure_insolvency": four(
        "acte d’insolvabilité", "insolventiedocument", "insolvency document", "Insolvenzunterlage"
    ),
    "enclosure_invoice": four("copie de facture", "kopie van factuur", "copy of an invoice", "Rechnungskopie"),
    "enclosure_other": four("document", "document", "document", "Dokument"),
    "enclosure_not_yours": four(
        "pas dans nos livres", "niet in onze boeken", "not in our books", "nicht in unseren Büchern"
    ),
}

# What speaks for a case that a mail may be about.
WHY = {
    "why_address": four("adresse connue", "bekend adres", "known address", "bekannte Adresse"),
    "why_number": four("numéro cité", "nummer vermeld", "number named", "Nummer genannt"),
    "why_amount": four("montant cité", "bedrag vermeld", "amount named", "Betrag genannt"),
    "why_name": four("nom cité", "naam vermeld", "name mentioned", "Name genannt"),
    "why_domain": four("nom dans l’adresse", "naam in het adres", "name in the address", "Name in der Adresse"),
}

DETAILS = {
    "message": four("Message", "Bericht", "Message", "Nachricht"),
    "mail": four("Envoi", "Mail", "Mail", "E-Mail"),
    "to": four("Destinataire", "Bestemmeling", "Recipient", "Empfänger"),
    "subject": four("Objet", "Onderwerp", "Subject", "Betreff"),
    "error": four("Erreur", "Fout", "Error", "Fehler"),
    "summary": four("En bref", "Kort", "In short", "Kurz"),
    "address": four("Adresse", "Adres", "Address", "Adresse"),
    "mailbox": four("Boîte aux lettres", "Postbus", "Mailbox", "Postfach"),
    "since": four("Depuis", "Sinds", "Since", "Seit"),
    "rule": four("Règle", "Regel", "Rule", "Regel"),
    "rule_source": four("Source", "Bron", "Source", "Quelle"),
    "client": four("Créancier", "Schuldeiser", "Creditor", "Gläubiger"),
    "broken_by": four("Constat", "Vaststelling", "Finding", "Befund"),
    "remedy": four("À faire", "Te doen", "What to do", "Zu tun"),
    "waiting": four("Messages en attente", "Wachtende mails", "Mails that wait", "Wartende E-Mails"),
    "release": four(
        "Ou, pour les laisser partir", "Of, om ze vrij te geven", "Or, to let them go", "Oder, zum Freigeben"
    ),
    "asked_again": four("Prochaine question", "Volgende vraag", "Asked again", "Nächste Frage"),
    "clock_was": four("L’horloge indiquait", "De klok stond op", "The clock told", "Die Uhr zeigte"),
    "clock_is": four("Elle indique à présent", "Ze staat nu op", "It tells now", "Jetzt zeigt sie"),
}

# How a creditor may type a field in his reply.
EXAMPLES: Mapping[str, Words] = {
    "number": four("numéro 2027-118", "nummer 2027-118", "number 2027-118", "Nummer 2027-118"),
    "issue_date": four(
        "date de facture 15/02/2027", "factuurdatum 15/02/2027", "invoice date: 15/02/2027", "Rechnungsdatum 15.02.2027"
    ),
    "due_date": four("échéance 15/03/2027", "vervaldatum 15/03/2027", "due date 15/03/2027", "Fälligkeit 15.03.2027"),
    "terms": four("échéance 15/03/2027", "vervaldatum 15/03/2027", "due date 15/03/2027", "Fälligkeit 15.03.2027"),
    "total": four("montant 1.250,00", "bedrag 1.250,00", "amount 1,250.00", "Betrag 1.250,00"),
    "amount_due": four("montant 1.250,00", "bedrag 1.250,00", "amount 1,250.00", "Betrag 1.250,00"),
    "deposit": four("acompte 200,00", "voorschot 200,00", "deposit 200.00", "Anzahlung 200,00"),
    "currency": four("devise EUR", "munt EUR", "currency EUR", "Währung EUR"),
    "buyer_name": four("client : Exemple SRL", "klant: Voorbeeld bv", "customer: Example Ltd", "Kunde: Beispiel GmbH"),
    "debtor_email": four(
        "débiteur : compta@exemple.be",
        "debiteur: boekhouding@voorbeeld.be",
        "debtor: accounts@example.com",
        "Kunde: buchhaltung@beispiel.de",
    ),
    "iban": four(*("IBAN BE68 5390 0754 7034",) * 4),
    "reference": four(
        "communication +++090/9337/55493+++",
        "mededeling +++090/9337/55493+++",
        "reference RF18 5390 0754 7034",
        "Verwendungszweck RF18 5390 0754 7034",
    ),
}
