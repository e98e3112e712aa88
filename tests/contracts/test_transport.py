"""The Transport contract, the same for every implementation: SMTP to a real relay that hands on to Dovecot, Exchange, local folders."""

import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from agent.backends.exchange import ExchangeTransport
from agent.backends.maildir import MaildirTransport
from agent.backends.raw import with_crlf
from agent.backends.smtp import SmtpAccount, SmtpTransport
from agent.config import Security
from agent.errors import ConfigError, TemporaryError
from agent.ports import Delivery, Envelope, UnknownOutcome
from tests.contracts.harness import ExchangeHarness
from tests.servers import Dovecot, Smtp, certificate
from tests.servers.dovecot import free_ports
from tests.servers.ews import Exchange
from tests.servers.smtp import PASSWORD, USER
from tests.servers.tokens import is_good, jwt

SENDER = "relance@example.org"
MAIL = b"Message-ID: <1@example.org>\r\nSubject: Relev\xc3\xa9\r\n\r\n.\r\n..\r\nBonjour\r\n"


@dataclass
class LocalFolders:
    """Maildirs by recipient; only the known ones exist."""

    transport: MaildirTransport
    known: list[str] = field(default_factory=list)

    def make(self):
        return self.transport

    def recipient(self):
        address = f"box{len(self.known)}@example.org"
        self.known.append(address)
        self.transport.folder(address).create()
        return address

    def received(self, address):
        return [open(entry.path, "rb").read() for entry in self.transport.folder(address).entries()]


@dataclass
class Relay:
    """A relay in front of Dovecot."""

    relay: Smtp
    dovecot: Dovecot
    security: Security
    login: bool
    token: Callable[[bool], str] | None = None
    settings: dict[str, object] = field(default_factory=dict)

    def account(self, **changes):
        settings = {
            "host": "localhost",
            "port": self.relay.port,
            "security": self.security,
            "ca_file": self.dovecot.cert,
            "user": USER if self.login else "",
            "password": PASSWORD if self.login else "",
            "token": self.token,
            "connect_timeout": 3.0,
            "read_timeout": 3.0,
            "final_timeout": 3.0,
            **self.settings,
            **changes,
        }
        return SmtpAccount(**settings)

    def make(self, **changes):
        return SmtpTransport(self.account(**changes))

    def recipient(self):
        return self.dovecot.fresh_user()

    def received(self, address):
        return self.dovecot.mails(address)

    @contextmanager
    def broken(self, fault):
        """While it is open, this is wrong; the value is what a call must say, or nothing when it must mend it by itself."""
        faults = self.relay.faults
        if fault == "dropped":
            faults.cut_before = True
            yield UnknownOutcome
            faults.cut_before = False
        elif fault == "throttled":
            faults.mail = "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"
            yield TemporaryError
            faults.mail = None
        elif fault == "refused":
            self.settings = {"password": "guess"} if self.token is None else {"token": lambda _: jwt(USER, b"x" * 32)}
            yield ConfigError
            self.settings = {}
        else:
            self.settings = {"token": lambda fresh: jwt(USER, lifetime=60 if fresh else -60)}
            yield None
            self.settings = {}


