"""Workers whose configurations differ: each leaves to the others what it does not know, and the operator hears who has what."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.mail.outgoing import OutboxState
from agent.ports import Box, Commit, Conflict, Timer
from agent.service import alerts, company
from agent.service.alerts import Watch, remembered
from agent.service.company import workers
from agent.service.doctor import books
from agent.service.doctor.examine import repaired
from agent.service.doctor.finding import Level, Premises
from agent.service.reminded import Reminder
from agent.service.sharing import meet_others
from agent.service.tick import run_due
from agent.service.work import deliver, handle_waiting, once
from tests.service.crew import crew_at, daemon_of
from tests.service.world import BRUNO, DEBTOR, MARY
from tests.walks.invoices import ubl

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def crew(tmp_path, postgres):
    with crew_at(tmp_path, postgres) as crew:
        meet_others(crew.world.app)
        yield crew


def lying(app, box=Box.INBOX):
    return sum(1 for _ in app.channels[0].mailbox.contents(box))


def reminded(crew):
    return crew.world.mails(DEBTOR.partition("<")[2].rstrip(">"))


def posted(crew, sender, text="À suivre.", number=""):
    """A mail that waits in the mailbox of both."""
    mail = mails.letter(crew.world.pen(sender), AGENCY, "Facture", text)
    if number:
        mail.add_attachment(ubl(number), maintype="application", subtype="xml", filename="f.xml")
    crew.world.written.append((crew.clock.now(), mail))
    crew.world.deliver(mail.as_bytes())


def letters(app):
    """Subjects and texts of what waits for the operator or went to him."""
    return [m.text for m in app.store.outbox(list(OutboxState)) if m.kind == "operator"]


def test_timers_of_a_creditor_whom_only_another_knows_are_left_to_him(crew):
    """They stay due, hold nobody up, and the reminder leaves on its day by the one who knows."""
    crew.world.hand_over()
    app = crew.beside("two", "atelier-bruno")
    meet_others(app)
    crew.clock.advance(4 * HOUR)
    due = [t.subject for t in app.store.timers(crew.clock.now()) if t.subject.startswith("account:")]
    assert due
    run_due(app)
    assert [t.subject for t in app.store.timers(crew.clock.now())] == due
    run_due(crew.world.app)
    assert not [t for t in app.store.timers(crew.clock.now()) if t.subject in due]
    deliver(app, app.channels[0])
    assert not reminded(crew)
    deliver(crew.world.app, crew.world.app.channels[0])
    assert len(reminded(crew)) == 1
    assert not list(app.store.outbox([OutboxState.HELD, OutboxState.CANCELLED]))


def test_however_much_is_left_to_another_it_stands_in_nobodys_way_and_costs_little(crew, monkeypatch):
    """What is due behind hundreds of timers of his is done; as long as there is nothing, it is looked for once a minute."""
    crew.world.hand_over()
    app = crew.beside("two", "atelier-bruno")
    meet_others(app)
    earlier = crew.clock.now() - DAY
    own = (Timer("digest:northgate", crew.clock.now() - HOUR), Timer("digest:van-damme", crew.clock.now() - HOUR))
    left = tuple(Timer(f"fees:atelier-bruno{n}", earlier) for n in range(300))
    monkeypatch.setattr(company.Company, "leaves_cases_of", lambda _, id_: id_.startswith("atelier-bruno"))
    app.store.commit(Commit(timers=(*left, *own)))
    assert run_due(app) == 2
    looks, timers = [], app.store.timers
    monkeypatch.setattr(app.store, "timers", lambda at, most: looks.append(most) or timers(at, most))
    for _ in range(30):
        run_due(app)
        crew.clock.advance(timedelta(seconds=1))
    assert max(looks) == 100
    crew.clock.advance(MINUTE)
    app.store.commit(Commit(timers=own[:1]))
    assert run_due(app) == 1
    assert len(timers(crew.clock.now(), 1000)) == 300


def test_mail_of_people_and_debtors_whom_only_another_knows_stays_in_the_inbox_for_him(crew):
    """And a stranger's goes to the one who knows more; that of people whom both know is handled by anyone."""
    crew.world.hand_over()
    app = crew.beside("two", "atelier-bruno")
    meet_others(app)
    for sender in (BRUNO, DEBTOR, "Somebody <x@nowhere.example>"):
        posted(crew, sender)
    posted(crew, MARY)
    handle_waiting(app, app.channels[0])
    assert lying(app) == 3
    handle_waiting(app, app.channels[0])
    assert lying(app) == 3
    handle_waiting(crew.world.app, crew.world.app.channels[0])
    assert lying(app) == 0
    assert {r.sender: r.role for r in app.store.messages()}["bruno@atelier-bruno.example"] == "owner"


