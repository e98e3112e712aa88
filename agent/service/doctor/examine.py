"""The whole examination, part by part: whatever is broken, the rest is looked at. Needs nothing but Python itself to begin."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from agent.errors import AgentError
from agent.service.doctor import folder, machine, unit
from agent.service.doctor.finding import Finding, Level, Premises, Runs, ok, run_program, told_state_dir, wrong

Part = Callable[[Premises], Iterable[Finding]]


def examine(
    config: Path,
    *,
    deep: bool = False,
    offline: bool = False,
    now: datetime | None = None,
    runs: Runs = run_program,
) -> Iterator[Finding]:
    """Every finding, as it is made. Nothing is changed, marked or sent; `deep` folds all events anew, `offline` asks no server."""
    moment = now or datetime.now(UTC)  # noqa: TID251 - the service's clock may be among what is broken
    yield from _guarded("python", machine.python)
    premises, found = _premises(config, moment, runs, deep=deep, offline=offline)
    yield from found
    yield from _all(premises, (machine.packages, machine.memory, machine.clock, machine.zones, folder.folder))
    yield from _all(premises, _of("configuration", "secrets", "tried"))
    yield from _all(premises, _of("books", "lock", "books", "backups"))
    yield from _all(premises, (unit.unit, unit.service, unit.backup_timer))
    yield from _all(premises, _of("doors", "doors"))
    yield from _all(premises, _of("configuration", "domains"))


def _premises(
    config: Path, now: datetime, runs: Runs, *, deep: bool, offline: bool
) -> tuple[Premises, tuple[Finding, ...]]:
    bare = Premises(config, told_state_dir(config), now, deep=deep, runs=runs)
    try:
        configuration = importlib.import_module("agent.service.doctor.configuration")
        records = None if offline else importlib.import_module("agent.backends.dns").txt_records
        premises, found = configuration.premises_of(config, now, runs=runs, records=records, deep=deep)
    except ImportError as error:
        return bare, (_unloadable(error),)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the configuration, the rest must be looked at
        return bare, (_failed("config", error),)
    return premises, found


def _of(module: str, *names: str) -> Iterator[Part]:
    """These parts of a module that needs further packages; when they are lacking, the finding that says so."""
    try:
        loaded = importlib.import_module(f"agent.service.doctor.{module}")
    except ImportError as error:
        found = _unloadable(error)
        yield lambda _: [found]
    else:
        for name in names:
            yield getattr(loaded, name)


def _unloadable(error: ImportError) -> Finding:
    return wrong("packages", f"what is installed does not load: {error}", machine.reinstall())


def _all(premises: Premises, parts: Iterable[Part]) -> Iterator[Finding]:
    return chain.from_iterable(_guarded(_name(part), lambda part=part: part(premises)) for part in parts)  # type: ignore[misc]  # mypy cannot see the default


def _name(part: Part) -> str:
    return getattr(part, "__name__", "part")


def _guarded(name: str, part: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from part()
    except Exception as error:  # noqa: BLE001 - one check that fails must not hide what the others find
        yield _failed(name, error)


def _failed(name: str, error: Exception) -> Finding:
    words = " ".join(str(error).split())[:300]
    return wrong(
        "doctor", f"{name} could not be looked at: {type(error).__name__}: {words}", "mend the other findings first"
    )


def repaired(finding: Finding) -> Finding:
    """The finding after what is safe was done about it; as it was where nothing is."""
    if finding.mend is None or finding.level is Level.OK:
        return finding
    try:
        finding.mend()
    except OSError as error:
        return replace(finding, detail=f"{finding.detail} (could not be repaired: {error.strerror})")
    except AgentError as error:
        return replace(finding, detail=f"{finding.detail} (could not be repaired: {error})")
    return replace(ok(finding.check, f"{finding.detail}: repaired"), repaired=True)
