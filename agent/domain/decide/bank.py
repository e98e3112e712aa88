"""What follows from a bank statement: movements settle, part-pay or reopen items, or are asked about. Paid is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.domain import events as ev
from agent.domain.decide.announced import explained
from agent.domain.decide.bank_lines import BankLine, kept, learned, off_account, received, reopened, unlearned
from agent.domain.decide.bank_questions import asked_about, held_meanwhile, money_over
from agent.domain.decide.charges import claimed_of
from agent.domain.decide.context import Context, Decision, in_answer
from agent.domain.decide.plan_money import planned
from agent.domain.findings import BankStatementReading, Entry
from agent.domain.ledger import DebtorAccount, Ledger, OpenItem, apply
from agent.domain.letters import Letter, LetterKind
from agent.domain.matching import Allocation, Effect, LedgerBook, Match, Policy, Reason, Receipt, book_item, match
from agent.domain.matching import Decision as Verdict

# Questions that one statement may raise; what is left over is listed and waits for the next look.
_MOST_QUESTIONS = 10
# The format of a reading whose money was looked at before and waits.
WAITING = "waiting"
# What its answer shows: first what a person must know of.
_MOST_LINES, _MOST_PROBLEMS = 40, 5
_ORDER = ("reopen", "ask", "twice", "partial", "paid", "nothing")
# Evidence that is sure enough to show who pays for whom.
_TEACHING = frozenset({"reference", "number"})


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The decision about a statement, the slice of the ledger that it looked at, the fingerprints of all movements that are dealt
    with by it (booked or asked about), and the money that found no invoice, each with its statement: its invoice may come later, or
    be another creditor's.
    """

    decision: Decision
    ledger: Ledger = field(default_factory=Ledger)
    fingerprints: tuple[str, ...] = ()
    waiting: tuple[tuple[Entry, BankStatementReading], ...] = ()


def bank_statement(
    readings: Sequence[BankStatementReading], book: LedgerBook, known: frozenset[str], context: Context
) -> Reconciled:
    """The decision about the movements of these statements.

    `known` are the fingerprints of movements dealt with before, so that the same file, an overlapping period or another format
    of it counts once. While a statement's control totals do not tie, nothing is booked by itself: what would be is asked about.
    """
    work = _Work(book, context)
    seen = set(known)
    dealt_with: list[str] = []
    waiting: list[tuple[Entry, BankStatementReading]] = []
    book.prepare(e for reading in readings for e in reading.payments() if e.fingerprint not in seen)
    for reading in readings:
        policy = Policy(automatic=not reading.problems, by_amount=context.creditor.settle_by_amount)
        for entry in reading.payments():
            if entry.fingerprint and entry.fingerprint in seen:
                work.counts["known"] += 1
                continue
            seen.add(entry.fingerprint)
            found = match(entry, book, policy)
            if policy.automatic:
                found = work.explained(found, entry)
            if work.take(entry, found, BankLine.of(entry, reading)):
                dealt_with.append(entry.fingerprint)
            elif _may_find_its_invoice(entry, found):
                waiting.append((entry, reading))
                if found.decision is Verdict.ASK and reading.format != WAITING:
                    work.rest(entry, found)
    letters = (*work.questions, _report(readings, work, context))
    fingerprints = tuple(f for f in dealt_with if f)
    return Reconciled(Decision(tuple(work.events), letters), book.read_so_far, fingerprints, tuple(waiting))


def _may_find_its_invoice(entry: Entry, found: Match) -> bool:
    """Whether this is money that names an invoice which is not in the books, or that fits nothing yet."""
    unknown = found.decision.value == "ask" or any(reason.code == "strange_number" for reason in found.reasons)
    return unknown and entry.amount > 0 and bool(entry.fingerprint)


