"""Names of companies and people as keys that do not depend on spelling: no accents, no legal form, no spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Legal forms of Belgium, France, Luxembourg, the Netherlands, Germany and the United Kingdom; they never tell two firms apart alone.
_FORMS = frozenset(
    "SA NV SRL BV SPRL BVBA SAS SASU SARL EURL SNC SCI SCRL CVBA SC CV VOF SCS GCV ASBL VZW AISBL IVZW SE SCA COMMV COMM "
    "GMBH AG UG EK KG OHG GBR EV EG MBH KGAA STIFTUNG LTD LIMITED LLP LLC PLC INC CORP LP CO SARLS SCSP STICHTING EENMANSZAAK "
    "PGMBH SENC MAATSCHAP SELARL EI EIRL".split()
)
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,5}[A-Z]?\b|\b[A-Z]\.[A-Z]\b")
_LETTERS = {"ß": "SS", "ẞ": "SS", "Æ": "AE", "æ": "AE", "Œ": "OE", "œ": "OE", "Ø": "O", "ø": "O", "Ł": "L", "ł": "L"}

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE"}


def plain(text: str) -> str:
    """The text in upper case without accents."""
    spelled = "".join(_LETTERS.get(c, c) for c in text)
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c)).upper()


@lru_cache(maxsize=200_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, plain, with dotted abbreviations closed (S.A. is SA)."""
    text = _DOTTED.sub(lambda m: m[0].replace(".", ""), plain(name[:200]))
    return tuple(re.findall(r"[A-Z0-9]+", re.sub(r"['’`]", "", text)))


@lru_cache(maxsize=200_000)
def core(name: str) -> tuple[str, ...]:
    """The words of a name without its legal form; a name that is nothing but a legal form keeps it."""
    found = words(name)
    return tuple(word for word in found if word not in _FORMS) or found


def key(name: str) -> str:
    """The name without its legal form, written as one word in its own order: the same for "Van den Berghe SA" and "VANDEN BERGHE"."""
    return "".join(core(name))


def full_key(name: str) -> str:
    """All words sorted, the legal form included: tells "Weber BV" from "Weber NV" where both are debtors."""
    return " ".join(sorted(words(name)))


def spellings(name: str) -> tuple[str, ...]:
    """The name as it is and as banks without umlauts write it."""
    return tuple(dict.fromkeys((name, "".join(_UMLAUTS.get(c, c) for c in name))))


def begins(short: str, long: str) -> bool:
    """Whether a name that a bank cut off may be the beginning of the other one."""
    cut, whole = "".join(words(short)), "".join(words(long))
    return 6 <= len(cut) < len(whole) and whole.startswith(cut)
