"""What the creditor's people are answered: the whole refusal, question or confirmation, by each thing that they may say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.decide import instructed
from agent.domain.decide.answers import answered, yes_no
from agent.domain.decide.context import Decision, make_id
from agent.domain.decide.corrections import Change as Corrected
from agent.domain.decide.corrections import conclude, correct, same_debtor
from agent.domain.decide.instructions import quoted
from agent.domain.decide.questions import close_moot, one_at_a_time
from agent.domain.decide.targets import certain, meant_items
from agent.domain.decide.undoing import Past
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.ledger import HoldKind, ItemState, Ledger, Question, replay
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Role
from tests.builders import NOW, OWNER, STAFF, TODAY, account, context, invoice, item, money

DAY = timedelta(days=1)
HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
NEW = "BE71096123456769"


def books(*states):
    """Two debtors; the first owes two invoices in pounds, the second one in euros."""
    mine = [item("i1", currency="GBP"), item("i2", currency="GBP", total="250.00"), item("i3", debtor="d2")]
    return Ledger.of([account(), account("d2", name="Autre SA"), *mine, *states])


def say(kind, **more):
    return Instruction(kind, "ses mots", **more)


def told(*instructions, ledger=None, about=(), question=None, past=None, **who):
    ledger = ledger or books()
    more = {"past": past} if past is not None else {}
    return instructed(ledger, InstructionReading(tuple(instructions)), about, question, context(**who), **more)


def refusal(code, to=(OWNER,)):
    return Letter(
        LetterKind.REFUSAL, "ack:mail-1", to, "acme", "fr", code=code, facts=(("refused", code),), answers="mail-1"
    )


ASKED = Question("q1", "acme", "which_invoice", ("i1", "i2"), ("i1", "i2", "all", "none"), OWNER, "paid - -", NOW)
CLOSED = replace(ASKED, answer="i1")


@pytest.mark.parametrize(
    ("instruction", "more", "code"),
    [
        (say("paid"), {}, "not_understood"),
        (say("paid", numbers=("X-1",)), {}, "unknown_number"),
        (say("paid", numbers=("X-1",), amount=Decimal(5)), {}, "unknown_number"),
        (say("paid", amount=Decimal(5)), {}, "which_invoice"),
        (say("sing"), {"about": ("i1",)}, "not_understood"),
        (say("choose", choice=1), {}, "not_understood"),
        (say("choose", choice=5), {"question": ASKED}, "not_understood"),
        (say("choose", choice=1), {"question": CLOSED}, "question_closed"),
        (say("approve"), {"about": ("i1",)}, "not_understood"),
        (say("correct", field="number", value="B-2"), {}, "not_understood"),
        (say("correct", field="number", value="B-2"), {"about": ("i1", "i2")}, "which_invoice"),
        (say("correct", field="debtor_email", value="a@client.example"), {"about": ("i1", "i3")}, "which_invoice"),
        (say("credit_note", amount=Decimal(5)), {"about": ("i1", "i2")}, "send_credit_note"),
        (say("credit_note"), {"about": ("i1",)}, "send_credit_note"),
        (say("credit_note", amount=Decimal("1000.01")), {"about": ("i1",)}, "send_credit_note"),
        (say("plan_end"), {"about": ("i1",)}, "no_plan"),
        (say("undo"), {"about": ("i1",)}, "undo_nothing"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(instruction, more, code):
    """One refusal in answer to his mail, and nothing changes."""
    done = told(instruction, **more)
    assert done.events == ()
    assert [x.code for x in done.letters] == [code]
    if done.letters[0].kind is LetterKind.REFUSAL:
        assert done.letters == (refusal(code),)


@pytest.mark.parametrize(
    "kind", ["withdraw", "write_off", "escalate", "amicable", "formal_notice", "dossier", "certificate"]
)
def test_what_is_the_owners_is_refused_to_his_staff(kind):
    """Both hear of it: who asked, and the owner."""
    done = told(say(kind, numbers=("N-i1",)), role=Role.STAFF, sender=STAFF)
    assert (done.events, done.letters) == ((), (refusal("not_allowed", (STAFF, OWNER)),))


def test_a_mail_of_which_nothing_was_understood_is_refused_once():
    """Several lines that cannot be followed share one refusal: that of the first."""
    assert told().letters == (refusal("not_understood"),)
    assert told(say("paid"), say("paid", numbers=("X-1",))).letters == (refusal("not_understood"),)
    mixed = told(say("sing"), say("pause", numbers=("N-i1",)), about=("i1",))
    assert [x.code for x in mixed.letters] == ["not_understood", "paused"]


@pytest.mark.parametrize("kind", ["withdraw", "write_off", "dispute", "dispute_settled", "escalate"])
def test_an_order_about_one_invoice_that_meets_several_is_asked_back(kind):
    """The whole question, numbered; by number, or of all that a named debtor owes, it is followed."""
    done = told(say(kind), about=("i1", "i2"))
    detail = f"{kind} - -"
    id_ = make_id("q", "acme", "which_invoice", "mail-1", detail, "ses mots", "i1", "i2")
    choices = ("i1", "i2", "all", "none")
    named = {"question": id_, "choices": choices}
    assert done.events == (
        ev.QuestionAsked(**HEAD, topic="which_invoice", subjects=("i1", "i2"), to=OWNER, detail=detail, **named),
    )
    assert done.letters == (
        Letter(
            LetterKind.QUESTION,
            f"question:{id_}",
            (OWNER,),
            "acme",
            "fr",
            code="which_invoice",
            items=("i1", "i2"),
            words="ses mots",
            answers="mail-1",
            **named,
        ),
    )
    for outright in (
        say(kind, numbers=("N-i1", "N-i2")),
        say(kind, every=True, accounts=("d1",)),
        say(kind, every=True, excepted=("N-i9",)),
    ):
        assert not [e for e in told(outright, about=("i1", "i2")).events if isinstance(e, ev.QuestionAsked)]
    for vague in (say(kind, every=True), say(kind, accounts=("d1",))):
        assert [e.topic for e in told(vague, about=("i1", "i2")).events] == ["which_invoice"]


@pytest.mark.parametrize("kind", ["pause", "resume", "status"])
def test_an_order_that_may_concern_several_is_followed_for_all(kind):
    """Nothing is asked back."""
    done = told(say(kind), about=("i1", "i2"))
    assert [x.items for x in done.letters] == [("i1", "i2")]


def test_a_sum_told_alone_is_asked_about_even_when_only_one_invoice_is_of_it():
    """With the sum in the invoice's currency and the day that was told."""
    day = date(2026, 3, 4)
    done = told(say("paid", amount=Decimal("250.00"), on=day))
    (asked,), (letter,) = done.events, done.letters
    assert (asked.subjects, asked.choices, asked.detail) == (("i2",), ("i2", "none"), "paid 250.00 2026-03-04")
    assert (letter.code, letter.amount, letter.items) == ("which_invoice", money("250.00", "GBP"), ("i2",))
    assert told(say("part_paid", amount=Decimal("250.00"))).events[0].subjects == ("i2",)
    assert told(say("pause", amount=Decimal("250.00"))).letters == (refusal("not_understood"),)


