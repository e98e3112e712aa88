"""Whatever the moment at which the process or the machine dies, every acknowledged commit is there, whole, and no other is half there."""

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState
from agent.ports import Timer
from agent.store.tinydb_store import TinyStore
from tests.store.builders import DEBTOR, NOW, contact, folded, mail, opened, paid, record, registered
from tests.store.grounds import Databases, Files, opened_again

SECTOR = 512
KILLS = int(os.environ.get("STORE_KILLS", "40"))


def begin(store):
    store.commit(folded([opened(), contact(), *(registered(str(n)) for n in range(5))]))


def step(store, number):
    """The n-th commit: pays an item, queues a mail, remembers a message, sets a timer and a note, and claims the mail before."""
    item = f"acme-{number % 5}"
    before = store.mail(f"k{number - 1}")
    claimed = () if before is None else (replace(before, state=OutboxState.SENDING, attempts=1),)
    store.commit(
        folded(
            [paid(item, "1.00")],
            store.ledger([item]),
            outgoing=(mail(f"k{number}", text=f"mail {number} " * 40), *claimed),
            message=record(f"m{number}"),
            timers=(Timer(DEBTOR, NOW + timedelta(minutes=number)),),
            notes={"last": str(number)},
        )
    )


@pytest.fixture(params=["file", "database"])
def ground(request, tmp_path):
    """Each ground in turn."""
    return Files(tmp_path) if request.param == "file" else Databases(request.getfixturevalue("postgres"), tmp_path)


def judge(path, acknowledged):
    """The number of commits found: at least those acknowledged, at most one more, and each of them whole."""
    store = opened_again(path)
    try:
        assert store.verify() == []
        last = int(store.note("last") or "0")
        assert acknowledged <= last <= acknowledged + 1
        assert sum(len(item.payments) for item in store.items()) == last
        assert [m.key for m in store.outbox([OutboxState.QUEUED])] == ([f"k{last}"] if last else [])
        assert len(list(store.outbox([OutboxState.SENDING]))) == max(last - 1, 0)
        assert len(list(store.messages())) == last
        assert store.next_timer() == (NOW + timedelta(minutes=last) if last else None)
        return last
    finally:
        store.close()


@pytest.mark.kill
def test_a_killed_writer_loses_no_acknowledged_commit(ground):
    """SIGKILL at random moments of a process that commits without pause, checkpoints and backups among it."""
    chance = random.Random(20260302)
    path = ground.new()
    first = TinyStore.open(path)
    begin(first)
    first.close()
    done, kills = 0, KILLS if ground.name == "file" else KILLS // 2
    for _ in range(kills):
        done = judge(path, kill_a_writer(ground, path, done, chance.uniform(0.0, 0.06)))
    assert done > kills


