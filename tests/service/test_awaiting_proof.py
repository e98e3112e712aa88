"""A name service that does not answer makes nobody a forger: mail that it would prove waits, and nothing is obeyed or lost meanwhile."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.domain.ledger import ItemState
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.service.alerts import Watch
from agent.service.daemon import Daemon
from agent.service.inbox import read_first
from tests.roles.people import Sender, posted
from tests.roles.people import lookup as answering
from tests.service.world import BRUNO, DEBTOR, ELS, World
from tests.walks.invoices import ubl

MINUTES, HOUR = timedelta(minutes=11), timedelta(hours=1)


class Names:
    """A name service that can be silent, or know no keys; counts how often it was asked."""

    def __init__(self) -> None:
        self.silent, self.empty, self.asked = True, False, 0

    def __call__(self, name: str) -> str | None:
        self.asked += 1
        if self.silent:
            raise TemporaryError(f"nobody answers for {name}")
        return None if self.empty else answering(name)


@pytest.fixture
def names():
    return Names()


@pytest.fixture
def world(tmp_path, names):
    """The story's first creditor with an invoice in the books; from now on DNS is silent."""
    world = World.built(tmp_path)
    world.hand_over()
    watching(world, names)
    yield world
    world.close()


def watching(world, names, **limits) -> None:
    settings = world.app.settings
    trust = replace(settings.trust, dkim=True)
    limits = replace(settings.limits, **limits)
    world.app = replace(world.app, lookup=names, settings=replace(settings, trust=trust, limits=limits))


def reborn(world, names) -> World:
    """Another life of the program on the same books and mailbox."""
    settings, moment = world.app.settings, world.clock.now()
    world.close()
    after = World.of(settings, moment)
    watching(after, names)
    return after


def write(world, text, sender=BRUNO, proof="signed", **headers):
    """A mail in this sender's name, with this proof."""
    mail = mails.letter(world.pen(sender, proved=False), AGENCY, "Relances", text)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if "Auto_Submitted" in headers:
        mail.add_attachment(ubl("2026-777"), maintype="application", subtype="xml", filename="f.xml")
    world.written.append((world.clock.now(), mail))
    world.deliver(posted(mail, Sender(sender, proof)))
    world.clock.advance(timedelta(minutes=1))
    world.work()


def state(world):
    return world.items()["2026-501"].state


def pass_time(world, span, step=MINUTES):
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(step)
        world.work()


def test_a_colleagues_mail_waits_until_somebody_answers(world, names):
    """Nothing is obeyed and nobody is asked; all others' mail goes on; when the key is found, his word counts, once."""
    write(world, "payé 2026-501")
    write(world, "payé 2026-501", sender=ELS, proof="reported")
    pass_time(world, HOUR)
    assert world.lying_in(Box.INBOX) == 1
    assert state(world) is ItemState.FOLLOWED
    assert "proof" not in world.sent()
    names.silent = False
    pass_time(world, MINUTES)
    assert world.lying_in(Box.INBOX) == 0
    assert state(world) is ItemState.SETTLED
    assert "proof" not in world.sent()


def test_what_waits_is_asked_about_later_and_later(world, names):
    """Rounds of work a minute apart: the name service is asked after a minute, then ever more seldom."""
    write(world, "payé 2026-501")
    pass_time(world, HOUR, timedelta(minutes=1))
    assert 8 <= names.asked <= 12


def test_who_cannot_be_proved_for_hours_is_asked_once(world, names):
    """After four hours the mail counts as unproved: one question, and the mail lies in Review."""
    write(world, "payé 2026-501")
    pass_time(world, 4 * HOUR - MINUTES)
    assert "proof" not in world.sent()
    pass_time(world, 2 * MINUTES)
    assert world.sent().count("proof") == 1
    assert (world.lying_in(Box.INBOX), world.lying_in(Box.REVIEW)) == (0, 1)
    assert state(world) is ItemState.FOLLOWED
    world.post(mails.answer(world.pen(BRUNO), world.received("bruno@atelier-bruno.example")[-1], "oui"))
    assert state(world) is ItemState.SETTLED


def test_a_restart_begins_no_wait_anew_and_counts_no_failure(world, names):
    """A new life every forty minutes, each with several tries: no poison, and the question comes after the same four hours."""
    write(world, "payé 2026-501")
    for _ in range(5):
        pass_time(world, timedelta(minutes=40))
        world = reborn(world, names)
        world.work()
    assert "proof" not in world.sent()
    assert world.lying_in(Box.INBOX) == 1
    pass_time(world, HOUR)
    assert world.sent().count("proof") == 1
    assert world.lying_in(Box.QUARANTINE) == 0
    world.close()


def test_a_crash_while_it_waits_loses_nothing(world, names, monkeypatch):
    """The process dies between the answer and its commit: the next life does it, once."""
    write(world, "payé 2026-501")
    names.silent = False
    world.clock.advance(MINUTES)
    with monkeypatch.context() as dying:
        dying.setattr(world.app.store, "commit", _die)
        with pytest.raises(SystemExit):
            world.work()
    after = reborn(world, names)
    after.work()
    assert after.items()["2026-501"].state is ItemState.SETTLED
    assert after.lying_in(Box.INBOX) == 0
    after.close()


