"""Every log line has a name that stays, a meaning on the page, and nothing in it that is anybody's but the service's."""

import ast
import io
import json
import logging
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from agent.errors import TemporaryError
from agent.service import log
from agent.service.daemon import Daemon
from agent.service.log_events import EVENTS, event_of
from tests.service.world import World

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/spec/log.md").read_text(encoding="utf-8")
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


@cache
def written():
    """Every line that the code writes: logger, wording, level."""
    found = set()
    for path in (ROOT / "agent").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "_LOG" not in source and "canonical" not in source:
            continue
        tree = ast.parse(source)
        text = ast.unparse(tree)
        named = re.search(r"_LOG = logging\.getLogger\('([\w.]+)'\)", text)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "_LOG":
                assert node.func.attr in LEVELS, path
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}: a line without a fixed wording"
                found.add((named[1], node.args[0].value, node.func.attr))
            elif getattr(node.func, "id", "") == "canonical":
                found.add((named[1], node.args[1].value, "info"))
    return found


def test_every_line_of_the_code_has_its_name():
    """And no name is left without its line."""
    assert {(logger, wording) for logger, wording, _ in written()} == set(EVENTS)


def test_the_page_tells_every_event_with_its_level():
    """Neither more nor less than the code writes."""
    rows = set(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, flags=re.MULTILINE))
    assert rows == {(EVENTS[logger, wording], level) for logger, wording, level in written()}
    assert all(len(line.split("|")) == 6 and line.split("|")[4].strip() for line in PAGE.splitlines() if "| `" in line)


@pytest.fixture
def lines():
    """The log as JSON lines while a test runs."""
    root = logging.getLogger("relance")
    before = root.handlers[:], root.level, root.propagate
    stream = io.StringIO()
    log.set_up(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level, root.propagate = before[0], before[1], before[2]


SECRETS = (
    "Bastien Canari",
    "canari@debiteur.example",
    "BE68 5390 0754 7034",
    "BE68539007547034",
    "je suis malade",
    "Facture privée",
)


def test_no_line_tells_of_a_person(lines, tmp_path, monkeypatch):
    """Bodies, subjects, names, addresses and accounts of a story with failures stay out of the log."""
    world = World.built(tmp_path)
    daemon = Daemon(world.app, lambda: world.app.settings)
    world.hand_over()
    for sender in ("Bastien Canari <canari@debiteur.example>", "Bruno Lambert <bruno@atelier-bruno.example>"):
        world.write(sender, "Facture privée: je suis malade, IBAN BE68 5390 0754 7034")
    daemon.turn()

    def broken(*_):
        raise ValueError("Bastien Canari <canari@debiteur.example>: je suis malade")

    monkeypatch.setattr("agent.service.work.handle_message", broken)
    world.deliver(b"From: canari@debiteur.example\nSubject: Facture priv\xc3\xa9e\n\nje suis malade\n")
    for _ in range(4):
        world.clock.advance(timedelta(minutes=11))
        daemon.turn()
    told = lines()
    assert {"mail", "mail_failed"} <= {line["event"] for line in told}
    text = json.dumps(told, ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in text]
    assert "ValueError" in text
    assert "in broken" in text
    world.close()


def test_our_own_errors_keep_their_words(lines):
    """They were written to be read; what a library said is told by its kind."""
    try:
        try:
            raise KeyError("secret of somebody")
        except KeyError as error:
            raise TemporaryError("imap: no answer in time") from error
    except TemporaryError:
        logging.getLogger("relance.work").warning("a mail failed", exc_info=True)
    (line,) = lines()
    assert line["event"] == "mail_failed"
    assert "TemporaryError: imap: no answer in time" in line["error"]
    assert "KeyError" in line["error"]
    assert "secret" not in line["error"]


def test_an_unknown_line_is_called_other():
    """It is written all the same."""
    record = logging.LogRecord("relance.nowhere", logging.INFO, "", 0, "whatever", (), None)
    assert event_of(record) == "other"
