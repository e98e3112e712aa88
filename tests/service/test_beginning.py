"""A start that cannot succeed now: under systemd it is waited out and never counted as failed; anybody else hears of it at once."""

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from agent.config import load
from agent.demo.cast import write_configuration
from agent.errors import ConfigError, CorruptStore, TemporaryError
from agent.service import bootstrap
from agent.service.beginning import patiently
from agent.service.bootstrap import build, close
from agent.service.systemd import Notifier
from agent.store.engine import writer_lock
from tests.store.conftest import small_disk  # noqa: F401 - the fixture

ROOT = Path(__file__).parents[2]
_RUN = "import sys; from agent.cli import main; sys.exit(main())"


class Manager(Notifier):
    """A service manager that writes down what it hears."""

    def __init__(self):
        super().__init__({"NOTIFY_SOCKET": "@nobody", "WATCHDOG_USEC": "180000000"})
        self.heard = []

    def _send(self, *lines):
        self.heard.append("\n".join(line for line in lines if line))
        return True


@pytest.fixture(autouse=True)
def signals():
    """The handlers as they were."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def starts(*errors):
    """A service that fails so at its first starts, and then ends in peace."""
    left = list(errors)

    def live():
        if left:
            raise left.pop(0)
        return 0

    return live


def test_it_begins_again_until_it_can(caplog):
    """With pauses that grow to five minutes, signs of life within them, READY at once, and one line in the log for one reason."""
    manager, slept = Manager(), []
    with caplog.at_level(logging.ERROR):
        assert patiently(starts(*[TemporaryError("the disk is full")] * 12), manager, slept.append) == 0
    assert manager.heard[0] == "READY=1\nSTATUS=cannot begin yet: the disk is full"
    assert sum(slept) == 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 4 * 300
    assert max(slept) <= 30
    assert manager.heard.count("WATCHDOG=1") == len(slept)
    assert len([r for r in caplog.records if "waits" in r.getMessage()]) == 1


def test_while_it_waits_a_signal_ends_it_and_a_reload_does_not():
    """A life that began and ended may have left its own handlers behind."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    patiently(starts(TemporaryError("busy")), Manager(), lambda _: None)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_without_systemd_it_says_so_at_once():
    """A person at the keyboard, or another supervisor, decides what then."""
    with pytest.raises(TemporaryError):
        patiently(starts(TemporaryError("busy")), Notifier({}), lambda _: pytest.fail("it waited"))


@pytest.mark.parametrize("error", [CorruptStore("damaged"), ConfigError(["wrong"])])
def test_what_does_not_pass_ends_it(error):
    """Damage and mistakes are for a person."""
    with pytest.raises(type(error)):
        patiently(starts(error), Manager(), lambda _: pytest.fail("it waited"))


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, TemporaryError),
        (errno.EDQUOT, TemporaryError),
        (errno.EROFS, TemporaryError),
        (errno.EACCES, ConfigError),
    ],
)
def test_a_disk_that_cannot_now_is_no_mistake_in_the_configuration(tmp_path, monkeypatch, number, kind):
    """Full, over quota, read-only: that passes; a folder of somebody else does not."""
    monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(OSError(number, os.strerror(number))))
    with pytest.raises(kind):
        writer_lock(tmp_path / "relance.db")


def test_a_start_that_failed_holds_no_lock(tmp_path, monkeypatch):
    """The next one in the same process opens the books."""
    settings = write_configuration(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(bootstrap, "secret_of", lambda *_: (_ for _ in ()).throw(TemporaryError("no room")))
        with pytest.raises(TemporaryError):
            build(settings)
    close(build(settings))


@pytest.mark.parametrize("emptied", [True, False])
def test_books_that_are_gone_are_not_begun_anew(tmp_path, emptied):
    """Documents beside them tell that they were there: nothing is written, and nobody is forgotten without a word."""
    settings = write_configuration(tmp_path)
    app = build(settings)
    app.store.put_document(b"an invoice")
    close(app)
    if emptied:
        settings.store_path.write_bytes(b"")
    else:
        settings.store_path.unlink()
    with pytest.raises(CorruptStore, match="is gone, and its documents are there"):
        build(settings)
    assert settings.store_path.exists() is emptied


@pytest.mark.parametrize("state", ["full", "read-only"])
def test_the_service_waits_for_its_disk(small_disk, tmp_path, state):  # noqa: F811 - the fixture
    """The real one: READY while it cannot begin, at work when the disk is mended, and an end in peace."""
    write_configuration(tmp_path)
    (tmp_path / "state").symlink_to(small_disk.path)
    close(build(load(tmp_path / "config.toml")))
    with _listening(tmp_path) as manager, ExitStack() as trouble:
        if state == "full":
            small_disk.leave(0)
            trouble.callback(small_disk.clear)
        else:
            trouble.enter_context(small_disk.read_only())
        with _running(tmp_path) as process:
            assert "cannot begin yet" in _heard(manager, "READY=1")
            trouble.close()
            assert "watching the mailbox" in _heard(manager, "watching")
            process.terminate()
            assert process.wait(30) == 0


@contextmanager
def _listening(folder):
    """A socket that listens as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(folder / "notify"))
        sock.settimeout(60)
        yield sock


@contextmanager
def _running(folder):
    words = [sys.executable, "-c", _RUN, "run", "--config", str(folder / "config.toml")]
    env = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify")}
    with subprocess.Popen(words, cwd=ROOT, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _heard(manager, word):
    while word not in (heard := manager.recv(4096).decode()):
        pass
    return heard
