"""Which banks write from an address, for whom, and in which words."""

from agent.domain.banks import Banks, BankSender, NoticePattern

BANKS = Banks(
    (
        BankSender("One", ("acme", "beta"), domains=("bank.example",)),
        BankSender("Two", ("beta", "gamma"), addresses=("notify@post.example",), domains=("mail.bank.example",)),
    ),
    (
        NoticePattern("bank.example", "first"),
        NoticePattern("notify@post.example", "second"),
        NoticePattern("post.example", "third"),
    ),
)


def test_a_bank_writes_from_its_addresses_and_from_below_its_domains():
    """A domain that only ends alike is somebody else's."""
    assert BANKS.creditors_at("a@bank.example") == ("acme", "beta")
    assert BANKS.creditors_at("a@mail.bank.example") == ("acme", "beta", "gamma")
    assert BANKS.creditors_at("notify@post.example") == ("beta", "gamma")
    for other in (
        "a@notbank.example",
        "other@post.example",
        "bank.example@evil.example",
        "a@bank.example.evil.example",
    ):
        assert BANKS.creditors_at(other) == ()


def test_a_wording_is_for_an_address_or_for_a_domain_and_what_is_below_it():
    """All that apply, in the operator's order."""
    assert BANKS.patterns_for("a@bank.example") == BANKS.patterns_for("a@x.bank.example") == ("first",)
    assert BANKS.patterns_for("notify@post.example") == ("second", "third")
    assert BANKS.patterns_for("other@post.example") == ("third",)
    assert BANKS.patterns_for("a@notbank.example") == ()
