"""The doctor names what is broken, and its repair, however much is broken; it changes nothing unless told to."""

import ast
import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

import pytest

from agent.cli import main
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Commit, Timer
from agent.reports.alarm_words import COMMANDS
from agent.service.check import local_checks
from agent.service.doctor import configuration, doors, examine, folder, machine
from agent.service.doctor.examine import repaired
from agent.service.doctor.finding import Level, wrong
from agent.service.gauges import HELP
from agent.service.token_secret import KNOWN, mark_of
from agent.service.vitals import Vitals, write_vitals
from agent.store.copies import make_copy
from agent.store.tinydb_store import TinyStore
from tests.store.builders import folded, mail, record
from tests.store.builders import opened as debtor

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
_SERVICE = {
    "LoadState": "loaded",
    "UnitFileState": "enabled",
    "ActiveState": "active",
    "SubState": "running",
    "Result": "success",
    "ExecMainStatus": "0",
    "NRestarts": "0",
    "ProtectSystem": "strict",
}


def systemd(clock="yes", **unit):
    """A system on which systemctl and timedatectl answer so."""

    def runs(command):
        if command[0] == "timedatectl":
            return f"{clock}\n"
        told = {"ActiveState": "active"} if command[2].endswith(".timer") else {**_SERVICE, **unit}
        return "".join(f"{key}={value}\n" for key, value in told.items())

    return runs


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """An installation that is well."""
    made = tmp_path_factory.mktemp("sound")
    sections = "".join(f'[mailboxes.{s}]\nbackend = "maildir"\npath = "mail"\n' for s in ("inbox", "outgoing"))
    (made / "config.toml").write_text(
        '[agency]\nname = "Agency"\naddress = "relance@agency.example"\noperator = "ops@agency.example"\n'
        f'[paths]\nstate_dir = "state"\n#paths\n#top\n[[mailboxes]]\nname = "main"\n{sections}'
    )
    (made / "config.toml").chmod(0o644)
    (made / "creditors").mkdir(mode=0o755)
    (made / "creditors/acme.toml").write_text('name = "Acme SRL"\nowners = ["owner@acme.example"]\n')
    (made / "state").mkdir(mode=0o700)
    for part in ("", ".Handled", ".Review", ".Quarantine", ".Sent"):
        for inner in ("new", "cur", "tmp"):
            (made / "mail" / part / inner).mkdir(parents=True, exist_ok=True)
    with opened(made) as store:
        store.commit(folded([], message=record(received_at=NOW - timedelta(days=1), box=Box.HANDLED)))
        store.put_document(b"an invoice")
        store.commit(Commit(notes={KNOWN: mark_of(bytes(32))}))
    (made / "state/secret").write_bytes(bytes(32))
    (made / "state/secret").chmod(0o600)
    with opened(made) as store:
        make_copy(store, made / "state/backups/relance-20260310T024000.db", NOW)
    return made


@pytest.fixture
def place(sound, tmp_path, monkeypatch):
    """A copy of it that may be broken; what check tries is left out, it has tests of its own."""
    monkeypatch.setattr(configuration, "local_checks", lambda *_: ())
    monkeypatch.setattr(folder, "_NETWORK", ("nfs",))
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    return tmp_path


class opened:  # noqa: N801 - reads as a word
    """The books, open for writing."""

    def __init__(self, place):
        self.store = TinyStore.open(place / "state/relance.db")

    def __enter__(self):
        return self.store

    def __exit__(self, *_):
        self.store.close()


def look(place, **options):
    """All findings."""
    options = {"offline": True, "now": NOW, "runs": systemd(), **options}
    return list(examine.examine(place / "config.toml", **options))


def bad(place, **options):
    return [f for f in look(place, **options) if f.level is not Level.OK]


