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
_MESSAGE = {"MOTIF", "COMMUNICATION", "MEDEDELING", "LIBELLE", "REMI", "LCC"}
_NAME = {"DE", "NAME", "NOM", "NAAM", "NPY"}


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
