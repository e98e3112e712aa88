"""What a bank statement does to the books, and what its questions do once they are answered: to the cent, with the bank's own line."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.decide import bank_statement
from agent.domain.decide.bank import WAITING
from agent.domain.decide.bank_lines import BankLine, unlearned
from agent.domain.decide.bank_questions import ACCEPTED, OVER, PAYER, PAYMENT, bank_answered
from agent.domain.findings import BankStatementReading, Entry
from agent.domain.index import terms
from agent.domain.ledger import Hold, HoldKind, ItemState, KnownPayer, Ledger, Payment, Question
from agent.domain.letters import LetterKind
from agent.domain.matching import LedgerBook
from agent.domain.money import Money
from agent.domain.workdays import add_bank_days
from tests.builders import NOW, OWNER, STAFF, TODAY, account, context, item, money

PAID_ON = date(2026, 3, 6)
HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
IBAN = "BE71096123456769"
BANK = {"account": "BE83363012345615", "document": "b" * 64, "filename": "mars.xml"}
ASKED_ON = NOW.replace(day=9)
STANDING = (ItemState.FOLLOWED, ItemState.SETTLED)


class Shelf:
    """A ledger as the store shows it, and how often it was asked."""

    def __init__(self, ledger):
        self.kept, self.asked = ledger, []

    def find(self, wanted, creditor=None):
        assert creditor == "acme"
        self.asked.append(set(wanted))
        found = {term: [] for term in wanted}
        for state in self.kept.states():
            for term in terms(state) & set(wanted):
                found[term].append(state.id)
        return {term: tuple(ids) for term, ids in found.items()}

    def ledger(self, ids):
        return Ledger.of(s for id_ in ids if (s := self.kept.get(id_)) is not None)


LEDGER = Ledger.of(
    [
        account(),
        account("d2", name="Batiplus SPRL", contacts=()),
        item("i1", number="2026-118", due=date(2026, 1, 10), total="1210.00"),
        item("i2", number="2026-125", due=date(2026, 1, 20), total="605.00"),
        item("i3", number="2026-131", due=date(2026, 2, 1), total="88.50", debtor="d2"),
        item("i4", number="2026-140", due=date(2026, 2, 3), total="605.00", debtor="d2"),
    ]
)


def movement(amount, remittance="", *, name="Client et Fils SA", n=1, **more):
    fields = {"counterparty_iban": IBAN, "value_date": PAID_ON, "fingerprint": f"f{n}", "end_to_end": f"E{n}", **more}
    return Entry(Decimal(amount), "EUR", date(2026, 3, 5), counterparty_name=name, remittance=remittance, **fields)


def taken(*entries, ledger=LEDGER, known=(), problems=(), form="camt", **more):
    """What a statement of these movements does."""
    reading = BankStatementReading(form, entries=entries, problems=tuple(problems), **BANK, **more)
    return bank_statement([reading], LedgerBook(Shelf(ledger), "acme"), frozenset(known), context())


def line(amount, n=1, words="", **more):
    """The bank's line as events keep it."""
    fields = {
        "on": PAID_ON,
        "reference": f"bank f{n} amount={amount} e2e=E{n}",
        "payer": "Client et Fils SA",
        "iban": IBAN,
        "words": words,
        **BANK,
    }
    return fields | more


def facts(done):
    """The figures of the report that are not zero, and its other lines."""
    return [fact for fact in done.decision.letters[-1].facts if fact[1] != "0"]


