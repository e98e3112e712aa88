"""What follows when documents are handed over."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.decide import AddressHint, handed_over
from agent.domain.findings import DocumentKind, Unreadable
from agent.domain.invoice_parts import Difference, Instalment
from agent.domain.ledger import ItemState, Ledger
from agent.domain.parties import BookEntry, Contact
from tests.builders import CREDITOR, DEBTOR, account, context, found, item, reading


def outcome(readings, ledger=None, **more):
    ledger = ledger or Ledger()
    decision = handed_over(ledger, readings, context(**more))
    after = decision.after(ledger)
    return decision, after, (decision.letters[0].code if decision.letters else "")


def registered(decision):
    return [e for e in decision.events if isinstance(e, ev.InvoiceRegistered)]


def test_an_invoice_read_without_doubt_is_followed_and_acknowledged():
    """The debtor's account is opened with the address printed on the invoice."""
    decision, after, code = outcome([reading()])
    (event,) = registered(decision)
    assert code == "registered"
    assert after.items[event.item].state is ItemState.FOLLOWED
    assert after.accounts[event.invoice.debtor].contact == Contact(DEBTOR)


@pytest.mark.parametrize("field", ["number", "due_date", "total", "currency", "buyer_name"])
def test_a_missing_or_doubtful_field_is_asked_about(field):
    """It is never guessed: the invoice waits in review with a question."""
    for made in (reading(**{field: None}), reading(uncertain=(field,))):
        decision, after, code = outcome([made])
        (event,) = registered(decision)
        assert code == "review"
        assert field in after.items[event.item].doubts
        assert after.items[event.item].state is ItemState.REVIEW
        assert any(isinstance(e, ev.QuestionAsked) for e in decision.events)


def test_an_invoice_paid_in_parts_is_proposed_from_its_last_day():
    """The creditor is asked; his "ok" means the day that he was shown."""
    parts = (Instalment(date(2026, 4, 1), Decimal("605.00")), Instalment(date(2026, 5, 1), Decimal("605.00")))
    _, after, code = outcome([reading(due_date=None, instalments=parts, uncertain=("due_date",))])
    (kept,) = after.items.values()
    assert code == "review"
    assert kept.invoice.due_date == date(2026, 5, 1)
    assert kept.doubts == ("due_date",)


@pytest.mark.parametrize(("field", "doubt"), [("seller_iban", "iban"), ("payment_reference", "reference")])
def test_a_code_with_another_account_or_reference_is_asked_about(field, doubt):
    """Also where the text bears the creditor's own account: his client may scan the code."""
    told = (Difference(field, "BE71096123456769", "payment_code"),)
    _, after, _ = outcome([reading(differences=told, uncertain=(field,))])
    (kept,) = after.items.values()
    assert kept.doubts == (doubt,)


def test_whose_account_is_to_be_paid_is_the_seller():
    """A name read with little certainty is no question beside the creditor's own account; without that, it is one."""
    own = CREDITOR.ibans[0]
    for changes, asked in (({"seller_iban": own}, False), ({"seller_iban": None}, True)):
        for unsure in ({"uncertain": ("seller_name",)}, {"seller_name": None, "seller_vat": None}):
            _, after, _ = outcome([reading(**changes, **unsure)])
            (kept,) = after.items.values()
            assert ("seller_name" in kept.doubts) is asked
    _, after, _ = outcome([reading(seller_iban=own, uncertain=("seller_name", "seller_iban"))])
    (kept,) = after.items.values()
    assert "seller_name" in kept.doubts


def test_without_a_term_the_legal_default_is_proposed_not_taken():
    """The due date stays empty until the creditor says so."""
    decision, _, _ = outcome([reading(due_date=None)])
    assert registered(decision)[0].invoice.due_date is None
    assert ("proposed_due", "2026-04-01") in decision.letters[0].facts


def test_the_recipient_of_the_creditors_own_mail_outranks_the_invoice():
    """Who sends the invoice to his debtor with us in copy has named the address."""
    hint = AddressHint("finance@client.example", "recipient")
    decision, after, _ = outcome([reading()], hints=(hint,))
    assert after.accounts[registered(decision)[0].invoice.debtor].contact == Contact("finance@client.example")


def test_an_address_of_the_creditor_is_never_the_debtors():
    """His people, his domain and ours are passed over."""
    hints = (AddressHint("anne@acme.example", "recipient"), AddressHint("x@sub.acme.example", "forwarded"))
    decision, after, _ = outcome([reading(buyer_email=None)], hints=hints)
    assert "debtor_email" in after.items[registered(decision)[0].item].doubts


