"""The whole story over real servers: IMAP from Dovecot, SMTP with STARTTLS and a login, a clock that is moved."""

import itertools
from collections import Counter
from datetime import datetime, time
from email.parser import BytesParser
from email.policy import SMTP
from zoneinfo import ZoneInfo

import pytest

from agent.demo.cast import AGENCY, OPERATOR
from agent.demo.play import perform
from agent.demo.stage import Stage
from agent.demo.story import FIRST_DAY
from agent.domain.ledger import ItemState
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from tests.walks.town import PEOPLE, Town

pytestmark = [pytest.mark.walk, pytest.mark.timeout(600)]

CREDITORS_PEOPLE = {
    p for p in PEOPLE if p.partition("@")[2] in ("atelier-bruno.example", "vandamme.example", "northgate.example")
}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town after the story was played in it, with the program still there."""
    clock = SimulatedClock(datetime.combine(FIRST_DAY, time(8), ZoneInfo("Europe/Brussels")))
    with Town(tmp_path_factory.mktemp("town")) as town:
        app = build(town.settings(), clock=clock)
        app.channels[0].mailbox.open()
        perform(Stage(app, clock, town.post, town.dovecot.mails))
        town.app = app
        yield town
        close(app)


def _items(town):
    return {i.invoice.number: i for i in town.app.store.items()}


def _received(town, address):
    return [BytesParser(policy=SMTP).parsebytes(raw) for raw in town.dovecot.mails(address)]


def test_every_case_ends_as_the_story_says(town):
    """Kept and broken promises, a dispute, a part payment, a claim, a correction: each leaves its mark in the books."""
    items = _items(town)
    states = {number: item.state for number, item in items.items()}
    assert states == {
        "2026-0118": ItemState.SETTLED,
        "2026-0119": ItemState.FOLLOWED,
        "2026-0121": ItemState.FOLLOWED,
        "2026-0124": ItemState.FOLLOWED,
        "F2026/031": ItemState.SETTLED,
        "F2026/032": ItemState.FOLLOWED,
        "NG-2026-007": ItemState.SETTLED,
        "NG-2026-009": ItemState.SETTLED,
    }
    assert str(items["2026-0121"].balance) == "3349.00 EUR"
    assert items["2026-0119"].broken_promises == 1
    assert str(items["2026-0124"].invoice.due_date) == "2026-02-02"


def test_no_debtor_is_written_to_before_the_due_date_or_too_often(town):
    """Counted from the mails that the debtors really received."""
    for account_id in {i.invoice.debtor for i in _items(town).values()}:
        account = town.app.store.ledger([account_id]).accounts[account_id]
        days = [s.on for s in account.statements if s.state == "sent"]
        assert all((b - a).days >= 15 for a, b in itertools.pairwise(days))
    for item in _items(town).values():
        assert len(item.statements) <= 3
        assert all(day > item.invoice.due_date for day in item.statements)


def test_a_debtors_mails_are_one_thread(town):
    """Every later statement refers to the first."""
    statements = list(_received(town, "gerance@cafedeshalles.example"))
    first = statements[0]["Message-ID"]
    assert len(statements) >= 3
    assert all(first in m.get("References", "") for m in statements[1:])


def test_each_mail_was_sent_once_and_everybody_got_only_his_own(town):
    """No Message-ID twice at one address; creditors' names stay with their own people."""
    for address in PEOPLE:
        ids = Counter(m["Message-ID"] for m in _received(town, address))
        assert not [i for i, n in ids.items() if n > 1], address
    for address in CREDITORS_PEOPLE:
        own = address.partition("@")[2]
        for mail in town.dovecot.mails(address):
            text = BytesParser(policy=SMTP).parsebytes(mail).get_body(("plain",)).get_content()
            others = {
                "Atelier Bruno": "atelier-bruno.example",
                "Van Damme": "vandamme.example",
                "Northgate": "northgate.example",
            }
            assert not [name for name, domain in others.items() if domain != own and name in text], text


def test_our_mails_say_that_they_are_automatic_and_answer_to_us(town):
    """Auto-Submitted keeps other machines from answering; no List-* header."""
    for address in PEOPLE:
        for mail in _received(town, address):
            assert mail["Auto-Submitted"] in ("auto-generated", "auto-replied")
            assert AGENCY in mail["From"]
            assert not [h for h in mail if h.lower().startswith("list-")]


def test_an_answer_to_a_creditor_never_has_a_debtor_in_copy(town):
    """Not even when the invoice came with the debtor in To."""
    for address in CREDITORS_PEOPLE | {OPERATOR}:
        for mail in _received(town, address):
            people = f"{mail['To']} {mail.get('Cc', '')}"
            assert not [p for p in PEOPLE if p not in CREDITORS_PEOPLE | {OPERATOR} and p in people]


def test_nothing_is_left_lying_about(town):
    """INBOX is empty, the stranger's mail lies in Quarantine, Sent holds every mail once, the books verify."""
    assert town.dovecot.mails(AGENCY) == []
    assert len(town.dovecot.mails(AGENCY, "Quarantine")) == 1
    sent = Counter(BytesParser(policy=SMTP).parsebytes(raw)["Message-ID"] for raw in town.dovecot.mails(AGENCY, "Sent"))
    outbox = {m.message_id for m in town.app.store.outbox([OutboxState.SENT])}
    assert set(sent) == outbox
    assert set(sent.values()) == {1}
    assert (
        list(town.app.store.outbox([OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD, OutboxState.FAILED]))
        == []
    )
    assert town.app.store.verify() == []