def test_the_words_of_others_that_are_handed_on_settle_nothing():
    """A payment that they tell of is asked about, of what is open; anything else in them is not understood."""
    ledger = books(item("i4", state=ItemState.SETTLED), item("i5", paid="1000.00"))

    def of(*instructions):
        return quoted(ledger, InstructionReading(instructions), ("i1", "i4", "i5"), context())

    done = of(say("paid", amount=Decimal("9.00"), on=TODAY), say("withdraw"))
    assert [(e.subjects, e.detail) for e in done.events] == [(("i1",), "paid 9.00 2026-03-10")]
    assert done.letters[0].words == "ses mots"
    assert [e.subjects for e in of(say("part_paid")).events] == [("i1",)]
    for nothing in (of(say("withdraw")), of(say("paid", numbers=("N-i4",))), of()):
        assert (nothing.events, nothing.letters) == ((), (refusal("not_understood"),))


def test_a_part_without_its_sum_is_asked_for_it():
    """Of what is open of the invoices meant; of none open, of those that were."""
    for state in (ItemState.FOLLOWED, ItemState.SETTLED):
        ledger = books(item("i1", state=state))
        done = told(say("part_paid", numbers=("N-i1",)), ledger=ledger)
        asked = done.events[0]
        assert (asked.topic, asked.subjects, asked.choices) == ("payment_amount", ("i1",), ("i1", "none"))