def test_a_payment_that_names_its_invoice_settles_it_and_shows_who_pays():
    """The event keeps the bank's whole line; the payer's account is remembered since he pays under the debtor's own name."""
    done = taken(movement("605.00", "facture 2026-125"))
    received = ev.PaymentReceived(
        **HEAD,
        **line("605.00", words="facture 2026-125"),
        item="i2",
        amount=money("605.00"),
        evidence="bank",
        because=done.decision.events[0].because,
    )
    assert received.because[0] == "number"
    assert done.decision.events == (
        received,
        ev.InvoiceSettled(**HEAD, item="i2"),
        ev.PayerLearned(**HEAD, debtor="d1", iban=IBAN, movement="bank f1 amount=605.00 e2e=E1"),
    )
    assert done.fingerprints == ("f1",)
    assert not done.waiting
    report = done.decision.letters[-1]
    assert (report.kind, report.key, report.items) == (LetterKind.BANK_STATEMENT, "statement-read:mail-1", ("i2",))
    assert facts(done) == [("paid", "1"), ("movement", "paid|2026-03-05|605.00|EUR|2026-125|Client et Fils SA")]


def test_the_booking_day_stands_where_the_bank_names_no_value_date():
    """What is booked happened on the day on which it counts."""
    done = taken(movement("605.00", "facture 2026-125", value_date=None))
    assert done.decision.events[0].on == date(2026, 3, 5)


def test_a_payer_of_another_name_teaches_nothing():
    """An agency pays for many: its account shows no debtor."""
    done = taken(movement("605.00", "facture 2026-125", name="Fiduciaire du Centre"))
    assert [type(e) for e in done.decision.events] == [ev.PaymentReceived, ev.InvoiceSettled]


def test_what_is_paid_in_part_leaves_the_rest_open():
    """A payment below the balance settles nothing; who said the number is known all the same."""
    done = taken(movement("400.00", "acompte facture 2026-118"))
    after = done.decision.after(LEDGER)
    assert after.items["i1"].state is ItemState.FOLLOWED
    assert after.items["i1"].balance == money("810.00")
    assert facts(done)[0] == ("partial", "1")


def test_money_over_is_the_debtors_and_what_becomes_of_it_is_asked():
    """The invoice takes its balance; the rest stays on his account until the creditor says keep or refunded."""
    done = taken(movement("650.00", "facture 2026-125"))
    received, settled, kept, asked, learned = done.decision.events
    assert (received.amount, settled.item) == (money("605.00"), "i2")
    assert kept == ev.MoneyPutOnAccount(
        **HEAD,
        debtor="d1",
        amount=money("45.00"),
        on=PAID_ON,
        evidence="bank",
        reference="bank f1 amount=650.00 e2e=E1",
        because=("surplus",),
    )
    assert (asked.topic, asked.subjects, asked.choices, asked.to) == (OVER, ("i2",), ("keep", "refunded"), OWNER)
    assert BankLine.asked_about(asked.detail).amount == Decimal("45.00")
    assert learned.iban == IBAN
    question = done.decision.letters[0]
    assert (question.kind, question.code, question.key) == (LetterKind.QUESTION, OVER, f"question:{asked.question}")
    assert (question.account, question.items, question.amount, question.on) == ("d1", ("i2",), money("45.00"), PAID_ON)
    assert (question.question, question.choices) == (asked.question, ("keep", "refunded"))
    assert question.facts == (("because", "surplus"),)


def test_paid_twice_is_the_debtors_money():
    """A second payment of a settled invoice is kept for him whole, told as twice, and asked about."""
    paid = replace(
        item("i2", number="2026-125", due=date(2026, 1, 20), total="605.00", state=ItemState.SETTLED),
        payments=(Payment(money("605.00"), date(2026, 2, 20), "bank", "bank f0 amount=605.00"),),
    )
    done = taken(movement("605.00", "facture 2026-125"), ledger=Ledger.of([account(), paid]))
    kept, asked = done.decision.events
    assert (kept.amount, kept.because, asked.topic) == (money("605.00"), ("paid_twice",), OVER)
    assert facts(done) == [("twice", "1"), ("movement", "twice|2026-03-05|605.00|EUR|2026-125|Client et Fils SA")]
    assert done.fingerprints == ("f1",)


