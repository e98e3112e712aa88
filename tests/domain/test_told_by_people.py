"""What the creditor's people tell in plain words: money on account, corrections, answers by number, accounts to pay on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.decide import accounts_guard as guard
from agent.domain.decide.acts import ACTS
from agent.domain.decide.answers import answered
from agent.domain.decide.corrections import confirm, correct, same_debtor
from agent.domain.decide.instructions import instructed
from agent.domain.decide.on_account import money_told, put_on_account, reversed_on_account
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Payment, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from agent.domain.payees import PayeeConfirmed, PayeeMet, PayeeRefused, PayeeStanding
from tests.builders import CREDITOR, DEBTOR, NOW, OWNER, STAFF, TODAY, account, context, invoice, item, money

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
NEW, OTHER, OWN = "BE71096123456769", "NL91ABNA0417164300", CREDITOR.ibans[0]


def say(kind, **more):
    return Instruction(kind, "ses mots", **more)


def kept(amount, currency="EUR", reference=""):
    return Payment(money(amount, currency), date(2026, 3, 1), "bank", reference)


def told(kind, *items, kept_money=(), **more):
    ledger = Ledger.of([account(money=tuple(kept_money)), *items])
    return money_told(ledger, say(kind, **more), items, context())


def test_money_that_belongs_to_no_invoice_is_kept_for_the_debtor():
    """On the day that was told, else today, in the currency that he is billed in; told by whoever said it."""
    done = told("on_account", accounts=("d1",), amount=Decimal("120.00"), on=date(2026, 3, 4))
    assert done.events == (
        ce.MoneyPutOnAccount(**HEAD, debtor="d1", amount=money("120.00"), on=date(2026, 3, 4), evidence="owner"),
    )
    letter = done.letters[0]
    assert (letter.code, letter.account, letter.amount, letter.words) == (
        "on_account",
        "d1",
        money("120.00"),
        "ses mots",
    )
    assert letter.key.endswith(":d1")
    pounds = told("on_account", item("i1", currency="GBP"), amount=Decimal(5))
    assert (pounds.events[0].amount, pounds.events[0].on) == (money("5", "GBP"), TODAY)
    both = told("on_account", item("i1", currency="GBP"), item("i2"), amount=Decimal(5))
    assert both.events[0].amount.currency == "EUR"
    only_money = told("on_account", accounts=("d1",), kept_money=[kept("1.00", "USD")], amount=Decimal(5))
    assert only_money.events[0].amount.currency == "USD"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("on_account", {"accounts": ("d1",)}),
        ("on_account", {"accounts": ("d1",), "amount": Decimal(0)}),
        ("on_account", {"accounts": ("d1",), "amount": Decimal(-5)}),
        ("on_account", {"accounts": ("d9",), "amount": Decimal(5)}),
        ("on_account", {"accounts": ("d1", "d2"), "amount": Decimal(5)}),
        ("on_account", {"amount": Decimal(5)}),
        ("refunded", {"accounts": ("d1",)}),
        ("set_off", {"accounts": ("d1",)}),
    ],
)
def test_money_told_of_nobody_or_of_nothing_is_not_understood(kind, more):
    """No sum, no debtor, two debtors, or nothing there to give back."""
    done = told(kind, **more)
    assert (done.events, done.letters[0].code) == ((), "not_understood")


def test_what_is_kept_is_paid_back_at_most():
    """All of it, or the sum that was told, on its day."""
    whole = told("refunded", accounts=("d1",), kept_money=[kept("30.00"), kept("9.00", "EUR")])
    assert whole.events == (
        ce.MoneyTakenFromAccount(**HEAD, debtor="d1", amount=money("39.00"), on=TODAY, reason="refunded"),
    )
    assert (whole.letters[0].code, whole.letters[0].amount) == ("credit_refunded", money("39.00"))
    part = told("refunded", accounts=("d1",), kept_money=[kept("30.00")], amount=Decimal(10), on=date(2026, 3, 4))
    assert (part.events[0].amount, part.events[0].on) == (money("10"), date(2026, 3, 4))
    more = told("refunded", accounts=("d1",), kept_money=[kept("30.00")], amount=Decimal(99))
    assert more.events[0].amount == money("30.00")


def test_a_credit_note_that_is_named_is_paid_back_whole():
    """What is left of it; then nothing is owed on it any more. The account stays as it is."""
    note = item("n1", number="NC-1", total="-100.00", credit_note=True)
    done = told("refunded", note, kept_money=[kept("30.00")], numbers=("NC-1",))
    assert done.events == (
        ce.CreditRefunded(**HEAD, item="n1", amount=money("100.00"), on=TODAY),
        ev.InvoiceSettled(**HEAD, item="n1"),
    )
    letter = done.letters[0]
    assert (letter.code, letter.amount, letter.account, letter.words) == (
        "credit_refunded",
        money("100.00"),
        "d1",
        "ses mots",
    )
    unnamed = told("refunded", note, kept_money=[kept("30.00")])
    assert [type(e) for e in unnamed.events] == [ce.MoneyTakenFromAccount]


def test_what_is_kept_is_set_off_in_the_order_of_the_invoices():
    """Never more than there is, each currency by itself; what it covers is settled."""
    items = [item("i1", total="20.00"), item("i2", total="50.00"), item("i3", currency="GBP", total="5.00")]
    done = told("set_off", *items, kept_money=[kept("30.00"), kept("9.00", "GBP")], numbers=("a", "b", "c"))
    taken = {"debtor": "d1", "on": TODAY, "reason": "set_off"}
    assert done.events == (
        ce.MoneyTakenFromAccount(**HEAD, **taken, amount=money("20.00"), item="i1"),
        ev.InvoiceSettled(**HEAD, item="i1"),
        ce.MoneyTakenFromAccount(**HEAD, **taken, amount=money("10.00"), item="i2"),
        ce.MoneyTakenFromAccount(**HEAD, **taken, amount=money("5.00", "GBP"), item="i3"),
        ev.InvoiceSettled(**HEAD, item="i3"),
    )
    assert (done.letters[0].code, done.letters[0].words, done.letters[0].items) == (
        "credited",
        "ses mots",
        ("i1", "i2", "i3"),
    )
    gone = [item("i1", total="30.00"), item("i2", total="50.00")]
    one = told("set_off", *gone, kept_money=[kept("30.00")], numbers=("a", "b"))
    assert [e.item for e in one.events] == ["i1", "i1"]


@pytest.mark.parametrize(
    "owed", [item("i1", state=ItemState.REVIEW), item("i1", state=ItemState.SETTLED), item("i1", paid="1000.00")]
)
def test_only_what_is_owed_is_set_off(owed):
    """Neither what is unchecked nor what is paid."""
    done = told("set_off", owed, kept_money=[kept("30.00")], numbers=("a",))
    assert (done.events, done.letters[0].code) == ((), "not_understood")


def test_a_return_takes_from_the_account_what_its_movement_left_there():
    """Of its own references and currency, at most what came back; the reason it was kept for is told."""
    states = account(money=(kept("30.00", reference="m1"), kept("8.00", reference="m2"), kept("5.00", "GBP", "m1")))
    day = date(2026, 3, 9)
    for most, gone in (("100.00", "30.00"), ("12.00", "12.00")):
        assert reversed_on_account(states, ["m1", ""], money(most), day, context()) == (
            ce.MoneyTakenFromAccount(
                **HEAD, debtor="d1", amount=money(gone), on=day, reason="reversed", reference="m1"
            ),
        )
    assert reversed_on_account(states, ["m9"], money("100.00"), day, context()) == ()
    assert reversed_on_account(states, [""], money("100.00"), day, context()) == ()
    put = put_on_account("d1", kept("30.00", reference="m1"), context(), "surplus")
    assert (put.reference, put.evidence, put.because, put.on) == ("m1", "bank", ("surplus",), date(2026, 3, 1))


def corrected(field, value, *, role=Role.OWNER, states=(), **more):
    ledger = Ledger.of([account(), item("i1", **more), *states])
    wanted = Instruction("correct", "w", field=field, value=value)
    return correct(
        ledger, ledger.items["i1"], (wanted,), context(role=role, sender=OWNER if role is Role.OWNER else STAFF)
    )


@pytest.mark.parametrize(
    ("field", "value", "change", "shown"),
    [
        ("number", "B-2", {"number": "B-2"}, ("N-i1", "B-2")),
        ("issue_date", "2026-01-05", {"issue_date": date(2026, 1, 5)}, ("2026-01-02", "2026-01-05")),
        ("due_date", " 2026-03-05 ", {"due_date": date(2026, 3, 5)}, ("2026-02-01", "2026-03-05")),
        ("total", "900.00", {"total": money("900.00")}, ("1000.00 EUR", "900.00 EUR")),
        ("total", "-900.00", {"total": money("900.00")}, ("1000.00 EUR", "900.00 EUR")),
        ("deposit", "-100.00", {"deposit": money("100.00")}, ("0.00 EUR", "100.00 EUR")),
        (
            "currency",
            "gbp",
            {"total": money("1000.00", "GBP"), "deposit": money("0.00", "GBP")},
            ("EUR", "GBP"),
        ),
        ("iban", "BE83 3630 1234 5615", {"iban": OWN}, ("", OWN)),
        ("reference", "commande 12", {"reference": "commande 12"}, ("", "commande 12")),
        ("reference", "+++010/8068/17183+++", {"reference": "010806817183"}, ("", "010806817183")),
    ],
)
def test_a_corrected_field_is_the_invoices_and_both_values_are_shown(field, value, change, shown):
    """The invoice as it was is kept beside it; nothing else changes."""
    done = corrected(field, value)
    event = next(e for e in done.events if isinstance(e, ev.InvoiceCorrected))
    assert event.before == invoice()
    assert event.invoice == replace(invoice(), **change)
    letter = done.letters[0]
    assert (letter.kind, letter.code, letter.items, letter.account) == (LetterKind.CORRECTED, "followed", ("i1",), "d1")
    assert letter.changes == ((field, *shown),)
    assert letter.key == "corrected:i1:mail-1"


def test_a_due_date_told_replaces_the_instalments():
    """One day is one day."""
    parts = (Instalment(date(2026, 4, 1), Decimal(500)), Instalment(date(2026, 5, 1), Decimal(500)))
    done = corrected("due_date", "2026-03-05", instalments=parts)
    assert done.events[0].invoice.instalments == ()


def test_a_credit_notes_sum_stays_below_zero():
    """However it was written."""
    done = corrected("total", "900.00", total="-1000.00", credit_note=True)
    assert done.events[0].invoice.total == money("-900.00")


@pytest.mark.parametrize(
    ("field", "value"),
    [("issue_date", "31.02."), ("total", "beaucoup"), ("iban", NEW), ("iban", "rien"), ("couleur", "bleu")],
)
def test_what_cannot_be_changes_nothing(field, value):
    """No date, no amount, an account that is not the creditor's, a field that there is not."""
    done = corrected(field, value)
    assert done.letters[0].changes == ()
    assert all(e.invoice == e.before for e in done.events if isinstance(e, ev.InvoiceCorrected))


