"""What a person answers to the question about columns: "date=1 amount=4", "montant : colonne 4", or "Wieviel = Betrag"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.parsers.statements.csv_columns import Columns, Role, compact, role_of

_PIECE = re.compile(r"[,;\n]|\s(?:et|en|and|und)\s")
_PAIR = re.compile(r"([^=:]{1,60}?)\s*(?:=|:|\bis\b|\best\b|\bist\b)\s*([^=:]{1,60})")
_NUMBER = re.compile(r"(?:col(?:onne|umn)?|kolom|spalte|n[o°r]\.?)?\s*(\d{1,2})\.?", re.IGNORECASE)
_LONGEST, _PIECES = 2000, 40
# Words for what a column holds that are no heading of a bank.
_WORDS = {
    "jour": Role.DATE, "dag": Role.DATE, "tag": Role.DATE, "day": Role.DATE,
    "nom": Role.NAME, "naam": Role.NAME, "name": Role.NAME, "client": Role.NAME, "klant": Role.NAME, "kunde": Role.NAME,
    "customer": Role.NAME, "iban": Role.IBAN, "rekening": Role.IBAN, "compte": Role.IBAN, "konto": Role.IBAN,
    "text": Role.TEXT, "texte": Role.TEXT, "tekst": Role.TEXT, "sens": Role.SIGN, "teken": Role.SIGN, "sign": Role.SIGN,
    "zeichen": Role.SIGN,
}  # fmt: skip


def columns_told(text: str, headings: Sequence[str]) -> str:
    """The columns that these words name, as "date=1 amount=4"; "" when they name no day or no amount."""
    exact = Columns.told(text.lower())
    if exact is not None:
        return exact.spec()
    names = {compact(heading): position for position, heading in enumerate(headings) if compact(heading)}
    roles: dict[int, Role] = {}
    for piece in _PIECE.split(text[:_LONGEST])[:_PIECES]:
        found = _PAIR.fullmatch(piece.strip(" .!>*-\"'«»"))
        if found is not None:
            roles |= _told(found[1], found[2], names)
    spec = " ".join(f"{role}={position + 1}" for position, role in sorted(roles.items()))
    told = Columns.told(spec)
    return told.spec() if told is not None else ""


def _told(left: str, right: str, names: dict[str, int]) -> dict[int, Role]:
    """One column with its role, whichever of the two stands first."""
    for what, where in ((left, right), (right, left)):
        role, position = _role(what), _position(where, names)
        if role is not None and position is not None:
            return {position: role}
    return {}


def _role(words: str) -> Role | None:
    word = compact(words)
    if word in set(Role):
        return Role(word)
    found = _WORDS.get(word) or role_of(words)
    plain = {Role.PARTY: Role.NAME, Role.OWN_NAME: Role.NAME, Role.ACCOUNT: Role.IBAN}.get(found, found)
    return None if plain is Role.OTHER else plain


def _position(words: str, names: dict[str, int]) -> int | None:
    number = _NUMBER.fullmatch(words.strip(" .\"'«»"))
    return int(number[1]) - 1 if number and number[1] != "0" else names.get(compact(words))