def test_a_movement_counts_once_in_a_file_and_over_files():
    """Its fingerprint is known, whether from before or from a line above."""
    one = movement("605.00", "facture 2026-125")
    assert not taken(one, known=["f1"]).decision.events
    assert facts(taken(one, known=["f1"])) == [("known", "1")]
    done = taken(one, one)
    assert [type(e) for e in done.decision.events].count(ev.PaymentReceived) == 1
    assert ("known", "1") in facts(done)


def test_movements_without_a_fingerprint_are_each_their_own():
    """Two lines that no mark tells apart may be one payment or two: the first settles, about the second a person is asked."""
    one = movement("605.00", "facture 2026-125", fingerprint="", end_to_end="")
    done = taken(one, one)
    assert done.fingerprints == ()
    assert facts(done)[:2] == [("paid", "1"), ("ask", "1")]
    assert not done.waiting


def test_while_the_totals_do_not_tie_nothing_is_booked_by_itself():
    """What would settle an invoice is asked about, and the problem is told."""
    done = taken(movement("605.00", "facture 2026-125"), problems=["closing balance 12.00 off"])
    asked, pause = done.decision.events
    assert (asked.topic, asked.choices, asked.to) == (PAYMENT, ("i2", "none"), OWNER)
    assert pause == ev.FollowUpPaused(**HEAD, subject="i2", until=add_bank_days(TODAY, 3, "BE"), reason=PAYMENT)
    assert ("problem", "closing balance 12.00 off") in facts(done)
    question = done.decision.letters[0]
    assert (question.amount, question.on) == (money("605.00"), date(2026, 3, 5))
    assert question.words == "2026-03-05 605.00 EUR Client et Fils SA\nfacture 2026-125"
    assert done.fingerprints == ("f1",)


def test_money_that_fits_two_invoices_is_asked_about_and_holds_both():
    """The same sum is open twice and nobody said for what: the likeliest stands first, reminders of both rest."""
    ledger = Ledger.of([*LEDGER.states(), item("i5", number="2026-150", due=date(2026, 1, 5), total="605.00")])
    done = taken(movement("605.00", "paiement"), ledger=ledger)
    asked = next(e for e in done.decision.events if isinstance(e, ev.QuestionAsked))
    assert set(asked.choices) >= {"i2", "i5", "none"}
    assert asked.choices[-1] == "none"
    held = {e.subject for e in done.decision.events if isinstance(e, ev.FollowUpPaused)}
    assert {"i2", "i5"} <= held
    assert not [e for e in done.decision.events if isinstance(e, ev.PaymentReceived)]


def test_money_for_an_invoice_that_is_not_there_waits_for_it():
    """A strange number is not asked about: the movement waits with its statement, and no fingerprint of it is kept."""
    done = taken(movement("77.00", "facture 2026-999", name="Inconnu SA", counterparty_iban=""))
    assert [entry.fingerprint for entry, _ in done.waiting] == ["f1"]
    assert done.fingerprints == ()
    assert not done.decision.events


def test_what_waited_is_looked_at_again_without_pauses_anew():
    """Each look at waiting money would else prolong the rest of the debtor's reminders for ever."""
    known = replace(account(), payers=(KnownPayer(iban=IBAN),))
    ledger = Ledger.of([known, *(LEDGER.items[i] for i in ("i1", "i2"))])
    first = taken(movement("3300.00", "divers"), ledger=ledger)
    again = taken(movement("3300.00", "divers"), ledger=ledger, form=WAITING)
    assert [w[0].fingerprint for w in first.waiting] == [w[0].fingerprint for w in again.waiting] == ["f1"]
    assert {e.subject for e in first.decision.events} == {"i1", "i2"}
    assert not again.decision.events


def test_only_so_many_invoices_are_held_as_the_money_could_pay():
    """Of a payer whom nothing else tells, the oldest invoices rest until they amount to what came."""
    done = taken(movement("700.00", "divers"))
    assert [e.subject for e in done.decision.events if isinstance(e, ev.FollowUpPaused)] == ["i1"]


