"""The buttons of a letter to the creditor's people: each a mail that says in words what it does, sealed with a token of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import quote as percent

from agent.domain.decide.targets import case_of
from agent.domain.ledger import Ledger
from agent.domain.letters import TO_DEBTORS, Letter, LetterKind
from agent.domain.parties import Role
from agent.domain.workdays import zone
from agent.mail.actions import Binding, Offer, action_token
from agent.outbox.facts import Facts

_LONGEST_SUBJECT = 70


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
    if creditor is None or not letter.to or letter.kind in TO_DEBTORS or letter.kind is LetterKind.OPERATOR:
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
        question=letter.question,
        owner=role is Role.OWNER,
    )


def press_link(address: str, token: str, buttons: Buttons | None, offer: Offer) -> str:
    """The mailto: link of a button: the words as subject and text, the reply token `token` and the sealed one behind the subject.

    Without a sealed token it is the link of an answer in these words, which is read as typed.
    """
    sealed = buttons.token(offer) if buttons is not None else ""
    said = " ".join(offer.words.split())
    subject = said if len(said) <= _LONGEST_SUBJECT else said[: _LONGEST_SUBJECT - 1].rstrip() + "…"
    return mailto(address, " ".join(part for part in (subject, token, sealed) if part), offer.words)


def mailto(address: str, subject: str, body: str) -> str:
    """The link that opens a new mail to this address (RFC 6068).

    Everything is encoded, spaces as %20 and plus signs as %2B, since web mail reads the link like a form; lines end in %0D%0A (section 5).
    """
    lines = "\r\n".join(body.splitlines())
    return f"mailto:{percent(address, safe='@')}?subject={percent(subject, safe='')}&body={percent(lines, safe='')}"