class _Work:
    """The events of one statement as they add up."""

    def __init__(self, book: LedgerBook, context: Context) -> None:
        self.book, self.context = book, context
        self.now: dict[str, OpenItem | DebtorAccount] = {}
        self.events: list[ev.Event] = []
        self.questions: list[Letter] = []
        self.counts = {"paid": 0, "partial": 0, "reopen": 0, "ask": 0, "twice": 0, "nothing": 0, "known": 0}
        self.touched: list[str] = []
        self.left_over: list[str] = []
        self.lines: list[str] = []

    def take(self, entry: Entry, found: Match, line: BankLine) -> bool:
        """Book what is certain, ask about the rest; whether the movement is dealt with, or may still find its invoice."""
        found = self._charges_alone(entry, found, line) or found
        codes = {reason.code for reason in found.reasons}
        twice = not found.allocations and "paid_twice" in codes and bool(found.named)
        self._tell(entry, found, "twice" if twice else found.decision.value)
        if found.decision.value == "reopen":
            self._take_back(entry, found, line)
            return True
        if found.allocations:
            self._book(entry, found, line)
            return True
        if twice:
            self._keep(self.item(found.named[0]), line, entry.amount, "paid_twice")
            self.book.put_receipt(Receipt(entry))
            return True
        return found.decision.value == "ask" and self._ask(entry, found, line)

    def explained(self, found: Match, entry: Entry) -> Match:
        """The verdict, with what the debtors who may have paid announced before."""
        payers = self.book.at_account(entry.counterparty_iban) or self.book.named(entry.counterparty_name)
        states = [self._state(p) for p in payers]
        states += [self._account(self.item(i)) for candidate in found.candidates for i in candidate]
        accounts = [state for state in states if isinstance(state, DebtorAccount)]
        found = explained(found, entry, accounts, self._open_item, payers)
        return planned(found, entry, accounts, self._open_item, payers)

    def _open_item(self, id_: str) -> OpenItem | None:
        state = self._state(id_)
        return state if isinstance(state, OpenItem) else None

    def item(self, id_: str) -> OpenItem:
        """The item as it stands now."""
        state = self._state(id_)
        assert isinstance(state, OpenItem)
        return state

    def _state(self, id_: str) -> OpenItem | DebtorAccount | None:
        return self.now.get(id_) or self.book.state(id_)

    def _account(self, item: OpenItem) -> DebtorAccount | None:
        state = self._state(item.invoice.debtor)
        return state if isinstance(state, DebtorAccount) else None

    def _tell(self, entry: Entry, found: Match, what: str) -> None:
        """One line of the report: what became of the movement, its day, sum, invoices and name; money that left is only counted.

        What is paid, in part or taken back is counted by invoice, the rest by movement.
        """
        for effect in [a.effect.value for a in found.allocations] or [what]:
            self.counts[effect] += 1
        if what == "nothing" and entry.amount <= 0:
            return
        about = found.named[:1] if what == "twice" else [a.item for a in found.allocations]
        items = [self.item(id_).invoice.number for id_ in about]
        told = (
            what,
            entry.booked_on.isoformat(),
            str(entry.amount),
            entry.currency,
            ", ".join(dict.fromkeys(items)),
            entry.counterparty_name or entry.remittance[:60] or "–",
        )
        self.lines.append("|".join(part.replace("|", "/") for part in told))

    def _book(self, entry: Entry, found: Match, line: BankLine) -> None:
        because, over = tuple(reason.code for reason in found.reasons), found.surplus
        for allocation in found.allocations:
            item, settles = self.item(allocation.item), allocation.effect is Effect.PAID
            charges = min(over, claimed_of(item, self._account(item), line.on, self.context)) if over else over
            over -= charges
            self._happened(received(item, line, allocation.amount + charges, because, self.context, settles=settles))
            self.touched.append(item.id)
        if over > 0:
            self._keep(self.item(found.allocations[-1].item), line, over, "surplus")
        if _TEACHING & set(because) or found.surplus > 0:
            self._learn(found, line)
        self.book.put_receipt(Receipt(entry, found.allocations))

    def _charges_alone(self, entry: Entry, found: Match, line: BankLine) -> Match | None:
        """The verdict on money for the charges of one invoice that is settled itself; None when it is for anything else."""
        if found.allocations or len(found.named) != 1 or entry.amount <= 0:
            return None
        item = self.item(found.named[0])
        if entry.amount > claimed_of(item, self._account(item), line.on, self.context):
            return None
        allocation = Allocation(item.id, entry.amount, Effect.PARTIAL)
        reason = Reason("charges", f"{item.invoice.number} is settled, its charges are not")
        return Match(Verdict.PARTIAL, (allocation,), reasons=(reason,))

    def _keep(self, item: OpenItem, line: BankLine, amount: Decimal, because: str) -> None:
        """Money over is the debtor's; whether it stays on his account or goes back is asked."""
        account = self._account(item)
        if account is None:
            return
        self._happened(kept(account.id, line, amount, because, self.context))
        if len(self.questions) < _MOST_QUESTIONS:
            self._raise(money_over(account, item, line, amount, because, self.context))

    def _learn(self, found: Match, line: BankLine) -> None:
        """A payer of the debtor's own name shows his account; other names pay for many."""
        accounts = {a.id: a for x in found.allocations if (a := self._account(self.item(x.item))) is not None}
        for account in accounts.values() if len(accounts) == 1 else ():
            if account.id in self.book.named(line.payer):
                self._happened(learned(account, line, self.context, name=False))

    def _take_back(self, entry: Entry, found: Match, line: BankLine) -> None:
        over = -line.amount - sum((a.amount for a in found.allocations), Decimal(0))
        for allocation in found.allocations:
            item = self.item(allocation.item)
            taken = {r.reference for r in item.payments if r.amount.amount == allocation.amount and r.reference}
            self._happened(reopened(item, line, allocation.amount, taken, self.context))
            self.touched.append(item.id)
            account = self._account(item)
            if account is not None:
                gone = off_account(account, line, taken, over, self.context)
                over = Decimal(0) if gone else over
                self._happened((*gone, *unlearned(account, taken, self.context)))
        self.book.put_receipt(Receipt(entry, found.allocations))

    def _happened(self, events: Iterable[ev.Event]) -> None:
        for event in events:
            self.events.append(event)
            concerned = [s for id_ in event.about() if (s := self._state(id_)) is not None]
            after = apply(Ledger.of(concerned), event)
            self.now |= {**after.items, **after.accounts}
            for item in after.items.values():
                self.book.put(book_item(item))

    def _ask(self, entry: Entry, found: Match, line: BankLine) -> bool:
        if not found.candidates or len(self.questions) >= _MOST_QUESTIONS:
            told = f"{entry.booked_on.isoformat()} {entry.amount} {entry.currency} {entry.counterparty_name}".strip()
            self.left_over.append(told)
            return False
        self._raise(asked_about(entry, found, line, self.context))
        self.rest(entry, found)
        return True

    def rest(self, entry: Entry, found: Match) -> None:
        """No reminder of what this money may have paid: what is proposed, and while it is more than that, its payer's oldest invoices."""
        sets = [[self.item(i) for i in candidate] for candidate in found.candidates]
        items = {i.id: i for chosen in sets for i in chosen}
        left = entry.amount - max((sum(i.balance.amount for i in chosen) for chosen in sets), default=Decimal(0))
        payers = self.book.at_account(entry.counterparty_iban) or self.book.named(entry.counterparty_name)
        for debtor in sorted(payers or {i.invoice.debtor for i in items.values()}):
            for other in self.book.open_of(debtor, entry.currency, entry.booked_on):
                if left > 0 and other.open > 0 and other.id not in items:
                    items[other.id] = self.item(other.id)
                    left -= other.open
        self._happened(held_meanwhile(items.values(), entry, self.context))

    def _raise(self, decision: Decision) -> None:
        self.events += decision.events
        self.questions += decision.letters


def _report(readings: Sequence[BankStatementReading], work: _Work, context: Context) -> Letter:
    """One answer for the whole file: how many movements settled, part-paid, reopened, were asked about, concern nothing."""
    problems = [("problem", problem) for reading in readings for problem in reading.problems]
    problems += [("columns", reading.ask) for reading in readings if reading.ask]
    counts = [(name, str(count)) for name, count in work.counts.items()]
    pending = sum(1 for reading in readings for entry in reading.entries if entry.pending)
    lines = sorted(work.lines, key=lambda line: _ORDER.index(line.partition("|")[0]))
    told = [("movement", line) for line in lines[:_MOST_LINES]]
    counts += [("pending", str(pending)), ("unlisted", str(len(lines) - len(told)))]
    return replace(
        in_answer(LetterKind.BANK_STATEMENT, f"statement-read:{context.source}", context),
        items=tuple(dict.fromkeys(work.touched)),
        facts=(*counts, *problems[:_MOST_PROBLEMS], *told, *(("left_over", told) for told in work.left_over[:20])),
    )