def test_what_leaves_the_account_is_only_counted():
    """Rent and wages are no lines of the report."""
    done = taken(movement("-900.00", "loyer mars", name="Immo SA", counterparty_iban=""))
    assert facts(done) == [("nothing", "1")]
    assert not done.decision.events


def test_what_is_pending_is_counted_and_not_booked():
    """Announced money is no money."""
    done = taken(movement("605.00", "facture 2026-125", pending=True))
    assert not done.decision.events
    assert facts(done) == [("pending", "1")]


def settled_by_bank(**more):
    """i2, settled by the movement f0."""
    paid = Payment(money("605.00"), date(2026, 2, 20), "bank", "bank f0 amount=605.00 e2e=E0", iban=IBAN)
    return replace(
        item("i2", number="2026-125", due=date(2026, 1, 20), total="605.00", state=ItemState.SETTLED),
        payments=(paid, *more.get("payments", ())),
    )


def returned(amount="-605.00", **more):
    fields = {"reversal": True, "return_reason": "AC04", "end_to_end": "E0", **more}
    return movement(amount, "retour facture 2026-125", **fields)


def test_a_return_reopens_what_it_had_paid_and_its_reminders_rest():
    """The money goes, the invoice is open again, and what the payment had shown of its payer is forgotten."""
    shown = KnownPayer(iban=IBAN, movement="bank f0 amount=605.00 e2e=E0")
    other = KnownPayer(name="Fiduciaire", movement="bank f7 amount=1.00")
    ledger = Ledger.of([replace(account(), payers=(shown, other)), settled_by_bank()])
    done = taken(returned(), ledger=ledger)
    back, opened, pause, forgotten = done.decision.events
    assert back == ev.PaymentReversed(
        **HEAD,
        **line("-605.00", words="retour facture 2026-125", reference="bank f1 amount=-605.00 e2e=E0"),
        item="i2",
        amount=money("605.00"),
        evidence="bank",
    )
    assert opened == ev.InvoiceReopened(**HEAD, item="i2")
    assert pause == ev.FollowUpPaused(**HEAD, subject="i2", until=None, reason="payment_reversed")
    assert forgotten == ev.PayerForgotten(**HEAD, debtor="d1", iban=IBAN, movement=shown.movement)
    assert done.decision.after(ledger).items["i2"].balance == money("605.00")
    assert facts(done)[0] == ("reopen", "1")
    assert done.decision.letters[-1].items == ("i2",)


def test_a_return_takes_back_what_was_let_go_beside_it():
    """Bank charges of a payment that never was are owed again, and its surplus leaves the account."""
    gone = Payment(money("5.00"), date(2026, 2, 20), "difference")
    paid = replace(settled_by_bank(), payments=())
    first = Payment(money("600.00"), date(2026, 2, 20), "bank", "bank f0 amount=640.00 e2e=E0", iban=IBAN)
    kept = Payment(money("40.00"), date(2026, 2, 20), "bank", "bank f0 amount=640.00 e2e=E0")
    ledger = Ledger.of([replace(account(), money=(kept,)), replace(paid, payments=(first, gone))])
    done = taken(returned("-640.00"), ledger=ledger)
    moved = [(type(e), e.amount, e.evidence) for e in done.decision.events if isinstance(e, ev.PaymentReversed)]
    assert moved == [
        (ev.PaymentReversed, money("600.00"), "bank"),
        (ev.PaymentReversed, money("5.00"), "difference"),
    ]
    left = next(e for e in done.decision.events if isinstance(e, ev.MoneyTakenFromAccount))
    assert (left.amount, left.reason, left.reference) == (money("40.00"), "reversed", "bank f1 amount=-640.00 e2e=E0")
    after = done.decision.after(ledger)
    assert after.items["i2"].balance == money("605.00")
    assert after.accounts["d1"].on_account("EUR") == money("0")


