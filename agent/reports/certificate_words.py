"""The words of a certificate of irrecoverability, in the four languages.

What it may serve for, from the texts themselves: Belgium, VAT Code art. 77 § 1, 7° (the loss must be certain, shown by any means;
in a bankruptcy it is on the day of the judgment); France, CGI art. 272, 1 and BOI-TVA-DED-40-10-20 (the invoice is rectified by a
duplicate with a mention); the Netherlands, Wet OB 1968 art. 29 (at the latest one year after the day of payment); Germany, UStG
section 17 (2) no. 1. Of other countries nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent.reports.vocabulary import Words, four

_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "title": four(
            "Attestation d’irrécouvrabilité",
            "Bewijs van oninvorderbaarheid",
            "Certificate of irrecoverability",
            "Bescheinigung der Uneinbringlichkeit",
        ),
        "opening": four(
            "Le créancier soussigné déclare que les créances ci-dessous, envers le débiteur désigné, sont restées impayées malgré les démarches énumérées, qu’il les considère comme définitivement perdues et qu’il les a passées en pertes à la date indiquée.",
            "Ondergetekende schuldeiser verklaart dat de onderstaande vorderingen op de vermelde schuldenaar onbetaald bleven ondanks de opgesomde stappen, dat hij ze als definitief verloren beschouwt en dat hij ze op de vermelde datum heeft afgeschreven.",
            "The undersigned creditor declares that the claims below on the debtor named here remained unpaid in spite of the steps listed, that he holds them to be lost for good, and that he wrote them off on the day stated.",
            "Der unterzeichnende Gläubiger erklärt, dass die nachstehenden Forderungen gegen den genannten Schuldner trotz der aufgeführten Schritte unbezahlt blieben, dass er sie als endgültig verloren ansieht und dass er sie am angegebenen Tag abgeschrieben hat.",
        ),
        "claims": four("Créances", "Vorderingen", "Claims", "Forderungen"),
        "lost": four("Perte TVA comprise", "Verlies incl. btw", "Loss incl. VAT", "Ausfall inkl. USt."),
        "vat": four("dont TVA", "waarvan btw", "of which VAT", "davon USt."),
        "off": four("Passée en perte le", "Afgeschreven op", "Written off on", "Abgeschrieben am"),
        "vat_note": four(
            "Les montants de TVA sont à compléter d’après les factures : les livres du suivi ne les tiennent pas.",
            "De btw-bedragen zijn aan te vullen volgens de facturen: de boeken van de opvolging houden ze niet bij.",
            "The amounts of VAT are to be filled in from the invoices: the books of the follow-up do not hold them.",
            "Die USt.-Beträge sind nach den Rechnungen zu ergänzen: Die Bücher der Nachverfolgung führen sie nicht.",
        ),
        "steps": four("Démarches", "Ondernomen stappen", "Steps taken", "Unternommene Schritte"),
        "steps_none": four(
            "Aucune démarche par courriel n’est enregistrée.", "Geen stappen per e-mail geregistreerd.",
            "No step by mail is on record.", "Kein Schritt per E-Mail ist verzeichnet."
        ),
        "use": four("À quoi elle peut servir", "Waarvoor het kan dienen", "What it may serve for", "Wozu sie dienen kann"),
        "BE": four(
            "Belgique : pièce à l’appui d’une demande de restitution de la TVA (Code de la TVA, art. 77, § 1er, 7°). L’administration exige que la perte soit certaine, établie par tous moyens de droit ou de fait ; en cas de faillite elle l’est à la date du jugement.",
            "België: stuk ter staving van een vraag om teruggaaf van btw (Btw-Wetboek, art. 77, § 1, 7°). De administratie eist dat het verlies vaststaat, aangetoond met alle middelen; bij een faillissement staat het vast op de datum van het vonnis.",
            "Belgium: a paper in support of a claim for repayment of VAT (VAT Code, art. 77 § 1, 7°). The administration asks that the loss be certain, shown by any means; in a bankruptcy it is on the day of the judgment.",
            "Belgien: Beleg zu einem Antrag auf Erstattung der Mehrwertsteuer (MwSt.-Gesetzbuch, Art. 77 § 1 Nr. 7). Die Verwaltung verlangt, dass der Verlust feststeht, mit allen Mitteln nachgewiesen; bei Konkurs steht er am Tag des Urteils fest.",
        ),
        "FR": four(
            "France : pièce à l’appui de la récupération de la TVA sur créance définitivement irrécouvrable (CGI, art. 272, 1). Il faut en outre adresser au client un duplicata de la facture portant la mention prévue ; cette attestation ne le remplace pas.",
            "Frankrijk: stuk ter staving van de teruggaaf van btw op een definitief oninbare vordering (CGI, art. 272, 1). Daarnaast moet de klant een duplicaat van de factuur met de voorgeschreven vermelding krijgen; dit bewijs vervangt dat niet.",
            "France: a paper in support of recovering VAT on a claim lost for good (CGI, art. 272, 1). The customer must also be sent a duplicate of the invoice with the mention laid down; this certificate does not replace it.",
            "Frankreich: Beleg zur Rückerlangung der Mehrwertsteuer auf eine endgültig uneinbringliche Forderung (CGI, Art. 272, 1). Dem Kunden ist außerdem ein Duplikat der Rechnung mit dem vorgeschriebenen Vermerk zu senden; diese Bescheinigung ersetzt es nicht.",
        ),
        "NL": four(
            "Pays-Bas : pièce à l’appui de la restitution de la TVA (Wet OB 1968, art. 29) ; le droit naît au plus tard un an après l’exigibilité.",
            "Nederland: stuk bij de teruggaaf van btw (Wet OB 1968, art. 29); het recht ontstaat uiterlijk een jaar nadat de vergoeding opeisbaar werd.",
            "Netherlands: a paper in support of repayment of VAT (Wet OB 1968, art. 29); the right arises at the latest one year after payment fell due.",
            "Niederlande: Beleg zur Erstattung der Umsatzsteuer (Wet OB 1968, Art. 29); der Anspruch entsteht spätestens ein Jahr nach Fälligkeit.",
        ),
        "DE": four(
            "Allemagne : pièce à l’appui de la rectification de la base imposable (§ 17, al. 2, n° 1 UStG).",
            "Duitsland: stuk bij de herziening van de maatstaf van heffing (§ 17 lid 2 nr. 1 UStG).",
            "Germany: a paper in support of correcting the taxable amount (section 17 (2) no. 1 UStG).",
            "Deutschland: Beleg zur Berichtigung der Bemessungsgrundlage (§ 17 Abs. 2 Nr. 1 UStG).",
        ),
        "not": four("Ce qu’elle n’est pas", "Wat het niet is", "What it is not", "Was sie nicht ist"),
        "not_text": four(
            "Une déclaration du créancier lui-même. Ce n’est ni un jugement, ni une attestation d’huissier, d’avocat, de curateur ou d’organisme de recouvrement, ni un avis fiscal ; l’administration peut demander d’autres preuves, en particulier de l’échec des poursuites. Demandez à votre comptable avant de récupérer la TVA ; un paiement ultérieur oblige à la reverser. Le débiteur n’est pas libéré par cette pièce.",
            "Een verklaring van de schuldeiser zelf. Het is geen vonnis, geen attest van een gerechtsdeurwaarder, advocaat, curator of incassobureau en geen fiscaal advies; de administratie kan andere bewijzen vragen, vooral dat vervolging niets opleverde. Vraag het uw boekhouder voor u btw terugvraagt; bij een latere betaling moet ze opnieuw worden afgedragen. De schuldenaar is hierdoor niet bevrijd.",
            "A declaration by the creditor himself. It is no judgment, no certificate of a bailiff, lawyer, receiver or collection agency, and no tax advice; the administration may ask for other proof, above all that enforcement failed. Ask your accountant before you reclaim VAT; a later payment obliges you to pay it again. The debtor is not released by this paper.",
            "Eine Erklärung des Gläubigers selbst. Sie ist kein Urteil, keine Bescheinigung eines Gerichtsvollziehers, Anwalts, Insolvenzverwalters oder Inkassounternehmens und keine Steuerberatung; die Verwaltung kann andere Nachweise verlangen, vor allem über erfolglose Vollstreckung. Fragen Sie Ihren Steuerberater, bevor Sie Umsatzsteuer zurückfordern; bei späterer Zahlung ist sie wieder abzuführen. Der Schuldner wird hierdurch nicht frei.",
        ),
        "place": four("Lieu et date", "Plaats en datum", "Place and date", "Ort und Datum"),
        "signature": four(
            "Nom, qualité et signature du créancier", "Naam, hoedanigheid en handtekening van de schuldeiser",
            "Name, capacity and signature of the creditor", "Name, Funktion und Unterschrift des Gläubigers"
        ),
    }
)  # fmt: skip


def certificate_word(code: str, language: str) -> str:
    """The word for this code in this language; "" for a country of which nothing is said."""
    return _WORDS.get(code, {}).get(language, "")
