"""Mentions are found in what a mail shows, by value and by phrase; what is left out is named by its rule."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.guard_case import Case, Charge
from agent.domain.guard_mentions import announced_by, missing
from agent.domain.guard_shown import Shown, compact, folded
from agent.domain.guard_words import BELGIAN_PERIOD, COURT, DUTCH_PERIOD, STATUTE
from agent.domain.legal import Operator
from tests.domain.test_guard import case, euro

BELGIAN = (
    "Facture F1, échue le 01/02/2026 : 300,00 €. Ce premier rappel est gratuit : 14 jours calendrier, qui commencent le lendemain "
    "de l’envoi, puis une indemnité de 30,00 €. Bois SRL, BE 0999.000.030, travaux de menuiserie."
)
DUTCH = (
    "Factuur F1, vervallen op 01/02/2026: € 300,00 voor Bois SRL. Betaalt u binnen vijftien dagen nadat deze e-mail bij u is bezorgd, "
    "dan komen er geen kosten bij; daarna incassokosten van € 45,00."
)
FRENCH = (
    "Cabinet Exemple, Rue de la Loi 1, exerce une activité de recouvrement amiable et écrit au nom et pour le compte de Bois SRL, "
    "Rue du Moulin 4, 5000 Namur. Inscription : FR 1. Facture F1, échue le 1er février 2026 : 300,00 €. Principal 300,00 €, "
    "intérêts 0,00 €, accessoires 0,00 €. IBAN BE71 0961 2345 6769. Référence abcdefghij, du 02/03/2026. "
    + " ".join(STATUTE)
)


def allowed(of: Case, *more: str) -> Case:
    """The case whose mail may show its own amounts and these."""
    amounts = {Decimal(0), *(a.balance.amount for a in of.asked), *(Decimal(m) for m in more)}
    return replace(of, amounts=frozenset(amounts), reference="abcdefghij")


def belgian() -> Case:
    told = replace(case(), announced=euro("30.00"))
    return allowed(replace(told, creditor=replace(told.creditor, supplies="travaux de menuiserie")), "30.00")


def dutch() -> Case:
    return allowed(replace(case("NL"), announced=euro("45.00"), language="nl"), "45.00")


def french() -> Case:
    return allowed(case("FR", operator=Operator.COLLECTOR))


def lacking(of: Case, text: str) -> set[str]:
    return {breach.rule.name for breach in missing(of, (("text", Shown.of(text)),))}


def test_a_mail_that_says_everything_breaks_nothing():
    """The three countries with a list of their own."""
    assert lacking(belgian(), BELGIAN) == set()
    assert lacking(dutch(), DUTCH) == set()
    assert lacking(french(), FRENCH) == set()


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("300,00 €", "lines"),
        ("01/02/2026", "lines"),
        ("F1", "lines"),
        ("Bois SRL", "creditor-named"),
        ("0999.000.030", "be-first-creditor"),
        ("30,00 €. Bois", "be-first-indemnity"),
        ("travaux de menuiserie", "be-first-description"),
        ("14 jours calendrier", "be-first-period"),
        ("lendemain", "be-first-period"),
    ],
)
def test_each_belgian_mention_that_is_left_out_is_named(words, rule):
    """Balance, due date, number, creditor, indemnity, description, period: one at a time."""
    assert rule in lacking(belgian(), BELGIAN.replace(words, "…"))


@pytest.mark.parametrize(
    ("words", "rule"), [("binnen vijftien dagen", "nl-period"), ("45,00", "nl-costs"), ("incassokosten", "nl-costs")]
)
def test_each_dutch_mention_that_is_left_out_is_named(words, rule):
    """The period in the words of the courts, the amount, what it is."""
    assert rule in lacking(dutch(), DUTCH.replace(words, "…"))
    assert "nl-period" in lacking(dutch(), DUTCH.replace("nadat deze e-mail bij u is bezorgd", "na vandaag"))


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Cabinet Exemple", "fr-collector"),
        ("Rue de la Loi 1", "fr-collector"),
        ("recouvrement amiable", "fr-collector"),
        ("au nom et pour le compte", "collector-named"),
        ("FR 1", "collector-named"),
        ("Rue du Moulin 4", "fr-creditor"),
        ("accessoires", "fr-parts"),
        ("BE71 0961 2345 6769", "fr-payment"),
        ("sauf disposition législative contraire", "fr-statute"),
        ("débiteur de mauvaise foi", "fr-statute"),
        ("abcdefghij", "fr-first-letter"),
    ],
)
def test_each_french_mention_that_is_left_out_is_named(words, rule):
    """CPCE R124-4, item by item."""
    assert rule in lacking(french(), FRENCH.replace(words, "…"))


def test_a_later_french_letter_recalls_the_first_one():
    """Its reference and its day; the statute is not repeated."""
    later = replace(french(), first_letter=("zyxwvutsrq", date(2026, 2, 16)))
    text = FRENCH.replace(" ".join(STATUTE), "")
    assert lacking(later, text) == {"fr-first-letter"}
    assert lacking(later, text + " Notre première lettre : zyxwvutsrq, du 16 février 2026.") == set()


def test_both_parts_of_the_mail_must_say_it():
    """What only the text part says is not said to who reads the other."""
    broken = missing(belgian(), (("text", Shown.of(BELGIAN)), ("HTML", Shown.of("Bois SRL"))))
    assert {b.rule.name for b in broken} >= {"lines", "be-first-period"}
    assert all(b.detail.startswith("HTML: ") for b in broken)


def test_a_copy_that_can_be_read_describes_what_was_supplied():
    """Without a word for it in the creditor's file; an invoice without its copy is not described."""
    bare = replace(belgian(), creditor=case().creditor)
    assert lacking(bare, BELGIAN) == {"be-first-description"}
    copied = replace(bare, asked=tuple(replace(asked, copied=True) for asked in bare.asked))
    assert lacking(copied, BELGIAN) == set()


