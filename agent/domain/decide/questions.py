"""Questions that answer themselves: what was asked about is settled, withdrawn or known now."""

from collections.abc import Iterable

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head
from agent.domain.ledger import DebtorAccount, Ledger, Question
from agent.domain.releases import TOPICS


def close_moot(ledger: Ledger, decision: Decision, context: Context) -> Decision:
    """The decision, with the open questions closed that it leaves without an object."""
    after = decision.after(ledger)
    moot = (q for q in after.questions.values() if q.is_open and _is_moot(after, q))
    closed = tuple(ev.QuestionAnswered(**head(context), question=q.id, answer="moot") for q in moot)
    return decision + Decision(closed)


def being_decided(questions: Iterable[Question]) -> frozenset[str]:
    """The subjects of open questions about what is to become of them; a list of statements to leave is none."""
    return frozenset(subject for q in questions if q.is_open and q.topic not in TOPICS for subject in q.subjects)


# Questions about money that is left when everything is paid.
_OF_PAID_ITEMS = frozenset({"money_over"})


def _is_moot(ledger: Ledger, question: Question) -> bool:
    """Whether all items that were asked about are off the books, or the debtor who lost his address has one again."""
    if question.topic in _OF_PAID_ITEMS:
        return False
    items = [ledger.items[s] for s in question.subjects if s in ledger.items]
    if items:
        return len(items) == len(question.subjects) and not any(i.is_open for i in items)
    account = ledger.accounts.get(next(iter(question.subjects), ""))
    return account is not None and _has_address(account, question)


def _has_address(account: DebtorAccount, question: Question) -> bool:
    """Whether the account got the address that was asked about, another one than the one that does not serve, or any at all."""
    working = [c.address for c in account.contacts if not c.failed]
    match question.topic:
        case "bounced_contact":
            return bool(working)
        case "wrong_contact":
            return account.contact is not None and account.contact.address != question.detail
        case "change_of_contact" | "complaint":
            return question.detail in working
    return False


# Questions that a mail of the creditor's people raises, and that a later one about the same replaces.
_REPLACED = frozenset({"which_invoice", "payment_amount"})


def one_at_a_time(ledger: Ledger, decision: Decision, context: Context) -> Decision:
    """The decision, with the older open questions closed whose subject it asks about anew."""
    asked = [e for e in decision.events if isinstance(e, ev.QuestionAsked) and e.topic in _REPLACED]
    gone = {e.question for e in decision.events if isinstance(e, ev.QuestionAnswered)}
    older = (q for q in ledger.questions.values() if q.is_open and q.id not in gone and _asks_again(q, asked))
    return decision + Decision(
        tuple(ev.QuestionAnswered(**head(context), question=q.id, answer="replaced") for q in older)
    )


def _asks_again(question: Question, asked: Iterable[ev.QuestionAsked]) -> bool:
    return question.topic in _REPLACED and any(
        set(question.subjects) & set(e.subjects)
        and e.question != question.id
        and question.detail.split()[:1] == e.detail.split()[:1]
        for e in asked
    )
