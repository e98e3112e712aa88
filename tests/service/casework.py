"""A case with everything in it: statements, a promise that is broken, a dispute, an enclosure, a payment, a bounce, a hand-over."""

from pathlib import Path

from agent.config import load
from agent.demo.cast import CAFE
from agent.service.bootstrap import build, close
from tests.service.world import BRUNO, DEBTOR, World
from tests.walks.invoices import ubl

NUMBER, SECOND = "2026-501", "2026-507"
PDF = b"%PDF-1.4\n% a proof of payment\n%%EOF\n"
_CLAIMING = "\n[charges]\ninterest = true\nindemnity = true\n"


def claiming_world(folder: Path, language: str = "fr") -> World:
    """A world whose first creditor claims interest, in this language."""
    world = World.built(folder)
    close(world.app)
    path = folder / "creditors" / "atelier-bruno.toml"
    text = path.read_text(encoding="utf-8").replace('language = "fr"', f'language = "{language}"')
    path.write_text(text + _CLAIMING, encoding="utf-8")
    world.app = build(load(folder / "config.toml"), clock=world.clock, rehearsal=True)
    for channel in world.app.channels:
        channel.mailbox.open()
    return world


def played(world: World) -> None:
    """Play it until the owner may hand it over."""
    world.hand_over(NUMBER)
    world.hand_over(SECOND, total="605.00", issued="2026-01-12", due="2026-02-11")
    world.write(BRUNO, f_xml=ubl("2026-502", buyer=CAFE))
    world.days(3)
    world.reply(DEBTOR, NUMBER, "Bonjour,\n\nNous paierons la facture 2026-501 le 20 mars.\n\nBien à vous")
    world.days(16)
    world.write(BRUNO, f"reçu 40 € pour {NUMBER} le 27/03")
    world.days(7)
    world.write(DEBTOR, f"Nous contestons la facture {SECOND} : il manque une livraison.", preuve_pdf=PDF)
    world.days(2)
    for number in (NUMBER, SECOND):
        world.write(BRUNO, f"litige réglé {number}")
    world.days(35)
