"""What a column holds, told by its heading as accounting programs write it in French, Dutch, English and German.

The words are those of Odoo, Exact, Yuki, Billit, Sage, Ciel, EBP, WinBooks, BOB and DATEV, and of people's own sheets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.parsers.listings.model import Field
from agent.parsers.replies.clauses import fold

_WITHIN = 30
_ENGLISH = re.compile(r"\b(?:invoice|due|amount|customer|issue|number)\b")
_CAMEL = re.compile(r"(?<=[a-zé])(?=[A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")
_UNIT = re.compile(r" (?:en )?(?:eur|euro|euros|usd|gbp|chf)$")
# In this order: the first pattern that is found in a heading names its field, so that the narrower ones stand first.
_PATTERNS: tuple[tuple[Field, str], ...] = (
    (Field.EMAIL, r"\be ?mail|\bmail|\bcourriel|\bmel\b|\baddresses$"),
    (
        Field.OTHER,
        (
            r"^(?:code|numero|num|n|no|nr|id|ref\w*) (?:du |de |d )?(?:client|tiers|compte|debiteur|partenaire)\b|klant ?(?:nr|nummer|code)|debiteur(?:en)?(?:nr|nummer|code)"
            r"|customer (?:no|nr|number|code|id)|kunden ?(?:nr|nummer)|debitoren ?(?:nr|nummer|konto)|(?:cid|accountrp)$|^compte\b|^konto\b|gegenkonto|^account$|date (?:de |du |d )?(?:paiement|reglement)|paid ?date"
            r"|betaal ?datum|betaald op|payment date|zahlungsdatum|gezahlt am|statut|status|payment state|\betat\b|^state$|mode (?:de )?(?:paiement|reglement)|jours de retard|dagen te laat|days (?:late|overdue)|relance|herinnering|reminder|mahn"
        ),
    ),
    (Field.SIDE, r"soll haben|^sh\b|^s h$|debit credit|^d c$|^sens$|^dc$"),
    (
        Field.DUE,
        r"(?:date (?:d |de l )?|^)echeance|verval ?(?:dag|datum)|\bdue ?date|\bdue on\b|^due$|expir|fallig|zahlbar bis|payable (?:le|avant)|date limite|uiterste betaaldatum|duedate",
    ),
    (
        Field.TERMS,
        r"delai|termijn|payment terms?|^terms?$|conditions? (?:de )?(?:paiement|reglement)|zahlungs(?:ziel|bedingung)|betaal(?:ings)?voorwaarde|echeance jours",
    ),
    (
        Field.PARTY,
        (
            r"(?:num\w*|n|nr|no|id|code|identifiant) (?:de |d )?(?:tva|btw|vat)|tva (?:intra|client|num)|\bbtw ?(?:nr|nummer|num)|\bvat ?(?:number|num|no|nr|id|reg)|\btax id|\bust ?id|enterprise num|(?:num\w*|n|no) (?:d )?entreprise"
            r"|ondernemings ?n|\bkbo\b|\bbce\b|siren|siret|\bkvk\b|company (?:number|registration)|steuernummer"
        ),
    ),
    (
        Field.OPEN,
        r"\bsoldes?\b|\breste|restant|\bouverts?\b|impaye|montant du$|\bopen(?:staand|stehend|s)?\b|openstaand|\bsaldo|outstanding|balance|amount due|residual|remaining|\boffen|restbetrag|rest(?:schuld|saldo)|to ?pay|te betalen|net a payer|verschuldigd|zu zahlen|\ba payer",
    ),
    (
        Field.PAID,
        r"\bpayee?s?\b|\bregle|acompte|\bdeja\b|\bverse|encaisse|\bbetaald|voldaan|ontvangen|voorschot|\bpaid\b|deposit|bezahlt|gezahlt|anzahlung|already",
    ),
    (Field.TOTAL, r"\bttc\b|tvac|\btvac|incl|brutto|\bgross\b|avec tva|inklusive|met btw"),
    (
        Field.NET,
        r"\bht\b|htva|hors t|\bexcl|tax excluded|untaxed|\bnett?o?\b|ohne (?:mwst|ust)|zonder btw|sans tva|without (?:tax|vat)",
    ),
    (
        Field.TOTAL,
        r"(?:factuur|faktuur) ?bedrag|bedrag (?:factuur|faktuur)|invoice (?:amount|total|value)|rechnungs ?betrag|(?:montant|total) (?:de la |de |du )?(?:facture|document|piece)",
    ),
    (Field.CURRENCY, r"devise|monnaie|valuta|\bmunt|currency|wahrung|\bwkz|^cur$|^dev$"),
    (Field.VAT, r"\btva\b|\bbtw\b|\bvat\b|\bmwst|\bust\b|^tax(?:es)?$|montant taxe|umsatzsteuer|total ?vat"),
    (
        Field.REFERENCE,
        r"communication|mededeling|verwendungszweck|\bogm\b|\bvcs\b|payment ?ref|beta(?:al|lings)(?:referentie|kenmerk)|structured|reference (?:de |du )?paiement|zahlungsreferenz",
    ),
    (
        Field.ISSUED,
        r"\bdate|datum\b|\bdatedoc|docdate|\bemis\b|emission|issued|invoice date|factuurdatum|rechnungsdatum|belegdatum",
    ),
    (Field.LANGUAGE, r"\blangue|\btaal|language|sprache"),
    (Field.COUNTRY, r"\bpays\b|\bland\b|country|landcode|landen"),
    (Field.CONSUMER, r"particulier|consument|consumer|privat|\bb2c\b"),
    (
        Field.KIND,
        r"^type|type (?:de )?(?:piece|document|facture)|^nature|soort|\bkind\b|(?:document|invoice|move|order) ?type|^art$|belegart|documenttype",
    ),
    (
        Field.NAME,
        r"client|klant|customer|kunde|debiteur|debtor|debitor|\bnoms?\b|naam|\bname\b|partner|partenaire|\btiers\b|relatie|relation|contact|societe|company|firma|bedrijf|raison sociale|intitule|counter ?party|empfanger|destinataire|cname|donneur d ordre|opdrachtgever",
    ),
    (
        Field.NUMBER,
        r"factu|facture|faktuur|invoice|rechnung|\brg\b|^re nr|piece|document|\bstuk|boekstuk|beleg|\bdoc|^(?:numero|number|nummer|nr|no|n|num)$|order ?number|booking ?number|^ref(?:erence)?$|kenmerk",
    ),
    (Field.TOTAL, r"total|totaal|bedrag|montant|amount|betrag|summe|umsatz|gesamt|valeur|\bsom\b|waarde"),
)
_COMPILED = tuple((field, re.compile(pattern)) for field, pattern in _PATTERNS)
# Which of several columns of one field is meant: the one whose heading holds such a word, else the first.
_PREFERRED = {
    Field.NAME: re.compile(r"\bnoms?\b|naam|\bname\b|intitule|raison|cname"),
    Field.TOTAL: re.compile(r"ttc|tvac|incl|brutto|gross"),
    Field.ISSUED: re.compile(r"factu|invoice|rechnung|document|beleg|piece|doc"),
    Field.NUMBER: re.compile(r"(?:num|nr|\bno\b|\bn\b).*|.*(?:nummer|nr|number)"),
    Field.OPEN: re.compile(r"solde|reste|open|saldo|outstanding|residual|remaining|offen|due"),
    Field.PARTY: re.compile(r"tva|btw|vat|ust"),
}
_NEEDED = frozenset({Field.NUMBER, Field.NAME})
_MONEY = frozenset({Field.TOTAL, Field.OPEN, Field.NET})


def heading(cell: str) -> str:
    """A heading folded: lower case words without accents, marks, and the name of a currency at its end."""
    return _UNIT.sub("", _OTHER.sub(" ", fold(_CAMEL.sub(" ", cell[:80]))).strip())


def field_of(cell: str) -> Field:
    """What a column of this heading holds; OTHER when it says nothing that is read."""
    words = heading(cell)
    if not words or words.replace(" ", "").isdigit():
        return Field.OTHER
    return next((field for field, pattern in _COMPILED if pattern.search(words)), Field.OTHER)


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row of headings: the one of the first rows that names most fields; None when none heads a list."""
    scored = [(len(_fields(row)), -place) for place, row in enumerate(rows[:_WITHIN]) if _heads(row)]
    return -max(scored)[1] if scored else None


def _fields(row: Sequence[str]) -> set[Field]:
    return {field_of(cell) for cell in row} - {Field.OTHER}


def _heads(row: Sequence[str]) -> bool:
    found = _fields(row)
    listed = Field.NAME in found and (Field.EMAIL in found or Field.PARTY in found)
    digits = sum(any(c.isdigit() for c in cell) for cell in row)
    return digits <= len(row) // 2 and (listed or (len(found) > 2 and bool(found & (_NEEDED | _MONEY))))


def is_english(row: Sequence[str]) -> bool:
    """Whether headings are English: then days may stand behind their months, as in America."""
    return any(_ENGLISH.search(heading(cell)) for cell in row)


def columns(row: Sequence[str]) -> dict[Field, int]:
    """The column of each field under these headings."""
    found: dict[Field, int] = {}
    for place, cell in enumerate(row):
        field = field_of(cell)
        if field is Field.OTHER:
            continue
        better = _PREFERRED.get(field)
        known = found.get(field)
        if known is None or (
            better is not None and better.search(heading(cell)) and not better.search(heading(row[known]))
        ):
            found[field] = place
    return found
