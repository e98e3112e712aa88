"""The Mailbox contract, the same for every implementation, on real servers where there are any."""

import threading
import time
from contextlib import nullcontext

import pytest

from agent.backends.raw import with_crlf
from agent.config import Security
from agent.errors import PermanentError, TemporaryError
from agent.mail.message import parse_message
from agent.ports import Box, MessageRef
from tests.contracts.harness import ExchangeHarness, ImapHarness, MaildirHarness
from tests.servers import certificate
from tests.servers.ews import Exchange
from tests.servers.tokens import jwt

KINDS = {
    "maildir": "",
    "imap": "dovecot",
    "imap-starttls": "dovecot",
    "imap-bare": "bare_dovecot",
    "imap-oauth": "token_dovecot",
    "exchange": "",
}

FAULTS = {
    "imap": ("dropped", "throttled", "refused"),
    "imap-starttls": ("dropped", "throttled", "refused"),
    "imap-bare": ("dropped", "throttled", "refused"),
    "imap-oauth": ("dropped", "throttled", "refused", "expired"),
    "exchange": ("dropped", "throttled", "refused"),
}


@pytest.fixture(params=KINDS)
def harness(request, tmp_path):
    """Each implementation in turn."""
    if request.param == "maildir":
        yield MaildirHarness(tmp_path / "mail")
        return
    if request.param == "exchange":
        with Exchange(certificate(tmp_path)) as server:
            yield ExchangeHarness(server)
        return
    server = request.getfixturevalue(KINDS[request.param])
    user = server.fresh_user()
    token = (lambda fresh: jwt(user)) if request.param == "imap-oauth" else None
    yield ImapHarness(server, user, Security.STARTTLS if request.param == "imap-starttls" else Security.TLS, token)


@pytest.fixture
def mailbox(harness):
    """An opened mailbox."""
    box = harness.make()
    box.open()
    yield box
    box.close()


def mail(number=1, body="Bonjour"):
    return f"Message-ID: <{number}@example.net>\r\nSubject: {number}\r\n\r\n{body}\r\n".encode()


def same(fetched, sent):
    """Whether a mail came through whole; servers may add headers on top and end lines with CRLF."""
    return with_crlf(fetched).endswith(with_crlf(sent))


def texts(mailbox, box):
    return [raw for _, raw in mailbox.contents(box)]


def test_opening_makes_the_folders_and_may_be_repeated(harness, mailbox):
    """After `open` every box exists and is empty; a second `open` changes nothing."""
    mailbox.open()
    for box in Box:
        assert texts(mailbox, box) == []


def test_mail_is_listed_oldest_first_with_its_size(harness, mailbox):
    """Every mail of INBOX is listed in the order of arrival; the size is that of the bytes fetched."""
    for number in range(5):
        harness.deliver(mail(number))
    refs = mailbox.unhandled()
    fetched = dict(mailbox.fetch(refs))
    assert [ref.size for ref in refs] == [len(fetched[ref]) for ref in refs]
    assert all(same(fetched[ref], mail(number)) for number, ref in enumerate(refs))
    assert mailbox.unhandled(2) == refs[:2]


def test_reading_changes_nothing(harness, mailbox):
    """Listing and fetching leave a mail unseen in INBOX: a crash before the commit must not lose it."""
    harness.deliver(mail())
    for _ in range(2):
        refs = mailbox.unhandled()
        assert len(list(mailbox.fetch(refs))) == 1
        mailbox.fetch_head(refs[0], 10)
    assert not harness.marked()


@pytest.mark.parametrize("box", [Box.HANDLED, Box.REVIEW, Box.QUARANTINE])
def test_filing_moves_a_mail_whole(harness, mailbox, box):
    """A filed mail has left INBOX and lies in its box, byte for byte."""
    harness.deliver(mail(1))
    harness.deliver(mail(2))
    first, second = mailbox.unhandled()
    mailbox.file(first, box)
    assert [ref.id for ref in mailbox.unhandled()] == [second.id]
    (kept,) = texts(mailbox, box)
    assert same(kept, mail(1))


def test_many_are_filed_in_one_go(harness, mailbox):
    """Those that vanished meanwhile are left out, the others lie in the folder, and what was not named stays."""
    for number in range(4):
        harness.deliver(mail(number))
    refs = mailbox.unhandled()
    mailbox.file(refs[0], Box.REVIEW)
    mailbox.file_all(refs[:3], Box.HANDLED)
    assert [len(texts(mailbox, box)) for box in (Box.REVIEW, Box.HANDLED, Box.INBOX)] == [1, 2, 1]
    mailbox.file_all([], Box.HANDLED)
    mailbox.file_all(mailbox.unhandled(), Box.INBOX)
    assert len(mailbox.unhandled()) == 1


def test_filing_twice_or_into_inbox_does_nothing(harness, mailbox):
    """A crash between commit and move makes the move be repeated."""
    harness.deliver(mail())
    (ref,) = mailbox.unhandled()
    mailbox.file(ref, Box.INBOX)
    assert len(mailbox.unhandled()) == 1
    mailbox.file(ref, Box.HANDLED)
    mailbox.file(ref, Box.HANDLED)
    assert len(texts(mailbox, Box.HANDLED)) == 1