def test_the_currency_of_what_was_paid_stays():
    """Money came in one; another would count it wrongly."""
    assert corrected("currency", "GBP", paid="10.00").letters[0].changes == ()


def test_who_the_debtor_is_told_for_all_his_invoices():
    """A consumer or none; where he gets his post; at which address."""
    kind = corrected("consumer", "true")
    assert kind.events[0] == ev.DebtorKindTold(**HEAD, debtor="d1", consumer=True)
    assert kind.letters[0].changes == (("consumer", "", "yes"),)
    assert corrected("consumer", "false", consumer=True).letters[0].changes == (("consumer", "yes", "no"),)
    post = corrected("postal_address", "Rue Haute 1\n1000 Bruxelles")
    assert post.events[0].address == "Rue Haute 1\n1000 Bruxelles"
    assert post.events[0].told
    assert post.letters[0].changes == (("postal_address", "", "Rue Haute 1, 1000 Bruxelles"),)
    long = corrected("postal_address", "x" * 400)
    assert len(long.events[0].address) == 300
    mail = corrected("debtor_email", "Facture@Client.example")
    assert mail.events[0] == ev.ContactAdded(**HEAD, debtor="d1", address="facture@client.example")
    assert mail.letters[0].changes == (("debtor_email", DEBTOR, "facture@client.example"),)
    assert corrected("debtor_email", "x@acme.example").letters[0].changes == ()


