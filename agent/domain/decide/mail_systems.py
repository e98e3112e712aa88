"""What follows from the mails of machines: reports about our letters, and automatic answers. None of them is ever answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from agent.domain import events as ev
from agent.domain.decide.contacts import Proposed, contact_failed, contact_told
from agent.domain.decide.context import Context, Decision, merged, to_owner
from agent.domain.decide.holds import deferred, rest
from agent.domain.findings import AutoReplyReading, BounceReading, FailedRecipient, ReportKind
from agent.domain.ledger import DebtorAccount, Ledger
from agent.domain.letters import LetterKind

# An absence longer than this is no reason to wait for its end.
_LONGEST_ABSENCE = timedelta(days=60)
# A contact that was not reached this often, on different days that lie this far apart, is not reached any more.
_SOFT_FAILURES, _SOFT_SPAN = 3, timedelta(days=5)
# A failure longer ago says nothing about today.
_SOFT_MEMORY = timedelta(days=90)


def automatic_answer(
    account: DebtorAccount, reading: AutoReplyReading, context: Context, ledger: Ledger | None = None
) -> Decision:
    """An absence moves the next reminder behind its end; somebody who left is asked about. Never answered.

    An absence that names no end, or one too far off, puts off for some working days, once for each statement. A stand-in, or a new
    address, is proposed to the creditor.
    """
    if reading.kind in ("left", "moved"):
        gone = account.contact is not None and account.contact.address == context.sender
        told = Proposed(reading.stand_in, gone=gone)
        return contact_told(ledger or Ledger(), account, told, context)
    if reading.kind != "absence":
        return Decision()
    letter = replace(
        to_owner(LetterKind.ACTION_NOTICE, f"notice:{reading.kind}:{context.source}", context),
        code="out_of_office",
        account=account.id,
        on=reading.back_on,
        facts=(("stand_in", reading.stand_in), ("sender", context.sender)),
    )
    return Decision(_absent(account, reading.back_on, context), (letter,))


def _absent(account: DebtorAccount, back_on: date | None, context: Context) -> tuple[ev.Event, ...]:
    if back_on is not None and back_on < context.today:
        return ()
    if back_on is not None and back_on <= context.today + _LONGEST_ABSENCE:
        return rest(account, back_on, "absence", context)
    last = max((s.on for s in account.statements), default=None)
    before = [h for h in account.holds if h.reason == "absence" and (last is None or h.since.date() >= last)]
    return () if before else deferred(account, "absence", context)


def bounce(
    account: DebtorAccount, reading: BounceReading, context: Context, soft: Mapping[str, tuple[date, ...]] | None = None
) -> Decision:
    """A permanent bounce or a complaint stops the contact at once and asks the creditor; a passing one when it happened too often.

    `soft` are the days of earlier passing failures of each address. A delayed mail may still arrive: nothing follows.
    """
    if reading.kind not in (ReportKind.BOUNCE, ReportKind.COMPLAINT):
        return Decision()
    ours = {c.address for c in account.contacts if not c.failed}
    failed: dict[str, FailedRecipient] = {}
    for recipient in reading.recipients:
        # one address may be reported more than once, as we wrote it or as it was resolved; the final word counts
        for address in (recipient.original, recipient.address):
            if address in ours and (address not in failed or _is_final(recipient)):
                failed[address] = recipient
    if reading.kind is ReportKind.COMPLAINT:
        complained = tuple(failed) or ((account.contact.address,) if account.contact is not None else ())
        return merged(contact_failed(account, address, "complaint", context) for address in complained)
    return merged(_failure(account, a, r, (soft or {}).get(a, ()), context) for a, r in failed.items())


def _is_final(recipient: FailedRecipient) -> bool:
    return recipient.permanent or recipient.hard


def _failure(
    account: DebtorAccount, address: str, told: FailedRecipient, before: tuple[date, ...], context: Context
) -> Decision:
    if _is_final(told):
        return contact_failed(account, address, told.reason or told.status, context)
    days = soft_days(before, context.today)
    if len(days) >= _SOFT_FAILURES and days[-1] - days[0] >= _SOFT_SPAN:
        return contact_failed(account, address, told.reason or told.status or "unreachable", context)
    if len(days) > 1:
        return Decision()
    letter = replace(
        to_owner(LetterKind.ACTION_NOTICE, f"notice:bounced:{context.source}", context),
        code="bounced",
        account=account.id,
        facts=(("address", address), ("reason", told.reason or told.status)),
    )
    return Decision(letters=(letter,))


def soft_days(before: tuple[date, ...], today: date) -> tuple[date, ...]:
    """The days of passing failures that still count, today among them."""
    return tuple(sorted({day for day in before if today - day <= _SOFT_MEMORY} | {today}))


def soft_failures(account: DebtorAccount, reading: BounceReading) -> tuple[str, ...]:
    """The addresses of the account that this report says could not be reached for now."""
    if reading.kind is not ReportKind.BOUNCE:
        return ()
    ours = {c.address for c in account.contacts if not c.failed}
    soft = [r for r in reading.recipients if not _is_final(r)]
    return tuple(dict.fromkeys(a for r in soft for a in (r.original, r.address) if a in ours))
