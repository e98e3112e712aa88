"""Answers by number to a question of ours: "2", "oui pour 1 et 3", "alles behalve 3", "the second one", "2, aber nicht vor Montag"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.parsers.replies.clauses import fold

_MOST = 120
_ALL, _NONE = "all", "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """The choices of one line by their numbers, or all or none of them by name, and what the line says besides."""

    numbers: tuple[int, ...] = ()
    every: str = ""
    besides: str = ""


_NUMBER_WORDS = {
    1: "un une premier premiere 1er 1ere een eerste 1ste one first 1st eins eine ersten erste",
    2: "deux deuxieme second seconde 2e 2eme twee tweede 2de two 2nd zwei zweite zweiten",
    3: "trois troisieme 3e 3eme drie derde 3de three third 3rd drei dritte dritten",
    4: "quatre quatrieme 4e 4eme vier vierde 4de four fourth 4th vierte vierten",
    5: "cinq cinquieme 5e 5eme vijf vijfde 5de five fifth 5th funf funfte funften",
    6: "six sixieme zes zesde sixth sechs sechste",
    7: "sept septieme zeven zevende seven seventh sieben siebte",
    8: "huit huitieme acht achtste eight eighth achte",
}
_VALUES = {word: number for number, words in _NUMBER_WORDS.items() for word in words.split()}
AND = frozenset("et en and und & , + / ; ainsi que".split())
TO = frozenset("- a au tot t/m tem to through thru bis jusqu jusque".split())
BUT = frozenset(
    "sauf excepte hormis behalve uitgezonderd except excepting but not pas niet nicht ausser without sans zonder ohne".split()
)
EVERY = frozenset("tout toutes tous alles allemaal alle all everything everyone beide both".split())
NOBODY = frozenset("aucune aucun geen none neither keine keiner keines".split())
FILLERS = frozenset(
    "le la les l de het the die das der den dem du des c ce est is it s choix option optie keuze choice wahl antwoord reponse answer antwort numero "
    "nummer numbers nummers numeros number nr no n n° num ik kies je j i d go would ll take choisis choose nehme ich nemen wir nous we on prend prends neem prenons voor pour for "
    "fur svp aub please pls bitte graag merci stp dank u thanks thank you danke oui ja yes ok oke okay d accord akkoord one ones maar plutot liever rather eher then dan alors "
    "of them ces celles ceux deze daarvan davon these those ci dernier the sera serait wordt wird be van par options facture factuur invoice rechnung hello bonjour dag hallo hi".split()
)
_TOKEN = re.compile(r"t/m|\d{1,2}(?:e|eme|er|ere|de|ste|nd|st|rd|th)?|[a-z°]+|[&,+/;-]")
_BESIDES = re.compile(r"^(.{1,60}?)[ ,;]+(?:mais|maar|but|aber|doch|cependant|echter|however)\b[ ,]*(.{3,200})$")


def read_answer(line: str, known_choices: int) -> Answer | None:
    """The choices that a line makes among so many; None when it says anything else, or chooses what was not offered."""
    if not known_choices or len(line) > _MOST or "@" in line:
        return None
    folded = fold(line).strip(" .!:()\"'")
    besides = _BESIDES.match(folded)
    if besides and not re.match(r"(?:pas|niet|not|nicht) (?:la |de |the |die )?\w+$", besides[2]):
        first = read_answer(besides[1], known_choices)
        return Answer(first.numbers, first.every, besides[2]) if first else None
    if re.sub(_TOKEN, "", folded).strip(" .!:()'\""):
        return None
    return _chosen(_TOKEN.findall(folded), known_choices)


def _chosen(tokens: list[str], most: int) -> Answer | None:
    tokens = [token for token in tokens if token not in FILLERS]
    every = any(token in EVERY for token in tokens)
    if any(token in NOBODY for token in tokens):
        return Answer(every=_NONE) if not any(value_of(token) for token in tokens) else None
    taken, left, aside = list[int](), list[int](), False
    for place, token in enumerate(tokens):
        number = value_of(token)
        if token in BUT:
            aside = True
        elif number is not None:
            into = left if aside else taken
            into.extend(range(into[-1] + 1, number + 1) if _is_range(tokens, place) and into else (number,))
        elif token not in AND | TO | EVERY:
            return None
    if any(not 1 <= number <= most for number in (*taken, *left)):
        return None
    return _answer(taken, left, every=every)


def _answer(taken: list[int], left: list[int], *, every: bool) -> Answer | None:
    if every and left:
        return Answer(tuple(-number for number in dict.fromkeys(left)), _ALL)
    if every and not taken:
        return Answer(every=_ALL)
    if not taken or every:
        return None
    return Answer(tuple(number for number in dict.fromkeys(taken) if number not in left))


def _is_range(tokens: list[str], place: int) -> bool:
    return place > 1 and tokens[place - 1] in TO


def value_of(token: str) -> int | None:
    """The number that a word names, "troisième" or "3e" too; None when it names none."""
    if token in _VALUES:
        return _VALUES[token]
    return int(token) if token.isdigit() else None
