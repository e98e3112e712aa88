"""From files to Settings: every problem of every file is found before anything is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from agent.config import people
from agent.config.banks import banks_of
from agent.config.charges import rates_with
from agent.config.document import AgencyTable, Document
from agent.config.keeping import Backups
from agent.config.legal import legal_of, legal_problems
from agent.config.modes import mode_problems
from agent.config.problems import validate
from agent.config.providers import PROVIDERS, filled_in
from agent.config.secrets import PasswordSource, password
from agent.config.settings import (
    ExchangeSettings,
    ImapSettings,
    MailboxSettings,
    MaildirSettings,
    OAuthSettings,
    Security,
    Settings,
    SmtpSettings,
)
from agent.domain.dunning_plan import DunningPlan
from agent.domain.parties import Agency, BookEntry, Creditor
from agent.domain.rates import Rates
from agent.errors import ConfigError

Connection = MaildirSettings | ImapSettings | SmtpSettings | ExchangeSettings
Backend = TypeVar("Backend", bound=Connection | OAuthSettings)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def load(path: Path, *, secrets: bool = True) -> Settings:
    """The settings of this config.toml and the files it names. Who only looks needs no `secrets`, and may not be able to read them.

    Raises:
        ConfigError: with all problems of all files, each line beginning with its key (and its file, when it is another one).
    """
    document, problems = people.read_toml(path, path.name)
    if document is None:
        raise ConfigError(problems)
    return settings_of(document, path, secrets=secrets)


def settings_of(raw: Mapping[str, object], path: Path, *, secrets: bool = True) -> Settings:
    """The settings of a document that stands in (or is meant for) the file `path`. Raises ConfigError as `load` does."""
    document, problems = validate(Document, raw)
    folder = path.absolute().parent
    creditors, contacts, of_people = _people(raw, folder, document)
    problems += of_people
    if document is None:
        raise ConfigError(problems)
    mailboxes = tuple(_resolved(filled_in(m), folder, folder / document.paths.state_dir) for m in document.mailboxes)
    banks, of_banks = banks_of(document.bank, creditors)
    rates, of_rates = rates_with(_within(folder, document.legal.rates))
    plan = DunningPlan().changed(people.plan_change(document.plan))
    of_secrets = _secrets_problems(mailboxes) if secrets else []
    problems += [*of_banks, *of_rates, *_contradictions(document, mailboxes, plan, creditors), *of_secrets]
    if problems:
        raise ConfigError(problems)
    return Settings(
        path=path,
        agency=_agency(document.agency),
        state_dir=folder / document.paths.state_dir,
        templates_dir=_within(folder, document.paths.templates_dir),
        mailboxes=mailboxes,
        creditors=creditors,
        contacts=contacts,
        trust=document.trust,
        plan=plan,
        limits=document.limits,
        reporting=document.reporting,
        legal_terms=MappingProxyType(document.legal_terms),
        dkim_selectors=document.agency.dkim_selectors,
        banks=banks,
        fees=document.fees,
        backup=_backup(document.backup, folder),
        retention=document.retention,
        store=replace(document.store, password_file=_within(folder, document.store.password_file)),
        metrics=_within(folder, document.paths.metrics),
        legal=legal_of(document),
        rates=Rates(rates, frozenset(document.legal.confirmed)),
    )


def _people(
    raw: Mapping[str, object], folder: Path, document: Document | None
) -> tuple[tuple[Creditor, ...], tuple[BookEntry, ...], list[str]]:
    zone = document.agency.timezone if document else "Europe/Brussels"
    usual = (document.charges, document.payment_plans) if document else (None, None)
    creditors, of_files = people.load_creditors(folder / _path_of(raw, "creditors", "creditors"), zone, *usual)
    contacts, of_book = people.load_contacts(_contacts(raw, folder), creditors)
    return creditors, contacts, [*of_files, *of_book]


def _within(folder: Path, path: Path | None) -> Path | None:
    return folder / path if path else None


def _contradictions(
    document: Document, mailboxes: Sequence[MailboxSettings], plan: DunningPlan, creditors: Sequence[Creditor]
) -> list[str]:
    """What is well-formed and cannot be so beside the rest."""
    return [
        *_mailbox_problems(mailboxes),
        *_plan_problems(plan, creditors),
        *_own_address(document.agency, mailboxes, creditors),
        *_unknown_mailboxes(mailboxes, creditors),
        *legal_problems(document),
        *document.backup.problems(),
        *document.store.problems(),
        *mode_problems(creditors),
    ]


def _backup(table: Backups, folder: Path) -> Backups:
    paths = {name: folder / value for name in ("folder", "gpg_key_file") if (value := getattr(table, name))}
    return replace(table, **paths)


def _agency(table: AgencyTable) -> Agency:
    return Agency(
        name=table.name,
        address=table.address,
        sender_name=table.sender_name or table.name,
        operator=table.operator,
        language=table.language,
        domain=table.domain or table.address.rpartition("@")[2],
        timezone=table.timezone,
    )


def _path_of(raw: Mapping[str, object], key: str, default: str) -> str:
    """A path of the raw document: also one with other mistakes still leads to the creditors' files and theirs."""
    table = raw.get("paths")
    value = table.get(key) if isinstance(table, Mapping) else None
    return value if isinstance(value, str) else default


def _contacts(raw: Mapping[str, object], folder: Path) -> Path | None:
    named = _path_of(raw, "contacts", "")
    if named:
        return folder / named
    return next((p for p in (folder / "contacts.toml", folder / "contacts.csv") if p.is_file()), None)


