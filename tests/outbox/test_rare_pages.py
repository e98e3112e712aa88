"""What pages and papers say where something is rare or missing: they say that, or nothing, and never break."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
from jinja2 import UndefinedError

from agent.demo.samples.books import NOW, sample_facts
from agent.demo.samples.letters import sample_letter
from agent.domain.decide.bank_lines import BankLine
from agent.domain.events import InvoiceWrittenOff
from agent.domain.ledger import Ledger, Payment, Question
from agent.domain.letters import LetterKind
from agent.domain.money import Money
from agent.domain.parties import Person, Role
from agent.mail.actions import Action, Offer
from agent.outbox import templates
from agent.outbox.asked import asked_again
from agent.outbox.buttons import buttons_of, press_link
from agent.outbox.certificate import certificate_pdf
from agent.outbox.compose import compose
from agent.outbox.dossier_pdf import debtor_pairs, dossier_pdf
from agent.outbox.mentions import Mentions
from agent.outbox.pages import choice_of, page_of
from agent.outbox.paying import with_ways_to_pay
from agent.reports.certificate_words import certificate_word
from agent.reports.dossier import sums_of
from agent.reports.dossier_words import dossier_word
from agent.reports.happened import kind_of_debtor
from tests.outbox.test_dossier_pdf import EVENTS, sample

FACTS = sample_facts("fr")
DAY = NOW.date()


def euros(text):
    return Money.of(text, "EUR")


def told(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


def asked(topic, subjects=("d1",), detail="", choices=(), doubts=()):
    """What a report says of one open question."""
    question = Question("q9", "lefevre", topic, subjects, choices, "julie@lefevre.example", detail, NOW)
    (found,) = asked_again([question], FACTS, DAY, "fr")
    return found


def test_a_question_about_an_address_names_it():
    """So does one about a lookalike, by the account's name where it is one."""
    name = FACTS.ledger.accounts["d1"].name
    assert asked("change_of_contact", detail="new@client.example because more").about == (
        *(name, "new@client.example", "because"),
    )
    assert asked("same_debtor", ("i1",), "d1").about == (name, "2027-041", name)
    assert asked("plan", detail="d1").about == (name,)


def test_a_question_about_a_line_of_the_bank_names_amount_day_and_payer():
    """What stood on the statement; a payer who was not told is left out."""
    line = BankLine(Decimal("642.51"), "EUR", date(2027, 4, 8), "ref", "Brasserie")
    assert asked("payment_amount", (), line.detail).about == ("642,51 €", "08/04/2027", "Brasserie")
    assert asked("payment_amount", (), replace(line, payer="").detail).about == ("642,51 €", "08/04/2027")


def test_a_doubtful_field_is_answered_in_words():
    """With the invoice's number and an example of the first field that has one; a question with choices needs none."""
    assert asked("fields", ("i6",)).answer.startswith("2027-118 ")
    assert asked("fields", ("i1",)).answer == ""
    assert asked("fields", ("i6",), choices=("a",)).answer == ""
    assert asked("fields", ("gone",)).answer == ""


def test_a_dossier_without_claims_and_payments_says_so():
    """Neither is left open; what is on account is taken off and said."""
    case = sample("fr")
    items = tuple(replace(item, payments=()) for item in case.items if item.id == "i2")
    kept = Payment(euros("50.00"), DAY, "bank")
    account = replace(case.account, money=(kept,))
    bare = replace(case, items=items, everything=items, charging=None, account=account)
    (part,) = sums_of(bare)
    text = told(dossier_pdf(bare, ()))
    for code in ("no_payments", "no_claim", "on_account"):
        assert dossier_word(code, "fr")[:30] in text, code
    assert part.owed == part.principal == euros("592.51")


@pytest.mark.parametrize(
    ("consumer", "number", "said"),
    [(None, "", None), (None, "BE0123456749", False), (True, "BE0123456749", True), (False, "", False)],
)
def test_a_dossier_says_what_the_debtor_is_as_far_as_anybody_knows(consumer, number, said):
    """A number makes him a business; what was told of him goes before it."""
    case = sample("en")
    block = debtor_pairs(replace(case, account=replace(case.account, consumer=consumer, number=number)), "unknown")
    assert [dossier_word("quality", "en"), [kind_of_debtor(said, "en")]] in block["rows"]


def test_a_certificate_without_steps_says_so():
    """An invoice may be written off before anything was sent."""
    case = sample("fr")
    none = replace(case, events=tuple(e for e in EVENTS if isinstance(e, InvoiceWrittenOff)))
    said = certificate_word("steps_none", "fr")[:40]
    assert said in told(certificate_pdf(none, case.items[:1]))
    assert said not in told(certificate_pdf(case, case.items[:1]))