def test_an_amount_of_nobodys_is_refused():
    """A fee that a template adds, however it is typed; what stands in names and signatures is not ours."""
    for fee in ("15,00 €", "€ 15", "15 euros", "EUR 15.00", "1 015,00"):
        assert lacking(belgian(), f"{BELGIAN} Frais de dossier : {fee}") == {"amount-unexplained"}
    signed = replace(belgian(), ignored=("SARL au capital de 18 600,00 €",))
    assert lacking(signed, f"{BELGIAN} SARL au capital de 18 600,00 €") == set()
    assert lacking(belgian(), f"{BELGIAN} Intérêt 12,50 %, le 15.03.2026 à 10.30") <= {"amount-unexplained"}
    assert lacking(belgian(), f"{BELGIAN} 12,50 % le 15.03.2026") == set()


def test_a_number_beside_an_amount_is_no_part_of_it():
    """ "F-12 300,00 €" is an invoice and its balance, not twelve thousand."""
    assert lacking(belgian(), f"{BELGIAN} F-12 300,00 €") == set()


@pytest.mark.parametrize(
    ("language", "threat"),
    [
        ("fr", "Nous chargerons un huissier."), ("fr", "une saisie sera pratiquée"), ("nl", "de gerechtsdeurwaarder komt"),
        ("nl", "beslag op uw loon"), ("en", "the bailiff will call"), ("en", "we obtained a court order"),
        ("de", "es droht die Pfändung"), ("de", "ein Mahnbescheid folgt"),
    ],
)  # fmt: skip
def test_no_mail_suggests_a_title_or_a_seizure(language, threat):
    """In any language, unless the words are a party's own name."""
    assert lacking(replace(case(consumer=False), language=language), threat) >= {"no-court-title"}
    named = replace(case(consumer=False), language=language, ignored=(threat,))
    assert "no-court-title" not in lacking(named, threat)


def test_interest_is_shown_with_its_rate_and_days():
    """Between businesses: amount, percentage and days; one left out is one too few."""
    charge = Charge("interest", "F1", euro("2.10"), Decimal(300), (Decimal("12.5"),), (20,))
    of = allowed(replace(case(consumer=False), charges=(charge,)), "2.10")
    text = "Bois SRL, F1, 01/02/2026, 300,00 €, 20 jours à 12,5 % : 2,10 €"
    assert lacking(of, text) == set()
    for words in ("20 jours", "12,5 %", "2,10 €"):
        assert lacking(of, text.replace(words, "…")) == {"claim-shown"}


@pytest.mark.parametrize("language", ["fr", "nl", "en", "de"])
def test_every_language_has_its_phrases(language):
    """A mail goes out in any of four languages to any country."""
    assert all(language in phrases for phrases in (BELGIAN_PERIOD, DUTCH_PERIOD, COURT))


def test_a_statement_announces_what_its_country_wants_announced():
    """Belgium always, the Netherlands when costs follow; nothing to businesses or a second time."""
    assert announced_by(belgian()) == ("be-first-reminder",)
    assert announced_by(dutch()) == ("nl-fourteen-days",)
    assert announced_by(case("NL")) == ()
    assert announced_by(case(consumer=False)) == ()
    assert announced_by(case(number=2)) == ()


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_found_however_it_is_written(day):
    """In figures and in the months of four languages."""
    shown = Shown.of(f"le {day:%d/%m/%Y} ou {day:%d.%m.%Y} ou {day.isoformat()}")
    assert shown.days() == {day}
    for month in ("février", "februari", "February", "Februar"):
        assert Shown.of(f"{day.day} {month} {day.year}").days() <= {date(day.year, 2, 1) + timedelta(days=day.day - 1)}


@given(st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2))
def test_an_amount_is_found_in_every_typography(amount):
    """Belgian, French, Dutch, English and German separators, sign before or behind."""
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text in (
        f"€{english}",
        f"{german} €",
        f"{german.replace('.', chr(0x202F))} €",
        f"{german.replace('.', ' ')} EUR",
    ):
        assert amount in Shown.of(text).amounts()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text):
    """Hostile text costs nothing but time, and little of it."""
    shown = Shown.of(text)
    assert isinstance(shown.amounts(), frozenset)
    assert isinstance(shown.days(), frozenset)
    assert folded(folded(text)) == folded(text)
    assert compact(compact(text)) == compact(text)
