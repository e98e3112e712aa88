"""TXT records are found, joined and remembered; absence gives nothing, and silence is told apart from it, in time."""

import time

import pytest
from dns.resolver import NoResolverConfiguration

from agent.backends import dns
from agent.backends.dns import TxtResolver
from agent.errors import TemporaryError
from tests.servers.names import Names

RECORDS = {
    "k1._domainkey.example.org": ['"v=DKIM1; k=rsa; " "p=MIIB"'],
    "example.org": ['"google-site-verification=1"', '"v=spf1 mx -all"'],
    "two._domainkey.example.org": ['"stray"', '"v=DKIM1; p=AAAA"'],
    "empty.example.org": [],
}


@pytest.fixture
def names():
    """A name server with these records."""
    with Names(RECORDS) as server:
        yield server


@pytest.fixture
def resolver(names):
    """Asks that server alone."""
    return TxtResolver(["127.0.0.1"], names.port, lifetime=0.5)


def test_pieces_of_a_record_are_joined(resolver):
    """A long key is published in pieces of 255 bytes."""
    assert resolver.lookup("k1._domainkey.example.org") == "v=DKIM1; k=rsa; p=MIIB"


def test_all_records_of_a_name_are_given(resolver):
    """SPF stands among others; the order of the name service is no order."""
    assert set(resolver.records("example.org.")) == {"google-site-verification=1", "v=spf1 mx -all"}


def test_the_key_is_preferred_among_several(resolver):
    """A stray record under the selector does not hide the key."""
    assert resolver.lookup("two._domainkey.example.org") == "v=DKIM1; p=AAAA"


@pytest.mark.parametrize(
    "name", ["none.example.org", "empty.example.org", "a..b", "x" * 70 + ".org", "", "é\udc80.org"]
)
def test_what_is_not_there_is_nothing(resolver, name):
    """No such name, no such record, and no name at all give the same."""
    assert resolver.records(name) == ()
    assert resolver.lookup(name) is None


def test_an_answer_is_remembered(resolver, names):
    """Twenty mails of one sender ask once."""
    for _ in range(20):
        resolver.lookup("k1._domainkey.example.org")
    assert len(names.asked) == 1


def test_silence_ends_in_time(resolver, names):
    """A name server that does not answer costs half a second here, and says nothing about what is there."""
    names.silent = True
    begun = time.monotonic()
    with pytest.raises(TemporaryError, match=r"nobody answers for example\.org"):
        resolver.records("example.org")
    assert time.monotonic() - begun < 2


def test_a_server_that_fails_says_nothing_about_what_is_there(resolver, names):
    """SERVFAIL is no absence: a key may stand there, and be found later."""
    names.fails = True
    with pytest.raises(TemporaryError):
        resolver.lookup("k1._domainkey.example.org")


def test_who_did_not_answer_is_asked_again_after_a_while(resolver, names, monkeypatch):
    """Twenty mails of a sender whose servers fail cost one question a minute, and no other name waits for it."""
    names.fails = True
    for _ in range(20):
        with pytest.raises(TemporaryError):
            resolver.lookup("k1._domainkey.example.org")
    asked, names.fails = len(names.asked), False
    assert asked == 1
    assert resolver.records("example.org")
    later = time.monotonic() + 61
    monkeypatch.setattr(dns.time, "monotonic", lambda: later)
    assert resolver.lookup("k1._domainkey.example.org") == "v=DKIM1; k=rsa; p=MIIB"


def test_the_machine_s_own_resolver_is_used(resolver, monkeypatch):
    """The functions that the service calls ask the name servers of the machine."""
    monkeypatch.setattr(dns, "_machine", lambda: resolver)
    assert dns.txt_records("k1._domainkey.example.org")
    assert dns.txt_lookup("k1._domainkey.example.org")


def test_a_machine_without_name_servers_may_know_one_later(resolver, monkeypatch):
    """At its start the network may come after the service: that is silence, and it ends by itself."""

    def none_yet():
        raise NoResolverConfiguration

    dns._machine.cache_clear()
    monkeypatch.setattr(dns, "TxtResolver", none_yet)
    with pytest.raises(TemporaryError, match="no name server"):
        dns.txt_records("example.org")
    monkeypatch.setattr(dns, "TxtResolver", lambda: resolver)
    assert dns.txt_records("k1._domainkey.example.org")
    dns._machine.cache_clear()
