"""The rules of formal notices, by country, kind of debtor and operator; and what the finished letter must say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from agent.domain.guard import objections
from agent.domain.guard_case import NOTICE, Case
from agent.domain.legal import COUNTRIES, Operator
from tests.domain.test_guard import FIRST, case, euro
from tests.domain.test_guard_mentions import STATUTE, lacking

DAY = FIRST + timedelta(days=30)
LETTER = {
    "fr": "Bois SRL vous met formellement en demeure de payer 300,00 € au plus tard le 20 avril 2026. Facture F1, échue le 01/02/2026 : "
    "300,00 €. IBAN BE71 0961 2345 6769.",
    "nl": "Ingebrekestelling. Bois SRL vraagt u 300,00 € te betalen uiterlijk op 20 april 2026. Factuur F1, vervallen op 01/02/2026. "
    "IBAN BE71 0961 2345 6769.",
    "en": "Bois SRL hereby formally requests payment of 300,00 € by 20 April 2026. Invoice F1, due 01/02/2026. IBAN BE71 0961 2345 6769.",
    "de": "Förmliche Mahnung. Bois SRL: 300,00 € bis 20. April 2026. Rechnung F1, fällig am 01/02/2026. IBAN BE71 0961 2345 6769.",
}


def notice(
    country: str = "BE", consumer: bool | None = True, operator: Operator = Operator.CREDITOR, **more: object
) -> Case:
    """A formal notice of one invoice that was announced, to be paid within three weeks."""
    made = case(country, consumer, operator, number=2, day=DAY)
    asked = tuple(replace(line, first=False) for line in made.asked)
    made = replace(
        made, kind=NOTICE, asked=asked, deadline=date(2026, 4, 20), amounts=frozenset({Decimal(300), Decimal(0)})
    )
    return replace(made, **more)


def broken(of: Case) -> set[str]:
    return {breach.rule.name for breach in objections(of)}


@pytest.mark.parametrize(("country", "consumer", "operator"), list(product(COUNTRIES, (True, False, None), Operator)))
def test_an_orderly_notice_may_leave_everywhere(country, consumer, operator):
    """After the announced period, over what is overdue, with time to pay."""
    assert broken(notice(country, consumer, operator)) == set()


@pytest.mark.parametrize(("country", "consumer"), list(product(COUNTRIES, (True, False, None))))
def test_what_is_not_due_or_paid_is_never_asked_for(country, consumer):
    """On the due date itself it is too early; of nothing there is no notice."""
    of = notice(country, consumer)
    assert "notice-due" in broken(replace(of, asked=tuple(replace(a, due_date=DAY) for a in of.asked)))
    assert "notice-due" in broken(replace(of, asked=tuple(replace(a, due_date=None) for a in of.asked)))
    assert "notice-open" in broken(replace(of, asked=tuple(replace(a, balance=euro("0.00")) for a in of.asked)))
    assert "notice-open" in broken(replace(of, asked=()))


@pytest.mark.parametrize(("consumer", "least"), [(True, 14), (None, 14), (False, 7)])
def test_it_leaves_time_to_pay(consumer, least):
    """Also when it waited in the outbox; without a deadline it never leaves."""
    of = notice(consumer=consumer)
    assert "notice-period" not in broken(replace(of, deadline=DAY + timedelta(days=least)))
    assert "notice-period" in broken(replace(of, deadline=DAY + timedelta(days=least - 1)))
    assert "notice-period" in broken(replace(of, deadline=None))


def test_a_belgian_consumer_was_reminded_freely_before():
    """A business need not be; nor is another country's consumer bound by it."""
    fresh = {c: tuple(replace(a, first=True) for a in notice(c).asked) for c in ("BE", "FR")}
    assert "be-notice-reminded" in broken(replace(notice(), asked=fresh["BE"]))
    assert "be-notice-reminded" in broken(replace(notice(consumer=None), asked=fresh["BE"]))
    assert "be-notice-reminded" not in broken(replace(notice(consumer=False), asked=fresh["BE"]))
    assert "be-notice-reminded" not in broken(replace(notice("FR"), asked=fresh["FR"]))


@pytest.mark.parametrize("country", ["BE", "NL"])
def test_it_waits_for_the_announced_period(country):
    """As the statements do; it may leave the day after."""
    of = notice(country)
    last = of.asked[0].free_until
    assert f"{country.lower()}-waiting" in broken(replace(of, day=last))
    assert f"{country.lower()}-waiting" not in broken(replace(of, day=last + timedelta(days=1)))
    assert f"{country.lower()}-waiting" not in broken(replace(notice(country, consumer=False), day=last))


@pytest.mark.parametrize("language", LETTER)
def test_the_letter_says_what_it_is_until_when_and_where(language):
    """Leaving any of it out names the rule."""
    of = replace(notice(consumer=False), language=language)
    said = LETTER[language]
    assert lacking(of, said) == set()
    for gone in ("met formellement en demeure", "Ingebrekestelling", "formally requests", "Mahnung"):
        assert gone not in said or "notice-named" in lacking(of, said.replace(gone, "…"))
    for gone in ("20 avril 2026", "20 april 2026", "20 April 2026", "20. April 2026"):
        assert gone not in said or "notice-deadline" in lacking(of, said.replace(gone, "…"))
    assert "notice-payment" in lacking(of, said.replace("BE71 0961 2345 6769", ""))
    assert "lines" in lacking(of, said.replace("F1", ""))


@pytest.mark.parametrize(
    ("language", "threat"),
    [
        ("fr", "À défaut, un huissier procédera à une saisie."),
        ("nl", "Anders volgt een gerechtsdeurwaarder."),
        ("en", "Otherwise bailiffs will call."),
        ("de", "Sonst beantragen wir einen Mahnbescheid."),
    ],
)
def test_no_letter_threatens_with_a_court(language, threat):
    """Whatever template wrote it."""
    of = replace(notice(consumer=False), language=language)
    assert "no-court-title" in lacking(of, f"{LETTER[language]} {threat}")


def test_a_french_collector_says_all_that_his_first_letter_must():
    """A notice that is his first letter to this debtor has the whole content of CPCE R124-4."""
    of = replace(notice("FR", False, Operator.COLLECTOR), reference="abcdefghij")
    found = lacking(of, LETTER["fr"])
    assert {"collector-named", "fr-collector", "fr-creditor", "fr-parts", "fr-statute", "fr-first-letter"} <= found
    assert "fr-statute" not in lacking(of, LETTER["fr"] + " ".join(STATUTE))


def test_interest_begins_with_it_for_french_consumers_only_when_confirmed():
    """C. civ. 1231-6 is from memory: without the operator's word the notice says nothing of it."""
    of = notice("FR", claims_interest=True)
    assert of.starts_interest
    assert not replace(of, confirmed=frozenset()).starts_interest
    assert not replace(of, claims_interest=False).starts_interest
    assert not replace(of, consumer=False).starts_interest
    assert not replace(of, law="BE").starts_interest
    assert not replace(of, kind="statement").starts_interest
