"""Letters on paper: the words and figures of the mail, set as PDF/A, whatever names hold."""

import re
from dataclasses import replace

import pypdfium2
import pytest

from agent.demo.samples.books import sample_facts
from agent.demo.samples.letters import Sample, sample_letter, samples
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.mail.outgoing import OutgoingMail
from agent.outbox.compose import composed
from agent.outbox.printed import printed
from agent.outbox.views import Page

STATEMENTS = [s for language in LANGUAGES for s in samples(language) if s.letter.kind is LetterKind.STATEMENT]


def drawn(language: str, level: str, name: str = "") -> tuple[OutgoingMail, Page, bytes]:
    """A statement as mail, as page and as PDF."""
    facts = sample_facts(language)
    if name:
        account = replace(facts.ledger.accounts["d1"], name=name)
        facts = replace(facts, ledger=facts.ledger.having((account,)))
    return on_paper(Sample("", sample_letter(LetterKind.STATEMENT, level, language), facts))


def on_paper(sample: Sample) -> tuple[OutgoingMail, Page, bytes]:
    """A sample as mail, as page and as PDF."""
    kept: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        kept[str(len(kept))] = content
        return str(len(kept) - 1)

    mail, page = composed(sample.letter, replace(sample.facts, keep=keep))
    return mail, page, printed(page, {part.cid: kept[part.sha256] for part in mail.parts if part.cid})


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(sheet.get_textpage().get_text_bounded() for sheet in document)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u2009]+", "", text)


@pytest.mark.parametrize("sample", STATEMENTS, ids=lambda s: f"{s.name}-{s.letter.language}")
def test_paper_says_what_the_mail_says(sample: Sample) -> None:
    """Every amount, day and number of the mail's text stands on the page, and the words of its first paragraph."""
    mail, _, pdf = on_paper(sample)
    paper = squeezed(text_of(pdf))
    for found in re.findall(
        r"\d{2}[/.]\d{2}[/.]\d{4}|\d[\d.,\u00a0\u202f]*[.,]\d{2}\b|NC-\d+-\d+|\b2027-\d{3}\b", mail.text
    ):
        assert squeezed(found) in paper
    assert squeezed(mail.text.split("\n\n")[2])[:60] in paper


def test_it_is_an_archive_format_and_the_same_every_time() -> None:
    """PDF/A-2b says so in its metadata; nothing in it depends on when or where it was made."""
    pdf = drawn("fr", "firm")[2]
    assert b"pdfaid:part>2<" in pdf
    assert pdf == drawn("fr", "firm")[2]
    assert len(pdf) < 100_000


@pytest.mark.parametrize(
    "name",
    [
        '#import "x": * $1/0$ \\ "] ) @a <b> //',
        "מסעדת השוק בע״מ",
        "مطعم السوق",
        "株式会社マーケット",
        "x" * 300,
        "🍺 Bräu 🍺",
    ],
)
def test_no_name_is_taken_for_markup(name: str) -> None:
    """A letter is printed whatever its debtor is called; what has no sign here is left blank, not refused."""
    pdf = drawn("en", "friendly", name)[2]
    assert pdf.startswith(b"%PDF-")
    if name.startswith("#"):
        assert squeezed("$1/0$") in squeezed(text_of(pdf))
