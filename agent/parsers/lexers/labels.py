"""The words that name a value on an invoice, in French, Dutch, English and German.

A label is written here without accents, articles and prepositions ("date facture" also finds "Date de la facture"), with "no" for
every word for number ("n°", "Nr.", "#"). The longest label wins where several overlap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from agent.parsers.lexers.folding import fold

_TOKEN = re.compile(r"[a-z0-9]+|[°#]")
_FILLERS = frozenset(
    "de d la le les l du des van der den het the of eur euro euros usd chf gbp s au aux nos notre ons onze our unser unsere".split()
)
_NUMBER_WORDS = frozenset({"n°", "nr", "num", "numero", "nummer", "number", "#", "nro"})
MAX_TEXT = 400

LABELS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "no", "no piece", "facture no", "facture n", "avoir n", "no facture", "numero facture", "facture", "ref facture", "reference facture", "note honoraires",
        "note honoraires no", "recu", "recu no", "quittance no", "receipt", "receipt no", "kwitantie", "kwitantie no", "kwitantienummer", "quittung", "quittung no", "bonnummer", "no recu", "no piece", "no document", "document no", "avoir", "avoir no", "no avoir", "note credit",
        "note credit no", "no note credit", "etat honoraires", "facture acompte no", "facture acompte", "facture solde",
        "facture avoir", "facture avoir no", "facture rectificative no", "facture rectificative", "decompte no",
        "factuur", "factuur no", "factuurnummer", "factuurno", "factuurnr", "no factuur", "factuurreferentie", "creditnota",
        "creditnota no", "creditnotanummer", "creditnotanr", "creditfactuur", "creditfactuur no", "creditfactuurnummer",
        "documentnummer", "voorschotfactuur", "voorschotfactuur no", "ereloonnota", "ereloonnota no", "kostennota", "notanummer",
        "betaaloverzichtnummer", "factuur kenmerk",
        "invoice", "invoice no", "no invoice", "tax invoice", "tax invoice no", "credit note", "credit note no", "credit memo",
        "credit memo no", "invoice ref", "invoice reference", "invoice id", "bill no", "credit invoice", "invoicenumber",
        "invoice credit note no", "document id", "vat invoice", "vat invoice no", "proforma no",
        "rechnung", "rechnung no", "rechnungsnummer", "rechnungsno", "rechnungsnr", "rechnungs no", "belegnummer", "beleg no",
        "belegnr", "gutschrift", "gutschrift no", "gutschriftsnummer", "gutschriftnummer", "rechnungskorrektur",
        "rechnungskorrektur no", "stornorechnung", "stornorechnung no", "handelsrechnung no", "handelsrechnung", "re no", "rg no",
        "rechnungs id", "schlussrechnung no", "schlussrechnung", "schlussrechnung bau", "abschlagsrechnung", "abschlagsrechnung no",
        "abschlagsrechnung bau", "teilrechnung", "teilrechnung no", "dokumentnummer", "honorarnote", "honorarnote no",
        "korrigierte rechnung", "anzahlungsrechnung", "rechnung gutschrift", "gebuhrenbescheid no", "rechnungsummer",
    ),
    "issue_date": (
        "date facture", "date facturation", "etablie", "etabli", "date emission", "date document", "date piece", "emise", "emis",
        "date avoir", "date note credit", "facture date", "date note", "date creation", "date",
        "factuurdatum", "uitgereikt", "uitgereikt op", "datum factuur", "datum", "documentdatum", "creditnotadatum", "datum creditnota", "factuur datum",
        "betaaloverzichtdatum", "opgemaakt", "opmaakdatum", "uitgiftedatum", "notadatum",
        "invoice date", "issue date", "date issued", "date issue", "date invoice", "issued", "issued on", "document date", "bill date",
        "billing date", "credit note date", "tax point", "dated", "invoice dated", "tax date", "invoice issue date",
        "rechnungsdatum", "belegdatum", "ausstellungsdatum", "rechnungs datum", "erstellungsdatum", "erstellt am", "datum rechnung",
        "ausgestellt am", "rechnung vom", "gutschriftsdatum", "datum beleg",
    ),
    "due_date": (
        "echeance", "date echeance", "echeance paiement", "date limite paiement", "date limite reglement", "date paiement",
        "a payer avant", "payable avant", "a regler avant", "payer avant", "reglement avant", "paiement avant", "avant",
        "a payer pour", "payable pour", "payable jusqu", "a regler pour", "echeance reglement", "limite paiement", "date exigibilite", "date prelevement", "prelevement partir", "prelevement a partir", "preleve", "sera preleve",
        "exigible", "paiement attendu", "paiement attendu", "a payer jusqu", "plus tard", "date reglement", "payable",
        "echeant", "payable echeance", "reglement attendu", "a regler plus tard",
        "vervaldatum", "vervaldag", "te betalen voor", "te betalen tegen", "betalen voor", "betaling voor", "uiterste betaaldatum",
        "betaaldatum", "incassodatum", "uiterlijk", "te betalen uiterlijk", "gelieve te betalen voor", "vervalt", "uiterste betaaldag", "betalen uiterlijk",
        "uiterste datum betaling", "vervaldatum factuur", "te voldoen voor", "betaalbaar voor", "betaalbaar uiterlijk", "te betalen tot",
        "due date", "due", "collection date", "debit date", "payment due", "due on", "pay by", "payable by", "payment due by", "due by", "payment due date",
        "date due", "please pay by", "to be paid by", "payment by", "due for payment", "payment date", "no later than", "amount due on",
        "total amount due on", "payment due on", "latest by", "invoice due date", "on or before", "before", "to be settled by",
        "falligkeit", "abbuchung am", "lastschrift am", "abbuchungsdatum", "falligkeitsdatum", "fallig", "fallig am", "zahlbar bis", "zahlbar bis zum", "zahlungsziel", "zu zahlen bis",
        "bis spatestens", "bis spatestens zum", "zahlungstermin", "zahlbar", "zahlbar spatestens", "falligkeitstag", "falligkeit am", "zahlbar am",
        "uberweisen sie bis zum", "netto bis", "bis zum", "spatestens", "spatestens bis", "spatestens am", "zahlung bis", "zahlung bis zum",
        "fallig bis", "fallig zum", "netto fallig", "valuta", "zahldatum", "bezahlen bis", "zahlen bis", "zahlen bis zum", "bitte zahlen bis", "bezahlen bis zum",
    ),
    "terms": (
        "conditions paiement", "conditions reglement", "modalites paiement", "modalites reglement", "delai paiement", "delai reglement",
        "paiement", "reglement", "condition paiement", "condition reglement", "conditions", "terme paiement", "mode reglement",
        "mode paiement", "moyen paiement",
        "betalingsvoorwaarden", "betalingsvoorwaarde", "betalingstermijn", "betaaltermijn", "betaling", "betalingsconditie",
        "betalingscondities", "betaalvoorwaarden", "te betalen binnen", "betaalwijze", "betaalbaar", "betalingswijze", "voorwaarden",
        "payment terms", "terms payment", "terms", "payment condition", "payment conditions", "payment", "credit terms", "payment method",
        "payment terms conditions", "please pay",
        "zahlungsbedingungen", "zahlungsbedingung", "zahlungskonditionen", "zahlungsfrist", "zahlungsart", "zahlung", "zahlungsweise",
        "zahlungsform", "kondition", "konditionen",
    ),
    "total": (
        "ttc", "tvac", "total ttc", "total tvac", "facture total", "factuur totaal", "rechnung gesamt", "montant total ttc", "montant ttc", "montant total tvac", "montant tvac", "total tva comprise",
        "total toutes taxes comprises", "total facture", "montant total", "total general", "total tva incluse", "total brut",
        "montant total brut", "total tvac a payer", "total ttc a payer", "montant facture", "prix total ttc", "total factuur", "totaux ttc",
        "total general ttc", "total avoir", "total note credit", "total net ttc", "montant total facture", "montant total tva comprise",
        "total taxes comprises", "total incl tva", "montant total avoir", "total a crediter",
        "totaal incl btw", "totaal inclusief btw", "totaal incl", "totaal inclusief", "totaalbedrag", "factuurbedrag", "totaal factuur",
        "bedrag incl btw", "bedrag incl", "totaalbedrag incl btw", "totaalbedrag inclusief btw", "eindtotaal", "algemeen totaal",
        "factuurtotaal", "bedrag inclusief btw", "totaal factuurbedrag", "totaal creditnota", "te crediteren", "totaal b i", "eindbedrag",
        "totaal te crediteren", "bruto totaal", "totaal btw inbegrepen", "totaal bedrag", "totaalfactuur", "totaal bruto",
        "total incl vat", "total including vat", "total inc vat", "grand total", "invoice total", "total amount", "gross total", "total gross",
        "total incl", "total including tax", "total incl tax", "gross amount", "total invoice", "invoice amount", "total invoice amount",
        "total with vat", "gross total amount", "total this invoice", "total for this invoice", "total amount incl vat", "credit total",
        "total credit", "amount incl vat", "total inclusive vat", "total vat included", "overall total", "amount including vat",
        "gesamtbetrag", "bruttobetrag", "bruttosumme", "rechnungsbetrag", "endbetrag", "gesamtsumme", "rechnungssumme", "gesamt brutto",
        "summe brutto", "brutto", "gesamtbetrag brutto", "gesamt inkl mwst", "summe gesamt", "rechnungsendbetrag", "gesamtbetrag inkl mwst",
        "summe inkl mwst", "gesamtbetrag inkl ust", "gesamt inkl ust", "rechnungsgesamtbetrag", "bruttogesamtbetrag", "gutschriftsbetrag",
        "rechnungsbetrag brutto", "gesamtpreis brutto", "endsumme", "rechnungssumme brutto", "brutto gesamt", "betrag inkl mwst",
        "gesamtbetrag inkl", "gesamt inkl", "total brutto", "bruttorechnungsbetrag", "brutto rechnungsbetrag", "summe inkl ust", "gesamtrechnungsbetrag",
    ),
    "plain_total": ("total", "totaal", "gesamt", "summe", "totale", "betrag", "montant", "bedrag", "amount", "totaux", "total somme"),
    "amount_due": (
        "a payer", "montant a payer", "net a payer", "reste a payer", "solde a payer", "solde", "total a payer", "somme a payer",
        "a regler", "montant a regler", "net a regler", "reste", "reste owed", "montant owed", "solde owed", "net a payer ttc", "solde restant owed", "montant restant owed",
        "total owed", "somme owed", "reste a regler", "solde a regler", "solde ouvert", "verser somme", "somme", "montant net a payer", "solde restant",
        "a payer ttc", "total net a payer", "montant prelevement", "a nous devoir",
        "te betalen", "te betalen bedrag", "totaal te betalen", "saldo", "saldo te betalen", "openstaand", "openstaand bedrag",
        "nog te betalen", "te voldoen", "totaal te voldoen", "netto te betalen", "bedrag te betalen", "restbedrag", "openstaand saldo",
        "resterend", "verschuldigd bedrag", "totaal verschuldigd", "te betalen saldo", "resterend saldo", "nog te voldoen",
        "amount due", "open amount", "residual", "residual amount", "amount open", "open balance", "remaining amount", "amount due on", "total amount due on", "balance due", "total due", "balance", "amount payable", "total payable", "payable amount", "due amount", "total amount due",
        "outstanding", "amount outstanding", "outstanding balance", "net payable", "to pay", "amount to pay", "total to pay", "remaining balance",
        "outstanding amount", "please pay amount", "balance to pay", "remaining amount due", "net amount due",
        "zahlbetrag", "zu zahlen", "zu zahlender betrag", "offener betrag", "noch zu zahlen", "restbetrag", "zahlungsbetrag",
        "falliger betrag", "zu uberweisen", "offener rechnungsbetrag", "offen", "restzahlung", "verbleibender betrag", "zu bezahlen",
        "zu zahlender gesamtbetrag", "zu uberweisender betrag", "auszahlungsbetrag", "noch offen", "noch zu zahlender betrag", "restforderung",
    ),
    "net": (
        "total ht", "total htva", "total hors tva", "montant ht", "montant total ht", "sous total", "total net ht", "total hors taxes",
        "total hors taxe", "base ht", "montant htva", "total hors t v a", "montant hors tva", "sous total ht", "total lignes", "montant total net",
        "total net", "montant net", "base imposable", "net ht", "total general ht", "total brut ht", "sous total htva", "total excl tva",
        "montant net ht", "soustotal", "total base",
        "totaal excl btw", "totaal exclusief btw", "subtotaal", "bedrag excl btw", "totaal excl", "totaal exclusief", "subtotaal ex btw",
        "totaal netto", "maatstaf heffing", "netto", "nettobedrag", "subtotaal excl btw", "bedrag exclusief btw", "totaal ex btw",
        "totaal zonder btw", "belastbare basis", "netto totaal", "bedrag excl", "subtotaal exclusief btw", "totaalbedrag excl btw",
        "totaalbedrag exclusief btw", "bedrag ex btw",
        "subtotal", "sub total", "net total", "total excl vat", "total excluding vat", "net amount", "total ex vat", "total net", "amount excl vat",
        "taxable amount", "lines total", "line total amount", "net total amount", "total excl tax", "total before tax", "total excl",
        "subtotal excl vat", "total without vat", "total exclusive vat", "total amount excl vat", "taxable base", "total excluding tax",
        "nettosumme", "nettobetrag", "summe netto", "gesamt netto", "zwischensumme", "rechnungssumme ohne ust", "gesamtbetrag netto",
        "summe ohne mwst", "netto summe", "positionssumme", "warenwert", "nettowarenwert", "gesamtnetto", "gesamtbetrag ohne mwst", "total netto",
        "zwischensumme netto", "nettorechnungsbetrag", "rechnungsbetrag netto", "netto gesamt", "gesamt ohne mwst", "gesamt ohne ust",
        "summe positionen", "rechnungsbetrag ohne ust", "nettogesamtbetrag", "rechnungssumme netto", "summe nettobetrage", "gesamtsumme netto",
        "nettogesamt", "steuerpflichtiger betrag", "zwischensumme ohne mwst",
    ),
    "vat": (
        "tva", "t v a", "total tva", "montant tva", "taxes", "taxe", "total taxes", "taxe sur valeur ajoutee", "montant total tva",
        "btw", "btw bedrag", "totaal btw", "b t w", "btw totaal", "bedrag btw", "omzetbelasting",
        "vat", "vat amount", "total vat", "sales tax", "tax", "total tax", "tax amount", "value added tax", "gst", "vat total",
        "mwst", "ust", "umsatzsteuer", "umsatzssteuer", "mehrwertsteuer", "steuerbetrag", "summe mwst", "steuer", "gesamt mwst", "zzgl mwst", "zzgl ust",
        "mwst betrag", "ust betrag", "zzgl umsatzsteuer", "summe umsatzsteuer", "zuzuglich mwst", "umsatzsteuerbetrag", "mehrwertsteuerbetrag",
        "gesamtbetrag umsatzsteuer", "summe ust", "summe steuern", "enthaltene mwst", "davon mwst",
    ),
    "deposit": (
        "acompte", "acompte verse", "acompte recu", "acompte deduit", "deja verse", "montant deja verse", "deja paye", "montant deja paye",
        "deja regle", "montant regle", "acomptes verses", "deduction acompte", "acompte paye", "montant paye", "provision versee",
        "paiement recu", "acomptes", "avance versee", "avance", "acompte facture", "montant recu", "paye", "moins acompte",
        "acompte deja verse", "reglement recu", "paiements recus", "provision", "total regle", "total paye",
        "voorschot", "reeds betaald", "betaald voorschot", "voorschotten", "ontvangen voorschot", "betaald bedrag", "reeds voldaan",
        "aanbetaling", "reeds ontvangen", "betaald", "in mindering", "min voorschot", "voorschot betaald", "vooruitbetaald", "vooruitbetaling",
        "deposit", "prepaid", "already paid", "amount paid", "paid", "paid amount", "less deposit", "advance payment", "deposit paid",
        "down payment", "payment received", "payments received", "deposit received", "total paid", "less paid", "advance", "prepayment",
        "less advance payment", "amount received", "less payments received", "paid to date", "prepaid amount",
        "anzahlung", "anzahlungen", "erhaltene anzahlungen", "bereits bezahlt", "bereits gezahlt", "vorauszahlung", "vorausbezahlter betrag", "vorausbezahlt", "montant prepaye", "vooruitbetaald bedrag", "abzgl anzahlung",
        "geleistete anzahlung", "erhaltene anzahlung", "abschlagszahlung", "abschlagszahlungen", "erhaltene zahlung", "erhaltene zahlungen",
        "bereits geleistet", "abzuglich anzahlung", "akonto", "angezahlt", "bezahlt", "geleistete zahlungen", "gezahlt",
    ),
    "rounding": ("arrondi", "afronding", "rounding", "rundung", "rundungsbetrag", "rundungsdifferenz", "rounding amount"),
    "allowance": (
        "remise", "remise ht", "rabais", "ristourne", "korting", "handelskorting", "allowance", "discount", "rabatt", "nachlass", "skonto",
        "total remise", "remises", "frais port", "port", "frais livraison", "verzendkosten", "shipping", "fee", "versand", "versandkosten", "zuschlag",
        "gesamtbetrag abschlage", "gesamtbetrag zuschlage", "escompte", "transport", "frais", "zu abschlag", "abschlage", "zuschlage", "frais transport",
        "reduction", "portokosten", "administratiekosten", "transportkosten",
    ),
    "carried": (
        "report", "a reporter", "transport a reporter", "overdracht", "over te dragen", "ubertrag", "carried forward", "brought forward",
        "carried over", "subtotal carried forward", "sous total a reporter", "report a nouveau", "transport", "zwischenubertrag",
    ),
    "iban": ("iban", "compte iban", "rekening", "rekeningnummer", "bankrekening", "compte bancaire", "compte", "konto", "bank account",
             "account no", "bankverbindung", "coordonnees bancaires", "compte beneficiaire", "rekening begunstigde", "sepa"),
    "currency": ("devise", "monnaie", "munt", "valuta code", "munteenheid", "currency", "invoice currency", "wahrung", "rechnungswahrung"),
    "bic": ("bic", "swift", "bic swift", "swift code", "swift bic", "code bic", "bic code"),
    "payment_reference": (
        "communication", "communication structuree", "communication libre", "reference paiement", "reference a rappeler", "reference virement",
        "communication a rappeler", "en mentionnant communication", "mentionnant", "reference communication", "avec communication",
        "a rappeler", "libelle virement",
        "mededeling", "gestructureerde mededeling", "betalingsreferentie", "betaalreferentie", "betalingskenmerk", "betaalkenmerk",
        "vrije mededeling", "onder vermelding", "met vermelding", "met mededeling", "omschrijving overboeking", "kenmerk betaling",
        "payment reference", "structured communication", "creditor reference", "remittance reference", "reference payment",
        "following communication for your payment", "communication for your payment", "quote reference", "payment ref", "please quote",
        "use following communication", "remittance information", "rf reference",
        "verwendungszweck", "zahlungsreferenz", "zahlungsreferenz no", "referenz zahlung", "zahlungsgrund", "kundenreferenz zahlung",
        "glaubigerreferenz", "unter angabe", "bei zahlung bitte angeben", "bei zahlung angeben", "verwendungszweck zahlung",
    ),
    "customer_number": (
        "no client", "client no", "compte client", "code client", "reference client", "ref client", "id client", "no debiteur", "client id",
        "no dossier", "numero dossier", "no adherent", "no abonne",
        "klantnummer", "klantnr", "klant no", "klantcode", "debiteurnummer", "debiteurennummer", "no klant", "relatienummer", "klantnummerno",
        "customer no", "customer id", "client number", "account number", "customer account", "customer ref", "customer", "customer code",
        "kundennummer", "kundennr", "kunden no", "kunde no", "debitor no", "debitorennummer", "ihre kundennummer", "kundenno", "debitorenno",
        "debitorennr", "mitgliedsnummer", "vertragskonto", "kd no", "kontonummer", "leasingnummer",
    ),
    "order_number": (
        "bon commande", "no commande", "commande", "votre commande", "reference commande", "bon commande no", "votre reference", "vos references",
        "v ref", "votre ref", "commande no", "n commande", "ref commande", "po", "votre bon commande",
        "bestelbon", "uw bestelbon", "uw referentie", "bestelnummer", "uw kenmerk", "bestelbon no", "ordernummer", "uw bestelling", "uw ref",
        "order no", "purchase order", "po number", "your reference", "your order", "your ref", "po no", "order number", "order", "order reference",
        "purchase order no", "customer reference", "customer order no", "order id",
        "bestellnummer", "bestellung", "ihre bestellung", "auftragsnummer", "bestellung no", "ihr zeichen", "ihre referenz", "auftrag no", "bestell no",
        "bestellnr", "auftragsnr", "bestellung no kunde", "referenz kaufers", "auftrag", "referenz", "vertrag", "vertragsnummer", "contract number",
        "contract no", "no contrat", "contractnummer", "kundenreferenz", "lieferschein no", "lieferscheinnummer", "lieferavis", "weitere referenz",
    ),
    "preceding": (
        "facture origine", "facture initiale", "relatif a facture", "concerne facture", "annule facture", "sur facture", "avoir sur facture no",
        "refere a facture", "reference facture origine", "facture rectifiee", "relative a facture", "concerne facture no", "facture concernee",
        "avoir sur facture", "a deduire facture", "correction facture",
        "betreft factuur", "oorspronkelijke factuur", "op factuur", "m b t factuur", "correctie op factuur", "betreft factuur no", "originele factuur",
        "credit op factuur", "met betrekking tot factuur", "betreffende factuur",
        "original invoice", "credit for invoice", "refers to invoice", "relates to invoice", "related invoice", "reference invoice",
        "preceding invoice", "against invoice", "original invoice no", "credited invoice", "correction invoice",
        "zu rechnung", "ursprungliche rechnung", "bezug auf rechnung", "storno zu rechnung", "originalrechnung", "bezugsrechnung", "rechnungsreferenz",
        "gutschrift zu rechnung", "vorausgegangene rechnung", "zu rechnung no", "korrektur zu rechnung", "bezug rechnung no", "ursprungsrechnung",
    ),
    "delivery_date": (
        "date livraison", "livraison", "date prestation", "bon livraison", "livre", "date execution", "date bon livraison",
        "leveringsdatum", "leverdatum", "datum levering", "levering", "uitgevoerd", "geleverd", "leveringsbon", "aankoopdatum", "uitvoeringsdatum",
        "delivery date", "date delivery", "delivery", "supply date", "date supply", "shipment date", "service date", "shipped", "date of supply",
        "lieferdatum", "leistungsdatum", "liefer und leistungsdatum", "leistungszeitpunkt", "lieferung", "liefertermin", "lieferschein", "liefer leistungsdatum",
        "datum lieferung", "tag lieferung", "date commande", "order date", "besteldatum", "bestelldatum", "auftragsdatum", "bestellung vom", "booking date",
        "date intervention", "date arrivee", "date depart", "check in", "check out", "date devis", "print date", "printed on", "imprime", "date impression",
        "afgedrukt", "druckdatum", "gedruckt", "versanddatum", "datum afdruk", "date edition",
    ),
    "period": (
        "periode", "periode prestation", "periode facturation", "periode facturee", "periode facture", "service period", "billing period", "period", "leistungszeitraum",
        "abrechnungszeitraum", "zeitraum", "lieferzeitraum", "factuurperiode", "facturatieperiode", "periode dienst", "verbruiksperiode", "prestaties",
        "prestations", "rechnungszeitraum", "diensten periode", "invoice period", "facturation periode", "sejour", "consommation",
    ),
    "discount": (
        "escompte", "escompte pour paiement anticipe", "en cas paiement anticipe", "korting contant", "betalingskorting", "korting voor contant",
        "early payment discount", "cash discount", "prompt payment discount", "skonto", "skonto bis", "abzgl skonto", "financiele korting", "settlement discount",
        "krediet beperking", "kredietbeperking",
    ),
    "seller": (
        "vendeur", "emetteur", "fournisseur", "prestataire", "expediteur", "emis par", "facture emise par", "titulaire compte", "titulaire", "beneficiaire", "votre prestataire",
        "verkoper", "leverancier", "afzender", "begunstigde", "rekeninghouder", "ten name", "t n v", "tnv", "ten name van",
        "seller", "supplier", "vendor", "from", "bill from", "invoice from", "issued by", "beneficiary", "account holder", "account name", "remit to",
        "service provider", "payee", "a c name", "sold by", "provider", "payable to", "kontoname",
        "verkaufer", "lieferant", "rechnungssteller", "absender", "kontoinhaber", "zahlungsempfanger", "leistungserbringer", "auftragnehmer", "empfanger zahlung",
        "rechnungsaussteller", "leistender",
    ),
    "buyer": (
        "facture a", "client", "destinataire", "acheteur", "adresse facturation", "facturer a", "a attention", "doit", "facture pour", "donneur ordre",
        "adresse facture", "facturation", "coordonnees client", "client facture", "maitre ouvrage", "abonne", "nom abonne", "assure", "patient",
        "debiteur", "nom client", "preneur", "locataire", "societe facturee", "facturee a", "votre client", "adressee a", "facture adressee a",
        "klant", "facturatieadres", "factuuradres", "gefactureerd aan", "aan", "koper", "afnemer", "bestemmeling", "factuur aan", "opdrachtgever", "debiteur naam",
        "factureren aan", "klantgegevens", "geadresseerde", "t a v", "huurder", "uw gegevens", "cliente", "factuur voor",
        "customer", "bill to", "billed to", "invoice to", "sold to", "customer name", "buyer", "client name", "to", "invoiced to", "billing address",
        "bill to address", "invoice address", "recipient", "invoice recipient", "purchaser", "billed", "tenant", "invoice for", "bill to customer", "customer details",
        "rechnungsempfanger", "kaufer", "kunde", "auftraggeber", "empfanger", "rechnungsadresse", "leistungsempfanger", "rechnung an", "kaufer leistungsempfanger",
        "rechnungsanschrift", "besteller", "mieter", "anschrift kunde", "herrn", "firma",
    ),
    "elsewhere": (
        "adresse livraison", "livre a", "lieu livraison", "adresse chantier", "chantier", "adresse installation", "adresse intervention", "lieu intervention",
        "leveringsadres", "leveradres", "afleveradres", "werfadres", "werf", "geleverd aan", "adres levering",
        "ship to", "delivery address", "deliver to", "shipping address", "delivered to", "site address", "consignee", "ship to address",
        "lieferadresse", "lieferanschrift", "warenempfanger", "leistungsort", "abweichender warenempfanger", "abweichender rechnungsempfanger",
        "zahlungsempfanger abweichend", "versandadresse", "baustelle", "lieferort", "end kunde", "ausgefuhrt fur",
        "contact commercial", "contact", "ansprechpartner", "contactpersoon", "sachbearbeiter", "bearbeiter", "salesperson", "steuervertreter",
    ),
    "vat_number": (
        "tva", "btw", "vat", "no tva", "tva no", "tva intracom", "tva intracommunautaire", "no tva intracommunautaire", "n tva", "id tva", "btw no", "btw nummer",
        "btwnummer", "btw id", "btwnr", "vat no", "vat id", "vat reg no", "vat registration no", "vat registration", "vat number", "ust id no", "ust idnr", "ustid",
        "ust id", "umsatzsteuer id", "ustidno", "ustidnr", "uid", "uid no", "vat reg", "tax id", "tva be", "umsatzsteuer identifikationsnummer", "no tva intra", "tva intra",
        "no identification tva", "btw identificatienummer", "ust idno", "mwst no", "numero tva", "steuernummer", "st no", "tax no", "ust ident no",
    ),
    "buyer_vat": (
        "no tva client", "tva client", "votre no tva", "votre tva", "no tva du client", "btw klant", "uw btw", "uw btw nummer", "btw nummer klant", "klant btw",
        "customer vat", "customer vat id", "customer vat no", "your vat", "your vat no", "your vat number", "client vat", "client vat no", "kunden ust id", "ihre ust id no",
        "ihre ust id", "ihre ustid", "ust id kunde", "ust id no kunde", "ihre ust idnr", "ihre ust idno", "kunden ust id no", "btw nr klant", "numero tva client", "tva acquereur",
        "buyer vat", "buyer vat id", "buyer vat no", "vat number customer", "ihre umsatzsteuer id", "no tva acheteur", "vat id customer", "kunden uid", "ihre uid",
        "ust idnr kunde", "ust idno kunde", "bill to vat", "customer vat number",
    ),
    "enterprise": ("siret", "siren", "rcs", "r c s", "numero entreprise", "no entreprise", "ondernemingsnummer", "ondernemingsnr", "kvk", "kvk no", "kvk nummer", "rpm", "rpr",
                   "company no", "registered no", "company registration no", "hrb", "bce", "kbo", "no bce", "company number", "rcs luxembourg", "handelsregister", "k v k", "handelsregisternummer"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a text, from character `start` to `end`: it names a value of `field`. `words` counts its words without fillers."""

    field: str
    start: int
    end: int
    words: int


