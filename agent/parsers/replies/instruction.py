"""The creditor's and his staff's plain-text instructions, in French, Dutch, English and German, several in one mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import Instruction, InstructionReading, Intent
from agent.domain.index import number_term
from agent.parsers.replies.asking_papers import papers_asked
from agent.parsers.replies.choices import Answer, read_answer
from agent.parsers.replies.clauses import LONGEST_TEXT, fold
from agent.parsers.replies.fields import FieldLine, read_bare_value, read_field_line
from agent.parsers.replies.handing_over import names_recovery, phase_ordered
from agent.parsers.replies.hearing import Heard, listen
from agent.parsers.replies.known import NOTHING_KNOWN, Known, named_in, numbered
from agent.parsers.replies.noticing import names_notice, notice_until
from agent.parsers.replies.on_account import money_kept
from agent.parsers.replies.orders import about_what, orders
from agent.parsers.replies.paying import sum_said
from agent.parsers.replies.plan_words import plan_order
from agent.parsers.replies.releasing import read_release, together
from agent.parsers.replies.rereading import lasts_until, takes_back, what_it_was, wonders
from agent.parsers.replies.segments import left_out, says_all, segments
from agent.parsers.replies.slots import read_slots, written_address

# Fields whose value may be a name or a number of the books without meaning what bears it.
_NAMING = frozenset({"buyer_name", "number", "reference"})
_BARE_SUM = re.compile(r" (\d{2,7})(?= |$)")
# An answer that names what it chooses is no longer than this.
_SHORT = 60
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


def read_instructions(
    text: str,
    *,
    received: date,
    subject: str = "",
    known_choices: int = 0,
    fields_open: bool = False,
    known: Known = NOTHING_KNOWN,
) -> InstructionReading:
    """The instructions of a mail's own text, in order; what was not understood is listed in the writer's words.

    `known_choices` is how many numbered choices a question of ours has: only then does a number choose. `fields_open` says that we
    asked for fields: then a lone address, date or amount answers. `known` are the books that the words may name. Dates are resolved against `received`; amounts are plain decimals.
    """
    text = text[:LONGEST_TEXT]
    ear = _Ear(received, known, known_choices, fields_open)
    subject_numbers = read_slots(fold(subject[:300]), received).numbers
    about = about_what(listen(subject[:300], received)[1])
    done: list[Instruction] = []
    rest: list[str] = []
    for line in text.splitlines():
        told = ear.line(line.strip())
        done += told
        rest.append("" if told else line)
    missed: list[str] = []
    for heard in ear.listen("\n".join(rest)):
        found = ear.sentence(heard, about)
        done.extend(found)
        if not found and _says_something(heard):
            missed.append(heard.sentence.words)
    done = [one if _aimed(one) else replace(one, numbers=subject_numbers) for one in _once(together(done))]
    return InstructionReading(tuple(done), own_text=text, not_understood=tuple(missed))


def _aimed(one: Instruction) -> bool:
    return bool(one.numbers or one.accounts) or one.kind in ("choose", "release", "sent", "undo", "reading")


@dataclass(frozen=True, slots=True)
class _Ear:
    """What one mail is heard with: its day, what it may answer, and the books."""

    received: date
    known: Known
    choices: int
    fields_open: bool

    def listen(self, text: str) -> tuple[Heard, ...]:
        """The sentences of a text, without their exceptions, with the names of debtors out of the way."""
        return listen(text, self.received, plainly=lambda folded: named_in(self._apart(folded)[0], self.known).text)[1]

    def _apart(self, folded: str) -> tuple[str, str]:
        return left_out(numbered(folded, self.known))

    def line(self, line: str) -> list[Instruction]:
        """What a whole line says by its form: a choice or a field."""
        if not line or len(line) > 300:
            return []
        release = read_release(line, self.known)
        if release:
            return [release]
        answer = read_answer(line, self.choices)
        if answer:
            return [_choice(answer, line), *self._besides(answer, line)]
        planned = plan_order(line, self.received, answers=self.known.planned)
        if planned:
            return [self._with_aims(line, planned)]
        asked = papers_asked(line)
        if asked:
            return [self._with_aims(line, Instruction(asked, words=line))]
        named = self._named_choice(line)
        if named:
            return [named]
        field = read_field_line(line, self.received)
        field = field or (read_bare_value(line, self.received) if self.fields_open else None)
        return [self._field(line, field)] if field else []

    def _field(self, line: str, field: FieldLine) -> Instruction:
        """A corrected field, of the invoices or the debtor that its line names besides."""
        told = _correction(line, field)
        return told if field.field in _NAMING else self._with_aims(line, told)

    def _with_aims(self, line: str, told: Instruction) -> Instruction:
        """The instruction with the invoices and debtors that its line names."""
        folded = fold(line)
        numbers = read_slots(numbered(folded, self.known), self.received).numbers
        return replace(told, numbers=numbers, accounts=named_in(folded, self.known).accounts)

    def _named_choice(self, line: str) -> Instruction | None:
        """The choice that a short line without an order makes by number or by sum: "la 2026-123", "the 99.90 one"."""
        if not self.choices or len(line) > _SHORT or phase_ordered(fold(line)):
            return None
        if any(orders(one, self.received, "") for one in self.listen(line)):
            return None
        slots = read_slots(numbered(fold(line), self.known), self.received)
        terms = {number_term(n) for n in slots.numbers}
        balances = dict(self.known.numbers)
        places = [n for n, number in enumerate(self.known.listed, 1) if number_term(number) in terms]
        sums = {*slots.amounts, *map(Decimal, _BARE_SUM.findall(slots.line))}
        places = places or [n for n, number in enumerate(self.known.listed, 1) if balances.get(number) in sums]
        exact = len(places) == len(terms) if terms else len(places) == 1
        return Instruction("choose", words=line, choices=tuple(places)) if places and exact else None

    def _besides(self, answer: Answer, words: str) -> list[Instruction]:
        """A day beside a choice is one before which nothing shall be sent."""
        dates = read_slots(answer.besides, self.received).dates if answer.besides else ()
        return [Instruction("pause", words=words, until=dates[0].ahead)] if dates else []

    def sentence(self, heard: Heard, about: str) -> list[Instruction]:
        """The instructions of one sentence, which may order several things."""
        folded = heard.sentence.folded
        whole = self._aimed(Instruction("undo", words=heard.sentence.words), folded, heard)
        if takes_back(folded):
            return [whole]
        label = what_it_was(folded) if self.known.retold else ""
        if label:
            ahead = heard.ahead(self.received)
            return [replace(whole, kind="reading", value=label, until=ahead.ahead if ahead else None)]
        if not heard.hits and not phase_ordered(folded) and not money_kept(folded):
            return []
        parts = segments(heard.sentence.words, lambda part: self._orders(part, about), self._targets)
        if len(parts) == 1:
            return self._said(heard, about)
        return [told for part in parts for one in self.listen(part) for told in self._said(one, about)]

    def _orders(self, part: str, about: str) -> bool:
        return any(
            orders(one, self.received, about)
            or names_recovery(one.sentence.folded)
            or names_notice(one.sentence.folded)
            for one in self.listen(part)
        )

    def _targets(self, part: str) -> bool:
        text = numbered(fold(part), self.known)
        return bool(read_slots(text, self.received).numbers or named_in(text, self.known).accounts)

    def _said(self, heard: Heard, about: str) -> list[Instruction]:
        found: list[Instruction] = []
        phase = phase_ordered(heard.sentence.folded)
        if phase:
            return [self._phase(phase, heard)]
        kept = self._kept(heard)
        if kept is not None:
            return [kept]
        for intent in orders(heard, self.received, about):
            if intent.label == "correction":
                field = _field_in(heard)
                told = [_correction(intent.words, field, intent.numbers)] if field else []
            else:
                told = (
                    [_instruction(intent, self.received)]
                    if not (intent.label in _SUMS and wonders(heard.sentence.folded))
                    else []
                )
            found += [self._aimed(one, heard.sentence.folded, heard) for one in told]
        return [one for one in found if one.excepted or not self._apart(heard.sentence.folded)[1]]

    def _phase(self, kind: str, heard: Heard) -> Instruction:
        """The order about the phase; a formal notice may name the last day to pay."""
        ahead, folded = heard.ahead(self.received), heard.sentence.folded
        until = notice_until(folded, self.received, ahead.ahead if ahead else None) if kind == "formal_notice" else None
        return self._aimed(Instruction(kind, words=heard.sentence.words, until=until), folded, heard)

    def _kept(self, heard: Heard) -> Instruction | None:
        """What a sentence orders about money that the creditor owes, when it says whose, or on which invoice."""
        kind = money_kept(heard.sentence.folded)
        told = Instruction(kind, words=heard.sentence.words, amount=sum_said(heard))
        told = self._aimed(told, heard.sentence.folded, heard)
        aimed = bool(told.accounts or told.numbers) and (kind != "on_account" or told.amount is not None)
        return told if kind and aimed else None

    def _aimed(self, one: Instruction, folded: str, heard: Heard) -> Instruction:
        """The instruction with what it is about, and what not."""
        said, other = self._apart(folded)
        excepted = (*read_slots(other, self.received).numbers, *named_in(other, self.known).accounts) if other else ()
        numbers = tuple(n for n in heard.slots.numbers if n not in excepted)
        accounts = named_in(said, self.known).accounts
        return replace(
            one, numbers=numbers, accounts=accounts, excepted=excepted, every=says_all(said) or bool(excepted)
        )


def _choice(answer: Answer, words: str) -> Instruction:
    single = answer.numbers[0] if len(answer.numbers) == 1 and answer.numbers[0] > 0 else None
    several = () if single else answer.numbers
    return Instruction("choose", words=words, choice=single, choices=several, value=answer.every)


def _correction(words: str, field: FieldLine, numbers: tuple[str, ...] = ()) -> Instruction:
    return Instruction("correct", words=words, field=field.field, value=field.value, numbers=numbers)


_SUMS = frozenset({"payment_notice", "credit_note"})


def _instruction(intent: Intent, received: date) -> Instruction:
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
        until=intent.until or (lasts_until(fold(intent.words), received) if kind == "pause" else None),
    )


_ISSUE = re.compile(r"date (?:de |d )?(?:la )?(?:facture|emission)|factuurdatum|invoice date|rechnungsdatum")
_DEPOSIT = re.compile(r"acompte|voorschot|deposit|anzahlung")


def _field_in(heard: Heard) -> FieldLine | None:
    """The field that a sentence corrects, by what it holds: an address, a date, an amount, an IBAN."""
    slots = heard.slots
    if written := written_address(slots, heard.sentence.words):
        return FieldLine("debtor_email", written)
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
    """Without repetitions: the same kind about the same invoices and field is said once, the more exact one stays.

    What was done by mistake is taken back, and nothing is withdrawn besides.
    """
    kept: dict[tuple[str, ...], Instruction] = {}
    for one in instructions:
        key = (one.kind, one.field, *one.numbers, *one.accounts)
        if key not in kept or (kept[key].amount is None and one.amount is not None):
            kept[key] = one
    kinds = {one.kind for one in kept.values()}
    dropped = {"withdraw", "paid", "refuse"} if "undo" in kinds else {"paid"} if "part_paid" in kinds else set()
    return [one for one in kept.values() if not (one.kind in dropped and not _aimed(one))]
