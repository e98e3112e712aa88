"""The program under load, in small: floods of mail in which creditors are served first, and books whose size costs nothing a mail or a tick."""

from dataclasses import replace

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, OPERATOR
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from agent.service.dispatch import limits_of
from agent.service.tick import run_due, set_timers
from agent.service.turns import STRETCH
from agent.service.work import deliver, handle_waiting
from agent.store.engine import SqliteFile
from benchmarks import load
from benchmarks.load_world import NOW, QUIET, configured, fill, stranger
from tests.service.world import BRUNO, CHLOE, TUESDAY
from tests.walks.town import Town

SIZES = load.Sizes(messages=60, creditors=6, invoices=60, statements=8, bomb=70, large=2)


def _measured(part, folder) -> dict[str, float]:
    return {name: value for name, value, _ in load.PARTS[part](folder, SIZES)}


def test_a_mailbox_full_of_every_sort_of_mail_is_worked_through(tmp_path):
    """Every mail is handled, and who is to be answered is."""
    rows = _measured("backlog", tmp_path)
    assert rows["messages"] == 60
    assert rows["answers queued"] > 20


def test_one_creditors_thousands_keep_nobody_waiting(tmp_path):
    """Each of the others is served after as many mails as there are creditors, not after the thousands."""
    sizes = replace(SIZES, messages=4 * 80)
    rows = {name: value for name, value, _ in load.fairness(tmp_path, sizes)}
    assert rows["one creditor's mails"] == 80
    assert rows["mails handled before the last of the others"] <= 6


def test_a_mail_bomb_is_dealt_with_behind_the_creditors(tmp_path):
    """Strangers and forgers fill the mailbox: nobody gets more than one question and one alert, and little is kept."""
    rows = _measured("bomb", tmp_path)
    assert rows["messages"] == 160
    assert rows["creditors' mails wait, longest"] < rows["all are handled after"] / 2
    assert rows["mails to anybody but the creditors"] <= 3
    assert rows["state folder"] < 12


def test_a_day_of_statements_is_written_and_sent(tmp_path):
    """All that is due is written, and leaves with what follows from it."""
    rows = _measured("statements", tmp_path)
    assert rows["statements written"] == 8
    assert rows["mails sent"] == 16


def test_the_program_prints_a_table(capsys):
    """As `make load` calls it; an unknown size is a wrong call."""
    assert load.main(["ONLY=fairness", "MESSAGES=8", "CREDITORS=3"]) == 0
    assert "other creditors' mails" in capsys.readouterr().out
    assert load.main(["MAILS=8"]) == 2


@pytest.fixture
def rows_read(monkeypatch):
    """How many rows the statements on the books gave so far."""
    read, execute = [0], SqliteFile.execute

    def counted(self, sql, values=()):
        rows = execute(self, sql, values)
        read[0] += len(rows)
        return rows

    monkeypatch.setattr(SqliteFile, "execute", counted)
    return read


def _cost(folder, invoices, rows_read) -> list[int]:
    """The rows read by a mail of a creditor, one of a stranger, an idle tick, an idle delivery and a later start."""
    folder.mkdir()
    settings = configured(folder, 4)
    settings.state_dir.mkdir(parents=True)
    fill(settings.state_dir / "relance.db", 4, invoices, 0)
    app = build(settings, clock=SimulatedClock(QUIET), rehearsal=True)
    app.channels[0].mailbox.open()
    set_timers(app)
    costs = []

    def one(act) -> None:
        before = rows_read[0]
        act()
        costs.append(rows_read[0] - before)

    for raw in (
        load.mail_of("xml", 1, 1, 1),
        load.mail_of("words", 2, 2, 2),
        load.mail_of("reply", 3, 3, 3),
        stranger(4),
    ):
        app.channels[0].mailbox.deliver(raw)
        one(lambda: handle_waiting(app, app.channels[0]))
    for act in (lambda: run_due(app), lambda: deliver(app, app.channels[0]), lambda: set_timers(app)):
        one(act)
    close(app)
    return costs


def test_no_mail_and_no_tick_walks_the_books(tmp_path, rows_read):
    """Ten times the open invoices cost the same rows for a handover, an instruction, a reply, a stranger, a tick, a delivery and a start."""
    small = _cost(tmp_path / "small", 200, rows_read)
    large = _cost(tmp_path / "large", 2_000, rows_read)
    assert all(b <= 2 * a + 60 for a, b in zip(small, large, strict=True)), (small, large)


def test_the_pace_is_what_the_operator_set(tmp_path):
    """An hour's and a domain's limit follow from the minute's unless they are told."""
    app = build(configured(tmp_path, 1, rate=20), clock=SimulatedClock(NOW), rehearsal=True)
    limits = limits_of(app, "load")
    assert (limits.per_minute, limits.per_hour, limits.per_domain) == (20, 600, 10)
    told = replace(app.settings.limits, sends_per_hour=90, sends_per_domain=3)
    limits = limits_of(replace(app, settings=replace(app.settings, limits=told)), "load")
    assert (limits.per_minute, limits.per_hour, limits.per_domain) == (20, 90, 3)
    close(app)


@pytest.mark.walk
@pytest.mark.timeout(300)
def test_a_mail_bomb_over_a_real_server(tmp_path):
    """Dovecot holds two hundred forged and strange mails before three of creditors: these are handled in the first stretch."""
    with Town(tmp_path) as town:
        for n in range(100):
            town.post(stranger(n))
            town.post(stranger(1_000 + n, sender=BRUNO))
        for n, person in enumerate((BRUNO, CHLOE, BRUNO)):
            pen = mails.Pen(person, TUESDAY, f"amid{n}")
            town.post(mails.letter(pen, AGENCY, "Question", f"Où en est 2026-{n} ?").as_bytes())
        app = build(town.settings(), clock=SimulatedClock(TUESDAY))
        channel = app.channels[0]
        channel.mailbox.open()
        assert handle_waiting(app, channel) == STRETCH
        assert sum(record.kind == "instruction" for record in app.store.messages()) == 3
        while handle_waiting(app, channel):
            pass
        assert app.store.count(Box.REVIEW) + app.store.count(Box.QUARANTINE) >= 200
        kinds = [mail.kind for mail in app.store.outbox([OutboxState.QUEUED])]
        assert (kinds.count("proof"), kinds.count("operator")) == (1, 1)
        assert {m.to for m in app.store.outbox([OutboxState.QUEUED]) if m.kind == "operator"} == {(OPERATOR,)}
        close(app)
