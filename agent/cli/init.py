"""`relance init`: a first configuration, from questions or from options."""

import getpass
import json
import re
import sys
import unicodedata
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.cli.screen import Screen
from agent.config import load
from agent.errors import AgentError, ConfigError

Ask = Callable[[str, str], str]
_COUNTRY_LANGUAGE = {"BE": "fr", "FR": "fr", "LU": "fr", "NL": "nl", "DE": "de"}


@dataclass(frozen=True, slots=True)
class First:
    """The answers."""

    agency_name: str
    address: str
    operator: str
    maildir: str
    imap_host: str
    smtp_host: str
    user: str
    password_file: str
    creditor: str
    owner: str
    country: str
    language: str
    number: str


def run(arguments: Namespace, screen: Screen) -> int:
    """Ask, write, check what was written."""
    target: Path = arguments.config
    if target.exists() and not arguments.force:
        raise AgentError(f"{target} exists; --force writes over it")
    given = {key: value for key, value in vars(arguments).items() if isinstance(value, str)}
    answers = _answers(given, _asker(arguments, given))
    # Where the service runs under systemd, its books belong where the unit lets it write.
    files = files_of(answers, "/var/lib/relance" if target.resolve().is_relative_to("/etc") else "state")
    if not (answers.maildir or answers.password_file or arguments.no_input):
        files["secrets/mailbox"] = getpass.getpass("Password of the mailbox: ")
    _write(target, files)
    screen.line(f"Written: {target} and {', '.join(name for name in files if name != 'config.toml')}.")
    try:
        load(target)
    except ConfigError as error:
        if not all("password_file" in problem for problem in error.problems):
            raise
        screen.line(f"Put the mailbox's password into {target.parent / 'secrets/mailbox'} (chmod 600).")
    screen.line(f"Then: relance check --config {target}")
    return 0


def _asker(arguments: Namespace, given: Mapping[str, str]) -> Ask:
    if not arguments.no_input:
        if not sys.stdin.isatty():
            raise AgentError("there is no terminal to ask on: give --no-input and the answers as options")
        return _from_person
    missing = [f"--{key}" for key in ("address", "operator", "creditor", "owner") if key not in given]
    if missing:
        raise AgentError(f"--no-input needs {', '.join(missing)}")
    return _from_options


def _from_person(question: str, default: str) -> str:
    answer = input(f"{question} [{default}]: " if default else f"{question}: ").strip()
    return answer or default


def _from_options(_: str, default: str) -> str:
    return default


def _answers(given: Mapping[str, str], ask: Ask) -> First:
    def answer(key: str, question: str, default: str = "") -> str:
        return given[key] if key in given else ask(question, default)

    address = answer("address", "Mail address that Relance writes from").lower()
    domain = address.rpartition("@")[2]
    maildir = answer("maildir", "Path of a Maildir on this machine (empty: an IMAP mailbox)")
    creditor = answer("creditor", "Name of the first creditor (who owns the invoices)")
    country = answer("country", "Its country (BE, FR, LU, NL, DE)", "BE").upper()
    return First(
        agency_name=answer("agency_name", "Who runs Relance", creditor),
        address=address,
        operator=answer("operator", "Mail address of the person who looks after the service"),
        maildir=maildir,
        imap_host=maildir or answer("imap_host", "IMAP server", f"imap.{domain}"),
        smtp_host=maildir or answer("smtp_host", "SMTP server", f"smtp.{domain}"),
        user=maildir or answer("user", "Login name", address),
        password_file=given.get("password_file", ""),
        creditor=creditor,
        owner=answer("owner", "Mail address of the owner, who hands over invoices"),
        country=country,
        language=answer("language", "Language (fr, nl, en, de)", _COUNTRY_LANGUAGE.get(country, "en")),
        number=answer("number", "Its VAT or enterprise number (may stay empty)"),
    )


def files_of(first: First, state_dir: str = "state") -> dict[str, str]:
    """The files of a first configuration by name, for these answers."""
    return {"config.toml": _config(first, state_dir), f"creditors/{creditor_id(first.creditor)}.toml": _creditor(first)}


def creditor_id(name: str) -> str:
    """An id for a creditor of this name: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63] or "creditor"


def _config(first: First, state_dir: str) -> str:
    return f"""# Written by `relance init`. Every further setting stands in config.example.toml.

[agency]
name = {_text(first.agency_name)}
address = {_text(first.address)}
operator = {_text(first.operator)}

[paths]
state_dir = {_text(state_dir)}

[[mailboxes]]
name = "main"

{_maildirs(first) if first.maildir else _servers(first)}"""


def _maildirs(first: First) -> str:
    sections = ("inbox", "outgoing")
    return "\n".join(f'[mailboxes.{s}]\nbackend = "maildir"\npath = {_text(first.maildir)}\n' for s in sections)


def _servers(first: First) -> str:
    password = f"user = {_text(first.user)}\npassword_file = {_text(first.password_file or 'secrets/mailbox')}\n"
    password += 'password_credential = "mailbox"   # what systemd hands over; it comes before the file\n'
    return (
        f'[mailboxes.inbox]\nbackend = "imap"\nhost = {_text(first.imap_host)}\n{password}\n'
        f'[mailboxes.outgoing]\nbackend = "smtp"\nhost = {_text(first.smtp_host)}\n{password}'
    )


def _creditor(first: First) -> str:
    lines = [
        "# The file's name is the creditor's id; it stays the same for ever.",
        f"name = {_text(first.creditor)}",
        f"owners = [{_text(first.owner)}]",
        f"country = {_text(first.country)}",
        f"language = {_text(first.language)}",
        f"numbers = [{_text(first.number)}]" if first.number else "numbers = []",
        "ibans = []",
    ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which no setting needs.
    return json.dumps(value.replace("\x7f", ""), ensure_ascii=False)


def _write(target: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        path = target if name == "config.toml" else target.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith("secrets/"):
            path.parent.chmod(0o700)
            path.touch(mode=0o600)
            path.chmod(0o600)
        path.write_text(content, encoding="utf-8")