def test_an_installation_that_is_well_has_nothing_to_look_at(place):
    """No warning, and every part was looked at."""
    assert bad(place) == []
    looked_at = {f.check for f in look(place)}
    assert {"python", "config", "packages", "extras", "memory", "clock", "zones", "state-owner"} <= looked_at
    assert {"state-mode", "state-secret", "disk", "disk-kind", "lock", "store", "quarantine", "backups"} <= looked_at
    assert {"backup-copy", "unit", "unit-hardening", "backup-timer", "mailbox"} <= looked_at


def write(name, text):
    return lambda place: (place / name).write_text(text)


def change(old, new):
    def do(place):
        path = place / "config.toml"
        path.write_text(path.read_text().replace(old, new))

    return do


def put(path, content=b"x", mode=0o600, age=timedelta(0)):
    def do(place):
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(mode)
        moment = (NOW - age).timestamp()
        os.utime(target, (moment, moment))

    return do


def commit(**what):
    def do(place):
        with opened(place) as store:
            store.commit(Commit(**what))

    return do


def sql(*statements):
    def do(place):
        with sqlite3.connect(place / "state/relance.db") as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return do


def damaged(name):
    def do(place):
        path = place / name
        content = bytearray(path.read_bytes())
        content[200:4000] = b"\xff" * 3800
        path.write_bytes(content)

    return do


def forged_event(place):
    """One figure of the journal changed by hand."""
    with opened(place) as store:
        store.commit(folded([debtor()]))
    with sqlite3.connect(place / "state/relance.db") as connection:
        connection.execute('DROP TRIGGER "@no_update"')
        connection.execute("UPDATE events SET body = replace(body, 'acme', 'acne')")
    connection.close()


def changed_document(place):
    (path,) = (place / "state/documents").glob("??/*")
    path.write_bytes(b"another invoice")


def imap(**more):
    keys = {"backend": "imap", "host": "127.0.0.1", "user": "u", "security": "none", **more}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    return change('[mailboxes.inbox]\nbackend = "maildir"\npath = "mail"\n', f"[mailboxes.inbox]\n{lines}")


def secret(mode=0o600, content="x"):
    def do(place):
        imap(password_file="pw")(place)
        put("pw", content.encode(), mode)(place)

    return do


def no_backups(place):
    shutil.rmtree(place / "state/backups")


def old_backup(place):
    backups = place / "state/backups"
    (backups / "relance-20260310T024000.db").rename(backups / "relance-20260301T024000.db")