BANK_LINE = BankLine(
    Decimal("605.00"), "EUR", PAID_ON, "bank f1 amount=605.00", "Client et Fils SA", IBAN, "merci", **BANK
)


def question(*subjects, topic=PAYMENT, about=BANK_LINE):
    return Question("q1", "acme", topic, subjects, (*subjects, "none"), OWNER, about.detail, ASKED_ON)


def answered(answer, *subjects, topic=PAYMENT, about=BANK_LINE, ledger=LEDGER):
    return bank_answered(ledger, question(*subjects, topic=topic, about=about), answer, context())


def test_a_question_keeps_the_banks_line_whole():
    """The line is read back from its detail as it was; words of another question are no line."""
    assert BankLine.asked_about(BANK_LINE.detail) == BANK_LINE
    assert BankLine.asked_about("paid 12.00 2026-03-06") is None
    assert answered("i1", "i1").letters[0].code != "not_understood"
    strange = replace(question("i1"), detail="paid 605.00 -")
    assert bank_answered(LEDGER, strange, "i1", context()).letters[0].code == "not_understood"


def test_the_answer_books_the_movement_where_it_was_told():
    """The line is the bank's, the reason is the answer; the payer's name and account are known from now on."""
    done = answered("i2", "i2", "i4", about=replace(BANK_LINE, payer="Fiduciaire du Centre"))
    closed, received, settled, learned = done.events
    assert closed == ev.QuestionAnswered(**HEAD, question="q1", answer="i2")
    told = line("605.00", words="merci", reference="bank f1 amount=605.00", payer="Fiduciaire du Centre")
    assert received == ev.PaymentReceived(
        **HEAD, **told, item="i2", amount=money("605.00"), evidence="bank", because=("answer",)
    )
    assert settled == ev.InvoiceSettled(**HEAD, item="i2")
    assert learned == ev.PayerLearned(
        **HEAD, debtor="d1", iban=IBAN, name="Fiduciaire du Centre", movement="bank f1 amount=605.00"
    )
    letter = done.letters[0]
    assert (letter.code, letter.items, letter.amount, letter.on) == ("settled", ("i2",), money("605.00"), PAID_ON)


def test_no_answer_fits_and_nothing_happens():
    """The question is closed and nothing else."""
    done = answered("none", "i2")
    assert done.events == (ev.QuestionAnswered(**HEAD, question="q1", answer="none"),)
    assert (done.letters[0].code, done.letters[0].items) == ("nothing_done", ("i2",))


@pytest.mark.parametrize(
    ("answer", "balance", "state", "code"),
    [("i1", "605.00", ItemState.FOLLOWED, "part_paid"), ("i1" + ACCEPTED, "0.00", ItemState.SETTLED, "settled")],
)
def test_a_shortfall_stays_open_or_is_let_go_as_was_said(answer, balance, state, code):
    """Accepted as the whole, what is missing is booked apart as a difference without the movement's reference."""
    done = answered(answer, "i1")
    after = done.after(LEDGER).items["i1"]
    assert (after.balance, after.state) == (money(balance), state)
    assert done.letters[0].code == code
    if state is ItemState.SETTLED:
        assert [(p.amount, p.evidence, p.reference) for p in after.payments] == [
            (money("605.00"), "bank", "bank f1 amount=605.00"),
            (money("605.00"), "difference", ""),
        ]


def test_accepting_is_for_one_invoice_only():
    """Of two, the last one that is short stays open whatever was said."""
    done = answered("i1+i2" + ACCEPTED, "i1", "i2", about=replace(BANK_LINE, amount=Decimal("1300.00")))
    after = done.after(LEDGER)
    assert (after.items["i1"].state, after.items["i2"].state) == STANDING[::-1]
    assert after.items["i2"].balance == money("515.00")
    assert done.letters[0].code == "part_paid"


