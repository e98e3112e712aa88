"""What the text of a payment says: numbers, references, shares, ranges, months and words that change the meaning."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from agent.domain import references
from agent.domain.matching.names import plain

_MAX_TEXT, _MAX_REFERENCE = 600, 40
_TOKEN = re.compile(r"(?P<word>[A-Z]+)|(?P<digits>\d+)|(?P<mark>[^A-Z0-9\s])|(?P<space>\s+)")
_AMOUNT = re.compile(
    r"(?<![\dA-Z/.,-])(?:\d{1,3}(?:[.  ]\d{3})+|\d{1,9}),\d{2}(?![\d/.-])|(?<![\dA-Z/.,-])(?:\d{1,3}(?:,\d{3})+|\d{1,9})\.\d{2}(?![\d/.-])"
)
_DATE = re.compile(
    r"(?<![\d/.-])(?:(?:[0-2]?\d|3[01])(?P<sep>[./-])(?:0?\d|1[0-2])(?P=sep)(?:20\d\d|\d\d)|20\d\d-(?:0\d|1[0-2])-(?:[0-2]\d|3[01]))(?![\d/.-])"
)
_DISCOUNT_RATE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})? ?%")
# Numbers that say themselves what they are: VAT and enterprise numbers, telephones, the bank's own references.
_OTHER_NUMBERS = re.compile(
    r"\b(?:(?:TVA|BTW|VAT|MWST|UST|USTID|KBO|BCE|SIREN|SIRET|KVK)\b\W{0,3}(?:[A-Z]{2} ?)?\d[\d. ]{6,16}\d"
    r"|(?:TEL|GSM|FAX|MOB|MOBILE|PHONE|TELEFON)\b\W{0,3}\+?\d[\d /.]{6,16}\d|/?EREF/\S{1,40})"
)
_OGM = re.compile(r"(?<!\d)\d{3} ?[/.-]? ?\d{4} ?[/.-]? ?\d{5}(?!\d)")
_RF = re.compile(r"\bRF ?\d{2}[ \dA-Z]{1,30}")
_MONTH_YEAR = re.compile(r"(?<![\d/-])(?:0?[1-9]|1[0-2])/20\d\d(?![\d/-])")

# Words that announce an invoice number, and words that announce some other number.
INVOICE_WORDS = frozenset(
    "F FA FAC FACT FACTS FACTURE FACTURES FACTUUR FACTUREN FACTNR FACTUURNR FACTUURNUMMER FT FTR FCT INV INVOICE INVOICES BILL "
    "RE RG RNR RECH RECHN RECHNUNG RECHNUNGEN RECHNUNGSNR NR NO N NUM NUMERO NUMMER NUMBER NOTA NOTE REF FRA FRAS FCTR FNR FACNR RENR "
    "RGNR RECHNR RECHNUNGSNUMMER INVNO INVNR BILLNO FAKT FAKTUUR FAKTURA BELEG BELEGNR DOC DOCUMENT PIECE STUK STUKNR KENMERK FACTUREREF "
    "REFERENCE REFERENTIE REFERENZ BETREFT BETR BETREFF DOCNR FACTUURREF VFACT NREF VREF".split()
)
# Abbreviations that only announce a number, also where they are glued to it: no firm's series begins with them.
ANNOUNCEMENTS = frozenset(
    "RNR RENR RGNR RECHNR FNR FACTNR FACNR FACTUURNR FACTUURNUMMER INVNO INVNR BILLNO RECHNUNGSNR RECHNUNGSNUMMER BELEGNR STUKNR DOCNR".split()
)
_ORDER_WORDS = frozenset(
    "COMMANDE CMD CDE BESTELLING BESTELBON BESTELNR ORDER BC PO AUFTRAG AUFTRAGSNR BESTELLUNG BESTELLNR CLIENT CLIENTNR KLANT KLANTNR "
    "KLANTNUMMER KUNDE KUNDENNR KUNDENNUMMER KD CUSTOMER CONTRAT CONTRACT VERTRAG DOSSIER DEVIS OFFERTE OFFRE QUOTE ANGEBOT PROJET "
    "PROJECT PROJEKT CHANTIER WERF LIEFERSCHEIN LIVRAISON PAKBON DEBITEUR DEBITEURNR RELATIENR RELATIENUMMER KDNR BESTELNUMMER ORDERNR "
    "ORDERNUMMER AUFTRAGSNUMMER BESTELLNUMMER VERTRAGSNR ABONNE LIDNR COMPTEUR POLIS POLICE LIDMAATSCHAP MEMBER".split()
)
_SKIPPED = frozenset("NR NO N NUM NUMERO NUMMER NUMBER REF ID DE DU VAN".split())
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "JANVIER JANUARI JANUARY JANUAR JAENNER",
            "FEVRIER FEBRUARI FEBRUARY FEBRUAR",
            "MARS MAART MARCH MARZ MAERZ",
            "AVRIL APRIL",
            "MAI MEI MAY",
            "JUIN JUNI JUNE",
            "JUILLET JULI JULY",
            "AOUT AUGUSTUS AUGUST",
            "SEPTEMBRE SEPTEMBER",
            "OCTOBRE OKTOBER OCTOBER",
            "NOVEMBRE NOVEMBER",
            "DECEMBRE DECEMBER DEZEMBER",
        ),
        1,
    )
    for name in names.split()
}


class Sense(StrEnum):
    """What words of a payment's text can mean beside naming an invoice."""

    WHOLE = "whole"
    PART = "part"
    ADVANCE = "advance"
    DISCOUNT = "discount"
    CHARGES = "charges"
    DEDUCTION = "deduction"
    ELSEWHERE = "elsewhere"
    COLLECTED = "collected"
    RETURN = "return"
    REFUND = "refund"


