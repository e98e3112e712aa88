"""Who answers whom, and how often: whatever writes back to us, it gets a handful of answers, what it says is kept, and the operator hears once."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, AUTHSERV, OPERATOR
from agent.demo.mails import Pen
from agent.domain.ledger import Question
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.ports import Box
from tests.service.world import AUDIT, BRUNO, DEBTOR, World
from tests.walks.invoices import ubl

TURNS = 1_000
BRUNOS, DEBTORS = "bruno@atelier-bruno.example", "compta@batiplus.example"
# More than any test here may bring about, and far less than a loop would.
HANDFUL = 40
_MARKS = re.compile(
    rb"^(X-Mailer|Auto-Submitted|X-Auto-Response-Suppress|Precedence|Return-Path): .*\r\n", re.MULTILINE
)


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World.built(tmp_path)
    yield made
    made.close()


@dataclass
class Facing:
    """Two installations, each of which knows the other as one of its correspondents; a post between them that may lose all marks."""

    first: World
    second: World
    known_as: str
    strips: bool

    def carry(self, raw: bytes, number: int) -> bytes:
        """The mail as the other one gets it: the two addresses change places, and the receiving server proves it."""
        ours, theirs = AGENCY.encode(), self.known_as.encode()
        raw = raw.replace(theirs, b"\0").replace(ours, theirs).replace(b"\0", ours)
        if self.strips:
            raw = _MARKS.sub(b"", re.sub(rb"^Message-ID: <", b"Message-ID: <%d." % number, raw, flags=re.MULTILINE))
        domain = self.known_as.rpartition("@")[2]
        return f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n".encode() + raw

    def turns(self, count: int) -> int:
        """Let both read and write so many times; how many mails went to and fro."""
        carried = 0
        read = dict.fromkeys((id(self.first), id(self.second)), 0)
        for turn in range(count):
            moved = False
            for writer, reader in ((self.first, self.second), (self.second, self.first)):
                letters = writer.received(self.known_as)
                for raw in letters[read[id(writer)] :]:
                    reader.deliver(self.carry(raw, carried))
                    carried, moved = carried + 1, True
                read[id(writer)] = len(letters)
            if moved or turn % 100 == 0:
                for one in (self.first, self.second):
                    one.clock.advance(timedelta(seconds=30))
                    one.work()
        return carried


@pytest.mark.parametrize("known_as", [BRUNOS, DEBTORS], ids=("as creditors", "as debtors"))
@pytest.mark.parametrize("strips", [False, True], ids=("marked", "all marks lost"))
def test_two_installations_that_face_each_other_come_to_rest(tmp_path, known_as, strips):
    """Each takes the other for its creditor or its debtor, and answers at once: a handful of mails, whatever the post between them loses."""
    facing = Facing(World.built(tmp_path / "a"), World.built(tmp_path / "b"), known_as, strips)
    for number, one in enumerate((facing.first, facing.second)):
        one.hand_over(f"2026-80{number}")
        one.write(DEBTOR, "Nous contestons cette facture 2026-80" + str(number), proved=True)
    assert 2 <= facing.turns(TURNS) <= HANDFUL
    for one in (facing.first, facing.second):
        assert one.lying_in(Box.INBOX) == 0
        assert len(one.mails(OPERATOR)) <= 1
        one.close()


def _returning(text: str, numbers: Iterator[int], *, files: bool) -> Callable[[Pen, bytes], EmailMessage]:
    """A ticket system that quotes us under a new number and subject, and sends the invoice back with it."""

    def write(pen: Pen, raw: bytes) -> EmailMessage:
        number = next(numbers)
        mail = mails.letter(pen, AGENCY, f"[#{number}] Votre demande", text.format(number), answers=raw)
        if number % 2:
            del mail["In-Reply-To"], mail["References"]
        if files:
            mail.add_attachment(ubl("2026-501"), maintype="application", subtype="xml", filename=f"f{number}.xml")
        return mail

    return write


def _let_answer(world: World, person: str, write: Callable[[Pen, bytes], EmailMessage], turns: int) -> int:
    """Answer everything that a person receives, at once; how many answers that were."""
    read, wrote = 0, 0
    for turn in range(turns):
        received = world.received(person)
        if read == len(received):
            break
        for raw in received[read:]:
            wrote += 1
            world.deliver(write(Pen(person, world.clock.now(), f"machine-{turn}-{wrote}"), raw).as_bytes())
        read = len(received)
        world.clock.advance(timedelta(seconds=30))
        world.work()
    return wrote


@pytest.mark.parametrize(("person", "files"), [(BRUNO, True), (BRUNO, False), (AUDIT, True), (DEBTOR, True)])
def test_a_ticket_system_that_quotes_us_gets_a_handful_of_answers(world, person, files):
    """Ids and subjects change at each turn, no mark tells that it is a machine, and the invoice may come back each time."""
    world.hand_over()
    world.write(person, "Bonjour, où en est la facture 2026-501 ?")
    write = _returning("Ticket {}: OK, merci.", itertools.count(1), files=files)
    assert 1 <= _let_answer(world, person, write, 80) <= 50
    assert len(world.mails(OPERATOR)) <= 1
    assert world.lying_in(Box.INBOX) == 0


@pytest.mark.parametrize("marked", [True, False])
def test_the_absence_of_a_creditor_answers_no_question(world, marked):
    """What his machine writes back to a question chooses nothing: the question stays open, and nobody gets an answer."""
    world.hand_over(number="")
    asked = next(q for q in world.app.store.states(Question) if q.awaits)
    before = len(world.mails(BRUNOS))
    pen = world.pen(BRUNO)
    mail = mails.absence(
        pen, world.received(BRUNOS)[-1], "Je suis absent jusqu'au 20 mars. Pour 1 urgence : +32 2 555 01 12"
    )
    if not marked:
        del mail["Auto-Submitted"]
    world.post(mail)
    (after,) = (q for q in world.app.store.states(Question) if q.id == asked.id)
    assert after.is_open
    assert len(world.mails(BRUNOS)) == before


@pytest.mark.parametrize("files", [{}, {"f_xml": ubl("2026-777")}], ids=("words", "with an invoice"))
@pytest.mark.parametrize("sender", [AGENCY, AGENCY.upper(), f"Bruno Lambert <{AGENCY}>"])
def test_mail_from_our_own_address_is_filed_and_never_answered(world, sender, files):
    """Whoever proves it and whatever it holds: who answers himself never stops."""
    world.write(sender, "payé 2026-501", **files)
    assert world.sent() == []
    assert world.items() == {}
    assert world.lying_in(Box.INBOX) == 0


MARKS = {
    "auto-submitted": ("Auto-Submitted", "auto-replied"),
    "null return path": ("Return-Path", "<>"),
    "precedence": ("Precedence", "auto_reply"),
    "another relance": ("X-Mailer", "Relance"),
    "suppression": ("X-Auto-Response-Suppress", "All"),
    "list": ("List-Id", "<achats.batiplus.example>"),
}


@pytest.mark.parametrize(
    "person", [BRUNO, DEBTOR, "Nobody <somebody@elsewhere.example>"], ids=("creditor", "debtor", "stranger")
)
def test_marked_mail_is_never_answered(world, person):
    """Words that would be answered get no answer when the mail bears a mark of a machine or a list."""
    world.hand_over()
    before = len(_answers(world))
    for name, value in MARKS.values():
        words = "Pouvez-vous m'envoyer une copie de la facture 2026-501 ?"
        mail = mails.letter(world.pen(person), AGENCY, "Facture", words)
        mail[name] = value
        world.post(mail)
    assert len(_answers(world)) == before
    assert world.lying_in(Box.INBOX) == 0


def _answers(world: World) -> list[OutgoingMail]:
    """What was sent because somebody wrote."""
    return [m for m in world.app.store.outbox([OutboxState.SENT]) if m.automatic == "auto-replied"]


def test_a_bounce_of_a_receipt_is_not_answered(world):
    """The debtor's promise gets a receipt; that this one comes back brings nothing but a question to his creditor."""
    world.hand_over()
    world.reply(DEBTOR, "2026-501", "Nous paierons demain.")
    before = len(world.received(DEBTORS))
    for _ in range(6):
        world.post(mails.bounce(world.pen(DEBTOR, proved=False), world.received(DEBTORS)[-1], DEBTORS))
    assert len(world.received(DEBTORS)) == before
    assert sum(kind == "question" for kind in world.sent()) == 1


