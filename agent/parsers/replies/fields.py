"""Corrections of fields as the creditor writes them: "échéance 15/03/2027", "débiteur : compta@x.be", "montant 1.250,00"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from agent.parsers.replies.clauses import fold
from agent.parsers.replies.slots import Slots, parse_amount, read_slots, written_address


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field by its name in InvoiceReading (or `debtor_email`) and its value: ISO date, plain decimal, address or text."""

    field: str
    value: str


_NAMES = {
    "issue_date": "date de la facture|date de facture|date facture|date d emission|emise le|factuurdatum|datum factuur|datum van de factuur|invoice date|date of invoice|issue date|rechnungsdatum|datum der rechnung|ausgestellt am",
    "due_date": "date d echeance|date echeance|echeance|echeant le|payable le|payable avant le|vervaldag|vervaldatum|betaaldatum|te betalen voor|te betalen op|due date|due by|due on|due|payment due|falligkeitsdatum|falligkeit|fallig am|fallig|zahlbar bis|uiterste betaaldatum",
    "deposit": "acompte verse|acompte paye|acompte deja paye|acompte|deposit paid|deposit|voorschot|betaald voorschot|anzahlung|aanbetaling",
    "total": "montant ttc|montant total|montant de la facture|montant a payer|montant du|montant|total ttc|total a payer|total|somme|totaalbedrag|te betalen bedrag|bedrag incl btw|bedrag|totaal|total amount|amount due|amount|gesamtbetrag|rechnungsbetrag|betrag|summe",
    "number": "numero de la facture|numero de facture|numero facture|n° de facture|n° facture|facture n°|facture numero|numero|n°|factuurnummer|factuurnr|factuur nr|nummer van de factuur|nummer|invoice number|invoice no|invoice nr|number|rechnungsnummer|rechnungsnr|rechnung nr|nr",
    "iban": "iban|numero de compte|n° de compte|compte bancaire|compte|rekeningnummer|bankrekening|rekening|account number|bank account|kontonummer|konto|bankverbindung",
    "reference": "communication structuree|communication|gestructureerde mededeling|mededeling|structured communication|payment reference|reference de paiement|reference|betalingskenmerk|kenmerk|referentie|verwendungszweck|zahlungsreferenz|referenz|vcs|ogm",
    "currency": "devise|monnaie|munteenheid|munt|valuta|currency|wahrung",
    "debtor_email": "adresse e mail du debiteur|adresse du debiteur|adresse mail du client|mail du debiteur|email du client|adresse mail|adresse e mail|adresse email|e mail|email|mail|courriel|debiteur|mailadres|e mailadres|e mail adres|emailadres|adres van de debiteur|adres|adresse|debtor email|debtor address|debtor s email|email address|debtor|contact|contactpersoon|schuldner|e mail adresse|mailadresse|envoyer a|sturen naar|send to|senden an|destinataire|ontvanger|recipient|empfanger|client|klant|customer|kunde",
    "buyer_name": "nom du client|nom du debiteur|nom de l acheteur|raison sociale|denomination|nom|client|acheteur|debiteur|naam van de klant|naam klant|klantnaam|naam|klant|koper|afnemer|customer name|company name|client name|debtor name|name|customer|buyer|debtor|kundenname|firmenname|firma|kunde|kaufer|schuldner|societe",
    "postal_address": "adresse postale(?: du (?:client|debiteur))?|adresse de (?:correspondance|facturation)|adresse du siege|siege social|postadres|adres per post|facturatieadres|maatschappelijke zetel|postal address|mailing address|billing address|registered office|postanschrift|postadresse|rechnungsanschrift|anschrift|firmensitz",
    "consumer": "consommateur|particulier|client prive|consument|particuliere klant|consumer|private individual|verbraucher|privatkunde|privatperson",
}
_CONNECT = r"(?: ?(?:correct|correcte|exact|exacte|juist|juiste|right|richtige?))? ?(?::|=|->|>|-|est bien|est le|est de|est|doit etre|devrait etre|devient|heisst|heet|s appelle|is called|nennt sich|is|moet zijn|wordt|moet|should be|must be|should read|ist|lautet|muss|soll|sein|c est|etait|staat op)* ?(?:le |the |den |der |de |op |am |a |on |bien )?"
_PATTERNS = tuple(
    (
        field,
        re.compile(
            rf"(?:[-*•>] ?)?(?:(?:la|le|l|les|the|de|het|die|der|das|bonne|correct|correcte|juiste|nouvelle|nouveau|new|nieuwe?|neue|correction|correctie|korrektur|corriger|change|wijzig) ?:? ?)*(?:{names})(?![a-z]){_CONNECT}(?P<value>.+)"
        ),
    )
    for field, names in _NAMES.items()
)
_YES = frozenset("oui ja yes vrai true si y o".split())
_NO = frozenset("non nee neen no nein faux false n b2b entreprise bedrijf".split())
_CURRENCIES = {
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "€": "EUR",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "$": "USD",
    "gbp": "GBP",
    "£": "GBP",
    "chf": "CHF",
}
# A street or a box, and a town with its code: some letters and a figure, and no talk.
_POSTAL = re.compile(r"(?=.*\d)(?=.*[a-z]{3})[\w ,;./()&'-]{8,200}")
_DATES = frozenset({"due_date", "issue_date"})
_AMOUNTS = frozenset({"total", "deposit"})


