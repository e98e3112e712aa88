"""The benchmarks' runner: which modules it runs, and what it prints."""

import importlib
import json
import pkgutil
from types import ModuleType

import benchmarks
from benchmarks import __main__ as runner

ROW = {"name": "one", "value": 1.0, "unit": "s", "floor_name": "nothing", "floor_value": 0.5, "ratio": 2.0}


def module(*rows: dict[str, object]) -> ModuleType:
    """A benchmark module that measures these."""
    made = ModuleType("bench_made_up")
    made.NAMES = tuple(row["name"] for row in rows)
    made.run = lambda: iter(rows)
    return made


def test_one_json_object_a_line_is_printed(capsys):
    """With the six keys and no other."""
    assert runner.measure(module(ROW | {"more": 1}), "") == 1
    assert json.loads(capsys.readouterr().out) == ROW


def test_only_the_wanted_one_is_printed_and_the_rest_not_awaited(capsys):
    """What comes after it is not measured."""
    after = [dict(ROW, name="two"), None]
    made = module(ROW, after[0])
    made.run = lambda: iter([ROW, *after])
    assert runner.measure(made, "two") == 1
    assert json.loads(capsys.readouterr().out)["name"] == "two"


def test_a_module_that_does_not_measure_it_is_left_out():
    """It says beforehand what it measures."""
    made = module(ROW)
    made.run = None
    assert runner.measure(made, "two") == 0


def test_every_benchmark_that_is_asked_of_the_project_is_there():
    """Their modules say so without measuring."""
    found = (f"benchmarks.{m.name}" for m in pkgutil.iter_modules(benchmarks.__path__) if m.name.startswith("bench_"))
    names = {name for path in found for name in importlib.import_module(path).NAMES}
    assert (
        set("ingest imap_ingest idle_to_ack commit_1k commit_100k tick_100k cold_start_100k rss_100k".split()) <= names
    )


def test_a_wrong_call_ends_with_2(capsys):
    """An unknown name, or something else than ONLY=."""
    assert runner.main(["ingest"]) == 2
    assert runner.main(["ONLY="]) == 2
    assert runner.main(["ONLY=no such thing"]) == 2
    assert capsys.readouterr().out == ""