def test_two_invoices_of_one_number_are_told_apart_first():
    """What is open of them is asked about; where both are closed, both."""
    twin = item("i9", number="N-i1", debtor="d2")
    assert told(say("paid", numbers=("N-i1",)), ledger=books(twin)).events[0].subjects == ("i1", "i9")
    one = books(replace(twin, state=ItemState.SETTLED))
    assert told(say("paid", numbers=("N-i1",)), ledger=one).events[0].subjects == ("i1",)
    none = books(replace(twin, state=ItemState.SETTLED), item("i1", state=ItemState.SETTLED))
    assert set(told(say("paid", numbers=("N-i1",)), ledger=none).events[0].subjects) == {"i1", "i9"}


@pytest.mark.parametrize(
    ("instruction", "settled", "asked"),
    [
        (say("paid", amount=Decimal("250.00"), accounts=("d1",)), ["i2"], []),
        (say("paid", amount=Decimal("1250.00"), accounts=("d1",), every=True), ["i1", "i2"], []),
        (say("paid", accounts=("d1",)), [], [("i1", "i2")]),
        (say("paid", accounts=("d1", "d2")), ["i3"], [("i1", "i2")]),
        (say("paid", accounts=("d1",), every=True), ["i1", "i2"], []),
        (say("paid", numbers=("n i1",), accounts=("d2",)), ["i1", "i3"], []),
        (say("paid", numbers=("N-i1", "N-i2"), amount=Decimal("1250.00")), ["i1", "i2"], []),
    ],
)
def test_which_invoices_a_told_payment_settles(instruction, settled, asked):
    """Those of its sum, those that are numbered, and all that is open of a debtor who owes one; the others are asked about."""
    done = told(instruction)
    assert [e.item for e in done.events if isinstance(e, ev.InvoiceSettled)] == settled
    assert [e.subjects for e in done.events if isinstance(e, ev.QuestionAsked)] == asked


def test_a_sum_that_is_all_is_no_single_invoices():
    """Two of them owe it together, and one of them alone: what was named is meant."""
    ledger = Ledger.of([account(), item("i1", total="250.00"), item("i2", total="0.00", deposit=money("0.00"))])
    done = told(say("paid", amount=Decimal("250.00"), accounts=("d1",)), ledger=ledger)
    assert [e.item for e in done.events if isinstance(e, ev.InvoiceSettled)] == ["i1"]


def test_a_credit_told_in_words_lessens_its_invoice():
    """By its sum, on its day; confirmed as a credit, with the words."""
    done = told(say("credit_note", numbers=("N-i1",), amount=Decimal("1000.00"), on=TODAY - DAY))
    assert [(type(e), e.item) for e in done.events] == [(ev.PaymentReceived, "i1"), (ev.InvoiceSettled, "i1")]
    (letter,) = done.letters
    key = f"notice:settled:{make_id('n', 'mail-1', 'settled', 'i1')}"
    assert letter == Letter(
        LetterKind.ACTION_NOTICE,
        key,
        (OWNER,),
        "acme",
        "fr",
        code="credited",
        items=("i1",),
        account="d1",
        on=TODAY - DAY,
        amount=money("1000.00", "GBP"),
        words="ses mots",
        answers="mail-1",
    )


