"""Bank labels taken apart: the payer's name and message where a bank writes all into one text."""

from __future__ import annotations

import re

_LEAD = re.compile(
    r"^(?:VIR(?:EMENT)?S?|VRT|OVERSCHRIJVING|OVERBOEKING|GUTSCHRIFT|TRANSFER|STORTING|VERSEMENT)?\.?\s*"
    r"(?:SEPA)?\s*(?:INST(?:ANTANE)?)?\s*(?:RECUS?|ONTVANGEN|RECEIVED|EMIS|EN EUROS?)?\s*(?:/?\s?(?:DE|VAN|FROM|VON)\b\s?:?)?\s*",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"\s*(?:^|\s)(?:/|(?=[A-Z]{2,12} ?:))"
    r"(?P<mark>DE|MOTIF|REF|COMMUNICATION|MEDEDELING|LIBELLE|REMI|NAME|NOM|NAAM|ID|IBAN|BIC|EREF|RCN|NPY|LCC)\b ?:?\s?",
    re.IGNORECASE,
)
# Companies that collect for others: one amount for many buyers, less what they keep.
_COLLECTORS = re.compile(
    r"\b(?:WORLDLINE|ADYEN|STRIPE|MOLLIE|PAYPAL|SUMUP|NEXI|CCV|SIX PAYMENT|INGENICO|OGONE|ELAVON|VIVA WALLET|VIVA PAYMENT|BUCKAROO|"
    r"MULTISAFEPAY|KLARNA|ALMA PAY|PAYONE|CONCARDIS|TELECASH|CARD SERVICES|EQUENS|ZETTLE|SQUARE|PAYNOVATE|GOCARDLESS)\b",
    re.IGNORECASE,
)
# Tagged texts of German and Dutch banks: "EREF+… SVWZ+…" and "/TRTP/…/NAME/…/REMI/…/EREF/…".
_GERMAN = re.compile(
    r"(?:^|\s|(?<=\?\d\d))(?P<mark>EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|BREF|RREF|PURP)\+ ?"
)
_DUTCH = re.compile(
    r"(?:^|(?<=\S)|\s)/(?P<mark>TRTP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|ORDP|BENM|BENE|ULTD|ULTB|PURP|RTRN|CNTP|KREF|PREF|TRCD|SVCL|ISDT)/{1,2}"
)
_MESSAGE = {"MOTIF", "COMMUNICATION", "MEDEDELING", "LIBELLE", "REMI", "LCC"}
_NAME = {"DE", "NAME", "NOM", "NAAM", "NPY"}


def collects(name: str) -> bool:
    """Whether a payer is a card acquirer or payment service, whose payments are those of many."""
    return bool(_COLLECTORS.search(name[:100]))


def message_of(text: str) -> str:
    """The payer's own message within a tagged text of a German or Dutch bank; the text itself where there are no such tags."""
    text = text[:1000]
    for pattern, wanted in ((_GERMAN, ("SVWZ", "ABWA")), (_DUTCH, ("REMI", "ULTD"))):
        marks = list(pattern.finditer(text))
        parts = [
            text[mark.end() : marks[i + 1].start() if i + 1 < len(marks) else len(text)].strip(" /")
            for i, mark in enumerate(marks)
            if mark["mark"] in wanted
        ]
        if parts and (len(marks) > 1 or marks[0]["mark"] == "SVWZ"):
            return " ".join(parts).removeprefix("USTD//").strip()
    return text


def take_apart(label: str) -> tuple[str, str]:
    """The payer's name and the message of a label like "VIR SEPA RECU /DE X /MOTIF Y /REF Z"; ("", label) when it has no marks."""
    label = label[:1000]
    marks = list(_MARK.finditer(label))
    if not any(m["mark"].upper() in _MESSAGE | {"DE"} for m in marks):
        return "", label
    name = _LEAD.sub("", label[: marks[0].start()].strip())
    message: list[str] = []
    for i, mark in enumerate(marks):
        part = label[mark.end() : marks[i + 1].start() if i + 1 < len(marks) else len(label)].strip()
        kind = mark["mark"].upper()
        if kind in _NAME:
            name = name or part
        elif kind in _MESSAGE:
            message.append(part)
    return name, " ".join(message)
