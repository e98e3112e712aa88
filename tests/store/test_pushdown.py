"""Queries on indexed paths are looked up; TinyDB's private hash of a query is what we take it for."""

import pytest
from tinydb import Query, where

from agent.store.ledger_storage import LedgerDB
from agent.store.pushdown import Lookup, lookup

PATHS = {("a",), ("b", "c")}
A, BC = where("a"), Query().b.c


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (A == "x", Lookup(("a",), ("x",))),
        (BC == "x", Lookup(("b", "c"), ("x",))),
        (A.one_of(["y", "x", "x"]), Lookup(("a",), ("x", "y"))),
        (A.any(["x"]), Lookup(("a",), ("x",))),
        (A < "x", Lookup(("a",), high="x")),
        (A <= "x", Lookup(("a",), high="x")),
        (A > "x", Lookup(("a",), low="x")),
        (A >= "x", Lookup(("a",), low="x")),
        ((A >= "x") & (A <= "z"), Lookup(("a",), low="x", high="z")),
        ((A >= "x") & (A <= "z") & (A < "y"), Lookup(("a",), low="x", high="y")),
        ((A >= "x") & (BC == "y"), Lookup(("b", "c"), ("y",))),
        ((A.one_of(["1", "2"])) & (BC == "y"), Lookup(("b", "c"), ("y",))),
        ((A == "x") & (where("other") == "y"), Lookup(("a",), ("x",))),
        ((A == "x") & ~(BC == "y"), Lookup(("a",), ("x",))),
    ],
)
def test_these_queries_are_looked_up(query, expected):
    """Equality and membership first, else a range; conditions on other paths are left to the query itself."""
    assert lookup(query, PATHS) == expected


@pytest.mark.parametrize(
    "query",
    [
        where("other") == "x",
        A == 1,
        A != "x",
        A > 1,
        A.one_of([]),
        A.one_of(["x", 1]),
        A.any(where("k") == "v"),
        A.all(["x"]),
        A.exists(),
        A.matches("x"),
        A.test(bool),
        A.map(str) == "x",
        ~(A == "x"),
        (A == "x") | (BC == "y"),
        Query().noop(),
        Query().fragment({"a": "x"}),
        lambda document: True,
    ],
)
def test_these_queries_are_scanned(query):
    """Whatever the index cannot answer for sure asks every document."""
    assert lookup(query, PATHS) is None


def test_a_look_up_reads_only_what_it_gives(tmp_path, monkeypatch):
    """Among many documents an indexed query reads one, by condition, range or list."""
    with LedgerDB(tmp_path / "db") as db:
        table = db.table("t")
        table.index("n", "tags")
        table.insert_multiple([{"n": f"{n:04}", "tags": [f"t{n}"]} for n in range(1000)])
        read = []
        get = db.rows.get
        monkeypatch.setattr(db.rows, "get", lambda *a: read.append(a) or get(*a))
        monkeypatch.setattr(db.rows, "scan", None)
        for query in (where("n") == "0500", where("n") > "0998", where("tags").any(["t7"])):
            read.clear()
            assert table.count(query) == 1
            assert len(read) <= 2
        assert table.get(where("n") >= "0000")["n"] == "0000"
        assert table.update({"n": "x"}, where("n") == "0001") == [2]
        assert table.remove(where("n") == "x") == [2]
