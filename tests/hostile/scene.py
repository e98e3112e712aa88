"""The scene of every case: three creditors, five open invoices, statements sent, one question of the bank's open. Each case gets a copy."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from agent.config import Settings
from agent.demo import mails
from agent.demo.cast import CAFE, KELLER, PEETERS, STUDIO, TECHNIEK, write_configuration
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.service.documents import Rooms
from tests.service.test_bank import camt
from tests.service.world import BRUNO, DEBTOR, ELS, MARY, TUESDAY, World
from tests.walks.invoices import ubl

BATIPLUS, CAFE_AT = DEBTOR, f"Café <{CAFE.email}>"
STRANGER = "Mallory <mallory@evil.example>"


@dataclass(slots=True)
class Scene(World):
    """A world in which the story has begun; `folder` holds all that the program may write to."""

    folder: Path = Path()
    begun: int = 0
    told: frozenset[str] = frozenset()
    lying: frozenset[Path] = frozenset()

    def statement(self, debtor: str = BATIPLUS) -> bytes:
        """The statement that this debtor got."""
        return self.received(debtor)[-1]

    def question(self) -> bytes:
        """The bank question that Bruno was asked."""
        return next(raw for raw in reversed(self.received(BRUNO)) if b"\n1" in raw and b"2026-502" in raw)

    def answered(self, sender: str, text: str, *, to: bytes = b"", proved: bool = True) -> bytes:
        """Somebody's answer to a letter (his statement, when none is named)."""
        return mails.answer(self.pen(sender, proved=proved), to or self.statement(sender), text).as_bytes()

    def shows(self) -> None:
        """Remember what lies here and what was told: what comes from now on is the case's."""
        self.begun = max((e.seq for e in self.app.store.events()), default=0)
        self.told = frozenset(mail.id for mail in self.app.store.outbox(OutboxState))
        self.lying = frozenset(self._delivered())

    def fresh(self) -> dict[Path, bytes]:
        """The mails delivered since, by their files."""
        return {path: path.read_bytes() for path in sorted(self._delivered() - self.lying)}

    def happened(self) -> tuple[str, ...]:
        """The events since."""
        return tuple(type(e.event).__name__ for e in self.app.store.events(since=self.begun))

    def letters(self) -> list[OutgoingMail]:
        """The letters written since."""
        return [mail for mail in self.app.store.outbox(OutboxState) if mail.id not in self.told]

    def _delivered(self) -> set[Path]:
        return {path for path in (self.folder / "delivered").rglob("*") if path.parent.name == "new"}


@dataclass(frozen=True, slots=True)
class Model:
    """The scene as files, its moment, and the rooms in which all its copies read documents."""

    folder: Path
    settings: Settings
    moment: datetime
    rooms: Rooms

    def copy(self, folder: Path) -> Scene:
        """A scene of one's own in `folder`."""
        for name in ("state", "mailbox", "delivered"):
            shutil.copytree(self.folder / name, folder / name, copy_function=_copied)
        (mailbox,) = self.settings.mailboxes
        paths = {
            "inbox": replace(mailbox.inbox, path=folder / "mailbox"),
            "outgoing": replace(mailbox.outgoing, path=folder / "delivered"),
        }
        settings = replace(self.settings, state_dir=folder / "state", mailboxes=(replace(mailbox, **paths),))
        return opened(settings, folder, self.moment, self.rooms)


def opened(settings: Settings, folder: Path, moment: datetime, rooms: Rooms | None = None) -> Scene:
    """The program over these folders."""
    made = Scene.of(settings, moment)
    if rooms is not None:
        made.app.reader._rooms = rooms
    made.folder = folder
    made.shows()
    return made


def _copied(source: str, target: str) -> str:
    """Mails and documents never change: a link will do. The books do."""
    if "relance.db" in source or "/cur/" in source:
        return shutil.copy2(source, target)
    os.link(source, target)
    return target


def model(folder: Path) -> Model:
    """The scene, played once."""
    settings = write_configuration(folder)
    limits = replace(settings.limits, parse_seconds=30, parse_memory_mb=512, answers_per_day=50)
    settings = replace(settings, limits=limits)
    world = Scene.of(settings, TUESDAY)
    world.folder = folder
    for number, buyer in (("2026-501", None), ("2026-502", None), ("2026-503", CAFE)):
        world.hand_over(number, **({"buyer": buyer} if buyer else {}))
    world.write(ELS, f_xml=ubl("VD-2026-1", seller=TECHNIEK, buyer=PEETERS))
    world.write(MARY, f_xml=ubl("NG-2026-1", seller=STUDIO, buyer=KELLER))
    world.days(1)
    world.write(BRUNO, "Extrait", e_xml=camt(("121.00", "votre facture", "r1")))
    world.work()
    assert world.sent().count("statement") == 4, world.sent()
    assert "question" in world.sent()
    world.app.store.checkpoint()
    made = Model(folder, settings, world.clock.now(), world.app.reader._rooms)
    world.app.store.close()
    return made
