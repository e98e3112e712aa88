"""Credit notes, money on account and claims of payment: what lessens a debt, and what never does."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain.credits import credited_on, credits_of, left_on, owed_by, payments_by_day, payments_with_credits
from agent.domain.decide import DebtorMail, Decision, due, handed_over, instructed, reply
from agent.domain.decide.credit_notes import LEFT, with_set_offs
from agent.domain.decide.undoing import Past, taken_back
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import DocumentKind, Instruction, InstructionReading, Intent, ReplyReading
from agent.domain.ledger import HoldKind, ItemState, Ledger, OpenItem, Payment, replay
from agent.domain.letters import LetterKind
from agent.domain.money import Money
from agent.domain.workdays import add_bank_days, is_bank_day
from agent.reports.statement import statement_of
from tests.builders import NOW, TODAY, account, context, invoice, item, money, reading

PLAN = DunningPlan()


def note(id_: str = "n1", total: str = "-100.00", *, corrects: tuple[str, ...] = (), **more) -> OpenItem:
    made = invoice(id_, due=None, total=total, credit_note=True, corrects=corrects, number=f"NC-{id_}", **more)
    return OpenItem(made, ItemState.FOLLOWED, NOW)


def registered(one: OpenItem, **more) -> ev.InvoiceRegistered:
    return ev.InvoiceRegistered(at=NOW, source="m", creditor="acme", item=one.id, invoice=one.invoice, **more)


def after(*states, brought: OpenItem):
    """The decision about a document that is handed over, and the books after it."""
    ledger = Ledger.of([account(), *states])
    decision = with_set_offs(ledger, Decision((registered(brought),)), context())
    return decision, decision.after(ledger)


def test_a_credit_note_lessens_the_invoice_that_it_names():
    """Both are lessened by the same sum; the note is used up, the invoice is followed for what is left."""
    decision, ledger = after(item("i1"), brought=note(corrects=("N-i1",)))
    assert ledger.items["i1"].balance == money("900.00")
    assert ledger.items["i1"].state is ItemState.FOLLOWED
    assert ledger.items["n1"].state is ItemState.SETTLED
    assert [x.code for x in decision.letters] == ["credited"]


def test_one_that_cancels_an_invoice_settles_it():
    """Nothing is open on either; no money came in."""
    _, ledger = after(item("i1"), brought=note(total="-1000.00", corrects=("N-i1",)))
    assert ledger.items["i1"].state is ledger.items["n1"].state is ItemState.SETTLED
    assert credited_on(ledger.items["i1"]) == money("1000.00")
    assert [p.evidence for p in ledger.items["i1"].payments] == ["credit_note"]


def test_the_invoice_may_come_after_its_credit_note():
    """The note waits, deducted on the account, until the invoice that it names arrives."""
    waiting = note(corrects=("N-i1",))
    assert credits_of([waiting], "EUR") == money("-100.00")
    _, ledger = after(waiting, brought=item("i1"))
    assert ledger.items["i1"].balance == money("900.00")


def test_one_larger_than_its_invoice_leaves_a_credit_that_is_asked_about():
    """The creditor owes money: he keeps it for the debtor, or pays it back."""
    decision, ledger = after(item("i1"), brought=note(total="-1200.00", corrects=("N-i1",)))
    assert left_on(ledger.items["n1"]) == money("200.00")
    (question,) = ledger.questions.values()
    assert (question.topic, question.choices) == (LEFT, ("keep", "refunded"))
    assert decision.letters[-1].kind is LetterKind.QUESTION
    choose = Instruction("choose", "2", choice=2)
    answered = instructed(ledger, InstructionReading((choose,)), ("n1",), question, context(source="mail-2"))
    books = answered.after(ledger)
    assert books.items["n1"].balance == money("0.00")
    assert books.items["n1"].state is ItemState.SETTLED
    kept = instructed(ledger, InstructionReading((replace(choose, choice=1),)), ("n1",), question, context(source="m3"))
    assert left_on(kept.after(ledger).items["n1"]) == money("200.00")


def test_one_that_comes_after_the_payment_is_asked_about():
    """What it credits was paid: it lessens nothing else by itself."""
    paid = replace(item("i1", paid="1000.00"), state=ItemState.SETTLED)
    _, ledger = after(paid, item("i2"), brought=note(corrects=("N-i1",)))
    assert ledger.items["i2"].balance == money("1000.00")
    assert [q.topic for q in ledger.questions.values()] == [LEFT]


def test_one_that_names_nothing_lessens_the_account_and_no_invoice():
    """It is deducted on the statement; no invoice is called settled by it."""
    _, ledger = after(item("i1"), brought=note())
    assert ledger.items["i1"].payments == ()
    assert owed_by(account(), ledger.items.values(), "EUR") == money("900.00")
    assert ledger.questions == {}


def test_one_of_the_very_sum_of_an_open_invoice_is_asked_about():
    """It names none: the creditor says which one it cancels, or that it stays on the account."""
    _, ledger = after(item("i1"), item("i2"), brought=note(total="-1000.00"))
    assert ledger.items["i1"].payments == ledger.items["i2"].payments == ()
    (question,) = ledger.questions.values()
    assert question.choices == ("i1", "i2", "on_account")

    def chosen(n):
        one = InstructionReading((Instruction("choose", str(n), choice=n),))
        return instructed(ledger, one, ("n1",), question, context(source=f"m{n}")).after(ledger)

    assert chosen(2).items["i2"].state is chosen(2).items["n1"].state is ItemState.SETTLED
    assert left_on(chosen(3).items["n1"]) == money("1000.00")


@pytest.mark.parametrize(
    ("of_invoice", "of_note"),
    [({"debtor": "d2"}, {}), ({"currency": "USD"}, {})],
)
def test_one_for_another_debtor_or_in_another_currency_is_doubted(of_invoice, of_note):
    """Nothing is set off, a person is asked, and the debtor is left in peace meanwhile."""
    ledger = Ledger.of([account(), account("d2", name="Autre SA", contacts=()), item("i1", **of_invoice)])
    paper = reading(
        kind=DocumentKind.CREDIT_NOTE, number="NC-9", preceding_invoice="N-i1", total=Decimal("50.00"), due_date=None
    )
    decision = handed_over(ledger, [paper], context())
    (made,) = [e for e in decision.events if isinstance(e, ev.InvoiceRegistered)]
    assert set(made.doubts) & {"buyer_name", "currency"}
    assert not [e for e in decision.events if isinstance(e, ce.CreditSetOff)]
    assert decision.after(ledger).accounts["d1"].hold(TODAY) is not None


def test_a_credit_note_that_is_handed_over_is_tied_by_the_number_printed_on_it():
    """The acknowledgement shows what it took off; handed over again it counts once."""
    ledger = Ledger.of([account(), item("i1")])
    paper = reading(
        kind=DocumentKind.CREDIT_NOTE, number="NC-9", preceding_invoice="N-i1", total=Decimal("50.00"), due_date=None
    )
    decision = handed_over(ledger, [paper], context())
    books = decision.after(ledger)
    assert books.items["i1"].balance == money("950.00")
    again = handed_over(books, [replace(paper, document="b" * 64)], context(source="mail-2")).after(books)
    assert again.items["i1"].balance == money("950.00")


def test_taking_the_credit_note_back_takes_its_set_off_back():
    """Undone, the invoice is owed again as before."""
    ledger = Ledger.of([account(), item("i1")])
    opened = [registered(item("i1"))]
    decision = with_set_offs(
        ledger,
        Decision((replace(registered(note(total="-1000.00", corrects=("N-i1",))), source="m2"),)),
        context(source="m2"),
    )
    books = decision.after(ledger)
    past = Past(
        {
            "i1": [*opened, *(e for e in decision.events if "i1" in e.about())],
            "n1": [e for e in decision.events if "n1" in e.about()],
        }
    )
    undone = replay(taken_back(books, past, "m2", context(source="m3")), books)
    assert undone.items["i1"].balance == money("1000.00")
    assert undone.items["i1"].state is ItemState.FOLLOWED
    assert not undone.items["n1"].is_open


def test_money_on_account_is_deducted_and_settles_nothing():
    """It stands on the statement as a line of its own; who has more on account than he owes is not reminded."""
    kept = ce.MoneyPutOnAccount(
        at=NOW, source="m", creditor="acme", debtor="d1", amount=money("300.00"), on=TODAY, evidence="owner"
    )
    ledger = replay([kept], Ledger.of([account(), item("i1")]))
    his = ledger.accounts["d1"]
    assert his.on_account("EUR") == money("300.00")
    assert his.on_account("USD") == money("0", "USD")
    statement = statement_of(ledger.of_account("d1"), his, PLAN, TODAY)
    assert statement.due_total("EUR") == money("700.00") == owed_by(his, ledger.items.values(), "EUR")
    assert ledger.items["i1"].payments == ()
    assert any(isinstance(e, ev.StatementQueued) for e in due(ledger, his, context()).events)
    rich = replay([replace(kept, amount=money("700.00"))], ledger)
    assert due(rich, rich.accounts["d1"], context()).events == ()


def told(ledger: Ledger, kind: str, **more):
    one = Instruction(kind, "words", **more)
    decision = instructed(ledger, InstructionReading((one,)), (), None, context(source=f"mail-{kind}"))
    return decision, decision.after(ledger)


def test_the_creditor_keeps_money_on_account_sets_it_off_and_pays_it_back():
    """Each at his word, never more than there is."""
    ledger = Ledger.of([account(), item("i1"), item("i2", total="50.00")])
    _, ledger = told(ledger, "on_account", accounts=("d1",), amount=Decimal("120.00"))
    assert ledger.accounts["d1"].on_account("EUR") == money("120.00")
    _, ledger = told(ledger, "set_off", numbers=("N-i2",))
    assert ledger.items["i2"].state is ItemState.SETTLED
    assert ledger.accounts["d1"].on_account("EUR") == money("70.00")
    decision, ledger = told(ledger, "refunded", accounts=("d1",))
    assert ledger.accounts["d1"].on_account("EUR") == money("0.00")
    assert [x.code for x in decision.letters] == ["credit_refunded"]
    decision, _ = told(ledger, "refunded", accounts=("d1",))
    assert decision.events == ()


def test_interest_is_reckoned_on_what_was_really_owed():
    """A credit note counts from the invoice's own day, money on account from the day it came, for the oldest debt."""
    noted = replace(item("i1"), payments=(Payment(money("100.00"), date(2026, 3, 1), "credit_note", "n1"),))
    assert payments_by_day(noted) == ((noted.invoice.issue_date, Decimal("100.00")),)
    his = replace(account(), money=(Payment(money("950.00"), date(2026, 2, 15), "bank"),))
    parts = payments_with_credits(his, [noted, item("i2", due=date(2026, 2, 9))])
    assert parts["i1"][-1] == (date(2026, 2, 15), Decimal("900.00"))
    assert parts["i2"] == ((date(2026, 2, 15), Decimal("50.00")),)


