"""What a correction teaches about a layout, and how the next document of it is read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.findings import Found, InvoiceReading, Where
from agent.domain.layouts import FieldRule, Form, KnownLayout, Reckoned, Sign, ValueKind, words_of
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import read_document
from agent.parsers.invoices.learned_signs import likeness
from agent.parsers.invoices.learned_values import shape, typed
from agent.parsers.invoices.learned_ways import reckon, reckonings
from agent.parsers.invoices.lesson import learn_from
from tests.parsers.invoices.layouts import ateliers, slips
from tests.parsers.invoices.pages import _compile
from tests.parsers.invoices.xml_samples import UBL

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)


def document(content: bytes) -> Document:
    return Document("invoice.pdf", "application/pdf", content)


def read(content: bytes, *layouts: KnownLayout) -> InvoiceReading:
    (found,) = read_document(document(content), ParserContext(layouts=layouts))
    assert isinstance(found, InvoiceReading)
    return found


def known(content: bytes, *layouts: KnownLayout, **fields: str) -> KnownLayout:
    """The layout as it is known after these corrections of a document."""
    lesson = learn_from(document(content), ParserContext(layouts=layouts), tuple(fields.items()))
    assert lesson is not None
    kept = [rule for layout in layouts for rule in layout.rules if rule.field not in (*fields, *lesson.dropped)]
    return KnownLayout("l1", "c1", lesson.signs, "", MOMENT, (*kept, *lesson.rules))


def test_what_was_not_found_is_found_the_next_time():
    """A number and a due date under words that no lexicon knows, on a page with more lines and another buyer."""
    first, second = ateliers()
    layout = known(first.pdf, number="SV/0412", due_date="2026-03-17")
    before, after = read(second.pdf), read(second.pdf, layout)
    assert (before.number, before.due_date) == (None, None)
    assert after.number is not None
    assert after.due_date is not None
    assert (after.number.value, after.due_date.value) == ("SV/0587", date(2026, 6, 2))
    assert not {"number", "due_date"} & {*after.uncertain, *after.missing}
    assert after.number.where.label == "notre dossier"
    assert after.due_date.where.rule.startswith("learned")
    assert after.due_date.where.box is not None


def test_a_misreading_that_repeats_itself_is_set_right_without_a_question():
    """A reference cut short, a buyer not found, a due date in words of its own: all right on the second document."""
    first, second = slips()
    layout = known(first.pdf, payment_reference="KP 118 A", buyer_name="Garage Peeters", due_date="2026-02-09")
    after = read(second.pdf, layout)
    found = {name: getattr(after, name).value for name in ("payment_reference", "buyer_name", "due_date")}
    assert found == {
        "payment_reference": "KP 240 B",
        "buyer_name": "Bakkerij Mertens NV",
        "due_date": date(2026, 4, 20),
    }
    assert not {*found} & {*after.uncertain, *after.missing}


def test_a_rule_keeps_labels_and_places_but_no_value():
    """Neither the corrected values nor the buyer's name stand in what is kept, unless they are the maker's own."""
    first, _ = ateliers()
    layout = known(first.pdf, number="SV/0412", due_date="2026-03-17", total="72.60", buyer_name="Hôtel du Pont SA")
    told = repr(layout).lower()
    assert not [text for text in ("0412", "2026, 3, 17", "72.6", "hotel", "pont", "haute", "dinant") if text in told]
    constant = known(first.pdf, seller_name="Atelier Bruno SRL").rule("seller_name")
    assert constant is not None
    assert "always Atelier Bruno SRL" in words_of(constant)


def test_another_layout_is_left_alone():
    """Rules of one layout say nothing about a page that looks otherwise."""
    layout = known(ateliers()[0].pdf, number="SV/0412", due_date="2026-03-17")
    other = slips()[1].pdf
    assert read(other, layout) == read(other)


def test_a_contradiction_is_asked_about_with_the_surer_value():
    """The total is read surely by its own label: a rule that leads elsewhere makes it doubtful and does not replace it."""
    first, second = ateliers()
    wrong = known(first.pdf, total="60.00")
    after = read(second.pdf, wrong)
    assert after.total is not None
    assert after.total.value == Decimal("544.50")
    assert "total" in after.uncertain or read(second.pdf).total == after.total


def test_what_is_confirmed_becomes_sure():
    """A name that the creditor confirmed is no question on the next document."""
    first, second = ateliers()
    after = read(second.pdf, known(first.pdf, buyer_name="Hôtel du Pont SA", seller_name="Atelier Bruno SRL"))
    assert after.buyer_name is not None
    assert after.buyer_name.value == "Brasserie Lacroix"
    assert after.buyer_name.confidence >= 0.95
    assert not {"buyer_name", "seller_name"} & {*after.uncertain}


def test_a_second_correction_keeps_what_holds_on_both_documents():
    """The ways that led astray on the second document are gone; the label stays."""
    first, second = ateliers()
    once = known(first.pdf, due_date="2026-03-17")
    twice = known(second.pdf, once, due_date="2026-06-02")
    before, after = once.rule("due_date"), twice.rule("due_date")
    assert before is not None
    assert after is not None
    assert after.beside
    assert set(after.beside) <= set(before.beside)
    assert after.ways <= before.ways


def test_a_rule_that_cannot_be_right_is_replaced_or_dropped():
    """Corrected to another value of the page, the rule is learned anew; to one that stands nowhere, it is dropped."""
    first, _ = ateliers()
    once = known(first.pdf, number="SV/0412")
    anew = learn_from(document(first.pdf), ParserContext(layouts=(once,)), (("number", "12.60"),))
    assert anew is not None
    assert anew.known == "l1"
    gone = learn_from(document(first.pdf), ParserContext(layouts=(once,)), (("number", "ZZ-99999"),))
    assert gone is not None
    assert (gone.rules, gone.dropped) == ((), ("number",))


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        (b"%PDF-1.4 broken", "number", "1"),
        (b"plain text", "number", "1"),
        (UBL.encode(), "number", "1"),
    ],
)
def test_nothing_is_learned_where_there_is_no_page(content, field, value):
    """XML, damaged files and other things teach nothing, and stop nothing."""
    assert learn_from(document(content), ParserContext(), ((field, value),)) is None


def test_a_value_that_the_page_does_not_show_teaches_nothing():
    """No way leads to it, so there is no rule."""
    assert learn_from(document(ateliers()[0].pdf), ParserContext(), (("number", "ZZ-99999"),)) is None


def test_a_due_date_that_is_not_printed_is_learned_as_a_term():
    """Thirty days after the invoice's date, on the next one too; a page that says otherwise is believed."""
    first, second = ateliers()
    rule = FieldRule("due_date", Form(ValueKind.DATE), reckoned=Reckoned("issue_date", days=30))
    layout = replace(known(first.pdf, number="SV/0412"), rules=(rule,))
    after = read(second.pdf, layout)
    assert after.due_date is not None
    assert after.due_date.value == date(2026, 5, 21)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 366))
