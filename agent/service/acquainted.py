"""The last look at whom a mail is addressed to: whatever was decided before, nobody is written to whom no book and no setting names."""

from __future__ import annotations

from agent.domain.decide import Decision
from agent.domain.letters import to_operator
from agent.mail.outgoing import OutgoingMail
from agent.outbox.rules import STRANGERS
from agent.ports import Commit
from agent.service.app import App
from agent.service.conclude import Outcome, commit_of


def strangers(app: App, mail: OutgoingMail) -> tuple[str, ...]:
    """The recipients of this mail who may not get it, by the books and the configuration of this moment.

    A debtor's mail goes to the contacts of his account alone; one in a creditor's case to his people, to those who read along for
    him, and to the operator; any other to the operator.
    """
    known = _debtor(app, mail) if mail.debtor else _people(app, mail.creditor)
    return tuple(address for address in mail.recipients if address.lower() not in known)


def _debtor(app: App, mail: OutgoingMail) -> frozenset[str]:
    account = app.store.ledger([mail.debtor]).accounts.get(mail.debtor)
    if account is None or account.creditor != mail.creditor:
        return frozenset()
    return frozenset(contact.address.lower() for contact in account.contacts)


def _people(app: App, creditor_id: str) -> frozenset[str]:
    settings = app.settings
    named = {settings.agency.operator}
    creditor = settings.creditor(creditor_id)
    if creditor is not None:
        named |= {person.address for person in creditor.people} | set(creditor.copy_to)
        named |= {a for entry in settings.contacts if entry.creditor == creditor_id for a in entry.copy_to}
    return frozenset(address.lower() for address in named)


def told_of_strangers(app: App, mail: OutgoingMail) -> Commit | None:
    """The letter to the operator about a mail that was held for its recipients; None when it was held for something else."""
    if not mail.note.startswith(STRANGERS):
        return None
    agency = app.settings.agency
    letter = to_operator(
        agency,
        f"operator:strangers:{mail.id}:{mail.attempts}",
        (
            ("summary", "a mail to somebody whom no book names is held"),
            ("mail", mail.id),
            ("to", ", ".join(mail.recipients)),
            ("subject", mail.subject),
        ),
    )
    return commit_of(app, Outcome(Decision(letters=(letter,))))
