"""`relance check` names each thing that keeps mails from debtors; and no fee of the service finds a way into one."""

import ast
from dataclasses import make_dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from agent.config import load
from agent.domain.legal import Legal, Mandate, Operator
from agent.domain.money import Money
from agent.domain.parties import LANGUAGES
from agent.outbox.mentions import amounts_of
from agent.service.legal_check import legal_checks
from tests.config.test_load import CREDITOR, MAILDIRS, configuration

ROOT = Path(__file__).parents[2]
NUMBERED = 'numbers = ["BE0999000030"]\n' + CREDITOR


@pytest.fixture
def settings(tmp_path):
    return load(configuration(tmp_path, MAILDIRS, {"bois": NUMBERED}))


def missing(settings) -> list[str]:
    """What is not in order, as it is told."""
    return [result.detail for result in legal_checks(settings) if not result.ok]


def test_the_creditor_himself_lacks_nothing_and_sees_what_is_not_confirmed(settings):
    """The names stand there ready to be copied."""
    assert missing(settings) == []
    assert any("lu-lump-sum" in result.detail for result in legal_checks(settings))


def test_a_collector_is_told_of_everything_at_once(settings):
    """Seat, registration, mandate, the creditor's address: a line each."""
    told = " ".join(missing(replace(settings, legal=Legal(Operator.COLLECTOR))))
    for word in ("legal.seat", "registration", "[mandate] lacks date, reference, document", "address"):
        assert word in told


def test_a_collector_with_everything_is_told_nothing(settings, tmp_path):
    """The mandate's file must be there too, and a country's unverified duty confirmed."""
    mandate = Mandate(date(2026, 1, 5), "M-1", "m.pdf")
    creditor = replace(settings.creditors[0], mandate=mandate, address="Rue du Moulin 4")
    legal = Legal(
        Operator.COLLECTOR, "Rue de la Loi 1", MappingProxyType({"BE": "1", "NL": "2"}), frozenset({"nl-collector"})
    )
    settings = replace(settings, legal=legal, creditors=(creditor,))
    assert missing(settings) == [f"creditors/{creditor.id}.toml: mandate.document m.pdf is not there"]
    (tmp_path / "m.pdf").touch()
    assert missing(settings) == []
    assert any(
        "NL: not confirmed" in line for line in missing(replace(settings, legal=replace(legal, confirmed=frozenset())))
    )
    foreign = replace(legal, registrations=MappingProxyType({"ES": "1"}))
    assert any("ES" in line for line in missing(replace(settings, legal=foreign)))


def test_a_belgian_creditor_without_a_number_is_told(settings):
    """It stands in every first reminder to a consumer."""
    creditor = replace(settings.creditors[0], enterprise_numbers=())
    assert any("numbers" in line for line in missing(replace(settings, creditors=(creditor,))))


def test_what_the_service_earns_is_no_amount_of_a_debtors_mail():
    """Whatever page it stands on: amounts of the modules that reckon fees are never allowed."""
    fee = make_dataclass("Fee", [("amount", Money)], frozen=True)
    shown = fee(Money.of("15.00", "EUR"))
    assert amounts_of(shown)
    fee.__module__ = "agent.domain.fees"
    assert amounts_of(shown) == frozenset()


def test_no_text_to_debtors_and_no_claim_knows_of_fees():
    """Neither the templates of their mails nor the modules that reckon claims look at what the service earns."""
    for language in LANGUAGES:
        for name in (
            "statement",
            "receipt",
            "proof_request",
            "payment_plan",
            "mentions",
            "collector",
            "claim",
            "plan_lines",
        ):
            path = ROOT / "templates" / language / f"{name}.j2"
            assert "fee" not in path.read_text(encoding="utf-8").lower().replace("feel", ""), path
    for name in ("claims", "interest", "regimes", "charges", "overdue", "guard", "guard_mentions"):
        tree = ast.parse((ROOT / "agent/domain" / f"{name}.py").read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & {"agent.domain.fees", "agent.domain.collected", "agent.domain.phases"}
