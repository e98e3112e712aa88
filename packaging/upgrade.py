"""Upgrades with two real programs: the last release of each older schema plays its demo, today's takes over its books and works on.

    python packaging/upgrade.py             from every older schema that the history of this repository has
    python packaging/upgrade.py COMMIT      from that commit

Both are built from their sources and run with the libraries of today. Prints one line a check and "N passed, N failed".
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from contents import ROOT, of_git

WORK = ROOT / "build/upgrade"
STEPS = "agent/store/migrations.py"
# runs in the older program: its own demo, up to a day on which reminders are still to come
PLAYED = """
import importlib, sys
from datetime import date
from pathlib import Path

play = importlib.import_module("agent.demo.play")
play.LAST_DAY = date(2026, 2, 6)
play.play(Path(sys.argv[1]))
"""
# runs in today's program: opens the books at the moment where the older one stopped, and lives on for a month
LIVING_ON = """
import json, sys
from collections import Counter
from pathlib import Path
from agent.config import load
from agent.mail.outgoing import OutboxState
from agent.service.clock import SimulatedClock
from tests.service.world import World

settings = load(Path(sys.argv[1]))
from agent.store.tinydb_store import TinyStore
store = TinyStore.open(settings.store_path)
stopped = max(entry.event.at for entry in store.events())
known = {mail.id for mail in store.outbox(list(OutboxState))}
store.close()
world = World.of(settings, stopped)
world.days(15)
world.close()
world = World.of(settings, world.clock.now())
world.days(15)
new = [mail for mail in world.app.store.outbox(list(OutboxState)) if mail.id not in known]
arrived = Counter(mail["Message-ID"] for address in {a for m in new for a in m.to} for mail in world.mails(address))
statements = [mail for mail in new if mail.kind == "statement"]
print(json.dumps({
    "mails": len(new),
    "statements": len(statements),
    "twice": len(statements) - len({(mail.to, mail.subject, str(mail.queued_at)[:10]) for mail in statements}),
    "not_sent": sum(mail.state is not OutboxState.SENT for mail in new),
    "not_arrived_once": sum(arrived[mail.message_id] != len(mail.to) for mail in new),
    "wrong": world.app.store.verify(),
}))
world.close()
"""


class Checks:
    """Counts what is so and what is not."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def __call__(self, told: str, so: bool, why: object = "") -> None:
        self.passed, self.failed = self.passed + so, self.failed + (not so)
        print(f"ok    {told}" if so else f"FAIL  {told}: {why}")


def schema(commit: str) -> int:
    """How many steps the schema had then."""
    found = re.search(r"^MIGRATIONS.*= \((.*?)\)", of_git("show", f"{commit}:{STEPS}"), flags=re.MULTILINE | re.DOTALL)
    return len([step for step in found[1].split(",") if step.strip()]) if found else 0


def releases() -> list[str]:
    """The last commit of each older schema whose program can be loaded: in the midst of work it could not always."""
    changes = of_git("log", "--first-parent", "--format=%H", "--", STEPS).split()
    before = [(commit, of_git("rev-parse", f"{commit}^")) for commit in changes]
    return [whole(old) for commit, old in before if 0 < schema(old) < schema(commit)][::-1]


def whole(commit: str) -> str:
    """This commit, or the last one before it whose modules are all there."""
    for number in range(60):
        found = of_git("rev-parse", f"{commit}~{number}")
        loaded = run(unpacked(found), "-c", "import agent.demo, agent.cli.daemon, agent.cli.verify")
        if not loaded.returncode:
            return found
    return commit


def unpacked(commit: str) -> Path:
    """The folder with the sources of a commit."""
    sources = WORK / commit[:8] / "sources"
    if not sources.exists():
        sources.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x"], cwd=sources, input=archive, check=True)
    return sources


def program(commit: str) -> Path:
    """The folder with the program of a commit, installed from its wheel; of the checkout as it is for ""."""
    target = WORK / (commit[:8] or "today")
    sources = unpacked(commit) if commit else ROOT
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(target / "wheel"),
        str(sources),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = (target / "wheel").glob("*.whl")
    command = [sys.executable, "-m", "pip", "-qq", "install", "--no-deps", "--target", str(target / "site"), str(wheel)]
    subprocess.run(command, check=True)
    return target / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call Python with that program, and nothing else of this checkout but the tests' stage."""
    tests = WORK / "stage"
    tests.mkdir(parents=True, exist_ok=True)
    if not (tests / "tests").exists():
        (tests / "tests").symlink_to(ROOT / "tests")
    environment = os.environ | {"PYTHONPATH": f"{site}:{tests}"}
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=WORK, env=environment, capture_output=True, text=True, check=False
    )


def tried(commit: str, today: Path, check: Checks) -> None:
    """The whole course from one older release."""
    number = schema(commit)
    print(
        f"--- from schema {number}, {of_git('log', '-1', '--format=%h of %ad', '--date=format:%d %B %Y %H:%M', commit)}"
    )
    old = program(commit)
    place = WORK / commit[:8] / "demo"
    played = run(old, "-c", PLAYED, str(place))
    books, config = place / "state/relance.db", ["--config", str(place / "config.toml")]
    check(
        "the older program played the first weeks of its demo",
        played.returncode == 0 and books.exists(),
        played.stderr[-400:],
    )
    if not books.exists():
        return
    content = books.read_bytes()
    looked = run(today, "-m", "agent", "verify", *config)
    check(
        "today's program, only looking, changes nothing and says what to do",
        looked.returncode == 78 and "start relance once" in looked.stderr and books.read_bytes() == content,
        looked.stderr,
    )
    lived = run(today, "-c", LIVING_ON, str(place / "config.toml"))
    check("it opens the books and lives on for a month", lived.returncode == 0, lived.stderr[-800:])
    if lived.returncode:
        return
    told = json.loads(lived.stdout.splitlines()[-1])
    check(
        f"reminders that were due left, each once ({told['statements']} statements, {told['mails']} mails)",
        told["statements"] > 0 and not told["twice"] and not told["not_sent"] and not told["not_arrived_once"],
        told,
    )
    check("the books verify", not told["wrong"], told["wrong"][:5])
    kept = books.with_name(f"relance.db.schema-{number}")
    check("a copy of before lies beside them", kept.exists())
    newer = hashlib.sha256(books.read_bytes()).hexdigest()
    for command in ("once", "verify"):
        refused = run(old, "-m", "agent", command, *config)
        check(
            f"the older program refuses them ({command}: exit 65)",
            refused.returncode == 65 and "schema" in refused.stderr,
            f"{refused.returncode} {refused.stderr[-300:]}",
        )
    check("and has not touched them", hashlib.sha256(books.read_bytes()).hexdigest() == newer)
    back = place / "state"
    for rest in back.glob("relance.db-*"):
        rest.unlink()
    shutil.copy(kept, books)
    returned = run(old, "-m", "agent", "verify", *config)
    check(
        "with the copy in its place the older program is back where it was",
        returned.returncode == 0,
        returned.stderr + returned.stdout,
    )


def main() -> None:
    check = Checks()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    wanted = [of_git("rev-parse", commit) for commit in sys.argv[1:]] or releases()
    if not wanted:
        sys.exit("not possible here: the history of the repository is needed")
    today = program("")
    for commit in wanted:
        tried(commit, today, check)
    print(f"{check.passed} passed, {check.failed} failed")
    sys.exit(bool(check.failed))


if __name__ == "__main__":
    main()
