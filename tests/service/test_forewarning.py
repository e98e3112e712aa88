"""The forewarning: the working day before, which statements leave; who keeps one back, and what silence means."""

import hashlib
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, BATIPLUS, CAFE, LUMIERE
from agent.domain.ledger import HoldKind
from agent.mail.outgoing import OutboxState
from agent.service.tick import run_due
from tests.service.arranged import DEBTOR_MAIL, OWNER, arrange, bodies, kinds_to, subjects
from tests.service.world import BRUNO, CHLOE, World

BRUSSELS = ZoneInfo("Europe/Brussels")
SUNDAY = datetime(2026, 3, 8, 10, 0, tzinfo=BRUSSELS)
CAFE_MAIL, LUMIERE_MAIL = "gerance@cafedeshalles.example", "achats@lumiere-fils.example"
LANGUAGES = ("fr", "nl", "en", "de")


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, SUNDAY)
    yield world
    world.close()


def warned(world, language="fr", **more):
    """Three debtors whose statements are announced on Monday for Tuesday."""
    arrange(world, forewarning=True, language=language, **more)
    for number, buyer in (("2026-501", BATIPLUS), ("2026-502", CAFE), ("2026-503", LUMIERE)):
        world.hand_over(number, buyer=buyer)
    world.days(1)
    assert lists(world) == 1


def lists(world):
    """How many lists the owner got."""
    return kinds_to(world, OWNER).count("statement_list")


def answer(world, text, sender=BRUNO):
    """Answer the latest list."""
    world.reply(sender, "2026-503", text)
    world.work()


def press(world, number):
    """Send what the button of this line in the latest list prefills."""
    shown = world.mails(OWNER)[-1].get_body(("html",)).get_content()
    links = re.findall(r'class="key"[^>]*><a href="(mailto:[^"]+)"', shown)
    query = parse_qs(urlsplit(links[number - 1].replace("&amp;", "&")).query)
    world.post(mails.letter(world.pen(BRUNO), AGENCY, query["subject"][0], query["body"][0]))


def reminded(world):
    """Which of the three debtors got a statement."""
    return [kinds_to(world, to) == ["statement"] for to in (DEBTOR_MAIL, CAFE_MAIL, LUMIERE_MAIL)]


def test_silence_means_that_they_go(world):
    """Told on Monday at ten with names, sums, tone and lateness; gone on Tuesday in office hours, and not before."""
    warned(world)
    text = bodies(world, OWNER)[-1]
    assert "1. Batiplus Construct SA : 121,00 € · rappel amical · 37 jours de retard · 2026-501" in text
    assert subjects(world, OWNER)[-1] == "3 relevés partent le 10 mars 2026"
    assert reminded(world) == [False] * 3
    world.days(1)
    assert reminded(world) == [True] * 3
    sent = [m for m in world.app.store.outbox(OutboxState) if m.kind == "statement"]
    assert {m.sent_at.astimezone(BRUSSELS).date() for m in sent} == {date(2026, 3, 10)}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "sauf 2"),
        ("nl", "behalve 2"),
        ("en", "except 2"),
        ("de", "außer 2"),
        ("fr", "Bonjour,\n\npas la 2 svp\n\nBruno"),
    ],
)
def test_a_line_is_kept_back_by_a_word_in_each_language(world, language, words):
    """The others leave; the answer says until when it waits."""
    warned(world, language)
    answer(world, words)
    told = bodies(world, OWNER)[-1]
    assert "Café des Halles" in told
    world.days(2)
    assert reminded(world) == [True, False, True]
    (hold,) = world.items()["2026-502"].holds
    assert hold.kind is HoldKind.PAUSE
    assert hold.until == date(2026, 3, 24)


@pytest.mark.parametrize(
    "words", ["sauf Café des Halles", "sauf la deuxième", "2", "gardez le 2", "1 oui, 2 non, 3 oui"]
)
def test_a_line_is_kept_back_by_name_place_or_bare_number(world, words):
    """A bare number is what the button beside the line writes."""
    warned(world)
    answer(world, words)
    world.days(2)
    assert reminded(world) == [True, False, True]


@pytest.mark.parametrize(("language", "words"), [("fr", "aucun"), ("nl", "geen"), ("en", "none"), ("de", "keine")])
def test_none_of_them_leaves_at_a_word(world, language, words):
    """All wait one cycle."""
    warned(world, language)
    answer(world, words)
    world.days(4)
    assert reminded(world) == [False] * 3


def test_the_button_beside_a_line_keeps_it_back(world):
    """Its link is pressed as it stands in the mail."""
    warned(world)
    press(world, 2)
    world.days(2)
    assert reminded(world) == [True, False, True]


def test_staff_may_keep_a_line_back(world):
    """It is a pause, which is theirs to order; the list itself goes to the owner."""
    warned(world)
    world.post(mails.answer(world.pen(CHLOE), world.latest(BRUNO, "2026-503"), "sauf 2"))
    world.days(2)
    assert reminded(world) == [True, False, True]


def test_what_is_paid_meanwhile_does_not_leave(world):
    """The announcement is no promise to the debtor."""
    warned(world)
    world.write(BRUNO, "payé 2026-502")
    world.days(2)
    assert reminded(world) == [True, False, True]


