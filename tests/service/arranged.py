"""Short ways to arrange the story's first creditor for a test, and to read what his people and debtors got."""

from dataclasses import replace

from agent.demo.cast import BATIPLUS
from agent.domain.ledger import DebtorAccount
from agent.domain.parties import BookEntry
from agent.mail.outgoing import OutboxState
from agent.service.tick import set_timers
from tests.service.world import World

OWNER = "bruno@atelier-bruno.example"
DEBTOR_MAIL = "compta@batiplus.example"


def arrange(world: World, *, contacts: tuple[BookEntry, ...] = (), plan=None, reporting=None, **creditor) -> None:
    """Read the configuration again with these changes of the first creditor (and of the agency's plan)."""
    settings = world.app.settings
    creditors = tuple(replace(c, **creditor) if c.id == "atelier-bruno" else c for c in settings.creditors)
    settings = replace(
        settings,
        creditors=creditors,
        contacts=contacts or settings.contacts,
        plan=plan or settings.plan,
        reporting=reporting or settings.reporting,
    )
    world.app = world.app.with_settings(settings)
    set_timers(world.app)


def speaking(language: str, *, name: str = BATIPLUS.name, **more) -> tuple[BookEntry, ...]:
    """The contact book that says which language this debtor reads."""
    return (BookEntry("atelier-bruno", name, language=language, **more),)


def account(world: World) -> DebtorAccount:
    """The only debtor's account."""
    (found,) = world.app.store.states(DebtorAccount)
    return found


def bodies(world: World, address: str) -> list[str]:
    """The texts of all mails that an address received, as single lines."""
    return [" ".join(m.get_body(("plain",)).get_content().split()) for m in world.mails(address)]


def subjects(world: World, address: str) -> list[str]:
    """The subjects of all mails that an address received."""
    return [str(m["Subject"]) for m in world.mails(address)]


def kinds_to(world: World, address: str) -> list[str]:
    """The kinds of the mails that left for this address, in order."""
    found = [m for m in world.app.store.outbox(OutboxState) if m.sent_at is not None and address in m.to]
    return [m.kind for m in sorted(found, key=lambda m: (m.sent_at, m.id))]
