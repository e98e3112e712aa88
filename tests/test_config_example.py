"""config.example.toml says everything that can be set, and nothing else."""

import re
import shutil
import tomllib
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from agent.config import load
from agent.config.document import CreditorTable, Document
from agent.config.problems import key_paths
from agent.config.settings import LEGAL_TERMS, Limits, PlanTable, Reporting, Trust
from agent.domain.dunning_plan import DunningPlan, PlanChange
from agent.domain.plans import PlanTerms

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "config.example.toml"


def uncommented() -> str:
    """The example with every setting that is off switched on; the first of two lines with one key stays the only one."""
    return re.sub(r"^#(?=\w+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def shown_keys() -> set[str]:
    """Every key that the example shows, with its table."""
    keys: set[str] = set()

    def walk(table: dict[str, object], prefix: str) -> None:
        for key, value in table.items():
            keys.add(prefix + key)
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    walk(inner, f"{prefix}{key}.")

    walk(tomllib.loads(uncommented()), "")
    return keys


def test_every_key_stands_in_the_example_and_no_other():
    """A setting that is not in the example does not exist for the operator; one that is only there does nothing."""
    known = set(key_paths(Document)) - {"mailboxes.inbox.path", "mailboxes.outgoing.path"}
    terms = {f"legal_terms.{country}" for country in LEGAL_TERMS}
    assert shown_keys() == known | terms


def test_the_example_loads(tmp_path):
    """As it stands, with its password file and the example's creditors beside it."""
    shutil.copy(EXAMPLE, tmp_path / "config.toml")
    shutil.copytree(ROOT / "docs/examples/creditors", tmp_path / "creditors")
    shutil.copy(ROOT / "docs/examples/contacts.csv", tmp_path)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/mailbox").touch(mode=0o600)
    (tmp_path / "secrets/mailbox").write_text("x")
    settings = load(tmp_path / "config.toml")
    assert settings.plan == DunningPlan()
    assert settings.creditors[0].id == "menuiserie-dupont"
    assert len(settings.contacts) == 2


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ("limits", Limits()),
        ("trust", Trust()),
        ("reporting", Reporting()),
        ("plan", DunningPlan()),
        ("payment_plans", PlanTerms()),
    ],
)
def test_the_defaults_that_it_shows_are_the_codes(table, value):
    """A default changed in one place only is a lie in the other."""
    shown = tomllib.loads(uncommented())[table]
    for entry in fields(value):
        default = getattr(value, entry.name)
        given = shown[entry.name]
        assert (Decimal(given) if isinstance(default, Decimal) else given) == (
            list(default) if isinstance(default, tuple) else default
        ), entry.name


def test_a_plan_can_be_changed_in_every_field():
    """The written plan, the change and the plan itself have the same fields."""
    names = [f.name for f in fields(DunningPlan)]
    assert [f.name for f in fields(PlanTable)] == names
    assert [f.name for f in fields(PlanChange)] == names


def test_the_toml_contact_book_example_loads(tmp_path):
    """The other form of the contact book, with a plan of its own."""
    test_the_example_loads(tmp_path)
    shutil.copy(ROOT / "docs/examples/contacts.toml", tmp_path)
    assert load(tmp_path / "config.toml").contacts[0].plan.statements == 2


def test_the_example_creditor_shows_every_key():
    """All but the plan, whose keys stand in config.example.toml."""
    shown = tomllib.loads((ROOT / "docs/examples/creditors/menuiserie-dupont.toml").read_text(encoding="utf-8"))
    assert set(shown) == {key for key in key_paths(CreditorTable) if "." not in key}
