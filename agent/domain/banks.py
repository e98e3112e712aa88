"""Banks that write to the mailbox: whose movements each may report, and how it words the mail about a single payment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BankSender:
    """A bank that may report the movements of these creditors, and nothing else, from these addresses or domains."""

    name: str
    creditors: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def writes_from(self, address: str) -> bool:
        """Whether this address is the bank's: named, or of a domain of its (or below it)."""
        domain = address.rpartition("@")[2]
        return address in self.addresses or any(domain == d or domain.endswith(f".{d}") for d in self.domains)


@dataclass(frozen=True, slots=True)
class NoticePattern:
    """How one sender words "a payment came in": a regular expression with the groups amount, and if it tells them name, iban,
    reference, date and account. `sender` is an address or a domain.
    """

    sender: str
    pattern: str

    def applies_to(self, address: str) -> bool:
        """Whether mails of this address are read by this pattern."""
        domain = address.rpartition("@")[2]
        return self.sender in (address, domain) or domain.endswith(f".{self.sender}")


@dataclass(frozen=True, slots=True)
class Banks:
    """The banks that the operator named, and the wordings that he added to the usual ones."""

    senders: tuple[BankSender, ...] = ()
    notices: tuple[NoticePattern, ...] = ()

    def at(self, address: str) -> tuple[BankSender, ...]:
        """The banks that write from this address."""
        return tuple(bank for bank in self.senders if bank.writes_from(address))

    def creditors_at(self, address: str) -> tuple[str, ...]:
        """The creditors whose movements this address may report."""
        return tuple(dict.fromkeys(creditor for bank in self.at(address) for creditor in bank.creditors))

    def patterns_for(self, address: str) -> tuple[str, ...]:
        """The operator's wordings for mails of this address."""
        return tuple(notice.pattern for notice in self.notices if notice.applies_to(address))
