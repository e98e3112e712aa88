"""What an invoice lacks for its collection, by country, and that each lack is named once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.completeness import Lack, lacking
from agent.domain.decide import handed_over
from agent.domain.findings import DocumentKind, Found, Where
from agent.domain.invoice_parts import Clause
from agent.domain.ledger import Ledger
from tests.builders import CREDITOR, context, found, reading

INTEREST = found(Clause("Late payments bear 8 % interest.", Decimal(8)))
FIXED = found(Clause("40 € for recovery costs.", None, Decimal(40)))


def of(made, country="BE", consumer=False):
    """What this reading lacks for a creditor of this country."""
    return lacking(made, replace(CREDITOR, country=country, terms=""), consumer)


def whole(**more):
    """A reading that lacks nothing."""
    fields = {
        "vat": found(Decimal("210.00")), "late_interest": INTEREST, "indemnity": FIXED,
    }  # fmt: skip
    return replace(reading(), **{**fields, **more})


@pytest.mark.parametrize("country", ["BE", "FR", "LU", "NL", "DE"])
@pytest.mark.parametrize("consumer", [True, False, None])
def test_a_whole_invoice_lacks_nothing(country, consumer):
    """Nowhere, whoever buys."""
    assert of(whole(), country, consumer) == ()


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"due_date": None, "terms": None}, Lack.TERM),
        ({"due_date": None, "terms": found("Paiement comptant")}, Lack.DAY),
        ({"due_date": Found(date(2026, 3, 2), 0.96, Where("terms: at once")), "terms": found("à réception")}, Lack.DAY),
        ({"seller_vat": None, "seller_enterprise": None, "vat": None}, Lack.SELLER_NUMBER),
        ({"seller_vat": None, "seller_enterprise": found("0123456749")}, Lack.VAT_NUMBER),
        ({"vat": found(Decimal(0))}, Lack.EXEMPTION),
        ({"seller_iban": None}, Lack.ACCOUNT),
        ({"issue_date": found(date(2026, 1, 2)), "due_date": found(date(2026, 4, 2))}, Lack.LONG_TERM),
        ({"late_interest": None, "indemnity": None}, Lack.CLAUSE),
    ],
)
def test_each_lack_is_seen(changes, lack):
    """One change, one lack."""
    assert of(whole(**changes)) == (lack,)


@pytest.mark.parametrize(
    ("country", "consumer", "lacks"),
    [
        ("FR", False, (Lack.LATE_INTEREST, Lack.LUMP_SUM)),
        ("FR", True, ()),
        ("BE", True, (Lack.CONSUMER_CLAUSE,)),
        ("BE", None, ()),
        ("LU", True, (Lack.ANNOUNCEMENT,)),
        ("LU", False, ()),
        ("DE", True, (Lack.DEFAULT_NOTICE,)),
        ("NL", True, ()),
    ],
)
def test_clauses_by_country_and_buyer(country, consumer, lacks):
    """Without any clause on the page: what that country's law asks for."""
    assert of(whole(late_interest=None, indemnity=None), country, consumer) == lacks


@pytest.mark.parametrize(
    "changes",
    [
        {"due_date": None, "terms": found("30 jours fin de mois")},
        {"vat": found(Decimal(0)), "exemption": found("Autoliquidation")},
        {"direct_debit": found(True), "seller_iban": None, "due_date": None},
    ],
)
def test_what_is_explained_is_not_lacking(changes):
    """Terms in words, an exemption with its reason, a direct debit."""
    assert of(whole(**changes)) == ()


def test_credit_notes_lack_nothing():
    """They are no claim."""
    assert of(whole(kind=found(DocumentKind.CREDIT_NOTE), due_date=None, seller_iban=None)) == ()


def test_each_lack_is_named_once():
    """In the first acknowledgement, and in no later one; two invoices of one mail share it."""
    first, second, third = (whole(number=found(n), document=n, vat=found(Decimal(0))) for n in ("A-1", "A-2", "A-3"))
    decision = handed_over(Ledger(), [first, second], context())
    ledger = decision.after(Ledger())
    told = [fact for fact in decision.letters[0].facts if fact[0] == "lacking"]
    assert told == [("lacking", "exemption")]
    assert sum(e.named == ("exemption",) for e in decision.events if isinstance(e, ev.InvoiceRegistered)) == 1
    again = handed_over(ledger, [third], context(source="mail-2"))
    assert not [fact for fact in again.letters[0].facts if fact[0] == "lacking"]
