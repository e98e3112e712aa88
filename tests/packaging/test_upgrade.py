"""A release that takes over the books of one before: it works on where that one stopped, and neither forgets nor repeats a mail."""

from collections import Counter
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from agent.cli import Exit, main
from agent.demo.cast import write_configuration
from agent.errors import NewerStore
from agent.mail.outgoing import OutboxState
from agent.store.migrations import MIGRATIONS, migrate
from tests.service.world import World
from tests.store.recording import LAST_DAY
from tests.store.test_upgrade import RECORDED, built, schema_of, wrong_in

STOPPED = datetime.combine(LAST_DAY, time(18), ZoneInfo("Europe/Brussels"))
# who is reminded within the two weeks after the recording, and by whom: what the release that wrote the books would have done
DUE = {
    ("office@harbourbooks.example", "Votre relevé de compte chez Atelier Bruno SRL"),
    ("gerance@cafedeshalles.example", "Votre relevé de compte chez Atelier Bruno SRL"),
    ("buchhaltung@kellermaschinen.example", "Ihre Kontoübersicht bei Northgate Studio Ltd"),
    ("facturen@dekkerlogistiek.example", "Uw rekeningoverzicht bij Van Damme Techniek BV"),
    ("office@harbourbooks.example", "Your statement of account with Northgate Studio Ltd"),
    ("achats@lumiere-fils.example", "Votre relevé de compte chez Atelier Bruno SRL"),
}


def statements(world):
    """The statements of account that were ever queued: to whom, with which subject, and whether they left."""
    queued = world.app.store.outbox(list(OutboxState))
    return {m.id: (m.to[0], m.subject, m.state) for m in queued if m.kind == "statement"}


@pytest.fixture(params=[RECORDED[0], RECORDED[-1]], ids=["oldest", "previous"])
def settings(request, tmp_path):
    """A configuration whose books were written by an older release."""
    found = write_configuration(tmp_path)
    found.store_path.parent.mkdir(parents=True, exist_ok=True)
    built(request.param, found.store_path)
    return found


def test_each_reminder_that_is_due_after_an_upgrade_leaves_once(settings):
    """Also when the service is started again in between; the books verify, and a copy of before lies beside them."""
    before = schema_of(settings.store_path)
    world = World.of(settings, STOPPED)
    known = set(statements(world))
    world.days(4)
    world.close()
    world = World.of(settings, world.clock.now())
    world.days(10)
    new = [told for id_, told in statements(world).items() if id_ not in known]
    assert Counter((to, subject) for to, subject, _ in new) == Counter(DUE)
    assert {state for *_, state in new} == {OutboxState.SENT}
    for address in {to for to, _ in DUE}:
        arrived = Counter(mail["Subject"] for mail in world.mails(address))
        assert arrived == Counter(subject for to, subject in DUE if to == address)
    assert wrong_in(world.app.store) == []
    world.close()
    assert schema_of(settings.store_path.with_name(f"relance.db.schema-{before}")) == before


def test_an_older_release_leaves_newer_books_alone(settings, monkeypatch, capsys):
    """It says both numbers and what to do, ends with the exit code that systemd does not restart, and changes nothing."""
    World.of(settings, STOPPED).close()
    content = settings.store_path.read_bytes()

    def older(db, **more):
        migrate(db, MIGRATIONS[:-1], **more)

    with monkeypatch.context() as patch:
        patch.setattr("agent.store.tinydb_store.migrate", older)
        with pytest.raises(NewerStore, match=f"schema {len(MIGRATIONS)}; this program knows {len(MIGRATIONS) - 1}"):
            World.of(settings, STOPPED)
        config = settings.store_path.parent / "older.toml"
        assert main(["once", "--config", str(config_of(settings, config))]) == Exit.DAMAGED
    assert "install the version that wrote it" in capsys.readouterr().err
    assert settings.store_path.read_bytes() == content
    World.of(settings, STOPPED).close()


def config_of(settings, path):
    """A file with the least that names these books."""
    mail = settings.store_path.parent / "mail"
    path.write_text(
        f'[agency]\nname = "A"\naddress = "a@example.org"\noperator = "o@example.org"\n'
        f'[paths]\nstate_dir = "{settings.store_path.parent}"\n[[mailboxes]]\nname = "main"\n'
        f'[mailboxes.inbox]\nbackend = "maildir"\npath = "{mail}"\n[mailboxes.outgoing]\nbackend = "maildir"\npath = "{mail}"\n'
    )
    (path.parent / "creditors").mkdir()
    (path.parent / "creditors/a.toml").write_text('name = "A"\nowners = ["b@example.net"]\n')
    return path
