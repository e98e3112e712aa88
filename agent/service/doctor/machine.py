"""Python, packages, memory, clock and time zones: what Relance stands on. Needs nothing but Python itself."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.service.doctor.finding import Finding, Premises, ok, warning, wrong

_DISTRIBUTION = "relance"
# the environment of the Debian package (packaging/deb.py)
_DEBIAN = "/usr/lib/relance"
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(?:>=\s*([0-9.]+))?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([a-z]+)["']""")
# What the service itself needs beside a document's reading, which has its own bound (limits.parse_memory_mb).
_OWN_MEGABYTES = 200
_OPTIONAL = ("nlp", "ocr", "qr")


def python() -> Iterator[Finding]:
    """The version of Python, and the text encoding it took from its surroundings."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield ok("python", f"{version} ({sys.prefix})")
    encoding = sys.getfilesystemencoding()
    if encoding.lower() != "utf-8":
        yield warning("locale", f"file names are taken as {encoding}", "set LANG=C.UTF-8")


def packages(premises: Premises) -> Iterator[Finding]:
    """The packages that are needed: there, and new enough; and the extras that the configuration asks for."""
    try:
        needed = metadata.requires(_DISTRIBUTION) or []
        version = metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        yield warning("packages", "Relance runs from a folder and is not installed", "pip install relance")
        return
    lacking = [problem for line in needed if ";" not in line and (problem := _lacking(line))]
    if lacking:
        yield wrong("packages", "; ".join(lacking), reinstall())
    else:
        yield ok("packages", f"relance {version}, {sum(';' not in line for line in needed)} packages")
    yield from _extras(needed, premises)


def reinstall() -> str:
    """The command that puts the program itself right, by the way in which it was installed."""
    if sys.prefix == _DEBIAN:
        return f"apt-get install --reinstall {_DISTRIBUTION}"
    return f"pip install --upgrade --force-reinstall {_DISTRIBUTION}"


def _lacking(line: str) -> str:
    """What is wrong with the package that this requirement names; "" when it will do."""
    found = _REQUIREMENT.match(line)
    if found is None:
        return ""
    name, least = found[1], found[2] or "0"
    try:
        present = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name} is not installed"
    return f"{name} {present} is older than {least}" if _number(present) < _number(least) else ""


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _extras(needed: list[str], premises: Premises) -> Iterator[Finding]:
    lacking: dict[str, list[str]] = {}
    for line in needed:
        named = _EXTRA.search(line)
        if named and (problem := _lacking(line)):
            lacking.setdefault(named[1], []).append(problem)
    for extra in sorted(_used_extras(premises)):
        if extra in lacking:
            yield wrong(
                "extras",
                f"the configuration uses {extra}: {'; '.join(lacking[extra])}",
                f"pip install '{_DISTRIBUTION}[{extra}]'",
            )
        else:
            yield ok("extras", f"{extra} is used and installed")
    absent = [extra for extra in _OPTIONAL if extra in lacking]
    yield ok("extras", f"not installed: {', '.join(absent)}" if absent else "all of those that help reading")


def _used_extras(premises: Premises) -> set[str]:
    used: set[str] = set()
    for mailbox in premises.settings.mailboxes if premises.settings else ():
        if "exchange" in (mailbox.inbox.backend, mailbox.outgoing.backend):
            used.add("exchange")
        if mailbox.oauth.client_id:
            used.add("oauth")
    if premises.in_database:
        used.add("postgres")
    return used


def memory(premises: Premises) -> Iterator[Finding]:
    """Whether the largest document may be read without the system ending something for lack of memory."""
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        free = int(lines["MemAvailable"].split()[0]) // 1000
    except (OSError, KeyError, ValueError):
        yield ok("memory", "how much is free is not told here")
        return
    limit = premises.settings.limits.parse_memory_mb if premises.settings else 1024
    if free < limit + _OWN_MEGABYTES:
        yield warning(
            "memory",
            f"{free} MB free; reading one document may take {limit} MB",
            "give the machine more memory, or lower limits.parse_memory_mb",
        )
    else:
        yield ok("memory", f"{free} MB free")


def clock(premises: Premises) -> Iterator[Finding]:
    """Whether the machine's clock is kept right by others."""
    told = premises.runs(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    now = f"{premises.now:%Y-%m-%d %H:%M} UTC"
    if told is None:
        yield ok("clock", f"{now}; whether it is kept right cannot be told here")
    elif told.strip() == "yes":
        yield ok("clock", f"{now}, synchronised")
    else:
        yield warning("clock", f"{now}, not synchronised", "run: timedatectl set-ntp true")


def zones(premises: Premises) -> Iterator[Finding]:
    """Whether the time zones of the agency and its creditors are known to this machine."""
    settings = premises.settings
    names = {settings.agency.timezone, *(c.timezone for c in settings.creditors)} if settings else {"Europe/Brussels"}
    unknown = sorted(name for name in names if not _is_known(name))
    if unknown:
        yield wrong("zones", f"unknown here: {', '.join(unknown)}", "apt-get install tzdata, or: pip install tzdata")
    else:
        yield ok("zones", ", ".join(sorted(names)))


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
