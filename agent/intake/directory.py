"""Who wrote: the sender's role, from the address book and from proof. An address alone is only a claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.domain.banks import Banks
from agent.domain.parties import Agency, Creditor, Role
from agent.mail.authentication import Proof
from agent.mail.message import Message
from agent.mail.outgoing import OutgoingMail

_NO_BANKS = Banks()
_MAILERS = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from.

    `creditors` are the creditors whose people he is one of, or whose debtor he is; `accounts` the debtor accounts that know his
    address (or that his thread token names). `proved` says that the role is more than a claim, `because` why or why not.
    """

    address: str
    name: str
    role: Role
    creditors: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    proved: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """The address book: the people of all creditors, the banks that may report movements, and the addresses that are our own."""

    people: Mapping[str, tuple[tuple[str, Role], ...]]
    ourselves: frozenset[str]
    banks: Banks = Banks()

    @classmethod
    def of(
        cls, creditors: Iterable[Creditor], agency: Agency, mailboxes: Iterable[str] = (), banks: Banks = _NO_BANKS
    ) -> Directory:
        """The directory of these creditors' people and of the banks that report their movements."""
        people: dict[str, tuple[tuple[str, Role], ...]] = {}
        for creditor in creditors:
            for person in creditor.people:
                people[person.address] = (*people.get(person.address, ()), (creditor.id, person.role))
        return cls(people, frozenset({agency.address.lower(), *mailboxes}), banks)


def identify_sender(
    message: Message,
    directory: Directory,
    proof: Proof,
    *,
    accounts: Sequence[tuple[str, str]] = (),
    answered: OutgoingMail | None = None,
) -> Sender:
    """The sender of a mail.

    Args:
        accounts: (account id, creditor id) of the debtor accounts that know the sender's address.
        answered: our mail whose unguessable token this one carries. It proves a debtor, at the address it was sent to, and
            nobody else: mails get forwarded, and a forwarded mail hands its rights to nobody.
    """
    address, name = message.sender.address, message.sender.name
    if address in directory.ourselves:
        return Sender(address, name, Role.OURSELVES, proved=False, because="our own address")
    if address.partition("@")[0] in _MAILERS or not address:
        return Sender(address, name, Role.MAILER, because="a mail system's address")
    entries = directory.people.get(address, ())
    answers_as_debtor = answered is not None and answered.debtor and answered.creditor not in {c for c, _ in entries}
    if entries and not (answers_as_debtor and _issued_to(address, answered)):
        role = min((r for _, r in entries), key=_RANK.index)
        return Sender(
            address,
            name,
            role,
            tuple(c for c, _ in entries),
            proved=proof.passed,
            because=proof.because or proof.method,
        )
    found = _debtor_or_stranger(message, proof, accounts, answered)
    reported = directory.banks.creditors_at(address)
    if found.role is Role.STRANGER and reported:
        because = proof.because or proof.method
        return Sender(address, name, Role.BANK, reported, proved=proof.passed, because=because)
    return found


def _issued_to(address: str, answered: OutgoingMail | None) -> bool:
    """Whether this address got the debtor's letter that is answered; one creditor's owner may be another one's debtor."""
    return answered is not None and bool(answered.debtor) and address in answered.to


_RANK = (Role.OWNER, Role.STAFF, Role.VIEWER)


def _debtor_or_stranger(
    message: Message, proof: Proof, accounts: Sequence[tuple[str, str]], answered: OutgoingMail | None
) -> Sender:
    address, name = message.sender.address, message.sender.name
    if answered is not None and _issued_to(address, answered):
        return Sender(
            address, name, Role.DEBTOR, (answered.creditor,), (answered.debtor,), proved=True, because="reply token"
        )
    known = tuple(account for account, _ in accounts)
    if known:
        creditors = tuple(dict.fromkeys(creditor for _, creditor in accounts))
        return Sender(
            address, name, Role.DEBTOR, creditors, known, proved=proof.passed, because=proof.because or proof.method
        )
    return Sender(address, name, Role.STRANGER, because="an address that nobody told us")
