"""Claims by account: whose law, which items, what credits and payments do, which reminders cost something."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import events as ev
from agent.domain.claims import (
    Charging,
    account_claims,
    claim_on,
    claims_of,
    consumer_of,
    creditor_claims,
    law_of,
    surcharges,
)
from agent.domain.decide.charges import allocated, claimed_of
from agent.domain.decide.context import Context, Decision
from agent.domain.dunning_plan import DunningPlan
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem, Payment, Statement
from agent.domain.money import Money
from agent.domain.overdue import AfterPayment, ChargeChange, ChargeTerms, PaysFirst
from agent.domain.parties import BookEntry, Creditor, Person, Role
from agent.domain.rates import Rates, packaged

NOW = datetime(2025, 3, 31, 9, 0, tzinfo=UTC)
ON = ChargeTerms(interest=True, indemnity=True)
RATES = Rates(packaged())


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def creditor(terms: ChargeTerms = ON, country: str = "BE") -> Creditor:
    return Creditor("c", "Atelier", (Person("o@x.example", Role.OWNER),), country, charges=terms)


def account(**more: object) -> DebtorAccount:
    return replace(DebtorAccount("d", "c", "Batiplus SA", "BE0663445554", "BE"), **more)


def item(number: str = "1", total: str = "1000.00", due: date | None = date(2025, 1, 31), **more: object) -> OpenItem:
    invoice = Invoice(number, "c", number, date(2025, 1, 1), due, eur(total), eur("0"), debtor="d")
    changes = {k: more.pop(k) for k in list(more) if k in ("credit_note", "issue_date", "consumer")}
    return replace(OpenItem(replace(invoice, **changes), ItemState.FOLLOWED, NOW), **more)


def sent(cycle: int, on: date, *items: str, mentions: tuple[str, ...] = ("be-first-reminder",)) -> Statement:
    return Statement("EUR", cycle, on, "friendly", items, f"m{cycle}", "sent", mentions)


@pytest.mark.parametrize(
    ("of_account", "of_invoice", "number", "found"),
    [
        (None, None, "", None),
        (None, None, "BE1", False),
        (None, False, "", False),
        (None, True, "BE1", True),
        (True, False, "BE1", True),
        (False, None, "", False),
    ],
)
def test_a_consumer_is_one_as_soon_as_anything_says_so(
    of_account: bool | None, of_invoice: bool | None, number: str, found: bool | None
) -> None:
    """A number makes a business, nothing leaves it open."""
    assert consumer_of(item(consumer=of_invoice).invoice, account(consumer=of_account, number=number)) is found


@pytest.mark.parametrize(
    ("named", "debtor", "consumer", "law"),
    [("", "FR", False, "BE"), ("NL", "FR", False, "NL"), ("NL", "FR", True, "FR"), ("", "FR", None, "FR"), ("", "", True, "BE")],
)  # fmt: skip
def test_whose_law_applies(named: str, debtor: str, consumer: bool | None, law: str) -> None:
    """The contract's or the creditor's between businesses, the debtor's towards consumers and the unknown."""
    assert law_of(creditor(), ChargeTerms(law=named), account(country=debtor), consumer=consumer) == law


def test_nothing_is_claimed_on_what_is_not_late_or_no_claim_at_all() -> None:
    """Not due, without a due date, waiting for an answer, withdrawn, or a credit note."""
    on = date(2025, 3, 31)
    others = [
        item("2", due=on),
        item("3", due=None),
        item("4", state=ItemState.REVIEW),
        item("5", state=ItemState.WITHDRAWN),
        item("6", "-50.00", credit_note=True),
    ]
    found = claims_of([item(), *others], account(), Charging(creditor(), RATES), on)
    assert [made.item for made in found] == ["1"]
    assert claims_of([item()], account(), Charging(creditor(ChargeTerms()), RATES), on) == ()


def test_credits_lessen_the_oldest_debt_from_their_day() -> None:
    """A credit note of the account that names no invoice, and money on account."""
    note = item("9", "-400.00", credit_note=True, issue_date=date(2025, 2, 28))
    items = [item("1"), item("2", due=date(2025, 2, 15)), note]
    first, second = claims_of(items, account(), Charging(creditor(), RATES), date(2025, 3, 30))
    assert [(x.balance, x.days) for x in first.claim.lines] == [(Decimal(1000), 28), (Decimal(600), 30)]
    assert [x.balance for x in second.claim.lines] == [Decimal(1000)]
    paid = account(money=(Payment(eur("1000.00"), date(2025, 2, 28), "bank"),))
    (kept, _) = claims_of(items[:2], paid, Charging(creditor(), RATES), date(2025, 3, 30))
    assert [x.days for x in kept.claim.lines] == [28]