def test_a_mail_that_vanished_is_left_out(harness, mailbox):
    """Somebody else may move a mail away: the others are still fetched, and filing it does nothing."""
    harness.deliver(mail(1))
    harness.deliver(mail(2))
    gone, kept = mailbox.unhandled()
    other = harness.make()
    other.open()
    other.file(other.unhandled()[0], Box.REVIEW)
    other.close()
    assert [ref for ref, _ in mailbox.fetch([gone, kept])] == [kept]
    with pytest.raises(PermanentError):
        mailbox.fetch_head(gone, 10)
    mailbox.file(gone, Box.HANDLED)
    assert texts(mailbox, Box.HANDLED) == []
    assert len(texts(mailbox, Box.REVIEW)) == 1


@pytest.mark.parametrize("ident", ["1.1", "", "nonsense", "999999999.999999999", "../../etc/passwd"])
def test_an_id_of_another_life_names_nothing(mailbox, ident):
    """An id kept from before a server was rebuilt must not touch a mail that happens to bear its number."""
    ref = MessageRef(ident, 10)
    assert list(mailbox.fetch([ref])) == []
    with pytest.raises(PermanentError):
        mailbox.fetch_head(ref, 10)
    mailbox.file(ref, Box.HANDLED)


def test_the_head_of_a_large_mail_comes_alone(harness, mailbox):
    """A mail that is too large is known by its size, and its first bytes suffice to say whose it is."""
    harness.deliver(mail(1, "x" * 70 + ("\r\n" + "y" * 70) * 150_000))
    (ref,) = mailbox.unhandled()
    assert ref.size > 10_000_000
    head = mailbox.fetch_head(ref, 2_000)
    assert 0 < len(head) <= 2_000
    assert b"Message-ID: <1@example.net>" in head


def test_the_heads_of_many_mails_come_together(harness, mailbox):
    """Who wrote each mail and what vouches for him is told without fetching it; one that vanished is left out."""
    vouched = b"Authentication-Results: mx.example.org; dkim=pass header.d=example.net\r\nFrom: a@example.net\r\n"
    for number in range(3):
        harness.deliver(vouched + mail(number, "y" * 200_000))
    refs = mailbox.unhandled()
    mailbox.file(refs[0], Box.HANDLED)
    heads = mailbox.heads(refs)
    assert set(heads) == {ref.id for ref in refs[1:]}
    for head in heads.values():
        assert len(head) < 20_000
        assert parse_message(head).sender.address == "a@example.net"
        assert b"mx.example.org; dkim=pass" in head
    assert [ref.id for ref in mailbox.unhandled()] == [ref.id for ref in refs[1:]]


def test_many_mails_come_in_bounded_batches(harness, mailbox):
    """More mails than fit one batch all come, in order, each once."""
    for number in range(120):
        harness.deliver(mail(number))
    refs = mailbox.unhandled()
    fetched = list(mailbox.fetch(refs))
    assert [ref for ref, _ in fetched] == list(refs)
    assert all(same(raw, mail(number)) for number, (_, raw) in enumerate(fetched))


@pytest.mark.parametrize(
    "raw",
    [
        "Subject: é\r\n\r\nà\r\n".encode("latin-1"),
        b"no header at all\r\n",
        b"\r\nonly a body\r\n",
        b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
        b"Subject: " + b"x" * 900 + b"\r\n\r\n" + b"y" * 900 + b"\r\n",
    ],
)
def test_broken_mail_comes_through_unchanged(harness, mailbox, raw):
    """The backend judges nothing: broken MIME, raw 8-bit headers and missing headers are the reader's business."""
    harness.deliver(raw)
    ((_, fetched),) = mailbox.fetch(mailbox.unhandled())
    assert same(fetched, raw)


def test_waiting_ends_in_time_when_nothing_comes(mailbox):
    """An empty INBOX gives False, not much later than asked."""
    begun = time.monotonic()
    assert mailbox.wait(0.4) is False
    assert 0.3 < time.monotonic() - begun < 2.0


def test_mail_from_before_the_wait_counts(harness, mailbox):
    """What came between the last look and the wait is not slept over."""
    mailbox.unhandled()
    harness.deliver(mail())
    begun = time.monotonic()
    assert mailbox.wait(10) is True
    assert time.monotonic() - begun < 1.0


def test_mail_during_the_wait_ends_it(harness, mailbox):
    """New mail ends the wait within two seconds of its delivery."""
    timer = threading.Timer(0.5, harness.deliver, (mail(),))
    timer.start()
    begun = time.monotonic()
    assert mailbox.wait(20) is True
    assert time.monotonic() - begun < 3.0
    timer.join()
    assert len(mailbox.unhandled()) == 1


