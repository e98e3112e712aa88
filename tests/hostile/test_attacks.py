"""A corpus of hostile inputs, each sent to the whole program: what must come out comes out, and nothing else.

A third of it is in the suite; `make hostile` (HOSTILE=all) plays all of it, those included over which a reader is stopped.
"""

import logging
import os
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from tests.hostile import kinds
from tests.hostile.ending import PATIENCE, faults, goes_on, played, strays
from tests.hostile.scene import model

MODULES = [import_module(f"{kinds.__name__}.{found.name}") for found in iter_modules(kinds.__path__)]
CASES = [(module.__name__.rpartition(".")[2], case) for module in MODULES for case in module.CASES]
QUICK = [(kind, case) for kind, case in CASES if not case.slow]
PLAYED = CASES if os.environ.get("HOSTILE") == "all" else QUICK[::3]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """The scene that all cases begin in, played once."""
    made = model(tmp_path_factory.mktemp("model"))
    yield made
    made.rooms.close()


@pytest.fixture
def scene(story, tmp_path):
    """A copy of it, deep enough in a folder that a path of ../../ would show."""
    folder = tmp_path / "a" / "b" / "here"
    folder.mkdir(parents=True)
    made = story.copy(folder)
    yield made
    made.app.reader._rooms = None
    made.app.store.close()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{kind}: {case.name}", marks=[pytest.mark.walk] if case.slow else [])
        for kind, case in PLAYED
    ],
)
def test_a_hostile_mail_comes_to_the_end_that_it_must(case, scene, tmp_path, caplog):
    """State, kind, folder and letters are those expected, nothing unsafe leaves, in little time; the next mail is handled."""
    caplog.set_level(logging.INFO, "relance")
    outcome, seconds = played(case, scene)
    expected = case.outcome
    assert (outcome.kind, outcome.box, outcome.events) == (expected.kind, expected.box, expected.events)
    assert outcome.letters == tuple(sorted(expected.letters))
    assert list(faults(case, scene)) == []
    assert case.slow or seconds < PATIENCE
    assert list(goes_on(scene)) == []
    assert list(strays(tmp_path, scene.folder)) == []
    assert [record for record in caplog.records if record.levelno > logging.INFO or record.exc_info] == []


def test_the_corpus_is_large_and_each_case_has_a_name_of_its_own():
    """900 cases at the least, of which the suite plays 300; no two of a kind bear the same name, and each says what it attacks."""
    names = [(kind, case.name) for kind, case in CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 900
    assert len(PLAYED) >= 300
    assert all(case.attacks for _, case in CASES)


def test_the_page_on_security_counts_the_corpus_rightly():
    """Its cases, their kinds, and the share of them that the suite plays."""
    page = (Path(__file__).parents[2] / "docs/security.md").read_text(encoding="utf-8")
    assert re.findall(r"(\d+) cases in (\d+) kinds; a third", page) == [(str(len(CASES)), str(len(MODULES)))]
