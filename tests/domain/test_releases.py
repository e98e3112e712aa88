"""Statements that are listed before they leave: which are, which lines an answer means, and what each answer does to them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.domain import events as ev
from agent.domain.decide.releases import (
    Candidate,
    asked_for,
    candidates,
    listed,
    may_leave,
    released,
    waits,
)
from agent.domain.dunning import statement_due
from agent.domain.findings import Instruction
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Question, Statement
from agent.domain.letters import LetterKind, ListedStatement
from agent.domain.parties import Role
from agent.domain.releases import Listed, Mode, Release, line_code, line_of
from tests.builders import CREDITOR, DEBTOR, NOW, OWNER, STAFF, TODAY, account, context, item, money

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
CONFIRMING = replace(CREDITOR, mode=Mode.CONFIRM)
ADVISED = replace(CREDITOR, mode=Mode.ADVISE)
FOREWARNED = replace(CREDITOR, forewarning=True)
BY_MODE = {Listed.CONFIRM: CONFIRMING, Listed.ADVISE: ADVISED, Listed.FOREWARNING: FOREWARNED}
KEPT_UNTIL = TODAY + timedelta(days=15)


def release(kind=Listed.CONFIRM, **more):
    fields = {
        "currency": "EUR",
        "items": ("i1",),
        "amount": money("1000.00"),
        "on": TODAY,
        "question": "q1",
        "before": 0,
    }
    return Release(**{**fields, "listed": kind, "level": "friendly", **more})


def books(*, releases=(), items=(), **more):
    """A debtor with one invoice that is due for a statement."""
    return Ledger.of([account(releases=tuple(releases), **more), *(items or (item("i1"),))])


def due(ledger, id_="d1"):
    owed = ledger.of_account(id_)
    found = statement_due(ledger.accounts[id_], owed, "EUR", context().plan, TODAY)
    assert found is not None
    return found


def leaves(kind, release_, *, today=TODAY, **more):
    ledger = books(releases=(release_,) if release_ else (), **more)
    return may_leave(ledger.accounts["d1"], due(ledger), context(creditor=BY_MODE[kind], today=today))


def test_without_a_list_a_statement_leaves_by_itself():
    """A creditor whose statements go by themselves is asked nothing."""
    ledger = books()
    assert may_leave(ledger.accounts["d1"], due(ledger), context())


@pytest.mark.parametrize(
    ("kind", "listed_as", "goes"),
    [
        (Listed.CONFIRM, None, False),
        (Listed.CONFIRM, release(), False),
        (Listed.CONFIRM, release(approved=True), True),
        (Listed.CONFIRM, release(Listed.FOREWARNING), False),
        (Listed.ADVISE, release(Listed.ADVISE, approved=True), False),
        (Listed.FOREWARNING, release(Listed.FOREWARNING), True),
        (Listed.FOREWARNING, release(Listed.FOREWARNING, on=TODAY + timedelta(days=1)), False),
        (Listed.FOREWARNING, release(Listed.FOREWARNING, on=TODAY - timedelta(days=7)), True),
        (Listed.FOREWARNING, release(Listed.FOREWARNING, on=TODAY - timedelta(days=8)), False),
        # more is asked for than was listed, another invoice is on it, or another statement left meanwhile
        (Listed.CONFIRM, release(approved=True, amount=money("999.99")), False),
        (Listed.CONFIRM, release(approved=True, amount=money("1000.01")), True),
        (Listed.CONFIRM, release(approved=True, items=("i2",)), False),
        (Listed.CONFIRM, release(approved=True, items=("i1", "i2")), True),
        (Listed.CONFIRM, release(approved=True, before=1), False),
        (Listed.CONFIRM, release(approved=True, currency="GBP"), False),
    ],
)
def test_what_was_let_go_leaves_and_no_more(kind, listed_as, goes):
    """A yes covers the items and the amount that were listed, in the way the creditor is asked now."""
    assert leaves(kind, listed_as) is goes


@pytest.mark.parametrize(
    ("hold", "covered"),
    [
        (Hold(HoldKind.PAUSE, TODAY, NOW, reason="creditor"), False),
        (Hold(HoldKind.PAUSE, None, NOW, reason="creditor"), False),
        (Hold(HoldKind.PAUSE, TODAY - timedelta(days=1), NOW, reason="creditor"), True),
        (Hold(HoldKind.PAUSE, TODAY, NOW, reason="bank_payment"), True),
        (Hold(HoldKind.PROMISE, TODAY, NOW, reason="creditor"), True),
    ],
)
def test_a_line_that_was_kept_back_beyond_its_day_is_listed_anew(hold, covered):
    """Only the creditor's own pause does that, one that ended before the line's day or another's does not."""
    held = item("i1")
    ledger = Ledger.of([account(releases=(release(approved=True),)), replace(held, holds=(hold,))])
    one = Candidate(ledger.accounts["d1"], replace(due(books()), items=(ledger.items["i1"],)), money("1000.00"))
    assert waits(one, context(creditor=CONFIRMING)) is covered


