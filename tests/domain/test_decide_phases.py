"""Entering recovery: by the answer after the last statement, by words to it, once; and without a collector not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime

from agent.domain import events as ev
from agent.domain.decide import Context, instructed
from agent.domain.decide.phases import HandingOver, back_to, in_recovery, phase_of
from agent.domain.dunning_plan import DunningPlan
from agent.domain.findings import Instruction, InstructionReading
from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, OpenItem, Question, apply
from agent.domain.legal import Mandate
from agent.domain.money import Money
from agent.domain.parties import Creditor, Person, Role
from agent.domain.phases import Phase, PhaseChange

NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)
OWNER = "owner@acme.example"
CREDITOR = Creditor("c", "Acme", (Person(OWNER, Role.OWNER),), mandate=Mandate(reference="M-7"))
CONTEXT = Context(NOW, NOW.date(), "m1", CREDITOR, DunningPlan(), OWNER, Role.OWNER, collects=True)


def item(id_: str = "i1", **more: object) -> OpenItem:
    invoice = Invoice(
        id_,
        "c",
        f"A-{id_}",
        date(2027, 1, 1),
        date(2027, 1, 31),
        Money.of("100", "EUR"),
        Money.of("0", "EUR"),
        debtor="d",
    )
    return replace(OpenItem(invoice, ItemState.FOLLOWED, NOW), **more)  # type: ignore[arg-type]


def asked(*items: OpenItem) -> tuple[Ledger, Question]:
    ids = tuple(i.id for i in items)
    choices = ("one_more", "wait", "escalate", "withdraw")
    question = Question("q", "c", "after_last_statement", ids, choices, OWNER, "", NOW)
    return Ledger.of((DebtorAccount("d", "c", "Durand"), *items, question)), question


def said(instruction: Instruction, context: Context = CONTEXT) -> Ledger:
    ledger, question = asked(item(), item("i2"))
    reading = InstructionReading((instruction,))
    return instructed(ledger, reading, ("i1", "i2"), question, context).after(ledger)


def test_the_answer_by_number_or_by_words_means_all_that_was_asked_about():
    """No friendly statement lists them any more, and from today they are in recovery under the creditor's mandate."""
    for told in (Instruction("choose", "3", choice=3), Instruction("escalate", "passez en recouvrement")):
        after = said(told)
        assert {i.state for i in after.items.values()} == {ItemState.ESCALATED}
        (change,) = after.items["i1"].phases
        assert (change.phase, change.on, change.age) == (Phase.RECOUVREMENT, date(2027, 3, 10), 38)
        assert change.debt == Money.of("100", "EUR")
        assert not after.questions["q"].is_open


def test_words_that_name_one_invoice_mean_that_one():
    """The other one still waits for an answer."""
    after = said(Instruction("escalate", "A-i1 en recouvrement", numbers=("A-i1",)))
    assert [after.items[i].state for i in ("i1", "i2")] == [ItemState.ESCALATED, ItemState.FOLLOWED]


def test_without_a_collector_there_are_no_phases():
    """The creditor's own hand-over stays what it was."""
    after = said(Instruction("choose", "3", choice=3), replace(CONTEXT, collects=False))
    assert after.items["i1"].state is ItemState.ESCALATED
    assert after.items["i1"].phases == ()


def test_staff_do_not_decide_on_recovery():
    """Neither by number nor by words."""
    staff = replace(CONTEXT, role=Role.STAFF)
    for told in (Instruction("choose", "3", choice=3), Instruction("escalate", "passez en recouvrement")):
        assert said(told, staff).items["i1"].state is ItemState.FOLLOWED


def test_what_is_in_recovery_or_a_credit_note_does_not_enter_it():
    """Once is enough, and a credit note is no debt."""
    inside = item(phases=(PhaseChange(Phase.RECOUVREMENT, date(2027, 2, 1)),))
    note = item("n1")
    note = replace(note, invoice=replace(note.invoice, credit_note=True))
    assert in_recovery((inside, note), CONTEXT) == ()
    (event,) = in_recovery((item(),), CONTEXT, HandingOver(mandate="mandat.pdf", history="x" * 5000))
    assert (event.mandate, len(event.history)) == ("mandat.pdf", 2000)


def test_taken_back_it_never_was():
    """The phase that the item was in counts again from the day of the entry."""
    before = item()
    entered = in_recovery((before,), CONTEXT)
    now = apply(Ledger.of((before,)), entered[0]).items["i1"]
    (event,) = back_to(before, now, CONTEXT)
    assert isinstance(event, ev.PhaseEntered)
    assert (event.phase, event.on) == (Phase.ENCAISSEMENT, date(2027, 3, 10))
    assert phase_of(apply(Ledger.of((now,)), event).items["i1"]) is Phase.ENCAISSEMENT
    assert back_to(before, before, CONTEXT) == ()
