"""What a letter may say: the slice of the books, the people and the moment that compose looks at."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from agent.domain.claims import Charging
from agent.domain.dunning_plan import DunningPlan
from agent.domain.guard_case import Case
from agent.domain.ledger import Ledger
from agent.domain.parties import Agency, BookEntry, Creditor
from agent.mail.outgoing import Part


def _only_name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Original:
    """The mail that is answered, as its answer names it: who wrote it, about what, when."""

    sender: str = ""
    subject: str = ""
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that `compose` may print.

    Attributes:
        ledger: the items, accounts and questions that the letter names; for a statement all items of the account; for a
            digest, a status answer or a daily summary all items and accounts of the creditor.
        creditor: whose case it is; None for mail to the operator.
        plan: the plan that holds for the account (agency, creditor and debtor already merged).
        now: aware, UTC. not_before: when the mail may leave at the earliest; None means now.
        secret: makes the reply tokens.
        thread: (In-Reply-To, References) of the conversation so far, with angle brackets.
        invoice_copies: files to attach. keep: stores the bytes of pictures and workbooks that compose makes, and names them by
            their SHA-256 (the store's put_document).
        original: the mail that this one answers.
        channel: name of the mailbox through whose way out the mail leaves; its address stands in `agency`.
        templates_dir: the operator's own templates, looked at first.
        charging: what the creditor's claims for late payment are reckoned with; None claims nothing.
        case: of a mail to a debtor, what the law looks at; its mentions are printed.
        book: what the contact book says of this creditor's debtors: whom to ring under which number.
        action_days: how long the buttons of a mail work.
    """

    ledger: Ledger
    agency: Agency
    now: datetime
    secret: bytes
    creditor: Creditor | None = None
    plan: DunningPlan = field(default_factory=DunningPlan)
    thread: tuple[str, tuple[str, ...]] = ("", ())
    invoice_copies: tuple[Part, ...] = ()
    keep: Callable[[bytes], str] = _only_name
    original: Original | None = None
    not_before: datetime | None = None
    templates_dir: Path | None = None
    channel: str = ""
    charging: Charging | None = None
    case: Case | None = None
    book: tuple[BookEntry, ...] = ()
    action_days: int = 30
