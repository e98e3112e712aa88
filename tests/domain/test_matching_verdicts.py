"""The verdict on a movement, its reason, and what is proposed where a person must say: the likeliest first."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.domain.invoices import Discount
from agent.domain.ledger import ItemState, Payment
from agent.domain.matching import Allocation, BookItem, Decision, EarlyDiscount, Effect, book_item
from agent.domain.matching.from_ledger import book_debtor, movement_of, payment_reference, receipts_of
from agent.domain.matching.terms import Scope, of_account, of_item
from agent.domain.states import KnownPayer
from tests import builders
from tests.builders import account, money
from tests.domain.test_matching import KNOWN, TODAY, judged, pay

AUBIER, ELST, ZWAAN, GRUEN = (
    "Menuiserie Aubier SRL",
    "Van der Elst & Zonen BV",
    "Brouwerij Zwaan",
    "Gärtnerei Grünwald GmbH",
)


@pytest.mark.parametrize(
    ("amount", "text", "name", "code", "candidates"),
    [
        ("200.00", "CN27-0004", AUBIER, "credit_note", "i9 i2+i9 i1 i2"),
        # the discount of 2 % is 16.24: two cents more or less are its rounding, not three
        ("795.76", "A27-0130", "Nobody SA", "discount", "i3"),
        ("795.79", "A27-0130", ELST, "charges", "i3"),
        ("811.95", "A27-0130", "Nobody SA", "rounding", "i3"),
        ("812.05", "A27-0130", "Nobody SA", "rounding", "i3"),
        ("811.94", "A27-0130", ELST, "charges", "i3"),
        ("449.60", "A27-0118", AUBIER, "credit_note", "i1+i9 i1"),
        ("230.40", "A27-0121 escompte deduit", AUBIER, "deduction", "i2 i1"),
        ("1185.80", "A27-0140", ZWAAN, "late_discount", "i5"),
        ("1185.82", "A27-0140", ZWAAN, "late_discount", "i5"),
        ("1185.83", "A27-0140", ZWAAN, "charges", "i5"),
        ("1205.00", "A27-0140", ZWAAN, "charges", "i5"),
        ("97.13", "A27-0130", ELST, "other_item", "i3 i4"),
        ("100.00", "A27-0130 et B99-777", ELST, "strange_number", "i3"),
        ("100.00", "A27-0130", "Nobody SA", "part", "i3"),
        ("900.00", "A27-0130", "Nobody SA", "overpaid", "i3"),
        ("909.13", "A27-0130", ELST, "overpaid", "i3+i4 i3"),
        ("1700.00", "A27-0130", ELST, "overpaid", "i3"),
        ("1624.00", "A27-0130", ELST, "overpaid", "i3"),
        ("75.00", "A27-0160", "Lake Trading Ltd", "currency", "i10"),
        ("640.00", "A27-0150 A27-0151", GRUEN, "sum", "i7+i8 i7 i8"),
        ("301.00", "A27-0099", ZWAAN, "old_reference", "i5"),
        ("1400.00", "A27-0099 A27-0140", ZWAAN, "already_paid", "i5"),
        ("640.00", "", GRUEN, "unnamed", "i8 i7"),
        ("640.00", "facture de mars", GRUEN, "month", "i8 i7"),
        ("699.99", "solde", AUBIER, "unnamed", ""),
        ("250.40", "010806817183 A27-0121", AUBIER, "contradiction", "i1+i2 i2 i1"),
        ("640.00", "A27-0130", GRUEN, "other_item", "i3 i8 i7"),
        ("640.00", "loyer mars", "Stripe", "elsewhere", "i8 i7"),
        ("640.00", "SumUp payout", "SumUp", "collected", "i8 i7"),
        ("250.40", "B99-777", "", "strange_number", "i2"),
        ("55.55", "X27-0121", AUBIER, "strange_number", "i2 i1"),
        ("100.00", "acompte", AUBIER, "part", "i1 i2"),
        ("600.00", "A27-0118 550,00 A27-0121 50,00", AUBIER, "shares", "i1+i2"),
        ("600.00", "A27-0118 500,00 A27-0121 100,00", "Nobody", "shares", "i1+i2"),
        ("1562.40", "A27-0118 - A27-0130", AUBIER, "sum", "i1+i3"),
        ("737.53", "A27-0121 a 0131", AUBIER, "sum", "i2+i4"),
    ],
)
def test_what_is_asked_and_proposed(amount, text, name, code, candidates):
    """The reason leads the question, and what was named stands before what merely fits."""
    verdict = judged(pay(amount, text, name))
    assert verdict.decision is Decision.ASK
    assert [r.code for r in verdict.reasons] == [code]
    assert " ".join("+".join(c) for c in verdict.candidates) == candidates
    assert not verdict.allocations
    assert verdict.reasons[0].words[-1].islower(), "a phrase for people"


@pytest.mark.parametrize("more", [{"reversal": True}, {"return_reason": "AC04"}])
def test_money_of_ours_that_came_back_is_asked_about(more):
    """It looks like a payment and is none."""
    verdict = judged(pay("640.00", "", GRUEN, **more))
    assert [r.code for r in verdict.reasons] == ["returned_credit"]


@pytest.mark.parametrize(
    ("amount", "text", "name", "code", "parts", "surplus"),
    [
        ("795.76", "A27-0130", ELST, "discount", "i3 795.76 paid", "0"),
        ("795.78", "A27-0130", ELST, "discount", "i3 795.78 paid", "0"),
        ("812.03", "A27-0130", ELST, "rounding", "i3 812.03 paid", "0"),
        ("811.95", "A27-0130", ELST, "rounding", "i3 811.95 paid", "0"),
        ("1205.00", "A27-0140 acompte", ZWAAN, "part", "i5 1205.00 partial", "0"),
        ("100.00", "A27-0130", ELST, "part", "i3 100.00 partial", "0"),
        ("900.00", "A27-0130", ELST, "overpaid", "i3 812.00 paid", "88.00"),
        ("1280.00", "A27-0150 A27-0151", GRUEN, "number", "i7 640.00 paid|i8 640.00 paid", "0"),
        ("1510.00", "A27-0099 A27-0140", ZWAAN, "paid_twice", "i5 1210.00 paid", "300.00"),
        ("1210.00", "A27-0099 A27-0140", ZWAAN, "number", "i5 1210.00 paid", "0"),
        ("640.00", "facture de janvier", GRUEN, "month", "i8 640.00 paid", "0"),
        ("750.40", "010806817183 A27-0121", AUBIER, "reference", "i1 500.00 paid|i2 250.40 paid", "0"),
        ("812.00", "A27-0130", GRUEN, "number", "i3 812.00 paid", "0"),
        ("250.40", "A27-0122", AUBIER, "number_slip", "i2 250.40 paid", "0"),
        ("600.00", "A27-0118 500,00 A27-0121 100,00", AUBIER, "shares", "i1 500.00 paid|i2 100.00 partial", "0"),
        ("909.13", "A27-0130 au A27-0131", ELST, "number", "i3 812.00 paid|i4 97.13 paid", "0"),
    ],
)
def test_what_is_booked_and_why(amount, text, name, code, parts, surplus):
    """Each item gets its part to the cent, and what is over is told."""
    verdict = judged(pay(amount, text, name))
    assert [r.code for r in verdict.reasons] == [code]
    assert "|".join(f"{a.item} {a.amount} {a.effect.value}" for a in verdict.allocations) == parts
    assert verdict.surplus == Decimal(surplus)
    assert verdict.decision is (Decision.PARTIAL if "partial" in parts else Decision.PAID)


@pytest.mark.parametrize(
    ("text", "code", "parts"),
    [
        ("", "amount", [("i2", "250.40")]),
        ("solde de tout compte", "whole_account", [("i1", "500.00"), ("i2", "250.40"), ("i9", "-50.40")]),
    ],
)
def test_a_known_account_alone_may_tell(text, code, parts):
    """One invoice that its amount fits, or all that it owes when the text says so."""
    verdict = judged(pay("700.00" if text else "250.40", text, AUBIER, KNOWN))
    assert [r.code for r in verdict.reasons] == [code]
    assert [(a.item, str(a.amount)) for a in verdict.allocations] == parts


@pytest.mark.parametrize(
    ("amount", "text", "code", "named"),
    [
        ("300.00", "A27-0099", "paid_twice", ("i6",)),
        ("55.55", "B99-777", "strange_number", ()),
        ("500.00", "Aubier Location loyer", "sister_company", ()),
        ("12.00", "cotisation", "elsewhere", ()),
    ],
)
def test_what_concerns_nothing_says_why(amount, text, code, named):
    """Nothing is booked and nothing asked; a settled invoice that is paid again is named."""
    verdict = judged(pay(amount, text, ZWAAN if named else ""))
    assert (verdict.decision, verdict.named, verdict.candidates) == (Decision.NOTHING, named, ())
    assert [r.code for r in verdict.reasons] == [code]


def owed(id_="i1", **more):
    return builders.item(id_, **more)


def test_an_item_of_the_ledger_is_matched_by_what_is_open():
    """What is paid counts off; nothing is open of what is settled or withdrawn, and the last two are closed for good."""
    made = owed(number="2026-1", paid="400.00", reference="RF18539007547034")
    assert book_item(made) == BookItem(
        "i1",
        "d1",
        "2026-1",
        made.invoice.issue_date,
        "EUR",
        Decimal("1000.00"),
        Decimal("600.00"),
        references=("RF18539007547034",),
    )
    for state, closed in (
        (ItemState.SETTLED, False),
        (ItemState.WITHDRAWN, True),
        (ItemState.WRITTEN_OFF, True),
    ):
        shut = book_item(owed(state=state))
        assert (shut.open, shut.closed) == (Decimal(0), closed)
    assert book_item(owed(reference="commande 12")).references == ()


@pytest.mark.parametrize(
    ("discounts", "found"),
    [
        ((), None),
        ((Discount(TODAY, percent=Decimal(2)),), EarlyDiscount(Decimal(2), TODAY)),
        (
            (Discount(TODAY.replace(day=1), percent=Decimal(3)), Discount(TODAY, percent=Decimal(2))),
            EarlyDiscount(Decimal(2), TODAY),
        ),
        ((Discount(TODAY, Decimal("980.00")),), EarlyDiscount(Decimal(2), TODAY)),
        ((Discount(TODAY, Decimal("1000.00")),), None),
        ((Discount(TODAY, Decimal("0.00")),), None),
        ((Discount(TODAY),), None),
        ((Discount(TODAY, Decimal("999.00")),), EarlyDiscount(Decimal("0.1"), TODAY)),
    ],
)
def test_the_discount_that_can_be_taken_longest_counts(discounts, found):
    """As a share of the total, whether it was printed in percent or as what is then to be paid."""
    assert book_item(owed(discounts=discounts)).discount == found


def test_a_credit_note_has_no_discount():
    """Nobody pays it early."""
    note = owed(total="-100.00", credit_note=True, discounts=(Discount(TODAY, percent=Decimal(2)),))
    assert book_item(note).discount is None


def bank(amount, reference, **more):
    return Payment(money(amount), TODAY, "bank", reference, **more)


def test_a_movement_is_found_again_behind_its_payments():
    """Sum, day and text as the bank showed them; a movement over two invoices is one receipt; a word of the owner is none."""
    line = "bank f1 amount=700.00 e2e=E1"

    one = replace(
        owed("i1"),
        payments=(bank("400.00", line, payer="P", iban=KNOWN, words="w"), Payment(money("5.00"), TODAY, "owner")),
    )
    two = replace(owed("i2"), payments=(bank("300.00", line),))
    back = replace(owed("i3"), payments=(bank("-50.00", "bank f2 amount=-50.00"),))
    first, second = receipts_of([back, two, one])
    assert first.entry == movement_of(one.payments[0])
    assert (first.entry.amount, first.entry.fingerprint, first.entry.end_to_end) == (Decimal("700.00"), "f1", "E1")
    assert (first.entry.counterparty_name, first.entry.counterparty_iban, first.entry.remittance) == ("P", KNOWN, "w")
    assert first.allocations == (
        Allocation("i1", Decimal("400.00"), Effect.PAID),
        Allocation("i2", Decimal("300.00"), Effect.PAID),
    )
    assert second.allocations == (Allocation("i3", Decimal("50.00"), Effect.REOPEN),)
    assert [r.entry.fingerprint for r in receipts_of([one, back], {"bank f2 amount=-50.00"})] == ["f2"]


@pytest.mark.parametrize(
    ("reference", "amount", "iban", "fingerprint"),
    [
        ("bank f1 amount=700.00 e2e=E1", "700.00", "", "f1"),
        ("bank f1", "12.00", "", "f1"),
        ("bank - amount=7", "7", "", ""),
        ("bank f1 amount=-7.5 iban=BE71096123456769", "-7.5", "BE71096123456769", "f1"),
        ("facture 12", None, "", ""),
        ("", None, "", ""),
    ],
)
def test_a_payments_reference_tells_its_movement(reference, amount, iban, fingerprint):
    """What an older line left out is the payment's own; what is no bank's line is no movement."""
    found = movement_of(bank("12.00", reference))
    if amount is None:
        assert found is None
        return
    assert (found.amount, found.counterparty_iban, found.fingerprint) == (Decimal(amount), iban, fingerprint)


def test_the_reference_of_a_movement_keeps_what_its_return_will_quote():
    """Fingerprint, sum and the end-to-end reference without blanks, at most forty signs of it."""
    assert payment_reference(pay("7.00", fingerprint="f", end_to_end="a b")) == "bank f amount=7.00 e2e=a_b"
    assert payment_reference(pay("7.00")) == "bank - amount=7.00"
    assert payment_reference(pay("7.00", end_to_end="x" * 50)).endswith(f"e2e={'x' * 40}")


def test_a_debtor_is_known_by_those_who_pay_for_him():
    """Each account and name once, with those of the contact book first."""
    known = account(
        payers=(KnownPayer(iban="A", name="N"), KnownPayer(iban="A"), KnownPayer(name="N"), KnownPayer(name="M"))
    )
    found = book_debtor(known, ("N2", "N"))
    assert (found.id, found.name, found.aliases, found.ibans) == ("d1", "Client et Fils SA", ("N2", "N", "M"), ("A",))


def test_an_item_is_found_by_number_sum_and_movement():
    """Within its creditor; a sum only while it is open, without trailing zeros."""

    made = replace(owed(number="A-0012"), payments=(bank("400.00", "bank f1 amount=700.00 e2e=E1"),))
    own = Scope("acme")
    assert of_item(made) == {
        ("digits", "acme 0012"),
        own.counts("A-0012"),
        ("owes", "acme EUR 600"),
        ("movement", "acme f1"),
        ("e2e", "acme E1"),
        ("received", "acme EUR 700"),
        ("received_on", f"acme EUR 700 {TODAY}"),
    }
    assert ("owes", "acme EUR 600") not in of_item(replace(made, state=ItemState.SETTLED))
    assert own.counts("A-0012") == own.counts("A-12") == ("counts", "acme 12")
    assert own.digits("") == ("", "")


def test_a_debtor_is_found_by_account_name_and_word():
    """Also by the names of those who pay for him."""
    known = account(name="Menuiserie Aubier SRL", payers=(KnownPayer(iban="BE1", name="Holding Dupont"),))
    found = of_account(known)
    assert ("iban", "acme BE1") in found
    assert {value for kind, value in found if kind == "word"} >= {"acme AUBIER", "acme DUPONT", "acme MENUISERIE"}
    assert {kind for kind, _ in found} == {"iban", "payer", "word"}