def test_a_choice_that_is_gone_is_shown_by_its_code():
    """An item that was withdrawn meanwhile; joined ones are shown together, with their sum."""
    assert choice_of(1, "gone", None, FACTS, DAY).balance is None
    both = choice_of(2, "i1+i2=", None, FACTS, DAY)
    assert [item.number for item in both.items] == ["2027-041", "2027-058"]
    assert both.balance == Money.total((FACTS.ledger.items[i].balance for i in ("i1", "i2")), "EUR")
    assert choice_of(3, "d1", None, FACTS, DAY).debtor.name == FACTS.ledger.accounts["d1"].name


def test_without_a_creditor_there_is_no_way_to_pay():
    """A mail to the operator names no account."""
    letter = sample_letter(LetterKind.OPERATOR, "held", "fr")
    page = page_of(letter, replace(FACTS, creditor=None), "")
    assert with_ways_to_pay(page, (), euros("1.00"), replace(FACTS, creditor=None)) == (page, ())
    assert page.mentions == Mentions()


@pytest.mark.parametrize(
    ("to", "role", "buttons"),
    [
        ("julie@lefevre.example", Role.OWNER, True),
        ("julie@lefevre.example", Role.STAFF, True),
        ("julie@lefevre.example", Role.VIEWER, False),
        ("other@lefevre.example", Role.OWNER, False),
    ],
)
def test_buttons_are_for_owners_and_staff(to, role, buttons):
    """Whoever only looks, or is not among the creditor's people, gets none."""
    creditor = replace(FACTS.creditor, people=(Person("julie@lefevre.example", role),))
    letter = replace(sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", "fr"), to=(to,))
    found = buttons_of(letter, replace(FACTS, creditor=creditor))
    assert (found is not None) is buttons
    assert found is None or found.owner is (role is Role.OWNER)
    assert buttons_of(replace(letter, copy=True), FACTS) is None
    assert buttons_of(replace(letter, to=()), FACTS) is None
    assert buttons_of(letter, replace(FACTS, creditor=None)) is None


def test_a_button_about_nothing_of_the_books_is_not_sealed():
    """Its link is that of an answer in the same words, and proves nothing."""
    letter = sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", "fr")
    item = FACTS.ledger.items["i1"]
    known = replace(item, invoice=replace(item.invoice, id="i0123456789ab"))
    sealing = buttons_of(letter, replace(FACTS, ledger=Ledger.of([known])))
    offers = {id_: Offer(Action.PAID, id_, "payé") for id_ in (known.id, "iffffffffffff")}
    assert sealing.token(offers[known.id])
    assert sealing.token(offers["iffffffffffff"]) == ""
    plain = press_link("a@b.example", "RL-X", sealing, offers["iffffffffffff"])
    assert plain == press_link("a@b.example", "RL-X", None, offers[known.id])
    assert press_link("a@b.example", "RL-X", sealing, offers[known.id]) != plain


def test_a_subject_that_a_template_cannot_make_is_an_error_of_its_own_line(tmp_path):
    """The operator's text is named, not the code made from it; no mail goes without a subject."""
    (tmp_path / "fr").mkdir()
    letter = sample_letter(LetterKind.STATEMENT, "friendly", "fr")
    source = (templates.folders()[-1] / "fr" / "statement.j2").read_text(encoding="utf-8")
    broken = source.replace("{% block subject %}", "{% block subject %}{{ page.nothing.at_all }}", 1)
    assert broken != source
    (tmp_path / "fr" / "statement.j2").write_text(broken, encoding="utf-8")
    with pytest.raises(UndefinedError) as told_of:
        compose(letter, replace(FACTS, templates_dir=tmp_path))
    assert any("statement.j2" in str(frame.path) for frame in told_of.traceback)
    (tmp_path / "fr" / "statement.j2").write_text(source, encoding="utf-8")
    templates.read_again()
    assert compose(letter, replace(FACTS, templates_dir=tmp_path)) == compose(letter, FACTS)


def test_a_credit_note_and_its_invoice_are_shown_together():
    """What was taken off, and what is left to pay."""
    note, bill = FACTS.ledger.items["i3"], FACTS.ledger.items["i1"]
    taken = Payment(euros("96.80"), date(2027, 4, 9), "credit_note", reference=note.id)
    given = Payment(euros("-96.80"), date(2027, 4, 9), "credit_note", reference=bill.id)
    ledger = Ledger.of(
        [
            *(s for s in (*FACTS.ledger.accounts.values(), *FACTS.ledger.items.values()) if s.id not in {"i1", "i3"}),
            replace(bill, payments=(taken,)),
            replace(note, payments=(given,)),
        ]
    )
    letter = replace(sample_letter(LetterKind.ACKNOWLEDGEMENT, "registered", "fr"), items=("i3",))
    text = compose(letter, replace(FACTS, ledger=ledger)).text
    assert "NC-2027-004" in text
    assert "2027-041" in text
