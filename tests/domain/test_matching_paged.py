"""The book that reads by index: the same answers as the book of everything, each look-up once, and nothing read that was not asked for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain.findings import Entry
from agent.domain.index import terms
from agent.domain.ledger import ItemState, Ledger, Payment
from agent.domain.matching.from_ledger import payment_reference
from agent.domain.matching.names import key
from agent.domain.matching.paged import LedgerBook
from agent.domain.states import KnownPayer
from tests.builders import TODAY, account, item, money
from tests.whole_book import book_of

IBAN, OGM = "BE71096123456769", "010806817183"
DAY = date(2026, 3, 5)


def entry(amount, remittance="", n=1, **more):
    return Entry(
        Decimal(amount), "EUR", DAY, remittance=remittance, fingerprint=f"f{n}", end_to_end=f"END10{n}", **more
    )


def paid(made, amount, movement):
    payment = Payment(money(amount), DAY, "bank", payment_reference(movement))
    return replace(made, payments=(*made.payments, payment))


# One movement that paid two invoices of 60 and 40, and one that paid part of another debtor's.
BOTH, PART = entry("100.00", n=1), entry("30.00", n=2)
LEDGER = Ledger.of(
    [
        account(payers=(KnownPayer(IBAN, "Groupe Fils", "m"),)),
        account("d2", name="Batiplus SPRL"),
        account("d3", name="Batiplus SA"),
        item("i1", number="2026-118", total="1210.00"),
        item("i2", number="F2026-0044", total="605.00", reference=OGM),
        item("i3", number="2026-131", total="88.50", debtor="d2"),
        item("i4", number="2026-140", total="605.00", debtor="d2", currency="GBP"),
        paid(item("i5", number="2026-150", total="60.00", state=ItemState.SETTLED), "60.00", BOTH),
        paid(item("i6", number="2026-151", total="40.00", state=ItemState.SETTLED), "40.00", BOTH),
        paid(item("i7", number="2026-160", total="88.50", debtor="d3"), "30.00", PART),
        item("i8", number="2026-170", total="5.00", debtor=""),
    ]
)


class Shelf:
    """A ledger as the store shows it; remembers which terms were looked up and which states were read."""

    def __init__(self, ledger=LEDGER):
        self.kept, self.asked, self.read = ledger, [], []

    def find(self, wanted, creditor=None):
        assert creditor == "acme"
        self.asked += wanted
        found = {term: [] for term in wanted}
        for state in self.kept.states():
            for term in terms(state) & found.keys():
                found[term].append(state.id)
        return {term: tuple(ids) for term, ids in found.items()}

    def ledger(self, ids):
        ids = list(ids)
        self.read += ids
        return Ledger.of(s for id_ in ids if (s := self.kept.get(id_)) is not None)


def paged(shelf=None, **more):
    return LedgerBook(shelf or Shelf(), "acme", **more)


WHOLE = book_of(LEDGER.items.values(), LEDGER.accounts.values())
D = Decimal
QUESTIONS = [
    ("numbered", ("2026118", TODAY)),
    ("numbered", ("2026999", TODAY)),
    ("numbered", ("2026118", date(2026, 1, 1))),
    ("with_digits", ("20260044", TODAY)),
    ("with_digits", ("20260044", date(2026, 1, 1))),
    ("with_counts", ("2026-44", TODAY)),
    ("with_counts", ("2026-44", date(2026, 1, 1))),
    ("referenced", (OGM, TODAY)),
    ("referenced", (OGM, date(2026, 1, 1))),
    ("open_with", (D("605.00"), "EUR", TODAY, ("d1", "d2"))),
    ("open_with", (D("605.00"), "GBP", TODAY, ("d1", "d2"))),
    ("open_with", (D("605.00"), "EUR", TODAY, ("d2",))),
    ("open_with", (D("605.00"), "EUR", date(2026, 1, 1), ("d1",))),
    ("is_open", (D("605.00"), "EUR", TODAY)),
    ("is_open", (D("605.00"), "EUR", date(2026, 1, 1))),
    ("is_open", (D("605.00"), "USD", TODAY)),
    ("is_open", (D("605.01"), "EUR", TODAY)),
    ("few_with", (D("58.50"), "EUR", TODAY)),
    ("few_with", (D("605.00"), "GBP", TODAY)),
    ("few_with", (D("605.00"), "EUR", date(2026, 1, 1))),
    ("open_of", ("d1", "EUR", TODAY)),
    ("open_of", ("d2", "GBP", TODAY)),
    ("open_of", ("d2", "EUR", date(2026, 1, 1))),
    ("all_of", ("d1",)),
    ("all_of", ("d3",)),
    ("all_of", ("d9",)),
    ("at_account", ("BE71 0961 2345 6769",)),
    ("at_account", ("",)),
    ("named", ("Client et Fils",)),
    ("named", ("Batiplus SA",)),
    ("named", ("Batiplus",)),
    ("named", ("Groupe Fils",)),
    ("named", (" ",)),
    ("resembling", ("Batiplus Construct",)),
    ("resembling", ("Batiplus", 1)),
    ("resembling", ("Nobody",)),
    ("mentioned", ("pour Client et Fils merci",)),
    ("mentioned", ("pour Nobody et Autres",)),
    ("is_known", (BOTH,)),
    ("is_known", (entry("1.00", n=9),)),
    ("receipts_of", ("END101",)),
    ("receipts_of", ("END109",)),
    ("receipts_over", (D("100.00"), "EUR")),
    ("receipts_over", (D("100.00"), "GBP")),
    ("receipts_on", (D("30.00"), "EUR", DAY)),
    ("receipts_on", (D("30.00"), "EUR", TODAY)),
]


@pytest.mark.parametrize(("question", "words"), QUESTIONS)
def test_each_question_alone_has_the_answer_of_the_whole_book(question, words):
    """From a book that has read nothing before; asked again it looks nothing up."""
    shelf = Shelf()
    book = paged(shelf)
    assert getattr(book, question)(*words) == getattr(WHOLE, question)(*words)
    looked_up, read = list(shelf.asked), list(shelf.read)
    assert getattr(book, question)(*words) == getattr(WHOLE, question)(*words)
    assert (shelf.asked, shelf.read) == (looked_up, read)


def test_all_questions_together_look_up_and_read_nothing_twice():
    """The terms that several questions share, and the states that several terms name, come in once."""
    shelf = Shelf()
    book = paged(shelf)
    for question, words in QUESTIONS:
        assert getattr(book, question)(*words) == getattr(WHOLE, question)(*words), question
    assert len(shelf.asked) == len(set(shelf.asked))
    assert len(shelf.read) == len(set(shelf.read))
    assert all(value for _, value in shelf.asked)


def test_an_item_brings_its_debtor_and_a_movement_brings_all_that_it_paid():
    """So that what was read can be judged; an item of nobody brings nobody."""
    book = paged()
    assert [i.id for i in book.numbered("2026118", TODAY)] == ["i1"]
    assert book.state("d1") == LEDGER.accounts["d1"]
    assert book.state("i2") is None
    assert set(book.read_so_far.items) == {"i1"}
    (receipt,) = book.receipts_of("END101")
    assert {a.item: a.amount for a in receipt.allocations} == {"i5": D("60.00"), "i6": D("40.00")}
    assert receipt.entry.amount == D("100.00")
    nobody = paged()
    assert [i.id for i in nobody.numbered("2026170", TODAY)] == ["i8"]
    assert nobody.read_so_far.accounts == {}


def test_what_paid_an_item_is_known_once_the_item_is():
    """Nothing is looked up for an item that nobody asked for."""
    book = paged()
    assert book.received_for("i5") == ()
    book.numbered("2026150", TODAY)
    ((receipt, allocation),) = book.received_for("i5")
    assert (receipt.entry.fingerprint, allocation.item, allocation.amount) == ("f1", "i5", D("60.00"))
    assert {a.item for a in receipt.allocations} == {"i5", "i6"}
    assert len(book.received_for("i5")) == 1


def test_a_statement_is_foreseen_in_two_look_ups():
    """Whatever its movements name by sum, account, name or text; and what is open of who seems to pay."""
    shelf = Shelf()
    asked = []
    find = shelf.find
    shelf.find = lambda wanted, creditor=None: (asked.append(set(wanted)), find(wanted, creditor))[1]
    book = paged(shelf)
    lines = [
        entry("605.00", f"F2026-0044 {OGM[:3]}/{OGM[3:7]}/{OGM[7:]}", n=8, counterparty_name="Client et Fils SA"),
        entry("1.00", "Batiplus SPRL", n=9, counterparty_iban=IBAN),
        entry("2.00", "VIR SEPA RECU /DE BATIPLUS SA /MOTIF 2026-160", n=10),
    ]
    book.prepare(lines)
    assert len(asked) == 2
    first, second = asked
    assert {
        ("movement", "acme f8"),
        ("e2e", "acme END108"),
        ("received_on", "acme EUR 605 2026-03-05"),
        ("iban", f"acme {IBAN}"),
        ("payer", f"acme {key('Client et Fils SA')}"),
        ("reference", OGM),
        ("number", "F20260044"),
        ("digits", "acme 20260044"),
        ("number", "2026160"),
    } <= first
    assert second == {("open", "d1"), ("open", "d3")}
    assert set(book.read_so_far.items) == {"i1", "i2", "i7"}
    before = len(asked)
    assert [i.id for i in book.open_of("d1", "EUR", TODAY)] == ["i1", "i2"]
    assert len(asked) == before


def test_who_pays_for_a_debtor_is_found_by_the_debtors_own_name():
    """As the contact book tells it; the name counts as one of his from then on."""
    book = paged(payers={"Client et Fils": ("Holding Nord",)})
    assert book.named("Holding Nord") == frozenset({"d1"})
    assert book.named("Holding Nord SA") == frozenset({"d1"})
    assert paged().named("Holding Nord") == frozenset()


@pytest.mark.parametrize("count", [300, 301])
def test_what_hundreds_owe_or_bear_is_not_read(count):
    """Up to three hundred are read; beyond, a sum is taken to be open and proposes nobody, and came in as no payment."""
    owed = [item(f"k{n}", number=f"K-{n}", total="9.99", debtor="d1") for n in range(count)]
    came = [
        replace(i, payments=(Payment(money("1.00"), DAY, "bank", payment_reference(entry("1.00", n=n))),))
        for n, i in enumerate(owed)
    ]
    named = [account(f"a{n}", name=f"Constructa {n} SA") for n in range(count)]
    shelf = Shelf(Ledger.of([account(), *owed]))
    book = paged(shelf)
    few = count == 300
    assert book.is_open(D("9.99"), "EUR", TODAY)
    assert book.is_open(D("9.99"), "EUR", date(2026, 1, 1)) is not few
    assert len(book.few_with(D("9.99"), "EUR", TODAY)) == (300 if few else 0)
    assert len(shelf.read) == (301 if few else 0)
    assert len(paged(Shelf(Ledger.of([account(), *came]))).receipts_over(D("1.00"), "EUR")) == (300 if few else 0)
    assert bool(paged(Shelf(Ledger.of(named))).resembling("Constructa")) is few
