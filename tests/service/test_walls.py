"""Behind which walls documents are read is said once at the start, and again by `relance status`."""

import io
from typing import Self

import pytest

from agent.ports import Commit, Conflict
from agent.service import log, walls
from agent.service.sandbox import Failure, Problem, Result
from agent.service.walls import JAIL, in_words, noted, tell_of_walls, weakness
from agent.store.tinydb_store import TinyStore


class Kernel:
    """A sandbox on a kernel of these measures."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __call__(self, **_: object) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, _: object) -> object:
        return self.answer


@pytest.fixture
def store(tmp_path):
    store = TinyStore.open(tmp_path / "relance.db")
    yield store
    store.close()


@pytest.mark.parametrize(
    ("answer", "level", "words"),
    [
        (Result(("limits", "landlock", "seccomp")), "info", "documents are read under limits, landlock, seccomp"),
        (
            Result(("limits", "seccomp")),
            "warning",
            "documents are read under limits, seccomp; this kernel has no landlock",
        ),
        (
            Result(("limits",)),
            "warning",
            "documents are read under limits; this kernel has no landlock and no seccomp",
        ),
        (
            Failure(Problem.CRASHED),
            "warning",
            "documents cannot be read: no child can be started for them",
        ),
    ],
)
def test_what_the_kernel_lacks_is_told_once_and_noted(store, monkeypatch, answer, level, words):
    """One line in the log at the start, a warning where a wall is missing; the books keep it for `relance status`."""
    assert noted(store) is None
    monkeypatch.setattr(walls, "Sandbox", Kernel(answer))
    stream = io.StringIO()
    log.set_up(stream)
    held = tell_of_walls(store)
    (line,) = stream.getvalue().splitlines()
    assert f'"level": "{level}"' in line
    assert words in line
    assert noted(store) == held
    assert in_words(held) == words


def test_the_walls_of_this_machine_are_found(store):
    """A real child is asked."""
    held = tell_of_walls(store)
    assert "limits" in held
    assert store.note(JAIL) == " ".join(held)
    assert weakness(("limits", "landlock", "seccomp")) == ()


def test_a_worker_that_begins_at_the_same_moment_as_another_begins_all_the_same(monkeypatch, tmp_path):
    """The other one notes its walls just now: this one says its own in the log, and goes on."""
    store = TinyStore.open(tmp_path / "relance.db")

    def faster(_: Commit) -> int:
        raise Conflict("another worker was faster")

    monkeypatch.setattr(store, "commit", faster)
    monkeypatch.setattr(walls, "Sandbox", Kernel(Result(("landlock", "seccomp"))))
    assert tell_of_walls(store) == ("landlock", "seccomp")
    store.close()
