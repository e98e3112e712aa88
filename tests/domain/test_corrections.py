"""What a creditor's correction changes, what it leaves, and what it shows him."""

from dataclasses import replace
from datetime import date

import pytest

from agent.domain import events as ev
from agent.domain.decide.corrections import confirm, correct, same_debtor, use_address
from agent.domain.findings import Instruction
from agent.domain.ledger import ItemState, Ledger, Question
from agent.domain.parties import Contact, Role
from tests.builders import CREDITOR, DEBTOR, NOW, account, context, item, money

REVIEW = item(state=ItemState.REVIEW, number="2026-118", reference="", iban="")
ACCOUNT = account(contacts=(Contact(DEBTOR),))
LEDGER = Ledger.of([ACCOUNT, REVIEW])


def told(field, value):
    return Instruction("correct", value, field=field, value=value)


def corrected(field, value, what=REVIEW, ledger=None, **more):
    """The decision, and the item after it."""
    books = ledger or Ledger.of([ACCOUNT, what])
    made = correct(books, what, [told(field, value)], context(**more))
    return made, made.after(books).items[what.id]


@pytest.mark.parametrize(
    ("field", "value", "shown", "now"),
    [
        ("number", "2026-119", ("number", "2026-118", "2026-119"), {"number": "2026-119"}),
        ("issue_date", "2026-01-05", ("issue_date", "2026-01-02", "2026-01-05"), {"issue_date": date(2026, 1, 5)}),
        ("due_date", "2026-03-15", ("due_date", "2026-02-01", "2026-03-15"), {"due_date": date(2026, 3, 15)}),
        ("total", "1210.00", ("total", "1000.00 EUR", "1210.00 EUR"), {"total": money("1210.00")}),
        ("total", "-1210.00", ("total", "1000.00 EUR", "1210.00 EUR"), {"total": money("1210.00")}),
        ("deposit", "200", ("deposit", "0.00 EUR", "200.00 EUR"), {"deposit": money("200")}),
        ("currency", "usd", ("currency", "EUR", "USD"), {"total": money("1000.00", "USD")}),
        ("reference", "+++090/9337/55493+++", ("reference", "", "090933755493"), {"reference": "090933755493"}),
        ("reference", "F-118", ("reference", "", "F-118"), {"reference": "F-118"}),
        ("iban", "BE83 3630 1234 5615", ("iban", "", "BE83363012345615"), {"iban": "BE83363012345615"}),
        ("consumer", "true", ("consumer", "", "yes"), {"consumer": True}),
        ("consumer", "false", ("consumer", "", "no"), {"consumer": False}),
    ],
)
def test_a_corrected_field_is_shown_as_it_was_and_as_it_is(field, value, shown, now):
    """One line of the answer, and the invoice as the creditor says."""
    made, after = corrected(field, value)
    assert made.letters[0].changes == (shown,)
    assert {name: getattr(after.invoice, name) for name in now} == now


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due_date", "soon"),
        ("issue_date", "2026-02-30"),
        ("total", "much"),
        ("total", "NaN"),
        ("iban", "BE68 5390 0754 7034"),
        ("iban", "no account"),
        ("debtor_email", "anne@acme.example"),
        ("colour", "red"),
    ],
)
def test_a_value_that_cannot_be_is_left(field, value):
    """No date, no amount, an account that is not the creditor's, an address of his own people: nothing of the invoice changes."""
    made, after = corrected(field, value)
    assert made.letters[0].changes == ()
    assert after.invoice == REVIEW.invoice


def test_a_credit_note_stays_one():
    """Its total is below zero however it is written."""
    note = item(total="-100.00", credit_note=True)
    assert corrected("total", "120.00", note)[1].invoice.total == money("-120.00")


def test_an_invoice_that_was_paid_on_keeps_its_currency():
    """The payments are in it."""
    paid = item(paid="10.00")
    assert corrected("currency", "USD", paid)[1].invoice == paid.invoice


def test_what_is_paid_already_may_be_all_that_is_owed_now():
    """The corrected amount settles it at once, and the creditor hears both."""
    made, after = corrected("total", "400.00", item(paid="400.00"))
    assert after.state is ItemState.SETTLED
    assert [letter.code for letter in made.letters] == ["followed", "settled"]
    assert corrected("total", "400.01", item(paid="400.00"))[1].state is ItemState.FOLLOWED


def test_off_the_books_only_the_address_changes():
    """Other corrections of an invoice that is settled do nothing, and say so."""
    settled = item(state=ItemState.SETTLED, paid="1000.00")
    made, after = corrected("total", "5.00", settled)
    assert ([letter.code for letter in made.letters], made.events) == (["nothing_done"], ())
    assert after == settled
    made, _ = corrected("debtor_email", "new@client.example", settled)
    assert made.letters[0].changes == (("debtor_email", DEBTOR, "new@client.example"),)