def test_an_address_that_does_not_fit_the_buyer_is_asked_about():
    """An accountant in copy is no debtor: a numbered question, and nobody is written to meanwhile."""
    hint = AddressHint("info@fiduciaire-zephyr.example", "recipient")
    decision, after, _ = outcome([reading(buyer_email=None)], hints=(hint,))
    event = registered(decision)[0]
    assert after.items[event.item].doubts == ("address_mismatch",)
    assert after.accounts[event.invoice.debtor].contact is None
    assert decision.letters[0].choices == ("use_address", "other_address")


def test_the_contact_book_gives_the_address_the_invoice_lacks():
    """A debtor of the book is recognised by his number."""
    entry = BookEntry("acme", "Client et Fils", number="BE0663445554", addresses=("boek@client.example",))
    decision, after, code = outcome([reading(buyer_email=None, buyer_vat="BE0663445554")], book=(entry,))
    assert code == "registered"
    assert after.accounts[registered(decision)[0].invoice.debtor].contact == Contact("boek@client.example")


def test_the_same_file_is_known():
    """A second hand-over of the same file is acknowledged and changes nothing."""
    first, after, _ = outcome([reading()])
    again, _, code = outcome([reading()], after, source="mail-2")
    assert first.events
    assert (again.events, code) == ((), "known")


def test_the_same_number_to_the_same_debtor_is_known_however_it_is_written():
    """Another file with the same invoice is the same invoice."""
    _, after, _ = outcome([reading()])
    again, _, code = outcome([reading(document="b" * 64, number="2026/118")], after, source="mail-2")
    assert (again.events, code) == ((), "known")


def test_the_same_number_to_another_debtor_is_doubted():
    """One creditor does not give a number twice."""
    _, after, _ = outcome([reading()])
    other = reading(document="b" * 64, buyer_name="Boulangerie Durand", buyer_email="info@durand.example")
    decision, _, code = outcome([other], after, source="mail-2")
    assert code == "review"
    assert "number" in registered(decision)[0].doubts


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seller_name": "Autre SA", "seller_vat": "BE0552334430"}, "not_our_invoice"),
        ({"seller_name": "Autre SA", "seller_vat": None, "seller_iban": None}, "not_our_invoice"),
        (
            {"buyer_name": "Acme Menuiserie", "seller_name": "Bois & Cie", "seller_vat": None, "seller_iban": None},
            "purchase",
        ),
        ({"kind": DocumentKind.QUOTE}, "not_an_invoice_quote"),
        ({"kind": DocumentKind.RECEIPT}, "already_paid"),
        ({"paid": True}, "already_paid"),
        ({"direct_debit": True}, "direct_debit"),
    ],
)
def test_what_is_not_to_be_followed_is_answered_and_never_followed(changes, code):
    """Purchases, other people's invoices, quotes, paid ones: the ledger does not change."""
    decision, _, said = outcome([reading(**changes)])
    assert (decision.events, said) == ((), code)


def test_excluded_debtors_are_left_alone():
    """The creditor chooses which debtors are handed over."""
    creditor = replace(CREDITOR, excluded_debtors=("Client et Fils",))
    assert outcome([reading()], creditor=creditor)[2] == "excluded"
    only = replace(CREDITOR, only_debtors=("durand.example",))
    assert outcome([reading()], creditor=only)[2] == "excluded"


def test_a_new_account_number_is_asked_about_and_not_printed():
    """An IBAN that the creditor never confirmed reaches no debtor."""
    decision, after, code = outcome([reading(seller_iban="BE10735045678904")])
    event = registered(decision)[0]
    assert code == "review"
    assert "iban" in after.items[event.item].doubts
    assert event.invoice.iban == ""


def test_a_printed_amount_due_below_the_total_is_a_deposit():
    """What is owed is the total less what was paid before."""
    decision, _, _ = outcome([reading(amount_due=Decimal("1000.00"))])
    assert registered(decision)[0].invoice.deposit.amount == Decimal("210.00")


