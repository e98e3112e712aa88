"""TinyDB behaves as TinyDB: one suite over stock TinyDB on its JSON file, stock TinyDB on our storage, and our tables."""

import re

import pytest
from tinydb import Query, TinyDB, operations, where
from tinydb.operations import add, decrement, delete, increment, subtract
from tinydb.table import Document

from agent.store.ledger_storage import LedgerDB, LedgerStorage

KINDS = {
    "stock": TinyDB,
    "stock-on-ledger": lambda path: TinyDB(path, storage=LedgerStorage),
    "ledger": LedgerDB,
    "ledger-indexed": LedgerDB,
    "stock-on-postgres": lambda address: TinyDB(address, storage=LedgerStorage),
    "postgres": LedgerDB,
    "postgres-indexed": LedgerDB,
}
PEOPLE = [
    {"name": "Anne", "age": 41, "city": {"name": "Liège"}, "tags": ["a", "b"]},
    {"name": "Bart", "age": 35, "city": {"name": "Gent"}, "tags": ["b"]},
    {"name": "Carl", "age": 35, "city": {"name": "Köln"}, "tags": []},
]


@pytest.fixture(params=KINDS)
def kind(request):
    """Each way to have a TinyDB in turn."""
    return request.param


@pytest.fixture
def path(kind, request, tmp_path):
    return request.getfixturevalue("postgres").schema() if "postgres" in kind else tmp_path / "db"


@pytest.fixture
def db(kind, path):
    made = KINDS[kind](path)
    if kind.endswith("-indexed"):
        made.table("people").index("name", "city.name", "tags", "born")
    yield made
    made.close()


@pytest.fixture
def people(db):
    table = db.table("people")
    table.insert_multiple(PEOPLE)
    return table


def names(documents):
    return [document["name"] for document in documents]


def test_an_empty_database_has_no_tables_and_no_documents(db):
    """Nothing there, nothing found."""
    assert db.tables() == set()
    assert len(db) == 0
    assert db.all() == []
    assert db.get(where("a") == 1) is None
    assert not db.contains(where("a") == 1)


def test_insert_gives_ascending_ids(db):
    """Ids begin at 1; several at once come in order."""
    assert db.insert({"a": 1}) == 1
    assert db.insert_multiple([{"a": 2}, {"a": 3}]) == [2, 3]
    assert [d.doc_id for d in db.all()] == [1, 2, 3]
    assert list(iter(db)) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_insert_takes_an_id_that_is_given(db):
    """A Document brings its id; the next one follows it; the same id twice is refused."""
    assert db.insert(Document({"a": 1}, 7)) == 7
    assert db.insert({"a": 2}) == 8
    with pytest.raises(ValueError, match="already exists"):
        db.insert(Document({"a": 3}, 7))
    with pytest.raises(ValueError, match="already exists"):
        db.insert_multiple([Document({"a": 3}, 9), Document({"a": 3}, 8)])
    assert db.insert_multiple([Document({"b": 1}, 12), {"b": 2}])[0] == 12


def test_only_mappings_are_documents(db):
    """Anything else is refused."""
    for wrong in ([1], {1, 2}, "text"):
        with pytest.raises(ValueError, match="Mapping"):
            db.insert(wrong)
        with pytest.raises(ValueError, match="Mapping"):
            db.insert_multiple([wrong])


def test_tables_are_apart(db):
    """Documents of one table are not in another; the default one has a name of its own."""
    db.insert({"a": 1})
    db.table("other").insert({"a": 2})
    assert db.tables() == {"_default", "other"}
    assert db.table("other").all() == [{"a": 2}]
    assert db.table("other").name == "other"
    assert db.table("other") is db.table("other")


def test_dropping_a_table_takes_its_documents_away(db, people):
    """One table or all; a table may be used again afterwards."""
    db.insert({"a": 1})
    db.drop_table("people")
    db.drop_table("never")
    assert db.tables() == {"_default"}
    assert db.table("people").all() == []
    db.drop_tables()
    assert db.tables() == set()
    assert db.insert({"a": 1}) == 1


def test_truncate_keeps_the_table(db, people):
    """All documents go, and ids begin anew."""
    people.truncate()
    assert len(people) == 0
    assert people.search(where("name") == "Anne") == []
    assert people.insert({"name": "Dirk"}) == 1


def test_persist_empty_makes_the_table_at_once(db):
    """A table may exist before its first document."""
    db.table("empty", persist_empty=True)
    assert db.tables() == {"empty"}


