"""What claims for late payment rest on, and why something is not claimed, in the four languages."""

from agent.reports.vocabulary import four

_BE = (
    "loi du 2 août 2002",
    "wet van 2 augustus 2002",
    "Belgian law of 2 August 2002",
    "belgisches Gesetz vom 2. August 2002",
)
_LU = (
    "loi luxembourgeoise du 18 avril 2004",
    "Luxemburgse wet van 18 april 2004",
    "Luxembourg law of 18 April 2004",
    "luxemburgisches Gesetz vom 18. April 2004",
)  # fmt: skip

# What a rate (by its regime) or a fixed sum rests on.
BASES = {
    "contract": four("conditions convenues", "overeengekomen voorwaarden", "agreed terms", "vereinbarte Bedingungen"),
    "be-business": four(*_BE),
    "be-legal": four(
        "taux légal belge", "Belgische wettelijke rentevoet", "Belgian legal rate", "belgischer gesetzlicher Zinssatz"
    ),
    "fr-business": four(
        "art. L441-10 du Code de commerce français",
        "art. L441-10 van de Franse Code de commerce",
        "art. L441-10 of the French Commercial Code",
        "Art. L441-10 des französischen Handelsgesetzbuchs",
    ),
    "fr-floor": four(
        "trois fois le taux légal, art. L441-10 du Code de commerce français",
        "driemaal de wettelijke rente, art. L441-10 van de Franse Code de commerce",
        "three times the legal rate, art. L441-10 of the French Commercial Code",
        "das Dreifache des gesetzlichen Zinssatzes, Art. L441-10 des französischen Handelsgesetzbuchs",
    ),
    "fr-legal-professional": four(
        "taux légal français", "Franse wettelijke rente", "French legal rate", "französischer gesetzlicher Zinssatz"
    ),
    "lu-business": four(*_LU),
    "lu-consumer": four(
        "taux légal luxembourgeois",
        "Luxemburgse wettelijke rente",
        "Luxembourg legal rate",
        "luxemburgischer gesetzlicher Zinssatz",
    ),
    "nl-business": four(
        "art. 6:119a du Code civil néerlandais",
        "wettelijke handelsrente, art. 6:119a BW",
        "art. 6:119a of the Dutch Civil Code",
        "Art. 6:119a des niederländischen Zivilgesetzbuchs",
    ),
    "nl-consumer": four(
        "art. 6:119 du Code civil néerlandais",
        "wettelijke rente, art. 6:119 BW",
        "art. 6:119 of the Dutch Civil Code",
        "Art. 6:119 des niederländischen Zivilgesetzbuchs",
    ),
    "de-business": four(
        "§ 288, al. 2 du Code civil allemand (BGB)", "§ 288, lid 2 BGB", "section 288 (2) BGB", "§ 288 Abs. 2 BGB"
    ),
    "de-consumer": four(
        "§ 288, al. 1 du Code civil allemand (BGB)", "§ 288, lid 1 BGB", "section 288 (1) BGB", "§ 288 Abs. 1 BGB"
    ),
    "be-lump-sum": four(
        "art. 6 de la loi du 2 août 2002",
        "art. 6 van de wet van 2 augustus 2002",
        "art. 6 of the Belgian law of 2 August 2002",
        "Art. 6 des belgischen Gesetzes vom 2. August 2002",
    ),
    "fr-lump-sum": four(
        "art. D441-5 du Code de commerce français",
        "art. D441-5 van de Franse Code de commerce",
        "art. D441-5 of the French Commercial Code",
        "Art. D441-5 des französischen Handelsgesetzbuchs",
    ),
    "lu-lump-sum": four(*_LU),
    "de-lump-sum": four(
        "§ 288, al. 5 du Code civil allemand (BGB)", "§ 288, lid 5 BGB", "section 288 (5) BGB", "§ 288 Abs. 5 BGB"
    ),
    "nl-scale": four(
        "barème légal néerlandais des frais de recouvrement",
        "Besluit vergoeding voor buitengerechtelijke incassokosten",
        "Dutch statutory scale of collection costs",
        "niederländische gesetzliche Staffel der Inkassokosten",
    ),
    "be-consumer": four(
        "clause convenue, dans les limites du livre XIX du Code de droit économique",
        "overeengekomen beding, binnen de grenzen van boek XIX van het Wetboek van economisch recht",
        "agreed clause, within the limits of book XIX of the Belgian Code of Economic Law",
        "vereinbarte Klausel, in den Grenzen von Buch XIX des belgischen Wirtschaftsgesetzbuchs",
    ),
}

