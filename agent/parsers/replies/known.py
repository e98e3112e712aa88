"""What a creditor's words may name of his own books: invoices by the end of their number or their place on our letter, debtors by name.

Both are put into the sentence before it is read, so that every rule sees a number where one was meant, and no rule sees the words
of a company's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.domain.index import number_term
from agent.domain.names import fold_name

_LONGEST = 600
# What stands for a debtor while a sentence is read; the lexicons of all languages know it.
STAND_IN = "#who"


@dataclass(frozen=True, slots=True)
class Known:
    """The books as far as words may name them.

    `numbers` are the invoices in question with what is open on them, `listed` those of the letter that is answered, in its order,
    `names` the debtors' accounts with their names. `retold` says that the letter told what a debtor said, `planned` that it
    proposed a payment plan: then other terms of it need not name it. `lines` counts the statements that it lists before they leave.
    """

    numbers: tuple[tuple[str, Decimal], ...] = ()
    listed: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    retold: bool = False
    planned: bool = False
    lines: int = 0


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Named:
    """A folded sentence with full numbers in the place of their endings, and a stand-in for debtors; `accounts` are those."""

    text: str
    accounts: tuple[str, ...] = ()


def numbered(folded: str, known: Known) -> str:
    """The sentence with full numbers where a place on our letter or the end of a number was meant."""
    text = folded[:_LONGEST]
    return _with_endings(_with_places(text, known.listed) if known.listed else text, known)


def named_in(folded: str, known: Known) -> Named:
    """The sentence with the debtors that it names told apart from its words."""
    return _with_stand_ins(folded[:_LONGEST], known)


_NOT_AFTER = r"(?<![\w.,/+@€$-])"
_ENDING = re.compile(
    _NOT_AFTER
    + r"(?<!€ )(?<!eur )(\d{2,8})(?! ?(?:€|eur|%|jours?\b|dagen\b|days?\b|tagen?\b|sem|week|woch|mois|maand|month|monat|h\b|u\b))"
    r"(?![\w/@-]|[.,:]\d| (?:janv|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec|jan|feb|maart|apr|mei|jun|jul|aug|okt|mar|may|marz|dez|rue|avenue|straat))"
)


def _with_endings(text: str, known: Known) -> str:
    """Bare figures that end the number of one invoice only, and are no amount that is open, become that number."""
    amounts = {balance for _, balance in known.numbers}

    def full(match: re.Match[str]) -> str:
        ends = {number for number, _ in known.numbers if _ends_in(number, match[1])}
        is_amount = Decimal(match[1]) in amounts and not ends
        return ends.pop().lower() if len(ends) == 1 and not is_amount else match[0]

    return _ENDING.sub(full, text) if known.numbers else text


def _ends_in(number: str, figures: str) -> bool:
    """Whether a number ends in these figures, at one of its own joints, zeros aside ("2026-0118" and "118")."""
    last = re.split(r"[^0-9]+", number)[-1]
    return last.lstrip("0") == figures.lstrip("0") or number_term(number)[1] == figures


_ORDINALS = (
    "premiere|premier|1ere|1er|eerste|1ste|first|1st|erste",
    "deuxieme|seconde|second|2e|2eme|tweede|2de|2nd|zweite",
    "troisieme|3e|3eme|derde|3de|third|3rd|dritte",
    "quatrieme|4e|4eme|vierde|4de|fourth|4th|vierte",
    "cinquieme|5e|5eme|vijfde|5de|fifth|5th|funfte",
)
_GOES_ON = r"(?=(?: one| facture| factuur| invoice| rechnung| ligne| lijn| line)?(?: ?[,.;:!)]| ?$| (?:est|sont|is|zijn|are|ist|sind|a|has|hat|was|wurde|werd|payee?|reglee?|betaald|paid|bezahlt|et|en|and|und|aussi|ook|too|auch|svp|aub|please|bitte|ok)\b))"
_PLACE = re.compile(
    r"\b(?:la|le|les|de|die|der|das|the|numero|number|nummer|nr\.?|n°|no\.?|ligne|lijn|line|zeile|sauf|behalve|except|but|ausser|hormis) ?(?:la |le |for |voor |pour |fur |n° |nr\.? ?)?"
    r"(?:(?P<digit>\d)|(?P<word>" + "|".join(_ORDINALS) + "))(?![\\w/€%-]|[.,]\\d)" + _GOES_ON
)
_KEPT = re.compile(r"^(?:sauf|behalve|except|but|ausser|hormis)")


# "1 et 3 sont payées": several places, where a sentence begins with them.
_PLACES = re.compile(
    r"^(?:(?:les|de|die|the|numbers|nummers|numeros|nrs?) )?\d(?: ?(?:,|&|\+|et|en|and|und) ?(?:la |de |die )?\d){1,5}(?![\w/€%-]|[.,]\d)"
    + _GOES_ON
)


def _with_places(text: str, listed: Sequence[str]) -> str:
    several = _PLACES.match(text)
    if several and all(1 <= int(digit) <= len(listed) for digit in re.findall(r"\d", several[0])):
        full_numbers = re.sub(r"\d", lambda m: listed[int(m[0]) - 1].lower(), several[0])
        return full_numbers + text[several.end() :]

    def full(match: re.Match[str]) -> str:
        place = (
            int(match["digit"])
            if match["digit"]
            else next(n for n, o in enumerate(_ORDINALS, 1) if match["word"] in o.split("|"))
        )
        kept = _KEPT.match(match[0])
        return (
            f"{kept[0] if kept else ''} {listed[place - 1].lower()}".strip() if 1 <= place <= len(listed) else match[0]
        )

    return _PLACE.sub(full, text)


# Words that many names have: alone they name nobody.
_COMMON = frozenset(
    "van den der de het ter ten von zum zur und and fils zoon zonen sons sohn bros freres group groupe groep gruppe holding international "
    "services service construct construction bouw bau building solutions consulting trading company societe entreprise bedrijf firma client klant "
    "customer kunde belgium belgique france nederland deutschland europe la le les the du des d l bakkerij cafe garage restaurant hotel studio "
    "books open paid facture factuur invoice rechnung transport transports logistics logistiek immo immobilier design tech techniek maison huis".split()
)
_WORD = re.compile(r"[a-z0-9]+")
_ADDRESS = re.compile(r"[^\s<>()]{0,80}@[^\s<>()]{1,80}")


def _with_stand_ins(text: str, known: Known) -> Named:
    words = [(m.start(), m.end(), m[0]) for m in _WORD.finditer(_ADDRESS.sub(lambda m: " " * len(m[0]), text))]
    scored = [(account, _spans(words, fold_name(name).split())) for account, name in known.names]
    best = max((len(spans) for _, spans in scored), default=0)
    if not best:
        return Named(text)
    chosen = _apart([(account, spans) for account, spans in scored if spans])
    for start, end in reversed(_runs({span for _, found in chosen for span in found})):
        text = text[:start] + STAND_IN + text[end:]
    return Named(" ".join(text.split()), tuple(account for account, _ in chosen))


def _runs(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans with nothing but a blank between them, joined."""
    runs: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if runs and start - runs[-1][1] <= 1:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _apart(scored: list[tuple[str, list[tuple[int, int]]]]) -> list[tuple[str, list[tuple[int, int]]]]:
    """Of accounts that the same words may mean, those that more of the words mean."""
    return [
        (account, spans)
        for account, spans in scored
        if not any(len(other) > len(spans) and set(spans) & set(other) for _, other in scored)
    ]