def test_a_list_shows_what_is_due_on_its_day_and_was_not_told():
    """Each currency is a statement of its own; the amount is what is asked for on that day, without what is in its days of grace."""
    ledger = books(
        items=(
            item("i1"),
            item("i2", total="50.00", currency="GBP"),
            item("i3", due=date(2026, 3, 2)),
            item("i4", due=date(2026, 3, 9)),
        )
    )
    found = candidates(ledger, ledger.accounts["d1"], TODAY, context(creditor=CONFIRMING))
    assert [(one.found.currency, one.amount) for one in found] == [
        ("EUR", money("2000.00")),
        ("GBP", money("50.00", "GBP")),
    ]
    assert asked_for(due(ledger), TODAY) == money("2000.00")


@pytest.mark.parametrize(
    ("told", "again"),
    [
        (release(), True),
        (release(approved=True), False),
        (release(approved=True, before=3), True),
        (release(Listed.FOREWARNING), True),
    ],
)
def test_what_may_leave_already_is_not_listed_again(told, again):
    """A line that waits for its yes is; one that was let go is not while it covers what is due."""
    ledger = books(releases=(told,))
    assert bool(candidates(ledger, ledger.accounts["d1"], TODAY, context(creditor=CONFIRMING))) is again


@pytest.mark.parametrize(
    ("on", "again"), [(TODAY, False), (TODAY + timedelta(days=2), False), (date(2026, 3, 2), True)]
)
def test_what_was_forewarned_is_announced_anew_when_it_grew_old(on, again):
    """A statement that is about to leave is announced once, and again when it did not leave within the week."""
    ledger = books(releases=(release(Listed.FOREWARNING, on=on),))
    assert bool(candidates(ledger, ledger.accounts["d1"], TODAY, context(creditor=FOREWARNED))) is again


def test_a_list_is_one_question_whose_numbers_are_statements():
    """The question names the lines by debtor and currency; each is kept as it was shown; the letter numbers them from one."""
    ledger = books(items=(item("i1", due=date(2026, 2, 1)), item("i2", due=date(2026, 1, 15), total="200.00")))
    one = replace(
        candidates(ledger, ledger.accounts["d1"], TODAY, context(creditor=CONFIRMING))[0], mentions=("recovery",)
    )
    day = TODAY + timedelta(days=1)
    done = listed([one], day, 2, context(creditor=CONFIRMING))
    asked, shown = done.events
    assert asked == ev.QuestionAsked(
        **HEAD,
        question=asked.question,
        topic="release",
        subjects=tuple(i.id for i in one.found.items),
        choices=("d1:EUR",),
        to=OWNER,
    )
    assert shown == ev.StatementListed(
        **HEAD,
        debtor="d1",
        release=Release(
            currency="EUR",
            items=("i2", "i1"),
            amount=money("1200.00"),
            on=day,
            listed=Listed.CONFIRM,
            question=asked.question,
            before=0,
            level="friendly",
            mentions=("recovery",),
        ),
    )
    letter = done.letters[0]
    assert (letter.kind, letter.code, letter.on) == (LetterKind.STATEMENT_LIST, "release", day)
    assert letter.key == "list:release:acme:2026-03-10:2"
    assert (letter.items, letter.question, letter.choices) == (("i2", "i1"), asked.question, ("d1:EUR",))
    assert letter.listed == (
        ListedStatement(
            number=1,
            debtor="Client et Fils SA",
            address=DEBTOR,
            amount=money("1200.00"),
            level="friendly",
            days_late=55,
            numbers=("N-i2", "N-i1"),
        ),
    )
    assert letter.to == (OWNER,)
    assert not letter.enclosures


