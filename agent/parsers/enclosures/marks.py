"""The words by which a debtor's papers are known, in French, Dutch, English and German (folded: lower case, no accents)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.domain.enclosures import EnclosureKind, Standing
from agent.domain.findings import DocumentKind

# What stands as a title. The longer words of a pair stand first: a "remittance advice" is no "advice of debit".
TITLES: tuple[tuple[EnclosureKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:votre |notre |uw |onze |your |our |ihr |unser )?(?:{words})(?![\w])"))
    for kind, words in (
        (
            # only what announces an account by its title: an account in the head of a letter announces nothing
            EnclosureKind.BANK_DETAILS,
            (
                r"releve d'identite bancaire|rib$|(?:changement|modification) d(?:e|u|es|') ?(?:nos |notre )?(?:rib|iban|comptes?(?: bancaires?)?|coordonnees bancaires|domiciliation)|(?:nouveau|nouvel|nouveaux|nouvelles) (?:rib|iban|compte bancaire|comptes bancaires|coordonnees bancaires)"
                r"|(?:nieuwe?|gewijzigde?) (?:rekeningnummer|bankrekening(?:nummer)?|bankgegevens|iban)|wijziging (?:van )?(?:ons |onze |het )?(?:rekeningnummer|bankgegevens|bankrekening)|bankidentificatie"
                r"|(?:new|changed|updated) (?:bank(?:ing)? details|bank account|iban|account details|remittance details)|change of (?:our )?(?:bank(?:ing)?(?: details| account)?|account)|bank identity statement"
                r"|(?:neue|geanderte) (?:bankverbindung|bankdaten|kontoverbindung|iban|kontodaten)|(?:anderung|wechsel) (?:der |unserer )?(?:bankverbindung|bankdaten|kontoverbindung)"
            ),
        ),
        (
            EnclosureKind.REMITTANCE,
            (
                r"(?:avis|bordereau|detail|details|specification|annonce|releve|liste|lettre) d(?:e|es|u|') ?(?:paiements?|reglements?|remise|virements?(?= groupe| collectif| fournisseur)|factures (?:payees|reglees))"
                r"|avis de virement fournisseur|lettre-cheque|factures (?:payees|reglees)|paiements? fournisseurs?|proposition de paiement"
                r"|betaalspecificaties?|betalingsspecificaties?|betaaladvies|betalingsadvies|betalingsoverzicht|betaaloverzicht|overzicht (?:van (?:de )?)?(?:betalingen?|betaalde facturen)|betalingsvoorstel|betaallijst|betalingslijst|remittance"
                r"|remittance (?:advice|slip|note|details)|payment (?:advice|remittance|details|specification|list|run|listing|summary)|supplier remittance|advice of payment|bacs remittance|payment proposal"
                r"|zahlungsavis(?:e|o)?|zahlungsaufstellung|zahlungsanzeige|avis ?zahlung|zahlungsubersicht|zahlungsliste|zahlungsvorschlag|uberweisungsliste|regulierungsavis"
            ),
        ),
        (
            EnclosureKind.PAYMENT_PROOF,
            (
                r"(?:preuve|justificatif|attestation|confirmation|recapitulatif|avis|ordre|detail|recu|execution|copie) d(?:e|u|') ?(?:votre |mon |son |l')?(?:paiement|virement|operation|transaction|execution|debit|ordre de virement|transfert)"
                r"|avis d'operation|avis d'execution|detail de l'operation|detail operation|virement (?:execute|effectue|emis|sepa|europeen|instantane|enregistre|envoye|programme|permanent|en attente)|paiement (?:effectue|execute|envoye)|votre virement|ordre de paiement"
                r"|betal(?:ings)?bewijs|betaalbewijs|bewijs van (?:betaling|overschrijving)|overschrijvingsbewijs|transactiebewijs|(?:transactie|betaal|betalings|overschrijvings)(?:details|gegevens)|transaction summary|debetbericht|debetnotificatie|uitgevoerde (?:overschrijving|opdracht|betaling)|overschrijving (?:uitgevoerd|verstuurd|gepland)|bevestiging (?:van )?(?:uw |de )?(?:betaling|overschrijving)|betalingsbevestiging|details? (?:van )?(?:de )?(?:verrichting|transactie|betaling|overschrijving)|betaalopdracht|betalingsopdracht|europese overschrijving|overschrijving"
                r"|proof of payment|payment (?:confirmation|receipt|order|sent|successful|made)|confirmation of payment|transfer (?:confirmation|details|receipt|successful|sent|complete|completed)|transaction (?:details|confirmation|receipt)|debit advice|wire (?:transfer )?confirmation|bank transfer|swift confirmation|money sent|payment details"
                r"|zahlungs(?:bestatigung|nachweis|beleg|auftrag)|uberweisungs(?:bestatigung|beleg|auftrag|nachweis)|sepa-uberweisung|uberweisung(?: (?:ausgefuhrt|erfolgreich|gesendet))?|umsatzdetails?|umsatzanzeige|belastungsanzeige konto|auftragsdetails|echtzeituberweisung|buchungsdetails"
                r"|(?:virement|transfert|paiement) (?:a|vers)|(?:payment|transfer) to|(?:betaling|overschrijving) (?:aan|naar)|(?:zahlung|uberweisung) an"
                r"|(?:virement|transfert|paiement|payment|transfer|betaling|zahlung)$"
            ),
        ),
        (
            EnclosureKind.COUNTER_CLAIM,
            (
                r"note de debit|contre-?facture|facture de penalites?|decompte de penalites?|penalites de retard|retenue de garantie|avis de (?:litige|deduction|retenue)|bon de retour|retour marchandises?|avis de retour|reserves|proces[- ]verbal|pv de (?:reception|constat)|constat|reclamation|lettre de contestation"
                r"|debetnota|debitnota|tegenfactuur|boetenota|retourbon|retourformulier|klachtenformulier|klacht|proces-verbaal|pv van oplevering|geschilmelding|creditaanvraag"
                r"|debit note|debit memo|chargeback|counter-?claim|deduction notice|return (?:note|slip|form)|goods return(?:ed)? note|complaint form|claim form|non-?conformity report|dispute form|credit request"
                r"|belastungsanzeige|lastschriftanzeige|gegenrechnung|reklamation(?:sbericht)?|mangelruge|mangelanzeige|mangelprotokoll|retourenschein|rucksendeschein|prufbericht|abnahmeprotokoll"
            ),
        ),
        (
            EnclosureKind.INSOLVENCY,
            (
                r"jugement (?:declaratif |d'ouverture |de declaration )?(?:de |du )?(?:faillite|redressement|liquidation)|jugement .{0,40}(?:faillite|reorganisation|redressement|liquidation)|declaration de (?:creance|faillite)|avis de faillite|(?:ouverture|procedure) d[eu]'? ?(?:une )?(?:redressement|liquidation|reorganisation|reglement collectif|sauvegarde)|faillite de|reglement collectif de dettes"
                r"|faillissement(?:sbericht|svonnis)?|vonnis .{0,40}(?:faillietverklaring|faillissement|reorganisatie)|collectieve schuldenregeling|gerechtelijke reorganisatie|aangifte van schuldvordering|bericht van de curator"
                r"|notice of (?:insolvency|bankruptcy|liquidation|administration|appointment of (?:an )?(?:administrator|liquidator))|bankruptcy (?:order|notice)|proof of debt|winding[- ]up (?:order|petition)"
                r"|insolvenz(?:verfahren|eroffnung|bekanntmachung)|eroffnungsbeschluss|forderungsanmeldung|beschluss .{0,40}insolvenzverfahren"
            ),
        ),
    )
)
# What stands before the subject of a letter.
SUBJECT = re.compile(r"(?:objet|betreft|subject|betreff|concerne|re|onderwerp) ?: *")
# What the titles of commercial documents mean from a debtor's hand.
COMMERCIAL: Mapping[DocumentKind, EnclosureKind] = {
    DocumentKind.CREDIT_NOTE: EnclosureKind.CREDIT_NOTE,
    DocumentKind.CORRECTION: EnclosureKind.CREDIT_NOTE,
    DocumentKind.RECEIPT: EnclosureKind.PAYMENT_PROOF,
    DocumentKind.ORDER: EnclosureKind.ORDER,
    DocumentKind.QUOTE: EnclosureKind.ORDER,
    DocumentKind.DELIVERY_NOTE: EnclosureKind.COUNTER_CLAIM,
    DocumentKind.INVOICE: EnclosureKind.INVOICE,
}

# The fields of a bank's page about one payment; three different ones make it such a page whatever its title.
BANK_FIELDS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(words)
    for words in (
        r"donneur d'ordre|compte (?:a debiter|debite|debiteur|emetteur)|opdrachtgever|te debiteren rekening|van rekening|ordering (?:party|customer|account)|from account|debit account|auftraggeber|belastetes? konto|von konto|depuis le compte",
        r"beneficiaire|compte (?:a crediter|credite|destinataire)|begunstigde|naar rekening|rekening (?:van de )?begunstigde|beneficiary|payee|to account|recipient|empfanger|zahlungsempfanger|begunstigter|destinataire",
        r"date d'execution|date execution|execute le|effectue le|uitvoeringsdatum|uitgevoerd op|execution date|executed on|ausfuhrungs(?:datum|tag)|ausgefuhrt am|date (?:valeur|comptable)|valutadatum|boek(?:ings)?datum|booking date|buchungs(?:tag|datum)|value date|wertstellung|valuta",
        r"communication|mededeling|verwendungszweck|remittance information|payment reference|message au beneficiaire|omschrijving|motif|libelle|zahlungsreferenz",
        r"montant|bedrag|amount|betrag|uberweisungsbetrag",
        r"reference (?:de l'operation|bancaire|transaction|de la banque)|transactiereferentie|bankreferentie|transaction (?:id|reference)|transaktionsnummer|end-?to-?end",
    )
)

_STANDINGS = (
    (
        Standing.REFUSED,
        r"\b(?:refuse[es]?|rejete[es]?|annule[es]?|echoue[es]?|non execute[es]?|geweigerd|geannuleerd|mislukt|niet uitgevoerd|rejected|refused|cancelled|failed|declined|not executed|abgelehnt|storniert|fehlgeschlagen|nicht ausgefuhrt)\b",
    ),
    (
        Standing.PLANNED,
        r"\b(?:en attente|a signer|a valider|en cours|programme[es]?|planifie[es]?|a executer|brouillon|in behandeling|te ondertekenen|te bevestigen|gepland|ontwerp|in afwachting|pending|scheduled|awaiting|to be signed|draft|in progress|processing|future[- ]dated|vorgemerkt|geplant|in bearbeitung|entwurf|zu unterzeichnen|terminuberweisung|ausstehend)\b",
    ),
    (
        Standing.EXECUTED,
        r"\b(?:execute[es]?|effectue[es]?|comptabilise[es]?|envoye[es]?|debite[es]?|paye[es]?|uitgevoerd|verwerkt|geboekt|verstuurd|betaald|executed|completed?|processed|booked|sent|paid|successful(?:ly)?|ausgefuhrt|gebucht|verarbeitet|erfolgreich|uberwiesen|bezahlt)\b",
    ),
)
STANDINGS: tuple[tuple[Standing, re.Pattern[str]], ...] = tuple(
    (standing, re.compile(words)) for standing, words in _STANDINGS
)

PAID_ON = re.compile(
    r"date (?:d'execution|execution|de (?:paiement|reglement|virement|l'operation|valeur|debit)|paiement|valeur|comptable)|(?:paye|execute|effectue|debite) le|echeance de paiement"
    r"|uitvoeringsdatum|betaaldatum|betalingsdatum|betaald op|uitgevoerd op|valutadatum|boek(?:ings)?datum|datum (?:van )?(?:betaling|uitvoering|verrichting)"
    r"|(?:execution|payment|value|booking|transaction|transfer|settlement|remittance) date|date (?:of (?:payment|transfer)|paid)|(?:paid|executed|sent) on"
    r"|ausfuhrungs(?:datum|tag)|zahlungs(?:datum|tag)|buchungs(?:datum|tag)|wertstellung|valuta(?:datum)?|uberwiesen am|ausgefuhrt am|bezahlt am"
)
PAID_SUM = re.compile(
    r"(?:montant|total|somme) (?:total |du |de la |de l'|net )?(?:paye|payee|regle|verse|virement|vire|reglement|paiement|operation|remise|general|a payer)|net (?:a payer|paye|regle)"
    r"|totaal ?bedrag|(?:totaal|bedrag)(?: van)?(?: de)?(?: betaald| betaling| overgeschreven| overschrijving)|totaal|(?:total|amount|net)(?: amount)?(?: paid| transferred| remitted| of (?:payment|transfer))|(?:payment|transfer|remittance|net|paid|total) amount"
    r"|(?:gesamt|zahl|zahlungs|uberweisungs|auszahlungs|netto)betrag|gesamtsumme|zahlbetrag|summe|total|montant|bedrag|amount|betrag"
)
# How a total line begins: it repeats what the lines said.
TOTAL_LINE = re.compile(
    r"(?:sous-?)?tota(?:l|ux|al|len)\b|sub-?tota|somme\b|som\b|summe\b|gesamt|grand total|net (?:a payer|paye)|solde\b|saldo\b|balance\b|report\b"
)

NUMBER_HEAD = re.compile(
    r"(?:(?:votre|vos|notre|uw|onze|your|our|ihre?|unsere?) )?(?:(?:n(?:o|°|r|um(?:ero)?)?\.? ?(?:de )?)?(?:facture|piece|document|doc)s?\b.{0,20}|votre (?:ref|reference|facture|piece).{0,20}|reference.{0,30}|ref\b.{0,20}"
    r"|factu(?:ur|re)n(?:umme)?r.{0,20}|factuur.{0,20}|uw (?:ref|referentie|factuur).{0,20}|documentn(?:umme)?r.{0,20}|stuk(?:nummer)?.{0,20}|kenmerk.{0,20}"
    r"|invoice.{0,20}|inv\b.{0,20}|document (?:no|number).{0,20}|your ref.{0,20}|supplier (?:ref|inv).{0,20}|bill\b.{0,20}"
    r"|rechnung(?:s-?)?(?:n(?:umme)?r)?.{0,20}|beleg(?:n(?:umme)?r)?.{0,20}|re\.?-?nr.{0,20}|ihre? (?:ref|rechnung|beleg).{0,20}|number|nummer|numero|no\.?|nr\.?)"
)
AMOUNT_HEAD = re.compile(
    r".{0,30}(?:montant|bedrag|amount|betrag|paye|payee|regle|betaald|paid|bezahlt|net\b|netto|total|totaal|summe|somme|ttc|value|credit|debit).{0,30}"
)
# The column that says what is paid, where there are several with amounts.
NET_HEAD = re.compile(
    r".{0,30}(?:paye|regle|net\b|netto|betaald|te betalen|paid|payment|remitted|bezahlt|zahl|uberwies|reglement|paiement).{0,30}"
)
GROSS_HEAD = re.compile(
    r".{0,30}(?:tva|btw|vat|mwst|ust|escompte|korting|discount|skonto|retenue|brut|bruto|gross|htva|\bht\b|excl).{0,30}"
)
