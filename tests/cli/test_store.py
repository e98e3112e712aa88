"""`relance store copy`, and commands whose books are in a database."""

import pytest

from agent.cli import main
from agent.store.tinydb_store import TinyStore
from tests.store.builders import contact, folded, mail, opened, record, registered


@pytest.fixture
def file(tmp_path):
    """Books in a file, as `store copy` names them."""
    store = TinyStore.open(tmp_path / "books/relance.db")
    store.commit(folded([opened(), contact(), registered()], outgoing=(mail(),), message=record()))
    store.put_document(b"%PDF-1.7 an invoice")
    store.close()
    return f"tinydb:{tmp_path / 'books/relance.db'}"


def test_books_move_to_a_database_and_back(file, postgres, tmp_path, capsys):
    """Each way says what was copied, and that both hold the same."""
    place, back = postgres.schema(), f"tinydb:{tmp_path / 'back/relance.db'}"
    for source, target in ((file, place), (place, back)):
        assert main(["store", "copy", source, target]) == 0
        told = capsys.readouterr().out
        assert "1 documents are there" in told
        assert "Both hold the same" in told


@pytest.mark.parametrize("wrong", ["relance.db", "mysql://x/y"])
def test_a_place_of_another_kind_is_refused(file, wrong, capsys):
    """Neither a file nor PostgreSQL: the answer says what is meant."""
    assert main(["store", "copy", file, wrong]) == 1
    assert "say tinydb:" in capsys.readouterr().err


def test_books_on_top_of_books_are_refused(file, postgres, capsys):
    """A second copy into the same database changes nothing."""
    place = postgres.schema()
    assert main(["store", "copy", file, place]) == 0
    assert main(["store", "copy", file, place]) == 1
    assert "holds books already" in capsys.readouterr().err


def test_a_server_that_is_away_is_tried_later(file, capsys):
    """Exit code 75, and no password in what is told."""
    assert main(["store", "copy", file, "postgresql://relance:hush@127.0.0.1:1/relance"]) == 75
    assert "hush" not in capsys.readouterr().err


def test_the_commands_work_on_a_database(file, postgres, tmp_path, capsys):
    """A configuration with an address: verify, status, check, export and backup answer from there; restore fills an empty one."""
    place, empty = postgres.schema(), postgres.schema()
    main(["store", "copy", file, place])
    config = tmp_path / "config.toml"

    def at(address):
        config.write_text(_CONFIG.format(address=address), encoding="utf-8")

    (tmp_path / "creditors").mkdir()
    (tmp_path / "state").mkdir(mode=0o700)
    told = ["--config", str(config)]
    at(place)
    assert main(["verify", *told]) == 0
    assert main(["status", *told]) == 0
    assert main(["export", "--tinydb", str(tmp_path / "out.json"), *told]) == 0
    assert main(["backup", str(tmp_path / "relance-20260301T020000.db"), *told]) == 0
    capsys.readouterr()
    assert main(["check", "--offline", *told]) in (0, 1)
    assert "opens" in capsys.readouterr().out
    main(["doctor", "--offline", *told])
    assert "opens and holds together" in capsys.readouterr().out
    at("postgresql://relance@127.0.0.1:1/relance")
    main(["doctor", "--offline", *told])
    assert "is the database up" in " ".join(capsys.readouterr().out.split())
    at(empty)
    assert main(["restore", str(tmp_path / "relance-20260301T020000.db"), "--offline", *told]) == 0
    assert main(["verify", *told]) == 0
    assert main(["restore", str(tmp_path / "relance-20260301T020000.db"), "--offline", *told]) == 1
    assert "holds books already" in capsys.readouterr().err


_CONFIG = """
[agency]
name = "Northgate"
address = "relance@northgate.example"
operator = "ops@northgate.example"
[paths]
state_dir = "state"
[store]
address = "{address}"
[[mailboxes]]
name = "main"
inbox = {{ backend = "maildir", path = "mail" }}
outgoing = {{ backend = "maildir", path = "out" }}
"""