def test_a_debtor_without_a_name_or_an_address_is_listed_all_the_same():
    """Of a nameless debtor the address stands; without either the line is still numbered."""
    ledger = books(name="")
    shown = listed(
        [Candidate(ledger.accounts["d1"], due(ledger), money("1.00"))], TODAY, 1, context(creditor=CONFIRMING)
    )
    assert (shown.letters[0].listed[0].debtor, shown.letters[0].listed[0].days_late) == (DEBTOR, 37)
    ledger = books(name="", contacts=())
    found = replace(due(books()), items=(item("i1", due=None),))
    bare = listed([Candidate(ledger.accounts["d1"], found, money("1.00"))], TODAY, 1, context(creditor=CONFIRMING))
    line = bare.letters[0].listed[0]
    assert (line.debtor, line.address, line.days_late) == ("", "", 0)


def asked(*codes, kind=Listed.CONFIRM, **more):
    return Question("q1", "acme", kind.value, ("i1", "i2", "i3"), codes, OWNER, "", NOW, **more)


CODES = ("d1:EUR", "d2:EUR", "d3:EUR")


def three(kind=Listed.CONFIRM, **more):
    """Three debtors, each with a listed statement of one invoice."""
    states = []
    for n in (1, 2, 3):
        told = release(kind, items=(f"i{n}",), **more)
        states += [account(f"d{n}", name=f"Client {n}", releases=(told,)), item(f"i{n}", debtor=f"d{n}")]
    return Ledger.of(states)


def outcome(said, *, kind=Listed.CONFIRM, role=Role.OWNER, sender=OWNER, ledger=None, question=None):
    done = released(
        ledger or three(kind),
        question or asked(*CODES, kind=kind),
        said,
        context(creditor=BY_MODE[kind], role=role, sender=sender),
    )
    return done, [(line.number, line.outcome) for line in done.letters[0].listed]


def say(kind, **more):
    return Instruction(kind, "ses mots", **more)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (say("approve"), [(1, "go"), (2, "go"), (3, "go")]),
        (say("refuse"), [(1, "stay"), (2, "stay"), (3, "stay")]),
        (say("release", value="all"), [(1, "go"), (2, "go"), (3, "go")]),
        (say("release", value="none"), [(1, "stay"), (2, "stay"), (3, "stay")]),
        (say("choose", choice=2), [(2, "go")]),
        (say("choose", choices=(1, 3)), [(1, "go"), (3, "go")]),
        (say("approve", choices=(-3,)), [(1, "go"), (2, "go"), (3, "stay")]),
        (say("choose", choices=(-1,)), [(1, "stay")]),
        (say("refuse", choices=(2,)), [(1, "stay"), (2, "go"), (3, "stay")]),
        (say("release", field="go", accounts=("d3",)), [(3, "go")]),
        (say("release", accounts=("d3",)), [(3, "stay")]),
        (say("approve", accounts=("d2",)), [(1, "go"), (2, "stay"), (3, "go")]),
    ],
)
def test_an_answer_means_the_lines_it_names(said, lines):
    """ "Oui" is all, "oui sauf 3" all but the third, a number lets that line go, a name keeps that line unless it is let go by it."""
    assert outcome(said)[1] == lines