def test_which_items_are_surely_meant():
    """By any spelling of their number, by every, or alone of a debtor who was named; never by the company of others."""
    one, two, three = item("i1"), item("i2"), item("i3", debtor="d2")
    assert certain([one, two, three], say("paid", numbers=("n i 1",))) == ((one,), (two, three))
    assert certain([one, two, three], say("paid", accounts=("d1", "d2"))) == ((three,), (one, two))
    assert certain([one, three], say("paid")) == ((), (one, three))
    assert certain([one, two], say("paid", every=True)) == ((one, two), ())


def test_which_items_an_order_is_about():
    """Those of this creditor only; a debtor beside his own invoice says whose it is; what is excepted is left out."""
    strange = item("i8", creditor="other", number="N-i1")
    closed = item("i9", debtor="d2", state=ItemState.SETTLED)
    ledger = books(strange, closed)

    def meant(about=(), **more):
        return [i.id for i in meant_items(ledger, say("status", **more), about, context())]

    assert meant(numbers=("n.i1",)) == ["i1"]
    assert meant(numbers=("N-i1",), accounts=("d1", "d2")) == ["i1", "i3"]
    assert meant(accounts=("d1",), excepted=("N i2",)) == ["i1"]
    assert meant(accounts=("d1", "d2"), excepted=("d1",)) == ["i3"]
    assert meant(("i2", "i8", "i9", "i2", "i7")) == ["i2", "i9"]
    assert meant(("i2",), numbers=("X",)) == []
    assert meant(("i2",), accounts=("d7",)) == []
    assert [i.id for i in meant_items(Ledger.of([closed]), say("status", accounts=("d2",)), (), context())] == ["i9"]


def test_an_account_that_the_owner_tells_is_asked_back_beside_his_corrections():
    """The invoice that is meant keeps it as unproved; of several, or closed ones, none does."""
    lines = (say("correct", field="iban", value=NEW), say("correct", field="number", value="B-2"))
    done = told(*lines, about=("i1",))
    after = done.after(books()).items["i1"]
    assert (after.invoice.number, after.invoice.foreign_ibans) == ("B-2", (NEW,))
    two = told(lines[0], about=("i1", "i2"))
    assert two.letters
    assert not [e for e in two.events if isinstance(e, ev.InvoiceCorrected)]
    named = told(replace(lines[0], numbers=("N-i2",)), about=("i1",))
    assert [e.item for e in named.events if isinstance(e, ev.InvoiceCorrected)] == ["i2"]
    staff = told(lines[0], about=("i1",), role=Role.STAFF, sender=STAFF)
    assert (staff.events, staff.letters) == ((), (refusal("not_allowed", (STAFF, OWNER)),))


def test_several_corrections_each_find_their_invoice():
    """By the number in their line; the second sees what the first one changed."""
    lines = (
        say("correct", field="number", value="B-1", numbers=("N-i1",)),
        say("correct", field="due_date", value="2026-04-01", numbers=("B-1",)),
        say("correct", field="total", value="90.00", numbers=("N-i2",)),
    )
    after = told(*lines).after(books())
    assert (after.items["i1"].invoice.number, after.items["i1"].invoice.due_date) == ("B-1", date(2026, 4, 1))
    assert after.items["i2"].invoice.total == money("90.00", "GBP")
    doubtful = books(replace(item("i2"), doubts=("number",)))
    one = told(say("correct", field="number", value="B-9"), ledger=doubtful, about=("i1", "i2")).after(doubtful)
    assert one.items["i2"].invoice.number == "B-9"


