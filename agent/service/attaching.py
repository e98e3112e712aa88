"""The files that travel with a letter: copies of the invoices that a statement lists, what a debtor enclosed."""

from __future__ import annotations

import mimetypes

from agent.domain.ledger import Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Creditor
from agent.mail.outgoing import Part
from agent.service.app import App
from agent.service.papers import papers_of

# A mail inside a mail may not be encoded (RFC 2046, section 5.2.1), so a draft travels as a plain file.
_FILE = "application/octet-stream"


def invoice_copies(app: App, letter: Letter, ledger: Ledger, creditor: Creditor | None) -> tuple[Part, ...]:
    """The invoices that the statement lists, oldest first, as far as the size limit goes; the same file once.

    None of them names an account to pay on that is not known as the creditor's.
    """
    known = set(creditor.ibans) if creditor is not None else set[str]()
    left = app.settings.limits.statement_attachments_mb * 1_000_000
    found: dict[str, Part] = {}
    for item in (ledger.items[i] for i in letter.items if i in ledger.items):
        if item.invoice.names_debtors_account or not known.issuperset(item.invoice.foreign_ibans):
            continue
        content = app.store.document(item.invoice.document) if item.invoice.document else None
        if content is None or item.invoice.document in found or len(content) > left:
            continue
        left -= len(content)
        found[item.invoice.document] = _part(item, content)
    return tuple(found.values())


def enclosed(app: App, letter: Letter) -> tuple[Part, ...]:
    """What a debtor enclosed, for his creditor to see, as far as the size limit goes; only what was kept when the mail came.

    A letter about the papers on a case brings these.
    """
    if letter.kind is LetterKind.DOSSIER:
        return papers_of(app, letter)
    left = app.settings.limits.statement_attachments_mb * 1_000_000
    found: list[Part] = []
    for enclosure in letter.enclosures:
        content = app.store.document(enclosure.document) if enclosure.document else None
        if content is not None and len(content) <= left:
            left -= len(content)
            media = mimetypes.guess_type(enclosure.filename)[0] or _FILE
            media = _FILE if media.startswith("message/") else media
            found.append(Part(enclosure.filename or "document", media, enclosure.document, len(content)))
    return tuple(found)


def _part(item: OpenItem, content: bytes) -> Part:
    pdf = content[:1024].find(b"%PDF-") >= 0
    name = item.invoice.filename or f"{item.invoice.number}.{'pdf' if pdf else 'xml'}"
    return Part(name, "application/pdf" if pdf else "application/xml", item.invoice.document, len(content))
