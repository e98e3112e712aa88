"""What a mailbox over a network does when the other side fails: an error that says what to do next, and recovery after it."""

import os
import shutil
import signal
import threading
import time
from contextlib import contextmanager

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from agent.backends.imap import ImapMailbox
from agent.config import Security
from agent.errors import ConfigError, TemporaryError
from agent.ports import Box
from tests.contracts.harness import ImapHarness
from tests.contracts.test_mailbox import mail, same, texts
from tests.servers import Dovecot, certificate
from tests.servers.dovecot import free_ports

AGENT = "relance@example.org"


@pytest.fixture(scope="module")
def server():
    """A Dovecot of these tests' own, because they break it."""
    with Dovecot(AGENT) as dovecot:
        yield dovecot


@pytest.fixture
def harness(server):
    """A fresh mailbox on it."""
    return ImapHarness(server, server.fresh_user())


@pytest.fixture
def mailbox(harness):
    """Opened, with short timeouts."""
    box = harness.make()
    box.open()
    yield box
    box.close()


@contextmanager
def frozen(server):
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


@contextmanager
def bounded(seconds):
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


def test_a_wrong_password_is_for_the_operator(harness):
    """No retry will help: ConfigError, which names neither the password nor a reason to wait."""
    with pytest.raises(ConfigError) as caught:
        harness.make(password="guess").open()
    assert "guess" not in str(caught.value)
    assert caught.value.problems[0].startswith("user: ")


def test_a_password_shows_up_nowhere(harness):
    """An account can be logged without its secret."""
    assert harness.server.password not in repr(harness.account())


def test_a_login_refused_for_now_is_tried_again():
    """A server with too many connections says so, and the password is not blamed."""
    with Dovecot(extra="mail_max_userip_connections = 1") as busy:
        harness = ImapHarness(busy, busy.users[0])
        first, second = harness.make(), harness.make()
        first.open()
        with pytest.raises(TemporaryError, match="for now"):
            second.open()
        first.close()
        second.close()
        time.sleep(0.2)
        second.open()
        second.close()


def test_an_untrusted_certificate_is_refused(harness, tmp_path):
    """A server that cannot prove its name gets no password."""
    other, _ = certificate(tmp_path)
    for security in (Security.TLS, Security.STARTTLS):
        target = ImapHarness(harness.server, harness.user, security)
        with pytest.raises(ConfigError, match="certificate"):
            target.make(ca_file=other).open()


def test_a_missing_certificate_file_is_for_the_operator(harness, tmp_path):
    """The key that is wrong is named."""
    with pytest.raises(ConfigError, match="ca_file"):
        harness.make(ca_file=tmp_path / "none.pem").open()


def test_an_open_network_is_refused(harness):
    """A password never crosses a network unencrypted."""
    with pytest.raises(ConfigError, match="this machine only"):
        harness.make(security=Security.NONE, host="mail.example.org").open()


def test_nobody_listening_is_tried_again(harness):
    """A server that is down comes back one day."""
    (port,) = free_ports(1)
    with pytest.raises(TemporaryError):
        harness.make(port=port).open()


def test_an_unknown_name_is_tried_again(harness):
    """A name server that is away looks the same as a wrong name, so it is no reason to stop."""
    with pytest.raises(TemporaryError, match="no address"):
        harness.make(host="mail.invalid").open()


def test_a_crash_of_the_server_is_survived(harness, mailbox, server):
    """Every call on the broken connection gives TemporaryError; the next one after the restart works, and nothing is lost."""
    harness.deliver(mail(1))
    (ref,) = mailbox.unhandled()
    server.stop()
    try:
        for attempt in (
            lambda: list(mailbox.fetch([ref])),
            lambda: mailbox.file(ref, Box.HANDLED),
            lambda: mailbox.wait(1),
            mailbox.unhandled,
            mailbox.open,
        ):
            with pytest.raises(TemporaryError):
                attempt()
    finally:
        server.start()
    assert [same(raw, mail(1)) for _, raw in mailbox.fetch([ref])] == [True]
    mailbox.file(ref, Box.HANDLED)
    assert len(texts(mailbox, Box.HANDLED)) == 1


def test_a_crash_during_the_wait_is_noticed(mailbox, server):
    """A connection that dies in IDLE does not sleep on, and does not spin."""
    timer = threading.Timer(0.5, server.stop)
    timer.start()
    try:
        with bounded(10), pytest.raises(TemporaryError):
            mailbox.wait(30)
    finally:
        timer.join()
        server.start()
    assert mailbox.wait(0.1) is False


def test_a_frozen_server_does_not_hang_the_daemon(harness, mailbox, server):
    """Every call ends within its timeout when packets go nowhere."""
    harness.deliver(mail())
    (ref,) = mailbox.unhandled()
    with frozen(server):
        for attempt in (lambda: list(mailbox.fetch([ref])), mailbox.open):
            with bounded(9), pytest.raises(TemporaryError):
                attempt()
    assert len(list(mailbox.fetch(mailbox.unhandled()))) == 1


