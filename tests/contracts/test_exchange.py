"""What Exchange does its own way: sending for all or for none, its errors, its limits. Against the fake server of these tests."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from agent.backends.connect import doors_from, mailbox_from, transport_from
from agent.backends.exchange import ExchangeMailbox, ExchangeTransport, doors
from agent.backends.exchange_session import ExchangeAccount
from agent.config import ExchangeSettings, ImapSettings, MailboxSettings, SmtpSettings
from agent.errors import ConfigError, TemporaryError
from agent.ports import Box, Envelope, UnknownOutcome
from tests.contracts.harness import ExchangeHarness
from tests.servers import certificate
from tests.servers.dovecot import free_ports
from tests.servers.ews import USER, Exchange

TO = ("anne@bois.example", "paul@bois.example")
MAIL = (
    b"Message-ID: <1@example.org>\r\nFrom: relance@example.org\r\nTo: Anne <anne@bois.example>\r\nCc: Paul@bois.example\r\n"
    b"Subject: =?utf-8?q?Relev=C3=A9?=\r\n\r\n.\r\nBonjour\r\n"
)


@pytest.fixture
def delivered():
    """What the fake server sent: sender, recipient and bytes."""
    return []


@pytest.fixture
def harness(tmp_path, delivered):
    """A running fake server."""
    with Exchange(certificate(tmp_path), lambda *mail: delivered.append(mail)) as server:
        yield ExchangeHarness(server)


@pytest.fixture
def transport(harness):
    """The way out through it."""
    made = ExchangeTransport(harness.account(server_keeps_sent=True))
    yield made
    made.close()


@pytest.fixture
def mailbox(harness):
    """Its mailbox, opened."""
    box = harness.make()
    box.open()
    yield box
    box.close()


def test_a_mail_is_sent_whole_and_kept_by_the_server(mailbox, transport, delivered):
    """One request sends it to everybody in To and Cc and files the copy, which is then found by its Message-ID."""
    assert transport.send(Envelope(USER, TO), MAIL).accepted == TO
    assert [(to.lower(), raw) for _, to, raw in delivered] == [(address, MAIL) for address in TO]
    assert mailbox.sent("<1@example.org>")


def test_with_exchange_in_both_directions_no_second_copy_is_kept(harness, transport):
    """The server filed the copy; the mailbox adds none."""
    box = harness.make(server_keeps_sent=True)
    transport.send(Envelope(USER, TO), MAIL)
    box.keep_sent(MAIL)
    assert len(list(box.contents(Box.SENT))) == 1
    box.close()


def test_a_copy_that_is_filed_is_no_draft(harness, mailbox):
    """When another relay sends, the copy in Sent bears the flag of a mail that was read, not of a draft."""
    mailbox.keep_sent(MAIL)
    assert [item.flags for item in harness.server.folders["sentitems"]] == [1]


def test_exchange_sends_to_whom_the_headers_name_and_to_no_other(transport, delivered):
    """An envelope that differs from To and Cc is refused: the server would write to the wrong people."""
    delivery = transport.send(Envelope(USER, TO[:1]), MAIL)
    assert delivery.permanent[0][0] == TO[0]
    assert delivered == []


def test_a_check_sends_nothing(transport, delivered):
    """`check` touches the Sent folder and names the server."""
    assert "Exchange" in transport.check()
    assert delivered == []


def test_a_line_that_breaks_after_the_request_is_an_unknown_outcome(harness, transport, mailbox):
    """The mail may have left: never sent again blindly, but looked for in Sent, where it is."""
    transport.check()
    harness.server.faults.cut_after_send = True
    with pytest.raises(UnknownOutcome):
        transport.send(Envelope(USER, TO), MAIL)
    assert mailbox.sent("<1@example.org>")


@pytest.mark.parametrize("code", ["ErrorMessageSizeExceeded", "ErrorInvalidRecipients", "ErrorSendAsDenied"])
def test_what_the_server_will_never_send_is_refused_for_good(harness, transport, code):
    """Its own code is the reason."""
    harness.server.faults.codes["CreateItem"] = code
    delivery = transport.send(Envelope(USER, TO), MAIL)
    assert [address for address, _ in delivery.permanent] == list(TO)
    assert code in delivery.permanent[0][1]


def test_a_line_that_breaks_in_the_midst_of_the_answer_is_an_unknown_outcome(harness, transport, mailbox):
    """Half an answer says nothing, whatever it begins with."""
    transport.check()
    harness.server.faults.half_answers = {"CreateItem"}
    with pytest.raises(UnknownOutcome):
        transport.send(Envelope(USER, TO), MAIL)
    assert mailbox.sent("<1@example.org>")


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_gateway_in_between_that_answers_for_the_server_is_an_unknown_outcome(harness, transport, status):
    """A proxy that got no answer in time does not know whether the server sent the mail."""
    transport.check()
    harness.server.faults.status = status
    with pytest.raises(UnknownOutcome):
        transport.send(Envelope(USER, TO), MAIL)


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_by_http_sends_nothing(harness, transport, delivered, status):
    """Too many requests, or no service: the server did not begin, so the mail may be sent again."""
    transport.check()
    harness.server.faults.status = status
    with pytest.raises(TemporaryError, match=str(status)):
        transport.send(Envelope(USER, TO), MAIL)
    harness.server.faults.status = 0
    assert transport.send(Envelope(USER, TO), MAIL).accepted == TO
    assert len(delivered) == 2


def test_a_server_that_went_away_got_nothing(harness, transport):
    """When not even a connection comes about, the mail was not handed over."""
    transport.check()
    harness.server.__exit__()
    transport.close()
    with pytest.raises(TemporaryError):
        transport.send(Envelope(USER, TO), MAIL)


QUOTA = "the mailbox is full"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ErrorServerBusy", "asks for patience"),
        ("ErrorMailboxStoreUnavailable", "ErrorMailboxStoreUnavailable"),
        ("ErrorQuotaExceeded", QUOTA),
    ],
)
def test_what_passes_is_tried_again(harness, transport, mailbox, delivered, code, words):
    """Throttling, a store that is away and a full mailbox are a matter of the moment, and nothing was sent."""
    harness.server.faults.codes |= {"CreateItem": code, "FindItem": code}
    begun = time.monotonic()
    with pytest.raises(TemporaryError, match=words):
        transport.send(Envelope(USER, TO), MAIL)
    with pytest.raises(TemporaryError, match=words):
        mailbox.unhandled()
    assert time.monotonic() - begun < 5
    harness.server.faults.codes.clear()
    assert mailbox.unhandled() == ()
    assert transport.send(Envelope(USER, TO), MAIL).accepted == TO
    assert len(delivered) == 2


def test_a_server_that_names_a_time_is_left_alone_until_then(harness, mailbox):
    """BackOffMilliseconds is believed: no request goes out before, in either direction, and the cause reads the same."""
    harness.server.faults.busy = 0.7
    with pytest.raises(TemporaryError, match="asks for patience") as first:
        mailbox.unhandled()
    harness.server.faults.busy = 0.0
    asked = len(harness.server.operations)
    with pytest.raises(TemporaryError) as second:
        mailbox.wait(5)
    assert str(second.value) == str(first.value)
    assert len(harness.server.operations) == asked
    time.sleep(0.8)
    assert mailbox.unhandled() == ()


def test_a_named_time_holds_for_both_directions(harness):
    """Mailbox and transport of one account share the session, and so the server's wish for quiet."""
    box, way_out = doors(harness.account())
    box.open()
    harness.server.faults.status, harness.server.faults.retry_after = 503, "1"
    with pytest.raises(TemporaryError, match="503"):
        box.unhandled()
    harness.server.faults.status = 0
    with pytest.raises(TemporaryError, match="503"):
        way_out.send(Envelope(USER, TO), MAIL)
    time.sleep(1.1)
    assert way_out.send(Envelope(USER, TO), MAIL).accepted == TO


