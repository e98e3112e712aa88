"""The evidence of a case: its mails, invoices, proofs and bank movements as files, each only as far as it is about this case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from agent.domain import events as ev
from agent.domain.ledger import OpenItem
from agent.domain.money import Money
from agent.domain.parties import Role
from agent.intake.classify import MailKind
from agent.intake.extract import File, files_of
from agent.mail.message import parse_message
from agent.ports import Store
from agent.reports import formats
from agent.reports.bundle import Exhibit, safe_name
from agent.reports.dossier import Case, mail_title
from agent.reports.dossier_words import dossier_word
from agent.reports.happened import sentence
from agent.reports.plain import one_line
from agent.service.belonging import belongs, own_documents
from agent.service.trail import Step, trail
from agent.store.originals import KeptMail, kept_mails, original_of

# What a debtor's file is called when it is unpacked: by what it is, never by what it calls itself.
_ENDINGS = {"pdf": ".pdf", "xml": ".xml", "sheet": ".xlsx"}
_PICTURES = ((b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"II*\x00", ".tif"), (b"MM\x00*", ".tif"))
_FOLDERS = {
    "mail_in": "mails",
    "mail_out": "mails",
    "excerpt": "mails",
    "report": "reports",
    "invoice_copy": "invoices",
    "proof": "proofs",
    "mandate": "proofs",
    "movements": "payments",
}
_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)
_OF_DEBTORS = frozenset({MailKind.REPLY.value, MailKind.UNPROVED_CASE.value, MailKind.AUTOMATIC.value})
_CREDITORS = frozenset({Role.OWNER.value, Role.STAFF.value})


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail of the case. `raw` None: it is not shown as a whole; `why` says why in words."""

    way: str
    ref: str
    at: datetime
    other: str
    subject: str
    kind: str
    about: tuple[str, ...]
    document: str
    internal: bool = False
    raw: bytes | None = None
    why: str = ""


def exhibits_of(store: Store, case: Case) -> tuple[Exhibit, ...]:
    """All exhibits, the oldest first, under names that say number, day and what they are."""
    found = [*_mails(store, case), *_invoices(store, case), *_mandates(store, case), *_movements(store, case)]
    ordered = sorted(found, key=lambda e: (e.at or _LONG_AGO, e.kind, e.source, e.name))
    zone = ZoneInfo(case.creditor.timezone)
    return tuple(_placed(exhibit, number, zone) for number, exhibit in enumerate(ordered, 1))


def _placed(exhibit: Exhibit, number: int, zone: ZoneInfo) -> Exhibit:
    day = f"{exhibit.at.astimezone(zone):%Y-%m-%d} " if exhibit.at else ""
    return replace(exhibit, name=f"{_FOLDERS[exhibit.kind]}/{number:03} {day}{exhibit.name}")


def _mails(store: Store, case: Case) -> Iterator[Exhibit]:
    copies: set[str] = set(own_documents(case))
    for kept in kept_mails(store, case.account.id):
        mail = _read(store, kept)
        if mail is None or (mail.about and not case.ids & set(mail.about)):
            continue
        mail = _shown(store, case, kept, mail)
        yield _as_exhibit(case, mail)
        if mail.raw is not None and mail.way == "in" and mail.kind in _OF_DEBTORS:
            yield from _proofs(mail, mail.raw, copies)


def _read(store: Store, kept: KeptMail) -> _Mail | None:
    if kept.way == "in":
        record = store.seen(kept.ref)
        if record is None:
            return None
        facts = (record.received_at, record.sender, record.subject, record.kind)
        return _Mail("in", kept.ref, *facts, record.about, kept.document, record.role in _CREDITORS)
    mail = store.mail(kept.ref)
    if mail is None or mail.sent_at is None:
        return None
    facts = (mail.sent_at, ", ".join(mail.to), mail.subject, mail.kind)
    return _Mail("out", mail.key, *facts, mail.about, kept.document, not mail.debtor)


def _shown(store: Store, case: Case, kept: KeptMail, mail: _Mail) -> _Mail:
    """The mail with its bytes, where all of it is about this case and it is still here."""
    raw = original_of(store, kept) if kept.document else None
    if raw is None:
        return replace(mail, why="excerpt_gone")
    sent = store.mail(kept.ref) if mail.way == "out" else None
    to_debtor = sent is not None and sent.debtor == case.account.id
    if kept.shared or not (to_debtor or belongs(store, case, parse_message(raw), mail.kind)):
        return replace(mail, why="excerpt_common")
    return replace(mail, raw=raw)


def _as_exhibit(case: Case, mail: _Mail) -> Exhibit:
    if mail.raw is None:
        title = dossier_word(f"common_{mail.way}" if mail.why == "excerpt_common" else "excerpt", case.language)
        name = f"{mail.way} excerpt.txt"
        return Exhibit(name, "excerpt", _excerpt(case, mail), title, mail.at, mail.ref, internal=mail.internal)
    kind = "report" if mail.kind == MailKind.REPORT.value else f"mail_{mail.way}"
    title = mail_title(kind, mail.other, mail.subject, case.language)
    name = safe_name(f"{mail.way} {mail.kind}", ".eml", "mail")
    return Exhibit(name, kind, mail.raw, title, mail.at, mail.ref, internal=mail.internal)