def test_an_address_is_the_accounts_whichever_invoice_the_letter_was_about():
    """One debtor's letter names several invoices: his address changes once, for all of them."""
    for field, value in (("debtor_email", "neu@client.example"), ("postal_address", "Rue Haute 1")):
        done = told(say("correct", field=field, value=value), about=("i1", "i2"))
        assert [x.items for x in done.letters] == [("i1",)]
    both = (say("correct", field="debtor_email", value="neu@client.example"), say("correct", field="number", value="9"))
    assert told(*both, about=("i1", "i2")).letters == (refusal("which_invoice"),)


def test_taking_back_may_be_limited_to_what_is_named():
    """A number or a debtor beside "undo" leaves the rest of what the mail did as it is; without, all of it is taken back."""
    births = {
        i.id: ev.InvoiceRegistered(at=NOW - 9 * DAY, source="mail-9", creditor="acme", item=i.id, invoice=i.invoice)
        for i in books().items.values()
    }
    ledger = replay(births.values(), Ledger.of(books().accounts.values()))
    held = told(say("pause", numbers=("N-i1", "N-i3")), ledger=ledger, source="mail-0")
    past = Past({e.subject: (births[e.subject], e) for e in held.events if isinstance(e, ev.FollowUpPaused)})
    after = held.after(ledger)
    for line, left in (
        (say("undo", numbers=("N-i1",)), ["i3"]),
        (say("undo", accounts=("d2",)), ["i1"]),
        (say("undo"), []),
    ):
        done = told(line, ledger=after, past=past)
        assert [i.id for i in done.after(after).items.values() if i.holds] == left
        assert (done.letters[0].code, done.letters[0].words) == ("undone", "ses mots")


def test_an_answer_by_yes_or_no_means_the_first_or_the_last_choice():
    """Of a plan its own first and last; of questions with two sides their two; of others nothing."""
    plan = replace(ASKED, topic="payment_plan", choices=("plan_suggested", "plan_as_asked", "plan_refuse"))
    assert yes_no(plan) == ("plan_suggested", "plan_refuse")
    assert yes_no(replace(ASKED, topic="same_debtor")) == ("same", "different")
    assert yes_no(replace(ASKED, topic="address_mismatch")) == ("use_address", "other_address")
    assert yes_no(replace(ASKED, topic="fields")) == ("confirm", "refused")
    assert yes_no(ASKED) is None


@pytest.mark.parametrize(
    ("detail", "answer", "paid", "settled"),
    [
        ("paid - -", "i1", "1000.00", ["i1"]),
        ("paid 400.00 -", "i1", "400.00", []),
        ("paid 1000.00 -", "i1", "1000.00", ["i1"]),
        ("paid 5000.00 -", "i1", "1000.00", ["i1"]),
        ("paid 1250.00 -", "all", "1250.00", ["i1", "i2"]),
        ("paid 1250.00 -", "i1+i2", "1250.00", ["i1", "i2"]),
    ],
)
def test_the_invoice_that_an_answer_chose_is_paid(detail, answer, paid, settled):
    """By the sum that was told before, where it is not more than is owed on what was chosen; else all of that."""
    done = answered(books(), replace(ASKED, detail=detail), answer, context())
    came = [e for e in done.events if isinstance(e, ev.PaymentReceived)]
    assert sum(e.amount.amount for e in came) == Decimal(paid)
    assert {(e.on, e.reference) for e in came} == {(TODAY, "")}
    assert [e.item for e in done.events if isinstance(e, ev.InvoiceSettled)] == settled
    assert done.events[0] == ev.QuestionAnswered(**HEAD, question="q1", answer=answer)


def test_what_was_asked_about_keeps_its_day_and_its_movement():
    """The day that was told, and the reference of the bank's line with all its words."""
    asked = replace(ASKED, detail="paid 9.00 2026-03-01 bank f1 amount=9.00")
    (came,) = [e for e in answered(books(), asked, "i1", context()).events if isinstance(e, ev.PaymentReceived)]
    assert (came.on, came.reference, came.amount) == (date(2026, 3, 1), "bank f1 amount=9.00", money("9.00", "GBP"))