def test_several_invoices_are_paid_the_oldest_due_first():
    """An invoice without a due date counts as due on the day of the money."""
    undated = item("i0", number="2026-100", due=None, total="100.00")
    ledger = Ledger.of([*LEDGER.states(), undated])
    done = answered("i0+i2+i1", "i0", "i1", "i2", ledger=ledger, about=replace(BANK_LINE, amount=Decimal("1850.00")))
    assert [(e.item, e.amount) for e in done.events if isinstance(e, ev.PaymentReceived)] == [
        ("i1", money("1210.00")),
        ("i2", money("605.00")),
        ("i0", money("35.00")),
    ]


def test_a_credit_note_among_the_chosen_adds_to_the_money():
    """Of 505.00 and a note of 100.00 an invoice of 605.00 is paid; both are settled."""
    note = item("n1", number="2026-N1", total="-100.00", credit_note=True)
    ledger = Ledger.of([*LEDGER.states(), note])
    done = answered("i2+n1", "i2", "n1", ledger=ledger, about=replace(BANK_LINE, amount=Decimal("505.00")))
    after = done.after(ledger)
    assert (after.items["i2"].state, after.items["n1"].state) == (ItemState.SETTLED, ItemState.SETTLED)
    assert [(e.item, e.amount) for e in done.events if isinstance(e, ev.PaymentReceived)] == [
        ("n1", money("-100.00")),
        ("i2", money("605.00")),
    ]
    assert done.letters[0].code == "settled"


def test_what_is_over_stays_on_the_account_of_the_one_debtor():
    """Of two debtors nobody's account takes it, and no payer is learned."""
    done = answered("i2", "i2", about=replace(BANK_LINE, amount=Decimal("700.00")))
    kept = next(e for e in done.events if isinstance(e, ev.MoneyPutOnAccount))
    assert (kept.debtor, kept.amount, kept.because) == ("d1", money("95.00"), ("surplus",))
    two = answered("i2+i3", "i2", "i3", about=replace(BANK_LINE, amount=Decimal("700.00")))
    assert not [e for e in two.events if isinstance(e, ev.MoneyPutOnAccount | ev.PayerLearned)]
    assert [e.amount for e in two.events if isinstance(e, ev.PaymentReceived)] == [money("605.00"), money("88.50")]


def test_what_was_settled_meanwhile_is_told():
    """Nothing is booked on a closed invoice."""
    ledger = Ledger.of([account(), settled_by_bank()])
    done = answered("i2", "i2", ledger=ledger)
    assert (len(done.events), done.letters[0].code) == (1, "already_settled")


def test_the_customer_named_pays_what_he_owes_exactly():
    """One invoice of just that sum, or all of them together."""
    one = answered(PAYER + "d1", "i4")
    assert [e.item for e in one.events if isinstance(e, ev.InvoiceSettled)] == ["i2"]
    whole = answered(PAYER + "d1", "i4", about=replace(BANK_LINE, amount=Decimal("1815.00")))
    assert {e.item for e in whole.events if isinstance(e, ev.InvoiceSettled)} == {"i1", "i2"}


def test_the_customer_named_who_owes_another_sum_is_asked_about():
    """His open invoices are listed with the bank's line, and he is known as the payer."""
    done = answered(PAYER + "d1", "i4", about=replace(BANK_LINE, amount=Decimal("300.00"), payer="Fiduciaire"))
    closed, learned, asked = done.events
    assert (closed.answer, learned.debtor, learned.name) == (PAYER + "d1", "d1", "Fiduciaire")
    assert (asked.topic, asked.subjects, asked.choices) == (PAYMENT, ("i1", "i2"), ("i1", "i2", "none"))
    assert asked.question not in ("", "q1")
    assert BankLine.asked_about(asked.detail).amount == Decimal("300.00")
    letter = done.letters[0]
    assert (letter.amount, letter.on, letter.words) == (money("300.00"), PAID_ON, "Fiduciaire\nmerci")
    assert (letter.question, letter.items) == (asked.question, ("i1", "i2"))


