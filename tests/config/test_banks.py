"""`[bank]`: senders that exist, and wordings that end."""

import pytest

from agent.config.banks import BankNoticeTable, BankSenderTable, BankTable, banks_of, pattern_problems
from agent.domain.banks import Banks, BankSender
from tests.builders import CREDITOR, OWNER


@pytest.mark.parametrize(
    "pattern",
    [
        r"versement de (?P<amount>[0-9.,]{1,15}) EUR par (?P<name>[^.]{1,60})",
        r"(?P<amount>\d+,\d\d) (?:EUR|€) (?:von|from) (?P<name>.+?) am (?P<date>[\d.]{8,10})",
    ],
)
def test_usual_wordings_are_taken(pattern):
    """Bounded and open repetitions side by side."""
    assert pattern_problems(pattern) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "no group",
        "(?P<amount>[0-9",
        "(?P<amount>[0-9]+) (?P<wrong>x)",
        r"(?P<amount>(\d+)+) EUR",
        r"(?P<amount>\d{1,9}) (?:a{1,9}b*){2,9}",
        r"(?P<amount>\d+)(?=EUR)",
        r"(?P<amount>\d+) .*.*.*.*.*.*x",
    ],
)
def test_wordings_that_cannot_serve_or_might_never_end_are_refused(pattern):
    """Each with a reason, before anything runs."""
    assert pattern_problems(pattern)


def test_senders_are_checked_against_the_creditors():
    """Unknown creditors, addresses of people, and senders without an address are problems."""
    senders = (
        BankSenderTable("A", (CREDITOR.id,), ("bank@x.example",)),
        BankSenderTable("B", ("nobody",), (OWNER,)),
        BankSenderTable("C", (CREDITOR.id,)),
    )
    banks, problems = banks_of(BankTable(senders, (BankNoticeTable("@X.example", "x"),)), [CREDITOR])
    assert [p.partition(":")[0] for p in problems] == [
        "bank.senders[2].creditors",
        "bank.senders[2].addresses",
        "bank.senders[3]",
        "bank.notices[1].pattern",
    ]
    assert banks.creditors_at("bank@x.example") == (CREDITOR.id,)
    assert banks.patterns_for("bank@mail.x.example") == ("x",)


def test_a_domain_holds_its_own_names_only():
    """Neither a longer name nor a part of one."""
    banks = Banks((BankSender("A", ("c",), domains=("bank.example",)),))
    assert banks.creditors_at("a@bank.example") == banks.creditors_at("a@m.bank.example") == ("c",)
    assert banks.creditors_at("a@mybank.example") == banks.creditors_at("a@bank.example.org") == ()
