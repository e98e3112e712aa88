"""Local folders: names that stay apart and inside, mails that other programs see whole and may touch."""

import mailbox as stdlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.maildir import MaildirFolder, MaildirMailbox, MaildirTransport
from agent.errors import ConfigError, TemporaryError
from agent.ports import Box, Envelope

MAIL = b"Message-ID: <1@example.net>\r\nSubject: x\r\n\r\nBonjour\r\n"


@pytest.fixture
def box(tmp_path):
    """An opened mailbox."""
    made = MaildirMailbox(tmp_path / "mail", durable=False)
    made.open()
    return made


@given(st.text(), st.text())
def test_each_address_has_a_folder_of_its_own(one, other):
    """Two addresses share a folder only when they are the same but for case and outer blanks; none leaves the outbox."""
    transport = MaildirTransport(Path("/out"))
    paths = [transport.folder(address).path for address in (one, other)]
    assert all(path.parent == Path("/out") and path.name not in {"", ".", ".."} for path in paths)
    assert (paths[0] == paths[1]) == (one.strip().lower() == other.strip().lower())


def test_other_mail_programs_read_it(box, tmp_path):
    """The standard library's Maildir, which knows nothing of us, finds INBOX and the folders."""
    box.deliver(MAIL)
    box.keep_sent(MAIL)
    seen = stdlib.Maildir(tmp_path / "mail")
    assert set(seen.list_folders()) == {"Handled", "Review", "Quarantine", "Sent"}
    assert [mail["Message-ID"] for mail in seen] == ["<1@example.net>"]
    assert [mail.get_flags() for mail in seen.get_folder("Sent")] == ["S"]


def test_a_mail_client_may_mark_a_mail_meanwhile(box, tmp_path):
    """Reading a mail in a client moves it to `cur` with a flag: it is still the same mail, and keeps its flag when filed."""
    box.deliver(MAIL)
    (ref,) = box.unhandled()
    place = tmp_path / "mail"
    (place / "new" / ref.id).rename(place / "cur" / f"{ref.id}:2,FS")
    assert [raw for _, raw in box.fetch([ref])] == [MAIL]
    assert [r.id for r in box.unhandled()] == [ref.id]
    box.file(ref, Box.HANDLED)
    assert [path.name for path in (place / ".Handled/cur").iterdir()] == [f"{ref.id}:2,FS"]


def test_what_cannot_be_read_blocks_no_other(box, tmp_path, caplog):
    """A file that came with the wrong owner, or a folder among the mails, stays where it is and is told once."""
    box.deliver(MAIL)
    (tmp_path / "mail/new/1.folder.x").mkdir()
    box.deliver(MAIL)
    for _ in range(2):
        assert [raw for _, raw in box.fetch(box.unhandled())] == [MAIL, MAIL]
    assert len([r for r in caplog.records if "cannot be read" in r.message]) == 1
    assert (tmp_path / "mail/new/1.folder.x").is_dir()


def test_a_mail_that_is_being_written_is_not_seen(box, tmp_path):
    """What lies in `tmp`, and names that begin with a dot, are no mails yet."""
    (tmp_path / "mail/tmp/1.x").write_bytes(MAIL)
    (tmp_path / "mail/new/.nfs1").write_bytes(MAIL)
    assert box.unhandled() == ()
    assert box.wait(0) is False


def test_many_writers_never_collide(tmp_path):
    """Eight threads deliver at the same moment: every mail gets a name of its own."""
    folder = MaildirFolder(tmp_path / "mail", durable=False)
    folder.create()
    threads = [threading.Thread(target=lambda: [folder.deliver(MAIL) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folder.entries()) == 400
    assert list((tmp_path / "mail/tmp").iterdir()) == []


def test_a_mail_is_private(tmp_path):
    """Folders are for their owner alone."""
    transport = MaildirTransport(tmp_path / "out", durable=False)
    transport.send(Envelope("a@b.org", ("c@d.org",)), MAIL)
    assert (tmp_path / "out/c@d.org/cur").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", ["file/mail", "file"])
def test_a_place_that_cannot_be_a_mailbox_is_for_the_operator(tmp_path, place):
    """The key that is wrong is named."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="root"):
        MaildirMailbox(tmp_path / place).open()


def test_a_mailbox_that_may_not_be_written_is_for_the_operator(box, tmp_path, monkeypatch):
    """Mail that cannot be filed away would be handled for ever."""
    monkeypatch.setattr(os, "access", lambda path, mode: ".Review" not in str(path))
    with pytest.raises(ConfigError, match="Review"):
        box.open()


def test_a_mailbox_that_went_away_is_tried_again(box, tmp_path):
    """An unmounted disk comes back."""
    (tmp_path / "mail").rename(tmp_path / "gone")
    with pytest.raises(TemporaryError):
        box.unhandled()
    (tmp_path / "gone").rename(tmp_path / "mail")
    assert box.unhandled() == ()


def test_delivery_is_durable_before_it_is_visible(tmp_path, monkeypatch):
    """The bytes are on the disk before the rename, and the folders after it."""
    done = []
    fsync, rename = os.fsync, os.rename
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("sync"), fsync(handle))[1])
    monkeypatch.setattr(os, "rename", lambda *names: (done.append("rename"), rename(*names))[1])
    folder = MaildirFolder(tmp_path / "mail")
    folder.create()
    folder.deliver(MAIL)
    assert done == ["sync", "rename", "sync", "sync"]


def test_sent_is_asked_often_and_read_once(box, monkeypatch):
    """Looking a Message-ID up again reads no file again."""
    for number in range(20):
        box.keep_sent(MAIL.replace(b"<1@", b"<%d@" % number))
    reads = []
    monkeypatch.setattr("agent.backends.maildir._head_id", lambda path: reads.append(path) or "")
    assert box.sent("<7@example.net>")
    assert not box.sent("<99@example.net>")
    assert reads == [] or len(reads) <= 1