def _excerpt(case: Case, mail: _Mail) -> bytes:
    """What the books hold of a mail that is not shown: its moment and what followed for this case. Neither subject nor words."""
    told = [sentence(e, case.numbers, case.language) for e in case.events if e.source == mail.ref]
    lines = [
        formats.moment(mail.at, case.language, case.creditor.timezone),
        dossier_word(mail.why, case.language),
        "",
        *(f"- {text}" for text in told if text),
    ]
    return _text(lines)


def _text(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _proofs(mail: _Mail, raw: bytes, copies: set[str]) -> Iterator[Exhibit]:
    """The files that a debtor enclosed, once each and without our own invoices; what is no paper stays in his mail."""
    for file in files_of(parse_message(raw))[0]:
        ending = _ending(file)
        if ending and file.sha256 not in copies:
            copies.add(file.sha256)
            name = safe_name(file.filename.rpartition(".")[0] or file.filename, ending, "document")
            yield Exhibit(name, "proof", file.content, one_line(file.filename, 120), mail.at, f"sha256:{file.sha256}")


def _ending(file: File) -> str:
    pictured = next((ending for start, ending in _PICTURES if file.content.startswith(start)), "")
    return _ENDINGS.get(file.looks) or pictured


def _invoices(store: Store, case: Case) -> Iterator[Exhibit]:
    met: set[str] = set()
    for item in case.items:
        for sha in (item.invoice.document, *item.invoice.other_documents):
            content = store.document(sha) if sha and sha not in met else None
            if content is None:
                continue
            met.add(sha)
            number = safe_name(item.invoice.number, "", "invoice")
            if _holds_others(store, case, sha):
                words = [
                    dossier_word("excerpt_file", case.language),
                    f"{dossier_word('original', case.language)}: {sha}",
                ]
                yield Exhibit(f"{number}.txt", "invoice_copy", _text(words), "", item.registered_at, f"sha256:{sha}")
            else:
                ending = ".pdf" if b"%PDF-" in content[:1024] else ".xml" if content.lstrip()[:1] == b"<" else ".bin"
                ending = next((e for start, e in _PICTURES if content.startswith(start)), ending)
                yield Exhibit(f"{number}{ending}", "invoice_copy", content, "", item.registered_at, f"sha256:{sha}")


def _holds_others(store: Store, case: Case, sha: str) -> bool:
    """Whether one file holds invoices of another account too."""
    ids = store.find([("document", sha)]).get(("document", sha), ())
    return any(i.invoice.debtor != case.account.id for i in store.ledger(ids).items.values())


def _mandates(store: Store, case: Case) -> Iterator[Exhibit]:
    entered = (event for event in case.events if isinstance(event, ev.PhaseEntered) and event.document)
    for sha, event in {event.document: event for event in entered}.items():
        content = store.document(sha)
        if content is not None and b"%PDF-" in content[:1024]:
            yield Exhibit("mandate.pdf", "mandate", content, "", event.at, f"sha256:{sha}")


def _movements(store: Store, case: Case) -> Iterator[Exhibit]:
    """One file a bank movement, with what of it was booked on this case; never the bank's own file."""
    zone = ZoneInfo(case.creditor.timezone)
    found: dict[str, list[tuple[OpenItem, Step]]] = {}
    for item in case.items:
        for step in trail(store, item):
            if step.line is not None:
                found.setdefault(step.line.reference, []).append((item, step))
    for reference, booked in found.items():
        at = datetime.combine(booked[0][1].on, time(12), zone)
        name = safe_name("bank movement", ".txt")
        yield Exhibit(name, "movements", _text(movement_lines(case, booked)), "", at, reference)


def movement_lines(case: Case, booked: Sequence[tuple[OpenItem, Step]]) -> Iterator[str]:
    """The lines that tell of one bank movement what was booked on this case, and the movement itself where it was for nobody else."""
    language = case.language
    first = booked[0][1]
    line = first.line
    assert line is not None
    yield dossier_word("movement_of", language, day=formats.day(first.on, language))
    if all(share.debtor == case.account.id for share in first.shares):
        rows = (
            ("total", formats.money(Money(line.amount, line.currency), language)),
            ("payer", " ".join(filter(None, (one_line(line.payer, 120), one_line(line.iban, 40))))),
            ("message", one_line(line.words, 400)),
        )
        yield from (f"{dossier_word(name, language)}: {text}" for name, text in rows if text)
    else:
        yield dossier_word("of_more", language)
    for item, step in booked:
        yield f"{dossier_word('booked', language)}: {case.numbers[item.id]} {formats.money(step.amount, language)}"
    if line.document:
        yield f"{dossier_word('statement_file', language)}: {line.document}"