def test_another_buyer_is_another_account():
    """One of that very name when there is one, with the addresses that were told; else a new one."""
    known = account("d2", name="Batiplus SPRL")
    done = corrected("buyer_name", "Batiplus SPRL", states=(known,))
    assert next(e for e in done.events if isinstance(e, ev.InvoiceCorrected)).invoice.debtor == "d2"
    assert done.letters[0].changes == (("buyer_name", "Client et Fils SA", "Batiplus SPRL"),)
    fresh = corrected("buyer_name", "Toiture Delvaux SA")
    opened = next(e for e in fresh.events if isinstance(e, ev.DebtorOpened))
    assert (opened.name, opened.number, opened.country, opened.language) == ("Toiture Delvaux SA", "", "BE", "fr")
    added = [e.address for e in fresh.events if isinstance(e, ev.ContactAdded)]
    assert added in ([], [DEBTOR])


def test_of_an_invoice_off_the_books_only_the_address_changes():
    """What was settled keeps its figures."""
    done = corrected("total", "5.00", state=ItemState.SETTLED)
    assert (done.events, done.letters[0].code, done.letters[0].items) == ((), "nothing_done", ("i1",))
    assert corrected("debtor_email", "n@client.example", state=ItemState.SETTLED).letters[0].changes


def test_what_was_paid_may_be_all_that_is_owed_by_the_corrected_sum():
    """Then it is settled, and told so."""
    done = corrected("total", "400.00", paid="400.00")
    assert done.events[-1] == ev.InvoiceSettled(**HEAD, item="i1")
    assert [x.code for x in done.letters] == ["followed", "settled"]
    assert not [e for e in corrected("total", "400.01", paid="400.00").events if isinstance(e, ev.InvoiceSettled)]


