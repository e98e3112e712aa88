"""What our mails tell people to answer is what our readers understand."""

from datetime import date
from urllib.parse import parse_qs

import pytest
from selectolax.lexbor import LexborHTMLParser

from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.outbox.compose import compose
from agent.parsers.replies.instruction import read_instructions
from agent.reports import phrases
from benchmarks.sample_letters import samples

DAY = date(2027, 4, 12)
# In which of our mails fields are being asked for: then a bare value is an answer.
ASKING = (LetterKind.ACKNOWLEDGEMENT, LetterKind.CORRECTED)
# The field that an answer to each doubt is about.
MEANT = {"terms": "due_date", "amount_due": "total"}


def proposed(language: str) -> set[tuple[str, bool, int]]:
    """The words behind every link of the creditor's mails, whether fields are open there, and how many choices."""
    found = set()
    for sample in samples(language):
        mail = compose(sample.letter, sample.facts)
        if mail.debtor:
            continue
        for link in LexborHTMLParser(mail.html).css("a"):
            words = parse_qs(str(link.attributes["href"]).partition("?")[2])["body"][0]
            found.add((words, sample.letter.kind in ASKING, len(sample.letter.choices)))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_that_we_propose_is_understood(language: str) -> None:
    """A creditor who presses a link or copies an example is never told that he was not understood."""
    for words, fields_open, choices in proposed(language):
        reading = read_instructions(words, received=DAY, known_choices=choices, fields_open=fields_open)
        assert reading.instructions, words
        assert not reading.not_understood, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_of_a_field_is_read_as_that_field(language: str) -> None:
    """The example beside a doubtful field gives that field and no other."""
    for name, by_language in phrases.EXAMPLES.items():
        reading = read_instructions(by_language[language], received=DAY, fields_open=True)
        assert [i.field for i in reading.instructions] == [MEANT.get(name, name)], by_language[language]
