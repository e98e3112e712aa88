"""What the law wants a mail to a debtor to say, and which amounts its page may show."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain.guard_case import Asked, Case, Charge
from agent.domain.guard_words import STATUTE
from agent.domain.legal import Operator
from agent.domain.money import Money
from agent.domain.phases import FeeAgreement
from agent.outbox.mentions import amounts_of, mentions_of
from tests.builders import CREDITOR, money

DAY = date(2026, 3, 2)


def asked(number="2026-118", balance="1000.00", **more):
    return Asked(number, DAY, money(balance), **more)


def case(*invoices, **more):
    fields = {
        "kind": "statement",
        "operator": Operator.CREDITOR,
        "country": "BE",
        "law": "BE",
        "consumer": True,
        "language": "fr",
        "day": DAY,
        "dated": DAY,
        "creditor": CREDITOR,
        "agency": "Comptoir",
        "asked": invoices or (asked(),),
        **more,
    }
    return Case(**fields)


def test_a_first_reminder_announces_what_the_law_wants_announced():
    """In Belgium always; elsewhere only where something follows; never to a business or a second time."""
    assert mentions_of(case()).announces == "BE"
    assert mentions_of(case(country="NL")).announces == ""
    assert mentions_of(case(country="NL", announced=money("40.00"))).announces == "NL"
    assert mentions_of(case(consumer=False)).announces == ""
    assert mentions_of(case(asked(first=False))).announces == ""
    assert mentions_of(case(announced=money("40.00"))).announced == money("40.00")


def test_the_announcement_names_its_invoices_where_the_mail_asks_for_others_too():
    """All of them need no names."""
    first, second = asked("A"), asked("B", first=False)
    assert mentions_of(case(first, second, asked("C\n"))).numbers == "A, C"
    assert mentions_of(case(first)).numbers == ""
    assert mentions_of(case(second)).numbers == ""


def test_copies_are_told_of_when_they_travel_with_all_that_is_announced():
    """One that is missing makes the sentence untrue; what was announced before needs none."""
    assert mentions_of(case(asked(copied=True), asked("B", first=False))).copied
    assert not mentions_of(case(asked(copied=True), asked("B"))).copied
    assert not mentions_of(case(asked(first=False, copied=True))).copied


def test_what_is_asked_for_stands_apart():
    """Principal, interest, and what else is claimed; nothing is asked for without invoices."""
    charges = tuple(
        Charge(kind, "A", money(amount), Decimal(1))
        for kind, amount in (("interest", "10.00"), ("interest", "5.00"), ("indemnity", "40.00"), ("reminders", "7.50"))
    )
    told = mentions_of(case(asked("A"), asked("B", "500.00"), charges=charges))
    assert (told.principal, told.interest, told.accessories) == (money("1500.00"), money("15.00"), money("47.50"))
    nothing = mentions_of(replace(case(), asked=()))
    assert (nothing.principal, nothing.copied, nothing.numbers) == (money("0"), False, "")


def test_a_collectors_first_letter_in_france_reproduces_the_statute():
    """Code des procédures civiles d'exécution, R. 124-4; not the creditor himself, not elsewhere, and not again."""
    collects = {"operator": Operator.COLLECTOR, "country": "FR", "law": "FR"}
    assert mentions_of(case(**collects)).statute == STATUTE
    assert mentions_of(case(**collects, first_letter=("R1", DAY))).statute == ()
    assert mentions_of(case(operator=Operator.COLLECTOR)).statute == ()
    assert mentions_of(case(country="FR", law="FR")).statute == ()
    assert (mentions_of(case(**collects)).collector, mentions_of(case()).collector) == (True, False)


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("BE0441122148", "BE 0441.122.148"),
        ("0441122148", "BE 0441.122.148"),
        ("FR83404833048", "FR83404833048"),
        ("", ""),
    ],
)
def test_a_creditor_is_named_by_his_number_as_letters_print_it(number, printed):
    """A Belgian one in groups."""
    numbers = (number,) if number else ()
    assert mentions_of(case(creditor=replace(CREDITOR, enterprise_numbers=numbers))).creditor_number == printed


def test_what_comes_from_outside_stands_on_one_line():
    """Names and addresses break out of no place."""
    creditor = replace(CREDITOR, supplies="Portes\r\net fenêtres", address="Rue A 1\nLiège")
    told = mentions_of(case(creditor=creditor, agency="Le\nComptoir", seat="X\nY", registration="1\n2", reference="R9"))
    assert (told.supplies, told.creditor_address) == ("Portes et fenêtres", "Rue A 1 Liège")
    assert (told.agency, told.seat, told.registration, told.reference) == ("Le Comptoir", "X Y", "1 2", "R9")


@dataclass(frozen=True)
class _Shown:
    amounts: tuple[Money, ...] = ()
    sums: frozenset[Money] = frozenset()
    percent: Decimal = Decimal("8.5")
    plain: Decimal | None = None
    inner: "_Shown | None" = None
    text: str = "1234.00"
    kind: type = Money

    @property
    def total(self):
        return Money.total(self.amounts, "EUR")

    @property
    def name(self):
        return "no amount"


def test_every_amount_of_a_page_is_known_wherever_it_stands():
    """In lists, in what belongs to it, reckoned by it, below zero or not rounded; a rate is no amount, nor are words."""
    page = _Shown(
        amounts=(money("10.00"), money("-2.50")),
        sums=frozenset({money("7.004")}),
        plain=Decimal(3),
        inner=_Shown(amounts=(money("99.00"),), percent=Decimal(12)),
    )
    assert {str(a) for a in amounts_of(page, [money("1.00")])} == {
        *("10.00", "2.50", "7.50", "7.00", "3.00", "99.00", "1.00"),
    }


def test_what_the_service_earns_is_no_amount_of_a_debtors_mail():
    """His page may hold it, and must not show it."""
    assert amounts_of((FeeAgreement(encaissement=Decimal("9.00")), money("5.00"))) == {Decimal("5.00")}