BREAKAGES = {
    "no config file": (lambda p: (p / "config.toml").unlink(), "config", "wrong", "relance init"),
    "a syntax error": (change("[paths]", "[paths"), "config", "wrong", "config.toml, then: relance check"),
    "an unknown key": (change("#top", "[trust]\nauthserv = []"), "config", "wrong", "correct"),
    "a broken creditor": (write("creditors/acme.toml", "name = "), "config", "wrong", "acme.toml"),
    "no creditor": (lambda p: (p / "creditors/acme.toml").unlink(), "config", "warning", "creditors/NAME.toml"),
    "no creditors' folder": (lambda p: shutil.rmtree(p / "creditors"), "config", "wrong", "correct"),
    "config open to all": (lambda p: (p / "config.toml").chmod(0o666), "secrets", "wrong", "chmod go-w"),
    "no password file": (imap(password_file="pw"), "secrets", "wrong", "write the password into"),
    "a readable password": (secret(0o644), "secrets", "wrong", "chmod 600"),
    "an empty password": (secret(content=""), "secrets", "wrong", "write the password into"),
    "an extra is lacking": (
        imap(backend="exchange", password_env="X"),
        "config",
        "wrong",
        "correct",
    ),
    "the state folder gone": (lambda p: shutil.rmtree(p / "state"), "state", "warning", "is the disk mounted"),
    "the state folder a file": (
        lambda p: (shutil.rmtree(p / "state"), (p / "state").touch()),
        "state",
        "wrong",
        "paths.state_dir",
    ),
    "the state folder open": (lambda p: (p / "state").chmod(0o755), "state-mode", "wrong", "chmod 700"),
    "the books open": (lambda p: (p / "state/relance.db").chmod(0o644), "state-mode", "wrong", "chmod 600"),
    "a foreign owner": (lambda p: os.chown(p / "state/relance.db", 1234, 1234), "state-owner", "wrong", "chown -R"),
    "the secret gone": (lambda p: (p / "state/secret").unlink(), "state-secret", "wrong", "relance restore"),
    "another secret": (
        lambda p: (p / "state/secret").write_bytes(b"x" * 32),
        "state-secret",
        "wrong",
        "relance restore",
    ),
    "the secret cut off": (put("state/secret", b"x"), "state-secret", "wrong", "relance restore"),
    "old drafts": (put("state/.relance.db.tmp", age=timedelta(days=1)), "state-leftovers", "warning", "--repair"),
    "a half restoration": (put("state/relance.db.restoring"), "state-restoring", "wrong", "relance restore"),
    "the books gone": (lambda p: (p / "state/relance.db").unlink(), "store", "wrong", "relance restore"),
    "the books gone, and no backup": (
        lambda p: (no_backups(p), (p / "state/relance.db").unlink()),
        "store",
        "wrong",
        "mounted",
    ),
    "the books emptied": (lambda p: (p / "state/relance.db").write_bytes(b""), "store", "wrong", "relance restore"),
    "no database": (put("state/relance.db", b"no database at all" * 500), "store", "wrong", "relance restore"),
    "damaged pages": (damaged("state/relance.db"), "store", "wrong", "relance restore"),
    "a forged journal": (forged_event, "store", "wrong", "relance restore"),
    "a changed document": (changed_document, "store", "wrong", "relance restore"),
    "newer books": (sql("PRAGMA user_version = 99"), "store", "wrong", "install the newer Relance"),
    "older books": (sql("PRAGMA user_version = 1"), "store", "warning", "start the service once"),
    "no backup": (no_backups, "backups", "warning", "relance backup"),
    "an old backup": (old_backup, "backups", "warning", "journalctl -u relance-backup"),
    "a damaged backup": (
        damaged("state/backups/relance-20260310T024000.db"),
        "backup-copy",
        "wrong",
        "run: relance backup",
    ),
    "a held mail": (
        commit(outgoing=(mail("h", state=OutboxState.HELD),)),
        "held-mails",
        "warning",
        "relance outbox",
    ),
    "mail in quarantine": (
        commit(message=record("q", received_at=NOW, box=Box.QUARANTINE)),
        "quarantine",
        "warning",
        "relance status",
    ),
    "work left undone": (
        commit(timers=(Timer("digest:acme", NOW - timedelta(days=1)),)),
        "overdue-work",
        "warning",
        "systemctl status relance",
    ),
    "restored and not compared": (commit(notes={"restored": "{}"}), "restored", "warning", "start the service"),
    "mail of the future": (
        commit(message=record("f", received_at=NOW + timedelta(days=9), box=Box.HANDLED)),
        "clock-back",
        "wrong",
        "set-ntp true",
    ),
    "a mailbox that fails": (
        commit(notes={"channel:main:mailbox": '["login refused", "2026-03-01T00:00:00+00:00", true]'}),
        "channel",
        "wrong",
        "below",
    ),
    "no Maildir": (lambda p: shutil.rmtree(p / "mail"), "mailbox", "warning", "mailboxes.inbox.path"),
    "folders lacking": (lambda p: shutil.rmtree(p / "mail/.Sent"), "mailbox-folders", "warning", "makes them"),
    "mail that waits": (
        put("mail/new/1.old", b"From: x\n\n", age=timedelta(hours=5)),
        "mailbox-unhandled",
        "warning",
        "systemctl",
    ),
    "another server's reports": (
        lambda p: (
            change("#top", '[trust]\nauthserv_ids = ["mx.ours.example"]')(p),
            put("mail/.Handled/cur/1", b"Authentication-Results: mx.theirs.example; dkim=pass\n\n")(p),
        ),
        "authserv-id",
        "warning",
        "as it names itself",
    ),
    "no folder for figures": (
        change("#paths", 'metrics = "nowhere/relance.prom"'),
        "metrics",
        "warning",
        "ReadWritePaths=",
    ),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_breakage_is_named_with_its_repair(place, name):
    """One thing is broken: the doctor finds it, says how bad it is and what mends it."""
    break_it, check, level, repair = BREAKAGES[name]
    break_it(place)
    found = [f for f in bad(place) if f.check == check]
    assert found, bad(place)
    assert found[0].level == level
    assert repair in found[0].repair
    assert not [f for f in bad(place) if f.check == "doctor"]


UNITS = {
    "no unit": (systemd(LoadState="not-found"), "unit", "wrong", "Install under systemd"),
    "not enabled": (systemd(UnitFileState="disabled"), "unit", "warning", "systemctl enable relance"),
    "failed on its configuration": (
        systemd(ActiveState="failed", Result="exit-code", ExecMainStatus="78"),
        "unit",
        "wrong",
        "relance check",
    ),
    "failed on its books": (systemd(ActiveState="failed", ExecMainStatus="65"), "unit", "wrong", "A damaged store"),
    "restarted often": (systemd(NRestarts="7"), "unit", "warning", "journalctl"),
    "not read again": (systemd(NeedDaemonReload="yes"), "unit", "warning", "daemon-reload"),
    "a drop-in that weakens": (
        systemd(ProtectSystem="no", DropInPaths="/etc/systemd/system/relance.service.d/override.conf"),
        "unit-hardening",
        "warning",
        "systemctl edit relance",
    ),
    "no credential": (systemd(LoadCredential="mailbox:/nowhere/at/all"), "unit-credential", "wrong", "mode 600"),
    "a clock that nobody sets": (systemd(clock="no"), "clock", "warning", "set-ntp true"),
}


@pytest.mark.parametrize("name", UNITS)
def test_what_systemd_says_is_named_with_its_repair(place, name):
    """The unit, its state, its last exit, what weakens it, and the clock."""
    runs, check, level, repair = UNITS[name]
    found = [f for f in bad(place, runs=runs) if f.check == check]
    assert found
    assert found[0].level == level
    assert repair in found[0].repair


def test_a_credential_that_others_can_read_is_wrong(place):
    """It is the mailbox's password."""
    put("credential", b"x", 0o644)(place)
    runs = systemd(LoadCredential=f"mailbox:{place}/credential")
    (found,) = bad(place, runs=runs)
    assert (found.check, found.repair) == ("unit-credential", f"run: chmod 600 {place}/credential")


def test_no_timer_means_no_backup(place):
    """The timer is asked for by itself."""

    def runs(command):
        return "ActiveState=inactive\n" if command[2].endswith(".timer") else systemd()(command)

    (found,) = bad(place, runs=runs)
    assert "systemctl enable --now relance-backup.timer" in found.repair


def test_without_systemd_nothing_is_called_wrong(place):
    """A container, or another starter of services."""
    assert bad(place, runs=lambda _: None) == []


def installed(monkeypatch, package, version=None):
    """This package is of that version, or not there."""
    real = metadata.version

    def told(name):
        if name == package and version is None:
            raise metadata.PackageNotFoundError(name)
        return version if name == package else real(name)

    monkeypatch.setattr(machine.metadata, "version", told)


@pytest.mark.parametrize(("version", "words"), [(None, "is not installed"), ("0.1", "is older than")])
def test_a_package_that_is_lacking_or_old_is_named(place, monkeypatch, version, words):
    """With the command that installs it."""
    installed(monkeypatch, "jinja2", version)
    (found,) = bad(place)
    assert words in found.detail
    assert "pip install" in found.repair


def test_an_extra_that_the_configuration_uses_must_be_there(place, monkeypatch):
    """Tokens need a provider's library."""
    monkeypatch.setattr(machine, "_used_extras", lambda _: {"oauth"})
    installed(monkeypatch, "msal")
    (found,) = bad(place)
    assert found.repair == "pip install 'relance[oauth]'"


def test_books_in_a_database_need_what_speaks_with_it(place, monkeypatch):
    """What is lacking for PostgreSQL is named as any other extra is."""
    change("#top", '[store]\naddress = "postgresql://relance@/books?host=/nowhere"')(place)
    installed(monkeypatch, "psycopg")
    (found,) = (f for f in bad(place) if f.check == "extras")
    assert found.repair == "pip install 'relance[postgres]'"


@pytest.mark.parametrize("package", ["pydantic", "tinydb", "rich"])
def test_a_package_that_does_not_load_ends_nothing(place, package):
    """The command itself runs, says which one it is, and looks at what can be looked at without it."""
    code = f"import sys; sys.modules[{package!r}] = None\nfrom agent.cli import main\nsys.exit(main(sys.argv[1:]))"
    change("[agency]", "[agency")(place)  # what check tries is not tried then, which is quicker
    command = [sys.executable, "-c", code, "doctor", "--offline", "--json", "--config", str(place / "config.toml")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert "Traceback" not in done.stderr
    assert done.returncode == 2, done.stderr
    if package != "rich":
        assert any(package in line["detail"] and "pip install" in line["repair"] for line in lines)
    assert {"python", "state-owner", "disk", "unit"} <= {line["check"] for line in lines}


def test_a_disk_that_is_full_or_read_only_is_named(place, monkeypatch):
    """Free room, free inodes, and whether it can be written at all."""
    real = os.statvfs(place)

    def disk(**more):
        fields = {name: getattr(real, name) for name in dir(real) if name.startswith("f_")}
        monkeypatch.setattr(folder.os, "statvfs", lambda _: type("Disk", (), {**fields, **more}))
        (found,) = [f for f in bad(place) if f.check == "disk"]
        return found

    assert disk(f_bavail=1000).level == "wrong"
    assert disk(f_bavail=100_000_000 // real.f_frsize).level == "warning"
    assert "df -i" in disk(f_files=10**6, f_favail=5).repair
    assert "read-only" in disk(f_flag=os.ST_RDONLY).detail


def test_a_network_file_system_is_named(place, monkeypatch):
    """Locks and syncs are not to be relied on there."""
    monkeypatch.setattr(folder, "_NETWORK", (folder._file_system(place),))
    (found,) = bad(place)
    assert found.check == "disk-kind"


def test_another_user_is_told_whose_books_they_are(place, monkeypatch):
    """A person who is neither root nor the service sees little, and hears how to see more."""
    monkeypatch.setattr(folder.os, "geteuid", lambda: 4321)
    (found,) = [f for f in bad(place) if f.check == "state-owner"]
    assert "sudo -u root relance doctor" in found.repair


def test_little_memory_and_an_unknown_zone_are_named(place, monkeypatch):
    """The largest document would not be read; and no day could be told."""
    change("#top", "[limits]\nparse_memory_mb = 8192")(place)
    monkeypatch.setattr(machine, "_OWN_MEGABYTES", 10**7)
    monkeypatch.setattr(machine, "_is_known", lambda name: name != "Europe/Brussels")
    assert {f.check for f in bad(place)} == {"memory", "zones"}


def test_who_holds_the_books_is_told(place):
    """The lock goes with its process; one that is stopped holds it in vain."""
    path = place / "state/relance.db.lock"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import fcntl,time\nf=open({str(path)!r},'r+')\nfcntl.flock(f,2)\nprint(1,flush=True)\ntime.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        (found,) = [f for f in look(place) if f.check == "lock"]
        assert f"process {holder.pid}" in found.detail
        holder.send_signal(19)
        os.waitpid(holder.pid, os.WUNTRACED)
        (found,) = [f for f in look(place) if f.check == "lock"]
        assert (found.level, f"kill -CONT {holder.pid}" in found.repair) == ("wrong", True)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    ("lives", "age", "hindrance", "level", "repair"),
    [
        (True, 5, "", "ok", ""),
        (True, 5, "the disk is full", "wrong", "mend that"),
        (True, 90, "", "wrong", "systemctl restart relance"),
        (False, 5, "", "warning", "systemctl start relance"),
    ],
)
def test_what_the_service_said_last_is_told(place, lives, age, hindrance, level, repair):
    """It turns, it is hindered, it hangs, it is gone."""
    pid = os.getpid() if lives else 2**22 + 1
    at = NOW - timedelta(minutes=age)
    write_vitals(place / "state", Vitals(at, at, pid, hindrance=hindrance))
    (found,) = [f for f in look(place) if f.check == "service"]
    assert found.level == level
    assert repair in found.repair


def test_nothing_is_changed_by_looking(place):
    """Not a byte, mode, name or time of anything, also where much is broken."""

    def state():
        return {
            path: (path.lstat().st_mode, path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
            for path in place.rglob("*")
            if not path.name.endswith(("-shm", "-wal"))
        }

    secret(0o644)(place)
    put("state/.relance.db.tmp", age=timedelta(days=1))(place)
    (place / "state/secret").chmod(0o644)
    before = {path: value for path, value in state().items() if path != place / "state"}
    assert bad(place, deep=True)
    assert {path: value for path, value in state().items() if path != place / "state"} == before


def test_what_is_safe_is_repaired_when_asked(place):
    """Modes, owners and old drafts; a second look finds nothing."""
    (place / "state").chmod(0o755)
    (place / "state/secret").chmod(0o644)
    (place / "config.toml").chmod(0o666)
    os.chown(place / "state/secret", 1234, 1234)
    put("state/.relance.db.tmp", age=timedelta(days=1))(place)
    put("state/.young.tmp")(place)
    mended = [repaired(f) for f in look(place)]
    assert {f.check for f in mended if f.repaired} == {"state-mode", "state-owner", "state-leftovers", "secrets"}
    assert bad(place) == []
    assert (place / "state/.young.tmp").exists()


def test_a_repair_that_fails_is_told(place, monkeypatch):
    """The finding stays, with the reason."""
    (place / "state").chmod(0o755)
    (found,) = bad(place)

    def refuse():
        raise PermissionError(1, "not yours")

    object.__setattr__(found, "mend", refuse)
    after = repaired(found)
    assert (after.level, after.repaired) == ("wrong", False)
    assert "not yours" in after.detail


def test_a_check_that_fails_itself_hides_no_other(place, monkeypatch):
    """It is a finding; the rest is looked at."""
    monkeypatch.setattr(folder, "_owner", lambda *_: 1 / 0)
    found = look(place)
    assert any(f.check == "doctor" and "ZeroDivisionError" in f.detail for f in found)
    assert any(f.check == "store" for f in found)


def test_everything_broken_at_once(tmp_path, monkeypatch):
    """No configuration, no state, no systemd: a dozen lines, and no trace."""
    found = look(tmp_path, runs=lambda _: None)
    assert any(f.check == "config" and f.level == "wrong" for f in found)
    assert not [f for f in found if f.check == "doctor"]


def test_the_command_has_three_ends(place, capsys):
    """0 all is well, 1 to look at, 2 wrong; JSON is an object a line; a pipe gets one line a check."""
    config = str(place / "config.toml")
    code = main(["doctor", "--offline", "--config", config])
    assert code in (0, 1)
    (place / "state/secret").unlink()
    assert main(["doctor", "--offline", "--json", "--config", config]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert {line["level"] for line in lines} >= {"ok", "wrong"}
    assert all(line["repair"] for line in lines if line["level"] != "ok")
    (place / "state").chmod(0o755)
    assert main(["doctor", "--offline", "--repair", "--config", config]) in (0, 1)
    told = capsys.readouterr().out
    assert "state-mode: " in told
    assert "repaired" in told
    assert (place / "state").stat().st_mode & 0o777 == 0o700


def test_only_who_repairs_gets_a_new_secret(place):
    """The next start makes it; a service that holds the books is not interfered with, and says so."""
    (place / "state/secret").unlink()
    (gone,) = [f for f in look(place) if f.check == "state-secret"]
    with opened(place):
        assert "another process is writing" in repaired(gone).detail
    assert repaired(gone).repaired
    assert not [f for f in look(place) if f.check == "state-secret"]


def test_what_a_server_says_is_one_plain_line(place, monkeypatch, capsys):
    """Whatever control characters stand in it."""
    said = wrong("outgoing", "550 \x1b[31mno\r\nok       store: well", "look")
    monkeypatch.setattr("agent.cli.doctor.examine", lambda *_, **__: [said])
    assert main(["doctor", "--config", str(place / "config.toml")]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "\x1b" not in lines[0]


def test_what_check_tries_is_tried_by_the_same_code(place, monkeypatch):
    """Templates, law, the parsing child and tesseract are looked at once, in one place."""
    monkeypatch.setattr(configuration, "local_checks", local_checks)
    assert {"templates", "sandbox", "ocr", "legal"} <= {f.check for f in look(place)}


def test_no_password_is_ever_shown(place, capsys):
    """Neither in the lines nor in JSON."""
    secret(0o644, "open-sesame-4711")(place)
    main(["doctor", "--offline", "--config", str(place / "config.toml")])
    main(["doctor", "--offline", "--json", "--config", str(place / "config.toml")])
    assert "open-sesame" not in capsys.readouterr().out
    assert doors is not None


OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def test_the_page_tells_what_every_line_is_about():
    """Each name that a finding bears in the code stands in the doctor's table; and none that no finding bears."""
    named = set()
    for path in (ROOT / "agent/service/doctor").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "ok",
                "warning",
                "wrong",
                "judge",
                "_certificate",
            )
            if called and node.args and isinstance(node.args[0], ast.Constant):
                named.add(node.args[0].value)
    named |= {"templates", "rates", "legal", "sandbox", "ocr", "spf", "dkim", "dmarc", "store"}
    table = OPERATIONS.partition("## Check, verify, doctor")[2].partition("## What corrections teach")[0]
    rows = (line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row)} == named


def test_the_page_tells_every_alert_and_every_figure():
    """So that who is called knows what to do; and each runbook that a row names exists."""
    alerts = OPERATIONS.partition("## Alerts")[2].partition("## Several mailboxes")[0]
    assert set(COMMANDS) <= set(re.findall(r"`(\w+)`", alerts))
    assert set(HELP) <= set(re.findall(r"`(relance_\w+)", OPERATIONS))
    headings = {
        *re.findall(r"^## (.+)$", OPERATIONS, flags=re.MULTILINE),
        *re.findall(r"^\*\*(.+?)\.\*\*", OPERATIONS, flags=re.MULTILINE),
    }
    headings = {h.removeprefix("A ").capitalize() for h in headings}
    pointed = {p.removeprefix("A ").capitalize() for p in re.findall(r"«(.+?)»", OPERATIONS)} - {"Watchdog", "Oom-kill"}
    assert pointed <= headings


def test_what_this_user_may_not_see_is_not_called_missing(place, monkeypatch):
    """Neither a configuration nor books in a folder that is closed to him."""
    real = Path.stat

    def stat(path, **more):
        if path.name == "relance.db":
            raise PermissionError(13, "Permission denied")
        return real(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    found = {f.check: f for f in bad(place)}
    assert "as root" in found["store"].repair
    assert "lock" not in {f.check for f in look(place)}
    monkeypatch.undo()
    monkeypatch.setattr(configuration.os, "access", lambda *_: False)
    monkeypatch.setattr(configuration, "load", lambda path: (_ for _ in ()).throw(configuration.ConfigError(["x"])))
    _, (told,) = configuration.premises_of(place / "away/config.toml", NOW, runs=lambda _: None)
    assert "cannot be read" in told.detail
