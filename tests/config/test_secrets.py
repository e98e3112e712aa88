"""Where passwords come from."""

import json
import os
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from agent.config import SmtpSettings, password
from agent.config.hidden import MASK, hidden, keep_hidden
from agent.errors import ConfigError


def test_a_password_comes_from_systemd_or_the_environment(tmp_path, monkeypatch):
    """Credentials and variables are read when needed; a missing one is told by its key."""
    (tmp_path / "mailbox").write_text("from systemd\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("RELANCE_PASSWORD", "from env")
    assert password(SmtpSettings("smtp", "h", "u", password_credential="mailbox")) == "from systemd"
    assert password(SmtpSettings("smtp", "h", "u", password_env="RELANCE_PASSWORD")) == "from env"
    with pytest.raises(ConfigError, match="password_env"):
        password(SmtpSettings("smtp", "h", "u", password_env="NOT_THERE"))
    with pytest.raises(ConfigError, match="no credential named"):
        password(SmtpSettings("smtp", "h", "u", password_credential="../mailbox"))
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(ConfigError, match="under systemd only"):
        password(SmtpSettings("smtp", "h", "u", password_credential="mailbox"))


def test_exactly_one_source_is_named(tmp_path):
    """None leaves the password unknown; two leave open which one counts."""
    with pytest.raises(ConfigError, match="none of them given"):
        password(SmtpSettings("smtp", "h", "u"))
    with pytest.raises(ConfigError, match="password_file and password_env given"):
        password(SmtpSettings("smtp", "h", "u", password_file=Path("x"), password_env="Y"))


def test_an_empty_password_file_is_told(tmp_path):
    """An empty file is a file that somebody forgot to fill."""
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    with pytest.raises(ConfigError, match="is empty"):
        password(SmtpSettings("smtp", "h", "u", password_file=path))


REFUSED = {
    "wide": lambda path: path.chmod(0o644),
    "for its group": lambda path: path.chmod(0o640),
    "writable by others": lambda path: path.chmod(0o602),
    "somebody else's": lambda path: os.chown(path, 12_345, -1),
    "a link elsewhere": lambda path: (path.rename(path.parent.parent / "there"), path.symlink_to("../there")),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nothing")),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path, 0o600)),
    "a folder": lambda path: (path.unlink(), path.mkdir(0o700)),
    "a device": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    "empty": lambda path: path.write_text(" \n"),
    "not there": lambda path: path.unlink(),
    "without end": lambda path: path.write_bytes(b"x" * 100_000),
    "not text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
}


@pytest.fixture
def secret(tmp_path):
    """A password file as it should be, in a folder of its own."""
    path = tmp_path / "secrets" / "mailbox"
    path.parent.mkdir(0o700)
    path.write_text("kanarienvogel\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("spoil", REFUSED)
@pytest.mark.timeout(5)
def test_a_password_file_that_is_not_its_owners_alone_is_refused(secret, spoil):
    """The answer comes at once, names the file and what to do, and never shows what is in it."""
    if spoil == "somebody else's" and os.geteuid() != 0:
        pytest.skip("only root gives files away")
    REFUSED[spoil](secret)
    with pytest.raises(ConfigError) as caught:
        password(SmtpSettings("smtp", "h", "u", password_file=secret))
    (told,) = caught.value.problems
    assert str(secret) in told
    assert "kanarienvogel" not in told
    if spoil in {
        "wide",
        "for its group",
        "writable by others",
        "somebody else's",
        "a link elsewhere",
        "a pipe",
        "a folder",
    }:
        assert "(mode " in told
        assert re.search(r"run: (chmod 600|chown|cp --remove-destination|install -m 600) ", told)


def test_a_link_within_its_own_folder_is_followed(secret):
    """Container platforms hand out secrets so; the file at its end is held to the same rules."""
    (secret.parent / "..data").mkdir()
    secret.rename(secret.parent / "..data" / "mailbox")
    secret.symlink_to("..data/mailbox")
    table = SmtpSettings("smtp", "h", "u", password_file=secret)
    assert password(table) == "kanarienvogel"
    secret.resolve().chmod(0o604)
    with pytest.raises(ConfigError, match="others"):
        password(table)


@pytest.mark.timeout(5)
def test_a_credential_that_is_no_file_is_not_waited_for(tmp_path, monkeypatch):
    """systemd makes plain files; a pipe in their place is refused and not read."""
    os.mkfifo(tmp_path / "mailbox", 0o600)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(ConfigError, match="no credential named"):
        password(SmtpSettings("smtp", "h", "u", password_credential="mailbox"))


SECRET = 'Kanarie-7!"x\\y é%'


@pytest.mark.parametrize("before", ["", "\0user\0", "\0use\0", "\0us\0"])
def test_a_secret_is_taken_out_of_every_text_in_its_usual_forms(before):
    """As it is, quoted for IMAP, in bytes, in JSON, in a URL, and in base64 with a name before it, as logins send it."""
    keep_hidden(SECRET)
    encoded = b64encode((before + SECRET).encode()).decode()
    quoted_for_imap = SECRET.replace("\\", "\\\\").replace('"', '\\"')
    for form in (SECRET, quoted_for_imap, repr(SECRET.encode()), json.dumps(SECRET), quote_plus(SECRET), encoded):
        shown = hidden(f"NO [AUTHENTICATIONFAILED] {form} is wrong")
        assert MASK in shown
        assert "Kanarie" not in shown
        assert encoded.rstrip("=")[-8:-2] not in shown
    assert hidden("nothing to hide") == "nothing to hide"


def test_the_lines_of_a_key_are_hidden_one_by_one():
    """A library that quotes half a key in its complaint shows nothing of it."""
    lines = (
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEF",
        "AASCBKcwggSjAgEAAoIBAQC7VJTU",
        "-----END PRIVATE KEY-----",
    )
    keep_hidden("\n".join(lines))
    assert hidden(f"bad line: {lines[2]}!") == f"bad line: {MASK}!"
    assert hidden(f"expected {lines[0]}") == f"expected {lines[0]}"


def test_what_is_too_short_or_too_old_is_not_looked_for():
    """Five letters occur by chance; of tokens that come by the hour the newest are enough."""
    keep_hidden("short")
    for number in range(100):
        keep_hidden(f"token-number-{number:04}")
    assert hidden("short token-number-0000 token-number-0099") == f"short token-number-0000 {MASK}"
