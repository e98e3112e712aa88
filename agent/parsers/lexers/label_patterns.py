"""Families of labels: what a maker's own wording varies on invoices in French, Dutch, English and German.

A pattern's words stand as in `agent.parsers.lexers.label_words`; "a|b" is either word, "a_b" two words in a row, and "?" behind a word
means with or without it: "total|montant general? ttc" is four labels.
"""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "num|no|numero|ref|reference|id facture|avoir|document|piece|note_credit", "facture|avoir ref|reference|id|client_no|vente_no|proforma_no",
        "facture vente|services|acompte|solde no?", "facture client no", "no facture client|vente|acompte", "votre facture no?", "decompte|honoraires no", "ref|reference",
        "faktuur|factuur no|kenmerk|ref|referentie|id|code", "faktuur", "faktuurnummer", "faktuurnr", "no|id|ref|referentie factuur|faktuur|document", "verkoopfactuur no?",
        "uw factuur no?", "kenmerk", "referentie", "slotfactuur|eindfactuur|verzamelfactuur no?",
        "inv no|ref|id|code|reference", "invoice|bill|credit_note|document num|code|id|no|reference|ref", "sales|tax|vat invoice no|ref|id|reference?", "your invoice no?",
        "bill|transaction no", "reference",
        "rg|re|r|rech|rechn|rechnung|faktura|fakturen|beleg|dokument no|num|id", "rnr", "renr", "rgnr", "rechnungs num|id|kennung", "faktura", "fakturanummer", "fakturanr",
        "belegno", "honorarrechnung|schlussrechnung|teilrechnung|anzahlungsrechnung|sammelrechnung|kostenrechnung no?", "ihre rechnung no?",
    ),
    "issue_date": (
        "date emise|etablie|creee|emission|etablissement|redaction|comptable", "creee|etablie|editee|redigee", "facture|avoir|document|piece date", "date document|avoir|releve|note",
        "datum uitgifte|opmaak|facturatie|factuur|faktuur|creditnota|uitreiking|document", "uitgifte|faktuur|opmaak|document|creditnota datum", "uitreikingsdatum", "faktuurdatum",
        "facturatiedatum", "factuurdag", "aanmaakdatum", "gefactureerd op?",
        "date raised|created|invoiced|billed|bill|document", "issue|issued|billing|bill|document|sales|creation|invoicing|transaction date", "raised|created|invoiced|billed on?", "inv date",
        "invoice created|raised|issued on?", "date time? supply",
        "rechnungs|beleg|ausstellungs|erstellungs|faktura datum", "datum ausstellung|rechnungsstellung|rechnungslegung|belegs|beleg|faktura", "rechnungsstellung", "fakturadatum", "re|rg datum",
        "ausgestellt", "dokumentdatum", "dokument datum",
    ),
    "due_date": (
        "date? limite|ultime|butoir echeance|reglement|paiement|versement", "a regler|payer|solder|acquitter|honorer|verser avant|pour|jusqu|plus_tard|jusqu_au",
        "regler|payer|acquitter avant|pour|plus_tard", "reglement|paiement|versement|virement avant|pour|owed|owed_pour|attendu|attendu_pour|exigible|souhaite|souhaite_pour|echeance|plus_tard",
        "echeance facture|paiement|reglement|finale", "owed", "date exigibilite|prevue_paiement|paiement_prevue|paiement_attendue|paiement_souhaitee", "delai limite", "exigible|echue|echoit",
        "limite paiement|reglement", "date echeance facture|paiement|reglement", "payable plus_tard|owed", "somme owed pour", "echeance a?",
        "verval datum|dag|dt", "vervaldt", "vervaldatum factuur|betaling", "betalen|betaling|betaalbaar|voldoen|overmaken|over_te_maken|te_storten|storten voor|tegen|uiterlijk|uiterlijk_op|tot|voor_uiterlijk|op",
        "te betalen|voldoen op|uiterlijk_op|tegen_uiterlijk", "uiterlijk te? betalen|voldoen|betaaldatum|betaald op?", "uiterste betaaldag|betalingsdatum|datum_betaling|vervaldatum",
        "betaling verwacht op|uiterlijk|voor?", "uiterste datum", "betalingsdatum", "betaal voor|uiterlijk|tegen", "vervalt op", "betaaltermijn|betalingstermijn tot|vervalt|eindigt", "gelieve|graag betalen uiterlijk|voor|tegen",
        "betaling graag voor|uiterlijk", "verschuldigd op",
        "payment|pay|payable|paid|settle|settlement|due|remit|balance_due|total_due by|before|until|on|no_later_than|not_later_than|on_or_before", "payment deadline|limit|date|due_on|due_date", "deadline", "maturity date?",
        "settlement date", "due for? payment by|on?", "date payment due?", "payment required by", "latest payment date", "due no later than", "falls due on?",
        "zahlbar|fallig|zahlung|zahlungsfrist|zahlungsziel|zahlungstermin|zahlen|zu_zahlen|begleichen|zu_begleichen|uberweisen|zu_uberweisen|bezahlen|bitte_zahlen|bitte_bezahlen|frist|falligkeit bis|am|zum|bis_zum|bis_am|bis_spatestens|spatestens|spatestens_am|spatestens_bis|spatestens_zum|per|netto_bis",
        "zahlungsfrist", "zahlfrist", "faellig", "faellig am|bis|zum", "faelligkeit", "faelligkeitsdatum", "falligkeits datum|termin", "zahlungs ziel|termin|frist", "fallig per", "verfall", "verfalldatum", "verfalltag", "zahlungseingang bis",
        "netto zahlbar|fallig bis|am", "rein netto bis", "ohne abzug bis",
    ),
    "terms": (
        "delai", "payable sous|dans", "modalite|modalites reglement|paiement", "echeances reglement", "betaaltermijn", "betaalconditie", "betaalcondities", "betaaltermijnen", "te voldoen binnen", "payment due within",
        "terms conditions payment", "settlement terms", "zahlungsmodalitaten", "zahlungsvereinbarung", "zahlbedingung", "zahlbedingungen", "zahlkondition", "zahlbar innerhalb|innert|binnen", "kond",
    ),
    "total": (
        "total|montant|somme|totaux|prix general|total|global|final|facture|factures|document|net|generale? ttc|tvac|tvacomprise|t_t_c|t_v_a_c|tva_comprise|tva_incluse|tva_inclus|toutes_taxes|toutes_taxes_comprises|taxes_comprises|taxes_incluses|avec_tva|tva_incl|incl_tva",
        "total|montant facture|document|global|final|definitif|factures|avoir", "t t c", "t v a c", "total taxes incluses|incl", "prix total ttc?", "cout total ttc?", "valeur totale", "total somme", "total cette facture",
        "totaal|totaalbedrag|bedrag|totaalprijs|factuurbedrag|eindbedrag|eindtotaal|factuurtotaal|som incl|inclusief|inkl|met|inc btw|b_t_w|omzetbelasting|vat|tva",
        "totaal|totaalbedrag|bedrag|totaalprijs incl|inclusief|inc|inkl", "totaal|totaalbedrag factuur|document|algemeen|faktuur|deze_factuur", "totaalprijs", "faktuurbedrag", "totaal factuurbedrag|btwin|btw_in", "btwin", "incl|inclusief btw",
        "total|amount|sum|grand_total|invoice_total|price|total_amount|total_price incl|including|inc|inclusive|with|plus vat|tax|taxes|gst|sales_tax|btw", "total invoice|bill? value|amount|price|sum|cost|charges", "amount total", "invoice value|sum",
        "total charges|cost|price|bill|invoiced", "final total|amount", "total this? bill", "your total",
        "gesamt|gesamtbetrag|gesamtsumme|total|summe|betrag|rechnungsbetrag|endbetrag|rechnungstotal|endsumme|rechnungssumme|gesamtpreis|preis|gesamttotal|totalbetrag|endpreis|rechnungsendbetrag inkl|inklusive|incl|mit|brutto|einschl|einschliesslich|inkl_ges|inkl_gesetzl|brutto_inkl mwst|ust|mehrwertsteuer|umsatzsteuer|steuer|mws_t",
        "rechnungstotal", "totalbetrag", "gesamttotal", "gesamt rechnungsbetrag|summe|betrag", "bruttopreis", "bruttototal", "bruttowert", "gesamtwert brutto?", "gesamtbrutto", "gesamtbetrag rechnung", "rechnungs total|summe|betrag",
        "endbetrag brutto|inkl", "total rechnung|rechnungsbetrag|gesamt|inkl|inklusive", "summe rechnung", "betrag brutto", "gesamtpreis", "fakturabetrag", "fakturasumme",
    ),
    "amount_due": (
        "total|montant|solde|somme|reste|net|restant|net_total|total_net|total_general|montant_net|montant_total|total_restant a payer|regler|verser|acquitter|devoir|virer ttc?", "total|montant|solde|reste|somme|net|reste_a_payer owed",
        "montant|solde|total exigible|echu|restant", "solde restant|owed|facture|client|ouvert|ouvert_facture", "reste a? votre_charge|charge|regler|payer|owed", "a virer", "owed", "montant owed ttc", "montant payable", "restant owed|a_payer",
        "totaal|totaalbedrag|bedrag|saldo|rest|som|nog|netto|eindbedrag? te betalen|voldoen|storten|innen|ontvangen|overmaken bedrag|saldo|totaal?", "openstaande|resterende|resterend|verschuldigde bedrag|saldo|som", "nog|bedrag openstaand|verschuldigd", "verschuldigd",
        "totaal openstaand|verschuldigd", "resterend te_betalen", "door u te betalen", "te betalen incl|inclusief btw?", "restant", "restsaldo", "nog over te? maken",
        "amount|balance|total|sum|net|invoice|outstanding|remaining|grand_total|net_amount|total_amount|current|total_balance|balance_amount due|payable|outstanding|owing|owed|to_pay|remaining now?", "due now|this_invoice", "you owe", "please pay this_amount", "pay this_amount",
        "net due|payable|to_pay", "balance_due gbp|usd", "remaining to_pay|to_be_paid", "now due", "please pay", "total to be_paid|pay", "amount to be_paid|transfer", "still to pay",
        "offener|offene|noch_offener|verbleibender|verbleibende|restlicher|falliger|fallige|zahlbarer|ausstehender betrag|rechnungsbetrag|posten|saldo|summe|forderung|restbetrag|gesamtbetrag|rest", "verbleibender|verbleibende zahlbetrag|restzahlung|rechnungsbetrag",
        "noch offen|fallig|zu_zahlen|zu_begleichen|zu_leisten|zahlbar", "restsumme", "rest", "restschuld", "restsaldo", "saldo", "zu zahlen|zahlender|begleichen|begleichender|leistender|uberweisen|bezahlender betrag|restbetrag|rechnungsbetrag|gesamtbetrag?",
        "gesamtbetrag zu_zahlen", "zahlungsbetrag", "zahlsumme", "forderung", "gesamtforderung", "total zu_zahlen|zahlbar|fallig", "saldo zu unseren gunsten|zu_ihren_lasten", "zahllast", "betrag zu_zahlen|fallig|zahlbar",
    ),
    "net": (
        "total|montant|somme|totaux|sous_total|prix|base|valeur|total_general|total_net|montant_total|montant_net|total_brut ht|htva|h_t|h_t_v_a|hors_tva|hors_taxe|hors_taxes|hors_t_v_a|excl_tva|sans_tva|non_taxe", "total|montant net|imposable|taxable", "base|bases tva|taxable|imposables|ht",
        "net ht|hors_tva|hors_taxes", "hors tva|taxes", "montant soumis tva", "total prestations|articles|fournitures|marchandises|honoraires", "honoraires ht", "base calcul",
        "totaal|totaalbedrag|bedrag|subtotaal|som|totaalprijs|nettobedrag|netto|factuurbedrag|prijs excl|exclusief|ex|exkl|zonder btw|b_t_w|omzetbelasting|vat|tva", "excl|exclusief|ex btw", "grondslag btw?", "maatstaf", "maatstaf btw", "belastbaar bedrag", "totaal grondslag|goederen|diensten|artikelen|prestaties",
        "nettototaal", "totaal netto bedrag|excl", "sub totaal", "goederenbedrag", "basis btw", "btw grondslag|basis", "belastbaar",
        "total|amount|sum|subtotal|sub_total|price|total_amount|net excl|excluding|ex|exclusive|before|without|exc vat|tax|taxes|gst|btw", "subtotal|sub_total net|amount", "net|taxable value|sum|price|sales|supply|turnover", "total net amount|value|price", "vatable amount|total", "total goods|services|fees|items|labour",
        "total amount net", "goods total|value", "amount net", "items total|subtotal",
        "summe|gesamt|betrag|total|zwischensumme|gesamtbetrag|gesamtsumme|rechnungsbetrag|wert|preis|gesamtpreis netto|exkl|ohne|exklusive|excl|vor|zzgl mwst|ust|mehrwertsteuer|umsatzsteuer|steuer|mws_t", "netto summe|betrag|wert|gesamt|total|warenwert|preis", "nettowert", "nettototal", "nettopreis", "nettoumsatz",
        "total netto|exkl", "summe positionen|leistungen|artikel|nettobetrag|arbeiten", "zwischentotal", "zwischensumme netto?", "bemessungsgrundlage", "entgelt", "nettoentgelt", "gesamtpreis|endbetrag|gesamtbetrag netto", "subtotal netto?", "leistungsbetrag",
    ),
    "vat": (
        "montant|total|totaux|somme? tva|t_v_a|taxes", "tva collectee|due|applicable|totale", "montant total tva|taxes", "btw|b_t_w bedrag|totaal|hoog|laag", "totaal|bedrag|totaalbedrag|som? btw|b_t_w|belasting", "omzet belasting", "vat|tax amount|total|payable|charged|due|value", "total|plus|add|add_on? vat|tax|taxes|sales_tax", "output vat",
        "zzgl|zuzuglich|plus|inkl|davon|enthaltene|enthalt|gesetzliche|zzgl_gesetzl|zzgl_gesetzliche|zzgl_der_gesetzlichen|gesetzl? mwst|ust|mehrwertsteuer|umsatzsteuer|mws_t|u_st", "steuer|mwst|ust|umsatzsteuer|mehrwertsteuer|mws_t betrag|gesamt|summe|total", "total|summe|gesamt|gesamtbetrag mwst|ust|steuer|steuern|umsatzsteuer|mehrwertsteuer",
        "mehrwertsteuersumme", "mwstbetrag",
    ),
    "deposit": (
        "acompte|acomptes|provision|provisions|avance|avances|arrhes|avoir|versement verse|verses|versee|recu|recus|recue|regle|regles|paye|payes|payee|deduit|percu|percus|encaisse|facture|factures|deja_verse|deja_paye|deja_facture|client|demande|a_deduire|deduite|imputee|deduire", "reglement|reglements|paiement|paiements|versement recu|recus|effectue|effectues|deja_effectue|anterieur|anterieurs|enregistre",
        "deja regle|paye|verse|percu|acquitte|encaisse|facture", "a deduire", "moins|deduction|a_deduire acompte|provision|avance|versement", "acompte", "arrhes", "montant|somme deja_regle|deja_paye|deja_verse|deja_percu|encaisse|verse|percu|acquitte", "acompte|provision de?", "factures anterieurement|precedemment", "situations precedentes|anterieures",
        "voorschot|aanbetaling|aanbetalingen|voorschotten|voorafbetaling betaald|ontvangen|gefactureerd|voldaan|verrekend|in_mindering|factuur", "reeds|al betaald|voldaan|ontvangen|gefactureerd|gestort bedrag?", "betaald voorschot|bedrag", "ontvangen betaling|betalingen|aanbetaling|voorschot", "minus|min|af|aftrek|verrekening|te_verrekenen|verrekend aanbetaling|voorschot|betaling|voorschotten", "betaling ontvangen", "gestort", "voorafbetaling",
        "less|minus|deduct|deduction deposit|deposits|payment|payments|advance|credit|credits|paid|prepayment|retainer received|made|applied|paid|to_date?", "deposit|deposits|advance|prepayment|retainer|credit paid|received|applied|deducted|already_paid", "payment|payments received|made|applied|to_date|already_received", "amount|total already? paid|received", "paid already|so_far|on_account|to_date", "on account",
        "credits applied", "retainer", "advance paid",
        "abzgl|abzuglich|minus|bereits|geleistete|erhaltene|vereinbarte|bezahlte|erfolgte|geleisteter|bereits_geleistete anzahlung|anzahlungen|vorauszahlung|vorauszahlungen|akontozahlung|akontozahlungen|akonto|abschlag|abschlage|abschlagszahlung|abschlagszahlungen|teilzahlung|teilzahlungen|zahlung|zahlungen|vorschuss", "anzahlung|vorauszahlung|akontozahlung|akonto|teilzahlung|vorschuss|zahlung geleistet|erhalten|bezahlt|bereits_geleistet|eingegangen",
        "akontozahlung", "akontozahlungen", "teilzahlung", "teilzahlungen", "bereits geleistet|entrichtet|erhalten|uberwiesen|angezahlt|beglichen", "abzgl|abzuglich bereits_bezahlt|bereits_gezahlt", "vorschuss", "zahlungseingang", "zahlungseingange", "bezahlt am|per",
    ),
    "iban": ("no? compte|rekening|konto|account", "compte no", "compte|rekening beneficiaire|begunstigde|bancaire", "bank account no?", "konto no", "bankkonto", "kontonummer iban"),
    "payment_reference": (
        "reference|communication|libelle|motif|mention a? rappeler|indiquer|mentionner|reporter|utiliser|virement|versement|structuree|obligatoire", "communication suivante votre|pour? paiement|virement", "communication suivante", "a rappeler lors votre? paiement|reglement", "merci rappeler|indiquer|mentionner reference|communication|numero?", "en rappelant reference",
        "mededeling|kenmerk|referentie bij? betaling|overschrijving|vermelden", "volgende mededeling te? gebruiken? voor uw? betaling", "volgende mededeling", "gelieve te? vermelden", "betalings|betaal kenmerk|referentie|mededeling", "gestructureerde referentie", "met als mededeling", "onder vermelding nummer|kenmerk|factuurnummer|referentie?", "vermeld bij betaling",
        "payment|bank|transfer|remittance|bacs reference|ref|communication|details", "quote|use|include|state|cite reference|invoice_no|the_reference", "reference to quote|when_paying|for_payment", "please? quote|use|include when|following? reference", "following reference for your? payment", "payment message|description",
        "zahlungs|uberweisungs|verwendungs zweck|referenz|text", "referenz uberweisung|angeben", "folgende referenz fur? ihre? zahlung", "folgende referenz", "uberweisungszweck", "buchungstext", "bitte? angeben", "bitte bei zahlung|uberweisung angeben", "unter angabe rechnungsnummer|nummer|rechnungs_no", "betreff uberweisung", "qr referenz", "zahlungs referenz no",
    ),
    "customer_number": ("no|code|id|ref|compte|matricule client|tiers|abonne|adherent|locataire|patient", "client id|code|ref|no|number", "klant|debiteur|relatie|lid id|code|no|ref", "lidnummer", "huurdersnummer", "customer|client|account|member|debtor id|code|ref|no|reference", "a c no", "kunden|kd|debitoren|mitglieds id|no|num", "debitor", "debitorno", "mandantennummer", "patientennummer"),
    "order_number": ("votre|vos|v|ref|no commande|bdc|bc|ref_commande", "no|ref marche|affaire|chantier|projet|devis", "devis no?", "offerte no?", "projectnummer", "offertenummer", "project no?", "quote no?", "job no?", "angebot no?", "angebotsnummer", "projekt no?", "projektnummer", "uw order", "uw|ons order no?", "ihr auftrag", "ihre auftragsnummer|bestellnummer|bestell_no", "p o no?", "leistungs no"),
    "delivery_date": ("date prestation|prestations|service|services|intervention|expedition|travaux|depot", "prestation|intervention|travaux du", "datum prestatie|uitvoering|dienst|werken|levering", "verzenddatum", "leverings datum", "date service|supply|delivery|shipment|work|completion", "lieferungs|leistungs|liefer datum|tag", "ausfuhrungsdatum", "datum leistung|lieferung|leistungserbringung", "versand datum"),
    "seller": ("de la part", "emetteur|fournisseur|prestataire|vendeur nom", "coordonnees emetteur|fournisseur|vendeur", "nom compte", "titulaire iban", "compte payable a", "gegevens leverancier|verkoper", "naam begunstigde|rekeninghouder", "begunstigde", "seller|supplier|vendor|provider|company|our details|information", "pay to", "make payment to", "payment to", "payee name", "cheques payable to", "beneficiary name", "bank account name", "kontobezeichnung", "konto inhaber", "kontoinhaberin", "rechnungsleger", "rechnungsersteller", "konto zahlbar an", "compte payable"),
    "buyer": (
        "facturee|adressee|destinee|livree|envoyee|emise a|pour", "coordonnees|adresse|vos|votre|informations|donnees client|facturation|acheteur|adresse|destinataire", "payable par", "client final", "acquereur", "preneur service", "beneficiaire prestation", "vos coordonnees", "facture destinee a", "client facture adresse?", "pour compte", "nom adresse client",
        "bestemd voor|aan?", "klant|klanten|facturatie|factuur gegevens|adres|naam", "gefactureerd|gefaktureerd aan|voor", "factuur|faktuur adres|bestemmeling", "opdrachtgever", "debiteurgegevens", "uw adresgegevens", "naam klant|debiteur|adres_klant", "gegevens afnemer|klant|koper", "te factureren aan", "klant naam",
        "bill|billed|invoice|invoiced|charge|charged to", "customer|client|billing|buyer|your details|address|information|name", "prepared|issued|made_out for|to", "billing contact", "issued to", "payable by", "buyer details", "customer billing address", "payer", "attn to", "company billed",
        "rechnungs|kunden empfanger|adresse|anschrift|daten", "rechnung an|fur|geht_an|ausgestellt_an", "leistungs empfanger", "zahlbar durch", "ihre anschrift|adresse|daten", "auftraggeberin", "mandant", "patient", "kundenadresse", "kundenanschrift", "kundendaten", "adressat",
    ),
    "currency": ("devise facture|document", "munt factuur", "currency code", "invoice currency", "wahrungscode", "alle betrage in"),
}  # fmt: skip
