"""A configuration with one creditor, and books with a few cases in them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.domain.ledger import replay
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from agent.store.tinydb_store import TinyStore
from tests.store.builders import contact, folded, mail, opened, paid, promised, record, registered


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """The path of a config.toml whose store holds a debtor, two invoices, a part payment, a promise, and mail set aside."""
    config = tmp_path / "config.toml"
    sections = "".join(f'[mailboxes.{s}]\nbackend = "maildir"\npath = "mail"\n' for s in ("inbox", "outgoing"))
    config.write_text(
        '[agency]\nname = "Agency"\naddress = "relance@agency.example"\noperator = "ops@agency.example"\n'
        f'[paths]\nstate_dir = "state"\n[[mailboxes]]\nname = "main"\n{sections}'
    )
    (tmp_path / "creditors").mkdir()
    (tmp_path / "creditors/acme.toml").write_text('name = "Acme SRL"\nowners = ["owner@acme.example"]\n')
    (tmp_path / "state").mkdir(mode=0o700)
    store = TinyStore.open(tmp_path / "state/relance.db")
    first = [opened(), contact(), registered("2026-118"), registered("=2026-119")]
    store.commit(folded(first, message=record(), outgoing=(mail(),)))
    held = mail("statement:acme:1", kind="statement", state=OutboxState.HELD, note="nobody knows", token="t-123")
    later = [paid("acme-2026-118"), promised("acme-2026-118")]
    aside = record("m9", box=Box.QUARANTINE, sender="stranger@nowhere.example", because="nobody we know")
    store.commit(folded(later, replay(first), outgoing=(held,), message=aside))
    store.close()
    return config


@pytest.fixture
def changed(books: Path) -> Callable[[str], Path]:
    """Changes the configuration's text."""

    def change(more: str) -> Path:
        books.write_text(books.read_text() + more)
        return books

    return change
