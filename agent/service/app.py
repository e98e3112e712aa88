"""The running program as one value: its doors, its settings and what is derived from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from agent.config import MailboxSettings, Settings
from agent.domain.decide import Context
from agent.domain.parties import Creditor, Role
from agent.domain.payees import PayeeAccount
from agent.domain.workdays import zone
from agent.intake.directory import Directory
from agent.ports import Clock, Mailbox, Store, Transport
from agent.service.company import Company
from agent.service.reader import Reader
from agent.service.turns import AddressBook, Turns


@dataclass(frozen=True, slots=True)
class Channel:
    """One watched mailbox and the way out that belongs to it; `turns` is the order in which its mails are handled."""

    mailbox: Mailbox
    transport: Transport
    turns: Turns = field(default_factory=Turns, compare=False)

    @property
    def name(self) -> str:
        """The operator's word for it."""
        return self.mailbox.name


@dataclass(frozen=True, slots=True)
class App:
    """Everything that handling a mail or a tick of the clock needs.

    `lookup` asks DNS for a TXT record (None: DKIM is not checked here). `secret` makes the reply tokens. `ailing` names the channels
    whose way out is known to be blocked: what may leave by any of them takes another. `unread` names the channels whose inbox may hold mail that nobody has
    read yet: nothing is written to debtors about money until it is (agent.service.inbox). `remember` writes down what the mailboxes want to know at the next
    start; it is for the thread that commits. `company` is what is known of the other workers.
    """

    settings: Settings
    channels: tuple[Channel, ...]
    store: Store
    clock: Clock
    reader: Reader
    secret: bytes
    directory: Directory
    lookup: Callable[[str], str | None] | None = None
    ailing: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()
    remember: Callable[[], None] = lambda: None
    company: Company = field(default_factory=Company, compare=False)

    def with_settings(self, settings: Settings) -> App:
        """The same program after its settings were read again. Its mailboxes are those it was started with."""
        settings = replace(settings, mailboxes=self.settings.mailboxes)
        directory = Directory.of(settings.creditors, settings.agency, settings.addresses, settings.banks)
        return replace(self, settings=settings, directory=directory)

    def mailbox_for(self, creditor: Creditor | None) -> MailboxSettings:
        """The mailbox from which a letter in this creditor's case leaves; one to the operator, from any whose way out works."""
        if creditor is not None:
            return self.settings.mailbox_of(creditor)
        mailboxes = self.settings.mailboxes
        return next((m for m in mailboxes if m.name not in self.ailing), mailboxes[0])

    def serves(self, channel: Channel, name: str) -> bool:
        """Whether mails of this channel's name leave through `channel`; the first one takes those that belong to none of any worker."""
        if channel.name == name:
            return True
        if channel is not self.channels[0] or self.company.leaves_mails_of(name):
            return False
        return all(other.name != name for other in self.channels)

    @property
    def book(self) -> AddressBook:
        """By what senders are known before their mail is read."""
        return AddressBook(self.directory, self.store, self.settings.trust, self.company)

    def today(self, creditor: Creditor) -> date:
        """The creditor's local day."""
        return self.clock.now().astimezone(zone("", creditor.timezone)).date()

    def known(self, creditor: Creditor) -> Creditor:
        """The creditor with the accounts that his owner confirmed beside those of his file."""
        met = (state for state in self.store.states(PayeeAccount, creditor.id) if isinstance(state, PayeeAccount))
        confirmed = (payee.iban for payee in met if payee.is_confirmed)
        return replace(creditor, ibans=tuple(dict.fromkeys((*creditor.ibans, *confirmed))))

    def context(self, creditor: Creditor, source: str, *, sender: str = "", role: Role = Role.STRANGER) -> Context:
        """The circumstances of a decision in this creditor's case, now."""
        settings = self.settings
        return Context(
            now=self.clock.now(),
            today=self.today(creditor),
            source=source,
            creditor=self.known(creditor),
            plan=settings.plan.changed(creditor.plan),
            sender=sender,
            role=role,
            default_terms=settings.legal_terms,
            collects=settings.collects,
            book=tuple(e for e in settings.contacts if e.creditor == creditor.id),
            charging=settings.charging(creditor),
            own_domains=tuple(dict.fromkeys(a.rpartition("@")[2] for a in settings.addresses)),
        )