def test_a_new_colleague_whom_only_another_knows_is_nobodys_stranger(crew):
    """The same creditor, and one person more in his file there."""
    app = crew.beside("two", northgate='staff = ["Nina <nina@northgate.example>"]')
    meet_others(app)
    meet_others(crew.world.app)
    posted(crew, "Nina <nina@northgate.example>")
    assert handle_waiting(crew.world.app, crew.world.app.channels[0]) == 0
    assert handle_waiting(app, app.channels[0]) == 1


def test_who_was_not_seen_for_a_day_is_waited_for_no_more(crew):
    """Then things are as if he had never been: what nobody knows is put off, and mail of unknown people is a stranger's."""
    crew.world.hand_over()
    app = crew.beside("two", "atelier-bruno")
    crew.clock.advance(25 * HOUR)
    meet_others(app)
    posted(crew, BRUNO)
    assert handle_waiting(app, app.channels[0]) == 1
    run_due(app)
    assert not app.store.timers(crew.clock.now())


def test_two_who_know_different_creditors_leave_no_mail_to_nobody(crew):
    """Each has one whom the other lacks: a stranger's mail is one's, each creditor's is his who knows it."""
    app = crew.beside("two", "atelier-bruno")
    other = crew.beside("three", "northgate", "van-damme")
    for one in (app, other, app, other):
        meet_others(one)
    for sender in (BRUNO, MARY, "Somebody <x@nowhere.example>"):
        posted(crew, sender)
    meet_others(crew.world.app)
    assert handle_waiting(other, other.channels[0]) == 1
    assert handle_waiting(app, app.channels[0]) == 1
    assert handle_waiting(crew.world.app, crew.world.app.channels[0]) == 1


def test_mails_that_leave_by_a_mailbox_that_only_another_has_are_left_to_him(crew):
    """The first mailbox takes what belongs to none of any worker, and nothing else."""
    crew.world.hand_over()
    app = crew.beside("two")
    meet_others(app)
    first = app.channels[0]
    assert app.serves(first, "brussels")
    own = replace(crew.world.app.settings.mailboxes[0], name="brussels")
    settings = crew.world.app.settings
    crew.world.app = replace(crew.world.app, settings=replace(settings, mailboxes=(*settings.mailboxes, own)))
    meet_others(crew.world.app)
    meet_others(app)
    assert not app.serves(first, "brussels")
    assert app.serves(first, "demo")
    assert app.serves(first, "of nobody any more")


def test_workers_that_have_the_same_leave_nothing_to_each_other(crew):
    """Each handles what it finds; folders and ways to servers are each one's own."""
    app = crew.beside("two")
    for one in (app, crew.world.app):
        meet_others(one)
    assert [w.mark for w in workers(app.store).values()] == [app.company.own.mark] * 2
    posted(crew, BRUNO, number="2026-900")
    assert handle_waiting(app, app.channels[0]) == 1
    crew.clock.advance(4 * HOUR)
    once(app)
    assert len(reminded(crew)) == 1


