"""Choosing a reader: the best score wins, a broken one is skipped and told."""

from importlib.metadata import EntryPoint

from agent.domain.findings import Unreadable
from agent.parsers.api import Document
from agent.parsers.registry import BrokenPlugin, choose, load


class Reader:
    """A reader with a fixed score."""

    def __init__(self, name="reader", score=10):
        self.name = name
        self.score = score

    def recognises(self, document):
        """The fixed score."""
        return self.score

    def read(self, document, context):
        """Nothing."""
        return (Unreadable("not_invoice"),)


class Stumbles(Reader):
    """A reader that raises."""

    def recognises(self, document):
        """Never."""
        raise RuntimeError("no")


DOCUMENT = Document("x", "", b"")


def test_the_best_score_wins_and_the_first_of_equals():
    """Declining and stumbling readers are passed over."""
    first, second = Reader("a", 10), Reader("b", 10)
    assert choose([Stumbles(), Reader("n", None), first, second], DOCUMENT) is first
    assert choose([first, Reader("c", 11)], DOCUMENT).name == "c"
    assert choose([Stumbles()], DOCUMENT) is None


def test_a_broken_plugin_is_told():
    """What cannot be imported or is no reader is skipped with its reason; good ones are kept."""
    points = [
        EntryPoint("good", "tests.parsers.test_registry:Reader", "relance.parsers"),
        EntryPoint("gone", "no.such.module:x", "relance.parsers"),
        EntryPoint("poor", "tests.parsers.test_registry:DOCUMENT", "relance.parsers"),
    ]
    parsers, broken = load(points)
    assert [parser.name for parser in parsers] == ["reader"]
    assert [plugin.name for plugin in broken] == ["gone", "poor"]
    assert all(isinstance(plugin, BrokenPlugin) and plugin.problem for plugin in broken)
