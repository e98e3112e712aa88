"""Statements that are listed to the creditor before they leave, and what follows from his "oui", "sauf 3" or "non"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head, in_answer, make_id, to_owner
from agent.domain.decide.invoices import nothing_handed_over
from agent.domain.dunning import StatementDue, statement_due
from agent.domain.enclosures import EnclosureReading
from agent.domain.findings import Instruction
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, Question
from agent.domain.letters import LetterKind, ListedStatement
from agent.domain.money import Money
from agent.domain.parties import Role
from agent.domain.plan_progress import due_so_far
from agent.domain.releases import Listed, Release, line_code, line_of
from agent.domain.states import Hold, HoldKind

# Lines of one list: its numbers have two figures, and it stays a mail that is read through.
MOST_LINES = 40


def asked_for(found: StatementDue, today: date) -> Money:
    """What a statement asks for on this day: its items, no credits deducted and nothing charged."""
    return Money.total((due_so_far(item, today) for item in found.items), found.currency)


def may_leave(account: DebtorAccount, found: StatementDue, context: Context) -> bool:
    """Whether this statement may be written now: it leaves by itself, or its creditor was asked and what he let go covers it."""
    return lets_go(account, found.currency, found.items, asked_for(found, context.today), context)


def lets_go(account: DebtorAccount, currency: str, items: Sequence[OpenItem], amount: Money, context: Context) -> bool:
    """The same of a statement of these items that asks for this amount."""
    listed = context.creditor.listed
    if listed is None:
        return True
    release = account.release(currency)
    if release is None or release.listed is not listed:
        return False
    return _covered(account, release, items, amount) and release.lets(context.today)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that will be due on the day that a list is about, with the account that it is for.

    `draft` is the file from which its creditor sends it himself, `mentions` are what it announces.
    """

    account: DebtorAccount
    found: StatementDue
    amount: Money
    draft: EnclosureReading | None = None
    mentions: tuple[str, ...] = ()


def candidates(ledger: Ledger, account: DebtorAccount, day: date, context: Context) -> list[Candidate]:
    """The statements of this account that are due by this day, as far as they may not leave already."""
    plan = context.plan_of(account.name, account.number)
    items = ledger.of_account(account.id)
    due = (statement_due(account, items, c, plan, day) for c in sorted({item.invoice.total.currency for item in items}))
    found = (Candidate(account, one, asked_for(one, day)) for one in due if one is not None)
    return [one for one in found if not _told(one, day, context)]


def _told(one: Candidate, day: date, context: Context) -> bool:
    """Whether the creditor was asked about just this, and it may leave or is about to."""
    release = one.account.release(one.found.currency)
    if release is None or not waits(one, context):
        return False
    return release.lets(max(day, release.on)) if release.listed is Listed.FOREWARNING else release.approved


def waits(one: Candidate, context: Context) -> bool:
    """Whether the creditor was asked about this before and has not answered."""
    release = one.account.release(one.found.currency)
    if release is None or release.listed is not context.creditor.listed:
        return False
    return _covered(one.account, release, one.found.items, one.amount)


def _covered(account: DebtorAccount, release: Release, items: Sequence[OpenItem], amount: Money) -> bool:
    """Whether the listed line is this statement. One that the creditor kept back beyond its day is listed anew when the pause is over."""
    kept = any(_kept(hold, release) for item in items for hold in item.holds)
    return not kept and release.covers((i.id for i in items), amount, account.statements_left(release.currency))


def _kept(hold: Hold, release: Release) -> bool:
    by_creditor = hold.kind is HoldKind.PAUSE and hold.reason == "creditor"
    return by_creditor and (hold.until is None or hold.until >= release.on)


