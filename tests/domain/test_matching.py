"""The order of evidence, rule by rule: what decides, what is asked, and what never happens."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.domain.findings import Entry
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem, Payment
from agent.domain.matching import (
    Allocation,
    Book,
    BookDebtor,
    BookItem,
    Decision,
    EarlyDiscount,
    Effect,
    Match,
    Policy,
    Receipt,
    match,
    payment_reference,
)
from agent.domain.money import Money
from tests.whole_book import book_of

TODAY = date(2027, 3, 10)
KNOWN = "BE68539007547034"
SHARED = "BE71096123456769"
UNKNOWN = "DE89370400440532013000"


def item(id_: str, debtor: str, number: str, open_: str, **more: object) -> BookItem:
    amount = Decimal(open_)
    return replace(BookItem(id_, debtor, number, date(2027, 2, 1), "EUR", amount, amount), **more)


ITEMS = (
    item("i1", "d1", "A27-0118", "500.00", references=("010806817183",)),
    item("i2", "d1", "A27-0121", "250.40"),
    item("i3", "d2", "A27-0130", "812.00", discount=EarlyDiscount(Decimal(2), date(2027, 3, 15))),
    item("i4", "d2", "A27-0131", "97.13"),
    item("i5", "d3", "A27-0140", "1210.00"),
    item("i6", "d3", "A27-0099", "300.00", open=Decimal(0)),
    item("i7", "d4", "A27-0150", "640.00"),
    item("i8", "d4", "A27-0151", "640.00", issued_on=date(2027, 1, 5)),
    item("i9", "d1", "CN27-0004", "-50.40"),
    item("i10", "d5", "A27-0160", "75.00", currency="USD"),
)
DEBTORS = (
    BookDebtor("d1", "Menuiserie Aubier SRL", ibans=(KNOWN,)),
    BookDebtor("d2", "Van der Elst & Zonen BV", ("Elst Groep",)),
    BookDebtor("d3", "Brouwerij Zwaan", ibans=(SHARED,)),
    BookDebtor("d4", "Gärtnerei Grünwald GmbH"),
    BookDebtor("d5", "Lake Trading Ltd"),
)


def book(*extra: BookItem) -> Book:
    return Book.of((*ITEMS, *extra), DEBTORS, ["BE43068999999501"], ["Aubier Location"])


def pay(amount: str, text: str = "", name: str = "", iban: str = "", **more: object) -> Entry:
    entry = Entry(Decimal(amount), "EUR", TODAY, counterparty_name=name, counterparty_iban=iban, remittance=text)
    return replace(entry, **more)


def judged(entry: Entry, *extra: BookItem) -> Match:
    return match(entry, book(*extra))


def settled(verdict: Match) -> dict[str, str]:
    return {a.item: a.effect.value for a in verdict.allocations}


def codes(verdict: Match) -> set[str]:
    return {r.code for r in verdict.reasons}


def test_a_structured_reference_with_the_exact_amount_is_paid_whoever_pays() -> None:
    """A machine copied the reference: the payer's name does not matter."""
    for text in ("+++010/8068/17183+++", "010806817183", "010 8068 17183"):
        assert settled(judged(pay("500.00", text, "Somebody Else"))) == {"i1": "paid"}
    assert settled(judged(pay("500.00", structured_reference="010806817183"))) == {"i1": "paid"}


def test_less_than_open_by_reference_is_a_part() -> None:
    """What is left stays open."""
    verdict = judged(pay("200.00", "010806817183", "Somebody Else"))
    assert verdict.decision is Decision.PARTIAL
    assert verdict.allocations == (Allocation("i1", Decimal("200.00"), Effect.PARTIAL),)


@pytest.mark.parametrize("text", ["A27-0121", "fact a27/0121", "Facture n° A27 0121", "A270121", "factuur 27-0121 aub"])
def test_a_full_number_in_any_spelling_with_the_exact_amount_is_paid(text: str) -> None:
    """Separators, case and prefix do not matter."""
    assert settled(judged(pay("250.40", text, "Unknown Payer"))) == {"i2": "paid"}


def test_all_numbers_named_and_the_exact_sum_are_paid_each() -> None:
    """Also when a credit note is among them, and when two debtors' invoices are paid by one payer."""
    assert settled(judged(pay("750.40", "A27-0118 + A27-0121"))) == {"i1": "paid", "i2": "paid"}
    assert settled(judged(pay("449.60", "A27-0118 moins NC CN27-0004"))) == {"i1": "paid", "i9": "paid"}
    assert settled(judged(pay("1312.00", "A27-0118/A27-0130"))) == {"i1": "paid", "i3": "paid"}


