"""What nobody knows to have left, and what is far more than usual, over Dovecot and a relay: each mail once, and a person decides."""

import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from zoneinfo import ZoneInfo

import pytest

from agent.cli import main
from agent.demo import mails
from agent.demo.cast import AGENCY, BATIPLUS, CAFE, HARBOUR, LUMIERE, OPERATOR
from agent.domain.dunning_plan import DunningPlan
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.requests import honour_requests
from agent.service.tick import set_timers
from agent.service.work import once
from tests.servers import Smtp
from tests.walks.invoices import ubl
from tests.walks.town import Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]

BRUNO = "Bruno Lambert <bruno@atelier-bruno.example>"
OWNER = "bruno@atelier-bruno.example"
DEBTOR = BATIPLUS.email
# Before the send window of a Tuesday, and within it.
EARLY = datetime(2026, 3, 10, 7, tzinfo=ZoneInfo("Europe/Brussels"))
WITHIN = EARLY + timedelta(hours=3)


class FilingRelay(Smtp):
    """A relay that files a copy of what it takes into Sent itself, as the large providers do, before it answers."""

    files = False
    sent = None

    async def handle_DATA(self, server, session, envelope):
        if self.files:
            _put(self.sent, f"{len(self.mails)}.by-the-relay", envelope.content)
        return await super().handle_DATA(server, session, envelope)


def _put(folder, name, content):
    """Let a mail lie in a Maildir, the property of whom the Maildir belongs to."""
    file = folder / "new" / name
    file.write_bytes(content)
    os.chown(file, folder.stat().st_uid, folder.stat().st_gid)


class Office:
    """The program on these servers, with a clock moved by hand."""

    def __init__(self, town, app, clock):
        self.town, self.app, self.clock = town, app, clock
        self._serial = 0

    def pen(self, sender):
        self._serial += 1
        return mails.Pen(sender, self.clock.now(), f"once-{self._serial}")

    def hand_over(self, *buyers):
        """An invoice for each of these, before anybody may be written to."""
        for number, buyer in enumerate(buyers, 501):
            mail = mails.letter(self.pen(BRUNO), AGENCY, "Facture", "À suivre.")
            content = ubl(f"2026-{number}", buyer=buyer)
            mail.add_attachment(content, maintype="application", subtype="xml", filename="f.xml")
            self.town.post(mail.as_bytes())
        once(self.app)
        self.clock.set(WITHIN)

    def work(self):
        """A round; how the delivery went."""
        return once(self.app)

    def answer(self, person, to, text):
        """A person answers a mail of ours, with proof."""
        self.town.post(mails.answer(self.pen(person), to.as_bytes(), text).as_bytes())
        self.work()

    def command(self, *words):
        """`relance WORDS` beside the service, which then does what it was asked."""
        code = main([*words, "--config", str(self.app.settings.path)])
        honour_requests(self.app)
        self.work()
        return code

    def outbox(self, state, kind="statement"):
        return [mail for mail in self.app.store.outbox([state]) if mail.kind == kind]

    def received(self, address) -> list[EmailMessage]:
        return [BytesParser(policy=SMTP).parsebytes(raw) for raw in self.town.dovecot.mails(address)]

    def ids_in_sent(self):
        raws = self.town.dovecot.mails(AGENCY, "Sent")
        return [BytesParser(policy=SMTP).parsebytes(raw)["Message-ID"] for raw in raws]


@pytest.fixture
def office(tmp_path):
    with Town(tmp_path) as town:
        town.smtp.__exit__()
        town.smtp = FilingRelay(town.dovecot.lmtp, (town.dovecot.cert, town.dovecot.key), "starttls", login=True)
        town.smtp.__enter__()
        town.smtp.sent = town.dovecot.maildir(AGENCY, "Sent")
        with _office(town) as office:
            yield office


@contextmanager
def _office(town):
    clock = SimulatedClock(EARLY)
    app = build(town.settings(), clock=clock, rehearsal=True)
    try:
        yield Office(town, app, clock)
    finally:
        close(app)


def test_what_lies_in_sent_was_sent(office):
    """The line broke after the data, and the provider had filed the copy: found by its Message-ID, counted, told to nobody as a doubt."""
    office.hand_over(BATIPLUS)
    office.town.smtp.files = office.town.smtp.faults.cut_after = True
    office.work()
    office.town.smtp.files = office.town.smtp.faults.cut_after = False
    for _ in range(3):
        office.clock.advance(timedelta(minutes=20))
        office.work()
    (sent,) = office.outbox(OutboxState.SENT)
    assert sent.attempts == 1
    assert len(office.received(DEBTOR)) == 1
    assert office.ids_in_sent().count(sent.message_id) == 1
    assert office.received(OPERATOR) == []
    (item,) = office.app.store.items()
    assert len(item.statements) == 1


