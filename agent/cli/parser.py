"""The arguments of every command."""

import argparse
import os
from datetime import date
from pathlib import Path
from typing import TypeAlias

from agent import __version__
from agent.domain.parties import LANGUAGES

_ROLES = ("owner", "staff", "viewer", "debtor", "bank", "stranger")


def build_parser() -> argparse.ArgumentParser:
    """The parser; the namespace it gives holds `module`, the command's module under agent.cli."""
    parser = argparse.ArgumentParser(
        prog="relance",
        description="An accounts-receivable agent that lives in a mailbox.",
        epilog="Exit codes: 0 done, 1 problems found, 2 wrong call, 65 damaged store, 75 try later, 78 wrong configuration.",
    )
    parser.add_argument("--version", action="version", version=f"relance {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _starting(commands)
    _looking(commands)
    _about_outgoing(commands)
    _acting(commands)
    _exchanging(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives it no public name


def _command(
    commands: Commands, name: str, purpose: str, module: str, *, config: bool = True
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".")
    command.set_defaults(module=module, command=name)
    if config:
        command.add_argument(
            "--config", type=Path, default=_default_config(), metavar="FILE", help="config.toml (default: %(default)s)"
        )
    return command


def _default_config() -> Path:
    named = os.environ.get("RELANCE_CONFIG")
    if named:
        return Path(named)
    here = Path("config.toml")
    return here if here.is_file() else Path("/etc/relance/config.toml")


def _starting(commands: Commands) -> None:
    init = _command(commands, "init", "ask a few questions and write a first configuration", "init", config=False)
    init.add_argument("--config", type=Path, default=Path("config.toml"), metavar="FILE", help="file to write")
    init.add_argument("--no-input", action="store_true", help="ask nothing; take the options and defaults")
    init.add_argument("--force", action="store_true", help="write over files that exist")
    for option, text in _INIT_OPTIONS.items():
        init.add_argument(f"--{option}", metavar="TEXT", help=text)
    _command(commands, "run", "watch the mailbox until stopped (what the service does)", "daemon")
    _command(commands, "once", "handle what waits, send what is due, and stop", "daemon")
    login = _command(commands, "login", "let Relance into a mailbox that wants tokens instead of passwords", "login")
    login.add_argument("--mailbox", metavar="NAME", help="which one, when several use tokens")
    demo = _command(commands, "demo", "play three months in seconds on local mailboxes", "demo", config=False)
    demo.add_argument(
        "--out", type=Path, default=Path("relance-demo"), metavar="FOLDER", help="where everything is left"
    )
    purpose = "write what a shell needs to complete commands, options, files and creditors"
    completion = _command(commands, "completion", purpose, "completion", config=False)
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))


_INIT_OPTIONS = {
    "agency-name": "who runs Relance",
    "address": "the mailbox's own address",
    "operator": "address of the person who looks after the service",
    "maildir": "watch a Maildir at this path",
    "imap-host": "IMAP server",
    "smtp-host": "SMTP server",
    "user": "login name at both (default: the address)",
    "password-file": "file with the password (default: asked for, kept in secrets/mailbox)",
    "creditor": "name of the first creditor",
    "owner": "mail address of its owner",
    "country": "its country: BE, FR, LU, NL or DE",
    "language": "its language: fr, nl, en or de",
    "number": "its VAT or enterprise number",
}


