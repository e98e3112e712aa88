"""A book in which every power has its case, prepared once and opened anew for each mail."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

from agent.config import Settings, load
from agent.demo.cast import CAFE, DEKKER, HARBOUR, KELLER, LUMIERE, OPERATOR, PEETERS, STUDIO, write_configuration
from agent.domain import events as ev
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.by_hand import RELEASED
from agent.service.documents import Rooms
from agent.service.lessons import layouts_of
from agent.service.reader import Reader
from agent.service.sandbox import Limits
from agent.service.tick import set_timers
from agent.service.work import handle_waiting
from tests.roles.people import BECKER, NINA, PAUL, lookup
from tests.service.world import BRUNO, MARY, TUESDAY, World
from tests.walks.invoices import ubl

NEW_ACCOUNT = "BE71096123456769"
_LIST = (
    "N° facture;Client;Date facture;Échéance;Montant TTC;Solde;E-mail\n"
    "F-1;Nouveau SARL;02/01/2026;01/02/2026;400,00;400,00;achats@nouveau.example\n"
).encode()
_LIMITS = "surge_mails = 3\nsurge_factor = 1\n[reporting]\nmonthly_day = 0\n"
_BANKS = """
[bank]
senders = [{ name = "Banque du Canal", creditors = ["atelier-bruno", "northgate"], addresses = ["avis@banque.example"] }]
"""


class Opened(World):
    """The prepared books, and what a mail made of them."""

    book: Book

    def receive(self, raw: bytes) -> None:
        """Handle this mail; what is written stays in the outbox."""
        self.deliver(raw)
        handle_waiting(self.app, self.app.channels[0], ahead=False)

    def events(self) -> list[ev.Event]:
        """What the books say has happened since they were opened."""
        return [entry.event for entry in self.app.store.events(since=self.book.happened)]

    def fresh(self) -> list[OutgoingMail]:
        """The mails written since."""
        return [mail for mail in self.app.store.outbox([OutboxState.QUEUED]) if mail.id not in self.book.queued]

    def close(self) -> None:
        self.app.store.close()


class Book:
    """The prepared books.

    `letters` are those that each address had received by then, oldest first; `queued` the mails that still wait, `happened` the number
    of the last event, `released` when the operator last let mails go.
    """

    queued: frozenset[str] = frozenset()

    def __init__(self, folder: Path) -> None:
        self._read: dict[tuple[str, str], EmailMessage] = {}
        self._saved, self._live, self._rooms = folder / "saved", folder / "live", Rooms.of(Limits())
        self._live.mkdir(parents=True)
        self.settings = _configured(self._live)
        world = self._built(TUESDAY.replace(hour=11))
        set_timers(world.app)
        _prepare(world)
        self.now, self.happened = world.clock.now(), max(entry.seq for entry in world.app.store.events())
        self.released, self.queued = world.app.store.note(RELEASED), frozenset(m.id for m in world.fresh())
        people = {address for mail in world.app.store.outbox([OutboxState.SENT]) for address in mail.to}
        self.letters = {address: tuple(world.received(address)) for address in people}
        world.close()
        for pile in (*self._live.glob("delivered/*"), *self._live.glob("mailbox/.*/cur")):
            shutil.rmtree(pile)
            pile.mkdir()
        shutil.copytree(self._live, self._saved)

    def open(self) -> Opened:
        """The books as they were prepared, in place of those opened before; the caller closes them."""
        shutil.rmtree(self._live)
        shutil.copytree(self._saved, self._live, copy_function=_copied)
        return self._built(self.now)

    def close(self) -> None:
        self._rooms.close()

    def letter(self, person: str, about: str) -> EmailMessage:
        """The latest letter to this person whose subject holds these words."""
        key = (parseaddr(person)[1], about)
        if key not in self._read:
            read = (BytesParser(policy=SMTP).parsebytes(raw) for raw in reversed(self.letters[key[0]]))
            self._read[key] = next(mail for mail in read if about in str(mail["Subject"]))
        return self._read[key]

    def _built(self, moment: datetime) -> Opened:
        world = Opened.of(self.settings, moment)
        assert isinstance(world, Opened)
        store, pages = world.app.store, world.app.settings.limits.document_pages
        reader = Reader(self._rooms, pages, layouts=lambda creditor: layouts_of(store, creditor))
        world.app, world.book = replace(world.app, lookup=lookup, reader=reader), self
        return world


def _copied(source: str, target: str) -> None:
    """A copy; a document is never written to, so that a second name is enough."""
    os.link(source, target) if "/documents/" in source else shutil.copy(source, target)


def _configured(folder: Path) -> Settings:
    write_configuration(folder)
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("dkim = false", "dkim = true") + _LIMITS + _BANKS)
    atelier, northgate = folder / "creditors" / "atelier-bruno.toml", folder / "creditors" / "northgate.toml"
    atelier.write_text(f'viewers = ["{PAUL}"]\n' + atelier.read_text() + "[plan]\nstatements = 1\n")
    northgate.write_text(f'staff = ["{NINA}"]\nmode = "confirm"\n' + northgate.read_text())
    return load(config)


def _pass(world: World, days: int) -> None:
    """Let days pass, with work once on each."""
    for _ in range(days):
        world.clock.advance(timedelta(days=1))
        world.work()


def _prepare(world: World) -> None:
    """Three weeks: a debtor who had his only statement long ago, and others with one, of whom some answered and some were told of."""
    world.hand_over("2026-502", buyer=CAFE)
    world.write(MARY, f_xml=ubl("NG-701", buyer=HARBOUR, seller=STUDIO))
    _pass(world, 1)
    world.reply(MARY, "for your yes", "ok")
    _pass(world, 15)
    world.hand_over("2026-501")
    for number, buyer in (("2026-503", LUMIERE), ("2026-504", PEETERS), ("2026-506", KELLER), ("2026-507", DEKKER)):
        world.hand_over(number, buyer=buyer)
    world.write(MARY, f_xml=ubl("NG-702", buyer=BECKER, seller=STUDIO))
    _pass(world, 1)
    world.reply(f"Technique <{OPERATOR}>", "than usual", "ok")
    world.write(BRUNO, f_xml=ubl("2026-505", buyer=PEETERS).replace(b"BE83363012345615", NEW_ACCOUNT.encode()))
    world.reply(LUMIERE.email, "2026-503", "Bonjour, pouvons-nous payer en 3 fois, à partir du 25 avril ?")
    world.write(BRUNO, "Voici nos factures ouvertes.", liste_csv=_LIST)
    world.write(BRUNO, "payé 2026-504", proved=False)
    world.at(date(2026, 3, 30), 10)
    world.work()
    world.reply(DEKKER.email, "2026-507", "We hebben gisteren betaald.")
    world.write(BRUNO, "pause 2026-506 jusqu'au 30/06/2026")
