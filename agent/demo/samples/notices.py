"""Sample formal notices: the letter to the debtor, the news about it, and the question when its deadline has passed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from agent.domain.decide.formal_notices import NOTICE_CHOICES
from agent.domain.enclosures import EnclosureKind, EnclosureReading
from agent.domain.guard_case import Case
from agent.domain.ledger import DebtorAccount, Ledger, Statement
from agent.domain.legal import Operator
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import PostalAddress
from agent.mail.outgoing import Part
from agent.outbox.facts import Facts

NEWS = ("ordered", "sent", "stopped", "refused")
QUESTIONS = ("after_notice",)
_ON, _UNTIL = date(2027, 4, 12), date(2027, 4, 27)
_POST = "Rue du Houblon 17 bte 4\n1060 Saint-Gilles\nBE"


def noticed(letter: Letter, code: str) -> Letter:
    """A letter about a formal notice; any other one as it is."""
    if letter.kind not in dict(kinds()):
        return letter
    letter = replace(letter, on=_ON, until=_UNTIL, currency="EUR")
    if letter.kind is LetterKind.NOTICE_QUESTION:
        return replace(letter, question="q1", choices=NOTICE_CHOICES, on=date(2027, 5, 19))
    because = {"stopped": "paid", "refused": "waiting"}.get(code)
    copy = (EnclosureReading(EnclosureKind.OTHER, "c" * 64, "2027-04-12.pdf"),) if code == "sent" else ()
    return replace(letter, facts=(("because", because),) if because else (), enclosures=copy)


def with_notice(facts: Facts, kind: LetterKind, code: str) -> Facts:
    """The facts of such a letter: the debtor was reminded three times, and his postal address is known."""
    if kind not in (LetterKind.FORMAL_NOTICE, LetterKind.NOTICE_NEWS):
        return facts
    parts = (Part("2027-04-12.pdf", "application/pdf", "c" * 64, 40_000),) if code == "sent" else facts.invoice_copies
    creditor = facts.creditor
    if creditor is None or kind is LetterKind.NOTICE_NEWS:
        return replace(facts, ledger=reminded(facts.ledger), invoice_copies=parts)
    case = Case(
        "formal_notice", Operator.CREDITOR, "BE", "BE", None, creditor.language, _ON, _ON, creditor, "", deadline=_UNTIL
    )
    return replace(facts, ledger=reminded(facts.ledger), case=case)


def reminded(ledger: Ledger) -> Ledger:
    """The same books, with three statements sent and the debtor's postal address."""
    return ledger.having(_reminded(account) for account in ledger.accounts.values())


def _reminded(account: DebtorAccount) -> DebtorAccount:
    days = (date(2027, 3, 8), date(2027, 3, 23), date(2027, 4, 7))
    sent = tuple(Statement("EUR", n, day, "firm", ("i1", "i2"), f"s{n}", "sent") for n, day in enumerate(days, 1))
    return replace(account, statements=sent, postal=PostalAddress(_POST))


def kinds() -> Iterator[tuple[LetterKind, tuple[str, ...]]]:
    """The kinds of these letters with their codes."""
    yield LetterKind.FORMAL_NOTICE, ("",)
    yield LetterKind.NOTICE_NEWS, NEWS
    yield LetterKind.NOTICE_QUESTION, QUESTIONS