@pytest.mark.parametrize("status", [403, 404])
def test_a_server_without_ews_is_for_the_operator(harness, mailbox, status):
    """Switched off for this mailbox, or not there at all: no retry will help."""
    harness.server.faults.status = status
    with pytest.raises(ConfigError, match="offers no EWS"):
        mailbox.unhandled()


def test_one_cause_has_one_text(harness, mailbox):
    """However often it fails, the words are the same: the daemon says each cause once."""

    def said():
        with pytest.raises(TemporaryError) as caught:
            mailbox.unhandled()
        return str(caught.value)

    for status in (429, 500, 502):
        harness.server.faults.status = status
        first = said()
        time.sleep(0.01)
        assert said() == first
    harness.server.__exit__()
    mailbox.close()
    assert said() == said()
    assert " at 0x" not in said()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ErrorPasswordExpired", "the password has expired"),
        ("ErrorPasswordChangeRequired", "must be changed"),
        ("ErrorAccountDisabled", "ErrorAccountDisabled"),
    ],
)
def test_an_expired_password_is_for_the_operator(harness, mailbox, code, words):
    """No retry will help, and the reason is named."""
    harness.server.faults.codes["FindItem"] = code
    with pytest.raises(ConfigError, match=words):
        mailbox.unhandled()


def test_a_wrong_password_is_for_the_operator(harness):
    """401, whichever way the login went; the password is not told."""
    for made in (harness.make(password="guess"), ExchangeTransport(harness.account(password="guess"))):
        with pytest.raises(ConfigError) as caught:
            made.open() if isinstance(made, ExchangeMailbox) else made.check()
        assert "guess" not in str(caught.value)
    assert "sesame" not in repr(harness.account())


