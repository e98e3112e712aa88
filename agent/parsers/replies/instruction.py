"""The creditor's and his staff's plain-text instructions, in French, Dutch, English and German, several in one mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from agent.domain.findings import Instruction, InstructionReading, Intent
from agent.parsers.replies.clauses import LONGEST_TEXT, fold
from agent.parsers.replies.fields import FieldLine, read_bare_value, read_field_line
from agent.parsers.replies.hearing import Heard, listen
from agent.parsers.replies.orders import about_what, orders
from agent.parsers.replies.slots import read_slots

_KINDS = {
    "payment_notice": "paid",
    "credit_note": "credit_note",
    "pause": "pause",
    "resume": "resume",
    "withdraw": "withdraw",
    "write_off": "write_off",
    "dispute_told": "dispute",
    "dispute_settled": "dispute_settled",
    "approve": "approve",
    "refuse": "refuse",
    "status_request": "status",
    "correction": "correct",
}
_CHOICE = re.compile(
    r"\W*(?:(?:le|la|de|the|die|das|choix|option|optie|keuze|choice|wahl|antwoord|reponse|answer|antwort|numero|nummer|number|nr|no|n°|c est|ik kies|je choisis|"
    r"ich nehme|i choose|kies|voor|pour|for|nehme|nemen we|on prend|prends) ?(?:le |la |de |n° )?:? ?){0,3}(\d{1,2})\W*(?:(?:svp|aub|please|bitte|graag|merci|stp|dank u|thanks|danke)\W*)*"
)


def read_instructions(
    text: str, *, received: date, subject: str = "", known_choices: int = 0, fields_open: bool = False
) -> InstructionReading:
    """The instructions of a mail's own text, in order; what was not understood is listed in the writer's words.

    `known_choices` is how many numbered choices an open question of ours has: only then does a bare number choose.
    `fields_open` says that we asked for fields: then a lone address, date or amount answers.
    Dates are resolved against `received`; amounts are plain decimals.
    """
    text = text[:LONGEST_TEXT]
    subject_numbers = read_slots(fold(subject[:300]), received).numbers
    about = about_what(listen(subject[:300], received)[1])
    done: list[Instruction] = []
    rest: list[str] = []
    for line in text.splitlines():
        told = _line(line.strip(), received, known_choices, fields_open)
        if told is None:
            rest.append(line)
        else:
            done.append(told)
            rest.append("")
    missed: list[str] = []
    for heard in listen("\n".join(rest), received)[1]:
        found = _sentence(heard, received, about)
        done.extend(found)
        if not found and _says_something(heard):
            missed.append(heard.sentence.words)
    done = [
        one if one.numbers or one.kind == "choose" else replace(one, numbers=subject_numbers) for one in _once(done)
    ]
    return InstructionReading(tuple(done), own_text=text, not_understood=tuple(missed))


def _line(line: str, received: date, known_choices: int, fields_open: bool) -> Instruction | None:
    """What a whole line says by its form: a choice or a field."""
    if not line or len(line) > 300:
        return None
    choice = _CHOICE.fullmatch(fold(line))
    if choice and 1 <= int(choice[1]) <= known_choices:
        return Instruction("choose", words=line, choice=int(choice[1]))
    field = read_field_line(line, received) or (read_bare_value(line, received) if fields_open else None)
    return _correction(line, field) if field else None


def _correction(words: str, field: FieldLine, numbers: tuple[str, ...] = ()) -> Instruction:
    return Instruction("correct", words=words, field=field.field, value=field.value, numbers=numbers)


def _sentence(heard: Heard, received: date, about: str) -> list[Instruction]:
    found: list[Instruction] = []
    for intent in orders(heard, received, about):
        if intent.label == "correction":
            field = _field_in(heard)
            found += [_correction(intent.words, field, intent.numbers)] if field else []
        else:
            found.append(_instruction(intent))
    return found


def _instruction(intent: Intent) -> Instruction:
    kind = _KINDS[intent.label]
    if kind == "paid" and intent.partial:
        kind = "part_paid"
    return Instruction(
        kind,
        words=intent.words,
        confidence=intent.confidence,
        numbers=intent.numbers,
        amount=intent.amount,
        on=intent.on,
        until=intent.until,
    )


_ISSUE = re.compile(r"date (?:de |d )?(?:la )?(?:facture|emission)|factuurdatum|invoice date|rechnungsdatum")
_DEPOSIT = re.compile(r"acompte|voorschot|deposit|anzahlung")


def _field_in(heard: Heard) -> FieldLine | None:
    """The field that a sentence corrects, by what it holds: an address, a date, an amount, an IBAN."""
    slots = heard.slots
    if slots.addresses:
        return FieldLine("debtor_email", slots.addresses[0])
    if slots.dates:
        return FieldLine("issue_date" if _ISSUE.search(heard.line) else "due_date", slots.dates[0].last.isoformat())
    if slots.amounts:
        return FieldLine("deposit" if _DEPOSIT.search(heard.line) else "total", str(slots.amounts[0]))
    return FieldLine("iban", slots.ibans[0]) if slots.ibans else None


def _says_something(heard: Heard) -> bool:
    """Whether a sentence is more than a greeting, a courtesy or a name."""
    words = [token for token in heard.line.split() if token.isalpha() and len(token) > 1]
    return len(words) > 3 and " #x" not in heard.line


def _once(instructions: list[Instruction]) -> list[Instruction]:
    """Without repetitions: the same kind about the same invoices and field is said once, the more exact one stays."""
    kept: dict[tuple[str, str, tuple[str, ...]], Instruction] = {}
    for one in instructions:
        key = (one.kind, one.field, one.numbers)
        if key not in kept or (kept[key].amount is None and one.amount is not None):
            kept[key] = one
    kinds = {one.kind for one in kept.values()}
    return [one for one in kept.values() if not (one.kind == "paid" and "part_paid" in kinds and not one.numbers)]
