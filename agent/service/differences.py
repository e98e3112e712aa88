"""In what the configurations of workers on the same books differ, for the operator: which of them has what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from agent.service.app import App
from agent.service.company import having, workers

# What differs in the same way is named together, so much of it.
_SHOWN = 10


def difference(app: App) -> str:
    """What is not the same at every worker that was seen within a day, each with who has it; "" when nothing is, or not for long.

    A change reaches one worker after the other: what does not last `limits.alert_minutes` is none.
    """
    now, patience = app.clock.now(), timedelta(minutes=app.settings.limits.alert_minutes)
    here = [worker for worker in workers(app.store).values() if not worker.is_gone(now)] if app.company.name else []
    if len({worker.mark for worker in here}) < 2 or now - max(worker.since for worker in here) < patience:
        return ""
    has = {worker.name: having(app.store, worker.name) for worker in here}
    tables = _by_who({name: {f"[{table}]": mark for table, mark in one.rules.items()} for name, one in has.items()})
    creditors = _by_who({name: one.creditors for name, one in has.items()})
    return "; ".join(
        f"{', '.join(sorted(what)[:_SHOWN])}{f' … ({len(what)})' if len(what) > _SHOWN else ''}: {who}"
        for who, what in (*creditors.items(), *tables.items())
    )


def _by_who(marks: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """The keys whose marks are not the same everywhere, by who has which: `A ≠ B`, or `+ A, - B` where B has none."""
    found: dict[str, list[str]] = {}
    for key in sorted({key for has in marks.values() for key in has}):
        groups: dict[str, list[str]] = {}
        for name in sorted(marks):
            if key in marks[name]:
                groups.setdefault(marks[name][key], []).append(name)
        who = " ≠ ".join(" = ".join(names) for names in groups.values())
        lacking = [name for name in marks if key not in marks[name]]
        if len(groups) > 1 or lacking:
            told = f"+ {who}, - {', '.join(sorted(lacking))}" if lacking else who
            found.setdefault(told, []).append(key)
    return found
