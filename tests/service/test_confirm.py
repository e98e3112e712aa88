"""Mode confirm: no statement leaves before an owner has let it go, and what was said holds for what was asked."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.demo import mails
from agent.demo.cast import AGENCY, BATIPLUS, CAFE, LUMIERE
from agent.domain import events as ev
from agent.domain.releases import Mode
from agent.mail.outgoing import OutboxState
from agent.service.history import history
from tests.service.arranged import DEBTOR_MAIL, OWNER, arrange, bodies, kinds_to, subjects
from tests.service.world import BRUNO, CHLOE, World

SUNDAY = datetime(2026, 3, 8, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))
CAFE_MAIL, LUMIERE_MAIL = "gerance@cafedeshalles.example", "achats@lumiere-fils.example"
BUYERS = (("2026-501", BATIPLUS), ("2026-502", CAFE), ("2026-503", LUMIERE))


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path, SUNDAY)
    yield world
    world.close()


def asked(world, language="fr"):
    """Three statements are put to the owner on Monday."""
    arrange(world, mode=Mode.CONFIRM, language=language)
    for number, buyer in BUYERS:
        world.hand_over(number, buyer=buyer)
    world.days(1)
    assert lists(world) == 1


def lists(world):
    """How many lists (and answers about them) the owner got."""
    return kinds_to(world, OWNER).count("statement_list")


def answer(world, text, sender=BRUNO, about="3 relevés attendent votre accord"):
    """Somebody answers the list of this subject (in whatever language: the first list)."""
    lists = [
        m for m in world.app.store.outbox(OutboxState) if m.kind == "statement_list" and m.automatic == "auto-generated"
    ]
    named = [m for m in lists if m.subject == about] or lists
    raw = next(raw for raw in world.received(BRUNO) if f"Message-ID: {named[-1].message_id}".encode() in raw)
    world.post(mails.answer(world.pen(sender), raw, text))
    world.work()


def reminded(world):
    """Which of the three debtors got a statement."""
    return [kinds_to(world, to) == ["statement"] for to in (DEBTOR_MAIL, CAFE_MAIL, LUMIERE_MAIL)]


def events_of(world, kind):
    """What happened of this kind, over all accounts and items."""
    return [e.event for e in world.app.store.events() if isinstance(e.event, kind)]


def test_nothing_leaves_without_a_yes(world):
    """Listed once, with what each asks for, then only in the digest; not again while nothing is new."""
    asked(world)
    assert "1. Batiplus Construct SA : 121,00 € · rappel amical" in bodies(world, OWNER)[-1]
    assert subjects(world, OWNER)[-1] == "3 relevés attendent votre accord"
    world.days(8)
    assert reminded(world) == [False] * 3
    assert lists(world) == 1
    digest = [text for text in bodies(world, OWNER) if "En attente de votre réponse" in text][-1]
    assert "Relevés à approuver" in digest


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "oui"), ("nl", "ja, akkoord"), ("en", "Yes, send them all"), ("de", "Ja")]
)
def test_a_yes_lets_them_all_go(world, language, words):
    """At once, in office hours; each with its approval in the books, and one answer to the owner."""
    asked(world, language)
    answer(world, words)
    world.days(1)
    assert reminded(world) == [True] * 3
    assert len(events_of(world, ev.StatementApproved)) == 3
    assert lists(world) == 2


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("sauf 2", [True, False, True]),
        ("oui sauf Café des Halles", [True, False, True]),
        ("1 et 3", [True, False, True]),
        ("1 oui\n2 non\n3 oui", [True, False, True]),
        ("non", [False, False, False]),
        ("aucun", [False, False, False]),
        ("non sauf 3", [False, False, True]),
        ("peut-être demain", [False, False, False]),
        ("pas tous", [False, False, False]),
    ],
)
def test_line_by_line(world, words, left):
    """Only what was let go leaves; what is doubtful leaves nothing."""
    asked(world)
    answer(world, words)
    world.days(2)
    assert reminded(world) == left


def test_what_was_kept_back_is_asked_about_anew_after_its_cycle(world):
    """The pause over, it stands in a list of its own, and still waits for the yes."""
    asked(world)
    answer(world, "sauf 2")
    before = lists(world)
    world.days(18)
    assert lists(world) > before
    assert "Café des Halles" in [text for text in bodies(world, OWNER) if "rappel amical" in text][-1]
    assert not reminded(world)[1]


def test_what_was_not_answered_still_waits_and_may_be_answered_later(world):
    """Two answers to one list."""
    asked(world)
    answer(world, "1")
    world.days(1)
    assert reminded(world) == [True, False, False]
    answer(world, "oui")
    world.days(1)
    assert reminded(world) == [True] * 3


def test_a_second_yes_sends_nothing_twice(world):
    """The same answer again, before and after they left."""
    asked(world)
    answer(world, "oui")
    answer(world, "oui")
    world.days(2)
    answer(world, "oui")
    world.days(2)
    assert reminded(world) == [True] * 3


def test_staff_may_keep_back_and_not_let_go(world):
    """Pause is theirs, approval the owner's."""
    asked(world)
    answer(world, "oui", sender=CHLOE)
    world.days(1)
    assert reminded(world) == [False] * 3
    answer(world, "sauf 2", sender=CHLOE)
    world.days(1)
    assert reminded(world) == [False] * 3
    answer(world, "oui")
    world.days(1)
    assert reminded(world) == [True, False, True]


