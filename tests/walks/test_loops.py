"""A month in which every machine writes back to everything: no loop, whatever marks the other side shows or hides."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from agent.demo.cast import AGENCY, BATIPLUS, OPERATOR
from agent.demo.documents import Party
from agent.demo.mails import Pen
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from tests.service.world import BRUNO, TUESDAY, World
from tests.walks import machines
from tests.walks.machines import Answers, Machine
from tests.walks.town import Town

pytestmark = pytest.mark.timeout(600)

DAYS = 31
# More exchanges within one hour than any cap allows: who still talks then talks without end.
ROUNDS = 60
WORDS = (
    "Bonjour, je transmets à ma collègue.",
    "Wij betalen vrijdag.",
    "Pouvez-vous m'envoyer une copie de la facture ?",
    "Nous ne sommes pas d'accord avec ce montant.",
    "C'est déjà payé.",
    "Hello, who are you?",
)
ABSENT = "Je suis absent jusqu'au 20 mars 2026 inclus. En cas d'urgence : marc@vacation.example"
TICKET = "Votre demande porte le numéro {}. Merci de ne pas modifier l'objet."
CLICK = "Please click the link below to confirm that you are a person, so that your message can be delivered: http://gate.example/c?9182"
ANSWERS = {
    "honest": machines.honest("Merci, votre message est bien arrivé."),
    "hidden": machines.unmarked("Nous avons bien reçu votre message et y répondrons dans les plus brefs délais."),
    "vacation": machines.honest(ABSENT, "Absence : {}"),
    "ticket": machines.ticket_system(TICKET),
    "unproved-ticket": machines.ticket_system(TICKET),
    "storm": machines.bounce_storm("compta@storm.example", 9),
    "soft": machines.bounce_storm("compta@soft.example", 9, "4.2.2"),
    "challenge": machines.unmarked(CLICK, "Confirm your message: {}"),
    "list": machines.mailing_list("compta@list.example"),
    "chat": machines.in_turn(*WORDS),
    "fresh-chat": machines.in_turn(*WORDS, quoting=False),
    "promises": machines.in_turn("Nous paierons demain."),
    "disputes": machines.in_turn("Wij betwisten deze factuur, de levering is nooit aangekomen."),
}
UNPROVED = ("unproved-ticket", "storm", "soft")
# These write on their own as well, twice a day.
TALKERS = ("chat", "fresh-chat", "ticket", "promises")
# What machines say of themselves moves no reminder.
CHANGE_NOTHING = ("honest", "hidden", "ticket")


@dataclass
class Street:
    """A world whose correspondents answer at once, round after round, until all are silent."""

    world: World
    machines: list[Machine] = field(default_factory=list)
    talkers: tuple[str, ...] = ()
    serial: int = 0
    endless: int = 0

    def month(self, days: int = DAYS) -> None:
        """Let days pass, with work in the morning and in the evening."""
        for _ in range(days * 2):
            self.world.clock.advance(timedelta(hours=12))
            self.world.work()
            self._chatter()
            self.endless += not any(self._quiet() for _ in range(ROUNDS))

    def _quiet(self) -> bool:
        """Let everybody answer what he has not answered yet; whether there was nothing."""
        new = [(m, raw) for m in self.machines for raw in self.world.received(m.address)[m.read :]]
        for machine, raw in new:
            machine.read += 1
            self._post(machine, raw)
        self.world.clock.advance(timedelta(seconds=20))
        self.world.work()
        return not new

    def _chatter(self) -> None:
        for machine in self.machines:
            received = self.world.received(machine.address)
            if machine.address.partition("@")[2].partition(".")[0] in self.talkers and received:
                self._post(machine, received[-1])

    def _post(self, machine: Machine, raw: bytes) -> None:
        self.serial += 1
        pen = Pen(machine.person, self.world.clock.now(), f"machine{self.serial}", machine.proved)
        for mail in machine.answers(pen, raw):
            machine.wrote += 1
            self.world.deliver(mail.as_bytes())

    def sent(self, address: str) -> list[OutgoingMail]:
        """What went to an address, in order."""
        sent = self.world.app.store.outbox([OutboxState.SENT])
        return sorted((m for m in sent if address in m.to), key=lambda m: m.queued_at)

    def statements(self, name: str) -> list[date]:
        """The days of the statements to a debtor."""
        return [m.queued_at.date() for m in self.sent(f"compta@{name}.example") if m.kind == "statement"]

    def most_in_a_day(self, address: str, kinds: Sequence[str]) -> int:
        days = Counter(m.queued_at.date() for m in self.sent(address) if m.kind in kinds)
        return max(days.values(), default=0)


def _debtor(name: str, number: int) -> Party:
    digits = f"07{number:02}1234"
    vat = f"BE{digits}{97 - int(digits) % 97:02}"
    return replace(BATIPLUS, name=f"{name.title()} Construct SA", number=vat, email=f"compta@{name}.example")


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Iterator[Street]:
    """One debtor who never answers, one for each machine, and a month."""
    world = World.built(tmp_path_factory.mktemp("loops"))
    town = _settled(world, ANSWERS)
    town.month()
    yield town
    world.close()


def _settled(world: World, answers: Mapping[str, Answers]) -> Street:
    """A street with an overdue debtor who never answers and one for each machine."""
    street = Street(world, talkers=TALKERS)
    for number, name in enumerate(("silent", *answers)):
        debtor = _debtor(name, number)
        world.hand_over(f"2026-6{number:02}", buyer=debtor)
        if name in answers:
            street.machines.append(Machine(debtor.email, answers[name], name not in UNPROVED))
    return street


def test_everybody_falls_silent(town):
    """No exchange goes on by itself; the machines did write, hundreds of mails together."""
    assert town.endless == 0
    assert all(machine.wrote for machine in town.machines)
    assert sum(machine.wrote for machine in town.machines) > 200


def test_machines_change_nothing_of_the_schedule(town):
    """Who answers as a machine, with or without saying so, gets his statements on the days on which the silent one gets them."""
    silent = town.statements("silent")
    assert len(silent) == 3 - (DAYS < 31)
    for name in CHANGE_NOTHING:
        assert town.statements(name) == silent, name


def test_nobody_gets_more_statements_than_the_silent_one(town):
    """Whatever is answered can only hold, and two statements never lie nearer than their spacing."""
    for name in ANSWERS:
        days = town.statements(name)
        assert 1 <= len(days) <= len(town.statements("silent")), name
        assert all((b - a).days >= 15 for a, b in itertools.pairwise(days)), name
    assert len(town.statements("storm")) == 1
    assert all(day > date(2026, 3, 20) for day in town.statements("vacation")[1:])


def test_a_machine_gets_nothing_but_statements(town):
    """No receipt, no question and no challenge answered; human-looking text gets few receipts, none twice for the same words."""
    for name in ANSWERS:
        kinds = Counter(m.kind for m in town.sent(f"compta@{name}.example"))
        if name not in ("chat", "fresh-chat", "promises", "disputes"):
            assert set(kinds) == {"statement"}, name
    assert sum(m.kind == "receipt" for m in town.sent("compta@disputes.example")) == 1
    for name in ("chat", "fresh-chat", "promises"):
        assert town.most_in_a_day(f"compta@{name}.example", ("receipt",)) <= 5


def test_the_creditor_is_told_once(town):
    """A notice for what is new, not for each of hundreds of mails; a bounced address is asked about once."""
    told = town.sent("bruno@atelier-bruno.example")
    assert sum(m.kind == "question" and "storm" in m.text for m in told) == 1
    by_account = Counter((m.debtor or next(iter(m.about), ""), m.queued_at.date(), m.kind) for m in told)
    assert max(by_account.values()) <= 12
    notices = [m.text for m in told if m.kind == "action_notice" and "compta@vacation.example" in m.text]
    assert len(notices) == len(set(notices))
    assert len([m for m in town.sent(OPERATOR) if "machine" in m.text]) <= len(TALKERS)


def test_nothing_stays_to_be_done(town):
    """The inbox is empty, nothing is queued, and the books verify."""
    waiting = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD)
    assert list(town.world.app.store.outbox(waiting)) == []
    assert list(town.world.app.channels[0].mailbox.unhandled()) == []
    assert town.world.app.store.verify() == []


@pytest.mark.parametrize(
    "words",
    [
        ("OK merci",),
        ("Où en est 2026-600 ?",),
        ("Pause 2026-600 jusqu'au 15 avril", "Reprendre 2026-600"),
        ("Merci de votre message", "Où en est 2026-600 ?", "Payé 2026-600 ?"),
    ],
    ids=("thanks", "question", "orders", "mixture"),
)
def test_a_creditors_own_machine_is_no_loop_either(tmp_path, words):
    """A proved creditor whose robot answers each of our answers, without any mark: it ends on the first day, and the operator hears once."""
    world = World.built(tmp_path)
    world.hand_over("2026-600", buyer=_debtor("silent", 0))
    machine = Machine(BRUNO, machines.in_turn(*words))
    town = Street(world, [machine])
    machine.read = len(world.received(machine.address))
    for _ in range(5):
        town.month(1)
    limit = 200 if "Reprendre" in words[-1] else 40
    assert machine.wrote <= 5 * (limit + 10)
    assert town.most_in_a_day(machine.address, ("refusal", "status", "action_notice", "corrected")) <= limit + 5
    assert len(town.sent(OPERATOR)) == 1
    world.close()


def test_two_installations_do_not_talk(tmp_path):
    """Each is the other's debtor: all that one writes goes to the other, and both write what the schedule asks, no more and no less."""
    worlds = {name: World.built(tmp_path / name) for name in ("first", "second")}
    for name, other in (("first", "second"), ("second", "first")):
        worlds[name].hand_over(f"2026-70{len(name)}", buyer=replace(BATIPLUS, email=f"relances@{other}.example"))
    read = dict.fromkeys(worlds, 0)
    for _ in range(DAYS):
        for name, other in (("first", "second"), ("second", "first")):
            world = worlds[name]
            world.clock.advance(timedelta(days=1))
            world.work()
            letters = world.received(f"relances@{other}.example")
            for raw in letters[read[name] :]:
                worlds[other].deliver(raw.replace(AGENCY.encode(), f"relances@{name}.example".encode()))
            read[name] = len(letters)
            worlds[other].work()
    assert read == {"first": 3, "second": 3}
    for world in worlds.values():
        assert set(world.sent()) == {"statement", "acknowledgement", "action_notice"}
        assert world.sent().count("action_notice") == 3
        world.close()