def test_a_server_that_freezes_during_idle_is_found_out_by_the_probe(harness, server):
    """A severed network says nothing; the probe does, at the end of its interval."""
    box = harness.make(probe_every=1.0, read_timeout=1.5)
    box.open()
    assert box.wait(0.1) is False
    with frozen(server), bounded(8), pytest.raises(TemporaryError):
        box.wait(30)
    assert box.wait(0.1) is False
    box.close()


def test_a_mail_that_was_announced_to_nobody_is_found(harness):
    """Even when the server never announces anything, the next look finds the mail."""
    box = harness.make(probe_every=0.5)
    box.open()
    box.wait(0.1)
    box._session.client.idle_check = lambda timeout: time.sleep(timeout) or []
    harness.deliver(mail())
    with bounded(3):
        assert box.wait(20) is True
    box.close()


def test_a_new_uidvalidity_makes_old_ids_void(harness, mailbox, server):
    """After a rebuild of the mailbox the old id names nothing, and the mail is listed under a new one."""
    harness.deliver(mail(1))
    (old,) = mailbox.unhandled()
    server.stop()
    for index in harness.place(Box.INBOX).glob("dovecot*"):
        index.unlink()
    (harness.place(Box.INBOX) / "dovecot-uidvalidity").write_text("7f000001")
    (harness.place(Box.INBOX) / "dovecot-uidvalidity.7f000001").touch()
    server.start()
    mailbox.open()
    assert mailbox.wait(5) is True
    (new,) = mailbox.unhandled()
    assert new.id != old.id
    assert list(mailbox.fetch([old])) == []
    mailbox.file(old, Box.HANDLED)
    assert len(mailbox.unhandled()) == 1
    mailbox.file(new, Box.HANDLED)
    assert len(texts(mailbox, Box.HANDLED)) == 1


def test_a_mail_that_the_server_cannot_read_blocks_no_other(harness, mailbox, caplog):
    """A damaged file makes Dovecot break off: the others are listed, fetched and filed, and the damaged one stays and is told."""
    for number in range(7):
        harness.deliver(mail(number))
    bad = sorted((harness.place(Box.INBOX) / "new").iterdir())[3]
    bad.chmod(0)
    if os.getuid() == 0:
        shutil.chown(bad, 0, 0)
    refs = mailbox.unhandled()
    fetched = list(mailbox.fetch(refs))
    assert len(fetched) == 6
    for ref, _ in fetched:
        mailbox.file(ref, Box.HANDLED)
    assert len(texts(mailbox, Box.HANDLED)) == 6
    assert mailbox.wait(0.1) is False
    assert list(mailbox.fetch(mailbox.unhandled())) == []
    assert len([r for r in caplog.records if "cannot read" in r.message]) == 1
    assert [path.name.partition(":")[0] for path in (harness.place(Box.INBOX) / "cur").iterdir()] == [bad.name]


def test_a_mailbox_without_room_is_tried_again():
    """Over quota the copy into Sent fails for now; INBOX can still be read, and mails can still be filed."""
    quota = "mail_plugins = quota\nplugin {\n  quota = maildir:User quota\n  quota_rule = *:storage=20K\n  quota_grace = 0%%\n}"
    with Dovecot(extra=quota) as small:
        harness = ImapHarness(small, small.users[0])
        box = harness.make()
        box.open()
        harness.deliver(mail(1))
        with pytest.raises(TemporaryError):
            box.keep_sent(mail(2, "x" * 60 + ("\r\n" + "x" * 60) * 1000))
        (ref,) = box.unhandled()
        box.file(ref, Box.HANDLED)
        assert len(texts(box, Box.HANDLED)) == 1
        box.close()


def test_a_fallback_for_move_takes_no_other_mail_away(bare_dovecot):
    """Without MOVE and UIDPLUS, a mail that the owner marked as deleted stays where it is when another one is filed."""
    harness = ImapHarness(bare_dovecot, bare_dovecot.fresh_user())
    box = harness.make()
    box.open()
    for number in (1, 2):
        harness.deliver(mail(number))
    first, second = box.unhandled()
    box._session.client.add_flags([int(first.id.partition(".")[2])], [rb"\Deleted"])
    box.file(second, Box.HANDLED)
    assert len(texts(box, Box.HANDLED)) == 1
    assert len(list((harness.place(Box.INBOX) / "cur").iterdir())) == 2
    assert box.unhandled() == ()
    box.close()