def test_get_finds_by_condition_id_or_ids(people):
    """One document, or those of several ids; None when there is none."""
    assert people.get(where("name") == "Bart").doc_id == 2
    assert people.get(doc_id=3)["name"] == "Carl"
    assert people.get(doc_id=9) is None
    assert names(people.get(doc_ids=[3, 1, 9])) == ["Anne", "Carl"]
    assert people.get(where("name") == "Nobody") is None
    with pytest.raises(RuntimeError):
        people.get()


def test_contains_and_count(people):
    """Whether and how many."""
    assert people.contains(where("age") == 35)
    assert not people.contains(where("age") == 36)
    assert people.contains(doc_id=1)
    assert not people.contains(doc_id=4)
    assert people.count(where("age") == 35) == 2
    with pytest.raises(RuntimeError):
        people.contains()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (where("name") == "Anne", ["Anne"]),
        (where("name") != "Anne", ["Bart", "Carl"]),
        (where("name") > "Anne", ["Bart", "Carl"]),
        (where("name") >= "Bart", ["Bart", "Carl"]),
        (where("name") < "Bart", ["Anne"]),
        (where("name") <= "Bart", ["Anne", "Bart"]),
        ((where("name") > "Anne") & (where("name") < "Carl"), ["Bart"]),
        (where("age") > 35, ["Anne"]),
        (where("age") <= 35, ["Bart", "Carl"]),
        (where("city")["name"] == "Gent", ["Bart"]),
        (Query().city.name == "Köln", ["Carl"]),
        (Query().city.name.one_of(["Gent", "Köln"]), ["Bart", "Carl"]),
        (Query().name.one_of([]), []),
        (Query().name.one_of(["Anne", None]), ["Anne"]),
        (Query().tags.any(["a"]), ["Anne"]),
        (Query().tags.any(["a", "b"]), ["Anne", "Bart"]),
        (Query().tags.any(lambda tag: tag == "a"), ["Anne"]),
        (Query().tags.any([]), []),
        (Query().tags.all(["a", "b"]), ["Anne"]),
        (Query().tags == ["b"], ["Bart"]),
        (Query().nothing.exists(), []),
        (Query().city.exists(), ["Anne", "Bart", "Carl"]),
        (Query().name.matches("^[AB]"), ["Anne", "Bart"]),
        (Query().name.search("AR", flags=re.IGNORECASE), ["Bart", "Carl"]),
        (Query().name.test(lambda value, end: value.endswith(end), "l"), ["Carl"]),
        (Query().fragment({"age": 35, "name": "Bart"}), ["Bart"]),
        (Query().name.map(str.upper) == "ANNE", ["Anne"]),
        ((Query().age == 35) & (Query().name == "Carl"), ["Carl"]),
        ((Query().name == "Anne") | (Query().name == "Carl"), ["Anne", "Carl"]),
        (~(Query().name == "Anne"), ["Bart", "Carl"]),
        (Query().noop(), ["Anne", "Bart", "Carl"]),
        (lambda document: document["age"] == 41, ["Anne"]),
        (Query().born == "1985", []),
    ],
)
def test_queries_find_what_they_say(people, query, expected):
    """Comparisons, paths, lists, tests, patterns and their combinations."""
    assert names(people.search(query)) == expected
    assert people.count(query) == len(expected)
    assert people.contains(query) is bool(expected)
    assert (people.get(query) or {}).get("name") == (expected or [None])[0]


def test_update_changes_what_matches(people):
    """Fields by condition, by ids, by function, or of all; the changed ids are given."""
    assert people.update({"age": 36}, where("age") == 35) == [2, 3]
    assert people.update({"x": 1}, doc_ids=[1]) == [1]
    assert people.update({"y": 1}, where("name") == "Nobody") == []
    assert people.update({"z": 2}) == [1, 2, 3]
    people.update(lambda document: document.pop("tags"), where("name") == "Anne")
    assert people.get(doc_id=1) == {"name": "Anne", "age": 41, "city": {"name": "Liège"}, "x": 1, "z": 2}
    assert people.get(doc_id=2)["age"] == 36


def test_the_index_follows_an_update(people):
    """A renamed document is found under its new name only."""
    people.update({"name": "Zoé", "tags": ["c"]}, where("name") == "Anne")
    assert people.search(where("name") == "Anne") == []
    assert names(people.search(where("name") >= "Y")) == ["Zoé"]
    assert names(people.search(Query().tags.any(["c"]))) == ["Zoé"]
    assert people.search(Query().tags.any(["a"])) == []


