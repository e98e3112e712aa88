"""Where passwords come from."""

from pathlib import Path

import pytest

from agent.config import SmtpSettings, password
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
