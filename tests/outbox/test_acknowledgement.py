"""The acknowledgement: what needs an eye stands out, the rest is one line, and what the invoice lacks is named politely."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from selectolax.lexbor import LexborHTMLParser

from agent.demo.samples.books import sample_facts
from agent.demo.samples.letters import sample_letter
from agent.domain.completeness import Lack
from agent.domain.findings import Found, Where
from agent.domain.invoice_parts import Difference, Instalment
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.outbox.compose import compose

LABEL = "Total à virer"


def written(language, code="registered", **changes):
    """The acknowledgement of this code in this language."""
    letter = sample_letter(LetterKind.ACKNOWLEDGEMENT, code, language)
    return compose(replace(letter, **changes), sample_facts(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sure_fields_are_one_short_table(language):
    """A row each, with its name as the row's head, so that an eye finds what it looks for; a line each in the text."""
    mail = written(language)
    (table,) = LexborHTMLParser(mail.html).css("table.data")
    rows = [(row.css_first("th").text(), row.css_first("td").text()) for row in table.css("tr")]
    assert {"2027-041", "+++090/9337/55493+++", "BE68 5390 0754 7034"} <= {value for _, value in rows}
    lines = ["".join(line.split()) for line in mail.text.splitlines()]
    assert all("".join(f"{name}:{value}".split()) in lines for name, value in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_doubtful_field_shows_beside_which_words_it_stood(language):
    """The value, the label and how to answer; it does not stand among the sure ones."""
    letter = sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", language)
    doubtful = Found(Decimal("1777.00"), 0.5, Where("total by label", 1, label=LABEL))
    reading = replace(letter.readings[0], total=doubtful, uncertain=("total",))
    mail = written(language, "refusal", readings=(reading,), items=())
    assert mail.text.count(LABEL) == 1
    assert mail.html.count(LABEL) == 1
    assert len(re.findall(r"1[.,\s\u00a0\u202f]?777", mail.text)) == 1


def test_an_invoice_without_a_number_is_called_by_its_file():
    """The subject names something that the creditor knows."""
    letter = sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", "fr")
    reading = replace(letter.readings[0], number=None, filename="bon-mars.pdf", uncertain=("number",))
    assert written("fr", "review", readings=(reading,), items=()).subject.endswith("bon-mars.pdf")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", ["page", "payment_code", "other_file"])
def test_a_contradicted_field_shows_what_the_other_place_says(language, source):
    """Who is asked to confirm an amount or an account sees both."""
    letter = sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", language)
    told = (Difference("total", Decimal("1888.00"), source), Difference("seller_iban", "BE71096123456769", source))
    reading = replace(letter.readings[0], uncertain=("total", "seller_iban", "amount_due"), differences=told)
    mail = written(language, "refusal", readings=(reading,), items=())
    for part in (mail.text, mail.html):
        assert len(re.findall(r"1[.,\s\u00a0\u202f]?888", part)) == 1
        assert len(re.findall(r"BE71\s0961\s2345\s6769", part)) == 1
    assert "by_" not in mail.text
    assert "by " + source.replace("_", " ") not in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invoice_paid_in_parts_shows_its_days(language):
    """All days are named with their amounts beside the one that is proposed."""
    letter = sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", language)
    parts = (Instalment(date(2027, 4, 5), Decimal("600.00")), Instalment(date(2027, 5, 5), Decimal("610.00")))
    reading = replace(letter.readings[0], due_date=None, instalments=parts, uncertain=("due_date",))
    mail = written(language, "refusal", readings=(reading,), items=())
    assert len(re.findall(r"0?5[./]0?4[./]2027", mail.text)) == 1
    assert len(re.findall(r"0?5[./]0?5[./]2027", mail.text)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lack", list(Lack))
def test_every_lack_has_its_sentence(language, lack):
    """In every language, in both parts, and only where it is named."""
    plain, named = written(language), written(language, facts=(("lacking", lack.value),))
    added = set(named.text.split("\n\n")) - set(plain.text.split("\n\n"))
    assert len(added) == 3
    assert len(named.html) > len(plain.html) + 200


def test_a_lack_without_a_sentence_stops_no_mail():
    """A code that the templates do not know is passed over."""
    assert "unheard_of" not in written("fr", facts=(("lacking", "unheard_of"),)).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_claims_no_change(language):
    """An "ok" changed nothing, so nothing is said to have changed; a value set to itself is no change either."""
    letter = sample_letter(LetterKind.CORRECTED, "", language)
    told = {
        changes: compose(replace(letter, changes=changes), sample_facts(language))
        for changes in ((), (("due_date", "2027-03-15", "2027-03-15"),), (("due_date", "2027-03-15", "2027-03-16"),))
    }
    same, alike, other = (mail.text for mail in told.values())
    assert re.sub(r"RL-\S+", "", same) == re.sub(r"RL-\S+", "", alike)
    assert same.split("\n")[0] != other.split("\n")[0]