def watched(app, clock, hours=1):
    """Looks of one worker's watch, every twenty minutes."""
    watch = Watch()
    for _ in range(hours * 3):
        meet_others(app)
        watch.look(app)
        clock.advance(20 * MINUTE)


def test_a_difference_is_told_once_with_who_has_what_and_that_it_is_over(crew):
    """Creditors whom one lacks, files that differ and tables of rules, each with the workers' names."""
    one, app = crew.world.app, crew.beside("two", "atelier-bruno", van_damme='terms = "30 days"')
    app.company.meet(app.store, replace(app.settings, legal_terms={"BE": 60}), app.directory, "two", crew.clock.now())
    watched(one, crew.clock)
    (told,) = letters(one)
    name = one.company.name
    found = f"atelier-bruno: + {name}, - two; van-damme: two ≠ {name}; [legal_terms]: two ≠ {name}"
    assert "".join(found.split()) in "".join(told.split())
    assert "northgate" not in told
    same = crew.beside("three")
    same.company.meet(same.store, same.settings, same.directory, "two", crew.clock.now())
    watched(one, crew.clock)
    assert len(letters(one)) == 2
    assert "configuration" not in remembered(one.store)


def test_a_change_that_reaches_all_workers_within_minutes_is_no_difference(crew):
    """Files are copied from one to the next, and read again one after the other."""
    one, app = crew.world.app, crew.beside("two", "atelier-bruno")
    meet_others(app)
    meet_others(one)
    Watch().look(one)
    assert not letters(one)


def test_alerts_of_a_worker_that_is_gone_end(crew):
    """What was bound to its machine is over a day after it was seen last."""
    one, app = crew.world.app, crew.beside("two")
    meet_others(app)
    cause = next(f"disk:@{name}" for name in workers(one.store) if "two" in name)
    told = str(Reminder().holding(crew.clock.now()).told_now(crew.clock.now()))
    held = {"alert:holding": json.dumps([cause, "disk:@never met"]), Reminder.key(cause): told}
    one.store.commit(Commit(notes=held))
    watched(one, crew.clock, hours=20)
    assert cause in remembered(one.store)
    watched(one, crew.clock, hours=6)
    assert remembered(one.store) == set()
    assert list(workers(one.store)) == [one.company.name]
    assert len(letters(one)) == 1


def test_others_who_change_an_alert_meanwhile_keep_nobody_from_sending(crew, monkeypatch):
    """The look is done again in the next round; what may leave leaves in this one."""
    crew.world.hand_over()
    daemon = daemon_of(crew.world.app)
    looked = []

    def raced(*_):
        looked.append(crew.clock.now())
        raise Conflict("another worker changed the note alert:holding")

    monkeypatch.setattr(alerts, "troubles", raced)
    crew.clock.advance(4 * HOUR)
    daemon.turn()
    assert len(reminded(crew)) == 1
    crew.clock.advance(MINUTE)
    daemon.turn()
    assert len(looked) == 2


def test_the_doctor_names_a_silent_worker_and_forgets_it_when_told_to(crew):
    """Beside those who work on; the others wait for it no more, and its alerts are over with their next look."""
    one, app = crew.world.app, crew.beside("two", "atelier-bruno")
    gone = crew.beside("three")
    for worker in (app, gone):
        meet_others(worker)
    silent = f"disk:@{gone.company.name}"
    one.store.commit(Commit(notes={"alert:holding": json.dumps([silent])}))
    crew.clock.advance(HOUR)
    meet_others(one)
    meet_others(app)
    premises = Premises(one.settings.path, one.settings.state_dir, crew.clock.now(), settings=one.settings)
    found = [finding for finding in books.books(premises) if finding.check == "workers"]
    assert [finding.level for finding in found] == [Level.WARNING, Level.OK]
    assert gone.company.name in found[0].detail
    assert one.company.name in found[1].detail
    assert repaired(found[0]).repaired
    assert set(workers(one.store)) == {one.company.name, app.company.name}
    Watch().look(one)
    assert silent not in remembered(one.store)
