"""The words by which banks tell of one payment, in French, Dutch, English and German."""

from __future__ import annotations

import re

# "vous avez reçu un virement de 121,00 EUR": money that came in and is booked.
INCOMING = re.compile(
    r"vous avez re[çc]u (?:un |le |une )?(?:nouveau |nouvelle )?(?:virement|paiement|versement|somme)"
    r"|(?:virement|paiement|versement)(?: instantan[ée])? (?:entrant )?(?:a bien [ée]t[ée] )?re[çc]u\b|r[ée]ception d['’]un (?:virement|paiement)"
    r"|a [ée]t[ée] cr[ée]dit[ée]e?|avis de cr[ée]dit|nouveau virement sur votre compte"
    r"|(?:u hebt|u heeft|je hebt|je kreeg|u kreeg)(?: zojuist| net)? (?:een |het )?[^.\n]{0,60}?(?:ontvangen|overschrijving|betaling|gekregen)"
    r"|(?:overschrijving|betaling|storting) (?:werd |is )?ontvangen|bijgeschreven|is gecrediteerd|creditbericht|inkomende (?:overschrijving|betaling)"
    r"|you(?:['’]ve| have)?(?: just)? (?:received|been paid|got)|payment received|(?:has|have) been credited|credit advice|incoming (?:payment|transfer)|sent you"
    r"|sie haben [^.\n]{0,80}?(?:erhalten|bekommen)|zahlungseingang|geldeingang|gutgeschrieben|gutschriftsanzeige|eingang einer (?:zahlung|[üu]berweisung)",
    re.IGNORECASE,
)
# What is only announced, asked for, sent by ourselves, failed or taken back never counts as money here.
NOT_YET = re.compile(
    r"en attente|sera (?:cr[ée]dit|vers)|va [êe]tre cr[ée]dit|prochainement|programm[ée]|demande de paiement|demande d['’]argent|[àa] venir|[ée]chou[ée]|refus[ée]|rejet[ée]|annul[ée]|retourn[ée]|vous avez (?:envoy[ée]|effectu[ée]|pay[ée])|votre (?:virement|paiement) (?:a [ée]t[ée]|de)|d[ée]bit[ée]"
    r"|in behandeling|wordt (?:bijgeschreven|ontvangen|uitgevoerd)|zal worden|betaalverzoek|gepland|mislukt|geweigerd|teruggestort|geannuleerd|u (?:hebt|heeft) (?:betaald|overgeschreven)|gedebiteerd|afgeschreven"
    r"|pending|will be (?:credited|paid|received)|payment request|request(?:ed|s) (?:money|a payment|payment)|scheduled|failed|declined|rejected|returned|reversed|cancel|you (?:sent|paid)|debited|on its way"
    r"|vorgemerkt|ausstehend|wird (?:gutgeschrieben|in k[üu]rze)|zahlungsanforderung|geplant|fehlgeschlagen|abgelehnt|zur[üu]ckgegeben|storniert|sie haben [^.\n]{0,60}?(?:gesendet|[üu]berwiesen|bezahlt)|abgebucht|belastet",
    re.IGNORECASE,
)
_END = r"[ \t]*[:：][ \t]*"
NAME = re.compile(
    rf"\b(?:donneur d['’]ordre|[ée]metteur|exp[ée]diteur|pay[ée] par|envoy[ée] par|client|de la part de|opdrachtgever|afzender|naam(?: tegenpartij)?|tegenpartij|betaald door|sender|from|payer|paid by|counterparty|ordering party|auftraggeber|absender|zahler|von|de|van){_END}(?P<value>[^\n]{{2,80}})",
    re.IGNORECASE,
)
NAME_IN_SENTENCE = re.compile(
    r"(?:de la part de|effectu[ée] par|ontvangen van|erhalten von|received from|re[çc]u de|(?<=\d) de|(?<=\d) van|(?<=\d) from|(?<=\d) von|[ée]mis par|(?<=EUR) de|(?<=€) de|(?<=euros) de|(?<=EUR) par|(?<=€) par|van de heer|(?<=EUR) van|(?<=€) van|(?<=euro) van|(?<=EUR) from|(?<=€) from|(?<=payment) from|(?<=transfer) from|(?<=EUR) von|(?<=€) von|(?<=Euro) von)"
    r"(?: la part de)?\s+(?P<value>[^\n,;:]{2,60}?)(?=\s*(?:[,;:]|\.(?:\s|$)|\n|$| sur (?:votre|le) | op (?:uw|je|de) | on (?:your|the) | to your | into your | auf (?:Ihr|dem) |erhalten| ontvangen| avec | met | with | mit | \(| le \d| am \d| op \d| on \d))"
)
TEXT = re.compile(
    rf"\b(?:communication(?: structur[ée]e| libre)?|motif|libell[ée]|objet|message|r[ée]f[ée]rence(?: du paiement| client)?|mededeling|gestructureerde mededeling|vrije mededeling|omschrijving|bericht|kenmerk|betalingskenmerk|payment reference|reference|description|details|note|verwendungszweck|mitteilung|betreff|referenz){_END}(?P<value>[^\n]{{1,140}})",
    re.IGNORECASE,
)
DATE = re.compile(
    rf"\b(?:date(?: d['’]ex[ée]cution| comptable| de l['’]op[ée]ration| d['’]op[ée]ration)?|datum|boekingsdatum|uitvoeringsdatum|booking date|payment date|executed on|buchungstag|buchungsdatum|datum der buchung){_END}(?P<value>[^\n]{{6,40}})",
    re.IGNORECASE,
)
AMOUNT = re.compile(rf"\b(?:montant|bedrag|amount|betrag|somme|sum){_END}(?P<value>[^\n]{{1,40}})", re.IGNORECASE)
# Sums beside these words are not what came in.
NO_PAYMENT = re.compile(
    r"solde|saldo|balance|kontostand|frais|kosten|fees?\b|geb[üu]hr|disponible|beschikbaar|available", re.IGNORECASE
)
