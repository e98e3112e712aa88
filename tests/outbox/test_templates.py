import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from selectolax.lexbor import LexborHTMLParser

from agent.demo.proofreading import faults
from agent.demo.samples.books import creditor, sample_facts
from agent.demo.samples.claims import charging, of_businesses
from agent.demo.samples.codes import CODES
from agent.demo.samples.extremes import HOSTILE, extreme_samples, saying
from agent.demo.samples.letters import Sample, sample_letter, samples
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.mail.outgoing import OutgoingMail
from agent.outbox import templates
from agent.outbox.compose import compose

FIGURES = r"\d{2}[/.]\d{2}[/.]\d{4}|\d[\d.,\s\u00a0\u202f]*[.,]\d{2}\b|NC-\d+-\d+|\b2027-\d{3}\b|RL-[A-Z0-9-]+|[\w.]+@[\w.]+\w"
ALL = [sample for language in LANGUAGES for sample in samples(language)]


def visible(html: str) -> str:
    tree = LexborHTMLParser(html)
    for node in tree.css("style, title, .preheader"):
        node.decompose()
    return " ".join((tree.body.text(separator=" | ") if tree.body else "").split())


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", "", text)


def bare(text: str) -> str:
    """The letters alone: an example stands in a frame in one part and between quotation marks in the other."""
    return re.sub(r"[«»“”„>]", "", squeezed(text))


@pytest.mark.parametrize("sample", ALL, ids=lambda s: f"{s.name}-{s.letter.language}")
def test_every_kind_and_code_renders_in_every_language(sample: Sample) -> None:
    """Nothing is missing, nothing is left of the template language, and the mail is small and self-contained."""
    mail = compose(sample.letter, sample.facts)
    for text in (mail.subject, mail.text, mail.html):
        assert text.strip()
        assert not re.search(r"\{\{|\{%|\bNone\b(?! of)|Undefined|Money\(|<bound", text)
    assert mail.html.count(f'<html lang="{sample.letter.language}"') == 1
    assert len(mail.html.encode()) < 100_000
    tree = LexborHTMLParser(mail.html)
    assert len(tree.css("h1")) == 1
    assert all(
        img.attributes.get("src", "").startswith("cid:") and img.attributes.get("alt") for img in tree.css("img")
    )
    assert not re.search(r"https?:|url\(|@import|<script|<link|<form|javascript:", mail.html)
    assert "prefers-color-scheme" in mail.html


