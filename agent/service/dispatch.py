"""What the outbox must know of the business: is a mail still right, and what follows when it was sent, refused or lost from sight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.credit_folds import PROOF_ASKED
from agent.domain.credits import credits_of
from agent.domain.decide import Context, Decision
from agent.domain.decide.contacts import contact_failed
from agent.domain.decide.context import head, merged
from agent.domain.decide.releases import lets_go
from agent.domain.guard_case import Breach
from agent.domain.ledger import DebtorAccount, ItemState, Ledger, Statement
from agent.domain.letters import IN_OFFICE_HOURS, Letter, LetterKind, to_operator
from agent.domain.money import Money
from agent.domain.plan_progress import due_so_far
from agent.domain.send_window import next_opening
from agent.domain.workdays import zone
from agent.mail.outgoing import OutgoingMail
from agent.outbox.assemble import assemble
from agent.outbox.deliver import joined
from agent.outbox.pacing import Limits
from agent.outbox.rules import Cancel, Go, Postpone, Rules, Verdict
from agent.ports import Commit, Delivery
from agent.service.acquainted import strangers, told_of_strangers
from agent.service.app import App
from agent.service.books import accounts_slice
from agent.service.conclude import Outcome, commit_of, looked_at_again
from agent.service.guarding import breaches, case_again
from agent.service.inbox import read_first
from agent.service.notice_mail import notice_left, notice_objection, notice_stopped
from agent.service.originals import with_sent_copy
from agent.service.plan_mail import plan_letter_cancelled, plan_letter_left, plan_objection
from agent.service.refusals import Refusal, told
from agent.service.surge import Breaker
from agent.service.thanking import thanks_objection

_RECHECKED = frozenset(kind.value for kind in IN_OFFICE_HOURS)


def rules_of(app: App) -> Rules:
    """The rules by which this program's outbox delivers."""
    breaker = Breaker(app)
    return Rules(
        assemble=lambda mail: assemble(mail, app.store.document),
        recheck=lambda mail: breaker.judged(mail, _lawful(app, mail, recheck(app, mail))),
        on_sent=lambda mail, _: breaker.left(mail, with_sent_copy(app, mail, _sent(app, mail))),
        on_failed=lambda mail, delivery: _failed(app, mail, delivery),
        strangers=lambda mail: strangers(app, mail),
        on_held=lambda mail: told_of_strangers(app, mail) or _held(app, mail),
    )