class _Node:
    __slots__ = ("fields", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.fields: tuple[str, ...] = ()


def _tree() -> _Node:
    root = _Node()
    for field, phrases in LABELS.items():
        for phrase in phrases:
            node = root
            for word in phrase.split():
                node = node.next.setdefault(_token(word), _Node()) if word not in _FILLERS else node
            if field not in node.fields:
                node.fields += (field,)
    root.fields = ()
    return root


def _token(word: str) -> str:
    return "no" if word in _NUMBER_WORDS else word


@lru_cache(maxsize=4096)
def find_labels(text: str) -> tuple[Label, ...]:
    """The labels of a text in order, the longest at each place; one place gives several when its words name several fields."""
    tokens = _tokens(text[:MAX_TEXT])
    found: list[Label] = []
    at = 0
    while at < len(tokens):
        length, fields = _longest(tokens, at)
        found += [Label(field, tokens[at][1], tokens[at + length - 1][2], length) for field in fields]
        at += max(length, 1)
    return tuple(found)


def _tokens(text: str) -> list[tuple[str, int, int]]:
    tokens: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(fold(text)):
        word, start, end = match[0], match.start(), match.end()
        if word == "°":
            if tokens and tokens[-1][0] == "n" and tokens[-1][2] == start:
                tokens[-1] = ("no", tokens[-1][1], end)
            continue
        if word == "du" and text[start:end] in {"dû", "DÛ", "Dû"}:
            word = "owed"
        if word not in _FILLERS:
            tokens.append((_token(word), start, end))
    return tokens


def _longest(tokens: list[tuple[str, int, int]], at: int) -> tuple[int, tuple[str, ...]]:
    node, best = _ROOT, 0
    fields: tuple[str, ...] = ()
    for offset, (word, _, _) in enumerate(tokens[at : at + 8], 1):
        following = node.next.get(word)
        if following is None:
            break
        node = following
        if node.fields:
            best, fields = offset, node.fields
    return best, fields


_ROOT = _tree()
