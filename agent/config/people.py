"""Creditors and contacts: from their files to the domain's own values, with what contradicts itself across files."""

import csv
import io
import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from email.utils import parseaddr
from pathlib import Path

from agent.config.charges import ChargesTable
from agent.config.document import ContactBook, ContactTable, CreditorTable
from agent.config.fields import party_numbers
from agent.config.logos import logo_of
from agent.config.payment_plans import PaymentPlansTable
from agent.config.problems import validate
from agent.config.settings import PlanTable
from agent.domain.dunning_plan import PlanChange
from agent.domain.legal import Mandate
from agent.domain.overdue import ChargeTerms
from agent.domain.parties import BookEntry, Creditor, Person, Role
from agent.domain.plans import PlanTerms

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_YES, _NO = {"yes", "true", "1", "oui", "ja"}, {"no", "false", "0", "non", "nee", "nein"}


def plan_change(table: PlanTable) -> PlanChange:
    """The change that a written plan makes to the one above it."""
    return PlanChange(**asdict(table))


def read_toml(path: Path, label: str) -> tuple[dict[str, object] | None, list[str]]:
    """The document of a TOML file, or None and why it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except OSError as error:
        return None, [f"{label}: cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return None, [f"{label}: is not UTF-8 text"]
    except tomllib.TOMLDecodeError as error:
        return None, [f"{label}: is not valid TOML: {error}"]


def load_creditors(
    folder: Path, timezone: str, charges: ChargesTable | None = None, plans: PaymentPlansTable | None = None
) -> tuple[tuple[Creditor, ...], list[str]]:
    """The creditors of a folder, by id, and every problem in their files. `timezone`, `charges` and `plans` are for those who name none."""
    usual = ChargeTerms().changed(charges.change()) if charges else ChargeTerms()
    granted = plans.terms(PlanTerms()) if plans else PlanTerms()
    if not folder.is_dir():
        return (), [f"paths.creditors: {folder} is not a folder"]
    creditors: list[Creditor] = []
    shared: dict[str, frozenset[str]] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        label = f"creditors/{path.name}"
        table, found = _creditor_table(path, label)
        problems += found
        if table is not None:
            creditor, found = creditor_of(path.stem, replace(table, timezone=table.timezone or timezone), label)
            problems += found
            logo, found = logo_of(path.parent / table.logo, f"{label}: logo") if table.logo else (None, [])
            problems += found
            own = table.payment_plans.terms(granted)
            charges_ = usual.changed(table.charges.change())
            creditors.append(replace(creditor, charges=charges_, payment_plans=own, logo=logo))
            shared[creditor.id] = frozenset(table.shared)
    return tuple(creditors), problems + _clashes(creditors, shared)


def _creditor_table(path: Path, label: str) -> tuple[CreditorTable | None, list[str]]:
    if not _ID.fullmatch(path.stem):
        return None, [f"{label}: its name is the creditor's id; use small letters, digits and hyphens"]
    document, problems = read_toml(path, label)
    if document is None:
        return None, problems
    return validate(CreditorTable, document, f"{label}: ")


def creditor_of(id_: str, table: CreditorTable, label: str) -> tuple[Creditor, list[str]]:
    """The creditor that this table describes, and what is wrong in it beyond the shape of its values."""
    people, problems = _people(table, label)
    numbers: list[str] = []
    for text in table.numbers:
        forms = party_numbers(text, table.country)
        numbers += forms
        if not forms:
            problems.append(f"{label}: numbers: {text!r} is not a valid VAT or enterprise number")
    own = table.__class__.__dataclass_fields__.keys() & Creditor.__dataclass_fields__.keys() - {
        "charges",
        "fees",
        "logo",
        "mandate",
        "payment_plans",
        "plan",
    }
    values = {name: getattr(table, name) for name in own}
    creditor = Creditor(
        id=id_,
        people=people,
        enterprise_numbers=tuple(dict.fromkeys(numbers)),
        plan=plan_change(table.plan),
        fees=table.fees.agreement(),
        mandate=Mandate(table.mandate.date, table.mandate.reference, table.mandate.document),
        **values,
    )
    return creditor, problems


def _people(table: CreditorTable, label: str) -> tuple[tuple[Person, ...], list[str]]:
    people: dict[str, Person] = {}
    problems: list[str] = []
    groups = (
        (Role.OWNER, "owners", table.owners),
        (Role.STAFF, "staff", table.staff),
        (Role.VIEWER, "viewers", table.viewers),
    )
    for role, key, entries in groups:
        for text in entries:
            name, bare = parseaddr(text)
            address = bare.lower()
            if address in people:
                problems.append(f"{label}: {key}: {address} is named twice")
            people.setdefault(address, Person(address, role, name))
    for address in table.shared:
        if address not in people or people[address].role is Role.OWNER:
            problems.append(
                f"{label}: shared: {address} is neither staff nor viewer here; an owner's address is never shared"
            )
    return tuple(people.values()), problems


def _clashes(creditors: Sequence[Creditor], shared: dict[str, frozenset[str]]) -> list[str]:
    claims: dict[tuple[str, str], list[Creditor]] = defaultdict(list)
    for creditor in creditors:
        for person in creditor.people:
            claims["the address", person.address].append(creditor)
        for number in creditor.enterprise_numbers:
            claims["the number", number].append(creditor)
        for domain in creditor.domains:
            claims["the domain", domain].append(creditor)
    problems = []
    for (what, value), owners in claims.items():
        if len(owners) > 1 and not all(value in shared[c.id] for c in owners):
            files = " and ".join(f"creditors/{c.id}.toml" for c in owners)
            problems.append(f"{files}: {what} {value} stands in both{_sharing(what)}")
    return problems


def _sharing(what: str) -> str:
    return "; somebody who works for several creditors is named under `shared` in each" if what == "the address" else ""


def load_contacts(path: Path | None, creditors: Sequence[Creditor]) -> tuple[tuple[BookEntry, ...], list[str]]:
    """The contact book (TOML or CSV) as entries, and every problem in it."""
    if path is None:
        return (), []
    label = path.name
    tables, problems = _contacts_csv(path, label) if path.suffix == ".csv" else _contacts_toml(path, label)
    known = {c.id: c for c in creditors}
    entries = []
    for where, table in tables:
        entry, found = _entry(table, known.get(table.creditor), f"{label}: {where}")
        problems += found
        entries.append(entry)
    return tuple(entries), problems


def _contacts_toml(path: Path, label: str) -> tuple[list[tuple[str, ContactTable]], list[str]]:
    document, problems = read_toml(path, label)
    if document is None:
        return [], problems
    book, problems = validate(ContactBook, document, f"{label}: ")
    return [(f"contact[{n}]", table) for n, table in enumerate(book.contact, 1)] if book else [], problems


def _contacts_csv(path: Path, label: str) -> tuple[list[tuple[str, ContactTable]], list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"{label}: cannot be read: {error}"]
    # Spreadsheets of countries with a decimal comma separate the columns by semicolons.
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    tables, problems = [], []
    for number, row in enumerate(csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="more"), 2):
        table, found = validate(ContactTable, _csv_values(row), f"{label}: line {number}: ")
        problems += found
        if table is not None:
            tables.append((f"line {number}", table))
    return tables, problems


def _csv_values(row: dict[str, str | None]) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, text in row.items():
        value = text.strip() if isinstance(text, str) else text
        if not value:
            continue
        name = key.strip().lower()
        if name in ("addresses", "copy_to"):
            values[name] = tuple(str(value).replace(",", " ").split())
        elif name == "consumer":
            values[name] = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}.get(str(value).lower(), value)
        else:
            values[name] = value
    return values


def _entry(table: ContactTable, creditor: Creditor | None, label: str) -> tuple[BookEntry, list[str]]:
    problems = _plan_problems(table.plan, f"{label}: plan")
    if creditor is None:
        problems.append(f"{label}: creditor: there is no creditors/{table.creditor}.toml")
    else:
        own = {p.address for p in creditor.people}
        problems += [
            f"{label}: addresses: {a} belongs to the creditor himself"
            for a in table.addresses
            if a in own or a.rpartition("@")[2] in creditor.domains
        ]
    forms = party_numbers(table.number, creditor.country if creditor else "") if table.number else ()
    if table.number and not forms:
        problems.append(f"{label}: number: {table.number!r} is not a valid VAT or enterprise number")
    number = forms[0] if forms else ""
    plan = plan_change(table.plan)
    return BookEntry(
        table.creditor,
        table.name,
        number,
        table.addresses,
        table.language or "",
        table.consumer,
        plan,
        table.charges.change(),
        table.payers,
        table.phone,
        table.copy_to,
    ), problems


def _plan_problems(table: PlanTable, label: str) -> list[str]:
    if table.window_start is not None and table.window_end is not None and table.window_start >= table.window_end:
        return [f"{label}.window_end: should be later than window_start"]
    return []