def test_a_new_address_is_the_debtors_from_now_on():
    """In small letters; the doubt about it ends."""
    doubtful = replace(REVIEW, doubts=("debtor_email",))
    made, after = corrected("debtor_email", "New@Client.example", doubtful)
    books = made.after(Ledger.of([ACCOUNT, doubtful]))
    assert books.accounts["d1"].contact.address == "new@client.example"
    assert (after.doubts, after.state) == ((), ItemState.FOLLOWED)
    assert (
        use_address(LEDGER, REVIEW, "new@client.example", context()).events
        == corrected("debtor_email", "new@client.example")[0].events
    )


def test_an_address_that_complained_is_taken_from_the_owner_alone():
    """Staff cannot have somebody written to again who called our mail spam."""
    spoken = replace(ACCOUNT, contacts=(Contact("old@client.example", failed="complaint"),))
    books = Ledger.of([spoken, REVIEW])
    assert corrected("debtor_email", "old@client.example", ledger=books, role=Role.STAFF)[0].letters[0].changes == ()
    assert corrected("debtor_email", "old@client.example", ledger=books)[0].letters[0].changes


def test_where_he_gets_his_post_is_told_by_the_creditor():
    """It outranks what his invoices say; without an account there is nobody to tell it of."""
    made, _ = corrected("postal_address", "Rue A 1\n4000 Liège")
    after = made.after(LEDGER).accounts["d1"].postal
    assert (after.told, list(after.lines)) == (True, ["Rue A 1", "4000 Liège"])
    nobody = item(debtor="")
    for field, value in (("postal_address", "Rue A 1"), ("debtor_email", "x@y.example")):
        assert correct(Ledger.of([nobody]), nobody, [told(field, value)], context()).letters[0].changes == ()


def test_another_name_is_another_debtor():
    """His invoice moves to the account of that name, with the address that was told."""
    made, after = corrected("buyer_name", "Moulin Vert SRL")
    books = made.after(LEDGER)
    assert after.invoice.debtor != "d1"
    assert books.accounts[after.invoice.debtor].name == "Moulin Vert SRL"
    assert made.letters[0].changes == (("buyer_name", "Client et Fils SA", "Moulin Vert SRL"),)


def test_several_corrections_are_one_answer():
    """In the order in which they were written; one that cannot be hides no other one."""
    wanted = [told("total", "5.00"), told("due_date", "never"), told("number", "9")]
    made = correct(LEDGER, REVIEW, wanted, context())
    assert [change[0] for change in made.letters[0].changes] == ["total", "number"]


def test_a_plain_ok_ends_the_doubts_about_what_stands_there():
    """The legal due date that was proposed is taken by it; an account is confirmed by the owner alone."""
    doubtful = replace(item(state=ItemState.REVIEW, due=None), doubts=("due_date", "total", "iban", "address_mismatch"))
    books = Ledger.of([ACCOUNT, doubtful])
    made = confirm(books, doubtful, context())
    after = made.after(books).items["i1"]
    assert after.invoice.due_date is not None
    assert made.letters[0].changes == (("due_date", "", after.invoice.due_date.isoformat()),)
    assert (after.doubts, after.state) == (("address_mismatch",), ItemState.REVIEW)
    assert made.letters[0].code == "still_open"
    by_staff = confirm(books, doubtful, context(role=Role.STAFF)).after(books).items["i1"]
    assert set(by_staff.doubts) == {"iban", "address_mismatch"}


def test_an_answered_lookalike_is_one_debtor_or_two():
    """The invoice moves to the account that was there, or keeps its own; the question is closed either way."""
    other = account("d2", name="Client & Fils", contacts=(Contact("other@client.example"),))
    doubtful = replace(REVIEW, doubts=("same_debtor", "debtor_email"))
    asked = Question("q1", CREDITOR.id, "same_debtor", ("i1",), ("same", "different"), "", "d2", NOW)
    books = Ledger.of([ACCOUNT, other, doubtful, asked])
    same = same_debtor(books, doubtful, "d2", same=True, context=context())
    moved = same.after(books)
    assert (moved.items["i1"].invoice.debtor, moved.items["i1"].doubts) == ("d2", ())
    assert same.letters[0].changes == (("buyer_name", "Client et Fils SA", "Client & Fils"),)
    assert not moved.questions["q1"].is_open
    for lookalike, yes in (("d2", False), ("gone", True)):
        kept = same_debtor(books, doubtful, lookalike, same=yes, context=context()).after(books).items["i1"]
        assert (kept.invoice.debtor, kept.doubts) == ("d1", ("debtor_email",))
    assert any(isinstance(e, ev.QuestionAnswered) for e in same.events)
