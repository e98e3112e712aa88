"""A letter is the intent to write: which kind, to whom, about what, in which language. The prose lives in templates/."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agent.domain.enclosures import EnclosureReading
from agent.domain.fees import FeeStatement
from agent.domain.findings import Instruction, InvoiceReading
from agent.domain.money import Money
from agent.domain.parties import Agency
from agent.domain.plans import PaymentPlan


class LetterKind(StrEnum):
    """Every kind of mail that Relance writes; each has a template of this name in every language."""

    ACKNOWLEDGEMENT = "acknowledgement"
    CORRECTED = "corrected"
    QUESTION = "question"
    PROOF = "proof"
    REFUSAL = "refusal"
    ACTION_NOTICE = "action_notice"
    DAILY_SUMMARY = "daily_summary"
    STATEMENT = "statement"
    RECEIPT = "receipt"
    STATUS = "status"
    BANK_STATEMENT = "bank_statement"
    DIGEST = "digest"
    OPERATOR = "operator"
    FEE_STATEMENT = "fee_statement"
    IMPORT_LIST = "import_list"
    PROOF_REQUEST = "proof_request"
    PAYMENT_PLAN = "payment_plan"
    PLAN_QUESTION = "plan_question"
    PLAN_NOTICE = "plan_notice"
    MONTHLY_REPORT = "monthly_report"
    DOSSIER = "dossier"
    FORMAL_NOTICE = "formal_notice"
    NOTICE_NEWS = "notice_news"
    NOTICE_QUESTION = "notice_question"
    THANKS = "thanks"
    STATEMENT_LIST = "statement_list"


# What is written to debtors; everything else is for the creditor's people or the operator.
TO_DEBTORS = frozenset(
    {
        LetterKind.STATEMENT,
        LetterKind.RECEIPT,
        LetterKind.PROOF_REQUEST,
        LetterKind.PAYMENT_PLAN,
        LetterKind.FORMAL_NOTICE,
        LetterKind.THANKS,
    }
)
# What asks for money; it bears the day of its figures, which may be the day before it leaves.
DEMANDS = frozenset({LetterKind.STATEMENT, LetterKind.FORMAL_NOTICE})
# What leaves in the debtor's office hours (domain.send_window); only an answer to his own mail does not wait for them.
IN_OFFICE_HOURS = TO_DEBTORS - {LetterKind.RECEIPT}


@dataclass(frozen=True, slots=True)
class ListedStatement:
    """A statement in a list to its creditor. `days_late` is of its oldest invoice; `numbers` are its invoices.

    `outcome` tells what became of the line: go, stay (it is kept back), sent (by his own hand), gone (it left or fell away before); "" while that is open.
    """

    number: int
    debtor: str
    address: str = ""
    amount: Money | None = None
    level: str = ""
    days_late: int = 0
    numbers: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to be written.

    Attributes:
        kind: which template.
        key: says what it is for, unique for ever (the outbox refuses a second mail with the same key).
        to: bare addresses; for a statement the debtor's contact.
        creditor: whose case; "" for the operator.
        items, account, question: ids of what it is about.
        code: the case within the kind: which action, which question, why refused (templates choose their words by it).
        words: the quoted excerpt of somebody's mail, shown as a quotation.
        facts: further figures and names for the template, as pairs of name and text.
        readings: for an acknowledgement, what was read, in the order of `items`.
        changes: for a correction, (field, before, after) as texts.
        answers: the key of the mail that this one answers, "" when it answers none.
        enclosures: what came with the mail that this one reports; those that were kept are attached.
        urgent: whether it waits for no summary of the day.
        fees: the fee statements of a month, one a currency; only the creditor's own people ever see them.
        plans: the payment plans that it shows; the first one is what it is about.
        copy: for somebody who only reads along: it carries no button and asks him nothing.
        listed: the statements that it lists before they leave.
        until: the last day on which a formal notice may be paid.
    """

    kind: LetterKind
    key: str
    to: tuple[str, ...]
    creditor: str
    language: str
    code: str = ""
    items: tuple[str, ...] = ()
    account: str = ""
    question: str = ""
    level: str = ""
    cycle: int = 0
    currency: str = ""
    on: date | None = None
    amount: Money | None = None
    words: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    readings: tuple[InvoiceReading, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    instructions: tuple[Instruction, ...] = ()
    choices: tuple[str, ...] = ()
    answers: str = ""
    enclosures: tuple[EnclosureReading, ...] = ()
    urgent: bool = False
    fees: tuple[FeeStatement, ...] = ()
    plans: tuple[PaymentPlan, ...] = ()
    copy: bool = False
    listed: tuple[ListedStatement, ...] = ()
    until: date | None = None


def to_operator(agency: Agency, key: str, facts: Iterable[tuple[str, str]], code: str = "alert") -> Letter:
    """A letter to the operator, in his language, about the service itself and not in a creditor's name."""
    return Letter(LetterKind.OPERATOR, key, (agency.operator,), "", agency.language, code=code, facts=tuple(facts))