def test_mail_between_many_short_waits_is_not_missed(harness, mailbox):
    """The daemon waits in small slices so that it can listen to signals; whenever mail comes, some slice says so."""
    assert not any(mailbox.wait(0.1) for _ in range(3))
    harness.deliver(mail())
    assert any(mailbox.wait(0.1) for _ in range(30))


def test_mail_that_was_listed_does_not_end_the_wait(harness, mailbox):
    """A mail that must wait for its turn does not make the daemon spin."""
    harness.deliver(mail())
    mailbox.unhandled()
    assert mailbox.wait(0.5) is False
    harness.deliver(mail(2))
    assert mailbox.wait(10) is True


def test_a_sent_mail_is_kept_once(harness, mailbox):
    """Sent holds one copy of each Message-ID, and can be asked for it exactly."""
    for _ in range(2):
        mailbox.keep_sent(mail(7))
    mailbox.keep_sent(mail(77))
    assert mailbox.sent("<7@example.net>")
    assert not mailbox.sent("<8@example.net>")
    assert not mailbox.sent("7@example.net")
    assert [same(raw, sent) for raw, sent in zip(texts(mailbox, Box.SENT), (mail(7), mail(77)), strict=True)] == [
        True,
        True,
    ]


def test_a_folder_that_was_deleted_is_made_again(harness, mailbox):
    """Somebody tidied up: the next mail is filed all the same, at the latest after one new connection."""
    harness.deliver(mail())
    (ref,) = mailbox.unhandled()
    harness.remove(Box.HANDLED)
    try:
        mailbox.file(ref, Box.HANDLED)
    except TemporaryError:
        mailbox.open()
        mailbox.file(mailbox.unhandled()[0], Box.HANDLED)
    assert len(texts(mailbox, Box.HANDLED)) == 1
    assert mailbox.unhandled() == ()


def test_closing_may_be_repeated_and_undone(harness, mailbox):
    """`close` never raises; `open` brings everything back."""
    harness.deliver(mail())
    mailbox.close()
    mailbox.close()
    mailbox.open()
    assert len(mailbox.unhandled()) == 1


def test_looking_at_sent_does_not_disturb_inbox(harness, mailbox):
    """Fetching goes on in INBOX after another folder was looked at in between."""
    harness.deliver(mail(1))
    harness.deliver(mail(2))
    fetched = []
    for _, raw in mailbox.fetch(mailbox.unhandled()):
        mailbox.sent("<1@example.net>")
        fetched.append(raw)
    assert len(fetched) == 2


@pytest.mark.parametrize("harness", ["maildir", "imap", "imap-bare", "imap-oauth"], indirect=True)
def test_sent_is_made_again_as_well(harness, mailbox):
    """Where Sent can be deleted at all, the next copy finds a new one, at the latest after one new connection."""
    mailbox.keep_sent(mail(6))
    harness.remove(Box.SENT)
    try:
        mailbox.keep_sent(mail(7))
    except TemporaryError:
        mailbox.open()
        mailbox.keep_sent(mail(7))
    assert mailbox.sent("<7@example.net>")


def test_times_that_are_decades_off_lose_nothing(harness, mailbox):
    """A server's clock may be wrong, and mail may be moved in from long ago: each is listed once, fetched and filed."""
    for number in range(3):
        harness.deliver(mail(number))
    harness.misdate()
    refs = mailbox.unhandled()
    assert len({raw for _, raw in mailbox.fetch(refs)}) == len({ref.id for ref in refs}) == 3
    assert mailbox.wait(0.3) is False
    harness.deliver(mail(9))
    assert mailbox.wait(10) is True
    for ref in mailbox.unhandled():
        mailbox.file(ref, Box.HANDLED)
    assert mailbox.unhandled() == ()
    assert len(texts(mailbox, Box.HANDLED)) == 4


@pytest.mark.parametrize(
    ("harness", "fault"),
    [(kind, fault) for kind, faults in FAULTS.items() for fault in faults],
    indirect=["harness"],
)
def test_a_fault_is_told_and_survived(harness, fault):
    """Every call says whether to wait or to call the operator; when it is over the same mailbox goes on, each mail there once."""
    harness.deliver(mail(1))
    (ref,) = listed(harness)
    mailbox = harness.make()
    with harness.broken(fault) as expected:
        suffering = mailbox if fault == "dropped" else harness.make()
        for attempt in (
            suffering.open,
            suffering.unhandled,
            lambda: suffering.wait(0.1),
            lambda: list(suffering.fetch([ref])),
            lambda: suffering.keep_sent(mail(7)),
            lambda: suffering.file(ref, Box.HANDLED),
        ):
            with pytest.raises(expected) if expected else nullcontext():
                attempt()
        suffering.close()
    for _ in range(2):
        mailbox.keep_sent(mail(7))
        mailbox.file(ref, Box.HANDLED)
    assert mailbox.unhandled() == ()
    assert len(texts(mailbox, Box.HANDLED)) == len(texts(mailbox, Box.SENT)) == 1
    mailbox.close()


def listed(harness):
    """The mails of INBOX as another client of the same mailbox sees them."""
    other = harness.make()
    other.open()
    refs = other.unhandled()
    other.close()
    return refs