_SENSES: tuple[tuple[Sense, re.Pattern[str]], ...] = tuple(
    (sense, re.compile(rf"\b(?:{pattern})"))
    for sense, pattern in (
        (
            Sense.WHOLE,
            r"SOLDE|SALDO|BALANCE\b|TOUTES? (?:LES|VOS|NOS)|TOTALITE|ALLE (?:OPENSTAANDE|FACTUREN|OFFENEN|RECHNUNGEN)|OPENSTAANDE|ALL (?:OPEN|OUTSTANDING|INVOICES)|OUTSTANDING|SAMTLICHE|OFFENE POSTEN|APUREMENT|FACTURES OUVERTES",
        ),
        (
            Sense.PART,
            r"PARTIEL|PARTIAL|PART PAYMENT|DEEL\b|DEELBETALING|GEDEELTE|TEILZAHLUNG|TEIL\b|ACOMPTE|VOORSCHOT|ANZAHLUNG|AANBETALING|ABSCHLAG|DEPOSIT|DOWN ?PAYMENT|A VALOIR|VERSEMENT|ECHEANCE|TERMIJN|RATE\b|INSTAL+MENT|TRANCHE|AFBETALING|ON ACCOUNT",
        ),
        (
            Sense.ADVANCE,
            r"ACOMPTE|VOORSCHOT|ANZAHLUNG|AANBETALING|ABSCHLAG|DEPOSIT|DOWN ?PAYMENT|PREPAYMENT|VORAUSZAHLUNG|VORKASSE|PROVISION",
        ),
        (Sense.DISCOUNT, r"ESCOMPTE|DISCOUNT|KORTING|SKONTO|RISTOURNE|REMISE|RABAIS|RABATT"),
        (Sense.CHARGES, r"FRAIS|CHARGES|KOSTEN|GEBUHR|SPESEN|FEES?\b|BANKKOST|SHA\b|COMMISSION"),
        (
            Sense.DEDUCTION,
            r"MOINS|LESS\b|MINUS|MIN\b|ABZGL|ABZUGL|ABZUG|DEDUIT|DEDUCTION|DEDUCTED|AVOIR|NOTE DE CREDIT|CREDIT ?NOTE|CREDITNOTA|GUTSCHRIFT|\bNC\b|\bCN\b|\bGS\b|RETENUE|INHOUDING|AFTREK|VERMINDERD|COMPENSATION|VERREKEN|VERRECHN|LITIGE|DISPUTE",
        ),
        (
            Sense.ELSEWHERE,
            r"LOYER|HUUR\b|RENT\b|MIETE|TVA\b|BTW\b|MWST|VAT\b|INTERETS?\b|INTERESTS?\b|INTEREST\b|RENTE\b|ZINSEN|ASSURANCE|VERZEKERING|INSURANCE|VERSICHERUNG|SINISTRE|SCHADE|SCHADEN|INDEMNITE|SUBSIDE|SUBSIDIE|SUBVENTION|SALAIRE|SALARIS|GEHALT|SALARY|DIVIDEND|CAUTION|WAARBORG|KAUTION|NOTES? DE FRAIS|ONKOSTEN|EXPENSES?\b|COTISATION|CONTRIBUTION|BIJDRAGE|BEITRAG|DON\b|GIFT\b|SPENDE|DONATION|PRIME\b|PREMIE|PRAMIE|TROP PERCU|TE VEEL|OVERPAID|PRET\b|LENING|LOAN|DARLEHEN|IMPOT|BELASTING|STEUER|TAX\b|REMBOURS|TERUGBETAL|REFUND|RUCKERSTATT|ERSTATTUNG|REIMBURS|APPORT|INBRENG",
        ),
        (
            Sense.COLLECTED,
            r"REMISE (?:DE )?CARTES?|REMISE CB\b|KARTENUMS|KARTENZAHL|KAARTBETAL|BATCH\b|SETTLEMENT \d|PAYOUT|AUSZAHLUNG|UITBETALING|VERSEMENT STRIPE|ENCAISSEMENTS? CARTE|TRANSACTIONS? CARTE|BANCONTACT|PAYCONIQ|WERO\b",
        ),
        (
            Sense.RETURN,
            r"RETOUR|RETURN|REJET|REJECT|TERUGBOEK|STORN|RUCKLAST|RUECKLAST|RUCKGABE|R-TRANSACTI|IMPAYE|UNPAID|ONBETAALD|CHARGEBACK|EXTOURNE|CONTREPASS|WEIGER|REVERS",
        ),
        (
            Sense.REFUND,
            r"REMBOURS|TERUGBETAL|REFUND|RUCKERSTATT|ERSTATTUNG|RUCKZAHL|REIMBURS|TROP PERCU|TE VEEL|RESTITU",
        ),
    )
)
_CURRENCIES = frozenset("USD GBP CHF EUR JPY SEK NOK DKK PLN CZK HUF CAD AUD".split())
RANGE_WORDS = frozenset("A AU TO TOT TM T M BIS UNTIL THRU THROUGH TEM JUSQU".split())
_LIST_WORDS = frozenset("ET EN AND UND PLUS".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters, a run of digits or a mark. `gap` says that white space stands before it."""

    text: str
    kind: str
    gap: bool
    start: int


@dataclass(frozen=True, slots=True)
class TextReading:
    """What was read in one payment's text, before anything is looked up.

    `shares` are amounts with the token index they stand at; `tokens` are those of the text with dates and amounts blanked.
    """

    text: str
    tokens: tuple[Token, ...]
    shares: tuple[tuple[int, Decimal], ...]
    structured: tuple[str, ...]
    senses: frozenset[Sense]
    months: frozenset[int]
    currencies: frozenset[str]
    order_tokens: frozenset[int]


def read(
    remittance: str, structured_reference: str = "", is_number: Callable[[str], bool] = lambda _: False
) -> TextReading:
    """The reading of a payment's message and structured reference. One without valid check digits is read as text.

    `is_number` tells what is written like a date, a month or an amount and is an invoice number of the books all the same.
    """
    own = references.structured_communication(structured_reference) or references.creditor_reference(
        structured_reference
    )
    written = remittance[:_MAX_TEXT] if own else f"{remittance[:_MAX_TEXT]} {structured_reference[:_MAX_REFERENCE]}"
    text = _OTHER_NUMBERS.sub(lambda m: " " * len(m[0]), plain(written))
    shares = tuple((m.start(), _decimal(m[0])) for m in _AMOUNT.finditer(text))
    found_words = frozenset(re.findall(r"[A-Z]+", text))
    structured, without_references = _structured(text, own)
    blanked = without_references
    for pattern in (_AMOUNT, _DATE, _DISCOUNT_RATE, _MONTH_YEAR):
        blanked = pattern.sub(lambda m: m[0] if is_number(m[0]) else " " * len(m[0]), blanked)
    tokens = _tokens(blanked)
    return TextReading(
        text,
        tokens,
        shares,
        structured,
        frozenset(sense for sense, pattern in _SENSES if pattern.search(text)),
        frozenset(_MONTHS[w] for w in found_words if w in _MONTHS),
        found_words & _CURRENCIES,
        frozenset(_order_tokens(tokens)),
    )


def _decimal(text: str) -> Decimal:
    digits = re.sub(r"\D", "", text)
    return Decimal(int(digits)).scaleb(-2)


def _structured(text: str, own: str | None) -> tuple[tuple[str, ...], str]:
    """Structured communications and RF references, checked by their digits, and the text with them blanked."""
    found = [own] if own else []

    def take(match: re.Match[str]) -> str:
        reference = references.structured_communication(match[0])
        if reference is None:
            return match[0]
        found.append(reference)
        return " " * len(match[0])

    def take_rf(match: re.Match[str]) -> str:
        pieces = match[0].split(" ")
        for end in range(len(pieces), 0, -1):
            reference = references.creditor_reference("".join(pieces[:end]))
            if reference:
                found.append(reference)
                length = len(" ".join(pieces[:end]))
                return " " * length + match[0][length:]
        return match[0]

    without = _RF.sub(take_rf, _OGM.sub(take, text))
    return tuple(dict.fromkeys(found)), without


def _tokens(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    gap = True
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "space":
            gap = True
            continue
        tokens.append(Token(match[0], match.lastgroup or "", gap, match.start()))
        gap = False
    return tuple(tokens)


def _order_tokens(tokens: tuple[Token, ...]) -> list[int]:
    """The tokens that belong to an order, customer or contract number: what follows such a word until the next word or comma."""
    found: list[int] = []
    active = False
    for i, token in enumerate(tokens):
        if token.kind == "word" and token.text in _ORDER_WORDS:
            active = True
        elif active and token.kind == "word" and token.gap and len(token.text) > 3 and token.text not in _SKIPPED:
            active = token.text in _LIST_WORDS
        elif active and token.kind == "mark" and token.text in ",;+&(":
            active = False
        if active:
            found.append(i)
    return found


def is_list_word(token: Token) -> bool:
    """Whether this token only strings numbers together."""
    return token.kind == "mark" or token.text in _LIST_WORDS
