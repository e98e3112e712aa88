"""Bank labels taken apart: name, account and message where a bank writes them into one text."""

from __future__ import annotations

import re
from itertools import zip_longest

from agent.domain import references
from agent.parsers.statements.normal import clean

# The marks that French, Belgian and Dutch banks put before the parts of a label.
_MARKS = re.compile(
    r"(?:^|(?<=[\s/;]))/?(?P<mark>"
    r"DE|VAN|FROM|NAAM|NOM|NAME|MOTIF|COMMUNICATION|MEDEDELING|OMSCHRIJVING|DESCRIPTION|LIBELLE|REMI|INFO|"
    r"IBAN|REKENING|COMPTE|REF|REFERENCE BANQUE|BANKREFERENTIE|REFERENTIE|KENMERK|ID|TRTP|EREF|DATE VALEUR|VALUE DATE|DATE/TIME|VALUTADATUM|DATUM/TIJD|BIC"
    r")\s?(?P<end>:|(?<=/[A-Z]{2})\s|(?<=/[A-Z]{3})\s|(?<=/[A-Z]{5})\s)\s?",
    re.IGNORECASE,
)
# Dutch banks put the parts between strokes.
_SLASHED = re.compile(r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|ID)/")
_NAME = {"DE", "VAN", "FROM", "NAAM", "NOM", "NAME"}
_MESSAGE = {"MOTIF", "COMMUNICATION", "MEDEDELING", "OMSCHRIJVING", "DESCRIPTION", "LIBELLE", "REMI", "INFO"}
_IBAN = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)\b")


_TRANSFER = re.compile(r"VIR(?:EMENT)?S?\b|VRT\b|OVERSCHRIJVING|OVERBOEKING|GUTSCHRIFT", re.IGNORECASE)


def split(label: str) -> tuple[str, str, str]:
    """Name, account and message of a label; a label without marks is all message.

    A label of several lines has the kind of movement in the first, the name in the second, the message in the rest.
    """
    lines = [clean(line) for line in label.splitlines() if line.strip()]
    if len(lines) > 2 and _TRANSFER.match(lines[0]):
        return lines[1], first_iban(label), " ".join(lines[2:])
    label = _SLASHED.sub(r" \1: ", label)
    marks = list(_MARKS.finditer(label))
    name, message = "", ""
    for mark, following in zip_longest(marks, marks[1:]):
        part = clean(label[mark.end() : following.start() if following else len(label)])
        if mark["mark"].upper() in _NAME and not name:
            name = part
        elif mark["mark"].upper() in _MESSAGE and not message:
            message = part
    account = first_iban(label)
    if account and name:
        name = clean(_IBAN.sub("", name)).strip(" -")
    return name, account, message or ("" if name and marks else clean(label))


def first_iban(text: str) -> str:
    """The first valid IBAN in a text, compact; "" when there is none."""
    for found in _IBAN.finditer(text):
        words = found[1].split(" ")
        for end in range(len(words), 0, -1):
            value = references.iban("".join(words[:end]))
            if value:
                return value
    return ""
