"""About which case a mail is: the traces that lead back to a letter of ours or to an item, surest first."""

import re
from collections.abc import Iterator, Mapping

from agent.domain.index import Term, number_term
from agent.domain.references import creditor_reference, structured_communication
from agent.mail.identity import tokens_in
from agent.mail.message import Message

_LONGEST_TEXT = 20_000
_STRUCTURED = re.compile(r"(?<!\d)\d{3}[ /.]?\d{4}[ /.]?\d{5}(?!\d)")
_CREDITOR_REFERENCE = re.compile(r"(?i)\bRF\d{2}[ A-Z0-9]{1,26}")
_NUMBER = re.compile(r"(?i)(?<![\w/.-])[A-Z]{0,6}[-/.]?\d[\w/.-]{0,24}(?![\w/-])")


def traces(message: Message) -> Iterator[str]:
    """What may name a letter of ours: the Message-IDs answered, nearest first, then reply tokens."""
    seen: set[str] = set()
    for trace in (*message.in_reply_to, *reversed(message.references), *tokens_in(message)):
        if trace not in seen:
            seen.add(trace)
            yield trace


def named_terms(message: Message, text: str) -> tuple[Term, ...]:
    """The index terms that subject and text may name an item by: structured references first, then invoice numbers."""
    said = f"{message.subject}\n{text[:_LONGEST_TEXT]}"
    found: list[Term] = []
    for match in _STRUCTURED.finditer(said):
        digits = structured_communication(match.group())
        if digits:
            found.append(("reference", digits))
    for match in _CREDITOR_REFERENCE.finditer(said):
        words = match.group().split()
        for size in range(len(words), 0, -1):
            reference = creditor_reference("".join(words[:size]))
            if reference:
                found.append(("reference", reference))
                break
    found.extend(number_terms(said))
    return tuple(dict.fromkeys(found))[:60]


def number_terms(text: str) -> tuple[Term, ...]:
    """The terms of everything in a text that may be an invoice number: three letters or digits at least, one digit among them."""
    numbers = (number_term(match.group()) for match in _NUMBER.finditer(text[:_LONGEST_TEXT]))
    return tuple(dict.fromkeys(term for term in numbers if len(term[1]) >= 3))


def numbered_lines(text: str, known: Mapping[Term, str]) -> tuple[tuple[tuple[str, str], ...], str]:
    """The lines that begin with a number of the books, as pairs of number and what follows it, and the text without them.

    So does one write when a letter was about several invoices: "2026-118 débiteur : compta@client.example".
    """
    found, rest = [], []
    for line in text.splitlines():
        head, _, tail = line.strip().partition(" ")
        number = known.get(number_term(head))
        if number and tail.strip():
            found.append((number, tail.strip()))
        else:
            rest.append(line)
    return tuple(found), "\n".join(rest)