cents = st.integers(1, 500_00).map(lambda n: Decimal(n) / 100)
sides = st.lists(st.tuples(st.sampled_from("INAPX"), cents, st.sampled_from(["EUR", "USD"])), min_size=1, max_size=9)


@given(sides, st.randoms(use_true_random=False))
def test_what_a_statement_asks_is_what_is_owed_less_all_credits(parts, random):
    """In each currency, whatever there is of invoices, notes, overpayments and money on account, in whatever order; and who is in
    credit gets no statement."""
    states, money_kept = [], []
    for n, (kind, amount, currency) in enumerate(parts):
        sum_ = str(amount)
        if kind == "I":
            states.append(item(f"i{n}", total=sum_, currency=currency))
        elif kind == "N":
            states.append(note(f"i{n}", total=f"-{sum_}", currency=currency))
        elif kind == "P":
            states.append(
                replace(item(f"i{n}", total=sum_, currency=currency, paid=str(amount + 7)), state=ItemState.SETTLED)
            )
        elif kind == "A":
            money_kept.append(Payment(Money(amount, currency), TODAY, "bank"))
        else:
            money_kept.append(Payment(Money(-amount, currency), TODAY, "refunded"))
    random.shuffle(states)
    his, exact = replace(account(), money=tuple(money_kept)), replace(PLAN, tolerance=Decimal(0))
    for currency in ("EUR", "USD"):
        owed = owed_by(his, states, currency)
        statement = statement_of(states, his, exact, TODAY).in_currency(currency)
        assert statement.due_total(currency).amount == max(owed.amount, Decimal(0)) or not statement.due
        queued = [
            e
            for e in due(Ledger.of([his, *states]), his, context(plan=exact)).events
            if isinstance(e, ev.StatementQueued) and e.currency == currency
        ]
        assert bool(queued) == (owed.amount > 0 and bool(statement.due))