def kill_a_writer(ground, path, done, after):
    """The number of the last commit that the writer acknowledged before it was killed, `after` seconds from its first."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read_end)
            commit_for_ever(ground, path, done, write_end)
        finally:
            os._exit(1)
    os.close(write_end)
    acknowledged = os.read(read_end, 4)  # the first commit: from now on any moment is a good one
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while chunk := os.read(read_end, 65536):
        acknowledged += chunk
    os.close(read_end)
    whole = len(acknowledged) // 4 * 4
    return int.from_bytes(acknowledged[whole - 4 : whole], "big") if whole else done


def commit_for_ever(ground, path, done, pipe):
    store = opened_again(path)
    if ground.name == "file":
        store.db.file.execute("PRAGMA wal_autocheckpoint=20")
    number = done
    while True:
        number += 1
        step(store, number)
        os.write(pipe, number.to_bytes(4, "big"))
        if number % 11 == 0:
            store.backup(ground.folder_of(path) / "copy.db")
        if number % 7 == 0:
            store.checkpoint()


def files(path):
    return {p.name: p.read_bytes() for p in (path, path.with_name(path.name + "-wal")) if p.exists()}


def restore(folder, contents):
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder / "relance.db"


def torn(before, after, chance):
    """`after` as far as it reached the disk: each sector as it was before, or as it is after."""
    size = chance.choice([len(before), len(after), max(len(before), len(after))])
    sectors = []
    for start in range(0, size, SECTOR):
        old, new = before[start : start + SECTOR], after[start : start + SECTOR]
        sectors.append(chance.choice([old, new]).ljust(min(SECTOR, size - start), b"\0"))
    return b"".join(sectors)


def test_a_power_cut_leaves_the_commit_before_or_the_commit_after(tmp_path):
    """Of the sectors that were not synced any subset may be on the disk: the store opens, whole, at one of the two commits."""
    chance = random.Random(7)
    path = tmp_path / "live" / "relance.db"
    store = TinyStore.open(path)
    begin(store)
    store.db.file.execute("PRAGMA wal_autocheckpoint=30")
    for number in range(1, 61):
        before = files(path)
        step(store, number)
        after = files(path)
        wal = "relance.db-wal"
        if before["relance.db"] == after["relance.db"]:
            cut = {**before, wal: torn(before.get(wal, b""), after[wal], chance)}
        else:  # a checkpoint: the log was synced before the file was touched
            cut = {"relance.db": torn(before["relance.db"], after["relance.db"], chance), wal: after[wal]}
        judge(restore(tmp_path / f"cut-{number}", cut), number - 1)
        shutil.rmtree(tmp_path / f"cut-{number}")
    store.close()


def test_a_shortened_log_leaves_a_sound_beginning(tmp_path):
    """Cut the log anywhere, or put rubbish behind it: what opens is a beginning of the story, and it verifies."""
    chance = random.Random(11)
    path = tmp_path / "live" / "relance.db"
    store = TinyStore.open(path)
    begin(store)
    store.checkpoint()
    for number in range(1, 21):
        step(store, number)
    whole = files(path)
    store.close()
    log = whole["relance.db-wal"]
    found = []
    for trial in range(30):
        cut = log[: chance.randrange(len(log) + 1)] + chance.randbytes(chance.choice([0, 0, 3000]))
        where = restore(tmp_path / f"cut-{trial}", {**whole, "relance.db-wal": cut})
        opened_store = TinyStore.open(where)
        last = int(opened_store.note("last") or "0")
        opened_store.close()
        found.append(judge(where, last))
    assert min(found) < max(found) <= 20


@contextmanager
def small_disk(folder, size):
    folder.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
    if not mounted or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_stops_commits_and_spoils_none(tmp_path):
    """Commits fail whole while there is no room, reading goes on, and with room again the same commits succeed."""
    with small_disk(tmp_path / "disk", "700k") as disk:
        path = disk / "relance.db"
        ballast = disk / "ballast"
        store = TinyStore.open(path)
        begin(store)
        ballast.write_bytes(b"x" * 150_000)
        number = fill(store)
        assert number > 1
        for _ in range(3):
            with pytest.raises(TemporaryError):
                step(store, number)
        assert store.note("last") == str(number - 1)
        assert store.verify() == []
        with pytest.raises(TemporaryError):
            store.put_document(b"y" * 200_000)
        ballast.unlink()
        step(store, number)
        store.close()
        judge(path, number)


def test_a_writer_killed_on_a_full_disk_leaves_a_whole_store(tmp_path):
    """Full disk and a kill together: what was acknowledged is there."""
    with small_disk(tmp_path / "disk", "500k") as disk:
        path = disk / "relance.db"
        store = TinyStore.open(path)
        begin(store)
        number = fill(store)
        left = files(path)
        store.close()
    judge(restore(tmp_path / "elsewhere", left), number - 1)


def fill(store):
    """Commit until the disk is full; the number of the first commit that failed."""
    number = 1
    while True:
        try:
            step(store, number)
        except TemporaryError:
            return number
        number += 1
        assert number < 3000


def test_the_copy_of_a_killed_backup_is_never_taken_for_one(ground, tmp_path):
    """A backup that was interrupted leaves a draft under another name; the next one replaces it."""
    store = TinyStore.open(ground.new())
    begin(store)
    target = Path(tmp_path / "copies" / "copy.db")
    target.parent.mkdir()
    (target.parent / ".copy.db.tmp").write_bytes(b"half a copy")
    store.backup(target)
    assert sorted(p.name for p in target.parent.iterdir()) == ["copy.db"]
    store.close()
    judge(target, 0)
