"""The dossier and the certificate on paper: in every language, whatever names hold, the same bytes each time."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest

from agent.demo.samples.books import sample_facts
from agent.demo.samples.claims import charging, of_businesses
from agent.demo.samples.extremes import HOSTILE
from agent.domain import events as ev
from agent.domain.money import Money
from agent.domain.parties import LANGUAGES
from agent.outbox.certificate import certificate_pdf
from agent.outbox.dossier_pdf import dossier_pdf
from agent.reports.bundle import Exhibit
from agent.reports.dossier import Case, facts_of, sums_of

AT = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
HEAD = {"at": AT, "source": "mail-1", "creditor": "lefevre"}
EVENTS = (
    ev.ContactAdded(**HEAD, debtor="d1", address="compta@brasserie.example"),
    ev.PromiseToPayMade(**HEAD, item="i1", pay_on=date(2027, 3, 20), hold_until=date(2027, 3, 22), words="Le 20 mars."),
    ev.PromiseBroken(**HEAD, item="i1", pay_on=date(2027, 3, 20)),
    ev.PaymentReceived(**HEAD, item="i1", amount=Money.of("400.00", "EUR"), on=date(2027, 4, 8), evidence="bank"),
    ev.DisputeRaised(**HEAD, item="i2", words="Il manque une livraison."),
    ev.StatementSent(**HEAD, debtor="d1", currency="EUR", cycle=2, items=("i1",), on=date(2027, 3, 8), mail="s:2"),
    ev.InvoiceWrittenOff(**HEAD, item="i1"),
)
EXHIBITS = (
    Exhibit("mails/001 2027-03-08 in reply.eml", "mail_in", b"x", "Mail", AT, "mail-1"),
    Exhibit("mails/002 2027-03-08 out statement.eml", "mail_out", b"y", "Statement", AT, "s:2"),
)


def sample(language, name=""):
    facts = sample_facts(language)
    ledger = of_businesses(facts.ledger)
    account = ledger.accounts["d1"]
    items = ledger.of_account("d1")
    charged = charging(facts.creditor)
    return Case(
        facts.creditor, replace(account, name=name or account.name), items, items, EVENTS, date(2027, 4, 12), charged
    )


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s+", " ", " ".join(sheet.get_textpage().get_text_bounded() for sheet in document))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_whole_in_every_language(language):
    """PDF/A, the same bytes twice, with the numbers, the sums and the hash of each exhibit."""
    case = sample(language)
    pdf = dossier_pdf(case, EXHIBITS)
    assert pdf == dossier_pdf(case, EXHIBITS)
    assert b"pdfaid" in pdf
    told = text_of(pdf)
    assert case.account.name in told
    assert "2027-041" in told
    assert not re.search(r"[{}]|None", told)
    assert all(e.sha256 in told.replace(" ", "") for e in EXHIBITS)


def test_the_sum_is_that_of_its_parts():
    """What is claimed is the principal, the interest lines and the indemnities."""
    (part,) = sums_of(sample("fr"))
    assert part.claim is not None
    lines = [row.amount for claim in part.claim.claims for row in claim.interest]
    fixed = [claim.indemnity for claim in part.claim.claims]
    assert part.owed == part.principal + Money.total((*lines, *fixed), "EUR")


def test_events_and_mails_are_told_once():
    """A statement is told by its sending, with its exhibit; a mail that led to events stands before them."""
    facts = facts_of(sample("en"), EXHIBITS)
    told = [fact.text for fact in facts]
    assert len(told) == len(set(told)) == 8
    assert told[0] == "Mail"
    assert next(f.exhibit for f in facts if "Statement of account no. 2" in f.text) == 2


@pytest.mark.parametrize(
    "name",
    [HOSTILE, "شركة النخيل للتجارة", "N" * 400, "#panic[x] $x$ *x* @x `x` <x>", "\u202egpj.exe", "👩\u200d💻 & Söhne"],
)
def test_no_name_breaks_out_of_its_place(name):
    """Markup, direction tricks, length and scripts are text."""
    case = sample("fr", name)
    assert dossier_pdf(case, EXHIBITS).startswith(b"%PDF-")
    assert certificate_pdf(case, case.items[:2]).startswith(b"%PDF-")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", ["BE", "FR", "NL", "DE", "LU"])
def test_a_certificate_says_what_it_is_not(language, country):
    """In every language and country, with the day of the write-off and a place to sign."""
    case = sample(language)
    case = replace(case, creditor=replace(case.creditor, country=country))
    told = text_of(certificate_pdf(case, case.items[:1]))
    words = {"fr": "ni un jugement", "nl": "geen vonnis", "en": "no judgment", "de": "kein Urteil"}
    assert words[language] in told
    assert ("272" in told) is (country == "FR")
    assert "2027-041" in told