@pytest.mark.parametrize("sample", ALL, ids=lambda s: f"{s.name}-{s.letter.language}")
def test_both_parts_say_the_same(sample: Sample) -> None:
    """Every amount, date and number of one part stands in the other, as often as it matters."""
    mail = compose(sample.letter, sample.facts)
    html, text = visible(mail.html), mail.text
    assert {squeezed(x) for x in re.findall(FIGURES, html)} == {squeezed(x) for x in re.findall(FIGURES, text)}
    for paragraph in LexborHTMLParser(mail.html).css("p"):
        if not paragraph.css("img, span, br"):
            assert bare(paragraph.text()) in bare(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_have_words_of_their_own(language: str) -> None:
    """No known code of a refusal, question or notice falls back to the generic wording of another."""
    generic = {
        LetterKind.REFUSAL: set(),
        LetterKind.QUESTION: set(),
        LetterKind.ACTION_NOTICE: {"settled"},
        LetterKind.RECEIPT: {"other"},
        LetterKind.OPERATOR: {"alert"},
    }
    for kind, same in generic.items():
        unknown = compose(sample_letter(kind, "never_heard_of", language), sample_facts(language)).text
        texts = {
            compose(sample_letter(kind, c, language), sample_facts(language)).text for c in CODES[kind] if c not in same
        }
        bodies = {re.split(r"\n--\n", text)[0] for text in texts}
        # the two ways of being too large, and the plain "not an invoice", may share their words
        assert len(bodies) >= len([c for c in CODES[kind] if c not in same]) - 2
        assert re.split(r"\n--\n", unknown)[0] not in bodies


@pytest.mark.parametrize("kind", list(LetterKind))
def test_an_unknown_code_is_a_generic_mail(kind: LetterKind) -> None:
    """A code from a newer version never stops a mail."""
    letter = replace(sample_letter(kind, "", "fr"), code="something_new", level="something_new", choices=("brand_new",))
    assert compose(letter, sample_facts("fr")).text


def made(sample: Sample) -> OutgoingMail:
    return compose(sample.letter, sample.facts)


def shape(html: str) -> list[str]:
    tree = LexborHTMLParser(html)
    return [node.tag for node in tree.css("*") if node.tag not in ("br", "bdi")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_bears_every_strain(language: str) -> None:
    """Long and foreign names, hostile text, two hundred items, nothing, huge sums, several currencies: each mail is whole."""
    assert list(faults(None, (language,))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_part_says_everything_under_strain_too(language: str) -> None:
    """Every amount, date, number and address of the page stands in the text; so does every way to pay."""
    for sample in extreme_samples(language):
        if sample.name.endswith(("~hostile", "~right_to_left", "~long_names")):
            continue
        mail = made(sample)
        text = squeezed(mail.text)
        for figure in re.findall(FIGURES, visible(mail.html)):
            assert squeezed(figure) in text, sample.name
        for link in LexborHTMLParser(mail.html).css("a"):
            target = link.attributes["href"] or ""
            assert target.startswith("mailto:") or squeezed(target) in text, sample.name


@pytest.mark.parametrize("language", ["fr", "de"])
def test_hostile_text_never_breaks_out_of_its_place(language: str) -> None:
    """With markup, template code and line breaks in every field the page has just the elements it has without them."""
    for sample in samples(language):
        mail, plain = made(saying(sample, HOSTILE)), made(saying(sample, "Nom"))
        assert shape(mail.html) == shape(plain.html), sample.name
        assert "\n" not in mail.subject
        assert "\u202e" not in mail.html + mail.text
        assert "49" not in re.findall(r"\b49\b", mail.text)


@pytest.mark.parametrize("name", ["Société " + "très longue " * 9 + "SA", "شركة المياه والكهرباء", "x" * 120, "&<>\"'"])
def test_long_and_foreign_names_keep_their_place(name: str) -> None:
    """A name of 120 characters or from right to left stands whole in both parts; the latter is isolated."""
    for sample in samples("fr"):
        mail = made(saying(sample, name))
        if sample.letter.kind is LetterKind.STATEMENT:
            assert squeezed(name) in squeezed(mail.text)
            assert squeezed(name) in squeezed(visible(mail.html))
        if name.startswith("ش") and name in mail.html:
            assert f"<bdi>{name}</bdi>" in mail.html or 'dir="auto"' in mail.html


def test_the_operators_template_wins_file_by_file(tmp_path: Path) -> None:
    """One file in templates_dir replaces its namesake; all others stay ours. A name that is missing is an error."""
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "footer.j2").write_text("Pied de page maison, {{ page.token }}", encoding="utf-8")
    facts = replace(sample_facts("fr"), templates_dir=tmp_path)
    letter = sample_letter(LetterKind.STATEMENT, "friendly", "fr")
    mail = compose(letter, facts)
    assert "Pied de page maison, RL-" in mail.text
    assert "Pied de page maison, RL-" in mail.html
    assert "Votre relevé de compte" in mail.text
    other = tmp_path / "other"
    (other / "fr").mkdir(parents=True)
    (other / "fr" / "footer.j2").write_text("{{ page.nothing }}", encoding="utf-8")
    with pytest.raises(UndefinedError):
        compose(letter, replace(facts, templates_dir=other))


def test_every_language_has_the_same_files() -> None:
    """The four folders hold the same names, one for every kind of letter."""
    root = templates.folders()[-1]
    names = {language: {p.name for p in (root / language).iterdir()} for language in LANGUAGES}
    assert len({frozenset(found) for found in names.values()}) == 1
    assert {f"{kind.value}.j2" for kind in LetterKind} <= names["fr"]


def test_both_sets_of_parts_have_the_same_blocks() -> None:
    """Whatever block the HTML part knows, the text part knows under the same name and arguments."""
    root = templates.folders()[-1]
    html, text = (
        set(re.findall(r"macro (\w+\([^)]*\))", (root / f"parts.{kind}.j2").read_text(encoding="utf-8")))
        for kind in ("html", "txt")
    )
    assert html - text == {"accent()", "aside()", "masthead()"}
    assert not text - html


def test_nobody_is_threatened() -> None:
    """No mail to a debtor names a court or a bailiff; nor interest or costs, unless the creditor's terms claim them."""
    courts = (
        "tribunal|huissier|avocat|poursuites|rechtbank|deurwaarder|advocaat|court|bailiff|lawyer"
        "|Gericht|Gerichtsvollzieher|Anwalt"
    )
    costs = "intérêts|frais|interest|kosten|charges|Zinsen|Kosten|Mahngebühr"
    for sample in ALL:
        if sample.letter.kind in (LetterKind.STATEMENT, LetterKind.RECEIPT):
            banned = courts if sample.facts.charging else f"{courts}|{costs}"
            assert not re.search(rf"\b({banned})\b", compose(sample.letter, sample.facts).text)


def test_a_long_statement_stays_small() -> None:
    """Two hundred lines give a mail below the size at which readers cut it, with every number in both parts."""
    facts = sample_facts("nl")
    item = facts.ledger.items["i1"]
    many = [replace(item, invoice=replace(item.invoice, id=f"m{n}", number=f"F{n:05}")) for n in range(200)]
    letter = replace(sample_letter(LetterKind.STATEMENT, "firm", "nl"), items=tuple(i.id for i in many))
    mail = compose(letter, replace(facts, ledger=facts.ledger.having(many)))
    assert len(mail.html.encode()) < 100_000
    for n in range(200):
        assert f"F{n:05}" in mail.text
        assert f"F{n:05}" in mail.html


def test_a_long_claim_stays_small() -> None:
    """A hundred late invoices with their arithmetic fit; what the rates rest on is named once."""
    facts = sample_facts("nl")
    item = facts.ledger.items["i1"]
    many = [replace(item, invoice=replace(item.invoice, id=f"m{n}", number=f"F{n:05}")) for n in range(100)]
    letter = replace(sample_letter(LetterKind.STATEMENT, "firm", "nl"), items=tuple(i.id for i in many))
    ledger = of_businesses(facts.ledger.having(many))
    mail = compose(letter, replace(facts, ledger=ledger, charging=charging(creditor("nl"))))
    html = unescape(mail.html)
    assert len(mail.html.encode()) < 100_000
    assert html.count("× 11% ×") == mail.text.count("× 11% ×") >= 100
    assert html.count("art. 6 van de wet van 2 augustus 2002") == 1
