"""What a person does with the books works the same on a file and in a database, also while the service holds them."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest

from agent.cli import main
from agent.domain import events as ev
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import ARRIVED
from agent.ports import Commit
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, NOW, folded

HELD = "statement-acme-1"
# Each command with the exit codes alone and beside the service; a file is exported under a name of its own each time.
COMMANDS = {
    "doctor": (["doctor", "--offline"], (1,), (1,)),
    "status": (["status"], (0,), (0,)),
    "verify": (["verify"], (0,), (0,)),
    "backup": (["backup"], (0,), (0,)),
    "export": (["export", "--tinydb", "{}/all.json"], (0,), (0,)),
    "export of a person": (["person", "compta@durand.example", "--out", "{}/person"], (0,), (0,)),
    "explain": (["explain", "2026-118"], (0,), (0,)),
    "list": (["outbox", "list"], (0,), (0,)),
    "show": (["outbox", "show", HELD], (0,), (0,)),
    "resend": (["outbox", "resend", HELD], (0,), (0,)),
    "arrived": (["outbox", "arrived", HELD], (0,), (0,)),
    "release": (["outbox", "release"], (0,), (0,)),
    "forget": (["forget", "--yes", "compta@durand.example"], (1,), (75,)),
}


@pytest.fixture(params=["file", "database"])
def place(request, books):
    """Where the books are; the configuration beside `books` names it."""
    file = books.parent / "state/relance.db"
    store = TinyStore.open(file)
    handed_over = store.mail(HELD)
    assert handed_over is not None
    store.commit(Commit(outgoing=(replace(handed_over, attempts=1),)))
    store.close()
    if request.param == "file":
        return file
    address = request.getfixturevalue("postgres").schema()
    assert main(["store", "copy", f"tinydb:{file}", address]) == 0
    file.unlink()
    books.write_text(f'{books.read_text()}[store]\naddress = "{address}"\n')
    return address


@contextmanager
def service(place, *, running):
    """The service as it holds the books, when it runs."""
    held = TinyStore.open(place) if running else None
    yield
    if held is not None:
        held.close()


@pytest.mark.parametrize("running", [False, True], ids=["alone", "beside the service"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_works_on_every_ground(books, place, name, running, capsys):
    """With the same exit code, and without a trace."""
    words, alone, beside = COMMANDS[name]
    filled = [word.format(books.parent / "out") for word in words]
    with service(place, running=running):
        code = main([*filled, "--config", str(books)])
    told = capsys.readouterr()
    assert code in (beside if running else alone), told
    assert "Traceback" not in told.out + told.err
    assert not (books.parent / "state/relance.db").exists() or place == books.parent / "state/relance.db"


def test_what_is_asked_of_the_service_waits_for_it(books, place):
    """Beside it a request lies in the state folder; alone it is done at once."""
    requests = books.parent / "state/requests"
    with service(place, running=True):
        assert main(["outbox", "arrived", HELD, "--config", str(books)]) == 0
    assert [path.name for path in requests.iterdir()] == [f"{HELD}.arrived"]
    assert main(["outbox", "arrived", HELD, "--config", str(books)]) == 0
    store = TinyStore.open(place, read_only=True)
    mail = store.mail(HELD)
    assert mail is not None
    assert mail.note == ARRIVED
    store.close()


def test_what_is_decided_beside_workers_of_other_machines_is_done_at_once(books, postgres):
    """None of them looks into this machine's state folder: the command writes beside them."""
    address = postgres.schema()
    assert main(["store", "copy", f"tinydb:{books.parent}/state/relance.db", address]) == 0
    books.write_text(f'{books.read_text()}[store]\naddress = "{address}"\nshared = true\n')
    worker = TinyStore.open(address, lease=60)
    held = worker.mail(HELD)
    assert held is not None
    assert main(["outbox", "resend", HELD, "--config", str(books)]) == 0
    assert main(["outbox", "release", "--config", str(books)]) == 0
    queued = worker.mail(HELD)
    assert queued is not None
    assert queued.state is OutboxState.QUEUED
    assert not (books.parent / "state/requests").exists()
    worker.close()


def test_the_status_is_the_same_on_every_ground(books, place, capsys):
    """Figures, questions and what waits."""
    assert main(["status", "--json", "--config", str(books)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["outbox"]["held"] == 1
    assert [creditor["figures"][0]["items"] for creditor in told["creditors"]] == [2]
    assert len(told["aside"]) == 1


def test_a_copy_goes_back_where_nothing_is(books, place, postgres, capsys):
    """`backup`, an empty place, `restore`: the same books, the secret of the tokens with them."""
    (books.parent / "state/secret").write_bytes(b"s" * 32)
    (books.parent / "state/secret").chmod(0o600)
    assert main(["backup", str(books.parent / "copies/a.db"), "--config", str(books)]) == 0
    before = told_by(place)
    (books.parent / "state/secret").unlink()
    if isinstance(place, str):
        assert main(["restore", "--offline", str(books.parent / "copies/a.db"), "--config", str(books)]) == 1
        assert "holds books already" in capsys.readouterr().err
        empty = postgres.schema()
        books.write_text(books.read_text().replace(place, empty))
        place = empty
    else:
        place.unlink()
    assert main(["restore", "--offline", str(books.parent / "copies/a.db"), "--config", str(books)]) == 0
    assert told_by(place) == before
    assert (books.parent / "state/secret").read_bytes() == b"s" * 32


def told_by(place):
    store = TinyStore.open(place, read_only=True)
    try:
        return list(store.events()), sorted(m.key for m in store.outbox(OutboxState))
    finally:
        store.close()


def test_who_was_forgotten_is_gone_from_every_ground(books, place, capsys):
    """Name, address and words; older copies that still hold him are named, those of an upgrade too."""
    store = TinyStore.open(place)
    ids = ["acme-2026-118", "acme-=2026-119"]
    ends = [ev.InvoiceSettled(at=NOW, source="m4", creditor=CREDITOR, item=item) for item in ids]
    store.commit(folded(ends, store.ledger(ids)))
    store.close()
    assert main(["backup", "--config", str(books)]) == 0
    (books.parent / "state/backups/relance.db.schema-2").touch()
    assert main(["forget", "--yes", "compta@durand.example", "--config", str(books)]) == 0
    told = capsys.readouterr().out
    assert "state/backups/relance-2" in told
    assert "state/backups/relance.db.schema-2" in told
    store = TinyStore.open(place, read_only=True)
    assert store.verify() == []
    assert "vendredi" not in repr(list(store.events()))
    assert "Durand" not in repr([list(store.items()), list(store.events())])
    store.close()
