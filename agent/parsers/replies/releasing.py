"""Answers to a list of statements that are about to leave: "oui", "sauf 3", "non", "1 oui, 2 non", "behalve Batiplus", "aucun"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.domain.findings import Instruction
from agent.parsers.replies.choices import AND, BUT, EVERY, FILLERS, NOBODY, TO, value_of
from agent.parsers.replies.clauses import fold
from agent.parsers.replies.known import STAND_IN, Known, named_in

_LONGEST = 300
_SENT = frozenset(
    "envoye envoyee envoyes envoyees expedie expediee expedies verstuurd verzonden opgestuurd sent mailed gesendet verschickt versendet abgeschickt "
    "versandt parti partie partis parties".split()
)
_YES = _SENT | frozenset(
    "oui ok okay d accord ja goed akkoord yes fine go einverstanden valide validez approuve approuvee approved goedgekeurd freigegeben "
    "envoyez envoyer verstuur versturen verzenden send senden partir part partent".split()
)
_NO = frozenset(
    "non nee neen no nein pas niet not nicht retirez retirer retire enlevez enleve gardez garder retenez retenir attendre attendez skip hold stop "
    "wacht wachten tegenhouden weglaten warten zuruckhalten weglassen".split()
)
# Of these alone one knows that they mean the whole list.
_REFUSES = frozenset("non nee neen no nein".split())
_BUT = BUT - {"pas", "niet", "nicht", "not"}
_FILLERS = (FILLERS - _YES) | frozenset(
    "rappel rappels releve releves herinnering herinneringen overzicht overzichten reminder reminders statement statements mahnung mahnungen "
    "ligne lignes lijn lijnen regel regels line lines zeile zeilen client klant kunde customer peut peuvent mag mogen may can darf durfen "
    "on en ne mais maar aber le toch quand meme a est sont blijft bleibt stays encore nog noch yet pour l instant".split()
)
_TOKEN = re.compile(r"#who|t/m|\d{1,2}(?:e|eme|er|ere|de|ste|nd|st|rd|th)?(?![\w/])|[a-z°]+|[&,+/;:-]")


def read_release(line: str, known: Known) -> Instruction | None:
    """What a line lets go or keeps back of a list of `known.lines` statements; None when it says anything else, or numbers alone.

    `choices` are the numbers that go, and below zero those that stay; `value` is "all" or "none" where the rest was meant as well;
    `accounts` are the debtors named, and `field` says whether they "go" or "stay". The kind is `sent` when its writer has sent them
    himself.
    """
    if not known.lines or len(line) > _LONGEST or "@" in line:
        return None
    named = named_in(fold(line).strip(" .!()\"'"), known)
    if re.sub(_TOKEN, "", named.text).strip(" .!()'\""):
        return None
    heard = _Heard(known.lines)
    if not all(heard.takes(token) for token in _TOKEN.findall(named.text)) or not heard.ends():
        return None
    numbers = (*sorted(heard.go), *sorted(-n for n in heard.stay))
    if not (numbers or heard.names or heard.every):
        return None
    return Instruction(
        "sent" if heard.sent else "release", line, choices=numbers, value=heard.every, accounts=named.accounts if heard.names else (), field=heard.names
    )  # fmt: skip


class _Heard:
    """What was heard of a line so far: the numbers that go and stay, and those that wait for their yes or no."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        self.go: set[int] = set()
        self.stay: set[int] = set()
        self.names = ""
        self.every = ""
        self._waiting: list[int] = []
        self._last: int | None = None
        self._range = False
        self._way = ""
        self._said: list[str] = []
        self._decides = False
        self.sent = False

    def takes(self, token: str) -> bool:
        """Whether this word could be taken in; False when the line says something else."""
        number = value_of(token)
        if number is not None and (token[0].isdigit() or number > 1 or self._way):
            return self._number(number)
        if token == STAND_IN:
            self.names = self._way or "go"
        elif token in _BUT or token in _NO or token in _YES:
            self._turn("stay" if token not in _YES else "go", token)
        elif token in EVERY or token in NOBODY:
            self._said.append("all" if token in EVERY else "none")
            self._decides = True
        elif token in TO and self._last is not None:
            self._range = True
        elif token not in AND | _FILLERS | TO | {":", "1"}:
            return False
        return True

    def ends(self) -> bool:
        """Whether what was heard is whole and does not contradict itself."""
        words = set(self._said)
        if not self._way and self._waiting:
            self.go |= set(self._waiting)
        but = "but" in words
        if but and not words.isdisjoint({"none", "no"}) and not self.go:
            self.go, self.stay, self.every = self.stay, set(), "none"
            self.names = "go" if self.names else ""
        elif but or "all" in words:
            self.every = "all"
        elif "none" in words:
            self.every = "none"
        elif not (self.go or self.stay or self.names):
            self.every = "all" if words == {"yes"} else "none" if words == {"no", "kept"} else ""
        contradicts = "all" in words and ("none" in words or ("kept" in words and not self.stay))
        return self._decides and not (self.go & self.stay) and not contradicts

    def _number(self, number: int) -> bool:
        if not 1 <= number <= self.lines:
            return False
        numbers = range(self._last + 1, number + 1) if self._range and self._last is not None else (number,)
        self._range, self._last = False, number
        self._put(numbers)
        return True

    def _put(self, numbers: Iterable[int]) -> None:
        match self._way:
            case "go":
                self.go |= set(numbers)
            case "stay":
                self.stay |= set(numbers)
            case _:
                self._waiting += numbers

    def _turn(self, way: str, token: str) -> None:
        """A yes or no belongs to the numbers before it that wait for one, else to those behind it."""
        self._last, self._decides = None, True
        self.sent = self.sent or token in _SENT
        if self._waiting and token not in _BUT:
            self._way = way
            self._put(self._waiting)
            self._way, self._waiting = "", []
            return
        if self._waiting:
            self.go |= set(self._waiting)
            self._waiting = []
        self._way = way
        if token in _BUT:
            self._said.append("but" if not self.go else "")
        elif token in _YES:
            self._said.append("yes")
        else:
            self._said += ["kept", "no"] if token in _REFUSES else ["kept"]


def together(told: Iterable[Instruction]) -> list[Instruction]:
    """The instructions, with several lines of one answer to a list as one: who decides line by line decides once."""
    rest, found = list[Instruction](), list[Instruction]()
    for one in told:
        (found if one.kind in ("release", "sent") else rest).append(one)
    if not found:
        return rest
    numbers = dict.fromkeys(n for one in found for n in one.choices)
    first = found[0]
    whole = Instruction(
        "sent" if any(one.kind == "sent" for one in found) else "release",
        "\n".join(one.words for one in found),
        choices=tuple(n for n in numbers if -n not in numbers),
        value=next((one.value for one in found if one.value), ""),
        accounts=tuple(dict.fromkeys(a for one in found for a in one.accounts)),
        field=next((one.field for one in found if one.field), first.field),
    )
    return [whole, *rest]