def listed(lines: Sequence[Candidate], day: date, part: int, context: Context) -> Decision:
    """The list of these statements, which leave on `day` at the earliest: a question that numbers them, and its letter with their drafts."""
    kind = context.creditor.listed
    assert kind is not None
    codes = tuple(line_code(one.account.id, one.found.currency) for one in lines)
    ids = tuple(item.id for one in lines for item in one.found.items)
    question = make_id("q", context.creditor.id, kind.value, context.today.isoformat(), *codes)
    asked = ev.QuestionAsked(
        **head(context),
        question=question,
        topic=kind.value,
        subjects=ids,
        choices=codes,
        to=context.creditor.owner.address,
    )
    events = (
        ev.StatementListed(**head(context), debtor=one.account.id, release=_release(one, day, kind, question))
        for one in lines
    )
    key = f"list:{kind.value}:{context.creditor.id}:{context.today.isoformat()}:{part}"
    letter = replace(
        to_owner(LetterKind.STATEMENT_LIST, key, context),
        code=kind.value,
        items=ids,
        question=question,
        choices=codes,
        on=day,
        listed=tuple(_line(n, one, day) for n, one in enumerate(lines, 1)),
        enclosures=tuple(one.draft for one in lines if one.draft is not None),
    )
    return Decision((asked, *events), (letter,))


def _release(one: Candidate, day: date, kind: Listed, question: str) -> Release:
    return Release(
        currency=one.found.currency,
        items=tuple(item.id for item in one.found.items),
        amount=one.amount,
        on=day,
        listed=kind,
        question=question,
        before=one.account.statements_left(one.found.currency),
        level=one.found.level,
        mentions=one.mentions,
    )


def _line(number: int, one: Candidate, day: date) -> ListedStatement:
    contact = one.account.contact
    dues = [item.invoice.due_date for item in one.found.items if item.invoice.due_date is not None]
    return ListedStatement(
        number=number,
        debtor=one.account.name or (contact.address if contact else ""),
        address=contact.address if contact else "",
        amount=one.amount,
        level=one.found.level,
        days_late=max(((day - due).days for due in dues), default=0),
        numbers=tuple(item.invoice.number for item in one.found.items),
    )


def released(ledger: Ledger, question: Question, said: Instruction, context: Context) -> Decision:
    """What follows when one of the creditor's people answers a list: lines that go, lines that are kept back.

    To keep one back is a pause, which staff may order; to let one go is the owner's; to say that he sent one himself is anybody's of
    them. A number alone, as a button writes it, takes the line out of a forewarning, whose lines go by themselves, and lets it go where
    a yes is asked for.
    """
    go, stay = _lines_of(question, said)
    if question.topic == Listed.ADVISE.value and said.kind != "sent":
        go = frozenset()
    approving = question.topic != Listed.FOREWARNING.value
    if question.topic == Listed.CONFIRM.value and context.role is not Role.OWNER:
        if go and not stay:
            return nothing_handed_over(context, "not_allowed")
        go = frozenset[str]()
    if not go and not stay:
        return nothing_handed_over(context, "not_understood")
    told, events = list[ListedStatement](), list[ev.Event]()
    for number, code in enumerate(question.choices, 1):
        if code in go or code in stay:
            each = code not in stay and said.kind != "approve" and said.value != "all"
            line, happened = _decided(ledger, (number, code), question, context, stays=code in stay, lifts=each)
            told.append(line)
            events += happened
    if question.is_open and approving and _all_decided(ledger, question, go | stay):
        events.append(ev.QuestionAnswered(**head(context), question=question.id, answer="+".join(sorted(go)) or "none"))
    letter = replace(
        in_answer(LetterKind.STATEMENT_LIST, f"released:{context.source}:{question.id}", context),
        code="answered",
        question=question.id,
        listed=tuple(told),
        on=_kept_until(context),
    )
    return Decision(tuple(events), (letter,))


