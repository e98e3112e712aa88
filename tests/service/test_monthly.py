"""The monthly report: once a month, to owners and viewers alone, with only the creditor's own books in it."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from agent.config import load
from agent.demo.samples.letters import sample_facts, sample_letter
from agent.domain.letters import LetterKind
from agent.mail.outgoing import OutboxState
from agent.outbox.compose import compose
from agent.service.tick import set_timers
from tests.service.world import BRUNO, TUESDAY, World

OWNER, COLLEAGUE = "bruno@atelier-bruno.example", "chloe@atelier-bruno.example"
VIEWER = "audit@northgate.example"
MARY_AT, ELS_AT = "mary@northgate.example", "els@vandamme.example"


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
    assert len(book.worksheets) == 6
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
    go_to(world, date(2026, 4, 1))
    for address, known in ((OWNER, True), (ELS_AT, False)):
        (mail,) = reports(world, address)
        page = next(c for n, c in files(mail).items() if n.endswith(".html"))
        book = openpyxl.load_workbook(io.BytesIO(next(c for n, c in files(mail).items() if n.endswith(".xlsx"))))
        cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        assert ("2026-501" in page, "2026-501" in cells) == (known, known)
        assert ("Batiplus" in page + mail.get_body(("plain",)).get_content()) is known


def test_viewers_get_report_and_digest_in_mails_of_their_own(world):
    """Staff gets neither; a viewer's mail shows no owner's address and carries no token of his."""
    go_to(world, date(2026, 4, 6))
    kinds = {"monthly_report", "digest"}
    sent = [m for m in world.app.store.outbox([OutboxState.SENT]) if m.kind in kinds and m.creditor == "northgate"]
    assert {m.to for m in sent} == {(VIEWER,), (MARY_AT,)}
    assert {m.kind for m in sent if m.to == (VIEWER,)} == kinds
    assert len({m.token for m in sent}) == len(sent)


@pytest.mark.parametrize("kind", [LetterKind.DIGEST, LetterKind.MONTHLY_REPORT])
def test_a_viewer_is_asked_nothing(kind):
    """What waits for the owner's answer stands in the owner's mail alone, also in its files."""
    kept: list[bytes] = []
    facts = replace(sample_facts("en"), keep=lambda content: kept.append(content) or str(len(kept)))
    waiting = {
        code: compose(replace(sample_letter(kind, code, "en"), code=code), facts).text for code in ("", "viewer")
    }
    assert "for your answer" in waiting[""]
    assert "for your answer" not in waiting["viewer"]
    pages = [content.decode() for content in kept if content.startswith(b"<!DOCTYPE") or b"<html" in content[:400]]
    if pages:
        assert ["Fields to confirm" in page for page in pages] == [True, False]


def test_day_zero_sends_none(tmp_path):
    """Who wants no report says so."""
    world = World.built(tmp_path, TUESDAY)
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n[reporting]\nmonthly_day = 0\n")
    world.app = world.app.with_settings(load(tmp_path / "config.toml"))
    set_timers(world.app)
    world.hand_over("2026-501", BRUNO)
    go_to(world, date(2026, 4, 2))
    assert not reports(world, OWNER)
    world.close()
