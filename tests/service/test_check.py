"""`relance check` really touches what Relance needs, and advises."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import load
from agent.errors import TemporaryError
from agent.ports import Box
from agent.service.check import run_checks
from agent.service.clock import SimulatedClock, SystemClock
from agent.store.tinydb_store import TinyStore
from tests.store.builders import folded, record

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration over a Maildir."""
    path = tmp_path / "config.toml"
    sections = "".join(f'[mailboxes.{s}]\nbackend = "maildir"\npath = "mail"\n' for s in ("inbox", "outgoing"))
    path.write_text(
        '[agency]\nname = "Agency"\naddress = "relance@agency.example"\noperator = "ops@agency.example"\n'
        f'[paths]\nstate_dir = "state"\n#\n[[mailboxes]]\nname = "main"\n{sections}'
    )
    (tmp_path / "creditors").mkdir()
    (tmp_path / "state").mkdir(mode=0o700)
    return path


def failures(config: Path, records=lambda _: ()) -> dict[str, str]:
    """The checks that fail, with what they say."""
    return {r.name: r.detail for r in run_checks(load(config), SimulatedClock(NOW), records) if not r.ok}


def test_a_sound_installation_passes(config):
    """Config, state, store, templates, inbox and relay are all looked at."""
    results = run_checks(load(config), SimulatedClock(NOW), lambda _: ())
    assert all(r.ok for r in results), results
    assert {"config", "state", "store", "templates", "inbox main", "outgoing main"} <= {r.name for r in results}


def test_a_state_folder_that_others_can_read_is_told(config):
    """It holds the words of debtors."""
    (config.parent / "state").chmod(0o755)
    assert "read by others" in failures(config)["state"]


def test_a_clock_that_was_put_back_is_told(config):
    """What was handled already is not handled in the future."""
    store = TinyStore.open(config.parent / "state/relance.db")
    store.commit(folded([], message=record(received_at=datetime(2026, 4, 1, tzinfo=UTC), box=Box.HANDLED)))
    store.close()
    assert "2026-04-01" in failures(config)["clock"]


def test_a_broken_or_stray_text_of_the_operator_is_told(config):
    """A syntax error, and a file whose name replaces nothing."""
    own = config.parent / "texts"
    (own / "fr").mkdir(parents=True)
    (own / "fr/statement.j2").write_text("{% if %}")
    config.write_text(config.read_text().replace("#\n", 'templates_dir = "texts"\n'))
    assert "fr/statement.j2" in failures(config)["templates"]
    (own / "fr/statement.j2").rename(own / "fr/statment.j2")
    (own / "fr/statment.j2").write_text("hello")
    assert "fr/statment.j2" in failures(config)["templates"]


def test_a_server_that_does_not_answer_is_a_finding_not_a_crash(config):
    """The other checks go on."""
    text = config.read_text()
    smtp = 'backend = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n'
    imap = (
        'backend = "imap"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nuser = "u"\npassword_env = "RELANCE_TEST"\n'
    )
    head, _, _ = text.partition("[mailboxes.inbox]")
    config.write_text(f"{head}[mailboxes.inbox]\n{imap}[mailboxes.outgoing]\n{smtp}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELANCE_TEST", "x")
        found = failures(config)
    assert {"inbox main", "outgoing main", "spf", "dkim", "dmarc"} <= set(found)


def test_silent_name_servers_are_a_finding(config):
    """Nothing is said about the domain then."""
    text = config.read_text()
    head, _, _ = text.partition("[mailboxes.outgoing]")
    config.write_text(
        f'{head}[mailboxes.outgoing]\nbackend = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n'
    )

    def silent(name: str) -> tuple[str, ...]:
        raise TemporaryError(f"dns: no answer about {name}")

    assert "no answer" in failures(config, silent)["dns"]


def test_the_command_exits_with_1_when_something_fails(config, capsys):
    """And says what to do about it."""
    assert main(["check", "--offline", "--config", str(config)]) == 0
    (config.parent / "state").chmod(0o755)
    assert main(["check", "--offline", "--config", str(config)]) == 1
    assert "→ run: chmod 700" in capsys.readouterr().out


def test_the_rights_of_the_parsing_child_are_told(config):
    """The operator sees under which measures documents are read."""
    (found,) = [r for r in run_checks(load(config), SystemClock(), None) if r.name == "sandbox"]
    assert "limits" in found.detail
    assert found.ok == ("seccomp" in found.detail or "landlock" in found.detail)