@given(
    st.lists(cents, min_size=1, max_size=4), st.lists(cents, min_size=1, max_size=4), st.randoms(use_true_random=False)
)
def test_set_offs_keep_the_sum_whatever_comes_first(bills, notes, random):
    """Invoices and credit notes that name them, handed over in any order: the same is owed, and nothing is credited beyond its sum."""
    numbers = tuple(f"N-i{n}" for n in range(len(bills)))
    brought = [item(f"i{n}", total=str(a)) for n, a in enumerate(bills)]
    brought += [note(f"n{n}", total=f"-{a}", corrects=numbers) for n, a in enumerate(notes)]
    random.shuffle(brought)
    ledger = Ledger.of([account()])
    for one in brought:
        ledger = with_set_offs(ledger, Decision((registered(one),)), context(source=one.id)).after(ledger)
    assert sum(i.balance.amount for i in ledger.items.values()) == sum(bills) - sum(notes)
    assert all(i.balance.amount >= 0 for i in ledger.items.values() if not i.invoice.credit_note)
    assert all(i.balance.amount <= 0 for i in ledger.items.values() if i.invoice.credit_note)


def test_banks_rest_on_target_days_and_national_holidays():
    """Good Friday and Easter Monday for all, 21 July in Belgium only; a claim of Maundy Thursday holds over Easter."""
    assert not is_bank_day(date(2026, 4, 3), "NL")
    assert not is_bank_day(date(2026, 4, 6), "FR")
    assert not is_bank_day(date(2026, 7, 21), "BE")
    assert is_bank_day(date(2026, 7, 21), "NL")
    assert not is_bank_day(date(2026, 7, 21), "NL", "BE")
    assert add_bank_days(date(2026, 4, 2), 2, "BE") == date(2026, 4, 8)
    assert add_bank_days(date(2026, 4, 4), 0, "BE") == date(2026, 4, 7)


