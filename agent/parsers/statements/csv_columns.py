"""What a column of a bank export holds, by its heading in French, Dutch, English or German, and by its cells where headings differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What a column can be. TEXT is the payer's own message, LABEL the bank's description that may hold it.

    PAYER and PAYEE stand side by side where a file names both parties; one of them alone is a NAME.
    """

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
    PAYER = "payer"
    PAYEE = "payee"
    IBAN = "iban"
    TEXT = "text"
    LABEL = "label"
    STRUCTURED = "structured"
    REFERENCE = "reference"
    STATUS = "status"
    OTHER = "other"


_PARTY = r"contrepartie|tegenpartij|tegenrek|counterpart|partner|opposing|tiers|beneficiaire|begunstigde|begu?e?nstigte|gegenpartei|gegenkonto|auftraggeber|empfa?e?nger|zahlungspflicht|zahlungsempf|payee|payer|otherparty|zahlungsbeteiligter"
_ACCOUNT = r"compte|rekening|iban|account|konto|bban"
_AMOUNT = r"montant|bedrag|amount|betrag|mouvementeur|^umsatz$|^umsatzin$|^somme$|^mutatie$"
# Rules are tried in this order on the heading without accents, spaces and punctuation; the first that fits decides.
_RULES: tuple[tuple[Role, str], ...] = (
    (
        Role.OTHER,
        r"refus|weiger|reject|rejet|mandat|machtig|incass|creancier|creditorid|glaubiger|bic$|^bic|swift|adres|street|^rue|straat|postcode|postal|plaats|localite|categor|batch|carte|card|^pays|land(?:code)?$|exchange|koers|taux|cours|pointage|^tag$|extrait|afschrift|uittreksel|rubrie|rubri|accountlabel|franc|opdrachtgeversbank|naissance|echeance|urgent|uiteindelijk|initier|ultimate",
    ),
    (Role.ACCOUNT, r"(?:auftraggeber|auftrags)konto|kontoinhaber"),
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
        r"(?:date|datum|jour|dag|tag).*(?:valeur|valuta|value|rente|wert|interest|val$)|(?:valeur|valuta|value|rente|wert|interest).*(?:date|datum|dag)|^(?:valeur|valuta)$|^dateval|wertstellung|^wert$",
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
        r"sequence|volgnr|volgnummer|(?:numero|num|nr|no|id|identifiant|reference|referentie|nummer).*(?:mouvement|transaction|omzet|transactie|operation|ecriture|verrichting|boeking)|(?:transactie|transaction|omzet|verrichting|(?<!i)bank).*(?:referentie|reference|nummer|number|id|ref)$|^bankref|^ref$|^id$",
    ),
    (Role.OTHER, r"^type|^code|type$|soort$|methode|method|betaalwijze|^moyen|^art$"),
    (Role.ACCOUNT, rf"(?:nom|naam|name).*(?:{_ACCOUNT})"),
    (
        Role.TEXT,
        r"communication|mededeling|freeformat|freetext|message|bericht|motif|remittance|verwendung|memo|betreft|payerreference|paymentreference|informationscompl|^reference|^referentie|^referenz|objet|^note|comment|mitteilung|^purpose|^zweck",
    ),
    (
        Role.LABEL,
        r"libelle|label|^information|omschrijving|beschreibung|description|detail|intitule|narrative|transactie$|^transaction$|^operation$|^verrichting|buchungstext|ecriture|nature",
    ),
    (Role.OWN_NAME, r"^(?:nom|naam|name)$"),
    (Role.ACCOUNT, rf"(?:{_ACCOUNT})"),
)
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _RULES)
_ENGLISH = re.compile(r"\b(?:amount|balance|account|counterparty|currency|completed|booking)\b", re.IGNORECASE)
_CREDITS = frozenset("bij c cr credit crediteur creditor h haben in crdt plus entree".split())
_DEBITS = frozenset("af d dr db debit debet s soll out dbit minus sortie".split())
_ROLES = frozenset(role.value for role in Role)
_WIDEST = 99
_NAMED_COLUMN = re.compile(r"\b([a-z_]{2,12})=(\d{1,2})\b")
_NAMED_WHOLE = re.compile(r"\b(mark|order|unknown)=([.,]|dmy|mdy|done|skip)")
_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{8}")
_REFUSED = re.compile(
    r"refus|weiger|reject|rejet|annul|cancel|declin|fail|revert|afgewez|storn|mislukt|echoue|expired|verlopen|abgelehnt|nonexecut|nietuitgevoerd|nichtausgefuhrt"
)
_PENDING = re.compile(
    r"pending|process(?!ed)|encours|traitement|enattente|inbehandeling|verwerking|afwachting|avenir|prevu|gepland|scheduled|vorgemerkt|reserv|toconfirm|inprogress|^offen$|unposted|nonboekt|nietgeboekt"
)
_DONE = re.compile(
    r"accept|execut|uitgevoerd|complet|settled|book|boekt|comptabilis|verwerkt|done|succes|^ok$|valid|termin|effectu|regle|voltooid|gebucht|sent|recu|receiv|ontvangen|verzonden|envoye|paid|betaald|cleared|posted|processed|ausgefuhrt|bestatigt|confirm"
)


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
    """Which column (counted from 0) plays which role. `doubt` says why a person must decide; "" when the columns are certain.

    What a person said of the file as a whole: the decimal `mark`, the `order` of day and month ("dmy" or "mdy"), and whether rows of
    an `unknown` status count ("done") or not ("skip").
    """

    roles: tuple[Role, ...]
    doubt: str = ""
    mark: str = ""
    order: str = ""
    unknown: str = ""

    def first(self, role: Role) -> int | None:
        """The first column of this role."""
        return next((i for i, r in enumerate(self.roles) if r is role), None)

    def every(self, role: Role) -> tuple[int, ...]:
        """All columns of this role."""
        return tuple(i for i, r in enumerate(self.roles) if r is role)

    def spec(self) -> str:
        """The columns in the words of an answer: "date=1 amount=4 order=dmy"."""
        told = [f"{r}={i + 1}" for i, r in enumerate(self.roles) if r is not Role.OTHER]
        whole = (("mark", self.mark), ("order", self.order), ("unknown", self.unknown))
        return " ".join((*told, *(f"{name}={value}" for name, value in whole if value)))

    @classmethod
    def told(cls, spec: str) -> Columns | None:
        """The columns that an answer names; None when it names no day or no amount."""
        named = {int(n) - 1: Role(r) for r, n in _NAMED_COLUMN.findall(spec) if r in _ROLES and 0 < int(n) <= _WIDEST}
        roles = tuple(named.get(i, Role.OTHER) for i in range(max(named, default=-1) + 1))
        if Role.DATE not in roles or not {Role.AMOUNT, Role.DEBIT, Role.CREDIT} & set(roles):
            return None
        whole = dict(_NAMED_WHOLE.findall(spec))
        return cls(roles, "", whole.get("mark", ""), whole.get("order", ""), whole.get("unknown", ""))


def is_header(cells: Sequence[str]) -> bool:
    """Whether this row heads a table of movements: a day, an amount in one of its shapes, and something that describes them."""
    roles = {role_of(cell) for cell in cells}
    amounts = Role.AMOUNT in roles or {Role.DEBIT, Role.CREDIT} <= roles
    dates = Role.DATE in roles or Role.VALUE_DATE in roles
    words = roles & {Role.OWN_NAME, Role.TEXT, Role.LABEL, Role.NAME, Role.PARTY, Role.IBAN, Role.STRUCTURED}
    return amounts and dates and bool(words) and not any(_DATE_LIKE.fullmatch(cell.strip()) for cell in cells)


def is_english(cells: Sequence[str]) -> bool:
    """Whether the headings are English, where days may be written in the American order."""
    return any(_ENGLISH.search(cell) for cell in cells)


@lru_cache(1024)
def state(cell: str) -> str:
    """What a status says: done, refused, pending, or unknown. An empty one is done."""
    name = compact(cell)
    if not name:
        return "done"
    if _REFUSED.search(name):
        return "refused"
    if _PENDING.search(name):
        return "pending"
    return "done" if _DONE.search(name) else "unknown"
