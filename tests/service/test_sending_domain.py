"""What the records of our own domain say about our mail."""

import base64

import pytest

from agent.service.sending_domain import dkim, dmarc, domain_checks, spf

KEY = f"v=DKIM1; k=rsa; p={base64.b64encode(bytes(294)).decode()}"


@pytest.mark.parametrize(
    ("texts", "ok", "words"),
    [
        (["v=spf1 mx -all"], True, "v=spf1 mx -all"),
        (["v=spf1 include:relay.example ~all", "something else"], True, "include"),
        (["v=spf1 redirect=_spf.example"], True, "redirect"),
        (["v=spf1 mx ?all"], False, "?all"),
        (["v=spf1 +all"], False, "everybody"),
        (["v=spf1 mx -all", "v=spf1 a -all"], False, "2 SPF records"),
        (["v=spf10 -all"], False, "no SPF record"),
        ([], False, "no SPF record"),
        (["v=spf1 " + " ".join(f"include:n{i}.example" for i in range(11)) + " -all"], False, "11 look-ups"),
    ],
)
def test_spf(texts, ok, words):
    """One record that refuses others (RFC 7208), with advice when it is not so."""
    result = spf("agency.example", texts)
    assert result.ok is ok
    assert words in result.detail
    assert bool(result.advice) is not ok


def test_a_dkim_key_is_found_under_any_of_the_selectors():
    """A revoked key (an empty p) and a key of 512 bits do not count (RFC 6376, RFC 8301)."""
    short = f"k=rsa; p={base64.b64encode(bytes(94)).decode()}"
    assert dkim("a.example", {"default": [], "mail": [KEY]}).detail == "key found: mail"
    assert not dkim("a.example", {"default": ["v=DKIM1; p="], "mail": []}).ok
    assert not dkim("a.example", {"default": [short]}).ok
    assert dkim("a.example", {"ed": [f"k=ed25519; p={base64.b64encode(bytes(32)).decode()}"]}).ok


def test_dmarc_is_looked_for_upwards():
    """The record of the domain above counts for a domain without one (RFC 7489 §6.6.3)."""
    records = {"_dmarc.agency.example": ["v=DMARC1; p=reject"]}
    result = dmarc("mail.agency.example", lambda name: records.get(name, []))
    assert result.ok
    assert result.detail == "_dmarc.agency.example: p=reject"
    assert not dmarc("other.example", lambda _: []).ok


@pytest.mark.parametrize(
    ("texts", "ok", "advised"),
    [
        (["v=DMARC1; p=none; rua=mailto:a@b.example"], True, True),
        (["v=DMARC1; p=quarantine"], True, False),
        (["v=DMARC1; rua=mailto:a@b.example"], False, True),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], False, True),
    ],
)
def test_dmarc_policies(texts, ok, advised):
    """p=none works and is advised against; two records count as none."""
    result = dmarc("agency.example", lambda _: texts)
    assert (result.ok, bool(result.advice)) == (ok, advised)


def test_all_three_are_looked_at_with_the_named_selectors():
    """Only the selectors of the configuration are asked for when it names some."""
    asked = []

    def records(name):
        asked.append(name)
        return []

    assert [r.name for r in domain_checks("agency.example", records, ("s2026",))] == ["spf", "dkim", "dmarc"]
    assert "s2026._domainkey.agency.example" in asked
    assert "default._domainkey.agency.example" not in asked
