"""Taking over lists out of accounting programs: what would happen, and doing it in one commit."""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.config import Settings
from agent.domain.decide import Context
from agent.domain.decide.imports import ImportDecision, Imported, imported_contacts, imported_invoices
from agent.domain.ledger import Ledger
from agent.domain.parties import Creditor, Role
from agent.domain.workdays import zone
from agent.errors import PermanentError
from agent.parsers.listings import Listing, ListKind, read_listing
from agent.ports import Store
from agent.service.app import App
from agent.service.books import handover_slice
from agent.service.conclude import Outcome, conclude


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking over a list comes to: the list as read, the decision, and the slice that it looked at."""

    listing: Listing
    decided: ImportDecision
    ledger: Ledger
    context: Context

    @property
    def counts(self) -> Counter[str]:
        """How many rows come to what."""
        return Counter(row.code for row in self.decided.rows)

    @property
    def told(self) -> dict[int, Imported]:
        """What becomes of each row, by its place in the file."""
        return {row.line: row for row in self.decided.rows}


def plan_import(store: Store, settings: Settings, creditor: Creditor, content: bytes, now: datetime) -> Plan:
    """What taking over this list would do to the books; nothing is done. Rows with mistakes are left out."""
    listing = read_listing(content, seller=creditor.name, country=creditor.country)
    return plan_of(store, listing, _context(settings, creditor, listing.document, now))


def plan_of(store: Store, listing: Listing, context: Context) -> Plan:
    """What taking over this list would do in these circumstances."""
    readings = tuple(row.reading for row in listing.good if row.reading is not None)
    ledger = handover_slice(store, readings, context)
    decide = imported_contacts if listing.kind is ListKind.CONTACTS else imported_invoices
    return Plan(listing, decide(ledger, readings, context), ledger, context)


def _context(settings: Settings, creditor: Creditor, document: str, now: datetime) -> Context:
    """The circumstances of an import: the operator acts for the owner."""
    return Context(
        now=now,
        today=now.astimezone(zone("", creditor.timezone)).date(),
        source=f"import:{document}",
        creditor=creditor,
        plan=settings.plan.changed(creditor.plan),
        role=Role.OWNER,
        default_terms=settings.legal_terms,
        collects=settings.collects,
        book=tuple(e for e in settings.contacts if e.creditor == creditor.id),
        own_domains=tuple(dict.fromkeys(a.rpartition("@")[2] for a in settings.addresses)),
    )


def import_list(app: App, creditor: Creditor, content: bytes) -> Plan:
    """Take the list over, all its good rows in one commit; what was done. The same file again changes nothing."""
    plan = plan_import(app.store, app.settings, creditor, content, app.clock.now())
    if plan.decided.decision.events:
        with app.store.claims.under():
            conclude(app, Outcome(plan.decided.decision, plan.ledger, plan.context))
    return plan


def request_of(creditor: str, content: bytes) -> str:
    """What is left for the running service to take over."""
    return json.dumps({"creditor": creditor, "content": base64.b64encode(content).decode("ascii")})


def honour_import(app: App, path: Path) -> None:
    """Take over what a request brings. Raises PermanentError when it cannot be read."""
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        content = base64.b64decode(told["content"], validate=True)
        creditor = app.settings.creditor(str(told["creditor"]))
    except (OSError, ValueError, KeyError, TypeError, binascii.Error) as error:
        raise PermanentError(f"the request {path.name} cannot be read: {error}") from error
    if creditor is None:
        raise PermanentError(f"there is no creditor {told['creditor']!r}")
    import_list(app, creditor, content)