def test_last_digits_after_a_number_stand_for_numbers_of_the_same_series() -> None:
    """The payer abbreviates; he must be certain."""
    verdict = judged(pay("909.13", "A27-0130, 131", "van der elst en zonen"))
    assert verdict.decision is Decision.ASK
    assert settled(judged(pay("909.13", "A27-0130, 131", "VAN DER ELST & ZONEN"))) == {"i3": "paid", "i4": "paid"}


def test_a_range_is_paid_when_the_debtors_open_items_in_it_make_the_amount() -> None:
    """The numbers of other debtors between them are not meant."""
    other = item("x", "d3", "A27-0119", "1.00")
    assert settled(judged(pay("750.40", "factures A27-0118 à 121"), other)) == {"i1": "paid", "i2": "paid"}


def test_a_range_counts_along_one_run_of_digits() -> None:
    """From one branch's number to another's nobody counts: what lies between them by chance makes no range."""
    named = [item("b1", "d1", "S02-27-0025", "100.00"), item("b2", "d1", "S01-27-0060", "300.00")]
    between = item("b3", "d1", "S01-27-0132", "57.00")
    assert judged(pay("457.00", "S02-27-0025 à S01-27-0060"), *named, between).decision is Decision.ASK


def test_the_share_of_each_number_is_taken_as_written() -> None:
    """A share below what is open is a part."""
    verdict = judged(pay("650.40", "A27-0118 400,00 + A27-0121 250,40", iban=KNOWN))
    assert settled(verdict) == {"i1": "partial", "i2": "paid"}


def test_a_slip_in_the_number_needs_the_debtor_and_the_exact_amount() -> None:
    """Letters for digits, a dropped digit, missing zeros or year, a foreign prefix."""
    for text in ("A27-O121", "A27-012", "fact 121", "NR27-0121", "A27-121", "A27-0112"):
        assert settled(judged(pay("250.40", text, iban=KNOWN))) == {"i2": "paid"}, text
        assert judged(pay("250.40", text, "Unknown Payer")).decision is Decision.ASK, text


def test_another_debtors_number_with_an_own_item_of_the_same_amount_is_asked() -> None:
    """A copied number, or a payment for a friend: nobody can tell."""
    own = item("y", "d2", "A27-0170", "500.00")
    verdict = judged(pay("500.00", "A27-0118", "Van der Elst & Zonen BV"), own)
    assert verdict.decision is Decision.ASK
    assert {("i1",), ("y",)} <= set(verdict.candidates)


def test_a_third_party_that_says_for_whom_it_pays_settles() -> None:
    """The number and the exact amount decide."""
    assert settled(judged(pay("812.00", "pour Van der Elst & Zonen A27-0130", "Holding X"))) == {"i3": "paid"}


def test_the_discount_counts_within_its_days_only() -> None:
    """A day late, the shortfall is asked about and never taken as a part payment."""
    entry = pay("795.76", "A27-0130", "Van der Elst & Zonen BV")
    assert settled(judged(entry)) == {"i3": "paid"}
    late = judged(replace(entry, booked_on=date(2027, 3, 16)))
    assert late.decision is Decision.ASK
    assert late.candidates[0] == ("i3",)


def test_a_few_cents_off_are_paid_when_item_and_payer_are_certain() -> None:
    """The cash received is what counts."""
    verdict = judged(pay("250.38", "A27-0121", iban=KNOWN))
    assert verdict.allocations == (Allocation("i2", Decimal("250.38"), Effect.PAID),)
    assert judged(pay("250.38", "A27-0121", "Unknown")).decision is Decision.ASK


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("485.00", "A27-0118 frais déduits"),
        ("492.50", "A27-0118"),
        ("450.00", "A27-0118 moins avoir"),
        ("490.00", "A27-0118"),
        ("430.00", "A27-0118 USD 500.00"),
    ],
)
def test_shortfalls_that_may_be_something_else_are_asked(amount: str, text: str) -> None:
    """Charges, credit notes of the debtor's own, usual discounts and conversions are no part payments."""
    verdict = judged(pay(amount, text, iban=KNOWN))
    assert verdict.decision is Decision.ASK
    assert verdict.candidates[0] == ("i1",)


def test_a_part_needs_a_certain_payer() -> None:
    """The same text from an unknown payer is asked about."""
    assert settled(judged(pay("200.00", "acompte A27-0118", iban=KNOWN))) == {"i1": "partial"}
    assert judged(pay("200.00", "acompte A27-0118", "Unknown")).decision is Decision.ASK


