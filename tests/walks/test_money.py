"""Money over real servers: bank files of several kinds settle, part-pay, ask and reopen, and each debtor hears only what is right."""

import re
import subprocess
import time as clocks
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.parser import BytesParser
from email.policy import SMTP
from zoneinfo import ZoneInfo

import pytest

from agent.config import load
from agent.demo import mails
from agent.demo.cast import AGENCY, BATIPLUS, CAFE, HARBOUR, LUMIERE, OPERATOR
from agent.demo.stage import Stage
from agent.domain.ledger import ItemState
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from tests.walks import bank_files, test_daemon
from tests.walks.bank_files import Movement
from tests.walks.invoices import bill, credit_note
from tests.walks.town import Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]

BRUNO = "Bruno Lambert <bruno@atelier-bruno.example>"
BRUSSELS = ZoneInfo("Europe/Brussels")
TUESDAY = date(2026, 3, 10)
DEBTORS = {"batiplus": BATIPLUS, "cafe": CAFE, "lumiere": LUMIERE, "harbour": HARBOUR}
IBANS = {
    "batiplus": "BE10735045678904",
    "cafe": "BE71096123456769",
    "lumiere": "FR7630006000011234567890189",
    "harbour": "BE68539007547034",
}
BILLS = {
    "2026-601": ("batiplus", "121.00"),
    "2026-602": ("batiplus", "121.00"),
    "2026-603": ("batiplus", "121.00"),
    "2026-604": ("batiplus", "121.00"),
    "2026-611": ("cafe", "242.00"),
    "2026-612": ("cafe", "60.50"),
    "2026-621": ("lumiere", "363.00"),
    "2026-631": ("harbour", "484.00"),
}
BANK = """
[bank]
senders = [{ name = "Banque du Canal", creditors = ["atelier-bruno"], domains = ["banque.example"] }]
"""
PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def paid(who: str, amount: str, text: str, reference: str, *, returned: bool = False) -> Movement:
    return Movement(amount, DEBTORS[who].name, IBANS[who], text, reference, returned)


@dataclass
class Story:
    """The program over the town's servers, with a clock that is moved."""

    town: Town
    stage: Stage | None = None
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(datetime.combine(TUESDAY, time(7), BRUSSELS)))

    def open(self) -> None:
        app = build(load(self.town.folder / "config.toml"), clock=self.clock)
        app.channels[0].mailbox.open()
        self.stage = Stage(app, self.clock, self.town.post, self.town.dovecot.mails)

    def shut(self) -> None:
        close(self.stage.app)

    def write(self, sender: str, text: str, **files: bytes) -> None:
        self.stage.post(_letter(self.stage.pen(sender), text, **files))

    def pass_to(self, day: date) -> None:
        """Let the days pass, with work at nine, at noon and in the evening."""
        today = self.clock.now().astimezone(BRUSSELS).date()
        while today < day:
            today += timedelta(days=1)
            for hour in (9, 12, 17):
                self.stage.at(today, hour, 5)
                self.stage.work()
        self.stage.at(day, 17, 30)

    def items(self):
        return {i.invoice.number: i for i in self.stage.app.store.items()}

    def states(self):
        return {n: i.state for n, i in self.items().items() if i.state is not ItemState.FOLLOWED}


def _letter(pen, text, **files):
    mail = mails.letter(pen, AGENCY, "Voici", text)
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return mail