def test_what_becomes_due_after_the_list_is_announced_first(world):
    """An invoice that joins the statement has it announced anew, and it leaves a working day later."""
    warned(world)
    world.hand_over("2026-504", buyer=CAFE)
    world.days(1)
    assert reminded(world) == [True, False, True]
    assert lists(world) == 2
    assert "2026-502, 2026-504" in bodies(world, OWNER)[-1]
    world.days(1)
    assert reminded(world) == [True, True, True]


def test_a_service_that_stood_still_forewarns_first(world):
    """Started again after days, it announces, and sends a working day later."""
    arrange(world, forewarning=True)
    world.hand_over()
    world.clock.advance(timedelta(days=3))
    world.work()
    assert (lists(world), kinds_to(world, DEBTOR_MAIL)) == (1, [])
    world.days(1)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


def test_what_leaves_on_monday_is_announced_on_friday(world):
    """The working day before, not the day before."""
    world.clock.advance(timedelta(days=4, hours=12))
    arrange(world, forewarning=True)
    world.hand_over()
    world.days(1)
    assert "16 mars 2026" in subjects(world, OWNER)[-1]
    world.days(2)
    assert kinds_to(world, DEBTOR_MAIL) == []
    world.days(1)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


def test_each_next_statement_is_announced_too(world):
    """Every cycle anew, once each."""
    warned(world)
    world.days(40)
    statements = kinds_to(world, DEBTOR_MAIL).count("statement")
    assert statements == 3
    assert lists(world) == statements
    world.days(12)
    assert "question" in kinds_to(world, OWNER), "what follows the last statement is asked, whatever was announced"


def test_what_was_announced_awaits_no_answer(world):
    """The digest after it left does not ask for one."""
    warned(world)
    world.days(7)
    digest = [m for m in world.app.store.outbox([OutboxState.SENT]) if m.kind == "digest" and OWNER in m.to][-1]
    assert "Relevés annoncés" not in digest.text
    assert "Batiplus" in digest.text


def test_a_kept_line_is_announced_again_after_its_cycle(world):
    """Kept back until the 24th, announced then, and gone a working day later."""
    warned(world)
    answer(world, "sauf 2")
    before = lists(world)
    world.days(15)
    assert lists(world) == before + 1
    assert "Café des Halles" in bodies(world, OWNER)[-1]
    assert not reminded(world)[1]
    world.days(3)
    assert kinds_to(world, CAFE_MAIL) == ["statement"]


def test_what_was_kept_back_goes_at_a_later_yes(world):
    """The yes ends the pause that kept it back, on the announced day."""
    warned(world)
    answer(world, "sauf 2")
    world.reply(BRUNO, "2026-502", "1 oui, 2 oui, 3 oui")
    assert world.items()["2026-502"].holds == ()
    world.days(2)
    assert reminded(world) == [True] * 3


def test_what_a_promise_put_off_is_announced_anew(world):
    """Announced for the 10th, promised for the 20th and not paid: told again before it leaves at last."""
    warned(world)
    pen = world.pen(CAFE_MAIL)
    world.post(mails.letter(pen, AGENCY, "2026-502", "Nous paierons la facture 2026-502 le 20 mars 2026."))
    before = lists(world)
    world.days(15)
    assert lists(world) == before + 1
    assert "Café des Halles" in bodies(world, OWNER)[-1]
    assert not reminded(world)[1]
    world.days(3)
    assert "statement" in kinds_to(world, CAFE_MAIL)


def test_who_switches_to_a_list_while_one_waits_is_asked_first(world):
    """A statement that was written before and has not left is called off, announced, and leaves after that."""
    world.clock.advance(timedelta(days=1, hours=8))
    world.hand_over()
    world.clock.advance(timedelta(hours=15))
    run_due(world.app)
    queued = [m for m in world.app.store.outbox([OutboxState.QUEUED]) if m.kind == "statement"]
    arrange(world, forewarning=True)
    world.days(1)
    assert len(queued) == 1
    assert kinds_to(world, DEBTOR_MAIL) == []
    world.days(2)
    assert kinds_to(world, DEBTOR_MAIL) == ["statement"]


def test_an_answer_after_they_left_says_so(world):
    """Nothing is held back that is gone."""
    warned(world)
    world.days(1)
    answer(world, "sauf 2")
    assert "déjà parti" in bodies(world, OWNER)[-1]
    assert world.items()["2026-502"].holds == ()


def test_a_list_that_is_long_is_several_mails(world):
    """Every line has a number of two figures, in the list that names it."""
    arrange(world, forewarning=True, supplies="travaux de menuiserie")
    for n in range(45):
        word = hashlib.sha256(str(n).encode()).hexdigest()[:9]
        buyer = replace(BATIPLUS, name=f"{word} SA", number="", email=f"compta@{word}.example")
        world.hand_over(f"2026-{600 + n}", buyer=buyer)
    world.days(1)
    assert lists(world) == 2
    world.days(1)
    assert sum(m.kind == "statement" for m in world.app.store.outbox(OutboxState)) == 45