def test_a_surplus_is_a_credit_unless_something_else_explains_it() -> None:
    """Twice the amount, or another open item, is asked about."""
    verdict = judged(pay("520.00", "A27-0118", iban=KNOWN))
    assert (settled(verdict), verdict.surplus) == ({"i1": "paid"}, Decimal("20.00"))
    assert judged(pay("1000.00", "A27-0118", iban=KNOWN)).decision is Decision.ASK
    explained = judged(pay("750.40", "A27-0118", iban=KNOWN))
    assert explained.decision is Decision.ASK
    assert set(explained.candidates[0]) == {"i1", "i2"}


def test_the_known_account_decides_when_its_amount_fits_one_item_only() -> None:
    """Neither a name alone nor several fitting sets do."""
    assert settled(judged(pay("250.40", "paiement", iban=KNOWN))) == {"i2": "paid"}
    assert judged(pay("250.40", "paiement", "Menuiserie Aubier SRL")).decision is Decision.ASK
    rival = item("z", "d1", "A27-0180", "300.80")
    assert judged(pay("250.40", "paiement", iban=KNOWN), rival).decision is Decision.ASK
    assert match(pay("250.40", iban=KNOWN), book(), Policy(by_amount=False)).decision is Decision.ASK


def test_all_that_an_account_owes_is_paid_when_the_text_says_so() -> None:
    """Without such words it is asked, with the set as the first proposal."""
    assert settled(judged(pay("700.00", "solde", iban=KNOWN))) == {"i1": "paid", "i2": "paid", "i9": "paid"}
    silent = judged(pay("700.00", "", iban=KNOWN))
    assert silent.decision is Decision.ASK
    assert set(silent.candidates[0]) == {"i1", "i2", "i9"}


def test_the_month_of_issue_tells_equal_items_apart() -> None:
    """When the payer is certain."""
    assert settled(judged(pay("640.00", "Wartung Januar", "GAERTNEREI GRUENWALD"))) == {"i8": "paid"}
    assert judged(pay("640.00", "Wartung", "Gärtnerei Grünwald GmbH")).decision is Decision.ASK


@pytest.mark.parametrize(
    ("amount", "text", "because"),
    [
        ("123.45", "facture RG-778812", "strange_number"),
        ("300.00", "A27-0099", "paid_twice"),
        ("500.00", "Aubier Location facture A27-0118", "sister_company"),
        ("88.00", "loyer mars", "elsewhere"),
    ],
)
def test_money_that_certainly_concerns_no_item_moves_none(amount: str, text: str, because: str) -> None:
    """It is reported, and nothing is booked."""
    verdict = judged(pay(amount, text, "Brouwerij Zwaan"))
    assert verdict.decision is Decision.NOTHING
    assert codes(verdict) == {because}


@pytest.mark.parametrize("text", ["facture RG-778812", "A27-0099", "loyer", "commande A27-0118"])
def test_the_same_texts_with_the_amount_of_an_open_item_are_asked(text: str) -> None:
    """The amount contradicts the text, and the fitting item is proposed."""
    verdict = judged(pay("1210.00", text, "Brouwerij Zwaan"))
    assert verdict.decision is Decision.ASK
    assert ("i5",) in verdict.candidates


def test_order_numbers_are_no_invoice_numbers() -> None:
    """They may equal the number of somebody else's invoice."""
    assert settled(judged(pay("250.40", "commande A27-0140", iban=KNOWN))) == {"i2": "paid"}
    assert judged(pay("1210.00", "bestelling 27-0140", "Nobody")).decision is Decision.ASK


def test_pending_repeated_and_own_movements_move_nothing() -> None:
    """The second record of a movement is known by fingerprint or by the bank's reference."""
    entry = pay("500.00", "A27-0118", bank_reference="B1001", fingerprint="f1")
    known = book()
    known.put_receipt(Receipt(entry))
    assert match(replace(entry, pending=True), book()).decision is Decision.NOTHING
    assert match(replace(entry, bank_reference=""), known).decision is Decision.NOTHING
    assert match(replace(entry, fingerprint=""), known).decision is Decision.NOTHING
    assert judged(pay("500.00", "A27-0118", iban="BE43068999999501")).decision is Decision.NOTHING


def test_an_item_does_not_exist_before_its_day_of_issue() -> None:
    """A payment from before names an invoice that is not known."""
    early = replace(pay("500.00", "A27-0118"), booked_on=date(2027, 1, 20))
    assert judged(early).decision is Decision.NOTHING


