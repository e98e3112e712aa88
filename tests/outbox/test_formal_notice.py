"""The formal notice as mail and on paper: sums, window of the envelope, PDF/A, and whatever strain names and numbers bring."""

from dataclasses import replace

import pypdfium2
import pytest
from selectolax.lexbor import LexborHTMLParser

from agent.demo.samples.extremes import EXTREMES
from agent.demo.samples.letters import Sample, samples
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES, PostalAddress
from agent.outbox.compose import compose
from tests.outbox.test_printed import on_paper, squeezed, text_of

NOTICES = [s for language in LANGUAGES for s in samples(language) if s.letter.kind is LetterKind.FORMAL_NOTICE]
CLAIMING = [s for s in NOTICES if s.name.endswith("claims")]
THREATS = {
    "fr": ("huissier", "saisie", "tribunal", "jugement"),
    "nl": ("deurwaarder", "beslag", "rechtbank", "vonnis"),
    "en": ("bailiff", "seizure", "court", "judgment"),
    "de": ("Gerichtsvollzieher", "Pfändung", "Gericht", "Urteil"),
}


def named(sample: Sample) -> str:
    return f"{sample.name}-{sample.letter.language}"


def posted(sample: Sample, text: str, country: str = "BE") -> Sample:
    """The sample whose debtor gets his post there."""
    (account,) = sample.facts.ledger.accounts.values()
    ledger = sample.facts.ledger.having((replace(account, postal=PostalAddress(text)),))
    creditor = sample.facts.creditor
    assert creditor is not None
    return replace(sample, facts=replace(sample.facts, ledger=ledger, creditor=replace(creditor, country=country)))


def place_of(pdf: bytes, words: str) -> tuple[float, float]:
    """Where these words stand on the first page: millimetres from its left and upper edges."""
    sheet = pypdfium2.PdfDocument(pdf)[0]
    page = sheet.get_textpage()
    found = page.search(words).get_next()
    assert found is not None
    left, _, _, top = page.get_charbox(found[0])
    return left / 72 * 25.4, (sheet.get_height() - top) / 72 * 25.4


@pytest.mark.parametrize("sample", NOTICES, ids=named)
def test_the_paper_is_pdf_a_and_says_the_same(sample: Sample) -> None:
    """The sum, the last day and each number stand in the mail and on the page; nothing threatens."""
    mail, page, pdf = on_paper(sample)
    assert b"pdfaid:part>2<" in pdf
    paper = squeezed(text_of(pdf))
    assert page.amount is not None
    for word in ("2027-041", "2027-058", "BE68 5390 0754 7034", "27"):
        assert squeezed(word) in paper
        assert squeezed(word) in squeezed(mail.text)
    lowered = f"{mail.text} {mail.html}".lower()
    assert not [word for word in THREATS[sample.letter.language] if word.lower() in lowered]


@pytest.mark.parametrize("sample", CLAIMING, ids=named)
def test_the_sums_stand_apart(sample: Sample) -> None:
    """Principal, interest with its arithmetic and indemnities make the sum that is asked for and drawn into the code."""
    _, page, pdf = on_paper(sample)
    assert page.claim is not None
    assert page.claim.asked
    assert page.principal is not None
    whole = page.principal + page.claim.interest + page.claim.fixed - page.claim.paid
    assert page.amount == page.slip.amount == whole
    paper = squeezed(text_of(pdf))
    for row in (row for claim in page.claim.claims for row in claim.interest):
        assert f"{row.days}" in paper


def test_nothing_is_asked_beside_the_invoices_where_nothing_is_claimed() -> None:
    """No interest, no indemnity, no word of them."""
    for sample in NOTICES:
        if sample not in CLAIMING:
            _, page, _ = on_paper(sample)
            assert page.claim is None
            assert page.amount == page.principal


def test_the_address_stands_where_the_window_is() -> None:
    """On the right in Belgium and France, on the left in Germany; the country only abroad, as the sender's post wants it."""
    sample = posted(CLAIMING[0], "Rue Haute 12\n1000 Bruxelles\nBE")
    pdf = on_paper(sample)[2]
    assert "BE\n" not in text_of(pdf).split("Mise en demeure")[0].replace("BE0", "")
    left, top = place_of(pdf, "Rue Haute 12")
    assert 105 < left < 125
    assert 45 < top < 85
    german = on_paper(posted(CLAIMING[0], "Rue Haute 12\n1000 Bruxelles\nBE", "DE"))[2]
    assert 20 < place_of(german, "Rue Haute 12")[0] < 35
    assert "BELGIQUE" in text_of(german)


def test_without_a_postal_address_the_letter_is_headed_as_any_other() -> None:
    """Nothing is left blank for a window that shows nothing."""
    pdf = on_paper(posted(CLAIMING[0], ""))[2]
    assert b"pdfaid:part>2<" in pdf
    assert place_of(pdf, "Mise en demeure")[1] < 90


@pytest.mark.parametrize("strain", EXTREMES)
@pytest.mark.parametrize("sample", NOTICES[:2] + NOTICES[-2:], ids=named)
def test_no_strain_breaks_it(sample: Sample, strain: str) -> None:
    """Names of any length and script, two hundred invoices, huge and no sums, no account: still a letter, and a mail below 100 kB.

    The arithmetic of two hundred claims alone is longer.
    """
    strained = EXTREMES[strain](sample)
    mail = compose(strained.letter, strained.facts)
    assert len(mail.html.encode()) < (160_000 if sample in CLAIMING and strain == "many" else 100_000)
    assert mail.parts[0].media_type == "application/pdf"
    assert not LexborHTMLParser(mail.html).css("script")