def _resolved(mailbox: MailboxSettings, folder: Path, state: Path) -> MailboxSettings:
    oauth = replace(mailbox.oauth, token_file=mailbox.oauth.token_file or state / f"{mailbox.name}.token")
    return replace(
        mailbox,
        inbox=_absolute(mailbox.inbox, folder),
        outgoing=_absolute(mailbox.outgoing, folder),
        oauth=_absolute(oauth, folder),
    )


def _absolute(settings: Backend, folder: Path) -> Backend:
    paths = {
        name: folder / value
        for name in ("path", "password_file", "ca_file", "token_file")
        if (value := getattr(settings, name, None))
    }
    return replace(settings, **paths)


def _mailbox_problems(mailboxes: Sequence[MailboxSettings]) -> list[str]:
    problems = []
    names = [m.name for m in mailboxes]
    for number, mailbox in enumerate(mailboxes, 1):
        if names.count(mailbox.name) > 1:
            problems.append(f"mailboxes[{number}].name: {mailbox.name!r} is used twice")
        key, oauth = f"mailboxes[{number}]", mailbox.oauth
        if mailbox.provider and mailbox.provider not in PROVIDERS:
            known = ", ".join(PROVIDERS)
            problems.append(
                f"{key}.provider: {mailbox.provider!r} is not known; leave it out and name host, or one of {known}"
            )
        problems += _connection_problems(mailbox.inbox, f"{key}.inbox")
        problems += _connection_problems(mailbox.outgoing, f"{key}.outgoing")
        problems += _oauth_problems(oauth, f"{key}.oauth") if oauth.client_id else []
    return problems


def _connection_problems(settings: Connection, key: str) -> list[str]:
    if isinstance(settings, MaildirSettings):
        return []
    problems = [] if settings.host else [f"{key}.host: is required, unless the mailbox names a provider"]
    if not settings.user and not isinstance(settings, SmtpSettings):
        problems.append(f"{key}.user: is required")
    open_line = not isinstance(settings, ExchangeSettings) and settings.security is Security.NONE
    if open_line and settings.host not in _LOOPBACK:
        problems.append(f"{key}.security: none is allowed to this machine only; use tls or starttls")
    if settings.ca_file and not settings.ca_file.is_file():
        problems.append(f"{key}.ca_file: {settings.ca_file} is not a file")
    return problems


def _oauth_problems(oauth: OAuthSettings, key: str) -> list[str]:
    problems = []
    if bool(oauth.authority) == bool(oauth.token_url):
        problems.append(
            f'{key}: tokens come from Microsoft or Google; name provider = "microsoft365" or "gmail" for the mailbox'
        )
    if not oauth.scope:
        problems.append(f"{key}.scope: is required")
    program = oauth.grant == "client_credentials"
    if program and oauth.authority.rpartition("/")[2] in ("organizations", "common"):
        problems.append(f"{key}.tenant: is required with client_credentials; it is your directory's id")
    if oauth.ca_file and not oauth.ca_file.is_file():
        problems.append(f"{key}.ca_file: {oauth.ca_file} is not a file")
    return problems


def _secrets_problems(mailboxes: Sequence[MailboxSettings]) -> list[str]:
    """Why a secret that some mailbox needs cannot be had."""
    problems = []
    for number, mailbox in enumerate(mailboxes, 1):
        key, oauth = f"mailboxes[{number}]", mailbox.oauth
        if oauth.client_id:
            # a program that asks for itself must prove itself; one that asks for a person may be known to everybody (RFC 6749
            # §2.1), but Google gives its clients a secret all the same and asks for it
            named = oauth.password_file or oauth.password_credential or oauth.password_env
            needed = named or oauth.grant == "client_credentials" or oauth.token_url
            problems += _secret_problems(oauth, f"{key}.oauth") if needed else []
            continue
        for side, settings in (("inbox", mailbox.inbox), ("outgoing", mailbox.outgoing)):
            if not isinstance(settings, MaildirSettings) and settings.user:
                problems += _secret_problems(settings, f"{key}.{side}")
    return problems


def _secret_problems(source: PasswordSource, key: str) -> list[str]:
    try:
        password(source)
    except ConfigError as error:
        return [f"{key}.{problem}" for problem in error.problems]
    return []


def _plan_problems(plan: DunningPlan, creditors: Sequence[Creditor]) -> list[str]:
    problems = []
    named = (("", plan), *((f"creditors/{c.id}.toml: ", plan.changed(c.plan)) for c in creditors))
    for label, each in named:
        if each.window_start >= each.window_end:
            problems.append(f"{label}plan.window_end: should be later than window_start ({each.window_start})")
        if each.minimum_interval_days > each.spacing_days:
            problems.append(f"{label}plan.minimum_interval_days: should be at most spacing_days ({each.spacing_days})")
    return list(dict.fromkeys(problems))


def _own_address(agency: AgencyTable, mailboxes: Sequence[MailboxSettings], creditors: Sequence[Creditor]) -> list[str]:
    own = {agency.address: "agency.address"}
    own |= {m.address: f"mailboxes[{n}].address" for n, m in enumerate(mailboxes, 1) if m.address}
    return [
        f"creditors/{c.id}.toml: {p.address} is Relance's own address ({own[p.address]})"
        for c in creditors
        for p in c.people
        if p.address in own
    ]


def _unknown_mailboxes(mailboxes: Sequence[MailboxSettings], creditors: Sequence[Creditor]) -> list[str]:
    names = [m.name for m in mailboxes]
    return [
        f"creditors/{c.id}.toml: mailbox: {c.mailbox!r} is not among the mailboxes ({', '.join(names)})"
        for c in creditors
        if c.mailbox and c.mailbox not in names
    ]
