"""What the books keep of each event: the whole state after it, so that nothing an event tells is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.domain import credit_events as ce
from agent.domain import events as ev
from agent.domain import plan_events as pe
from agent.domain.credits import payments_by_day, payments_with_credits
from agent.domain.index import number_term, terms
from agent.domain.invoice_parts import Instalment
from agent.domain.layouts import FieldRule, Form, KnownLayout, Sign, ValueKind
from agent.domain.ledger import (
    Hold,
    HoldKind,
    ItemState,
    KnownPayer,
    Ledger,
    Payment,
    Promise,
    Question,
    Statement,
    replay,
)
from agent.domain.overdue import ChargePart
from agent.domain.parties import Contact, PostalAddress
from agent.domain.payees import PayeeAccount, PayeeConfirmed, PayeeMet, PayeeRefused, PayeeStanding
from agent.domain.phases import Phase, PhaseChange
from agent.domain.plans import Missed, PaymentPlan, PlanLetter, PlanShare, PlanState
from agent.domain.states import Remittance, RemittanceShare
from tests.builders import DEBTOR, NOW, OWNER, TODAY, account, invoice, item, money

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
DAY = timedelta(days=1)
LATER = TODAY + 5 * DAY
IBAN = "BE71096123456769"
PROMISE = Hold(HoldKind.PROMISE, LATER, NOW, LATER - DAY, words="demain")
CLAIM = Hold(HoldKind.CLAIM, LATER, NOW, TODAY, "proof", "payé")
DISPUTE = Hold(HoldKind.DISPUTE, None, NOW, reason="quality", words="cassé")
PAUSE = Hold(HoldKind.PAUSE, LATER, NOW, reason="creditor")
PLANNED = Hold(HoldKind.PLAN, LATER, NOW, reason="plan_proposed", words="en trois fois")
ALL = (PROMISE, CLAIM, DISPUTE, PAUSE, PLANNED)
OLDER = tuple(replace(h, until=TODAY, words="avant", on=None) for h in ALL)
PAID = {"amount": money("400.00"), "on": TODAY, "evidence": "bank", "reference": "r"}
SHOWN = {"payer": "Client", "iban": IBAN, "words": "acompte"}
TOLD = {"hold_until": LATER, "words": "en trois fois"}
PARTS = (Instalment(LATER, money("1000.00").amount),)
PLAN = PaymentPlan("p1", "EUR", PARTS, (PlanShare("i1", money("0.00")),), TODAY, 4)
CHARGE = (ChargePart(TODAY, money("4.00")),)
OFFICE = {"currency": "EUR", "cycle": 2, "items": ("i1",)}


def held(*holds, **more):
    return replace(item("i1"), holds=holds, **more)


def without(*gone):
    return tuple(h for h in ALL if h not in gone)


I1 = item("i1")
SETTLED = replace(I1, state=ItemState.SETTLED, settled_at=NOW)


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        (I1, ev.PaymentReceived(**HEAD, item="i1", **PAID, **SHOWN), replace(I1, payments=(Payment(**PAID, **SHOWN),))),
        (
            I1,
            ev.PaymentReversed(**HEAD, item="i1", **PAID, **SHOWN),
            replace(I1, payments=(Payment(**{**PAID, "amount": money("-400.00")}, **SHOWN),)),
        ),
        (I1, ev.PaymentsAllocated(**HEAD, item="i1", parts=CHARGE), replace(I1, charges=CHARGE)),
        (
            held(*OLDER),
            ev.PaymentClaimed(**HEAD, item="i1", hold_until=LATER, on=TODAY, words="payé", proof=True),
            held(*(h for h in OLDER if h.kind is not HoldKind.CLAIM), CLAIM, claims=1),
        ),
        (
            held(claims=2),
            ev.PaymentClaimed(**HEAD, item="i1", hold_until=LATER),
            held(Hold(HoldKind.CLAIM, LATER, NOW), claims=3),
        ),
        (
            held(*OLDER),
            ev.PromiseToPayMade(**HEAD, item="i1", pay_on=LATER - DAY, hold_until=LATER, words="demain"),
            held(*(h for h in OLDER if h.kind is not HoldKind.PROMISE), PROMISE),
        ),
        (
            held(*ALL, broken_promises=1, promises=(Promise(TODAY, kept=True),)),
            ev.PromiseBroken(**HEAD, item="i1", pay_on=LATER),
            held(
                *without(PROMISE), broken_promises=2, promises=(Promise(TODAY, kept=True), Promise(LATER, kept=False))
            ),
        ),
        (
            held(*OLDER),
            ev.DisputeRaised(**HEAD, item="i1", reason="quality", words="cassé"),
            held(*(h for h in OLDER if h.kind is not HoldKind.DISPUTE), DISPUTE),
        ),
        (held(*ALL), ev.DisputeSettled(**HEAD, item="i1"), held(*without(DISPUTE))),
        (
            held(*OLDER),
            ev.FollowUpPaused(**HEAD, subject="i1", until=LATER, reason="creditor"),
            held(*(h for h in OLDER if h.kind is not HoldKind.PAUSE), PAUSE),
        ),
        (held(*ALL), ev.FollowUpResumed(**HEAD, subject="i1"), held(DISPUTE)),
        (
            held(*ALL),
            ev.InvoiceSettled(**HEAD, item="i1"),
            replace(SETTLED, promises=(Promise(LATER - DAY, kept=True),)),
        ),
        (held(replace(PROMISE, on=None)), ev.InvoiceSettled(**HEAD, item="i1"), SETTLED),
        (
            replace(SETTLED, claims=3, promises=(Promise(TODAY, kept=True), Promise(TODAY, kept=False))),
            ev.InvoiceReopened(**HEAD, item="i1"),
            replace(I1, promises=(Promise(TODAY, kept=False),)),
        ),
        (
            I1,
            ev.PhaseEntered(**HEAD, item="i1", phase=Phase.RECOUVREMENT, on=TODAY, age=37, debt=money("9.00")),
            replace(I1, phases=(PhaseChange(Phase.RECOUVREMENT, TODAY, 37, money("9.00")),)),
        ),
        (
            I1,
            ev.StatementQueued(**HEAD, debtor="d1", **OFFICE, on=TODAY, level="firm", mail="m"),
            replace(I1, statements=(TODAY,)),
        ),
        (
            replace(I1, statements=(TODAY - DAY, TODAY)),
            ev.StatementSent(**HEAD, debtor="d1", **OFFICE, on=LATER, mail="m"),
            replace(I1, statements=(TODAY - DAY, LATER)),
        ),
        (
            replace(I1, statements=(TODAY - DAY, TODAY)),
            ev.StatementCancelled(**HEAD, debtor="d1", **OFFICE, mail="m", reason="paid"),
            replace(I1, statements=(TODAY - DAY,)),
        ),
        # credits
        (
            I1,
            ce.CreditSetOff(**HEAD, item="i1", credit="n1", amount=money("30.00"), on=TODAY),
            replace(I1, payments=(Payment(money("30.00"), TODAY, "credit_note", "n1"),)),
        ),
        (
            I1,
            ce.CreditSetOff(**HEAD, item="i9", credit="i1", amount=money("30.00"), on=TODAY),
            replace(I1, payments=(Payment(money("-30.00"), TODAY, "credit_note", "i9"),)),
        ),
        (
            I1,
            ce.CreditRefunded(**HEAD, item="i1", amount=money("30.00"), on=TODAY),
            replace(I1, payments=(Payment(money("-30.00"), TODAY, "refund"),)),
        ),
        (
            I1,
            ce.MoneyTakenFromAccount(
                **HEAD, debtor="d1", amount=money("3.00"), on=TODAY, reason="set_off", item="i1", reference="r"
            ),
            replace(I1, payments=(Payment(money("3.00"), TODAY, "on_account", "r"),)),
        ),
        (
            held(*ALL),
            ce.PaymentProofAsked(**HEAD, debtor="d1", items=("i1",), on=TODAY, hold_until=LATER + DAY, mail="m"),
            held(*without(CLAIM), Hold(HoldKind.CLAIM, LATER + DAY, NOW, TODAY, "proof_asked")),
        ),
        # plans
        (
            held(*OLDER),
            pe.PlanProposed(**HEAD, debtor="d1", items=("i1",), **TOLD),
            held(*(h for h in OLDER if h.kind is not HoldKind.PLAN), PLANNED),
        ),
        (held(*ALL), pe.PlanRefused(**HEAD, debtor="d1", items=("i1",)), held(*without(PLANNED))),
        (
            held(*ALL),
            pe.PlanRefused(**HEAD, debtor="d1", items=("i1",), hold_until=LATER),
            held(*without(PLANNED), Hold(HoldKind.PLAN, LATER, NOW, reason="plan_refused")),
        ),
        (
            held(*ALL),
            pe.PlanAgreed(**HEAD, debtor="d1", items=("i1",), plan=PLAN),
            held(CLAIM, DISPUTE, PAUSE, plan="p1"),
        ),
        (
            held(PAUSE, plan="p1"),
            pe.PlanChanged(**HEAD, debtor="d1", items=("i1",), plan="p1", instalments=PARTS),
            held(PAUSE, plan="p1"),
        ),
        (
            held(PAUSE, plan="p1"),
            pe.PlanEnded(**HEAD, debtor="d1", items=("i1",), plan="p1", outcome=PlanState.KEPT),
            held(PAUSE),
        ),
        (
            held(PAUSE, plan="p1"),
            pe.PlanEnded(**HEAD, debtor="d1", items=("i1",), plan="p1", outcome=PlanState.REVOKED, hold_until=LATER),
            held(PAUSE, Hold(HoldKind.PLAN, LATER, NOW, reason="plan_revoked")),
        ),
        (
            held(plan="p2"),
            pe.PlanEnded(**HEAD, debtor="d1", items=("i1",), plan="p1", outcome=PlanState.KEPT),
            held(plan="p2"),
        ),
    ],
)
def test_what_an_invoice_keeps(before, event, after):
    """All else stays as it was; the version counts the event."""
    done = replay([event], Ledger.of([before]))
    assert done.items["i1"] == replace(after, version=before.version + 1)


D1 = account()
LISTED = Statement("EUR", 2, TODAY, "firm", ("i1",), "m", mentions=("be-first-reminder",))
OTHERS = (replace(LISTED, cycle=1), replace(LISTED, currency="GBP"))
ADVICE = Remittance(money("9.00"), TODAY, (RemittanceShare("i1", money("9.00")),), "doc")
ADVISED = {"amount": money("9.00"), "on": TODAY, "shares": ADVICE.shares, "document": "doc"}
SECOND = replace(PLAN, id="p2")
WRITTEN = PlanLetter("agreed", 1, TODAY, "m")


def having(*plans, **more):
    return account(plans=plans, **more)


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        (D1, ev.DebtorKindTold(**HEAD, debtor="d1", consumer=True), account(consumer=True)),
        (
            account(contacts=(Contact(DEBTOR, "Old"), Contact("x@y.example")), holds=(PAUSE,)),
            ev.ContactAdded(**HEAD, debtor="d1", address="x@y.example", name="Eva"),
            account(contacts=(Contact("x@y.example", "Eva"), Contact(DEBTOR, "Old")), holds=(PAUSE,)),
        ),
        (
            account(holds=(replace(PAUSE, reason="contact_asked"), PAUSE)),
            ev.ContactAdded(**HEAD, debtor="d1", address="x@y.example"),
            account(contacts=(Contact("x@y.example"), Contact(DEBTOR)), holds=(PAUSE,)),
        ),
        (
            account(contacts=(Contact(DEBTOR), Contact("x@y.example"))),
            ev.ContactFailed(**HEAD, debtor="d1", address=DEBTOR, reason="full"),
            account(contacts=(Contact(DEBTOR, failed="full"), Contact("x@y.example"))),
        ),
        (
            D1,
            ev.ContactFailed(**HEAD, debtor="d1", address=DEBTOR),
            account(contacts=(Contact(DEBTOR, failed="failed"),)),
        ),
        (D1, ev.ContactRemoved(**HEAD, debtor="d1", address=DEBTOR), account(contacts=())),
        (D1, ev.ContactRemoved(**HEAD, debtor="d1", address="x@y.example"), D1),
        (
            D1,
            ev.PayerLearned(**HEAD, debtor="d1", iban=IBAN, name="Groupe", movement="f1"),
            account(payers=(KnownPayer(IBAN, "Groupe", "f1"),)),
        ),
        (
            account(payers=(KnownPayer(IBAN, "Groupe", "f1"), KnownPayer(IBAN, "Groupe", "f2"))),
            ev.PayerForgotten(**HEAD, debtor="d1", iban=IBAN, name="Groupe", movement="f1"),
            account(payers=(KnownPayer(IBAN, "Groupe", "f2"),)),
        ),
        (
            account(statements=OTHERS),
            ev.StatementQueued(
                **HEAD, debtor="d1", **OFFICE, on=TODAY, level="firm", mail="m", mentions=LISTED.mentions
            ),
            account(statements=(*OTHERS, LISTED)),
        ),
        (
            account(statements=(*OTHERS, LISTED)),
            ev.StatementSent(**HEAD, debtor="d1", **OFFICE, on=LATER, mail="m"),
            account(statements=(*OTHERS, replace(LISTED, state="sent", on=LATER))),
        ),
        (
            account(statements=(*OTHERS, LISTED)),
            ev.StatementCancelled(**HEAD, debtor="d1", **OFFICE, mail="m", reason="paid"),
            account(statements=(*OTHERS, replace(LISTED, state="cancelled"))),
        ),
        (
            D1,
            ce.MoneyPutOnAccount(**HEAD, debtor="d1", **PAID),
            account(money=(Payment(**PAID),)),
        ),
        (
            D1,
            ce.MoneyTakenFromAccount(
                **HEAD, debtor="d1", amount=money("3.00"), on=TODAY, reason="refunded", reference="r"
            ),
            account(money=(Payment(money("-3.00"), TODAY, "refunded", "r"),)),
        ),
        (
            D1,
            ce.PaymentProofAsked(**HEAD, debtor="d1", items=(), on=TODAY, hold_until=LATER, mail="m"),
            account(contacted_on=TODAY),
        ),
        (
            D1,
            ce.PaymentProofAsked(**HEAD, debtor="d1", items=(), on=TODAY, hold_until=LATER, mail="m", proved=True),
            D1,
        ),
        (
            account(remittances=(replace(ADVICE, amount=money("1.00")), replace(ADVICE, document=""))),
            ce.RemittanceAdvised(**HEAD, debtor="d1", **ADVISED),
            account(remittances=(replace(ADVICE, document=""), ADVICE)),
        ),
        (
            account(remittances=tuple(replace(ADVICE, document="") for _ in range(8))),
            ce.RemittanceAdvised(**HEAD, debtor="d1", **{**ADVISED, "document": ""}),
            account(remittances=tuple(replace(ADVICE, document="") for _ in range(8))),
        ),
        # plans
        (having(SECOND), pe.PlanAgreed(**HEAD, debtor="d1", items=("i1",), plan=PLAN), having(SECOND, PLAN)),
        (
            having(replace(PLAN, state=PlanState.KEPT), SECOND),
            pe.PlanAgreed(**HEAD, debtor="d1", items=("i1",), plan=PLAN),
            having(PLAN, SECOND),
        ),
        (
            having(PLAN, SECOND),
            pe.PlanChanged(**HEAD, debtor="d1", items=("i1",), plan="p1", instalments=PARTS * 2),
            having(replace(PLAN, instalments=PARTS * 2), SECOND),
        ),
        (
            having(replace(PLAN, missed=(Missed(1, TODAY - DAY), Missed(2, TODAY))), SECOND),
            pe.InstalmentMissed(**HEAD, debtor="d1", plan="p1", number=1, on=TODAY, reversals=3),
            having(replace(PLAN, missed=(Missed(2, TODAY), Missed(1, TODAY, 3))), SECOND),
        ),
        (
            having(PLAN, SECOND),
            pe.PlanEnded(**HEAD, debtor="d1", items=("i1",), plan="p1", outcome=PlanState.REVOKED),
            having(replace(PLAN, state=PlanState.REVOKED), SECOND),
        ),
        (
            having(PLAN, SECOND),
            pe.PlanLetterQueued(**HEAD, debtor="d1", plan="p1", code="agreed", mail="m", number=1, on=TODAY),
            having(replace(PLAN, letters=(WRITTEN,)), SECOND, contacted_on=TODAY),
        ),
        (
            having(replace(PLAN, letters=(WRITTEN, replace(WRITTEN, mail="n")))),
            pe.PlanLetterSent(**HEAD, debtor="d1", plan="p1", code="agreed", mail="m", on=TODAY),
            having(replace(PLAN, letters=(replace(WRITTEN, state="sent"), replace(WRITTEN, mail="n")))),
        ),
        (
            having(replace(PLAN, letters=(WRITTEN,))),
            pe.PlanLetterCancelled(**HEAD, debtor="d1", plan="p1", code="agreed", mail="m"),
            having(replace(PLAN, letters=(replace(WRITTEN, state="cancelled"),))),
        ),
        (D1, pe.PlanProposed(**HEAD, debtor="d1", items=(), **TOLD), D1),
        (D1, pe.PlanRefused(**HEAD, debtor="d1", items=(), hold_until=LATER), D1),
        (
            D1,
            ev.PostalAddressMet(**HEAD, debtor="d1", address="Rue Haute 1", told=True),
            account(postal=PostalAddress("Rue Haute 1", told=True)),
        ),
    ],
)
def test_what_an_account_keeps(before, event, after):
    """All else stays as it was; the version counts the event."""
    done = replay([event], Ledger.of([before]))
    assert done.accounts["d1"] == replace(after, version=before.version + 1)


RULE = FieldRule("number", Form(ValueKind.IDENTIFIER))
LAYOUT = KnownLayout("l1", "acme", (Sign("Facture", 10),), "doc", NOW)
PAYEE = PayeeAccount("b1", "acme", IBAN, "page", NOW)
ASKED = {"topic": "which_invoice", "subjects": ("i1",), "choices": ("i1", "none"), "to": OWNER, "detail": "paid - -"}


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        (
            None,
            ev.DebtorOpened(
                **HEAD, debtor="d1", name="Client", number="BE1", country="BE", language="nl", consumer=False
            ),
            account(name="Client", number="BE1", language="nl", consumer=False, contacts=()),
        ),
        (None, ev.InvoiceRegistered(**HEAD, item="i1", invoice=invoice(), named=("vat",)), replace(I1, named=("vat",))),
        (
            None,
            ev.InvoiceRegistered(**HEAD, item="i1", invoice=invoice(), doubts=("total",)),
            replace(I1, state=ItemState.REVIEW, doubts=("total",)),
        ),
        (None, ev.QuestionAsked(**HEAD, question="q1", **ASKED), Question("q1", "acme", **ASKED, asked_at=NOW)),
        (
            Question("q1", "acme", **ASKED, asked_at=NOW),
            ev.QuestionAnswered(**HEAD, question="q1", answer="none"),
            Question("q1", "acme", **ASKED, asked_at=NOW, answer="none", version=2),
        ),
        (None, ev.LayoutMet(**HEAD, layout="l1", signs=LAYOUT.signs, document="doc"), LAYOUT),
        (
            replace(LAYOUT, rules=(RULE, replace(RULE, field="total"))),
            ev.LayoutRuleLearned(**HEAD, layout="l1", rule=replace(RULE, form=Form(ValueKind.NAME)), document="d"),
            replace(LAYOUT, rules=(replace(RULE, field="total"), replace(RULE, form=Form(ValueKind.NAME))), version=2),
        ),
        (
            replace(LAYOUT, rules=(RULE, replace(RULE, field="total"))),
            ev.LayoutRuleDropped(**HEAD, layout="l1", field="number"),
            replace(LAYOUT, rules=(replace(RULE, field="total"),), version=2),
        ),
        (
            replace(LAYOUT, rules=(RULE,)),
            ev.LayoutForgotten(**HEAD, layout="l1"),
            replace(LAYOUT, signs=(), forgotten=True, version=2),
        ),
        (None, PayeeMet(**HEAD, payee="b1", iban=IBAN, place="page"), PAYEE),
        (PAYEE, PayeeConfirmed(**HEAD, payee="b1"), replace(PAYEE, standing=PayeeStanding.CONFIRMED, version=2)),
        (PAYEE, PayeeRefused(**HEAD, payee="b1"), replace(PAYEE, standing=PayeeStanding.REFUSED, version=2)),
    ],
)
def test_what_is_opened_and_what_becomes_of_it(before, event, after):
    """Debtors, invoices, questions, layouts and accounts to pay on, from their first event."""
    done = replay([event], Ledger.of([before] if before else []))
    assert done.states() == (after,)


def test_an_item_is_found_by_what_it_bears():
    """Number and reference in capitals without marks, documents, debtor, what it credits; what is owed only while it is owed."""
    made = item(
        "i1",
        number="a 12/b",
        reference="rf-18 x",
        document="aa",
        other_documents=("bb",),
        corrects=("f-9",),
        foreign_ibans=(IBAN,),
    )
    bears = {
        ("number", "A12B"),
        ("reference", "RF18X"),
        ("document", "aa"),
        ("document", "bb"),
        ("debtor", "d1"),
        ("credits", "F9"),
    }
    owed = {("payee", IBAN), ("open", "d1")}

    def found(state):
        return {
            t
            for t in terms(state)
            if t[0] in {"number", "reference", "document", "debtor", "credits", "payee", "open", "lack"}
        }

    assert found(made) == bears | owed
    assert found(replace(made, state=ItemState.SETTLED)) == bears
    over = replace(made, state=ItemState.SETTLED, payments=item(paid="1000.01").payments)
    assert found(over) == bears | {("open", "d1")}
    assert found(replace(made, named=("vat",))) == bears | owed | {("lack", "vat")}
    assert number_term("2026/118") == number_term("2026-118") == ("number", "2026118")


def test_credits_lessen_from_their_day_the_oldest_debt_first():
    """A credit note from the invoice's own day, money from its own; what left the account came off the latest that came in."""
    noted = replace(
        item("i1"),
        payments=(Payment(money("10.00"), TODAY, "credit_note", "n1"), Payment(money("5.00"), TODAY, "bank")),
    )
    issued = noted.invoice.issue_date
    assert payments_by_day(noted) == ((issued, money("10.00").amount), (TODAY, money("5.00").amount))
    old, young = item("i1", total="20.00", due=date(2026, 1, 5)), item("i2", total="50.00", due=date(2026, 2, 5))
    note = item("n1", total="-30.00", credit_note=True, due=None)
    over = replace(
        item("i3", total="10.00", state=ItemState.SETTLED), payments=(Payment(money("14.00"), TODAY, "bank"),)
    )
    kept = tuple(
        Payment(money(a), d, "bank") for a, d in (("8.00", TODAY - 9 * DAY), ("6.00", TODAY), ("-7.00", TODAY))
    )
    found = payments_with_credits(account(money=kept), [young, old, note, over])
    assert found["i1"] == ((issued, money("20.00").amount),)
    assert found["i2"] == (
        (issued, money("10.00").amount),
        (TODAY - 9 * DAY, money("7.00").amount),
        (TODAY, money("4.00").amount),
    )
    pounds = item("i4", currency="GBP", total="9.00")
    assert payments_with_credits(account(money=kept), [pounds])["i4"] == ()
