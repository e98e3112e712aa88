"""Mode advise: the creditor gets drafts, sends them himself, and only what he sent counts."""

from datetime import date, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, BATIPLUS, CAFE
from agent.domain.guard_waits import FIRST_REMINDER
from agent.domain.ledger import DebtorAccount
from agent.domain.releases import Mode
from tests.service.arranged import DEBTOR_MAIL, OWNER, arrange, bodies, kinds_to, speaking, subjects
from tests.service.world import BRUNO, CHLOE, World

SUNDAY = datetime(2026, 3, 8, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))
CAFE_MAIL = "gerance@cafedeshalles.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, SUNDAY)
    yield world
    world.close()


def advised(world, **more):
    """Two statements are drafted on Monday."""
    arrange(world, mode=Mode.ADVISE, **more)
    world.hand_over("2026-501", buyer=BATIPLUS)
    world.hand_over("2026-502", buyer=CAFE)
    world.days(1)
    assert kinds_to(world, OWNER).count("statement_list") == 1


def drafts(world) -> list[EmailMessage]:
    """The drafts of the first list."""
    listing = next(m for m in world.mails(OWNER) if any(p.get_filename("").endswith(".eml") for p in m.walk()))
    files = [p for p in listing.iter_attachments() if p.get_filename("").endswith(".eml")]
    return [BytesParser(policy=SMTP).parsebytes(file.get_payload(decode=True)) for file in files]


def statements(world, name):
    """The statements that a debtor's account counts."""
    (found,) = [a for a in world.app.store.states(DebtorAccount) if a.name == name]
    return [(s.state, s.on, s.level) for s in found.statements]


def test_the_drafts_are_mails_of_his_own(world):
    """To the debtor, from the owner, with us in copy; opened for editing; nothing of ours in the header."""
    advised(world)
    first, second = drafts(world)
    assert first["X-Unsent"] == "1"
    assert parseaddr(first["From"])[1] == OWNER
    assert first["To"] == DEBTOR_MAIL
    assert second["To"] == CAFE_MAIL
    assert first["Cc"] == AGENCY
    assert first["Message-ID"] is None
    assert first["Auto-Submitted"] is None
    assert "121,00" in first.get_body(("plain",)).get_content()
    assert any(part.get_content_type() == "application/pdf" for part in first.iter_attachments())


def test_nothing_leaves_and_nothing_counts_before_he_sent_it(world):
    """However long he waits, and no list is repeated."""
    advised(world)
    world.days(10)
    assert kinds_to(world, DEBTOR_MAIL) == []
    assert statements(world, BATIPLUS.name) == []
    assert kinds_to(world, OWNER).count("statement_list") == 1


def test_a_copy_tells_that_it_left(world):
    """From that day it counts and the next one is reckoned; nobody is bothered with an answer."""
    advised(world)
    world.days(2)
    draft = drafts(world)[0]
    count = len(subjects(world, OWNER))
    own = mails.letter(
        world.pen(BRUNO), DEBTOR_MAIL, str(draft["Subject"]), draft.get_body(("plain",)).get_content(), cc=AGENCY
    )
    world.post(own)
    assert statements(world, BATIPLUS.name) == [("sent", date(2026, 3, 11), "friendly")]
    assert statements(world, CAFE.name) == []
    assert len(subjects(world, OWNER)) == count
    world.post(own)
    assert len(statements(world, BATIPLUS.name)) == 1
    world.days(15)
    listed = [text for text in bodies(world, OWNER) if "rappel ferme" in text]
    assert len(listed) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "envoyé 1"), ("nl", "1 verstuurd"), ("en", "sent 1"), ("de", "1 gesendet"), ("fr", "envoyé sauf 2")],
)
def test_a_word_tells_it_as_well(world, language, words):
    """In each language; staff may tell it too."""
    advised(world, language=language)
    teller = CHLOE if language == "en" else BRUNO
    world.post(mails.answer(world.pen(teller), world.latest(BRUNO, "2026-502"), words))
    assert [s[0] for s in statements(world, BATIPLUS.name)] == ["sent"]
    assert statements(world, CAFE.name) == []


@pytest.mark.parametrize("words", ["oui", "1", "merci", "pas envoyé", "je les enverrai demain"])
def test_other_words_count_nothing(world, words):
    """A yes is not yet a mail that was sent."""
    advised(world)
    world.reply(BRUNO, "2026-502", words)
    assert statements(world, BATIPLUS.name) == []
    assert statements(world, CAFE.name) == []


def test_what_a_consumers_first_reminder_must_say_stands_in_the_draft_and_counts(world):
    """The announced period of the law runs from the day on which he sent it."""
    arrange(world, contacts=speaking("fr", consumer=True), mode=Mode.ADVISE, supplies="travaux de menuiserie")
    world.hand_over()
    world.days(1)
    world.reply(BRUNO, "2026-501", "envoyé")
    (account,) = world.app.store.states(DebtorAccount)
    assert account.statements[0].mentions == (FIRST_REMINDER,)


def test_what_no_rule_allows_is_not_drafted(world):
    """The guard holds in every mode; operator and creditor hear why."""
    arrange(world, contacts=speaking("fr", consumer=True), mode=Mode.ADVISE)
    world.hand_over()
    world.days(1)
    assert "statement_list" not in kinds_to(world, OWNER)
    assert any("n’a pas reçu de relevé" in subject for subject in subjects(world, OWNER))


def test_a_strangers_copy_counts_nothing(world):
    """Nor one in the owner's name without proof."""
    advised(world)
    text = drafts(world)[0].get_body(("plain",)).get_content()
    world.post(mails.letter(world.pen(BRUNO, proved=False), DEBTOR_MAIL, "Relevé", text, cc=AGENCY))
    world.post(mails.letter(world.pen("X <x@ailleurs.example>"), DEBTOR_MAIL, "Relevé", text, cc=AGENCY))
    assert statements(world, BATIPLUS.name) == []
