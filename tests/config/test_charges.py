"""What is claimed for late payment: the nearest table wins key by key, and a wrong file of rates is refused by name."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agent.config import Settings, load
from agent.demo.cast import write_configuration
from agent.domain.ledger import DebtorAccount
from agent.domain.overdue import AfterPayment, ChargeTerms, PaysFirst
from agent.domain.rates import Rate
from agent.errors import ConfigError

RATES = '[[series]]\nregime = "{}"\nsource = "s"\nrates = [{{ from = 2026-07-01, until = 2026-12-31, percent = "{}", mark = "V" }}]\n'


def loaded(folder: Path, top: str = "", own: str = "", book: str = "") -> Settings:
    """The story's settings with this added to config.toml, to its first creditor's file, and this contact book."""
    write_configuration(folder)
    for name, more in (("config.toml", top), ("creditors/atelier-bruno.toml", own)):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    (folder / "contacts.toml").write_text(book, encoding="utf-8")
    return load(folder / "config.toml")


def test_nothing_is_claimed_by_default(tmp_path):
    """For no creditor."""
    assert all(c.charges == ChargeTerms() for c in loaded(tmp_path).creditors)


def test_the_nearest_table_wins_key_by_key(tmp_path):
    """Debtor over creditor over all."""
    settings = loaded(
        tmp_path,
        '[charges]\ninterest = true\nindemnity = true\npays_first = "interest"\n[legal]\nconfirmed = ["lu-lump-sum"]\n',
        '[charges]\nindemnity = false\ncontract_rate = "8.5"\nafter_payment = "keep"\napplies_from = 2026-01-01\n',
        '[[contact]]\ncreditor = "atelier-bruno"\nname = "Batiplus SA"\n[contact.charges]\ncontract_rate = 6\n',
    )
    own, other = settings.creditors[0], settings.creditors[1]
    assert own.charges == ChargeTerms(
        interest=True,
        contract_rate=Decimal("8.5"),
        pays_first=PaysFirst.INTEREST,
        after_payment=AfterPayment.KEEP,
        applies_from=date(2026, 1, 1),
    )
    assert other.charges.indemnity
    terms = settings.charging(own).terms_of(DebtorAccount("d", own.id, "Batiplus"))
    assert (terms.contract_rate, terms.interest, terms.confirmed) == (Decimal(6), True, frozenset({"lu-lump-sum"}))


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ("contract_rate = 120", "charges.contract_rate"),
        ('reminder_cost = "9.00"', "charges.reminder_cost"),
        ('pays_first = "costs"', "charges.pays_first"),
        ('law = "GB"', "charges.law"),
        ("intrest = true", "charges.intrest: unknown key; did you mean interest?"),
        ('interest = "yes"', "charges.interest"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_key(tmp_path, own, problem):
    """A reminder costs a Belgian consumer 7.50 at most."""
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, own=f"[charges]\n{own}\n")
    assert any(line.startswith(f"creditors/atelier-bruno.toml: {problem}") for line in error.value.problems)


def test_rates_of_ones_own_extend_the_packaged_ones(tmp_path):
    """A relative path counts from the folder of the config file."""
    (tmp_path / "rates.toml").write_text(RATES.format("be-business", "10.0"), encoding="utf-8")
    found = loaded(tmp_path, '[legal]\nrates = "rates.toml"\n').rates.on("be-business", date(2026, 8, 1))
    assert isinstance(found, Rate)
    assert (found.percent, found.source) == (Decimal("10.0"), "s")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"series = [", "rates.toml: "),
        (RATES.format("be-busines", "10").encode(), "'be-busines' is not a regime"),
        (RATES.format("be-business", "ten").encode(), "be-business 2026-07-01: not a percentage: ten"),
    ],
)
def test_a_wrong_file_of_rates_is_named(tmp_path, content, problem):
    """With what is wrong in it."""
    if content is not None:
        (tmp_path / "rates.toml").write_bytes(content)
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, '[legal]\nrates = "rates.toml"\n')
    assert any(line.startswith("legal.rates: rates.toml") and problem in line for line in error.value.problems)