def doubtful(*doubts, **more):
    return replace(item("i1", state=ItemState.REVIEW, **more), doubts=doubts)


def confirmed(stands, role=Role.OWNER, states=()):
    return confirm(Ledger.of([account(), stands, *states]), stands, context(role=role))


@pytest.mark.parametrize(
    ("stands", "left"),
    [
        (doubtful("total"), ()),
        (doubtful("total", total="0.00"), ("total",)),
        (doubtful("number"), ()),
        (doubtful("number", number=""), ("number",)),
        (doubtful("debtor_email", "total"), ("debtor_email",)),
        (doubtful("address_mismatch"), ("address_mismatch",)),
        (doubtful("same_debtor"), ("same_debtor",)),
        (doubtful("due_date"), ()),
        (doubtful("due_date", due=None), ()),
    ],
)
def test_a_plain_ok_ends_the_doubts_where_something_stands(stands, left):
    """Not where nothing was read that could be right."""
    done = confirmed(stands)
    event = next(e for e in done.events if isinstance(e, ev.InvoiceCorrected))
    assert event.doubts == left
    assert done.letters[0].code == ("still_open" if left else "followed")
    asked = [e for e in done.events if isinstance(e, ev.QuestionAsked)]
    assert (done.letters[0].question, done.letters[0].choices) == (
        (asked[0].question, asked[0].choices) if left else ("", ())
    )


def test_the_legal_due_date_is_taken_by_an_ok():
    """Thirty days after its date in Belgium, and shown."""
    done = confirmed(doubtful("due_date", due=None))
    assert done.events[0].invoice.due_date == date(2026, 2, 1)
    assert done.letters[0].changes == (("due_date", "", "2026-02-01"),)


def test_the_open_question_about_it_is_closed_by_words():
    """Of its fields, its debtor or its address; another question stays open."""
    questions = [
        Question(f"q{n}", "acme", topic, ("i1",), (), OWNER, "", NOW)
        for n, topic in enumerate(("fields", "same_debtor", "address_mismatch", "which_invoice"))
    ]
    other = replace(questions[0], id="q9", subjects=("i2",))
    done = confirmed(doubtful("total"), states=(*questions, other))
    closed = [(e.question, e.answer) for e in done.events if isinstance(e, ev.QuestionAnswered)]
    assert closed == [("q0", "words"), ("q1", "words"), ("q2", "words")]


def test_a_lookalike_is_the_same_or_another():
    """The invoice moves to the account that was there, or keeps its own; its address is known there."""
    stands = doubtful("same_debtor", "debtor_email", debtor="d2")
    ledger = Ledger.of([account(), account("d2", name="Client et Filss", contacts=()), stands])
    same = same_debtor(ledger, stands, "d1", same=True, context=context())
    assert (same.events[0].invoice.debtor, same.events[0].doubts) == ("d1", ())
    assert same.letters[0].changes == (("buyer_name", "Client et Filss", "Client et Fils SA"),)
    other = same_debtor(ledger, stands, "d1", same=False, context=context())
    assert (other.events[0].invoice.debtor, other.events[0].doubts) == ("d2", ("debtor_email",))
    gone = same_debtor(ledger, stands, "d9", same=True, context=context())
    assert gone.events[0].invoice.debtor == "d2"
    mute = Ledger.of([account(contacts=()), account("d2", contacts=()), stands])
    assert same_debtor(mute, stands, "d1", same=True, context=context()).events[0].doubts == ("debtor_email",)