def test_what_is_not_answered_any_more_is_handled_all_the_same(world):
    """Twelve invoices disputed in as many mails of a day: a few receipts, and all of them are held; the operator hears once."""
    for number in range(600, 612):
        world.write(BRUNO, f_xml=ubl(f"2026-{number}"))
    for number in range(600, 612):
        world.write(DEBTOR, f"Nous contestons la facture 2026-{number} : la livraison n'est jamais arrivée.")
    held = [item for item in world.items().values() if item.holds]
    assert len(held) == 12
    assert world.sent().count("receipt") <= 5
    assert len(world.mails(OPERATOR)) == 1


def test_what_comes_in_a_colleagues_name_without_proof_is_asked_about_once_a_day(world):
    """The others lie in Review and wait for nothing, their bytes are not kept, and the operator hears once a month."""
    for number in range(10):
        world.write(BRUNO, f"payé 2026-{number}", proved=False)
    assert Counter(world.sent()) == {"proof": 1, "operator": 1}
    assert world.lying_in(Box.REVIEW) == 10
    assert sum(1 for record in world.app.store.messages() if record.waiting) == 1
    assert sum(1 for path in (world.app.settings.state_dir / "documents").rglob("*") if path.is_file()) <= 1
    world.clock.advance(timedelta(days=1))
    for number in range(3):
        world.write(BRUNO, f"payé 2026-{number}", proved=False)
    assert Counter(world.sent()) == {"proof": 2, "operator": 1}