def test_the_sent_folder_is_the_one_the_server_marks():
    """A server that calls it otherwise says so with a flag, and gets no second folder."""
    renamed = "namespace inbox {\n  mailbox Sent {\n    special_use =\n    auto = no\n  }\n"
    renamed += '  mailbox "Envoyés" {\n    special_use = \\Sent\n    auto = create\n  }\n}'
    with Dovecot(extra=renamed) as server:
        box = ImapHarness(server, server.users[0]).make()
        box.open()
        box.keep_sent(mail(1))
        assert box.sent("<1@example.net>")
        assert not server.maildir(server.users[0], "Sent").exists()
        box.close()


def test_folders_that_are_labels_are_used_as_folders():
    """As at Gmail: Sent Mail lies below a node that holds nothing, All Mail shows every mail once more, and nothing is doubled."""
    labels = "namespace inbox {\n  mailbox Sent {\n    special_use =\n    auto = no\n  }\n"
    for name, use in (("Sent Mail", "\\Sent"), ("All Mail", "\\All"), ("Trash", "\\Trash")):
        labels += f'  mailbox "[Gmail]/{name}" {{\n    special_use = {use}\n    auto = create\n  }}\n'
    with Dovecot(extra=labels + "}") as server:
        box = ImapHarness(server, server.users[0]).make()
        box.open()
        box.keep_sent(mail(1))
        assert len(server.mails(server.users[0], "[Gmail]/Sent Mail")) == 1
        server.deliver(server.users[0], mail(2))
        box.file(box.unhandled()[0], Box.HANDLED)
        assert len(server.mails(server.users[0], "Handled")) == 1
        assert not server.maildir(server.users[0], "Sent").exists()
        box.close()


def test_a_server_that_cuts_idle_early_is_not_believed_dead(server):
    """A server that ends IDLE after some time says BYE or nothing: renewed before that, the wait goes on undisturbed."""
    harness = ImapHarness(server, server.fresh_user())
    box = harness.make(probe_every=0.5, poll_every=0.5)
    box.open()
    renewals = []
    begin = box._session.client.idle
    box._session.client.idle = lambda: renewals.append(time.monotonic()) or begin()
    assert box.wait(2.2) is False
    assert len(renewals) >= 3
    assert box._session.idle
    box.close()


def test_a_server_that_files_sent_mail_gets_no_second_copy(harness):
    """Gmail and Microsoft 365 keep their own copy: adding one would double it."""
    box = harness.make(server_keeps_sent=True)
    box.open()
    box.keep_sent(mail(1))
    assert texts(box, Box.SENT) == []
    box.close()


def test_a_signal_during_the_wait_does_no_harm(mailbox):
    """SIGHUP and SIGTERM arrive while the daemon waits; the wait goes on to its end."""
    heard = []
    previous = signal.signal(signal.SIGUSR1, lambda *_: heard.append(1))
    try:
        threading.Timer(0.3, signal.raise_signal, (signal.SIGUSR1,)).start()
        assert mailbox.wait(0.8) is False
    finally:
        signal.signal(signal.SIGUSR1, previous)
    assert heard


def test_connections_are_given_back(server):
    """Opening and closing many times leaves no connection behind."""
    harness = ImapHarness(server, server.fresh_user())
    for _ in range(30):
        box = harness.make()
        box.open()
        box.close()
    assert isinstance(box, ImapMailbox)
    assert box._session is None
    shutil.rmtree(harness.place(Box.INBOX), ignore_errors=True)


def test_folders_that_another_worker_makes_at_the_same_moment_are_there(harness, monkeypatch):
    """Between the look at what is there and the making of the rest somebody else made them: that is as good."""
    make = IMAPClient.create_folder

    def made_just_before(client, name):
        make(client, name)
        return make(client, name)

    monkeypatch.setattr(IMAPClient, "create_folder", made_just_before)
    box = harness.make()
    box.open()
    assert [list(box.contents(folder)) for folder in Box] == [[] for _ in Box]
    box.close()


def test_what_another_worker_moved_away_at_the_same_moment_is_left_to_it(harness, mailbox, monkeypatch):
    """The server says that some no longer exist (RFC 5530, EXPUNGEISSUED): the others of the move are moved all the same."""
    harness.deliver(mail("one"))
    harness.deliver(mail("two"))
    refs = mailbox.unhandled()
    move, gone = IMAPClient.move, refs[0].id.rpartition(".")[2]

    def moved(client, uids, folder):
        if int(gone) in uids:
            raise IMAPClientError("move failed: [EXPUNGEISSUED] Some of the requested messages no longer exist")
        return move(client, uids, folder)

    monkeypatch.setattr(IMAPClient, "move", moved)
    mailbox.file_all(refs, Box.HANDLED)
    assert len(list(mailbox.contents(Box.HANDLED))) == 1
    mailbox.file(refs[0], Box.HANDLED)
    assert mailbox.unhandled() == refs[:1]
