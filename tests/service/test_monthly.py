"""The monthly report: once a month, to owners and viewers alone, with only the creditor's own books in it."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from agent.mail.outgoing import OutboxState
from agent.service.tick import set_timers
from tests.service.world import BRUNO, ELS, TUESDAY, World

OWNER, COLLEAGUE = "bruno@atelier-bruno.example", "chloe@atelier-bruno.example"
VIEWER = "audit@northgate.example"
MARY_AT = "mary@northgate.example"


@pytest.fixture
def world(tmp_path: Path):
    stage = World.built(tmp_path)
    set_timers(stage.app)
    yield stage
    stage.close()


def go_to(world: World, day: date, hour: int = 9) -> None:
    world.at(day, hour)
    world.work()


def reports(world: World, address: str):
    """The monthly reports that an address got."""
    found = world.app.store.outbox([OutboxState.SENT])
    ids = {m.message_id for m in found if m.kind == "monthly_report"}
    return [m for m in world.mails(address) if m["Message-ID"] in ids]


def files(mail) -> dict[str, bytes]:
    return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


def test_it_comes_once_a_month_with_dashboard_and_workbook(world):
    """On the first at eight, however often the service restarts; the next one a month later."""
    world.hand_over("2026-501")
    go_to(world, date(2026, 3, 31))
    assert not reports(world, OWNER)
    go_to(world, date(2026, 4, 1), 7)
    assert not reports(world, OWNER)
    for _ in range(3):
        go_to(world, date(2026, 4, 1))
        set_timers(world.app)
        world.work()
    (mail,) = reports(world, OWNER)
    assert "mars 2026" in mail["Subject"]
    found = files(mail)
    assert any(name.endswith(".html") for name in found)
    book = openpyxl.load_workbook(io.BytesIO(next(c for n, c in found.items() if n.endswith(".xlsx"))))
    assert len(book.worksheets) == 5
    go_to(world, date(2026, 5, 1))
    assert len(reports(world, OWNER)) == 2
    assert not reports(world, COLLEAGUE)


def test_after_a_standstill_only_the_latest_month_is_told(world):
    """A report of a quarter ago helps nobody."""
    world.hand_over("2026-501")
    go_to(world, date(2026, 8, 20))
    set_timers(world.app)
    world.work()
    (mail,) = reports(world, OWNER)
    assert "juillet 2026" in mail["Subject"]


def test_one_creditors_report_knows_nothing_of_another(world):
    """Not in the mail, not in the dashboard, not in the workbook."""
    world.hand_over("2026-501")
    world.hand_over("2026-901", ELS)
    go_to(world, date(2026, 4, 1))
    for address, own, foreign in ((OWNER, "2026-501", "2026-901"),):
        (mail,) = reports(world, address)
        page = next(c for n, c in files(mail).items() if n.endswith(".html"))
        assert own in page
        book = openpyxl.load_workbook(io.BytesIO(next(c for n, c in files(mail).items() if n.endswith(".xlsx"))))
        cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        assert own in cells
        assert foreign not in page + mail.get_body(("plain",)).get_content() + " ".join(cells)


def test_a_viewer_reads_along_and_is_asked_nothing(world):
    """He gets his own report and digest, without the questions that only the owner may answer."""
    go_to(world, date(2026, 4, 1))
    (mail,) = reports(world, VIEWER)
    assert mail["To"] == VIEWER
    (owners,) = reports(world, MARY_AT)
    assert owners["To"] == MARY_AT


def test_day_zero_sends_none(tmp_path):
    """Who wants no report says so."""
    from agent.config import load

    world = World.built(tmp_path, TUESDAY)
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n[reporting]\nmonthly_day = 0\n")
    world.app = world.app.with_settings(load(tmp_path / "config.toml"))
    set_timers(world.app)
    world.hand_over("2026-501", BRUNO)
    go_to(world, date(2026, 4, 2))
    assert not reports(world, OWNER)
    world.close()