def test_another_currency_is_asked() -> None:
    """The creditor must accept the rate."""
    assert judged(pay("70.00", "invoice A27-0160 USD 75.00", "Lake Trading")).decision is Decision.ASK
    assert settled(judged(pay("75.00", "A27-0160", currency="USD"))) == {"i10": "paid"}


def _with_receipt(**more: object) -> Book:
    held = book(item("p", "d1", "A27-0050", "410.00", open=Decimal(0)))
    paid = pay("410.00", "A27-0050", "Menuiserie Aubier SRL", KNOWN, end_to_end="E2E77")
    held.put_receipt(Receipt(replace(paid, **more), (Allocation("p", Decimal("410.00"), Effect.PAID),)))
    return held


@pytest.mark.parametrize(
    "entry",
    [
        pay("-410.00", "R-transactie", end_to_end="E2E77"),
        pay("-410.00", "Retour A27-0050", return_reason="AM04"),
        pay("-410.00", "Terugboeking", iban=KNOWN, reversal=True),
    ],
)
def test_a_return_reopens_what_it_is_tied_to(entry: Entry) -> None:
    """By the end-to-end reference, by the number, or by an amount that came in only once from this party."""
    verdict = match(entry, _with_receipt())
    assert verdict.decision is Decision.REOPEN
    assert verdict.allocations == (Allocation("p", Decimal("410.00"), Effect.REOPEN),)


def test_a_return_that_is_tied_to_nothing_is_asked_with_its_likely_item() -> None:
    """It is never passed over."""
    verdict = match(pay("-410.00", "REJET", "Somebody", return_reason="MD01"), _with_receipt())
    assert verdict.decision is Decision.ASK
    assert ("p",) in verdict.candidates


@pytest.mark.parametrize("text", ["salaires", "remboursement trop perçu A27-0050", "facture fournisseur 778812"])
def test_outgoing_money_that_returns_nothing_moves_nothing(text: str) -> None:
    """Refunds are the creditor's own doing."""
    assert match(pay("-410.00", text), _with_receipt()).decision is Decision.NOTHING


def test_a_statement_that_does_not_tie_only_proposes() -> None:
    """What would have been booked is the first candidate."""
    verdict = match(pay("500.00", "A27-0118"), book(), Policy(automatic=False))
    assert (verdict.decision, verdict.candidates) == (Decision.ASK, (("i1",),))


def test_labels_without_columns_give_name_and_message() -> None:
    """As classic French exports write them."""
    label = "VIR SEPA RECU /DE MENUISERIE AUBIER SRL /MOTIF acompte A27-0118 /REF NOTPROVIDED"
    assert settled(judged(pay("200.00", label))) == {"i1": "partial"}
    assert settled(judged(pay("200.00", "VIR MENUISERIE AUBIER /MOTIF acompte A27-0118"))) == {"i1": "partial"}


def test_names_shared_by_two_debtors_are_told_apart_by_their_legal_form_only() -> None:
    """Without it, nobody is certain."""
    twins = Book.of(
        [item("a", "w1", "B-10001", "90.00"), item("b", "w2", "B-10002", "80.00")],
        [BookDebtor("w1", "Weber BV"), BookDebtor("w2", "Weber NV")],
    )
    assert settled(match(pay("50.00", "acompte B-10001", "WEBER BV"), twins)) == {"a": "partial"}
    assert match(pay("50.00", "acompte B-10001", "Weber"), twins).decision is Decision.ASK


def test_the_book_is_made_from_the_ledger_and_knows_its_payments() -> None:
    """A booked movement is known again, and its return finds the item."""
    now = datetime(2027, 2, 1, tzinfo=UTC)
    movement = pay("410.00", "A27-0050", iban=KNOWN, end_to_end="E2E 77", fingerprint="f9")
    invoice = Invoice(
        "inv", "c1", "A27-0050", date(2027, 2, 1), None, Money.of("410.00", "EUR"), Money.zero("EUR"), "d1"
    )
    paid = Payment(Money.of("410.00", "EUR"), TODAY, "bank", payment_reference(movement), iban=KNOWN)
    held = OpenItem(invoice, ItemState.SETTLED, now, payments=(paid,))
    made = book_of([held], [DebtorAccount("d1", "c1", "Menuiserie Aubier")], {"d1": [KNOWN]})
    assert match(movement, made).decision is Decision.NOTHING
    back = match(pay("-410.00", "REJET", iban=KNOWN, return_reason="AM04"), made)
    assert settled(back) == {"inv": "reopen"}
    written_off = book_of([replace(held, state=ItemState.WRITTEN_OFF, payments=())], [])
    assert codes(match(movement, written_off)) == {"closed_item"}