def which(answer, topic="which_invoice", detail="paid 1000.00 2026-03-04", items=None):
    found = items or (item("i1"), item("i2", total="605.00"))
    ledger = Ledger.of([account(), *found])
    asked = Question("q1", "acme", topic, ("i1", "i2", "i9"), ("i1", "i2", "all", "none"), OWNER, detail, NOW)
    return answered(ledger, asked, answer, context())


def test_the_answer_to_which_books_what_was_told():
    """The sum, its day and the movement that it was told of; a sum above what is owed means all of it."""
    done = which("i1", detail="paid 1000.00 2026-03-04 bank f1")
    closed, received, settled = done.events
    assert closed == ev.QuestionAnswered(**HEAD, question="q1", answer="i1")
    assert (received.item, received.amount, received.on) == ("i1", money("1000.00"), date(2026, 3, 4))
    assert received.reference == "bank f1"
    assert settled.item == "i1"
    assert [e.amount for e in which("i2").events if isinstance(e, ev.PaymentReceived)] == [money("605.00")]
    assert [e.item for e in which("all", detail="paid - -").events if isinstance(e, ev.InvoiceSettled)] == ["i1", "i2"]
    assert [e.on for e in which("i1+i2", detail="paid").events if isinstance(e, ev.PaymentReceived)] == [TODAY, TODAY]
    part = which("i1", detail="paid 5.00 -")
    assert [e.amount for e in part.events if isinstance(e, ev.PaymentReceived)] == [money("5.00")]


def test_the_answer_to_which_may_be_another_act_or_none():
    """What was ordered happens to the chosen ones alone."""
    done = which("i2", detail="withdraw - -")
    assert done.events[1:] == (ev.InvoiceWithdrawn(**HEAD, item="i2"),)
    for answer in ("none", "i7"):
        nothing = which(answer)
        assert (len(nothing.events), nothing.letters[0].code, nothing.letters[0].items) == (
            1,
            "nothing_done",
            ("i1", "i2"),
        )
    asked = Question("q1", "acme", "which_invoice", ("i9",), ("i9",), OWNER, "paid - -", NOW)
    assert answered(Ledger(), asked, "i9", context()).letters[0].code == "not_understood"


@pytest.mark.parametrize(
    ("answer", "event", "code"),
    [
        (
            "wait",
            ev.FollowUpPaused(**HEAD, subject="i1", until=TODAY + timedelta(days=15), reason="creditor"),
            "paused",
        ),
        ("escalate", ev.InvoiceEscalated(**HEAD, item="i1"), "escalated"),
        ("write_off", ev.InvoiceWrittenOff(**HEAD, item="i1"), "written_off"),
        ("withdraw", ev.InvoiceWithdrawn(**HEAD, item="i1"), "withdrawn"),
    ],
)
def test_after_the_last_statement_the_owner_says_what_is_done(answer, event, code):
    """To what is still open of it."""
    ledger = Ledger.of([account(), item("i1"), item("i2", state=ItemState.SETTLED)])
    asked = Question("q1", "acme", "after_last_statement", ("i1", "i2"), (), OWNER, "", NOW)
    done = answered(ledger, asked, answer, context())
    assert done.events == (ev.QuestionAnswered(**HEAD, question="q1", answer=answer), event)
    assert (done.letters[0].code, done.letters[0].items) == (code, ("i1",))


def test_one_more_statement_is_one_more():
    """Whatever the plan says, as many as it had and one."""
    had = replace(item("i1"), statements=(date(2026, 2, 1), date(2026, 2, 20)))
    asked = Question("q1", "acme", "after_last_statement", ("i1",), (), OWNER, "", NOW)
    done = answered(Ledger.of([account(), had]), asked, "one_more", context())
    assert done.events[1].invoice.plan.statements == 3
    assert (done.events[1].before, done.letters[0].code) == (had.invoice, "one_more")