def _spans(words: Sequence[tuple[int, int, str]], name: Sequence[str]) -> list[tuple[int, int]]:
    """Where words of a name stand; nothing when only common ones do."""
    telling = [word for word in name if word not in _COMMON and len(word) > 2]
    hits = [(start, end) for start, end, word in words if any(alike(word, one) for one in telling)]
    if not hits:
        return []
    beside = [
        (start, end) for start, end, word in words if word in name and word not in telling and _near(start, end, hits)
    ]
    return sorted({*hits, *beside})


def _near(start: int, end: int, hits: Sequence[tuple[int, int]]) -> bool:
    return any(0 <= start - other_end <= 8 or 0 <= other_start - end <= 8 for other_start, other_end in hits)


def alike(said: str, word: str) -> bool:
    """Whether a word is this one, misspelt by a letter (two in long words), or short for it."""
    if said == word:
        return True
    if len(said) < 5 or len(word) < 5 or said in _COMMON:
        return False
    if len(said) >= 5 and word.startswith(said):
        return True
    return _distance_within(said, word, 2 if min(len(said), len(word)) >= 8 else 1)


def _distance_within(a: str, b: str, most: int) -> bool:
    """Whether so few letters left out, put in, changed or swapped make one word of the other."""
    if abs(len(a) - len(b)) > most:
        return False
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before = before, row
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            swapped = i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y
            row.append(min(cost, older[j - 2] + 1) if swapped else cost)
    return row[-1] <= most


def stems_said(text: str) -> Iterator[str]:
    """The beginnings of all words of a text that may be a company's name, for a search by index."""
    for word in dict.fromkeys(fold_name(text[:4000]).split()):
        if len(word) > 2 and word not in _COMMON and not word.isdigit():
            yield word[:4]
