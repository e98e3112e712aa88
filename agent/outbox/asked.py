"""The open questions that a report repeats, each choice under a number of its own, so that one answer may settle several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from agent.domain.decide.bank_lines import BankLine
from agent.domain.ledger import ItemState, Question
from agent.domain.money import Money
from agent.outbox.facts import Facts
from agent.outbox.pages import choice_of
from agent.outbox.views import AskedQuestion, Choice
from agent.reports import formats, words
from agent.reports.plain import one_line

# What a number answers as well here as under the question's own mail. A new bank account is not among it: whoever confirms one
# must have read the warning. Nor are columns and payment plans, whose choices stand in their own mails alone.
NUMBERED = frozenset(
    "same_debtor address_mismatch after_last_statement claimed_again credit_left which_credited which_invoice payment_amount "
    "bank_payment money_over change_of_contact complaint".split()
)
# A report stays readable: so many questions are repeated with their choices, a number stays below a hundred.
_MOST, _MOST_CHOICES = 8, 60


def asked_again(questions: Iterable[Question], facts: Facts, today: date, language: str) -> tuple[AskedQuestion, ...]:
    """These questions as far as they are open, the oldest first."""
    waiting = sorted((q for q in questions if q.awaits), key=lambda q: (q.asked_at, q.id))
    found: list[AskedQuestion] = []
    given = 0
    for question in waiting:
        room = len(found) < _MOST and given + len(question.choices) <= _MOST_CHOICES
        numbered = room and question.topic in NUMBERED
        choices = tuple(_choices(question, given, facts, today)) if numbered else ()
        given += len(choices)
        found.append(
            AskedQuestion(
                id=question.id,
                topic=words.word(f"topic_{question.topic}", language),
                about=tuple(one_line(text, 80) for text in _about(question, facts, language)),
                asked_on=question.asked_at.date(),
                choices=choices,
                answer="" if choices else _answer(question, facts, language),
            )
        )
    return tuple(found)


def _choices(question: Question, given: int, facts: Facts, today: date) -> Iterator[Choice]:
    return (choice_of(n, code, None, facts, today) for n, code in enumerate(question.choices, given + 1))


def _about(question: Question, facts: Facts, language: str) -> Iterator[str]:
    """What it is about: the debtor, up to three invoices, the bank's line, the address or lookalike that is asked about."""
    ledger = facts.ledger
    items = [ledger.items[s] for s in question.subjects if s in ledger.items]
    accounts = dict.fromkeys([s for s in question.subjects if s in ledger.accounts] + [i.invoice.debtor for i in items])
    yield from [ledger.accounts[a].name for a in accounts if a in ledger.accounts][:2]
    yield from [item.invoice.number for item in items][:3]
    line = BankLine.asked_about(question.detail)
    if line is not None:
        yield formats.money(Money(line.amount, line.currency), language)
        yield from (text for text in (formats.day(line.on, language), line.payer) if text)
    elif question.topic in ("same_debtor", "address_mismatch", "change_of_contact", "complaint", "bounced_contact"):
        for part in question.detail.split()[:2]:
            yield ledger.accounts[part].name if part in ledger.accounts else part


def _answer(question: Question, facts: Facts, language: str) -> str:
    """Words that answer a question without choices: the number of the invoice and its first doubtful field."""
    items = (facts.ledger.items.get(subject) for subject in question.subjects)
    item = next((i for i in items if i is not None and i.state is ItemState.REVIEW and i.doubts), None)
    if item is None or question.choices:
        return ""
    example = next((words.example(doubt, language) for doubt in item.doubts if words.example(doubt, language)), "")
    return f"{one_line(item.invoice.number, 40)} {example}" if example and item.invoice.number else ""
