"""What our mails tell people to answer is what our readers understand."""

from datetime import date
from urllib.parse import parse_qs

import pytest
from selectolax.lexbor import LexborHTMLParser

from agent.demo.samples.books import sample_facts
from agent.demo.samples.letters import sample_letter, samples
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.outbox.compose import compose
from agent.parsers.replies.instruction import read_instructions
from agent.parsers.replies.intent import read_reply
from agent.parsers.replies.known import Known
from agent.reports import phrases
from agent.service.columns import in_words
from agent.service.routes.creditor import reading_of

DAY = date(2027, 4, 12)
# In which of our mails fields are being asked for: then a bare value is an answer.
ASKING = (LetterKind.ACKNOWLEDGEMENT, LetterKind.CORRECTED)
# Which of our mails ask again what is open, and how many numbered choices they give at most.
REPORTS = (LetterKind.DIGEST, LetterKind.MONTHLY_REPORT)
MOST_CHOICES = 60
# The field that an answer to each doubt is about.
MEANT = {"terms": "due_date", "amount_due": "total"}


def proposed(language: str) -> set[tuple[str, LetterKind, int, int]]:
    """The words behind every link of the creditor's mails, in which kind of mail they stand, its choices and the statements it lists."""
    found = set()
    for sample in samples(language):
        mail = compose(sample.letter, sample.facts)
        if mail.debtor:
            continue
        for link in LexborHTMLParser(mail.html).css("a"):
            # what a number chooses stands below it as a quotation
            words = parse_qs(str(link.attributes["href"]).partition("?")[2])["body"][0].partition("\r\n\r\n> ")[0]
            choices = len(sample.letter.choices) or MOST_CHOICES * (sample.letter.kind in REPORTS)
            found.add((words, sample.letter.kind, choices, len(sample.letter.listed)))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_that_we_propose_is_understood(language: str) -> None:
    """A creditor who presses a link or copies an example is never told that he was not understood."""
    books = sample_facts(language).ledger
    names = tuple((a.id, a.name) for a in books.accounts.values())
    numbers = tuple((i.invoice.number, i.balance.amount) for i in books.items.values())
    for words, kind, choices, lines in proposed(language):
        if kind is LetterKind.BANK_STATEMENT and in_words(words, ()):
            continue
        known = Known(planned=kind is LetterKind.PLAN_QUESTION, names=names, numbers=numbers, lines=lines)
        reading = reading_of(words, received=DAY, known_choices=choices, fields_open=kind in ASKING, known=known)
        assert reading.instructions, words
        assert not reading.not_understood, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_of_a_field_is_read_as_that_field(language: str) -> None:
    """The example beside a doubtful field gives that field and no other."""
    for name, by_language in phrases.EXAMPLES.items():
        reading = read_instructions(by_language[language], received=DAY, fields_open=True)
        assert [i.field for i in reading.instructions] == [MEANT.get(name, name)], by_language[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_debtors_buttons_begin_is_understood_once_completed(language: str) -> None:
    """Paid, will pay, contests, wants a plan, wrong person: each button begins a sentence that is read as what its label says."""
    mail = compose(sample_letter(LetterKind.STATEMENT, "friendly", language), sample_facts(language))
    links = [str(a.attributes["href"]) for a in LexborHTMLParser(mail.html).css("a.button")]
    begun = [parse_qs(link.partition("?")[2])["body"][0] for link in links]
    words = ["12/03/2027", "25/04/2027", "…", "3", "paul@brasserie.example"]
    completed = [text.replace("…", word, 1) for text, word in zip(begun, words, strict=True)]
    readings = [read_reply(words, role="debtor", received=DAY) for words in completed]
    labels = [{intent.label for intent in reading.intents} for reading in readings]
    contact = {"wrong_contact", "change_of_contact"}
    assert labels == [{"claims_paid"}, {"promise_to_pay"}, {"dispute"}, {"payment_plan_request"}, contact]
    assert readings[1].intents[0].on == date(2027, 4, 25)
    assert not any(reading.needs_human for reading in readings)
