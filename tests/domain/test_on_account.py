"""Money of a debtor that belongs to no invoice: kept, paid back and set off when the creditor says so, never more than there is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain.decide.on_account import money_told
from agent.domain.findings import Instruction
from agent.domain.ledger import ItemState, Ledger, Payment
from tests.builders import TODAY, account, context, item, money


def kept(*amounts):
    """The account with this money on it."""
    return account(money=tuple(Payment(amount, TODAY, "owner") for amount in amounts))


def told(kind, amount=None, numbers=(), accounts=("d1",), on=None):
    return Instruction(kind, "his words", amount=amount and Decimal(amount), numbers=numbers, accounts=accounts, on=on)


def after(books, instruction, items=()):
    """What the creditor is told, what is on the account, and the books."""
    made = money_told(books, instruction, items, context())
    now = made.after(books)
    return [letter.code for letter in made.letters], str(now.accounts["d1"].on_account("EUR")), now


def test_money_is_put_on_the_account_of_whom_it_is():
    """By his name or by an invoice of his, in the currency of his invoices."""
    books = Ledger.of([account(), item()])
    assert after(books, told("on_account", "50.00"))[:2] == (["on_account"], "50.00 EUR")
    assert after(books, told("on_account", "50.00", accounts=()), [item()])[1] == "50.00 EUR"
    dollars = Ledger.of([account(), item(currency="USD")])
    assert str(after(dollars, told("on_account", "50.00"))[2].accounts["d1"].on_account("USD")) == "50.00 USD"
    mixed = Ledger.of([account(), item(currency="USD"), item("i2")])
    assert after(mixed, told("on_account", "50.00"))[1] == "50.00 EUR"


@pytest.mark.parametrize(
    ("instruction", "items"),
    [
        (told("on_account"), ()),
        (told("on_account", "0"), ()),
        (told("on_account", "-5"), ()),
        (told("on_account", "5", accounts=("d1", "d2")), ()),
        (told("on_account", "5", accounts=("gone",)), ()),
        (told("on_account", "5", accounts=()), ()),
        (told("on_account", "5", accounts=()), [item(), item("i2", debtor="d2")]),
        (told("refunded"), ()),
        (told("set_off", numbers=("N-i1",)), [item()]),
    ],
)
def test_what_hits_nothing_is_refused_in_words(instruction, items):
    """No sum, nobody or several who may be meant, nothing on the account."""
    books = Ledger.of([account(), account("d2"), item()])
    assert after(books, instruction, items)[:2] == (["not_understood"], "0.00 EUR")


@pytest.mark.parametrize(("amount", "left"), [(None, "0.00 EUR"), ("30.00", "50.00 EUR"), ("500.00", "0.00 EUR")])
def test_what_is_paid_back_leaves_the_account(amount, left):
    """The sum that is named, or all of it; never more than there is."""
    assert after(Ledger.of([kept(money("80.00"))]), told("refunded", amount))[:2] == (["credit_refunded"], left)


def test_a_credit_note_that_is_paid_back_is_settled():
    """The one that is named, and the account keeps what it has."""
    note = item(total="-100.00", credit_note=True)
    codes, left, now = after(Ledger.of([kept(money("80.00")), note]), told("refunded", numbers=("N-i1",)), [note])
    assert (codes, left) == (["credit_refunded"], "80.00 EUR")
    assert (now.items["i1"].state, now.items["i1"].balance) == (ItemState.SETTLED, money("0.00"))


def test_money_on_account_pays_the_invoices_that_are_named_until_it_is_spent():
    """One in full, the next in part, the third not at all; one of another currency is not paid with it."""
    bills = [item(f"i{n}", total="100.00") for n in (1, 2, 3)] + [item("i4", currency="USD")]
    wanted = told("set_off", numbers=tuple(b.invoice.number for b in bills))
    codes, left, now = after(Ledger.of([kept(money("150.00")), *bills]), wanted, bills)
    assert (codes, left) == (["credited"], "0.00 EUR")
    assert [str(now.items[b.id].balance.amount) for b in bills] == ["0.00", "50.00", "100.00", "1000.00"]
    assert [now.items[b.id].state for b in bills[:2]] == [ItemState.SETTLED, ItemState.FOLLOWED]


def test_without_a_number_nothing_is_set_off():
    """Which invoice is paid is the creditor's word; what is settled needs no money."""
    bill = item()
    books = Ledger.of([kept(money("50.00")), bill])
    assert after(books, told("set_off"), [bill])[:2] == (["not_understood"], "50.00 EUR")
    settled = replace(bill, state=ItemState.SETTLED)
    assert after(books, told("set_off", numbers=("N-i1",)), [settled])[1] == "50.00 EUR"


def test_the_day_is_the_one_that_was_told():
    """Today when none was."""
    day = date(2026, 2, 20)
    for on, seen in ((day, day), (None, TODAY)):
        now = after(Ledger.of([account()]), told("on_account", "5", on=on))[2]
        assert now.accounts["d1"].money[0].on == seen
