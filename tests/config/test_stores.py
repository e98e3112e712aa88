"""What may be wrong in `[store]`: each in words that say what to do, and none repeats a password."""

import pytest

from agent.config import load
from agent.demo.cast import write_configuration
from agent.errors import ConfigError

PG = 'address = "postgresql://relance@db.example/relance"'
WRONG = {
    "shared = true": "store.shared: several workers need a database: give store.address, or take store.shared away",
    'shared = "yes"\n' + PG: "store.shared: should be a valid boolean (is 'yes')",
    'lease_seconds = "60"\n' + PG: "store.lease_seconds: should be a valid integer (is '60')",
    "lease_seconds = 1\n" + PG: "store.lease_seconds: should be greater than or equal to 2 (is 1)",
    "lease_seconds = 7200\n" + PG: "store.lease_seconds: should be less than or equal to 3600 (is 7200)",
    'address = "tinydb:books.db"\nshared = true': "store.address: should begin with postgresql://",
    'address = "/var/lib/relance/relance.db"': "without an address the books are a file of state_dir",
    'address = "mysql://relance@db.example/relance"': "store.address: should begin with postgresql://",
    'address = "postgresql://relance:geheim@db.example/relance"': "a password never stands in the address",
    'address = "postgresql://relance:ge/he@im@db.example/relance"': "a password never stands in the address",
    'address = "postgresql://relance@db.example/relance?password=geheim"': "a password never stands in the address",
    'address = "postgresql://relance@db.example/re lance"': "no blank; write them as %40 and %20",
    'address = "postgresql://re@lance@db.example/relance"': "one @ at most",
    'password_file = "secrets/db"': "store.password_file: is for a database: give store.address",
    'password_env = "DB"': "store.password_env: is for a database: give store.address",
    PG + '\npassword_file = "a"\npassword_env = "B"': "store.password_file: password_file and password_env are given: one is enough",
    PG + '\npassword = "geheim"': "store.password: a password never stands in this file",
    'adress = "x"': "store.adress: unknown key; did you mean address?",
}  # fmt: skip


def stored(folder, text):
    settings = write_configuration(folder)
    settings.path.write_text(f"{settings.path.read_text(encoding='utf-8')}\n[store]\n{text}\n", encoding="utf-8")
    return load(settings.path).store


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_what_to_do(tmp_path, text):
    """The key first; the value only where it can hold no secret."""
    with pytest.raises(ConfigError) as refused:
        stored(tmp_path, text)
    assert WRONG[text] in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert "he@im" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://relance@db.example/relance?sslmode=verify-full",
        "postgres://db.example:5432/relance",
        "postgresql://relance@a.example:5432,b.example:5433/relance?target_session_attrs=read-write",
        "postgresql://relance@[2001:db8::1]:5432/relance",
        "postgresql://relance@/relance?host=/run/postgresql&options=-csearch_path%3Dbooks",
        "",
    ],
)
def test_what_is_right_is_taken_as_it_is(tmp_path, address):
    """With or without a user, several hosts, a socket, options."""
    assert stored(tmp_path, f'address = "{address}"\nlease_seconds = 30').address == address