@settings(max_examples=60)
def test_every_term_that_is_found_leads_back(issued, days):
    """Whatever lies between two dates, each reckoning of it gives the second one."""
    wanted = date.fromordinal(issued.toordinal() + days)
    ways = list(reckonings(issued, wanted))
    assert ways
    assert all(reckon(way, {"issue_date": issued}) == wanted for way in ways)


@given(st.text(max_size=40))
def test_shapes_are_short_and_stable(text):
    """The shape of a shape's own text is no longer than the text, and nothing stops it."""
    assert len(shape(text)) <= max(len(text), 1) * 3


def test_corrections_that_cannot_be_are_no_values():
    """A date that is none, an account whose digits fail, a field that nobody knows."""
    assert typed("due_date", "2026-02-30") is None
    assert typed("seller_iban", "nothing") is None
    assert typed("colour", "red") is None
    assert typed("total", "12.50") == Decimal("12.50")


def test_likeness_is_of_labels_at_their_places():
    """The same labels elsewhere are another layout; too few labels are none at all."""
    here = tuple(Sign(f"label {n}", 100 * n) for n in range(6))
    moved = tuple(replace(sign, across=sign.across + 60) for sign in here)
    near = tuple(replace(sign, across=sign.across + 10) for sign in here)
    assert likeness(here, here) == likeness(here, near) == 1.0
    assert likeness(here, moved) == 0.0
    assert likeness(here[:2], here[:2]) == 0.0


