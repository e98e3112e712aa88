"""What templates see: plain figures and clean text, ready to print. Nothing from outside gets in here uncleaned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from agent.domain.letters import ListedStatement
from agent.domain.money import Money
from agent.domain.parties import Agency
from agent.outbox import lists
from agent.outbox.buttons import Buttons
from agent.outbox.enclosed import EnclosureView
from agent.outbox.mentions import Mentions
from agent.outbox.movements import ColumnChoice, MovementView, column_choices, movements_of
from agent.reports import formats
from agent.reports.claims import ClaimBox, ClaimSummary
from agent.reports.digest import Digest
from agent.reports.fee_statement import FeeSheet
from agent.reports.monthly import ReceivablesReport
from agent.reports.payment import PaymentSlip
from agent.reports.plans import PlanView
from agent.reports.statement import Standing, StatementOfAccount
from agent.reports.week import Week

_NUMBERS_NAMED = 3
_STOPPING = frozenset({"insolvency", "ceased_or_deceased", "hostile", "legal_threat", "stop_contact"})
_WORDS_REFUSED = frozenset(
    "not_allowed not_understood unknown_number which_invoice no_plan say_address undo_late undo_nothing question_closed send_credit_note "
    "button_used button_expired button_void".split()
)
# What was done at somebody's word and can be taken back by one.
_UNDOABLE = frozenset(
    "settled part_paid credited paused resumed withdrawn written_off dispute dispute_settled escalated one_more reread undone".split()
)
_ANSWER_MARK = re.compile(r"^(?:\s{0,3}(?:re|aw|antw|r[ée]f|tr|fwd?|wg|sv)\s{0,2}:){1,9}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CreditorView:
    """The creditor as his mails show him. `address` and `signature` hold one line an entry; `accent` is #rrggbb.

    `logo` is the picture that mails to debtors carry under the name `logo_cid`, shown in the room of `logo_size` (width, height).
    """

    name: str
    phone: str
    website: str
    address: tuple[str, ...]
    signature: tuple[str, ...]
    accent: str
    country: str = ""
    logo: bytes = b""
    logo_cid: str = ""
    logo_size: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class DebtorView:
    """A debtor by name, the address that is written to ("" when there is none), and where he gets his post."""

    name: str
    number: str = ""
    address: str = ""
    postal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened to an item. `what` is a code of reports.words."""

    on: date
    what: str
    amount: Money | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """An invoice or credit note as the creditor's mails show it."""

    id: str
    number: str
    debtor: DebtorView
    issue_date: date
    due_date: date | None
    total: Money
    deposit: Money
    paid: Money
    balance: Money
    days_late: int
    standing: Standing
    credit_note: bool
    statements: tuple[date, ...]
    on: date | None = None
    history: tuple[HistoryLine, ...] = ()
    surcharge: Money | None = None


