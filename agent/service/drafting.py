"""Drafts of statements for a creditor who sends them himself, and how his sending them is noticed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from agent.domain import events as ev
from agent.domain.decide import Context, Decision
from agent.domain.decide.accounts import statement_of
from agent.domain.decide.releases import Candidate, sent_by_hand
from agent.domain.enclosures import EnclosureKind, EnclosureReading
from agent.domain.guard_mentions import announced_by
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.parties import Role
from agent.domain.releases import Listed
from agent.mail.outgoing import OutgoingMail, Part
from agent.outbox.assemble import assemble
from agent.outbox.compose import composed
from agent.ports import MessageRecord
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome, facts_for
from agent.service.gather import Gathered
from agent.service.guarding import breaches
from agent.service.refusals import Refusal
from agent.service.routes.common import context_of, creditors_of, outcome_of

# Headers that are the sending program's own: it writes them when the draft is sent.
_NOT_YET = frozenset({"date", "message-id", "auto-submitted", "x-mailer", "reply-to", "in-reply-to", "references"})
# Encoded once as a draft and once as a part of our mail, a file grows by this.
_GROWS = 1.9
_UNSAFE = re.compile(r"[^\w .,&+-]")


def drafted(
    app: App, ledger: Ledger, lines: Iterable[Candidate], context: Context
) -> tuple[list[Candidate], list[Refusal]]:
    """The statements with their drafts, and those that no rule lets anybody write."""
    found, refused = list[Candidate](), list[Refusal]()
    for one in lines:
        decision = statement_of(one.account, one.found, context)
        (letter,) = decision.letters
        after = decision.after(ledger)
        facts = facts_for(app, letter, after, Outcome(decision, ledger, context))
        facts = replace(facts, invoice_copies=_fitting(app, facts.invoice_copies))
        mail, page = composed(letter, facts)
        broken = breaches(facts.case, mail, page) if facts.case is not None else ()
        if broken or facts.case is None:
            refused.append(Refusal(letter.kind.value, letter.key, letter.account, letter.items, broken))
            continue
        name = _UNSAFE.sub(" ", one.account.name)[:60].strip() or one.account.id
        draft = EnclosureReading(EnclosureKind.OTHER, app.store.put_document(_draft(app, mail, context)), f"{name}.eml")
        found.append(replace(one, draft=draft, mentions=announced_by(facts.case)))
    return found, refused


def _fitting(app: App, copies: tuple[Part, ...]) -> tuple[Part, ...]:
    """The copies that leave room for the draft in a mail of ours."""
    left = app.settings.limits.statement_attachments_mb * 1_000_000 / _GROWS / 2
    kept = list[Part]()
    for copy in copies:
        if copy.size <= left:
            kept.append(copy)
            left -= copy.size
    return tuple(kept)


def _draft(app: App, mail: OutgoingMail, context: Context) -> bytes:
    """The mail as a draft of the creditor's own, with our mailbox in copy; X-Unsent opens it for editing."""
    owner = context.creditor.owner
    own = replace(mail, sender=owner.address, sender_name=owner.name or context.creditor.name, cc=(mail.sender,))
    head, _, body = assemble(own, app.store.document).partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    kept = [field for field in fields if field.partition(b":")[0].decode("ascii").lower() not in _NOT_YET]
    return b"\r\n".join((b"X-Unsent: 1", *kept)) + b"\r\n\r\n" + body


def sent_himself(app: App, gathered: Gathered, record: MessageRecord) -> Outcome | None:
    """What follows when one of the creditor's people sends a draft to its debtor, with us in copy; None when the mail is none such.

    Told by a proved colleague as its sender, the debtor as its recipient, and the drafted invoices' numbers in its text: the file
    that a mail program made of our draft keeps nothing else for certain.
    """
    sender = gathered.evidence.sender
    if not sender.proved or sender.role not in (Role.OWNER, Role.STAFF):
        return None
    told = {address.address for address in (*gathered.message.to, *gathered.message.cc)}
    for creditor in creditors_of(app, gathered):
        if creditor.listed is not Listed.ADVISE:
            continue
        context = context_of(app, gathered, creditor)
        if context.role not in (Role.OWNER, Role.STAFF):
            continue
        wanted = [("address", address) for address in sorted(told)]
        ids = {id_ for found in app.store.find(wanted, creditor.id).values() for id_ in found}
        ledger = accounts_slice(app.store, sorted(ids))
        events = tuple(
            event
            for account in ledger.accounts.values()
            if account.contact is not None and account.contact.address in told
            for event in _sent_of(account, ledger, gathered, context)
        )
        if events:
            return outcome_of(gathered, record, context, ledger, Decision(events))
    return None


def _sent_of(account: DebtorAccount, ledger: Ledger, gathered: Gathered, context: Context) -> Iterator[ev.Event]:
    text = f"{gathered.message.text}\n{gathered.message.html}"
    for release in account.releases:
        numbers = [ledger.items[i].invoice.number for i in release.items if i in ledger.items]
        spent = release.before != account.statements_left(release.currency)
        if release.listed is Listed.ADVISE and not spent and numbers and all(number in text for number in numbers):
            yield from sent_by_hand(account, release, context)
