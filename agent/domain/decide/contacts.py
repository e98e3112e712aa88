"""Who is written to: an address is proposed by others and confirmed by the creditor's people, never changed by a debtor's word."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent.domain import events as ev
from agent.domain.decide.context import NOTHING, Context, Decision, head, in_answer, make_id, to_owner
from agent.domain.decide.debtors import is_debtors, same_domain
from agent.domain.decide.holds import CONTACT_ASKED, deferred, stopped
from agent.domain.ledger import DebtorAccount, Ledger, Question
from agent.domain.letters import LetterKind
from agent.domain.parties import Role

# The questions that a yes or a no answers: what a yes means, what a no means.
CONTACT_CHOICES = {
    "change_of_contact": ("use_contact", "keep_contact"),
    "complaint": ("write_again", "stay_silent"),
}
# The questions about an account that an address answers.
CONTACT_TOPICS = frozenset({*CONTACT_CHOICES, "wrong_contact", "bounced_contact"})
_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._%+'-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")


@dataclass(frozen=True, slots=True)
class Proposed:
    """Another address for a debtor, as somebody told it. `gone` says that nobody reads the present one, or that it is the wrong one."""

    address: str
    name: str = ""
    words: str = ""
    gone: bool = False


def contact_told(ledger: Ledger, account: DebtorAccount, told: Proposed, context: Context) -> Decision:
    """The question to the creditor whether to write there from now on, or to whom, when no usable address was told.

    Reminders rest for some working days, and until he answers when the present address is said to be wrong. What was asked about the
    same account before is asked no more.
    """
    address = told.address.strip().lower()
    usable = _ADDRESS.fullmatch(address) is not None and is_debtors(address, context)
    if usable and account.contact is not None and account.contact.address == address:
        return NOTHING
    topic = "change_of_contact" if usable else "wrong_contact"
    present = account.contact.address if account.contact else ""
    held = stopped(account, CONTACT_ASKED, context) if told.gone else deferred(account, CONTACT_ASKED, context)
    before = [
        q for q in ledger.questions.values() if q.is_open and account.id in q.subjects and q.topic in CONTACT_TOPICS
    ]
    if any(q.topic == topic and q.detail == (address if usable else present) for q in before):
        return Decision(held)
    closed = tuple(
        ev.QuestionAnswered(**head(context), question=q.id, answer="moot") for q in before if q.topic != "complaint"
    )
    facts = (
        ("address", address if usable else present),
        ("present", present),
        ("name", told.name),
        ("sender", context.sender),
        ("domain", "same" if usable and same_domain(address, present) else "other"),
    )
    asked = _ask(account, topic, address if usable else present, context)
    letter = replace(
        to_owner(LetterKind.QUESTION, f"question:{asked.question}", context),
        code=topic,
        account=account.id,
        question=asked.question,
        choices=asked.choices,
        words=told.words,
        facts=facts,
    )
    return Decision((*held, *closed, asked), (letter,))


def contact_failed(account: DebtorAccount, address: str, reason: str, context: Context) -> Decision:
    """The address is not written to any more, and the creditor is asked for another; after a complaint, whether at all."""
    event = ev.ContactFailed(**head(context), debtor=account.id, address=address, reason=reason)
    asked = _ask(account, "complaint" if reason == "complaint" else "bounced_contact", address, context)
    letter = replace(
        to_owner(LetterKind.QUESTION, f"question:{asked.question}", context),
        code=asked.topic,
        account=account.id,
        question=asked.question,
        choices=asked.choices,
        facts=(("address", address), ("reason", reason)),
    )
    return Decision((event, asked), (letter,))


def contact_answered(ledger: Ledger, question: Question, answer: str, context: Context) -> Decision:
    """The decision about the answer to a question about an address; only the owner takes up mail that was complained of."""
    account = ledger.accounts.get(next(iter(question.subjects), ""))
    if account is None:
        return NOTHING
    closed: list[ev.Event] = [ev.QuestionAnswered(**head(context), question=question.id, answer=answer)]
    yes = answer in ("use_contact", "write_again")
    if yes:
        closed.append(ev.ContactAdded(**head(context), debtor=account.id, address=question.detail))
    elif any(h.reason == CONTACT_ASKED for h in account.holds):
        closed.append(ev.FollowUpResumed(**head(context), subject=account.id))
    letter = replace(
        in_answer(LetterKind.ACTION_NOTICE, f"notice:contact:{question.id}:{context.source}", context),
        code="contact_changed" if yes else "contact_kept",
        account=account.id,
        facts=(("address", question.detail),),
    )
    return Decision(tuple(closed), (letter,))


def may_answer(question: Question, answer: str, role: Role) -> bool:
    """Whether this role may give this answer: after a complaint the owner alone decides."""
    return question.topic != "complaint" or role is Role.OWNER or answer != "write_again"


def is_complained(account: DebtorAccount, address: str) -> bool:
    """Whether mail to this address of the account rests for a complaint."""
    return any(c.address == address and c.failed == "complaint" for c in account.contacts)


def _ask(account: DebtorAccount, topic: str, detail: str, context: Context) -> ev.QuestionAsked:
    question = make_id("q", context.creditor.id, topic, account.id, detail, context.source)
    return ev.QuestionAsked(
        **head(context),
        question=question,
        topic=topic,
        subjects=(account.id,),
        choices=CONTACT_CHOICES.get(topic, ()),
        to=context.creditor.owner.address,
        detail=detail,
    )