def _die(_):
    raise SystemExit(9)


def test_a_key_that_is_not_there_is_no_silence(world, names):
    """Who has no key is asked at once, as ever; so is everybody with `proof_hours = 0`."""
    names.silent, names.empty = False, True
    write(world, "payé 2026-501")
    assert world.sent().count("proof") == 1
    watching(world, names, proof_hours=0, proof_questions_per_day=5)
    names.silent = True
    write(world, "encore une fois: payé 2026-501")
    assert world.sent().count("proof") == 2
    assert world.lying_in(Box.INBOX) == 0


@pytest.mark.parametrize("sender", [DEBTOR, "Somebody <x@stranger.example>"])
def test_whose_proof_does_not_matter_does_not_wait(world, sender):
    """A debtor's or a stranger's mail is handled as without proof."""
    write(world, "Nous avons payé la facture 2026-501.", sender=sender)
    assert world.lying_in(Box.INBOX) == 0


def test_an_invoice_that_software_sends_waits_as_well(world, names):
    """Without proof it would be a machine's mail that nobody reads: it waits, and the invoice is taken over."""
    write(world, "Facture en annexe", Auto_Submitted="auto-generated")
    assert world.lying_in(Box.INBOX) == 1
    names.silent = False
    pass_time(world, MINUTES)
    assert "2026-777" in world.items()


def test_a_forger_gains_nothing_but_time(world, names):
    """A forged signature waits like a true one; when the key is found it proves nothing, and the sender is asked."""
    write(world, "payé 2026-501", proof="broken")
    assert world.lying_in(Box.INBOX) == 1
    names.silent = False
    pass_time(world, MINUTES)
    assert state(world) is ItemState.FOLLOWED
    assert world.sent().count("proof") == 1


def test_a_senders_later_word_does_not_overtake(world, names):
    """The first mail waits for its key; the second, proved by our server, comes after it."""
    write(world, "mettez 2026-501 en pause")
    write(world, "reprenez le suivi de 2026-501", proof="reported")
    assert world.lying_in(Box.INBOX) == 2
    names.silent = False
    pass_time(world, 3 * MINUTES)
    assert world.lying_in(Box.INBOX) == 0
    assert world.items()["2026-501"].hold(world.clock.now().date()) is None


def test_what_its_debtors_are_written_waits_with_it(world, names):
    """The mail may tell of a payment: the creditor's statements wait for it, those of no other creditor do."""
    write(world, "payé 2026-501")
    ours, others = world.app.settings.creditor("atelier-bruno"), world.app.settings.creditors[-1]
    assert others.id != ours.id
    assert read_first(world.app, ours) is not None
    assert read_first(world.app, others) is None
    names.silent = False
    pass_time(world, MINUTES)
    assert read_first(world.app, ours) is None


def test_a_clock_set_back_makes_nobody_wait_for_ever(world, names):
    """The wait was begun by a clock a year ahead: it is counted from the right moment on."""
    world.clock.advance(timedelta(days=365))
    write(world, "payé 2026-501")
    world.clock.set(world.clock.now() - timedelta(days=365))
    pass_time(world, 4 * HOUR + 2 * MINUTES)
    assert world.lying_in(Box.INBOX) == 0


def test_a_flood_in_a_colleagues_name_fills_no_book(world, monkeypatch):
    """Beyond what may wait, more of it counts as unproved at once."""
    monkeypatch.setattr("agent.service.awaiting._MOST", 2)
    for number in range(4):
        write(world, f"payé 2026-501 ({number})")
    assert world.lying_in(Box.INBOX) == 2
    assert len(json.loads(world.app.store.note("proof:awaited"))) == 2


def test_the_daemon_comes_back_in_time_and_tells_the_operator_once(world, names):
    """It wakes for the next try, sooner than for its usual look; while DNS fails for all the operator has one mail, then the all-clear."""
    write(world, "payé 2026-501")
    world = reborn(world, names)
    daemon = Daemon(world.app, lambda: world.app.settings)
    before = names.asked
    for _ in range(3):
        daemon.turn()
    assert names.asked > before
    assert daemon._next_work() - world.clock.now() < timedelta(seconds=world.app.settings.limits.poll_seconds)
    watch = Watch()
    for _ in range(8):
        world.clock.advance(MINUTES)
        watch.look(world.app)
    world.work()
    assert _told(world) == ["alarm:proof"]
    pass_time(world, 4 * HOUR)
    watch.look(world.app)
    assert world.sent().count("proof") == 1
    assert _told(world) == ["alarm:proof"]
    names.silent = False
    write(world, "payé 2026-501")
    world.clock.advance(MINUTES)
    watch.look(world.app)
    world.work()
    assert _told(world) == ["alarm:proof", "alarm_over:proof"]


def _told(world):
    queued = sorted(world.app.store.outbox(list(OutboxState)), key=lambda m: m.queued_at)
    return [":".join(m.key.split(":")[1:3]) for m in queued if m.key.startswith("operator:alarm")]
