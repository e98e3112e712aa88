"""A debtor is forgotten after a whole case: whoever greps the raw files of the state folder finds his invoices, and nothing else."""

import json
import os
import signal
import zipfile
from io import BytesIO

import pytest

from agent.demo.cast import CAFE
from agent.domain.ledger import DebtorAccount
from agent.service.person import held_about
from agent.store.copies import make_copy
from agent.store.erase import erase
from agent.store.restore import restore
from agent.store.tinydb_store import TinyStore
from tests.service.world import BRUNO, World
from tests.store.test_restore import killed

NAME, ADDRESS, WORDS = "Batiplus Construct", "compta@batiplus.example", "Zébulon Quatrevingts"


@pytest.fixture
def world(tmp_path):
    made = World.built(tmp_path)
    made.hand_over("2026-501")
    made.days(2)
    made.reply(ADDRESS, "2026-501", f"Bonjour,\n\nNous paierons cette facture le 20 mars.\n\n{WORDS}")
    made.days(8)
    made.write(BRUNO, "payé 2026-501")
    made.days(10)
    yield made
    made.close()


def account_of(store):
    return next(iter(store.states(DebtorAccount))).id


def found_in(state, *needles):
    """Each needle with the files in which it stands, also within archives, in any of its writings."""
    hits = set()
    for path in (p for p in state.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if content[:2] == b"PK":
            with zipfile.ZipFile(BytesIO(content)) as archive:
                content += b"".join(archive.read(name) for name in archive.namelist())
        text = content.lower()
        for needle in needles:
            plain = needle.lower()
            ways = {plain.encode(), plain.encode("utf-16-le"), plain.encode("ascii", "backslashreplace")}
            hits |= {(needle, path.name) for way in ways if way in text}
    return hits


def test_nothing_but_his_invoices_is_left_on_the_disk(world):
    """Store, log, free pages and documents; the kept invoice is named, the chain verifies, and the program goes on."""
    store, state = world.app.store, world.app.settings.state_dir
    before = [entry.digest for entry in store.events()]
    assert {needle for needle, _ in found_in(state, NAME, ADDRESS, WORDS)} == {NAME, ADDRESS, WORDS}
    done = erase(store, account_of(store))
    kept = {paper.document for paper in done.kept}
    assert [paper.number for paper in done.kept] == ["2026-501"]
    assert {file for _, file in found_in(state, NAME, ADDRESS, WORDS)} <= kept
    assert done.documents
    assert set(store.documents.names()) == kept
    assert store.verify() == []
    assert [entry.digest for entry in store.events()] == before
    world.days(3)
    world.hand_over("2026-502")
    assert "2026-502" in world.items()


def test_a_killed_erasure_is_finished_by_doing_it_again(world):
    """SIGKILL between texts and documents: the second time takes what the first had still to take."""
    store, state = world.app.store, world.app.settings.state_dir
    account = account_of(store)
    store.checkpoint()
    store.close()

    def forget():
        child = TinyStore.open(state / "relance.db")
        taken, count = child.documents.forget, [0]

        def dies(sha256):
            count[0] += 1
            if count[0] == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            taken(sha256)

        child.documents.forget = dies
        erase(child, account)

    assert killed(forget, 10**9) == -signal.SIGKILL
    store = TinyStore.open(state / "relance.db")
    done = erase(store, account)
    assert set(store.documents.names()) == {paper.document for paper in done.kept}
    assert not found_in(state, ADDRESS, WORDS) - {(ADDRESS, p.document) for p in done.kept}
    assert store.verify() == []
    store.close()


def test_another_debtors_papers_stay(world):
    """What is named by somebody else's case is nobody's to take."""
    world.hand_over("2026-777", buyer=CAFE)
    world.days(2)
    store = world.app.store
    mine = next(a.id for a in store.states(DebtorAccount) if NAME in a.name)
    others = {i.invoice.document for i in store.items() if i.invoice.debtor != mine}
    erase(store, mine)
    assert others <= set(store.documents.names())
    assert store.verify() == []


def test_a_copy_brings_the_forgotten_back_and_says_so(world, tmp_path):
    """Copies from before still hold him; they must be let expire, or he is forgotten once more."""
    store, state = world.app.store, world.app.settings.state_dir
    copy, _ = make_copy(store, tmp_path / "copies/a.db", world.clock.now())
    erase(store, account_of(store))
    assert {needle for needle, _ in found_in(copy.parent, NAME, ADDRESS)} == {NAME, ADDRESS}
    store.close()
    restore(copy, state, world.clock.now(), force=True)
    again = TinyStore.open(state / "relance.db")
    assert NAME in next(iter(again.states(DebtorAccount))).name
    again.close()


def test_everything_about_him_is_exported_before(world):
    """Account, events with his words, the mails to and from him byte for byte, the invoice; none of it afterwards."""
    store = world.app.store
    files = held_about(store, world.app.settings, ADDRESS)
    told = json.loads(files["person.json"])
    assert NAME in files["person.json"].decode()
    assert {m["kind"] for m in told["mails_sent"]} >= {"statement"}
    assert len([name for name in files if name.startswith("sent/")]) == len(told["mails_sent"])
    assert any(b"Nous paierons" in content for name, content in files.items() if name.startswith("received/"))
    assert any(name.startswith("invoices/") for name in files)
    erase(store, account_of(store))
    assert held_about(store, world.app.settings, ADDRESS) == {}


def test_who_was_forgotten_and_buys_again_is_a_new_customer(world):
    """Under the same number, with his name and address as the new invoice has them; nothing is written to nobody."""
    store = world.app.store
    old = account_of(store)
    erase(store, old)
    world.hand_over("2026-777")
    world.hand_over("2026-778")
    world.days(3)
    forgotten, new = store.states(DebtorAccount)
    assert (forgotten.id, forgotten.is_forgotten, forgotten.contact) == (old, True, None)
    assert (new.number, new.name, new.contact.address) == (forgotten.number, "Batiplus Construct SA", ADDRESS)
    assert {item.invoice.number for item in store.items(debtor=new.id)} == {"2026-777", "2026-778"}
    assert "2026-777" in world.text(ADDRESS)
    assert store.verify() == []