def test_agreement_keeps_the_ordinary_place():
    """Where both agree, the evidence stays that of the ordinary reading, surer than before."""
    first, second = ateliers()
    layout = known(first.pdf, issue_date="2026-02-03")
    before, after = read(second.pdf).issue_date, read(second.pdf, layout).issue_date
    assert isinstance(after, Found)
    assert isinstance(before, Found)
    assert isinstance(after.where, Where)
    assert (after.value, after.where) == (before.value, before.where)
    assert after.confidence >= before.confidence


PLAIN = r"""
#set page(margin: 2cm)
*Atelier Bruno SRL* \ Rue du Canal 12 \ 1000 Bruxelles \ TVA BE 0441.122.148
#align(right)[Facture \ Numéro : {number} \ Date de facture : {issued} \ Échéance : {due}]
#h(9cm) #box[Batiplus SA \ Rue Haute 4 \ 7000 Mons]
#v(1cm)
Total : {total} € \
Réserve gardée au chantier : {reserve} € \
IBAN BE83 3630 1234 5615 \
{more}
"""


def plain(number: str, total: str, reserve: str, more: str = "") -> bytes:
    values = {"number": number, "issued": "03/02/2026", "due": "05/03/2026", "total": total, "reserve": reserve}
    source = PLAIN.replace("{more}", more)
    for name, value in values.items():
        source = source.replace(f"{{{name}}}", value)
    return _compile(source)


def test_an_amount_is_never_overruled_in_silence():
    """A rule by which another amount is the total: the next one is asked about, since no sum bears it out."""
    layout = known(plain("F-1", "100,00", "40,00"), total="40.00")
    found = read(plain("F-2", "300,00", "90,00"), layout)
    assert found.total is not None
    assert found.total.value == Decimal("300.00") or "total" in found.uncertain
    assert found.total.value == Decimal("300.00") or found.total.confidence < 0.9


def test_an_account_is_never_overruled_in_silence():
    """An account that a correction gave and the page does not print: the one that it prints is asked about."""
    layout = known(plain("F-1", "100,00", "40,00"), seller_iban="BE68539007547034")
    assert "seller_iban" in read(plain("F-2", "300,00", "90,00"), layout).uncertain


def test_a_rule_does_not_settle_a_doubt_of_another_kind():
    """A claim that passed to a factor stays a doubt about the account, and a plan of payment one about the due date."""
    layout = known(
        plain("F-1", "100,00", "40,00"), seller_iban="BE83363012345615", due_date="2026-03-05", total="100.00"
    )
    ceded = "Créance cédée à Eurofactor SA : le paiement n'est libératoire que sur le compte du factor."
    assert "seller_iban" in read(plain("F-2", "300,00", "90,00", ceded)).uncertain
    assert "seller_iban" in read(plain("F-2", "300,00", "90,00", ceded), layout).uncertain
    parts = r"Payable en deux fois : \ 150,00 € le 05/03/2026 \ 150,00 € le 05/04/2026"
    assert "due_date" in read(plain("F-2", "300,00", "90,00", parts)).uncertain
    assert "due_date" in read(plain("F-2", "300,00", "90,00", parts), layout).uncertain