def test_the_contact_book_changes_the_terms_of_one_debtor() -> None:
    """By number, or by the very same name; others keep the creditor's."""
    book = (BookEntry("c", "Batiplus SA", charges=ChargeChange(interest=False)),)
    charging = Charging(creditor(), RATES, book)
    (found,) = claims_of([item()], account(), charging, date(2025, 3, 31))
    assert (found.claim.interest, found.claim.indemnity) == (eur("0"), eur("40"))
    (other,) = claims_of([item()], account(name="Other"), charging, date(2025, 3, 31))
    assert other.claim.interest > eur("0")


def test_a_paid_invoices_rest_comes_along_only_where_the_terms_keep_it() -> None:
    """Reckoned through the day on which it was paid; the sheet does not count it."""
    paid = item(state=ItemState.SETTLED, payments=(Payment(eur("1000.00"), date(2025, 3, 2), "bank"),))
    dropped = Charging(creditor(), RATES)
    kept = Charging(creditor(replace(ON, after_payment=AfterPayment.KEEP)), RATES)
    assert claims_of([paid], account(), dropped, date(2025, 6, 1)) == ()
    (found,) = claims_of([paid], account(), kept, date(2025, 6, 1))
    assert (found.due, found.settled) == (eur("49.45"), True)
    assert surcharges([found]) == {}
    same = claim_on(paid, account(), [paid], dropped, date(2025, 6, 1))
    assert same is not None
    assert same.due == found.due


def test_what_is_kept_comes_along_in_its_own_currency_only() -> None:
    """A statement is in one currency."""
    paid = item(state=ItemState.SETTLED, payments=(Payment(eur("1000.00"), date(2025, 3, 2), "bank"),))
    dollars = item("2")
    dollars = replace(dollars, invoice=replace(dollars.invoice, total=Money.of("9", "USD"), deposit=Money.zero("USD")))
    kept = Charging(creditor(replace(ON, after_payment=AfterPayment.KEEP)), RATES)
    found = claims_of([paid, dollars], account(), kept, date(2025, 6, 1), {"2"})
    assert [made.item for made in found] == ["2"]


def test_only_a_statement_that_carried_the_mentions_starts_a_consumers_wait() -> None:
    """One from before, or to another item, starts nothing."""
    terms = replace(ON, agreed_with_consumers=True, contract_indemnity=Decimal(10))
    consumer = account(consumer=True, number="")
    bare = replace(consumer, statements=(sent(1, date(2025, 3, 1), "1", mentions=()), sent(2, date(2025, 3, 1), "2")))
    (found,) = account_claims([item()], bare, Charging(creditor(terms), RATES), date(2025, 6, 1))
    assert {why.code for why in found.claim.reasons} == {"no_free_reminder"}
    told = replace(consumer, statements=(sent(1, date(2025, 3, 1), "1"),))
    (found,) = account_claims([item()], told, Charging(creditor(terms), RATES), date(2025, 3, 16))
    assert found.claim.indemnity == eur("90.00")


def test_each_further_statement_costs_once_and_regular_supplies_have_three_free_due_dates() -> None:
    """However many invoices it lists."""
    terms = ChargeTerms(reminder_cost=Decimal("7.50"), agreed_with_consumers=True)
    days = [date(2025, month, 28) for month in (1, 2, 3, 4)]
    items = [item(str(n), "100.00", due=day) for n, day in enumerate(days, 1)]
    statements = (
        sent(1, date(2025, 2, 10), "1"),
        sent(2, date(2025, 3, 10), "1", "2"),
        sent(3, date(2025, 5, 10), "1", "2", "3", "4"),
        sent(4, date(2025, 6, 10), "4"),
    )
    consumer = account(consumer=True, number="", statements=statements)
    on = date(2025, 6, 20)
    found = {x.item: x.claim.reminders for x in account_claims(items, consumer, Charging(creditor(terms), RATES), on)}
    assert found == {"1": eur("15.00"), "2": eur("0.00"), "3": eur("0.00"), "4": eur("7.50")}
    regular = Charging(creditor(replace(terms, recurring=True)), RATES)
    found = {x.item: x.claim.reminders for x in account_claims(items, consumer, regular, on)}
    assert found == {"1": eur("0.00"), "2": eur("0.00"), "3": eur("0.00"), "4": eur("7.50")}


