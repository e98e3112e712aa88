"""Formal notices in the outbox: whether one is still right, and what follows when it left or did not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.credits import credits_of
from agent.domain.decide import Context, Decision
from agent.domain.decide.context import head, to_owner
from agent.domain.decide.formal_notices import cancelled
from agent.domain.enclosures import EnclosureKind, EnclosureReading
from agent.domain.formal_notices import FormalNotice
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, Ledger, OpenItem
from agent.domain.letters import Letter, LetterKind
from agent.mail.outgoing import OutgoingMail


def notice_objection(account: DebtorAccount, ledger: Ledger, mail: OutgoingMail, context: Context) -> str:
    """Why this notice may not leave any more, as a code of docs/spec/formal-notice.md; "" when it may. Looked at to the minute."""
    notice = _counted(account, mail)
    if notice is None or (notice.state != "queued" and mail.sent_at is None):
        return "undone"
    if account.contact is None or account.contact.address not in mail.to:
        return "address"
    if not set(context.creditor.ibans).issuperset(mail.payees):
        return "payee"
    if (held := account.hold(context.today)) is not None:
        return held.kind.value
    listed = dict(mail.balances)
    kept = account.on_account(notice.currency)
    if Decimal(listed.get(account.id, "0")) != -kept.rounded().amount:
        return "credit"
    items = [ledger.items.get(id_) for id_ in listed if id_ != account.id]
    found = (_moved(item, listed, mail, context) for item in items)
    unlisted = [item for item in ledger.of_account(account.id) if item.id not in listed]
    return next((code for code in found if code), "credit" if credits_of(unlisted, notice.currency).amount < 0 else "")


def _moved(item: OpenItem | None, listed: dict[str, str], mail: OutgoingMail, context: Context) -> str:
    """What happened to an item of the notice since it was written; "" when nothing did."""
    if item is None:
        return "withdrawn"
    if item.id in mail.about:
        hold = item.hold(context.today)
        if item.state is not ItemState.FOLLOWED:
            return item.state.value
        if item.plan or hold is not None:
            return HoldKind.PLAN.value if hold is None else hold.kind.value
    return "" if str(item.balance.rounded().amount) == listed[item.id] else "paid"


def _counted(account: DebtorAccount, mail: OutgoingMail) -> FormalNotice | None:
    return next((n for n in account.notices if n.mail == mail.key), None)


def notice_left(account: DebtorAccount, mail: OutgoingMail, context: Context) -> Decision:
    """The account counts this notice as sent, and its owner gets a copy to keep or to post; nothing when it counts none such."""
    notice = _counted(account, mail)
    if notice is None or notice.state != "queued":
        return Decision()
    sent = ev.NoticeSent(
        **head(context),
        debtor=account.id,
        currency=notice.currency,
        number=notice.number,
        items=notice.items,
        mail=mail.key,
        on=context.today,
    )
    paper = next((p for p in mail.parts if p.media_type == "application/pdf" and not p.cid), None)
    copy = (EnclosureReading(EnclosureKind.OTHER, paper.sha256, paper.filename),) if paper else ()
    letter = replace(_news("sent", mail, account, notice, context), enclosures=copy)
    return Decision((sent,), (letter,))


def notice_stopped(account: DebtorAccount, mail: OutgoingMail, reason: str, context: Context) -> Decision:
    """The account does not count this notice any more, and its owner hears why; nothing when it counts none such."""
    notice = _counted(account, mail)
    if notice is None or notice.state != "queued":
        return Decision()
    letter = replace(_news("stopped", mail, account, notice, context), facts=(("because", reason),))
    return Decision((cancelled(account, notice, reason, context),), (letter,))


def _news(code: str, mail: OutgoingMail, account: DebtorAccount, notice: FormalNotice, context: Context) -> Letter:
    return replace(
        to_owner(LetterKind.NOTICE_NEWS, f"notice_{code}:{mail.id}", context),
        code=code,
        items=notice.items,
        account=account.id,
        currency=notice.currency,
        on=context.today,
        until=notice.deadline,
        urgent=True,
    )
