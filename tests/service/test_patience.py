"""The threads of the doors: what takes long is taken up later, never begun twice, and holds up nobody."""

import threading

import pytest

from agent.errors import TemporaryError
from agent.service import patience
from agent.service.patience import Bell, Busy, Courier, PatientMailbox, TakingItsTime


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """The loop waits a tenth of a second."""
    monkeypatch.setattr(patience, "PATIENCE", 0.1)


def test_a_late_answer_is_had_by_asking_again():
    """The errand goes on; the bell rings when it is done; it ran once."""
    bell, go, runs = Bell(), threading.Event(), []
    courier = Courier("late", bell)

    def errand():
        runs.append(go.wait(10))
        return "done"

    with pytest.raises(TakingItsTime):
        courier.ask("errand", errand)
    with pytest.raises(Busy):
        courier.ask("another", lambda: "never begun")
    go.set()
    assert bell.rang(5)
    assert courier.ask("errand", errand) == "done"
    assert runs == [True]
    assert not courier.busy


def test_an_error_comes_out_where_the_answer_is_asked_for():
    """Also a TimeoutError of the errand itself is its own."""
    courier = Courier("failing", Bell())
    for error in (TemporaryError("away"), TimeoutError("its own")):
        with pytest.raises(type(error), match=str(error)):
            courier.ask("errand", lambda error=error: (_ for _ in ()).throw(error))


def test_it_listens_between_errands_and_rings_for_news():
    """News rings the bell and is told once; what went wrong while listening is raised."""
    bell, answers = Bell(), iter([False, True])
    courier = Courier("listening", bell, lambda _: next(answers))
    courier.listen()
    assert bell.rang(5)
    assert courier.heard()
    assert not courier.heard()

    def broken(_):
        raise TemporaryError("the connection broke")

    courier = Courier("broken", bell, broken)
    courier.listen()
    assert bell.rang(5)
    with pytest.raises(TemporaryError, match="broke"):
        courier.heard()
    assert not courier.heard()


def test_what_went_on_before_the_end_of_a_connection_is_no_answer_of_the_next():
    """After `send_off` the door is busy until the old errand ends; its answer is nobody's."""
    bell, go = Bell(), threading.Event()
    courier = Courier("reopened", bell)
    with pytest.raises(TakingItsTime):
        courier.ask("list", lambda: go.wait(10) and "old")
    courier.send_off(lambda: None)
    with pytest.raises(Busy):
        courier.ask("list", lambda: "new")
    go.set()
    assert bell.rang(5)
    assert courier.ask("list", lambda: "new") == "new"


def test_a_closed_mailbox_answers_at_once():
    """Nobody waits for a mailbox that is known to be away."""

    class Nowhere:
        name = "nowhere"

        def wait(self, _):
            return False

    with pytest.raises(TemporaryError, match="not connected"):
        PatientMailbox(Nowhere(), Bell()).sent("<1@x.example>")


def test_a_defect_while_listening_comes_out_and_ends_no_thread():
    """What nobody foresaw is raised where news is asked for, and the door goes on doing errands."""

    def broken(_: float) -> bool:
        raise ValueError("what no backend foresaw")

    bell = Bell()
    courier = Courier("broken", bell, broken)
    courier.listen()
    assert bell.rang(5)
    with pytest.raises(ValueError, match="foresaw"):
        courier.heard()
    assert courier.ask("errand", lambda: "done") == "done"
