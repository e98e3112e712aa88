"""The buttons of a letter to the creditor's people: each a mail that says in words what it does, sealed with a token of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol
from urllib.parse import quote as percent

from agent.domain.decide.targets import case_of
from agent.domain.ledger import Ledger
from agent.domain.letters import TO_DEBTORS, Letter, LetterKind
from agent.domain.parties import Role
from agent.domain.workdays import zone
from agent.mail.actions import Action, Binding, Offer, action_token
from agent.outbox.facts import Facts
from agent.reports.button_words import sentence
from agent.reports.plain import one_line
from agent.reports.statement import Standing
from agent.reports.words import word

_LONGEST_SUBJECT, _LONGEST_BESIDE = 70, 160
_ALL = (Action.PAID, Action.PAUSE, Action.DISPUTE, Action.WITHDRAW)
# What a line offers as it stands today; nothing where there is nothing to be done.
_OFFERED: Mapping[Standing, tuple[Action, ...]] = {
    Standing.NOT_DUE: _ALL,
    Standing.DUE: _ALL,
    Standing.REMINDED: _ALL,
    Standing.PROMISE: _ALL,
    Standing.CLAIM: _ALL,
    Standing.PAUSE: (Action.PAID, Action.DISPUTE, Action.WITHDRAW),
    Standing.DISPUTE: (Action.PAID, Action.WITHDRAW),
    Standing.PLAN: (Action.PAID, Action.WITHDRAW),
    Standing.ESCALATED: (Action.PAID, Action.WITHDRAW),
    Standing.REVIEW: (Action.WITHDRAW,),
}
_OWNERS = frozenset({Action.WITHDRAW})
# What nobody presses: whoever reads it is no colleague of the creditor, or it is forwarded to one who is not.
_WITHOUT = frozenset({*TO_DEBTORS, LetterKind.OPERATOR, LetterKind.DOSSIER})
# Their questions are answered in ways of their own: files wait for the answer.
_ANSWERED_APART = frozenset({LetterKind.IMPORT_LIST, LetterKind.BANK_STATEMENT})


class Line(Protocol):
    """The line of an invoice in a letter, as far as its buttons look at it."""

    @property
    def id(self) -> str:
        """The item's id."""

    @property
    def number(self) -> str:
        """The invoice's number."""

    @property
    def standing(self) -> Standing:
        """How it stands today."""

    @property
    def credit_note(self) -> bool:
        """Whether it is one."""


@dataclass(frozen=True, slots=True)
class Press:
    """One button: what it is called, the number of the invoice that it is about, and what it offers."""

    label: str
    number: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class Buttons:
    """What seals the buttons of one letter.

    Attributes:
        letter: the key of the letter. creditor, addresses: whose it is, and who gets it; a press is honoured from these alone.
        expires: the last day on which they work.
        ledger: the states that they may be about.
        question: the question that the letter asks, "" for none.
        owner: whether its reader may do what only an owner may.
    """

    secret: bytes = field(repr=False)
    letter: str
    creditor: str
    addresses: tuple[str, ...]
    expires: date
    ledger: Ledger = field(repr=False)
    question: str = ""
    owner: bool = False

    def token(self, offer: Offer) -> str:
        """The token of this button; "" when it is about nothing of the letter."""
        case = case_of(self.ledger, offer.target)
        if not case:
            return ""
        binding = Binding(self.creditor, case, self.addresses)
        return action_token(self.secret, offer, binding, expires=self.expires, letter=self.letter)


def buttons_of(letter: Letter, facts: Facts) -> Buttons | None:
    """What seals this letter's buttons; None where nobody who reads it may press one."""
    creditor = facts.creditor
    if creditor is None or not letter.to or letter.copy or letter.kind in _WITHOUT:
        return None
    roles = {person.address: person.role for person in creditor.people}
    role = roles.get(letter.to[0])
    if role not in (Role.OWNER, Role.STAFF):
        return None
    return Buttons(
        secret=facts.secret,
        letter=letter.key,
        creditor=creditor.id,
        addresses=letter.to,
        expires=facts.now.astimezone(zone("", creditor.timezone)).date() + timedelta(days=facts.action_days),
        ledger=facts.ledger,
        question="" if letter.kind in _ANSWERED_APART else letter.question,
        owner=role is Role.OWNER,
    )


def presses(buttons: Buttons | None, line: Line, language: str) -> tuple[Press, ...]:
    """The buttons beside the line of an invoice, as far as they mean something for it and its reader may press them."""
    if buttons is None or line.credit_note:
        return ()
    actions = _OFFERED.get(line.standing, ())
    mine = (action for action in actions if buttons.owner or action not in _OWNERS)
    return tuple(_press(action, line, language) for action in mine)


def approval(buttons: Buttons | None, line: Line, language: str) -> tuple[Press, ...]:
    """The button that confirms what was read on a doubtful document."""
    if buttons is None or line.standing is not Standing.REVIEW:
        return ()
    return (_press(Action.APPROVE, line, language),)


def _press(action: Action, line: Line, language: str) -> Press:
    code = action.name.lower()
    offer = Offer(action, line.id, sentence(code, line.number, language))
    return Press(word(f"press_{code}", language), line.number, offer)


def press_link(address: str, token: str, buttons: Buttons | None, offer: Offer, beside: str = "") -> str:
    """The mailto: link of a button: the words as subject and text, the reply token `token` and the sealed one behind the subject.

    What a number chooses stands `beside` it, below the words as a quotation: to be seen, and not to be read as the sender's own words.
    Without a sealed token it is the link of an answer in these words, which is read as typed.
    """
    sealed = buttons.token(offer) if buttons is not None else ""
    beside = one_line(beside, _LONGEST_BESIDE)
    said = one_line(f"{offer.words} – {beside}" if beside else offer.words, _LONGEST_SUBJECT)
    body = f"{offer.words}\n\n> {beside}" if beside else offer.words
    return mailto(address, " ".join(part for part in (said, token, sealed) if part), body)


def mailto(address: str, subject: str, body: str) -> str:
    """The link that opens a new mail to this address (RFC 6068).

    Everything is encoded, spaces as %20 and plus signs as %2B, since web mail reads the link like a form; lines end in %0D%0A (section 5).
    """
    lines = "\r\n".join(body.splitlines())
    return f"mailto:{percent(address, safe='@')}?subject={percent(subject, safe='')}&body={percent(lines, safe='')}"
