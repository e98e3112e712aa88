"""The buttons under a statement, sent back as they are, filled in and edited, in every language: what becomes of the case."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from selectolax.lexbor import LexborHTMLParser

from agent.demo import mails
from agent.demo.samples.books import sample_facts
from agent.demo.samples.letters import sample_letter
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import LANGUAGES
from agent.outbox.compose import compose
from tests.service.world import DEBTOR, TUESDAY, World

PAID, PAY, DISPUTE, PLAN, CONTACT = range(5)


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Path:
    """The state of a program whose debtor got his first statement."""
    folder = tmp_path_factory.mktemp("statement")
    world = World.built(folder)
    world.hand_over()
    world.days(1)
    world.close()
    return folder


@pytest.fixture
def world(story, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(story, folder)
    world = World.built(folder, TUESDAY.replace(day=12))
    yield world
    world.close()


def begun(language: str) -> list[str]:
    """What the five buttons of a statement in this language write, about the invoice of the story."""
    mail = compose(sample_letter(LetterKind.STATEMENT, "friendly", language), sample_facts(language))
    tree = LexborHTMLParser(mail.html)
    links = [str(a.attributes["href"]) for a in tree.css("a.button") if "mailto:" in str(a.attributes["href"])]
    number = next(i.invoice.number for i in sample_facts(language).ledger.items.values())
    return [parse_qs(link.partition("?")[2])["body"][0].replace(number, "2026-501") for link in links]


def answered(world: World, text: str, *, proved: bool = False) -> list[HoldKind]:
    """The holds after the debtor answered his statement so; his thread's token proves him."""
    statement = world.received("compta@batiplus.example")[-1]
    world.post(mails.answer(world.pen(DEBTOR, proved=proved), statement, text))
    item = world.items()["2026-501"]
    assert item.state is ItemState.FOLLOWED
    assert not item.payments
    return [hold.kind for hold in item.holds]


def questions(world: World) -> set[str]:
    """The topics of what the owner is asked."""
    return {q.topic for q in world.app.store.states(Question) if isinstance(q, Question) and q.is_open}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_sent_back_unchanged_is_taken_with_care(world, language):
    """No blank becomes a promise: the day and the reason are asked for, the rest is read as what it says."""
    texts = begun(language)
    assert len(texts) == 5
    assert all("…" in text for text in texts)
    assert answered(world, texts[PAY]) == []
    assert "promise" not in world.text("bruno@atelier-bruno.example")
    asked = " ".join(world.text("compta@batiplus.example").split())
    assert "Quel jour" in asked
    assert answered(world, texts[DISPUTE]) == [HoldKind.DISPUTE]
    assert "Qu’est-ce qui ne va pas" in " ".join(world.text("compta@batiplus.example").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_payment_without_its_day_is_looked_for_all_the_same(world, language):
    """The claim holds from the day on which it was told."""
    assert answered(world, begun(language)[PAID]) == [HoldKind.CLAIM]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("filled", [False, True])
def test_the_plan_button_leads_to_the_owners_question(world, language, filled):
    """With its number and day or without them, the owner is asked about a schedule."""
    text = begun(language)[PLAN]
    if filled:
        text = text.replace("…", "3", 1).replace("…", "01/04/2026")
    answered(world, text)
    assert "payment_plan" in questions(world)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("filled", [False, True])
def test_who_is_not_the_right_person_changes_no_address(world, language, filled):
    """The owner is asked; with an address, whether to write there."""
    text = begun(language)[CONTACT]
    answered(world, text.replace("…", "paul@batiplus.example") if filled else text)
    assert questions(world) & {"wrong_contact", "change_of_contact"}
    (account,) = (a for a in world.app.store.states(DebtorAccount) if isinstance(a, DebtorAccount))
    assert account.contacts[0].address == "compta@batiplus.example"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["20/03/2026", "20.03.2026"])