# What may stand beside a lone value; any other word makes it a sentence, whose verb decides.
_BESIDE_A_VALUE = frozenset("le la l au du op de den der am on the c est is het eur euro euros ttc".split())


def read_field_line(line: str, received: date) -> FieldLine | None:
    """The correction that a line is, None when it is none."""
    folded = fold(line[:300]).strip(" .!")
    if "?" in line:
        return None
    slots = read_slots(folded, received)
    for field, pattern in _PATTERNS:
        match = pattern.fullmatch(folded)
        value = _value(field, match["value"].strip(" .:"), slots, line) if match else None
        if value:
            return FieldLine(field, value)
    return None


def read_bare_value(line: str, received: date) -> FieldLine | None:
    """The field that a lone value answers when fields were asked for: an address, an IBAN, a date or an amount."""
    folded = fold(line[:300]).strip(" .!")
    slots = read_slots(folded, received)
    if any(word not in _BESIDE_A_VALUE for word in slots.line.split() if not word.startswith("#")):
        return None
    if written := written_address(slots, line):
        return FieldLine("debtor_email", written)
    if slots.ibans:
        return FieldLine("iban", slots.ibans[0])
    if slots.dates:
        return FieldLine("due_date", slots.dates[0].last.isoformat())
    if slots.amounts:
        return FieldLine("total", str(slots.amounts[0]))
    return FieldLine("number", slots.numbers[0]) if slots.numbers else None


def _value(field: str, text: str, slots: Slots, line: str) -> str | None:
    """The value of a field in the words after its name; None when they are no such value."""
    if field in _DATES:
        return slots.dates[0].last.isoformat() if slots.dates and len(slots.line.split()) < 9 else None
    if field in _AMOUNTS:
        amount = (
            parse_amount(text)
            if re.fullmatch(r"(?:€|eur|euros?)? ?\d[\d., ]*(?:,-)? ?(?:€|eur|euros?|ttc|incl.*)?", text)
            else None
        )
        return str(amount) if amount is not None else None
    if field == "debtor_email":
        return written_address(slots, line)
    if field == "iban":
        return slots.ibans[0] if slots.ibans else None
    if field == "currency":
        return _CURRENCIES.get(text.split(maxsplit=1)[0]) if len(text) < 12 else None
    if field == "consumer":
        return _yes_or_no(text)
    if field == "postal_address":
        return _as_written(line, text) if _POSTAL.fullmatch(text) and not slots.addresses else None
    if field == "number":
        return (
            _as_written(line, text)
            if re.fullmatch(r"[a-z0-9][a-z0-9 /._-]{0,29}", text) and re.search(r"\d", text) and not _is_sentence(text)
            else None
        )
    if field == "reference":
        return slots.communications[0] if slots.communications else _as_written(line, text)
    return _as_written(line, text) if len(text) > 1 and "@" not in text and not _is_sentence(text) else None


def _yes_or_no(text: str) -> str | None:
    word = text.split(maxsplit=1)[0].strip(",.")
    return "true" if word in _YES else "false" if word in _NO else None


def _is_sentence(text: str) -> bool:
    """Whether the words are talk rather than a name: too many, or with a finite verb of talk."""
    return len(text.split()) > 7 or bool(
        re.search(
            r"\b(?:a paye|paye|betaald|paid|bezahlt|heeft|has|hat|pas|niet|nicht|est|conteste|betwist|disputes?|disputed|contests|bestreitet|reklamiert|beanstandet|vous|nous|wij|we|you|ik|je|u|is|ist)\b",
            text,
        )
    )


def _as_written(line: str, text: str) -> str:
    """The tail of the line as it was written, for a value found in its folded form."""
    count = len(text.split())
    return " ".join(line.split()[-count:]).strip(" .:")
