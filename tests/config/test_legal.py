"""`[legal]` and what belongs to it: read into values, refused with a hint."""

from datetime import date

import pytest

from agent.config import load
from agent.domain.legal import Legal, Mandate, Operator, confirmable
from tests.config.test_load import CREDITOR, MAILDIRS, configuration, problems

COLLECTOR = """
[legal]
operator = "collector"
seat = "Rue de la Loi 1"
registrations = { be = "SPF 300.001" }
confirmed = ["lu-lump-sum"]
"""


def test_nothing_said_is_the_creditor_himself(tmp_path):
    """No registration, nothing confirmed."""
    assert load(configuration(tmp_path)).legal == Legal()


def test_a_collector_names_seat_registrations_and_what_he_vouches_for(tmp_path):
    """Countries in capitals, whatever was typed; the creditor's file holds mandate and supplies."""
    mandate = '[mandate]\ndate = 2026-01-05\nreference = "M-1"\ndocument = "m.pdf"\n'
    path = configuration(tmp_path, MAILDIRS + COLLECTOR, {"bois": f'supplies = "bois"\n{CREDITOR}{mandate}'})
    settings = load(path)
    assert settings.legal.operator is Operator.COLLECTOR
    assert dict(settings.legal.registrations) == {"BE": "SPF 300.001"}
    assert settings.legal.confirmed == {"lu-lump-sum"}
    assert settings.creditors[0].mandate == Mandate(date(2026, 1, 5), "M-1", "m.pdf")
    assert settings.creditors[0].supplies == "bois"


def test_the_older_key_still_counts_and_may_not_contradict(tmp_path):
    """agency.mode was its name before."""
    older = MAILDIRS.replace('name = "Agency"', 'name = "Agency"\nmode = "collector"')
    assert load(configuration(tmp_path, older)).legal.operator is Operator.COLLECTOR
    both = f'{older}[legal]\noperator = "creditor"\n'
    assert any("keep legal.operator alone" in line for line in problems(configuration(tmp_path, both)))


@pytest.mark.parametrize(("name", "hint"), [("lu-lumpsum", "did you mean lu-lump-sum?"), ("xyzzy", "known are")])
def test_an_unknown_fact_is_refused_with_the_nearest(tmp_path, name, hint):
    """A slip of the pen must not leave a charge unclaimed for ever."""
    text = f'{MAILDIRS}[legal]\nconfirmed = ["{name}"]\n'
    (line,) = problems(configuration(tmp_path, text))
    assert line.startswith("legal.confirmed[1]:")
    assert hint in line


def test_every_confirmable_fact_says_what_it_is():
    """Four duties of collectors, three facts about charges, and the regimes with unverified rates."""
    facts = confirmable()
    assert {"lu-lump-sum", "de-lump-sum", "fr-consumer", "fr-collector", "nl-collector"} <= set(facts)
    assert "be-collector" not in facts
    assert all(facts.values())
