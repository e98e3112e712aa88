"""Makes the dossier of a case from the books: who it is about, its evidence, one PDF and one archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from agent.config import Settings
from agent.domain.ledger import DebtorAccount, OpenItem
from agent.domain.parties import entry_for
from agent.errors import PermanentError
from agent.outbox.dossier_pdf import dossier_pdf
from agent.ports import Store, StoredEvent
from agent.reports import formats
from agent.reports.bundle import Exhibit, archive, safe_name
from agent.reports.dossier import Case, facts_of, sums_of
from agent.reports.dossier_words import dossier_word
from agent.reports.plain import one_line
from agent.reports.tables import Cell, Table, as_workbook
from agent.service.exhibits import exhibits_of
from agent.service.history import find_states


@dataclass(frozen=True, slots=True)
class Dossier:
    """A finished dossier: the archive, and the PDF in it. `name` is the archive's, without its ending."""

    name: str
    archive: bytes
    pdf: bytes
    exhibits: int


def meant(store: Store, reference: str, creditor: str | None = None) -> tuple[DebtorAccount, tuple[str, ...]]:
    """The account that a person means by this reference, and the ids of the items: the one that is named, or none for all.

    Raises:
        PermanentError: nothing bears it, or things of several debtors do.
    """
    states = [s for s in find_states(store, reference) if creditor in (None, s.creditor)]
    accounts = {s.id: s for s in states if isinstance(s, DebtorAccount)}
    items = [s for s in states if isinstance(s, OpenItem)]
    owners = set(accounts) or {i.invoice.debtor for i in items if i.invoice.debtor}
    if len(owners) > 1:
        told = ", ".join(sorted(owners))
        raise PermanentError(f"{reference!r} is about several debtors; name one of them: {told}")
    account = store.ledger(owners).accounts.get(next(iter(owners), ""))
    if account is None:
        raise PermanentError(f"no debtor or invoice bears the reference {reference!r}")
    return account, () if accounts else tuple(i.id for i in items)


def case_of(store: Store, settings: Settings, account: DebtorAccount, items: tuple[str, ...], on: date) -> Case:
    """The case of these items of an account; without any, of all that are open, or of all where nothing is.

    Raises:
        PermanentError: its creditor is not known any more, or there is no item.
    """
    creditor = settings.creditor(account.creditor)
    ids = {id_ for found in store.find([("debtor", account.id)]).values() for id_ in found}
    everything = tuple(sorted(store.ledger(ids).items.values(), key=lambda i: (i.registered_at, i.id)))
    chosen = tuple(i for i in everything if i.id in items) or tuple(i for i in everything if i.is_open) or everything
    if creditor is None or not chosen:
        raise PermanentError(f"there is nothing to tell of {account.id}")
    entry = entry_for((e for e in settings.contacts if e.creditor == creditor.id), account.name, account.number)
    events = tuple(stored.event for stored in _stored(store, (account.id, *(i.id for i in chosen)), chosen, everything))
    return Case(
        creditor,
        account,
        chosen,
        everything,
        events,
        on,
        settings.charging(creditor),
        entry.phone if entry else "",
    )


def _stored(
    store: Store, ids: tuple[str, ...], chosen: tuple[OpenItem, ...], everything: tuple[OpenItem, ...]
) -> Iterator[StoredEvent]:
    """The events of these states in order; not those of the account that are about its other items only."""
    others = {i.id for i in everything} - {i.id for i in chosen}
    found = {entry.seq: entry for id_ in ids for entry in store.events(id_)}
    for seq in sorted(found):
        about = set(found[seq].event.about()) | set(getattr(found[seq].event, "items", ()))
        if not (about & others) or about & {i.id for i in chosen}:
            yield found[seq]


def made(store: Store, settings: Settings, case: Case, secret: bytes) -> Dossier:
    """The dossier of this case; the same books give the same bytes on the same day."""
    exhibits = exhibits_of(store, case)
    pdf = dossier_pdf(case, exhibits, settings.templates_dir)
    ids = (case.account.id, *(i.id for i in case.items))
    events = [(entry.seq, entry.digest) for entry in _stored(store, ids, case.items, case.everything)]
    files = [
        *exhibits,
        Exhibit("01 dossier.pdf", "dossier", pdf),
        Exhibit("02 account.xlsx", "account", _workbook(case, exhibits)),
    ]
    index = Exhibit("00 index.txt", "index", _index(case, files))
    told = {
        "creditor": f"{one_line(case.creditor.name)} ({case.creditor.id})",
        "debtor": f"{one_line(case.account.name)} ({case.account.id})",
        "number": one_line(case.account.number, 40),
        "items": ", ".join(case.numbers[i.id] for i in case.items),
        "on": case.on.isoformat(),
    }
    return Dossier(_name(case), archive(told, events, [index, *files], secret), pdf, len(exhibits))


def _name(case: Case) -> str:
    about = case.numbers[case.items[0].id] if len(case.items) == 1 else case.account.name
    return safe_name(f"dossier {about} {case.on.isoformat()}", "", "dossier")


def _index(case: Case, files: list[Exhibit]) -> bytes:
    language = case.language
    lines = [
        f"{dossier_word('title', language)}: {one_line(case.creditor.name)} / {one_line(case.account.name)}",
        dossier_word("as_of", language, day=formats.long_day(case.on, language)),
        "",
        dossier_word("index_how", language),
        "",
    ]
    for file in sorted(files, key=lambda f: f.name):
        lines += [file.name, f"    {len(file.content)} {dossier_word('size', language)}  SHA-256 {file.sha256}"]
        lines += [f"    {file.title}"] if file.title else []
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _workbook(case: Case, exhibits: tuple[Exhibit, ...]) -> bytes:
    """The account, the payments, the interest and the timeline as sheets."""

    def w(*codes: str) -> tuple[str, ...]:
        return tuple(dossier_word(code, case.language) for code in codes)

    sums = sums_of(case)
    lines: list[tuple[Cell, ...]] = [
        (x.number, x.issued, x.due, x.total.amount, x.deducted.amount, x.balance.amount, s.currency)
        for s in sums
        for x in s.lines
    ]
    moves: list[tuple[Cell, ...]] = [
        (m.on, m.number, m.label, m.amount.amount, s.currency) for s in sums for m in s.moves
    ]
    claims: list[tuple[Cell, ...]] = [
        (c.number, r.start, r.end, r.days, r.balance.amount, r.percent, r.basis, r.amount.amount)
        for s in sums
        if s.claim
        for c in s.claim.claims
        for r in c.interest
    ]
    facts: list[tuple[Cell, ...]] = [
        (formats.moment(f.at, case.language, case.creditor.timezone), f.text, f.exhibit or None)
        for f in facts_of(case, exhibits)
    ]
    heads = w("invoice", "issued", "due", "total", "deducted", "balance")
    rates = w("invoice", "period", "period", "days", "balance", "rate", "basis", "interest")
    return as_workbook(
        (
            Table(dossier_word("account", case.language), (*heads, "ISO"), tuple(lines)),
            Table(
                dossier_word("payments", case.language),
                (*w("when", "invoice", "evidence", "total"), "ISO"),
                tuple(moves),
            ),
            Table(dossier_word("interest", case.language), rates, tuple(claims)),
            Table(dossier_word("timeline", case.language), w("when", "what", "exhibit"), tuple(facts)),
        )
    )
