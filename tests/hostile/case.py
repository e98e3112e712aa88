"""One hostile input: its name, what it attacks, the mail that brings it, and what must come out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tests.hostile.scene import Scene

Mail = Callable[[Scene], bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must come of a mail: its kind, its folder, the events in the books (none but where they are named), the letters.

    `reaches` are addresses that a letter may go to beside those that the scene knows; `says` are words of the latest letter.
    """

    kind: str
    box: str
    events: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    says: str = ""
    reaches: tuple[str, ...] = ()

    def with_(self, **more: object) -> Outcome:
        return replace(self, **more)


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile input. `slow` marks the few that a reader is stopped over, which takes seconds."""

    name: str
    attacks: str
    mail: Mail
    outcome: Outcome
    slow: bool = False


ASIDE = Outcome("stranger", "Quarantine")
# a debtor's mail that a person must read: reminders rest, the creditor is shown the words
SHOWN = Outcome("reply", "Handled", ("FollowUpPaused",), ("action_notice",))
# a mail without proof that names a case: it puts one statement off, once, and its creditor is shown it
NAMED = Outcome("unproved_case", "Review", ("FollowUpPaused",), ("action_notice",))
# words of an owner that nobody understands, and files that nobody can read
ASKED = Outcome("instruction", "Review", (), ("refusal",))
REFUSED = Outcome("handover", "Review", (), ("refusal",))
REGISTERED = Outcome("handover", "Handled", ("InvoiceRegistered",), ("acknowledgement",))
# an invoice that asks for money on an account that nobody confirmed: the owner is asked
ACCOUNT_ASKED = REGISTERED.with_(events=("InvoiceRegistered", "QuestionAsked"))
# an owner's mail without proof: a one-time question goes to his known address
PROOF = Outcome("unproved", "Review", (), ("proof",))
SILENT = Outcome("automatic", "Handled")
# a sender whom nobody can read
NOBODY = SILENT.with_(box="Review")
# words that speak of accounts or instructions to pay, without proof: the owner is warned besides
WARNED = NAMED.with_(letters=("action_notice", "action_notice"))
# who may read and not act
NOT_ALLOWED = Outcome("not_allowed", "Review", (), ("refusal",))
# a table that is no bank statement
NO_TABLE = Outcome("bank_statement", "Review", (), ("refusal",))


def table(attacks: str, outcome: Outcome, mails: Iterable[tuple[str, Mail]], *, slow: bool = False) -> list[Case]:
    """Cases that attack the same thing and must come to the same end."""
    return [Case(name, attacks, mail, outcome, slow=slow) for name, mail in mails]


def but(cases: Sequence[Case], **outcomes: Outcome) -> list[Case]:
    """The cases, those named (blanks as _) with an end of their own."""
    assert not outcomes.keys() - {_key(case) for case in cases}, outcomes.keys()
    return [replace(case, outcome=outcomes.get(_key(case), case.outcome)) for case in cases]


def _key(case: Case) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "_", case.name)
