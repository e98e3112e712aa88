"""The words of a dossier and of a certificate, in the four languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent.reports.vocabulary import Words, four

_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "title": four("Dossier de recouvrement", "Invorderingsdossier", "Collection file", "Forderungsakte"),
        "as_of": four("Situation au {day}", "Toestand op {day}", "As of {day}", "Stand vom {day}"),
        "against": four("À charge de", "Ten laste van", "Against", "Gegen"),
        "owed": four("Total réclamé", "Totaal gevorderd", "Total claimed", "Geforderter Gesamtbetrag"),
        "owed_note": four(
            "principal {principal}, intérêts et indemnités {charges}",
            "hoofdsom {principal}, interest en vergoedingen {charges}",
            "principal {principal}, interest and indemnities {charges}",
            "Hauptforderung {principal}, Zinsen und Entschädigungen {charges}",
        ),
        "owed_plain": four("principal seul", "enkel hoofdsom", "principal only", "nur Hauptforderung"),
        "debtor": four("Débiteur", "Schuldenaar", "Debtor", "Schuldner"),
        "name": four("Nom", "Naam", "Name", "Name"),
        "party_number": four("Numéro d’entreprise", "Ondernemingsnummer", "Company number", "Unternehmensnummer"),
        "country": four("Pays", "Land", "Country", "Land"),
        "quality": four("Qualité", "Hoedanigheid", "Capacity", "Eigenschaft"),
        "postal": four("Adresse postale", "Postadres", "Postal address", "Postanschrift"),
        "postal_unknown": four(
            "celle qui figure sur les factures jointes",
            "zie de bijgevoegde facturen",
            "see the enclosed invoices",
            "siehe beiliegende Rechnungen",
        ),
        "email": four("Adresses électroniques", "E-mailadressen", "E-mail addresses", "E-Mail-Adressen"),
        "phone": four("Téléphone", "Telefoon", "Telephone", "Telefon"),
        "failed": four("hors d’usage", "buiten gebruik", "out of use", "außer Gebrauch"),
        "creditor": four("Créancier", "Schuldeiser", "Creditor", "Gläubiger"),
        "accounts": four("À payer sur", "Te betalen op", "To be paid on", "Zu zahlen auf"),
        "file": four("Contenu", "Inhoud", "Contents", "Inhalt"),
        "file_counts": four(
            "{invoices} facture(s) et note(s) de crédit, {rows} faits, {exhibits} pièces",
            "{invoices} factu(u)r(en) en creditnota(’s), {rows} feiten, {exhibits} stukken",
            "{invoices} invoice(s) and credit note(s), {rows} facts, {exhibits} exhibits",
            "{invoices} Rechnung(en) und Gutschrift(en), {rows} Vorgänge, {exhibits} Anlagen",
        ),
        "account": four("Décompte", "Afrekening", "Account", "Abrechnung"),
        "invoice": four("Pièce comptable", "Factuur", "Invoice", "Beleg"),
        "issued": four("Date", "Datum", "Date", "Datum"),
        "due": four("Échéance", "Vervaldag", "Due", "Fällig"),
        "total": four("Montant", "Bedrag", "Amount", "Betrag"),
        "deducted": four("Payé ou déduit", "Betaald of verrekend", "Paid or deducted", "Gezahlt oder verrechnet"),
        "balance": four("Reste dû", "Openstaand", "Balance", "Offen"),
        "state": four("État", "Stand", "State", "Stand"),
        "principal": four("Principal", "Hoofdsom", "Principal", "Hauptforderung"),
        "not_counted": four(
            "Les lignes dont l’état est indiqué entre parenthèses ne sont pas comptées dans le principal, sauf celles qui sont transmises.",
            "Lijnen met een stand tussen haakjes tellen niet mee in de hoofdsom, behalve die welke werden overgedragen.",
            "Lines with a state in brackets are not counted in the principal, but for those that were handed over.",
            "Zeilen mit einem Stand in Klammern zählen nicht zur Hauptforderung, außer den übergebenen.",
        ),
        "on_account": four("Avoir du débiteur", "Tegoed van de schuldenaar", "Credit of the debtor", "Guthaben"),
        "deposit": four("acompte déjà versé", "voorschot al betaald", "deposit paid before", "bereits geleistete Anzahlung"),
        "payments": four("Paiements et imputations", "Betalingen en verrekeningen", "Payments and credits", "Zahlungen und Verrechnungen"),
        "evidence": four("Source", "Bron", "Source", "Quelle"),
        "no_payments": four("Aucun paiement n’est connu.", "Geen betaling bekend.", "No payment is known.", "Keine Zahlung bekannt."),
        "by_bank": four("extrait de compte", "rekeninguittreksel", "bank statement", "Kontoauszug"),
        "by_word": four("parole du créancier", "woord van de schuldeiser", "creditor’s word", "Angabe des Gläubigers"),
        "by_credit": four("note de crédit", "creditnota", "credit note", "Gutschrift"),
        "claim": four("Retard de paiement", "Laattijdige betaling", "Late payment", "Zahlungsverzug"),
        "claim_how": four(
            "Intérêt simple par jour : solde × jours × taux / 365, jusqu’au {day} compris.",
            "Enkelvoudige interest per dag: saldo × dagen × rentevoet / 365, tot en met {day}.",
            "Simple interest by the day: balance × days × rate / 365, through {day}.",
            "Einfache Zinsen je Tag: Saldo × Tage × Satz / 365, bis einschließlich {day}.",
        ),
        "no_claim": four(
            "Les conditions enregistrées du créancier ne réclament ni intérêt ni indemnité, ou rien n’est encore exigible.",
            "De geregistreerde voorwaarden van de schuldeiser vorderen geen interest of vergoeding, of er is nog niets eisbaar.",
            "The creditor’s recorded terms claim neither interest nor indemnity, or nothing is due yet.",
            "Die hinterlegten Bedingungen des Gläubigers fordern weder Zinsen noch Entschädigung, oder es ist noch nichts fällig.",
        ),
        "period": four("Période", "Periode", "Period", "Zeitraum"),
        "days": four("Jours", "Dagen", "Days", "Tage"),
        "rate": four("Taux", "Rentevoet", "Rate", "Satz"),
        "basis": four("Base", "Grond", "Basis", "Grundlage"),
        "interest": four("Intérêts", "Interest", "Interest", "Zinsen"),
        "reminders": four("Frais de rappel", "Herinneringskosten", "Cost of reminders", "Mahnkosten"),
        "already": four("Déjà payé sur ce poste", "Hierop al betaald", "Already paid of it", "Hierauf bereits gezahlt"),
        "late_total": four("Intérêts et indemnités", "Interest en vergoedingen", "Interest and indemnities", "Zinsen und Entschädigungen"),
        "timeline": four("Chronologie", "Chronologie", "Timeline", "Chronologie"),
        "when": four("Date", "Datum", "Date", "Datum"),
        "what": four("Fait", "Feit", "Fact", "Vorgang"),
        "exhibit": four("Pièce", "Stuk", "Exhibit", "Anlage"),
        "exhibits": four("Inventaire des pièces", "Inventaris van de stukken", "List of exhibits", "Anlagenverzeichnis"),
        "kind": four("Nature", "Aard", "Kind", "Art"),
        "size": four("octets", "bytes", "bytes", "Bytes"),
        "exhibits_how": four(
            "Chaque pièce se trouve dans l’archive ZIP jointe, sous le nom indiqué. L’empreinte SHA-256 permet de vérifier qu’elle n’a pas été modifiée.",
            "Elk stuk zit in het bijgevoegde ZIP-archief, onder de vermelde naam. Met de SHA-256-waarde kan men nagaan dat het niet werd gewijzigd.",
            "Each exhibit lies in the ZIP archive that comes along, under this name. Its SHA-256 shows whether it was changed.",
            "Jede Anlage liegt im beiliegenden ZIP-Archiv unter diesem Namen. Der SHA-256-Wert zeigt, ob sie verändert wurde.",
        ),
        "mail_in": four("courriel reçu", "ontvangen e-mail", "mail received", "erhaltene E-Mail"),
        "mail_out": four("courriel envoyé", "verzonden e-mail", "mail sent", "gesendete E-Mail"),
        "report": four("avis de remise", "afleveringsbericht", "delivery report", "Zustellbericht"),
        "invoice_copy": four("facture", "factuur", "invoice", "Rechnung"),
        "proof": four("document du débiteur", "document van de schuldenaar", "document of the debtor", "Dokument des Schuldners"),
        "mandate": four("mandat", "mandaat", "mandate", "Auftrag"),
        "movements": four("extraits bancaires", "bankuittreksels", "bank movements", "Kontobewegungen"),
        "excerpt": four("extrait des livres", "uittreksel uit de boeken", "excerpt of the books", "Auszug aus den Büchern"),
        "got": four("Courriel de {other} : « {subject} ».", "E-mail van {other}: “{subject}”.", "Mail from {other}: “{subject}”.", "E-Mail von {other}: „{subject}“."),
        "wrote": four("Courriel à {other} : « {subject} ».", "E-mail aan {other}: “{subject}”.", "Mail to {other}: “{subject}”.", "E-Mail an {other}: „{subject}“."),
        "told_of": four(
            "Avis de remise de {other}.", "Afleveringsbericht van {other}.", "Delivery report of {other}.", "Zustellbericht von {other}."
        ),
        "common_in": four(
            "Courriel reçu, commun à plusieurs dossiers.", "Ontvangen e-mail over meer dan één dossier.",
            "Mail received, about more than one case.", "Erhaltene E-Mail zu mehreren Vorgängen."
        ),
        "common_out": four(
            "Courriel envoyé, commun à plusieurs dossiers.", "Verzonden e-mail over meer dan één dossier.",
            "Mail sent, about more than one case.", "Gesendete E-Mail zu mehreren Vorgängen."
        ),
        "excerpt_common": four(
            "Ce courriel concerne aussi d’autres dossiers ; il n’est pas joint en entier. Voici ce que les livres en ont retenu pour ce dossier-ci.",
            "Deze e-mail gaat ook over andere dossiers en wordt niet volledig bijgevoegd. Dit is wat de boeken eruit bewaarden voor dit dossier.",
            "This mail is about other cases too and is not enclosed as a whole. This is what the books kept of it for this case.",
            "Diese E-Mail betrifft auch andere Vorgänge und liegt nicht vollständig bei. Dies haben die Bücher daraus für diesen Vorgang festgehalten.",
        ),
        "excerpt_gone": four(
            "L’original de ce courriel n’est plus conservé. Voici ce que les livres en ont retenu.",
            "Het origineel van deze e-mail wordt niet meer bewaard. Dit is wat de boeken eruit bewaarden.",
            "The original of this mail is not kept any more. This is what the books kept of it.",
            "Das Original dieser E-Mail wird nicht mehr aufbewahrt. Dies haben die Bücher daraus festgehalten.",
        ),
        "excerpt_file": four(
            "Ce fichier contient aussi des factures d’autres débiteurs ; il n’est pas joint.",
            "Dit bestand bevat ook facturen van andere schuldenaars en wordt niet bijgevoegd.",
            "This file holds invoices of other debtors too and is not enclosed.",
            "Diese Datei enthält auch Rechnungen anderer Schuldner und liegt nicht bei.",
        ),
        "original": four("Empreinte SHA-256 de l’original", "SHA-256 van het origineel", "SHA-256 of the original", "SHA-256 des Originals"),
        "movement_of": four("Mouvement du {day}", "Beweging van {day}", "Movement of {day}", "Bewegung vom {day}"),
        "booked": four("Imputé ici", "Hier geboekt", "Booked here", "Hier gebucht"),
        "payer": four("Donneur d’ordre", "Opdrachtgever", "Payer", "Auftraggeber"),
        "message": four("Communication", "Mededeling", "Message", "Verwendungszweck"),
        "of_more": four(
            "Partie d’un mouvement qui concerne aussi d’autres comptes.", "Deel van een beweging die ook andere rekeningen betreft.",
            "Part of a movement that concerns other accounts too.", "Teil einer Bewegung, die auch andere Konten betrifft."
        ),
        "statement_file": four("SHA-256 du fichier bancaire", "SHA-256 van het bankbestand", "SHA-256 of the bank file", "SHA-256 der Bankdatei"),
        "index_how": four(
            "Vérifier l’archive : relance dossier --verify FICHIER.zip. L’archive est scellée par les livres dont elle vient (manifest.json).",
            "Het archief nagaan: relance dossier --verify BESTAND.zip. Het is verzegeld door de boeken waaruit het komt (manifest.json).",
            "To verify the archive: relance dossier --verify FILE.zip. It is sealed by the books that it comes from (manifest.json).",
            "Das Archiv prüfen: relance dossier --verify DATEI.zip. Es ist von den Büchern versiegelt, aus denen es stammt (manifest.json).",
        ),
        "prepared": four(
            "Établi au nom du créancier à partir de ses livres. Ce dossier rapporte des faits ; il n’est ni un titre exécutoire ni un avis juridique.",
            "Opgemaakt in naam van de schuldeiser op basis van zijn boeken. Dit dossier meldt feiten; het is geen uitvoerbare titel en geen juridisch advies.",
            "Drawn up in the creditor’s name from his books. This file reports facts; it is neither an enforceable title nor legal advice.",
            "Im Namen des Gläubigers aus seinen Büchern erstellt. Diese Akte berichtet Tatsachen; sie ist weder ein vollstreckbarer Titel noch eine Rechtsberatung.",
        ),
    }
)  # fmt: skip


def dossier_word(code: str, language: str, **facts: object) -> str:
    """The word for this code in this language, with facts put in."""
    return _WORDS[code][language].format(**facts)
