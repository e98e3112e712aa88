"""Doubts that a careful clerk has: contradictions, repeated records, shared numbers, money that came back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain.findings import Entry
from agent.domain.matching import (
    Allocation,
    Book,
    BookDebtor,
    BookItem,
    Decision,
    EarlyDiscount,
    Effect,
    Match,
    Receipt,
    match,
)
from agent.domain.matching.labels import take_apart
from agent.domain.matching.names import core, key
from agent.domain.matching.numbers import resembles
from agent.domain.matching.reading import Sense, read
from agent.domain.matching.subsets import search, small

KNOWN = "BE68539007547034"
DAY = date(2027, 3, 10)


def item(id_: str, debtor: str, number: str, open_: str, **more: object) -> BookItem:
    amount = Decimal(open_)
    return replace(BookItem(id_, debtor, number, date(2027, 2, 1), "EUR", amount, amount), **more)


ITEMS = (
    item("a", "d1", "S-2027-0101", "500.00", references=("010806817183", "RF18539007547034")),
    item("b", "d1", "S-2027-0102", "250.40"),
    item("c", "d1", "S-2027-0103", "130.00", open=Decimal(0)),
    item("d", "d2", "T-2027-0101", "77.00"),
    item("e", "d2", "S-2027-0110", "820.00", discount=EarlyDiscount(Decimal(2), date(2027, 3, 31))),
    item("n", "d1", "CN-2027-0009", "-20.00"),
)
DEBTORS = (
    BookDebtor("d1", "Menuiserie Aubier SRL", ibans=(KNOWN,)),
    BookDebtor("d2", "Brouwerij Zwaan NV", ("De Zwaan",)),
)


def book() -> Book:
    return Book.of(ITEMS, DEBTORS)


def pay(amount: str, text: str = "", name: str = "Menuiserie Aubier", iban: str = KNOWN, **more: object) -> Entry:
    entry = Entry(Decimal(amount), "EUR", DAY, counterparty_name=name, counterparty_iban=iban, remittance=text)
    return replace(entry, **more)


def effects(verdict: Match) -> dict[str, str]:
    return {a.item: a.effect.value for a in verdict.allocations}


def code(verdict: Match) -> str:
    return verdict.reasons[0].code


@pytest.mark.parametrize("text", ["RF18 5390 0754 7034", "rf18539007547034", "paiement RF18539007547034 merci"])
def test_rf_references_are_read_in_groups_and_in_texts(text: str) -> None:
    """They end where their check digits do."""
    assert effects(match(pay("500.00", text), book())) == {"a": "paid"}


@pytest.mark.parametrize(
    ("entry", "because"),
    [
        (pay("500.00", "S-2027-0102", structured_reference="010806817183"), "contradiction"),
        (pay("500.00", "2027-0101", "Nobody", ""), "ambiguous_number"),
        (pay("100.00", "CN-2027-0009"), "credit_note"),
        (pay("300.00", "S-2027-0101 S-2027-0102"), "sum"),
        (pay("600.00", "S-2027-0101 400,00 S-2027-0102 200,00", "Nobody", ""), "shares"),
        (pay("700.00", "S-2027-0101 100,00 S-2027-0102 600,00"), "shares"),
        (pay("400.00", "S-2027-0101 RG-99887"), "strange_number"),
        (pay("250.40", "S-2027-0101"), "other_item"),
        (pay("300.00", "S-2027-0101 S-2027-0103"), "already_paid"),
        (pay("803.60", "S-2027-0110", "Nobody", ""), "discount"),
        (pay("500.00", "rejet", return_reason="AC04"), "returned_credit"),
        (pay("60.00", "acompte commande 12"), "part"),
        (pay("480.00", "abonnement mars"), "month"),
        (pay("130.10", "S-2027-0103"), "old_reference"),
        (pay("333.00", "facture 2027-101"), "strange_number"),
        (pay("250.40", "pour Brouwerij Zwaan"), "unnamed"),
    ],
)
def test_what_contradicts_itself_is_asked(entry: Entry, because: str) -> None:
    """With the doubt as its reason."""
    verdict = match(entry, book())
    assert (verdict.decision, code(verdict)) == (Decision.ASK, because)


def test_a_settled_number_beside_an_open_one() -> None:
    """The open one is paid when it alone makes the amount, or when both do: then the settled share is a credit."""
    alone = match(pay("250.40", "S-2027-0102 + S-2027-0103"), book())
    both = match(pay("380.40", "S-2027-0102 + S-2027-0103"), book())
    assert (effects(alone), alone.surplus) == ({"b": "paid"}, Decimal(0))
    assert (effects(both), both.surplus) == ({"b": "paid"}, Decimal("130.00"))


def test_an_alias_counts_as_the_name() -> None:
    """The creditor gave it."""
    assert effects(match(pay("300.00", "acompte S-2027-0110", "DE ZWAAN", ""), book())) == {"e": "partial"}


@pytest.mark.parametrize("text", ["acompte S-2027-0101", "paiement"])
def test_the_same_record_again_is_asked_unless_the_bank_tells_them_apart(text: str) -> None:
    """An overlapping statement without references repeats a movement."""
    entry = pay("250.40" if text == "paiement" else "200.00", text)
    held = book()
    held.put_receipt(Receipt(entry, (Allocation("x", entry.amount, Effect.PAID),)))
    assert code(match(entry, held)) == "repeated"
    first = replace(entry, bank_reference="BANK0001")
    held = book()
    held.put_receipt(Receipt(first, (Allocation("x", entry.amount, Effect.PAID),)))
    assert match(replace(entry, bank_reference="BANK0002"), held).allocations


def test_a_return_of_a_bundle_reopens_all_of_it_and_one_of_two_equal_ones_is_asked() -> None:
    """The receipt knows what it paid."""
    held = book()
    bundle = (Allocation("a", Decimal(500), Effect.PAID), Allocation("b", Decimal("250.40"), Effect.PAID))
    held.put_receipt(Receipt(pay("750.40", "S-2027-0101 S-2027-0102", end_to_end="E2E4711"), bundle))
    assert effects(match(pay("-750.40", "", end_to_end="E2E4711"), held)) == {"a": "reopen", "b": "reopen"}
    assert effects(match(pay("-750.40", "Retour S-2027-0102", "", ""), held)) == {"a": "reopen", "b": "reopen"}
    held.put_receipt(Receipt(pay("750.40", "again", end_to_end="E2E4712"), bundle))
    untied = match(pay("-750.40", "Rücklastschrift"), held)
    assert (untied.decision, set(untied.candidates[0])) == (Decision.ASK, {"a", "b"})


def test_a_return_of_a_settled_item_that_is_named_reopens_it_without_its_receipt() -> None:
    """It was settled before the book began."""
    assert effects(match(pay("-130.00", "Terugboeking S-2027-0103"), book())) == {"c": "reopen"}
    assert match(pay("-129.00", "Terugboeking S-2027-0103"), book()).decision is Decision.ASK


def test_reading_tells_numbers_from_dates_amounts_months_and_orders() -> None:
    """Before anything is looked up."""
    found = read("Facture 118 du 12/03/2027 1.250,00 EUR escompte 2% mars, commande 4500-12, 03/2027, 2027-03-12")
    left = [t.text for i, t in enumerate(found.tokens) if t.kind == "digits" and i not in found.order_tokens]
    assert left == ["118"]
    assert found.shares[0][1] == Decimal("1250.00")
    assert (found.months, found.senses >= {Sense.DISCOUNT}) == (frozenset({3}), True)


@pytest.mark.parametrize(
    ("written", "number", "expected"),
    [
        ("F2027-O118", "F2027-0118", True),
        ("F2027-118", "F2027-0118", True),
        ("0118", "F2027-0118", True),
        ("18", "F2027-0118", False),
        ("F2027-018", "F2027-0118", True),
        ("F2027-1018", "F2027-0118", True),
        ("F2027-0181", "F2027-0118", True),
        ("F2027-0999", "F2027-0118", False),
        ("NR2027-0118", "F2027-0118", True),
    ],
)
def test_slips_of_the_pen(written: str, number: str, expected: bool) -> None:
    """One digit off, swapped or dropped, letters for digits, no zeros, no year; nothing further."""
    assert resembles(written, number) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Van den Berghe S.A.", "VANDEN BERGHE"),
        ("D'Hondt & Fils SPRL", "D HONDT FILS"),
        ("Café Élysée", "CAFE ELYSEE SRL"),
    ],
)
def test_spelling_does_not_make_another_name(one: str, other: str) -> None:
    """Accents, spaces, marks and legal forms do not count."""
    assert key(one) == key(other)
    assert core("NV") == ("NV",)


def test_labels_are_taken_apart_by_their_marks() -> None:
    """Without marks all of it is message."""
    assert take_apart("VIR SEPA RECU /DE ZWAAN NV /MOTIF F 118 /REF X1") == ("ZWAAN NV", "F 118")
    assert take_apart("VIR INST ZWAAN NV /MOTIF F 118") == ("ZWAAN NV", "F 118")
    assert take_apart("paiement F 118") == ("", "paiement F 118")


def test_sets_are_found_exactly_or_given_up() -> None:
    """Negative items count too; a search that runs out says so."""
    items = [item(str(n), "d", str(n), str(10 + n * 7)) for n in range(20)]
    assert [[i.id for i in s] for s in small(items[:4], Decimal(41), 2)] == [["0", "3"], ["1", "2"]]
    credit = (*items[:3], item("k", "d", "k", "-5"))
    assert {i.id for i in search(credit, Decimal(22), 10_000).found[0]} == {"0", "1", "k"}
    assert search(items, Decimal("0.01"), 10_000).complete
    assert not search(items, Decimal("401.5"), 50).complete


def test_a_number_in_the_reference_field_or_glued_to_a_word_is_read() -> None:
    """Where a reference has no check digits it is the payer's text."""
    assert effects(match(pay("250.40", "", "Nobody", "", structured_reference="S-2027-0102"), book())) == {"b": "paid"}
    assert effects(match(pay("250.40", "factureS20270102", "Nobody", ""), book())) == {"b": "paid"}
