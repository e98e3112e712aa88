"""A formal notice that was chosen by number, and words beside the number that may turn it round: then it is asked for once more."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.domain.decide.formal_notices import NOTICE
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.ledger import Question
from agent.parsers.replies.clauses import fold

_TURNS = re.compile(
    r"\b(?:non|pas|ne|n|sauf|si|seulement|finalement|attend\w*|d abord|laissez|verifi\w*|erreur|annul\w*|stop\w*|demain|nee|neen|niet|geen|als|tenzij|alleen|behalve"
    r"|wacht\w*|eerst|no|not|nt|if|unless|only|except|wait\w*|hold|first|cancel\w*|tomorrow|nein|nicht|kein\w*|wenn|falls|sofern|nur|ausser|wart\w*|erst|morgen)\b"
)
# The small print below a mail says "if you are not the recipient".
_SMALL_PRINT = re.compile(
    r"destinataire|confidenti|recipient|intended|vertrouwelijk|geadresseerde|bestemd|vertraulich|empfanger|imprim|\bprint|\btel\b|www\."
)
_LONGEST = 20_000


def chosen_plainly(question: Question | None, reading: InstructionReading, text: str) -> InstructionReading:
    """The reading; without a choice of the formal notice when the mail says anything beside it that denies, delays or conditions it."""
    if question is None or not any(_is_notice(question, one) for one in reading.instructions) or not turned(text):
        return reading
    return replace(reading, instructions=tuple(one for one in reading.instructions if not _is_notice(question, one)))


def _is_notice(question: Question, one: Instruction) -> bool:
    places = (one.choice,) if one.choice else one.choices
    return one.kind == "choose" and any(
        n and 0 < n <= len(question.choices) and question.choices[n - 1] == NOTICE for n in places
    )


def turned(text: str) -> bool:
    """Whether a line of one's own words, the small print apart, denies, delays or conditions something."""
    lines = (fold(line[:600]) for line in text[:_LONGEST].splitlines() if not line.lstrip().startswith(">"))
    return any(_TURNS.search(line) and not _SMALL_PRINT.search(line) for line in lines)