def limits_of(app: App, channel: str = "") -> Limits:
    """How fast this channel may go; unless told, half of a minute's mails to one domain, and half an hour's worth in an hour."""
    told = app.settings.limits
    own = next((m.sends_per_minute for m in app.settings.mailboxes if m.name == channel), None)
    rate = own or told.sends_per_minute
    per_domain = told.sends_per_domain or max(rate // 2, 1)
    return Limits(per_minute=rate, per_hour=told.sends_per_hour or rate * 30, per_domain=per_domain)


def recheck(app: App, mail: OutgoingMail) -> Verdict:
    """Whether a mail to a debtor is still right by the books and rules of this moment: a payment may have arrived since."""
    if mail.kind not in _RECHECKED:
        return Go()
    ledger = accounts_slice(app.store, [mail.debtor], mail.about)
    account = ledger.accounts.get(mail.debtor)
    creditor = app.settings.creditor(mail.creditor)
    if account is None or creditor is None:
        return Cancel("its creditor or debtor is not known any more")
    context = app.context(creditor, f"outbox:{mail.id}")
    if mail.kind == LetterKind.PROOF_REQUEST.value:
        reason = _answered_meanwhile(account, ledger, mail, context)
    elif mail.kind == LetterKind.PAYMENT_PLAN.value:
        reason = plan_objection(account, ledger, mail, context)
    elif mail.kind == LetterKind.FORMAL_NOTICE.value:
        reason = notice_objection(account, ledger, mail, context) or ("corrected" if _changed_since(app, mail) else "")
    elif mail.kind == LetterKind.THANKS.value:
        reason = thanks_objection(app, account, mail, context)
    else:
        reason = _objection(account, ledger, mail, context) or _kept_back(account, ledger, mail, context)
        reason = reason or _changed_since(app, mail)
    if reason:
        return Cancel(reason, called_off(app, mail, reason))
    again = read_first(app, creditor)
    if again is not None:
        return Postpone(again, "mail waits to be read first")
    plan = context.plan_of(account.name, account.number)
    opening = next_opening(context.now, account.country, creditor.timezone, plan)
    return Go() if opening <= context.now else Postpone(opening, "outside the send window")


def _lawful(app: App, mail: OutgoingMail, verdict: Verdict) -> Verdict:
    """The verdict, or what the rules of mails to debtors say: the configuration may have changed since this one was written."""
    ledger, account, context = _loaded(app, mail)
    if not isinstance(verdict, Go) or not mail.debtor or mail.sent_at is not None or account is None or context is None:
        return verdict
    found = breaches(case_again(app, mail, ledger, context), mail)
    if not found:
        return verdict
    plan = context.plan_of(account.name, account.number)
    last = max((breach.until for breach in found if breach.until), default=None)
    if last is not None:
        day = last + timedelta(days=1)
        zone_name = context.creditor.timezone
        moment = datetime(day.year, day.month, day.day, plan.window_start, tzinfo=zone(account.country, zone_name))
        opening = next_opening(moment.astimezone(UTC), account.country, zone_name, plan)
        return Postpone(opening, f"{found[0].rule.name}: {found[0].detail}")
    return Cancel(", ".join(breach.rule.name for breach in found), _refused(app, mail, found))


def _refused(app: App, mail: OutgoingMail, found: Sequence[Breach]) -> Commit:
    """A mail that breaks a rule is not sent and does not count; its account is looked at again tomorrow."""
    ledger, account, context = _loaded(app, mail)
    if account is None or context is None:
        return Commit()
    names = ", ".join(breach.rule.name for breach in found)
    refusal = Refusal(mail.kind, mail.key, mail.debtor, mail.about, tuple(found))
    letters, notes = told(app.store, context, app.settings.agency, (refusal,), {account.id: account.name})
    decision = _cancellation(account, mail, names, context) + Decision(letters=letters)
    commit = commit_of(app, Outcome(decision, ledger, context, notes=dict(notes)))
    return joined(commit, looked_at_again(app, [account.id], commit.states, context, done=True))


def _objection(account: DebtorAccount, ledger: Ledger, mail: OutgoingMail, context: Context) -> str:
    statement = _statement_of(account, mail)
    if statement is None or (statement.state != "queued" and mail.sent_at is None):
        return "the account does not count it any more"
    if account.hold(context.today) is not None:
        return "the account is held"
    if not set(context.creditor.ibans).issuperset(mail.payees):
        return "an account that it names is not the creditor's any more"
    if account.contact is None or account.contact.address not in mail.to:
        return "the debtor has another address now"
    kept = account.on_account(statement.currency)
    if Decimal(dict(mail.balances).get(account.id, "0")) != -kept.rounded().amount:
        return "the money on account changed"
    for id_, balance in (pair for pair in mail.balances if pair[0] != account.id):
        item = ledger.items.get(id_)
        if item is None or item.state not in (ItemState.FOLLOWED, ItemState.SETTLED):
            return f"{id_} is not followed any more"
        if str(item.balance.rounded().amount) != balance:
            return f"the balance of {id_} changed"
        if id_ in mail.about and (
            item.state is not ItemState.FOLLOWED or item.notice is not None or item.hold(context.today) is not None
        ):
            return f"{id_} is held, settled or formally asked for"
    listed = {id_ for id_, _ in mail.balances}
    unlisted = [item for item in ledger.of_account(account.id) if item.id not in listed]
    return "the debtor has a new credit" if credits_of(unlisted, statement.currency).amount < 0 else ""


def _kept_back(account: DebtorAccount, ledger: Ledger, mail: OutgoingMail, context: Context) -> str:
    """Why a statement may not leave by today's clock, and as its creditor wishes to be asked now: both may have changed since."""
    statement = _statement_of(account, mail)
    if statement is None or statement.state != "queued":
        return ""
    if statement.on > context.today:
        return "it bears a day that is still to come: the clock was wrong when it was written"
    listed = [ledger.items[id_] for id_ in statement.items if id_ in ledger.items]
    amount = Money.total((due_so_far(item, statement.on) for item in listed), statement.currency)
    free = lets_go(account, statement.currency, listed, amount, context)
    return "" if free else "its creditor has not let it go"


def _answered_meanwhile(account: DebtorAccount, ledger: Ledger, mail: OutgoingMail, context: Context) -> str:
    """Why a debtor need not be asked for a proof any more."""
    if account.hold(context.today) is not None or account.contact is None or account.contact.address not in mail.to:
        return "the account is held, or has another address now"
    for item in (ledger.items[id_] for id_ in mail.about if id_ in ledger.items):
        hold = item.hold(context.today)
        if item.state is not ItemState.FOLLOWED or hold is None or hold.reason != PROOF_ASKED:
            return f"{item.id} is settled, or held for another reason"
    return ""


def _changed_since(app: App, mail: OutgoingMail) -> str:
    """What was corrected on the listed items after the mail was written: it would tell an old number, day or debtor."""
    for id_ in mail.about:
        changes = (e.event for e in app.store.events(about=id_) if isinstance(e.event, ev.InvoiceCorrected))
        if any(change.at > mail.queued_at and change.before != change.invoice for change in changes):
            return f"{id_} was corrected"
    return ""


def _statement_of(account: DebtorAccount, mail: OutgoingMail) -> Statement | None:
    return next((s for s in account.statements if s.mail == mail.key), None)


def _loaded(app: App, mail: OutgoingMail) -> tuple[Ledger, DebtorAccount | None, Context | None]:
    creditor = app.settings.creditor(mail.creditor)
    if creditor is None:
        return Ledger(), None, None
    ledger = accounts_slice(app.store, [mail.debtor] if mail.debtor else [], mail.about)
    return ledger, ledger.accounts.get(mail.debtor), app.context(creditor, f"outbox:{mail.id}")


def called_off(app: App, mail: OutgoingMail, reason: str) -> Commit:
    """What follows for the books when a mail to a debtor is not sent after all."""
    ledger, account, context = _loaded(app, mail)
    if account is None or context is None:
        return Commit()
    return commit_of(app, Outcome(_cancellation(account, mail, reason, context), ledger, context))


def _cancellation(account: DebtorAccount, mail: OutgoingMail, reason: str, context: Context) -> Decision:
    statement = _statement_of(account, mail)
    if statement is None or statement.state != "queued":
        return plan_letter_cancelled(account, mail, reason, context) + notice_stopped(account, mail, reason, context)
    event = ev.StatementCancelled(
        **head(context),
        debtor=account.id,
        currency=statement.currency,
        cycle=statement.cycle,
        items=statement.items,
        mail=mail.key,
        reason=reason,
    )
    return Decision((event,))


def _sent(app: App, mail: OutgoingMail) -> Commit:
    ledger, account, context = _loaded(app, mail)
    statement = _statement_of(account, mail) if account else None
    if account is None or context is None:
        return Commit()
    if statement is None or statement.state != "queued":
        counted = plan_letter_left(account, mail, context) + notice_left(account, mail, context)
        return commit_of(app, Outcome(counted, ledger, context)) if counted.events else Commit()
    event = ev.StatementSent(
        **head(context),
        debtor=account.id,
        currency=statement.currency,
        cycle=statement.cycle,
        items=statement.items,
        on=context.today,
        mail=mail.key,
    )
    letter = _notice("statement_sent", mail, account, statement.items, context)
    return commit_of(app, Outcome(Decision((event,), (letter,)), ledger, context))


def _notice(code: str, mail: OutgoingMail, account: DebtorAccount, items: Sequence[str], context: Context) -> Letter:
    return Letter(
        kind=LetterKind.ACTION_NOTICE,
        key=f"notice:{code}:{mail.id}",
        to=(context.creditor.owner.address,),
        creditor=context.creditor.id,
        language=context.language,
        code=code,
        items=tuple(items),
        account=account.id,
        on=context.today,
        facts=(("address", ", ".join(mail.to)), ("mail", mail.id)),
    )


def _failed(app: App, mail: OutgoingMail, delivery: Delivery) -> Commit:
    """A debtor's address that refuses for good is not written to any more; a refusal of our mail to others goes to the operator."""
    ledger, account, context = _loaded(app, mail)
    if account is None or context is None:
        return Commit() if mail.kind == LetterKind.OPERATOR.value else _tell_operator(app, mail, "refused", delivery)
    lost = {address.lower(): words for address, words in (*delivery.permanent, *delivery.temporary)}
    ours = [c.address for c in account.contacts if c.address in lost and not c.failed]
    cancelled = _cancellation(account, mail, "refused", context)
    failures = merged(contact_failed(account, address, lost[address][:200], context) for address in ours)
    return commit_of(app, Outcome(cancelled + failures, ledger, context))


def _held(app: App, mail: OutgoingMail) -> Commit:
    """Nobody knows whether it was accepted: the operator is told, and the creditor when it was a statement."""
    ledger, account, context = _loaded(app, mail)
    told = _tell_operator(app, mail, "held_mail", Delivery())
    if account is None or context is None:
        return told
    letter = _notice("held_mail", mail, account, mail.about, context)
    notice = commit_of(app, Outcome(Decision(letters=(letter,)), ledger, context))
    return Commit(outgoing=(*told.outgoing, *notice.outgoing), notes={**told.notes, **notice.notes})


def _tell_operator(app: App, mail: OutgoingMail, code: str, delivery: Delivery) -> Commit:
    agency = app.settings.agency
    words = "; ".join(f"{to}: {said}" for to, said in (*delivery.permanent, *delivery.temporary))
    letter = to_operator(
        agency,
        f"operator:{code}:{mail.id}:{mail.attempts}",
        (("mail", mail.id), ("to", ", ".join(mail.to)), ("subject", mail.subject), ("error", words[:300])),
        code,
    )
    return commit_of(app, Outcome(Decision(letters=(letter,))))
