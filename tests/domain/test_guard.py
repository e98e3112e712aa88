"""The rules of mails to debtors: who may write, when, and what may be charged, by country, regime, operator and statement."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from agent.domain.guard import objections, rules
from agent.domain.guard_case import Asked, Case, Charge
from agent.domain.guard_mentions import rules as mention_rules
from agent.domain.legal import COUNTRIES, Mandate, Operator, confirmable
from agent.domain.money import Money
from agent.domain.parties import Creditor, Person, Role

FIRST = date(2026, 3, 2)
SENDER = Creditor(
    "bois",
    "Bois SRL",
    (Person("anne@bois.example", Role.OWNER),),
    enterprise_numbers=("BE0999000030",),
    address="Rue du Moulin 4, 5000 Namur",
)
MANDATE = Mandate(date(2026, 1, 5), "M-1", "m.pdf")
FREE = {"BE": timedelta(days=14), "NL": timedelta(days=15)}


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def case(country="BE", consumer=True, operator=Operator.CREDITOR, number=1, charged=False, day=None) -> Case:
    """A statement of one invoice of 300.00, with everything configured; the second one leaves when the wait is over."""
    announced = number > 1 and country in FREE and consumer is not False
    free_until = FIRST + FREE[country] if announced else None
    day = day or (FIRST + timedelta(days=20 * (number - 1)))
    charges = (
        Charge("interest", "F1", euro("2.10"), Decimal(300), (Decimal("12.5"),), (20,), free_until=free_until),
        Charge("indemnity", "F1", euro("40.00"), Decimal(300), free_until=free_until),
    )
    facts = frozenset(confirmable())
    return Case(
        kind="statement",
        operator=operator,
        country=country,
        law=country,
        consumer=consumer,
        language="fr",
        day=day,
        dated=day,
        creditor=replace(SENDER, mandate=MANDATE) if operator is Operator.COLLECTOR else SENDER,
        agency="Cabinet Exemple",
        asked=(Asked("F1", date(2026, 2, 1), euro("300.00"), first=number == 1, free_until=free_until),),
        charges=charges if charged else (),
        confirmed=facts,
        registration=f"{country} 1",
        seat="Rue de la Loi 1",
    )


def broken(of: Case) -> set[str]:
    return {breach.rule.name for breach in objections(of)}


def expected(country, consumer, operator, number, charged) -> set[str]:
    """The rules that the law names for this combination, written down apart from the code that applies them."""
    found = set()
    if operator is Operator.COLLECTOR and country not in COUNTRIES:
        found.add("collector-country")
    if not charged:
        return found
    if country not in COUNTRIES:
        found.add("charge-country")
    if consumer is None:
        found.add("charge-unknown-kind")
    if consumer is not False:
        if country in ("BE", "NL") and number == 1:
            found.add({"BE": "be-first-free", "NL": "nl-first-free"}[country])
        if country in ("FR", "LU", "DE"):
            found.add("consumer-lump-sum")
    return found


@pytest.mark.parametrize(
    ("country", "consumer", "operator", "number", "charged"),
    list(product((*COUNTRIES, "ES", ""), (True, False, None), Operator, (1, 2, 3), (False, True))),
)
def test_every_country_regime_operator_statement_and_charge(country, consumer, operator, number, charged):
    """Allowed, or refused by just the rules that the law names."""
    assert broken(case(country, consumer, operator, number, charged=charged)) == expected(
        country, consumer, operator, number, charged
    )


@pytest.mark.parametrize(("country", "rule"), [("BE", "be-waiting"), ("NL", "nl-waiting")])
def test_the_announced_period_runs_to_its_last_day_and_no_longer(country, rule):
    """Refused on the last day (D+14, D+15), allowed on the next; the refusal says until when. Businesses do not wait."""
    last = FIRST + FREE[country]
    assert broken(case(country, number=2, day=last)) == {rule}
    assert objections(case(country, number=2, day=last))[0].until == last
    assert broken(case(country, number=2, day=last + timedelta(days=1))) == set()
    assert broken(case(country, consumer=None, number=2, day=last)) == {rule}
    assert broken(case(country, consumer=False, number=2, day=last)) == set()


def test_charges_wait_for_the_announced_period_too():
    """A charge on the last free day is one too early."""
    last = FIRST + FREE["BE"]
    assert "be-first-free" in broken(case(number=2, charged=True, day=last))


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"creditor": SENDER}, "collector-mandate"),
        ({"creditor": replace(SENDER, mandate=replace(MANDATE, on=None))}, "collector-mandate"),
        ({"creditor": replace(SENDER, mandate=replace(MANDATE, reference=""))}, "collector-mandate"),
        ({"creditor": replace(SENDER, mandate=replace(MANDATE, document=""))}, "collector-mandate"),
        ({"creditor": replace(SENDER, mandate=MANDATE, address="")}, "collector-creditor-seat"),
        ({"registration": ""}, "collector-registration"),
        ({"seat": ""}, "collector-seat"),
    ],
)
def test_each_thing_that_a_collector_lacks_is_named(changed, rule):
    """One thing missing, one rule; and the creditor himself needs none of it."""
    lacking = replace(case(operator=Operator.COLLECTOR), **changed)
    assert broken(lacking) == {rule}
    assert broken(replace(lacking, operator=Operator.CREDITOR)) == set()


@pytest.mark.parametrize("country", ["FR", "LU", "NL", "DE"])
def test_duties_of_collectors_from_memory_are_confirmed_first(country):
    """By name, for each country; the Belgian one is verified."""
    unsure = replace(case(country, operator=Operator.COLLECTOR), confirmed=frozenset())
    assert broken(unsure) == {"collector-confirmed"}
    assert f"{country.lower()}-collector" in objections(unsure)[0].detail
    assert broken(replace(case(operator=Operator.COLLECTOR), confirmed=frozenset())) == set()


@pytest.mark.parametrize(
    ("country", "amount", "basis", "rule"),
    [
        ("BE", "20.00", "100", None), ("BE", "20.01", "100", "be-indemnity-cap"), ("BE", "45.00", "300", None),
        ("BE", "45.01", "300", "be-indemnity-cap"), ("BE", "65.00", "500", None), ("BE", "90.00", "1000", None),
        ("BE", "90.01", "1000", "be-indemnity-cap"), ("NL", "40.00", "100", None), ("NL", "525.00", "4000", None),
        ("NL", "525.01", "4000", "nl-scale"),
    ],
)  # fmt: skip
def test_indemnities_of_consumers_are_capped(country, amount, basis, rule):
    """The Belgian caps and the Dutch scale, to the cent."""
    free_until = FIRST + FREE[country]
    charge = Charge("indemnity", "F1", euro(amount), Decimal(basis), free_until=free_until)
    assert broken(replace(case(country, number=2), charges=(charge,))) == ({rule} if rule else set())


def test_further_reminders_cost_at_most_seven_fifty_and_only_belgian_consumers():
    """Each of them; businesses and other countries pay nothing for a reminder."""
    charge = Charge("reminders", "F1", euro("7.50"), Decimal(300), reminders=1, free_until=FIRST + FREE["BE"])
    second = case(number=2)
    assert broken(replace(second, charges=(charge,))) == set()
    assert broken(replace(second, charges=(replace(charge, amount=euro("7.51")),))) == {"reminder-cost"}
    assert broken(replace(second, charges=(replace(charge, amount=euro("15.00"), reminders=2),))) == set()
    assert broken(replace(case(consumer=False, number=2), charges=(charge,))) == {"reminder-cost"}
    assert broken(replace(case("FR", number=2), charges=(charge,))) == {"reminder-cost"}


def test_a_collectors_fee_is_no_charge_of_the_debtors():
    """Whatever it is called: only interest, indemnity and the cost of reminders exist (CPCE L111-8)."""
    fee = Charge("commission", "F1", euro("30.00"), Decimal(300), free_until=FIRST)
    for country in COUNTRIES:
        assert "collector-fee" in broken(
            replace(case(country, consumer=False, operator=Operator.COLLECTOR), charges=(fee,))
        )


def test_facts_from_memory_are_charged_only_once_confirmed():
    """The lump sums of Luxembourg and Germany, and French consumers' interest."""
    for country, consumer, kind, name in (
        ("LU", False, "indemnity", "lu-lump-sum"),
        ("DE", False, "indemnity", "de-lump-sum"),
        ("FR", True, "interest", "fr-consumer"),
    ):
        charged = replace(case(country, consumer), charges=(Charge(kind, "F1", euro("40.00"), Decimal(300)),))
        assert broken(charged) == set()
        unsure = replace(charged, confirmed=frozenset())
        assert broken(unsure) == {"charge-confirmed"}
        assert name in objections(unsure)[0].detail


def test_every_rule_has_a_source_a_mark_and_a_remedy_and_a_name_of_its_own():
    """What is refused can be looked up."""
    every = (*rules(), *mention_rules())
    assert all(rule.source and rule.remedy and rule.mark in {"V", "V2", "C", "M", "D"} for rule in every)
    assert len({rule.name for rule in every}) == len(every)


def test_dutch_interest_waits_only_beside_announced_costs():
    """It runs by itself, but the letter that announces costs asks for nothing else."""
    interest = Charge("interest", "F1", euro("2.10"), Decimal(300), (Decimal(6),), (20,))
    alone = replace(case("NL"), charges=(interest,))
    assert broken(alone) == set()
    assert broken(replace(alone, announced=euro("45.00"))) == {"nl-first-free"}
    assert broken(replace(alone, charges=(replace(interest, kind="indemnity"),))) == {"nl-first-free"}