@pytest.mark.parametrize(
    ("operation", "value"),
    [(increment("n"), 6), (decrement("n"), 4), (add("n", 3), 8), (subtract("n", 3), 2), (operations.set("n", 9), 9)],
)
def test_operations_change_a_field(db, operation, value):
    """TinyDB's own operations work in place."""
    db.insert({"n": 5})
    db.update(operation)
    assert db.get(doc_id=1) == {"n": value}


def test_delete_takes_a_field_away(db):
    """The field is gone, the document stays."""
    db.insert({"n": 5, "m": 1})
    db.update(delete("n"), where("m") == 1)
    assert db.all() == [{"m": 1}]


def test_update_multiple_applies_each_to_its_own(people):
    """Several updates with their conditions at once."""
    changed = people.update_multiple(
        [({"age": 1}, where("name") == "Anne"), (increment("age"), where("name") == "Carl")]
    )
    assert sorted(changed) == [1, 3]
    assert [d["age"] for d in people] == [1, 35, 36]


def test_upsert_updates_or_inserts(people):
    """What matches is updated, else a document is added; without a condition it needs an id."""
    assert people.upsert({"name": "Bart", "age": 50}, where("name") == "Bart") == [2]
    assert people.get(doc_id=2) == {"name": "Bart", "age": 50, "city": {"name": "Gent"}, "tags": ["b"]}
    assert people.upsert({"name": "Dirk"}, where("name") == "Dirk") == [4]
    assert people.upsert(Document({"age": 1}, 4)) == [4]
    assert people.upsert(Document({"age": 2}, 9)) == [9]
    with pytest.raises(ValueError, match="doc_id"):
        people.upsert({"name": "Eva"})


def test_remove_takes_what_matches(people):
    """By condition or ids; without either it asks for truncate."""
    assert people.remove(where("age") == 35) == [2, 3]
    assert people.remove(doc_ids=[1, 7]) == [1]
    assert len(people) == 0
    with pytest.raises(RuntimeError):
        people.remove()


def test_a_failing_update_changes_nothing(people):
    """An error within the call leaves every document as it was."""

    def broken(document):
        document["age"] = 0
        if document["name"] == "Carl":
            raise KeyError("broken")

    with pytest.raises(KeyError):
        people.update(broken)
    assert [d["age"] for d in people] == [41, 35, 35]


def test_every_json_value_survives(kind, db, path):
    """Texts of all scripts, numbers, truth, nothing, lists and nested documents, also after opening again."""
    odd = {
        "t": "é\n\0\u2028😀\"'\\",
        "n": -1.5e300,
        "i": 2**70,
        "b": [True, False, None],
        "d": {"": {"k.k": []}},
        "$": 1,
    }
    db.insert(odd)
    db.close()
    with KINDS[kind](path) as again:
        assert again.get(doc_id=1) == odd
        assert again.insert({"a": 1}) == 2


def test_odd_table_names_are_names(db):
    """Quotes, spaces and SQL in a table's name mean nothing."""
    for name in ['a"b', "drop table x; --", "select", "ü", "a b", "%s"]:
        db.table(name).insert({"name": name})
        assert db.table(name).get(where("name") == name).doc_id == 1
    assert len(db.tables()) == 6


def test_it_is_a_context(kind, path):
    """Leaving the block closes the file; another may open it then."""
    with KINDS[kind](path) as first:
        first.insert({"a": 1})
    with KINDS[kind](path) as second:
        assert second.all() == [{"a": 1}]


def test_changing_what_was_found_changes_nothing_stored(kind, people):
    """A found document is a copy, down to its lists."""
    found = people.get(where("name") == "Anne")
    found["tags"].append("stolen")
    assert people.get(where("name") == "Anne")["tags"] == ["a", "b"]


def test_the_classes_read_each_other_s_tables(path):
    """What our tables wrote, stock TinyDB reads and changes, and the other way round; the index keeps up."""
    with LedgerDB(path) as ours:
        ours.table("people").index("name")
        ours.table("people").insert_multiple(PEOPLE)
    with TinyDB(path, storage=LedgerStorage) as stock:
        table = stock.table("people", cache_size=0)
        assert names(table.search(Query().city.name == "Gent")) == ["Bart"]
        table.update({"name": "Berthe"}, where("name") == "Bart")
        table.remove(where("name") == "Carl")
        table.insert({"name": "Dirk"})
    with LedgerDB(path) as ours:
        table = ours.table("people")
        assert names(table.search(where("name") >= "B")) == ["Berthe", "Dirk"]
        assert table.search(where("name") == "Carl") == []
