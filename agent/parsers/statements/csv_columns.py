"""What a column of a bank export holds, by its heading in French, Dutch, English or German, and by its cells where headings differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a column can be. TEXT is the payer's own message, LABEL the bank's description that may hold it."""

    DATE = "date"
    VALUE_DATE = "value_date"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    SIGN = "sign"
    CURRENCY = "currency"
    BALANCE = "balance"
    ACCOUNT = "account"
    NAME = "name"
    OWN_NAME = "own_name"
    PARTY = "party"
    IBAN = "iban"
    TEXT = "text"
    LABEL = "label"
    STRUCTURED = "structured"
    REFERENCE = "reference"
    STATUS = "status"
    OTHER = "other"


_PARTY = r"contrepartie|tegenpartij|tegenrek|counterpart|partner|opposing|tiers|beneficiaire|begunstigde|gegenpartei|gegenkonto|auftraggeber|empfanger|payee|payer|otherparty|zahlungsbeteiligter"
_ACCOUNT = r"compte|rekening|iban|account|konto|bban"
_AMOUNT = r"montant|bedrag|amount|betrag|mouvementeur"
# Rules are tried in this order on the heading without accents, spaces and punctuation; the first that fits decides.
_RULES: tuple[tuple[Role, str], ...] = (
    (
        Role.OTHER,
        r"refus|weiger|reject|rejet|mandat|machtig|incass|creancier|creditorid|glaubiger|bic$|^bic|swift|adres|street|^rue|straat|postcode|postal|plaats|localite|categor|batch|carte|card|^pays|land(?:code)?$|exchange|koers|taux|cours|pointage|^tag$|extrait|afschrift|uittreksel|rubrie|rubri|accountlabel|franc|opdrachtgeversbank|naissance|echeance|urgent|uiteindelijk|initier|ultimate",
    ),
    (Role.STATUS, r"^(?:statut|status|etat|state)"),
    (Role.BALANCE, r"solde|saldo|balance|kontostand"),
    (
        Role.SIGN,
        r"afbij|bijaf|(?:debit|debet).{0,3}credit|credit.{0,3}(?:debit|debet)|^dc$|^cd$|^sens$|^sollhaben$|drcr|crdr",
    ),
    (Role.STRUCTURED, r"^(?!.*(?:nonstruct|ongestruct|nietgestruct|unstruct)).*(?:struct|ogm|vcs|betalingskenmerk)"),
    (
        Role.DEBIT,
        r"^(?:montant|bedrag|amount)?(?:au|en)?(?:debit|debet|paidout|moneyout|uitgaven|uitgaand|soll|sortie|depense|withdrawal|af|belastung)",
    ),
    (
        Role.CREDIT,
        r"^(?:montant|bedrag|amount)?(?:au|en)?(?:credit|paidin|moneyin|ontvangsten|inkomsten|inkomend|haben|entree|recette|deposit|bij|gutschrift)",
    ),
    (
        Role.OTHER,
        rf"(?:{_AMOUNT}).*(?:origin|oorspronk|foreign|local|vreemd|tva|vat|btw|frais|fee|kost|currency$|commission)|(?:oorspr|foreign|local|vreemd|ursprung|orig).*(?:{_AMOUNT}|munt|devise|currency)|^frais|^fee|kosten|commission|^(?:tva|vat|btw)|horstaxe|(?:{_AMOUNT})(?:ht|endevise|devise)$",
    ),
    (
        Role.CURRENCY,
        rf"^(?!.*(?:{_AMOUNT})).*(?:devise|devies|munt|currency|wahrung|monnaie|^ccy$|valutacode|^valutarek)",
    ),
    (Role.AMOUNT, rf"(?:{_AMOUNT})"),
    (
        Role.VALUE_DATE,
        r"(?:date|datum|jour|dag|tag).*(?:valeur|valuta|value|rente|wert|interest|val$)|(?:valeur|valuta|value|rente|wert|interest).*(?:date|datum|dag)|^(?:valeur|valuta)$|^dateval|wertstellung",
    ),
    (Role.DATE, r"date|datum|comptabilisee|buchungstag|^jour$|boekdag|^day$"),
    (
        Role.NAME,
        rf"(?:nom|naam|name|titulaire|houder|holder).*(?:{_PARTY})|(?:{_PARTY}).*(?:nom|naam|name|titulaire|houder|holder)|^na(?:am|me)(?:omschrijving|description)|^nomdescription|supplierfound|^(?:debiteur|emetteur|zahler)",
    ),
    (
        Role.IBAN,
        rf"(?:{_ACCOUNT}|numero|nummer).*(?:{_PARTY})|(?:{_PARTY}).*(?:{_ACCOUNT}|number|nummer|numero)|^tegenrekening",
    ),
    (Role.PARTY, rf"^(?:{_PARTY})|(?:^nomdela)?(?:{_PARTY})"),
    (
        Role.REFERENCE,
        r"sequence|volgnr|volgnummer|(?:numero|num|nr|no|id|identifiant|reference|referentie|nummer).*(?:mouvement|transaction|omzet|transactie|operation|ecriture|verrichting|boeking)|(?:transactie|transaction|omzet|verrichting|bank).*(?:referentie|reference|nummer|number|id|ref)$|^bankref|^ref$|^id$",
    ),
    (Role.OTHER, r"^type|^code|type$|soort$|methode|method|betaalwijze|^moyen|^art$"),
    (Role.ACCOUNT, rf"(?:nom|naam|name).*(?:{_ACCOUNT})"),
    (
        Role.TEXT,
        r"communication|mededeling|message|bericht|motif|remittance|verwendung|memo|betreft|payerreference|paymentreference|informationscompl|^reference|^referentie|^referenz|objet|^note|comment|mitteilung",
    ),
    (
        Role.LABEL,
        r"libelle|label|^information|omschrijving|description|detail|intitule|narrative|transactie$|^transaction$|^operation$|^verrichting|buchungstext|ecriture|nature",
    ),
    (Role.OWN_NAME, r"^(?:nom|naam|name)$"),
    (Role.ACCOUNT, rf"(?:{_ACCOUNT})"),
)
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _RULES)
_ENGLISH = re.compile(r"\b(?:amount|balance|account|counterparty|currency|completed|booking)\b", re.IGNORECASE)
_BANK_REFERENCE = re.compile(r"(?=[^\s]*\d)[A-Z0-9/.-]{8,40}", re.IGNORECASE)
_CREDITS = frozenset("bij c cr credit crediteur creditor h haben in crdt plus entree".split())
_DEBITS = frozenset("af d dr db debit debet s soll out dbit minus sortie".split())
_BOOKING = re.compile(r"boek|compta|book|buchung")
_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{8}")
_ACCOUNT_LIKE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{6,30}|\d{3}-?\d{7}-?\d{2}|\d{6,14}")


