"""What else goes wrong: servers that die, hang, refuse and hang up; disks that are full; clocks that jump. One after the other, in one town."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from email.message import EmailMessage

from agent.cli import Exit
from agent.demo.cast import AGENCY
from agent.demo.documents import Party
from agent.mail.outgoing import OutboxState
from tests.torture import checks
from tests.torture.checks import Findings
from tests.torture.story import BRUSSELS, SIDES, Author, company, handed_over, invoice
from tests.torture.world import Stuck, World

# Seconds of the play for each second of the machine: pauses of minutes are over in seconds.
RATE = 60.0
_LASTS = 2.5
# A fault puts off by no more than this what would else be done at once.
_DELAYED = timedelta(hours=1)
_DISK = "64m"
_FIRST = "Bal Cor Dun Fen Gil Har Kel Lom Mar Nor Pol Ras Sil Tor Ves Wil Yor Zan Bri Cas Dol Fur Gam".split()
_AT_THE_START = ("disk full at the start",)
_LAST = ("aro", "estin", "ulmo")
_QUOTA = """
mail_plugins = $mail_plugins quota
plugin {
  quota = count:User
  quota_vsizes = yes
  quota_rule = *:storage=1B
  quota_max_mail_size = 1
}
"""


class LeftOut(Exception):
    """This fault cannot be made here; the reason."""


Fault = Callable[[World], Iterator[None]]
_FAULTS: dict[str, Fault] = {}


def _fault(name: str) -> Callable[[Fault], Fault]:
    def keep(fault: Fault) -> Fault:
        _FAULTS[name] = fault
        return fault

    return keep


@dataclass(slots=True)
class Report:
    """What came of each fault: a line for those that were made, and for those left out."""

    lines: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    made: int = 0


def all_of_them(world: World, report: Report, only: str = "") -> None:
    """Make each fault once, in the middle of the work of a day of its own, and look what came of it."""
    _disk_of_its_own(world)
    day = date(2026, 2, 10)
    for number, name in enumerate(_FAULTS):
        if only and only != name:
            continue
        began = time.monotonic()
        moment = datetime.combine(day, clock_time(10), BRUSSELS)
        try:
            found = _one(world, name, number, moment)
        except LeftOut as why:
            report.lines.append(f"{name}: left out, {why}")
            continue
        except (Stuck, LookupError, OSError) as error:
            report.findings.wrong.add(f"{name}: {error!r}")
            report.lines.append(f"{name}: the play stopped")
            return
        report.made += 1
        report.findings |= found
        outcome = "; ".join(found.lines())[:300] or "nothing lost, nothing twice, nothing wrong"
        report.lines.append(f"{name}: {outcome} ({time.monotonic() - began:.0f} s)")
        day = _next_working_day(max(day, world.moment().date()))


def _next_working_day(day: date) -> date:
    """A later day from Monday to Thursday, so that no weekend comes between."""
    day += timedelta(days=1)
    while day.weekday() > 3:
        day += timedelta(days=1)
    return day


def _one(world: World, name: str, number: int, moment: datetime) -> Findings:
    """One fault while six invoices are handed over, acknowledged and reminded of."""
    author = Author(moment, f"fault{number}", world.sink.received, list(world.posted))
    buyers = [company(_FIRST[number] + last, 100 + 3 * number + nth) for nth, last in enumerate(_LAST)]
    world.unread_marks = len(world.sink.mails)
    world.clock.set(moment, RATE)
    readied = world.readied()
    life = world.start()
    try:
        for mail in _mails(author, number, buyers):
            world.post(mail.as_bytes())
        if name not in _AT_THE_START:
            world.wait_until(lambda: world.readied() > readied, "is ready")
        with contextmanager(_FAULTS[name])(world):
            life.ended(_LASTS)
    except LeftOut:
        _finish(world)
        raise
    _finish(world)
    findings = checks.at_the_end(world)
    for side, buyer in zip(SIDES, buyers, strict=True):
        for nth in (1, 2):
            with suppress(LookupError):
                author.latest(buyer.email, f"{side.prefix}9{number:02}{nth}")
                continue
            findings.lost.add(f"{buyer.name} was never asked to pay his invoice {nth}")
    return Findings(*({f"{name}: {what}" for what in getattr(findings, kind)} for kind in ("lost", "twice", "wrong")))


def _mails(author: Author, number: int, buyers: list[Party]) -> Iterator[EmailMessage]:
    """Two invoices of each creditor."""
    for side, buyer in zip(SIDES, buyers, strict=True):
        for nth in (1, 2):
            total = Decimal("302.50") + 5 * number + nth
            content = invoice(side, f"{side.prefix}9{number:02}{nth}", total, buyer)
            yield handed_over(author, side, content, buyer, nth)


def _finish(world: World) -> None:
    """The fault is over: let all come to rest, the operator decide, and the daemon stop."""
    _restart_as_systemd_does(world)
    for _ in range(6):
        if not world.rest():
            raise Stuck(f"the daemon ended by itself: {world.log()[-1500:]}")
        if not world.decide() and not _went_on(world):
            break
    world.settle()


def _went_on(world: World) -> bool:
    """Whether mail or an account waited for another attempt today; the clock is put to that moment, for a fault may have delayed it."""
    store = world.books()
    try:
        waiting = [mail.not_before for mail in store.outbox([OutboxState.QUEUED])]
        waiting += [timer.at for timer in store.timers(world.moment() + _DELAYED) if timer.at is not None]
    finally:
        store.close()
    soon = [moment for moment in waiting if moment < world.moment() + _DELAYED]
    if soon:
        world.clock.set(max(*soon, world.moment()) + timedelta(seconds=1), RATE)
    return bool(soon)


def _restart_as_systemd_does(world: World) -> None:
    """A daemon that could not begin its work now has said so with 75 and is begun again; any other end is a defect."""
    assert world.life is not None
    if world.life.ended():
        code = world.bury()
        if code != Exit.TRY_LATER or not world.may_fail:
            raise Stuck(f"the daemon ended by itself with {code}: {world.log()[-1500:]}")
        world.start()


@_fault("mail server killed")
def _killed(world: World) -> Iterator[None]:
    time.sleep(0.4)
    world.town.dovecot.stop()
    yield
    world.town.dovecot.start()


@_fault("mail server frozen")
def _frozen(world: World) -> Iterator[None]:
    time.sleep(0.4)
    world.town.dovecot.freeze()
    yield
    world.town.dovecot.thaw()


@_fault("mail server refuses the login")
def _login_refused(world: World) -> Iterator[None]:
    time.sleep(0.3)
    server = world.town.dovecot
    users = server.folder / "users"
    right = users.read_text()
    server.stop()
    users.write_text(right.replace("{PLAIN}", "{PLAIN}another "))
    server.start()
    yield
    server.stop()
    users.write_text(right)
    server.start()


@_fault("UIDVALIDITY changes")
def _uidvalidity(world: World) -> Iterator[None]:
    time.sleep(0.3)
    server = world.town.dovecot
    server.stop()
    for place in (server.maildir(AGENCY), server.maildir(AGENCY, "Sent")):
        for file in place.glob("dovecot*"):
            file.unlink()
    (server.maildir(AGENCY) / ".." / "dovecot-uidvalidity").unlink(missing_ok=True)
    time.sleep(1.1)  # the new value is the second of its birth
    server.start()
    yield


@_fault("quota exceeded")
def _quota(world: World) -> Iterator[None]:
    server = world.town.dovecot
    plain = server._extra
    time.sleep(0.3)
    server.stop()
    server._extra = plain + _QUOTA
    try:
        server.start()
        yield
    finally:
        server.stop()
        server._extra = plain
        server.start()


@_fault("relay away")
def _relay_away(world: World) -> Iterator[None]:
    world.sink.away = True
    yield
    world.sink.away = False


@_fault("relay frozen")
def _relay_frozen(world: World) -> Iterator[None]:
    world.sink.faults.slow = 4.0
    yield
    world.sink.faults.slow = 0.0


@_fault("relay answers 4xx to MAIL")
def _mail_refused(world: World) -> Iterator[None]:
    world.sink.faults.mail = "451 4.3.0 try again later"
    yield
    world.sink.faults.mail = None


@_fault("relay answers 4xx to the data")
def _data_refused(world: World) -> Iterator[None]:
    world.sink.faults.data = "452 4.3.1 no room"
    yield
    world.sink.faults.data = None


@_fault("relay greylists recipients")
def _greylisted(world: World) -> Iterator[None]:
    people = (debtor.email for side in SIDES for debtor in side.debtors)
    world.sink.faults.recipients = dict.fromkeys((*people, "els@vandamme.example"), "450 4.2.0 greylisted")
    yield
    world.sink.faults.recipients = {}


@_fault("relay refuses the login")
def _relay_login(world: World) -> Iterator[None]:
    world.sink.faults.login = b"535 5.7.8 no"
    yield
    world.sink.faults.login = None


@_fault("relay hangs up after the data, mail lost")
def _cut_before(world: World) -> Iterator[None]:
    world.sink.faults.cut_before = True
    yield
    world.sink.faults.cut_before = False


@_fault("relay hangs up after the data, mail kept")
def _cut_after(world: World) -> Iterator[None]:
    world.sink.faults.cut_after = True
    yield
    world.sink.faults.cut_after = False


@_fault("disk full at the start")
def _full_at_the_start(world: World) -> Iterator[None]:
    world.may_fail = True
    yield from _full(world)
    # what could not begin was begun again and again meanwhile
    _restart_as_systemd_does(world)
    world.may_fail = False


@_fault("disk full")
def _full(world: World) -> Iterator[None]:
    _own_disk_or_leave(world)
    ballast = world.state / "ballast"
    for size in (1 << 16, 1 << 10, 1):
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while file.write(bytes(size)):
                pass
    yield
    ballast.unlink()


@_fault("disk read-only")
def _read_only(world: World) -> Iterator[None]:
    """The machine comes up with a disk that may only be read, as after an error of the file system; later it is mended."""
    _own_disk_or_leave(world)
    world.stop()
    _remount(world, "ro")
    world.start()
    yield
    assert world.life is not None
    if not world.life.ended(10.0):
        raise Stuck("the daemon works without books")
    code = world.bury()
    if code not in (Exit.TRY_LATER, Exit.CONFIG):
        raise Stuck(f"the daemon ended with {code}: {world.log()[-1500:]}")
    _remount(world, "rw")
    world.start()


def _remount(world: World, how: str) -> None:
    done = subprocess.run(["mount", "-o", f"remount,{how}", str(world.state)], capture_output=True, check=False)
    if done.returncode:
        raise LeftOut(f"the disk cannot be remounted: {done.stderr.decode().strip()}")


@_fault("clock an hour back")
def _hour_back(world: World) -> Iterator[None]:
    time.sleep(0.8)
    world.clock.set(world.moment() - timedelta(hours=1), RATE)
    yield


@_fault("clock a month ahead and back")
def _month_ahead(world: World) -> Iterator[None]:
    time.sleep(0.8)
    right = world.moment()
    told = world.log().count("set back")
    world.clock.set(right + timedelta(days=31), RATE)
    yield
    world.clock.set(right + timedelta(minutes=5), RATE)
    # the daemon that lived ahead is the one that notices
    world.wait_until(lambda: world.log().count("set back") > told, "noticed its clock")


@_fault("clock a month ahead, the daemon killed before it is back")
def _month_ahead_and_dead(world: World) -> Iterator[None]:
    time.sleep(0.8)
    right = world.moment()
    # a Saturday: whatever the clock brings then is put off to the Monday after it
    world.clock.set(right + timedelta(days=28 + (5 - right.weekday()) % 7), RATE)
    yield
    assert world.life is not None
    world.life.kill("the month ahead")
    world.bury()
    world.clock.set(right + timedelta(minutes=5), RATE)
    # until the new life has looked at its clock, nothing seems left to do
    told = world.log().count("set back")
    world.start()
    world.wait_until(lambda: world.log().count("set back") > told, "noticed its clock")


@_fault("summer time begins")
def _summer(world: World) -> Iterator[None]:
    yield from _over_night(world, datetime(2026, 3, 29, 1, 30, tzinfo=BRUSSELS))


@_fault("summer time ends")
def _winter(world: World) -> Iterator[None]:
    yield from _over_night(world, datetime(2026, 10, 25, 1, 30, tzinfo=BRUSSELS))


def _over_night(world: World, before: datetime) -> Iterator[None]:
    """Through the hour that is missing or comes twice, then to the next working morning."""
    world.rest()
    world.clock.set(before, 60 * RATE)
    yield
    world.clock.set(before.replace(hour=10, minute=0) + timedelta(days=1), RATE)


def _disk_of_its_own(world: World) -> None:
    """Put the state folder on a small disk, where that may be done."""
    secret = (world.state / "secret").read_bytes()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=0700", "tmpfs", str(world.state)],
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        world.mounted = True
        (world.state / "secret").write_bytes(secret)
        (world.state / "secret").chmod(0o600)


def _own_disk_or_leave(world: World) -> None:
    if world.in_database:
        raise LeftOut("the books lie on another disk: tests/store fills that")
    if not world.mounted:
        raise LeftOut("only root can mount a small disk")
