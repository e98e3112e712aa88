"""Who else reads the notices of actions, and how a creditor hears of them: at once, day by day, in the weekly digest."""

from datetime import timedelta

import pytest

from agent.domain.ledger import HoldKind
from agent.domain.parties import Notices
from agent.mail.actions import action_tokens_in
from agent.mail.outgoing import OutboxState
from tests.service.arranged import DEBTOR_MAIL, OWNER, arrange, bodies, speaking, subjects
from tests.service.world import BRUNO, DEBTOR, World

SALES = "ventes@atelier-bruno.example"
PARTNER = "agent@partenaire.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def test_a_sales_person_reads_every_notice_and_nothing_else(world):
    """One mail an action, that says why he gets it; no acknowledgement, no question, no digest."""
    arrange(world, copy_to=(SALES,))
    world.hand_over()
    world.days(8)
    assert subjects(world, SALES) == ["Relevé envoyé à Batiplus Construct SA"]
    assert "Une copie pour information." in bodies(world, SALES)[0]
    assert "RL-" not in bodies(world, SALES)[0]
    assert len(subjects(world, OWNER)) > 2


@pytest.mark.parametrize("language", ["fr", "nl", "en", "de"])
def test_a_copy_carries_no_button_and_no_token(world, language):
    """In whatever language the creditor reads."""
    arrange(world, copy_to=(PARTNER,), language=language)
    world.hand_over()
    world.reply(DEBTOR, "2026-501", "Nous contestons cette facture : la porte est abîmée.")
    world.work()
    copies = world.mails(PARTNER)
    assert len(copies) == 2
    for mail in copies:
        shown = mail.get_body(("html",)).get_content()
        assert not action_tokens_in(shown)
        assert "mailto:" not in shown


def test_who_reads_along_has_no_right_by_it(world):
    """His order, though his mail is proved, changes nothing; the owner sees that somebody wrote."""
    arrange(world, copy_to=(PARTNER,))
    world.hand_over()
    world.days(1)
    world.reply(f"Agent <{PARTNER}>", "2026-501", "retirer 2026-501")
    world.days(1)
    assert world.items()["2026-501"].is_open


def test_the_contact_book_names_readers_of_one_debtor(world):
    """Nobody else's notices come to them, and a debtor's own address never gets one."""
    arrange(world, contacts=speaking("fr", copy_to=(SALES, DEBTOR_MAIL)))
    world.hand_over()
    world.days(1)
    assert subjects(world, SALES) == ["Relevé envoyé à Batiplus Construct SA"]
    assert len(subjects(world, DEBTOR_MAIL)) == 1


def test_answers_to_the_owners_own_mails_are_not_copied(world):
    """They are between him and us."""
    arrange(world, copy_to=(SALES,))
    world.hand_over()
    world.write(BRUNO, "payé 2026-501")
    world.days(1)
    assert not any("Payé" in subject for subject in subjects(world, SALES))


def test_actions_may_be_told_in_the_weekly_digest_alone(world):
    """No mail for a statement that left; the digest tells it once, and the next one does not repeat it."""
    arrange(world, notices=Notices.DIGEST, copy_to=(SALES,))
    world.hand_over()
    world.days(7)
    assert "Relevé envoyé à Batiplus Construct SA" not in subjects(world, OWNER)
    told = [text for text in bodies(world, OWNER) if "Relevé envoyé à Batiplus Construct SA" in text]
    assert len(told) == 1
    assert "Ce qui s’est passé depuis le dernier bilan" in told[0]
    assert subjects(world, SALES) == ["Relevé envoyé à Batiplus Construct SA"]
    world.days(7)
    assert sum("Ce qui s’est passé depuis" in text for text in bodies(world, OWNER)) == 1


def test_what_is_urgent_comes_at_once_whatever_the_rhythm(world):
    """A warning of another bank account waits for no digest."""
    arrange(world, notices=Notices.DIGEST)
    world.hand_over()
    world.write(DEBTOR, "Nos nouvelles coordonnées bancaires : BE71 0961 2345 6769. Merci de payer là.", proved=False)
    urgent = [m for m in world.app.store.outbox(OutboxState) if m.kind == "action_notice" and OWNER in m.to]
    for mail in urgent:
        assert mail.not_before - mail.queued_at < timedelta(minutes=1)


def test_who_asks_for_each_again_is_told_what_waits(world):
    """Lines that waited for a digest are told in a summary."""
    arrange(world, notices=Notices.DIGEST)
    world.hand_over()
    world.work()
    arrange(world, notices=Notices.EACH)
    world.days(1)
    assert any("Votre journée" in subject for subject in subjects(world, OWNER))
    assert not any(h.kind is HoldKind.PAUSE for h in world.items()["2026-501"].holds)
