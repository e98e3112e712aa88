"""The process dies before each single step of each operation, one after the other: the store is as it was, or as it shall be."""

from dataclasses import replace
from functools import partial

import pytest
from tinydb import where

from agent.domain import events as ev
from agent.mail.outgoing import OutboxState
from agent.ports import Commit, Timer
from agent.store import migrations
from agent.store.erase import erase
from agent.store.export import export_tinydb
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, DEBTOR, NOW, contact, folded, mail, opened, promised, record, registered
from tests.store.grounds import Databases, Files, dying, kept_in, opened_again, opened_with_patience

ITEM = "acme-2026-118"


@pytest.fixture(params=["file", "database"])
def ground(request, tmp_path):
    """Each ground in turn."""
    return Files(tmp_path) if request.param == "file" else Databases(request.getfixturevalue("postgres"), tmp_path)


def with_store(act):
    def operation(path):
        store = opened_again(path)
        act(store)
        store.close()

    return operation


def fill(path):
    store = TinyStore.open(path)
    store.commit(folded([opened(), contact(), registered()], outgoing=(mail(),), message=record()))
    store.close()


def settled(path):
    fill(path)
    store = TinyStore.open(path)
    event = ev.InvoiceSettled(at=NOW, source="m5", creditor=CREDITOR, item=ITEM)
    store.commit(folded([event], store.ledger([ITEM])))
    store.close()


def commit(store):
    claimed = replace(mail(), state=OutboxState.SENDING, attempts=1)
    store.commit(
        folded(
            [promised(ITEM)],
            store.ledger([ITEM]),
            outgoing=(mail("k2"), claimed),
            message=record("m2"),
            timers=(Timer(ITEM, NOW),),
            notes={"n": "1"},
        )
    )


def seen_after_commit(store):
    """What a commit changes, each part on its own; a half commit mixes old and new."""
    return (
        len(list(store.events())),
        len(store.ledger([ITEM]).items[ITEM].holds),
        store.mail("k2") is not None,
        store.mail("ack:m1").state,
        store.seen("m2") is not None,
        store.next_timer(),
        store.note("n"),
    )


def test_a_commit_is_whole_whatever_step_is_the_last(ground):
    """Before its COMMIT nothing of it is there, after it everything is."""
    found = walk_through(ground, fill, with_store(commit), seen_after_commit)
    assert found == [
        (3, 0, False, OutboxState.QUEUED, False, None, None),
        (4, 1, True, OutboxState.SENDING, True, NOW, "1"),
    ]


def test_a_store_is_made_whole_or_made_again(ground):
    """A first start that was cut off is finished by the next one."""

    def nothing(place):
        if ground.name == "file":
            place.parent.mkdir()

    walk_through(ground, nothing, lambda place: TinyStore.open(place).close(), len_of_tables)


def len_of_tables(store):
    return sorted(store.db.tables())


def test_a_migration_is_whole_or_done_again(ground, monkeypatch):
    """Killed while it brings the books forward, it starts over, and the copy made before is a store of before."""
    before = len(migrations.MIGRATIONS)

    def further(db):
        db.table("notes").insert({"key": "migrated", "value": "yes"})
        db.table("accounts").index("name")

    def old(place):
        with monkeypatch.context() as patch:
            patch.setattr("agent.store.tinydb_store.migrate", migrations.migrate)
            fill(place)

    def migrated(place):
        TinyStore.open(place, keep=kept_in(ground.folder_of(place))).close()

    def as_left(place):
        return schema_of(place), not (copy := ground.folder_of(place) / f"relance.db.schema-{before}").exists() or (
            schema_of(copy)
        )

    steps = (*migrations.MIGRATIONS, further)
    newer = partial(migrations.migrate, steps=steps)
    monkeypatch.setattr("agent.store.tinydb_store.migrate", newer)
    found = walk_through(ground, old, migrated, None, as_left)
    left, kept = (before, 0, False), (before, 0, False)
    assert found == [(left, True), (left, kept), ((before + 1, 1, True), kept)]


def schema_of(place):
    """What the books say of themselves before anybody brings them forward."""
    with opened_with_patience(place) as db:
        return (
            db.ground.schema(),
            db.table("notes").count(where("key") == "migrated"),
            ("name",) in db.rows.paths("accounts"),
        )


def test_forgetting_is_whole_or_done_again(ground):
    """A person is not forgotten by halves in what the store says."""
    found = walk_through(
        ground,
        settled,
        with_store(lambda store: erase(store, DEBTOR)),
        lambda store: (store.ledger([DEBTOR]).accounts[DEBTOR].name, next(store.events(DEBTOR)).event.name),
    )
    assert found == [("Durand SA", "Durand SA"), ("", "")]


def test_a_document_is_whole_or_not_there(ground):
    """Its name never stands for half of it."""
    found = walk_through(
        ground,
        fill,
        with_store(lambda store: store.put_document(b"pdf" * 1000)),
        lambda store: [len(store.document(name)) for name in store.documents.names()],
    )
    assert found == [[], [3000]]


def test_a_backup_is_whole_or_not_there(ground):
    """A copy that has its name is a store that verifies, with its documents."""

    def target(place):
        return ground.folder_of(place) / "copies" / "a.db"

    def backed_up(place):
        store = opened_again(place)
        store.backup(target(place))
        store.close()

    def judge(place):
        copy = target(place)
        if not copy.exists():
            return "none"
        backup = TinyStore.open(copy)
        problems = backup.verify()
        backup.close()
        return problems

    assert walk_through(ground, fill, backed_up, None, judge) == ["none", []]


def test_an_export_is_whole_or_not_there(ground):
    """Half an export has no name."""

    def target(place):
        return ground.folder_of(place) / "out.json"

    def exported(place):
        store = opened_again(place)
        export_tinydb(store, target(place))
        store.close()

    def judge(place):
        return target(place).exists() and target(place).read_text().endswith("}}")

    assert walk_through(ground, fill, exported, None, judge) == [False, True]


def test_a_failed_attempt_is_counted_once_or_not(ground):
    """The count never jumps."""
    found = walk_through(
        ground, fill, with_store(lambda s: s.attempts("m9", failed=True)), lambda store: store.attempts("m9")
    )
    assert found == [0, 1]


def walk_through(ground, prepare, operation, look, look_first=None):
    """Die before one step after the other until the operation comes through, then nearer and nearer its end; what was seen afterwards,
    without repetitions.

    After each death the store opens and verifies. `look_first` looks at the place instead, before the store is opened.
    """
    seen = []
    died, step, came = 0, 1, None
    for place in ground.again(prepare):
        if dying(ground, place, operation, step):
            came = step
        else:
            died = step
        sight = look_first(place) if look_first else None
        store = opened_again(place, kept_in(ground.folder_of(place)))
        assert store.verify() == []
        sight = sight if look is None else look(store)
        store.close()
        if sight not in seen:
            seen.append(sight)
        if came == died + 1:
            return seen
        step = (died + came) // 2 if came else ground.further(died)
    pytest.fail("the operation never came to its end")


def test_a_conflict_leaves_no_open_transaction(ground):
    """After a refused commit the next one begins afresh."""
    path = ground.new()
    fill(path)
    store = TinyStore.open(path)
    with pytest.raises(ValueError, match="leaves its state out"):
        store.commit(Commit(events=(promised(ITEM),)))
    commit(store)
    assert store.verify() == []
    store.close()
