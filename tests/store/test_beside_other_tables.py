"""A database that is not Relance's alone: tables of other programs stay untouched, and a role that sees only part of the books is told so."""

from contextlib import contextmanager

import psycopg
import pytest

from agent.errors import ConfigError, PermanentError
from agent.store.tinydb_store import TinyStore
from tests.store.builders import CREDITOR, folded, opened, registered

THEIRS = "CREATE TABLE {name} (doc_id bigint PRIMARY KEY, own text, creditor text, body text)"


@pytest.fixture
def place(postgres):
    """The address of a new empty schema."""
    return postgres.schema()


def schema_of(place):
    """The name of the schema that this address leads to."""
    return place.rpartition("%3D")[2]


@contextmanager
def role(postgres, name):
    """A role that may log in and nothing else; what it was granted goes with it."""
    postgres.ask(f"CREATE ROLE {name} LOGIN")
    try:
        yield name
    finally:
        postgres.ask(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")


def test_another_programs_tables_are_no_part_of_the_books(postgres, place):
    """Books are kept, read and proved beside tables of others in the same schema, as an extension brings them; those stay as they were."""
    schema = schema_of(place)
    postgres.ask(f"CREATE TABLE {schema}.spatial_ref_sys (srid int); INSERT INTO {schema}.spatial_ref_sys VALUES (1)")
    store = TinyStore.open(place)
    store.commit(folded([opened(), registered()]))
    assert "spatial_ref_sys" not in store.db.rows.tables()
    assert store.verify() == []
    store.close()
    assert postgres.ask(f"SELECT count(*) FROM {schema}.spatial_ref_sys") == "1"


def test_a_table_of_the_same_name_elsewhere_on_the_path_is_not_written_to(postgres, place):
    """Where another program's `items` lies in a schema further down the path, ours is made in our own, the first one."""
    ours, theirs = schema_of(place), schema_of(postgres.schema())
    postgres.ask(THEIRS.format(name=f"{theirs}.items"))
    store = TinyStore.open(f"{place},{theirs}")
    store.commit(folded([opened(), registered()]))
    store.close()
    assert postgres.ask(f"SELECT count(*) FROM {theirs}.items") == "0"
    assert postgres.ask(f"SELECT count(*) FROM {ours}.items") == "1"


def test_a_table_of_the_same_name_in_the_same_schema_is_refused(postgres, place):
    """Books cannot begin where another program's `items` lies: it is said so as what it is, and the table stays as it was."""
    name = f"{schema_of(place)}.items"
    postgres.ask(THEIRS.format(name=name))
    with pytest.raises(ConfigError, match=r'"items" already exists.*a database or a schema of its own'):
        TinyStore.open(place)
    assert postgres.ask(f"SELECT count(*) FROM pg_policy WHERE polrelid = '{name}'::regclass") == "0"


def test_a_schema_that_is_not_there_is_named_as_the_reason(postgres):
    """An address whose search_path leads to no schema is wrong configuration, and no other writer."""
    with pytest.raises(ConfigError, match="no schema"):
        TinyStore.open(f"{postgres.address}&options=-csearch_path%3Dnowhere")


def test_a_role_that_may_make_no_tables_is_told_what_it_needs(postgres, place):
    """Without the right to create, the books do not begin, and the message says which right is missing."""
    with role(postgres, "powerless"):
        postgres.ask(f"GRANT USAGE ON SCHEMA {schema_of(place)} TO powerless")
        with pytest.raises(ConfigError, match=r"permission denied.*own"):
            TinyStore.open(place.replace("//relance@", "//powerless@"))


def test_a_role_that_owns_nothing_but_its_schema_is_enough(postgres):
    """The least that suffices: a role without any attribute that owns a schema of the database."""
    with role(postgres, "modest"):
        postgres.ask("CREATE SCHEMA modest AUTHORIZATION modest")
        store = TinyStore.open(postgres.address.replace("//relance@", "//modest@"), lease=20)
        store.commit(folded([opened(), registered()]))
        assert store.verify() == []
        store.close()


def test_who_would_see_part_of_the_books_sees_none(postgres, place):
    """A role that is let at all tables and owns none would see no row of any creditor: it is refused, not told that all is well."""
    store = TinyStore.open(place)
    store.commit(folded([opened(), registered()]))
    store.close()
    schema = schema_of(place)
    with role(postgres, "guest"):
        postgres.ask(f"GRANT USAGE ON SCHEMA {schema} TO guest; GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO guest")
        guest = TinyStore.open(place.replace("//relance@", "//guest@"), read_only=True)
        with pytest.raises(PermanentError, match="row-level security"):
            guest.verify()
        guest.close()
    with psycopg.connect(place) as owner:
        assert owner.execute("SELECT creditor FROM items").fetchall() == [(CREDITOR,)]