def test_an_untrusted_certificate_is_refused(harness, tmp_path):
    """A server that cannot prove its name gets no password."""
    (tmp_path / "other").mkdir()
    other, _ = certificate(tmp_path / "other")
    with pytest.raises(ConfigError, match="certificate"):
        harness.make(ca_file=other).open()


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_in_trouble_is_tried_again(harness, mailbox, status):
    """An error of HTTP says nothing of us; when it is over, everything goes on."""
    harness.server.faults.status = status
    with pytest.raises(TemporaryError):
        mailbox.unhandled()
    harness.server.faults.status = 0
    assert mailbox.unhandled() == ()


def test_a_server_that_is_away_is_tried_again(harness):
    """Nobody listens: not the password's fault."""
    (port,) = free_ports(1)
    with pytest.raises(TemporaryError):
        harness.make(host=f"localhost:{port}").open()


def test_a_frozen_server_does_not_hang_the_daemon(harness):
    """Every call ends within its timeout."""
    box = harness.make(timeout=0.5)
    box.open()
    harness.server.faults.stall = 2.0
    begun = time.monotonic()
    with pytest.raises(TemporaryError):
        box.unhandled()
    assert time.monotonic() - begun < 1.9
    harness.server.faults.stall = 0.0
    assert box.unhandled() == ()
    box.close()


@pytest.mark.parametrize("host", ["outlook.office365.com", "Outlook.Office365.com:443"])
def test_microsoft_365_is_refused_with_the_way_to_go(host):
    """Exchange Online no longer takes EWS; the message says what to write instead."""
    for door in (
        ExchangeMailbox(ExchangeAccount(host, USER)).open,
        ExchangeTransport(ExchangeAccount(host, USER)).check,
    ):
        with pytest.raises(ConfigError, match='provider = "microsoft365"'):
            door()


def test_a_hundred_mails_are_listed_fetched_and_filed(harness, mailbox):
    """More than one page of answers, and nothing is left behind."""
    for number in range(100):
        harness.deliver(MAIL.replace(b"<1@", b"<%d@" % number) + b"x" * 20_000)
    for ref, _ in mailbox.fetch(mailbox.unhandled()):
        mailbox.file(ref, Box.HANDLED)
    assert mailbox.unhandled() == ()


def test_both_directions_need_one_connection(harness):
    """Reading and sending go over the session that the mailbox opened; after either is closed, both go on all the same."""
    box, way_out = doors(harness.account(server_keeps_sent=True))
    box.open()
    opened = harness.server.connections
    assert way_out.send(Envelope(USER, TO), MAIL).accepted == TO
    assert box.sent("<1@example.org>")
    assert harness.server.connections == opened
    way_out.close()
    assert box.unhandled() == ()
    box.close()
    assert "Exchange" in way_out.check()


def test_a_mailbox_that_closes_disturbs_no_other(harness):
    """Two mailboxes of one program have nothing in common, even on the same server under the same name."""
    one, other = harness.make(), harness.make()
    one.open()
    other.open()
    opened = harness.server.connections
    one.close()
    assert other.unhandled() == ()
    assert harness.server.connections == opened


@pytest.mark.parametrize(
    "tag", ["MeetingRequest", "MeetingCancellation", "PostItem", "CalendarItem", "Contact", "Item"]
)
def test_what_is_no_mail_is_handled_like_one(harness, mailbox, tag):
    """INBOX also holds invitations and posts, and whatever somebody dragged there: they are announced, read and filed."""
    harness.deliver(MAIL)
    harness.server.folders["inbox"][0].tag = tag
    assert mailbox.wait(1)
    ((ref, raw),) = mailbox.fetch(mailbox.unhandled())
    assert raw == MAIL
    mailbox.fetch_head(ref, 100)
    mailbox.file(ref, Box.REVIEW)
    assert mailbox.unhandled() == ()