def chosen(*, question, **more):
    ledger = Ledger.of([account(), item("i1"), item("i2"), item("i3"), question])
    reading = InstructionReading((say("choose", **more),))
    return instructed(ledger, reading, (), question, context())


WHICH = Question(
    "q1", "acme", "which_invoice", ("i1", "i2", "i3"), ("i1", "i2", "i3", "all", "none"), OWNER, "paid - -", NOW
)


@pytest.mark.parametrize(
    ("more", "settles"),
    [
        ({"choice": 2}, ["i2"]),
        ({"choices": (1, 3)}, ["i1", "i3"]),
        ({"choices": (-2,)}, ["i1", "i3"]),
        ({"choices": (-1, -2)}, ["i3"]),
        ({"choice": 4}, ["i1", "i2", "i3"]),
        ({"value": "i3"}, ["i3"]),
        ({"value": "all"}, ["i1", "i2", "i3"]),
        ({"choice": 5}, []),
        ({"field": "which_invoice", "value": "i1+i2"}, ["i1", "i2"]),
    ],
)
def test_an_answer_by_number_means_the_lines_of_its_question(more, settles):
    """Counted from one; below zero all but these; a button says the code."""
    done = chosen(question=WHICH, **more)
    assert [e.item for e in done.events if isinstance(e, ev.InvoiceSettled)] == settles
    assert [e.question for e in done.events if isinstance(e, ev.QuestionAnswered)] == ["q1"]


@pytest.mark.parametrize("more", [{"choice": 6}, {"choices": (1, 4)}, {"choices": (0,)}, {"value": "i9"}, {}])
def test_an_answer_that_was_not_offered_chooses_nothing(more):
    """A number beyond the list, an invoice beside "all", an unknown code."""
    done = chosen(question=WHICH, **more)
    assert (done.events, done.letters[0].code) == ((), "not_understood")


def test_a_closed_question_is_not_answered_again():
    """It is said so."""
    done = chosen(question=replace(WHICH, answer="none"), choice=1)
    assert (done.events, done.letters[0].code) == ((), "question_closed")


def test_orders_rest_and_resume_and_tell():
    """A pause until the day that was told, else fifteen days; a resumption also of the account that is held."""
    held = account(holds=(Hold(HoldKind.PAUSE, None, NOW),))
    ledger = Ledger.of([held, item("i1"), item("i2")])
    items = [ledger.items["i1"]]
    paused = ACTS["pause"](ledger, items, say("pause", until=date(2026, 4, 1), on=date(2026, 5, 1)), context())
    assert paused.events[0].until == date(2026, 4, 1)
    assert ACTS["pause"](ledger, items, say("pause", on=date(2026, 5, 1)), context()).events[0].until == date(
        2026, 5, 1
    )
    plain = ACTS["pause"](ledger, items, say("pause"), context())
    assert (plain.events[0].until, plain.letters[0].on) == (TODAY + timedelta(days=15), TODAY + timedelta(days=15))
    resumed = ACTS["resume"](ledger, items, say("resume"), context())
    assert resumed.events == (ev.FollowUpResumed(**HEAD, subject="i1"), ev.FollowUpResumed(**HEAD, subject="d1"))
    assert (resumed.letters[0].code, resumed.letters[0].words) == ("resumed", "ses mots")
    free = Ledger.of([account(), *items])
    assert len(ACTS["resume"](free, items, say("resume"), context()).events) == 1
    status = ACTS["status"](ledger, items, say("status"), context()).letters[0]
    assert (status.kind, status.key, status.items, status.account, status.words) == (
        LetterKind.STATUS,
        "status:mail-1",
        ("i1",),
        "d1",
        "ses mots",
    )
    moved = ACTS["contact"](ledger, items, say("contact", value="n@client.example"), context())
    assert moved.events[0].address == "n@client.example"
    approved = ACTS["approve"](ledger, items, say("approve"), context())
    assert approved.letters[0].code == "not_understood"


PAYEE, QUESTION = guard.payee_id("acme", NEW), guard.question_id("acme", NEW)


