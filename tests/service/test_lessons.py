"""A correction is remembered for that creditor's layout, in the books, and for nobody else's."""

import pytest

from agent.domain import events as ev
from agent.domain.layouts import KnownLayout
from agent.errors import PermanentError
from agent.parsers.api import Document
from agent.parsers.invoices.learning import Lesson
from agent.service.lessons import forget, layouts_of, learn_file
from agent.service.requests import FORGET, ask_to_learn, honour_requests, leave_request
from tests.parsers.invoices.layouts import ateliers
from tests.service.world import BRUNO, ELS, World

BRUNOS = "bruno@atelier-bruno.example"
SAID = "N° : SV/0412\nÉchéance : 17/03/2026\nDébiteur : compta@hotel-du-pont.example"
SECOND = "À suivre.\ndébiteur : caisse@lacroix.example"


@pytest.fixture
def world(tmp_path):
    world = World.built(tmp_path)
    yield world
    world.close()


def _learned(world: World, creditor: str) -> tuple[KnownLayout, ...]:
    return layouts_of(world.app.store, creditor)


def _creditor(world: World, person: str) -> str:
    return next(c.id for c in world.app.settings.creditors if person in {p.address for p in c.people})


def _corrected(world: World) -> None:
    """The first invoice of a layout is handed over and corrected by a reply."""
    world.write(BRUNO, f_pdf=ateliers()[0].pdf)
    world.reply(BRUNOS, "", SAID)


def test_the_next_invoice_of_the_layout_is_read_without_a_question(world):
    """Number and due date are asked about once; the second invoice is followed with both."""
    _corrected(world)
    assert "Nous nous en souviendrons" in world.text(BRUNOS)
    world.write(BRUNO, SECOND, f_pdf=ateliers()[1].pdf)
    item = world.items()["SV/0587"]
    assert item.invoice.due_date is not None
    assert item.invoice.due_date.isoformat() == "2026-06-02"
    assert not {"number", "due_date"} & {*item.doubts}


def test_rules_never_cross_from_one_creditor_to_another(world):
    """The same page handed over by another creditor is read as if nobody had corrected anything."""
    _corrected(world)
    bruno, els = _creditor(world, BRUNOS), _creditor(world, "els@vandamme.example")
    assert _learned(world, bruno)
    assert not _learned(world, els)
    world.write(ELS, SECOND, f_pdf=ateliers()[1].pdf)
    assert "SV/0587" not in world.items()
    assert all(layout.creditor == bruno for layout in world.app.store.states(KnownLayout))


def test_what_was_learned_follows_from_the_events(world):
    """It verifies, is in the journal, and can be taken away for good."""
    _corrected(world)
    (layout,) = _learned(world, _creditor(world, BRUNOS))
    kinds = [type(stored.event) for stored in world.app.store.events(about=layout.id)]
    assert kinds[0] is ev.LayoutMet
    assert set(kinds[1:]) == {ev.LayoutRuleLearned}
    assert world.app.store.verify() == []
    forget(world.app, layout.id)
    assert _learned(world, layout.creditor) == ()
    assert world.app.store.verify() == []
    with pytest.raises(PermanentError):
        forget(world.app, layout.id)
    world.write(BRUNO, SECOND, f_pdf=ateliers()[1].pdf)
    assert "SV/0587" not in world.items()


def test_the_running_service_learns_and_forgets_by_request(world):
    """What the command line leaves in the state folder is done at the next round; what cannot be read is gone."""
    app = world.app
    creditor = _creditor(world, BRUNOS)
    document = Document("f.pdf", "application/pdf", ateliers()[0].pdf)
    ask_to_learn(app.settings.state_dir, creditor, document, (("number", "SV/0412"),))
    leave_request(app.settings.state_dir, "rubbish", ".learn", '{"creditor": 1}')
    assert honour_requests(app) == 2
    (layout,) = _learned(world, creditor)
    assert [rule.field for rule in layout.rules] == ["number"]
    leave_request(app.settings.state_dir, layout.id, FORGET)
    assert honour_requests(app) == 1
    assert _learned(world, creditor) == ()


def test_a_file_that_teaches_nothing_says_so(world):
    """A value that the page does not show."""
    creditor = world.app.settings.creditor(_creditor(world, BRUNOS))
    assert creditor is not None
    document = Document("f.pdf", "application/pdf", ateliers()[0].pdf)
    with pytest.raises(PermanentError, match="nothing can be learned"):
        learn_file(world.app, document, (("number", "XX-1"),), world.app.context(creditor, "hand"))


def test_no_answer_of_a_reader_can_write_to_another_creditors_layout(world, monkeypatch):
    """A lesson that names the layout of somebody else becomes one of the creditor's own."""
    _corrected(world)
    (bruno,) = _learned(world, _creditor(world, BRUNOS))
    app, els = world.app, world.app.settings.creditor(_creditor(world, "els@vandamme.example"))
    forged = Lesson(bruno.id, bruno.signs, bruno.rules[:1], (bruno.rules[-1].field,))
    monkeypatch.setattr(app.reader, "learn", lambda *_: forged)
    learn_file(app, Document("f.pdf", "application/pdf", b"x"), (("number", "X-1"),), app.context(els, "hand:forged"))
    assert _learned(world, bruno.creditor) == (bruno,)
    (own,) = _learned(world, els.id)
    assert own.id != bruno.id