def test_our_own_letter_that_comes_back_unmarked_says_nothing(tmp_path):
    """A list or a colleague who passes it on without quoting it is not taken for a promise or a dispute in our words."""
    world = World.built(tmp_path)
    debtor = _debtor("silent", 0)
    world.hand_over("2026-600", buyer=debtor)
    letter = world.mails(debtor.email)[0].get_body(("plain",)).get_content()
    world.write(debtor.email, f"Bien reçu.\n\n{letter}")
    item = world.items()["2026-600"]
    assert item.holds == ()
    assert "conteste" not in world.mails("bruno@atelier-bruno.example")[-1]["Subject"]
    world.close()


@pytest.mark.walk
@pytest.mark.timeout(300)
def test_some_days_among_machines_over_real_servers(tmp_path):
    """The same over IMAP and SMTP: whoever answers, each debtor got one statement, and few receipts went out."""
    names = ("honest", "ticket", "storm", "list", "promises")
    clock = SimulatedClock(TUESDAY)
    with Town(tmp_path, *(f"compta@{name}.example" for name in ("silent", *names))) as town:
        app = build(town.settings(), clock=clock)
        app.channels[0].mailbox.open()
        street = _settled(World(app, clock, town.post, town.dovecot.mails), {name: ANSWERS[name] for name in names})
        street.month(3)
        assert street.endless == 0
        assert all(machine.wrote for machine in street.machines)
        for name in ("silent", *names):
            assert len(street.statements(name)) == 1, name
            assert len(street.world.received(f"compta@{name}.example")) <= 1 + 5 * 3 * (name == "promises"), name
        assert town.dovecot.mails(AGENCY) == []
        close(app)