def test_a_new_account_is_kept_and_asked_about_with_all_that_speaks():
    """The state that keeps it, the question, and a letter to every owner at once."""
    done = guard.ask_owner(Ledger(), (guard.Foreign(NEW, "page"),), ("i1",), context(), ("first", "differs"))
    assert done.events == (
        PayeeMet(**HEAD, payee=PAYEE, iban=NEW, place="page", sender=OWNER),
        ev.QuestionAsked(
            **HEAD,
            question=QUESTION,
            topic="new_account",
            subjects=(PAYEE, "i1"),
            choices=("confirm_account", "refuse_account"),
            to=OWNER,
            detail=NEW,
        ),
    )
    (letter,) = done.letters
    assert (letter.kind, letter.code, letter.key) == (LetterKind.QUESTION, "new_account", f"question:{QUESTION}")
    assert (letter.items, letter.question, letter.urgent) == (("i1",), QUESTION, True)
    assert letter.choices == guard.CHOICES
    assert letter.facts == (
        ("iban", NEW),
        ("place", "page"),
        ("sender", OWNER),
        ("known", OWN),
        ("because", "first"),
        ("because", "differs"),
    )
    abroad = guard.ask_owner(Ledger(), (guard.Foreign(OTHER, "xml"),), (), context())
    assert abroad.letters[0].facts[-1] == ("because", "other_country")
    assert not guard.ask_owner(done.after(Ledger()), (guard.Foreign(NEW, "page"),), (), context()).events
    assert not guard.ask_owner(Ledger(), (guard.Foreign(OWN, "page"),), (), context()).events


def waiting_for(standing=PayeeStanding.ASKED, **more):
    """The books while this account waits for the owner's word."""
    met = guard.ask_owner(Ledger(), (guard.Foreign(NEW, "page"),), ("i1",), context()).after(Ledger())
    payee = replace(met.payees[PAYEE], standing=standing)
    held = replace(item("i1", foreign_ibans=(NEW,), iban="", state=ItemState.REVIEW, **more), doubts=("total", "iban"))
    return met.having([account(), held, payee, item("i2")])


@pytest.mark.parametrize(
    ("answer", "kind", "iban", "code"),
    [
        ("confirm_account", PayeeConfirmed, NEW, "account_confirmed"),
        ("refuse_account", PayeeRefused, OWN, "account_refused"),
    ],
)
def test_the_owners_word_rules_the_account(answer, kind, iban, code):
    """What waited for it goes on with it, or with the account known before; every owner is told at once."""
    ledger = waiting_for()
    done = guard.account_answered(ledger, ledger.questions[QUESTION], answer, context())
    closed, ruled, released = done.events
    assert closed == ev.QuestionAnswered(**HEAD, question=QUESTION, answer=answer)
    assert ruled == kind(**HEAD, payee=PAYEE, by=OWNER)
    assert (released.item, released.invoice.iban, released.doubts) == ("i1", iban, ("total",))
    (letter,) = done.letters
    assert (letter.kind, letter.code, letter.items, letter.question) == (
        LetterKind.ACTION_NOTICE,
        code,
        ("i1",),
        QUESTION,
    )
    assert letter.facts == (("iban", NEW), ("sender", OWNER), ("known", OWN))
    assert letter.choices == (guard.CHOICES if kind is PayeeConfirmed else ())
    assert (letter.to, letter.answers, letter.urgent) == ((OWNER,), "mail-1", True)
    assert letter.key == f"notice:{answer}:{QUESTION}:mail-1"
    for wrong in ("yes", ""):
        assert not guard.account_answered(ledger, ledger.questions[QUESTION], wrong, context()).events
    assert not guard.account_answered(Ledger(), ledger.questions[QUESTION], answer, context()).events