def claimed(*, on: date, until: date, proof: bool = False, times: int = 1) -> Ledger:
    events = [
        ev.PaymentClaimed(at=NOW, source=f"m{n}", creditor="acme", item="i1", hold_until=until, on=on, proof=proof)
        for n in range(times)
    ]
    return replay(events, Ledger.of([account(), item("i1"), item("i2", due=TODAY + timedelta(days=90))]))


def test_a_claim_that_no_money_followed_is_asked_about_once_and_then_the_statements_go_on():
    """A courteous mail asks for the proof; the creditor hears of it; the next statement keeps the distance and the level."""
    ledger = claimed(on=TODAY - timedelta(days=8), until=TODAY - timedelta(days=1))
    decision = due(ledger, ledger.accounts["d1"], context())
    assert [x.kind for x in decision.letters] == [LetterKind.PROOF_REQUEST, LetterKind.ACTION_NOTICE]
    assert decision.letters[0].items == ("i1",)
    books = decision.after(ledger)
    days = []
    for n in range(1, 30):
        today = TODAY + timedelta(days=n)
        later = due(books, books.accounts["d1"], context(today=today, source=f"tick:{n}"))
        days += [(n, x.kind) for x in later.letters]
        books = later.after(books)
    assert days == [(PLAN.minimum_interval_days, LetterKind.STATEMENT)]
    assert [s.level for s in books.accounts["d1"].statements] == ["friendly"]


def test_the_proof_is_not_asked_for_too_soon_after_a_statement():
    """A request is a contact like any other: the minimum interval holds."""
    ledger = claimed(on=TODAY, until=TODAY - timedelta(days=1))
    sent = ev.StatementQueued(
        at=NOW, source="t", creditor="acme", debtor="d1", currency="EUR", cycle=1, items=("i1",),
        on=TODAY - timedelta(days=4), level="friendly", mail="s",
    )  # fmt: skip
    gone = ev.StatementSent(
        at=NOW, source="t", creditor="acme", debtor="d1", currency="EUR", cycle=1, items=("i1",),
        on=TODAY - timedelta(days=4), mail="s",
    )  # fmt: skip
    books = replay([sent, gone], ledger)
    asked = [n for n in range(12) if due(books, books.accounts["d1"], context(today=TODAY + timedelta(days=n))).letters]
    assert asked[0] == PLAN.minimum_interval_days - 4


def test_who_has_sent_a_proof_is_not_asked_again_but_his_creditor_is():
    """The creditor decides, for a few days; the debtor hears nothing."""
    ledger = claimed(on=TODAY, until=TODAY - timedelta(days=1), proof=True)
    decision = due(ledger, ledger.accounts["d1"], context())
    assert [(x.kind, x.code) for x in decision.letters] == [(LetterKind.QUESTION, "claimed_again")]
    assert decision.after(ledger).items["i1"].hold(TODAY + timedelta(days=3)) is not None
    (question,) = decision.after(ledger).questions.values()
    go_on = InstructionReading((Instruction("choose", "2", choice=2),))
    books = instructed(decision.after(ledger), go_on, ("i1",), question, context(source="m9")).after(
        decision.after(ledger)
    )
    assert [h for h in books.items["i1"].holds if h.kind is HoldKind.CLAIM] == []


def test_no_claim_settles_or_holds_for_ever():
    """However often it is said: the fourth time the creditor decides, and nothing is paid."""
    ledger = Ledger.of([account(), item("i1")])
    until = []
    for n in range(6):
        said = ReplyReading((Intent("claims_paid", 0.9, f"payé {n}", "x"),), own_text="payé")
        decision = reply(
            ledger,
            ledger.accounts["d1"],
            DebtorMail(said, listed=("i1",)),
            context(source=f"r{n}", sender="compta@client.example"),
        )
        ledger = decision.after(ledger)
        until.append([x.code for x in decision.letters if x.kind is LetterKind.QUESTION])
    assert until == [[], [], [], ["claimed_again"], [], []]
    assert ledger.items["i1"].payments == ()
    assert all(h.until is not None and h.until <= TODAY + timedelta(days=15) for h in ledger.items["i1"].holds)