def context(terms: ChargeTerms) -> Context:
    own = creditor(terms)
    return Context(NOW, NOW.date(), "m", own, DunningPlan(), charging=Charging(own, RATES))


def received(amount: str, on: date, evidence: str = "bank") -> ev.PaymentReceived:
    return ev.PaymentReceived(at=NOW, source="m", creditor="c", item="1", amount=eur(amount), on=on, evidence=evidence)


def settled() -> ev.InvoiceSettled:
    return ev.InvoiceSettled(at=NOW, source="m", creditor="c", item="1")


def test_interest_first_keeps_an_invoice_open_that_a_bank_movement_seemed_to_settle() -> None:
    """The word of the creditor's people settles it."""
    ledger = Ledger.of((item(), account()))
    first = context(replace(ON, pays_first=PaysFirst.INTEREST))
    by_bank = allocated(Decision((received("1000.00", date(2025, 3, 2)), settled())), ledger, first).after(ledger)
    assert (by_bank.items["1"].state, by_bank.items["1"].balance) == (ItemState.FOLLOWED, eur("49.45"))
    assert by_bank.items["1"].paid == eur("950.55")
    by_word = allocated(Decision((received("1000.00", date(2025, 3, 2), "owner"), settled())), ledger, first).after(
        ledger
    )
    assert (by_word.items["1"].state, by_word.items["1"].balance) == (ItemState.SETTLED, eur("0"))
    told_part = allocated(Decision((received("500.00", date(2025, 3, 2), "owner"),)), ledger, first).after(ledger)
    assert told_part.items["1"].balance == eur("549.45")


def test_with_the_principal_first_or_no_terms_a_decision_stays_as_it_is() -> None:
    """Nothing is added where nothing counts for charges."""
    ledger = Ledger.of((item(), account()))
    decision = Decision((received("400.00", date(2025, 3, 2)),))
    for terms in (ON, ChargeTerms()):
        assert allocated(decision, ledger, context(terms)) is decision
    assert allocated(Decision(), ledger, context(ON)) == Decision()


def test_only_charges_that_the_debtor_was_shown_take_money_beyond_the_invoice() -> None:
    """No statement, no charge."""
    shown = item(statements=(date(2025, 2, 20),))
    assert claimed_of(item(), account(), date(2025, 3, 2), context(ON)) == 0
    assert claimed_of(shown, account(), date(2025, 2, 1), context(ON)) == 0
    assert claimed_of(shown, account(), date(2025, 3, 2), context(ON)) == Decimal("49.45")


MOVES = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200_000)), min_size=1, max_size=4)


@given(MOVES, st.permutations(range(4)), st.sampled_from(PaysFirst))
def test_the_order_in_which_payments_are_told_does_not_matter(
    moves: list[tuple[int, int]], order: list[int], first: PaysFirst
) -> None:
    """Balance and charges are the same in the end, and no cent of the money is lost."""
    events = [received(str(Decimal(c).scaleb(-2)), date(2025, 1, 1) + timedelta(days=d)) for d, c in moves]
    shuffled = [events[i] for i in order if i < len(events)]
    outcomes = []
    for told in (events, shuffled):
        ledger = Ledger.of((item(), account()))
        for event in told:
            ledger = allocated(Decision((event,)), ledger, context(replace(ON, pays_first=first))).after(ledger)
        outcomes.append(ledger.items["1"])
    one, other = outcomes
    assert (one.balance, one.charges) == (other.balance, other.charges)
    charged = Money.total((p.amount for p in one.charges), "EUR")
    assert one.paid + charged == Money.total((p.amount for p in one.payments), "EUR")
    assert charged.amount >= 0


def test_creditor_claims_go_account_by_account() -> None:
    """An account that is not known is passed over."""
    strange = replace(item("2"), invoice=replace(item("2").invoice, debtor="x"))
    found = list(creditor_claims([item(), strange], {"d": account()}, Charging(creditor(), RATES), date(2025, 3, 31)))
    assert [made.item for made in found] == ["1"]
    assert surcharges(found) == {"1": found[0].due}