def heard(town, who):
    """What a debtor received, in order: what kind of mail it is, and the sum it asks for."""
    found = []
    for raw in town.dovecot.mails(DEBTORS[who].email):
        mail = BytesParser(policy=SMTP).parsebytes(raw)
        text = mail.get_body(("plain",)).get_content()
        asked = re.search(r"À régler maintenant : ([\d ., ]+€)", text.replace("\u00a0", " ").replace("\u202f", " "))
        others = {"cherchons encore": "proof request", "tout est réglé": "thanks"}
        kind = next((kind for words, kind in others.items() if words in text or words in mail["Subject"]), "receipt")
        found.append(("statement", asked[1].strip()) if asked else (kind, ""))
    return found


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The town after everything was played in it, the books closed; what was looked at on the way is checked on the way."""
    with Town(tmp_path_factory.mktemp("money"), "avis@banque.example") as town:
        town.settings()
        config = town.folder / "config.toml"
        config.write_text(config.read_text() + BANK)
        story = Story(town)
        story.open()
        first_days(story)
        story.shut()
        killed_in_between(story)
        story.open()
        later_days(story)
        yield story
        story.shut()


def first_days(story):
    """Eight invoices are handed over; a CODA file of a minute to nine keeps one of them off the statement of nine."""
    for number, (who, total) in BILLS.items():
        story.write(BRUNO, "À suivre.", f_xml=bill(number, total, DEBTORS[who]))
    coda = bank_files.coda(TUESDAY - timedelta(days=1), paid("batiplus", "121.00", "facture 2026-601", "REF1"))
    story.stage.at(TUESDAY, 8, 59)
    mail = _letter(story.stage.pen(BRUNO), "Extrait", e_cod=coda)
    story.town.post(mail.as_bytes())
    story.stage.at(TUESDAY, 9)
    story.stage.work()
    assert heard(story.town, "batiplus") == [("statement", "363,00 €")]
    assert heard(story.town, "cafe") == [("statement", "302,50 €")]
    assert heard(story.town, "lumiere") == [("statement", "363,00 €")]
    assert heard(story.town, "harbour") == [("statement", "484,00 €")]
    story.stage.reply("compta <office@harbourbooks.example>", "2026-631", "Nous avons payé cette facture hier.")


def killed_in_between(story):
    """A camt file comes to the daemon, which is killed over it; started again it does everything once."""
    day = TUESDAY + timedelta(days=1)
    camt = bank_files.camt(
        day,
        paid("cafe", "242.00", "facture 2026-611", "REF2"),
        paid("lumiere", "100.00", "acompte facture 2026-621", "REF3"),
        paid("batiplus", "121.00", "votre facture", "REF4"),
    )
    morning = datetime.combine(day, time(10), BRUSSELS)
    service = test_daemon.Service(story.town)
    service._ahead = (morning - datetime.now(BRUSSELS)).total_seconds()
    service.start()
    assert test_daemon.until(service.readied, 90)
    pen = mails.Pen(BRUNO, morning, "money-camt")
    story.town.post(_letter(pen, "Extrait", e_xml=camt).as_bytes())
    clocks.sleep(0.4)
    service.kill()
    service.start()
    try:
        assert test_daemon.until(lambda: story.town.dovecot.mails(AGENCY) == [], 120)
        assert test_daemon.until(lambda: _of(story.town, "quelle facture"), 60)
    finally:
        assert service.stop() == 0
    story.clock.set(morning + timedelta(hours=1))


def _of(town, subject):
    """The mails to the owner whose subject has this word."""
    return [
        raw
        for raw in town.dovecot.mails("bruno@atelier-bruno.example")
        if subject in str(BytesParser(policy=SMTP).parsebytes(raw)["Subject"])
    ]


def later_days(story):
    """A question is answered by a number; money comes twice, is returned, announced by the bank, and read from a table."""
    stage = story.stage
    assert story.states() == {"2026-601": ItemState.SETTLED, "2026-611": ItemState.SETTLED}
    assert str(story.items()["2026-621"].balance) == "263.00 EUR"
    stage.choose(BRUNO, "121", "2")
    assert len(story.states()) == 3
    story.pass_to(date(2026, 3, 12))
    story.write(BRUNO, "Reçu de Batiplus un acompte sur compte de 121 €")
    open_one = next(n for n, i in story.items().items() if n.startswith("2026-60") and i.state is ItemState.FOLLOWED)
    story.write(BRUNO, "Note de crédit", n_xml=credit_note("NC-1", open_one, "121.00"))
    assert story.states()[open_one] is ItemState.SETTLED
    story.pass_to(date(2026, 3, 17))
    back = paid("cafe", "-242.00", "retour facture 2026-611", "REF6", returned=True)
    story.write(BRUNO, "Extrait", e_xml=bank_files.camt(date(2026, 3, 17), back))
    story.pass_to(date(2026, 3, 19))
    assert heard(story.town, "harbour")[-1] == ("proof request", "")
    proof = mails.answer(
        stage.pen("compta <office@harbourbooks.example>"),
        stage.latest("office@harbourbooks.example", "2026-631"),
        "Voici la preuve de paiement.",
    )
    proof.add_attachment(PROOF, maintype="application", subtype="pdf", filename="preuve.pdf")
    stage.post(proof)
    story.pass_to(date(2026, 3, 20))
    stage.post(bank_files.notice(stage.pen(bank_files.BANK), paid("harbour", "484.00", "2026-631", "REF7")))
    story.pass_to(date(2026, 3, 30))
    rest = paid("lumiere", "263.00", "solde facture 2026-621", "REF8")
    story.write(BRUNO, "Export", e_csv=bank_files.kbc(date(2026, 3, 30), rest))
    story.pass_to(date(2026, 3, 31))
    twice = paid("lumiere", "263.00", "solde facture 2026-621", "REF9")
    story.write(BRUNO, "Extrait", e_xml=bank_files.camt(date(2026, 3, 31), twice))
    assert on_account(story, "2026-621") == "263.00 EUR"
    stage.choose(BRUNO, "263", "2")
    assert on_account(story, "2026-621") == "0.00 EUR"
    story.pass_to(date(2026, 4, 13))


def on_account(story, number):
    """What is kept for the debtor of this invoice."""
    account = story.items()[number].invoice.debtor
    return str(story.stage.app.store.ledger([account]).accounts[account].on_account("EUR"))


def test_the_books_say_what_the_bank_says(played):
    """Each invoice stands as its money does."""
    items = played.items()
    states = {n: i.state for n, i in items.items()}
    followed = {n for n, s in states.items() if s is ItemState.FOLLOWED}
    assert len([n for n in followed if n.startswith("2026-60")]) == 1
    assert followed - {n for n in followed if n.startswith("2026-60")} == {"2026-611", "2026-612"}
    assert states["2026-621"] is states["2026-631"] is states["NC-1"] is ItemState.SETTLED
    assert str(items["2026-611"].balance) == "242.00 EUR"
    assert on_account(played, "2026-601") == "121.00 EUR"


def test_each_debtor_heard_exactly_what_was_right(played):
    """Who paid heard nothing more; who is in credit was not reminded; what was asked was what was open."""
    assert heard(played.town, "batiplus") == [("statement", "363,00 €")]
    assert heard(played.town, "cafe") == [("statement", "302,50 €"), ("statement", "60,50 €"), ("statement", "60,50 €")]
    assert heard(played.town, "lumiere") == [("statement", "363,00 €"), ("statement", "263,00 €"), ("thanks", "")]
    assert heard(played.town, "harbour") == [
        ("statement", "484,00 €"),
        ("receipt", ""),
        ("proof request", ""),
        ("receipt", ""),
        ("thanks", ""),
    ]


def test_nothing_was_sent_twice_or_left_lying(played):
    """The kill in between left no trace but the time it took."""
    arrived = Counter(BytesParser(policy=SMTP).parsebytes(raw)["Message-ID"] for _, _, raw in played.town.smtp.mails)
    assert [i for i, n in arrived.items() if n > 1] == []
    waiting = played.stage.app.store.outbox([OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD])
    assert [m.kind for m in waiting] == []
    assert played.town.dovecot.mails(AGENCY) == []
    assert [m for m in played.town.dovecot.mails(OPERATOR) if b"Quarantine" in m] == []


def test_the_books_verify_and_lead_to_the_bank_line(played):
    """`relance verify` finds nothing wrong; `relance explain` shows the movement behind each payment."""
    config = str(played.town.folder / "config.toml")
    assert played.stage.app.store.verify() == []
    shown = subprocess.run(
        [test_daemon.sys.executable, "-c", f"from agent.cli import main; raise SystemExit(main(['explain', '2026-601', '--config', {config!r}]))"],
        capture_output=True, text=True, check=True, cwd=test_daemon.ROOT,
    ).stdout  # fmt: skip
    assert IBANS["batiplus"] in shown
    assert "e.cod" in shown