def test_the_answer_none_and_the_answer_about_a_sum():
    """Nothing is done; a sum that was asked for and is not told is the whole balance; any other order is done as it was asked."""
    none = answered(books(), ASKED, "none", context())
    assert [type(e) for e in none.events] == [ev.QuestionAnswered]
    assert [(x.code, x.items) for x in none.letters] == [("nothing_done", ("i1", "i2"))]
    whole = answered(books(), replace(ASKED, topic="payment_amount", detail="paid 3.00 -"), "i1", context())
    assert [e.amount for e in whole.events if isinstance(e, ev.PaymentReceived)] == [money("1000.00", "GBP")]
    paused = answered(books(), replace(ASKED, detail="withdraw - -"), "i2", context())
    assert [e.item for e in paused.events if isinstance(e, ev.InvoiceWithdrawn)] == ["i2"]
    gone = answered(books(), replace(ASKED, subjects=("i7",)), "i7", context())
    assert gone.letters == (refusal("not_understood"),)


def test_an_address_in_doubt_wants_another_one():
    """ "No" to it is answered with the wish for the right one; an answer that says nothing is not understood."""
    asked = replace(ASKED, topic="address_mismatch", subjects=("i1",), detail="d2 x@elsewhere.example")
    assert answered(books(), asked, "other_address", context()).letters == (refusal("say_address"),)
    assert answered(books(), asked, "what", context()).letters == (refusal("not_understood"),)
    used = answered(books(), asked, "use_address", context())
    assert [e.address for e in used.events if isinstance(e, ev.ContactAdded)] == ["x@elsewhere.example"]
    assert answered(books(), replace(asked, detail="d2"), "use_address", context()).letters == (
        refusal("not_understood"),
    )


def test_an_answered_lookalike_shows_the_two_names():
    """The invoice moves to the account that was there, with what stood before; unknown before is empty."""
    asked = ev.QuestionAnswered(**HEAD, question="q1", answer="same")
    done = same_debtor(books(), books().items["i1"], "d2", same=True, context=context())
    assert asked not in done.events
    assert done.letters[0].changes == (("buyer_name", "Client et Fils SA", "Autre SA"),)
    lone = item("i1", debtor="d7")
    moved = same_debtor(Ledger.of([account("d2", name="Autre SA"), lone]), lone, "d2", same=True, context=context())
    assert moved.letters[0].changes == (("buyer_name", "", "Autre SA"),)


def test_a_corrected_invoice_is_answered_with_the_difference():
    """The whole letter; where a doubt is left the next question comes with it."""
    mine = replace(item("i1"), doubts=("due_date",))
    ledger = Ledger.of([account(), mine])
    line = say("correct", field="number", value="B-2")
    done = correct(ledger, mine, (line,), context())
    (asked,) = [e for e in done.events if isinstance(e, ev.QuestionAsked)]
    assert done.letters == (
        Letter(
            LetterKind.CORRECTED,
            "corrected:i1:mail-1",
            (OWNER,),
            "acme",
            "fr",
            code="still_open",
            items=("i1",),
            account="d1",
            question=asked.question,
            choices=asked.choices,
            changes=(("number", "N-i1", "B-2"),),
            answers="mail-1",
        ),
    )
    clear = correct(ledger, replace(mine, doubts=()), (line,), context())
    assert (clear.letters[0].code, clear.letters[0].question, clear.letters[0].choices) == ("followed", "", ())
    foreign = conclude(ledger, mine, Corrected(invoice(foreign_ibans=(NEW,))), context())
    assert "iban" in next(e for e in foreign.events if isinstance(e, ev.InvoiceCorrected)).doubts