def test_a_customer_who_owes_nothing_cannot_have_paid():
    """Nothing was understood, but the question is closed."""
    done = answered(PAYER + "d9", "i4")
    assert (len(done.events), done.letters[0].code) == (1, "not_understood")
    settled = Ledger.of([account(), settled_by_bank()])
    assert answered(PAYER + "d1", "i4", ledger=settled).letters[0].code == "not_understood"


def test_a_return_that_was_asked_about_takes_back_at_most_itself():
    """Each chosen invoice loses what one movement had paid on it; what is left goes off the account of the same movement."""
    kept = Payment(money("40.00"), date(2026, 2, 20), "bank", "bank f0 amount=605.00 e2e=E0")
    other = replace(
        item("i1", number="2026-118", due=date(2026, 1, 10), total="1210.00", state=ItemState.SETTLED),
        payments=(Payment(money("1210.00"), date(2026, 2, 21), "bank", "bank f5 amount=1210.00"),),
    )
    ledger = Ledger.of([replace(account(), money=(kept,)), settled_by_bank(), other])
    about = replace(BANK_LINE, amount=Decimal("-645.00"))
    done = answered("i2", "i2", ledger=ledger, about=about)
    back = [(e.item, e.amount) for e in done.events if isinstance(e, ev.PaymentReversed)]
    assert back == [("i2", money("605.00"))]
    gone = [(e.amount, e.reason) for e in done.events if isinstance(e, ev.MoneyTakenFromAccount)]
    assert gone == [(money("40.00"), "reversed")]
    assert (done.letters[0].code, done.letters[0].amount) == ("reopened", money("645.00"))
    both = answered("i2+i1", "i1", "i2", ledger=ledger, about=replace(BANK_LINE, amount=Decimal("-1000.00")))
    assert [(e.item, e.amount) for e in both.events if isinstance(e, ev.PaymentReversed)] == [
        ("i2", money("605.00")),
        ("i1", money("395.00")),
    ]


def test_a_return_finds_the_payment_of_its_own_sum():
    """Of several payments on one invoice the one of the returned sum is taken back, else the last."""
    first = Payment(money("200.00"), date(2026, 2, 18), "bank", "bank f3 amount=200.00")
    last = Payment(money("405.00"), date(2026, 2, 20), "bank", "bank f4 amount=405.00")
    paid = replace(settled_by_bank(), payments=(first, last))
    shown = (KnownPayer(iban="A", movement=first.reference), KnownPayer(iban="B", movement=last.reference))
    ledger = Ledger.of([replace(account(), payers=shown), paid])
    exact = answered("i2", "i2", ledger=ledger, about=replace(BANK_LINE, amount=Decimal("-200.00")))
    assert [e.iban for e in exact.events if isinstance(e, ev.PayerForgotten)] == ["A"]
    other = answered("i2", "i2", ledger=ledger, about=replace(BANK_LINE, amount=Decimal("-100.00")))
    assert [e.iban for e in other.events if isinstance(e, ev.PayerForgotten)] == ["B"]
    assert [e.amount for e in other.events if isinstance(e, ev.PaymentReversed)] == [money("100.00")]


def test_money_over_is_kept_or_leaves_once_paid_back():
    """What is refunded is at most what is on the account, with the movement's reference, as of today."""
    kept = Payment(money("30.00"), PAID_ON, "bank", "bank f1 amount=605.00")
    ledger = Ledger.of([replace(account(), money=(kept,)), LEDGER.items["i2"]])
    about = replace(BANK_LINE, amount=Decimal("45.00"))
    stays = answered("keep", "i2", topic=OVER, about=about, ledger=ledger)
    assert (len(stays.events), stays.letters[0].code) == (1, "credit_kept")
    gone = answered("refunded", "i2", topic=OVER, about=about, ledger=ledger)
    assert gone.events[1] == ev.MoneyTakenFromAccount(
        **HEAD, debtor="d1", amount=money("30.00"), on=TODAY, reason="refunded", reference="bank f1 amount=605.00"
    )
    assert (gone.letters[0].code, gone.letters[0].amount) == ("credit_refunded", money("30.00"))
    nothing = answered("refunded", "i2", topic=OVER, about=about)
    assert (len(nothing.events), nothing.letters[0].code) == (1, "nothing_done")


