"""The running program as one value: its doors, its settings and what is derived from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from agent.config import Settings
from agent.domain.decide import Context
from agent.domain.parties import Creditor, Role
from agent.domain.workdays import zone
from agent.intake.directory import Directory
from agent.ports import Clock, Mailbox, Store, Transport
from agent.service.reader import Reader


@dataclass(frozen=True, slots=True)
class Channel:
    """One watched mailbox and the way out that belongs to it."""

    mailbox: Mailbox
    transport: Transport


@dataclass(frozen=True, slots=True)
class App:
    """Everything that handling a mail or a tick of the clock needs.

    `lookup` asks DNS for a TXT record (None: DKIM is not checked here). `secret` makes the reply tokens. `rehearsal` is the
    demo: nothing leaves this machine, so a collector may write to debtors.
    """

    settings: Settings
    channels: tuple[Channel, ...]
    store: Store
    clock: Clock
    reader: Reader
    secret: bytes
    directory: Directory
    lookup: Callable[[str], str | None] | None = None
    rehearsal: bool = False

    def with_settings(self, settings: Settings) -> App:
        """The same program after its settings were read again."""
        return replace(self, settings=settings, directory=Directory.of(settings.creditors, settings.agency))

    @property
    def writes_to_debtors(self) -> bool:
        """A collector writes to no debtor until the rules of the debtor's country can be guarded."""
        return self.rehearsal or self.settings.mode.value == "creditor"

    def today(self, creditor: Creditor) -> date:
        """The creditor's local day."""
        return self.clock.now().astimezone(zone("", creditor.timezone)).date()

    def context(self, creditor: Creditor, source: str, *, sender: str = "", role: Role = Role.STRANGER) -> Context:
        """The circumstances of a decision in this creditor's case, now."""
        settings = self.settings
        return Context(
            now=self.clock.now(),
            today=self.today(creditor),
            source=source,
            creditor=creditor,
            plan=settings.plan.changed(creditor.plan),
            sender=sender,
            role=role,
            default_terms=settings.legal_terms,
            book=tuple(e for e in settings.contacts if e.creditor == creditor.id),
            own_domains=(settings.agency.address.rpartition("@")[2],),
        )
