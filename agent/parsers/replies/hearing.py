"""What each sentence says before anything is concluded: facts, the patterns that stand in it, and how they are meant.

How they are meant is read apart from what is said: polarity (in the same segment), condition, unreal or past intention, irony.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from agent.parsers.lexers.reply_dates import SaidDate
from agent.parsers.replies.clauses import Sentence, languages, sentences
from agent.parsers.replies.lexicon import Hit, lexicon
from agent.parsers.replies.slots import Slots, read_slots

# What a "not" beside these words does not take back: "l'échéance est le 30, pas le 15" corrects all the same.
_WHATEVER_IS_DENIED = frozenset(
    "correction stop_contact hostile auto_ack out_of_office needs_copy_of_invoice needs_info suspected_fraud unrelated question_other cue_condition".split()
)

_COMMA = re.compile(" ,")
_REASON = re.compile(
    r" ,| (?:because|parce qu|parce que|puisque|omdat|weil|car (?:le|la|les|l|nous|je|j|vous|il|elle|ce|c|on|votre|notre|vos|nos))(?= )"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence with its facts and hits; `negations` are positions in the token line."""

    sentence: Sentence
    slots: Slots
    line: str
    hits: tuple[Hit, ...]
    negations: tuple[int, ...]

    def all(self, section: str) -> Iterator[Hit]:
        """The hits of a section and its subsections, also the negated ones."""
        return (
            hit
            for hit in self.hits
            if hit.pattern.section.partition(".")[0] == section or hit.pattern.section == section
        )

    def has(self, section: str) -> bool:
        """Whether the section stands in the sentence at all."""
        return next(self.all(section), None) is not None

    def affirmed(self, section: str) -> tuple[Hit, ...]:
        """The hits of a section that are not denied in their own segment, strong ones first."""
        found = [hit for hit in self.all(section) if hit.pattern.reads_negation or not self.negated(hit)]
        return tuple(sorted(found, key=lambda hit: (hit.pattern.weak, hit.start - hit.end)))

    def negated(self, hit: Hit) -> bool:
        """Whether a negation that the pattern does not hold itself stands in the segment of the hit, between the commas around it.

        What is denied in the reason for a dispute ("I dispute it because it is not ready") does not deny the dispute.
        """
        if hit.pattern.section.partition(".")[0] in _WHATEVER_IS_DENIED:
            return False
        start = self.line.rfind(" ,", 0, hit.start + 1) + 1
        disputes = hit.pattern.section.startswith("dispute")
        after = (_REASON if disputes else _COMMA).search(self.line, hit.end)
        end = after.start() if after else len(self.line)
        return any(start <= at < hit.start or hit.end <= at < end for at in self.negations)

    def ahead(self, received: date) -> SaidDate | None:
        """The first date of the sentence that is today or later, within half a year: nobody promises further ahead."""
        return next(
            (said for said in self.slots.dates if received <= said.last and (said.first - received).days < 184), None
        )

    @property
    def rule(self) -> str:
        """The first pattern that was heard, for the record."""
        return self.hits[0].pattern.source if self.hits else ""


def listen(
    text: str, received: date, language: str = "", plainly: Callable[[str], str] | None = None
) -> tuple[str, tuple[Heard, ...]]:
    """The language of the text ("" when there is no telling) and every sentence as it was heard.

    `plainly` puts a folded sentence in plainer words before it is read.
    """
    spoken = languages(text, language)
    lexicons = [lexicon(one) for one in spoken]
    heard = []
    for sentence in sentences(text):
        slots = read_slots(plainly(sentence.folded) if plainly else sentence.folded, received)
        line = slots.line
        for words in lexicons:
            line = words.without_courtesies(line)
        hits = tuple(hit for words in lexicons for hit in words.hits(line))
        negations = tuple(at for words in lexicons for at in words.negations(line))
        heard.append(Heard(sentence, slots, line, hits, negations))
    return spoken[0] if len(spoken) < 4 else "", tuple(heard)