def test_only_free_invoices_are_held_meanwhile():
    """A pause that lasts longer stays as it is; a shorter one is prolonged."""
    until = add_bank_days(TODAY, 3, "BE")
    for day, held in ((until, []), (date(2026, 3, 11), ["i2"]), (None, [])):
        paused = replace(LEDGER.items["i2"], holds=(Hold(HoldKind.PAUSE, day, NOW),))
        ledger = Ledger.of([account(), paused])
        done = taken(movement("605.00", "facture 2026-125"), ledger=ledger, problems=["off"])
        assert [e.subject for e in done.decision.events if isinstance(e, ev.FollowUpPaused)] == held


def test_the_report_shows_first_what_a_person_must_know_of():
    """Reopened, asked, paid twice, in part, paid: in this order; a bar within a name cannot break the line."""
    done = taken(
        movement("605.00", "facture 2026-125", n=1),
        movement("400.00", "facture 2026-118", n=2),
        movement("12.34", "divers", name="Dupont | Fils", counterparty_iban="", n=3),
    )
    lines = [f[1] for f in facts(done) if f[0] == "movement"]
    assert [text.partition("|")[0] for text in lines] == ["ask", "partial", "paid"]
    assert lines[0] == "ask|2026-03-05|12.34|EUR||Dupont / Fils"
    assert ("left_over", "2026-03-05 12.34 EUR Dupont | Fils") in facts(done)


def test_at_most_ten_questions_of_one_file():
    """The eleventh is listed as left over and waits for the next look."""
    entries = [movement("605.00", "facture 2026-125", n=n) for n in range(12)]
    done = taken(*entries, problems=["off"])
    assert sum(isinstance(e, ev.QuestionAsked) for e in done.decision.events) == 10
    assert len([f for f in facts(done) if f[0] == "left_over"]) == 2
    assert [entry.fingerprint for entry, _ in done.waiting] == ["f10", "f11"]
    assert len(done.fingerprints) == 10


def test_who_answers_a_colleague_is_asked():
    """The question goes to the writer of the mail, a copy of its letter to the owner."""
    reading = BankStatementReading("camt", entries=(movement("605.00", "2026-125"),), problems=("off",))
    done = bank_statement([reading], LedgerBook(Shelf(LEDGER), "acme"), frozenset(), context(sender=STAFF))
    assert done.decision.events[0].to == STAFF
    assert done.decision.letters[0].to == (STAFF, OWNER)


def test_a_forgotten_payer_is_the_movements_own():
    """What another movement showed stays known."""
    known = replace(account(), payers=(KnownPayer("I1", "N1", "m1"), KnownPayer("I2", "N2", "m2")))
    assert unlearned(known, ["m2"], context()) == (
        ev.PayerForgotten(**HEAD, debtor="d1", iban="I2", name="N2", movement="m2"),
    )


def test_one_look_reads_what_the_movements_need():
    """Beforehand, in two look-ups; what was read stands as it was in the ledger, whatever the statement does."""
    shelf = Shelf(LEDGER)
    book = LedgerBook(shelf, "acme")
    book.prepare([movement("605.00", "facture 2026-125")])
    assert len(shelf.asked) == 2
    assert book.state("i2") == LEDGER.items["i2"]
    assert book.state("d1") == LEDGER.accounts["d1"]
    assert set(book.read_so_far.items) == {"i1", "i2"}
    assert book.state("i3") is None
    assert Money.total((i.balance.amount and i.balance for i in book.read_so_far.items.values()), "EUR") == money(
        "1815.00"
    )