@pytest.mark.parametrize("number", [0, 4, -4, 99])
def test_a_number_beyond_the_list_means_no_line(number):
    """Neither the next list's nor the last line of this one."""
    done, lines = outcome(say("choose", choices=(number,)))
    assert (lines, done.events, done.letters[0].code) == ([], (), "not_understood")


def test_a_word_that_chose_is_no_answer_to_a_list():
    """A choice with a value belongs to another question."""
    assert outcome(say("choose", value="all"))[0].letters[0].code == "not_understood"


def test_a_yes_lets_the_listed_statement_go_and_ends_the_question():
    """Each line is approved by name of who said it; the question is answered once no line waits."""
    done, _ = outcome(say("approve"))
    assert done.events == (
        *(ev.StatementApproved(**HEAD, debtor=f"d{n}", currency="EUR", question="q1", by=OWNER) for n in (1, 2, 3)),
        ev.QuestionAnswered(**HEAD, question="q1", answer="d1:EUR+d2:EUR+d3:EUR"),
    )
    letter = done.letters[0]
    assert (letter.kind, letter.code, letter.question) == (LetterKind.STATEMENT_LIST, "answered", "q1")
    assert (letter.key, letter.on) == ("released:mail-1:q1", KEPT_UNTIL)
    assert letter.listed[0] == ListedStatement(
        1, "Client 1", amount=money("1000.00"), level="friendly", numbers=("N-i1",), outcome="go"
    )


def test_a_no_keeps_the_lines_back_for_one_cycle():
    """A pause of the creditor's own until the list is made anew; a longer one stays as it is."""
    done, _ = outcome(say("refuse"))
    assert done.events == (
        *(ev.FollowUpPaused(**HEAD, subject=f"i{n}", until=KEPT_UNTIL, reason="creditor") for n in (1, 2, 3)),
        ev.QuestionAnswered(**HEAD, question="q1", answer="none"),
    )
    for until, paused in ((None, False), (KEPT_UNTIL, False), (KEPT_UNTIL - timedelta(days=1), True)):
        held = replace(item("i1"), holds=(Hold(HoldKind.PAUSE, until, NOW, reason="creditor"),))
        ledger = Ledger.of([*(s for s in three().states() if s.id != "i1"), held])
        done, _ = outcome(say("choose", choices=(-1,)), ledger=ledger)
        assert any(isinstance(e, ev.FollowUpPaused) for e in done.events) is paused


def test_the_question_stays_open_while_a_line_waits():
    """What is held, closed or approved before waits no more; a question that is answered is not answered again."""
    assert not [e for e in outcome(say("choose", choice=1))[0].events if isinstance(e, ev.QuestionAnswered)]
    kept = three()
    for change in (
        replace(kept.items["i3"], state=ItemState.SETTLED),
        replace(kept.items["i3"], holds=(Hold(HoldKind.PAUSE, None, NOW, reason="creditor"),)),
        replace(kept.accounts["d3"], releases=(release(items=("i3",), approved=True),)),
        replace(kept.accounts["d3"], releases=(release(items=("i3",), question="q2"),)),
    ):
        ledger = Ledger.of([*(s for s in kept.states() if s.id != change.id), change])
        done, _ = outcome(say("choose", choices=(1, 2)), ledger=ledger)
        assert done.events[-1] == ev.QuestionAnswered(**HEAD, question="q1", answer="d1:EUR+d2:EUR")
        again, _ = outcome(say("choose", choices=(1, 2)), ledger=ledger, question=asked(*CODES, answer="d1:EUR"))
        assert not [e for e in again.events if isinstance(e, ev.QuestionAnswered)]


def test_only_the_owner_lets_go_and_anybody_of_his_people_keeps_back():
    """A colleague's yes is refused; of "oui sauf 3" only the exception counts."""
    who = {"role": Role.STAFF, "sender": STAFF}
    done, _lines = outcome(say("approve"), **who)
    assert (done.events, done.letters[0].code) == ((), "not_allowed")
    assert outcome(say("approve", choices=(-3,)), **who)[1] == [(3, "stay")]
    assert outcome(say("refuse"), **who)[1] == [(1, "stay"), (2, "stay"), (3, "stay")]
    assert outcome(say("approve"), kind=Listed.FOREWARNING, **who)[1] == [(1, "go"), (2, "go"), (3, "go")]