def _looking(commands: Commands) -> None:
    check = _command(commands, "check", "touch everything and say what to do about each failure", "check")
    check.add_argument("--json", action="store_true", help="one JSON object a line")
    check.add_argument("--offline", action="store_true", help="leave mailbox, transport and DNS alone")
    doctor = _command(commands, "doctor", "look at an installation that misbehaves and name each repair", "doctor")
    doctor.add_argument("--json", action="store_true", help="one JSON object a line")
    doctor.add_argument("--deep", action="store_true", help="fold all events of the books and the newest copy anew")
    doctor.add_argument("--offline", action="store_true", help="leave mailbox, transport and DNS alone")
    doctor.add_argument("--repair", action="store_true", help="mend what is safe: modes, owners, folders, old drafts")
    read = _command(commands, "read", "explain a mail, invoice or bank statement; change nothing", "read")
    read.add_argument("--json", action="store_true", help="one JSON object a line")
    read.add_argument("--role", choices=_ROLES, default="stranger", help="read a mail as if this person had sent it")
    read.add_argument(
        "--picture", type=Path, metavar="PNG", help="draw the pages with the fields on them; further files get -2, -3"
    )
    read.add_argument("--creditor", metavar="ID", help="read as this creditor's, with what his corrections taught")
    read.add_argument("files", type=Path, nargs="+", metavar="FILE")
    status = _command(commands, "status", "show what is open, held, waiting and set aside", "status")
    status.add_argument("--json", action="store_true", help="one JSON object")
    _templates(commands)
    report = _command(commands, "report", "write a creditor's receivables as one HTML page", "report")
    report.add_argument("--html", type=Path, required=True, metavar="FILE", help="the file to write")
    report.add_argument("--creditor", metavar="ID", help="whose; may be left out when there is one creditor only")
    report.add_argument("--month", metavar="YYYY-MM", help="the month that is reported on (default: that of yesterday)")
    report.add_argument("--lang", choices=LANGUAGES, help="default: the creditor's language")
    fees = _command(commands, "fees", "show the fee statement of a month; send nothing", "fees")
    fees.add_argument("--month", metavar="YYYY-MM", help="the month (default: the present one, as it stands)")
    fees.add_argument("--xlsx", type=Path, metavar="FILE", help="write the workbook instead")
    fees.add_argument("creditor", metavar="CREDITOR", help="the creditor's id")
    claim = _command(commands, "claim", "show what may be claimed for late payment on an invoice, and why", "claim")
    claim.add_argument(
        "reference", metavar="REFERENCE", help="invoice number, payment reference, id, or a debtor's address"
    )
    claim.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="as on this day (default: today)")
    _dossier(commands)
    explain = _command(commands, "explain", "print the history of one invoice, with its reasons", "explain")
    explain.add_argument("--json", action="store_true", help="one JSON object a line")
    explain.add_argument(
        "reference", metavar="REFERENCE", help="invoice number, payment reference, id, or a debtor's address"
    )


def _dossier(commands: Commands) -> None:
    purpose = "put everything about a debtor or an invoice into one archive, or verify one"
    dossier = _command(commands, "dossier", purpose, "dossier")
    dossier.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where it is written (default: here)")
    dossier.add_argument("--creditor", metavar="ID", help="only this creditor's")
    dossier.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="as on this day (default: today)")
    dossier.add_argument("--certificate", action="store_true", help="a certificate of what was written off instead")
    dossier.add_argument("--verify", type=Path, metavar="FILE.zip", help="check an archive; it needs no reference")
    dossier.add_argument(
        "reference", nargs="?", metavar="REFERENCE", help="invoice number, id, or a debtor's address, number or name"
    )


def _templates(commands: Commands) -> None:
    purpose = "try the mails' templates on every kind of letter, or look at one"
    templates = _command(commands, "templates", purpose, "templates")
    templates.add_argument("--json", action="store_true", help="check: one JSON object a line")
    templates.add_argument("--lang", action="append", choices=LANGUAGES, help="check: default all; preview: en")
    templates.add_argument("--dir", type=Path, metavar="FOLDER", help="default: templates_dir of the configuration")
    templates.add_argument("--creditor", metavar="ID", help="preview: in his name and colours")
    templates.add_argument("--out", type=Path, default=Path("preview"), metavar="FOLDER", help="default: %(default)s")
    templates.add_argument("--open", action="store_true", help="preview: show it in the browser")
    templates.add_argument("action", choices=("check", "preview"))
    templates.add_argument("kind", nargs="?", metavar="KIND", help="statement, statement-firm …; none lists them")


def _about_outgoing(commands: Commands) -> None:
    outbox = _command(
        commands,
        "outbox",
        "show mail that waits or is held; send one again, say that it arrived, or let go what waits for your word",
        "outbox",
    )
    outbox.add_argument("--json", action="store_true", help="one JSON object a line")
    outbox.add_argument("--all", action="store_true", help="sent and cancelled mail too")
    outbox.add_argument("action", nargs="?", choices=("list", "show", "resend", "arrived", "release"), default="list")
    outbox.add_argument("id", nargs="?", metavar="ID", help="the mail's id")