def test_the_settings_lead_to_the_backend(monkeypatch):
    """`backend = "exchange"` in both tables gives a mailbox and a transport; only then does the server keep what is sent."""
    monkeypatch.setenv("MAIL_PASSWORD", "x")
    exchange = ExchangeSettings("exchange", "mail.example.org", USER, password_env="MAIL_PASSWORD")
    smtp = SmtpSettings("smtp", "smtp.example.org")
    both, mixed = MailboxSettings("main", exchange, exchange), MailboxSettings("main", exchange, smtp)
    other = replace(exchange, user="other@example.org")
    assert isinstance(transport_from(both), ExchangeTransport)
    assert mailbox_from(both)._settings.server_keeps_sent
    assert not mailbox_from(mixed)._settings.server_keeps_sent
    assert not mailbox_from(MailboxSettings("main", exchange, other))._settings.server_keeps_sent
    box, way_out = doors_from(both)
    assert box._session is way_out._session
    assert box._settings.server_keeps_sent
    box, way_out = doors_from(MailboxSettings("main", exchange, other))
    assert box._session is not way_out._session


def test_the_settings_lead_to_tokens(monkeypatch, tmp_path):
    """With a client's id both directions log in with tokens and need no password."""
    from agent.config import OAuthSettings

    oauth = OAuthSettings(
        "id", token_file=tmp_path / "token", token_url="https://login.example.org/token", scope="mail"
    )
    inbox, outgoing = ImapSettings("imap", "imap.example.org", USER), SmtpSettings("smtp", "smtp.example.org", USER)
    settings = MailboxSettings("main", inbox, outgoing, oauth=oauth)
    assert mailbox_from(settings)._account.token is not None
    assert transport_from(settings)._account.token is not None


def test_without_the_extra_the_way_to_it_is_named(monkeypatch):
    """A core installation says which package is missing."""
    monkeypatch.setenv("MAIL_PASSWORD", "x")
    monkeypatch.setitem(__import__("sys").modules, "agent.backends.exchange", None)
    exchange = ExchangeSettings("exchange", "mail.example.org", USER, password_env="MAIL_PASSWORD")
    with pytest.raises(ConfigError, match=r"relance\[exchange\]"):
        mailbox_from(MailboxSettings("main", exchange, exchange))


GOLDEN = Path(__file__).parents[1] / "data" / "ews" / "requests.txt"


def outline(request):
    """What a request asks for: its elements with their attributes, one a line; ids, tokens and mails are left out."""
    lines = []

    def walk(node, depth):
        hidden = set() if etree.QName(node).localname == "DistinguishedFolderId" else {"Id", "ChangeKey"}
        values = {name: "…" if name in hidden else value for name, value in sorted(node.attrib.items())}
        text = (node.text or "").strip()
        secret = len(text) >= 60 or etree.QName(node).localname in {"SubscriptionId", "Watermark", "SyncState"}
        shown = f" = {'…' if secret else text}" if text else ""
        told = "".join(f" {name}={value}" for name, value in values.items())
        lines.append(f"{'  ' * depth}{etree.QName(node).localname}{told}{shown}")
        for child in node:
            walk(child, depth + 1)

    walk(etree.fromstring(request).find("{*}Body")[0], 0)
    return "\n".join(lines)


def test_what_goes_over_the_wire_is_what_it_was(harness, mailbox, transport):
    """Every kind of request that a round of work makes, element by element (written anew with RENEW_GOLDEN=1, then read the diff)."""
    mailbox.wait(0)
    requests = {"SyncFolderItems from nothing": harness.server.requests["SyncFolderItems"]}
    harness.deliver(MAIL)
    (ref,) = mailbox.unhandled()
    mailbox.wait(0)
    list(mailbox.fetch([ref]))
    requests["GetItem of a mail"] = harness.server.requests["GetItem"]
    mailbox.fetch_head(ref, 100)
    mailbox.file(ref, Box.HANDLED)
    mailbox.keep_sent(MAIL)
    requests |= harness.server.requests
    mailbox.sent("<1@example.org>")
    requests["FindItem by Message-ID"] = harness.server.requests["FindItem"]
    transport.send(Envelope(USER, TO), MAIL)
    requests["CreateItem that sends"] = harness.server.requests["CreateItem"]
    seen = (
        "\n\n".join(f"{name}\n{outline(body)}" for name, body in sorted(requests.items()) if name != "ConvertId") + "\n"
    )
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(seen)
    assert seen == GOLDEN.read_text()