def test_a_button_filled_in_is_what_its_label_says(world, language, day):
    """The promise holds until its day; what was paid is a claim."""
    texts = begun(language)
    assert answered(world, texts[PAY].replace("…", day)) == [HoldKind.PROMISE]
    assert HoldKind.CLAIM in answered(world, texts[PAID].replace("…", "09/03/2026"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Je paierai le vendredi 20 mars.\n\nMarie, comptabilité", HoldKind.PROMISE),
        ("Ik zal betalen op vrijdag", HoldKind.PROMISE),
        ("I will pay on 20 March, kind regards", HoldKind.PROMISE),
        ("Ich werde bezahlen am 20. März", HoldKind.PROMISE),
        ("J’ai déjà payé le 9 mars par virement", HoldKind.CLAIM),
        ("Ik heb al betaald op 9 maart", HoldKind.CLAIM),
        ("I have already paid on 9 March", HoldKind.CLAIM),
        ("Ich habe bereits bezahlt am 9. März", HoldKind.CLAIM),
        ("Je conteste la facture 2026-501 parce que la livraison était incomplète", HoldKind.DISPUTE),
        ("Ik betwist factuur 2026-501 omdat de prijs niet klopt", HoldKind.DISPUTE),
        ("I dispute invoice 2026-501 because the goods were damaged", HoldKind.DISPUTE),
        ("Ich beanstande die Rechnung 2026-501, weil die Ware beschädigt war", HoldKind.DISPUTE),
    ],
)
def test_a_button_edited_is_read_as_typed(world, text, kind):
    """Words of one's own around what the button began."""
    assert answered(world, text)[:1] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Je ne paierai pas le …",
        "Ik zal betalen op … als de levering er is",
        "I will pay on 20 March if the rest is delivered",
    ],
)
def test_what_takes_the_words_back_is_no_promise(world, text):
    """A refusal or a condition typed into the line promises nothing."""
    assert HoldKind.PROMISE not in answered(world, text)


@pytest.mark.parametrize(
    "text", ["le 20 mars", "Bonjour,\n\nle 20/03/2026\n\nBien à vous,\nSophie", "20 mars 2026", "vendredi 20 mars"]
)
def test_the_day_that_was_asked_for_may_be_all_that_is_answered(world, text):
    """Asked which day, a bare day is the promise."""
    assert answered(world, begun("fr")[PAY]) == []
    world.post(mails.answer(world.pen(DEBTOR), world.received("compta@batiplus.example")[-1], text))
    assert [hold.kind for hold in world.items()["2026-501"].holds] == [HoldKind.PROMISE]
    assert "20 mars 2026" in world.text("compta@batiplus.example")


@pytest.mark.parametrize("text", ["le 20 mars ?", "pas le 20 mars", "merci"])
def test_a_day_that_is_asked_or_denied_is_no_promise(world, text):
    """It goes to a person."""
    answered(world, begun("fr")[PAY])
    world.post(mails.answer(world.pen(DEBTOR), world.received("compta@batiplus.example")[-1], text))
    assert HoldKind.PROMISE not in [hold.kind for hold in world.items()["2026-501"].holds]


def test_a_day_alone_without_the_question_is_no_promise(world):
    """Only who was asked for it means the day of his payment."""
    assert answered(world, "le 20 mars") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wrong_person_who_names_the_right_one_is_asked_about_once(world, language):
    """One line of the debtor, one question to the owner."""
    answered(world, begun(language)[CONTACT].replace("…", "factures@batiplus.example"))
    assert questions(world) == {"change_of_contact"}


_DENIED = {
    "fr": "le site n’est pas encore en ligne",
    "nl": "de oven nog altijd niet werkt",
    "en": "the site is not online yet",
    "de": "die Maschine noch nicht läuft",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_with_a_negation_does_not_undo_the_dispute(world, language):
    """What is not ready, not delivered or not working is the commonest reason of all."""
    assert answered(world, begun(language)[DISPUTE].replace("…", _DENIED[language])) == [HoldKind.DISPUTE]
    assert "Merci pour vos explications" in world.text("compta@batiplus.example")
