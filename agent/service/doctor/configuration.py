"""The configuration, what it names, and what check tries of it: secrets, templates, law, the parsing child, tesseract."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from babel import localedata

from agent.config import load
from agent.domain.parties import LANGUAGES
from agent.errors import ConfigError
from agent.service.check import local_checks
from agent.service.doctor.finding import Finding, Level, Premises, Runs, ok, told_state_dir, warning, wrong
from agent.service.sending_domain import CheckResult, Records, domain_checks

_MOST_PROBLEMS = 20
_PASSWORD_FILE = re.compile(r"""^\s*password_file\s*=\s*["']([^"'\n]{1,500})["']""", re.MULTILINE)
# What check finds and the service can live with: texts of law, scans, who believes our mail.
_BEARABLE = frozenset({"rates", "legal", "ocr", "spf", "dkim", "dmarc", "dns"})


def premises_of(
    config: Path, now: datetime, *, runs: Runs, records: Records | None = None, deep: bool = False
) -> tuple[Premises, tuple[Finding, ...]]:
    """What the examination goes by, and the findings about config.toml and the files it names."""
    try:
        settings = load(config)
    except ConfigError as error:
        found = tuple(_problems(config, error.problems))
        return Premises(config, told_state_dir(config), now, records=records, deep=deep, runs=runs), found
    told = f"{config}: {len(settings.mailboxes)} mailbox(es), {len(settings.creditors)} creditor(s)"
    found = (ok("config", told),) if settings.creditors else (_nobody(config),)
    return Premises(config, settings.state_dir, now, settings, records, deep, runs), found


def _nobody(config: Path) -> Finding:
    return warning(
        "config", f"{config} knows no creditor: nobody is served", "write creditors/NAME.toml, see the README"
    )


def _problems(config: Path, problems: tuple[str, ...]) -> Iterator[Finding]:
    if not os.path.lexists(config) and os.access(_nearest(config), os.X_OK):
        yield wrong("config", f"there is none at {config}", "name it (--config FILE, RELANCE_CONFIG), or: relance init")
        return
    if not os.access(config, os.R_OK):
        yield wrong(
            "config", f"{config} cannot be read by this user", "run this as root, or as the user of the service"
        )
        return
    for problem in problems[:_MOST_PROBLEMS]:
        file = next((part for part in problem.split(": ") if part.endswith((".toml", ".csv"))), config.name)
        yield wrong("config", problem, f"correct {config.absolute().parent / file}, then: relance check")
    if len(problems) > _MOST_PROBLEMS:
        yield wrong("config", f"{len(problems) - _MOST_PROBLEMS} more problems", "relance check --offline shows all")


def _nearest(path: Path) -> Path:
    """The lowest folder above this path that is there, or cannot be seen."""
    folder = path.absolute().parent
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def secrets(premises: Premises) -> Iterator[Finding]:
    """The files of passwords and tokens: there, their owner's, and nobody else's to read. What is in them is never shown."""
    paths = [*_password_files(premises.config), *_token_files(premises)]
    for path in dict.fromkeys(paths):
        yield from _secret(path, premises)
    folder = premises.config.absolute().parent
    try:
        mode = stat.S_IMODE(premises.config.stat().st_mode)
    except OSError:
        return
    if mode & 0o022:
        yield wrong(
            "secrets",
            f"{premises.config} can be changed by others (mode {mode:04o})",
            f"run: chmod go-w {premises.config}",
            partial(premises.config.chmod, mode & ~0o022),
        )
    elif folder.stat().st_mode & 0o022 and not folder.stat().st_mode & stat.S_ISVTX:
        yield warning("secrets", f"others may put files into {folder}", f"run: chmod go-w {folder}")


def _password_files(config: Path) -> list[Path]:
    try:
        text = config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [config.absolute().parent / name for name in _PASSWORD_FILE.findall(text)]


def _token_files(premises: Premises) -> list[Path]:
    mailboxes = premises.settings.mailboxes if premises.settings else ()
    tokens = (m.oauth for m in mailboxes if m.oauth.client_id and m.oauth.grant == "refresh_token")
    return [oauth.token_file for oauth in tokens if oauth.token_file]


def _secret(path: Path, premises: Premises) -> Iterator[Finding]:
    login = path.suffix == ".token"
    try:
        found = path.stat()
    except FileNotFoundError:
        repair = "run: relance login" if login else f"write the password into {path}, mode 600"
        yield wrong("secrets", f"{path} is not there", repair)
        return
    except OSError as error:
        yield warning("secrets", f"{path}: {error.strerror}", "run this as root, or as the user of the service")
        return
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        repair = f"run: chmod 600 {path} (and change the password, if strangers work on this machine)"
        yield wrong("secrets", f"{path} can be read by others (mode {mode:04o})", repair, partial(path.chmod, 0o600))
    elif not found.st_size:
        yield wrong("secrets", f"{path} is empty", "run: relance login" if login else f"write the password into {path}")
    elif login and (days := (premises.now.timestamp() - found.st_mtime) / 86400) > 60:
        yield warning("secrets", f"the token in {path} was renewed last {days:.0f} days ago", "run: relance login")
    else:
        yield ok("secrets", f"{path} (mode {mode:04o})")


def tried(premises: Premises) -> Iterator[Finding]:
    """What `relance check --offline` tries beyond the state folder: templates, rates, law, the parsing child, tesseract."""
    if premises.settings is None:
        return
    yield from map(_finding, local_checks(premises.settings, premises.now.date()))
    yield from _metrics(premises)
    lacking = [language for language in LANGUAGES if not localedata.exists(language)]
    if lacking:
        yield wrong(
            "locale", f"no names of days and months in {', '.join(lacking)}", "pip install --force-reinstall babel"
        )


def _metrics(premises: Premises) -> Iterator[Finding]:
    target = premises.settings.metrics if premises.settings else None
    if target is not None and not os.access(target.parent, os.W_OK):
        yield warning(
            "metrics",
            f"{target.parent} cannot be written: monitoring sees nothing",
            f"make it, and open it to the unit: systemctl edit relance, ReadWritePaths={target.parent}",
        )


def domains(premises: Premises) -> Iterator[Finding]:
    """SPF, DKIM and DMARC of the domains that mail leaves from."""
    settings, records = premises.settings, premises.records
    if settings is None or records is None:
        return
    leaving = (m for m in settings.mailboxes if m.outgoing.backend != "maildir")
    for domain in dict.fromkeys(settings.agency_at(m).address.rpartition("@")[2] for m in leaving):
        try:
            yield from map(_finding, domain_checks(domain, records, settings.dkim_selectors))
        except Exception as error:  # noqa: BLE001 - a resolver that fails says nothing about the domain, and stops no other check
            yield warning("dns", f"{domain}: {error}", "see whether names are resolved here: getent hosts example.org")


def _finding(result: CheckResult) -> Finding:
    if result.ok:
        return Finding(result.name, Level.OK, result.detail, result.advice)
    level = Level.WARNING if result.name in _BEARABLE else Level.WRONG
    return Finding(result.name, level, result.detail, result.advice or "see docs/operations.md")