def test_another_buyer_is_told_of_and_keeps_the_country_and_the_language():
    """The name as it was and as it is; the new debtor has no number of the old one, and speaks as he does."""
    debtor = account(country="NL", language="nl", number="NL123456789B01", consumer=True)
    ledger = Ledger.of([debtor, item("i1")])
    done = correct(ledger, ledger.items["i1"], (say("correct", field="buyer_name", value="Bakkerij Zon"),), context())
    (opened,) = [e for e in done.events if isinstance(e, ev.DebtorOpened)]
    assert (opened.name, opened.number, opened.country, opened.language, opened.consumer) == (
        "Bakkerij Zon",
        "",
        "NL",
        "nl",
        True,
    )
    assert done.letters[0].changes == (("buyer_name", "Client et Fils SA", "Bakkerij Zon"),)
    lone = Ledger.of([item("i1", debtor="d7")])
    alone = correct(lone, lone.items["i1"], (say("correct", field="buyer_name", value="Bakkerij Zon"),), context())
    (opened,) = [e for e in alone.events if isinstance(e, ev.DebtorOpened)]
    assert (opened.country, opened.language, opened.consumer) == ("BE", "fr", None)
    assert alone.letters[0].changes == (("buyer_name", "", "Bakkerij Zon"),)


def test_questions_without_an_object_close_themselves():
    """When all that was asked about is off the books, in the same decision."""
    two = replace(ASKED, subjects=("i1", "i2"))
    gone = Ledger.of([item("i1", state=ItemState.SETTLED), item("i2", state=ItemState.WITHDRAWN), two])
    assert close_moot(gone, Decision(), context()).events == (
        ev.QuestionAnswered(**HEAD, question="q1", answer="moot"),
    )
    for kept in (
        Ledger.of([item("i1", state=ItemState.SETTLED), item("i2"), two]),
        Ledger.of([item("i1", state=ItemState.SETTLED), two]),
        Ledger.of([item("i1", state=ItemState.SETTLED), item("i2", state=ItemState.SETTLED), replace(two, answer="x")]),
        Ledger.of(
            [item("i1", state=ItemState.SETTLED), item("i2", state=ItemState.SETTLED), replace(two, topic="money_over")]
        ),
    ):
        assert close_moot(kept, Decision(), context()).events == ()


def test_a_question_asked_anew_replaces_the_one_before():
    """About the same invoices and the same order."""
    asked = ev.QuestionAsked(
        **HEAD, question="q9", topic="which_invoice", subjects=("i2", "i3"), choices=(), to=OWNER, detail="paid - -"
    )
    decision = Decision((asked,))
    done = one_at_a_time(books(ASKED), decision, context())
    assert done.events == (asked, ev.QuestionAnswered(**HEAD, question="q1", answer="replaced"))
    for other in (
        replace(ASKED, subjects=("i1",)),
        replace(ASKED, detail="withdraw - -"),
        replace(ASKED, topic="fields"),
        replace(ASKED, id="q9"),
        CLOSED,
    ):
        assert one_at_a_time(books(other), decision, context()) == decision


def test_holds_of_the_creditors_people_say_until_when():
    """The day that was told by either word, else a fortnight; the letter says it."""
    for instruction, until in (
        (say("pause", until=TODAY + 3 * DAY), TODAY + 3 * DAY),
        (say("pause", on=TODAY + 4 * DAY), TODAY + 4 * DAY),
        (say("pause"), TODAY + 15 * DAY),
    ):
        done = told(instruction, about=("i1",))
        assert done.events == (ev.FollowUpPaused(**HEAD, subject="i1", until=until, reason="creditor"),)
        (letter,) = done.letters
        assert (letter.code, letter.on, letter.items, letter.words) == ("paused", until, ("i1",), "ses mots")
        held = done.after(books()).items["i1"].holds
        assert [(h.kind, h.until) for h in held] == [(HoldKind.PAUSE, until)]