def _acting(commands: Commands) -> None:
    layouts = _command(
        commands, "layouts", "show what corrections taught about each layout; forget or add it", "layouts"
    )
    layouts.add_argument("--json", action="store_true", help="one JSON object a line")
    layouts.add_argument("--creditor", metavar="ID", help="only this creditor's; whose layout is learned")
    layouts.add_argument("action", nargs="?", choices=("list", "show", "remove", "learn"), default="list")
    layouts.add_argument(
        "words", nargs="*", metavar="ID", help="the layout's id; for learn: FILE field=value … (due_date=2026-03-31)"
    )
    store = _command(commands, "store", "copy the books from a file into a database, or back", "store", config=False)
    store.add_argument("action", choices=("copy",), help="copy: row by row, compared at the end")
    places = "tinydb:/var/lib/relance/relance.db or postgresql://…"
    store.add_argument("source", metavar="FROM", help=places)
    store.add_argument("target", metavar="TO", help=f"{places}; it must be empty")
    verify = _command(commands, "verify", "fold all events anew and compare with the books", "verify")
    verify.add_argument("--json", action="store_true", help="one JSON object")
    backup = _command(commands, "backup", "write a consistent, verified copy of the books while running", "backup")
    backup.add_argument(
        "target",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="default: a dated name in the folder of [backup], which is thinned out",
    )
    restore = _command(commands, "restore", "put a copy of the books back and compare it with the mailbox", "restore")
    restore.add_argument(
        "--force", action="store_true", help="set books aside that lie there (in a file; a database is empty)"
    )
    restore.add_argument("--identity", type=Path, metavar="KEY", help="age's secret key, for an encrypted copy")
    restore.add_argument("--offline", action="store_true", help="leave the comparison to the service")
    restore.add_argument("copy", type=Path, metavar="FILE", help="what relance backup wrote, its documents beside it")
    for name in ("forget", "erase"):
        forget = _command(commands, name, "forget what names or quotes a debtor on whom nothing is open", "forget")
        forget.add_argument("--yes", action="store_true", help="do not ask")
        forget.add_argument("reference", metavar="REFERENCE", help="the debtor's address, number, name or id")
    person = _command(commands, "person", "export everything that is held about one person", "person")
    person.add_argument("--out", type=Path, required=True, metavar="DIR", help="an empty folder, or one to be made")
    person.add_argument("address", metavar="ADDRESS", help="the person's mail address")


def _exchanging(commands: Commands) -> None:
    import_ = _command(commands, "import", "take over open invoices or customers from a CSV or .xlsx list", "imports")
    import_.add_argument("--creditor", metavar="ID", required=True, help="whose they are")
    import_.add_argument("--dry-run", action="store_true", help="show what would happen, and do nothing")
    import_.add_argument("--skip-bad-rows", action="store_true", help="take the others over when rows have mistakes")
    import_.add_argument("file", type=Path, metavar="FILE")
    export = _command(commands, "export", "write the books to a file that other programs open", "export")
    kinds = export.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--tinydb", action="store_const", const="tinydb", dest="form", help="a plain TinyDB JSON file")
    kinds.add_argument("--xlsx", action="store_const", const="xlsx", dest="form", help="one creditor's whole workbook")
    kinds.add_argument("--csv", action="store_const", const="csv", dest="form", help="the tracking sheet as CSV")
    kinds.add_argument(
        "--ledger",
        action="store_const",
        const="ledger",
        dest="form",
        help="items, payments and events as .xlsx or .csv, or a double-entry .journal (hledger) or .beancount",
    )
    kinds.add_argument(
        "--contacts", action="store_const", const="contacts", dest="form", help="the customers as a contact book (CSV)"
    )
    kinds.add_argument("--examples", action="store_const", const="examples", dest="form", help="corrected readings")
    export.add_argument("--creditor", metavar="ID", help="only this creditor's")
    export.add_argument("target", type=Path, metavar="FILE")