def test_a_stranger_who_knows_the_list_lets_nothing_go(world):
    """Nor does the owner's address without proof."""
    asked(world)
    world.post(mails.letter(world.pen(BRUNO, proved=False), AGENCY, "Re: 3 relevés attendent votre accord", "oui"))
    world.post(mails.answer(world.pen("X <x@ailleurs.example>"), world.latest(BRUNO, "2026-503"), "oui"))
    world.days(2)
    assert reminded(world) == [False] * 3


def test_what_was_paid_meanwhile_is_dropped_and_part_payments_are_deducted(world):
    """The yes holds for what was asked or less."""
    asked(world)
    world.write(BRUNO, "payé 2026-502")
    world.write(BRUNO, "reçu 21,00 sur 2026-501")
    answer(world, "oui")
    world.days(1)
    assert reminded(world) == [True, False, True]
    assert "100,00 €" in bodies(world, DEBTOR_MAIL)[0]


def test_what_joins_a_statement_is_asked_about_with_it(world):
    """The yes of yesterday does not hold for more than what it was said to; the new list names all that waits."""
    asked(world)
    world.hand_over("2026-504", buyer=CAFE)
    answer(world, "oui")
    world.days(1)
    assert reminded(world) == [True, False, True]
    assert "1 relevé attend votre accord" in subjects(world, OWNER)
    answer(world, "oui", about="1 relevé attend votre accord")
    world.days(1)
    assert reminded(world) == [True] * 3


def test_each_statement_is_asked_about_anew(world):
    """One yes, one statement."""
    asked(world)
    answer(world, "oui")
    world.days(16)
    assert reminded(world) == [True] * 3
    assert "3 relevés attendent votre accord" in subjects(world, OWNER)[-3:]


def test_a_yes_outside_office_hours_waits_for_them(world):
    """Said on a Friday evening, done on Monday."""
    asked(world)
    world.clock.advance(timedelta(days=4, hours=8))
    answer(world, "oui")
    world.days(1)
    assert reminded(world) == [False] * 3
    world.days(2)
    assert reminded(world) == [True] * 3


def test_who_goes_back_to_automatic_waits_for_nobody(world):
    """The list that is open does not matter any more."""
    asked(world)
    arrange(world, mode=Mode.AUTOMATIC)
    world.days(1)
    assert reminded(world) == [True] * 3


WORDS = ("oui", "non", "sauf 1", "1 oui, 2 non", "2", "aucun", "pas tous", "payé 2026-501", "merci", "pause 2026-503")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.booleans(), st.integers(0, 3)), max_size=5))
def test_no_statement_without_an_approval(tmp_path_factory, said):
    """Whatever the owner and his staff say in whatever order, each statement that left was approved before, once."""
    world = World.built(tmp_path_factory.mktemp("confirm"), SUNDAY)
    try:
        asked(world)
        for words, by_owner, days in said:
            world.post(
                mails.answer(
                    world.pen(BRUNO if by_owner else CHLOE), world.latest(BRUNO, "attendent votre accord"), words
                )
            )
            world.days(days)
        left = [m for m in world.app.store.outbox(OutboxState) if m.kind == "statement" and m.sent_at]
        approved = [(e.debtor, e.currency) for e in events_of(world, ev.StatementApproved)]
        assert len(left) <= len(approved)
        assert {m.debtor for m in left} <= {debtor for debtor, _ in approved}
        assert all(e.by == OWNER for e in events_of(world, ev.StatementApproved))
    finally:
        world.close()


def test_the_history_tells_who_approved_what(world):
    """In the words of `relance explain`."""
    asked(world)
    answer(world, "oui sauf 2")
    debtor = next(e.debtor for e in events_of(world, ev.StatementApproved))
    accounts = world.app.store.ledger([debtor]).accounts.values()
    told = " ".join(step.what for step in history(world.app.store, accounts))
    assert "statement over 121.00 EUR listed to the creditor (release)" in told
    assert f"statement in EUR approved by {OWNER}" in told
