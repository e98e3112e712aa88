"""Which accounts an invoice names, what speaks against a new one, and who may say that it is the creditor's."""

from dataclasses import replace

import pytest

from agent.domain import events as ev
from agent.domain.decide import handed_over
from agent.domain.decide.accounts_guard import CHOICES, TOPIC, account_answered, account_told, foreign_accounts
from agent.domain.findings import DocumentKind
from agent.domain.invoice_parts import Account, Difference, PaymentCode
from agent.domain.ledger import ItemState, Ledger
from agent.domain.parties import Person, Role
from agent.domain.payees import PayeeConfirmed, PayeeMet
from tests.builders import CREDITOR, OWNER, STAFF, context, reading

OWN, NEW, OTHER = CREDITOR.ibans[0], "BE71096123456769", "NL91ABNA0417164300"
SECOND = "second@acme.example"
TWO_OWNERS = replace(CREDITOR, people=(*CREDITOR.people, Person(SECOND, Role.OWNER)))


def handed(*readings, **more):
    made = context(**more)
    decision = handed_over(Ledger(), readings, made)
    return decision, decision.after(Ledger()), made


def asked(decision):
    return next(x for x in decision.letters if x.question and x.choices == CHOICES)


def because(decision):
    return {text for name, text in asked(decision).facts if name == "because"}


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"seller_iban": NEW}, "page"),
        ({"other_ibans": (NEW,)}, "page"),
        ({"payment_code": PaymentCode(NEW)}, "payment_code"),
        ({"differences": (Difference("seller_iban", NEW, "page"),)}, "page"),
    ],
)
def test_an_account_is_met_wherever_it_stands(told, place):
    """In print, beside the first one, in a payment code, or as what another place says."""
    (one,) = foreign_accounts([reading(**told)], context())
    assert (one.iban, one.place) == (NEW, place)


def test_what_fails_its_check_digits_is_asked_about_as_a_misreading():
    """It is no account, so that no owner is asked to confirm it."""
    decision, after, _ = handed(reading(seller_iban="BE71096123456760"))
    (item,) = after.items.values()
    assert item.doubts == ("iban",)
    assert not any(isinstance(e, PayeeMet) for e in decision.events)


def test_every_owner_of_the_file_is_asked_whoever_wrote():
    """Also when one of them handed the invoice over himself."""
    for sender, role in ((STAFF, Role.STAFF), (OWNER, Role.OWNER)):
        decision, _, _ = handed(reading(seller_iban=NEW), creditor=TWO_OWNERS, sender=sender, role=role)
        assert asked(decision).to == (OWNER, SECOND)


def test_what_speaks_against_an_account_is_said():
    """A factor, several accounts, another country, the first one of all."""
    factored = reading(seller_iban=NEW, cession="à payer à notre factor")
    assert because(handed(factored)[0]) == {"factor"}
    assert because(handed(reading(seller_iban=OTHER))[0]) == {"other_country"}
    assert because(handed(reading(payment_code=PaymentCode(NEW)))[0]) == {"differs"}
    nobody = replace(CREDITOR, ibans=())
    assert because(handed(reading(seller_iban=NEW), creditor=nobody)[0]) == {"first"}


def test_a_debtors_own_account_is_never_taken_for_the_creditors():
    """One that a direct debit names is passed over."""
    mine = replace(reading(), accounts=(Account(OWN, "seller"), Account(NEW, "debtor")))
    _, after, _ = handed(mine)
    assert [i.state for i in after.items.values()] == [ItemState.FOLLOWED]


def test_a_factor_with_a_known_account_is_doubted_all_the_same():
    """Where the claim was assigned, the creditor may not be the one to be paid."""
    _, after, _ = handed(reading(cession="à payer à notre factor"))
    assert [i.doubts for i in after.items.values()] == [("iban",)]


def test_a_credit_note_waits_for_no_account():
    """Nothing is paid on it; what it lowers is lowered at once."""
    decision, after, _ = handed(reading(seller_iban=NEW, kind=DocumentKind.CREDIT_NOTE))
    assert all("iban" not in i.doubts for i in after.items.values())
    assert not any(isinstance(e, PayeeMet) for e in decision.events)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.OWNER])
def test_nobody_but_the_owner_answers(role):
    """Whatever brought the answer here."""
    _, after, made = handed(reading(seller_iban=NEW))
    (question,) = (q for q in after.questions.values() if q.topic == TOPIC)
    assert account_answered(after, question, "confirm_account", replace(made, role=role)).events == ()


def test_a_confirmation_releases_what_waited_and_is_an_event():
    """From then on the account is known, by whom and when."""
    _, after, made = handed(reading(seller_iban=NEW))
    (question,) = (q for q in after.questions.values() if q.topic == TOPIC)
    decision = account_answered(after, question, "confirm_account", made)
    assert [e.by for e in decision.events if isinstance(e, PayeeConfirmed)] == [OWNER]
    (item,) = decision.after(after).items.values()
    assert (item.state, item.invoice.iban, item.doubts) == (ItemState.FOLLOWED, NEW, ())


def test_a_refusal_without_another_account_leaves_the_invoice_waiting():
    """There is nothing that could be printed instead."""
    _, after, made = handed(reading(seller_iban=NEW), creditor=replace(CREDITOR, ibans=()))
    (question,) = (q for q in after.questions.values() if q.topic == TOPIC)
    (item,) = account_answered(after, question, "refuse_account", made).after(after).items.values()
    assert (item.state, item.doubts, item.invoice.iban) == (ItemState.REVIEW, ("iban",), "")


def test_a_told_account_is_asked_once_and_again_when_told_again():
    """One question, a new letter each time; a known or broken one asks nothing."""
    first = account_told(Ledger(), NEW, None, context())
    after = first.after(Ledger())
    again = account_told(after, NEW, None, context(source="mail-2"))
    assert [type(e) for e in first.events] == [PayeeMet, ev.QuestionAsked]
    assert (again.events, len(again.letters)) == ((), 1)
    for nothing in (OWN, "BE71096123456760", "hello"):
        assert account_told(Ledger(), nothing, None, context()).letters == ()
