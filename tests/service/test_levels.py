"""Owner, staff, viewer and operator: each sees what docs/spec/reports.md says, cell by cell."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.service.tick import set_timers
from tests.service.world import BRUNO, CHLOE, World

OWNER, STAFF = "bruno@atelier-bruno.example", "chloe@atelier-bruno.example"
OWNER_ABROAD, VIEWER = "mary@northgate.example", "audit@northgate.example"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Owner and colleague hand over; months pass until all reminders are sent and the owner is asked."""
    world = World.built(tmp_path_factory.mktemp("levels"))
    set_timers(world.app)
    world.hand_over("2026-501", BRUNO)
    world.hand_over("2026-502", CHLOE)
    for weeks in range(1, 14):
        world.at(date(2026, 3, 9) + timedelta(weeks=weeks), 9)
        world.work()
    yield world
    world.close()


def sent_to(world: World, address: str) -> list[OutgoingMail]:
    return [m for m in world.app.store.outbox([OutboxState.SENT]) if address in m.to]


def operator(world: World) -> str:
    return world.app.settings.agency.operator


@pytest.mark.parametrize(
    ("kind", "seen_by"),
    [
        ("acknowledgement", {OWNER, STAFF}),
        ("action_notice", {OWNER}),
        ("question", {OWNER}),
        ("digest", {OWNER, OWNER_ABROAD, VIEWER}),
        ("monthly_report", {OWNER, OWNER_ABROAD, VIEWER}),
        ("operator", {"operator"}),
    ],
)
def test_each_kind_goes_to_its_levels(story: World, kind: str, seen_by: set[str]) -> None:
    """And to nobody else of the house."""
    people = {OWNER: OWNER, STAFF: STAFF, OWNER_ABROAD: OWNER_ABROAD, VIEWER: VIEWER, "operator": operator(story)}
    got = {name for name, address in people.items() if kind in {m.kind for m in sent_to(story, address)}}
    assert got == seen_by


def test_staff_hears_of_what_he_handed_over_alone(story: World) -> None:
    """The invoice of his own mail, no sums of the house, no fees."""
    mails = sent_to(story, STAFF)
    assert all("2026-501" not in m.text for m in mails)
    assert not {m.kind for m in mails} & {"digest", "monthly_report", "fee_statement"}


@pytest.mark.parametrize("kind", ["digest", "monthly_report"])
def test_a_viewer_is_asked_nothing_and_can_press_nothing(story: World, kind: str) -> None:
    """No question, no prepared answer; his mail says that answering changes nothing."""
    mail = next(m for m in sent_to(story, VIEWER) if m.kind == kind)
    assert not mail.questions
    assert "mailto:" not in mail.html
    assert "answering it changes nothing" in " ".join(mail.text.split())
    assert [part.filename for part in mail.parts if part.filename.endswith(".xlsx")]


def test_the_owners_report_asks_with_numbers(story: World) -> None:
    """What waits for him, beside the numbers that answer it."""
    last = max((m for m in sent_to(story, OWNER) if m.kind == "digest"), key=lambda m: m.queued_at)
    assert last.questions
    assert "  1. " in last.text


def test_no_creditor_reads_of_another(story: World) -> None:
    """Neither in words nor in figures."""
    for address in (OWNER_ABROAD, VIEWER):
        assert all("Batiplus" not in m.text + m.html and "2026-50" not in m.text for m in sent_to(story, address))


def test_the_operator_reads_figures_only(story: World) -> None:
    """How many questions wait at which creditor, and not whose invoice they are about."""
    weeks = [m for m in sent_to(story, operator(story)) if m.key.startswith("operator:week")]
    assert weeks
    assert any("Open questions" in m.text for m in weeks)
    assert all("Batiplus" not in m.text and "2026-50" not in m.text for m in weeks)