def compact(heading: str) -> str:
    """The heading in lower-case letters only, without accents, units and time zones."""
    plain = unicodedata.normalize("NFKD", heading[:120]).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"\b(?:eur|euro|euros|utc|cet|ttc|incl\.? vat)\b", " ", plain)
    return re.sub(r"[^a-z]", "", plain)


def role_of(heading: str) -> Role:
    """What this heading announces; OTHER when it is unknown or of no use here."""
    name = compact(heading)
    if not name:
        return Role.OTHER
    return next((role for role, pattern in _COMPILED if pattern.search(name)), Role.OTHER)


def side(cell: str) -> int:
    """1 when a cell says credit, -1 when it says debit, 0 when it says neither."""
    word = compact(cell) or cell.strip()
    if word in _DEBITS or word == "-":
        return -1
    return 1 if word in _CREDITS or word == "+" else 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column (counted from 0) plays which role. `doubt` says why a person must decide; "" when the columns are certain."""

    roles: tuple[Role, ...]
    doubt: str = ""

    def first(self, role: Role) -> int | None:
        """The first column of this role."""
        return next((i for i, r in enumerate(self.roles) if r is role), None)

    def every(self, role: Role) -> tuple[int, ...]:
        """All columns of this role."""
        return tuple(i for i, r in enumerate(self.roles) if r is role)

    def proposal(self) -> str:
        """The roles in the words of an answer: "date=1 amount=4"."""
        return " ".join(f"{r}={i + 1}" for i, r in enumerate(self.roles) if r is not Role.OTHER)


def is_header(cells: Sequence[str]) -> bool:
    """Whether this row heads a table of movements: a day, an amount in one of its shapes, and something that describes them."""
    roles = {role_of(cell) for cell in cells}
    amounts = Role.AMOUNT in roles or {Role.DEBIT, Role.CREDIT} <= roles
    dates = Role.DATE in roles or Role.VALUE_DATE in roles
    words = roles & {Role.TEXT, Role.LABEL, Role.NAME, Role.PARTY, Role.IBAN, Role.STRUCTURED}
    return amounts and dates and bool(words) and not any(_DATE_LIKE.fullmatch(cell.strip()) for cell in cells)


def is_english(cells: Sequence[str]) -> bool:
    """Whether the headings are English, where days may be written in the American order."""
    return any(_ENGLISH.search(cell) for cell in cells)


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of a table with this header. Where two columns claim one role, their headings and cells decide, else there is doubt."""
    roles = [role_of(cell) for cell in header]
    _settle_by_cells(roles, rows)
    _choose_date(roles, header, rows)
    _choose_names(roles, rows)
    _choose_reference(roles, header, rows)
    doubt = _choose_amount(roles, rows)
    _find_sign(roles, rows)
    return Columns(tuple(roles), doubt)


