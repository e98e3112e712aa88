"""The words about lists that are taken over: what becomes of rows, and what is wrong in them, in the four languages."""

from agent.reports.vocabulary import four

LISTS = {
    "buyer_email": four(
        "Adresse mail du débiteur", "Mailadres van de debiteur", "Debtor’s mail address", "Mailadresse des Debitors"
    ),
    "buyer_country": four("Pays du débiteur", "Land van de debiteur", "Debtor’s country", "Land des Debitors"),
    "language": four("Langue", "Taal", "Language", "Sprache"),
    "side": four("Facture ou crédit", "Factuur of credit", "Invoice or credit", "Rechnung oder Gutschrift"),
    "row_registered": four("à suivre", "op te volgen", "to be followed", "zu verfolgen"),
    "row_review": four(
        "à suivre après votre réponse",
        "op te volgen na uw antwoord",
        "to be followed after your answer",
        "zu verfolgen nach Ihrer Antwort",
    ),
    "row_known": four("déjà connues", "al bekend", "known already", "schon bekannt"),
    "row_conflict": four(
        "connues avec d’autres chiffres, inchangées",
        "bekend met andere cijfers, ongewijzigd",
        "known with other figures, unchanged",
        "mit anderen Zahlen bekannt, unverändert",
    ),
    "row_opened": four("nouveaux clients", "nieuwe klanten", "new customers", "neue Kunden"),
    "row_added": four("adresses ajoutées", "toegevoegde adressen", "addresses added", "ergänzte Adressen"),
    "row_lookalike": four(
        "presque le nom d’un client connu, laissés de côté",
        "bijna de naam van een bekende klant, overgeslagen",
        "nearly the name of a known customer, left out",
        "fast der Name eines bekannten Kunden, ausgelassen",
    ),
    "row_already_paid": four(
        "soldées, laissées de côté", "betaald, overgeslagen", "settled, left out", "bezahlt, ausgelassen"
    ),
    "row_excluded": four(
        "clients exclus du suivi",
        "klanten die niet worden opgevolgd",
        "customers not followed",
        "nicht verfolgte Kunden",
    ),
    "row_other": four("laissées de côté", "overgeslagen", "left out", "ausgelassen"),
    "rows": four("Lignes", "Rijen", "Rows", "Zeilen"),
    "row": four("Ligne", "Rij", "Row", "Zeile"),
    "wrong_no_name": four("le client manque", "de klant ontbreekt", "the customer is missing", "der Kunde fehlt"),
    "wrong_no_number": four("le numéro manque", "het nummer ontbreekt", "the number is missing", "die Nummer fehlt"),
    "wrong_no_amount": four("le montant manque", "het bedrag ontbreekt", "the amount is missing", "der Betrag fehlt"),
    "wrong_bad_amount": four("montant illisible", "onleesbaar bedrag", "unreadable amount", "unlesbarer Betrag"),
    "wrong_bad_date": four("date impossible", "onmogelijke datum", "impossible date", "unmögliches Datum"),
    "wrong_bad_email": four("adresse invalide", "ongeldig adres", "invalid address", "ungültige Adresse"),
    "wrong_bad_party": four(
        "numéro de TVA invalide", "ongeldig btw-nummer", "invalid VAT number", "ungültige USt-IdNr."
    ),
    "wrong_bad_consumer": four("ni oui ni non", "ja noch nee", "neither yes nor no", "weder ja noch nein"),
    "wrong_bad_currency": four("devise inconnue", "onbekende munt", "unknown currency", "unbekannte Währung"),
    "wrong_due_before_issue": four(
        "échéance avant la date de facture",
        "vervaldag vóór de factuurdatum",
        "due before its own date",
        "Fälligkeit vor dem Rechnungsdatum",
    ),
    "wrong_open_above_total": four(
        "solde supérieur au montant",
        "saldo hoger dan het bedrag",
        "more open than the amount",
        "mehr offen als der Betrag",
    ),
    "wrong_twice": four(
        "numéro déjà présent à la ligne",
        "nummer staat al op rij",
        "number stands already on row",
        "Nummer steht schon in Zeile",
    ),
    "open": four("Solde", "Saldo", "Open", "Offen"),
    "topic_release": four(
        "Relevés à approuver",
        "Rekeningoverzichten die op uw akkoord wachten",
        "Statements to approve",
        "Kontoübersichten zur Freigabe",
    ),
    "topic_draft": four(
        "Relevés à envoyer vous-même",
        "Rekeningoverzichten om zelf te versturen",
        "Statements to send yourself",
        "Kontoübersichten zum Selbstversenden",
    ),
    "topic_forewarning": four(
        "Relevés annoncés", "Aangekondigde rekeningoverzichten", "Statements announced", "Angekündigte Kontoübersichten"
    ),
}