def test_an_account_told_in_words_is_asked_back():
    """The invoice waits meanwhile; one that was refused is warned of; one that was asked about is asked again; his own is nothing."""
    ledger = Ledger.of([account(), replace(item("i1"), doubts=("total",))])
    done = guard.account_told(ledger, "BE71 0961 2345 6769", ledger.items["i1"], context())
    noted, met, asked = done.events
    assert (noted.invoice.foreign_ibans, noted.doubts) == ((NEW,), ("total", "iban"))
    assert (noted.item, noted.before) == ("i1", ledger.items["i1"].invoice)
    assert (met.place, asked.subjects) == ("told", (PAYEE, "i1"))
    assert [type(e) for e in guard.account_told(ledger, NEW, None, context()).events] == [PayeeMet, ev.QuestionAsked]
    again = guard.account_told(waiting_for(), NEW, None, context())
    assert not again.events
    (letter,) = again.letters
    assert letter == guard.reminder(waiting_for().questions[QUESTION], context())
    assert letter.facts == (("iban", NEW), ("again", "yes"), ("known", OWN))
    assert (letter.items, letter.key, letter.urgent, letter.choices) == (
        ("i1",),
        f"question:{QUESTION}:mail-1",
        True,
        guard.CHOICES,
    )
    refused = guard.account_told(waiting_for(PayeeStanding.REFUSED), NEW, None, context())
    assert (refused.events, refused.letters[0].code) == ((), "account_refused")
    assert refused.letters[0].key == f"notice:refuse_account:{QUESTION}:mail-1"
    assert refused.letters[0].facts == (("iban", NEW), ("sender", OWNER))
    for nothing in (OWN, "rien"):
        assert not guard.account_told(ledger, nothing, ledger.items["i1"], context()).letters


def test_an_invoice_is_unproved_while_its_account_waits():
    """Confirmed or refused it is ruled; a credit note waits for none."""
    for standing, unproved in (
        (PayeeStanding.ASKED, True),
        (PayeeStanding.REFUSED, False),
    ):
        assert guard.is_unproved(invoice(foreign_ibans=(NEW,)), waiting_for(standing), context()) is unproved
    assert not guard.is_unproved(invoice(foreign_ibans=(OWN,)), Ledger(), context())
    assert guard.is_unproved(invoice(foreign_ibans=(NEW,)), Ledger(), context())
    assert not guard.is_unproved(invoice(foreign_ibans=(NEW,), credit_note=True), Ledger(), context())
    told = guard.waiting(
        waiting_for(PayeeStanding.REFUSED), (guard.Foreign(NEW, ""), guard.Foreign(OTHER, "")), context()
    )
    assert told == (("account_refused", NEW), ("account_asked", OTHER))


def test_an_account_told_beside_a_correction_is_asked_back():
    """By the owner only; the other corrections of his mail are taken."""
    ledger = Ledger.of([account(), item("i1")])
    lines = (
        Instruction("correct", "w", field="iban", value=NEW),
        Instruction("correct", "w", field="number", value="B-2"),
    )
    done = instructed(ledger, InstructionReading(lines), ("i1",), None, context())
    assert any(isinstance(e, PayeeMet) for e in done.events)
    after = done.after(ledger).items["i1"].invoice
    assert (after.number, after.foreign_ibans) == ("B-2", (NEW,))
    staff = instructed(ledger, InstructionReading(lines), ("i1",), None, context(role=Role.STAFF, sender=STAFF))
    assert (staff.events, staff.letters[0].code) == ((), "not_allowed")


@pytest.mark.parametrize(
    ("answer", "code"), [("other_address", "say_address"), ("use_address", "not_understood"), ("x", "not_understood")]
)
def test_an_answer_that_lacks_the_address_asks_for_it(answer, code):
    """Nothing changes until it is told."""
    ledger = Ledger.of([account(), item("i1")])
    asked = Question("q1", "acme", "address_mismatch", ("i1",), (), OWNER, "d2", NOW)
    done = answered(ledger, asked, answer, context())
    assert (done.events, done.letters[0].code) == ((), code)


@pytest.mark.parametrize(
    ("kind", "event", "code"),
    [
        ("withdraw", ev.InvoiceWithdrawn, "withdrawn"),
        ("write_off", ev.InvoiceWrittenOff, "written_off"),
        ("dispute", ev.DisputeRaised, "dispute"),
        ("dispute_settled", ev.DisputeSettled, "dispute_settled"),
    ],
)
def test_an_order_is_done_on_what_is_open_and_told_in_its_words(kind, event, code):
    """What was settled before stays so; where nothing is open it is said so about all."""
    open_, closed = item("i1"), item("i2", state=ItemState.SETTLED)
    done = ACTS[kind](Ledger(), [open_, closed], say(kind), context())
    assert [(type(e), e.item) for e in done.events] == [(event, "i1")]
    letter = done.letters[0]
    assert (letter.code, letter.items, letter.words, letter.account) == (code, ("i1",), "ses mots", "d1")
    nothing = ACTS[kind](Ledger(), [closed], say(kind), context())
    assert (nothing.events, nothing.letters[0].code, nothing.letters[0].items) == ((), "nothing_done", ("i2",))
