"""Names of companies: what makes two spellings the same."""

import unicodedata
from functools import lru_cache

_LEGAL_FORMS = frozenset(
    "sa srl sprl sprlu scrl scs snc sc asbl aisbl nv bv bvba cvba cv vof vzw comm commv sarl sas sasu eurl ei sci selarl "
    "gmbh ag kg ohg ug ek gbr mbh se spa ltd limited llc llp plc inc corp co company bvi secs senc eenmanszaak".split()
)
_CONJUNCTIONS = frozenset({"et", "en", "and", "und"})
_SILENT = _LEGAL_FORMS | _CONJUNCTIONS


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """A company's name without case, accents, punctuation, legal form and the "and" that others write as &."""
    plain = (c for c in unicodedata.normalize("NFKD", name.casefold().replace(".", "")) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    kept = [w for w in words if w not in _SILENT]
    return " ".join(kept or words)


def name_stems(name: str) -> frozenset[str]:
    """The beginnings of a name's words, by which names that are nearly the same find each other without a scan."""
    return frozenset(word[:4] for word in fold_name(name).split() if len(word) > 2)