@dataclass
class Office:
    """The fake Exchange server, which sends to whom To and Cc name."""

    exchange: ExchangeHarness
    delivered: list[tuple[str, str, bytes]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def make(self):
        return ExchangeTransport(self.exchange.account(server_keeps_sent=True))

    def recipient(self):
        self.known.append(f"box{len(self.known)}@example.org")
        return self.known[-1]

    def received(self, address):
        return [raw for _, to, raw in self.delivered if to.lower() == address]

    def broken(self, fault):
        return self.exchange.broken(fault)


KINDS = {
    "smtp": (Security.NONE, False),
    "smtp-starttls": (Security.STARTTLS, True),
    "smtp-tls": (Security.TLS, True),
    "smtp-oauth": (Security.STARTTLS, True),
}


def relay_of(kind, dovecot, **settings):
    security, login = KINDS[kind]
    token_is_good = is_good if kind == "smtp-oauth" else None
    cert = (dovecot.cert, dovecot.key)
    return Smtp(dovecot.lmtp, cert, security.value, login=login, token_is_good=token_is_good, **settings)


FAULTS = {
    "smtp": ("dropped", "throttled"),
    "smtp-starttls": ("dropped", "throttled", "refused"),
    "smtp-tls": ("dropped", "throttled", "refused"),
    "smtp-oauth": ("dropped", "throttled", "refused", "expired"),
    "exchange": ("throttled", "refused"),
}


@pytest.fixture(params=["maildir", *KINDS, "exchange"])
def harness(request, tmp_path, dovecot):
    """Each implementation in turn."""
    if request.param == "maildir":
        yield LocalFolders(MaildirTransport(tmp_path / "out", create=False, durable=False))
        return
    if request.param == "exchange":
        delivered = []
        with Exchange(certificate(tmp_path), lambda *mail: delivered.append(mail)) as server:
            yield Office(ExchangeHarness(server), delivered)
        return
    with relay_of(request.param, dovecot) as relay:
        token = (lambda fresh: jwt(USER)) if request.param == "smtp-oauth" else None
        yield Relay(relay, dovecot, *KINDS[request.param], token)


@pytest.fixture
def smtp(dovecot):
    """A relay over STARTTLS with login, for what only a network can do."""
    with relay_of("smtp-starttls", dovecot) as relay:
        yield Relay(relay, dovecot, *KINDS["smtp-starttls"])


@pytest.fixture
def transport(smtp):
    """A transport to that relay."""
    made = smtp.make()
    yield made
    made.close()


def whole(received):
    return with_crlf(received).endswith(MAIL)


def mail(*to):
    """The mail with its recipients in To, as Exchange wants them."""
    return f"To: {', '.join(to)}\r\n".encode() + MAIL


# Exchange knows no envelope beside the mail's own headers, and sends for all or for none: tests/contracts/test_exchange.py
by_envelope = pytest.mark.parametrize("harness", ["maildir", *KINDS], indirect=True)


def test_a_mail_reaches_every_recipient_whole(harness):
    """Each recipient gets the bytes unchanged, lines with a leading dot included."""
    to = (harness.recipient(), harness.recipient())
    transport = harness.make()
    assert transport.send(Envelope(SENDER, to), mail(*to)) == Delivery(accepted=to)
    for address in to:
        (received,) = harness.received(address)
        assert whole(received)
    transport.close()


@by_envelope
def test_an_unknown_recipient_is_told_apart_from_the_others(harness):
    """One refusal is the refusal of one: the others have the mail, and the refusal is in the other side's words."""
    known = harness.recipient()
    delivery = harness.make().send(Envelope(SENDER, ("nobody@example.org", known)), MAIL)
    assert delivery.accepted == (known,)
    ((address, words),) = delivery.permanent
    assert address == "nobody@example.org"
    assert words.startswith("550 5.1.1")
    assert len(harness.received(known)) == 1


@by_envelope
def test_a_mail_nobody_takes_is_delivered_to_nobody(harness):
    """When all are refused, that is all that happened, and the next mail is not disturbed."""
    transport = harness.make()
    delivery = transport.send(Envelope(SENDER, ("x@example.org", "y@example.org")), MAIL)
    assert [address for address, _ in delivery.permanent] == ["x@example.org", "y@example.org"]
    assert delivery.accepted == ()
    known = harness.recipient()
    assert transport.send(Envelope(SENDER, (known,)), MAIL).accepted == (known,)
    transport.close()


def test_a_recipient_named_twice_gets_one_copy(harness):
    """To and Cc may overlap."""
    known = harness.recipient()
    assert harness.make().send(Envelope(SENDER, (known, known)), mail(known)).accepted == (known,)
    assert len(harness.received(known)) == 1


@by_envelope
def test_the_null_sender_is_allowed(harness):
    """Automatic answers leave with the null return path (RFC 3834 §3.3)."""
    known = harness.recipient()
    assert harness.make().send(Envelope("", (known,)), MAIL).accepted == (known,)


def test_a_check_sends_nothing(harness):
    """`check` says in one line what answered."""
    transport = harness.make()
    assert "\n" not in transport.check()
    transport.close()


def test_many_mails_go_over_one_connection(harness):
    """A day of statements does not log in a thousand times."""
    to = harness.recipient()
    transport = harness.make()
    for _ in range(10):
        assert transport.send(Envelope(SENDER, (to,)), mail(to)).accepted == (to,)
    assert len(harness.received(to)) == 10
    if isinstance(harness, Relay):
        assert harness.relay.connections == 1
    transport.close()
    transport.close()


@pytest.mark.parametrize(
    ("harness", "fault"),
    [(kind, fault) for kind, faults in FAULTS.items() for fault in faults],
    indirect=["harness"],
)
def test_a_fault_is_told_and_survived(harness, fault):
    """While it lasts nothing is sent, and the error says whether to wait, to look in Sent or to call the operator; then it goes once."""
    known = harness.recipient()
    with harness.broken(fault) as expected:
        suffering = harness.make()
        if expected is None:
            assert suffering.send(Envelope(SENDER, (known,)), mail(known)).accepted == (known,)
        else:
            with pytest.raises(expected):
                suffering.send(Envelope(SENDER, (known,)), mail(known))
            assert harness.received(known) == []
        suffering.close()
    transport = harness.make()
    if expected is not None:
        assert transport.send(Envelope(SENDER, (known,)), mail(known)).accepted == (known,)
    assert len(harness.received(known)) == 1
    transport.close()


@pytest.mark.parametrize("address", ["a@x.org\r\nDATA", "a@x.org> SIZE=1", "a b@x.org", "<a@x.org>"])
def test_an_address_cannot_smuggle_a_command(smtp, transport, address):
    """What is no address is refused here, for good, before the relay sees it."""
    delivery = transport.send(Envelope(SENDER, (address,)), MAIL)
    assert [name for name, _ in delivery.permanent] == [address]
    assert smtp.relay.mails == []


@pytest.mark.parametrize("address", ["../../etc/x@y.org", "a/b@y.org", "..", ".", "", "x\0@y.org", "É@y.org"])
def test_an_address_cannot_leave_the_folder(tmp_path, address):
    """The local folders take any text as a name, and stay where they are."""
    transport = MaildirTransport(tmp_path / "out", durable=False)
    assert transport.send(Envelope(SENDER, (address,)), MAIL).accepted == (address,)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    (folder,) = (tmp_path / "out").iterdir()
    assert (folder / "cur").is_dir()


def test_a_full_disk_is_temporary_for_local_folders(tmp_path, monkeypatch):
    """The recipient is tried again later, and nothing half-written appears."""
    transport = MaildirTransport(tmp_path / "out")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    delivery = transport.send(Envelope(SENDER, ("a@example.org",)), MAIL)
    assert delivery.temporary == (("a@example.org", "451 4.3.0 No space left on device"),)
    assert transport.folder("a@example.org").entries() == []


def test_an_outbox_that_cannot_be_made_is_for_the_operator(tmp_path):
    """The key that is wrong is named."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="outbox"):
        MaildirTransport(tmp_path / "file" / "out").check()


def test_refusals_are_sorted_by_recipient_and_by_whether_to_try_again(smtp, transport):
    """4xx is for now and 5xx for good, each in the relay's words."""
    good, busy, gone = smtp.recipient(), "busy@example.org", "gone@example.org"
    smtp.relay.faults.recipients = {busy: "450 4.2.1 mailbox busy", gone: "550 5.1.1 no such user"}
    delivery = transport.send(Envelope(SENDER, (busy, good, gone)), MAIL)
    assert delivery == Delivery((good,), ((busy, "450 4.2.1 mailbox busy"),), ((gone, "550 5.1.1 no such user"),))


@pytest.mark.parametrize("place", ["mail", "data"])
@pytest.mark.parametrize(("reply", "kind"), [("451 4.7.1 greylisted", "temporary"), ("554 5.7.1 spam", "permanent")])
def test_a_refusal_of_the_whole_mail_concerns_every_recipient(smtp, transport, place, reply, kind):
    """Refused at the sender or after the data: each recipient has the same reason, and the next mail goes through."""
    to = (smtp.recipient(), smtp.recipient())
    setattr(smtp.relay.faults, place, reply)
    delivery = transport.send(Envelope(SENDER, to), MAIL)
    assert getattr(delivery, kind) == tuple((address, reply) for address in to)
    assert delivery.accepted == ()
    setattr(smtp.relay.faults, place, None)
    assert transport.send(Envelope(SENDER, to), MAIL).accepted == to


def test_a_refusal_after_the_data_keeps_the_earlier_ones(smtp, transport):
    """Who was refused before the data keeps his own reason."""
    known = smtp.recipient()
    smtp.relay.faults.data = "452 4.3.1 disk full"
    delivery = transport.send(Envelope(SENDER, (known, "nobody@example.org")), MAIL)
    assert [address for address, _ in delivery.permanent] == ["nobody@example.org"]
    assert delivery.temporary == ((known, "452 4.3.1 disk full"),)


def test_a_connection_cut_before_the_answer_is_an_unknown_outcome(smtp, transport):
    """Whether the relay kept the mail or not, nobody here can know: UnknownOutcome both times, and never a second copy."""
    known = smtp.recipient()
    for fault, copies in (("cut_after", 1), ("cut_before", 1)):
        setattr(smtp.relay.faults, fault, True)
        with pytest.raises(UnknownOutcome):
            transport.send(Envelope(SENDER, (known,)), MAIL)
        setattr(smtp.relay.faults, fault, False)
        assert len(smtp.received(known)) == copies
    assert transport.send(Envelope(SENDER, (known,)), MAIL).accepted == (known,)


def test_an_answer_that_comes_too_late_is_an_unknown_outcome(smtp):
    """The relay thinks longer than we wait: it may deliver all the same."""
    transport = smtp.make(final_timeout=0.5)
    smtp.relay.faults.stall = 1.5
    begun = time.monotonic()
    with pytest.raises(UnknownOutcome):
        transport.send(Envelope(SENDER, (smtp.recipient(),)), MAIL)
    assert time.monotonic() - begun < 1.4


def test_one_mail_takes_no_longer_than_it_may(smtp):
    """However slowly the relay answers each step, the whole ends in time: before the end of the data nothing was handed over."""
    transport = smtp.make(total_timeout=0.6, read_timeout=60.0)
    transport.check()
    smtp.relay.faults.slow = 0.25
    begun = time.monotonic()
    with pytest.raises(TemporaryError):
        transport.send(Envelope(SENDER, tuple(f"user{n}@example.org" for n in range(900, 910))), MAIL)
    assert time.monotonic() - begun < 1.5
    assert smtp.relay.mails == []


def test_a_frozen_relay_costs_little(smtp):
    """A kept connection that fell silent is found out within the time that a new one may take."""
    transport = smtp.make(connect_timeout=0.5, read_timeout=60.0)
    transport.check()
    smtp.relay.faults.slow = 3.0
    begun = time.monotonic()
    with pytest.raises(TemporaryError):
        transport.send(Envelope(SENDER, (smtp.recipient(),)), MAIL)
    assert time.monotonic() - begun < 2.9


def test_a_connection_that_breaks_while_data_is_sent_is_temporary(smtp, transport, monkeypatch):
    """As long as the end of the data was not sent, the relay must forget all of it: the mail may be sent again."""
    known = smtp.recipient()
    transport.check()
    sock = transport._smtp.sock

    def broken(content):
        sock.shutdown(2)
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr(transport._smtp, "send", broken)
    monkeypatch.setattr(transport, "_connected", lambda: transport._smtp)
    monkeypatch.setattr(transport, "_introduce", lambda *_: (Delivery(), (known,)))
    with pytest.raises(TemporaryError):
        transport.send(Envelope(SENDER, (known,)), MAIL)
    assert smtp.received(known) == []


def test_a_connection_that_fell_asleep_is_replaced(smtp, transport):
    """A relay hangs up on idle clients: the next mail opens a new connection, and nobody notices."""
    known = smtp.recipient()
    assert transport.send(Envelope(SENDER, (known,)), MAIL).accepted == (known,)
    transport._smtp.sock.shutdown(2)
    assert transport.send(Envelope(SENDER, (known,)), MAIL).accepted == (known,)
    assert smtp.relay.connections == 2


def test_a_relay_that_says_goodbye_is_left(smtp, transport):
    """421 means that the relay closes the line: temporary for all, and the next mail connects anew."""
    known = smtp.recipient()
    smtp.relay.faults.mail = "421 4.3.2 shutting down"
    assert transport.send(Envelope(SENDER, (known,)), MAIL).temporary == ((known, "421 4.3.2 shutting down"),)
    smtp.relay.faults.mail = None
    assert transport.send(Envelope(SENDER, (known,)), MAIL).accepted == (known,)


@pytest.mark.parametrize(
    "words",
    [
        "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to the help",
        "421 4.7.0 Try again later, closing connection",
        "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
        "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    ],
)
@pytest.mark.parametrize("place", ["mail", "data", "recipients"])
def test_a_sender_who_sends_too_much_blames_no_recipient(smtp, transport, words, place):
    """Throttling is about us: whatever its code, the debtor's address is not refused, and the same mail goes out later."""
    known = smtp.recipient()
    setattr(smtp.relay.faults, place, {known: words} if place == "recipients" else words)
    outcome = None
    with suppress(TemporaryError):
        outcome = transport.send(Envelope(SENDER, (known,)), MAIL)
    assert outcome is None or outcome.temporary
    setattr(smtp.relay.faults, place, {} if place == "recipients" else None)
    assert transport.send(Envelope(SENDER, (known,)), MAIL).accepted == (known,)
    assert len(smtp.received(known)) == 1


@pytest.mark.parametrize(("limit", "seconds"), [("sends_per_hour", 3601), ("sends_per_day", 86401)])
def test_a_provider_s_limit_is_kept_by_ourselves(smtp, monkeypatch, limit, seconds):
    """Recipients are counted; past the limit nothing is tried until the hour or the day is over."""
    transport = smtp.make(**{limit: 3})
    to = (smtp.recipient(), smtp.recipient())
    assert transport.send(Envelope(SENDER, to), MAIL).accepted == to
    with pytest.raises(TemporaryError, match="3 recipients"):
        transport.send(Envelope(SENDER, to), MAIL)
    assert transport.send(Envelope(SENDER, to[:1]), MAIL).accepted == to[:1]
    later = time.monotonic() + seconds
    monkeypatch.setattr("agent.backends.smtp.time.monotonic", lambda: later)
    assert transport.send(Envelope(SENDER, to), MAIL).accepted == to
    assert len(smtp.relay.mails) == 3
    transport.close()


def test_a_wrong_password_is_for_the_operator(smtp):
    """535 will not mend itself; the password is not told."""
    with pytest.raises(ConfigError) as caught:
        smtp.make(password="guess").check()
    assert caught.value.problems[0].startswith("user: ")
    assert "guess" not in str(caught.value)
    assert "sesame" not in repr(smtp.account())


def test_a_login_refused_for_now_is_tried_again(smtp):
    """454 is a matter of the moment (RFC 4954 §6)."""
    smtp.relay.faults.login = b"454 4.7.0 Temporary authentication failure"
    with pytest.raises(TemporaryError):
        smtp.make().send(Envelope(SENDER, (smtp.recipient(),)), MAIL)


@pytest.mark.parametrize("kind", ["smtp-starttls", "smtp-tls"])
def test_an_untrusted_certificate_is_refused(dovecot, tmp_path, kind):
    """A relay that cannot prove its name gets no password and no mail."""
    other, _ = certificate(tmp_path)
    with relay_of(kind, dovecot) as relay, pytest.raises(ConfigError, match="certificate"):
        Relay(relay, dovecot, *KINDS[kind]).make(ca_file=other).check()


def test_a_relay_without_starttls_gets_nothing_in_clear(dovecot):
    """When encryption was asked for and is not offered, nothing is sent without it."""
    with Smtp(dovecot.lmtp) as relay, pytest.raises(ConfigError, match="STARTTLS"):
        Relay(relay, dovecot, Security.STARTTLS, login=True).make().check()


def test_an_open_network_is_refused():
    """Neither password nor mail crosses a network unencrypted."""
    with pytest.raises(ConfigError, match="this machine only"):
        SmtpTransport(SmtpAccount("mail.example.org", security=Security.NONE)).check()


def test_nobody_listening_is_temporary(smtp):
    """Nothing was handed over, so the mail may be sent again."""
    (port,) = free_ports(1)
    with pytest.raises(TemporaryError):
        smtp.make(port=port).send(Envelope(SENDER, ("a@example.org",)), MAIL)


def test_a_mail_larger_than_the_relay_takes_is_refused_before_it_is_sent(dovecot):
    """The announced SIZE is believed (RFC 1870)."""
    with relay_of("smtp", dovecot, size=10_000) as relay:
        harness = Relay(relay, dovecot, *KINDS["smtp"])
        delivery = harness.make().send(Envelope(SENDER, (harness.recipient(),)), MAIL + b"x\r\n" * 10_000)
    assert delivery.permanent[0][1].startswith("552 5.3.4")


def test_addresses_beyond_ascii_need_a_relay_that_takes_them(dovecot):
    """With SMTPUTF8 they are sent as they are; without it the recipient is refused for good, with the reason."""
    envelope = Envelope(SENDER, ("andré@example.org",))
    with Smtp() as relay:
        assert Relay(relay, dovecot, *KINDS["smtp"]).make().send(envelope, MAIL).accepted == envelope.recipients
        assert relay.mails[0][1] == envelope.recipients
    with Smtp(utf8=False) as relay:
        delivery = Relay(relay, dovecot, *KINDS["smtp"]).make().send(envelope, MAIL)
        assert delivery.permanent[0][1].startswith("553 5.6.7")