def test_xml_and_page_of_one_invoice_are_one_invoice_and_their_difference_a_doubt():
    """Two files in one mail do not make two claims."""
    page = reading(document="b" * 64, filename="f.pdf", uncertain=("due_date",), due_date=date(2026, 4, 2))
    xml = reading(document="c" * 64, filename="f.xml")
    decision, _, _ = outcome([page, xml])
    (event,) = registered(decision)
    assert event.invoice.due_date == date(2026, 4, 1)
    assert event.invoice.document == "b" * 64
    assert "due_date" in event.doubts
    assert decision.letters[0].readings[0].differences == (Difference("due_date", date(2026, 4, 2), "other_file"),)


def test_a_debtor_of_nearly_the_same_name_is_asked_about():
    """Two companies are never merged by a likeness, nor one company split without a question."""
    known = account("d7", name="Client & Fils SPRL")
    made = reading(buyer_name="Cliente et Fils", buyer_email="x@cliente.example")
    decision, _, _ = outcome([made], Ledger.of([known]))
    assert "same_debtor" in registered(decision)[0].doubts
    assert decision.letters[0].choices == ("same", "different")


def test_a_credit_note_lowers_what_is_owed():
    """It is registered with a negative total and needs no due date."""
    decision, after, code = outcome([reading(kind=DocumentKind.CREDIT_NOTE, due_date=None, total=Decimal("200.00"))])
    event = registered(decision)[0]
    assert code == "registered"
    assert after.items[event.item].balance.amount == Decimal("-200.00")


def test_unreadable_documents_are_answered_with_the_reason():
    """Encrypted, broken, too large: the ledger does not change and the sender hears why."""
    decision, _, code = outcome([Unreadable("encrypted")])
    assert (decision.events, code) == ((), "unreadable_encrypted")


def test_terms_beside_an_invoice_are_no_reason_for_a_refusal():
    """General conditions in the same mail are passed over in silence."""
    decision, _, code = outcome([reading(), reading(kind=DocumentKind.OTHER, number=None, document="d" * 64)])
    assert code == "registered"
    assert not [f for f in decision.letters[0].facts if f[0] == "refused"]


def test_an_answer_never_has_a_debtor_among_its_recipients():
    """Whatever stood in To and Cc, only the creditor's people are answered."""
    hint = AddressHint("finance@client.example", "recipient")
    for made in (reading(), reading(due_date=None), reading(kind=DocumentKind.QUOTE)):
        decision, _, _ = outcome([made], hints=(hint,), sender="staff@acme.example")
        assert {a for letter in decision.letters for a in letter.to} <= {p.address for p in CREDITOR.people}


def test_ids_come_from_the_content():
    """The same mail handled again gives the same events."""
    assert outcome([reading()])[0] == outcome([reading()])[0]


def test_a_settled_case_is_not_opened_again_by_its_own_copy():
    """The number is known, whatever became of it."""
    _, after, _ = outcome([reading()])
    (done,) = after.items.values()
    settled = Ledger.of([replace(done, state=ItemState.SETTLED), *after.accounts.values(), item("i5")])
    assert outcome([reading(document="e" * 64)], settled, source="mail-3")[2] == "known"


@pytest.mark.parametrize("terms", ["Comptant", "à réception de la facture", "contant", "sofort zahlbar"])
def test_an_invoice_to_be_paid_at_once_is_due_on_its_own_day(terms):
    """No question is asked about it; a term that was not read for sure is."""
    decision, _, code = outcome([reading(due_date=None, terms=terms)])
    assert (code, registered(decision)[0].invoice.due_date) == ("registered", date(2026, 3, 2))
    assert outcome([reading(due_date=None, terms=terms, uncertain=("terms",))])[2] == "review"


def test_the_pdf_inside_an_invoice_in_xml_is_what_people_read():
    """Its copy is the document, the XML stays beside it; a PDF that came in the same mail goes before."""
    xml = replace(reading(filename="A-1.xml"), copy="c" * 64)
    (event,) = registered(outcome([xml])[0])
    assert (event.invoice.document, event.invoice.filename) == ("c" * 64, "A-1.pdf")
    assert event.invoice.other_documents == ("a" * 64,)
    (event,) = registered(outcome([xml, reading(document="b" * 64, filename="A-1.pdf")])[0])
    assert event.invoice.document == "b" * 64


def test_a_ceded_claim_is_asked_about():
    """The factor is to be paid: which account the statement may name is the creditor's to say."""
    ceded = replace(reading(), cession=found("This invoice has been assigned to Kestrel Finance Ltd."))
    assert "iban" in registered(outcome([ceded])[0])[0].doubts