def test_a_forewarned_line_goes_by_itself_and_its_button_keeps_it_back():
    """A number alone takes the line out; a yes changes nothing that must be kept, and the question stays as it is."""
    done, lines = outcome(say("choose", choice=2), kind=Listed.FOREWARNING)
    assert lines == [(2, "stay")]
    assert done.events == (ev.FollowUpPaused(**HEAD, subject="i2", until=KEPT_UNTIL, reason="creditor"),)
    done, lines = outcome(say("approve"), kind=Listed.FOREWARNING)
    assert (lines, done.events) == ([(1, "go"), (2, "go"), (3, "go")], ())


def test_a_line_let_go_by_its_number_ends_the_pause_that_kept_it_back():
    """A yes to all leaves it in place, and so does a pause for another reason."""
    for reason, said, lifted in (
        ("creditor", say("choose", choice=1), True),
        ("creditor", say("approve"), False),
        ("creditor", say("release", value="all"), False),
        ("bank_payment", say("choose", choice=1), False),
    ):
        held = replace(item("i1"), holds=(Hold(HoldKind.PAUSE, None, NOW, reason=reason),))
        ledger = Ledger.of([*(s for s in three().states() if s.id != "i1"), held])
        done, _ = outcome(said, ledger=ledger)
        resumed = [e for e in done.events if isinstance(e, ev.FollowUpResumed)]
        assert resumed == ([ev.FollowUpResumed(**HEAD, subject="i1")] if lifted else [])


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: replace(kept.accounts["d1"], releases=(release(question="q9"),)),
        lambda kept: replace(kept.accounts["d1"], releases=()),
        lambda kept: replace(kept.items["i1"], state=ItemState.SETTLED),
        lambda kept: replace(kept.accounts["d1"], statements=(Statement("EUR", 1, TODAY, "", ("i1",), "m", "sent"),)),
    ],
)
def test_a_line_that_left_or_fell_away_is_told_so(change):
    """Nothing is done to it, whether it should have gone or stayed."""
    kept = three()
    changed = change(kept)
    ledger = Ledger.of([*(s for s in kept.states() if s.id != changed.id), changed])
    for said in (say("choose", choice=1), say("choose", choices=(-1,))):
        done, lines = outcome(said, ledger=ledger)
        assert (lines, done.letters[0].listed[0].debtor) == ([(1, "gone")], "Client 1")
        assert not [e for e in done.events if isinstance(e, ev.StatementApproved | ev.FollowUpPaused)]


def test_what_the_creditor_sent_himself_counts_like_any_statement():
    """From a draft only "sent" books; the statement stands with its number, tone and what it mentions, as of today."""
    ledger = three(Listed.ADVISE, mentions=("recovery",))
    done, lines = outcome(say("sent", choice=1), kind=Listed.ADVISE, ledger=ledger)
    assert lines == [(1, "sent")]
    fields = {"debtor": "d1", "currency": "EUR", "cycle": 1, "items": ("i1",), "on": TODAY}
    mail = "statement:acme:d1:EUR:1"
    assert done.events == (
        ev.StatementQueued(**HEAD, **fields, level="friendly", mail=mail, mentions=("recovery",)),
        ev.StatementSent(**HEAD, **fields, mail=mail),
    )
    assert outcome(say("approve"), kind=Listed.ADVISE)[0].letters[0].code == "not_understood"
    assert outcome(say("approve", choices=(-3,)), kind=Listed.ADVISE)[1] == [(3, "stay")]


def test_a_lines_code_is_read_back():
    """Debtor and currency, whatever the debtor is called."""
    assert line_of(line_code("d1", "EUR")) == ("d1", "EUR")
    assert line_of("d1") == ("d1", "")
