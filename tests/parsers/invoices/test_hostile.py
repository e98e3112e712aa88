"""Damaged and hostile files: whatever the bytes, the answer is a value, and soon."""

import random
import time

import pytest

from agent.domain.findings import InvoiceReading, Unreadable
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import embedded_files, read_document
from agent.parsers.lexers.amounts import find_amounts
from agent.parsers.lexers.dates import find_dates
from agent.parsers.lexers.labels import find_labels
from agent.parsers.lexers.numbers import find_emails, find_ibans, find_structured, find_vat_numbers
from agent.parsers.lexers.parties import is_postal, is_street, legal_form, may_be_name
from tests.parsers.invoices.pages import SAMPLES
from tests.parsers.invoices.xml_samples import UBL, cii

ROUNDS = 60


def answers(content, name="x.pdf"):
    """The readings, each of which must be a value of ours."""
    document = Document(name, "", content)
    found = read_document(document, ParserContext())
    assert found
    assert all(isinstance(answer, InvoiceReading | Unreadable) for answer in found)
    embedded_files(document)


def mutated(content, chance):
    """The bytes with some changed, dropped, doubled or cut off."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(data))
        what = chance.randrange(4)
        if what == 0:
            data[place] = chance.randrange(256)
        elif what == 1:
            del data[place : place + chance.randint(1, 40)]
        elif what == 2:
            data[place:place] = data[place : place + chance.randint(1, 200)]
        else:
            data[place : place + 2] = chance.choice(
                [b"\x00", b"<<", b">>", b"<!", b"&", b"99999999999", b"endobj", b"\xff\xfe"]
            )
        if not data:
            return b"%PDF-"
    return bytes(data[: chance.randint(len(data) // 2, len(data))]) if chance.random() < 0.2 else bytes(data)


@pytest.mark.parametrize("seed", range(5))
def test_damaged_pdfs(seed):
    """Mutated PDFs are read or refused, never raised about."""
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        answers(mutated(chance.choice(SAMPLES).pdf(), chance))


@pytest.mark.parametrize("content", [cii(), UBL.encode()], ids=["cii", "ubl"])
def test_damaged_xml(content):
    """Mutated XML is read or refused, never raised about."""
    chance = random.Random(7)
    for _ in range(10 * ROUNDS):
        answers(mutated(content, chance), "x.xml")


@pytest.mark.parametrize(
    "text",
    ["1" * 100_000, "1.1" * 50_000, " " * 100_000, "a" * 100_000, "BE12 " * 20_000, "a@" * 50_000, "(((" * 30_000, "S.A." * 30_000, "rue " * 30_000,
     "12/12/" * 20_000, "1 000 " * 20_000, "FR" * 50_000, "- " * 50_000, "é" * 100_000],
)  # fmt: skip
def test_long_lines_take_no_time(text):
    """No lexer takes more than a moment for a long hostile line."""
    start = time.perf_counter()
    for find in (find_amounts, find_dates, find_labels, find_ibans, find_vat_numbers, find_structured, find_emails):
        list(find(text))
    for judge in (is_postal, is_street, may_be_name, legal_form):
        judge(text[:2000])
    assert time.perf_counter() - start < 2
