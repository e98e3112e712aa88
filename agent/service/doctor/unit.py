"""The service under systemd: installed, started at boot, running, and as shut in as it came. Needs nothing but Python itself."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from agent.service.doctor.finding import Finding, Premises, Runs, ok, warning, wrong
from agent.service.vitals import read_vitals

_UNIT, _TIMER = "relance.service", "relance-backup.timer"
# What the unit came with, in the words in which systemd shows it.
_SHUT_IN: Mapping[str, str] = MappingProxyType(
    {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "PrivateUsers": "yes",
        "ProtectKernelTunables": "yes",
        "ProtectKernelModules": "yes",
        "ProtectControlGroups": "yes",
        "RestrictSUIDSGID": "yes",
        "MemoryDenyWriteExecute": "yes",
        "LockPersonality": "yes",
        "CapabilityBoundingSet": "",
    }
)
_ASKED = (
    *("LoadState", "UnitFileState", "ActiveState", "SubState", "Result", "ExecMainStatus", "NRestarts"),
    *("DropInPaths", "LoadCredential", "NeedDaemonReload"),
    *_SHUT_IN,
)
_FOLLOWS = {
    "65": "the books are damaged: see «A damaged store» in docs/operations.md",
    "78": "correct the configuration (relance check), then: systemctl restart relance",
}
_MANY_RESTARTS = 3
# Twice the longest pause between two rounds, by the usual poll_seconds, and some.
_SILENT = timedelta(minutes=30)


def unit(premises: Premises) -> Iterator[Finding]:
    """How the service is under systemd, where there is one."""
    told = _properties(premises.runs, _UNIT)
    if told is None:
        yield ok("unit", "systemd does not run here: see to it yourself that `relance run` is started and kept running")
        return
    if told.get("LoadState") != "loaded":
        yield wrong(
            "unit",
            f"{_UNIT} is {told.get('LoadState', 'unknown')}",
            "install it: docs/operations.md, «Install under systemd»",
        )
        return
    yield from _state(told)
    yield from _changes(told)
    yield from _credentials(told)


def service(premises: Premises) -> Iterator[Finding]:
    """What the service itself wrote down last: whether it turns, and what hinders it."""
    vitals = read_vitals(premises.state_dir)
    if vitals is None:
        return
    heard = f"last heard of {vitals.at:%Y-%m-%d %H:%M} UTC"
    if not vitals.is_alive:
        yield warning("service", f"it does not run; {heard}", "run: systemctl start relance")
    elif premises.now - vitals.at > _SILENT:
        repair = f"run: systemctl restart relance; why: journalctl -u relance -n 50, cat /proc/{vitals.pid}/stack"
        yield wrong("service", f"process {vitals.pid} is there and hangs; {heard}", repair)
    elif vitals.hindrance:
        yield wrong(
            "service", f"what is due waits: {vitals.hindrance}", "mend that; it is tried again every five minutes"
        )
    else:
        yield ok("service", f"process {vitals.pid} turns; {heard}")


def backup_timer(premises: Premises) -> Iterator[Finding]:
    """Whether a backup is made each night."""
    told = _properties(premises.runs, _TIMER)
    if told is None:
        return
    if told.get("ActiveState") == "active":
        yield ok("backup-timer", f"{_TIMER} is active")
    else:
        yield warning(
            "backup-timer",
            f"{_TIMER} is {told.get('ActiveState', 'unknown')}: no backup is made at night",
            f"run: systemctl enable --now {_TIMER}",
        )


def _properties(runs: Runs, unit_: str) -> dict[str, str] | None:
    told = runs(["systemctl", "show", unit_, f"--property={','.join(_ASKED)}"])
    if not told or "=" not in told:
        return None
    return dict(line.partition("=")[::2] for line in told.splitlines() if "=" in line)


def _state(told: Mapping[str, str]) -> Iterator[Finding]:
    if told.get("NeedDaemonReload") == "yes":
        yield warning("unit", "its file changed after systemd read it", "run: systemctl daemon-reload")
    if told.get("UnitFileState") not in ("enabled", "enabled-runtime", "static"):
        detail = (
            f"{_UNIT} is {told.get('UnitFileState') or 'not enabled'}: after a restart of the machine it stays down"
        )
        yield warning("unit", detail, "run: systemctl enable relance")
    state = f"{told.get('ActiveState')} ({told.get('SubState')})"
    status = told.get("ExecMainStatus", "0")
    if told.get("ActiveState") != "active":
        detail = f"the service is {state}; its last exit: {told.get('Result')}, code {status}"
        repair = _FOLLOWS.get(status, "read why: journalctl -u relance -n 50; then: systemctl restart relance")
        yield wrong("unit", detail, repair)
        return
    restarts = int(told.get("NRestarts") or 0)
    if restarts >= _MANY_RESTARTS:
        yield warning(
            "unit", f"the service was restarted {restarts} times", "read why: journalctl -u relance -p warning"
        )
    else:
        yield ok("unit", f"the service is {state}")


def _changes(told: Mapping[str, str]) -> Iterator[Finding]:
    weaker = [f"{key}={told[key] or 'none'}" for key, usual in _SHUT_IN.items() if told.get(key, usual) != usual]
    drop_ins = told.get("DropInPaths", "")
    if weaker:
        where = f" by {drop_ins}" if drop_ins else ""
        yield warning(
            "unit-hardening",
            f"weaker than it came{where}: {', '.join(weaker)}",
            "take these lines out: systemctl edit relance",
        )
    else:
        yield ok("unit-hardening", f"as it came{f', with {drop_ins}' if drop_ins else ''}")


def _credentials(told: Mapping[str, str]) -> Iterator[Finding]:
    for entry in told.get("LoadCredential", "").split():
        name, _, place = entry.partition(":")
        if place.startswith("/"):
            yield _credential(name, Path(place))


def _credential(name: str, path: Path) -> Finding:
    try:
        found = path.stat()
    except FileNotFoundError:
        detail = f"{path} (credential {name}) is not there: the service does not start without it"
        return wrong(
            "unit-credential", detail, f"write the password into {path}, mode 600, or take LoadCredential away"
        )
    except OSError as error:
        return ok("unit-credential", f"{path} is not for our eyes ({error.strerror}), which is right")
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        return wrong(
            "unit-credential",
            f"{path} can be read by others (mode {mode:04o})",
            f"run: chmod 600 {path}",
            lambda: path.chmod(0o600),
        )
    return ok("unit-credential", f"{name} is handed over from {path}")