def test_what_does_not_lie_in_sent_is_held_and_a_person_has_it_sent_again(office):
    """The mail was lost: operator and creditor hear of it, nothing is tried for days; then it leaves once, under its Message-ID."""
    office.hand_over(BATIPLUS)
    office.town.smtp.faults.cut_before = True
    office.work()
    office.town.smtp.faults.cut_before = False
    (held,) = office.outbox(OutboxState.HELD)
    _told(office, held)
    for _ in range(8):
        office.clock.advance(timedelta(hours=9))
        office.work()
    assert office.received(DEBTOR) == []
    office.clock.set(WITHIN + timedelta(days=6))
    assert office.command("outbox", "resend", held.id) == 0
    (sent,) = office.outbox(OutboxState.SENT)
    (arrived,) = office.received(DEBTOR)
    assert arrived["Message-ID"] == sent.message_id == held.message_id
    assert office.ids_in_sent().count(sent.message_id) == 1
    assert office.app.store.verify() == []


def test_what_a_person_knows_to_have_arrived_is_never_sent_again(office):
    """The debtor has it, Sent does not: held, told; the operator looks into the relay's log and says so, and its copy comes into Sent."""
    office.hand_over(BATIPLUS)
    office.town.smtp.faults.cut_after = True
    office.work()
    office.town.smtp.faults.cut_after = False
    (held,) = office.outbox(OutboxState.HELD)
    _told(office, held)
    assert office.command("outbox", "arrived", held.id) == 0
    office.work()
    (sent,) = office.outbox(OutboxState.SENT)
    assert len(office.received(DEBTOR)) == 1
    assert office.ids_in_sent().count(sent.message_id) == 1
    (item,) = office.app.store.items()
    assert len(item.statements) == 1


def test_a_copy_that_appears_late_settles_the_doubt(office):
    """The provider files it a moment after it hung up: the next look finds it, and the mail that was held counts as sent."""
    office.hand_over(BATIPLUS)
    office.town.smtp.faults.cut_after = True
    office.work()
    office.town.smtp.faults.cut_after = False
    (held,) = office.outbox(OutboxState.HELD)
    _put(office.town.smtp.sent, "late", office.town.dovecot.mails(DEBTOR)[0])
    office.clock.advance(timedelta(minutes=1))
    office.work()
    assert [mail.id for mail in office.outbox(OutboxState.SENT)] == [held.id]
    assert len(office.received(DEBTOR)) == 1


def _told(office, held):
    """Operator and creditor know of the doubt: the operator by the mail's id, the creditor by his debtor's name."""
    office.work()
    assert any(held.id in _text(mail) for mail in office.received(OPERATOR))
    assert any(BATIPLUS.name in _text(mail) and "retenons" in _text(mail) for mail in office.received(OWNER))


def _text(mail):
    return mail.get_body(("plain",)).get_content()


def _limited(office, **limits):
    settings = office.app.settings
    office.app = replace(office.app, settings=replace(settings, limits=replace(settings.limits, **limits)))


def test_far_more_than_usual_waits_for_the_operators_number(office):
    """Four debtors on a quiet service: none is written to; "2" keeps them, "1" lets them go, each once."""
    _limited(office, surge_mails=2, surge_factor=3)
    people = (BATIPLUS, CAFE, LUMIERE, HARBOUR)
    office.hand_over(*people)
    for _ in range(3):
        office.work()
        office.clock.advance(timedelta(minutes=5))
    assert len(office.outbox(OutboxState.QUEUED)) == 4
    assert not any(office.received(buyer.email) for buyer in people)
    (asked,) = office.received(OPERATOR)
    office.answer(OPERATOR, asked, "2")
    assert len(office.outbox(OutboxState.QUEUED)) == 4
    office.answer(OPERATOR, asked, "1")
    office.work()
    assert [len(office.received(buyer.email)) for buyer in people] == [1, 1, 1, 1]
    assert office.outbox(OutboxState.QUEUED) == []


def test_a_change_of_the_rules_that_would_mail_many_is_held(office):
    """As many as leave on any day wait when they follow a new plan; without the change they leave."""
    _limited(office, surge_mails=10, surge_factor=3)
    office.clock.set(EARLY - timedelta(days=1))
    settings = office.app.settings
    late = DunningPlan(grace_days=90)
    office.app = office.app.with_settings(replace(settings, plan=late))
    set_timers(office.app)
    people = (BATIPLUS, CAFE, LUMIERE)
    office.hand_over(*people)
    office.work()
    assert office.outbox(OutboxState.QUEUED) == []
    office.app = office.app.with_settings(replace(settings, limits=office.app.settings.limits))
    set_timers(office.app)
    office.work()
    assert len(office.outbox(OutboxState.QUEUED)) == 3
    assert not any(office.received(buyer.email) for buyer in people)
    assert len(office.received(OPERATOR)) == 1
    office.command("outbox", "release")
    assert [len(office.received(buyer.email)) for buyer in people] == [1, 1, 1]