def _lines_of(question: Question, said: Instruction) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of the lines that go, and of those that stay."""
    choices = question.choices
    if said.kind == "choose" and said.value:
        return frozenset(), frozenset()
    pressed = said.kind == "choose" and question.topic == Listed.FOREWARNING.value
    numbers = [said.choice] if said.choice else list(said.choices)
    named = frozenset(c for c in choices if line_of(c)[0] in said.accounts)
    picked = frozenset(choices[n - 1] for n in numbers if n is not None and 0 < n <= len(choices))
    left = frozenset(choices[-n - 1] for n in numbers if n is not None and 0 > n >= -len(choices))
    go, stay = (frozenset[str](), picked | left) if pressed else (picked, left)
    go, stay = (go | named, stay) if said.field == "go" else (go, stay | named)
    value = {"approve": "all", "refuse": "none"}.get(said.kind, said.value)
    everything = frozenset(choices)
    if value == "all":
        go = everything - stay
    elif value == "none":
        stay = everything - go
    return go - stay, stay


def _decided(
    ledger: Ledger, line: tuple[int, str], question: Question, context: Context, *, stays: bool, lifts: bool
) -> tuple[ListedStatement, tuple[ev.Event, ...]]:
    """One line with what becomes of it, and the events of that; a statement that left meanwhile cannot be kept back.

    `lifts`: it was let go by its own number or name, which ends a pause that kept it back; a yes to all leaves that in place.
    """
    number, code = line
    debtor, currency = line_of(code)
    account = ledger.accounts.get(debtor)
    release = account.release(currency) if account else None
    if account is None or release is None or release.question != question.id:
        return ListedStatement(number, account.name if account else "", outcome="gone"), ()
    items = [ledger.items[i] for i in release.items if i in ledger.items and ledger.items[i].is_open]
    shown = ListedStatement(
        number, account.name, amount=release.amount, level=release.level, numbers=_numbers(items), outcome="go"
    )
    if account.statements_left(currency) != release.before or not items:
        return replace(shown, outcome="gone"), ()
    if not stays and question.topic == Listed.ADVISE.value:
        return replace(shown, outcome="sent"), sent_by_hand(account, release, context)
    if not stays:
        approved = ev.StatementApproved(
            **head(context), debtor=debtor, currency=currency, question=question.id, by=context.sender
        )
        free = release.approved or question.topic == Listed.FOREWARNING.value
        lifted = _taken_up(items, release, context) if lifts else ()
        return shown, (*lifted, *(() if free else (approved,)))
    until = _kept_until(context)
    held = tuple(
        ev.FollowUpPaused(**head(context), subject=item.id, until=until, reason="creditor")
        for item in items
        if not any(hold.until is None or hold.until >= until for hold in item.holds)
    )
    return replace(shown, outcome="stay"), held


def _taken_up(items: Iterable[OpenItem], release: Release, context: Context) -> Iterable[ev.Event]:
    """The end of the pauses by which he kept the line back before he let it go; what holds it for another reason stays."""
    for item in items:
        if item.holds and all(_kept(hold, release) for hold in item.holds):
            yield ev.FollowUpResumed(**head(context), subject=item.id)


def sent_by_hand(account: DebtorAccount, release: Release, context: Context) -> tuple[ev.Event, ...]:
    """The statement that the creditor sent himself from its draft, as of today: from now on it counts like any other."""
    cycle = account.next_cycle(release.currency)
    key = f"statement:{context.creditor.id}:{account.id}:{release.currency}:{cycle}"
    written = ev.StatementQueued(
        **head(context),
        debtor=account.id,
        currency=release.currency,
        cycle=cycle,
        items=release.items,
        on=context.today,
        level=release.level,
        mail=key,
        mentions=release.mentions,
    )
    left = ev.StatementSent(
        **head(context),
        debtor=account.id,
        currency=release.currency,
        cycle=cycle,
        items=release.items,
        on=context.today,
        mail=key,
    )
    return written, left


def _numbers(items: Iterable[OpenItem]) -> tuple[str, ...]:
    return tuple(item.invoice.number for item in items)


def _kept_until(context: Context) -> date:
    """The last day of one cycle: a line that was kept back is listed anew when it is over, unless he says otherwise before."""
    return context.today + timedelta(days=context.plan.spacing_days)


def _all_decided(ledger: Ledger, question: Question, now: frozenset[str]) -> bool:
    """Whether no line of this question waits for an answer any more."""
    return not any(code not in now and _is_waiting(ledger, question, code) for code in question.choices)


def _is_waiting(ledger: Ledger, question: Question, code: str) -> bool:
    debtor, currency = line_of(code)
    account = ledger.accounts.get(debtor)
    release = account.release(currency) if account else None
    if account is None or release is None or release.question != question.id or release.approved:
        return False
    items = (ledger.items[i] for i in release.items if i in ledger.items)
    return any(item.is_open and item.hold(question.asked_at.date()) is None for item in items)