def _cells(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column].strip() for row in rows if column < len(row)]


def _settle_by_cells(roles: list[Role], rows: Sequence[Sequence[str]]) -> None:
    """A bare "contrepartie" is a name or an account, a bare "valuta" a day or a currency: the cells tell."""
    for column, role in enumerate(roles):
        filled = [cell for cell in _cells(rows, column) if cell]
        if role is Role.PARTY:
            accounts = sum(1 for cell in filled if _ACCOUNT_LIKE.fullmatch(cell.replace(" ", "")))
            roles[column] = Role.IBAN if accounts * 2 > len(filled) else Role.NAME
        elif role is Role.VALUE_DATE and filled and all(re.fullmatch(r"[A-Z]{3}", cell) for cell in filled):
            roles[column] = Role.CURRENCY
    if Role.IBAN not in roles and Role.ACCOUNT in roles:
        own = roles.index(Role.ACCOUNT)
        cells = _cells(rows, own)
        if any(not cell for cell in cells) and any(cells):
            roles[own] = Role.IBAN


def _choose_date(roles: list[Role], header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The booking day is what counts; other days of an operation are left out. Days under an unknown heading stand in for none."""
    found = [i for i, role in enumerate(roles) if role is Role.DATE]
    if not found:
        unknown = [i for i, role in enumerate(roles) if role is Role.OTHER and _all_days(_cells(rows, i))]
        found = unknown[:1]
        for column in found:
            roles[column] = Role.DATE
    if not found and Role.VALUE_DATE in roles:
        roles[roles.index(Role.VALUE_DATE)] = Role.DATE
        return
    best = next((i for i in found if _BOOKING.search(compact(header[i]))), found[0] if found else None)
    for column in found:
        if column != best:
            roles[column] = Role.OTHER


def _all_days(cells: Sequence[str]) -> bool:
    return bool(cells) and all(_DATE_LIKE.match(cell) for cell in cells)


def _choose_names(roles: list[Role], rows: Sequence[Sequence[str]]) -> None:
    """A bare "name" is the other party's only when it differs from row to row; the holder's own stays the same."""
    for column, role in enumerate(roles):
        if role is Role.OWN_NAME:
            varied = len(set(_cells(rows, column))) > 1
            roles[column] = Role.NAME if varied and Role.NAME not in roles else Role.OTHER


def _choose_reference(roles: list[Role], header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A "reference" beside other texts is the bank's own when all its cells look made by a machine, else the payer's words."""
    for column, role in enumerate(roles):
        if role is not Role.TEXT or not compact(header[column]).startswith("refer"):
            continue
        filled = [cell for cell in _cells(rows, column) if cell]
        others = any(r in (Role.TEXT, Role.LABEL) for i, r in enumerate(roles) if i != column)
        if others and filled and all(_BANK_REFERENCE.fullmatch(cell) for cell in filled):
            roles[column] = Role.REFERENCE


def _choose_amount(roles: list[Role], rows: Sequence[Sequence[str]]) -> str:
    """Of several amounts only those that always agree may stand for one another."""
    found = [i for i, role in enumerate(roles) if role is Role.AMOUNT]
    if len(found) > 1:
        if any(_cells(rows, i) != _cells(rows, found[0]) for i in found[1:]):
            return "several columns hold amounts"
        for column in found[1:]:
            roles[column] = Role.OTHER
    if Role.DATE not in roles:
        return "no column holds the day"
    if not found and (roles.count(Role.DEBIT) > 1 or roles.count(Role.CREDIT) > 1):
        return "several columns hold debits or credits"
    return ""


def _find_sign(roles: list[Role], rows: Sequence[Sequence[str]]) -> None:
    """Where amounts bear no sign, a column whose every cell says debit or credit gives it, whatever its heading."""
    if Role.SIGN in roles or Role.AMOUNT not in roles:
        return
    if any("-" in cell for cell in _cells(rows, roles.index(Role.AMOUNT))):
        return
    for column, role in enumerate(roles):
        cells = [cell for cell in _cells(rows, column) if cell]
        if role is Role.OTHER and cells and all(side(cell) for cell in cells):
            roles[column] = Role.SIGN
            return