# Why something is not claimed; only the creditor reads it. {what} is a country, a currency, a fact or a regime of rates.
WHY_NOT = {
    "unknown_country": four(
        "le droit de ce pays n’est pas connu ici ({what})",
        "het recht van dit land is hier niet bekend ({what})",
        "the law of this country is not known here ({what})",
        "das Recht dieses Landes ist hier nicht bekannt ({what})",
    ),
    "unknown_kind": four(
        "on ne sait pas si le débiteur est une entreprise ou un particulier",
        "het is niet bekend of de debiteur een onderneming of een particulier is",
        "it is not known whether the debtor is a business or a consumer",
        "es ist nicht bekannt, ob der Debitor ein Unternehmen oder eine Privatperson ist",
    ),
    "interest_not_agreed": four(
        "vos contrats avec les particuliers ne prévoient pas d’intérêts",
        "uw contracten met particulieren voorzien geen interest",
        "your contracts with consumers do not provide for interest",
        "Ihre Verträge mit Privatpersonen sehen keine Zinsen vor",
    ),
    "indemnity_not_agreed": four(
        "vos contrats avec les particuliers ne prévoient pas d’indemnité",
        "uw contracten met particulieren voorzien geen schadebeding",
        "your contracts with consumers do not provide for an indemnity",
        "Ihre Verträge mit Privatpersonen sehen keine Pauschale vor",
    ),
    "no_free_reminder": four(
        "le premier rappel gratuit n’a pas encore été envoyé",
        "de eerste gratis herinnering is nog niet verstuurd",
        "the free first reminder has not been sent yet",
        "die kostenlose erste Erinnerung wurde noch nicht versandt",
    ),
    "waiting": four(
        "le délai d’attente après le premier rappel court jusqu’au {end}",
        "de wachttermijn na de eerste herinnering loopt tot en met {end}",
        "the waiting period after the first reminder runs until {end}",
        "die Wartefrist nach der ersten Erinnerung läuft bis zum {end}",
    ),
    "unconfirmed": four(
        "cette règle attend la confirmation de l’opérateur ({what})",
        "deze regel wacht op de bevestiging van de beheerder ({what})",
        "this rule waits for the operator’s confirmation ({what})",
        "diese Regel wartet auf die Bestätigung des Betreibers ({what})",
    ),
    "no_notice": four(
        "aucune mise en demeure n’a été envoyée",
        "er is geen ingebrekestelling verstuurd",
        "no formal notice has been sent",
        "es wurde keine förmliche Mahnung versandt",
    ),
    "no_reminder": four(
        "aucun rappel n’a encore été envoyé",
        "er is nog geen herinnering verstuurd",
        "no reminder has been sent yet",
        "es wurde noch keine Erinnerung versandt",
    ),
    "not_announced": four(
        "rien n’indique que la facture annonçait des intérêts",
        "niets toont aan dat de factuur interest aankondigde",
        "nothing says that the invoice announced interest",
        "nichts besagt, dass die Rechnung Zinsen angekündigt hat",
    ),
    "begins": four(
        "les intérêts ne courent qu’à partir du {start}",
        "de interest loopt pas vanaf {start}",
        "interest only runs from {start}",
        "Zinsen laufen erst ab dem {start}",
    ),
    "before_terms": four(
        "la facture est antérieure à vos conditions du {start}",
        "de factuur dateert van voor uw voorwaarden van {start}",
        "the invoice is older than your terms of {start}",
        "die Rechnung ist älter als Ihre Bedingungen vom {start}",
    ),
    "not_due": four(
        "la facture n’est pas échue",
        "de factuur is niet vervallen",
        "the invoice is not due yet",
        "die Rechnung ist nicht fällig",
    ),
    "paid_in_time": four(
        "la facture a été payée à temps",
        "de factuur is op tijd betaald",
        "the invoice was paid in time",
        "die Rechnung wurde rechtzeitig bezahlt",
    ),
    "not_euro": four(
        "les indemnités forfaitaires sont fixées en euros, la facture est en {what}",
        "forfaitaire vergoedingen gelden in euro, de factuur staat in {what}",
        "fixed sums are in euro, the invoice is in {what}",
        "Pauschalen gelten in Euro, die Rechnung lautet auf {what}",
    ),
    "no_consumer_indemnity": four(
        "aucune indemnité n’est réclamée à un particulier dans ce pays ({what})",
        "van een particulier in dit land wordt geen vergoeding gevraagd ({what})",
        "no indemnity is claimed from a consumer in this country ({what})",
        "von einer Privatperson in diesem Land wird keine Pauschale verlangt ({what})",
    ),
    "rate_unknown": four(
        "le taux du {start} au {end} n’est pas connu ({what})",
        "de rentevoet van {start} tot en met {end} is niet bekend ({what})",
        "the rate from {start} to {end} is not known ({what})",
        "der Zinssatz vom {start} bis {end} ist nicht bekannt ({what})",
    ),
    "rate_unconfirmed": four(
        "le taux du {start} au {end} attend la confirmation de l’opérateur ({what})",
        "de rentevoet van {start} tot en met {end} wacht op de bevestiging van de beheerder ({what})",
        "the rate from {start} to {end} waits for the operator’s confirmation ({what})",
        "der Zinssatz vom {start} bis {end} wartet auf die Bestätigung des Betreibers ({what})",
    ),
}

# Words of the table.
TABLE = {
    "charges_of": four("Calcul", "Berekening", "Calculation", "Berechnung"),
    "interest_sum": four("Intérêts", "Interest", "Interest", "Zinsen"),
    "indemnity": four("Indemnité forfaitaire", "Forfaitaire vergoeding", "Fixed indemnity", "Pauschale"),
    "collection_costs": four("Frais de recouvrement", "Incassokosten", "Collection costs", "Beitreibungskosten"),
    "reminder_costs": four("Frais de rappel", "Herinneringskosten", "Reminder costs", "Mahnkosten"),
    "charges_paid": four("Déjà payé", "Al betaald", "Already paid", "Bereits gezahlt"),
    "charges_total": four(
        "Intérêts et indemnités", "Interest en vergoedingen", "Interest and indemnities", "Zinsen und Pauschalen"
    ),
    "with_charges": four(
        "Total, intérêts et indemnités compris",
        "Totaal, interest en vergoedingen inbegrepen",
        "Total including interest and indemnities",
        "Gesamtbetrag einschließlich Zinsen und Pauschalen",
    ),
    "principal": four(
        "Principal (factures)", "Hoofdsom (facturen)", "Principal (invoices)", "Hauptforderung (Rechnungen)"
    ),
    "fixed_sums": four(
        "Indemnités et frais", "Vergoedingen en kosten", "Indemnities and costs", "Pauschalen und Kosten"
    ),
    "invoice_paid": four("facture payée", "factuur betaald", "invoice paid", "Rechnung bezahlt"),
    "surcharge": four("Majoration", "Verhoging", "Surcharge", "Zuschlag"),
}
