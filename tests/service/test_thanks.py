"""The thanks to a debtor who was reminded and has paid everything: when they are written, and when not."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.domain.dunning_plan import PlanChange
from agent.domain.workdays import is_working_day
from agent.mail.outgoing import OutboxState
from tests.service.arranged import DEBTOR_MAIL, account, arrange, bodies, kinds_to, speaking, subjects
from tests.service.world import BRUNO, CHLOE, DEBTOR, World
from tests.walks.invoices import credit_note

SUNDAY = datetime(2026, 3, 8, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, SUNDAY)
    yield world
    world.close()


def reminded(world, *numbers):
    """One statement has left for these invoices."""
    for number in numbers or ("2026-501",):
        world.hand_over(number)
    world.days(2)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Merci : tout est réglé avec Atelier Bruno SRL"),
        ("nl", "Bedankt: alles is betaald aan Atelier Bruno SRL"),
        ("en", "Thank you: everything is paid to Atelier Bruno SRL"),
        ("de", "Vielen Dank: Bei Atelier Bruno SRL ist alles bezahlt"),
    ],
)
def test_who_was_reminded_and_pays_everything_is_thanked_once(world, language, subject):
    """On the next working day, in office hours, in his language, naming what is settled; and never again."""
    arrange(world, contacts=speaking(language))
    reminded(world, "2026-501", "2026-502")
    world.write(BRUNO, "payé 2026-501")
    world.days(1)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]
    world.write(CHLOE, "payé 2026-502")
    world.days(6)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement", "thanks"]
    assert subjects(world, DEBTOR_MAIL)[-1] == subject
    assert all(number in bodies(world, DEBTOR_MAIL)[-1] for number in ("2026-501", "2026-502"))
    (mail,) = (m for m in world.app.store.outbox(OutboxState) if m.kind == "thanks")
    local = mail.sent_at.astimezone(ZoneInfo("Europe/Brussels"))
    assert is_working_day(local.date(), "BE")
    assert 9 <= local.hour < 17
    world.days(30)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement", "thanks"]


def test_who_paid_unasked_is_not_thanked(world):
    """No reminder, no thanks for it."""
    world.hand_over()
    world.write(BRUNO, "payé 2026-501")
    world.days(5)
    assert kinds_to(world, DEBTOR_MAIL) == []


def test_a_word_that_is_taken_back_the_same_day_thanks_nobody(world):
    """The owner said "paid" and took it back before the next working day."""
    reminded(world)
    world.write(BRUNO, "payé 2026-501")
    world.work()
    world.reply(BRUNO, "Payé : 2026-501", "annuler")
    world.days(5)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


def test_what_waits_in_the_outbox_does_not_leave_once_something_is_open_again(world):
    """Taken back between writing and leaving: the thanks are cancelled."""
    reminded(world)
    world.write(BRUNO, "payé 2026-501")
    world.work()
    (timer,) = [t for t in world.app.store.timers(world.clock.now() + timedelta(days=9), 100) if "thanks" in t.subject]
    assert timer.at > world.clock.now()
    world.hand_over("2026-502", due="2026-12-01")
    world.days(5)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


@pytest.mark.parametrize(
    "words", ["retirer 2026-501", "abandonner 2026-501", "le client conteste la facture 2026-501\n\npayé 2026-501"]
)
def test_neither_withdrawal_nor_write_off_nor_dispute_is_thanked_for(world, words):
    """Only paying is."""
    reminded(world)
    for part in words.split("\n\n"):
        world.write(BRUNO, part)
        world.work()
    assert not any(item.is_open for item in world.items().values())
    world.days(5)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


def test_what_a_debtor_disputed_is_not_thanked_for_when_he_pays_after_all(world):
    """A quarrel that ended is no moment for a form letter."""
    reminded(world)
    world.reply(DEBTOR, "2026-501", "Je conteste cette facture, la marchandise était cassée.")
    world.work()
    world.write(BRUNO, "payé 2026-501")
    world.days(5)
    assert "thanks" not in kinds_to(world, DEBTOR_MAIL)


def test_a_credit_note_is_no_payment(world):
    """What the creditor took off himself is nothing to thank for."""
    reminded(world)
    world.write(BRUNO, f_xml=credit_note("NC-1", of="2026-501"))
    world.days(5)
    assert "thanks" not in kinds_to(world, DEBTOR_MAIL)


def test_a_creditor_may_do_without(world):
    """`thanks = false`."""
    arrange(world, thanks=False)
    reminded(world)
    world.write(BRUNO, "payé 2026-501")
    world.days(5)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


def test_a_new_reminder_that_is_paid_is_thanked_for_anew(world):
    """Each time he was reminded and paid."""
    arrange(world, plan=world.app.settings.plan.changed(PlanChange(spacing_days=7)))
    reminded(world)
    world.write(BRUNO, "payé 2026-501")
    world.days(5)
    world.hand_over("2026-601", due="2026-02-10", issued="2026-01-10")
    world.days(4)
    world.write(BRUNO, "payé 2026-601")
    world.days(6)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement", "thanks", "statement", "thanks"]
    assert len({s.mail for s in account(world).statements}) == 2


def test_a_service_that_stood_still_thanks_nobody_weeks_later(world):
    """A word of thanks that comes late is left out."""
    reminded(world)
    world.write(BRUNO, "payé 2026-501")
    world.work()
    world.clock.advance(timedelta(days=20))
    world.days(2)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]
