"""The secret that makes reply tokens: made whole or not at all, and never used when others could know it."""

import os

import pytest

from agent.errors import ConfigError
from agent.service import bootstrap
from agent.service.bootstrap import secret_of


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path):
    """The first start makes it, every later one finds the same."""
    made = secret_of(tmp_path)
    assert len(made) == 32
    assert secret_of(tmp_path) == made
    assert [(p.name, p.stat().st_mode & 0o777) for p in tmp_path.iterdir()] == [("secret", 0o600)]


def test_a_start_that_is_cut_short_leaves_no_empty_secret(tmp_path, monkeypatch):
    """Anybody could make tokens with an empty one; the next start makes a whole one."""

    def cut_short(path, content):
        path.write_bytes(content[:5])
        raise OSError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "write_durably", cut_short)
        with pytest.raises(OSError, match="power"):
            secret_of(tmp_path)
    assert not (tmp_path / "secret").exists()
    assert len(secret_of(tmp_path)) == 32


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_secret_that_could_be_guessed_is_refused(tmp_path, content):
    """Empty or cut short, as a restored folder may hold it: the answer names the file and the way out."""
    (tmp_path / "secret").write_bytes(content)
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(ConfigError, match=f"{tmp_path / 'secret'} is (empty|cut short)"):
        secret_of(tmp_path)


def test_a_secret_that_others_can_read_is_refused(tmp_path):
    """Who can read it can answer in anybody's name."""
    made = secret_of(tmp_path)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(ConfigError, match=r"mode 0644\); run: chmod 600"):
        secret_of(tmp_path)
    os.chmod(tmp_path / "secret", 0o600)
    assert secret_of(tmp_path) == made
