"""The ids of questions, notices and plans: those of mails that were sent and of books that were kept name the same thing for ever."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.decide import handed_over
from agent.domain.decide.accounts import due
from agent.domain.decide.accounts_guard import payee_id, question_id
from agent.domain.decide.bank_lines import BankLine
from agent.domain.decide.bank_questions import asked_about, money_over
from agent.domain.decide.claimed import ask_creditor
from agent.domain.decide.contacts import contact_failed
from agent.domain.decide.context import Decision
from agent.domain.decide.credit_notes import with_set_offs
from agent.domain.decide.debtor_mail import DebtorMail, reply
from agent.domain.decide.debtors import account_id
from agent.domain.decide.formal_notices import after_notice
from agent.domain.decide.layouts import remembered
from agent.domain.decide.papers import certificate
from agent.domain.decide.papers import handed_over as file_of
from agent.domain.decide.payments import Reported, ask_which, notice
from agent.domain.decide.plan_following import plans_due
from agent.domain.decide.plan_letters import plan_notice
from agent.domain.decide.plans import started
from agent.domain.decide.releases import candidates, listed
from agent.domain.findings import Entry, Instruction, Intent, ReplyReading
from agent.domain.formal_notices import FormalNotice, NoticeMark
from agent.domain.invoice_parts import Instalment
from agent.domain.ledger import Ledger
from agent.domain.matching import Decision as Verdict
from agent.domain.matching import Match
from agent.domain.parties import Role
from agent.domain.plans import PaymentPlan, PlanLetter, PlanShare, PlanWish
from agent.domain.releases import Mode
from tests.builders import CREDITOR, DEBTOR, NOW, TODAY, account, context, item, money, reading

LINE = BankLine(Decimal("605.00"), "EUR", TODAY, "bank f1 amount=605.00")
ENTRY = Entry(Decimal("605.00"), "EUR", TODAY, counterparty_name="Dupont", remittance="divers", fingerprint="f1")
HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
THREE = (date(2026, 1, 20), date(2026, 2, 5), date(2026, 2, 23))
PLAN = PaymentPlan(
    "p1",
    "EUR",
    (Instalment(date(2026, 3, 1), Decimal(500)), Instalment(date(2026, 4, 1), Decimal(500))),
    (PlanShare("i1", money("0.00")),),
    date(2026, 2, 1),
    4,
    letters=(PlanLetter("agreed", 0, date(2026, 2, 1), "m", "sent"),),
)


def of(decision, kind=ev.QuestionAsked):
    return next(e for e in decision.events if isinstance(e, kind)).question


def over():
    return of(money_over(account(), item("i1"), LINE, Decimal(5), "surplus", context()))


def movement(**more):
    match = Match(Verdict.ASK, candidates=(("i1",),))
    return of(asked_about(replace(ENTRY, **more), match, LINE, context()))


def after_last():
    spent = replace(item("i1"), statements=THREE)
    ledger = Ledger.of([account(), spent])
    return of(due(ledger, ledger.accounts["d1"], context()))


def lapsed():
    sent = FormalNotice("EUR", 1, date(2026, 2, 1), date(2026, 2, 20), ("i1",), "m", "sent")
    stands = replace(item("i1"), notices=(NoticeMark(date(2026, 2, 1), date(2026, 2, 20), "m", sent=True),))
    ledger = Ledger.of([account(notices=(sent,)), stands])
    return of(after_notice(ledger, ledger.accounts["d1"], [stands], context().plan, context()))


def missed():
    stands = replace(item("i1"), plan="p1")
    ledger = Ledger.of([account(plans=(PLAN,)), stands])
    return of(plans_due(ledger, ledger.accounts["d1"], context()))


def wanted():
    ledger = Ledger.of([account(), item("i1")])
    return started(ledger, [item("i1")], Instruction("plan", "w", wish=PlanWish(count=2)), context())


def credited():
    note = item("n1", total="-100.00", credit_note=True)
    event = ev.InvoiceRegistered(**HEAD, item="n1", invoice=note.invoice)
    return of(with_set_offs(Ledger.of([account(), item("i1", total="100.00")]), Decision((event,)), context()))


def statements():
    made = context(creditor=replace(CREDITOR, mode=Mode.CONFIRM))
    ledger = Ledger.of([account(), item("i1")])
    return of(listed(candidates(ledger, ledger.accounts["d1"], TODAY, made), TODAY, 1, made))


def said():
    ledger = Ledger.of([account(), item("i1")])
    mail = DebtorMail(ReplyReading((Intent("dispute", 0.9, "ses mots", "r"),), "ses mots"), ("i1",))
    return reply(ledger, ledger.accounts["d1"], mail, context(role=Role.DEBTOR, sender=DEBTOR)).letters[0].key


def handed(**more):
    return handed_over(Ledger.of([account()]), [reading(**more)], context())


IDS = {
    "money over": over,
    "movement": movement,
    "movement without a mark": lambda: movement(fingerprint=""),
    "after the last statement": after_last,
    "after a notice": lapsed,
    "missed instalment": missed,
    "plan wanted": lambda: of(wanted()),
    "plan proposed": lambda: wanted().letters[0].plans[0].id,
    "credit note": credited,
    "list": statements,
    "which": lambda: of(ask_which([item("i1"), item("i2")], Reported(Decimal(5), TODAY, "w"), context())),
    "claimed again": lambda: of(ask_creditor(Ledger(), account(), [item("i1")], "w", context())),
    "contact": lambda: of(contact_failed(account(), DEBTOR, "full", context())),
    "notice": lambda: notice("settled", [item("i1")], Reported(), context()).key,
    "notice of a plan": lambda: plan_notice("plan_waits", account(), PLAN, context()).key,
    "debtor's words": said,
    "certificate": lambda: (
        certificate(Ledger(), [item("i1")], Instruction("certificate", "w"), context()).letters[0].key
    ),
    "file": lambda: file_of(account(), [item("i2"), item("i1")], context()).letters[0].key,
    "layout": lambda: remembered(None, (), (), (), "a" * 64, context())[0].layout,
    "invoice": lambda: next(e.item for e in handed().events if isinstance(e, ev.InvoiceRegistered)),
    "invoice's question": lambda: of(handed(due_date=None)),
    "account to pay on": lambda: payee_id("acme", "BE71 0961 2345 6769"),
    "question about it": lambda: question_id("acme", "BE71096123456769"),
    "debtor by number": lambda: account_id("acme", "BE0123456749", "Client"),
    "debtor by name": lambda: account_id("acme", "", "Client & Fils, SA"),
}

KNOWN = {
    "money over": "q54184739d4af",
    "movement": "q08a6eda4e1cd",
    "movement without a mark": "q7d989496a7fc",
    "after the last statement": "q3aa2b0330cd6",
    "after a notice": "q138a973840da",
    "missed instalment": "qea19e20e6d2b",
    "plan wanted": "q7006ef69fd36",
    "plan proposed": "p7d7d8649e7cb",
    "credit note": "qfb030ad94057",
    "list": "q0eae0b2afbfd",
    "which": "q1122774482ff",
    "claimed again": "qa3e9898b8f6c",
    "contact": "qff0cc3f0fe3d",
    "notice": "notice:settled:n6c8f711c9f64",
    "notice of a plan": "notice:plan_waits:n7c140f876faa",
    "debtor's words": "notice:dispute:n1b285d8bc415",
    "certificate": "dossier:not_written_off:mail-1:df9e4f7cb8c3a",
    "file": "dossier:he188933b9c44",
    "layout": "l60c5f9c05ff0",
    "invoice": "i722bbf367a87",
    "invoice's question": "q7a24697fc13b",
    "account to pay on": "be1e934e66fc2",
    "question about it": "q47b527aaa624",
    "debtor by number": "da476d7523de7",
    "debtor by name": "d905796ca1946",
}


@pytest.mark.parametrize("name", IDS)
def test_an_id_stays_the_same_from_one_version_to_the_next(name):
    """A button in a mail of last month still answers its question, and nothing is asked, told or registered a second time."""
    assert IDS[name]() == KNOWN[name]


def test_ids_are_of_their_kind_and_all_different():
    """One letter and twelve hexadecimal digits."""
    assert len(set(KNOWN.values())) == len(IDS) == len(KNOWN)