@dataclass(frozen=True, slots=True)
class ReadField:
    """A field of a document. `doubt` is "", "uncertain" or "missing"; `example` shows how to answer; `label` is what stood beside it.

    `others` are what other places say of it: a word for the place, and the value.
    """

    name: str
    value: str
    doubt: str = ""
    example: str = ""
    label: str = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was read on one document: the doubts apart, then every field in the order of reading; `sure` are those without doubt.

    `first_on` is the first day on which a statement may list it; None while it is not followed. `credited` are what credit notes took
    off: the numbers of note and invoice, the sum, and what is left to pay; `credit` is what a credit note has left.
    """

    title: str
    kind: str
    doubts: tuple[ReadField, ...]
    fields: tuple[ReadField, ...]
    first_on: date | None = None
    credited: tuple[tuple[str, str, Money, Money], ...] = ()
    credit: Money | None = None

    @property
    def sure(self) -> tuple[ReadField, ...]:
        """The fields that need no eye."""
        return tuple(field for field in self.fields if field.value and not field.doubt)


@dataclass(frozen=True, slots=True)
class Choice:
    """A numbered answer. `items` (with what is open of them together) or `debtor` are set when it names some, else `code` has its sentence."""

    position: int
    code: str
    items: tuple[ItemView, ...] = ()
    balance: Money | None = None
    debtor: DebtorView | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """An open question as a report repeats it: `about` what, numbered choices or words that answer it; neither where its own mail must be answered."""

    id: str
    topic: str
    about: tuple[str, ...]
    asked_on: date
    choices: tuple[Choice, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A corrected field, as texts."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Page:
    """One mail as its template sees it.

    `audience` is debtor, creditor or operator; `who` names the debtor, or says "your customer"; `said` is what he did by writing,
    as it follows his name; `answering` says that the mail answers its reader's own; `words` are quoted lines; `doubts` are the
    fields of an item that are still open.
    """

    kind: str
    code: str
    language: str
    audience: str
    agency: Agency
    now: datetime
    today: date
    timezone: str
    token: str
    creditor: CreditorView
    debtor: DebtorView | None = None
    items: tuple[ItemView, ...] = ()
    readings: tuple[ReadDocument, ...] = ()
    changes: tuple[Change, ...] = ()
    choices: tuple[Choice, ...] = ()
    on: date | None = None
    until: date | None = None
    amount: Money | None = None
    words: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    level: str = ""
    statement: StatementOfAccount | None = None
    principal: Money | None = None
    claim: ClaimBox | None = None
    claims: ClaimSummary | None = None
    fees: tuple[FeeSheet, ...] = ()
    fees_left_out: int = 0
    fees_shown: int = 0
    currency: str = ""
    slip: PaymentSlip | None = None
    qr_cid: str = ""
    slips: tuple[PaymentSlip, ...] = ()
    digest: Digest | None = None
    week: Week | None = None
    report: ReceivablesReport | None = None
    chart_cid: str = ""
    who: str = ""
    said: str = ""
    answering: bool = False
    doubts: tuple[ReadField, ...] = ()
    asked: tuple[AskedQuestion, ...] = ()
    attachments: tuple[str, ...] = ()
    original_subject: str = ""
    original_date: datetime | None = None
    enclosures: tuple[EnclosureView, ...] = ()
    mentions: Mentions = Mentions()
    plans: tuple[PlanView, ...] = ()
    copy: bool = False
    listed: tuple[ListedStatement, ...] = ()
    buttons: Buttons | None = None

    def fact(self, name: str) -> str:
        """The further fact of this name, "" when the letter brings none."""
        return next((text for key, text in self.facts if key == name), "")

    def every(self, name: str) -> tuple[str, ...]:
        """All further facts of this name, in order."""
        return tuple(text for key, text in self.facts if key == name)

    @property
    def asked_sample(self) -> str:
        """How several of the open questions are answered at once: a number of each, at most two; "" where no number answers one."""
        numbers = [str(question.choices[0].position) for question in self.asked if question.choices]
        return ",\u00a0".join(numbers[:2])

    @property
    def plan(self) -> PlanView | None:
        """The payment plan that it is about."""
        return self.plans[0] if self.plans else None

    @property
    def movements(self) -> tuple[MovementView, ...]:
        """The movements of a bank statement, as its facts tell them."""
        return movements_of(self.every("movement"))

    @property
    def column_choices(self) -> tuple[ColumnChoice, ...]:
        """The numbered proposals of a question about columns."""
        return column_choices(self.every("choice"))

    @property
    def understood(self) -> lists.Pairs:
        """The columns of a list."""
        return lists.understood(self.every("column"), self.language)

    @property
    def counted(self) -> lists.Pairs:
        """What becomes of a list's rows."""
        return lists.counted(self.every("count"), self.language)

    @property
    def mistaken(self) -> lists.Pairs:
        """What is wrong in a list."""
        return lists.mistaken(self.every("mistake"), self.language)

    @property
    def differing(self) -> lists.Pairs:
        """What a list says otherwise than the books."""
        return lists.differing(self.every("difference"), self.language)

    @property
    def colon(self) -> str:
        """The colon as this language sets it."""
        return formats.colon(self.language)

    @property
    def stopped(self) -> bool:
        """Whether what the debtor wrote stops every mail to him until a person decides."""
        return self.code in _STOPPING

    @property
    def can_be_undone(self) -> bool:
        """Whether the mail confirms what its reader ordered, so that he can take it back."""
        return self.answering and self.code in _UNDOABLE

    @property
    def refused_words(self) -> bool:
        """Whether an instruction was refused, rather than a document."""
        return self.code in _WORDS_REFUSED

    @property
    def in_house(self) -> bool:
        """Whether the creditor writes for himself."""
        return self.creditor.name == self.agency.name

    @property
    def numbers(self) -> str:
        """The numbers of the items, at most three; an ellipsis stands for the rest."""
        return self.named + (", …" if len(self.items) > _NUMBERS_NAMED else "")

    @property
    def named(self) -> str:
        """The numbers of the first three items, as they may be typed in an answer."""
        return ", ".join(item.number for item in self.items[:_NUMBERS_NAMED])

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the choices."""
        return frozenset(choice.code for choice in self.choices)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why documents were refused, each reason once; the letter's own code when it names none."""
        return tuple(dict.fromkeys(text for name, text in self.facts if name == "refused")) or (self.code,)

    @property
    def reply_subject(self) -> str:
        """The subject of the mail that is answered, without its own answer marks; "" when it is not known."""
        return _ANSWER_MARK.sub("", self.original_subject).strip()
